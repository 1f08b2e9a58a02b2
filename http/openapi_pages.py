"""The API's document, /openapi.json, and the same to read, /api-docs; served by ourselves, nothing fetched from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final, NamedTuple

import msgspec
from starlette.exceptions import HTTPException
from starlette.responses import Response

from taizhang.adapters.shapes import PORTABLE
from taizhang.domain.officers import ROLES
from taizhang.http.api_rooms import endpoints
from taizhang.http.catalogue_api import problems
from taizhang.http.openapi import document
from taizhang.http.texts import Texts
from taizhang.http.visit import Visit, door

JSON: Final = "application/json"
FRAME: Final = frozenset({"position", "recorded_at", "lag_seconds", "report", "rows", "next"})  # of every answer
PROBLEMS: Final = "problem-types"  # the page of problems, beside those of the areas
_encode: Final = msgspec.json.Encoder(order="deterministic").encode


class Operation(NamedTuple):
    """One operation as the page shows it."""

    method: str
    path: str
    said: Mapping[str, Any]
    fields: list[tuple[str, str, bool, str]]  # of the body: name, type, needed, description
    answered: list[tuple[str, str, bool, str]]  # of the answer, of a list those of its rows
    example: str  # of a body, as JSON; "" where nothing is sent

    @property
    def anchor(self) -> str:
        return str(self.said["operationId"])


def openapi_json(visit: Visit) -> Response:
    """The OpenAPI 3.1 document."""
    return Response(_encode(_document(visit.reception.texts)), media_type="application/json")


def api_docs(visit: Visit) -> Response:
    """The operations of an area with parameters and body, or every type of problem; an area a page, so that none is heavy."""
    told = _document(visit.reception.texts)
    areas: dict[str, list[Operation]] = {}
    for path, methods in told["paths"].items():
        for method, said in methods.items():
            operation = Operation(
                method.upper(), path, said, _fields(told, said), _answered(told, said), _example(said)
            )
            areas.setdefault(said["tags"][0], []).append(operation)
    area = visit.request.query_params.get("area") or next(iter(areas))
    if area != PROBLEMS and area not in areas:
        raise HTTPException(404)
    return visit.page(
        "api_docs.html",
        areas=sorted(areas),
        area=area,
        operations=areas.get(area, ()),
        problems=sorted(problems(), key=lambda one: str(one["type"])) if area == PROBLEMS else (),
        type_words=type_words,
    )


@cache  # made once: it follows from declarations alone
def _document(texts: Texts) -> dict[str, Any]:
    declared = endpoints()
    said = {key.removeprefix("answer."): words.zh for key, words in texts.entries.items() if key.startswith("answer.")}
    return document(declared, said)


def _fields(told: Mapping[str, Any], said: Mapping[str, Any]) -> list[tuple[str, str, bool, str]]:
    """The fields of a body, those of the fact itself for a command."""
    if "requestBody" not in said:
        return []
    schema = _resolved(told, said["requestBody"]["content"][JSON]["schema"])
    inner = schema["properties"].get("body", {})
    if "$ref" in inner:
        schema = _resolved(told, inner)
    return _told(schema)


def _answered(told: Mapping[str, Any], said: Mapping[str, Any]) -> list[tuple[str, str, bool, str]]:
    """The fields of an answer; of a list those of a row, after those that stand beside the rows."""
    schema = said["responses"]["200"]["content"].get(JSON, {}).get("schema")
    if schema is None:
        return []
    whole = _resolved(told, schema)
    rows = whole.get("properties", {}).get("rows", {}).get("items", {})
    row = _resolved(told, rows) if rows else {}
    beside = [one for one in _told(whole) if one[0] not in FRAME]
    return beside + [(f"rows[].{name}", *rest) for name, *rest in _told(row)]  # type: ignore[misc]


def _example(said: Mapping[str, Any]) -> str:
    found = said.get("requestBody", {}).get("content", {}).get(JSON, {}).get("example")
    return msgspec.json.format(msgspec.json.encode(found)).decode() if found is not None else ""


def _told(schema: Mapping[str, Any]) -> list[tuple[str, str, bool, str]]:
    needed = schema.get("required", ())
    return [
        (name, type_words(of), name in needed, str(of.get("description", "")))
        for name, of in schema.get("properties", {}).items()
    ]


def type_words(schema: Mapping[str, Any]) -> str:
    """A schema in a few words: its type, its choices, its limits."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " | ".join(type_words(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(str(one) for one in schema["enum"])
    if schema.get("type") == "array":
        return f"[{type_words(schema.get('items') or {})}]" if "items" in schema else "[…]"
    limits = " ".join(
        f"{name} {schema[name]}"
        for name in ("minimum", "maximum", "minLength", "maxLength", "pattern")
        if name in schema and schema[name] not in (PORTABLE, -PORTABLE)  # what any whole number is held to
    )
    return " ".join(one for one in (str(schema.get("format") or schema.get("type", "…")), limits) if one)


def _resolved(told: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" in schema:
        found: Mapping[str, Any] = told["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return found
    return schema


ROUTES = (
    door("/openapi.json", openapi_json, needs="session"),
    door("/api-docs", api_docs, roles=frozenset(ROLES)),
)
