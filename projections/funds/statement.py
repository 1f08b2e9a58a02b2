"""The statement of a line at any past moment and about any past day: what came into and went out of every account.

Whole months on both axes come from `fund_month`, the two months that the cuts divide from `fund_day`, and what was
recorded after the cut on its very day is taken off through `fund_entry`. So it costs the same however long the line is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, func, select, union_all

from taizhang.domain.funds.books import OUTSIDE
from taizhang.projections.funds.cuts import NOW, Cuts, gross, recorded_day, summed, too_late
from taizhang.projections.funds.rows import ADVANCE, OWN
from taizhang.projections.funds.tables import FundTables, fund_tables
from taizhang.projections.scope import on

PAYEES = ("institution", "person")


class Flow(NamedTuple):
    """What came into one account of a holder from one other side, and went out to it, by kind of fact, in fen."""

    holder: str
    account: str  # "own", or "advance": what the holder has outstanding in advances
    counter: str  # another holder, "outside", "advance", "institution" or "person"
    book: str
    kind: str
    in_fen: int
    out_fen: int
    entries: int


class AccountState(NamedTuple):
    """What ever came into an account, went out of it, and is left on it, in fen."""

    holder: str
    account: str
    book: str
    in_fen: int
    out_fen: int

    @property
    def balance_fen(self) -> int:
        return self.in_fen - self.out_fen


class Edge(NamedTuple):
    """So much went from one account to another, net of what came back the same way, in fen."""

    giver: str
    taker: str
    book: str
    amount_fen: int


class Statement(NamedTuple):
    """A line as known and as effective at the cuts."""

    line: str
    cuts: Cuts
    flows: tuple[Flow, ...]

    def accounts(self) -> list[AccountState]:
        """Every account that a holder has, or had, in either book."""
        sums: dict[tuple[str, str, str], list[int]] = {}
        for flow in self.flows:
            found = sums.setdefault((flow.holder, flow.account, flow.book), [0, 0])
            found[0] += flow.in_fen
            found[1] += flow.out_fen
        return [AccountState(*key, *sums[key]) for key in sorted(sums)]

    def balance(self, book: str, holder: str, account: str = OWN) -> int:
        """What is left on one account, in fen."""
        mine = (flow for flow in self.flows if (flow.holder, flow.account, flow.book) == (holder, account, book))
        return sum(flow.in_fen - flow.out_fen for flow in mine)

    def payees(self) -> list[AccountState]:
        """What each holder's end payees got and gave back: account "institution" or "person"."""
        sums: dict[tuple[str, str], list[int]] = {}
        for flow in self.flows:
            if flow.counter in PAYEES:
                found = sums.setdefault((flow.holder, flow.counter), [0, 0])
                found[0] += flow.out_fen
                found[1] += flow.in_fen
        return [AccountState(holder, party, "cash", *sums[holder, party]) for holder, party in sorted(sums)]

    @property
    def used_fen(self) -> int:
        """What reached end payees and has not come back."""
        return sum(flow.out_fen - flow.in_fen for flow in self.flows if flow.counter in PAYEES)

    @property
    def budgeted_fen(self) -> int:
        """The cash that came into the line from outside."""
        return sum(flow.in_fen for flow in self.flows if (flow.book, flow.counter) == ("cash", "outside"))

    def between(self) -> list[Edge]:
        """The picture of the flow: from whom to whom; advances of a holder stand as "advance:HOLDER"."""
        sums: dict[tuple[str, str, str], int] = {}
        for flow in self.flows:
            here = flow.holder if flow.account == OWN else f"{ADVANCE}:{flow.holder}"
            there = f"{ADVANCE}:{flow.holder}" if flow.counter == ADVANCE else flow.counter
            mirrored = flow.counter[:1].isdigit() or flow.counter == ADVANCE
            if flow.out_fen:
                sums[here, there, flow.book] = sums.get((here, there, flow.book), 0) + flow.out_fen
            if flow.in_fen and not mirrored and flow.account == OWN:
                sums[there, here, flow.book] = sums.get((there, here, flow.book), 0) + flow.in_fen
        return [Edge(*key, amount) for key, amount in sorted(sums.items()) if amount]


def way_to(found: Statement, holder: str) -> list[Edge]:
    """The transfers through which the line's cash came to a holder, the nearest to the source first."""
    into: dict[str, list[Edge]] = {}
    for edge in found.between():
        if edge.book == "cash" and (edge.giver == OUTSIDE or edge.giver[:1].isdigit()):
            into.setdefault(edge.taker, []).append(edge)
    way: list[Edge] = []
    waiting, seen = [holder], {holder}
    while waiting:
        for edge in into.get(waiting.pop(0), ()):
            way.insert(0, edge)
            if edge.giver not in seen:
                seen.add(edge.giver)
                waiting.append(edge.giver)
    return way


_BY = ("holder", "party", "counter", "book", "kind")


def statement(connection: Connection, line: str, cuts: Cuts = NOW) -> Statement:
    """What came into and went out of every account of the line, as known and as effective at the cuts."""
    sums: dict[tuple[str, ...], list[int]] = {}
    tables = fund_tables()
    _add(sums, connection.execute(union_all(*_parts(tables, line, cuts))), 1)
    late = too_late(tables.entries.c, cuts)
    if late is not None:
        e = tables.entries.c
        query = select(*(e[name] for name in _BY), *gross(e)).where(e.line == line, e.party.in_((OWN, ADVANCE)), *late)
        _add(sums, connection.execute(query.group_by(*(e[name] for name in _BY))), -1)
    return Statement(line, cuts, tuple(_flows(sums)))


def _flows(sums: dict[tuple[str, ...], list[int]]) -> Iterator[Flow]:
    for key in sorted(sums):
        into, out, entries = sums[key]
        if into or out or entries:
            holder, party, counter, book, kind = key
            yield Flow(holder, party, counter, book, kind, into, out, entries)


def _add(sums: dict[tuple[str, ...], list[int]], rows: Iterable[Row[Any]], sign: int) -> None:
    for row in rows:
        holder, party, counter, book, kind, into, out, entries = tuple(row)
        found = sums.setdefault((holder, party, counter, book, kind), [0, 0, 0])
        found[0] += sign * int(into)
        found[1] += sign * int(out)
        found[2] += sign * int(entries)


def _parts(tables: FundTables, line: str, cuts: Cuts) -> Iterator[Select[Any]]:
    """Sums of whole months before both cuts, then of the days of the months that the cuts divide."""
    m, d = tables.months.c, tables.days.c
    effective = cuts.as_effective_on
    recorded = recorded_day(cuts.as_recorded_at) if cuts.as_recorded_at is not None else None
    whole = [m.line == line]
    if recorded is not None:
        whole.append(m.recorded_month < _month(recorded))
    if effective is not None:
        whole.append(m.effective_month < _month(effective))
    yield _sums(m).where(*whole).group_by(*(m[name] for name in _BY))
    grouped = [d[name] for name in _BY]
    if recorded is not None:
        first = d.recorded_on >= on(d.recorded_on, recorded.replace(day=1))
        yield _sums(d).where(d.line == line, first, *summed(d, cuts)).group_by(*grouped)
    if effective is not None:
        divided = [d.line == line, d.effective_on >= on(d.effective_on, effective.replace(day=1)), *summed(d, cuts)]
        if recorded is not None:
            divided.append(d.recorded_on < on(d.recorded_on, recorded.replace(day=1)))
        yield _sums(d).where(*divided).group_by(*grouped)


def _sums(t: Any) -> Select[Any]:
    return select(*(t[name] for name in _BY), *(func.sum(t[name]) for name in ("in_fen", "out_fen", "entries")))


def _month(day: date) -> int:
    return day.year * 100 + day.month
