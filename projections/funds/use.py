"""The use of money by line, source, level, region, year, purpose, institution or class, at any cut of either axis.

What is committed and charged to no line has a row of its own, whose line, source, level and year are "" (`NO_LINE`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import Connection, func, select

from taizhang.projections.funds.ages import Age, aged_sums, ages
from taizhang.projections.funds.claims import NO_LINE
from taizhang.projections.funds.cuts import (
    EVERYTHING,
    NOW,
    Cuts,
    UseScope,
    gross,
    in_force,
    known,
    of_scope,
    summed,
    too_late,
)
from taizhang.projections.funds.measures import AGE_BUCKETS, FUND_MEASURES, OF_PAYMENTS
from taizhang.projections.funds.rows import ADVANCE, CLAIMS_BOOK, OWN
from taizhang.projections.funds.statement import PAYEES
from taizhang.projections.funds.tables import fund_tables
from taizhang.projections.scope import stem_of

DIMENSIONS: Final = ("line", "source", "level", "region", "year", "purpose", "institution", "training_class")
_OF_A_PAYMENT: Final = frozenset({"purpose", "institution", "training_class"})
Figures = dict[str, int | None]


class Use(NamedTuple):
    """The figures of one group, by the names of `FUND_MEASURES`; None: has no meaning in such a group."""

    key: tuple[str, ...]
    figures: Figures


class Sum(NamedTuple):
    """What came into and went out of a holder's accounts, by the other side, the kind of fact and what it was for."""

    line: str
    holder: str
    party: str
    counter: str
    book: str
    kind: str
    purpose: str
    institution: str
    training_class: str
    in_fen: int
    out_fen: int


def use(
    connection: Connection,
    on: date,
    scope: UseScope = EVERYTHING,
    by: Sequence[str] = ("line",),
    cuts: Cuts = NOW,
) -> list[Use]:
    """The use of the scope's money by these of `DIMENSIONS`, in their order; ages as on the day `on`.

    Without "region" among them, what moves between the scope's own holders is neither received nor passed on.
    """
    assert set(by) <= set(DIMENSIONS), by
    terms = _terms(connection)
    groups: dict[tuple[str, ...], dict[str, int]] = {}
    for row in sums_of(connection, scope, cuts):
        key = _key(row.line, row.holder, row, by, terms)
        if key is not None:
            _add(groups.setdefault(key, {}), row, _inside(row, scope, by))
    of_payments = bool(_OF_A_PAYMENT & set(by)) or any(getattr(scope, name) is not None for name in _OF_A_PAYMENT)
    aged: dict[tuple[str, ...], list[Age]] = {}
    if not of_payments:
        for one in ages(connection, on, scope, cuts):
            key = _key(one.line, one.holder, None, by, terms)
            if key is not None:
                aged.setdefault(key, []).append(one)
        for key, amount in _planned(connection, scope, by, cuts, terms):
            sums = groups.setdefault(key, {})
            sums["planned_fen"] = sums.get("planned_fen", 0) + amount
    told = (key for key in sorted(groups) if NO_LINE not in key or any(groups[key].values()))
    return [Use(key, _figures(groups[key], aged.get(key, ()), of_payments)) for key in told]


def _terms(connection: Connection) -> Mapping[str, Mapping[str, str]]:
    t = fund_tables().lines.c
    rows = connection.execute(select(t.line, t.source, t.level, t.year))
    return {
        r.line: {"line": r.line, "source": r.source or "", "level": r.level or "", "year": str(r.year)} for r in rows
    }


def _key(
    line: str, holder: str, row: Sum | None, by: Sequence[str], terms: Mapping[str, Mapping[str, str]]
) -> tuple[str, ...] | None:
    """The group of a row; None: it belongs to none (a transfer by purpose)."""
    found = []
    for name in by:
        if name == "region":
            found.append(holder[:6])
        elif name in _OF_A_PAYMENT:
            value = getattr(row, name, "")
            if not value:
                return None
            found.append(value)
        elif line == NO_LINE:
            found.append(NO_LINE)
        elif line not in terms:
            return None
        else:
            found.append(terms[line][name])
    return tuple(found)


def _inside(row: Sum, scope: UseScope, by: Sequence[str]) -> bool:
    """Whether the other side belongs to the same group."""
    if not row.counter[:1].isdigit():
        return False
    if "region" in by:
        return row.counter[:6] == row.holder[:6]
    return row.counter.startswith(stem_of(scope.region))


_CASH_IN: Final = {"budget-approved": "received_fen", "transferred": "received_fen"}
_CASH_OUT: Final = {"transferred": "passed_on_fen", "returned": "returned_fen", "recalled": "recalled_cash_fen"}
_QUOTA_IN: Final = {"budget-approved": "allocated_fen", "allocation-issued": "allocated_fen"}
_QUOTA_OUT: Final = {"recalled": "recalled_fen"}
_FROM_PAYEES: Final = {"payment-returned": "bank_returned_fen", "recovered": "recovered_fen"}


def _add(sums: dict[str, int], row: Sum, inside: bool) -> None:
    """Add what a row says to the measures it is about."""

    def add(name: str | None, amount: int) -> None:
        if name is not None and amount:
            sums[name] = sums.get(name, 0) + amount

    net = row.in_fen - row.out_fen
    if row.book == CLAIMS_BOOK:
        add("committed_fen", net)
        return
    if row.counter in PAYEES:
        add("paid_fen", row.out_fen)
        add(_FROM_PAYEES.get(row.kind), row.in_fen)
    if row.party == ADVANCE:
        add("advances_fen", net)
        return
    add("balance_fen" if row.book == "cash" else "quota_fen", net)
    if not inside:
        into, out = (_CASH_IN, _CASH_OUT) if row.book == "cash" else (_QUOTA_IN, _QUOTA_OUT)
        add(into.get(row.kind), row.in_fen)
        add(out.get(row.kind), row.out_fen)


def _figures(sums: Mapping[str, int], aged: Iterable[Age], of_payments: bool) -> Figures:
    found: Figures = {measure.name: sums.get(measure.name, 0) for measure in FUND_MEASURES}
    idle_days, buckets = aged_sums(aged)
    found["idle_days"] = idle_days
    found |= dict(zip((one.name for one in AGE_BUCKETS), buckets, strict=True))
    kept = sum(sums.get(name, 0) * sign for name, sign in _KEPT)
    received = sums.get("received_fen", 0)
    found["execution_bp"] = 10_000 * kept // received if received > 0 else None
    if of_payments:
        found = {name: value if name in OF_PAYMENTS else None for name, value in found.items()}
    return found


_KEPT: Final = (("paid_fen", 1), ("bank_returned_fen", -1), ("recovered_fen", -1))


def uncharged_fen(connection: Connection, region: str = EVERYTHING.region, cuts: Cuts = NOW) -> int:
    """What a region's approved claims commit it to pay that is charged to no line."""
    rows = sums_of(connection, UseScope(region, line=NO_LINE), cuts)
    return sum(row.in_fen - row.out_fen for row in rows if row.book == CLAIMS_BOOK)


def committed_by_entries(connection: Connection, region: str, line: str | None, cuts: Cuts = NOW) -> int:
    """What a region's approved claims commit and nobody paid yet, added up entry by entry and not from the sums of days."""
    tables = fund_tables()
    e = tables.entries.c
    where = *of_scope(e, UseScope(region, line), tables.lines), e.book == CLAIMS_BOOK, *known(e, cuts)
    return int(connection.execute(select(func.coalesce(func.sum(e.amount_fen), 0)).where(*where)).scalar_one())


def sums_of(connection: Connection, scope: UseScope, cuts: Cuts) -> Iterator[Sum]:
    """The sums that the cuts allow; what was recorded later on the cut's day comes as negative ones."""
    tables = fund_tables()
    e, names = tables.entries.c, Sum._fields[:-2]
    for d in (tables.days.c, tables.committed.c):
        by_day = [d[name] for name in names]
        query = select(*by_day, func.sum(d.in_fen), func.sum(d.out_fen))
        where = *of_scope(d, scope, tables.lines), *summed(d, cuts)
        for row in connection.execute(query.where(*where).group_by(*by_day)):
            *words, into, out = tuple(row)
            yield Sum._make([*words, int(into), int(out)])
    late = too_late(e, cuts)
    if late is not None:
        by_entry = [e[name] for name in names]
        mine = *of_scope(e, scope, tables.lines), e.party.in_((OWN, ADVANCE, CLAIMS_BOOK)), *late
        for row in connection.execute(select(*by_entry, *gross(e)[:2]).where(*mine).group_by(*by_entry)):
            *words, into, out = tuple(row)
            yield Sum._make([*words, -int(into), -int(out)])


def totals(connection: Connection, scope: UseScope, cuts: Cuts) -> dict[str, int]:
    """The sums of a scope as one group, by the measures' names; what is not there is zero."""
    sums: dict[str, int] = {}
    for row in sums_of(connection, scope, cuts):
        _add(sums, row, _inside(row, scope, ()))
    return sums


def changes_since(
    connection: Connection, scope: UseScope, since: int, cuts: Cuts
) -> dict[int, tuple[int, date, dict[str, int]]]:
    """What each fact recorded after `since` (UTC microseconds) changed in these sums: recording time, day, measures."""
    tables = fund_tables()
    e, names = tables.entries.c, Sum._fields[:-2]
    by = [e.position, e.recorded_at, e.effective_on, *(e[name] for name in names)]
    mine = *of_scope(e, scope, tables.lines), e.party.in_((OWN, ADVANCE, CLAIMS_BOOK)), *known(e, cuts)
    query = select(*by, *gross(e)[:2]).where(*mine, e.recorded_at > since).group_by(*by).order_by(e.position)
    found: dict[int, tuple[int, date, dict[str, int]]] = {}
    for position, recorded_at, day, *words, into, out in connection.execute(query):
        on_day = day if isinstance(day, date) else date.fromisoformat(day)
        _, _, sums = found.setdefault(position, (recorded_at, on_day, {}))
        row = Sum._make([*words, int(into), int(out)])
        _add(sums, row, _inside(row, scope, ()))
    return found


def _planned(
    connection: Connection,
    scope: UseScope,
    by: Sequence[str],
    cuts: Cuts,
    terms: Mapping[str, Mapping[str, str]],
) -> Iterator[tuple[tuple[str, ...], int]]:
    """What use plans in force mean to use, by group."""
    tables = fund_tables()
    s = tables.steps.c
    wanted = [s.kind == "use-plan-filed", s.region.startswith(stem_of(scope.region), autoescape=True)]
    if scope.line is not None:
        wanted.append(s.line == scope.line)
    query = select(s.line, s.region, s.amount_fen).where(*wanted, *in_force(s, cuts))
    for line, region, amount in connection.execute(query):
        key = _key(line, region, None, by, terms)
        matches = all(
            value is None or str(value) == terms.get(line, {}).get(name)
            for name, value in (("source", scope.source), ("year", scope.year))
        )
        if key is not None and matches:
            yield key, amount
