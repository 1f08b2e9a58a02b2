"""Papers and photographs on the page: handed in for a class with a form, and opened again by whoever may see the fact."""

from __future__ import annotations

from datetime import date
from typing import Final

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import Response

from taizhang.adapters.attaching import attach
from taizhang.adapters.files import FileDamaged, FileErased
from taizhang.adapters.photographs import picture_type
from taizhang.adapters.requests import RequestUnusable
from taizhang.domain.attachments import AttachmentFiled, FileAttachment
from taizhang.domain.core import Correction
from taizhang.domain.labels import codes_of
from taizhang.domain.officers import DataExported
from taizhang.http.class_pages import class_page
from taizhang.http.errors import NoAnswer
from taizhang.http.fact_reading import fact_at
from taizhang.http.inspections_scope import asked_finding, seen
from taizhang.http.orders import submit
from taizhang.http.seen import require_class
from taizhang.http.visit import CASEWORK, Visit, door
from taizhang.projections.inspections.life import steps_of_finding

SUFFIXES: Final = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}
UNKNOWN: Final = "application/octet-stream"


def hand_in(visit: Visit) -> Response:
    """Keep the files and propose each for the class; what is refused comes back on the class's page in words.

    Raises NoAnswer (403), HTTPException (404).
    """
    if visit.actor.role not in FileAttachment.ROLES:
        raise NoAnswer(403, "errors.403.body")
    ident, kind = visit.field("training_class"), visit.field("attachment_kind")
    require_class(visit, ident)
    given = visit.form.getlist("files") if visit.form is not None else []
    files = [one for one in given if isinstance(one, UploadFile) and one.filename]
    if not files or kind not in codes_of("attachment-kind"):
        return class_page(visit, ident, 422, visit.t("attachments.no_file"))
    try:
        shown_on = date.fromisoformat(visit.field("session_on")) if visit.field("session_on") else None
    except ValueError:
        return class_page(visit, ident, 422, visit.t("class.day_needed"))
    refused = []
    for one in files:
        name = str(one.filename).replace("\\", "/").rpartition("/")[2][:200]
        try:
            _, verdict = attach(visit.house, visit.actor, one.file.read(), name, ident, kind, shown_on, "page")  # type: ignore[arg-type]
        except (RequestUnusable, FileErased) as problem:
            words = problem.words(visit.language) if isinstance(problem, FileErased) else visit.words(problem)
            refused.append(f"{name}:{words}")
            continue
        if verdict.outcome == "refused":
            refused.append(f"{name}:{visit.said(verdict.words(visit.language))}")
    visit.reception.keeper.wake()
    if refused:
        return class_page(visit, ident, 409, " ".join(refused))
    return visit.go(f"/classes/{ident}", done="recorded")


def open_attachment(visit: Visit) -> Response:
    """The file itself, as it was handed in; that it was handed out is recorded.

    Raises NoAnswer (403), HTTPException (404).
    """
    position = int(visit.request.path_params["position"])
    body = fact_at(visit.house.log, position, visit.actor).fact
    fact = body.now if isinstance(body, Correction) else body
    if not isinstance(fact, AttachmentFiled):
        raise HTTPException(404)
    return _handed_out(visit, fact.digest, f"attachment:{position}", f"{fact.training_class}-{position}")


def open_evidence(visit: Visit) -> Response:
    """A file that a finding's rectification was reported with, as it was handed in; that it was handed out is recorded.

    Raises NoAnswer (403; 404 where only the digest was handed in), HTTPException (404).
    """
    found, digest = seen(visit), visit.request.path_params["digest"]
    finding = asked_finding(visit, found.book).finding
    if not any(digest in getattr(one.fact, "evidence", ()) for one in steps_of_finding(found.known, finding)):
        raise HTTPException(404)
    if not visit.house.files.holds(digest):
        raise NoAnswer(404, "attachments.digest_only")
    return _handed_out(visit, digest, f"evidence:{finding}", f"{finding}-{digest[:12]}")


def _handed_out(visit: Visit, digest: str, what: str, name: str) -> Response:
    """The bytes, after it was recorded that they leave. Raises NoAnswer (403, 404)."""
    try:
        content = visit.house.files.get(digest)
    except (FileNotFoundError, FileDamaged):
        raise NoAnswer(404, "attachments.gone") from None
    taken = DataExported(occurred_on=visit.house.desk.today(), what=what, rows=1, digest=digest)
    if submit(visit, taken).outcome == "refused":
        raise NoAnswer(403, "errors.403.body")
    kind = picture_type(content)
    shown = "inline" if kind in SUFFIXES else "attachment"
    headers = {"content-disposition": f'{shown}; filename="{name}.{SUFFIXES.get(kind, "bin")}"'}
    return Response(content, media_type=kind if kind in SUFFIXES else UNKNOWN, headers=headers)


ROUTES = (
    door("/attach", hand_in, "POST"),
    door("/attachments/{position:int}", open_attachment, roles=CASEWORK),
    door("/inspections/findings/{finding}/evidence/{digest}", open_evidence, roles=CASEWORK),
)
