"""What an export of money holds: totals that agree, vouchers that balance, releases, and the fact that it was taken."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import money_samples as m
import msgspec
import openpyxl
import paying_house as p
import pytest
from golden_house import TALENT, GoldenHouse, ledger

from taizhang.adapters.exports.asking import Asked, asked
from taizhang.adapters.exports.csv_files import write_csv
from taizhang.adapters.exports.package import Exported, NotTheirs, export
from taizhang.adapters.exports.sheets import MoneyBook, write_table
from taizhang.adapters.house import House
from taizhang.adapters.settings import Settings
from taizhang.adapters.vault.keys import VaultKeys
from taizhang.domain.envelope import opened
from taizhang.domain.funds.lines import FundLineId
from taizhang.domain.officers import DataExported, PersonalDataRead

LEDGER = {row.step: row for row in ledger()}["30"].balances
LAST = {key: fen for key, fen in LEDGER.items() if key[1] != "committed"}
# account of the golden ledger -> its title in the voucher tables
TITLES = {
    ("quota", "6"): "9001",
    ("cash", "6"): "1001",
    ("cash", "department"): "1002",
    ("cash", "advance"): "1201",
    ("cash", "institution"): "5001",
    ("cash", "person"): "5002",
}


class Taken(NamedTuple):
    """An export of the golden ledger."""

    house: House
    folder: Path
    done: Exported

    def rows(self, name: str) -> list[dict[str, str]]:
        with (self.folder / name).open(encoding="utf-8-sig", newline="") as file:
            return [*csv.DictReader(file)]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("golden")
    golden = GoldenHouse(url := f"sqlite:///{folder / 'golden.db'}")
    for _ in golden.record():
        pass
    golden.close()
    settings = Settings(database=url, vault=f"sqlite:///{folder / 'vault.db'}", files=str(folder / "files"))
    house = House(settings, VaultKeys.generate(), clock=lambda: golden.now + 60_000_000)
    house.views.set_up()
    house.views.catch_up()
    yield house
    house.close()


@pytest.fixture(scope="module")
def taken(house: House, tmp_path_factory: pytest.TempPathFactory) -> Taken:
    folder = tmp_path_factory.mktemp("out")
    return Taken(house, folder, export(house, p.TREASURER, question(house), folder, m.PROVINCE))


def question(house: House) -> Asked:
    return asked(house, "funds-export", m.PROVINCE)


def yuan(fen: int) -> Decimal:
    return Decimal(fen) / 100


def test_every_total_of_the_workbook_is_the_sum_of_its_rows(taken: Taken) -> None:
    formulas = openpyxl.load_workbook(taken.folder / "funds.xlsx")
    values = openpyxl.load_workbook(taken.folder / "funds.xlsx", data_only=True)
    totals = 0
    for name in formulas.sheetnames[1:]:
        last = values[name].max_row
        for cell in formulas[name][last]:
            if str(cell.value).startswith("=SUM("):
                column = [values[name].cell(row, cell.column).value or 0 for row in range(2, last)]
                assert values[name].cell(last, cell.column).value == pytest.approx(sum(column), abs=0.001), name
                totals += 1
    assert totals > 20


def test_the_cover_compares_the_sheets_with_the_ledger_and_names_its_root(taken: Taken) -> None:
    cover = openpyxl.load_workbook(taken.folder / "funds.xlsx", data_only=True).worksheets[0]
    rows = [[cell.value for cell in row] for row in cover.iter_rows()]
    pairs = {str(row[0]): row[1] for row in rows}
    compared = {str(row[0]): row[1:4] for row in rows if isinstance(row[3], int | float)}
    kept = sum(fen for (_, _, account), fen in LAST.items() if account.startswith(("institution:", "person:")))
    own = sum(fen for (_, book, account), fen in LAST.items() if book == "cash" and account[0].isdigit())
    committed = sum(fen for (_, book, _), fen in LEDGER.items() if book == "committed")
    assert len(compared) == 7
    assert all(row[2] == 0 for row in compared.values())
    assert [row[0] for what, row in compared.items() if "kept by payees" in what] == [float(yuan(kept))]
    assert [row[0] for what, row in compared.items() if "balances of cash" in what] == [float(yuan(own))]
    assert [row[0] for what, row in compared.items() if "committed" in what] == [float(yuan(committed))]
    [before] = house_roots(taken)
    assert pairs["日志树根 root (SHA-256)"] == before


def house_roots(taken: Taken) -> list[str]:
    return [row["sha256"] for row in taken.rows("control-totals.csv") if row["file"] == "root"]


def test_a_difference_between_sheet_and_ledger_would_show_on_the_cover(tmp_path: Path) -> None:
    with MoneyBook(path := tmp_path / "book.xlsx", "cover") as book:
        totals = book.table("table", ["line", "amount_fen"], [["a", 150], ["b", 250]])
        book.cover([], [("right", totals["amount_fen"], 400), ("wrong", totals["amount_fen"], 401)])
    rows = openpyxl.load_workbook(path, data_only=True)["cover"].iter_rows(values_only=True)
    assert {row[0]: row[3] for row in rows if row[0] in ("right", "wrong")} == {"right": 0, "wrong": -0.01}


def test_control_totals_are_found_again_in_every_file(taken: Taken) -> None:
    checked = 0
    for total in taken.rows("control-totals.csv"):
        path = taken.folder / total["file"]
        if not path.exists():
            continue
        assert total["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        if total["rows"]:
            rows = taken.rows(total["file"])
            assert len(rows) == int(total["rows"])
            if total["column"]:
                assert sum(int(row[total["column"] + "_fen"] or 0) for row in rows) == int(total["sum_fen"])
                checked += 1
    assert checked > 20
    assert {path.name for path in taken.folder.iterdir()} == set(taken.done.files)


def test_every_voucher_balances_and_the_last_balances_are_those_worked_out_by_hand(taken: Taken) -> None:
    vouchers: dict[str, int] = {}
    for row in taken.rows("gbt24589-vouchers.csv"):
        net = int(row["借方金额_fen"]) - int(row["贷方金额_fen"])
        vouchers[row["记账凭证编号"]] = vouchers.get(row["记账凭证编号"], 0) + net
    assert vouchers
    assert set(vouchers.values()) == {0}
    closing = {(row["电子账簿编号"], row["科目编号"]): row for row in taken.rows("gbt24589-balances.csv")}
    for (line, book, account), fen in LAST.items():
        assert int(closing[line, _title(book, account)]["期末余额_fen"]) == fen, (line, book, account)


def _title(book: str, account: str) -> str:
    party, _, id = account.partition(":")
    if account[0].isdigit():
        party, id = ("department" if "/" in account else "6"), account
    return f"{TITLES[book, party]}.{id}"


def test_a_late_step_belongs_to_the_month_in_which_it_was_recorded(taken: Taken) -> None:
    rows = [row for row in taken.rows("gbt24589-vouchers.csv") if row["附件"] == "缴款书3号"]
    assert {(row["会计年度"], row["会计期间号"], row["业务日期"]) for row in rows} == {("2016", "7", "2016-03-10")}


def test_each_class_claim_and_payment_is_a_release_of_its_own(taken: Taken) -> None:
    package: Any = msgspec.json.decode((taken.folder / "releases.json").read_bytes())
    releases = package["releases"]
    ids = [one["id"] for one in releases]
    assert len(set(ids)) == len(ids)
    assert {one["ocid"] for one in releases} == {"ocds-taizhang-c620121-welding"}
    tags = [one["tag"] for one in releases]
    assert [tags.count([tag]) for tag in ("award", "contract", "implementation")] == [1, 2, 8]
    paid = sum(
        transaction["value"]["amount"]
        for one in releases
        for contract in one.get("contracts", [])
        for transaction in contract.get("implementation", {}).get("transactions", [])
        if "advance" not in transaction["payee"]["name"] and "预付" not in transaction["payee"]["name"]
    )
    kept = sum(fen for (_, _, account), fen in LAST.items() if account.startswith(("institution:", "person:")))
    assert paid == float(yuan(kept))


def test_that_it_was_taken_is_a_fact_with_the_digest_of_the_control_totals(taken: Taken) -> None:
    [stored] = taken.house.log.at([taken.done.position])
    fact = opened(stored.position, stored.leaf).fact
    assert isinstance(fact, DataExported)
    assert fact.reader == p.TREASURER.officer
    assert fact.digest == hashlib.sha256((taken.folder / "control-totals.csv").read_bytes()).hexdigest()


def test_one_line_of_one_region_holds_only_its_own_money(house: House, tmp_path: Path) -> None:
    export(house, p.TREASURER, question(house), tmp_path, m.COUNTY, TALENT)
    taken = Taken(house, tmp_path, Exported([], 0, "", 0))
    assert {row["line"] for row in taken.rows("payments.csv")} == {TALENT}
    assert {row["holder"][:6] for row in taken.rows("accounts.csv")} == {m.COUNTY}
    own = {(row["account"], row["book"], row["holder"]): int(row["balance_fen"]) for row in taken.rows("accounts.csv")}
    assert own["own", "cash", m.COUNTY] == LAST[TALENT, "cash", m.COUNTY]
    cover = openpyxl.load_workbook(tmp_path / "funds.xlsx", data_only=True).worksheets[0]
    differences = [row[3] for row in cover.iter_rows(values_only=True) if isinstance(row[3], int | float)]
    assert differences == [0] * 7


@pytest.mark.parametrize(
    "by", [m.officer("treasurer", region=m.SECOND), m.officer("treasurer", role="dashboard")], ids=["region", "role"]
)
def test_nobody_exports_beyond_region_and_role(house: House, tmp_path: Path, by: Any) -> None:
    head = house.log.head().position
    with pytest.raises(NotTheirs):
        export(house, by, question(house), tmp_path / "out", m.COUNTY)
    assert not (tmp_path / "out").exists()
    assert house.log.head().position == head


def test_whole_names_are_read_for_a_purpose_that_is_recorded_first(house: House, tmp_path: Path) -> None:
    done = export(house, p.TREASURER, question(house), tmp_path, m.PROVINCE, names_for="audit of 2016")
    [read] = house.log.at([done.position - 1])
    fact = opened(read.position, read.leaf).fact
    assert isinstance(fact, PersonalDataRead)
    assert (fact.purpose, fact.where) == ("audit of 2016", "command:funds export")


def test_text_that_looks_like_a_formula_stays_text(house: House, tmp_path: Path) -> None:
    wide = "\uff1d1+1"  # which Excel in Chinese takes for a formula, too
    write_csv(tmp_path / "t.csv", ["line", "amount_fen"], [["=1+1", -5], [wide, 0]])
    assert (tmp_path / "t.csv").read_text(encoding="utf-8-sig").splitlines()[1:] == ["'=1+1,-5", f"'{wide},0"]
    write_table(tmp_path / "t.xlsx", question(house), ["line", "amount_fen"], [["=1+1", -5]])
    cell = openpyxl.load_workbook(tmp_path / "t.xlsx")["资金"].cell(2, 1)
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_an_unknown_line_exports_nothing_but_empty_tables(house: House, tmp_path: Path) -> None:
    export(house, p.TREASURER, question(house), tmp_path, m.PROVINCE, FundLineId("nosuch"))
    rows = Taken(house, tmp_path, Exported([], 0, "", 0)).rows("accounts.csv")
    assert rows == []
