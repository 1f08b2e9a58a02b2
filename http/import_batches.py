"""How far an import is, file by file; when it is over, what became of the rows, and every result in one download."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from starlette.exceptions import HTTPException
from starlette.responses import Response

from taizhang.adapters.importing.importer import ImportResult
from taizhang.adapters.importing.jobs import Job, Jobs, KeptBatch, State
from taizhang.adapters.importing.words import COUNTED, DRY_RUN, OF_FILE, OF_ROWS, name_of_line
from taizhang.adapters.matching import MatchedAnew
from taizhang.adapters.sheets.sheets import unreadable
from taizhang.domain.contacts import ShareContact
from taizhang.domain.officers import DataExported
from taizhang.http.errors import NoAnswer
from taizhang.http.import_pages import require_importer
from taizhang.http.imports import Batch
from taizhang.http.orders import submit
from taizhang.http.visit import Visit, door

SHOWN_ROWS: Final = 200  # rows to look at; all of them stand in the workbook
OPEN_FILES: Final = 3  # so many files tell of their rows at once, more of them when they are opened
SOON_SECONDS, OFTEN, SELDOM = 60, 2, 5  # a page of what lasts longer is asked for less often
ZIP: Final = "application/zip"
OUTCOMES: Final = ("recorded", "unchanged", "refused", "unusable", "flagged")
# lines of the summary that the page says already, in figures and above them
TOLD_ABOVE: Final = frozenset({OF_FILE, OF_ROWS, DRY_RUN, *COUNTED.values()})


class FileRow(NamedTuple):
    """One file of a batch: how it stands, how many of its rows are done, and what became of them."""

    name: str
    state: State
    done: int
    total: int
    counts: dict[str, int] | None = None
    job: str | None = None
    result: str | None = None  # the digest of the checked workbook
    problem: str = ""
    can_go_on: bool = False


def batch_page(visit: Visit) -> Response:
    """How far a batch is; when it is over, what became of its rows."""
    batch = _batch(visit)
    if batch is None:
        return _kept_batch_page(visit)
    if batch.failed is not None and not batch.checks:  # whoever goes on with it tells how it stands in what is kept
        return _kept_batch_page(visit, visit.words(batch.failed))
    is_over = batch.is_over  # read once: the thread that imports may end while this page is made
    files = [_live_row(visit, batch, number, is_over) for number in range(len(batch.files))]
    left = None if is_over else batch.left_seconds()
    results = [one for _, one in sorted(batch.answers.items()) if isinstance(one, ImportResult)] if is_over else []
    return visit.page(
        "import_batch.html",
        batch=batch,
        files=files,
        outcomes=OUTCOMES,
        is_over=is_over,
        restarted=False,
        again=SELDOM if left is not None and left > SOON_SECONDS else OFTEN,
        left=left_words(visit, left),
        done_rows=batch.rows_done(),
        total_rows=sum(batch.rows),
        matched=batch.matched if isinstance(batch.matched, MatchedAnew) else None,
        match_failed=isinstance(batch.matched, Exception),
        may_see_matched=visit.actor.role in ShareContact.ROLES,
        results=results,
        told_above=TOLD_ABOVE,
        name_of_line=name_of_line,
        open_files=OPEN_FILES,
        problem=visit.words(batch.failed) if batch.failed is not None else "",
        shown_rows=SHOWN_ROWS,
    )


def results_zip(visit: Visit) -> Response:
    """The checked workbooks of a batch in one file; that it was handed out is recorded.

    Raises NoAnswer (404) for a batch that is not the officer's, HTTPException (404) where no file has a result yet.
    """
    require_importer(visit)
    kept, jobs = _kept(visit)
    told = [
        (name, job) for (_, name), job in zip(kept.files, jobs, strict=True) if job and (job.answer or {}).get("result")
    ]
    if not told:
        raise HTTPException(404)
    out, rows, taken = io.BytesIO(), 0, set[str]()
    with zipfile.ZipFile(out, "w") as archive:  # workbooks are packed already
        for name, job in told:
            answer = job.answer or {}
            archive.writestr(
                _free(f"{Path(name).stem}-{visit.t('import.result_name')}", taken),
                visit.house.files.get(answer["result"]),
            )
            rows += sum(answer["counts"][outcome] for outcome in OUTCOMES if outcome != "flagged")
    content = out.getvalue()
    today, digest = visit.house.desk.today(), hashlib.sha256(content).hexdigest()
    what = "import-results:" + ",".join(job.id for _, job in told)
    verdict = submit(visit, DataExported(occurred_on=today, what=what, rows=rows, digest=digest))
    if verdict.outcome == "refused":
        raise NoAnswer(403, "errors.403.body")
    return Response(content, media_type=ZIP, headers={"content-disposition": 'attachment; filename="results.zip"'})


def go_on(visit: Visit) -> Response:
    """Finish what was interrupted of a batch, once however often it is asked for."""
    require_importer(visit)
    _, jobs = _kept(visit)
    visit.reception.imports.go_on([job for job in jobs if job is not None])
    return visit.go(visit.request.url.path)


def left_words(visit: Visit, seconds: float | None) -> str:
    """How long it will still take, roughly; empty while nobody can tell."""
    if seconds is None:
        return ""
    if seconds < SOON_SECONDS:
        return visit.t("import.left_seconds", count=max(5, 5 * round(seconds / 5)))
    return visit.t("import.left_minutes", count=round(seconds / 60))


def _live_row(visit: Visit, batch: Batch, number: int, is_over: bool) -> FileRow:
    name, rows, answer = batch.files[number].name, batch.rows[number], batch.answers.get(number)
    if isinstance(answer, ImportResult):
        return FileRow(name, "done", answer.rows, answer.rows, answer.counts, answer.job, answer.result)
    if answer is not None:
        return FileRow(name, "unreadable", 0, rows, problem=visit.words(answer))
    if is_over:
        return FileRow(name, "interrupted", 0, rows)
    if number == batch.current:
        return FileRow(name, "running", batch.done_rows, batch.total_rows)
    return FileRow(name, "waiting", 0, rows)


def _batch(visit: Visit) -> Batch | None:
    """The officer's own batch, if this process began it. Raises NoAnswer (404)."""
    require_importer(visit)
    batch = visit.reception.imports.find_batch(visit.request.path_params["batch"])
    if batch is not None and batch.by.officer != visit.officer.officer:
        raise NoAnswer(404, "import.batch_gone")
    return batch


def _kept(visit: Visit) -> tuple[KeptBatch, list[Job | None]]:
    """Raises NoAnswer (404) for what is no batch of the officer's."""
    found = visit.reception.imports.importer.jobs.batch(visit.request.path_params["batch"])
    if found is None or found[0].by.officer != visit.officer.officer:
        raise NoAnswer(404, "import.batch_gone")
    return found


def _kept_batch_page(visit: Visit, problem: str = "") -> Response:
    """What became of each file of a batch that an earlier process began, or that a `problem` stopped."""
    kept, jobs = _kept(visit)
    files = _kept_rows(visit, kept, jobs)
    left = _left_seconds(visit, files, jobs)
    return visit.page(
        "import_batch.html",
        batch=None,
        files=files,
        outcomes=OUTCOMES,
        is_over=all(row.state not in ("running", "waiting") for row in files),
        restarted=True,
        again=SELDOM if left is not None and left > SOON_SECONDS else OFTEN,
        left=left_words(visit, left),
        done_rows=sum(row.done for row in files),
        total_rows=sum(row.total for row in files),
        matched=None,
        match_failed=False,
        may_see_matched=False,
        results=(),
        open_files=0,
        problem=problem if any(row.can_go_on for row in files) else "",
        shown_rows=0,
    )


def _left_seconds(visit: Visit, files: Sequence[FileRow], jobs: Sequence[Job | None]) -> float | None:
    """How long the file that is gone on with and those that wait will still take; None while nobody can tell."""
    under_way = next((job for row, job in zip(files, jobs, strict=True) if job and row.state == "running"), None)
    if under_way is None:
        return None
    rows = sum(row.total for row in files if row.state in ("running", "waiting"))
    return visit.reception.imports.left_seconds(under_way, rows)


def _kept_rows(visit: Visit, kept: KeptBatch, jobs: Sequence[Job | None]) -> list[FileRow]:
    rows = kept.rows or [0] * len(kept.files)
    known = visit.reception.imports.importer.jobs
    return [
        _kept_row(visit, known, name, job, understood)
        for (_, name), job, understood in zip(kept.files, jobs, rows, strict=True)
    ]


def _kept_row(visit: Visit, jobs: Jobs, name: str, job: Job | None, rows: int) -> FileRow:
    state, can_go_on = jobs.state(job), jobs.can_go_on(job)
    answer = (job.answer if job is not None else None) or {}
    done, total = (job.done, job.total or rows) if job is not None else (0, rows)
    if counts := answer.get("counts"):  # the heads of a filing count as rows, too
        total = sum(counts[outcome] for outcome in OUTCOMES if outcome != "flagged")
    problem = visit.t("import.stopped" if can_go_on else "import.upload_again") if state == "interrupted" else ""
    if state == "unreadable":
        problem = visit.words(unreadable(answer["unreadable"], name))
    ident = job.id if job is not None else None
    return FileRow(name, state, done, total, answer.get("counts"), ident, answer.get("result"), problem, can_go_on)


def _free(stem: str, taken: set[str]) -> str:
    name, number = f"{stem}.xlsx", 2
    while name in taken:
        name, number = f"{stem}({number}).xlsx", number + 1
    taken.add(name)
    return name


ROUTES = (
    door("/import/batches/{batch}", batch_page),
    door("/import/batches/{batch}", go_on, "POST"),
    door("/import/batches/{batch}/results.zip", results_zip),
)
