"""What is thought of posted officials: appraised by the year, promoted, on the negative list and off it.

The decisions stand in appraising.py and ending.py.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from taizhang.domain.core import Correction, Fact, OfficerId, PersonId, Position, RegionCode, Text
from taizhang.domain.postings.officials import PostingId

Grade = Literal[
    "excellent",  # 优秀
    "competent",  # 称职, of civil servants
    "basically-competent",
    "incompetent",
    "qualified",  # 合格, of staff of public institutions
    "basically-qualified",
    "unqualified",
]
Year = Annotated[int, msgspec.Meta(ge=2000, le=2100)]

# -- facts ------------------------------------------------------------------------------------------------


class OfficialAppraised(Fact, frozen=True, kw_only=True):
    """An official's year is appraised 考核, in the scheme of grades of the person's type, by somebody else."""

    TOPIC = "postings.official-appraised.v1"
    posting: PostingId
    official: PersonId
    year: Year
    grade: Grade
    document: Text
    appraised_by: OfficerId = OfficerId("")  # filled in

    def tags(self) -> list[str]:
        return [f"posting:{self.posting}", f"person:{self.official}"]


class OfficialAppraisedCorrected(Correction[OfficialAppraised], frozen=True, kw_only=True):
    TOPIC = "postings.official-appraised-corrected.v1"


class FigureNamed(msgspec.Struct, frozen=True, kw_only=True):
    """A figure that a decision rests on: which measure, of what, and how much it was."""

    measure: Text
    subject: str  # a region's code, a class, an institution
    value: int


class OfficialPromoted(Fact, frozen=True, kw_only=True):
    """An official is promoted 提拔 on the strength of these figures, as the log stood at `position`."""

    TOPIC = "postings.official-promoted.v1"
    posting: PostingId
    official: PersonId
    to_post: Text
    document: Text
    approver: OfficerId
    figures: tuple[FigureNamed, ...] = ()
    position: Position | None = None
    report: str = ""  # the report id that fixes the answer
    officer: OfficerId | None = None  # filled in

    def tags(self) -> list[str]:
        return [f"posting:{self.posting}", f"person:{self.official}"]


class OfficialPromotedCorrected(Correction[OfficialPromoted], frozen=True, kw_only=True):
    TOPIC = "postings.official-promoted-corrected.v1"


class NegativeListEntered(Fact, frozen=True, kw_only=True):
    """An official is put on the negative list 负面清单."""

    TOPIC = "postings.negative-list-entered.v1"
    official: PersonId
    region: RegionCode  # whose list it is
    ground: Text
    document: Text
    approver: OfficerId

    def tags(self) -> list[str]:
        return [f"person:{self.official}"]


class NegativeListEnteredCorrected(Correction[NegativeListEntered], frozen=True, kw_only=True):
    TOPIC = "postings.negative-list-entered-corrected.v1"


class NegativeListLifted(Fact, frozen=True, kw_only=True):
    """An official is taken off the negative list."""

    TOPIC = "postings.negative-list-lifted.v1"
    official: PersonId
    region: RegionCode
    why: Text
    document: Text
    approver: OfficerId

    def tags(self) -> list[str]:
        return [f"person:{self.official}"]


class NegativeListLiftedCorrected(Correction[NegativeListLifted], frozen=True, kw_only=True):
    TOPIC = "postings.negative-list-lifted-corrected.v1"
