"""Planning and opening inspections, and recording visits: who inspects is neither inspected nor had a hand in it."""

from __future__ import annotations

from taizhang.domain.boundary import GuardKey
from taizhang.domain.classes import (
    ClassApproved,
    ClassFiled,
    ClassFilingRefused,
)
from taizhang.domain.core import Actor, Fact, OfficerId, RegionCode, Selector, Slice
from taizhang.domain.funds.balances import PaymentGuard
from taizhang.domain.funds.claims import ClaimReviewed, ClaimSubmitted
from taizhang.domain.funds.lines import LineOpened
from taizhang.domain.funds.payments import AdvancePaid, FundsRecovered, SubsidyPaid
from taizhang.domain.inspections.findings import FindingRecorded
from taizhang.domain.inspections.opening import InspectionOpened, InspectionPlanned, VisitHeld
from taizhang.domain.inspections.refusals import (
    AnnouncementUnclear,
    HeadsOfNoClass,
    InspectionIdTaken,
    InspectsItself,
    MemberInConflict,
    NotItsOwn,
    UnknownInspector,
    UnknownPlan,
    VisitBeforeAnnouncement,
)
from taizhang.domain.inspections.rules import (
    INSPECTING,
    OfAnInspection,
    code_in,
    inspection_row,
    require_officer,
    require_place,
    require_team,
)
from taizhang.domain.inspections.sample_refusals import NonceNotCommitted
from taizhang.domain.inspections.samples import NonceCommitted, PopulationFixed, SampleDrawn
from taizhang.domain.inspections.state import InspectionGuard, SampleGuard
from taizhang.domain.inspections.ties import Ties, tied_selectors
from taizhang.domain.institutions import OrganisationRegistered
from taizhang.domain.officers import OfficerAppointed, OfficerGuard
from taizhang.domain.registered import OfPeople
from taizhang.domain.standing import events, require_grounded, require_new


class PlanInspections(Slice):
    """Record a year's inspection plan, once."""

    COMMAND = "inspections.plan-inspections"
    DECIDES = InspectionPlanned
    ROLES = INSPECTING
    KEEPS = (InspectionPlanned,)
    fact: InspectionPlanned

    def region(self) -> RegionCode:
        return self.fact.region

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[InspectionPlanned], tags=[f"inspection-plan:{self.fact.plan}"])]

    def execute(self) -> None:
        fact = self.fact
        require_new(fact, self.known)
        if self.known:
            raise InspectionIdTaken(id=fact.plan)
        for item in fact.items:
            require_place(f"region:{item.region}", fact.region)
        self.record(fact)

    def leaning(self) -> list[Selector]:
        return [Selector(types=[InspectionOpened], tags=[f"inspection-plan:{self.fact.plan}"])]

    def take_back(self) -> None:
        now = self.becomes
        gone = now is None or now.plan != self.fact.plan
        require_grounded(self.fact, [one for one in self.resting if gone or one.occurred_on < now.occurred_on])


class OpenInspection(OfAnInspection, Slice):
    """Open an inspection: by whom, of what, with which team, none of whom inspects themselves."""

    COMMAND = "inspections.open-inspection"
    DECIDES = InspectionOpened
    ROLES = INSPECTING
    FURTHER = (OfficerAppointed,)
    fact: InspectionOpened

    def __init__(self, fact: InspectionOpened, by: Actor) -> None:
        super().__init__(fact, by)
        self.known: list[InspectionOpened] = []
        self.plans: list[InspectionPlanned] = []
        self.ties = Ties()
        self._asked: set[OfficerId] = set()

    def guards(self) -> list[GuardKey]:
        team = [(OfficerGuard.KIND, member) for member in self.fact.team]
        payments = [(PaymentGuard.KIND, payment) for payment in self._payments()]
        return [inspection_row(self.fact.inspection), *team, *payments]

    def consistency_boundary(self) -> list[Selector]:
        fact = self.fact
        who = {fact.organisation, *(one for member in fact.team for one in self._organisations(member))}
        payments = [self.guard(PaymentGuard, payment) for payment in self._payments()]
        return [
            Selector(types=[InspectionOpened], tags=[f"inspection:{fact.inspection}"]),
            *([Selector(types=[InspectionPlanned], tags=[f"inspection-plan:{fact.plan}"])] if fact.plan else []),
            *(Selector(types=[OrganisationRegistered], tags=[f"organisation:{one}"]) for one in sorted(who)),
            *tied_selectors(dict.fromkeys(fact.objects), payments),
        ]

    def further(self) -> list[Selector]:
        new = sorted(self.ties.officers() - self._asked)
        self._asked.update(new)
        return [Selector(types=[OfficerAppointed], tags=[f"officer:{one}"]) for one in new]

    @events(InspectionOpened)
    def _(self, fact: InspectionOpened) -> None:
        self.known.append(fact)

    @events(InspectionPlanned)
    def _(self, fact: InspectionPlanned) -> None:
        self.plans.append(fact)

    @events(
        OrganisationRegistered,
        OfficerAppointed,
        ClassFiled,
        ClassApproved,
        ClassFilingRefused,
        ClaimSubmitted,
        ClaimReviewed,
        SubsidyPaid,
        FundsRecovered,
        AdvancePaid,
        LineOpened,
    )
    def _(self, fact: Fact) -> None:
        self.ties.apply(fact)

    def execute(self) -> None:
        fact = self.fact
        require_new(fact, self.known)
        if self.known:
            raise InspectionIdTaken(id=fact.inspection)
        if fact.plan and not any(one.occurred_on <= fact.occurred_on for one in self.plans):
            raise UnknownPlan(plan=fact.plan, day=fact.occurred_on)
        if fact.announced != (fact.announced_on is not None):
            raise AnnouncementUnclear(inspection=fact.inspection)
        require_place(f"region:{fact.region}", code_in(fact.inspection))
        for subject in fact.objects:
            require_place(subject, code_in(fact.inspection))
        self._require_label()
        self._require_no_conflict()
        self.record(fact)

    def leaning(self) -> list[Selector]:
        types: list[type[Fact]] = [NonceCommitted, PopulationFixed, SampleDrawn, VisitHeld, FindingRecorded]
        return [Selector(types=types, tags=[f"inspection:{self.fact.inspection}"])]

    def take_back(self) -> None:
        """What the team did stays after the opening, and after the announcement."""
        now = self.becomes
        if now is None or now.inspection != self.fact.inspection:
            require_grounded(self.fact, self.resting)
            return
        announced = [one for one in self.resting if isinstance(one, VisitHeld) and _too_soon(now, one)]
        early = [one for one in self.resting if one.occurred_on < now.occurred_on]
        require_grounded(self.fact, [*early, *announced])

    def _require_label(self) -> None:
        """Raises UnknownInspector, InspectsItself, NotItsOwn."""
        fact = self.fact
        if not self.ties.is_registered(fact.organisation):
            raise UnknownInspector(organisation=fact.organisation)
        for subject in fact.objects:
            own = self.ties.is_responsible(fact.organisation, subject, self._payment(subject))
            if own and fact.kind != "self":
                raise InspectsItself(organisation=fact.organisation, object=subject)
            if not own and fact.kind == "self":
                raise NotItsOwn(organisation=fact.organisation, object=subject)

    def _require_no_conflict(self) -> None:
        """Raises NotAnOfficer, MemberInConflict."""
        for member in self.fact.team:
            require_officer(self, member)
            for subject in self.fact.objects if self.fact.kind != "self" else ():
                payment = self._payment(subject)
                tied = any(self.ties.is_responsible(one, subject, payment) for one in self._organisations(member))
                if tied or member in self.ties.hands_in(subject, payment):
                    raise MemberInConflict(officer=member, object=subject)

    def _organisations(self, member: OfficerId) -> list[str]:
        """For whom an officer works, or acts."""
        guard = self.guard(OfficerGuard, member)
        return list(dict.fromkeys([*guard.appointed, *(grant.organisation for grant in guard.grants)]))

    def _payments(self) -> list[str]:
        return [one.removeprefix("payment:") for one in self.fact.objects if one.startswith("payment:")]

    def _payment(self, subject: str) -> PaymentGuard | None:
        kind, _, id = subject.partition(":")
        return self.guard(PaymentGuard, id) if kind == "payment" else None


class RecordVisit(OfPeople, OfAnInspection, Slice):
    """Record what a member of the team saw on the spot."""

    COMMAND = "inspections.record-visit"
    DECIDES = VisitHeld
    ROLES = INSPECTING
    PEOPLE = ("interviewed",)
    KEEPS = (VisitHeld,)
    fact: VisitHeld

    def guards(self) -> list[GuardKey]:
        fact = self.fact
        sample = [(SampleGuard.KIND, fact.sample)] if fact.sample is not None else []
        return [inspection_row(fact.inspection), *sample]

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[VisitHeld], tags=[f"visit:{self.fact.visit}"])]

    def execute(self) -> None:
        fact = self.fact
        require_new(fact, self.known)
        if self.known:
            raise InspectionIdTaken(id=fact.visit)
        guard = require_team(self)
        if guard.announced_on is not None and fact.occurred_on <= guard.announced_on:
            raise VisitBeforeAnnouncement(
                inspection=fact.inspection, announced_on=guard.announced_on, day=fact.occurred_on
            )
        self._require_place(guard)
        of_a_post = fact.object.startswith("posting:")  # whether the posted official was there
        if fact.heads is not None and fact.training_class is None and not of_a_post:
            raise HeadsOfNoClass(heads=fact.heads)
        if fact.sample is not None and self.guard(SampleGuard, fact.sample).inspection != fact.inspection:
            raise NonceNotCommitted(sample=fact.sample, day=fact.occurred_on)
        self.record(fact)

    def _require_place(self, guard: InspectionGuard) -> None:
        """Raises OutsideTheInspectedRegion."""
        seen = [f"class:{self.fact.training_class}"] if self.fact.training_class is not None else []
        for subject in (self.fact.object, *seen):
            require_place(subject, RegionCode(guard.region))


def _too_soon(opening: InspectionOpened, visit: VisitHeld) -> bool:
    return opening.announced_on is not None and visit.occurred_on <= opening.announced_on
