"""Targets of the phases beside what the ledger says of the same phase and kind of programme."""

from __future__ import annotations

from typing import NamedTuple

from taizhang.adapters.house import House
from taizhang.adapters.log import Criterion
from taizhang.domain.policy import ProgrammeOpened, ProgrammeOpenedCorrected, TargetSet, TargetSetCorrected
from taizhang.http.class_facts import Standing, in_force
from taizhang.http.cuts import TimeBar
from taizhang.http.ledger_reading import Asked, Figures, Period, figures
from taizhang.projections.measures import PHASES


class Aim(NamedTuple):
    """One target, the programme it belongs to, and the ledger's figures of its phase (None: no such phase)."""

    standing: Standing
    target: TargetSet
    programme: ProgrammeOpened | None
    period: Period | None
    figures: Figures


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
            asked = Asked(region, bar, period or Period(), programme.kind if programme is not None else "")
            reached = figures(house, asked) if period is not None else {}
            found.append(Aim(one, target, programme, period, reached))
    return sorted(found, key=lambda aim: (aim.target.since, aim.target.programme))


def _in_force(house: House, bar: TimeBar, *topics: str) -> list[Standing]:
    rules_of_all_days = TimeBar(bar.recorded_at)  # a target is known before the phase it is for
    return in_force(house.log, [Criterion(topics, ())], rules_of_all_days)


def _period(target: TargetSet) -> Period | None:
    """The ledger's period of a target's years, whatever the target calls its phase."""
    years = target.since.year, target.until.year
    phase = next((one.code for one in PHASES if (one.first_year, one.last_year) == years), None)
    if phase is not None:
        return Period("phase", phase)
    return Period("year", str(years[0])) if years[0] == years[1] else None
