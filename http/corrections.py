"""Corrections and seals by hand: a new body for a recorded fact, with reason and approver; the closing of a period."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any, Final

import msgspec
from starlette.exceptions import HTTPException
from starlette.responses import Response

from taizhang.adapters.log.log import CommandReused
from taizhang.adapters.orders import Order, Verdict
from taizhang.adapters.requests import CORRECT, Request, RequestUnusable, in_force, proposal
from taizhang.domain.boundary import correction_of
from taizhang.domain.core import Correction, Fact, OfficerId, Position, RegionCode
from taizhang.domain.decisions import slice_for
from taizhang.domain.sealing import SEALERS, PeriodSealed, SealGuard, SealId
from taizhang.http.fact_reading import fact_at
from taizhang.http.orders import WAY, command_of, new_once, submit
from taizhang.http.visit import Visit, door

FILLED_IN: Final = frozenset({"filed_by", "approved_by", "refused_by", "checked_by", "commitments"})


def may_correct(visit: Visit, fact: Fact) -> bool:
    """Whether the officer's role may record facts of this kind, and the kind can be corrected at all."""
    if isinstance(fact, Correction) or correction_of(type(fact)) is None:
        return False
    return visit.actor.role in slice_for(type(fact)).ROLES


def correction_form(visit: Visit) -> Response:
    """The fact as it stands, each field to be changed."""
    return _correction_page(visit, _standing(visit))


def correct(visit: Visit) -> Response:
    """Record the new body, or that the fact is void."""
    standing = _standing(visit)
    position = _position(visit)
    try:
        request = Request(
            id=command_of(visit),
            command=CORRECT,
            corrects=position,
            body=None if visit.field("void") else _typed(visit, standing),
            reason=visit.field("reason"),
            approver=OfficerId(visit.field("approver")),
        )
        item = proposal(request, visit.house.log, WAY)
        answer = visit.house.desk.submit(Order(id=request.id, by=visit.actor, items=[item]))
    except (RequestUnusable, CommandReused) as problem:
        return _correction_page(visit, standing, 422, visit.words(problem))
    visit.reception.keeper.wake()
    [verdict] = answer.verdicts
    if verdict.outcome != "recorded":
        return _correction_page(visit, standing, 409, verdict.words(visit.language))
    return visit.go(f"/facts/{position}", done="corrected")


def seals(visit: Visit) -> Response:
    """The seals of the officer's region, and the form for the next one."""
    return _seal_page(visit)


def seal(visit: Visit) -> Response:
    """Close a period of the officer's own region.

    Raises HTTPException (404) for a foreign region.
    """
    region = visit.region(visit.field("region"))
    try:
        since, until = date.fromisoformat(visit.field("since")), date.fromisoformat(visit.field("until"))
    except ValueError:
        return _seal_page(visit, 422, visit.t("seals.days_needed"))
    fact = PeriodSealed(
        occurred_on=visit.house.desk.today(),
        seal=SealId(f"{region}-{since:%Y%m%d}-{until:%Y%m%d}-{secrets.token_hex(2)}"),
        region=RegionCode(region),
        since=since,
        until=until,
    )
    verdict: Verdict = submit(visit, fact)
    if verdict.outcome != "recorded":
        return _seal_page(visit, 409, verdict.words(visit.language))
    return visit.go("/seals", done="sealed")


def _standing(visit: Visit) -> Fact:
    """The body in force at the position. Raises HTTPException (404) when the officer may not see or correct it."""
    recorded = fact_at(visit.house.log, _position(visit), visit.actor)
    if not may_correct(visit, recorded.fact):
        raise HTTPException(404)
    body = in_force(visit.house.log, recorded.position)
    if body is None:
        raise HTTPException(404)
    return body


def _position(visit: Visit) -> Position:
    return Position(int(visit.request.path_params["position"]))


def _correction_page(visit: Visit, standing: Fact, status: int = 200, problem: str = "") -> Response:
    stated = msgspec.to_builtins(standing)
    fields = [
        (name, _shown(stated.get(name)), not isinstance(stated.get(name), list | dict))
        for name in standing.__struct_fields__
        if name not in FILLED_IN
    ]
    return visit.page(
        "correction.html",
        status,
        position=_position(visit),
        type_name=type(standing).TOPIC,
        fields=fields,
        problem=problem,
        once=new_once(),
        typed=visit.field,
        is_sent=visit.form is not None,
    )


def _typed(visit: Visit, standing: Fact) -> dict[str, Any]:
    """The body as the form states it; an empty field is not stated."""
    stated = msgspec.to_builtins(standing)
    body: dict[str, Any] = {name: stated[name] for name in FILLED_IN if name in stated}
    for field in msgspec.structs.fields(standing):
        text = visit.field(f"body.{field.name}")
        if text and field.name not in FILLED_IN:
            body[field.name] = _value(text, field.type)
    return body


def _value(text: str, kind: Any) -> Any:
    """A field's text as its type wants it: as text where that fits, else as JSON; what fits neither way stays text."""
    for read in (str, msgspec.json.decode):
        try:
            value = read(text)
            msgspec.convert(value, kind)
        except (msgspec.ValidationError, msgspec.DecodeError):
            continue
        return value
    return text


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _seal_page(visit: Visit, status: int = 200, problem: str = "") -> Response:
    row = (SealGuard.KIND, visit.scope)
    found = visit.house.log.read([], guards=[row]).guards.get(row)
    state = SealGuard() if found is None else msgspec.json.decode(found.state, type=SealGuard)
    return visit.page(
        "seals.html",
        status,
        seals=state.seals,
        region=visit.scope,
        may_seal=visit.actor.role in SEALERS,
        problem=problem,
        once=new_once(),
    )


ROUTES = (
    door("/facts/{position:int}/correct", correction_form),
    door("/facts/{position:int}/correct", correct, "POST"),
    door("/seals", seals),
    door("/seals", seal, "POST"),
)
