"""Claims 申领: what the rates in force give for the persons a class evidenced; submitted, reviewed, posted, paid.

The guard row of a claim follows it to the last fen: who prepared and reviewed it, when it was posted for the public,
and what each person's entitlement still leaves to be paid.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, NewType

import msgspec

from taizhang.domain.classes import ClassId, InstitutionId
from taizhang.domain.core import Correction, Fact, Fen, OfficerId, PersonId, RegionCode, Text
from taizhang.domain.funds.lines import Amount, FundLineId
from taizhang.domain.funds.purposes import Purpose
from taizhang.domain.policy import RateBasis

# "claim-", the county's code, "-", and what the county likes: scope and seals need no look-up
ClaimId = NewType(
    "ClaimId", Annotated[str, msgspec.Meta(pattern=r"^claim-\d{6}-\S{1,50}$", examples=["claim-620121-1"])]
)
PayeeKind = Literal["institution", "person"]
# A leaf holds 65,535 bytes, and that of a correction has both bodies and the tags: 300 entitlements of 67 bytes fit.
CLAIM_PERSONS_MOST = 300
CLAIM_LINES_MOST = 20  # that one claim is charged to
CLAIM_BYTES_MOST = 20_000  # of its entitlements, should certificates have very long numbers


class Entitlement(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What one person's training gives under the rate: how much, and what it rests on."""

    person: PersonId
    amount_fen: int
    minutes: int  # evidenced by attendance up to the claim's day
    evidenced_on: date  # the last day on which anything it rests on happened
    certificate: str = ""  # its number, where the rate asks for one
    months: int = 0  # of the employment report, where the rate asks for one


class Share(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """So many fen for one person's entitlement."""

    person: PersonId
    amount_fen: Amount


class Charge(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """So many fen of an approved claim are to be paid from this line 列支."""

    line: FundLineId
    amount_fen: Amount


Shares = Annotated[tuple[Share, ...], msgspec.Meta(min_length=1, max_length=CLAIM_PERSONS_MOST)]

# -- facts ------------------------------------------------------------------------------------------------


class ClaimSubmitted(Fact, frozen=True, kw_only=True):
    """A subsidy is claimed for a class: who proposes names the class, the purpose and the payee, never an amount."""

    TOPIC = "funds.claim-submitted.v1"
    claim: ClaimId
    training_class: ClassId
    purpose: Purpose
    payee: PayeeKind
    document: Text
    # only these; none named: all who are entitled and not yet claimed for
    persons: Annotated[tuple[PersonId, ...], msgspec.Meta(max_length=CLAIM_PERSONS_MOST)] = ()
    institution: InstitutionId = InstitutionId("")  # filled in: whose class it is
    entitlements: tuple[Entitlement, ...] = ()  # filled in when decided
    amount_fen: Fen = 0  # filled in: their sum
    beyond: int = 0  # filled in: entitled persons beyond those that one claim holds
    rate_fen: Fen = 0  # filled in: the rate that was in force when the class started, and for what it is
    basis: RateBasis | None = None  # filled in
    prepared_by: OfficerId = OfficerId("")  # filled in

    def tags(self) -> list[str]:
        return [
            f"claim:{self.claim}",
            f"class:{self.training_class}",
            *(f"person:{one.person}" for one in self.entitlements),
        ]


class ClaimSubmittedCorrected(Correction[ClaimSubmitted], frozen=True, kw_only=True):
    TOPIC = "funds.claim-submitted-corrected.v1"


class ClaimReviewed(Fact, frozen=True, kw_only=True):
    """Another officer reviews a claim: approves it, leaves persons out with the reason, or refuses all of it.

    What is approved is an obligation of the lines it is charged to until it is paid (docs/adr/0018-commitments.md).
    """

    TOPIC = "funds.claim-reviewed.v1"
    claim: ClaimId
    training_class: ClassId
    approved: bool
    document: Text
    left_out: Annotated[tuple[PersonId, ...], msgspec.Meta(max_length=CLAIM_PERSONS_MOST)] = ()
    why: str = ""
    # none named: the one line that the county's use plan has for it, when there is one
    charged: Annotated[tuple[Charge, ...], msgspec.Meta(max_length=CLAIM_LINES_MOST)] = ()
    reviewed_by: OfficerId = OfficerId("")  # filled in

    def tags(self) -> list[str]:
        lines = dict.fromkeys(one.line for one in self.charged)
        return [f"claim:{self.claim}", f"class:{self.training_class}", *(f"fund:{line}" for line in lines)]


class ClaimReviewedCorrected(Correction[ClaimReviewed], frozen=True, kw_only=True):
    TOPIC = "funds.claim-reviewed-corrected.v1"


class NoticePosted(Fact, frozen=True, kw_only=True):
    """The masked list of a claim is posted for the public 公示, from this day on."""

    TOPIC = "funds.notice-posted.v1"
    claim: ClaimId
    training_class: ClassId
    place: Text
    list_digest: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]  # SHA-256 of the list that we generated
    until: date | None = None  # as announced

    def tags(self) -> list[str]:
        return [f"claim:{self.claim}", f"class:{self.training_class}"]


class NoticePostedCorrected(Correction[NoticePosted], frozen=True, kw_only=True):
    TOPIC = "funds.notice-posted-corrected.v1"


class NoticeEnded(Fact, frozen=True, kw_only=True):
    """The notice came down on this day, with what was objected."""

    TOPIC = "funds.notice-ended.v1"
    claim: ClaimId
    training_class: ClassId
    objections: Annotated[int, msgspec.Meta(ge=0)] = 0
    outcome: str = ""

    def tags(self) -> list[str]:
        return [f"claim:{self.claim}", f"class:{self.training_class}"]


class NoticeEndedCorrected(Correction[NoticeEnded], frozen=True, kw_only=True):
    TOPIC = "funds.notice-ended-corrected.v1"


def county_of_claim(claim: ClaimId) -> RegionCode:
    """The county whose claim this is, as its id says."""
    return RegionCode(claim[6:12])


def total(shares: Any) -> int:
    """The sum of shares or entitlements, in fen."""
    return sum(one.amount_fen for one in shares)
