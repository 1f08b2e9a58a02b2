"""One class, and one household: who is in it, masked, with hours, results and the facts behind each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from taizhang.domain.attachments import FileAttachment
from taizhang.domain.classes import ClassApproved, ClassFilingRefused, ClassId
from taizhang.domain.core import Fact
from taizhang.domain.decisions import INSTITUTION, within
from taizhang.domain.envelope import Paper
from taizhang.domain.filing import ApproveClass
from taizhang.domain.labels import codes_of
from taizhang.http.class_facts import ClassFacts, class_facts
from taizhang.http.doing import Doable, doable
from taizhang.http.funds_lineage import money_of_class
from taizhang.http.funds_scope import yuan
from taizhang.http.funds_steps import of_class
from taizhang.http.inspections_scope import organisations
from taizhang.http.ledger_pages import kept, trail
from taizhang.http.orders import new_once, submit
from taizhang.http.people import masked
from taizhang.http.room_reading import Household, counted, household, roster, roster_at
from taizhang.http.seen import require_class
from taizhang.http.visit import Visit, door

WAITING: Final = ("training.reschedule-class", "training.cancel-class")  # for approval
STEPS: Final = (
    *(f"training.{name}" for name in ("enrol-trainee", "withdraw-trainee", "hold-session", "take-attendance")),
    *(f"training.{name}" for name in ("record-score", "issue-certificate", "complete-class", "report-employment")),
    "funds.submit-claim",
)


def training_class(visit: Visit) -> Response:
    """Filing, sessions, roster by household, and refused attempts.

    Raises HTTPException (404) for a class outside the officer's region, or never heard of.
    """
    return class_page(visit, visit.request.path_params["training_class"])


def decide_filing(visit: Visit) -> Response:
    """Approve the filing, or refuse it with a reason; whoever filed it is refused by the rule.

    Raises HTTPException (404) for a class outside the officer's region, or never heard of.
    """
    ident = ClassId(visit.request.path_params["training_class"])
    require_class(visit, ident)
    why = visit.field("why")
    try:
        day = date.fromisoformat(visit.field("occurred_on"))
    except ValueError:
        return class_page(visit, ident, 422, visit.t("class.day_needed"))
    if visit.field("decision") == "refuse" and not why:
        return class_page(visit, ident, 422, visit.t("class.why_needed"))
    fact: Fact = ClassApproved(training_class=ident, occurred_on=day)
    if visit.field("decision") == "refuse":
        fact = ClassFilingRefused(training_class=ident, why=why, occurred_on=day)
    number = visit.field("number")
    verdict = submit(visit, fact, reason=why or None, paper=Paper(number=number) if number else None)
    if verdict.outcome == "refused":
        return class_page(visit, ident, 409, visit.said(verdict.words(visit.language)))
    return visit.go(f"/classes/{ident}", done="decided")


def class_page(visit: Visit, ident: str, status: int = 200, problem: str = "") -> Response:
    """The page of a class, with what went wrong on it.

    Raises HTTPException (404).
    """
    county = require_class(visit, ident)
    facts = class_facts(visit.house.log, ident, visit.bar)
    is_past = bool(visit.bar.query)
    after = visit.request.query_params.get("after", "")
    seats: Sequence[Any]
    seats, following = roster_at(visit.house, ident, visit.bar, after) if is_past else roster(visit.house, ident, after)
    if facts.filing is None and not seats and not facts.refused:
        raise HTTPException(404)
    name = facts.filing.name if facts.filing is not None else ident
    return visit.page(
        "class.html",
        status,
        problem=problem,
        may_attach=not is_past and facts.filing is not None and visit.actor.role in FileAttachment.ROLES,
        attachment_kinds=codes_of("attachment-kind"),
        forms=[] if is_past else _steps(visit, ident, facts),
        may_decide=not is_past and facts.waits and visit.actor.role in ApproveClass.ROLES,
        once=new_once(),
        ident=ident,
        name=name,
        trail=[*trail(visit, county, is_last=False), (name, "")],
        filing=facts.filing,
        institution=organisations(visit, [facts.filing.institution])[facts.filing.institution] if facts.filing else "",
        facts=facts,
        seats=seats,
        next=following,
        trainees=counted(visit.house, ident, visit.bar),
        people=masked(visit.house.vault, [seat.person for seat in seats]),
        sessions_minutes=facts.session_minutes,
        money=money_of_class(visit, ident),
        yuan=yuan,
        kept=kept(visit),
        is_past=is_past,
    )


def _steps(visit: Visit, ident: str, facts: ClassFacts) -> list[Doable]:
    """The forms of what may follow, filled in with the class."""
    is_approved = any(isinstance(one.body, ClassApproved) for one in facts.decisions)
    commands = WAITING if facts.waits else STEPS if is_approved else ()
    claim = of_class(visit, ident)
    filled = {"funds.submit-claim": claim}
    return doable(visit, [(command, filled.get(command, {"training_class": ident})) for command in commands])


def one_household(visit: Visit) -> Response:
    """A household: attribute, members, and their training.

    Raises HTTPException (404) for a household outside the officer's region, or never heard of.
    """
    found = require_household(visit, visit.request.path_params["household"])
    persons = [member.person for member in found.members] + [seat.person for seat in found.enrolments]
    return visit.page(
        "household.html",
        row=found.row,
        members=found.members,
        enrolments=found.enrolments,
        people=masked(visit.house.vault, persons),
        trail=[*trail(visit, found.row.county, is_last=False), (found.row.household, "")],
    )


def require_household(visit: Visit, ident: str) -> Household:
    """The household, when it lies in the officer's region.

    Raises HTTPException (404).
    """
    found = household(visit.house, ident) if visit.actor.role != INSTITUTION else None  # a register, no class
    if found is None or found.row.county is None or not within(found.row.county, visit.scope):
        raise HTTPException(404)
    return found


ROUTES = (
    door("/classes/{training_class}", training_class),
    door("/classes/{training_class}/decision", decide_filing, "POST"),
    door("/households/{household}", one_household),
)
