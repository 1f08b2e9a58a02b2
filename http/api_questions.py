"""What is asked of the API, checked whole: every parameter at fault is named, none is taken silently for another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final, get_args, get_type_hints

import msgspec
from starlette.datastructures import QueryParams
from starlette.requests import Request

from taizhang.adapters.moments import microseconds
from taizhang.adapters.shapes import Misshapen, misshapen
from taizhang.http.api_endpoints import MOMENT, Endpoint, Paging, Question
from taizhang.http.api_problems import ApiProblem

PAGING: Final = frozenset(Paging.__struct_fields__)


def question(endpoint: Endpoint, request: Request) -> tuple[Question, Paging | None]:
    """What is asked, checked whole: every parameter at fault is named.

    Raises ApiProblem (422).
    """
    given: dict[str, Any] = {**request.query_params, **request.path_params}
    paged = {name: given.pop(name) for name in PAGING & given.keys()} if endpoint.row is not None else {}
    wrong = [*misshapen(given, endpoint.asked, strict=False), *misshapen(paged, Paging, strict=False)]
    named = {one.pointer for one in wrong}
    beside = (*twice(request.query_params), *_no_moments(given, endpoint.asked))
    if wrong := [*wrong, *(one for one in beside if one.pointer not in named)]:
        raise ApiProblem("misshapen", errors=wrong)
    asked = msgspec.convert(given, endpoint.asked, strict=False)
    return asked, msgspec.convert(paged, Paging, strict=False) if endpoint.row is not None else None


def twice(parameters: QueryParams) -> Iterator[Misshapen]:
    """Parameters that stand in the address more than once: nobody can say which is meant."""
    for name in parameters:
        if len(parameters.getlist(name)) > 1:
            yield Misshapen(f"/{name}", "同一参数只填一次。", "A parameter is given once.")


def _no_moments(given: Mapping[str, Any], kind: type[Question]) -> Iterator[Misshapen]:
    """Moments in the right form that no calendar knows, such as 2017-02-30."""
    for name in moments(kind) & given.keys():
        try:
            microseconds(given[name])
        except (ValueError, OverflowError):
            yield Misshapen(f"/{name}", "没有这一天或这一时刻。", "There is no such day or time.")


@cache
def moments(kind: type[Question]) -> frozenset[str]:
    """Which fields of a question are moments."""
    hints = get_type_hints(kind, include_extras=True)
    return frozenset(one.encode_name for one in msgspec.structs.fields(kind) if _is_moment(hints[one.name]))


def _is_moment(hint: Any) -> bool:
    if isinstance(hint, msgspec.Meta):
        return hint.pattern == MOMENT
    return any(_is_moment(part) for part in get_args(hint) if not isinstance(part, str))
