"""Takes people's files in: what a file would mean (`preview`), and the import itself, exactly once (`run`, `resume`).

Good rows go in, no row stops another, and every row comes back in words beside what was sent.
"""

from __future__ import annotations

import hashlib
import io
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Protocol

import msgspec
import structlog

from taizhang.adapters.database import Database
from taizhang.adapters.desk import Desk
from taizhang.adapters.files import FileDamaged, FileErased, FileStore
from taizhang.adapters.importing.collector import without_collector
from taizhang.adapters.importing.context import Context
from taizhang.adapters.importing.dry import Forgetful, forgetful
from taizhang.adapters.importing.jobs import Asked, Job, Jobs, KeptBatch
from taizhang.adapters.importing.late import LateAdditions
from taizhang.adapters.importing.lookup import Lookup, Registry
from taizhang.adapters.importing.ordering import in_order
from taizhang.adapters.importing.preview import Preview, preview_of, tables_of
from taizhang.adapters.importing.rooms import STAGES
from taizhang.adapters.importing.rows import Origin, Progress, Table
from taizhang.adapters.importing.run import Run, recorded_before
from taizhang.adapters.importing.second import SecondProcess
from taizhang.adapters.importing.words import (
    ImportResult,
    doubt_lines,
    in_words,
    late_line,
    named,
    named_words,
    summary_of,
)
from taizhang.adapters.log.log import Log
from taizhang.adapters.masking import naming
from taizhang.adapters.sheets.sheets import ErasedFile, FileUnreadable, Workbook, open_workbook
from taizhang.adapters.sheets.workbooks import write_result
from taizhang.adapters.vault.vault import Vault
from taizhang.domain.core import Actor, LateAddition

__all__ = ["ImportHouse", "ImportResult", "Importer", "Preview"]

Answered = ImportResult | FileUnreadable
SECOND_PROCESS_BYTES = 400_000  # a few thousand rows; below, starting one costs more than it saves
BEAT_SECONDS = 2.0
_log = structlog.get_logger("taizhang.importer")


class ImportHouse(Protocol):
    """The part of the house that importing needs."""

    log: Log
    vault: Vault
    files: FileStore
    desk: Desk
    signin_database: Database  # the vault's own, for tables that are not people's data

    def clock(self) -> int: ...


class Importer:
    """Imports files into one house. With `follows` the views of a long file are brought level on the way.

    Where somebody keeps the views level anyway, as a server does, two would do the work of one.
    """

    def __init__(self, house: ImportHouse, *, follows: bool = False) -> None:
        self._house, self._follows = house, follows
        self.jobs = Jobs(house.signin_database, house.clock)
        self._registry, self._registering = Registry(), threading.Lock()

    def preview(
        self, content: bytes, filename: str, sender: str | None = None, mapping: Mapping[str, str] | None = None
    ) -> Preview:
        """What the file holds and how its columns are understood; nothing is recorded. Raises FileUnreadable."""
        workbook = open_workbook(content, filename)
        known = self.jobs.remembered(sender) | dict(mapping or {})
        return preview_of(workbook, known, remembered=sender is not None)

    def run(
        self,
        content: bytes,
        filename: str,
        by: Actor,
        *,
        sender: str | None = None,
        reason: str | None = None,
        mapping: Mapping[str, str] | None = None,
        addition: LateAddition | None = None,
        dry_run: bool = False,
        progress: Progress | None = None,
    ) -> ImportResult:
        """Import one file, exactly once however often it is asked.

        With `addition`, what speaks about a day which that seal closes goes in as a late addition; the rest as usual.
        Raises FileUnreadable, DeskBusy, LogUnavailable; after the last two the job can be resumed.
        """
        options: dict[str, Any] = {"sender": sender, "reason": reason, "mapping": mapping, "addition": addition}
        if dry_run:
            return self._tried(content, filename, by, self._forgetful(), progress=progress, **options)
        if sender and mapping:
            self.jobs.remember(sender, mapping, by)
        asked = self._asked(content, filename, by, **options)
        return self._worked(content, asked, lambda: self.jobs.begin(asked), progress)

    def queue(
        self,
        files: Sequence[tuple[bytes, str]],
        by: Actor,
        *,
        batch: str = "",
        rows: Sequence[int] = (),
        **options: Any,
    ) -> dict[int, Job]:
        """A job for each of these files by its number, what others build on first, their contents stored.

        From then on a process that dies loses none of them: whoever goes on finishes each. A file that was erased gets no
        job. With a name `batch` they are remembered together, each with its `rows`. Other options are those of `run`.
        """
        if options.get("sender") and options.get("mapping"):
            self.jobs.remember(options["sender"], options["mapping"], by)
        asked: dict[int, Asked] = {}
        for number in self._in_order(files, options.get("sender")):
            with suppress(ErasedFile):
                self._store(*files[number])
                asked[number] = self._asked(*files[number], by, **options)
        named = [(hashlib.sha256(content).hexdigest(), name) for content, name in files]
        kept = KeptBatch(by=by, files=named, rows=list(rows)) if batch else None
        return dict(zip(asked, self.jobs.queue(list(asked.values()), batch, kept), strict=True))

    def run_many(
        self,
        files: Sequence[tuple[bytes, str]],
        by: Actor,
        *,
        dry_run: bool = False,
        jobs: Mapping[int, Job] | None = None,
        progress: Progress | None = None,
        begun: Callable[[int], None] | None = None,
        ended: Callable[[int, Answered], None] | None = None,
        **options: Any,
    ) -> list[Answered]:
        """Import several files, what others build on first; a file that cannot be read stops no other.

        `jobs` are theirs, if they stand in the queue already; `begun` and `ended` are told a file's number. The answers
        stand in the order in which the files were given. In a dry run each file sees what those before it would have
        recorded.
        """
        dry = self._forgetful() if dry_run else None
        jobs = {} if dry_run else self.queue(files, by, **options) if jobs is None else jobs
        numbers = self._in_order(files, options.get("sender")) if dry_run else jobs
        answers: dict[int, Answered] = {}
        try:
            for number in dict.fromkeys([*numbers, *range(len(files))]):
                if begun is not None:
                    begun(number)
                answers[number] = self._answered(files[number], by, dry, jobs.get(number), progress, **options)
                if ended is not None:
                    ended(number, answers[number])
        except Exception:
            for number in jobs.keys() - answers.keys():
                self.jobs.release(jobs[number])
            raise
        return [answers[number] for number in range(len(files))]

    def resume(self) -> list[ImportResult]:
        """Finish the imports that a dead process left; what they recorded already is not repeated."""
        return self.finish(self.jobs.take_over())

    def finish(
        self, jobs: Sequence[Job], begun: Callable[[Job], None] | None = None, progress: Progress | None = None
    ) -> list[ImportResult]:
        """Finish these jobs that were taken over; those that an error keeps it from are left for whoever asks next."""
        results: list[ImportResult] = []
        left = list(jobs)
        try:
            while left:
                if begun is not None:
                    begun(left[0])
                result = self._finished(left[0], progress)
                results.extend([result] if result is not None else ())
                del left[0]
        except Exception:
            for job in left:
                self.jobs.release(job)
            raise
        return results

    # -- inside -------------------------------------------------------------------------------------------

    def _finished(self, job: Job, progress: Progress | None) -> ImportResult | None:
        """What came of a job that was taken over; None when its file cannot be had."""
        try:
            content = self._house.files.get(job.asked.file)
            workbook = open_workbook(content, job.asked.filename)
        except FileUnreadable as problem:
            self.jobs.unreadable(job, problem.code)
            return None
        except (FileNotFoundError, FileDamaged) as problem:
            self.jobs.abandon(job)
            _log.error("import abandoned", job=job.id, file=job.asked.file, problem=type(problem).__name__)
            return None
        with self._second_process(content) as second:
            return self._work(workbook, job, progress, second)

    def _in_order(self, files: Sequence[tuple[bytes, str]], sender: str | None) -> list[int]:
        return in_order(files, lambda content, filename: self.preview(content, filename, sender))

    def _answered(
        self,
        file: tuple[bytes, str],
        by: Actor,
        dry: Forgetful | None,
        job: Job | None,
        progress: Progress | None,
        **options: Any,
    ) -> Answered:
        try:
            if dry is not None:
                return self._tried(*file, by, dry, progress, **options)
            if job is None:
                raise ErasedFile(file[1])
            return self._worked(file[0], job.asked, lambda: job, progress)
        except FileUnreadable as problem:
            if job is not None:
                self.jobs.unreadable(job, problem.code)
            return problem

    def _worked(self, content: bytes, asked: Asked, job: Callable[[], Job], progress: Progress | None) -> ImportResult:
        """The import itself; `job` is asked for once the file has turned out to be one."""
        with self._second_process(content) as second:
            with without_collector():
                workbook = open_workbook(content, asked.filename)
            self._store(content, asked.filename)
            return self._work(workbook, job(), progress, second)

    def _asked(
        self,
        content: bytes,
        filename: str,
        by: Actor,
        *,
        sender: str | None = None,
        mapping: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Asked:
        known = self.jobs.remembered(sender) | dict(mapping or {})
        digest = hashlib.sha256(content).hexdigest()
        return Asked(file=digest, filename=filename, by=by, sender=sender, mapping=known, **options)

    def _tried(
        self,
        content: bytes,
        filename: str,
        by: Actor,
        dry: Forgetful,
        progress: Progress | None = None,
        **options: Any,
    ) -> ImportResult:
        """The import into a log and a vault that forget."""
        asked = self._asked(content, filename, by, **options)
        return self._imported(open_workbook(content, filename), asked, dry, progress)

    def _store(self, content: bytes, filename: str) -> None:
        try:
            self._house.files.put(content)
        except FileErased:
            raise ErasedFile(filename) from None

    def _forgetful(self) -> Forgetful:
        return forgetful(self._house.log, self._house.vault, self._house.clock)

    @without_collector()
    def _work(
        self, workbook: Workbook, job: Job, progress: Progress | None, second: SecondProcess | None
    ) -> ImportResult:
        last = [0.0]

        def beat(done: int, total: int) -> None:
            if done == total or time.monotonic() > last[0] + BEAT_SECONDS:
                last[0] = time.monotonic()
                self.jobs.beat(job, done, total)
            if progress is not None:
                progress(done, total)

        try:
            result = self._imported(workbook, job.asked, job, beat, second)
        except Exception:
            self.jobs.release(job)
            raise
        self.jobs.finish(job, {"counts": result.counts, "result": result.result})
        _log.info("imported", job=job.id, file=result.file, rows=result.rows, **result.counts)
        return result

    def _imported(
        self,
        workbook: Workbook,
        asked: Asked,
        into: Job | Forgetful,
        progress: Progress | None,
        second: SecondProcess | None = None,
    ) -> ImportResult:
        """The import itself: for a job, or into what forgets."""
        house, tables = self._house, tables_of(workbook, asked.mapping)
        job = into if isinstance(into, Job) else None
        log, vault, desk = (house.log, house.vault, house.desk) if isinstance(into, Job) else into
        origin = Origin(workbook.digest, asked.filename, asked.by, asked.reason, house.desk.today())
        with self._registering:
            self._registry.refresh(house.log, house.log.database)
        lookup = Lookup(log, self._registry, origin.today, asked.by.region)
        total = sum(len(table.form.rows) for table in tables)
        context = Context(origin, lookup, vault, house.clock(), second.welcome if second else None)
        run = Run(desk, origin, lookup, job.run_id() if job else "", total, progress)
        if progress is not None:
            progress(0, total)  # the file is open, its rows are counted
        if asked.addition is not None:
            run.late = LateAdditions(lookup, asked.by, asked.addition)
        if job and job.attempt > 1:
            earlier = [job.run_id(attempt) for attempt in range(1, job.attempt)]
            run.earlier = recorded_before(house.log, workbook.digest, earlier)
        _run_stages(tables, context, run)
        if second is not None:
            second.all_recorded()
        return self._result(workbook, tables, run, asked, job)

    @contextmanager
    def _second_process(self, content: bytes) -> Iterator[SecondProcess | None]:
        """A second process for a long file, where the house lends its keys to one; it starts while the file is read."""
        keys = getattr(self._house, "keys", None)
        if keys is None or len(content) < SECOND_PROCESS_BYTES:
            yield None
            return
        url = self._house.signin_database.url.render_as_string(hide_password=False)
        log_url = self._house.log.database.url.render_as_string(hide_password=False) if self._follows else None
        second = SecondProcess(self._house.vault, url, keys, self._house.clock(), log_url)
        try:
            yield second
        finally:
            second.close()

    def _result(
        self, workbook: Workbook, tables: Sequence[Table], run: Run, asked: Asked, job: Job | None
    ) -> ImportResult:
        keys = sorted(run.verdicts, key=_in_file(workbook))
        said = naming(self._house.vault, in_words(run.verdicts.values()))
        verdicts = [named(run.verdicts[key], said) for key in keys]
        if job is None:  # what would have been recorded has no number
            verdicts = [msgspec.structs.replace(one, positions=()) for one in verdicts]
        counts = run.counts()
        forms = [table.form for table in tables]
        causes = {(sheet, named_words(words, said)): count for (sheet, words), count in run.causes.items()}
        doubts = doubt_lines(run.doubts, run.days_late.values())
        summary = summary_of(counts, verdicts, forms, workbook, causes, doubts, dry_run=job is None)
        if run.late is not None:
            summary.append(late_line(run.late.marked))
        out = io.BytesIO()
        told = {(one.sheet, one.row): one.zh for one in verdicts}
        write_result(workbook, told, out, [(what, zh) for what, zh, _ in summary], forms)
        return ImportResult(
            file=workbook.digest,
            filename=asked.filename,
            rows=len(verdicts),
            counts=counts,
            verdicts=verdicts,
            summary=summary,
            result=self._house.files.put(out.getvalue()) if job else None,
            job=job.id if job else None,
            dry_run=job is None,
            workbook=None if job else out.getvalue(),
        )


def _run_stages(tables: Sequence[Table], context: Context, run: Run) -> None:
    for stage in STAGES:
        mine = [table for table in tables if table.form.form is stage.form]
        if mine:
            context.next_form()
            run.submit(stage.plan(mine, context))


def _in_file(workbook: Workbook) -> Any:
    sheets = {sheet.name: number for number, sheet in enumerate(workbook.sheets)}
    return lambda key: (sheets.get(key[0], len(sheets)), key[1])
