"""The benchmarks run, each with very little to do: their figures are not judged here, only that there are some."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import msgspec
import pytest

sys.path.append(str(Path(__file__).parents[1]))  # benchmarks/ is not installed

from benchmarks import __main__ as bench
from benchmarks import document, harness
from benchmarks.harness import Comparison, NotHere, Result, Size, compared, keep, read
from benchmarks.raw import PRAGMAS, RawSqlite
from taizhang.adapters import database
from taizhang.adapters.log.log import Log

TINY = Size(
    rounds=1,
    batches=2,
    batch=20,
    singles=2,
    persons=30,
    events=20,
    rows=60,
    columns=20,
    questions=1,
    leaves=300,
    line_payments=200,
    enrolments=600,
    enrolments_many=600,
    web_facts=1_000,
    web_readers=3,
    web_seconds=2.0,
)
SUBJECTS = ("append", "catch-up", "import", "verify", "query", "detect")


@pytest.mark.parametrize("comparison", bench.COMPARISONS, ids=lambda comparison: comparison.name)
def test_a_comparison_gives_a_figure_of_both_sides(comparison: Comparison, request: pytest.FixtureRequest) -> None:
    if "postgresql" in comparison.name:
        request.getfixturevalue("postgres_cluster")  # skips, or fails where it is required
    try:
        result = compared(comparison, TINY)
    except NotHere as missing:
        pytest.skip(str(missing))
    assert result.name.startswith(SUBJECTS)
    assert result.ours > 0
    assert result.rival > 0
    assert result.ratio == pytest.approx(result.ours / result.rival, rel=0.05, abs=0.01)
    assert result.rival_name
    assert result.unit.endswith("/s")
    assert "cores" in result.machine


def test_every_comparison_has_a_name_of_its_own_and_every_subject_one() -> None:
    names = [comparison.name for comparison in bench.COMPARISONS]
    assert len(set(names)) == len(names)
    assert {subject for subject in SUBJECTS if any(name.startswith(subject) for name in names)} == set(SUBJECTS)


def test_results_are_kept_by_name_and_those_of_other_comparisons_stay(tmp_path: Path) -> None:
    def result(name: str, ours: float) -> Result:
        return Result(name=name, ours=ours, rival=1, rival_name="r", unit="facts/s", ratio=ours, machine="m")

    latest = tmp_path / "latest.json"
    keep([result("append-a", 1), result("verify-b", 2)], latest)
    keep([result("append-a", 3)], latest)
    written = msgspec.json.decode(latest.read_bytes())
    assert [(one["name"], one["ours"]) for one in written] == [("append-a", 3.0), ("verify-b", 2.0)]
    assert set(written[0]) == {"name", "ours", "rival", "rival_name", "unit", "ratio", "machine"}


def test_the_document_shows_the_figures_that_were_kept() -> None:
    assert document.stands_in(document.DOCUMENT.read_text()) == document.rows(read())


def test_medians_are_taken_of_rounds_run_in_turns() -> None:
    order: list[str] = []
    seconds = {"ours": iter([1.0, 100.0, 2.0]), "rival": iter([4.0, 4.0, 400.0])}

    def side(who: str) -> harness.Round:
        def round_(_number: int) -> harness.Measured:
            order.append(who)
            return harness.Measured(8, next(seconds[who]))

        return round_

    comparison = Comparison("append-x", "r", "facts/s", lambda _size, _stack: (side("ours"), side("rival")))
    result = compared(comparison, Size(rounds=3))
    assert order == ["ours", "rival"] * 3
    assert (result.ours, result.rival, result.ratio) == (4.0, 2.0, 2.0)


def test_an_unknown_name_is_answered_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["nothing-of-the-kind"]) == 2
    assert "append-batch-sqlite" in capsys.readouterr().err


def test_both_sides_of_sqlite_are_equally_durable(
    tmp_path: Path, no_power_cuts: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_sqlite", no_power_cuts)  # as the benchmarks run
    names = [pragma.split(" = ")[0] for pragma in PRAGMAS]
    log = Log.open(f"sqlite:///{tmp_path / 'ours.db'}")
    with ExitStack() as stack, log.database.write() as connection:
        raw = RawSqlite(tmp_path / "raw.db", stack).connection
        for name in names:
            ours = connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            assert ours == raw.execute(f"PRAGMA {name}").fetchone()[0], name
    log.close()
