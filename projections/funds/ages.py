"""How long money has been waiting on an account: first in, first out by day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select

from taizhang.projections.funds.cuts import EVERYTHING, NOW, Cuts, UseScope, gross, of_scope, summed, too_late
from taizhang.projections.funds.measures import AGE_BUCKETS
from taizhang.projections.funds.rows import OWN
from taizhang.projections.funds.steps import as_date
from taizhang.projections.funds.tables import fund_tables


class Age(NamedTuple):
    """What is left on an account, in fen, since how many days at most, and how much of it by `AGE_BUCKETS`."""

    line: str
    holder: str
    balance_fen: int
    idle_days: int
    buckets: tuple[int, ...]


def ages(
    connection: Connection, on: date, scope: UseScope = EVERYTHING, cuts: Cuts = NOW, book: str = "cash"
) -> list[Age]:
    """Every account of the scope that ever held anything, with the age of what is left on it on the day `on`."""
    found: _Days = {}
    for row in _rows(connection, scope, cuts):
        if row.book == book:
            _add(found, (row.line, row.holder), row, row.in_fen, row.out_fen)
    return [age(line, holder, days, on) for (line, holder), days in sorted(found.items())]


def unfollowed(connection: Connection, on: date, scope: UseScope = EVERYTHING, cuts: Cuts = NOW) -> list[Age]:
    """What was allotted to each region and has not been followed by cash, with its age on the day `on`."""
    found: _Days = {}
    for row in _rows(connection, scope, cuts):
        region = row.holder[:6]
        if row.counter[:6] == region:
            continue  # within the region
        came = row.kind in ("budget-approved", "allocation-issued", "transferred")
        went = row.kind in ("returned", "recalled")
        if row.book == "quota":
            into, out = (row.in_fen if came else 0), (row.out_fen if went else 0)
        else:
            into, out = (row.out_fen if went else 0), (row.in_fen if came else 0)
        if into or out:
            _add(found, (row.line, region), row, into, out)
    return [age(line, region, days, on) for (line, region), days in sorted(found.items())]


_Days = dict[tuple[str, str], dict[date, list[int]]]


class _Row(NamedTuple):
    """What moved on one day between a holder's own account and another side."""

    line: str
    holder: str
    counter: str
    book: str
    kind: str
    effective_on: Any
    in_fen: int
    out_fen: int


def _rows(connection: Connection, scope: UseScope, cuts: Cuts) -> Iterator[_Row]:
    """The sums by day that the cuts allow; what was recorded later on the cut's own day comes as negative ones."""
    tables = fund_tables()
    d, e = tables.days.c, tables.entries.c
    for t, amounts, conditions, sign in (
        (d, [func.sum(d.in_fen), func.sum(d.out_fen)], summed(d, cuts), 1),
        (e, gross(e)[:2], too_late(e, cuts), -1),
    ):
        if conditions is not None:
            by = [t[name] for name in _Row._fields[:-2]]
            mine = t.party == OWN, *of_scope(t, scope, tables.lines), *conditions
            for row in connection.execute(select(*by, *amounts).where(*mine).group_by(*by)):
                *words, into, out = tuple(row)
                yield _Row._make([*words, sign * int(into), sign * int(out)])


def _add(found: _Days, key: tuple[str, str], row: _Row, into: int, out: int) -> None:
    sums = found.setdefault(key, {}).setdefault(as_date(row.effective_on), [0, 0])
    sums[0] += into
    sums[1] += out


def age(line: str, holder: str, days: Mapping[date, Any], on: date) -> Age:
    """Age one account: `days` gives what came in and went out on each day, in fen."""
    balance = sum(into - out for into, out in days.values())
    buckets = [0] * len(AGE_BUCKETS)
    oldest, left = on, balance
    for day in sorted(days, reverse=True):  # what is left is what came last
        if left <= 0:
            break
        part = min(left, days[day][0])
        if part > 0:
            buckets[_bucket((on - day).days)] += part
            oldest, left = day, left - part
    return Age(line, holder, balance, max(0, (on - oldest).days), tuple(buckets))


def _bucket(days: int) -> int:
    return max(place for place, one in enumerate(AGE_BUCKETS) if days > one.over_days or place == 0)


def aged_sums(found: Iterable[Age]) -> tuple[int, tuple[int, ...]]:
    """The longest idle days of these accounts, and their buckets added up."""
    rows = [*found]
    buckets = zip(*(one.buckets for one in rows), strict=True) if rows else ([0] for _ in AGE_BUCKETS)
    return max((one.idle_days for one in rows), default=0), tuple(sum(bucket) for bucket in buckets)
