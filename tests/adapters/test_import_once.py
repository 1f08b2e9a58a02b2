"""Exactly once: killed in the middle, run by two processes at once, met by two files at once."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from import_samples import CLERK, KEYS, SmallHouse, people, roster, small_house, workbook

from taizhang.adapters.desk import DeskBusy
from taizhang.adapters.importing import importer
from taizhang.adapters.importing import roster as importer_roster
from taizhang.adapters.importing.importer import Importer
from taizhang.adapters.importing.run import order_id
from taizhang.adapters.importing.second import SecondProcess
from taizhang.adapters.vault.commitments import verify_opening
from taizhang.domain.enrolment import TraineeEnrolled
from taizhang.domain.people import PersonDetailsStated, PersonRegistered
from taizhang.domain.refused import SubmissionRefused
from taizhang.projections.follow import Follower
from taizhang.projections.views import all_views

ROWS = 45
fork = multiprocessing.get_context("fork")


def reopened(folder: Path) -> SmallHouse:
    return SmallHouse(folder, f"sqlite:///{folder}/log.db", f"sqlite:///{folder}/vault.db")


def messy() -> list[list[object]]:
    rows = people(ROWS)
    rows[12][4] = 6.22301e17
    rows[30][4] = 6.22301e17
    return rows


def killed_run(folder: Path, content: bytes, order: int, *, before: bool) -> None:
    """Import, and be killed like a pulled plug around the desk's nth order."""
    house = reopened(folder)
    submit, count = house.desk.submit, 0

    def submit_or_die(one: Any, *meanwhile: Any) -> Any:
        nonlocal count
        count += 1
        if before and count == order:
            os.kill(os.getpid(), signal.SIGKILL)
        answer = submit(one, *meanwhile)
        if count == order:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    house.desk.submit = submit_or_die  # type: ignore[method-assign]
    Importer(house).run(content, "花名册.xlsx", CLERK)


@pytest.mark.parametrize(("order", "before"), [(1, True), (2, True), (2, False), (5, False)])
def test_an_import_killed_in_the_middle_is_finished_and_repeats_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, order: int, before: bool
) -> None:
    monkeypatch.setattr(importer_roster, "CHUNK_ROWS", 10)
    with small_house(tmp_path):
        pass
    content = roster(messy())
    child = fork.Process(target=killed_run, args=(tmp_path, content, order), kwargs={"before": before})
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL
    house = reopened(tmp_path)
    [result] = Importer(house).resume()
    assert result.counts["recorded"] == ROWS - 2
    assert result.counts["refused"] == 2
    kinds = Counter(type(recorded.fact) for recorded in house.facts())
    assert (kinds[PersonRegistered], kinds[TraineeEnrolled]) == (ROWS - 2, ROWS - 2)
    assert kinds[SubmissionRefused] == 2
    assert kinds[PersonDetailsStated] == 0
    sources = Counter((one.source.row) for one in house.facts() if isinstance(one.fact, TraineeEnrolled) and one.source)
    assert set(sources.values()) == {1}
    positions = {position for verdict in result.verdicts for position in verdict.positions}
    recorded = {one.position for one in house.facts() if isinstance(one.fact, (PersonRegistered, TraineeEnrolled))}
    assert positions == recorded
    assert Importer(house).resume() == []
    assert Importer(house).run(content, "花名册.xlsx", CLERK).counts["facts"] == 0
    house.close()


def killed_batch(folder: Path, files: list[tuple[bytes, str]]) -> None:
    """Import these files, and be killed like a pulled plug when the second begins."""

    def begun(number: int) -> None:
        if number == 1:
            os.kill(os.getpid(), signal.SIGKILL)

    Importer(reopened(folder)).run_many(files, CLERK, reason="补录", begun=begun)


def _busy(*_: Any) -> Any:
    raise DeskBusy


def test_files_that_waited_behind_the_one_that_was_killed_are_imported_in_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with small_house(tmp_path):
        pass
    files = [(roster(people(3, first=3 * number)), f"花名册{number}.xlsx") for number in range(3)]
    child = fork.Process(target=killed_batch, args=(tmp_path, files))
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL
    house = reopened(tmp_path)
    one = Importer(house)
    assert [one.jobs.state(job) for job in one.jobs.recent()] == ["interrupted", "interrupted", "done"]
    with monkeypatch.context() as patched:
        patched.setattr(house.desk, "submit", _busy)
        with pytest.raises(DeskBusy):
            one.resume()
    assert [one.jobs.can_go_on(job) for job in one.jobs.recent()] == [True, True, False], "also the one that waits"
    assert [result.filename for result in one.resume()] == ["花名册1.xlsx", "花名册2.xlsx"]
    enrolled = [recorded for recorded in house.facts() if isinstance(recorded.fact, TraineeEnrolled)]
    assert [recorded.source.name for recorded in enrolled if recorded.source] == [
        name for _, name in files for _ in range(3)
    ]
    assert {recorded.reason for recorded in enrolled} == {"补录"}, "what was asked holds for those that waited"
    assert one.resume() == []
    house.close()


def test_a_job_of_a_living_process_is_left_alone(tmp_path: Path) -> None:
    with small_house(tmp_path) as house:
        one = Importer(house)

        def ask(_done: int, _total: int) -> None:
            assert one.resume() == []

        assert one.run(roster(people(3)), "花名册.xlsx", CLERK, progress=ask).counts["recorded"] == 3


def plain_run(folder: Path, content: bytes, name: str, start: Any, answers: Any) -> None:
    house = reopened(folder)
    start.wait()
    result = Importer(house).run(content, name, CLERK)
    answers.put((result.counts, [(one.outcome, one.rules) for one in result.verdicts]))
    house.close()


def together(folder: Path, files: list[tuple[bytes, str]]) -> list[Any]:
    start, answers = fork.Event(), fork.Queue()
    children = [fork.Process(target=plain_run, args=(folder, content, name, start, answers)) for content, name in files]
    for child in children:
        child.start()
    start.set()
    told = [answers.get(timeout=120) for _ in children]
    for child in children:
        child.join(60)
    return told


def test_the_same_file_from_two_processes_at_once_goes_in_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importer_roster, "CHUNK_ROWS", 10)
    with small_house(tmp_path):
        pass
    content = roster(messy())
    told = together(tmp_path, [(content, "花名册.xlsx")] * 2)
    house = reopened(tmp_path)
    kinds = Counter(type(recorded.fact) for recorded in house.facts())
    assert (kinds[PersonRegistered], kinds[TraineeEnrolled]) == (ROWS - 2, ROWS - 2)
    assert kinds[SubmissionRefused] == 2
    assert sum(counts["recorded"] for counts, _ in told) == ROWS - 2
    house.close()


def test_two_files_that_meet_the_same_new_people_at_once_both_go_in(tmp_path: Path) -> None:
    with small_house(tmp_path):
        pass
    rows = people(ROWS)
    one, other = roster(rows), roster([[*row[:5], "13800000000", *row[6:]] for row in rows])
    told = together(tmp_path, [(one, "甲.xlsx"), (other, "乙.xlsx")])
    house = reopened(tmp_path)
    assert len(house.of(PersonRegistered)) == len(house.of(TraineeEnrolled)) == ROWS
    assert len(house.of(PersonDetailsStated)) == ROWS
    assert all(outcome in ("recorded", "unchanged") for _, verdicts in told for outcome, _ in verdicts), told
    house.close()


def test_orders_of_one_attempt_have_ids_of_their_own() -> None:
    ids = {order_id("f" * 64, chunk, run) for chunk in range(1, 4) for run in ("a/1", "a/2")}
    assert len(ids) == 6


def test_a_file_without_any_form_is_answered_and_leaves_no_open_job(tmp_path: Path) -> None:
    with small_house(tmp_path) as house:
        one = Importer(house)
        result = one.run(workbook({"说明": [["今天开会"], ["明天下乡"]]}), "说明.xlsx", CLERK)
        assert result.rows == 0
        assert any("没有识别出" in zh for _, zh, _ in result.summary)
        assert one.resume() == []


def test_a_run_that_failed_can_be_gone_on_with_and_a_lost_file_is_given_up(tmp_path: Path) -> None:
    with small_house(tmp_path) as house:
        one, submit = Importer(house), house.desk.submit

        def fail(_order: Any, *_meanwhile: Any) -> Any:
            raise DeskBusy

        house.desk.submit = fail  # type: ignore[method-assign]
        for name in ("甲.xlsx", "乙.xlsx"):
            with pytest.raises(DeskBusy):
                one.run(roster(people(2 if name == "甲.xlsx" else 3)), name, CLERK)
        house.desk.submit = submit  # type: ignore[method-assign]
        lost = one.jobs.recent()[0].asked.file
        next((tmp_path / "files").rglob(f"{lost}*")).unlink()
        [finished] = one.resume()
        assert finished.counts["recorded"] in (2, 3)
        assert one.resume() == []


@pytest.mark.parametrize("dies", [False, True])
def test_a_second_process_changes_nothing_but_the_speed_and_may_die(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dies: bool
) -> None:
    monkeypatch.setattr(importer_roster, "CHUNK_ROWS", 10)
    monkeypatch.setattr(importer, "SECOND_PROCESS_BYTES", 0)
    with small_house(tmp_path) as house:
        house.keys = KEYS
        kill = SecondProcess.welcome

        def welcome(self: SecondProcess, arrivals: Any) -> Any:
            answer = kill(self, arrivals)
            if dies:
                self._child.kill()
            return answer

        monkeypatch.setattr(SecondProcess, "welcome", welcome)
        rows = messy()
        result = importer.Importer(house).run(roster(rows), "花名册.xlsx", CLERK)
        assert result.counts["recorded"] == ROWS - 2
        kinds = Counter(type(recorded.fact) for recorded in house.facts())
        assert (kinds[PersonRegistered], kinds[TraineeEnrolled]) == (ROWS - 2, ROWS - 2)
        for fact in house.of(PersonRegistered):
            said = house.vault.disclose([fact.person], ["name", "phone"])[fact.person]
            for field in ("name", "phone"):
                opening = house.vault.opening(fact.person, fact.statement, field)
                assert verify_opening(opening, said[field], fact.commitments[field])


@pytest.mark.parametrize("dies", [False, True])
def test_views_that_are_followed_on_the_way_say_the_same_as_views_that_follow_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dies: bool
) -> None:
    monkeypatch.setattr(importer, "SECOND_PROCESS_BYTES", 0)
    with small_house(tmp_path) as house:
        house.keys = KEYS
        if dies:
            monkeypatch.setattr(SecondProcess, "all_recorded", lambda self: self._child.kill())
        importer.Importer(house, follows=True).run(roster(messy()), "花名册.xlsx", CLERK)
        follower = Follower(house.log, house.log.database, all_views())
        if dies:
            follower.catch_up()
        assert {view.lag for view in follower.status()} == {0}
        assert len(follower.status()) == len(all_views())
        assert not any(done.changed for done in follower.rebuild())
