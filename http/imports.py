"""Imports started from the page: drafts that wait for the clerk's word, and batches done one after another behind it.

What is asked, how far it is and what came of it stand in tables beside the vault; here is only what a page needs between
two requests. After a restart drafts are there as they were, and what a batch had not finished is finished.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import msgspec
import structlog

from taizhang.adapters.house import House
from taizhang.adapters.importing.drafts import Drafts
from taizhang.adapters.importing.importer import Answered, Importer, ImportResult
from taizhang.adapters.importing.jobs import Job
from taizhang.adapters.matching import MatchedAnew, match_anew
from taizhang.domain.core import Actor, LateAddition
from taizhang.http.late import Late
from taizhang.http.pace import Pace

KEPT: Final = 200  # batches kept in memory; the oldest go first


class HandedIn(NamedTuple):
    """A file as it was handed in; its content lies in the file store under the digest."""

    name: str
    digest: str
    size_bytes: int


class Draft(msgspec.Struct, kw_only=True):
    """Files that were uploaded and looked into, but not yet imported."""

    files: list[HandedIn]
    sender: str
    reason: str
    late: Late | None = None
    confirmed: dict[str, str] = {}  # printed header -> field, where the clerk chose otherwise


class WaitingDraft(NamedTuple):
    """A draft under its name, and since when it waits (UTC microseconds)."""

    name: str
    made_at: int
    draft: Draft


@dataclass
class Batch:
    """Files that are imported, or only checked, together, one after another."""

    by: Actor
    files: list[HandedIn]
    rows: list[int]  # of each file, as it was understood
    checks: str = ""  # the draft that is only checked; nothing is recorded then
    answers: dict[int, Answered] = field(default_factory=dict)  # by the file's number, as each is over
    current: int | None = None  # the file under way, how many of its rows are done, and of how many
    done_rows: int = 0
    total_rows: int = 0
    pace: Pace = field(default_factory=Pace)
    failed: Exception | None = None  # what stopped it before its end
    is_over: bool = False
    matched: MatchedAnew | Exception | None = None  # what was compared once the rows were in
    is_matching: bool = False

    def begun(self, number: int) -> None:
        self.current, self.done_rows, self.total_rows = number, 0, 0

    def progress(self, done: int, total: int) -> None:
        self.done_rows, self.total_rows = done, total
        self.pace.tell(time.monotonic(), self.rows_done())

    def ended(self, number: int, answer: Answered) -> None:
        self.answers[number] = answer
        self.current, self.done_rows, self.total_rows = None, 0, 0

    def rows_done(self) -> int:
        """Rows of all files that are behind it."""
        return sum(self.rows[number] for number in list(self.answers)) + self.done_rows

    def left_seconds(self) -> float | None:
        """How long it will still take; None while nobody can tell."""
        return self.pace.left_seconds(time.monotonic(), sum(self.rows))


class Imports:
    """The drafts, the batches, and the one thread that imports."""

    def __init__(self, house: House, recorded: Callable[[], None]) -> None:
        self.importer = Importer(house)
        self._house, self._recorded = house, recorded
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="import")
        self._lock = threading.Lock()
        self._drafts = Drafts(house.signin_database, house.clock)
        self._batches: OrderedDict[str, Batch] = OrderedDict()
        self._under_way: tuple[str, Pace] | None = None  # the id of the job that is gone on with, and how fast it is

    def close(self) -> None:
        """Finish the batch under way; what waits is begun when the house is served again."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def resume(self) -> None:
        """Finish, in the background, the imports that a dead process left."""
        self._pool.submit(self._resume)

    def draft(self, draft: Draft, officer: str) -> str:
        """Keep a draft; returns the secret name under which its officer finds it again."""
        return self._drafts.keep(officer, msgspec.msgpack.encode(draft))

    def find_draft(self, name: str, officer: str) -> Draft | None:
        """The officer's own draft of this name."""
        kept = self._drafts.find(name, officer)
        return None if kept is None else msgspec.msgpack.decode(kept, type=Draft)

    def waiting(self, officer: str) -> list[WaitingDraft]:
        """The officer's drafts that were not imported yet, the newest first."""
        return [
            WaitingDraft(name, made_at, msgspec.msgpack.decode(kept, type=Draft))
            for name, made_at, kept in self._drafts.waiting(officer)
        ]

    def discard(self, name: str, officer: str) -> None:
        """Forget the officer's own draft."""
        self._drafts.discard(name, officer)

    def start(
        self,
        name: str,
        draft: Draft,
        by: Actor,
        rows: Sequence[int],
        addition: LateAddition | None = None,
        *,
        only_checks: bool = False,
    ) -> str:
        """Import the files of a draft in the background, or only check them; returns the batch's name.

        `rows`: how many each file has. What the clerk confirmed of its columns is kept in the draft.
        """
        batch = Batch(by, draft.files, list(rows), name if only_checks else "")
        started = self._kept(batch)
        self._drafts.change(name, msgspec.msgpack.encode(draft))
        files = [(self._house.files.get(file.digest), file.name) for file in draft.files]
        options: dict[str, Any] = {"sender": draft.sender or None, "mapping": draft.confirmed or None}
        options |= {"addition": addition, "reason": draft.reason or (addition.reason if addition else None)}
        jobs = None
        if not only_checks:
            jobs = self.importer.queue(files, by, batch=started, rows=rows, **options)
            self._drafts.became(name, started)
        self._pool.submit(self._run, batch, files, jobs, options)
        return started

    def go_on(self, jobs: Iterable[Job]) -> None:
        """Finish in the background what was interrupted, once however often it is asked; nothing is recorded twice."""
        taken = self.importer.jobs.take_over({job.id for job in jobs})
        if taken:
            self._pool.submit(self._finish, taken)

    def left_seconds(self, job: Job, rows: int) -> float | None:
        """How long the job that is gone on with, with what waits behind it, `rows` in all, will still take."""
        under_way = self._under_way
        if under_way is None or under_way[0] != job.id:
            return None
        return under_way[1].left_seconds(time.monotonic(), rows)

    def find_batch(self, name: str) -> Batch | None:
        """The batch, as long as this process remembers it; `jobs.batch` tells of it for ever."""
        return self._batches.get(name)

    def _run(
        self,
        batch: Batch,
        files: Sequence[tuple[bytes, str]],
        jobs: Mapping[int, Job] | None,
        options: Mapping[str, Any],
    ) -> None:
        try:
            self.importer.run_many(
                files,
                batch.by,
                dry_run=bool(batch.checks),
                jobs=jobs,
                begun=batch.begun,
                progress=batch.progress,
                ended=batch.ended,
                **options,
            )
        except Exception as problem:
            structlog.get_logger().error("import failed", exc_info=problem)
            batch.failed = problem
        batch.is_matching = not batch.checks and _brings_something(batch)
        batch.is_over = True
        if not batch.checks:
            self._recorded()
        if batch.is_matching:
            batch.matched = self._matched(batch.by.region)
            batch.is_matching = False
            self._recorded()

    def _matched(self, region: str) -> MatchedAnew | Exception:
        """Compare who came in; an import stands whether or not this ends well."""
        try:
            return match_anew(self._house, region)
        except Exception as problem:
            structlog.get_logger().error("what came in was not compared", exc_info=problem)
            return problem

    def _resume(self) -> None:
        try:
            self._finish(self.importer.jobs.take_over())
        except Exception as problem:
            structlog.get_logger().error("imports cannot be resumed", exc_info=problem)

    def _finish(self, jobs: Sequence[Job]) -> None:
        try:
            finished = {result.job for result in self.importer.finish(jobs, self._begun, self._progressed)}
            for region in sorted({job.asked.by.region for job in jobs if job.id in finished}):
                self._matched(region)
        except Exception as problem:
            structlog.get_logger().error("imports cannot be finished", exc_info=problem)
        self._under_way = None
        self._recorded()

    def _begun(self, job: Job) -> None:
        self._under_way = job.id, Pace()

    def _progressed(self, done: int, _: int) -> None:
        assert self._under_way is not None, "a job is begun before it is gone on with"
        self._under_way[1].tell(time.monotonic(), done)

    def _kept(self, batch: Batch) -> str:
        name = secrets.token_urlsafe(16)
        with self._lock:
            self._batches[name] = batch
            while len(self._batches) > KEPT:
                self._batches.popitem(last=False)
        return name


def _brings_something(batch: Batch) -> bool:
    """Whether any row of any file went in: only then somebody may be new."""
    return any(isinstance(one, ImportResult) and one.counts["recorded"] for one in batch.answers.values())
