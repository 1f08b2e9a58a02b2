"""What a second process runs: a follower of its own over the same log and the same database."""

from __future__ import annotations

from datetime import date

from paper_log import PaperLog
from small_programme import JUNE, programme, sheet

from taizhang.adapters.database import Database
from taizhang.domain.refused import SubmissionRefused
from taizhang.projections.follow import Follower
from taizhang.projections.views import all_views

BATCHES = 60


def long_log() -> PaperLog:
    """The small programme, then many more attendance sheets and refusals: enough to be followed by two at once."""
    log = programme()
    for number in range(1, BATCHES + 1):
        on = date(2016, 3, 1 + number % 20)
        refused = SubmissionRefused(
            occurred_on=on, command="training.enrol", rule="training.seats-taken", digest="e" * 64
        )
        log.record(JUNE + 10 + number, sheet("wang", on.day), sheet("li", on.day), refused)
    return log


def follow_in_a_process(url: str, page_facts: int) -> None:
    """Follow to the head in pages of this size."""
    database = Database(url)
    Follower(long_log(), database, all_views(), page_facts).catch_up()
    database.close()
