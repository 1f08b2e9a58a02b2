"""What several steps with leads and cases ask: a lead that is open, a case that is with one's office, nobody concerned."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from taizhang.domain.boundary import GuardKey
from taizhang.domain.classes import ClassId, county_of
from taizhang.domain.core import Actor, OfficerId, RegionCode, Selector, Slice
from taizhang.domain.decisions import within
from taizhang.domain.funds.balances import PaymentGuard
from taizhang.domain.inspections.rules import require_order
from taizhang.domain.inspections.ties import Ties, tied_selectors
from taizhang.domain.leads.case_refusals import CaseIsClosed, NotYourCase, UnknownCase
from taizhang.domain.leads.refusals import CheckerConcerned, LeadIsSettled, NobodyIsOnIt, OutsideTheLeadsRegion
from taizhang.domain.leads.state import CaseGuard, LeadGuard
from taizhang.domain.officers import OfficerAppointed, OfficerGuard
from taizhang.domain.standing import require_scope

CHECKING: Final = frozenset({"inspector", "discipline", "finance", "organisation", "clerk"})
CONCLUDING: Final = frozenset({"inspector", "discipline"})
SEEING: Final = frozenset({"inspector", "discipline", "finance", "organisation"})  # who may see leads and cases at all


def code_in(case: str) -> RegionCode:
    """The region that the id of a case names."""
    return RegionCode(case[5:11])


def lead_row(lead: str) -> GuardKey:
    """The row that says how a lead stands."""
    return (LeadGuard.KIND, lead)


def case_row(case: str) -> GuardKey:
    """The row that says how a case stands."""
    return (CaseGuard.KIND, case)


class OfALead:
    """What every decision about one lead answers about scope: put before Slice in its bases."""

    fact: Any

    def region(self) -> RegionCode | None:
        return self.fact.region or None

    def guards(self) -> list[GuardKey]:
        return [lead_row(self.fact.lead)]


class OfACase:
    """What every decision about one case answers about scope: put before Slice in its bases."""

    fact: Any

    def region(self) -> RegionCode:
        return code_in(self.fact.case)

    def guards(self) -> list[GuardKey]:
        return [case_row(self.fact.case)]


def require_open_lead(decision: Slice) -> LeadGuard:
    """How the lead of the decision's fact stands: assigned, not concluded, not merged; in the officer's region.

    Raises NobodyIsOnIt, OutsideYourRegion, LeadIsSettled, StepTooEarly.
    """
    fact: Any = decision.fact
    guard = decision.guard(LeadGuard, fact.lead)
    if guard.assigned_on is None:
        raise NobodyIsOnIt(lead=fact.lead)
    require_scope(RegionCode(guard.region), decision.by)
    if guard.conclusion or guard.merged_into:
        raise LeadIsSettled(lead=fact.lead)
    require_order(fact, guard.assigned_on)
    return guard


def require_open_case(decision: Slice) -> CaseGuard:
    """How the case of the decision's fact stands: open, and with the officer's own organisation.

    Raises UnknownCase, NotYourCase, CaseIsClosed, StepTooEarly.
    """
    guard = require_own_case(decision)
    if guard.closed_on is not None:
        raise CaseIsClosed(case=decision.fact.case, closed_on=guard.closed_on)
    require_order(decision.fact, guard.last_on)
    return guard


def require_own_case(decision: Slice) -> CaseGuard:
    """The same, whether it is open or not. Raises UnknownCase, NotYourCase."""
    guard = decision.guard(CaseGuard, decision.fact.case)
    if guard.opened_on is None:
        raise UnknownCase(case=decision.fact.case)
    if decision.by.organisation != guard.organisation:
        raise NotYourCase(case=decision.fact.case, organisation=guard.organisation)
    return guard


def require_subjects_within(subjects: Iterable[str], region: RegionCode) -> None:
    """Raises OutsideTheLeadsRegion."""
    for subject in subjects:
        kind, _, id = subject.partition(":")
        place = {"region": RegionCode(id), "class": county_of(ClassId(id))}.get(kind)
        if place is not None and not within(place, region):
            raise OutsideTheLeadsRegion(subject=subject, region=region)


class Concern:
    """Who is tied to a lead's subjects: the organisations that answer for them, the officers who had a hand in them."""

    def __init__(self) -> None:
        self.ties = Ties()
        self._asked: set[OfficerId] = set()

    def selectors(self, subjects: Sequence[str], guarded: Any) -> list[Selector]:
        """Where to read it."""
        payments = [guarded[PaymentGuard.KIND, id] for id in _payments(subjects)]
        return list(tied_selectors(dict.fromkeys(subjects), payments))

    def further(self) -> list[Selector]:
        """For whom the officers work who had a hand in them."""
        new = sorted(self.ties.officers() - self._asked)
        self._asked.update(new)
        return [Selector(types=[OfficerAppointed], tags=[f"officer:{one}"]) for one in new]

    def require_unconcerned(self, decision: Slice, officer: OfficerId, home: str, subjects: Sequence[str]) -> None:
        """Raises CheckerConcerned. A region's authorities answer for everything in it: they are not kept out by that."""
        guard: OfficerGuard = decision.guarded[OfficerGuard.KIND, officer]
        offices = dict.fromkeys([home, *guard.appointed, *(grant.organisation for grant in guard.grants)])
        for subject in subjects:
            kind, _, id = subject.partition(":")
            if kind == "region":
                continue
            payment = decision.guarded[PaymentGuard.KIND, id] if kind == "payment" else None
            own = any(self.ties.is_responsible(one, subject, payment) for one in offices if one)
            if own or officer in self.ties.hands_in(subject, payment) or subject == f"officer:{officer}":
                raise CheckerConcerned(officer=officer, subject=subject)


def concern_rows(subjects: Sequence[str], *officers: OfficerId) -> list[GuardKey]:
    """The rows to ask for before anybody's concern with these subjects can be judged."""
    return [
        *((PaymentGuard.KIND, id) for id in _payments(subjects)),
        *((OfficerGuard.KIND, officer) for officer in officers),
    ]


def acts_for(by: Actor, organisation: str | None, officer: str | None) -> bool:
    """Whether an officer acts for this organisation, or is this officer."""
    return by.organisation == organisation or by.officer == officer


def _payments(subjects: Iterable[str]) -> list[str]:
    return [one.removeprefix("payment:") for one in subjects if one.startswith("payment:")]
