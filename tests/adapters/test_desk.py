"""The desk: decides, records, answers once, keeps refusals, survives races."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from datetime import date

import msgspec
import pytest
from racing import raced
from sqlalchemy import update

from taizhang.adapters.desk import Desk
from taizhang.adapters.log.log import CommandReused, Log
from taizhang.adapters.log.tables import COMMAND
from taizhang.adapters.orders import Answer, Order
from taizhang.domain.classes import ClassFiled, ClassId, InstitutionId, OccupationCode, ProgrammeId
from taizhang.domain.core import Actor, Fact, OfficerId, OrganisationId, PersonId, RegionCode
from taizhang.domain.decisions import Amend, Proposal
from taizhang.domain.enrolment import TraineeEnrolled
from taizhang.domain.envelope import Source, opened
from taizhang.domain.institutions import InstitutionDesignated, OrganisationRegistered
from taizhang.domain.officers import OfficerAppointed, RoleGranted
from taizhang.domain.people import PersonRegistered
from taizhang.domain.refused import SubmissionRefused

COUNTY, PROVINCE = RegionCode("620121"), RegionCode("620000")
HR = OrganisationId("hr-620121")
SCHOOL = InstitutionId("school-1")
COOKS = ClassId("c620121-cooks")
MARCH = date(2016, 3, 1)
PEOPLE = ("p1", "p2", "p3", "a", "b", "c", *(f"{who}{n}" for who in "ab" for n in range(7)))
ROW = Source(file="0" * 64, sheet="花名册", row=7)


def actor(officer: str, role: str, region: RegionCode = COUNTY) -> Actor:
    return Actor(officer=OfficerId(officer), role=role, organisation=HR, region=region, authenticated="test")


SYSTEM = actor("system", "system-administrator", PROVINCE)
CLERK, SECOND = actor("clerk", "clerk"), actor("second", "clerk")


def facts_to_begin_with() -> list[Fact]:
    officers: list[Fact] = []
    for who in ("clerk", "second"):
        officers.append(OfficerAppointed(officer=OfficerId(who), organisation=HR, occurred_on=MARCH))
        officers.append(
            RoleGranted(officer=OfficerId(who), role="clerk", organisation=HR, region=COUNTY, occurred_on=MARCH)
        )
    return officers


def school() -> list[Fact]:
    return [
        OrganisationRegistered(
            organisation=OrganisationId(SCHOOL), name="示例学校", kind="institution", region=COUNTY, occurred_on=MARCH
        ),
        InstitutionDesignated(
            institution=SCHOOL,
            region=COUNTY,
            occupations=(OccupationCode("cook"),),
            seats=500,
            since=MARCH,
            until=date(2020, 1, 1),
            occurred_on=MARCH,
        ),
    ]


def filed(seats: int) -> ClassFiled:
    return ClassFiled(
        training_class=COOKS,
        name="烹饪班",
        county=COUNTY,
        institution=SCHOOL,
        programme=ProgrammeId("labour"),
        programme_kind="labour",
        occupation=OccupationCode("cook"),
        seats=seats,
        required_minutes=600,
        starts_on=date(2016, 4, 1),
        ends_on=date(2016, 4, 20),
        occurred_on=MARCH,
    )


def enrolled(person: str) -> TraineeEnrolled:
    return TraineeEnrolled(training_class=COOKS, person=PersonId(person), occurred_on=date(2016, 3, 20))


def registered(person: str) -> PersonRegistered:
    return PersonRegistered(person=PersonId(person), statement="s1", county=COUNTY, occurred_on=MARCH)


def order(id: str, by: Actor, facts: Sequence[Fact]) -> Order:
    return Order(id=id, by=by, items=[Proposal(fact=fact) for fact in facts])


def founded(url: str, seats: int = 2) -> Log:
    log = Log.open(url)
    desk = Desk(log)
    for id, by, facts in (
        ("officers", SYSTEM, facts_to_begin_with()),
        ("school", CLERK, [*school(), *map(registered, PEOPLE)]),
        ("class", CLERK, [filed(seats)]),
    ):
        answer = desk.submit(order(id, by, facts))
        assert [v.outcome for v in answer.verdicts] == ["recorded"] * len(facts), answer.verdicts
    return log


@pytest.fixture
def log(engine_url: str) -> Iterator[Log]:
    log = founded(engine_url)
    yield log
    log.close()


def facts_of(log: Log) -> list[Fact]:
    return [opened(stored.position, stored.leaf).fact for stored in log.page(0, 10_000)]


def test_a_batch_is_decided_in_order_and_the_refused_row_stops_nobody(log: Log) -> None:
    answer = Desk(log).submit(order("roster", CLERK, [enrolled("p1"), enrolled("p2"), enrolled("p3")]))
    assert [verdict.outcome for verdict in answer.verdicts] == ["recorded", "recorded", "refused"]
    assert answer.verdicts[2].rule == "training.seats-taken"
    assert "2" in (answer.verdicts[2].zh or "")
    last = facts_of(log)[-1]
    assert isinstance(last, SubmissionRefused)
    assert (last.rule, last.command) == ("training.seats-taken", "training.enrol-trainee")
    assert set(last.subjects) == {f"class:{COOKS}", "person:p3"}


def test_two_rosters_that_race_fill_a_class_and_no_seat_twice(engine_url: str) -> None:
    """Each is judged by its last row, both at once; whoever comes second is judged anew, row by row where it must be."""
    log = founded(engine_url, seats=12)
    rosters = [[enrolled(f"{who}{n}") for n in range(7)] for who in "ab"]
    rosters[1][3] = rosters[0][3]  # somebody whom both files name
    first, second = raced(engine_url, order("a", CLERK, rosters[0]), order("b", SECOND, rosters[1]))
    assert [verdict.outcome for verdict in first.verdicts] == ["recorded"] * 7
    outcomes = [verdict.rule or verdict.outcome for verdict in second.verdicts]
    assert outcomes == [*["recorded"] * 3, "registry.stands-already", *["recorded"] * 2, "training.seats-taken"]
    assert sum(isinstance(fact, TraineeEnrolled) for fact in facts_of(log)) == 12
    log.close()


def test_the_same_command_twice_is_one_fact_and_answers_alike(log: Log) -> None:
    desk = Desk(log)
    first = desk.submit(order("roster", CLERK, [enrolled("p1")]))
    again = desk.submit(order("roster", CLERK, [enrolled("p1")]))
    assert again.repeated
    assert again.verdicts == first.verdicts
    assert log.head().position == first.position


def test_an_answer_that_was_kept_in_the_older_form_is_given_again(log: Log) -> None:
    asked = order("seats", CLERK, [enrolled(person) for person in ("a", "b", "c")])
    first = Desk(log).submit(asked)
    assert [verdict.outcome for verdict in first.verdicts] == ["recorded", "recorded", "refused"]
    kept = log.read([], commands=["seats"]).commands["seats"].outcome
    assert kept.startswith(b"[0,1,{")
    recorded = [b'{"outcome":"recorded","position":%d}' % place for place in (0, 1)]
    older = kept.replace(b"[0,1,", b"[" + b",".join(recorded) + b",")
    with log.database.write() as connection:
        connection.execute(update(COMMAND).where(COMMAND.c.id == "seats").values(outcome=older))
    again = Desk(log).submit(asked)
    assert again.repeated
    assert again.verdicts == first.verdicts


def test_the_same_id_for_something_else_is_an_error_and_records_nothing(log: Log) -> None:
    desk = Desk(log)
    first = desk.submit(order("roster", CLERK, [enrolled("p1")]))
    with pytest.raises(CommandReused, match="roster"):
        desk.submit(order("roster", CLERK, [enrolled("p2")]))
    assert log.head().position == first.position


def test_what_stands_already_is_unchanged_under_a_new_id_too(log: Log) -> None:
    desk = Desk(log)
    first = desk.submit(order("a", CLERK, [enrolled("p1")]))
    again = desk.submit(order("b", CLERK, [enrolled("p1")]))
    assert again.verdicts[0].outcome == "unchanged"
    assert log.head().position == first.position


def test_a_refused_attempt_that_is_retried_counts_once(log: Log) -> None:
    desk = Desk(log)
    desk.submit(order("full", CLERK, [enrolled("p1"), enrolled("p2")]))
    source = msgspec.structs.replace(Proposal(fact=enrolled("p3")), reason=None)
    for id in ("try-1", "try-2"):
        answer = desk.submit(Order(id=id, by=CLERK, items=[msgspec.structs.replace(source, source=ROW)]))
        assert answer.verdicts[0].outcome == "refused"
    assert sum(isinstance(fact, SubmissionRefused) for fact in facts_of(log)) == 1


def test_an_officer_without_the_role_is_refused_and_the_attempt_kept(log: Log) -> None:
    answer = Desk(log).submit(order("x", actor("stranger", "clerk"), [enrolled("p1")]))
    assert answer.verdicts[0].rule == "officers.role-not-granted"
    assert isinstance(facts_of(log)[-1], SubmissionRefused)


def test_a_class_of_another_county_is_outside_the_officers_scope(log: Log) -> None:
    elsewhere = msgspec.structs.replace(enrolled("p1"), training_class=ClassId("c620122-cooks"))
    answer = Desk(log).submit(order("x", CLERK, [elsewhere]))
    assert answer.verdicts[0].rule == "officers.outside-your-region"


def test_a_void_enrolment_frees_its_seat_and_the_same_officer_cannot_approve_it(log: Log) -> None:
    desk = Desk(log)
    first = desk.submit(order("roster", CLERK, [enrolled("p1"), enrolled("p2")]))
    position = first.verdicts[0].position
    assert position is not None
    void = Amend(corrects=position, was=enrolled("p1"), reason="录错人", approver=OfficerId("clerk"), void=True)
    alone = desk.submit(Order(id="v1", by=CLERK, items=[Proposal(fact=enrolled("p1"), amend=void)]))
    assert alone.verdicts[0].rule == "officers.prepared-and-approved-by-one"
    allowed = msgspec.structs.replace(void, approver=OfficerId("second"))
    done = desk.submit(Order(id="v2", by=CLERK, items=[Proposal(fact=enrolled("p1"), amend=allowed)]))
    assert done.verdicts[0].outcome == "recorded"
    assert desk.submit(order("again", CLERK, [enrolled("p3")])).verdicts[0].outcome == "recorded"


def test_leaves_say_who_what_and_from_where(log: Log) -> None:
    Desk(log).submit(Order(id="roster", by=CLERK, items=[Proposal(fact=enrolled("p1"), source=ROW, reason="补录")]))
    [stored] = log.page(log.head().position - 1, 1)
    recorded = opened(stored.position, stored.leaf)
    assert recorded.recorded_by == CLERK
    assert recorded.source == ROW
    assert recorded.reason == "补录"
    assert recorded.command == "roster"
    assert recorded.tags == tuple(sorted(enrolled("p1").tags()))
    keys = list(msgspec.json.decode(stored.leaf))
    assert keys == sorted(keys)


def race(url: str, who: str, start: multiprocessing.synchronize.Event, results: multiprocessing.Queue) -> None:
    log = Log.open(url)
    start.wait()
    results.put(Desk(log).submit(order(f"race-{who}", CLERK, [enrolled(who)])))
    log.close()


def test_two_processes_race_for_the_last_seat_and_exactly_one_gets_it(engine_url: str) -> None:
    founded(engine_url, seats=1).close()
    fork = multiprocessing.get_context("fork")
    start, results = fork.Event(), fork.Queue()
    people = ("p1", "p2")
    processes = [fork.Process(target=race, args=(engine_url, who, start, results)) for who in people]
    for process in processes:
        process.start()
    start.set()
    answers: list[Answer] = [results.get(timeout=60) for _ in people]
    for process in processes:
        process.join(60)
    outcomes = sorted(answer.verdicts[0].outcome for answer in answers)
    assert outcomes == ["recorded", "refused"]
    [refused] = [a.verdicts[0] for a in answers if a.verdicts[0].outcome == "refused"]
    assert refused.rule == "training.seats-taken"


def test_orders_appended_together_keep_their_own_ids_and_answers(log: Log) -> None:
    desk = Desk(log)
    alone = desk.submit(order("a", CLERK, [enrolled("p1")]))
    together = [
        order("a", CLERK, [enrolled("p1")]),  # answered before
        order("b", CLERK, [enrolled("p2")]),
        order("b", CLERK, [enrolled("p2")]),  # the same command twice in one file
        order("a", CLERK, [enrolled("p9")]),  # the id of another command
        order("c", CLERK, [enrolled("p3")]),
    ]
    first, second, twice, reused, third = desk.submit_each(together)
    assert isinstance(first, Answer)
    assert first.repeated
    assert first.verdicts == alone.verdicts
    assert isinstance(second, Answer)
    assert isinstance(twice, Answer)
    assert second.verdicts == twice.verdicts
    assert second.verdicts[0].outcome == "recorded"
    assert isinstance(reused, CommandReused)
    assert isinstance(third, Answer)
    assert third.verdicts[0].rule == "training.seats-taken"
    recorded = [opened(stored.position, stored.leaf) for stored in log.page(alone.position, 10)]
    assert [fact.command for fact in recorded] == ["b", "c"]
