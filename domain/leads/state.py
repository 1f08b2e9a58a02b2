"""Guard rows of leads and cases: how each stands."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from taizhang.domain.core import Guard, moves
from taizhang.domain.leads.cases import (
    CaseClosed,
    CaseDecided,
    CaseOpened,
    CaseReopened,
    CaseTransferred,
    ConsequenceLinked,
    ReplyInvited,
    ReplyMade,
)
from taizhang.domain.leads.leads import LeadAssigned, LeadChecked, LeadConfirmed, LeadRefuted, LeadsMerged, Subject


class LeadGuard(Guard):
    """How one lead stands: assigned, checked, confirmed or refuted, merged, in a case."""

    KIND = "lead"
    rule: str = ""
    version: int = 0
    subjects: list[Subject] = msgspec.field(default_factory=list)
    region: str = ""
    assigned_to: str = ""
    assigned_on: date | None = None
    checks: list[tuple[str, date]] = msgspec.field(default_factory=list)  # by whom, when
    conclusion: str = ""  # confirmed, refuted
    concluded_on: date | None = None
    merged_into: str = ""
    case: str = ""

    @classmethod
    def keys(cls, fact: Any) -> tuple[str, ...]:
        if isinstance(fact, LeadsMerged):
            return tuple(dict.fromkeys(fact.merged))
        return tuple(dict.fromkeys(fact.leads)) if isinstance(fact, CaseOpened) else (fact.lead,)

    @moves(LeadAssigned)
    def assigned(self, fact: LeadAssigned, sign: int) -> None:
        assert sign > 0, "an assignment is followed by another"
        self.rule, self.version, self.subjects, self.region = fact.rule, fact.version, list(fact.subjects), fact.region
        self.assigned_to, self.assigned_on = fact.officer, fact.occurred_on

    @moves(LeadChecked)
    def checked(self, fact: LeadChecked, sign: int) -> None:
        check = (str(fact.checked_by), fact.occurred_on)
        kept = list(self.checks)
        if sign > 0:
            kept.append(check)
        elif check in kept:
            kept.remove(check)
        self.checks = kept

    @moves(LeadConfirmed, LeadRefuted)
    def concluded(self, fact: LeadConfirmed | LeadRefuted, sign: int) -> None:
        self.conclusion, self.concluded_on = "", None
        if sign > 0:
            self.conclusion = "confirmed" if isinstance(fact, LeadConfirmed) else "refuted"
            self.concluded_on = fact.occurred_on

    @moves(LeadsMerged)
    def merged(self, fact: LeadsMerged, sign: int) -> None:
        assert sign > 0, "merges are not corrected"
        self.merged_into = fact.lead

    @moves(CaseOpened)
    def taken_up(self, fact: CaseOpened, sign: int) -> None:
        assert sign > 0, "a case is closed, never taken back"
        self.case = fact.case


class CaseGuard(Guard):
    """How one case stands: whose it is, who was asked and answered, what was decided and carried out."""

    KIND = "case"
    opened_on: date | None = None
    organisation: str = ""  # the office where it is now
    subjects: list[Subject] = msgspec.field(default_factory=list)
    invited: dict[str, date] = msgspec.field(default_factory=dict)  # whom -> until when
    replied: list[str] = msgspec.field(default_factory=list)
    decided_on: date | None = None
    outcomes: list[str] = msgspec.field(default_factory=list)
    consequences: list[str] = msgspec.field(default_factory=list)
    closed_on: date | None = None
    last_on: date | None = None  # the day of the latest step that the next one may not come before

    @classmethod
    def keys(cls, fact: Any) -> tuple[str, ...]:
        return (fact.case,)

    @moves(CaseOpened)
    def opened(self, fact: CaseOpened, sign: int) -> None:
        assert sign > 0, "a case is closed, never taken back"
        self.opened_on, self.organisation, self.subjects = fact.occurred_on, fact.organisation, list(fact.subjects)
        self.last_on = fact.occurred_on

    @moves(ReplyInvited)
    def was_invited(self, fact: ReplyInvited, sign: int) -> None:
        assert sign > 0, "an invitation is followed by another"
        self.invited = {**self.invited, whom(fact): fact.until}

    @moves(ReplyMade)
    def has_replied(self, fact: ReplyMade, sign: int) -> None:
        assert sign > 0, "a reply is followed by another"
        self.replied = [*dict.fromkeys([*self.replied, whom(fact)])]

    @moves(CaseDecided)
    def decided(self, fact: CaseDecided, sign: int) -> None:
        self.decided_on, self.outcomes = None, []
        if sign > 0:
            self.decided_on, self.outcomes = fact.occurred_on, [str(one) for one in fact.outcomes]

    @moves(ConsequenceLinked)
    def linked(self, fact: ConsequenceLinked, sign: int) -> None:
        kept = list(self.consequences)
        if sign > 0:
            kept.append(fact.consequence)
        else:
            kept.remove(fact.consequence)
        self.consequences = kept

    @moves(CaseClosed)
    def closed(self, fact: CaseClosed, sign: int) -> None:
        assert sign > 0, "a closed case is reopened"
        self.closed_on, self.last_on = fact.occurred_on, fact.occurred_on

    @moves(CaseReopened)
    def reopened(self, fact: CaseReopened, sign: int) -> None:
        assert sign > 0, "a reopened case is closed again"
        self.closed_on, self.last_on = None, fact.occurred_on
        self.decided_on, self.outcomes = None, []  # it is decided anew

    @moves(CaseTransferred)
    def transferred(self, fact: CaseTransferred, sign: int) -> None:
        assert sign > 0, "a case that was transferred is transferred back"
        self.organisation, self.last_on = fact.to_organisation, fact.occurred_on


def whom(fact: ReplyInvited | ReplyMade) -> str:
    """Who is asked or answers, as a tag; empty where it is not exactly one."""
    named = [
        f"{kind}:{id}"
        for kind, id in (("organisation", fact.organisation), ("person", fact.official), ("officer", fact.officer))
        if id is not None
    ]
    return named[0] if len(named) == 1 else ""
