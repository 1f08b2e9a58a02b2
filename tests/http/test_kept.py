"""Answers kept for others: the same as long as nothing is new, a little older only when they are dear, and never half."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from starlette.applications import Starlette
from web_world import CITY, CLASS, COUNTY, DAYS, World

from taizhang.adapters.visibility import DASHBOARD
from taizhang.domain.enrolment import TraineeEnrolled
from taizhang.domain.officers import OfficerAppointed
from taizhang.domain.people import PersonRegistered
from taizhang.http import kept as kept_of
from taizhang.http import map_pages
from taizhang.http.app import create_app
from taizhang.http.kept import Kept, Stamp
from taizhang.http.warming import warm
from taizhang.projections import ledger_query

THEN, NOW = Stamp(7, ((0, 7),)), Stamp(8, ((0, 8),))


class Reckoning:
    """Reckons a new answer each time; says at which stamp."""

    def __init__(self, stamp: Stamp) -> None:
        self.stamp, self.times = stamp, 0

    def __call__(self) -> tuple[Stamp, int]:
        self.times += 1
        return self.stamp, self.times


def test_the_same_question_is_reckoned_once_as_long_as_the_views_stand() -> None:
    kept, reckon = Kept(), Reckoning(THEN)
    assert [kept.answer("a", THEN, reckon) for _ in range(3)] == [(THEN, 1)] * 3
    assert kept.answer("b", THEN, reckon) == (THEN, 2)


def test_when_the_views_moved_or_were_built_anew_it_is_reckoned_again() -> None:
    kept, reckon = Kept(), Reckoning(THEN)
    kept.answer("a", THEN, reckon)
    reckon.stamp = NOW
    assert kept.answer("a", NOW, reckon) == (NOW, 2)
    reckon.stamp = built = Stamp(8, ((1, 8),))
    assert kept.answer("a", built, reckon) == (built, 3)


def test_a_dear_answer_may_be_older_and_says_of_when_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_of, "DEAR_SECONDS", 0.0)
    monkeypatch.setattr(kept_of, "TIMES_ITS_COST", 1e9)
    monkeypatch.setattr(kept_of, "RENEWED_AT", 1.0)
    kept, reckon = Kept(older=True), Reckoning(THEN)
    kept.answer("a", THEN, reckon)
    assert kept.answer("a", NOW, reckon) == (THEN, 1)
    reckon.stamp = NOW
    assert kept.answer("a", NOW, reckon, exactly=True) == (NOW, 2)  # after one's own write
    monkeypatch.setattr(kept_of, "OLDEST_SECONDS", 0.0)
    reckon.stamp = later = Stamp(9, ((0, 9),))
    assert kept.answer("a", later, reckon) == (later, 3)


def test_an_ageing_answer_is_reckoned_anew_behind_whoever_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_of, "DEAR_SECONDS", 0.0)
    monkeypatch.setattr(kept_of, "TIMES_ITS_COST", 1e9)
    monkeypatch.setattr(kept_of, "RENEWED_AT", 0.0)
    kept, reckon = Kept(older=True), Reckoning(THEN)
    kept.answer("a", THEN, reckon)
    reckon.stamp = NOW
    assert kept.answer("a", NOW, reckon) == (THEN, 1)  # without waiting
    kept.close()  # waits for what is under way
    assert kept.answer("a", NOW, reckon) == (NOW, 2)


@pytest.mark.parametrize("is_dear", [True, False])
def test_what_is_reckoned_anew_behind_takes_a_turn_unless_it_is_dear(
    monkeypatch: pytest.MonkeyPatch, is_dear: bool
) -> None:
    monkeypatch.setattr(kept_of, "DEAR_SECONDS", 0.0 if is_dear else 3600.0)
    monkeypatch.setattr(kept_of, "LIGHT_SECONDS", 0.0)
    monkeypatch.setattr(kept_of, "MOMENT_SECONDS", 3600.0)
    monkeypatch.setattr(kept_of, "OLDEST_SECONDS", 3600.0)
    monkeypatch.setattr(kept_of, "RENEWED_AT", 0.0)
    turns = []

    @contextmanager
    def turn() -> Iterator[None]:
        turns.append("begun")
        yield

    kept, reckon = Kept(older=True, turn=turn), Reckoning(THEN)
    kept.answer("a", THEN, reckon)
    flood = Stamp(THEN.position + kept_of.FLOOD_FACTS, NOW.views)
    assert kept.answer("a", flood, reckon) == (THEN, 1)
    kept.close()  # waits for what is under way
    assert (reckon.times, turns) == (2, [] if is_dear else ["begun"])


def test_in_a_flood_of_facts_alone_what_is_not_dear_may_be_a_moment_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_of, "DEAR_SECONDS", 3600.0)
    monkeypatch.setattr(kept_of, "LIGHT_SECONDS", 0.0)
    monkeypatch.setattr(kept_of, "MOMENT_SECONDS", 3600.0)
    monkeypatch.setattr(kept_of, "OLDEST_SECONDS", 3600.0)
    kept, reckon = Kept(older=True), Reckoning(THEN)
    kept.answer("a", THEN, reckon)
    few, flood = (THEN.position + kept_of.FLOOD_FACTS - less for less in (1, 0))
    assert kept.answer("a", Stamp(flood, ((0, flood),)), reckon) == (THEN, 1)
    reckon.stamp = after = Stamp(few, ((0, few),))
    assert kept.answer("a", after, reckon) == (after, 2), "who changed something and looks sees it"


def test_a_light_answer_is_never_older_nor_any_where_nobody_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_of, "LIGHT_SECONDS", 3600.0)
    monkeypatch.setattr(kept_of, "DEAR_SECONDS", 3600.0)
    flood = Stamp(THEN.position + kept_of.FLOOD_FACTS, NOW.views)
    for kept in (Kept(older=True), Kept()):
        for stamp in (NOW, flood):
            reckon = Reckoning(THEN)
            kept.answer(stamp, THEN, reckon)
            reckon.stamp = stamp
            assert kept.answer(stamp, stamp, reckon) == (stamp, 2)


def test_of_many_who_ask_at_once_one_reckons(monkeypatch: pytest.MonkeyPatch) -> None:
    kept, begun, go_on, given = Kept(), threading.Event(), threading.Event(), []

    def slow() -> tuple[Stamp, str]:
        assert not begun.is_set(), "two reckon the same"
        begun.set()
        assert go_on.wait(30)
        return THEN, "answer"

    threads = [threading.Thread(target=lambda: given.append(kept.answer("a", THEN, slow))) for _ in range(5)]
    for thread in threads:
        thread.start()
    assert begun.wait(30)
    go_on.set()
    for thread in threads:
        thread.join(30)
    assert given == [(THEN, "answer")] * 5


def test_a_reckoning_that_fails_keeps_nothing_and_holds_up_nobody() -> None:
    def broken() -> Any:
        raise RuntimeError("no")

    kept = Kept()
    with pytest.raises(RuntimeError):
        kept.answer("a", THEN, broken)
    assert kept.answer("a", THEN, Reckoning(THEN)) == (THEN, 1)


def test_an_answer_that_nothing_new_touches_is_the_answer_of_now() -> None:
    kept, reckon, asked = Kept(), Reckoning(THEN), []

    def is_same(given: Stamp, now: Stamp) -> bool:
        asked.append((given, now))
        return now == NOW

    kept.answer("a", THEN, reckon, is_same=is_same)
    for _ in range(2):
        assert kept.answer("a", NOW, reckon, exactly=True, is_same=is_same) == (NOW, 1)
    assert asked == [(THEN, NOW)], "it is of now already"
    assert kept.answer("a", THEN, reckon, exactly=True, is_same=is_same) == (THEN, 2), "asked where they stood before"


# -- on pages ---------------------------------------------------------------------------------------------


@pytest.fixture
def lasting(world: World, monkeypatch: pytest.MonkeyPatch) -> Starlette:
    """A server that would keep every answer for ever; nothing is brought level behind the test's back."""
    for name, value in (
        ("DEAR_SECONDS", 0.0),
        ("TIMES_ITS_COST", 1e9),
        ("OLDEST_SECONDS", 1e9),
        ("RENEWED_AT", 1.0),
    ):
        monkeypatch.setattr(kept_of, name, value)
    app = create_app(world.house, follow=False)
    app.state.reception.kept = Kept(older=True)
    return app


def _enrol(world: World) -> None:
    person = world.persons[0][:-1] + ("a" if world.persons[0][-1] != "a" else "b")
    world.record("wang", PersonRegistered(occurred_on=DAYS[0], person=person, statement="s9", county=COUNTY))
    world.record("zhao", TraineeEnrolled(occurred_on=DAYS[0], training_class=CLASS, person=person))
    world.house.views.catch_up()


def test_an_older_page_says_so_and_after_ones_own_write_there_is_none(world: World, lasting: Starlette) -> None:
    client, own = world.client(lasting, "province"), world.client(lasting, "zhao")
    for path in ("/", "/map", f"/ledger?region={COUNTY}"):
        assert "比视图早" not in client.get(path).text
    _enrol(world)
    for path in ("/", "/map"):
        assert "比视图早" in client.get(path).text, path
    older = client.get(f"/ledger?region={COUNTY}").text
    assert "比视图早" in older
    assert client.get(f"/ledger?region={COUNTY}&lang=en").text.count("facts before the views") == 1
    after = own.get(f"/ledger?region={COUNTY}").text  # whoever recorded it, on whichever page comes next
    assert ("比视图早" in after, _figures(after) == _figures(older)) == (False, False)
    assert "比视图早" not in client.get(f"/ledger?region={COUNTY}&done=decided&lang=zh").text


@pytest.mark.parametrize("path", ["/", "/ledger", f"/ledger?region={COUNTY}", f"/ledger?region={CITY}", "/map"])
def test_what_is_kept_for_one_officer_shows_another_nothing_more(world: World, lasting: Starlette, path: str) -> None:
    """Each officer's page is the same whoever has asked before: seen alone on a fresh server, and after everybody else."""
    officers = ("province", "wang", "board", "foreign")
    alone = {}
    for officer in officers:
        fresh = create_app(world.house, follow=False)
        answer = world.client(fresh, officer).get(path)
        alone[officer] = (answer.status_code, _shown(answer.text))
    for officer in (*officers, *reversed(officers)):
        answer = world.client(lasting, officer).get(path)
        assert (answer.status_code, _shown(answer.text)) == alone[officer], officer
    assert DASHBOARD not in alone["foreign"][1]


def test_a_countys_ledger_is_reckoned_again_when_something_touches_it_and_only_then(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    times, reckon = [], ledger_query.ledger

    def counted(*args: Any, **more: Any) -> Any:
        times.append(args)
        return reckon(*args, **more)

    monkeypatch.setattr(ledger_query, "ledger", counted)
    client = world.client(create_app(world.house, follow=False), "wang")
    for number in range(3):  # from the second on it is known what came in between
        appointed = OfficerAppointed(occurred_on=DAYS[0], officer=f"new-{number}", organisation="hr-620000")
        world.record("security", appointed)
        world.house.views.catch_up()
        before = client.get("/ledger").text
    assert len(times) == 2
    _enrol(world)
    after = client.get("/ledger").text
    assert len(times) == 3
    assert _figures(before) != _figures(after)


def test_what_was_looked_up_before_the_doors_opened_is_not_reckoned_for_the_first_visitor(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(world.house, follow=False)
    warm(app.state.reception)
    monkeypatch.setattr(ledger_query, "ledger", None)
    monkeypatch.setattr(map_pages, "county_rows", None)
    client = world.client(app, "province")
    assert [client.get(path).status_code for path in ("/", "/ledger")] == [200, 200]


def test_a_server_opens_also_when_nothing_could_be_looked_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(world.house, follow=False)
    monkeypatch.setattr(ledger_query, "ledger", None)
    warm(app.state.reception)
    monkeypatch.undo()
    assert world.client(app, "province").get("/ledger").status_code == 200


def _figures(page: str) -> list[str]:
    return re.findall(r'class="fig"[^>]*>([^<]*)<', page)


def _shown(page: str) -> str:
    """The page without what belongs to the session alone."""
    return "".join(line for line in page.splitlines() if "csrf" not in line)
