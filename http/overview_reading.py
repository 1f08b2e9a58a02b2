"""Targets of the phases beside what the ledger says of the same phase and kind of programme."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import Connection

from taizhang.adapters.house import House
from taizhang.adapters.log.log import Criterion
from taizhang.domain.decisions import within
from taizhang.domain.plans import PlanApproved, PlanFiled
from taizhang.domain.policy import ProgrammeOpened, ProgrammeOpenedCorrected, TargetSet, TargetSetCorrected
from taizhang.http.class_facts import Standing, in_force, topics_of
from taizhang.http.cuts import TimeBar
from taizhang.http.ledger_reading import Scope, cuts_of
from taizhang.projections.ledger_query import figures
from taizhang.projections.measures import period_of_days
from taizhang.projections.plans import Unplanned, planned_in, without_plan
from taizhang.projections.replay import Cuts

if TYPE_CHECKING:
    from taizhang.http.asking import Asking

REACHED: Final = ("persons", "person_times", "persons_poor", "person_times_poor")


class Aim(NamedTuple):
    """One target, the programme it belongs to (None: unknown), and the ledger's figures of the same days."""

    standing: Standing
    target: TargetSet
    programme: ProgrammeOpened | None
    period: str  # the ledger's period of the same days
    figures: Mapping[str, int | None]

    @property
    def years(self) -> str:
        """The target's years as people write them; its days where they are not whole years."""
        if ".." in self.period:
            return f"{self.target.since} – {self.target.until}"
        first, last = self.target.since.year, self.target.until.year
        return str(first) if first == last else f"{first}–{last}"


def aims(asking: Asking, region: str) -> list[Aim]:
    """The targets set for exactly this region, as known at the bar's moment, earliest phase first."""
    house, bar = asking.house, asking.bar
    return asking.reckoned(
        ("aims", region, cuts_of(bar)), lambda connection: _aims(house, connection, region, bar), region=region
    )[1]


def _aims(house: House, connection: Connection, region: str, bar: TimeBar) -> list[Aim]:
    programmes = {
        one.body.programme: one.body
        for one in _in_force(house, bar, ProgrammeOpened.TOPIC, ProgrammeOpenedCorrected.TOPIC)
        if isinstance(one.body, ProgrammeOpened)
    }
    found = []
    for one in _in_force(house, bar, TargetSet.TOPIC, TargetSetCorrected.TOPIC):
        target = one.body
        if isinstance(target, TargetSet) and target.region == region:
            programme = programmes.get(target.programme)
            period = period_of_days(target.since, target.until)  # whatever the target calls its phase
            kind = programme.kind if programme is not None else ""
            reached = _reached(connection, target, period, kind, cuts_of(bar))
            found.append(Aim(one, target, programme, period[1], reached))
    return sorted(found, key=lambda aim: (aim.target.since, aim.target.programme))


def _in_force(house: House, bar: TimeBar, *topics: str) -> list[Standing]:
    rules_of_all_days = TimeBar(bar.recorded_at)  # a target is known before the phase it is for
    return in_force(house.log, [Criterion(topics, ())], rules_of_all_days)


def _reached(
    connection: Connection, target: TargetSet, period: tuple[str, str], kind: str, cuts: Cuts
) -> dict[str, int]:
    """Persons and person-times of the target's own days, all and registered poor."""
    period_kind, days = period
    scope = Scope(target.region, period_kind=period_kind, period=days, programme_kind=kind)
    return figures(connection, scope, REACHED, cuts)


def unplanned(house: House, connection: Connection, region: str, year: int, bar: TimeBar) -> list[Unplanned]:
    """The counties of a region that had no approved plan for a year, as known at the bar's moment."""
    then = None
    if bar.query:
        kinds = [*topics_of(PlanFiled), *topics_of(PlanApproved)]
        then = planned_in((one.body for one in in_force(house.log, [Criterion(kinds, ())], bar)), year)
    return [one for one in without_plan(connection, year, plans=then) if within(one.region, region)]
