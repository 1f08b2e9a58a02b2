"""How long money has been waiting on an account: first in, first out by day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    tables = fund_tables()
    d, e = tables.days.c, tables.entries.c
    found: dict[tuple[str, str], dict[date, list[int]]] = {}
    for t, amounts, conditions, sign in (
        (d, [func.sum(d.in_fen), func.sum(d.out_fen)], summed(d, cuts), 1),
        (e, gross(e)[:2], too_late(e, cuts), -1),
    ):
        if conditions is None:
            continue
        by = (t.line, t.holder, t.effective_on)
        mine = t.book == book, t.party == OWN, *of_scope(t, scope, tables.lines), *conditions
        for row in connection.execute(select(*by, *amounts).where(*mine).group_by(*by)):
            line, holder, day, into, out = tuple(row)
            sums = found.setdefault((line, holder), {}).setdefault(as_date(day), [0, 0])
            sums[0] += sign * int(into)
            sums[1] += sign * int(out)
    return [age(line, holder, days, on) for (line, holder), days in sorted(found.items())]


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
