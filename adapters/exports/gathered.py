"""Everything about the money of a region, or of one line in it, read once at the same cuts for all files of an export."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from sqlalchemy import Connection, select

from taizhang.adapters.exports.asking import Asked
from taizhang.adapters.exports.words import Names, names
from taizhang.adapters.house import House
from taizhang.adapters.log.records import Head
from taizhang.domain.core import PersonId
from taizhang.projections.database import chunks
from taizhang.projections.funds.cuts import UseScope
from taizhang.projections.funds.flags import Flag, flags
from taizhang.projections.funds.lineage import ShareRow, shares_of_line
from taizhang.projections.funds.lines import LineRow, overview
from taizhang.projections.funds.reconcile import Reconciliation, reconcile
from taizhang.projections.funds.statement import AccountState, Statement, statement
from taizhang.projections.funds.steps import Step, steps
from taizhang.projections.funds.use import committed_by_entries, uncharged_fen
from taizhang.projections.scope import stem_of
from taizhang.projections.tables_ledger import ledger_tables

PAGE_SHARES: Final = 10_000


class ClassRow(NamedTuple):
    """A class that was paid for, or claimed for."""

    training_class: str
    name: str
    county: str
    institution: str
    recorded_at: int
    position: int


class Gathered(NamedTuple):
    """What an export is made of; amounts in fen, `head` is the end of the log when it was read."""

    asked: Asked
    region: str
    head: Head
    names: Names
    lines: list[LineRow]
    uncharged_fen: int  # committed by the region's claims and charged to no line; nothing when one line is asked for
    committed_fen: int  # everything committed, from the entries themselves
    statements: Mapping[str, Statement]
    steps: Mapping[str, list[Step]]
    shares: list[ShareRow]
    classes: Mapping[str, ClassRow]
    flags: list[Flag]
    reconciliation: Reconciliation
    whole_names: bool = False

    def accounts(self) -> Iterator[tuple[str, AccountState]]:
        """Every account of the region's holders, and of those they paid, by line."""
        stem = stem_of(self.region)
        for line, found in self.statements.items():
            for one in (*found.accounts(), *found.payees()):
                if one.holder.startswith(stem):
                    yield line, one


def gathered(house: House, asked: Asked, region: str, line: str = "", whole_names: bool = False) -> Gathered:
    """Read everything; persons are masked, unless the caller has recorded that somebody reads their whole names."""
    stem, head = stem_of(region), house.log.head()
    with house.log.database.read() as connection:
        lines = [one for one in overview(connection, asked.on, region, asked.cuts) if line in ("", one.line.line)]
        uncharged = 0 if line else uncharged_fen(connection, region, asked.cuts)
        committed = committed_by_entries(connection, region, line or None, asked.cuts)
        ids = [one.line.line for one in lines]
        statements = {id: statement(connection, id, asked.cuts) for id in ids}
        told = {id: [*_steps_within(connection, id, stem, asked)] for id in ids}
        shares = [one for id in ids for one in _shares(connection, id, asked) if one.holder.startswith(stem)]
        wanted = {one.training_class for one in shares} | {one.training_class for row in told.values() for one in row}
        classes = _classes(connection, wanted - {""})
        found = flags(connection, asked.on, UseScope(region, line or None), asked.cuts)
        sides = reconcile(connection, house.log, asked.on, region, asked.cuts)
    persons = {one.person for one in shares} | {one.person for one in sides.persons}
    persons |= {
        move.account.removeprefix("person:")
        for steps_ in told.values()
        for step in steps_
        for move in step.moves
        if move.account.startswith("person:")
    }
    called = names(house, asked.language, asked.cuts, () if whole_names else persons)
    if whole_names:
        called = called._replace(persons=_whole(house, persons))
    about = asked, region, head, called, lines, uncharged, committed
    return Gathered(*about, statements, told, shares, classes, found, sides, whole_names)


def persons_of(found: Gathered) -> list[str]:
    """Everybody whose name stands in the export."""
    return sorted(found.names.persons)


def _whole(house: House, persons: set[str]) -> dict[str, str]:
    told = house.vault.disclose([PersonId(one) for one in sorted(persons)], ("name",))
    return {person: fields.get("name", "") for person, fields in told.items()}


def _steps_within(connection: Connection, line: str, stem: str, asked: Asked) -> Iterator[Step]:
    """The steps that move an account of the region, those of its claims, and those that move nothing."""
    for step in steps(connection, line, cuts=asked.cuts):
        here = any(move.account.startswith(stem) for move in step.moves)
        if here or (not step.moves and step.claim.removeprefix("claim-").startswith(stem if step.claim else "")):
            yield step


def _shares(connection: Connection, line: str, asked: Asked) -> Iterator[ShareRow]:
    after = None
    while True:
        page = shares_of_line(connection, line, asked.cuts, after=after, limit=PAGE_SHARES)
        yield from page
        if len(page) < PAGE_SHARES:
            return
        after = page[-1].position, page[-1].person, page[-1].place


def _classes(connection: Connection, wanted: set[str]) -> dict[str, ClassRow]:
    c = ledger_tables().classes.c
    columns = [c[name] for name in ClassRow._fields]
    rows = (
        row
        for part in chunks(sorted(wanted))
        for row in connection.execute(select(*columns).where(c.training_class.in_(part)))
    )
    return {row.training_class: ClassRow(*row) for row in rows}
