"""Claims for programs: the list, one with everything behind each entitlement, and the masked list for its public notice."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
from sqlalchemy import func, select
from starlette.exceptions import HTTPException

from taizhang.adapters.notice_making import kept, made_notice
from taizhang.http.api_endpoints import Answer, Code, Dated, Found, Listing, Moment, OfRegion, listing, single
from taizhang.http.funds_claims import entitlements, require_claim
from taizhang.http.funds_scope import SEES_CLAIMS, asked_region
from taizhang.http.visit import Visit
from taizhang.projections.funds.tables import fund_tables
from taizhang.projections.scope import stem_of


class ClaimsAsked(OfRegion, frozen=True, kw_only=True):
    """Claims of a region, perhaps those of one class."""

    training_class: Code | None = None


class ClaimAsked(Dated, frozen=True, kw_only=True):
    """One claim by its id."""

    claim: Code


class ClaimRow(msgspec.Struct, frozen=True, kw_only=True):
    """A claim as it stands now; `approved_fen` is null until it is reviewed, 0 when it is refused."""

    claim: str
    county: str
    training_class: str
    institution: str
    purpose: str
    payee_kind: str
    persons: int
    amount_fen: int
    approved_fen: int | None
    paid_fen: int
    submitted_on: date | None
    reviewed_on: date | None
    posted_on: date | None
    ended_on: date | None


class ChargeRow(msgspec.Struct, frozen=True, kw_only=True):
    """So many fen of the claim are charged to a line."""

    line: str
    amount_fen: int


class EntitlementTold(msgspec.Struct, frozen=True, kw_only=True):
    """What one person's training gives, what was paid of it, and the facts it rests on."""

    person: str
    amount_fen: int
    minutes: int
    evidenced_on: date
    certificate: str
    months: int
    left_out: bool
    paid_fen: int
    facts: list[int]


class ClaimAnswer(Listing[EntitlementTold], kw_only=True):
    """One claim, the lines that it is charged to, and each person's entitlement with the facts it rests on."""

    claim: ClaimRow
    charged: list[ChargeRow]
    facts: dict[str, int]  # its own: what they are called, and where they stand


class NoticeRow(msgspec.Struct, frozen=True, kw_only=True):
    """One person of the list, as the public may see them."""

    number: int
    name: str
    village: str
    amount_fen: int


class NoticeAnswer(Answer, kw_only=True):
    """The list as it would be posted now: `list_digest` is what `funds.post-notice` records; the list is kept under it."""

    claim: str
    county: str
    programme: str
    purpose: str
    amount_fen: int
    list_digest: str
    posted_digest: str | None
    lines: list[NoticeRow]


def claim_list(visit: Visit, asked: ClaimsAsked, at: Moment) -> Found:
    """The claims of a region by their ids; an institution sees its own."""
    c, paid = fund_tables().claims.c, fund_tables().claim_lines.c
    names = [name for name in ClaimRow.__struct_fields__ if name != "paid_fen"]
    sums = select(func.coalesce(func.sum(paid.paid_fen), 0)).where(paid.claim == c.claim).scalar_subquery()
    query = select(*(c[name] for name in names), sums.label("paid_fen"))
    query = query.where(c.county.startswith(stem_of(asked_region(visit)), autoescape=True)).order_by(c.claim)
    if visit.actor.role == "institution":
        query = query.where(c.institution == visit.actor.organisation)
    if asked.training_class is not None:
        query = query.where(c.training_class == asked.training_class)
    after = at.after(str)
    if after is not None:
        query = query.where(c.claim > after[0])
    if at.limit is not None:
        query = query.limit(at.limit + 1)
    return Found(rows=(((row.claim,), _row(row._mapping)) for row in at.connection.execute(query)))


def claim_entitlements(visit: Visit, _: ClaimAsked, at: Moment) -> Found:
    """One claim with each person's entitlement, what was paid of it, and the facts it rests on.

    Raises HTTPException (404) for a foreign claim, and for an institution another's.
    """
    found = require_claim(visit)
    rows, shares = entitlements(visit, found)
    told = _row({**found.row._mapping, "paid_fen": sum(one.amount_fen for one in shares)})
    charged = found.review.charged if found.review is not None else ()
    content = {
        "claim": told,
        "charged": [{"line": one.line, "amount_fen": one.amount_fen} for one in charged],
        "facts": dict(found.positions),
    }
    after = at.after(str)
    keyed = sorted((row.person, row) for row in rows)
    return Found(content, (((key,), row._asdict()) for key, row in keyed if after is None or key > after[0]))


def claim_notice(visit: Visit, _: ClaimAsked, at: Moment) -> Found:
    """The masked list of an approved claim, made now, kept, and with the digest that its posting records.

    Raises HTTPException (404) for a foreign claim, or one that is not approved.
    """
    found = require_claim(visit)
    if found.review is None or not found.review.approved:
        raise HTTPException(404)
    made = made_notice(visit.house, found.row.county, found.submitted, found.review, at.cuts)
    return Found(
        {
            "claim": made.claim,
            "county": made.county,
            "programme": made.programme,
            "purpose": made.purpose,
            "amount_fen": made.amount_fen,
            "list_digest": kept(visit.house, made),
            "posted_digest": found.posted.list_digest if found.posted is not None else None,
            "lines": [one._asdict() for one in made.lines],
        }
    )


def _row(stored: Any) -> dict[str, Any]:
    """A claim's row with its days as dates are written."""
    told = {name: stored[name] for name in ClaimRow.__struct_fields__}
    days = ("submitted_on", "reviewed_on", "posted_on", "ended_on")
    return told | {name: str(told[name]) if told[name] is not None else None for name in days}


ENDPOINTS = (
    listing("/api/claims", claim_list, ClaimsAsked, ClaimRow, reads="funds", roles=SEES_CLAIMS),
    listing(
        "/api/claims/{claim}",
        claim_entitlements,
        ClaimAsked,
        EntitlementTold,
        told=ClaimAnswer,
        reads="funds",
        roles=SEES_CLAIMS,
    ),
    single(
        "/api/claims/{claim}/notice",
        claim_notice,
        ClaimAsked,
        NoticeAnswer,
        reads=("funds", "ledger"),
        roles=SEES_CLAIMS,
    ),
)
