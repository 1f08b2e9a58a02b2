"""An export of money as a folder: workbook, CSV files, voucher tables, releases, and one file of control totals over all.

Taking it out is a fact: who, what, how many rows, and the SHA-256 of the control totals, which name the SHA-256 of every
other file. Names stay masked; an officer whose role has business with personal data, inside the officer's own region, may
ask for whole names and says for what: that is a second fact.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from taizhang.adapters.desk import now_us
from taizhang.adapters.exports.asking import Asked
from taizhang.adapters.exports.csv_files import write_csv
from taizhang.adapters.exports.gathered import Gathered, gathered, persons_of
from taizhang.adapters.exports.releases import release_package
from taizhang.adapters.exports.tables import ExportTable, tables
from taizhang.adapters.exports.taken import WAY, ExportNotRecorded, digest_of, record_taken
from taizhang.adapters.exports.vouchers import voucher_tables
from taizhang.adapters.exports.workbook import write_workbook
from taizhang.adapters.house import House
from taizhang.adapters.orders import Order
from taizhang.domain.core import Actor, PersonId
from taizhang.domain.decisions import Proposal, within
from taizhang.domain.officers import PersonalDataRead

WORKBOOK: Final = "funds.xlsx"
RELEASES: Final = "releases.json"
TOTALS: Final = "control-totals.csv"
MAY_EXPORT: Final = frozenset({"clerk", "finance", "organisation", "inspector", "discipline"})
NAMED_MOST: Final = 100  # more persons than this are counted in the fact, not named


class NotTheirs(Exception):
    """The officer's role or region does not allow this export; says what to do."""

    def __init__(self, region: str, by: Actor) -> None:
        super().__init__(
            f"As {by.role} of {by.region} you cannot export the money of {region}: ask for a region of your own, "
            f"in one of the roles {', '.join(sorted(MAY_EXPORT))}."
        )
        self.zh = f"以 {by.region} 的 {by.role} 岗位不能导出 {region} 的资金。请导出本地区,岗位应为:{'、'.join(sorted(MAY_EXPORT))}。"


class Exported(NamedTuple):
    """What was written, and the fact that says so."""

    files: list[str]
    rows: int
    digest: str
    position: int


def export(
    house: House, by: Actor, asked: Asked, folder: Path, region: str, line: str = "", names_for: str = ""
) -> Exported:
    """Write everything into the folder and record that it was taken; `names_for`: the purpose of reading whole names.

    Raises NotTheirs, ExportNotRecorded, TooManyRows, DeskBusy, LogUnavailable.
    """
    if by.role not in MAY_EXPORT or not within(region, by.region):
        raise NotTheirs(region, by)
    found = gathered(house, asked, region, line)
    if names_for:
        _record_read(house, by, persons_of(found), names_for)
        found = gathered(house, asked, region, line, whole_names=True)
    folder.mkdir(parents=True, exist_ok=True)
    every = [*tables(found), *voucher_tables(found)]
    for table in every:
        write_csv(folder / table.file, table.titles, table.rows)
    write_workbook(folder / WORKBOOK, found, every)
    (folder / RELEASES).write_bytes(msgspec.json.format(msgspec.json.encode(release_package(found)), indent=2))
    write_csv(folder / TOTALS, ("file", "rows", "column", "sum_fen", "sha256"), [*_totals(folder, found, every)])
    rows, digest = sum(len(table.rows) for table in every), digest_of(folder / TOTALS)
    position = record_taken(house, by, f"funds-export {asked.report}", rows, digest, names_for)
    files = sorted([*(table.file for table in every), WORKBOOK, RELEASES, TOTALS])
    return Exported(files, rows, digest, position)


def _totals(folder: Path, found: Gathered, every: Sequence[ExportTable]) -> Iterator[Sequence[Any]]:
    for table in every:
        sha256 = digest_of(folder / table.file)
        amounts = [title for title in table.titles if title.endswith("_fen")]
        for title in amounts or [""]:
            total = table.total_fen(title) if title else None
            yield table.file, len(table.rows), title.removesuffix("_fen"), total, sha256
    for name in (WORKBOOK, RELEASES):
        yield name, None, "", None, digest_of(folder / name)
    head = found.head
    fixed = [("report", found.asked.report), ("position", found.asked.at.position), ("head", head.position)]
    for what, value in [*fixed, ("root", head.edge.root().hex()), ("log", head.origin)]:
        yield what, None, "", None, value


def _record_read(house: House, by: Actor, persons: Sequence[str], purpose: str) -> None:
    named = tuple(PersonId(one) for one in persons) if len(persons) <= NAMED_MOST else ()
    fact = PersonalDataRead(
        occurred_on=house.desk.today(),
        fields=("name",),
        purpose=purpose,
        count=len(persons),
        where="command:funds export",
        persons=named,
    )
    order = Order(id=f"export-names:{by.officer}:{now_us()}", by=by, items=[Proposal(fact=fact, source=WAY)])
    [verdict] = house.desk.submit(order).verdicts
    if verdict.outcome != "recorded":
        raise ExportNotRecorded(verdict.words("zh"), verdict.words("en"))
