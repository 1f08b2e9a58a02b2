"""What was made known and decided: circulars, as they are printed; accountability, commendation, model cases."""

from __future__ import annotations

from typing import NamedTuple

from starlette.exceptions import HTTPException
from starlette.responses import Response

from taizhang.domain.core import OrganisationId
from taizhang.http.doing import doable
from taizhang.http.funds_scope import require_role, yuan
from taizhang.http.inspections_scope import SEES_INSPECTIONS, organisations, seen
from taizhang.http.people import masked
from taizhang.http.places import name_of, names_of
from taizhang.http.report_foot import Foot, fits, foot_of_facts
from taizhang.http.visit import Visit, door
from taizhang.projections.inspections.book import FindingRow
from taizhang.projections.inspections.known import Known
from taizhang.projections.inspections.life import consequences
from taizhang.projections.scope import stem_of

FORMS = ("issue-circular", "impose-accountability", "give-commendation")


class Attached(NamedTuple):
    """A finding that a circular is about, as far as the reader sees it."""

    finding: str
    row: FindingRow | None
    content: str  # in Chinese, like the circular that it is annexed to
    state: str


def published(visit: Visit) -> Response:
    """Circulars, accountability, commendations and model cases of a region, the newest first."""
    require_role(visit, SEES_INSPECTIONS)
    found = seen(visit)
    told = consequences(found.known, stem_of(found.region))
    names_of(visit, [one.fact.region for one in told])
    officials = [one.fact.official for one in told if getattr(one.fact, "official", None)]
    return visit.page(
        "published.html",
        region=found.region,
        region_name=name_of(visit, found.region),
        circulars=[one for one in told if one.kind == "circular-issued"],
        accountability=[one for one in told if one.kind == "accountability-imposed"],
        commendations=[one for one in told if one.kind == "commendation-given" and one.fact.kind == "commendation"],
        cases=[one for one in told if one.kind == "commendation-given" and one.fact.kind == "model-case"],
        people=masked(visit.house.vault, officials),
        organisations=organisations(visit, (getattr(one.fact, "organisation", None) or "" for one in told)),
        seen={one.finding for one in found.book.findings},
        kept={**visit.bar.query, "region": found.region},
        yuan=yuan,
        forms=doable(visit, [(f"inspections.{name}", {}) for name in FORMS]),
    )


def circular(visit: Visit) -> Response:
    """A circular as it is printed: issuing body in red, number, title, addressees, text, seal line, copies.

    Raises HTTPException (404).
    """
    require_role(visit, SEES_INSPECTIONS)
    found = seen(visit)
    told = _asked(visit, consequences(found.known, stem_of(visit.scope)))
    rows = {one.finding: one for one in found.book.findings}
    return visit.page(
        "circular.html",
        told=told,
        fact=told.fact,
        issuer=_issuer(visit, told),
        paragraphs=[line for line in told.fact.words.splitlines() if line.strip()],
        attached=[_attached(visit, one, rows.get(one)) for one in told.fact.findings],
        foot=_foot(visit, told),
    )


def _asked(visit: Visit, told: list[Known]) -> Known:
    for one in told:
        if one.kind == "circular-issued" and one.fact.circular == visit.request.path_params["circular"]:
            return one
    raise HTTPException(404)


def _attached(visit: Visit, finding: str, row: FindingRow | None) -> Attached:
    """One line of the annex."""
    if row is None:
        return Attached(finding, None, "", "")
    say = visit.reception.label
    return Attached(finding, row, say("code.content", row.content, "zh"), say("finding_state", row.state, "zh"))


def _foot(visit: Visit, told: Known) -> Foot | None:
    """The foot of a circular and of the findings in its annex; of a long annex's circular alone."""
    tags = [f"circular:{told.fact.circular}", *(f"finding:{one}" for one in told.fact.findings)]
    return foot_of_facts(visit, tags if fits(tags) else tags[:1])


def _issuer(visit: Visit, told: Known) -> str:
    """The name of the organisation whose officer issued it; of older circulars, which do not say, the region's."""
    by: OrganisationId | None = told.fact.issued_by
    return name_of(visit, told.fact.region) if by is None else organisations(visit, [by])[by]


ROUTES = (
    door("/inspections/published", published),
    door("/inspections/circulars/{circular}", circular),
)
