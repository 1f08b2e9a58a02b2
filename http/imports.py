"""Imports started from the page: drafts that wait for the clerk's word, and batches done one after another behind it.

What is asked, how far it is and what came of it stand in the importer's own job table; here is only what a page
needs between two requests. After a restart jobs that were cut off are finished and a batch's page tells of its files by
their jobs; drafts are uploaded again.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, TypeVar

import structlog

from taizhang.adapters.house import House
from taizhang.adapters.importing.importer import Importer, ImportResult
from taizhang.adapters.matching import MatchedAnew, match_anew
from taizhang.domain.core import Actor, LateAddition
from taizhang.http.late import Late

T = TypeVar("T")
KEPT: Final = 200  # drafts and batches kept in memory; the oldest go first


class HandedIn(NamedTuple):
    """A file as it was handed in; its content lies in the file store under the digest."""

    name: str
    digest: str
    size_bytes: int


@dataclass
class Draft:
    """Files that were uploaded and looked into, but not yet imported."""

    officer: str
    files: list[HandedIn]
    sender: str
    reason: str
    late: Late | None = None
    confirmed: dict[str, str] = field(default_factory=dict)  # printed header -> field, where the clerk chose otherwise


@dataclass
class Batch:
    """Files that are imported, or only checked, together; results are None as long as any of them is under way."""

    by: Actor
    files: list[HandedIn]
    checks: str = ""  # the draft that is only checked; nothing is recorded then
    done_rows: int = 0
    total_rows: int = 0
    results: Sequence[ImportResult | Exception] | None = None
    matched: MatchedAnew | Exception | None = None  # what was compared once the rows were in
    is_matching: bool = False


class Imports:
    """The drafts, the batches, and the one thread that imports."""

    def __init__(self, house: House, recorded: Callable[[], None]) -> None:
        self.importer = Importer(house)
        self._house, self._recorded = house, recorded
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="import")
        self._lock = threading.Lock()
        self._drafts: OrderedDict[str, Draft] = OrderedDict()
        self._batches: OrderedDict[str, Batch] = OrderedDict()

    def close(self) -> None:
        """Finish the batch under way; what waits is begun by nobody."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def resume(self) -> None:
        """Finish, in the background, the imports that a dead process left."""
        self._pool.submit(self._resume)

    def draft(self, draft: Draft) -> str:
        """Keep a draft; returns the secret name under which its officer finds it again."""
        return _kept(self._lock, self._drafts, draft)

    def find_draft(self, name: str, officer: str) -> Draft | None:
        """The officer's own draft of this name."""
        found = self._drafts.get(name)
        return found if found is not None and found.officer == officer else None

    def start(self, draft: Draft, by: Actor, addition: LateAddition | None = None, *, checks: str = "") -> str:
        """Import the files of a draft in the background, or with its name as `checks` only check them; returns the batch's name."""
        batch = Batch(by, draft.files, checks)
        name = _kept(self._lock, self._batches, batch)
        if not checks:
            self.importer.jobs.keep_batch(name, by, [(file.digest, file.name) for file in draft.files])
        self._pool.submit(self._run, batch, draft, dict(draft.confirmed), addition)
        return name

    def find_batch(self, name: str) -> Batch | None:
        """The batch, as long as this process remembers it; `jobs.batch` tells of it for ever."""
        return self._batches.get(name)

    def _run(self, batch: Batch, draft: Draft, mapping: dict[str, str], addition: LateAddition | None) -> None:
        def progress(done: int, total: int) -> None:
            batch.done_rows, batch.total_rows = done, total

        try:
            contents = [(self._house.files.get(file.digest), file.name) for file in draft.files]
            options: dict[str, Any] = {"sender": draft.sender or None, "mapping": mapping or None, "addition": addition}
            options["reason"] = draft.reason or (addition.reason if addition else None)
            options["dry_run"] = bool(batch.checks)
            results = self.importer.run_many(contents, batch.by, progress=progress, **options)
        except Exception as problem:
            structlog.get_logger().error("import failed", exc_info=problem)
            batch.results = [problem]
        else:
            batch.is_matching = not batch.checks and _brings_something(results)
            batch.results = results
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
            regions: set[str] = set()
            for result in self.importer.resume():
                structlog.get_logger().info("import finished after a restart", job=result.job)
                job = self.importer.jobs.job(result.job or "")
                regions.update({job.asked.by.region} if job is not None else ())
            for region in sorted(regions):
                self._matched(region)
        except Exception as problem:
            structlog.get_logger().error("imports cannot be resumed", exc_info=problem)
        self._recorded()


def _brings_something(results: Sequence[Any]) -> bool:
    """Whether any row of any file went in: only then somebody may be new."""
    return any(isinstance(one, ImportResult) and one.counts["recorded"] for one in results)


def _kept(lock: threading.Lock, shelf: OrderedDict[str, T], thing: T) -> str:
    name = secrets.token_urlsafe(16)
    with lock:
        shelf[name] = thing
        while len(shelf) > KEPT:
            shelf.popitem(last=False)
    return name
