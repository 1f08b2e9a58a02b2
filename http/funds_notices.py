"""The public notice of a claim: the masked list to print and to take away, and its posting with the digest of that very list."""

from __future__ import annotations

from datetime import date

from starlette.exceptions import HTTPException
from starlette.responses import Response

from taizhang.adapters.log.log import Criterion
from taizhang.adapters.notices import Notice, notice_digest, notice_lines, notice_text
from taizhang.domain.classes import ClassFiled
from taizhang.domain.core import Correction
from taizhang.domain.envelope import Paper, opened
from taizhang.domain.funds.claims import NoticePosted
from taizhang.http.funds_claims import Claim, claim_page, require_claim, villages_of
from taizhang.http.funds_scope import money_page
from taizhang.http.orders import submit
from taizhang.http.people import masked
from taizhang.http.places import name_of
from taizhang.http.visit import Visit, door

PLAIN = "text/plain; charset=utf-8"


def notice(visit: Visit) -> Response:
    """The list as it is printed for the public, with its digest.

    Raises HTTPException (404) for a foreign claim, or one that is not approved.
    """
    found = require_claim(visit)
    made = _notice(visit, found)
    digest = notice_digest(notice_text(made))
    posted = found.posted
    kept = posted is not None and _kept(visit, posted.list_digest) is not None
    return money_page(
        visit,
        "claim_notice.html",
        notice=made,
        digest=digest,
        claim=found.submitted,
        posted=posted,
        is_kept=kept,
        is_same=posted is not None and posted.list_digest == digest,
    )


def notice_file(visit: Visit) -> Response:
    """The list as text: the posted one where one was posted, else as it would be posted now.

    Raises HTTPException (404).
    """
    found = require_claim(visit)
    text = _kept(visit, found.posted.list_digest) if found.posted is not None else None
    content = text if text is not None else notice_text(_notice(visit, found)).encode()
    name = f"notice-{found.row.claim}.txt"
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
    text = notice_text(_notice(visit, found))
    fact = NoticePosted(
        occurred_on=day,
        claim=found.submitted.claim,
        training_class=found.submitted.training_class,
        place=visit.field("place"),
        list_digest=visit.house.files.put(text.encode()),
        until=until,
    )
    assert fact.list_digest == notice_digest(text)
    number, reason = visit.field("number"), visit.field("reason")
    verdict = submit(visit, fact, reason=reason or None, paper=Paper(number=number) if number else None)
    if verdict.outcome == "refused":
        return claim_page(visit, 409, visit.said(verdict.words(visit.language)))
    return visit.go(f"/facts/{verdict.position}", done="recorded")


def _notice(visit: Visit, found: Claim) -> Notice:
    """The list as it is now. Raises HTTPException (404) when the claim is not approved."""
    claim, review = found.submitted, found.review
    if review is None or not review.approved:
        raise HTTPException(404)
    persons = [one.person for one in claim.entitlements]
    names = {person: one.name for person, one in masked(visit.house.vault, persons).items()}
    filed = _filing(visit, claim.training_class)
    return Notice(
        claim=claim.claim,
        training_class=claim.training_class,
        class_name=filed.name if filed is not None else "",
        county=name_of(visit, found.row.county),
        programme=filed.programme if filed is not None else "",
        purpose=visit.reception.label("code.purpose", claim.purpose, "zh"),
        lines=notice_lines(claim, review, names, villages_of(visit, claim.training_class)),
    )


def _filing(visit: Visit, training_class: str) -> ClassFiled | None:
    found: ClassFiled | None = None
    for row in visit.house.log.read([Criterion((), (f"class:{training_class}",))]).facts:
        fact = opened(row.position, row.leaf).fact
        body = fact.now if isinstance(fact, Correction) else fact
        if isinstance(body, ClassFiled):
            found = body
    return found


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
