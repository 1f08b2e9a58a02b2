"""Corrections and seals by hand: a new body for a recorded fact, with reason and approver; the closing of a period."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import msgspec
from starlette.exceptions import HTTPException
from starlette.responses import Response

from taizhang.adapters.desk import DeskBusy
from taizhang.adapters.log.log import CommandReused
from taizhang.adapters.orders import Order, Verdict
from taizhang.adapters.proposing import proposed
from taizhang.adapters.requests import (
    CORRECT,
    Request,
    RequestUnusable,
    SeenOtherwise,
    in_force,
    version_of,
)
from taizhang.adapters.unavailable import LogUnavailable
from taizhang.domain.boundary import correction_of
from taizhang.domain.core import Correction, Fact, OfficerId, Position, RegionCode
from taizhang.domain.decisions import slice_for, within
from taizhang.domain.sealing import SEALERS, PeriodSealed, SealId
from taizhang.http.approving import approvers
from taizhang.http.errors import NoAnswer
from taizhang.http.evidence import handed_in, source_of
from taizhang.http.fact_reading import fact_at
from taizhang.http.field_forms import FieldForm, Misread, forms_of, read_body
from taizhang.http.orders import command_of, new_once, submit
from taizhang.http.people import masked
from taizhang.http.record_choices import Choice, choices
from taizhang.http.record_fields import expected_words, misread_words, ticked
from taizhang.http.seals import seals_of
from taizhang.http.visit import Visit, door


class FieldShown(NamedTuple):
    """One field of the form: what stands in it, what is wrong with it, and what stands in force when that is new."""

    form: FieldForm
    text: str
    problem: str = ""
    now: str = ""
    hint: str = ""  # what is expected, where the field does not show it by itself
    person: str = ""  # whom an id in it means, masked
    files: Sequence[tuple[str, str]] = ()  # that may be ticked, by digest and name
    choices: Sequence[Choice] = ()  # what the field may name, as far as the officer sees it


def may_correct(visit: Visit, fact: Fact) -> bool:
    """Whether the officer's role may record facts of this kind, and the kind can be corrected at all."""
    if isinstance(fact, Correction) or correction_of(type(fact)) is None:
        return False
    return visit.actor.role in slice_for(type(fact)).ROLES


def correction_form(visit: Visit) -> Response:
    """The fact as it stands, each field to be changed."""
    standing = _standing(visit)
    return _correction_page(visit, standing, {form.name: _stated(form, standing) for form in forms_of(type(standing))})


def correct(visit: Visit) -> Response:
    """Record the new body, or that the fact is void, in place of what the officer saw on the form."""
    standing = _standing(visit)
    forms = forms_of(type(standing))
    typed = {form.name: _typed(visit, form) for form in forms}
    body: dict[str, Any] | None = None
    try:
        files = handed_in(visit, forms, typed)
        if not visit.field("void"):
            body, misread = read_body(type(standing), typed.__getitem__, standing)
            if misread:
                return _correction_page(visit, standing, typed, 422, visit.t("correction.unreadable"), misread)
        if not (visit.field("reason") and visit.field("approver")):
            return _correction_page(visit, standing, typed, 422, visit.t("correction.incomplete"))
        request = _request(visit, body)
        item = proposed(request, visit.house, source_of(files))
        answer = visit.house.desk.submit(Order(id=request.id, by=visit.actor, items=[item]))
    except SeenOtherwise as problem:
        return _correction_page(visit, _standing(visit), typed, 409, visit.words(problem), shows_now=True)
    except (RequestUnusable, CommandReused) as problem:
        return _correction_page(visit, standing, typed, 422, visit.words(problem))
    except (DeskBusy, LogUnavailable) as problem:  # nothing was recorded: what was typed is there to be sent again
        return _correction_page(visit, standing, typed, 503, visit.words(problem))
    visit.reception.keeper.wake()
    [verdict] = answer.verdicts
    if verdict.outcome != "recorded":
        return _correction_page(visit, standing, typed, 409, visit.said(verdict.words(visit.language)))
    return visit.go(f"/facts/{request.corrects}", done="corrected")


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
        return _seal_page(visit, 409, visit.said(verdict.words(visit.language)))
    return visit.go("/seals", done="sealed")


def _request(visit: Visit, body: dict[str, Any] | None) -> Request:
    return Request(
        id=command_of(visit),
        command=CORRECT,
        corrects=_position(visit),
        body=None if body is None else msgspec.to_builtins(body),
        reason=visit.field("reason"),
        approver=OfficerId(visit.field("approver")),
        seen=visit.field("seen"),
    )


def _standing(visit: Visit) -> Fact:
    """The body in force at the position.

    Raises HTTPException (404) when the officer may not see or correct it, NoAnswer (409) when it is void.
    """
    recorded = fact_at(visit.house.log, _position(visit), visit.actor)
    if not may_correct(visit, recorded.fact):
        raise HTTPException(404)
    body = in_force(visit.house.log, recorded.position)
    if body is None:
        raise NoAnswer(409, "correction.is_void")
    return body


def _position(visit: Visit) -> Position:
    return Position(int(visit.request.path_params["position"]))


def _stated(form: FieldForm, standing: Fact) -> str:
    return form.shown(getattr(standing, form.name))


def _typed(visit: Visit, form: FieldForm) -> str:
    """What the form holds in a field; several choices as lines."""
    return "\n".join(visit.fields(f"body.{form.name}"))


def _correction_page(
    visit: Visit,
    standing: Fact,
    typed: Mapping[str, str],
    status: int = 200,
    problem: str = "",
    misread: Mapping[str, Misread] | None = None,
    *,
    shows_now: bool = False,
) -> Response:
    """The form with what was typed; `shows_now` sets what stands by now beside the fields in which it differs."""
    people = masked(visit.house.vault, [text for name, text in typed.items() if name == "person" and text])
    offered = choices(visit, type(standing), typed, is_new=False)
    fields = []
    for form in forms_of(type(standing)):
        text, now, wrong = typed[form.name], _stated(form, standing), (misread or {}).get(form.name)
        fields.append(
            FieldShown(
                form,
                text,
                "" if wrong is None else misread_words(visit, form, wrong),
                _in_words(visit, form, now) if shows_now and now != text else "",
                "" if form.codes or form.expected == "text" else expected_words(visit, form.expected, form.values),
                people[text].name if form.name == "person" and text in people else "",
                ticked(visit, form, typed),
                offered.get(form.name, ()),
            )
        )
    return visit.page(
        "correction.html",
        status,
        position=_position(visit),
        type_name=type(standing).TOPIC,
        fields=fields,
        problem=problem,
        once=new_once(),
        approvers=approvers(visit, slice_for(type(standing))),
        takes_files=any(one.form.widget == "files" for one in fields),
        seen=version_of(standing) if shows_now or not visit.form else visit.field("seen"),
        typed=visit.field,
    )


def _in_words(visit: Visit, form: FieldForm, text: str) -> str:
    if not text:
        return visit.t("correction.not_stated")
    return visit.t("frame.comma").join(
        visit.label(form.word_group, one) if form.codes else one for one in text.splitlines()
    )


def _seal_page(visit: Visit, status: int = 200, problem: str = "") -> Response:
    return visit.page(
        "seals.html",
        status,
        seals=seals_of(visit.house.log, visit.scope, visit.bar),
        is_open=lambda code: within(code, visit.scope),
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
