"""Taking figures home: what the page of money shows, or a line's steps, as a workbook or as CSV with control totals.

That it was taken is recorded first, with the digest of the very file.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from starlette.responses import Response

from taizhang.adapters.exports.asking import asked as asking
from taizhang.adapters.exports.csv_files import totals_path, write_rows
from taizhang.adapters.exports.sheets import write_table
from taizhang.adapters.exports.taken import ExportNotRecorded, digest_of, record_taken
from taizhang.adapters.moments import beijing
from taizhang.http.errors import NoAnswer
from taizhang.http.funds_api import seen_steps
from taizhang.http.funds_pages import AGES, SHOWN, asked_filter, use_rows
from taizhang.http.funds_scope import asked_line, cuts, require_role
from taizhang.http.visit import Visit, door
from taizhang.projections.funds.steps import steps

STEPS_MOST: Final = 100_000
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STEP_TITLES: Final = (
    *("position", "recorded_at", "recorded_by", "role", "occurred_on", "late_days", "fact", "kind", "document"),
    *("claim", "training_class", "approver", "amount_fen"),
)


def download_funds(visit: Visit) -> Response:
    """The rows of the page as they are filtered.

    Raises HTTPException (404), NoAnswer (400, 403, 409).
    """
    require_role(visit)
    asked = asked_filter(visit)
    rows, _ = use_rows(visit, asked)
    names = (*SHOWN, *AGES)
    titles = (asked.by, "note", *names)
    table = [(row.name, row.note, *(row.figures.get(name) for name in names)) for row in rows]
    return _taken(visit, "funds", (asked.kept,), titles, table)


def download_steps(visit: Visit) -> Response:
    """The steps of a line, as far as the officer's region sees them.

    Raises HTTPException (404), NoAnswer (403, 409).
    """
    require_role(visit)
    with visit.house.log.database.read() as connection:
        line = asked_line(visit, connection)
        found = list(islice(seen_steps(visit, steps(connection, line.line, cuts=cuts(visit))), STEPS_MOST))
    for one in found:
        one["recorded_at"] = beijing(one["recorded_at"]).isoformat(sep=" ", timespec="seconds")
    table = [tuple(one[name] for name in STEP_TITLES) for one in found]
    return _taken(visit, f"fund-{line.line}", (line.line,), STEP_TITLES, table)


def _taken(
    visit: Visit, name: str, what: Sequence[Any], titles: Sequence[str], rows: Sequence[Sequence[Any]]
) -> Response:
    """The file, after it was recorded that it is taken. Raises NoAnswer (409)."""
    asked = asking(visit.house, name, *what, cuts=cuts(visit), language=visit.language, seen_by=visit.scope)
    is_csv = visit.field("format") == "csv"
    with TemporaryDirectory() as folder:
        path = Path(folder) / (f"{name}.csv" if is_csv else f"{name}.xlsx")
        if is_csv:
            write_rows(path, asked, titles, rows)
            path = _together(path)
        else:
            write_table(path, asked, titles, rows)
        try:
            record_taken(visit.house, visit.actor, name, len(rows), digest_of(path), visit.field("purpose"))
        except ExportNotRecorded:
            raise NoAnswer(409, "errors.409.body") from None
        content = path.read_bytes()
    visit.reception.keeper.wake()
    given = {"content-disposition": f'attachment; filename="{path.name}"'}
    return Response(content, media_type="application/zip" if is_csv else XLSX, headers=given)


def _together(path: Path) -> Path:
    """The CSV file and its control totals in one."""
    both = path.with_suffix(".csv.zip")
    with zipfile.ZipFile(both, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in (path, totals_path(path)):
            archive.write(one, one.name)
    return both


ROUTES = (
    door("/funds/download", download_funds, "POST"),
    door("/funds/{line}/download", download_steps, "POST"),
)
