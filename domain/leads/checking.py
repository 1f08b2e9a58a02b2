"""Working on leads: assigned to somebody whom they do not concern, checked, confirmed or refuted by somebody else, merged."""

from __future__ import annotations

from typing import Any

import msgspec

from taizhang.domain.boundary import GuardKey
from taizhang.domain.core import Actor, Fact, RegionCode, Selector, Slice
from taizhang.domain.decisions import within
from taizhang.domain.inspections.rules import require_order, require_recorded
from taizhang.domain.inspections.ties import TIED_FACTS
from taizhang.domain.leads.cases import CaseOpened
from taizhang.domain.leads.ids import lead_id
from taizhang.domain.leads.leads import LeadAssigned, LeadChecked, LeadConfirmed, LeadRefuted, LeadsMerged
from taizhang.domain.leads.refusals import (
    AssigneeMayNot,
    CheckedByThemselves,
    LeadIsSettled,
    MergedIntoItself,
    NotCheckedYet,
    NotThatLead,
    NotTheAssignee,
)
from taizhang.domain.leads.rules import (
    CHECKING,
    CONCLUDING,
    Concern,
    OfALead,
    concern_rows,
    lead_row,
    require_open_lead,
    require_subjects_within,
)
from taizhang.domain.leads.state import LeadGuard
from taizhang.domain.officers import OfficerAppointed, OfficerGuard
from taizhang.domain.standing import events, require_forward, require_grounded, require_new


class AssignLead(OfALead, Slice):
    """Give a lead to an officer who may check it and whom it does not concern; a later one takes the place of an earlier."""

    COMMAND = "leads.assign-lead"
    DECIDES = LeadAssigned
    ROLES = CONCLUDING
    FURTHER = (OfficerAppointed,)
    fact: LeadAssigned

    def __init__(self, fact: LeadAssigned, by: Actor) -> None:
        super().__init__(fact, by)
        self.known: list[Fact] = []
        self.concern = Concern()

    def guards(self) -> list[GuardKey]:
        return [lead_row(self.fact.lead), *concern_rows(self.fact.subjects, self.fact.officer)]

    def consistency_boundary(self) -> list[Selector]:
        own = Selector(types=[LeadAssigned], tags=[f"lead:{self.fact.lead}"])
        return [own, *self.concern.selectors(self.fact.subjects, self.guarded)]

    def further(self) -> list[Selector]:
        return self.concern.further()

    @events(LeadAssigned)
    def _(self, fact: Fact) -> None:
        self.known.append(fact)

    @events(*TIED_FACTS, OfficerAppointed)
    def _(self, fact: Fact) -> None:
        self.concern.ties.apply(fact)

    def execute(self) -> None:
        fact = self.fact
        require_new(fact, self.known[-1:])
        right = lead_id(fact.rule, fact.subjects)
        if fact.lead != right:
            raise NotThatLead(lead=fact.lead, rule=fact.rule, right=right)
        require_subjects_within(fact.subjects, fact.region)
        guard = self.guard(LeadGuard, fact.lead)
        if guard.conclusion or guard.merged_into:
            raise LeadIsSettled(lead=fact.lead)
        require_order(fact, guard.assigned_on)
        require_forward(fact.occurred_on, fact.check_by)
        officer = self.guard(OfficerGuard, fact.officer)
        if not any(one.role in CHECKING and within(fact.region, one.region) for one in officer.grants):
            raise AssigneeMayNot(officer=fact.officer, region=fact.region)
        self.concern.require_unconcerned(self, fact.officer, "", fact.subjects)
        self.record(fact)


class CheckLead(OfALead, Slice):
    """Record what whoever a lead is assigned to found."""

    COMMAND = "leads.check-lead"
    DECIDES = LeadChecked
    ROLES = CHECKING
    COMPUTED = ("checked_by", "rule", "version", "region")
    FURTHER = (OfficerAppointed,)
    fact: LeadChecked

    def __init__(self, fact: LeadChecked, by: Actor) -> None:
        super().__init__(fact, by)
        self.known: list[Fact] = []
        self.concern = Concern()

    def guards(self) -> list[GuardKey]:
        return [lead_row(self.fact.lead), *concern_rows((), self.by.officer)]

    def consistency_boundary(self) -> list[Selector]:
        own = Selector(types=[LeadChecked], tags=[f"lead:{self.fact.lead}"])
        subjects = [one for one in self.guard(LeadGuard, self.fact.lead).subjects if not one.startswith("payment:")]
        return [own, *self.concern.selectors(subjects, self.guarded)]

    def further(self) -> list[Selector]:
        return self.concern.further()

    @events(LeadChecked)
    def _(self, fact: Fact) -> None:
        self.known.append(fact)

    @events(*TIED_FACTS, OfficerAppointed)
    def _(self, fact: Fact) -> None:
        self.concern.ties.apply(fact)

    def execute(self) -> None:
        guard = require_open_lead(self)
        fact = computed(self.fact, guard, checked_by=self.by.officer)
        require_new(fact, self.known)
        if self.by.officer != guard.assigned_to:
            raise NotTheAssignee(lead=fact.lead, assignee=guard.assigned_to)
        subjects = [one for one in guard.subjects if not one.startswith("payment:")]
        self.concern.require_unconcerned(self, self.by.officer, self.by.organisation, subjects)
        require_recorded(self, fact.rests_on)
        self.record(fact)

    def leaning(self) -> list[Selector]:
        return [Selector(types=[LeadConfirmed, LeadRefuted], tags=[f"lead:{self.fact.lead}"])]

    def take_back(self) -> None:
        """A conclusion rests on a check."""
        require_grounded(self.fact, self.resting)


class ConfirmLead(OfALead, Slice):
    """Hold a checked lead for established, as another officer than those who checked it."""

    COMMAND = "leads.confirm-lead"
    DECIDES = LeadConfirmed
    ROLES = CONCLUDING
    COMPUTED = ("confirmed_by", "rule", "version", "region")
    fact: LeadConfirmed

    def execute(self) -> None:
        self.record(computed(self.fact, require_concludable(self), confirmed_by=self.by.officer))

    def leaning(self) -> list[Selector]:
        return [Selector(types=[CaseOpened], tags=[f"lead:{self.fact.lead}"])]

    def take_back(self) -> None:
        """A case rests on its confirmed leads; the words and the sum may still be put right."""
        now = self.becomes
        if now is None or now.lead != self.fact.lead:
            require_grounded(self.fact, self.resting)


class RefuteLead(OfALead, Slice):
    """Find, with the reason, that there is nothing in a checked lead, as another officer than those who checked it."""

    COMMAND = "leads.refute-lead"
    DECIDES = LeadRefuted
    ROLES = CONCLUDING
    COMPUTED = ("refuted_by", "rule", "version", "region")
    fact: LeadRefuted

    def execute(self) -> None:
        self.record(computed(self.fact, require_concludable(self), refuted_by=self.by.officer))


class MergeLeads(OfALead, Slice):
    """Let several open leads that ask about one thing go on under one of them."""

    COMMAND = "leads.merge-leads"
    DECIDES = LeadsMerged
    ROLES = CONCLUDING
    COMPUTED = ("region",)
    fact: LeadsMerged

    def guards(self) -> list[GuardKey]:
        return [lead_row(one) for one in dict.fromkeys((self.fact.lead, *self.fact.merged))]

    def execute(self) -> None:
        fact = self.fact
        if fact.lead in fact.merged:
            raise MergedIntoItself(lead=fact.lead)
        guard = require_open_lead(self)
        for one in fact.merged:
            other = self.guard(LeadGuard, one)
            if other.conclusion or other.merged_into or other.case:
                raise LeadIsSettled(lead=one)
        self.record(msgspec.structs.replace(fact, region=RegionCode(guard.region)))


def computed(fact: Any, guard: LeadGuard, **who: str) -> Any:
    """The fact with what only the lead's own row knows: its rule, the version, the region."""
    known = {"rule": guard.rule, "version": guard.version, "region": RegionCode(guard.region)}
    return msgspec.structs.replace(fact, **known, **who)


def require_concludable(decision: Slice) -> LeadGuard:
    """How a lead stands that was checked, by others than the acting officer, by the day of the decision's fact.

    Raises NobodyIsOnIt, OutsideYourRegion, LeadIsSettled, NotCheckedYet, CheckedByThemselves, StepTooEarly.
    """
    guard = require_open_lead(decision)
    if not guard.checks:
        raise NotCheckedYet(lead=decision.fact.lead)
    if decision.by.officer in {officer for officer, _ in guard.checks}:
        raise CheckedByThemselves(officer=decision.by.officer, lead=decision.fact.lead)
    require_order(decision.fact, max(day for _, day in guard.checks))
    return guard
