"""Leads on pages: the ranked list, and one lead from its question to the paper and on to what is to be done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from taizhang.domain.envelope import Recorded
from taizhang.domain.labels import codes_of
from taizhang.http.doing import Doable, doable
from taizhang.http.fact_names import named
from taizhang.http.fact_words import lines, persons_in
from taizhang.http.frame import Frame
from taizhang.http.funds_flags import offset
from taizhang.http.funds_scope import asked_region, cuts, yuan
from taizhang.http.inspections_scope import organisations
from taizhang.http.lead_graph import picture, ties
from taizhang.http.lead_reading import (
    Asked,
    facts_at,
    lead_asked,
    persons_of,
    ranked,
    relations_link,
    require_seeing,
    subject_link,
    subject_words,
    subjects_named,
    told_of,
    work_at,
)
from taizhang.http.names import class_names
from taizhang.http.past import patiently
from taizhang.http.people import masked
from taizhang.http.places import name_of, names_of
from taizhang.http.visit import Visit, door
from taizhang.projections.performance.asked import By, ties_of
from taizhang.projections.performance.open_leads import SETTLED, whom
from taizhang.projections.rules.rules import all_rules

PAGE: Final = 100
STILL_OPEN: Final = "open"  # whatever is not settled, as performance counts them
BY_ROWS: Final[Mapping[str, By]] = {"institution": "institution", "department": "department", "official": "official"}
CHECK_WITHIN: Final = timedelta(days=14)  # what the form of assigning offers; whoever assigns may say otherwise
FACTS_SHOWN: Final = 200
TIES_SHOWN: Final = 200
SUMMARY: Final = 8  # values of a fact beside its kind
HIDDEN: Final = frozenset(
    {"lead", "leads", "case", "occurred_on", "rule", "version", "region", "commitments", "subjects"}
)
NEXT: Final = {  # what may follow, by how the lead stands
    "new": ("assign-lead",),
    "assigned": ("check-lead", "assign-lead", "merge-leads"),
    "checked": ("confirm-lead", "refute-lead", "check-lead", "assign-lead", "merge-leads"),
    "confirmed": ("open-case",),
}


def leads_page(visit: Visit) -> Response:
    """The leads of a region, ranked, each with its reason in words; how many there are of each rule and state.

    Raises NoAnswer (403), HTTPException (400, 404).
    """
    require_seeing(visit)
    given, region, start = visit.request.query_params, asked_region(visit), offset(visit)
    rule, status, severity = (given.get(name, "") for name in ("rule", "status", "severity"))
    rules = {one.id: one for one in all_rules()}
    if (rule and rule not in rules) or (status and status not in (STILL_OPEN, *codes_of("lead-status"))):
        raise HTTPException(404)
    found = _about(visit, ranked(visit, region, rule, "", severity))
    counts = Counter(one.status for one in found)
    wanted = {status} if status != STILL_OPEN else {*codes_of("lead-status")} - SETTLED
    chosen = [one for one in found if not status or one.status in wanted]
    page = chosen[start : start + PAGE]
    names_of(visit, [one.lead.region for one in page])
    class_names(visit, [tag.partition(":")[2] for one in page for tag in one.lead.subjects if tag.startswith("class:")])
    return visit.page(
        "leads.html",
        region=region,
        region_name=name_of(visit, region),
        rows=[
            (one, subjects_named(visit, visit.said(_words(visit, one)), one.lead.subjects), _reasons(visit, one))
            for one in page
        ],
        rules=rules,
        rule=rule,
        chosen_status=status,
        still_open=STILL_OPEN,
        organisations=organisations(visit, [given["row"]] if given.get("row") and found else []),
        about={name: given.get(name, "") for name in ("by", "row")},
        severity=severity,
        counts=counts,
        by_rule=Counter(one.lead.rule for one in chosen),
        total=len(chosen),
        statuses=codes_of("lead-status"),
        severities=codes_of("severity"),
        yuan=yuan,
        next=start + PAGE if len(chosen) > start + PAGE else "",
    )


def _about(visit: Visit, found: list[Asked]) -> list[Asked]:
    """Those about one institution, department or posting, where the address names it as a row of performance.

    Raises HTTPException (404) for any other row.
    """
    by, row = (visit.request.query_params.get(name, "") for name in ("by", "row"))
    if not row:
        return found
    if by not in BY_ROWS:
        raise HTTPException(404)
    with visit.house.log.database.read() as connection:
        tied = ties_of(connection, cuts(visit))
    return [one for one in found if row in whom(one.lead.subjects, BY_ROWS[by], tied)]


def lead_page(visit: Visit) -> Response:
    """One lead: what is asked, what was found, the facts down to file, sheet and row, what may be innocent, what next.

    Raises NoAnswer (403), HTTPException (404).
    """
    require_seeing(visit)
    asked = lead_asked(visit, visit.request.path_params["lead"])
    lead = asked.lead
    facts, left_out = facts_at(visit, lead.positions)
    work = work_at(visit, f"lead:{lead.lead}")
    people = masked(
        visit.house.vault,
        [*persons_of(lead.subjects, facts), *(one for fact in [*facts, *work] for one in persons_in(fact.fact))],
    )

    def said(subject: str) -> str:
        return subject_words(visit, subject, people)

    told = told_of(visit, lead.subjects)
    tied = ties(facts, lead.subjects)
    return visit.page(
        "lead.html",
        asked=asked,
        lead=lead,
        words=subjects_named(visit, visit.said(_words(visit, asked)), lead.subjects),
        reasons=_reasons(visit, asked),
        subjects=[
            (said(one), subject_link(visit, one), relations_link(visit, one), told.get(one, ""))
            for one in lead.subjects
        ],
        facts=list(
            zip(facts, named(visit, [_summary(visit, one, people) for one in facts[:FACTS_SHOWN]]), strict=False)
        ),
        left_out=left_out,
        more=lead.positions_in_all - len(lead.positions),
        work=list(zip(work, named(visit, [_summary(visit, one, people, HIDDEN) for one in work]), strict=True)),
        ties=[(said(one.shared), subject_link(visit, one.shared), said(one.person), one) for one in tied[:TIES_SHOWN]],
        picture=picture(tied, said, visit.t("leads.ties"), visit.t("leads.ties_desc", ties=len(tied))),
        forms=_forms(visit, asked),
        yuan=yuan,
    )


def _words(visit: Visit, asked: Asked) -> str:
    return asked.lead.words_zh if visit.language == "zh" else asked.lead.words_en


def _reasons(visit: Visit, asked: Asked) -> str:
    """Why a lead stands where it stands in the list."""
    grave = visit.label("severity", asked.lead.severity)
    if asked.rate is None or asked.rate.hit_tenths is None:
        return visit.t("leads.ranked_untried", severity=grave)
    share, rate = f"{asked.rate.hit_tenths / 10:.0f} %", asked.rate
    return visit.t(
        "leads.ranked", severity=grave, share=share, confirmed=rate.confirmed, concluded=rate.confirmed + rate.refuted
    )


def _summary(visit: Visit, fact: Recorded, people: Any, hidden: frozenset[str] = frozenset()) -> list[Any]:
    told = lines(fact.fact, people, visit.label, Frame(visit).place)
    kept = [
        line
        for line in told
        if line.field not in ("occurred_on", "commitments", "digest", "bytes_in_all", *hidden) and line.text
    ]
    return kept if hidden else kept[:SUMMARY]


def _forms(visit: Visit, asked: Asked) -> list[Doable]:
    """What may be done next, each form filled with what the page knows; nothing from a page that shows the past."""
    if visit.bar.query:
        return []
    lead, today = asked.lead, visit.house.desk.today()
    about = {"lead": lead.lead, "occurred_on": today.isoformat()}
    filled: dict[str, dict[str, object]] = {
        "assign-lead": {
            **about,
            "rule": lead.rule,
            "version": lead.version,
            "subjects": "\n".join(lead.subjects),
            "region": lead.region,
            "check_by": (today + CHECK_WITHIN).isoformat(),
        },
        "check-lead": {**about, "rests_on": "\n".join(map(str, lead.positions[:50]))},
        "confirm-lead": {**about, "amount_fen": f"{lead.sum_fen / 100:.2f}"},
        "open-case": {"leads": lead.lead, "occurred_on": today.isoformat()},
    }
    return doable(visit, [(f"leads.{name}", filled.get(name, about)) for name in NEXT.get(asked.status, ())])


ROUTES = (door("/leads", patiently(leads_page)), door("/leads/{lead}", patiently(lead_page)))
