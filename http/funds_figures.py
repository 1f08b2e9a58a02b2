"""The facts behind a figure of money: the entries that it is the sum of, each with its fact."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, select

from taizhang.http.funds_scope import MEASURES
from taizhang.projections.funds.cuts import Cuts, known
from taizhang.projections.funds.measures import AGE_BUCKETS
from taizhang.projections.funds.rows import ADVANCE, CLAIMS_BOOK, OWN
from taizhang.projections.funds.statement import PAYEES
from taizhang.projections.funds.steps import as_date
from taizhang.projections.funds.tables import fund_tables
from taizhang.projections.scope import stem_of


class Entry(NamedTuple):
    """One entry behind a figure, and by how much it changed the figure, in fen."""

    line: str
    position: int
    recorded_at: int
    effective_on: Any
    kind: str
    holder: str
    account: str
    counter: str
    training_class: str
    claim: str
    change_fen: int


class Asked(NamedTuple):
    """Which figure: of some lines, in a region or of one holder; a measure, or one account's flow."""

    lines: Sequence[str]
    region: str
    measure: str = ""
    holder: str = ""
    account: str = ""
    counter: str = ""
    book: str = ""
    kind: str = ""
    giver: str = ""  # with `taker`: what went from the one to the other
    taker: str = ""
    pairs: Sequence[tuple[str, str]] = ()  # what went between all of these
    exactly: bool = False  # of the region's own accounts, and not of those below it


_Row = Any
_Counts = Callable[[_Row, bool], int]  # a row of fund_entry, and whether the other side is in the region too


def _into(book: str, *kinds: str) -> _Counts:
    def counts(row: _Row, inside: bool) -> int:
        return 0 if inside or row.party != OWN or row.book != book or row.kind not in kinds else _sides(row)[0]

    return counts


def _out(book: str, *kinds: str) -> _Counts:
    def counts(row: _Row, inside: bool) -> int:
        return 0 if inside or row.party != OWN or row.book != book or row.kind not in kinds else _sides(row)[1]

    return counts


def _left(book: str) -> _Counts:
    return lambda row, _: row.amount_fen if (row.party, row.book) == (OWN, book) else 0


def _payees(side: int, *kinds: str) -> _Counts:
    def counts(row: _Row, _: bool) -> int:
        return _sides(row)[side] if row.counter in PAYEES and (not kinds or row.kind in kinds) else 0

    return counts


COMMITTED: Final = "committed_fen"  # counts entries of the claims' book, all others those of accounts
# as projections/funds/use.py adds them up
COUNTS: Final[Mapping[str, _Counts]] = {
    "allocated_fen": _into("quota", "budget-approved", "allocation-issued"),
    "received_fen": _into("cash", "budget-approved", "transferred"),
    "passed_on_fen": _out("cash", "transferred"),
    "returned_fen": _out("cash", "returned"),
    "recalled_fen": _out("quota", "recalled"),
    "recalled_cash_fen": _out("cash", "recalled"),
    "paid_fen": _payees(1),
    "bank_returned_fen": _payees(0, "payment-returned"),
    "recovered_fen": _payees(0, "recovered"),
    COMMITTED: lambda row, _: row.amount_fen,
    "advances_fen": lambda row, _: row.amount_fen if row.party == ADVANCE else 0,
    "balance_fen": _left("cash"),
    "quota_fen": _left("quota"),
}
OPENS: Final = frozenset(COUNTS)
assert set(MEASURES) >= OPENS
UNCHARGED: Final = "none"  # in an address: what is charged to no line
EXECUTION: Final = "execution_bp"
OPENED: Final[Mapping[str, str]] = {
    **{name: name for name in COUNTS},
    EXECUTION: EXECUTION,
    "idle_days": "balance_fen",
    **{one.name: "balance_fen" for one in AGE_BUCKETS},
}
"""By the name of a figure on a page: the measure into whose entries it opens. What waits is told by what makes the balance."""


def _kept(row: _Row, inside: bool) -> int:
    """What a rate of execution divides by what was received: paid, less what the bank or payees gave back."""
    return COUNTS["paid_fen"](row, inside) - sum(
        COUNTS[one](row, inside) for one in ("bank_returned_fen", "recovered_fen")
    )


def entries(connection: Connection, asked: Asked, cuts: Cuts) -> Iterator[Entry]:
    """Every entry that the figure counts, oldest first; their changes sum up to it."""
    e = fund_tables().entries
    stem = asked.region if asked.exactly else stem_of(asked.region)
    if asked.pairs:
        every = [asked._replace(giver=giver, taker=taker) for giver, taker in asked.pairs]
        told = [one for pair in every for one in _between(connection, pair, cuts)]
        yield from sorted(told, key=lambda one: (one.recorded_at, one.position))
        return
    if asked.giver:
        yield from _between(connection, asked, cuts)
        return
    parties = (CLAIMS_BOOK,) if asked.measure == COMMITTED else (OWN, ADVANCE)
    where = [e.c.line.in_(asked.lines), e.c.party.in_(parties), e.c.holder.startswith(stem, autoescape=True)]
    for column, value in (
        (e.c.holder, asked.holder),
        (e.c.party, asked.account),
        (e.c.counter, asked.counter),
        (e.c.book, asked.book),
        (e.c.kind, asked.kind),
    ):
        if value:
            where.append(column == value)
    query = select(e).where(*where, *known(e.c, cuts)).order_by(e.c.recorded_at, e.c.position, e.c.place)
    counts = _kept if asked.measure == EXECUTION else COUNTS.get(asked.measure)
    for row in connection.execute(query):
        inside = row.counter[:1].isdigit() and row.counter.startswith(stem)
        change = counts(row, inside) if counts is not None else row.amount_fen
        if change:
            yield _entry(row, change)


def entries_between(connection: Connection, asked: Asked, earlier: Cuts, later: Cuts) -> list[Entry]:
    """The entries that lead from the figure at one moment to the same at another, oldest first."""
    sums: dict[Entry, int] = {}
    for sign, at in ((1, later), (-1, earlier)):
        for one in entries(connection, asked, at):
            entry = one._replace(change_fen=0)
            sums[entry] = sums.get(entry, 0) + sign * one.change_fen
    found = [entry._replace(change_fen=amount) for entry, amount in sums.items() if amount]
    return sorted(found, key=lambda one: (one.recorded_at, one.position))


def _between(connection: Connection, asked: Asked, cuts: Cuts) -> Iterator[Entry]:
    """What went from one account to another, as the statement's edges add it up."""
    e = fund_tables().entries
    gives = asked.giver[:1].isdigit() or asked.giver.startswith(f"{ADVANCE}:")
    here, there = (asked.giver, asked.taker) if gives else (asked.taker, asked.giver)
    party = ADVANCE if here.startswith(f"{ADVANCE}:") else OWN
    counter = ADVANCE if there.startswith(f"{ADVANCE}:") else there
    holder = here.removeprefix(f"{ADVANCE}:")
    where = [e.c.line.in_(asked.lines), e.c.holder == holder, e.c.party == party, e.c.counter == counter]
    if asked.book:
        where.append(e.c.book == asked.book)
    query = select(e).where(*where, *known(e.c, cuts)).order_by(e.c.recorded_at, e.c.position, e.c.place)
    for row in connection.execute(query):
        change = _sides(row)[1 if gives else 0]
        if change:
            yield _entry(row, change)


def _entry(row: _Row, change_fen: int) -> Entry:
    return Entry(
        row.line,
        row.position,
        row.recorded_at,
        as_date(row.effective_on),
        row.kind,
        row.holder,
        row.party,
        row.counter,
        row.training_class,
        row.claim,
        change_fen,
    )


def _sides(row: _Row) -> tuple[int, int]:
    """What came in and what went out: what a correction takes back counts against its own side."""
    if (row.amount_fen > 0) != bool(row.taken_back):
        return row.amount_fen, 0
    return 0, -row.amount_fen
