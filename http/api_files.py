"""A whole list as a file: written to the disk first, in bounded memory; recorded with its digest; then handed out."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, get_type_hints

import msgspec
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from taizhang.adapters.exports.streams import MEDIA_TYPES, Column, write_stream
from taizhang.adapters.exports.taken import ExportNotRecorded, digest_of, record_taken
from taizhang.adapters.shapes import plain_type
from taizhang.http.api_endpoints import Endpoint, Found, Moment, Paging
from taizhang.http.api_problems import ApiProblem
from taizhang.http.visit import Visit


def file_response(visit: Visit, endpoint: Endpoint, found: Found, paging: Paging, at: Moment, report: str) -> Response:
    """Every row of the list in the form asked for; that it was taken is recorded before anybody gets it.

    Raises ApiProblem (409) when it cannot be recorded.
    """
    assert found.rows is not None
    assert paging.format != "json"
    columns = found.columns or columns_of(endpoint.row)
    folder = Path(mkdtemp(prefix="taizhang-"))
    try:
        path = folder / f"{endpoint.name}.{paging.format}"
        count = write_stream(path, paging.format, columns, _values(found, columns))
        digest = digest_of(path)
        taken = _recorded(visit, endpoint, count, digest, paging.purpose)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    headers = {
        "repr-digest": f"sha-256=:{base64.b64encode(bytes.fromhex(digest)).decode()}:",
        "taizhang-position": str(at.position),
        "taizhang-report": report,
        "taizhang-rows": str(count),
        "taizhang-export": str(taken),
    }
    return FileResponse(
        path,
        media_type=MEDIA_TYPES[paging.format],
        filename=f"{endpoint.name}-{at.position}.{paging.format}",
        headers=headers,
        background=BackgroundTask(shutil.rmtree, folder, ignore_errors=True),
    )


def columns_of(row: Any) -> list[Column]:
    """The columns of a row's Struct."""
    hints = get_type_hints(row, include_extras=True)
    return [Column(field.encode_name, _kind(hints[field.name])) for field in msgspec.structs.fields(row)]


def _kind(hint: Any) -> Any:
    return {int: "int", float: "float", str: "str", bool: "bool", date: "date"}.get(plain_type(hint), "json")


def _values(found: Found, columns: Sequence[Column]) -> Iterator[Sequence[Any]]:
    names = [column.name for column in columns]
    assert found.rows is not None
    for _, row in found.rows:
        if isinstance(row, dict):
            yield [row.get(name) for name in names]
        else:
            yield [getattr(row, name) for name in names]


def _recorded(visit: Visit, endpoint: Endpoint, count: int, digest: str, purpose: str) -> int:
    try:
        taken = record_taken(visit.house, visit.actor, f"api {endpoint.path}", count, digest, purpose)
    except ExportNotRecorded as problem:
        raise ApiProblem("not-recorded", zh=problem.zh, en=str(problem)) from None
    visit.reception.keeper.wake()
    return taken
