"""Claims: each person's entitlement with the facts it rests on, review, notice, payments, and what is left to pay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any, Final, NamedTuple

from sqlalchemy import select
from starlette.exceptions import HTTPException
from starlette.responses import Response

from taizhang.adapters.log.log import Criterion
from taizhang.domain.boundary import correction_of
from taizhang.domain.classes import ClassFiled
from taizhang.domain.core import Fact
from taizhang.domain.decisions import within
from taizhang.domain.envelope import Recorded, opened
from taizhang.domain.funds.claims import ClaimReviewed, ClaimSubmitted, NoticeEnded, NoticePosted
from taizhang.domain.funds.entitlement import CLASS_FACTS
from taizhang.http.funds_scope import SEES_CLAIMS, asked_region, cuts, money_page, require_role
from taizhang.http.funds_steps import notice_days, of_claim
from taizhang.http.inspections_scope import organisations
from taizhang.http.names import class_names, line_name
from taizhang.http.people import masked
from taizhang.http.places import name_of, names_of
from taizhang.http.visit import Visit, door
from taizhang.projections.funds.claim_list import ClaimsOf, claim_facts, claims_of
from taizhang.projections.funds.claims import ClaimColumns, claim_columns
from taizhang.projections.funds.cuts import known
from taizhang.projections.funds.tables import fund_tables
from taizhang.projections.organisation_names import organisation_names

CLAIMS_PAGE: Final = 200
RESTS_ON: Final[tuple[type[Fact], ...]] = tuple(one for one in CLASS_FACTS if one is not ClassFiled)
STEPS_OF_A_CLAIM: Final = (ClaimSubmitted, ClaimReviewed, NoticePosted, NoticeEnded)


class EntitlementRow(NamedTuple):
    """One person of a claim: the entitlement, what was paid of it, what is left, and the facts it rests on."""

    person: str
    amount_fen: int
    minutes: int
    evidenced_on: date
    certificate: str
    months: int
    left_out: bool
    paid_fen: int
    facts: Sequence[int]

    @property
    def left_fen(self) -> int:
        return 0 if self.left_out else self.amount_fen - self.paid_fen


class Claim(NamedTuple):
    """A claim as it stood at the cuts: its facts in force with their positions, and the row that they make."""

    row: ClaimColumns
    submitted: ClaimSubmitted
    position: int
    review: ClaimReviewed | None
    posted: NoticePosted | None
    ended: NoticeEnded | None
    positions: Mapping[str, int]  # topic -> position


def claims(visit: Visit) -> Response:
    """The claims of a region as they stood at the bar's moment; an institution sees its own."""
    require_role(visit, SEES_CLAIMS)
    region, after = asked_region(visit), visit.request.query_params.get("after", "")
    of = ClaimsOf(region, own_institution(visit), visit.request.query_params.get("class") or None)
    with visit.house.log.database.read() as connection:
        found = list(islice(claims_of(connection, visit.house.log, of, cuts(visit), after), CLAIMS_PAGE + 1))
        ids = {one.row.institution for one in found if one.row.institution}
        institutions = {one: one for one in ids} | organisation_names(connection, sorted(ids))
    page = found[:CLAIMS_PAGE]
    names_of(visit, [one.row.county for one in page])
    class_names(visit, [one.row.training_class for one in page])
    return money_page(
        visit,
        "claims.html",
        rows=page,
        institutions=institutions,
        region=region,
        region_name=name_of(visit, region),
        next=page[-1].row.claim if len(found) > CLAIMS_PAGE else "",
    )


def own_institution(visit: Visit) -> str | None:
    """An institution sees its own claims only; None: whoever sees those of all."""
    return visit.actor.organisation if visit.actor.role == "institution" else None


def claim(visit: Visit) -> Response:
    """One claim with everything behind it.

    Raises HTTPException (404) for a foreign claim, and for an institution another's.
    """
    return claim_page(visit)


def claim_page(visit: Visit, status: int = 200, problem: str = "") -> Response:
    """The page of the claim of the address, with a problem to be said."""
    found = require_claim(visit)
    rows, shares = entitlements(visit, found)
    persons = [row.person for row in rows]
    return money_page(
        visit,
        "claim.html",
        status,
        problem=problem,
        claim=found.submitted,
        institution=organisations(visit, (found.submitted.institution,)).get(found.submitted.institution, ""),
        found=found,
        rows=rows,
        shares=shares,
        people=masked(visit.house.vault, persons),
        may_post=found.review is not None
        and found.review.approved
        and found.posted is None
        and visit.actor.role in ("clerk", "finance")
        and not visit.bar.query,
        paid_fen=sum(row.paid_fen for row in rows),
        left_fen=sum(row.left_fen for row in rows) if found.review is not None and found.review.approved else None,
        county=found.row.county,
        planned=_planned(visit, found) if found.review is None else "",
        notice_days=notice_days(visit, found.row.county) if found.ended is None else None,
        steps=of_claim(visit, found, rows, shares),
    )


def _planned(visit: Visit, found: Claim) -> str:
    """The lines that the county's use plans have for the claim's purpose, each with its year."""
    p = fund_tables().plans.c
    mine = p.region == found.row.county, p.purpose == found.submitted.purpose, p.position.is_not(None)
    with visit.house.log.database.read() as connection:
        rows = connection.execute(select(p.line, p.year).where(*mine).distinct().order_by(p.year, p.line)).all()
    return ("、" if visit.language == "zh" else ", ").join(
        f"{line_name(visit, line)} {line} ({year})" for line, year in rows
    )


def require_claim(visit: Visit) -> Claim:
    """The claim of the address as it stood at the bar's moment.

    Raises HTTPException (404), NoAnswer (403).
    """
    require_role(visit, SEES_CLAIMS)
    ident = visit.request.path_params["claim"]
    c = fund_tables().claims
    with visit.house.log.database.read() as connection:
        row = connection.execute(select(c).where(c.c.claim == ident)).first()
    if row is None or not within(row.county, visit.scope):
        raise HTTPException(404)
    if visit.actor.role == "institution" and row.institution != visit.actor.organisation:
        raise HTTPException(404)
    facts = claim_facts(visit.house.log, ident, cuts(visit))
    bodies = {type(fact): (position, fact) for position, fact in facts.items()}
    if ClaimSubmitted not in bodies:
        raise HTTPException(404)
    position, submitted = bodies[ClaimSubmitted]
    review, posted, ended = (bodies.get(kind, (0, None))[1] for kind in STEPS_OF_A_CLAIM[1:])
    positions = {kind.TOPIC: at for kind, (at, _) in bodies.items()}
    return Claim(claim_columns(ident, facts), submitted, position, review, posted, ended, positions)  # type: ignore[arg-type]


def _facts(visit: Visit, tag: str, kinds: Sequence[type[Fact]] = ()) -> list[Recorded]:
    topics = tuple(kind.TOPIC for kind in kinds)
    until = visit.bar.recorded_at
    found = visit.house.log.read([Criterion(topics, (tag,))]).facts
    return [opened(row.position, row.leaf) for row in found if until is None or row.recorded_at <= until]


def entitlements(visit: Visit, found: Claim) -> tuple[list[EntitlementRow], list[Any]]:
    """Each person's row, and the shares that were paid."""
    s = fund_tables().shares
    query = select(s).where(s.c.claim == found.row.claim, *known(s.c, cuts(visit)))
    with visit.house.log.database.read() as connection:
        shares = connection.execute(query.order_by(s.c.position, s.c.person)).all()
    paid: dict[str, int] = {}
    for share in shares:
        if share.kind != "recovered":  # what was recovered is not open again
            paid[share.person] = paid.get(share.person, 0) + share.amount_fen
    rests_on = _rests_on(visit, found)
    left_out = found.review.left_out if found.review is not None else ()
    rows = [
        EntitlementRow(
            one.person,
            one.amount_fen,
            one.minutes,
            one.evidenced_on,
            one.certificate,
            one.months,
            one.person in left_out,
            paid.get(one.person, 0),
            rests_on.get(one.person, []),
        )
        for one in found.submitted.entitlements
    ]
    return rows, list(shares)


def _rests_on(visit: Visit, found: Claim) -> dict[str, list[int]]:
    """By person: the facts of the class that the claim was computed from, those recorded before it."""
    corrections = [kind for one in RESTS_ON if (kind := correction_of(one)) is not None]
    kinds = (*RESTS_ON, *corrections)
    by_person: dict[str, list[int]] = {}
    for fact in _facts(visit, f"class:{found.submitted.training_class}", kinds):
        if fact.position < found.position:
            for tag in fact.tags:
                if tag.startswith("person:"):
                    by_person.setdefault(tag.removeprefix("person:"), []).append(fact.position)
    return by_person


ROUTES = (door("/claims", claims), door("/claims/{claim}", claim))
