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
from taizhang.adapters.importing.jobs import Job, State
from taizhang.adapters.sheets.sheets import FileUnreadable
from taizhang.adapters.sheets.workbooks import write_template
from taizhang.domain.core import Actor, LateAddition, OfficerId
from taizhang.domain.decisions import within
from taizhang.domain.officers import DataExported
from taizhang.http.errors import NoAnswer
from taizhang.http.import_understood import AS_UNDERSTOOD, UNNAMED, SeenFile, confirmed, forms_seen
from taizhang.http.imports import Draft, HandedIn
from taizhang.http.late import Late, late_rows
from taizhang.http.orders import submit
from taizhang.http.visit import Visit, door

MAY_IMPORT: Final = frozenset({"clerk", "institution", "organisation"})
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
RECENT: Final = 200  # jobs read at once
SHOWN_JOBS: Final = 100
LONGEST_TIME: Final = 18  # digits
SENDER_LETTERS: Final = 100  # as the form says; columns are remembered by it, in an index
NAMED_FILES: Final = 3  # so many files are named beside a doubt that they share, or of a draft
MAP: Final = "map:"


def import_page(visit: Visit) -> Response:
    """Where files are handed in; templates, and the imports so far."""
    require_importer(visit)
    return _page(visit)


def upload(visit: Visit) -> Response:
    """Keep the files and show what was understood of them; nothing is recorded yet."""
    require_importer(visit)
    assert visit.form is not None
    files = []
    for one in visit.form.getlist("files"):
        if isinstance(one, UploadFile) and one.filename:
            content = one.file.read()
            files.append(HandedIn(_plain_name(one.filename), visit.house.files.put(content), len(content)))
    if not files:
        return _page(visit, 422, visit.t("import.no_file"))
    draft = Draft(files=files, sender=visit.field("sender")[:SENDER_LETTERS], reason=visit.field("reason"))
    draft.late = _late(visit, draft)
    return visit.go(f"/import/drafts/{visit.reception.imports.draft(draft, visit.officer.officer)}")


def draft_page(visit: Visit) -> Response:
    """What was understood: forms, columns, doubts to decide."""
    return _draft_page(visit, _draft(visit))


def _draft_page(visit: Visit, draft: Draft, status: int = 200, problem: str = "") -> Response:
    seen = [_previewed(visit, draft, file) for file in draft.files]
    return visit.page(
        "import_draft.html",
        status,
        problem=problem,
        typed=visit.field,
        name=visit.request.path_params["draft"],
        draft=draft,
        seen=seen,
        forms=forms_seen(seen),
        options={kind: _options(visit, kind) for kind in FormKind},
        as_understood=AS_UNDERSTOOD,
        unnamed=UNNAMED,
        named_files=NAMED_FILES,
    )


def start(visit: Visit) -> Response:
    """Import the draft's files with the columns as the clerk confirmed them, only check every row, or discard it all."""
    draft, name = _draft(visit), visit.request.path_params["draft"]
    assert visit.form is not None
    if visit.field("discard"):
        visit.reception.imports.discard(name, visit.officer.officer)
        return visit.go("/import", done="discarded")
    addition, problem = _addition(visit, draft)
    if problem:
        return _draft_page(visit, draft, 422, problem)
    seen = [_previewed(visit, draft, file) for file in draft.files]
    rows = [sum(table.rows for table in one.preview.tables) if one.preview else 0 for one in seen]
    chosen = ((key[len(MAP) :], str(value)) for key, value in visit.form.items() if key.startswith(MAP))
    draft.confirmed |= confirmed(seen, chosen)
    only_checks = bool(visit.field("check"))
    batch = visit.reception.imports.start(name, draft, visit.actor, rows, addition, only_checks=only_checks)
    return visit.go(f"/import/batches/{batch}")


def result(visit: Visit) -> Response:
    """The sender's own workbook with a verdict in words beside every row; that it was handed out is recorded.

    Raises HTTPException (404) for a job that is not this officer's to see, or has no result.
    """
    require_importer(visit)
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


def finish(visit: Visit) -> Response:
    """Finish one interrupted import of the officer's own, once however often it is asked for.

    Raises HTTPException (404) for a job that is not this officer's.
    """
    require_importer(visit)
    job = visit.reception.imports.importer.jobs.job(visit.request.path_params["job"])
    if job is None or job.asked.by.officer != visit.officer.officer:
        raise HTTPException(404)
    visit.reception.imports.go_on([job])
    return visit.go("/import", done="gone_on")


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
    waiting = [] if after else visit.reception.imports.waiting(visit.officer.officer)
    given = {
        "jobs": found[:SHOWN_JOBS],
        "next": following,
        "waiting": waiting,
        "named_files": NAMED_FILES,
        "can_go_on": {job.id for job, _ in found if _can_go_on(visit, job)},
        "forms": list(FORMS.values()),
    }
    return visit.page("import.html", status, problem=problem, **given)


def jobs_seen(visit: Visit, before: tuple[int, str] | None = None) -> Iterator[tuple[Job, State]]:
    """The imports that the officer may see and how each stands, the newest first; `before` as Jobs.recent has it."""
    known = visit.reception.imports.importer.jobs
    while page := known.recent(RECENT, before):
        for job in page:
            if _sees(visit.actor, job):
                yield job, known.state(job)
        before = (page[-1].started_at, page[-1].id)


def require_importer(visit: Visit) -> None:
    """Raises NoAnswer (403)."""
    if visit.actor.role not in MAY_IMPORT:
        raise NoAnswer(403, "errors.403.body")


def _draft(visit: Visit) -> Draft:
    require_importer(visit)
    draft = visit.reception.imports.find_draft(visit.request.path_params["draft"], visit.officer.officer)
    if draft is None:
        raise NoAnswer(404, "import.draft_gone")
    return draft


def _late(visit: Visit, draft: Draft) -> Late | None:
    """What the draft must ask about seals; files that cannot be read are explained on its page."""
    house, importer, sender = visit.house, visit.reception.imports.importer, draft.sender or None
    previews = [one.preview for one in (_previewed(visit, draft, file) for file in draft.files) if one.preview]
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


def _can_go_on(visit: Visit, job: Job) -> bool:
    """Whether this officer's own import was interrupted and can be finished."""
    mine = job.asked.by.officer == visit.officer.officer
    return mine and visit.reception.imports.importer.jobs.can_go_on(job)


def _previewed(visit: Visit, draft: Draft, file: HandedIn) -> SeenFile:
    """What a file would mean, or in words why it cannot be read."""
    content = visit.house.files.get(file.digest)
    try:
        importer = visit.reception.imports.importer
        return SeenFile(file, importer.preview(content, file.name, draft.sender or None, draft.confirmed), "")
    except FileUnreadable as problem:
        return SeenFile(file, None, visit.words(problem))


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
    door("/import/jobs/{job}", finish, "POST"),
    door("/import/jobs/{job}/result.xlsx", result),
    door("/import/templates/{form}.xlsx", template),
)
