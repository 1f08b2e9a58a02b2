"""The log, on both engines: what an append promises and what a read gives."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator

import pytest
from log_samples import LOST, SEEN, audit, chosen, entry, everything
from sqlalchemy import update

from taizhang.adapters.log.log import (
    ANY_FACT,
    LEAF_BYTES_MAX,
    AnyOf,
    Append,
    Appended,
    CommandReused,
    CommandRow,
    Criterion,
    GuardRow,
    LeafTooLarge,
    Log,
    LogDamaged,
    LostRace,
    OriginDiffers,
    Repeated,
)
from taizhang.adapters.log.tables import FACT


class Clock:
    """A clock that shows what the test sets."""

    def __init__(self) -> None:
        self.now = 1_462_240_800_000_000

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def log(engine_url: str, clock: Clock) -> Iterator[Log]:
    log = Log.open(engine_url, clock=clock, origin="example.org/log")
    yield log
    log.close()


# -- order ------------------------------------------------------------------------------------------------


def test_facts_are_numbered_from_one_without_gaps_and_keep_their_bytes(log: Log, clock: Clock) -> None:
    assert log.append(Append([entry("b", "a"), entry()])) == Appended(1, 2, clock.now)
    assert log.append(Append([entry("c")])) == Appended(3, 3, clock.now)
    first = log.page(0, 1)[0]
    assert first.leaf == b'{"body":1,"recorded_at":1462240800000000,"tags":["a", "b"],"type":"samples.thing-seen.v1"}'
    assert (first.position, first.type, first.recorded_at) == (1, SEEN, clock.now)
    assert audit(log) == 3


def test_the_recording_time_never_decreases_when_the_clock_jumps_back(log: Log, clock: Clock) -> None:
    log.append(Append([entry()]))
    before, clock.now = clock.now, clock.now - 3_600_000_000
    assert log.append(Append([entry()])).recorded_at == before
    clock.now = before + 1
    assert log.append(Append([entry()])).recorded_at == before + 1
    assert [fact.recorded_at for fact in everything(log)] == [before, before, before + 1]


def test_something_else_is_done_while_the_disk_is_waited_for_and_what_fails_in_it_is_heard(log: Log) -> None:
    done: list[int] = []
    log.append(Append([entry("a")], meanwhile=lambda: done.append(1)))
    assert done == [1]
    with pytest.raises(LostRace):
        log.append(Append([entry("a")], after=0, query=[Criterion((), ("a",))], meanwhile=lambda: done.append(2)))
    assert done == [1]

    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        log.append(Append([entry("b")], meanwhile=fail))
    assert log.append(Append([entry("c")])) == Appended(3, 3, log.head().recorded_at)
    assert audit(log) == 3


def test_a_refused_append_leaves_no_gap(log: Log) -> None:
    log.append(Append([entry("a")]))
    with pytest.raises(LostRace):
        log.append(Append([entry("a")], after=0, query=[Criterion((), ("a",))]))
    assert log.append(Append([entry("a")])).first_position == 2


def test_pages_hold_every_fact_once_up_to_where_they_were_asked(log: Log) -> None:
    log.append(Append([entry(body=n) for n in range(10)]))
    assert [fact.position for fact in log.page(0, 4)] == [1, 2, 3, 4]
    assert [fact.position for fact in log.page(4, 100)] == [5, 6, 7, 8, 9, 10]
    assert [fact.position for fact in log.page(4, 100, upto=6)] == [5, 6]
    assert log.page(10, 4) == []


def test_facts_are_found_by_position_and_by_tag(log: Log) -> None:
    log.append(Append([entry("a"), entry("b"), entry("b", "a")]))
    assert [fact.position for fact in log.at([3, 1, 99])] == [1, 3]
    assert [fact.position for fact in log.tagged("a", 0, 10)] == [1, 3]
    assert [fact.position for fact in log.tagged("a", 1, 10)] == [3]
    assert [fact.position for fact in log.tagged("a", 0, 1)] == [1]
    assert log.tags_at([2, 3]) == {2: ("b",), 3: ("a", "b")}
    assert log.index_rows(limit=3) == [("a", 1), ("a", 3), ("b", 2)]
    assert log.index_rows(after=("b", 2)) == [("b", 3)]


def test_a_tag_that_is_given_twice_is_kept_once(log: Log) -> None:
    twice = entry("a")._replace(tags=["a", "a"])
    log.append(Append([twice]))
    assert log.index_rows() == [("a", 1)]


# -- conditions -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("others", [0, 30], ids=["looked at in memory", "asked of the index"])
@pytest.mark.parametrize(
    ("criterion", "lost"),
    [
        (Criterion((), ("a",)), True),
        (Criterion((), ("b", "a")), True),
        (Criterion((SEEN,), ("a",)), True),
        (Criterion((LOST, SEEN), ("b",)), True),
        (Criterion((SEEN,), ()), True),
        (ANY_FACT, True),
        (Criterion((LOST,), ("a",)), False),
        (Criterion((), ("a", "c")), False),
        (Criterion((), ("c",)), False),
        (Criterion((LOST,), ()), False),
        (AnyOf((), ("c", "d", "b")), True),
        (AnyOf((LOST, SEEN), ("d", "a")), True),
        (AnyOf((LOST,), ("a", "b")), False),
        (AnyOf((SEEN,), ("c", "d")), False),
    ],
)
def test_an_append_is_refused_if_a_newer_fact_matches(
    log: Log, others: int, criterion: Criterion | AnyOf, lost: bool
) -> None:
    seen = log.append(Append([entry("a", "b"), entry("c", type=LOST)])).last_position
    log.append(Append([entry("a", "b"), *(entry("z", type="samples.other.v1") for _ in range(others))]))
    head = log.head().position
    unmatched = Criterion(("samples.never.v1",), ("a",))
    request = Append([entry("a")], after=seen, query=[unmatched, criterion])
    if lost:
        with pytest.raises(LostRace):
            log.append(request)
    else:
        log.append(request)
    assert log.head().position == head + (not lost)


def test_a_fact_that_was_known_does_not_stand_in_the_way(log: Log) -> None:
    head = log.append(Append([entry("a")])).last_position
    assert isinstance(log.append(Append([entry("a")], head, [Criterion((), ("a",))])), Appended)


def test_without_a_position_no_matching_fact_may_exist_at_all(log: Log) -> None:
    query = [Criterion((SEEN,), ("a",))]
    log.append(Append([entry("a")], None, query))
    with pytest.raises(LostRace):
        log.append(Append([entry("a")], None, query))


def test_a_decision_that_read_nothing_has_no_condition(log: Log) -> None:
    log.append(Append([entry("a")]))
    assert isinstance(log.append(Append([entry("b")], after=0, query=[])), Appended)


def test_criteria_choose_the_same_facts_as_their_definition(log: Log) -> None:
    dice = random.Random(5)
    types = [SEEN, LOST, "samples.other.v1"]
    things = [[f"t{dice.randrange(40)}" for _ in range(dice.randrange(4))] for _ in range(300)]
    log.append(Append([entry(*dict.fromkeys(tags), type=dice.choice(types)) for tags in things]))
    facts = everything(log)
    for _ in range(60):
        query = [
            Criterion(
                dice.sample(types, dice.randrange(3)), [f"t{n}" for n in dice.sample(range(40), dice.randrange(4))]
            )
            for _ in range(dice.randrange(6))
        ]
        after = dice.randrange(300)
        expected = [position for position in chosen(facts, query) if position > after]
        assert [fact.position for fact in log.read(query, after=after).facts] == expected
        assert [fact.position for fact in log.read(query, after=after, limit=3).facts] == expected[:3]
        if expected:
            with pytest.raises(LostRace):
                log.append(Append([entry()], after, query))


def test_the_boundaries_of_a_whole_file_are_read_at_once(log: Log) -> None:
    log.append(Append([entry(f"person:{n}", "class:1") for n in range(0, 5_000, 7)]))
    known = [fact.position for fact in log.read([Criterion((SEEN,), (f"person:{n}",)) for n in range(5_000)]).facts]
    assert known == list(range(1, 716))
    both = log.read([Criterion((SEEN,), (f"person:{n}", "class:1")) for n in range(5_000)]).facts
    assert [fact.position for fact in both] == known
    together = [AnyOf((SEEN,), [f"person:{n}" for n in range(5_000)]), AnyOf((LOST,), ["class:1"])]
    assert [fact.position for fact in log.read(together).facts] == known


# -- guards and commands ----------------------------------------------------------------------------------


def test_a_guard_moves_with_the_fact_that_moved_it(log: Log) -> None:
    line = ("line", "L1")
    log.append(Append([entry(), entry()], guards_read={line: 0}, guards_written={line: (1, b"100")}))
    assert log.read([], guards=[line, ("line", "L2")]).guards == {line: GuardRow(2, b"100")}
    log.append(Append([entry()], guards_read={line: 2}, guards_written={line: (0, b"90")}))
    assert log.guard_rows() == [(line, GuardRow(3, b"90"))]


@pytest.mark.parametrize("standing", [0, 5, 150], ids=["none of the kind", "few of the kind", "many of the kind"])
def test_guards_of_many_people_are_found_however_many_stand(log: Log, standing: int) -> None:
    rows = {("alias", f"p{n * 3}"): (0, b"%d" % n) for n in range(standing)} | {("seats", "p1"): (0, b"7")}
    log.append(Append([entry()], guards_read=dict.fromkeys(rows, 0), guards_written=rows))
    asked = [("alias", f"p{n}") for n in range(300)]
    found = {key: GuardRow(1, state) for key, (_, state) in rows.items() if key in asked or key == ("seats", "p1")}
    assert log.read([], guards=[*asked, ("seats", "p1"), ("seats", "p2")]).guards == found


def test_an_append_is_refused_if_its_guard_has_moved(log: Log) -> None:
    line, seat = ("line", "L1"), ("seats", "L1")
    log.append(Append([entry()], guards_read={line: 0}, guards_written={line: (0, b"100")}))
    for stale in ({line: 0}, {line: 7}, {line: 1, seat: 1}):
        with pytest.raises(LostRace):
            log.append(Append([entry()], guards_read=stale, guards_written={line: (0, b"never")}))
    assert log.guard_rows() == [(line, GuardRow(1, b"100"))]
    assert audit(log) == 1


def test_guards_are_replaced_as_a_whole_unless_the_log_moved_on(log: Log) -> None:
    log.append(Append([entry()], guards_read={("line", "old"): 0}, guards_written={("line", "old"): (0, b"1")}))
    rows = {("line", "a"): GuardRow(1, b"2"), ("line", "b"): GuardRow(1, b"3")}
    log.replace_guards(1, rows)
    assert dict(log.guard_rows()) == rows
    assert log.guard_rows(after=("line", "a")) == [(("line", "b"), GuardRow(1, b"3"))]
    with pytest.raises(LostRace):
        log.replace_guards(0, {})
    assert dict(log.guard_rows()) == rows


def test_the_same_command_twice_is_one_fact_and_gives_the_old_answer(log: Log) -> None:
    request = Append([entry("a")], commands=[CommandRow("c1", "digest", 0, 1, b"done")])
    log.append(Append([entry()]))
    first = log.append(request)
    again = log.append(request)
    assert isinstance(again, Repeated)
    [row] = again.rows
    assert (row.first_position, row.count, row.outcome) == (first.first_position, 1, b"done")
    assert log.read([], commands=["c1", "c2"]).commands == {"c1": row}
    assert audit(log) == 2


def test_a_command_id_with_other_content_is_an_error_in_both_languages(log: Log) -> None:
    log.append(Append([entry("a")], commands=[CommandRow("c1", "digest", 0, 1, b"done")]))
    with pytest.raises(CommandReused, match="c1 was used before") as reused:
        log.append(Append([entry("a")], commands=[CommandRow("c1", "other", 0, 1, b"done")]))
    assert "业务编号" in reused.value.zh
    assert audit(log) == 1


def test_one_known_command_holds_back_the_whole_append(log: Log) -> None:
    log.append(Append([entry()], commands=[CommandRow("c1", "d", 0, 1, b"")]))
    both = [CommandRow("c0", "d", 0, 1, b""), CommandRow("c1", "d", 1, 1, b"")]
    assert isinstance(log.append(Append([entry(), entry()], commands=both)), Repeated)
    assert log.read([], commands=["c0"]).commands == {}
    assert audit(log) == 1


def test_an_outcome_without_facts_is_remembered_and_moves_nothing(log: Log, clock: Clock) -> None:
    log.append(Append([entry()]))
    clock.now += 5
    assert log.append(Append([], commands=[CommandRow("c1", "d", 0, 0, b"refused")])) == Appended(2, 1, clock.now - 5)
    assert log.read([], commands=["c1"]).commands["c1"].outcome == b"refused"
    assert audit(log) == 1


# -- leaves and tree --------------------------------------------------------------------------------------


def test_the_longest_leaf_is_taken_and_one_byte_more_is_refused(log: Log) -> None:
    room = LEAF_BYTES_MAX - len(entry(body="").before + b'"recorded_at":1462240800000000' + entry(body="").after)
    log.append(Append([entry(body="x" * room)]))
    with pytest.raises(LeafTooLarge, match="Fact 2 of this append has 65536 bytes") as refused:
        log.append(Append([entry("a"), entry(body="x" * (room + 1))]))
    assert "65536" in refused.value.zh
    assert len(log.page(0, 1)[0].leaf) == LEAF_BYTES_MAX
    assert audit(log) == 1


def test_root_and_tiles_equal_an_independent_computation_whatever_the_batches(log: Log, engine_url: str) -> None:
    total = 0
    for size in (1, 1, 253, 2, 255, 256, 257, 700, 3):
        log.append(Append([entry(body=[size, n]) for n in range(size)]))
        total += size
    assert audit(log) == total
    again = Log.open(engine_url)  # knows nothing of the open tile but what is stored
    again.append(Append([entry(body=n) for n in range(400)]))
    log.append(Append([entry()]))  # its own memory of the open tile is out of date now
    assert audit(again) == total + 401
    again.close()


def test_a_tile_of_the_second_level_is_stored_when_its_last_leaf_comes(log: Log) -> None:
    for _ in range(6):
        log.append(Append([entry(body=n) for n in range(10_900)]))
    assert log.tile(1, 0) is None
    log.append(Append([entry(body=n) for n in range(136)]))
    assert log.head().position == 65_536
    assert log.tile(1, 0) is not None
    assert audit(log) == 65_536


def test_nothing_is_appended_upon_a_changed_leaf(log: Log, engine_url: str) -> None:
    log.append(Append([entry(body=n) for n in range(3)]))
    with log.database.write() as connection:
        connection.execute(update(FACT).where(FACT.c.position == 2).values(leaf=b'{"body":7}'))
    fresh = Log.open(engine_url)
    with pytest.raises(LogDamaged, match="positions 1 to 3") as damaged:
        fresh.append(Append([entry()]))
    assert "taizhang verify" in damaged.value.zh
    assert fresh.head().position == 3
    fresh.close()


# -- opening ----------------------------------------------------------------------------------------------


def test_a_log_is_opened_again_under_its_own_name_only(log: Log, engine_url: str) -> None:
    log.append(Append([entry()]))
    again = Log.open(engine_url)
    assert again.head() == log.head()
    again.close()
    with pytest.raises(OriginDiffers):
        Log.open(engine_url, origin="example.org/other")


def test_a_new_log_without_a_name_gets_one_that_no_other_log_has(tmp_path_factory: pytest.TempPathFactory) -> None:
    names = set()
    for _ in range(2):
        log = Log.open(f"sqlite:///{tmp_path_factory.mktemp('log') / 'log.db'}")
        names.add(log.head().origin)
        log.close()
    assert len(names) == 2


def test_a_log_in_memory_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a file"):
        Log.open("sqlite://")


def test_leaves_are_json(log: Log) -> None:
    log.append(Append([entry("a", body={"n": 1})]))
    assert json.loads(log.page(0, 1)[0].leaf)["body"] == {"n": 1}
