"""The public notice of a claim: the masked list to print and to take away, and its posting with the digest of that very list."""

from __future__ import annotations

import hashlib
from datetime import date

from starlette.exceptions import HTTPException
from starlette.responses import Response

from taizhang.adapters.exports.taken import record_taken
from taizhang.adapters.notice_making import kept, made_notice
from taizhang.adapters.notices import Notice
from taizhang.domain.envelope import Paper
from taizhang.domain.funds.claims import NoticePosted
from taizhang.http.funds_claims import Claim, claim_page, require_claim
from taizhang.http.funds_scope import money_page
from taizhang.http.ledger_reading import cuts_of
from taizhang.http.orders import submit
from taizhang.http.visit import Visit, door

PLAIN = "text/plain; charset=utf-8"


def notice(visit: Visit) -> Response:
    """The list as it is printed for the public, with its digest, and kept under it.

    Raises HTTPException (404) for a foreign claim, or one that is not approved.
    """
    found = require_claim(visit)
    made = _notice(visit, found)
    digest = kept(visit.house, made)
    posted = found.posted
    return money_page(
        visit,
        "claim_notice.html",
        notice=made,
        digest=digest,
        claim=found.submitted,
        posted=posted,
        is_kept=posted is not None and _kept(visit, posted.list_digest) is not None,
        is_same=posted is not None and posted.list_digest == digest,
    )


def notice_file(visit: Visit) -> Response:
    """The list as text: the posted one where one was posted, else as it would be posted now; that it goes out is recorded.

    Raises HTTPException (404).
    """
    found = require_claim(visit)
    text = _kept(visit, found.posted.list_digest) if found.posted is not None else None
    content = text if text is not None else visit.house.files.get(kept(visit.house, _notice(visit, found)))
    name = f"notice-{found.row.claim}.txt"
    digest = hashlib.sha256(content).hexdigest()
    record_taken(visit.house, visit.actor, f"notice:{found.row.claim}", len(content.splitlines()), digest)
    return Response(content, media_type=PLAIN, headers={"content-disposition": f'attachment; filename="{name}"'})


def post_notice(visit: Visit) -> Response:
    """Record that the list was posted: its digest is computed here, and the list is kept under it.

    Raises HTTPException (404).
    """
    found = require_claim(visit)
    try:
        day = date.fromisoformat(visit.field("occurred_on"))
        until = date.fromisoformat(visit.field("until")) if visit.field("until") else None
    except ValueError:
        return claim_page(visit, 422, visit.t("class.day_needed"))
    if not visit.field("place"):
        return claim_page(visit, 422, visit.t("claims.place_needed"))
    fact = NoticePosted(
        occurred_on=day,
        claim=found.submitted.claim,
        training_class=found.submitted.training_class,
        place=visit.field("place"),
        list_digest=kept(visit.house, _notice(visit, found)),
        until=until,
    )
    number, reason = visit.field("number"), visit.field("reason")
    verdict = submit(visit, fact, reason=reason or None, paper=Paper(number=number) if number else None)
    if verdict.outcome == "refused":
        return claim_page(visit, 409, visit.said(verdict.words(visit.language)))
    return visit.go(f"/facts/{verdict.position}", done="recorded")


def _notice(visit: Visit, found: Claim) -> Notice:
    """The list as it is now. Raises HTTPException (404) when the claim is not approved."""
    if found.review is None or not found.review.approved:
        raise HTTPException(404)
    return made_notice(visit.house, found.row.county, found.submitted, found.review, cuts_of(visit.bar))


def _kept(visit: Visit, digest: str) -> bytes | None:
    """The posted list; None when it was posted without our page."""
    try:
        return visit.house.files.get(digest)
    except FileNotFoundError:
        return None


ROUTES = (
    door("/claims/{claim}/notice", notice),
    door("/claims/{claim}/notice.txt", notice_file),
    door("/claims/{claim}/notice", post_notice, "POST"),
)
