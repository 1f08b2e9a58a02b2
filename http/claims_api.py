"""Claims for programs: the list, one with everything behind each entitlement, and the masked list for its public notice."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
from starlette.exceptions import HTTPException

from taizhang.adapters.notice_making import kept, made_notice
from taizhang.http.api_endpoints import Answer, Code, Dated, Found, Listing, Moment, OfRegion, listing, single
from taizhang.http.funds_claims import entitlements, own_institution, require_claim
from taizhang.http.funds_scope import SEES_CLAIMS, asked_region
from taizhang.http.ledger_api import Period, known_period
from taizhang.http.visit import Visit
from taizhang.projections.funds.claim_list import ClaimsOf, claims_of
from taizhang.projections.measures import days_of_period


class ClaimsAsked(OfRegion, frozen=True, kw_only=True):
    """Claims of a region, perhaps those of one class or institution, or submitted in a period."""

    training_class: Code | None = None
    institution: Code | None = None
    period: Period | None = None


class ClaimAsked(Dated, frozen=True, kw_only=True):
    """One claim by its id."""

    claim: Code


class ClaimRow(msgspec.Struct, frozen=True, kw_only=True):
    """A claim as it stood at the cuts; `approved_fen` is null until it is reviewed, 0 when it is refused."""

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
    """The claims of a region by their ids, as known and effective at the cuts; an institution sees its own."""
    mine = own_institution(visit)
    if mine is not None and asked.institution not in (None, mine):
        return Found(rows=())
    days = days_of_period(*known_period(asked.period)) if asked.period else None
    of = ClaimsOf(asked_region(visit), mine or asked.institution, asked.training_class, days)
    behind = at.after(str)
    found = claims_of(at.connection, visit.house.log, of, at.cuts, behind[0] if behind is not None else "")
    return Found(rows=(((one.row.claim,), _row(one.row, one.paid_fen)) for one in found))


def claim_entitlements(visit: Visit, _: ClaimAsked, at: Moment) -> Found:
    """One claim with each person's entitlement, what was paid of it, and the facts it rests on.

    Raises HTTPException (404) for a foreign claim, and for an institution another's.
    """
    found = require_claim(visit)
    rows, shares = entitlements(visit, found)
    told = _row(found.row, sum(one.amount_fen for one in shares))
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


def _row(row: Any, paid_fen: int) -> dict[str, Any]:
    told: dict[str, Any] = row._asdict() | {"paid_fen": paid_fen}
    return {name: told[name] for name in ClaimRow.__struct_fields__}


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
