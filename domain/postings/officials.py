"""Posted officials: selected, posted to a village or county, transferred, their terms renewed, ended, recalled.

An official is a person of the vault; where the official also signs in, the facts name the officer, and the officer's
scope follows the posting. The decisions stand in selecting.py, posting.py and ending.py.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, Literal, NewType

import msgspec

from taizhang.domain.core import Correction, Fact, OfficerId, OrganisationId, PersonId, RegionCode, Text

# "post-", the county's code, "-", and what the county likes: scope and seals need no look-up
PostingId = NewType(
    "PostingId", Annotated[str, msgspec.Meta(pattern=r"^post-\d{6}-\S{1,50}$", examples=["post-620121-1"])]
)
PostingKind = Literal[
    "graduate-official",  # 大学生村官
    "first-secretary",  # 第一书记
    "team-member",  # 驻村工作队队员
    "science-commissioner",  # 科技特派员
    "three-areas-talent",  # 三区人才
    "deputy-county-head",  # 科技副县长
    "e-commerce-trainer",
]
PersonType = Literal["civil-servant", "public-institution", "graduate", "enterprise"]  # decides the scheme of grades
EndingWhy = Literal["term-over", "resigned", "unit-called-back", "died", "other"]  # a promotion ends a posting itself
VILLAGE_OFFICIAL: Final = "village-official"  # the role in which a posted official's officer acts 驻村干部
VILLAGE_DIGITS: Final = 12

# -- facts ------------------------------------------------------------------------------------------------


class OfficialSelected(Fact, frozen=True, kw_only=True):
    """Somebody is selected 选派 for a kind of posting."""

    TOPIC = "postings.official-selected.v1"
    official: PersonId
    kind: PostingKind
    person_type: PersonType
    home_unit: OrganisationId
    region: RegionCode  # whose selection it is
    document: Text
    officer: OfficerId | None = None  # under which the official signs in

    def tags(self) -> list[str]:
        return [f"person:{self.official}"]


class OfficialSelectedCorrected(Correction[OfficialSelected], frozen=True, kw_only=True):
    TOPIC = "postings.official-selected-corrected.v1"


class OfficialPosted(Fact, frozen=True, kw_only=True):
    """A selected official takes up a post, from this day on; `until` is planned."""

    TOPIC = "postings.official-posted.v1"
    posting: PostingId
    official: PersonId
    kind: PostingKind
    region: RegionCode  # the village; the county for deputy county heads and trainers
    until: date
    document: Text
    approver: OfficerId
    officer: OfficerId | None = None  # whose scope follows the posting

    def tags(self) -> list[str]:
        return [f"posting:{self.posting}", f"person:{self.official}", f"region:{self.region}"]


class OfficialPostedCorrected(Correction[OfficialPosted], frozen=True, kw_only=True):
    TOPIC = "postings.official-posted-corrected.v1"


class OfficialTransferred(Fact, frozen=True, kw_only=True):
    """An official moves: the old posting ends the day before, the new one begins this day, in one fact."""

    TOPIC = "postings.official-transferred.v1"
    posting: PostingId  # the one that closes
    to_posting: PostingId  # the one that opens
    official: PersonId
    kind: PostingKind
    region: RegionCode  # the new village or county
    until: date
    document: Text
    approver: OfficerId
    officer: OfficerId | None = None

    def tags(self) -> list[str]:
        return [
            f"posting:{self.posting}",
            f"posting:{self.to_posting}",
            f"person:{self.official}",
            f"region:{self.region}",
        ]


class OfficialTransferredCorrected(Correction[OfficialTransferred], frozen=True, kw_only=True):
    TOPIC = "postings.official-transferred-corrected.v1"


class TermRenewed(Fact, frozen=True, kw_only=True):
    """A posting's planned end moves back."""

    TOPIC = "postings.term-renewed.v1"
    posting: PostingId
    official: PersonId
    until: date
    document: Text
    approver: OfficerId
    officer: OfficerId | None = None  # filled in, as in every fact that moves the officer's scope

    def tags(self) -> list[str]:
        return [f"posting:{self.posting}", f"person:{self.official}"]


class TermRenewedCorrected(Correction[TermRenewed], frozen=True, kw_only=True):
    TOPIC = "postings.term-renewed-corrected.v1"


class PostingEnded(Fact, frozen=True, kw_only=True):
    """A posting ends; this is its last day."""

    TOPIC = "postings.posting-ended.v1"
    posting: PostingId
    official: PersonId
    why: EndingWhy
    document: Text
    officer: OfficerId | None = None

    def tags(self) -> list[str]:
        return [f"posting:{self.posting}", f"person:{self.official}"]


class PostingEndedCorrected(Correction[PostingEnded], frozen=True, kw_only=True):
    TOPIC = "postings.posting-ended-corrected.v1"


class OfficialRecalled(Fact, frozen=True, kw_only=True):
    """An unfit official is recalled 召回; this is the posting's last day."""

    TOPIC = "postings.official-recalled.v1"
    posting: PostingId
    official: PersonId
    ground: Text
    document: Text
    approver: OfficerId
    officer: OfficerId | None = None

    def tags(self) -> list[str]:
        return [f"posting:{self.posting}", f"person:{self.official}"]


class OfficialRecalledCorrected(Correction[OfficialRecalled], frozen=True, kw_only=True):
    TOPIC = "postings.official-recalled-corrected.v1"


def county_of_posting(posting: PostingId) -> RegionCode:
    """The county whose posting it is: its code stands in the id."""
    return RegionCode(posting[5:11])
