"""What inspections and findings have become: as known then and now, of any day, however the log is paged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import claim_samples as c
import inspection_samples as i
import money_samples as m
import pytest
import training_samples as t
from paper_log import PaperLog

from taizhang.adapters.database import Database
from taizhang.domain.attendance import AttendanceCorrected
from taizhang.domain.core import Fact, OfficerId, Position
from taizhang.domain.inspections.findings import FindingId, FindingRecordedCorrected
from taizhang.domain.inspections.opening import InspectionId, InspectionOpenedCorrected, SampleId, VisitHeldCorrected
from taizhang.domain.refused import SubmissionRefused
from taizhang.projections.follow import Follower
from taizhang.projections.inspections.book import Book, FindingRow, book
from taizhang.projections.inspections.heads import marked_present
from taizhang.projections.inspections.known import known_facts
from taizhang.projections.inspections.life import changes_under
from taizhang.projections.inspections.view import InspectionsView
from taizhang.projections.replay import NOW, Cuts

DAY = 86_400_000_000
LATER = date(2016, 12, 31)
BOSS = OfficerId("boss")
OTHER_FINDING = FindingId("find-620121-other")
LIFE: list[Fact] = [
    i.planned(),
    i.opened(plan="plan-2016"),
    i.visited(),
    i.stands(),
    i.answered(),
    i.ordered(),
    i.reminded(),
    i.replied(),
    i.reported(),
    i.reviewed(),
    i.closed(),
    i.reopened(),
]


def told(*facts: Fact) -> PaperLog:
    """A log in which each fact was recorded at noon of the day on which it happened."""
    log = PaperLog()
    for fact in facts:
        log.record(noon(fact.occurred_on), fact)
    return log


def noon(day: date) -> int:
    return (day - date(1970, 1, 1)).days * DAY + DAY // 6  # 4 o'clock UTC: noon in Beijing


@contextmanager
def followed(log: PaperLog, url: str = "", page_facts: int = 3) -> Iterator[Database]:
    database = Database(url or "sqlite://")
    follower = Follower(log, database, [InspectionsView], page_facts)
    follower.catch_up()
    assert [one.error for one in follower.status()] == [None]
    yield database
    database.close()


def asked(database: Database, on: date = LATER, cuts: Cuts = NOW, region: str = "620000") -> Book:
    with database.read() as connection:
        return book(known_facts(connection, cuts), on, region)


@pytest.fixture
def now(tmp_path: Any) -> Any:
    """The book of these facts, as of a day, at the cuts, in a region."""
    number = iter(range(1_000))

    def now(facts: Sequence[Fact], on: date = LATER, cuts: Cuts = NOW, region: str = "620000") -> Book:
        with followed(told(*facts), f"sqlite:///{tmp_path / f'v{next(number)}.db'}") as database:
            return asked(database, on, cuts, region)

    return now


def only(found: Book) -> FindingRow:
    [row] = found.findings
    return row


def test_a_finding_goes_through_its_states(now) -> None:
    states = {
        4: "open",
        5: "answered",
        6: "due",
        8: "due",
        9: "reported",
        10: "reviewed",
        11: "closed",
        12: "reopened",
    }
    for count, state in states.items():
        assert only(now(LIFE[:count], i.REOPENED)).state == state
    refused = i.reviewed(accepted=False)
    assert only(now([*LIFE[:9], refused], i.REOPENED)).state == "due"


def test_what_is_not_closed_by_its_deadline_is_overdue_in_every_region_above(now) -> None:
    for region in (m.PROVINCE, m.PREFECTURE, m.COUNTY):
        found = only(now(LIFE[:10], i.DEADLINE + timedelta(days=5), region=region))
        assert (found.state, found.overdue_days) == ("overdue", 5)
    assert not now(LIFE[:10], region=m.SECOND).findings
    assert only(now(LIFE[:10], i.DEADLINE)).overdue_days == 0
    assert only(now(LIFE[:11])).overdue_days == 0
    longer = i.ordered(deadline=LATER, occurred_on=i.REPORTED)
    found = only(now([*LIFE[:6], longer], LATER))
    assert (found.state, found.orders, found.first_deadline, found.deadline) == ("due", 2, i.DEADLINE, LATER)


def test_chasing_is_counted(now) -> None:
    found = only(now([*LIFE[:8], i.reminded(words="again")]))
    assert (found.reminders, found.reminders_answered) == (2, 1)


@pytest.mark.parametrize("page_facts", [1, 4, 100])
def test_a_past_day_and_a_past_moment_are_told_as_they_were(engine_url: str, page_facts: int) -> None:
    log = told(*LIFE)
    [late] = log.record(noon(LATER), i.revisited(occurred_on=i.CLOSED))
    was = LIFE[3]
    milder = i.stands(blocking=False)
    correction = FindingRecordedCorrected(
        corrects=Position(4), was=was, now=milder, reason="typing error", approver=OfficerId("x"), occurred_on=i.FOUND
    )
    log.record(noon(LATER) + 1, correction)
    assert late == len(LIFE) + 1
    with followed(log, engine_url, page_facts) as database:
        effective = {i.FOUND: "answered", i.ORDERED: "due", i.REPORTED: "reported", i.CLOSED: "closed"}
        for day, state in effective.items():
            assert only(asked(database, day, Cuts(None, day))).state == state
            assert only(asked(database, day, Cuts(noon(day), None))).state == state
        assert not asked(database, i.VISITED, Cuts(None, i.VISITED)).findings
        known_then = only(asked(database, LATER, Cuts(noon(i.REOPENED), None)))
        assert (known_then.blocking, known_then.revisited_on) == (True, None)
        known_now = only(asked(database, LATER, NOW))
        assert (known_now.blocking, known_now.revisited_on, known_now.position) == (False, i.CLOSED, 4)


def test_a_void_inspection_is_gone_and_comes_back_at_the_earlier_cut(engine_url: str) -> None:
    log = told(i.opened())
    void = InspectionOpenedCorrected(
        corrects=Position(1), was=i.opened(), now=None, reason="wrong", approver=OfficerId("x"), occurred_on=i.OPENED
    )
    log.record(noon(LATER), void)
    with followed(log, engine_url) as database:
        assert not asked(database).inspections
        assert len(asked(database, cuts=Cuts(noon(i.OPENED), None)).inspections) == 1


def test_the_plan_is_set_against_what_was_done(now) -> None:
    opened = i.opened(plan="plan-2016")
    for facts, on, state in (
        ([i.planned()], date(2016, 12, 1), "due"),
        ([i.planned()], date(2016, 12, 2), "overdue"),
        ([i.planned(), opened], LATER, "done"),
        ([i.planned(), i.opened(plan="plan-2016", occurred_on=date(2016, 12, 2))], LATER, "late"),
        ([i.planned(), i.opened()], LATER, "overdue"),
        ([i.planned(), i.opened(plan="plan-2016", kind="cross")], LATER, "overdue"),
    ):
        [row] = now(facts, on).plans
        assert row.state == state
    assert row.done == ()


def test_the_same_fault_on_the_same_institution_within_a_year_is_shown_as_recurring(now) -> None:
    earlier = i.stands(FindingId("find-620121-0"), date(2015, 8, 1), object=i.SCHOOL)
    found = {row.finding: row.recurs for row in now([earlier, i.stands()]).findings}
    assert found == {earlier.finding: "", i.FINDING: earlier.finding}
    for other in (
        i.stands(FindingId("find-620121-0"), date(2015, 7, 1)),  # more than a year before
        i.stands(FindingId("find-620121-0"), date(2015, 8, 1), content="funds"),
        i.stands(FindingId("find-620121-0"), date(2015, 8, 1), institution="academy"),
    ):
        assert {row.recurs for row in now([other, i.stands()]).findings} == {""}


def test_a_nonce_that_is_never_opened_and_attempts_to_draw_again_are_shown(now) -> None:
    again = SubmissionRefused(
        occurred_on=i.VISITED,
        command="inspections.draw-sample",
        rule="inspections.sample-drawn-already",
        subjects=(f"inspection:{i.INSPECTION}",),
        digest="0" * 64,
    )
    other = SubmissionRefused(occurred_on=i.VISITED, command="funds.pay-subsidy", rule="funds.x", digest="0" * 64)
    silent = i.committed(sample=SampleId("sample-2"))
    facts = [i.opened(), i.committed(), silent, i.fixed(), i.sample(30), again, other]
    rows = {row.sample: row for row in now(facts, i.OPENED + timedelta(days=9)).samples}
    assert (rows[i.SAMPLE].state, rows[i.SAMPLE].waiting_days, rows[i.SAMPLE].drawn) == ("drawn", 0, 3)
    assert (rows[i.SAMPLE].population_position, rows[i.SAMPLE].checkpoint_size) == (4, 30)
    assert rows[i.SAMPLE].attempts == 1
    assert (rows["sample-2"].state, rows["sample-2"].waiting_days) == ("committed", 9)


def test_a_self_inspection_without_findings_where_others_found_something_is_shown(now) -> None:
    own = i.opened(id=InspectionId("insp-620121-0"), kind="self", organisation=i.BUREAU, contents=("institutions",))
    rows = {row.inspection: row for row in now([own, i.opened(), i.stands()]).inspections}
    assert rows[own.inspection].found_elsewhere == (i.FINDING,)
    assert rows[i.INSPECTION].found_elsewhere == ()
    other = i.opened(id=InspectionId("insp-620121-0"), kind="self", organisation=i.BUREAU, contents=("funds",))
    honest = i.stands(FindingId("find-620121-9"), inspection=own.inspection)
    for facts in ([other, i.opened(), i.stands()], [own, honest, i.opened(), i.stands()]):
        assert all(not row.found_elsewhere for row in now(facts).inspections)


def test_an_inspection_counts_its_visits_and_findings(now) -> None:
    [row] = now(LIFE[:11]).inspections
    assert (row.visits, row.findings, row.open_findings) == (1, 1, 0)
    [row] = now(LIFE).inspections
    assert row.open_findings == 1
    [visit] = now(LIFE).visits
    assert (visit.heads, visit.training_class) == (1, t.WELDING)


def test_heads_are_set_against_who_was_marked_present_at_that_hour() -> None:
    log = PaperLog()
    log.record(1, *c.TAUGHT)
    for minute, present in ((8 * 60, 2), (10 * 60 - 1, 2), (10 * 60, 0), (8 * 60 - 1, 0)):
        assert marked_present(log, t.WELDING, t.MAY_4, minute) == present
    assert marked_present(log, t.WELDING, t.MAY_6, 8 * 60) == 0
    assert marked_present(log, t.COOKING, t.MAY_4, 8 * 60) == 0
    given = list(c.TAUGHT)
    was, now = t.attended(*c.ALL_HOURS), t.attended(c.ALL_HOURS[1])
    log.record(2, t.corrected(AttendanceCorrected, given, was, now))
    assert marked_present(log, t.WELDING, t.MAY_4, 8 * 60) == 1
    assert marked_present(log, t.WELDING, t.MAY_4, 8 * 60, Cuts(1, None)) == 2


def test_a_finding_says_when_what_it_rests_on_was_corrected_or_declared_void_after_it(tmp_path: Any) -> None:
    marked = t.attended(c.ALL_HOURS[1])
    sheet = AttendanceCorrected(
        corrects=Position(1), was=marked, now=None, reason="typing error", approver=BOSS, occurred_on=marked.occurred_on
    )
    seen = i.visited()
    before = VisitHeldCorrected(
        corrects=Position(3),
        was=seen,
        now=i.visited(heads=2),
        reason="typing error",
        approver=BOSS,
        occurred_on=seen.occurred_on,
    )
    rests_on = (Position(1), Position(3))
    facts: list[tuple[date, Fact]] = [
        (marked.occurred_on, marked),
        (seen.occurred_on, i.opened()),
        (seen.occurred_on, seen),
        (seen.occurred_on, before),  # before the finding: it rests on what stood by then
        (i.FOUND, i.stands(rests_on=rests_on)),
        (i.FOUND, i.stands(OTHER_FINDING, rests_on=(Position(2),))),
        (i.JULY[20], sheet),
    ]
    for page_facts in (1, 3, 50):
        log = PaperLog()
        for day, fact in facts:
            log.record(noon(day), fact)
        with followed(log, f"sqlite:///{tmp_path / f'{page_facts}.db'}", page_facts) as database:
            changed = {one.finding: one.changed for one in asked(database).findings}
            assert changed == {i.FINDING: (7,), OTHER_FINDING: ()}
            then = asked(database, cuts=Cuts(noon(i.JULY[20]) - 1, None))
            assert {one.changed for one in then.findings} == {()}
            with database.read() as connection:
                [change] = changes_under(known_facts(connection), i.FINDING).values()
            assert (change.ground, change.void) == (1, True)
