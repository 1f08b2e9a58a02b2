"""Cases on pages: the list with sums, and one case from its leads through the reply to what carried the decision out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from taizhang.domain.core import Fact
from taizhang.domain.decisions import within
from taizhang.domain.labels import codes_of
from taizhang.domain.leads.cases import ReplyInvited, ReplyMade
from taizhang.domain.leads.state import whom
from taizhang.http.doing import Doable, doable
from taizhang.http.fact_names import named
from taizhang.http.fact_words import lines, persons_in
from taizhang.http.frame import Frame
from taizhang.http.funds_scope import asked_region, cuts, yuan
from taizhang.http.inspections_scope import organisations
from taizhang.http.lead_reading import (
    Asked,
    leads_of_case,
    persons_of,
    require_seeing,
    subject_link,
    subject_words,
    subjects_named,
    told_of,
    work_at,
)
from taizhang.http.people import masked
from taizhang.http.places import name_of, names_of
from taizhang.http.visit import Visit, door
from taizhang.projections.cases.cases import CaseRow, case_of, cases
from taizhang.projections.cases.rates import rates
from taizhang.projections.rules.rules import rule_named

HIDDEN: Final = frozenset({"case", "occurred_on", "subjects", "region"})
REPLYING: Final = "replying"
DECIDE: Final = "decide-case"
NEXT: Final = {
    "open": ("invite-reply", "transfer-case"),
    REPLYING: ("make-reply", DECIDE, "invite-reply", "transfer-case"),
    "decided": ("link-consequence", "close-case", "transfer-case"),
    "closed": ("reopen-case",),
}


def cases_page(visit: Visit) -> Response:
    """The cases of a region, and how often each rule was right.

    Raises NoAnswer (403), HTTPException (404).
    """
    require_seeing(visit)
    region, status = asked_region(visit), visit.request.query_params.get("status", "")
    if status and status not in codes_of("case-status"):
        raise HTTPException(404)
    visit.reception.set_up()
    with visit.house.log.database.read() as connection:
        found = cases(connection, region, status, cuts(visit))
        hits = sorted(rates(connection, cuts(visit)).values())
    names_of(visit, [one.region for one in found])
    return visit.page(
        "cases.html",
        region=region,
        region_name=name_of(visit, region),
        rows=found,
        offices=organisations(visit, [one.organisation for one in found]),
        chosen_status=status,
        statuses=codes_of("case-status"),
        rates=[(one, rule_named(f"{one.rule}@{one.version}") or rule_named(one.rule)) for one in hits],
        yuan=yuan,
    )


def case_page(visit: Visit) -> Response:
    """One case: its leads, every step with who recorded it, what came back, and what may be done next.

    Raises NoAnswer (403), HTTPException (404).
    """
    require_seeing(visit)
    visit.reception.set_up()
    with visit.house.log.database.read() as connection:
        row = case_of(connection, visit.request.path_params["case"], cuts(visit))
    if row is None or not within(row.region, visit.scope):
        raise HTTPException(404)
    steps = work_at(visit, f"case:{row.case_id}")
    leads = leads_of_case(visit, row.leads)
    people = masked(
        visit.house.vault, [*persons_of(row.subjects), *(one for fact in steps for one in persons_in(fact.fact))]
    )
    place, told = Frame(visit).place, told_of(visit, row.subjects, is_of_leads=False)
    every = [lines(fact.fact, people, visit.label, place) for fact in steps]
    said = named(visit, [[line for line in one if line.field not in HIDDEN] for one in every])
    waits_until = _waits_until(visit, [fact.fact for fact in steps])
    return visit.page(
        "case.html",
        row=row,
        office=organisations(visit, [row.organisation]).get(row.organisation, row.organisation),
        leads=[(one, _words(visit, one)) for one in leads],
        subjects=[
            (subject_words(visit, one, people), subject_link(visit, one), told.get(one, "")) for one in row.subjects
        ],
        steps=list(zip(steps, said, strict=True)),
        is_past=bool(visit.bar.query),
        forms=_forms(visit, row, [fact.fact for fact in steps if isinstance(fact.fact, ReplyInvited)], waits_until),
        waits_until=waits_until if row.case_status == REPLYING else None,
        yuan=yuan,
    )


def _words(visit: Visit, one: Asked) -> str:
    said = visit.said(one.lead.words_zh if visit.language == "zh" else one.lead.words_en)
    return subjects_named(visit, said, one.lead.subjects)


def _waits_until(visit: Visit, facts: Sequence[Fact]) -> date | None:
    """The last day on which somebody who was asked and has not answered still may; None once a decision is not refused."""
    invited = {whom(one): one.until for one in facts if isinstance(one, ReplyInvited)}
    replied = {whom(one) for one in facts if isinstance(one, ReplyMade)}
    last = max((until for who, until in invited.items() if who not in replied), default=None)
    return last if last is not None and visit.house.desk.today() <= last else None


def _forms(visit: Visit, row: CaseRow, invited: list[ReplyInvited], waits_until: date | None) -> list[Doable]:
    if visit.bar.query:
        return []  # nothing is decided from a page that shows the past
    about: dict[str, object] = {"case": row.case_id, "occurred_on": visit.house.desk.today().isoformat()}
    last = invited[-1] if invited else None
    whom = {name: getattr(last, name, None) or "" for name in ("organisation", "official", "officer")}
    filled = {"make-reply": {**about, **whom}}
    steps = [name for name in NEXT[row.case_status] if name != DECIDE or waits_until is None]
    return doable(visit, [(f"leads.{name}", filled.get(name, about)) for name in steps])


ROUTES = (door("/cases", cases_page), door("/cases/{case}", case_page))
