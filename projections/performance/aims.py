"""Targets of phases and annual plans, and what was reached of them: each by its own days and kind of programme."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection

from taizhang.projections.funds.steps import as_date
from taizhang.projections.ledger_query import whole_of
from taizhang.projections.measures import PERSONS, period_of_days
from taizhang.projections.performance.asked import Grouped, Question, grouped, statements
from taizhang.projections.scope import Scope

UNITS = {"persons": ("target_persons", PERSONS.name), "person-times": ("target_times", "person_times")}
REACHED = ("persons", "persons_poor", "person_times", "person_times_poor", "evidenced_minutes", "confirmed_6")


class Aim(NamedTuple):
    """A target, or an annual plan, of a region: what it asks, and what its own days and kind of programme reached."""

    kind: str  # target, plan
    subject: str
    programme: str
    programme_kind: str
    region: str
    since: date
    until: date
    unit: str
    amount: int
    position: int
    reached: dict[str, int]

    @property
    def period(self) -> tuple[str, str]:
        """The ledger's period of its days."""
        return period_of_days(self.since, self.until)


def aims(connection: Connection, question: Question, wanted: Callable[[str], bool]) -> list[Aim]:
    """Every target and approved annual plan whose days lie within the period, set for a region that is wanted."""
    kinds = {row.subject: row.about for row in connection.execute(statements("programme", question.cuts))}
    approved = {row.subject for row in connection.execute(statements("plan-approval", question.cuts))}
    found: dict[tuple[str, str], Any] = {}
    for row in connection.execute(statements("target", question.cuts)):
        found["target", row.subject] = row  # of one programme, phase and region the one set last
    for row in connection.execute(statements("plan", question.cuts)):
        if row.subject in approved and row.about == "annual" and row.amount is not None:
            found["plan", row.subject] = row
    days = question.scope.days()
    aimed = []
    for (kind, subject), row in found.items():
        since, until = as_date(row.since), as_date(row.until)
        if wanted(row.region) and (days is None or (days[0] <= since and until <= days[1])):
            programme_kind = kinds.get(row.programme, "")
            reached = _reached(connection, question, row, since, until, programme_kind)
            aimed.append(
                Aim(kind, subject, row.programme, programme_kind, row.region, since, until, row.unit, row.amount,
                    row.position, reached)
            )  # fmt: skip
    return sorted(aimed, key=lambda one: (one.kind != "target", one.since, one.programme, one.region))


def aim_inputs(found: Sequence[Aim], key_of: Any) -> Grouped:
    """The inputs of the measures about targets and plans; `key_of` says to which group an aim belongs."""
    groups: Grouped = {}
    for one in found:
        key = key_of(one)
        for name, amount in amounts(one).items():
            grouped(groups, key, name, amount)
    return groups


def amounts(one: Aim) -> dict[str, int]:
    """What an aim adds to which input."""
    if one.kind == "plan":
        times = {"plan_reached": one.reached["person_times"], "plan_reached_poor": one.reached["person_times_poor"]}
        return {"plan_times": one.amount, **times}
    name, column = UNITS[one.unit]
    reached = {f"{name}_reached": one.reached[column], f"{name}_reached_poor": one.reached[f"{column}_poor"]}
    return {name: one.amount, **reached}


def _reached(
    connection: Connection, question: Question, row: Any, since: date, until: date, kind: str
) -> dict[str, int]:
    period_kind, period = period_of_days(since, until)
    scope = Scope(row.region, period_kind=period_kind, period=period, programme_kind=kind)
    whole = whole_of(connection, scope, question.cuts)
    return {name: whole[name] for name in REACHED}
