"""A second pair of eyes: what lies in the log, reckoned again by somebody who knows only double entry.

Nothing of the rooms or views is used to reckon: the leaves are read by plain SQL, decoded as JSON, and added up. What
comes out is held against the tables of the command line, its replay and the workbook that is taken home, at several cuts.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest
from golden_house import GoldenHouse, cuts, end_of

from taizhang.adapters.cli.main import run
from taizhang.adapters.vault.keys import VaultKeys
from taizhang.projections.follow import Follower
from taizhang.projections.views import all_views

BUSIEST = 2  # lines that are told step by step at each cut
BEFORE_ALL, AFTER_ALL = "1900-01-01", "2999-12-31"
SIGNS = {"subsidy-paid": 1, "advance-cleared": 1, "payment-returned": -1, "recovered": -1}
FROM_AND_TO = {
    "allocation-issued": ("from_region", "to_region"),
    "recalled": ("from_region", "to_region"),
    "transferred": ("payer", "receiver"),
    "returned": ("payer", "receiver"),
}
Say = Callable[..., Any]


class Body(NamedTuple):
    """A body, taken up or taken back, as a leaf holds it."""

    kind: str
    sign: int
    body: dict[str, Any]


class Books(NamedTuple):
    """Balances by line, book and account; what payees kept by line, class and person; sums of payments by line."""

    balances: Counter[tuple[str, str, str]]
    kept: Counter[tuple[str, str, str]]
    paid: Counter[str]


class Standing(NamedTuple):
    """A house on the disk whose money is known."""

    log: Path
    said: Say
    environment: dict[str, str]


def bodies(log: Path, recorded: int | None, effective: str | None) -> Iterator[Body]:
    """Every body about money that the cuts allow; a correction takes one back and puts one in."""
    found = sqlite3.connect(log).execute(
        "select type, recorded_at, leaf from fact where type like 'funds.%' order by position"
    )
    for type, at, leaf in found:
        if recorded is not None and at > recorded:
            continue
        body, kind = json.loads(leaf)["body"], type.removeprefix("funds.").removesuffix(".v1")
        versions = [(1, body)]
        if kind.endswith("-corrected"):
            kind = kind.removesuffix("-corrected")
            versions = [(-1, body["was"])] + ([(1, body["now"])] if body.get("now") else [])
        for sign, one in versions:
            if effective is None or one["occurred_on"] <= effective:
                yield Body(kind, sign, one)


def moved(kind: str, b: dict[str, Any]) -> list[tuple[str, str, str, int]]:
    """Book, giver, taker and fen of what a body moves, as an accountant would write it down."""
    fen = b.get("amount_fen", 0)
    payee = f"person:{b['person']}" if b.get("person") else f"institution:{b.get('institution')}"
    advance = f"advance:{b.get('advance')}"
    if kind == "budget-approved":
        return [("quota", "outside", b["region"], fen), ("cash", "outside", b["region"], fen)]
    if kind in FROM_AND_TO:
        giver, taker = (b[name] for name in FROM_AND_TO[kind])
        cash = {"allocation-issued": 0, "recalled": b.get("cash_fen", 0)}.get(kind, fen)
        quota = fen if kind != "transferred" and giver[:6] != taker[:6] else 0
        return [("cash", giver, taker, cash), ("quota", giver[:6], taker[:6], quota)]
    if kind == "advance-cleared":
        return [("cash", advance, payee, fen), ("cash", advance, b["payer"], b.get("returned_fen", 0))]
    known = {"subsidy-paid": payee, "advance-paid": advance}
    if kind in known:
        return [("cash", b["payer"], known[kind], fen)]
    return [("cash", payee, b["payer"], fen)] if kind in ("payment-returned", "recovered") else []


def reckoned(log: Path, recorded: int | None = None, effective: str | None = None) -> Books:
    """All books at a cut, added up from nothing."""
    books = Books(Counter(), Counter(), Counter())
    for kind, sign, body in bodies(log, recorded, effective):
        line = body.get("line", "")
        for book, giver, taker, fen in moved(kind, body):
            books.balances[line, book, giver] -= sign * fen
            books.balances[line, book, taker] += sign * fen
        if kind in SIGNS:
            assert sum(fen for _, fen in body.get("shares", [])) == body.get("amount_fen", 0)
            if SIGNS[kind] > 0:
                books.paid[line] += sign * body.get("amount_fen", 0)
            for person, fen in body.get("shares", []):
                books.kept[line, body["training_class"], person] += sign * SIGNS[kind] * fen
    return books


def left(counted: Counter[Any]) -> dict[Any, int]:
    return {key: fen for key, fen in counted.items() if fen}


def sayer(capsys: pytest.CaptureFixture[str]) -> Say:
    def said(*arguments: str) -> Any:
        capsys.readouterr()
        assert run([*arguments, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return said


def at_home(monkeypatch: pytest.MonkeyPatch, folder: Path, environment: dict[str, str]) -> None:
    for name in ("OFFICER", "OFFICER_KEY", "ROLE", "VAULT_KEY", "LANG"):
        monkeypatch.delenv(f"TAIZHANG_{name}", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(folder)


@pytest.fixture
def golden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Standing:
    """30 steps with pooling, an advance, a bank return, a recovery, a recall, late entries and corrections."""
    log = tmp_path / "golden.db"
    house = GoldenHouse(f"sqlite:///{log}")
    for _ in house.record():
        pass
    follower = Follower(house.log, house.log.database, all_views())
    follower.set_up()
    follower.catch_up()
    house.close()
    environment = {
        "TAIZHANG_DATABASE": f"sqlite:///{log}",
        "TAIZHANG_VAULT": f"sqlite:///{tmp_path / 'vault.db'}",
        "TAIZHANG_VAULT_KEY": VaultKeys.generate().text(),
    }
    at_home(monkeypatch, tmp_path, {})
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return Standing(log, sayer(capsys), environment)


@pytest.fixture(scope="module")
def sample_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sample of ten counties or so, on the disk, with what its maker says in `sample.json`."""
    folder = tmp_path_factory.mktemp("independent")
    printed: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        at_home(patch, folder, sample_environment(folder))
        patch.setattr("builtins.print", lambda *words, **_: printed.append(" ".join(map(str, words))))
        assert run(["init", "--preset", "gansu"]) == 0
        assert run(["sample", "--persons", "120", "--seed", "3", "--json"]) == 0
    (folder / "sample.json").write_text(next(text for text in reversed(printed) if text.startswith("{")))
    return folder


def sample_environment(folder: Path) -> dict[str, str]:
    return {
        "TAIZHANG_DATABASE": f"sqlite:///{folder / 'log.db'}",
        "TAIZHANG_VAULT": f"sqlite:///{folder / 'vault.db'}",
        "TAIZHANG_FILES": str(folder / "files"),
    }


@pytest.fixture
def sample(sample_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Standing:
    environment = sample_environment(sample_folder)
    at_home(monkeypatch, sample_folder, environment)
    return Standing(sample_folder / "log.db", sayer(capsys), environment)


def options(recorded: int | None, effective: str | None) -> list[str]:
    found = ["--as-recorded-at", str(recorded)] if recorded is not None else []
    return found + (["--as-effective-on", effective] if effective is not None else [])


def agrees(house: Standing, recorded: int | None = None, effective: str | None = None) -> Books:
    """Hold the lines of the command line against the reckoning at a cut; the busiest also step by step and by person."""
    mine, cut = reckoned(house.log, recorded, effective), options(recorded, effective)
    rows = {row["line"]: row for row in house.said("funds", *cut)["rows"]}
    assert {line for line, _, _ in left(mine.balances)} <= rows.keys()
    for line, row in rows.items():
        own = {key[1:]: fen for key, fen in left(mine.balances).items() if key[0] == line}
        for book, name in (("cash", "balance_fen"), ("quota", "quota_fen")):
            held = sum(fen for (of, account), fen in own.items() if of == book and account[0].isdigit())
            assert row[name] == held, (line, book, cut)
        assert row["figures"]["paid_fen"] == mine.paid[line], (line, cut)
    busiest = sorted(rows, key=lambda line: -mine.paid[line])[:BUSIEST]
    for line in busiest:
        _agrees_step_by_step(house, line, mine, cut)
    return mine


def _agrees_step_by_step(house: Standing, line: str, mine: Books, cut: list[str]) -> None:
    """Hold the replay, the accounts and the shares of one line against the reckoning."""
    own = {key[1:]: fen for key, fen in left(mine.balances).items() if key[0] == line}
    told: dict[tuple[str, str], int] = {}
    for step in house.said("replay", f"fund:{line}", *cut)["steps"]:
        for move in step["balances"]:
            key = move["book"], move["account"]
            assert move["before_fen"] == told.get(key, 0), (line, step["position"])
            told[key] = move["before_fen"] + move["change_fen"]
            assert move["after_fen"] == told[key], (line, step["position"])
    assert {key: fen for key, fen in told.items() if fen} == own, (line, cut)
    accounts = house.said("funds", "--line", line, *cut)["accounts"]
    assert {(one["book"], one["holder"]): one["balance_fen"] for one in accounts if _is_holder(one)} == {
        key: fen for key, fen in own.items() if key[1][0].isdigit()
    }
    kept: Counter[Any] = Counter()
    for share in house.said("funds", "shares", "--line", line, *cut)["rows"]:
        kept[line, share["training_class"], share["person"]] += share["amount_fen"]
    assert left(kept) == {key: fen for key, fen in left(mine.kept).items() if key[0] == line}, (line, cut)


def _is_holder(account: dict[str, Any]) -> bool:
    return bool(account["account"] == "own" and account["balance_fen"])


def test_a_ledger_with_every_special_case_is_reckoned_the_same_at_every_past_moment(golden: Standing) -> None:
    moments = [(end_of(cut.recorded) if cut.recorded else None, cut.effective) for cut in cuts()]
    assert any(recorded and effective for recorded, effective in moments)
    seen = {
        tuple(sorted(left(agrees(golden, recorded, effective and str(effective)).balances).items()))
        for recorded, effective in moments
    }
    assert len(seen) > 2  # the cuts differ, so none of this is comparing one figure with itself
    assert len([body for body in bodies(golden.log, None, None) if body.sign < 0]) > 1


def test_a_sample_is_reckoned_the_same_as_it_was_recorded_and_by_the_days_it_happened(sample: Standing) -> None:
    times = [
        at
        for (at,) in sqlite3.connect(sample.log).execute(
            "select recorded_at from fact where type like 'funds.%' order by position"
        )
    ]
    found = [agrees(sample)] + [agrees(sample, recorded=times[len(times) * part // 4]) for part in (1, 3)]
    found += [agrees(sample, effective=day) for day in ("2016-12-31", "2018-06-20")]
    assert len({sum(one.kept.values()) for one in found}) >= 3
    assert left(reckoned(sample.log, effective=BEFORE_ALL).balances) == {}
    assert reckoned(sample.log, effective=AFTER_ALL) == found[0]


def test_every_cut_of_recording_conserves_money_and_leaves_no_holder_below_nothing(sample: Standing) -> None:
    balances: Counter[tuple[str, str, str]] = Counter()
    for kind, sign, body in bodies(sample.log, None, None):
        for book, giver, taker, fen in moved(kind, body):
            balances[body["line"], book, giver] -= sign * fen
            balances[body["line"], book, taker] += sign * fen
            assert balances[body["line"], book, giver] >= 0 or giver == "outside"
    assert sum(balances.values()) == 0
    assert any(account.startswith("person:") and fen > 0 for (_, _, account), fen in balances.items())


def test_the_workbook_taken_home_adds_up_to_the_reckoning(
    sample: Standing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = json.loads((sample.log.parent / "sample.json").read_text())["sign_ins"]
    [password] = [one["password"] for one in told if one["officer"] == "sample-finance-620000"]
    monkeypatch.setenv("TAIZHANG_OFFICER_PASSWORD", password)
    mine = reckoned(sample.log)
    sample.said("funds", "export", str(tmp_path / "home"), "--officer", "sample-finance-620000")
    sheets = {
        sheet.title: list(sheet.iter_rows(values_only=True))
        for sheet in openpyxl.load_workbook(tmp_path / "home" / "funds.xlsx")
    }
    accounts, shares, vouchers = (sheets[name][1:-1] for name in ("对账", "支付明细", "记账凭证"))
    held = {
        (line, book, holder): _fen(row[6])
        for row in accounts
        for line, holder, kind, book in [row[:4]]
        if kind == "own"
    }
    assert {key: fen for key, fen in held.items() if fen} == {
        key: fen for key, fen in left(mine.balances).items() if key[2][0].isdigit()
    }
    kept: Counter[Any] = Counter()
    for row in shares:
        kept[row[0], row[9], row[11]] += _fen(row[14])
    assert left(kept) == left(mine.kept)
    posted: Counter[Any] = Counter()
    for row in vouchers:
        posted[row[0], str(row[8])] += _fen(row[9]) - _fen(row[10])
    assert sum(posted.values()) == 0
    for (line, book, account), fen in mine.balances.items():
        if account[0].isdigit():
            assert posted[line, f"{'1001' if book == 'cash' else '9001'}.{account}"] == fen


def _fen(yuan: Any) -> int:
    return round((yuan or 0) * 100)
