"""The data dictionary to read, /dictionary, and for programs, /dictionary.json: a Frictionless data package."""

from __future__ import annotations

from typing import Final

import msgspec
from starlette.exceptions import HTTPException
from starlette.responses import Response

from taizhang.domain.officers import ROLES
from taizhang.http.visit import Visit, door
from taizhang.projections.readers import descriptor, meanings, readable_tables

_encode: Final = msgspec.json.Encoder(order="deterministic").encode
_ALL: Final = frozenset(ROLES)


def data_dictionary_page(visit: Visit) -> Response:
    """The read tables, and the columns of one of them with type and meaning.

    Raises HTTPException (404) for a table that there is not.
    """
    tables = readable_tables()
    name = visit.request.query_params.get("table") or next(iter(tables))
    if name not in tables:
        raise HTTPException(404)
    view, table = tables[name]
    key = {column.name for column in table.primary_key.columns}
    columns = [(one, one.column in key) for (of, _), one in meanings().items() if of == name]
    return visit.page("dictionary.html", tables=list(tables), name=name, view=view, columns=columns)


def data_dictionary_descriptor(_: Visit) -> Response:
    """The Frictionless descriptor of the read tables."""
    return Response(_encode(descriptor()), media_type="application/json")


ROUTES = (
    door("/dictionary", data_dictionary_page, roles=_ALL),
    door("/dictionary.json", data_dictionary_descriptor, roles=_ALL),
)
