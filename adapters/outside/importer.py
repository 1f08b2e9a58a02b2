"""Takes an outside list in: the file is kept, its rows are matched inside the vault, and what matches becomes facts.

Nothing of a row that matches nobody is kept but its being counted. The same file again adds what matches by now and
was not recorded: people who were registered since.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final, Protocol

import msgspec

from taizhang.adapters.desk import Desk
from taizhang.adapters.files import FileDamaged, FileStore
from taizhang.adapters.log.log import CommandReused, Criterion, Log
from taizhang.adapters.orders import Order, Verdict
from taizhang.adapters.outside.reading import ListRow, lines_of, rows_of
from taizhang.adapters.outside.told import told
from taizhang.adapters.sheets.sheets import Workbook, open_workbook
from taizhang.adapters.vault.bank_accounts import BankAccounts
from taizhang.adapters.vault.statements import plain_name
from taizhang.adapters.vault.vault import Vault
from taizhang.domain.classes import InstitutionId
from taizhang.domain.core import Actor, PersonId, RegionCode
from taizhang.domain.decisions import Proposal
from taizhang.domain.envelope import Source, body_of, opened, outer_of
from taizhang.domain.institutions import OrganisationRegistered
from taizhang.domain.outside import ListId, ListKind, OutsideEntryStated, OutsideListImported
from taizhang.domain.people import PersonDied
from taizhang.projections.outside.lists import StandingList

ORDER_ITEMS: Final = 2_000
BANK: Final = "bank-returns"
STATES: Final = frozenset(
    {"payroll", "pensions", "social-insurance", "school-rolls"}
)  # what somebody is, while it lasts


class ListHouse(Protocol):
    """The part of the house that taking a list in needs."""

    log: Log
    vault: Vault
    files: FileStore
    desk: Desk
    bank_accounts: BankAccounts


class ListAsked(msgspec.Struct, frozen=True, kw_only=True):
    """What its importer says about a list."""

    outside_list: ListId
    kind: ListKind
    region: RegionCode
    made_by: str
    dated_on: date
    covers_since: date | None = None
    covers_until: date | None = None
    document: str = ""


class RowWords(msgspec.Struct, frozen=True, kw_only=True):
    """A row that did not go in, and why."""

    sheet: str
    row: int
    outcome: str  # refused, unusable
    zh: str
    en: str


class ListGone(Exception):
    """The file of a list is no longer kept as it was taken in, so that its rows cannot be compared again."""

    def __init__(self, outside_list: str) -> None:
        super().__init__(f"The file of list {outside_list} is no longer kept as it came in. Take the list in anew.")
        self.zh = f"名单 {outside_list} 的原文件已不完整保存,无法重新比对。请重新导入名单。"


class ListResult(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a list: the list's own verdict, and its rows counted as its importer is told of them (told.py)."""

    outside_list: str
    kind: str
    file: str
    rows: int
    matched: int  # rows about somebody whom the importer's region has to do with
    unmatched: int  # all others: counted, not kept, but for what concerns elsewhere
    unusable: int
    recorded: int
    unchanged: int
    refused: int
    deaths_recorded: int
    look_at: tuple[RowWords, ...]
    verdict: Verdict


def import_list(house: ListHouse, by: Actor, content: bytes, filename: str, asked: ListAsked) -> ListResult:
    """Take one list in, exactly once however often it is asked.

    Raises FileUnreadable, ListUnreadable, DeskBusy, LogUnavailable; after the last two it is simply done again.
    """
    workbook = open_workbook(content, filename)
    rows = rows_of(workbook, asked.kind, house.desk.today())
    house.files.put(content)
    usable = [row for row in rows if row.problem is None]
    verdict = _submitted(house, by, [_list_of(asked, workbook, len(rows), len(usable))], workbook, [])[0]
    entries = list(_entries(house, asked, usable)) if verdict.outcome != "refused" else []
    verdicts = _submitted(house, by, [entry for _, entry in entries], workbook, [row for row, _ in entries])
    stand = [entry for (_, entry), one in zip(entries, verdicts, strict=True) if one.outcome != "refused"]
    dead = [entry for entry in stand if _tells_of_a_death(entry, by, asked)]
    died = _submitted(house, by, [_death(entry) for entry in dead], workbook, [])
    is_told = told(house.log, by.region, [entry for _, entry in entries])
    here = [(*entry, one) for entry, one, ours in zip(entries, verdicts, is_told, strict=True) if ours]
    dead_here = told(house.log, by.region, dead)
    look = [RowWords(sheet=r.sheet, row=r.row, outcome="unusable", zh=zh, en=en) for r, zh, en in lines_of(rows)]
    look += [
        RowWords(sheet=row.sheet, row=row.row, outcome="refused", zh=one.words("zh"), en=one.words("en"))
        for row, _, one in here
        if one.outcome == "refused"
    ]
    return ListResult(
        outside_list=asked.outside_list,
        kind=asked.kind,
        file=workbook.digest,
        rows=len(rows),
        matched=len(here),
        unmatched=len(usable) - len(here) if verdict.outcome != "refused" else 0,
        unusable=len(rows) - len(usable),
        recorded=sum(one.outcome == "recorded" for _, _, one in here),
        unchanged=sum(one.outcome == "unchanged" for _, _, one in here),
        refused=sum(one.outcome == "refused" for _, _, one in here),
        deaths_recorded=sum(one.outcome == "recorded" for one, ours in zip(died, dead_here, strict=True) if ours),
        look_at=tuple(look),
        verdict=verdict,
    )


def match_again(house: ListHouse, by: Actor, listed: StandingList) -> list[OutsideEntryStated]:
    """Record what a list that stands says about people who came in after it: these entries. Nothing else of it changes.

    A row that ever was an entry is left alone, also one that was taken back. Raises ListGone, DeskBusy, LogUnavailable.
    """
    if house.files.standing(listed.file) != listed.file:
        raise ListGone(listed.outside_list)
    try:
        content = house.files.get(listed.file)
    except (FileNotFoundError, FileDamaged):
        raise ListGone(listed.outside_list) from None
    [stored] = house.log.at([listed.position])
    source = opened(stored.position, stored.leaf).source
    workbook = open_workbook(content, (source and source.name) or listed.outside_list)
    asked = ListAsked(
        outside_list=ListId(listed.outside_list),
        kind=listed.list_kind,
        region=RegionCode(listed.region),
        made_by=listed.made_by,
        dated_on=date.fromisoformat(listed.dated_on),
    )
    stand = _numbers(house, listed.outside_list)
    rows = [row for row in rows_of(workbook, asked.kind, house.desk.today()) if row.number not in stand]
    entries = list(_entries(house, asked, [row for row in rows if row.problem is None]))
    verdicts = _submitted(house, by, [entry for _, entry in entries], workbook, [row for row, _ in entries])
    return [entry for (_, entry), one in zip(entries, verdicts, strict=True) if one.outcome == "recorded"]


def _numbers(house: ListHouse, outside_list: str) -> set[int]:
    """The rows of a list that are or were entries."""
    stored = house.log.read([Criterion((OutsideEntryStated.TOPIC,), (f"list:{outside_list}",))]).facts
    return {opened(one.position, one.leaf).fact.number for one in stored}  # type: ignore[attr-defined]


def _list_of(asked: ListAsked, workbook: Workbook, rows: int, usable: int) -> OutsideListImported:
    return OutsideListImported(
        occurred_on=asked.dated_on,
        outside_list=asked.outside_list,
        kind=asked.kind,
        region=asked.region,
        made_by=asked.made_by,
        file=workbook.digest,
        rows=rows,
        unusable=rows - usable,
        covers_since=asked.covers_since,
        covers_until=asked.covers_until,
        document=asked.document,
    )


def _submitted(
    house: ListHouse, by: Actor, facts: Sequence[Any], workbook: Workbook, rows: Sequence[ListRow]
) -> list[Verdict]:
    """The desk's verdict on each, batch by batch; the same facts again are the same orders."""
    answers = house.desk.submit_in_turn(_orders(by, facts, workbook, rows))
    verdicts: list[Verdict] = []
    for answer in answers:
        if isinstance(answer, CommandReused):
            raise answer
        verdicts += [
            msgspec.structs.replace(one, outcome="unchanged") if answer.repeated and one.outcome == "recorded" else one
            for one in answer.verdicts
        ]
    return verdicts


def _orders(by: Actor, facts: Sequence[Any], workbook: Workbook, rows: Sequence[ListRow]) -> Iterator[Order]:
    for start in range(0, len(facts), ORDER_ITEMS):
        part = facts[start : start + ORDER_ITEMS]
        items = [
            Proposal(fact=fact, source=_source(workbook, rows[start + n] if rows else None))
            for n, fact in enumerate(part)
        ]
        digest = hashlib.sha256(msgspec.json.encode([part, by.officer, workbook.filename])).hexdigest()
        yield Order(id=f"list:{digest}", by=by, items=items)


def _source(workbook: Workbook, row: ListRow | None) -> Source:
    where = {"sheet": row.sheet, "row": row.row} if row is not None else {}
    return Source(file=workbook.digest, name=workbook.filename, **where)  # type: ignore[arg-type]


# -- who the rows speak of --------------------------------------------------------------------------------


def _entries(
    house: ListHouse, asked: ListAsked, rows: Sequence[ListRow]
) -> Iterator[tuple[ListRow, OutsideEntryStated]]:
    """Each row about somebody of this log, with what the list says."""
    people = _people(house, rows)
    subjects = _accounts(house, rows) if asked.kind == BANK else _institutions(house, rows, asked.kind)
    named = house.vault.disclose(set(people.values()), ["name"])
    for row in rows:
        person, (account, institution) = people.get(row.number), subjects.get(row.number, (None, None))
        if person is None and account is None and institution is None:
            continue
        if asked.kind == BANK and account is None:
            continue
        ours = plain_name(named.get(person, {}).get("name", "")) if person is not None else ""
        yield (
            row,
            OutsideEntryStated(
                occurred_on=min(row.since or asked.dated_on, asked.dated_on),
                outside_list=asked.outside_list,
                number=row.number,
                person=person,
                institution=institution,
                account=account,
                since=row.since,
                until=_until(asked, row),
                named_unit=row.unit,
                says=row.says,
                amount_fen=row.amount_fen,
                name_differs=bool(ours and row.name and plain_name(row.name) != ours),
                kind=asked.kind,
            ),
        )


def _until(asked: ListAsked, row: ListRow) -> date | None:
    """A list that states no end of what it tells holds at least until its own day."""
    begun = row.since is None or row.since <= asked.dated_on
    return row.until or (asked.dated_on if asked.kind in STATES and begun else None)


def _people(house: ListHouse, rows: Sequence[ListRow]) -> dict[int, PersonId]:
    """The person of each row, by the vault's keyed index; nobody is made."""
    asked = [(row.number, row.identity) for row in rows if row.identity is not None]
    found = house.vault.find([identity for _, identity in asked])
    return {number: one for (number, _), one in zip(asked, found, strict=True) if one is not None}


def _accounts(house: ListHouse, rows: Sequence[ListRow]) -> dict[int, tuple[Any, None]]:
    found = house.bank_accounts.find([row.key for row in rows])
    return {row.number: (one, None) for row, one in zip(rows, found, strict=True) if one is not None}


def _institutions(house: ListHouse, rows: Sequence[ListRow], kind: str) -> dict[int, tuple[None, InstitutionId]]:
    """By id or by name, as organisations are registered: what an organisation is called is nobody's secret."""
    if kind != "licences":
        return {}
    stored = house.log.read([Criterion((OrganisationRegistered.TOPIC,), ())]).facts
    facts: list[Any] = [body_of(outer.type, outer.body) for outer in (outer_of(one.leaf) for one in stored)]
    known = {name: InstitutionId(fact.organisation) for fact in facts for name in (fact.name, fact.organisation)}
    folded = {plain_name(name): one for name, one in known.items()}
    return {row.number: (None, one) for row in rows if (one := folded.get(plain_name(row.key))) is not None}


def _tells_of_a_death(entry: OutsideEntryStated, by: Actor, asked: ListAsked) -> bool:
    """A clerk's death list also records the deaths, so that nobody is enrolled after; doubtful rows only stand in the list."""
    return asked.kind == "deaths" and by.role == "clerk" and entry.since is not None and not entry.name_differs


def _death(entry: OutsideEntryStated) -> PersonDied:
    assert entry.since is not None
    assert entry.person is not None
    return PersonDied(occurred_on=entry.since, person=entry.person, source_list=entry.outside_list)
