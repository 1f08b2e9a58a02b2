"""The log between processes: nobody slips past a rule, no reader skips a position."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from log_children import GUARD
from log_processes import child
from log_samples import audit, entry

from taizhang.adapters.log.log import Append, Criterion, Log, LostRace

BLOCKED_SECONDS = 0.3  # an append that is let through by mistake is through by then
ROUNDS = 15


@pytest.fixture
def log(engine_url: str) -> Iterator[Log]:
    log = Log.open(engine_url)
    yield log
    log.close()


@pytest.fixture
def aside() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor() as pool:
        yield pool


@pytest.mark.parametrize("facts", ["1", "40"], ids=["looked at in memory", "asked of the index"])
def test_no_conditional_append_slips_past_an_open_one(
    log: Log, engine_url: str, aside: ThreadPoolExecutor, facts: str
) -> None:
    with child("hold", engine_url, facts, "seat:1") as writer:
        assert writer.hear() == "holding"
        mine = aside.submit(log.append, Append([entry("seat:1")], after=0, query=[Criterion((), ("seat:1",))]))
        assert wait([mine], BLOCKED_SECONDS).not_done, "decided while another append was open"
        writer.tell()
        assert writer.hear() == facts
        with pytest.raises(LostRace):
            mine.result()
    assert audit(log) == int(facts)


def test_no_reader_skips_a_position_while_a_writer_holds_its_transaction_open(
    log: Log, engine_url: str, aside: ThreadPoolExecutor
) -> None:
    log.append(Append([entry()]))
    with child("hold", engine_url, "3", "held") as writer:
        assert writer.hear() == "holding"
        later = aside.submit(log.append, Append([entry("later")]))
        assert wait([later], BLOCKED_SECONDS).not_done
        assert [fact.position for fact in log.page(0, 100)] == [1]
        assert log.head().position == 1
        assert log.tagged("held", 0, 100) == []
        writer.tell()
        assert writer.hear() == "4"
        assert later.result().first_position == 5
    assert [fact.position for fact in log.page(1, 100)] == [2, 3, 4, 5]
    assert [fact.position for fact in log.tagged("held", 0, 100)] == [2, 3, 4]
    assert audit(log) == 5


def test_a_follower_beside_two_writers_gets_every_position_in_order(log: Log, engine_url: str) -> None:
    seen: list[int] = []
    with child("race", engine_url, "boundary") as one, child("race", engine_url, "boundary") as two:
        for turn in range(ROUNDS):
            for other, name in ((one, f"one:{turn}"), (two, f"two:{turn}")):
                other.tell(name)
                assert other.hear() == "ready"
            one.tell()
            two.tell()
            while len(seen) < 2 * (turn + 1):
                page = log.page(seen[-1] if seen else 0, 1_000)
                seen += [fact.position for fact in page]
            assert [one.hear(), two.hear()] == ["won", "won"]
    assert seen == list(range(1, 2 * ROUNDS + 1))


@pytest.mark.parametrize("by", ["boundary", "guard", "command"])
def test_of_two_processes_that_race_exactly_one_wins(log: Log, engine_url: str, by: str) -> None:
    with child("race", engine_url, by) as one, child("race", engine_url, by) as two:
        for turn in range(ROUNDS):
            for other in (one, two):
                other.tell(f"seat:{turn}")
                assert other.hear() == "ready"
            one.tell()
            two.tell()
            assert sorted([one.hear(), two.hear()]) == ["lost", "won"]
    assert audit(log) == ROUNDS


def test_a_read_shows_facts_guards_and_head_of_one_moment(log: Log, engine_url: str) -> None:
    heads = set()
    with child("stream", engine_url, "1") as writer:
        assert writer.hear()
        while len(heads) < ROUNDS:
            state = log.read([Criterion((), (f"t:{n}",)) for n in range(50)], guards=[GUARD])
            assert state.guards[GUARD].position == state.head_position
            assert int(state.guards[GUARD].state) == state.head_position
            assert [fact.position for fact in state.facts] == list(range(1, state.head_position + 1))
            heads.add(state.head_position)
    assert log.head().position >= max(heads)
