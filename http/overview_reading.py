"""Targets of the phases beside what the ledger says of the same phase and kind of programme."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from taizhang.adapters.house import House
from taizhang.adapters.log import Criterion
from taizhang.domain.decisions import within
from taizhang.domain.policy import ProgrammeOpened, ProgrammeOpenedCorrected, TargetSet, TargetSetCorrected
from taizhang.http.class_facts import Standing, in_force
from taizhang.http.cuts import TimeBar
from taizhang.http.ledger_reading import Scope, figure
from taizhang.projections.measures import PHASES
from taizhang.projections.plans import Unplanned, without_plan

REACHED: Final = ("persons", "person_times", "persons_poor", "person_times_poor")
_PHASE_CODES: Final = frozenset(phase.code for phase in PHASES)


class Aim(NamedTuple):
    """One target, the programme it belongs to, and the ledger's figures of its phase (None: no such phase)."""

    standing: Standing
    target: TargetSet
    programme: ProgrammeOpened | None
    period: str  # the ledger's period of the same years, or "" when there is none
    figures: Mapping[str, int]

    @property
    def years(self) -> str:
        """The target's years as people write them."""
        first, last = self.target.since.year, self.target.until.year
        return str(first) if first == last else f"{first}–{last}"


def aims(house: House, region: str, bar: TimeBar) -> list[Aim]:
    """The targets set for exactly this region, as known at the bar's moment, earliest phase first."""
    programmes = {
        one.body.programme: one.body
        for one in _in_force(house, bar, ProgrammeOpened.TOPIC, ProgrammeOpenedCorrected.TOPIC)
        if isinstance(one.body, ProgrammeOpened)
    }
    found = []
    for one in _in_force(house, bar, TargetSet.TOPIC, TargetSetCorrected.TOPIC):
        target = one.body
        if isinstance(target, TargetSet) and target.region == region:
            programme, period = programmes.get(target.programme), _period(target)
            reached = _reached(house, target, period, programme.kind if programme is not None else "", bar)
            found.append(Aim(one, target, programme, period, reached))
    return sorted(found, key=lambda aim: (aim.target.since, aim.target.programme))


def _in_force(house: House, bar: TimeBar, *topics: str) -> list[Standing]:
    rules_of_all_days = TimeBar(bar.recorded_at)  # a target is known before the phase it is for
    return in_force(house.log, [Criterion(topics, ())], rules_of_all_days)


def _reached(house: House, target: TargetSet, period: str, kind: str, bar: TimeBar) -> dict[str, int]:
    """Persons and person-times of the target's years, all and registered poor; nothing without such a period."""
    if not period:
        return {}
    period_kind = "year" if len(period) == len("2016") and period not in _PHASE_CODES else "phase"
    scope = Scope(target.region, period_kind=period_kind, period=period, programme_kind=kind)
    return {name: figure(house, scope, name, bar) for name in REACHED}


def _period(target: TargetSet) -> str:
    """The ledger's period of a target's years, whatever the target calls its phase."""
    years = target.since.year, target.until.year
    phase = next((one.code for one in PHASES if (one.first_year, one.last_year) == years), "")
    return phase or (str(years[0]) if years[0] == years[1] else "")


def unplanned(house: House, region: str, year: int) -> list[Unplanned]:
    """The counties of a region that have no approved plan for a year, as known now."""
    with house.log.database.read() as connection:
        return [one for one in without_plan(connection, year) if within(one.region, region)]
