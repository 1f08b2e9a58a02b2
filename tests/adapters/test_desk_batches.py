"""Batches at the desk: empty, doubled, half refused, and such as change what their own later rows must know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime

import msgspec
import pytest
import training_samples as t

from taizhang.adapters.desk import Desk
from taizhang.adapters.log.log import CommandReused, Log
from taizhang.adapters.orders import Answer, Order
from taizhang.adapters.requests import Request, RequestUnusable, proposal
from taizhang.domain.core import Actor, Fact, OfficerId, OrganisationId, PersonId, Position, RegionCode
from taizhang.domain.decisions import Amend, Proposal
from taizhang.domain.enrolment import WishStated
from taizhang.domain.envelope import Source, opened
from taizhang.domain.institutions import OrganisationRegistered
from taizhang.domain.officers import OfficerAppointed, RoleGranted
from taizhang.domain.people import PersonsMerged, PersonsSeparated
from taizhang.domain.refused import SubmissionRefused
from taizhang.domain.sealing import PeriodSealed, SealId

HR = OrganisationId("hr")
SYSTEM = msgspec.structs.replace(t.officer("system", "system-administrator"), region=RegionCode("620000"))
TELLER, CHIEF = t.officer("teller"), t.officer("chief")
P9, NEW, LATE = (PersonId(name) for name in ("p9", "new", "late"))
MORNING = t.hours(t.MAY_4, 8, 10)


def submit(log: Log, id: str, facts: Sequence[Fact], by: Actor = TELLER) -> Answer:
    items = [Proposal(fact=fact, source=Source(file="0" * 64, row=row)) for row, fact in enumerate(facts)]
    return Desk(log).submit(Order(id=id, by=by, items=items))


def outcomes(answer: Answer) -> list[str]:
    return [verdict.rule or verdict.outcome for verdict in answer.verdicts]


def facts_of(log: Log) -> list[Fact]:
    return [opened(stored.position, stored.leaf).fact for stored in log.page(0, 10_000)]


@pytest.fixture
def log(engine_url: str) -> Iterator[Log]:
    """Two classes of two seats that teach on the same morning; Li sits in one, Zhao in the other."""
    log = Log.open(engine_url)
    officers: list[Fact] = []
    for who in (TELLER, CHIEF):
        officers.append(OfficerAppointed(officer=who.officer, organisation=HR, occurred_on=t.JANUARY))
        officers.append(
            RoleGranted(officer=who.officer, role="clerk", organisation=HR, region=t.COUNTY, occurred_on=t.JANUARY)
        )
    school = OrganisationRegistered(
        organisation=OrganisationId(t.SCHOOL), name="School", kind="institution", region=t.COUNTY, occurred_on=t.JANUARY
    )
    people = [t.registered(person) for person in (*t.PEOPLE, P9, NEW, LATE)]
    submit(log, "officers", officers, SYSTEM)
    submit(log, "filed", [school, *people, t.designated(), t.filed(), t.filed(t.COOKING)])
    submit(log, "approved", [t.approved(), t.approved(t.COOKING)], CHIEF)
    elsewhere = t.session(training_class=t.COOKING, teacher=None, venue=None)
    answer = submit(log, "taught", [t.session(), elsewhere, t.enrolled(), t.enrolled(t.ZHAO, t.COOKING)])
    assert outcomes(answer) == ["recorded"] * 4
    yield log
    log.close()


def test_an_order_for_nothing_is_answered_once_and_for_ever(log: Log) -> None:
    head = log.head().position
    first, again = submit(log, "nothing", []), submit(log, "nothing", [])
    assert (first.verdicts, first.position, first.repeated) == ([], head, False)
    assert (again.verdicts, again.position, again.repeated) == ([], head, True)


def test_the_same_row_twice_in_one_order_is_recorded_once(log: Log) -> None:
    answer = submit(log, "twice", [t.enrolled(t.CHEN), t.enrolled(t.CHEN)])
    assert outcomes(answer) == ["recorded", "registry.stands-already"]
    assert answer.position == answer.verdicts[0].position == log.head().position


def test_the_same_refused_row_twice_in_one_order_is_one_refusal(log: Log) -> None:
    row = Proposal(fact=t.attended(MORNING, person=t.CHEN), source=Source(file="0" * 64, row=7))
    answer = Desk(log).submit(Order(id="twice", by=TELLER, items=[row, row]))
    assert outcomes(answer) == ["training.not-enrolled"] * 2
    assert sum(isinstance(fact, SubmissionRefused) for fact in facts_of(log)) == 1


def test_rows_after_a_refusal_that_stands_already_get_their_true_positions(log: Log) -> None:
    refused = t.attended(MORNING, person=t.CHEN)
    submit(log, "before", [refused])
    answer = submit(log, "again", [refused, t.enrolled(t.CHEN), t.attended(MORNING)])
    for verdict, fact in zip(answer.verdicts[1:], (t.enrolled(t.CHEN), t.attended(MORNING)), strict=True):
        assert facts_of(log)[(verdict.position or 0) - 1] == fact
    assert answer.position == log.head().position
    assert outcomes(submit(log, "full", [t.enrolled(P9)])) == ["training.seats-taken"]


def test_a_whole_class_may_be_recorded_in_one_order(log: Log) -> None:
    third = t.ClassId("c620121-third")
    facts = [t.enrolled(t.CHEN, third), t.session(t.MAY_6, training_class=third)]
    answer = submit(
        log, "whole", [t.filed(third), *facts, t.attended(t.hours(t.MAY_6, 8, 10), person=t.CHEN, training_class=third)]
    )
    assert outcomes(answer) == ["recorded", "recorded", "training.class-never-approved", "training.outside-sessions"]


def test_rows_after_a_merge_in_the_same_order_know_the_other_ids_life(log: Log) -> None:
    assert outcomes(submit(log, "li", [t.attended(MORNING)])) == ["recorded"]
    zhao = t.attended(MORNING, person=t.ZHAO, training_class=t.COOKING)
    merged = PersonsMerged(kept=t.LI, merged=(t.ZHAO,), occurred_on=t.MAY_5)
    answer = submit(log, "merge", [merged, zhao])
    assert outcomes(answer) == ["recorded", "training.hours-overlap"]
    apart = PersonsSeparated(kept=t.LI, separated=(t.ZHAO,), occurred_on=t.MAY_5)
    assert outcomes(submit(log, "apart", [apart, zhao])) == ["recorded", "recorded"]


def test_orders_decided_together_know_each_other_too(log: Log) -> None:
    submit(log, "li", [t.died(t.MAY_3)])  # no rule about a merge looks at deaths: only the rows after it do
    merged = PersonsMerged(kept=t.LI, merged=(t.ZHAO,), occurred_on=t.MAY_5)
    zhao = t.attended(MORNING, person=t.ZHAO, training_class=t.COOKING)
    orders = [Order(id=fact.TOPIC, by=TELLER, items=[Proposal(fact=fact)]) for fact in (merged, zhao)]
    first, second = Desk(log).submit_each(orders)
    assert isinstance(first, Answer)
    assert isinstance(second, Answer)
    assert outcomes(first) + outcomes(second) == ["recorded", "training.recorded-as-dead"]


def test_the_same_order_twice_among_several_is_answered_twice_and_recorded_once(log: Log) -> None:
    one = Order(id="one", by=TELLER, items=[Proposal(fact=t.enrolled(t.CHEN))])
    other = Order(id="one", by=TELLER, items=[Proposal(fact=t.withdrawn())])
    first, again, reused = Desk(log).submit_each([one, one, other])
    assert isinstance(first, Answer)
    assert isinstance(again, Answer)
    assert isinstance(reused, CommandReused)
    assert first.verdicts == again.verdicts
    assert facts_of(log).count(t.enrolled(t.CHEN)) == 1


def test_a_fact_is_corrected_by_what_stood_there_when_it_was_read(log: Log) -> None:
    position = Position(facts_of(log).index(t.enrolled()) + 1)
    amend = Amend(corrects=position, was=t.enrolled(), reason="typing error", approver=OfficerId("chief"))
    items = [Proposal(fact=t.enrolled(on=day), amend=amend) for day in (t.MAY_4, t.MAY_5, t.MAY_4)]
    answer = Desk(log).submit(Order(id="both", by=TELLER, items=items))
    assert outcomes(answer) == ["recorded", "corrections.changed-meanwhile", "corrections.nothing-changes"]


def test_a_correction_that_names_another_fact_than_it_replaces_is_refused(log: Log) -> None:
    amend = Amend(corrects=Position(1), was=t.enrolled(), reason="typing error", approver=OfficerId("chief"))
    answer = Desk(log).submit(Order(id="x", by=TELLER, items=[Proposal(fact=t.enrolled(on=t.MAY_4), amend=amend)]))
    assert outcomes(answer) == ["corrections.changed-meanwhile"]


def test_the_desks_calendar_is_beijings(log: Log) -> None:
    def at(hour: int) -> Desk:
        moment = datetime(2016, 5, 3, hour, 30, tzinfo=UTC)
        return Desk(log, clock=lambda: int(moment.timestamp() * 1_000_000))

    order = Order(id="evening", by=TELLER, items=[Proposal(fact=t.enrolled(t.CHEN, on=date(2016, 5, 4)))])
    assert outcomes(at(15).submit(order)) == ["records.not-yet-happened"]  # 23:30 in Beijing
    next_day = msgspec.structs.replace(order, id="midnight")
    assert outcomes(at(16).submit(next_day)) == ["recorded"]  # 00:30 in Beijing


def test_a_refusal_is_no_fact_that_anybody_can_correct(log: Log) -> None:
    position = Position(submit(log, "refused", [t.attended(MORNING, person=t.CHEN)]).position)
    request = Request(
        id="x", command="correct", corrects=position, reason="we do not like it", approver=OfficerId("chief")
    )
    with pytest.raises(RequestUnusable, match="cannot be corrected"):
        proposal(request, log, Source(way="api"))


def test_a_seal_binds_the_rows_after_it_in_the_same_order(log: Log) -> None:
    seal = PeriodSealed(seal=SealId("may"), region=t.COUNTY, since=t.MAY_3, until=t.MAY_9, occurred_on=date(2016, 6, 1))
    answer = submit(log, "sealed", [t.enrolled(t.CHEN), seal, t.enrolled(P9, t.COOKING)])
    assert outcomes(answer) == ["recorded", "recorded", "statements.period-is-sealed"]


def test_an_officers_scope_is_judged_for_each_region_in_an_order(log: Log) -> None:
    elsewhere = t.enrolled(t.CHEN, t.ClassId("c620122-welding"))
    answer = submit(log, "two counties", [t.enrolled(t.CHEN), elsewhere, t.enrolled(P9, t.COOKING)])
    assert outcomes(answer) == ["recorded", "officers.outside-your-region", "recorded"]


def test_orders_of_several_officers_are_each_judged_by_their_own_role(log: Log) -> None:
    stranger = t.officer("stranger")
    orders = [
        Order(id=by.officer, by=by, items=[Proposal(fact=t.enrolled(person))])
        for by, person in ((TELLER, t.CHEN), (stranger, P9))
    ]
    first, second = Desk(log).submit_each(orders)
    assert isinstance(first, Answer)
    assert isinstance(second, Answer)
    assert outcomes(first) + outcomes(second) == ["recorded", "officers.role-not-granted"]


def test_orders_in_turn_each_stand_before_the_next_is_decided(log: Log) -> None:
    facts = [t.enrolled(NEW), t.enrolled(LATE), t.enrolled(NEW)]
    orders = [
        Order(id=id, by=TELLER, items=[Proposal(fact=fact)])
        for id, fact in zip(("one", "two", "three", "one", "two"), [*facts, facts[0], facts[2]], strict=True)
    ]
    asked: list[str] = []

    def coming() -> Iterator[Order]:
        for order in orders:
            asked.append(order.id)
            yield order

    told: list[object] = []
    for answer in Desk(log).submit_in_turn(coming()):
        assert len(asked) <= len(told) + 2, "no more than one is made ready ahead"
        told.append(outcomes(answer) if isinstance(answer, Answer) else type(answer))
        if isinstance(answer, Answer) and not answer.repeated:
            assert log.head().position == answer.position
    assert told == [["recorded"], ["training.seats-taken"], ["registry.stands-already"], ["recorded"], CommandReused]


def test_the_registration_that_a_decision_asks_for_is_read_at_once_with_all_else(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    read = Log.read
    monkeypatch.setattr(Log, "read", lambda *given, **more: asked.append(given) or read(*given, **more))
    submit(log, "withdrawn", [t.withdrawn()])
    needed = len(asked)
    answer = submit(
        log, "wished", [WishStated(person=t.CHEN, county=t.COUNTY, occupation=t.WELDER, occurred_on=t.MAY_4)]
    )
    assert outcomes(answer) == ["recorded"]
    assert len(asked) == 2 * needed
