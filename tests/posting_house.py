"""A log with officers and places, in which postings can be recorded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from posting_samples import CHOSEN, HALL, PLACES, PROVINCE, officer

from taizhang.adapters.desk import Desk
from taizhang.adapters.log.log import Log
from taizhang.adapters.orders import Order
from taizhang.domain.core import Actor, Fact, Position
from taizhang.domain.decisions import Proposal
from taizhang.domain.officers import OfficerAppointed, RoleGranted

SYSTEM = officer("system", "system-administrator")
ZHAO, QIAN, DIRECTOR = officer(), officer("qian"), officer("director")
REGISTRAR, BOSS, SECURITY = (
    officer("registrar", "clerk"),
    officer("boss", "clerk"),
    officer("guard", "security-administrator"),
)
OFFICERS = (ZHAO, QIAN, DIRECTOR, REGISTRAR, BOSS, SECURITY)


def founded(url: str, standing: Sequence[Fact]) -> dict[Fact, Position]:
    """Record officers and places, and what stands; the positions of the places and of what stands."""
    log = Log.open(url)
    desk = Desk(log)
    appointed = [OfficerAppointed(officer=who.officer, organisation=HALL, occurred_on=CHOSEN) for who in OFFICERS]
    granted: Any = [
        RoleGranted(officer=who.officer, role=who.role, organisation=HALL, region=PROVINCE, occurred_on=CHOSEN)
        for who in OFFICERS
    ]
    prepared: list[tuple[Actor, Sequence[Fact]]] = [
        (SYSTEM, [*(one for one in PLACES), *appointed, *granted]),
        (ZHAO, standing),
    ]
    positions: dict[Fact, Position] = {}
    for number, (by, facts) in enumerate(prepared):
        order = Order(id=f"prepared-{number}", by=by, items=[Proposal(fact=fact) for fact in facts])
        verdicts = desk.submit(order).verdicts if facts else ()
        assert [one.outcome for one in verdicts] == ["recorded"] * len(facts), verdicts
        positions |= {fact: Position(one.position or 0) for fact, one in zip(facts, verdicts, strict=True)}
    log.close()
    return positions
