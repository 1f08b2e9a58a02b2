"""Claims are computed, and reviewed by another officer: the decisions about submitting and reviewing one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import accumulate
from typing import Any, NamedTuple

import msgspec

from taizhang.domain.attendance import AttendanceTaken
from taizhang.domain.boundary import GuardKey
from taizhang.domain.certificates import CertificateIssued, CertificateRevoked
from taizhang.domain.classes import (
    TEACHING_SIDE,
    ClassFiled,
    ClassGuard,
    ClassId,
    ClassRescheduled,
    OfOneClass,
    county_of,
    require_filed,
)
from taizhang.domain.core import Actor, Fact, PersonId, Selector, Slice
from taizhang.domain.decisions import PreparedAndApprovedByOne
from taizhang.domain.employment import EmploymentConfirmed, EmploymentReported
from taizhang.domain.enrolment import NotEnrolled, TraineeEnrolled
from taizhang.domain.funds.claim_refusals import (
    AmountTyped,
    ClaimedAlready,
    ClaimIdTaken,
    ClaimOfAnotherCounty,
    ClaimStepTooEarly,
    NobodyEntitled,
    NoRateInForce,
    NotEntitled,
    UnknownClaim,
)
from taizhang.domain.funds.claim_state import ClaimGuard, ClaimTerms
from taizhang.domain.funds.claims import (
    CLAIM_BYTES_MOST,
    CLAIM_PERSONS_MOST,
    ClaimId,
    ClaimReviewed,
    ClaimSubmitted,
    Entitlement,
    NoticePosted,
    county_of_claim,
    total,
)
from taizhang.domain.funds.entitlement import CLASS_FACTS, ClassEvidence, ClassTerms, rate_in_force, reckon
from taizhang.domain.funds.payments import AdvanceCleared, SubsidyPaid
from taizhang.domain.funds.poverty import MEMBERSHIP_FACTS, Households
from taizhang.domain.households import (
    HouseholdAttributeStated,
    HouseholdExited,
    HouseholdMemberLeft,
    HouseholdMemberListed,
    HouseholdMerged,
    HouseholdRegistered,
    HouseholdReturned,
    HouseholdSplit,
)
from taizhang.domain.people import PersonsMerged, PersonsSeparated
from taizhang.domain.policy import RateSet
from taizhang.domain.standing import OthersRestOnIt, StandsAlready, events


class Person(NamedTuple):
    """One trainee of the class: all of the person's ids, the one that was enrolled first in front."""

    ids: Sequence[PersonId]


class SubmitClaim(OfOneClass, Slice):
    """Claim a subsidy for a class: what the rate in force gives for everybody who has what it asks for.

    The boundary is the class with its persons: their merges, and their households where the rate asks who is poor.
    """

    COMMAND = "funds.submit-claim"
    DECIDES = ClaimSubmitted
    ROLES = TEACHING_SIDE
    COMPUTED = ("entitlements", "amount_fen", "beyond", "rate_fen", "basis", "institution", "prepared_by")
    FURTHER = (PersonsMerged, PersonsSeparated, *MEMBERSHIP_FACTS)
    fact: ClaimSubmitted

    def __init__(self, fact: ClaimSubmitted, by: Actor) -> None:
        self.typed = bool(fact.entitlements or fact.amount_fen or fact.beyond or fact.rate_fen or fact.basis)
        super().__init__(msgspec.structs.replace(fact, prepared_by=by.officer), by)
        self.evidence = ClassEvidence(fact.training_class, fact.occurred_on)
        self.rates: list[RateSet] = []
        self.claims: list[ClaimSubmitted] = []
        self.reviews: dict[ClaimId, ClaimReviewed] = {}
        self.groups: dict[PersonId, Sequence[PersonId]] = {}
        self.households = Households()
        self.steps = iter(self._steps())

    def guards(self) -> list[GuardKey]:
        return [(ClassGuard.KIND, self.fact.training_class), (ClaimGuard.KIND, self.fact.claim)]

    def consistency_boundary(self) -> list[Selector]:
        fact = self.fact
        filing = self.guard(ClassGuard, fact.training_class).filing
        of_class: list[type[Fact]] = [*CLASS_FACTS, ClaimSubmitted, ClaimReviewed]
        asked = [
            Selector(types=of_class, tags=[f"class:{fact.training_class}"]),
            Selector(types=[ClaimSubmitted], tags=[f"claim:{fact.claim}"]),
        ]
        if filing is not None:
            asked.append(Selector(types=[RateSet], tags=[f"programme:{filing.programme}"]))
        return asked

    def further(self) -> list[Selector]:
        return next(self.steps, [])

    def _steps(self) -> Iterator[list[Selector]]:
        """First who is who, then, where the rate asks for it, whose household each is in, and what is said of those."""
        merges: list[type[Fact]] = [PersonsMerged, PersonsSeparated]
        yield from _some([Selector(types=merges, tags=[f"person:{id}"]) for id in sorted(self.evidence.known_ids())])
        terms = self.evidence.terms()
        rate = None if terms is None else self._rate(terms)
        if rate is None or "poor" not in rate.conditions:
            return
        ids = sorted({id for person in self._persons() for id in person.ids})
        yield from _some(self.households.of_persons(ids))
        yield from _some(self.households.of_households())

    @events(
        ClassFiled,
        ClassRescheduled,
        TraineeEnrolled,
        AttendanceTaken,
        CertificateIssued,
        CertificateRevoked,
        EmploymentReported,
        EmploymentConfirmed,
    )
    def _(self, fact: Fact) -> None:
        self.evidence.apply(fact)

    @events(RateSet)
    def _(self, fact: RateSet) -> None:
        self.rates.append(fact)

    @events(ClaimSubmitted)
    def _(self, fact: ClaimSubmitted) -> None:
        self.claims.append(fact)

    @events(ClaimReviewed)
    def _(self, fact: ClaimReviewed) -> None:
        self.reviews[fact.claim] = fact

    @events(PersonsMerged)
    def _(self, fact: PersonsMerged) -> None:
        group = fact.group or (fact.kept, *fact.merged)
        self.groups |= dict.fromkeys(group, group)

    @events(PersonsSeparated)
    def _(self, fact: PersonsSeparated) -> None:
        for group in (fact.kept_group or (fact.kept,), fact.separated):
            self.groups |= dict.fromkeys(group, group)

    @events(
        HouseholdMemberListed,
        HouseholdMemberLeft,
        HouseholdRegistered,
        HouseholdAttributeStated,
        HouseholdExited,
        HouseholdReturned,
        HouseholdSplit,
        HouseholdMerged,
    )
    def _(self, fact: Fact) -> None:
        self.households.apply(fact)

    def execute(self) -> None:
        fact = self.fact
        self._require_new()
        if self.typed:
            raise AmountTyped
        county = county_of(fact.training_class)
        if county_of_claim(fact.claim) != county:
            raise ClaimOfAnotherCounty(claim=fact.claim, county=county)
        filing = require_filed(self.guard(ClassGuard, fact.training_class), fact.training_class)
        terms = self.evidence.terms()
        assert terms is not None, "the guard row says that the class was filed"
        rate = self._rate(terms)
        if rate is None:
            raise NoRateInForce(
                training_class=fact.training_class, starts_on=terms.starts_on, purpose=fact.purpose, payee=fact.payee
            )
        entitled = self._named(rate, terms) if fact.persons else self._all(rate, terms)
        held = _held(entitled)
        self.record(
            msgspec.structs.replace(
                fact,
                institution=filing.institution,
                entitlements=held,
                amount_fen=total(held),
                beyond=len(entitled) - len(held),
                rate_fen=rate.amount_fen,
                basis=rate.basis,
            )
        )

    def take_back(self) -> None:
        """What was reviewed stays what it is: the same persons and fen, prepared by somebody else than the reviewer."""
        guard, now = self.guard(ClaimGuard, self.fact.claim), self.becomes
        if guard.approved is None:
            return
        if now is None or guard.reviewed_on is None or not _says_the_same(self.fact, now):
            others = [
                ClaimReviewed,
                *([NoticePosted] if guard.posted_on else ()),
                *([SubsidyPaid] if guard.paid else ()),
            ]
            raise OthersRestOnIt(kind=self.fact.TOPIC, others=tuple(kind.TOPIC for kind in others))
        if guard.reviewed_on < now.occurred_on:
            raise ClaimStepTooEarly(claim=now.claim, before=now.occurred_on, day=guard.reviewed_on)
        if guard.reviewed_by == now.prepared_by:
            raise PreparedAndApprovedByOne(officer=now.prepared_by)

    def _require_new(self) -> None:
        """Raises StandsAlready when the same was asked for before, whatever came of it, and ClaimIdTaken."""
        fact = self.fact
        for one in self.claims:
            if one.claim == fact.claim:
                if _as_asked(one) == _as_asked(fact):
                    raise StandsAlready(kind=fact.TOPIC)
                raise ClaimIdTaken(claim=fact.claim, training_class=one.training_class, claimed_on=one.occurred_on)

    def _rate(self, terms: ClassTerms) -> RateSet | None:
        return rate_in_force(self.rates, terms, self.fact.payee, self.fact.purpose)

    def _persons(self) -> list[Person]:
        """Everybody who was enrolled, each once, under all of their ids."""
        seen: set[PersonId] = set()
        found = []
        for id in self.evidence.persons():
            if id not in seen:
                ids = [id, *(other for other in self.groups.get(id, ()) if other != id)]
                seen.update(ids)
                found.append(Person(ids))
        return found

    def _reckoned(self, rate: RateSet, terms: ClassTerms, person: Person) -> Entitlement | str:
        evidence = self.evidence.of(person.ids)
        if "poor" in rate.conditions:
            evidence = evidence._replace(poor=self.households.poor_on(person.ids, evidence.enrolled_on))
        return reckon(rate, terms, evidence)

    def _all(self, rate: RateSet, terms: ClassTerms) -> list[Entitlement]:
        """Everybody who is entitled and not claimed for yet.

        Raises NobodyEntitled.
        """
        fact, claimed, lacking = self.fact, claimed_for(fact_key(self.fact), self.claims, self.reviews), Counter[str]()
        found: list[Entitlement] = []
        persons = self._persons()
        for person in persons:
            reckoned = "claimed" if not claimed.keys().isdisjoint(person.ids) else self._reckoned(rate, terms, person)
            if isinstance(reckoned, str):
                lacking[reckoned] += 1
            else:
                found.append(reckoned)
        if not found:
            raise NobodyEntitled(
                training_class=fact.training_class,
                day=fact.occurred_on,
                trainees=len(persons),
                lack_hours=lacking["hours"],
                lack_certificate=lacking["certificate"],
                lack_employment=lacking["employment"],
                not_poor=lacking["poor"],
                claimed=lacking["claimed"],
            )
        return found

    def _named(self, rate: RateSet, terms: ClassTerms) -> list[Entitlement]:
        """What those who are named are entitled to, each once.

        Raises NotEnrolled, ClaimedAlready, NotEntitled.
        """
        fact, claimed = self.fact, claimed_for(fact_key(self.fact), self.claims, self.reviews)
        by_id = {id: person for person in self._persons() for id in person.ids}
        found: dict[PersonId, Entitlement] = {}
        for id in fact.persons:
            person = by_id.get(id)
            if person is None:
                raise NotEnrolled(person=id, training_class=fact.training_class, day=fact.occurred_on)
            for one in person.ids:
                if one in claimed:
                    raise ClaimedAlready(person=id, training_class=fact.training_class, claim=claimed[one])
            reckoned = self._reckoned(rate, terms, person)
            if isinstance(reckoned, str):
                raise NotEntitled(training_class=fact.training_class, person=id, day=fact.occurred_on, lack=reckoned)
            found[reckoned.person] = reckoned
        return list(found.values())


Key = tuple[ClassId, str, str]


def fact_key(claim: ClaimSubmitted) -> Key:
    """What a person is claimed for once: a class, a purpose, a kind of payee."""
    return claim.training_class, claim.purpose, claim.payee


def claimed_for(
    key: Key, claims: Iterable[ClaimSubmitted], reviews: Mapping[ClaimId, ClaimReviewed]
) -> dict[PersonId, ClaimId]:
    """Who stands in which of these claims; a refused claim holds nobody, a review lets go whom it leaves out."""
    held: dict[PersonId, ClaimId] = {}
    for claim in claims:
        review = reviews.get(claim.claim)
        if fact_key(claim) == key and (review is None or review.approved):
            gone = () if review is None else review.left_out
            held |= {one.person: claim.claim for one in claim.entitlements if one.person not in gone}
    return held


def require_claim(guard: ClaimGuard, claim: ClaimId, training_class: ClassId) -> ClaimTerms:
    """The terms of a claim that was submitted for this class.

    Raises UnknownClaim.
    """
    if guard.terms is None or guard.terms.training_class != training_class:
        raise UnknownClaim(claim=claim, training_class=training_class)
    return guard.terms


def require_in_order(claim: ClaimId, before: date, day: date) -> None:
    """Refuse a step of a claim that is dated before the one it follows.

    Raises ClaimStepTooEarly.
    """
    if day < before:
        raise ClaimStepTooEarly(claim=claim, before=before, day=day)


def payments_of(training_class: ClassId) -> list[Selector]:
    """Where to read what was paid for a class; the claim stands in each fact."""
    return [Selector(types=[SubsidyPaid, AdvanceCleared], tags=[f"class:{training_class}"])]


def _some(selectors: list[Selector]) -> Iterator[list[Selector]]:
    if selectors:
        yield selectors


def _held(entitled: Sequence[Entitlement]) -> tuple[Entitlement, ...]:
    """As many as one claim holds."""
    sizes = accumulate(len(msgspec.json.encode(one)) + 1 for one in entitled[:CLAIM_PERSONS_MOST])
    return tuple(one for one, size in zip(entitled, sizes, strict=False) if size <= CLAIM_BYTES_MOST)


def _as_asked(claim: ClaimSubmitted) -> list[Any]:
    return [getattr(claim, name) for name in claim.__struct_fields__ if name not in SubmitClaim.COMPUTED]


def _says_the_same(one: ClaimSubmitted, other: ClaimSubmitted) -> bool:
    """Whether both claim the same fen for the same persons under one id."""
    sums = [{each.person: each.amount_fen for each in claim.entitlements} for claim in (one, other)]
    return one.claim == other.claim and fact_key(one) == fact_key(other) and sums[0] == sums[1]
