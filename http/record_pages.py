"""A form for every command: its fields come from the fact itself, so that each new area has its forms at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import msgspec
from starlette.exceptions import HTTPException
from starlette.responses import Response

from taizhang.adapters.bank_accounts import NUMBER
from taizhang.adapters.desk import DeskBusy
from taizhang.adapters.log.log import CommandReused, Criterion
from taizhang.adapters.orders import Order, Verdict
from taizhang.adapters.proposing import proposed
from taizhang.adapters.requests import MORE_THAN_RECORDED, VAULTED, Request, RequestUnusable
from taizhang.adapters.unavailable import LogUnavailable
from taizhang.domain.core import Fact, LateAddition, OfficerId, PersonId, Slice
from taizhang.domain.decisions import commands
from taizhang.domain.envelope import Paper
from taizhang.domain.people import PersonRegistered, UnknownPerson
from taizhang.http.approving import approvers
from taizhang.http.evidence import Handed, handed_in, source_of
from taizhang.http.field_forms import FieldForm, Misread, forms_of
from taizhang.http.orders import command_of, new_once
from taizhang.http.record_choices import choices
from taizhang.http.record_fields import shown_fields
from taizhang.http.rendering import link
from taizhang.http.visit import Visit, door

OF_PERSONS: Final = frozenset({"person", "persons"})  # an official is registered by being selected
ENVELOPE: Final = ("number", "issued_by", "issued_on", "reason", "seal", "addition_reason", "addition_approver")
OWN_PAGE: Final = MappingProxyType(
    {
        "funds.post-notice": "/claims",  # with the list, whose digest nobody types: on the claim's page
        "outside.import-list": "/lists",  # with its file, whose digest nobody types
        "statements.seal-period": "/seals",
        **{
            f"officers.{name}": "/officers" for name in ("appoint-officer", "grant-role", "revoke-role", "give-sign-in")
        },
        **dict.fromkeys(("officers.issue-key", "officers.revoke-key"), "/keys"),
    }
)
"""Commands that have a page of their own: their form leads there."""

BEGINS_AT: Final = MappingProxyType(
    {
        **dict.fromkeys([f"funds.{name}" for name in ("review-claim", "end-notice", "pay-subsidy")], "/claims"),
        **dict.fromkeys([f"funds.{name}" for name in ("return-payment", "recover-funds", "clear-advance")], "/claims"),
        **dict.fromkeys(
            [f"funds.{name}" for name in ("approve-budget", "issue-allocation", "transfer-funds")], "/funds"
        ),
        **dict.fromkeys([f"funds.{name}" for name in ("pay-advance", "return-funds", "recall-funds")], "/funds"),
        "funds.submit-claim": "/ledger",
    }
)
"""Steps that lead on from a page which fills their form in: an empty form says so."""

ELSEWHERE: Final = frozenset(
    {
        "people.register-person",  # people come in with their names, by import
        "people.state-person-details",
        "people.queue-duplicate",  # by the import, too
        "officers.record-personal-data-read",  # whoever looks is recorded by the page that shows
        "officers.record-export",
        "training.file-attachment",  # with its file, on the page of the class
        *MORE_THAN_RECORDED,
        *("inspections.fix-population", "inspections.draw-sample"),  # on the page of the sample, which reckons both
        "proof.commit-roots",  # taizhang sm3 commit, which reckons the roots
        *OWN_PAGE,
    }
)
"""Commands without a form here: another page has it, or only a program gives them."""


class CommandRow(NamedTuple):
    """A command that the officer's role may use."""

    command: str
    topic: str
    href: str


def commands_for(role: str) -> dict[str, list[CommandRow]]:
    """The commands that have a form, here or on a page of their own, and that this role may use, by area."""
    found: dict[str, list[CommandRow]] = {}
    for name, decision in sorted(commands().items()):
        if role in decision.ROLES and (name not in ELSEWHERE or name in OWN_PAGE):
            row = CommandRow(name, decision.DECIDES.TOPIC, OWN_PAGE.get(name, f"/record/{name}"))
            found.setdefault(name.partition(".")[0], []).append(row)
    return found


def fields_of(decision: type[Slice]) -> tuple[FieldForm, ...]:
    """The fields that a person states; those that the decision or the vault fills in are left out, unless
    a body cannot be without them."""
    needed = {field.name for field in msgspec.structs.fields(decision.DECIDES) if field.required}
    hidden = ({*decision.COMPUTED} - needed) | {*VAULTED.get(decision.DECIDES, ())}
    return tuple(form for form in forms_of(decision.DECIDES) if form.name not in hidden)


def record_list(visit: Visit) -> Response:
    """What the officer's role may record by hand."""
    return visit.page("record_list.html", areas=commands_for(visit.actor.role))


def record_form(visit: Visit) -> Response:
    """An empty form, or one filled with what the address says; the way to its page for a command that has one.

    Raises HTTPException (404) for a command that there is not, or that the role may not use.
    """
    named = visit.request.path_params["command"]
    if named in OWN_PAGE and visit.actor.role in commands()[named].ROLES:
        return visit.go(OWN_PAGE[named])
    asked = visit.request.query_params
    decision = _decision(visit)
    typed = {form.name: "\n".join(asked.getlist(form.name)) for form in fields_of(decision)}
    return _form_page(visit, decision, typed)


def record(visit: Visit) -> Response:
    """Propose the fact that the form states; what is unreadable or refused comes back with the reason at its field."""
    decision = _decision(visit)
    forms = fields_of(decision)
    typed = {form.name: "\n".join(visit.fields(f"body.{form.name}")) for form in forms}
    page = partial(_form_page, visit, decision, typed)
    try:
        files = handed_in(visit, forms, typed)
        body, misread = read_new(decision, typed.__getitem__)
        if misread:
            return page(422, visit.t("correction.unreadable"), misread, files)
        for form, person in _unregistered(visit, forms, body):
            wrong = {form.name: Misread(person, form.expected, form.values)}
            return page(422, UnknownPerson(person=person).words(visit.language), wrong, files)
        request = _request(visit, decision, body)
        order = Order(id=request.id, by=visit.actor, items=[proposed(request, visit.house, source_of(files))])
        [verdict] = visit.house.desk.submit(order).verdicts
    except (RequestUnusable, CommandReused) as problem:
        return page(422, visit.words(problem))
    except (DeskBusy, LogUnavailable) as problem:  # nothing was recorded: what was typed is there to be sent again
        return page(503, visit.words(problem))
    visit.reception.keeper.wake()
    if verdict.outcome == "refused":
        return page(409, visit.said(verdict.words(visit.language)), new=files)
    return _recorded(visit, verdict)


def read_new(decision: type[Slice], typed: Callable[[str], str]) -> tuple[dict[str, Any], dict[str, Misread]]:
    """The body that a form states, and the fields that could not be read; an empty field is not stated."""
    body: dict[str, Any] = {}
    misread: dict[str, Misread] = {}
    for form in fields_of(decision):
        text = typed(form.name)
        try:
            if text:
                body[form.name] = form.value(text)
            elif form.is_needed:
                raise Misread("", form.expected, form.values)
        except Misread as problem:
            misread[form.name] = problem
    return body, misread


def _decision(visit: Visit) -> type[Slice]:
    """Raises HTTPException (404)."""
    name = visit.request.path_params["command"]
    decision = commands().get(name)
    if decision is None or name in ELSEWHERE or visit.actor.role not in decision.ROLES:
        raise HTTPException(404)
    return decision


def _unregistered(
    visit: Visit, forms: Sequence[FieldForm], body: Mapping[str, Any]
) -> Iterator[tuple[FieldForm, PersonId]]:
    """Who of those that the form names was never registered: an id that is typed is easily mistyped, and not every rule asks."""
    for form in forms:
        stated = body.get(form.name) if form.name in OF_PERSONS else None
        for person in [stated] if isinstance(stated, str) else stated or ():
            registered = [Criterion((PersonRegistered.TOPIC,), (f"person:{person}",))]
            if not visit.house.log.read(registered, limit=1).facts:
                yield form, PersonId(person)


def _request(visit: Visit, decision: type[Slice], body: dict[str, Any]) -> Request:
    number, issued_by, issued_on, reason, seal, why, approver = (visit.field(name) for name in ENVELOPE)
    paper = Paper(number=number or None, issued_by=issued_by or None, issued_on=issued_on or None)
    addition = LateAddition(seal=seal, reason=why, approver=OfficerId(approver)) if seal else None
    return Request(
        id=command_of(visit),
        command=decision.COMMAND,
        body=msgspec.to_builtins(body),
        reason=reason or None,
        paper=paper if paper != Paper() else None,
        addition=addition,
        personal={NUMBER: visit.field(NUMBER)} if decision.DECIDES in VAULTED else None,
    )


def _recorded(visit: Visit, verdict: Verdict) -> Response:
    done = "recorded" if verdict.outcome == "recorded" else "unchanged"
    where = f"/facts/{verdict.position}" if verdict.position is not None else "/record"
    return visit.go(where, done=done)


def _form_page(
    visit: Visit,
    decision: type[Slice],
    typed: Mapping[str, str],
    status: int = 200,
    problem: str = "",
    misread: Mapping[str, Misread] | None = None,
    new: Sequence[Handed] = (),
) -> Response:
    kind: type[Fact] = decision.DECIDES
    fields = shown_fields(
        visit, fields_of(decision), typed, misread or {}, new, choices(visit, decision.DECIDES, typed)
    )
    return visit.page(
        "record.html",
        status,
        command=decision.COMMAND,
        type_name=kind.TOPIC,
        begins_at="" if any(typed.values()) else BEGINS_AT.get(decision.COMMAND, ""),
        fields=fields,
        has_number=kind in VAULTED,
        number_field=NUMBER,
        problem=problem,
        account_form=link(
            "/record/funds.register-bank-account",
            person=typed.get("person"),
            institution=typed.get("institution"),
            county=visit.scope,
        ),
        once=new_once(),
        approvers=approvers(visit, decision),
        takes_files=any(one.form.widget == "files" for one in fields),
        typed=visit.field,
    )


ROUTES = (
    door("/record", record_list),
    door("/record/{command}", record_form),
    door("/record/{command}", record, "POST"),
)
