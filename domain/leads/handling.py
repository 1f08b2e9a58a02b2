"""Cases: opened on confirmed leads, replied to, decided, carried out, closed, reopened, transferred."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import msgspec

from taizhang.domain.boundary import GuardKey
from taizhang.domain.core import Actor, Fact, RegionCode, Selector, Slice
from taizhang.domain.decisions import within
from taizhang.domain.funds.payments import FundsRecovered
from taizhang.domain.inspections.consequences import AccountabilityImposed, CircularIssued
from taizhang.domain.inspections.rules import require_order
from taizhang.domain.inspections.ties import TIED_FACTS
from taizhang.domain.institutions import OrganisationRegistered
from taizhang.domain.leads.case_refusals import (
    CaseIdTaken,
    CaseIsOpen,
    ConsequenceMissing,
    DecidedAlready,
    LeadInACase,
    LeadNotConfirmed,
    NotDecided,
    NothingToLink,
    NotInvited,
    OneIsAsked,
    ReplyNotInvited,
    ReplyStillRuns,
    UnfoundedAndMore,
    UnknownOffice,
)
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
from taizhang.domain.leads.refusals import OutsideTheLeadsRegion
from taizhang.domain.leads.rules import (
    CONCLUDING,
    Concern,
    OfACase,
    acts_for,
    case_row,
    code_in,
    concern_rows,
    lead_row,
    require_open_case,
    require_own_case,
)
from taizhang.domain.leads.state import CaseGuard, LeadGuard, whom
from taizhang.domain.officers import OfficerAppointed
from taizhang.domain.postings.appraisals import NegativeListEntered
from taizhang.domain.standing import events, require_forward, require_grounded, require_new

REPLYING: Final = CONCLUDING | {"clerk", "institution", "finance", "organisation", "village-official"}
CARRIED_OUT_BY: Final = MappingProxyType(
    {"recover": "recovery", "circular": "circular", "negative-list": "negative-list"}
)
CONSEQUENCES: Final[Mapping[str, type[Fact]]] = MappingProxyType(
    {
        "recovery": FundsRecovered,
        "circular": CircularIssued,
        "negative-list": NegativeListEntered,
        "accountability": AccountabilityImposed,
    }
)


class OpenCase(OfACase, Slice):
    """Take up confirmed leads, as an office that none of them concerns."""

    COMMAND = "leads.open-case"
    DECIDES = CaseOpened
    ROLES = CONCLUDING
    COMPUTED = ("opened_by", "organisation", "subjects", "region")
    FURTHER = (OfficerAppointed,)
    fact: CaseOpened

    def __init__(self, fact: CaseOpened, by: Actor) -> None:
        super().__init__(fact, by)
        self.concern = Concern()

    def guards(self) -> list[GuardKey]:
        leads = [lead_row(one) for one in dict.fromkeys(self.fact.leads)]
        return [case_row(self.fact.case), *leads, *concern_rows((), self.by.officer)]

    def consistency_boundary(self) -> list[Selector]:
        return self.concern.selectors(self._subjects(), self.guarded)

    def further(self) -> list[Selector]:
        return self.concern.further()

    @events(*TIED_FACTS, OfficerAppointed)
    def _(self, fact: Fact) -> None:
        self.concern.ties.apply(fact)

    def execute(self) -> None:
        fact, by = self.fact, self.by
        if self.guard(CaseGuard, fact.case).opened_on is not None:
            raise CaseIdTaken(case=fact.case)
        for lead in fact.leads:
            guard = self.guard(LeadGuard, lead)
            if guard.conclusion != "confirmed":
                raise LeadNotConfirmed(lead=lead)
            if guard.case:
                raise LeadInACase(lead=lead, case=guard.case)
            if not within(guard.region, code_in(fact.case)):
                raise OutsideTheLeadsRegion(subject=f"lead:{lead}", region=code_in(fact.case))
            require_order(fact, guard.concluded_on)
        self.concern.require_unconcerned(self, by.officer, by.organisation, self._subjects())
        own = {"opened_by": by.officer, "organisation": by.organisation, "region": code_in(fact.case)}
        subjects = dict.fromkeys(one for lead in fact.leads for one in self.guard(LeadGuard, lead).subjects)
        self.record(msgspec.structs.replace(fact, subjects=tuple(subjects), **own))

    def _subjects(self) -> list[str]:
        """Payments are left out: their classes say whom they concern."""
        found = [one for lead in self.fact.leads for one in self.guard(LeadGuard, lead).subjects]
        return [one for one in dict.fromkeys(found) if not one.startswith("payment:")]


class InviteReply(OfACase, Slice):
    """Tell one whom a case concerns what is asked, and until when they may answer."""

    COMMAND = "leads.invite-reply"
    DECIDES = ReplyInvited
    ROLES = CONCLUDING
    fact: ReplyInvited

    def execute(self) -> None:
        require_open_case(self)
        if not whom(self.fact):
            raise OneIsAsked(case=self.fact.case)
        require_forward(self.fact.occurred_on, self.fact.until)
        self.record(self.fact)


class MakeReply(OfACase, Slice):
    """Record the answer of one who was asked: by themselves, or by the office from paper."""

    COMMAND = "leads.make-reply"
    DECIDES = ReplyMade
    ROLES = REPLYING
    KEEPS = (ReplyMade,)
    fact: ReplyMade

    def region(self) -> RegionCode | None:  # type: ignore[override]
        return None if self.by.role not in CONCLUDING else code_in(self.fact.case)

    def institution(self) -> str | None:
        return self.fact.organisation

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[ReplyMade], tags=[f"case:{self.fact.case}"])]

    def execute(self) -> None:
        fact, by = self.fact, self.by
        guard = self.guard(CaseGuard, fact.case)
        require_new(fact, self.known)
        who = whom(fact)
        if not who:
            raise OneIsAsked(case=fact.case)
        for_office = by.role in CONCLUDING and by.organisation == guard.organisation
        if who not in guard.invited or not (for_office or acts_for(by, fact.organisation, fact.officer)):
            raise NotInvited(case=fact.case, whom=who.partition(":")[2])
        require_order(fact, guard.opened_on)
        self.record(fact)


class DecideCase(OfACase, Slice):
    """Decide a case after everybody who was asked has answered or let the time pass; another officer approves."""

    COMMAND = "leads.decide-case"
    DECIDES = CaseDecided
    ROLES = CONCLUDING
    COMPUTED = ("decided_by",)
    FURTHER = (OfficerAppointed,)
    fact: CaseDecided

    def __init__(self, fact: CaseDecided, by: Actor) -> None:
        super().__init__(msgspec.structs.replace(fact, decided_by=by.officer), by)
        self.concern = Concern()

    def guards(self) -> list[GuardKey]:
        return [case_row(self.fact.case), *concern_rows((), self.by.officer, self.fact.approver)]

    def consistency_boundary(self) -> list[Selector]:
        return self.concern.selectors(self._subjects(), self.guarded)

    def further(self) -> list[Selector]:
        return self.concern.further()

    @events(*TIED_FACTS, OfficerAppointed)
    def _(self, fact: Fact) -> None:
        self.concern.ties.apply(fact)

    def execute(self) -> None:
        fact = self.fact
        guard = require_open_case(self)
        if guard.decided_on is not None:
            raise DecidedAlready(case=fact.case, decided_on=guard.decided_on)
        if "unfounded" in fact.outcomes and (len(fact.outcomes) > 1 or fact.amount_fen):
            raise UnfoundedAndMore(case=fact.case)
        if not guard.invited:
            raise ReplyNotInvited(case=fact.case)
        for who, until in guard.invited.items():
            if who not in guard.replied and fact.occurred_on <= until:
                raise ReplyStillRuns(case=fact.case, whom=who.partition(":")[2], until=until)
        for officer, home in ((self.by.officer, self.by.organisation), (fact.approver, "")):
            self.concern.require_unconcerned(self, officer, home, self._subjects())
        self.record(fact)

    def leaning(self) -> list[Selector]:
        return [Selector(types=[CaseClosed, ConsequenceLinked], tags=[f"case:{self.fact.case}"])]

    def take_back(self) -> None:
        """A case that was closed is reopened and decided anew; what was carried out keeps its decision."""
        closed = [one for one in self.resting if isinstance(one, CaseClosed)]
        require_grounded(self.fact, self.resting if self.becomes is None else closed)

    def _subjects(self) -> list[str]:
        found = self.guard(CaseGuard, self.fact.case).subjects
        return [one for one in found if not one.startswith("payment:")]


class LinkConsequence(OfACase, Slice):
    """Name the fact that carries a decision out."""

    COMMAND = "leads.link-consequence"
    DECIDES = ConsequenceLinked
    ROLES = CONCLUDING
    COMPUTED = ("amount_fen",)
    KEEPS = (ConsequenceLinked,)
    fact: ConsequenceLinked
    standing: tuple[Any, ...] = ()

    def consistency_boundary(self) -> list[Selector]:
        own = Selector(types=[ConsequenceLinked], tags=[f"case:{self.fact.case}"])
        return [own, Selector(types=list(CONSEQUENCES.values()), tags=[self.fact.about])]

    @events(*CONSEQUENCES.values())
    def _(self, fact: Fact) -> None:
        self.standing = (*self.standing, fact)

    def execute(self) -> None:
        asked = self.fact
        guard = require_open_case(self)
        kind = CONSEQUENCES[asked.consequence]
        carried = [one for one in self.standing if isinstance(one, kind)]
        amounts = [one.amount_fen for one in carried if isinstance(one, FundsRecovered)]
        fact = msgspec.structs.replace(asked, amount_fen=sum(amounts))
        require_new(fact, self.known)
        if guard.decided_on is None:
            raise NotDecided(case=fact.case)
        if not carried:
            raise NothingToLink(about=fact.about, consequence=fact.consequence)
        self.record(fact)

    def leaning(self) -> list[Selector]:
        return [Selector(types=[CaseClosed], tags=[f"case:{self.fact.case}"])]

    def take_back(self) -> None:
        """What a closing rested on stays."""
        require_grounded(self.fact, self.resting)


class CloseCase(OfACase, Slice):
    """Close a decided case when what was decided has been carried out."""

    COMMAND = "leads.close-case"
    DECIDES = CaseClosed
    ROLES = CONCLUDING
    COMPUTED = ("case_closed_by",)
    fact: CaseClosed

    def execute(self) -> None:
        fact = msgspec.structs.replace(self.fact, case_closed_by=self.by.officer)
        guard = require_open_case(self)
        if guard.decided_on is None:
            raise NotDecided(case=fact.case)
        require_order(fact, guard.decided_on)
        missing = [one for one in guard.outcomes if CARRIED_OUT_BY.get(one, "") not in ("", *guard.consequences)]
        if missing:
            raise ConsequenceMissing(case=fact.case, outcomes=tuple(missing))
        self.record(fact)


class ReopenCase(OfACase, Slice):
    """Open a closed case again, and say why; it is decided anew."""

    COMMAND = "leads.reopen-case"
    DECIDES = CaseReopened
    ROLES = CONCLUDING
    fact: CaseReopened

    def execute(self) -> None:
        guard = require_own_case(self)
        if guard.closed_on is None:
            raise CaseIsOpen(case=self.fact.case)
        require_order(self.fact, guard.closed_on)
        self.record(self.fact)


class TransferCase(OfACase, Slice):
    """Hand a case to another registered office, which goes on with it."""

    COMMAND = "leads.transfer-case"
    DECIDES = CaseTransferred
    ROLES = CONCLUDING
    KEEPS = (OrganisationRegistered,)
    fact: CaseTransferred

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[OrganisationRegistered], tags=[f"organisation:{self.fact.to_organisation}"])]

    def execute(self) -> None:
        fact = self.fact
        guard = require_open_case(self)
        if not self.known or fact.to_organisation == guard.organisation:
            raise UnknownOffice(organisation=fact.to_organisation, case=fact.case)
        self.record(fact)
