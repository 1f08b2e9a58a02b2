"""Each rule about money that reads other facts, raced from two processes in both orders (see tests/racing.py)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec
import pytest
from money_samples import (
    BUREAU,
    COUNTY,
    DIRECTOR,
    FEBRUARY,
    GIFT,
    JANUARY,
    MAY,
    OFFICE,
    PREFECTURE,
    PROVINCE,
    REGIONS,
    SECOND,
    allotted,
    budgeted,
    evaluated,
    officer,
    opened,
    planned,
    recalled,
    returned,
    tied,
    transferred,
    use,
)
from racing import Race, correction, located, raced

from taizhang.adapters.desk import Desk
from taizhang.adapters.log.log import Log
from taizhang.adapters.orders import Order
from taizhang.domain.core import Actor, Fact, OrganisationId, Position
from taizhang.domain.decisions import Proposal
from taizhang.domain.funds.use_plans import UsePlanId
from taizhang.domain.officers import OfficerAppointed, RoleGranted, RoleRevoked
from taizhang.domain.sealing import PeriodSealed, SealId

HALL = OrganisationId("finance")
SYSTEM = officer("system", "system-administrator")
TREASURER, CASHIER, REGISTRAR = officer(), officer("cashier"), officer("registrar", "clerk")
SECURITY = officer("guard", "security-administrator")
OFFICERS = (TREASURER, CASHIER, REGISTRAR, officer(DIRECTOR), officer("boss", "clerk"), SECURITY)
FUNDED = [opened(), budgeted()]
POOLED = [*FUNDED, allotted(50_000), transferred(50_000)]
[YONGDENG] = [one for one in REGIONS if getattr(one, "code", None) == COUNTY]
OUT_OF_AREA = msgspec.structs.replace(YONGDENG, category="none")  # type: ignore[type-var]
DIRECTOR_LEFT = RoleRevoked(officer=DIRECTOR, role="finance", organisation=HALL, region=PROVINCE, occurred_on=MAY)
SEALED = PeriodSealed(seal=SealId("s1"), region=COUNTY, since=JANUARY, until=MAY, occurred_on=date(2016, 6, 1))


def both(one: Fact, other: Fact, by: tuple[Actor, Actor] = (TREASURER, CASHIER)) -> Any:
    return (by[0], Proposal(fact=one)), (by[1], Proposal(fact=other))


def against(step: Fact, was: Fact, now: Fact | None = None, by: Actor = TREASURER) -> Any:
    """A step, and a correction of what it rests on to `now`; None: its being declared void."""
    return (by, Proposal(fact=step)), correction(CASHIER, now or was, was, DIRECTOR, void=now is None)


RACES = [
    Race("one line id twice", [], both(opened(), opened(year=2017)), ("funds.line-id-taken",) * 2),
    Race(
        "a region declared void and a line of it",
        [],
        (
            (TREASURER, Proposal(fact=opened(scope="named", counties=(COUNTY,)))),
            correction(REGISTRAR, YONGDENG, YONGDENG, "boss", void=True),
        ),
        ("regions.unknown-region", None),
    ),
    Race(
        "budgets above the line",
        [opened()],
        both(budgeted(60_000), budgeted(50_000)),
        ("funds.budget-above-line",) * 2,
    ),
    Race(
        "a void line and its budget",
        [opened()],
        against(budgeted(), opened()),
        ("funds.unknown-line", "corrections.others-rest-on-it"),
    ),
    Race(
        "a line of less and its budget",
        [opened()],
        against(budgeted(), opened(), opened(amount_fen=99_999)),
        ("funds.budget-above-line",) * 2,
    ),
    Race(
        "a line of another level and its budget",
        [opened()],
        against(budgeted(), opened(), opened(region=PREFECTURE)),
        ("funds.budget-of-another-level", "corrections.others-rest-on-it"),
    ),
    Race(
        "a line opened later and its budget",
        [opened()],
        against(budgeted(), opened(), opened(occurred_on=FEBRUARY)),
        ("funds.before-the-line", "corrections.others-rest-on-it"),
    ),
    Race(
        "the last quota",
        FUNDED,
        both(allotted(60_000), allotted(50_000, SECOND)),
        ("funds.above-balance",) * 2,
    ),
    Race(
        "a void budget and its allocation",
        FUNDED,
        against(allotted(), budgeted()),
        ("funds.above-balance", "funds.balance-below-nothing"),
    ),
    Race(
        "a narrower scope and an allocation",
        FUNDED,
        against(allotted(), opened(), opened(scope="named", counties=(SECOND,))),
        ("funds.county-outside-scope", "corrections.others-rest-on-it"),
    ),
    Race(  # once it is allotted, a county's registration is no longer what the money rests on
        "a county out of the area and its allocation",
        FUNDED,
        ((TREASURER, Proposal(fact=allotted())), correction(REGISTRAR, OUT_OF_AREA, YONGDENG, "boss")),
        ("funds.county-outside-scope", None),
    ),
    Race(
        "the last cash",
        POOLED,
        both(transferred(30_000, BUREAU, COUNTY), transferred(30_000, OFFICE, COUNTY)),
        ("funds.above-balance",) * 2,
    ),
    Race(
        "an allotment met twice",
        [*FUNDED, allotted(50_000), transferred(40_000, "620000/hall")],
        both(transferred(30_000), transferred(30_000, COUNTY, "620000/hall")),
        ("funds.above-allotment",) * 2,
    ),
    Race(
        "a void allocation and its transfer",
        [*FUNDED, allotted()],
        against(transferred(), allotted()),
        ("funds.above-allotment", "funds.allotment-too-small"),
    ),
    Race(
        "a void transfer and the next one",
        POOLED,
        against(transferred(1, BUREAU, COUNTY), transferred(50_000)),
        ("funds.above-balance", "funds.balance-below-nothing"),
    ),
    Race(
        "a return and a transfer of the same cash",
        POOLED,
        both(returned(30_000), transferred(30_000, BUREAU, COUNTY)),
        ("funds.above-balance",) * 2,
    ),
    Race(
        "a return and an allocation of the same quota",
        [*FUNDED, allotted(50_000, PREFECTURE), transferred(50_000, PREFECTURE)],
        both(returned(30_000, PROVINCE, PREFECTURE), allotted(30_000, COUNTY, PREFECTURE)),
        ("funds.above-balance",) * 2,
    ),
    Race(
        "a void return and its money allotted again",
        [*FUNDED, allotted(100_000), transferred(100_000), returned(10)],
        against(allotted(10, SECOND), returned(10)),
        ("funds.above-balance", "funds.balance-below-nothing"),
    ),
    Race(
        "a recall and an allocation of the same quota",
        [*FUNDED, allotted(50_000, PREFECTURE)],
        both(recalled(30_000, by=PREFECTURE), allotted(30_000, COUNTY, PREFECTURE)),
        ("funds.above-balance",) * 2,
    ),
    Race(
        "a recall and the cash that follows its quota",
        [*FUNDED, allotted(50_000)],
        both(recalled(50_000), transferred(50_000)),
        ("funds.cash-without-quota", "funds.above-allotment"),
    ),
    Race(
        "a void recall and its quota allotted again",
        [*FUNDED, allotted(100_000), recalled(10)],
        against(allotted(10, SECOND), recalled(10)),
        ("funds.above-balance", "funds.balance-below-nothing"),
    ),
    Race(
        "one use plan id twice",
        POOLED,
        both(planned(use(1)), planned(use(2))),
        ("funds.use-plan-id-taken",) * 2,
    ),
    Race(
        "use plans above the allotment",
        POOLED,
        both(planned(use(30_000)), planned(use(30_000), plan=UsePlanId("another"))),
        ("funds.plan-above-allotment",) * 2,
    ),
    Race(
        "a lower allocation and a use plan",
        [*FUNDED, allotted(50_000)],
        against(planned(), allotted(50_000), allotted(49_999)),
        ("funds.plan-above-allotment", "funds.allotment-too-small"),
    ),
    Race(
        "a purpose taken away and a use plan",
        POOLED,
        against(planned(), opened(), opened(purposes=("living",))),
        ("funds.purpose-not-allowed", "corrections.others-rest-on-it"),
    ),
    Race("one tie id twice", [opened()], both(tied(), tied(per_person_fen=1)), ("funds.tie-id-taken",) * 2),
    Race(
        "a void line and its evaluation",
        [opened(GIFT), opened()],
        against(evaluated(), opened()),
        ("funds.unknown-line", "corrections.others-rest-on-it"),
    ),
    Race(
        "an approver who leaves",
        [opened()],
        both(budgeted(), DIRECTOR_LEFT, (TREASURER, SECURITY)),
        ("officers.approver-may-not", None),
    ),
    Race(
        "a seal and a transfer of the sealed days",
        POOLED,
        both(transferred(1, BUREAU, COUNTY), SEALED, (TREASURER, REGISTRAR)),
        ("statements.period-is-sealed", None),
    ),
]


def founded(url: str, standing: Sequence[Fact]) -> dict[Fact, Position]:
    """Record officers and regions, and what stands; the positions of the regions and of what stands."""
    log = Log.open(url)
    desk = Desk(log)
    appointed = [OfficerAppointed(officer=who.officer, organisation=HALL, occurred_on=JANUARY) for who in OFFICERS]
    granted = [
        RoleGranted(officer=who.officer, role=who.role, organisation=HALL, region=PROVINCE, occurred_on=JANUARY)
        for who in OFFICERS
    ]
    prepared: list[tuple[Actor, Sequence[Fact]]] = [(SYSTEM, [*REGIONS, *appointed, *granted]), (TREASURER, standing)]
    positions: dict[Fact, Position] = {}
    for number, (by, facts) in enumerate(prepared):
        order = Order(id=f"prepared-{number}", by=by, items=[Proposal(fact=fact) for fact in facts])
        verdicts = desk.submit(order).verdicts if facts else ()
        assert [one.outcome for one in verdicts] == ["recorded"] * len(facts), verdicts
        positions |= {fact: Position(one.position or 0) for fact, one in zip(facts, verdicts, strict=True)}
    log.close()
    return positions


@pytest.mark.parametrize("second", [0, 1])
@pytest.mark.parametrize("race", RACES, ids=lambda race: race.name.replace(" ", "-"))
def test_two_processes_never_record_money_that_is_not_there(engine_url: str, race: Race, second: int) -> None:
    positions = founded(engine_url, race.standing)
    orders = [
        Order(id=f"race-{number}", by=by, items=[located(proposal, positions)])
        for number, (by, proposal) in enumerate(race.proposals)
    ]
    winner, loser = raced(engine_url, orders[1 - second], orders[second])
    assert winner.verdicts[0].outcome == "recorded", winner.verdicts
    assert loser.verdicts[0].rule == race.rules[second], loser.verdicts
    assert (loser.verdicts[0].outcome == "recorded") == (race.rules[second] is None)
