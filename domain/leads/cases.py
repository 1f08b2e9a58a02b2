"""Cases 线索: opened on confirmed leads, with the right of reply, decided, carried out, closed; or handed to another office."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, NewType

import msgspec

from taizhang.domain.core import Correction, Fact, Fen, OfficerId, OrganisationId, PersonId, RegionCode, Text
from taizhang.domain.leads.ids import LeadId
from taizhang.domain.leads.leads import Subject

# "case-", the county's (or higher) code, "-", and what the office likes
CaseId = NewType("CaseId", Annotated[str, msgspec.Meta(pattern=r"^case-\d{6}-\S{1,50}$", examples=["case-620121-1"])])
CaseOutcome = Literal[
    "unfounded",  # 查无问题,予以澄清
    "rectify",  # 责令整改
    "recover",  # 追缴资金
    "circular",  # 通报
    "negative-list",  # 列入负面清单
    "hand-over",  # 移送有权机关
]
Consequence = Literal["recovery", "circular", "negative-list", "accountability"]
Linked = Annotated[
    str, msgspec.Meta(pattern=r"^(payment|circular|person|finding):\S{1,80}$", examples=["finding:find-620121-1"])
]


class CaseOpened(Fact, frozen=True, kw_only=True):
    """An office takes up one or more confirmed leads."""

    TOPIC = "leads.case-opened.v1"
    case: CaseId
    leads: Annotated[tuple[LeadId, ...], msgspec.Meta(min_length=1, max_length=200)]
    title: Text
    document: str = ""
    opened_by: OfficerId = OfficerId("")  # filled in, like the office, the subjects and the region
    organisation: OrganisationId = OrganisationId("")
    subjects: tuple[Subject, ...] = ()
    region: RegionCode = RegionCode("")

    def tags(self) -> list[str]:
        return [f"case:{self.case}", *(f"lead:{one}" for one in dict.fromkeys(self.leads))]


class ReplyInvited(Fact, frozen=True, kw_only=True):
    """Whom a case concerns is told what is asked, and may answer until a day: the right of reply."""

    TOPIC = "leads.reply-invited.v1"
    case: CaseId
    until: date
    words: Text
    organisation: OrganisationId | None = None  # one of the three
    official: PersonId | None = None
    officer: OfficerId | None = None

    def tags(self) -> list[str]:
        return [f"case:{self.case}"]


class ReplyMade(Fact, frozen=True, kw_only=True):
    """Whom a case concerns answers, or gives up answering; on paper, where somebody else records it."""

    TOPIC = "leads.reply-made.v1"
    case: CaseId
    words: Text
    organisation: OrganisationId | None = None
    official: PersonId | None = None
    officer: OfficerId | None = None
    document: str = ""

    def tags(self) -> list[str]:
        return [f"case:{self.case}"]


class CaseDecided(Fact, frozen=True, kw_only=True):
    """What an office decides, after the reply: prepared by one officer, approved by another."""

    TOPIC = "leads.case-decided.v1"
    case: CaseId
    outcomes: Annotated[tuple[CaseOutcome, ...], msgspec.Meta(min_length=1)]
    words: Text
    document: Text
    approver: OfficerId
    amount_fen: Fen = 0
    decided_by: OfficerId = OfficerId("")

    def tags(self) -> list[str]:
        return [f"case:{self.case}"]


class CaseDecidedCorrected(Correction[CaseDecided], frozen=True, kw_only=True):
    TOPIC = "leads.case-decided-corrected.v1"


class ConsequenceLinked(Fact, frozen=True, kw_only=True):
    """A fact that carries a decision out: money recovered, a circular, the negative list, accountability."""

    TOPIC = "leads.consequence-linked.v1"
    case: CaseId
    consequence: Consequence
    about: Linked  # the tag under which that fact stands: payment:…, circular:…, person:…, finding:…
    amount_fen: Fen = 0  # filled in: what came back

    def tags(self) -> list[str]:
        return [f"case:{self.case}", self.about]


class ConsequenceLinkedCorrected(Correction[ConsequenceLinked], frozen=True, kw_only=True):
    TOPIC = "leads.consequence-linked-corrected.v1"


class CaseClosed(Fact, frozen=True, kw_only=True):
    """A decided case whose consequences are carried out is closed."""

    TOPIC = "leads.case-closed.v1"
    case: CaseId
    words: Text
    case_closed_by: OfficerId = OfficerId("")

    def tags(self) -> list[str]:
        return [f"case:{self.case}"]


class CaseReopened(Fact, frozen=True, kw_only=True):
    """A closed case is open again, and it is said why."""

    TOPIC = "leads.case-reopened.v1"
    case: CaseId
    why: Text
    document: str = ""

    def tags(self) -> list[str]:
        return [f"case:{self.case}"]


class CaseTransferred(Fact, frozen=True, kw_only=True):
    """A case goes on at another office 移送."""

    TOPIC = "leads.case-transferred.v1"
    case: CaseId
    to_organisation: OrganisationId
    why: Text
    document: Text

    def tags(self) -> list[str]:
        return [f"case:{self.case}"]
