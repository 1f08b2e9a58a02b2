"""Each rule about inspections that reads other facts, raced from two processes in both orders (see tests/racing.py)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any

import claim_samples as c
import inspection_samples as i
import money_samples as m
import msgspec
import pytest
import training_samples as t
from paying_house import SECURITY, TELLER, TREASURER, founded, located, recorded
from racing import Race, correction, raced

from taizhang.adapters.desk import Desk
from taizhang.adapters.log.log import Log
from taizhang.adapters.orders import Order
from taizhang.domain.core import Actor, Fact, OrganisationId, Position
from taizhang.domain.decisions import Proposal
from taizhang.domain.funds.lines import Holder
from taizhang.domain.inspections.findings import FindingAnswered, RectificationReported, ReminderAnswered
from taizhang.domain.inspections.opening import InspectionId
from taizhang.domain.inspections.samples import CheckpointTaken
from taizhang.domain.institutions import OrganisationRegistered
from taizhang.domain.officers import OfficerAppointed, RoleGranted

GONE = "corrections.others-rest-on-it"
DIRECTOR = i.officer(m.DIRECTOR)  # also finance's, who approves payments
INSPECTORS = (i.HE, i.LIU, i.QIN, i.SUN, DIRECTOR)
BY_SUN = (FindingAnswered, RectificationReported, ReminderAnswered)
HOMES = [one for one in i.WORLD if isinstance(one, OrganisationRegistered)]
FILED = [*HOMES, t.DESIGNATED, t.filed()]
OPENED = [*FILED, t.approved(), i.opened()]
COMMITTED = [*OPENED, i.committed()]
FIXED = [*COMMITTED, i.fixed()]
BLOCKING = i.found(blocking=True)
FOUND = [*OPENED, i.found()]
ORDERED = [*FOUND, i.ordered()]
REPORTED = [*ORDERED, i.reported()]
REVIEWED = [*REPORTED, i.reviewed()]
CLOSED = [*REVIEWED, i.closed()]
PAYABLE = [*HOMES, *c.PEOPLE, *c.PAYABLE, i.opened()]
FROM_ABOVE = [m.allotted(20_000, m.PREFECTURE), m.transferred(20_000, m.PREFECTURE)]
PAID = [*HOMES, *c.PEOPLE, *c.PAYABLE, *FROM_ABOVE, c.paid()]
ELSEWHERE = c.paid(payer=Holder(m.PREFECTURE))
ON_THE_PAYMENT = i.found(object=f"payment:{c.PAYMENT}", blocking=True)
PUT_RIGHT = [i.ordered(), i.reported(), i.reviewed(), i.closed()]
MUCH_LATER = 1_000_000  # the size of a checkpoint that certainly covers the population


def both(one: Fact, other: Fact, by: tuple[Actor, Actor] = (i.HE, i.LIU)) -> Any:
    return (by[0], Proposal(fact=one)), (by[1], Proposal(fact=other))


def against(step: Fact, was: Fact, now: Fact | None = None, by: Actor = i.HE) -> Any:
    """A step, and a correction of what it rests on to `now`; None: its being declared void."""
    return (by, Proposal(fact=step)), correction(i.LIU, now or was, was, m.DIRECTOR, void=now is None)


TEAM_REGISTERED = next(one for one in HOMES if one.organisation == i.TEAM_HOME)
WHOLE = InspectionId("insp-620000-1")


def homed(now: Fact | None = None) -> Any:
    """A correction of how the team's organisation is registered; None: it is void."""
    return correction(TELLER, now or TEAM_REGISTERED, TEAM_REGISTERED, "boss", void=now is None)


def unpaid(now: Fact | None = None) -> Any:
    """A correction of how the payment went; None: it never did."""
    return correction(TREASURER, now or c.paid(), c.paid(), m.DIRECTOR, void=now is None)


def draw(by: Actor, on: date = i.VISITED) -> Any:
    return by, Proposal(fact=i.sample(MUCH_LATER, occurred_on=on), enclosed=i.POPULATION)


INSPECTION_RACES = [
    Race("one plan twice", HOMES, both(i.planned(), i.planned(year=2017)), ("inspections.id-taken",) * 2),
    Race(
        "a void plan and its inspection",
        [*FILED, t.approved(), i.planned()],
        against(i.opened(plan="plan-2016"), i.planned()),
        ("inspections.unknown-plan", GONE),
    ),
    Race(
        "one inspection twice",
        [*FILED, t.approved()],
        both(i.opened(), i.opened(document="another")),
        ("inspections.id-taken",) * 2,
    ),
    Race(
        "a member who approves the class at that moment",
        FILED,
        both(i.opened(team=(i.HE.officer, i.QIN.officer)), t.approved(), (i.HE, i.QIN)),
        ("inspections.member-in-conflict", None),
    ),
    Race(
        "who inspects is registered as what it inspects at that moment",
        [*FILED, t.approved()],
        (
            (i.HE, Proposal(fact=i.opened(f"region:{t.COUNTY}"))),
            homed(msgspec.structs.replace(TEAM_REGISTERED, region=t.COUNTY)),
        ),
        ("inspections.inspects-itself", None),
    ),
    Race(
        "who inspects itself is registered elsewhere at that moment",
        [*FILED, t.approved()],
        (
            (i.HE, Proposal(fact=i.opened("region:620000", id=WHOLE, region="620000", kind="self"))),
            homed(msgspec.structs.replace(TEAM_REGISTERED, kind="enterprise")),
        ),
        ("inspections.not-its-own", None),
    ),
    Race(
        "who inspects was never registered after all",
        [*FILED, t.approved()],
        ((i.HE, Proposal(fact=i.opened())), homed()),
        ("inspections.unknown-organisation", None),
    ),
    Race(
        "a void inspection and its visit",
        OPENED,
        against(i.visited(), i.opened()),
        ("inspections.unknown-inspection", GONE),
    ),
    Race(
        "another team and a visit of the one before",
        OPENED,
        against(i.visited(), i.opened(), i.opened(team=(i.LIU.officer,))),
        ("inspections.not-of-the-team", None),
    ),
    Race(
        "an announcement on the day of the visit",
        OPENED,
        against(i.visited(), i.opened(), i.opened(announced=True, announced_on=i.VISITED)),
        ("inspections.visit-before-announcement", GONE),
    ),
    Race("one visit twice", OPENED, both(i.visited(), i.visited(heads=2)), ("inspections.id-taken",) * 2),
    Race(
        "two nonces of one sample",
        OPENED,
        both(i.committed(), i.committed(nonce_digest="0" * 64)),
        ("inspections.nonce-committed-already",) * 2,
    ),
    Race(
        "two populations of one sample",
        COMMITTED,
        both(i.fixed(), i.fixed(2)),
        ("inspections.population-fixed-already",) * 2,
    ),
    Race(
        "two checkpoints of one sample",
        FIXED,
        both(i.taken(MUCH_LATER), i.taken(MUCH_LATER + 1), (i.SIGNER, i.SIGNER)),
        ("inspections.checkpoint-taken-already",) * 2,
    ),
    Race(
        "one sample drawn twice",
        [*FIXED, i.taken(MUCH_LATER)],
        (draw(i.HE), draw(i.LIU, i.FOUND)),
        ("inspections.sample-drawn-already",) * 2,
    ),
]

FINDING_RACES = [
    Race(
        "one finding twice",
        OPENED,
        both(i.found(), i.found(words="otherwise")),
        ("inspections.finding-id-taken",) * 2,
    ),
    Race(
        "a void inspection and its finding",
        OPENED,
        against(i.found(), i.opened()),
        ("inspections.unknown-inspection", GONE),
    ),
    Race(
        "a void finding and its answer",
        FOUND,
        against(i.answered(), i.stands(blocking=False), by=i.QIN),
        ("inspections.unknown-finding", GONE),
    ),
    Race(
        "a later finding and its order",
        FOUND,
        against(i.ordered(), i.stands(blocking=False), i.found(on=i.REPORTED)),
        ("inspections.step-too-early", GONE),
    ),
    Race(
        "a deadline on the day that a finding is corrected to",
        FOUND,
        against(i.ordered(deadline=i.ORDERED), i.stands(blocking=False), i.found(on=i.ORDERED)),
        ("inspections.deadline-not-after", GONE),
    ),
    Race(
        "evidence from before the day that a finding is corrected to",
        [*FOUND, i.ordered(occurred_on=i.REPORTED)],
        against(i.reported(evidence_on=i.ORDERED), i.stands(blocking=False), i.found(on=i.REPORTED), i.SUN),
        ("inspections.evidence-before-finding", GONE),
    ),
    Race(
        "a finding that holds back and its class's void filing",
        [*FILED, i.opened(f"region:{t.COUNTY}")],
        ((i.HE, Proposal(fact=BLOCKING)), correction(TELLER, t.filed(), t.filed(), void=True)),
        ("inspections.blocks-nobody", GONE),
    ),
    Race(
        "one piece of evidence for two findings",
        [*ORDERED, i.found(i.OTHER_FINDING), i.ordered(i.OTHER_FINDING)],
        both(i.reported(), i.reported(i.OTHER_FINDING), (i.SUN, i.QIN)),
        ("inspections.evidence-used-elsewhere",) * 2,
    ),
    Race(
        "two reviews of one report",
        REPORTED,
        both(i.reviewed(), i.reviewed(accepted=False)),
        ("inspections.nothing-reported",) * 2,
    ),
    Race(
        "who is put in charge and reviews at that moment",
        REPORTED,
        both(i.reviewed(), i.ordered(person_in_charge=i.LIU.officer, occurred_on=i.REPORTED), (i.LIU, i.HE)),
        ("inspections.reviewed-by-themselves", None),
    ),
    Race(
        "who is put in charge and closes at that moment",
        REVIEWED,
        both(i.closed(), i.ordered(person_in_charge=i.LIU.officer, occurred_on=i.REPORTED), (i.LIU, i.HE)),
        ("inspections.closed-by-themselves", "inspections.finding-is-closed"),
    ),
    Race(
        "another unit and the report of the one before",
        ORDERED,
        both(i.reported(), i.ordered(responsible=OrganisationId("academy")), (i.SUN, i.HE)),
        ("inspections.not-the-responsible-unit", None),
    ),
    Race(
        "a closing and a new report",
        REVIEWED,
        both(i.closed(), i.reported(words="more"), (i.HE, i.SUN)),
        ("inspections.not-accepted", "inspections.finding-is-closed"),
    ),
    Race("two closings of one finding", REVIEWED, both(i.closed(), i.closed()), ("inspections.finding-is-closed",) * 2),
    Race(
        "two reopenings of one finding",
        CLOSED,
        both(i.reopened(), i.reopened(why="still")),
        ("inspections.finding-is-open",) * 2,
    ),
    Race(
        "a reopening and a revisit",
        CLOSED,
        both(i.revisited(), i.reopened()),
        ("inspections.finding-is-open", None),
    ),
    Race(
        "a closing and a reminder",
        REVIEWED,
        both(i.reminded(occurred_on=i.CLOSED), i.closed()),
        ("inspections.finding-is-closed", None),
    ),
    Race(
        "two answers to one reminder",
        [*ORDERED, i.reminded()],
        both(i.replied(), i.replied(words="later"), (i.SUN, i.QIN)),
        ("inspections.not-the-responsible-unit",) * 2,
    ),
    Race(
        "one circular twice",
        FOUND,
        both(i.circular(), i.circular(title="another")),
        ("inspections.circular-id-taken",) * 2,
    ),
    Race(
        "a void finding and a circular about it",
        FOUND,
        against(i.circular(), i.stands(blocking=False)),
        ("inspections.unknown-finding", GONE),
    ),
    Race(
        "a void finding and a measure for it",
        FOUND,
        against(i.accounted(), i.stands(blocking=False)),
        ("inspections.unknown-finding", GONE),
    ),
    Race(
        "a closing and a correction of what the finding holds back",
        [*OPENED, BLOCKING, *PUT_RIGHT[:3]],
        against(i.closed(), i.stands(), i.found()),
        (None, GONE),
    ),
]

HELD = "funds.payments-held-back"
PAYMENT_RACES = [
    Race(f"{what} and a blocking finding {how}", standing, both(step, finding, (TREASURER, i.HE)), (HELD, None))
    for what, step in (("a payment", c.paid()), ("an advance", c.advanced()))
    for how, standing, finding in (
        ("recorded", PAYABLE, BLOCKING),
        ("reopened", [*PAYABLE, BLOCKING, *PUT_RIGHT], i.reopened()),
    )
]
PAYMENT_RACES.append(
    Race(
        "a payment and a finding corrected to hold it back",
        [*PAYABLE, i.found()],
        ((TREASURER, Proposal(fact=c.paid())), correction(i.LIU, BLOCKING, i.stands(blocking=False), m.DIRECTOR)),
        (HELD, None),
    )
)
PAYMENT_RACES += [
    Race(
        "a finding that holds back and its void payment",
        [*PAID, i.opened(f"region:{t.COUNTY}")],
        ((i.HE, Proposal(fact=ON_THE_PAYMENT)), unpaid()),
        ("inspections.blocks-nobody", None),
    ),
    Race(
        "a finding on a payment that another region paid after all",
        [*PAID, i.opened(f"region:{t.COUNTY}")],
        ((i.HE, Proposal(fact=i.found(object=f"payment:{c.PAYMENT}"))), unpaid(ELSEWHERE)),
        ("inspections.outside-the-region", None),
    ),
]


def inspected(url: str, standing: Sequence[Fact]) -> list[tuple[Fact, Position]]:
    """Record officers of all sides and what stands; where each of it is, as it stands."""
    cut = next((at for at, fact in enumerate(standing) if fact.TOPIC.startswith("inspections.")), len(standing))
    positions = founded(url, standing[:cut])
    log = Log.open(url)
    desk = Desk(log)
    appointed = [
        OfficerAppointed(officer=who.officer, organisation=who.organisation, occurred_on=m.JANUARY)
        for who in INSPECTORS
    ]
    granted = [
        RoleGranted(
            officer=who.officer,
            role=who.role,
            organisation=who.organisation,
            region=who.region,
            occurred_on=m.JANUARY,
        )
        for who in INSPECTORS
    ]
    positions += recorded(desk, "inspectors", SECURITY, [*appointed, *granted])
    for number, (by, facts) in enumerate(groupby(standing[cut:], who_inspects)):
        for fact, position in recorded(desk, f"inspecting-{number}", by, facts):
            positions.append((as_it_stands(fact), position))
    log.close()
    return positions


def who_inspects(fact: Fact) -> Actor:
    if isinstance(fact, CheckpointTaken):
        return i.SIGNER
    reviews = fact.TOPIC.startswith("inspections.rectification-reviewed")
    return i.SUN if isinstance(fact, BY_SUN) else i.LIU if reviews else i.HE


def as_it_stands(fact: Fact) -> Fact:
    """A finding on the class is the school's."""
    return msgspec.structs.replace(fact, institution=t.SCHOOL) if fact.TOPIC.endswith("finding-recorded.v1") else fact


@pytest.mark.parametrize("second", [0, 1])
@pytest.mark.parametrize(
    "race", [*INSPECTION_RACES, *FINDING_RACES, *PAYMENT_RACES], ids=lambda race: race.name.replace(" ", "-")
)
def test_two_processes_keep_the_rules_of_inspections(engine_url: str, race: Race, second: int) -> None:
    positions = inspected(engine_url, race.standing)
    orders = [
        Order(id=f"race-{number}", by=by, items=[located(proposal, positions)])
        for number, (by, proposal) in enumerate(race.proposals)
    ]
    winner, loser = raced(engine_url, orders[1 - second], orders[second])
    assert winner.verdicts[0].outcome == "recorded", winner.verdicts
    assert loser.verdicts[0].rule == race.rules[second], loser.verdicts
    assert (loser.verdicts[0].outcome == "recorded") == (race.rules[second] is None)
