"""A year of postings and inspections in the sample: whole, as the rules and views see it, and drawn again from outside."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec
import pytest
from sample_houses import facts_of, house_in

from taizhang.adapters.cli.main import run
from taizhang.adapters.house import House
from taizhang.adapters.sample.sample import MadeSample, make_sample
from taizhang.adapters.sampling import population, steps_of
from taizhang.domain.envelope import fact_classes
from taizhang.domain.inspections.findings import FindingRecorded
from taizhang.domain.inspections.opening import Content, InspectionOpened
from taizhang.domain.inspections.samples import SampleDrawn
from taizhang.domain.postings.appraisals import OfficialPromoted
from taizhang.domain.refused import SubmissionRefused
from taizhang.projections.funds.cuts import recorded_day
from taizhang.projections.inspections.book import Book, book
from taizhang.projections.inspections.heads import marked_present
from taizhang.projections.inspections.known import known_facts
from taizhang.projections.performance.answer import figures_of
from taizhang.projections.performance.asked import Question
from taizhang.projections.performance.cards import current
from taizhang.projections.postings.lists import coverage, expiring, handovers, idle, poor_villages
from taizhang.projections.postings.moment import posts_at
from taizhang.projections.postings.results import promotions
from taizhang.projections.replay import Cuts

PERSONS, SEED = 50, 7
NEW_YEAR_S_EVE = date(2016, 12, 31)
A_QUARTER = 2_500  # basis points


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, MadeSample]]:
    with house_in(tmp_path_factory.mktemp("field")) as house:
        sample = make_sample(house, PERSONS, SEED)
        house.views.catch_up()
        yield house, sample


def book_of(house: House, on: date = date(2020, 1, 1)) -> Book:
    with house.log.database.read() as connection:
        return book(known_facts(connection), on)


def test_every_step_of_postings_and_inspections_is_in_it(made: tuple[House, MadeSample]) -> None:
    wanted = {name for name in fact_classes() if name.startswith(("postings.", "inspections."))}
    corrections = {name for name in wanted if "-corrected." in name}
    assert wanted - corrections - {one.fact.TOPIC for one in facts_of(made[0])} == set()


def test_all_four_kinds_of_inspections_and_all_six_contents_are_in_it(made: tuple[House, MadeSample]) -> None:
    facts = [one.fact for one in facts_of(made[0])]
    opened = [fact for fact in facts if isinstance(fact, InspectionOpened)]
    assert {one.kind for one in opened} == {"self", "superior", "cross", "third-party"}
    contents = {fact.content for fact in facts if isinstance(fact, FindingRecorded)}
    assert contents == set(Content.__args__)  # type: ignore[attr-defined]


def test_a_plan_is_kept_in_part_one_finding_is_overdue_and_one_came_back(made: tuple[House, MadeSample]) -> None:
    found = book_of(made[0])
    assert {one.state for one in found.plans} == {"done", "overdue"}
    assert {one.state for one in found.findings} == {"closed", "overdue"}
    [again] = [one for one in found.findings if one.reopened]
    assert (again.state, again.orders, again.revisit_holds) == ("closed", 2, True)
    [overdue] = [one for one in found.findings if one.state == "overdue"]
    assert (overdue.reminders, overdue.reminders_answered) == (2, 1)
    assert any(one.found_elsewhere for one in found.inspections if one.kind == "self")


def test_heads_on_the_spot_were_fewer_than_marks_until_attendance_was_put_right(
    made: tuple[House, MadeSample],
) -> None:
    house, _ = made
    facts = facts_of(house)
    found_at = next(one.recorded_at for one in facts if isinstance(one.fact, FindingRecorded))
    [visit] = [one for one in book_of(house).visits if one.heads is not None]
    then = marked_present(house.log, visit.training_class, visit.held_on, visit.at, Cuts(found_at, None))
    now = marked_present(house.log, visit.training_class, visit.held_on, visit.at)
    assert then > now == visit.heads


def test_a_promotion_s_figures_are_known_as_they_were_then_and_marked_because_they_changed(
    made: tuple[House, MadeSample],
) -> None:
    house, _ = made
    [promoted] = [one for one in facts_of(house) if isinstance(one.fact, OfficialPromoted)]
    with house.log.database.read() as connection:
        then = promotions(connection, "620000", Cuts(promoted.recorded_at, None))
        now = promotions(connection, "620000")
    assert [one.now for one in then] == [one.value for one in then] == [one.value for one in now]
    assert {one.measure: one.changed for one in now} == {"evidenced_minutes": True, "certified": False}


def test_coverage_has_gaps_terms_end_and_somebody_was_not_seen(made: tuple[House, MadeSample]) -> None:
    house, _ = made
    with house.log.database.read() as connection:
        posts = posts_at(connection, "620000", Cuts(None, NEW_YEAR_S_EVE))
        covered, gaps = coverage(posts, poor_villages(connection, "620000", NEW_YEAR_S_EVE), NEW_YEAR_S_EVE)
        assert len(idle(connection, posts, NEW_YEAR_S_EVE)) == 1
    assert all(0 < one.covered < one.of for one in covered)
    assert gaps
    assert expiring(posts, NEW_YEAR_S_EVE, 30)
    assert any(one.successor is None for one in handovers(posts, NEW_YEAR_S_EVE, 30))
    assert {one.ended_by for one in posts} == {None, "official-recalled", "posting-ended"}


def test_a_sample_is_drawn_by_each_method_one_again_and_one_nonce_was_never_opened(
    made: tuple[House, MadeSample],
) -> None:
    samples = {one.sample: one for one in book_of(made[0]).samples}
    unopened = samples.pop("sample-2015-unopened")
    assert (unopened.state, unopened.waiting_days > 0) == ("committed", True)
    assert {one.state for one in samples.values()} == {"drawn"}
    assert {one.method: one.attempts for one in samples.values()} == {"random": 1, "stratified": 0, "monetary-unit": 0}
    assert all(one.drawn for one in samples.values())


@pytest.mark.parametrize("method", ["random", "stratified", "monetary-unit"])
def test_the_samples_are_drawn_again_from_what_is_published_alone(
    method: str,
    made: tuple[House, MadeSample],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    house, sample = made
    drawn = [one.fact for one in facts_of(house) if isinstance(one.fact, SampleDrawn)]
    [fact] = [one for one in drawn if one.method == method]
    fixed = steps_of(house.log, fact.sample).fixed
    assert fixed is not None
    monkeypatch.chdir(tmp_path)  # where no house is
    Path("population.csv").write_bytes(population(house.log, fixed.query, fixed.position).data)
    Path("checkpoint").write_text(fact.checkpoint)
    Path("drawn").write_text("\n".join(fact.drawn))
    keys = ["--log-key", sample.keys[0], "--witness", sample.keys[1]]
    call = ["sample-draw", "--verify", "population.csv", "--checkpoint", "checkpoint", "--nonce", fact.nonce]
    capsys.readouterr()
    how = ["--interval-fen", str(fixed.interval_fen)] if fixed.interval_fen else ["--size", str(fixed.size)]
    assert run([*call, "--method", method, *how, "--against", "drawn", *keys, "--json"]) == 0
    told = msgspec.json.decode(capsys.readouterr().out)
    assert (told["same"], told["seed"], told["cosigned_by"]) == (True, fact.seed, ["sample-witness.example/taizhang"])
    assert told["checkpoint_size"] >= fixed.position


def test_records_come_in_some_days_after_what_they_tell_and_some_of_them_late(made: tuple[House, MadeSample]) -> None:
    house, _ = made
    recorded = facts_of(house)
    assert [one.recorded_at for one in recorded] == sorted(one.recorded_at for one in recorded)
    days = {recorded_day(one.recorded_at) for one in recorded}
    assert {day.year for day in days} >= set(range(2015, 2021))
    assert max(days) < house.desk.today()
    assert [one.position for one in recorded if recorded_day(one.recorded_at) < one.fact.occurred_on] == []
    assert {one.source.way for one in recorded if one.source is not None} == {"sample"}
    assert all(one.source is not None for one in recorded if not isinstance(one.fact, SubmissionRefused))
    question = Question(house.desk.today())
    with house.log.database.read() as connection:
        figures = figures_of(connection, question, current())
    late = figures["late_share"]
    assert late is not None
    assert 0 < late < A_QUARTER
