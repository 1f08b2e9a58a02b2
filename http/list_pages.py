"""Outside lists by the page: what was taken in, how much of it concerns the ledger, and the form that takes another in."""

from __future__ import annotations

from typing import Any, Final

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import Response

from taizhang.adapters.matching import match_list
from taizhang.adapters.outside.asking import AskedWrongly, asked_for
from taizhang.adapters.outside.importer import ListGone, import_list
from taizhang.adapters.outside.reading import ListUnreadable
from taizhang.adapters.outside.told import lists_told, told
from taizhang.adapters.sheets.sheets import FileUnreadable
from taizhang.domain.decisions import within
from taizhang.domain.labels import labels
from taizhang.domain.outside import IMPORTING
from taizhang.http.errors import NoAnswer
from taizhang.http.visit import Visit, door
from taizhang.projections.outside.lists import outside_lists
from taizhang.projections.replay import Cuts

MAY_SEE: Final = IMPORTING
SHOWN_ROWS: Final = 200


def lists_page(visit: Visit) -> Response:
    """The lists about the officer's region, as known at the moment looked at."""
    return _page(visit)


def take_in(visit: Visit) -> Response:
    """Take one list in and tell what became of its rows."""
    _require(visit)
    given = visit.form.get("file") if visit.form is not None else None
    if not isinstance(given, UploadFile) or not given.filename:
        return _page(visit, 422, problem=visit.t("lists.no_file"))
    coverage = visit.field("region") or visit.scope
    if not within(coverage, visit.scope):
        raise NoAnswer(404, "errors.404.body")
    days = (visit.field("covers_since"), visit.field("covers_until"))
    try:
        asked = asked_for(
            visit.field("kind"),
            visit.field("source"),
            visit.field("as_of"),
            f"{coverage},{days[0]}..{days[1]}",
            visit.field("outside_list"),
            visit.field("document"),
        )
        name = given.filename.replace("\\", "/").rpartition("/")[2][:200]
        result = import_list(visit.house, visit.actor, given.file.read(), name, asked)
    except (AskedWrongly, ListUnreadable, FileUnreadable) as problem:
        return _page(visit, 422, problem=visit.words(problem))
    visit.house.views.catch_up()
    if result.verdict.outcome == "refused":
        return _page(visit, 409, problem=visit.said(result.verdict.words(visit.language)))
    return _page(visit, result=result)


def match(visit: Visit) -> Response:
    """Compare a list that stands with who was registered after it. Raises HTTPException (404) for one of elsewhere."""
    _require(visit)
    with visit.house.log.database.read() as connection:
        known = {one.outside_list: one for one in outside_lists(connection, visit.scope)}
    listed = known.get(visit.field("outside_list"))
    if listed is None:
        raise HTTPException(404)
    try:
        entries = sum(told(visit.house.log, visit.scope, match_list(visit.house, listed)))
    except ListGone as problem:
        return _page(visit, 409, problem=visit.words(problem))
    visit.house.views.catch_up()
    return _page(visit, again=entries)


def _page(visit: Visit, status: int = 200, **more: Any) -> Response:
    _require(visit)
    bar = visit.bar
    with visit.house.log.database.read() as connection:
        cuts = Cuts(bar.recorded_at, bar.effective_on)
        rows = lists_told(visit.house.log, connection, visit.scope, visit.scope, cuts)
    given = {"problem": "", "result": None, "again": None} | more
    kinds = list(labels()["list-kind"])
    typed = visit.field if given["problem"] else (lambda _: "")  # what was taken in is not offered once more
    return visit.page("lists.html", status, rows=rows, kinds=kinds, shown_rows=SHOWN_ROWS, typed=typed, **given)


def _require(visit: Visit) -> None:
    """Raises NoAnswer (403)."""
    if visit.actor.role not in MAY_SEE:
        raise NoAnswer(403, "errors.403.body")


ROUTES = (door("/lists", lists_page), door("/lists", take_in, "POST"), door("/lists/again", match, "POST"))
