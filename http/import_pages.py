"""Files in by the page: upload, look at what was understood, start, follow, and take the checked workbook home."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import Response

from taizhang.adapters.forms.forms import FORMS, FormKind
from taizhang.adapters.importing.importer import ImportResult, Preview
from taizhang.adapters.importing.jobs import Job, Jobs
from taizhang.adapters.matching import MatchedAnew
from taizhang.adapters.sheets.sheets import FileUnreadable
from taizhang.adapters.sheets.workbooks import write_template
from taizhang.domain.contacts import ShareContact
from taizhang.domain.core import Actor, LateAddition, OfficerId
from taizhang.domain.decisions import within
from taizhang.domain.officers import DataExported
from taizhang.http.errors import NoAnswer
from taizhang.http.imports import Batch, Draft, HandedIn
from taizhang.http.late import Late, late_rows
from taizhang.http.orders import submit
from taizhang.http.visit import Visit, door

MAY_IMPORT: Final = frozenset({"clerk", "institution", "organisation"})
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
RECENT: Final = 200  # jobs read at once
SHOWN_JOBS: Final = 100
LONGEST_TIME: Final = 18  # digits
SHOWN_ROWS: Final = 200  # rows to look at; all of them stand in the workbook
MAP: Final = "map:"


def import_page(visit: Visit) -> Response:
    """Where files are handed in; templates, and the imports so far."""
    _require_importer(visit)
    return _page(visit)


def upload(visit: Visit) -> Response:
    """Keep the files and show what was understood of them; nothing is recorded yet."""
    _require_importer(visit)
    assert visit.form is not None
    files = []
    for one in visit.form.getlist("files"):
        if isinstance(one, UploadFile) and one.filename:
            content = one.file.read()
            files.append(HandedIn(_plain_name(one.filename), visit.house.files.put(content), len(content)))
    if not files:
        return _page(visit, 422, visit.t("import.no_file"))
    draft = Draft(visit.officer.officer, files, visit.field("sender"), visit.field("reason"))
    draft.late = _late(visit, draft)
    return visit.go(f"/import/drafts/{visit.reception.imports.draft(draft)}")


def draft_page(visit: Visit) -> Response:
    """What was understood: forms, columns, doubts to decide."""
    return _draft_page(visit, _draft(visit))


def _draft_page(visit: Visit, draft: Draft, status: int = 200, problem: str = "") -> Response:
    seen = [(file, *_previewed(visit, draft, file)) for file in draft.files]
    return visit.page(
        "import_draft.html",
        status,
        problem=problem,
        typed=visit.field,
        name=visit.request.path_params["draft"],
        draft=draft,
        seen=seen,
        options={kind: _options(visit, kind) for kind in FormKind},
        is_usable=any(preview is not None and preview.tables for _, preview, _ in seen),
    )


def start(visit: Visit) -> Response:
    """Import the draft's files with the columns as the clerk confirmed them, or only check every row of them."""
    draft = _draft(visit)
    assert visit.form is not None
    addition, problem = _addition(visit, draft)
    if problem:
        return _draft_page(visit, draft, 422, problem)
    understood: dict[str, str] = {}
    for file in draft.files:
        preview, _ = _previewed(visit, draft, file)
        for table in preview.tables if preview is not None else ():
            understood |= table.columns
    confirmed = {key[len(MAP) :]: value for key, value in visit.form.items() if key.startswith(MAP)}
    draft.confirmed |= {
        header: str(value)
        for header, value in confirmed.items()
        if header in understood and understood[header] != str(value)
    }
    checks = visit.request.path_params["draft"] if visit.field("check") else ""
    batch = visit.reception.imports.start(draft, visit.actor, addition, checks=checks)
    return visit.go(f"/import/batches/{batch}")


def batch_page(visit: Visit) -> Response:
    """How far a batch is; when it is over, what became of its rows."""
    batch = _batch(visit)
    if batch is None:
        return _kept_batch_page(visit)
    answers = batch.results  # read once: the thread that imports may end while this page is made
    results = [one for one in answers or () if isinstance(one, ImportResult)]
    problems = [visit.words(one) for one in answers or () if not isinstance(one, ImportResult)]
    return visit.page(
        "import_batch.html",
        batch=batch,
        is_over=answers is not None,
        matched=batch.matched if isinstance(batch.matched, MatchedAnew) else None,
        match_failed=isinstance(batch.matched, Exception),
        may_see_matched=visit.actor.role in ShareContact.ROLES,
        results=results,
        problems=problems,
        shown_rows=SHOWN_ROWS,
    )


def result(visit: Visit) -> Response:
    """The sender's own workbook with a verdict in words beside every row; that it was handed out is recorded.

    Raises HTTPException (404) for a job that is not this officer's to see, or has no result.
    """
    _require_importer(visit)
    job = visit.reception.imports.importer.jobs.job(visit.request.path_params["job"])
    digest = (job.answer or {}).get("result") if job is not None and _sees(visit.actor, job) else None
    if job is None or not digest:
        raise HTTPException(404)
    content = visit.house.files.get(digest)
    counts = (job.answer or {}).get("counts", {})
    rows = sum(counts.get(name, 0) for name in ("recorded", "unchanged", "refused", "unusable"))
    today = visit.house.desk.today()
    verdict = submit(visit, DataExported(occurred_on=today, what=f"import-result:{job.id}", rows=rows, digest=digest))
    if verdict.outcome == "refused":
        raise NoAnswer(403, "errors.403.body")
    headers = {"content-disposition": f'attachment; filename="result-{job.id}.xlsx"'}
    return Response(content, media_type=XLSX, headers=headers)


def template(visit: Visit) -> Response:
    """An empty form to fill in."""
    kind = next((kind for kind in FormKind if kind == visit.request.path_params["form"]), None)
    if kind is None:
        raise HTTPException(404)
    out = io.BytesIO()
    write_template(kind, out)
    headers = {"content-disposition": f'attachment; filename="{kind}.xlsx"'}
    return Response(out.getvalue(), media_type=XLSX, headers=headers)


def _page(visit: Visit, status: int = 200, problem: str = "") -> Response:
    after = visit.request.query_params.get("after", "")
    started, _, ident = after.partition("-")
    if after and not (started.isascii() and started.isdecimal() and len(started) < LONGEST_TIME):
        raise HTTPException(400)
    found = list(islice(jobs_seen(visit, (int(started), ident) if after else None), SHOWN_JOBS + 1))
    following = (
        f"{found[SHOWN_JOBS - 1][0].started_at}-{found[SHOWN_JOBS - 1][0].id}" if len(found) > SHOWN_JOBS else ""
    )
    given = {"jobs": found[:SHOWN_JOBS], "next": following, "forms": list(FORMS.values())}
    return visit.page("import.html", status, problem=problem, **given)


def jobs_seen(visit: Visit, before: tuple[int, str] | None = None) -> Iterator[tuple[Job, str]]:
    """The imports that the officer may see and how each stands, the newest first; `before` as Jobs.recent has it."""
    known = visit.reception.imports.importer.jobs
    while page := known.recent(RECENT, before):
        for job in page:
            if _sees(visit.actor, job):
                yield job, _state(known, job)
        before = (page[-1].started_at, page[-1].id)


def _require_importer(visit: Visit) -> None:
    """Raises NoAnswer (403)."""
    if visit.actor.role not in MAY_IMPORT:
        raise NoAnswer(403, "errors.403.body")


def _draft(visit: Visit) -> Draft:
    _require_importer(visit)
    draft = visit.reception.imports.find_draft(visit.request.path_params["draft"], visit.officer.officer)
    if draft is None:
        raise NoAnswer(404, "import.draft_gone")
    return draft


def _batch(visit: Visit) -> Batch | None:
    """The officer's own batch, if this process began it. Raises NoAnswer (404)."""
    _require_importer(visit)
    batch = visit.reception.imports.find_batch(visit.request.path_params["batch"])
    if batch is not None and batch.by.officer != visit.officer.officer:
        raise NoAnswer(404, "import.batch_gone")
    return batch


def _kept_batch_page(visit: Visit) -> Response:
    """What became of each file of a batch that an earlier process began. Raises NoAnswer (404)."""
    jobs = visit.reception.imports.importer.jobs
    found = jobs.batch(visit.request.path_params["batch"])
    if found is None or found[0].by.officer != visit.officer.officer:
        raise NoAnswer(404, "import.batch_gone")
    kept, done = found
    files = [(name, job, _state(jobs, job)) for (_, name), job in zip(kept.files, done, strict=True)]
    return visit.page("import_batch_kept.html", files=files, is_over=all(state != "running" for _, _, state in files))


def _state(jobs: Jobs, job: Job | None) -> str:
    """How a job of an earlier process stands: `done`, `running` (somebody goes on with it) or `interrupted`."""
    if job is None or (job.finished_at is not None and job.answer is None):
        return "interrupted"
    if job.finished_at is not None:
        return "done"
    return "running" if jobs.is_alive(job) else "interrupted"


def _late(visit: Visit, draft: Draft) -> Late | None:
    """What the draft must ask about seals; files that cannot be read are explained on its page."""
    house, importer, sender = visit.house, visit.reception.imports.importer, draft.sender or None
    previews = [preview for preview, _ in (_previewed(visit, draft, file) for file in draft.files) if preview]
    rows = sum(table.rows for preview in previews for table in preview.tables)
    files = [(house.files.get(file.digest), file.name) for file in draft.files]
    return late_rows(house, importer, visit.actor, files, rows, sender) if rows else None


def _addition(visit: Visit, draft: Draft) -> tuple[LateAddition | None, str]:
    """The late addition that the form states, if any; or in words what it lacks."""
    if draft.late is None:
        return None, ""
    seal, approver, reason = (visit.field(name) for name in ("seal", "approver", "late_reason"))
    if not seal and not approver:
        return None, ""
    if not (approver and reason and seal in {one.id for one in draft.late.seals}):
        return None, visit.t("import.late_incomplete")
    return LateAddition(seal=seal, reason=reason, approver=OfficerId(approver)), ""


def _sees(actor: Actor, job: Job) -> bool:
    """Clerks see the imports of their region, institutions their own."""
    by = job.asked.by
    if actor.role == "institution":
        return by.organisation == actor.organisation and by.region == actor.region
    return within(by.region, actor.region)


def _previewed(visit: Visit, draft: Draft, file: HandedIn) -> tuple[Preview | None, str]:
    """What a file would mean, or in words why it cannot be read."""
    content = visit.house.files.get(file.digest)
    try:
        importer = visit.reception.imports.importer
        return importer.preview(content, file.name, draft.sender or None, draft.confirmed), ""
    except FileUnreadable as problem:
        return None, visit.words(problem)


def _options(visit: Visit, kind: FormKind) -> list[tuple[str, str]]:
    """The fields that a column of this form may be, each as our template prints it."""
    form = FORMS[kind]
    named: list[tuple[str, Any]] = [(str(field), form.printed(field)) for field in form.columns]
    return [
        (field, printed if visit.language == "zh" else f"{str(field).replace('_', ' ')} ({printed})")
        for field, printed in named
    ]


def _plain_name(name: str) -> str:
    """A file's name without any folder a browser may send along."""
    return name.replace("\\", "/").rpartition("/")[2][:200]


ROUTES = (
    door("/import", import_page),
    door("/import", upload, "POST"),
    door("/import/drafts/{draft}", draft_page),
    door("/import/drafts/{draft}", start, "POST"),
    door("/import/batches/{batch}", batch_page),
    door("/import/jobs/{job}/result.xlsx", result),
    door("/import/templates/{form}.xlsx", template),
)
