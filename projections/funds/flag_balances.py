"""Flags about time and balances: recorded or passed on late, idle, short, overdue, or without an allocation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import func, select

from taizhang.domain.kinds import kind_words
from taizhang.domain.wording import yuan
from taizhang.projections.funds.ages import ages
from taizhang.projections.funds.cuts import known, of_scope
from taizhang.projections.funds.flag_facts import Found, Seen, Stepped
from taizhang.projections.funds.rows import OWN
from taizhang.projections.funds.steps import as_date
from taizhang.projections.funds.tables import fund_tables


def recorded_late(it: Seen) -> Iterator[Found]:
    """Facts recorded later than the threshold for late entries."""
    for step in it.steps:
        limit = it.limit("late-entry-days", step.region, step.effective_on) or 0
        if step.late_days > limit:
            named = kind_words(step.fact)
            words: dict[str, Any] = {"day": step.effective_on, "days": step.late_days, "limit": limit}
            words |= {"what": named.zh if named else step.kind, "what_en": named.en if named else step.kind}
            yield Found("recorded-late", step.line, step.region, step.amount_fen, (step.position,), words)


class _Moved(NamedTuple):
    """One entry of an account by the day on which it happened."""

    day: date
    amount_fen: int
    kind: str
    position: int
    counter: str


def passed_on_late(it: Seen) -> Iterator[Found]:
    """What was allotted or transferred downwards after it had waited longer than the line or the policy allows."""
    for (line, holder, book), moved in _accounts(it):
        waiting: list[list[Any]] = []  # day, what is left of it, position
        for one in moved:
            if one.amount_fen > 0:
                waiting.append([one.day, one.amount_fen, one.position])
                continue
            oldest = _spend(waiting, -one.amount_fen)
            downwards = one.kind == ("allocation-issued" if book == "quota" else "transferred")
            if oldest is None or not downwards or one.counter[:6] == holder[:6]:
                continue
            limit = it.lawful_days.get(line) or it.limit("pass-on-days", holder[:6], one.day)
            days = (one.day - oldest[0]).days
            if limit is not None and days > limit:
                words = {"holder": holder, "day": one.day, "days": days, "limit": limit}
                positions = (oldest[2], one.position)
                yield Found("passed-on-late", line, holder[:6], -one.amount_fen, positions, words)


def _spend(waiting: list[list[Any]], amount: int) -> tuple[date, int, int] | None:
    """Take an amount from what came first; the oldest part that it took."""
    first = (waiting[0][0], waiting[0][1], waiting[0][2]) if waiting else None
    while amount > 0 and waiting:
        part = min(amount, waiting[0][1])
        waiting[0][1] -= part
        amount -= part
        if waiting[0][1] == 0:
            waiting.pop(0)
    return first


def idle(it: Seen) -> Iterator[Found]:
    """Accounts with money that has waited longer than the line or the policy allows."""
    into: dict[tuple[str, str], list[Stepped]] = {}
    for step in it.of("budget-approved", "transferred"):
        into.setdefault((step.line, step.receiver or step.region), []).append(step)
    for one in ages(it.connection, it.on, it.scope, it.cuts):
        limit = it.lawful_days.get(one.line) or it.limit("idle-days", one.holder[:6], it.on) or 0
        over = sum(one.buckets[1:])
        if one.idle_days > limit and over:
            words = {"holder": one.holder, "days": one.idle_days, "limit": 30, "amount": yuan(over)}
            came = [step.position for step in into.get((one.line, one.holder), ())]
            yield Found("idle-balance", one.line, one.holder[:6], over, tuple(came), words)


def negative(it: Seen) -> Iterator[Found]:
    """Accounts that were short on some day, by the days on which things happened; the worst day is told."""
    for (line, holder, _), moved in _accounts(it):
        balance = worst = 0
        on, positions = it.on, set[int]()
        for place, one in enumerate(moved):
            balance += one.amount_fen
            ends_day = place + 1 == len(moved) or moved[place + 1].day != one.day
            if ends_day and balance < worst:
                worst, on = balance, one.day
                positions = {each.position for each in moved if each.day == one.day and each.amount_fen < 0}
        if worst < 0:
            words = {"holder": holder, "day": on, "amount": yuan(-worst)}
            yield Found("negative-balance", line, holder[:6], -worst, tuple(sorted(positions)), words)


def without_allocation(it: Seen) -> Iterator[Found]:
    """Regions that had received more cash from other regions than was allotted to them; the worst day is told."""
    came: dict[tuple[str, str], list[tuple[date, int, int]]] = {}
    for (line, holder, book), moved in _accounts(it):
        for one in moved:
            outside = one.kind == "budget-approved" or one.counter[:6] != holder[:6]
            arrives = one.kind in ("budget-approved", "transferred", "allocation-issued")
            if one.amount_fen > 0 and arrives and outside:
                signed = one.amount_fen if book == "cash" else -one.amount_fen
                came.setdefault((line, holder[:6]), []).append((one.day, signed, one.position))
    for (line, region), rows in sorted(came.items()):
        sums: dict[date, int] = {}
        for day, signed, _ in rows:
            sums[day] = sums.get(day, 0) + signed
        over = worst = 0
        on = it.on
        for day in sorted(sums):
            over += sums[day]
            if over > worst:
                worst, on = over, day
        if worst > 0:
            positions = tuple(sorted({position for day, signed, position in rows if signed > 0 and day <= on}))
            words = {"region": region, "day": on, "amount": yuan(worst)}
            yield Found("transferred-without-allocation", line, region, worst, positions, words)


def overdue_advances(it: Seen) -> Iterator[Found]:
    """Advances of which something is left after the day by which they were to be cleared."""
    e = fund_tables().entries.c
    query = select(e.account, func.sum(e.amount_fen)).where(e.account.startswith("advance:"), *known(e, it.cuts))
    left = {account: int(amount) for account, amount in it.connection.execute(query.group_by(e.account))}
    for step in it.of("advance-paid"):
        amount = left.get(f"advance:{step.advance}", 0)
        if amount > 0 and step.due_on is not None and step.due_on < it.on:
            words = {"advance": step.advance, "day": step.due_on, "days": (it.on - step.due_on).days}
            words |= {"amount": yuan(amount)}
            yield Found("advance-overdue", step.line, step.region, amount, (step.position,), words)


def _accounts(it: Seen) -> Iterable[tuple[tuple[str, str, str], list[_Moved]]]:
    """Every holder's own account in each book: what stands moved by day, in the order of days."""
    tables = fund_tables()
    e = tables.entries.c
    scope = it.scope._replace(purpose=None, institution=None, training_class=None)
    root = func.coalesce(e.corrects, e.position)
    by = (e.line, e.holder, e.book, e.effective_on, e.kind, e.counter, root)
    query = select(*by, func.sum(e.amount_fen)).where(
        e.party == OWN, *of_scope(e, scope, tables.lines), *known(e, it.cuts)
    )
    found: dict[tuple[str, str, str], list[_Moved]] = {}
    for row in it.connection.execute(query.group_by(*by)):
        line, holder, book, day, kind, counter, position, amount = tuple(row)
        if amount:
            found.setdefault((line, holder, book), []).append(
                _Moved(as_date(day), int(amount), kind, position, counter)
            )
    for moved in found.values():
        moved.sort(key=lambda one: (one.day, one.amount_fen < 0, one.position))
    return sorted(found.items())
