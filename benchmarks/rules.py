"""Detection: faults planted in an honest programme; precision and recall of each rule, and the rate of a full run.

There is no rival to run beside it: the other side is the budget, a million enrolments judged in a minute.
"""

from __future__ import annotations

import sys
from collections import Counter
from contextlib import ExitStack
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from benchmarks.harness import Comparison, Measured, Round, Size, folder, timed
from benchmarks.rules_background import stages
from benchmarks.rules_world import Paper, PaperWorld
from taizhang.adapters.database import Database
from taizhang.adapters.sample.faults.plant import faults, plant
from taizhang.adapters.sample.faults.world import Truth
from taizhang.adapters.sample.officers import actor
from taizhang.adapters.sample.plan import counties
from taizhang.projections.follow import Follower
from taizhang.projections.rules.judging import Lead, judge
from taizhang.projections.rules.leads import leads
from taizhang.projections.rules.rules import all_rules
from taizhang.projections.views import all_views

BUDGET = Measured(1_000_000, 60.0)
SEED = 1
FALSE_MOST = 1_000  # one false lead in so many enrolments
DROP_FACTS = 200_000  # read before they are forgotten


class Score(NamedTuple):
    """How a rule did: planted faults found and missed, leads about planted subjects beside these, and false ones."""

    rule: str
    planted: int
    found: int
    beside: int
    false: int

    @property
    def recall(self) -> float:
        return self.found / self.planted if self.planted else 1.0

    @property
    def precision(self) -> float:
        told = self.found + self.false
        return self.found / told if told else 1.0


def planted(enrolments: int, stack: ExitStack) -> tuple[Database, list[Truth]]:
    """A database whose views hold the programme with its faults."""
    database = Database(f"sqlite:///{folder(stack) / 'views.db'}")
    stack.callback(database.close)
    paper = Paper()
    follower = Follower(paper, database, all_views())
    for stage in stages(enrolments, SEED):
        paper.record(stage.recorded_at, actor(stage.work, stage.county.code), stage.facts)
        if paper.head().position % DROP_FACTS < len(stage.facts):
            _read(follower, paper)
    world = PaperWorld(paper, counties(enrolments, SEED), SEED)
    times = 1 if enrolments < FALSE_MOST else 3
    truth = plant(world, faults(), times)
    _read(follower, paper)
    assert all(one.error is None for one in follower.status()), follower.status()
    return database, truth


def _read(follower: Follower, paper: Paper) -> None:
    follower.catch_up()
    paper.drop()


def scores(standing: list[Lead], truth: list[Truth]) -> list[Score]:
    """How each rule did."""
    wanted = {one.lead: one for one in truth}
    by_rule = Counter(one.rule for one in {one.lead: one for one in truth}.values())
    found = Counter(one.rule for one in standing if one.lead in wanted)
    subjects = {subject for one in truth for subject in one.subjects}
    others = [one for one in standing if one.lead not in wanted]
    beside = Counter(one.rule for one in others if _is_planted(one, subjects))
    false = Counter(one.rule for one in others if not _is_planted(one, subjects))
    return [
        Score(rule.id, by_rule[rule.id], found[rule.id], beside[rule.id], false[rule.id])
        for rule in all_rules()
        if rule.counts
    ]


def _is_planted(lead: Lead, subjects: set[str]) -> bool:
    """Whether a lead is about what was planted, though another rule was meant to find it."""
    return any("fault" in one or one in subjects for one in lead.subjects)


def table(found: list[Score], enrolments: int) -> Table:
    """Precision and recall side by side."""
    false = sum(one.false for one in found)
    title = f"{enrolments:,} enrolments: {false} false leads, 1 in {enrolments // max(1, false):,}"
    shown = Table("rule", "planted", "found", "beside", "false", "recall", "precision", title=title)
    for one in found:
        numbers = (str(value) for value in one[1:])
        shown.add_row(one.rule, *numbers, f"{one.recall:.2f}" if one.planted else "-", f"{one.precision:.2f}")
    return shown


def _detect(size: Size, stack: ExitStack) -> tuple[Round, Round]:
    return _full_run(size.enrolments, stack)


def _detect_many(size: Size, stack: ExitStack) -> tuple[Round, Round]:
    return _full_run(size.enrolments_many, stack)


def _full_run(enrolments: int, stack: ExitStack) -> tuple[Round, Round]:
    database, truth = planted(enrolments, stack)
    judge(database, fully=True)
    with database.read() as connection:
        standing = [lead for lead, _ in leads(connection, limit=1_000_000)]
    found = scores(standing, truth)
    Console(width=120, file=sys.stderr).print(table(found, enrolments))
    missed = [one.rule for one in found if one.recall < 1]
    assert not missed, f"planted faults were missed by {missed}"

    def ours(_number: int) -> Measured:
        return timed(enrolments, lambda: judge(database, fully=True))

    return ours, lambda _number: BUDGET


COMPARISONS = (
    Comparison("detect-full-run-sqlite", "the budget: 1,000,000 in a minute", "enrolments/s", _detect, rounds_most=3),
    Comparison(
        "detect-million-sqlite", "the budget: 1,000,000 in a minute", "enrolments/s", _detect_many, rounds_most=2
    ),
)
