"""A log in which officers of several offices act, for races about lists, leads, cases and statements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import inspection_samples as i
import money_samples as m
from paying_house import SECURITY, founded, located, recorded
from racing import Race, raced

from taizhang.adapters.desk import Desk
from taizhang.adapters.log.log import Log
from taizhang.adapters.orders import Order
from taizhang.domain.core import Actor, Fact, Position
from taizhang.domain.envelope import opened
from taizhang.domain.institutions import OrganisationRegistered
from taizhang.domain.officers import OfficerAppointed, RoleGranted

HOMES: list[Fact] = [one for one in i.WORLD if isinstance(one, OrganisationRegistered)]
OFFICE = "discipline-620121"
DISCIPLINE = [i.officer(name, OFFICE, "discipline", "620121") for name in ("tang", "song", "yuan")]
TANG, SONG, YUAN = DISCIPLINE
OFFICERS = (i.HE, i.LIU, i.QIN, i.SUN, i.officer(m.DIRECTOR), *DISCIPLINE)
Standing = Sequence[tuple[Actor, Fact]]


def officers_appointed() -> list[Fact]:
    home = i.organisation(OFFICE, "620121")
    appointed = [
        OfficerAppointed(officer=who.officer, organisation=who.organisation, occurred_on=m.JANUARY) for who in OFFICERS
    ]
    granted = [
        RoleGranted(
            officer=who.officer,
            role=who.role,
            organisation=who.organisation,
            region=who.region,
            occurred_on=m.JANUARY,
        )
        for who in OFFICERS
    ]
    return [home, *appointed, *granted]


def prepared(url: str, standing: Standing, homes: Sequence[Fact] = HOMES) -> list[tuple[Fact, Position]]:
    """Record the officers and what stands, each by its own officer; where each of it is."""
    home, *rest = officers_appointed()
    positions = founded(url, [*homes, home])
    log = Log.open(url)
    desk = Desk(log)
    positions += recorded(desk, "officers-of-leads", SECURITY, rest)
    for number, (by, fact) in enumerate(standing):
        for _, position in recorded(desk, f"leads-{number}", by, [fact]):
            [stored] = log.at([position])
            positions.append((opened(position, stored.leaf).fact, position))  # with what its decision filled in
    log.close()
    return positions


def race_to_the_end(url: str, race: Race, second: int, homes: Sequence[Fact] = HOMES) -> None:
    """Race the two proposals, `second` being appended second; it is refused by the rule that the race names."""
    standing: Any = race.standing
    positions = prepared(url, standing, homes)
    orders = [
        Order(id=f"race-{number}", by=by, items=[located(proposal, positions)])
        for number, (by, proposal) in enumerate(race.proposals)
    ]
    winner, loser = raced(url, orders[1 - second], orders[second])
    assert winner.verdicts[0].outcome == "recorded", winner.verdicts
    assert loser.verdicts[0].rule == race.rules[second], loser.verdicts
