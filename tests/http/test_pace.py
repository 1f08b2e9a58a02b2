"""How long an import will still take, as its page says it."""

from __future__ import annotations

from taizhang.http.pace import Pace


def test_the_time_left_follows_the_speed_of_the_rows_and_not_of_the_files_opening() -> None:
    pace = Pace()
    assert pace.left_seconds(0.0, 50_000) is None
    pace.tell(30.0, 0)
    assert pace.left_seconds(31.0, 50_000) is None, "no row is done yet"
    pace.tell(31.0, 5_000)
    assert pace.left_seconds(31.0, 50_000) == 9.0
    assert pace.left_seconds(33.0, 50_000) == 7.0, "what was waited since is over"
    assert pace.left_seconds(60.0, 50_000) == 1.0
    assert pace.left_seconds(31.0, 5_000) == 1.0


def test_the_time_left_forgets_how_fast_it_went_long_ago() -> None:
    pace = Pace()
    for second in range(20):
        pace.tell(float(second), second)
    for second in range(20, 30):
        pace.tell(float(second), 19 + 10 * (second - 19))
    assert pace.left_seconds(29.0, 219) == 10.0
