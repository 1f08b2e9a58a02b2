"""Each rule that reads other facts, raced: two processes decide on the same state, and only then may either append.

Both hold their first append until the other has decided too; then one appends and the other, which decided on what is
no longer so, comes second: it must read what was recorded and be refused by the rule, or be allowed where that order
is no contradiction. Each race is run in both orders.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec
import pytest
import training_samples as t
from racing import Race, correction, located, raced

from taizhang.adapters.desk import Desk
from taizhang.adapters.log.log import CommandReused, Log
from taizhang.adapters.orders import Order
from taizhang.domain.classes import ClassFilingRefused
from taizhang.domain.core import Actor, Fact, OfficerId, OrganisationId, PersonId, Position, RegionCode
from taizhang.domain.decisions import Proposal
from taizhang.domain.envelope import Source, opened
from taizhang.domain.institutions import DesignationWithdrawn, OrganisationRegistered
from taizhang.domain.officers import OfficerAppointed, RoleGranted, RoleRevoked
from taizhang.domain.people import PersonsMerged
from taizhang.domain.refused import SubmissionRefused
from taizhang.domain.sealing import PeriodSealed, SealId

HR = OrganisationId("hr")
SYSTEM = msgspec.structs.replace(t.officer("system", "system-administrator"), region=RegionCode("620000"))
TELLER, CHIEF, DEPUTY = t.officer("teller"), t.officer("chief"), t.officer("deputy")
SECURITY = t.officer("guard", "security-administrator")
OFFICERS = (TELLER, CHIEF, DEPUTY, t.officer("boss"), SECURITY)  # the last one ends the system's own authority
SCHOOL = OrganisationRegistered(
    organisation=OrganisationId(t.SCHOOL), name="School", kind="institution", region=t.COUNTY, occurred_on=t.JANUARY
)
PEOPLE = [t.registered(person) for person in t.PEOPLE]
BOTH_SIT = [t.enrolled(), t.enrolled(training_class=t.COOKING)]
LESSON = t.attended(t.hours(t.MAY_4, 8, 10))
OTHER_LESSON = t.attended(t.hours(t.MAY_4, 8, 10), training_class=t.COOKING)
BOTH_TAUGHT = [t.session(), t.session(training_class=t.COOKING, teacher=None, venue=None)]
EVIDENCED = [t.session(), t.session(t.MAY_5), t.enrolled(), t.enrolled(t.ZHAO)]
FULL_HOURS = (t.hours(t.MAY_4, 8, 10), t.hours(t.MAY_5, 8, 10))
SEALED = PeriodSealed(seal=SealId("s1"), region=t.COUNTY, since=t.MAY_2, until=t.MAY_9, occurred_on=date(2016, 6, 1))
REVOKED = RoleRevoked(officer=OfficerId("deputy"), role="clerk", organisation=HR, region=t.COUNTY, occurred_on=t.MAY_9)


def both(one: Fact, other: Fact, by: tuple[Actor, Actor] = (TELLER, CHIEF)) -> Any:
    return (by[0], Proposal(fact=one)), (by[1], Proposal(fact=other))


RACES = [
    Race(
        "one person in two classes at the same hour",
        [*BOTH_TAUGHT, *BOTH_SIT],
        both(LESSON, OTHER_LESSON),
        ("training.hours-overlap", "training.hours-overlap"),
    ),
    Race(
        "a teacher in two places",
        [],
        both(t.session(venue=None), t.session(training_class=t.COOKING, venue=None)),
        ("training.teacher-in-two-places", "training.teacher-in-two-places"),
    ),
    Race(
        "a venue in two places",
        [],
        both(t.session(teacher=None), t.session(training_class=t.COOKING, teacher=None)),
        ("training.venue-in-two-classes", "training.venue-in-two-classes"),
    ),
    Race(
        "the last seat",
        [t.enrolled(t.CHEN)],
        both(t.enrolled(), t.enrolled(t.ZHAO)),
        ("training.seats-taken", "training.seats-taken"),
    ),
    Race(
        "one seat for one person twice",
        [],
        both(t.enrolled(), t.enrolled(on=t.MAY_4)),
        ("training.enrolled-otherwise", "training.enrolled-otherwise"),
    ),
    Race(
        "a certificate number",
        [*EVIDENCED, t.attended(*FULL_HOURS), t.attended(*FULL_HOURS, person=t.ZHAO)],
        both(t.certificate(), t.certificate(person=t.ZHAO)),
        ("training.number-in-use", "training.number-in-use"),
    ),
    Race(
        "approval and refusal of one filing",
        [t.filed(t.ClassId("c620121-third"))],
        both(
            t.approved(t.ClassId("c620121-third")),
            ClassFilingRefused(training_class=t.ClassId("c620121-third"), why="no", occurred_on=t.MAY_3),
            (CHIEF, DEPUTY),
        ),
        ("training.filing-was-refused", "training.filing-was-approved"),
    ),
    Race(
        "a death and attendance after it",
        [*BOTH_TAUGHT, *BOTH_SIT],
        both(LESSON, t.died(t.MAY_3)),
        ("training.recorded-as-dead", None),
    ),
    Race(
        "a seal and a fact of the sealed days",
        [*BOTH_TAUGHT, *BOTH_SIT],
        both(LESSON, SEALED),
        ("statements.period-is-sealed", None),
    ),
    Race(
        "a merge and attendance that would overlap",
        [*BOTH_TAUGHT, t.enrolled(), t.enrolled(t.ZHAO, t.COOKING), LESSON],
        both(
            t.attended(t.hours(t.MAY_4, 8, 10), person=t.ZHAO, training_class=t.COOKING),
            PersonsMerged(kept=t.LI, merged=(t.ZHAO,), occurred_on=t.MAY_5),
        ),
        ("training.hours-overlap", "people.merge-would-overlap"),
    ),
    Race(
        "a merge and the other id's seat in the same class",  # ids that were merged are one person
        [t.enrolled()],
        both(t.enrolled(t.ZHAO, on=t.MAY_4), PersonsMerged(kept=t.LI, merged=(t.ZHAO,), occurred_on=t.MAY_5)),
        ("training.enrolled-otherwise", None),
    ),
    Race(
        "a withdrawn designation and a session",
        [],
        both(t.session(), DesignationWithdrawn(institution=t.SCHOOL, region=t.COUNTY, occurred_on=t.MAY_4)),
        ("training.institution-not-designated", None),
    ),
    Race(
        "one fact corrected by two officers",
        [t.enrolled()],
        (
            correction(TELLER, t.enrolled(on=t.MAY_4), t.enrolled()),
            correction(CHIEF, t.enrolled(on=t.MAY_5), t.enrolled()),
        ),
        ("corrections.changed-meanwhile", "corrections.changed-meanwhile"),
    ),
    Race(
        "one fact corrected in the same way by two officers",
        [t.enrolled()],
        (
            correction(TELLER, t.enrolled(on=t.MAY_4), t.enrolled()),
            correction(CHIEF, t.enrolled(on=t.MAY_4), t.enrolled()),
        ),
        ("corrections.nothing-changes", "corrections.nothing-changes"),
    ),
    Race(
        "a void session and attendance in it",
        [t.session(), t.enrolled()],
        ((TELLER, Proposal(fact=LESSON)), correction(CHIEF, t.session(), t.session(), void=True)),
        ("training.outside-sessions", "training.session-is-attended"),
    ),
    Race(
        "a void enrolment and a withdrawal",
        [t.enrolled()],
        ((TELLER, Proposal(fact=t.withdrawn())), correction(CHIEF, t.enrolled(), t.enrolled(), void=True)),
        ("training.not-enrolled", "corrections.others-rest-on-it"),
    ),
    Race(
        "a withdrawal and attendance after it",
        [t.session(), t.enrolled()],
        both(LESSON, t.withdrawn(on=t.MAY_3)),
        ("training.not-enrolled", "training.attended-after-leaving"),
    ),
    Race(
        "a withdrawal dated earlier and attendance in between",
        [t.session(), t.enrolled(), t.withdrawn(on=t.MAY_5)],
        ((TELLER, Proposal(fact=LESSON)), correction(CHIEF, t.withdrawn(on=t.MAY_3), t.withdrawn(on=t.MAY_5))),
        ("training.not-enrolled", "training.attended-after-leaving"),
    ),
    Race(
        "an enrolment dated later and attendance before that",  # a late roster: nothing against it once it stands
        [t.session(), t.enrolled()],
        ((TELLER, Proposal(fact=LESSON)), correction(CHIEF, t.enrolled(on=t.MAY_5), t.enrolled())),
        (None, "corrections.others-rest-on-it"),
    ),
    Race(
        "a second enrolment dated later and attendance before that",
        [t.session(), t.enrolled(), t.withdrawn(on=t.MAY_3), t.enrolled(on=t.MAY_4)],
        ((TELLER, Proposal(fact=LESSON)), correction(CHIEF, t.enrolled(on=t.MAY_5), t.enrolled(on=t.MAY_4))),
        ("training.not-enrolled", "corrections.others-rest-on-it"),
    ),
    Race(
        "a void withdrawal and somebody on the freed seat",
        [t.enrolled(), t.enrolled(t.ZHAO), t.withdrawn()],
        ((TELLER, Proposal(fact=t.enrolled(t.CHEN))), correction(CHIEF, t.withdrawn(), t.withdrawn(), void=True)),
        ("training.seats-taken", "training.seats-taken"),
    ),
    Race(
        "a void filing and its approval",
        [t.filed(t.ClassId("c620121-third"))],
        (
            (CHIEF, Proposal(fact=t.approved(t.ClassId("c620121-third")))),
            correction(DEPUTY, t.filed(t.ClassId("c620121-third")), t.filed(t.ClassId("c620121-third")), void=True),
        ),
        ("training.class-not-filed", "corrections.others-rest-on-it"),
    ),
    Race(
        "a role revoked while its officer acts",
        [],
        both(t.enrolled(), REVOKED, (DEPUTY, SECURITY)),
        ("officers.role-not-granted", None),
    ),
]


def founded(url: str, standing: Sequence[Fact]) -> dict[Fact, Position]:
    """Record officers, two classes that may begin, and what stands; the positions of the latter."""
    log = Log.open(url)
    desk = Desk(log)
    everybody = [OfficerAppointed(officer=who.officer, organisation=HR, occurred_on=t.JANUARY) for who in OFFICERS]
    granted = [
        RoleGranted(officer=w.officer, role=w.role, organisation=HR, region=t.COUNTY, occurred_on=t.JANUARY)
        for w in OFFICERS
    ]
    prepared: list[tuple[Actor, Sequence[Fact]]] = [
        (SYSTEM, [*everybody, *granted]),
        (TELLER, [SCHOOL, *PEOPLE, t.designated(), t.filed(), t.filed(t.COOKING)]),
        (CHIEF, [t.approved(), t.approved(t.COOKING)]),
        (TELLER, standing),
    ]
    for number, (by, facts) in enumerate(prepared):
        order = Order(id=f"prepared-{number}", by=by, items=[Proposal(fact=fact) for fact in facts])
        verdicts = desk.submit(order).verdicts
        assert [one.outcome for one in verdicts] == ["recorded"] * len(facts), verdicts
    log.close()
    return {fact: Position(one.position or 0) for fact, one in zip(standing, verdicts, strict=True)}


@pytest.mark.parametrize("second", [0, 1])
@pytest.mark.parametrize("race", RACES, ids=lambda race: race.name.replace(" ", "-"))
def test_two_processes_never_record_what_contradicts_each_other(engine_url: str, race: Race, second: int) -> None:
    positions = founded(engine_url, race.standing)
    orders = [
        Order(id=f"race-{number}", by=by, items=[located(proposal, positions)])
        for number, (by, proposal) in enumerate(race.proposals)
    ]
    winner, loser = raced(engine_url, orders[1 - second], orders[second])
    assert winner.verdicts[0].outcome == "recorded", winner.verdicts
    assert loser.verdicts[0].rule == race.rules[second], loser.verdicts
    assert (loser.verdicts[0].outcome == "recorded") == (race.rules[second] is None)


@pytest.mark.parametrize("correcting", [False, True], ids=["enrolled", "enrolled by a correction"])
def test_who_is_registered_meanwhile_is_enrolled_and_who_is_registered_afterwards_was_refused(
    engine_url: str, correcting: bool
) -> None:
    was = t.enrolled()
    positions = founded(engine_url, [was])
    late, later = PersonId("late"), PersonId("later")

    def asked(person: PersonId) -> tuple[Order, Order]:
        by, item = (
            correction(TELLER, t.enrolled(person), was) if correcting else (TELLER, Proposal(fact=t.enrolled(person)))
        )
        registering = Order(id=f"register {person}", by=CHIEF, items=[Proposal(fact=t.registered(person))])
        return Order(id=f"enrol {person}", by=by, items=[located(item, positions)]), registering

    enrolling, registering = asked(later)
    refused, registered = raced(engine_url, enrolling, registering)
    assert refused.verdicts[0].rule == "people.unknown-person", "nobody is enrolled ahead of being registered"
    assert registered.verdicts[0].outcome == "recorded"
    enrolling, registering = asked(late)
    registered, enrolled = raced(engine_url, registering, enrolling)
    assert [registered.verdicts[0].outcome, enrolled.verdicts[0].outcome] == ["recorded"] * 2


def test_two_processes_refused_for_the_same_row_keep_one_refusal(engine_url: str) -> None:
    founded(engine_url, [t.enrolled(), t.enrolled(t.ZHAO)])
    row = Proposal(fact=t.enrolled(t.CHEN), source=Source(file="0" * 64, sheet="s", row=7))
    answers = raced(engine_url, *(Order(id=f"race-{who.officer}", by=who, items=[row]) for who in (TELLER, CHIEF)))
    assert [answer.verdicts[0].rule for answer in answers] == ["training.seats-taken"] * 2
    assert sum(isinstance(fact, SubmissionRefused) for fact in facts_of(engine_url)) == 1


def test_two_processes_with_the_same_order_record_it_once_and_answer_alike(engine_url: str) -> None:
    founded(engine_url, [])
    order = Order(id="same", by=TELLER, items=[Proposal(fact=t.enrolled())])
    first, second = raced(engine_url, order, order)
    assert (first.repeated, second.repeated) == (False, True)
    assert first.verdicts == second.verdicts
    assert facts_of(engine_url).count(t.enrolled()) == 1


def test_two_officers_with_the_same_command_id_do_not_get_each_others_answer(engine_url: str) -> None:
    founded(engine_url, [])
    item = Proposal(fact=t.enrolled())
    first, second = (Order(id="same", by=by, items=[item]) for by in (TELLER, CHIEF))
    log = Log.open(engine_url)
    assert Desk(log).submit(first).verdicts[0].outcome == "recorded"
    with pytest.raises(CommandReused):
        Desk(log).submit(second)
    log.close()


def facts_of(url: str) -> list[Fact]:
    log = Log.open(url)
    facts = [opened(stored.position, stored.leaf).fact for stored in log.page(0, 10_000)]
    log.close()
    return facts
