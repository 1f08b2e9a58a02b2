"""Small counts are not told to those who see aggregates only, and cannot be reckoned from what is told."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from taizhang.projections.measures import POOR_SUFFIX, measure_columns
from taizhang.projections.performance.aggregates import without_small_cells
from taizhang.projections.performance.answer import Performance, PerformanceRow
from taizhang.projections.performance.cards import current
from taizhang.projections.small_cells import SMALLEST_TOLD, STEP_MINUTES, in_fives, told


def row(people: int, poor: int = 0) -> dict[str, int | None]:
    figures: dict[str, int | None] = {}
    for name in (*measure_columns(), "persons", "persons_poor"):
        count = poor if name.endswith(POOR_SUFFIX) else people
        figures[name] = count * 60 if "minutes" in name else count
    return figures


def total(rows: list[dict[str, int | None]]) -> dict[str, int | None]:
    return {name: sum(one[name] or 0 for one in rows) for name in row(0)}


def test_a_small_count_is_left_out_and_so_is_one_beside_it_by_which_it_could_be_reckoned() -> None:
    rows = [row(3), row(20), row(40)]
    whole, shown = told(total(rows), rows)
    assert [one["persons"] for one in shown] == [None, None, 40]
    assert [one["evidenced_minutes"] for one in shown] == [None, None, 2_400]
    assert whole["persons"] == 63


def test_a_small_rest_beside_the_registered_poor_gives_nobody_away() -> None:
    rows = [row(12, 10), row(60, 20), row(70, 20)]
    _, shown = told(total(rows), rows)
    assert [one["person_times"] for one in shown] == [12, 60, 70]
    assert shown[0]["person_times_poor"] is None
    assert [one["person_times_poor"] for one in shown].count(None) == 2


def test_a_small_count_that_stands_alone_takes_the_total_with_it() -> None:
    whole, shown = told(row(3), [row(3), row(0)])
    assert (whole["persons"], shown[0]["persons"], shown[1]["persons"]) == (None, None, 0)


def test_nothing_is_left_out_where_everything_is_large() -> None:
    rows = [row(50, 20), row(60, 30)]
    assert told(total(rows), rows) == (total(rows), rows)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=1, max_size=8))
def test_no_column_can_be_solved_for_a_small_count(people: list[int]) -> None:
    rows = [row(count) for count in people]
    whole, shown = told(total(rows), rows)
    hidden = [place for place, one in enumerate(shown) if one["person_times"] is None]
    assert all(place in hidden for place, count in enumerate(people) if 0 < count < SMALLEST_TOLD)
    if hidden and whole["person_times"] is not None:  # what is missing from the total is of several, and many enough
        behind = sum(people[place] for place in hidden)
        assert len(hidden) > 1
        assert behind >= SMALLEST_TOLD or all(count == 0 or place in hidden for place, count in enumerate(people))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 12)), min_size=1, max_size=8))
def test_no_difference_of_two_moments_tells_of_fewer_than_five(people: list[tuple[int, int]]) -> None:
    earlier = [row(before) for before, _ in people]
    later = [row(before + more) for before, more in people]
    answers = []
    for rows in (earlier, later):
        whole, shown = told(total(rows), rows)
        answers.append([in_fives(one) for one in (whole, *shown)])
    for then, now in zip(*answers, strict=True):
        for name, value in then.items():
            other = now[name]
            if value is not None and other is not None:
                step = STEP_MINUTES if "minutes" in name else SMALLEST_TOLD
                assert (other - value) % step == 0


def test_what_is_told_in_fives_is_never_further_off_than_two() -> None:
    for count in range(200):
        told_as = in_fives({"persons": count, "evidenced_minutes": count * 60})
        assert abs((told_as["persons"] or 0) - count) <= 2
        assert abs((told_as["evidenced_minutes"] or 0) - count * 60) <= STEP_MINUTES // 2


def test_the_order_of_what_is_told_in_fives_does_not_tell_what_is_left_out() -> None:
    cards = tuple(card for card in current() if card.name == "certified")

    def order(counts: dict[str, int]) -> list[tuple[str, int | None]]:
        rows = [PerformanceRow(key, {}, {"certified": count}) for key, count in counts.items()]
        whole = PerformanceRow("", {}, {"certified": sum(counts.values())})
        found = without_small_cells(Performance(whole, rows, [], cards, ""), "certified")
        return [(row.key, row.figures["certified"]) for row in found.rows]

    # of two that are told alike neither stands first because it has one person more, or less
    assert (
        order({"620122": 41, "620121": 40}) == order({"620121": 39, "620122": 38}) == [("620121", 40), ("620122", 40)]
    )
    assert order({"620123": 3, "620121": 2, "620122": 30})[1:] == [("620121", None), ("620123", None)]
