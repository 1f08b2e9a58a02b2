"""Asking for the past: the province's ledger and performance as recorded then, against a fresh replay to that point."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import date
from functools import partial

from benchmarks.catch_up import sample_house
from benchmarks.harness import Comparison, Measured, Round, Size, folder, timed
from taizhang.adapters.database import Database
from taizhang.adapters.house import House
from taizhang.projections.follow import Follower
from taizhang.projections.ledger import LedgerView
from taizhang.projections.ledger_query import Ledger, Scope, ledger
from taizhang.projections.performance.answer import Performance, performance
from taizhang.projections.performance.asked import Question
from taizhang.projections.replay import Cuts
from taizhang.projections.views import all_views

PROVINCE = Scope()
EFFECTIVE = date(2017, 12, 31)


def _query(size: Size, stack: ExitStack) -> tuple[Round, Round]:
    house = sample_house(size, stack)
    house.views.catch_up()
    middle = house.log.head().position * 2 // 3
    [then] = house.log.at([middle])
    last = _last_of(house, middle, then.recorded_at)
    cuts = Cuts(as_recorded_at=then.recorded_at, as_effective_on=EFFECTIVE)
    where = folder(stack)
    answers: dict[str, Ledger] = {}

    def ours(_number: int) -> Measured:
        return timed(size.questions, lambda: _repeated(size.questions, lambda: _ask(house, answers, cuts)))

    def rival(number: int) -> Measured:
        replayed = timed(1, lambda: _replay(house, f"sqlite:///{where / f'replay-{number}.db'}", last, answers))
        assert answers["ours"].figures == answers["replayed"].figures, "a sum of deltas differs from a replay"
        return replayed

    return ours, rival


def _last_of(house: House, position: int, recorded_at: int) -> int:
    """The last position that bears this recording time: a batch shares one."""
    stored = house.log.page(position, 10_000)
    return max([one.position for one in stored if one.recorded_at == recorded_at], default=position)


def _repeated(times: int, ask: Callable[[], None]) -> None:
    for _ in range(times):
        ask()


def _ask(house: House, answers: dict[str, Ledger], cuts: Cuts) -> None:
    with house.log.database.read() as connection:
        answers["ours"] = ledger(connection, house.log, PROVINCE, cuts, at=house.log.head())


def _replay(house: House, url: str, last: int, answers: dict[str, Ledger]) -> None:
    database = Database(url)
    try:
        follower = Follower(house.log, database, (LedgerView,))
        follower.set_up()
        follower.catch_up(limit_position=last)
        with database.read() as connection:
            cuts = Cuts(as_effective_on=EFFECTIVE)
            answers["replayed"] = ledger(connection, house.log, PROVINCE, cuts, at=house.log.head())
    finally:
        database.close()


# -- performance ------------------------------------------------------------------------------------------


def _performance(size: Size, stack: ExitStack) -> tuple[Round, Round]:
    house = sample_house(size, stack)
    house.views.catch_up()
    middle = house.log.head().position * 2 // 3
    [then] = house.log.at([middle])
    last = _last_of(house, middle, then.recorded_at)
    question = Question(EFFECTIVE, cuts=Cuts(then.recorded_at, EFFECTIVE))
    where = folder(stack)
    answers: dict[str, Performance] = {}

    def asked(database: Database, name: str, question: Question) -> None:
        with database.read() as connection:
            answers[name] = performance(connection, house.log, question, at=house.log.head())

    def ours(_number: int) -> Measured:
        ask = partial(asked, house.log.database, "ours", question)
        return timed(size.questions, lambda: _repeated(size.questions, ask))

    def replay(url: str) -> None:
        database = Database(url)
        try:
            follower = Follower(house.log, database, all_views())
            follower.set_up()
            follower.catch_up(limit_position=last)
            asked(database, "replayed", question._replace(cuts=Cuts(None, EFFECTIVE)))
        finally:
            database.close()

    def rival(number: int) -> Measured:
        replayed = timed(1, lambda: replay(f"sqlite:///{where / f'performance-{number}.db'}"))
        told, again = answers["ours"], answers["replayed"]
        assert told.whole.figures == again.whole.figures, "performance differs from a replay"
        return replayed

    return ours, rival


COMPARISONS = (
    Comparison("query-ledger-past", "a fresh replay up to the same point", "answers/s", _query),
    Comparison("query-performance-past", "a fresh replay up to the same point", "answers/s", _performance),
)
