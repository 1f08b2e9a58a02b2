"""Organisations, designated training institutions 定点机构, their teachers and venues."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar, Literal

import msgspec

from taizhang.domain.classes import InstitutionId, OccupationCode, TeacherId, VenueId
from taizhang.domain.core import Correction, Fact, OrganisationId, Refusal, RegionCode, Selector, Slice
from taizhang.domain.standing import require_forward, require_grounded, require_new

OrganisationKind = Literal["department", "mass-organisation", "institution", "school", "enterprise", "leading-group"]
Seats = Annotated[int, msgspec.Meta(ge=1, description="people who find a seat at the same time")]
CLERKS = frozenset({"clerk"})

# -- facts ------------------------------------------------------------------------------------------------


class OrganisationRegistered(Fact, frozen=True, kw_only=True):
    """An organisation exists under this id; `field` is a department's work: hr, poverty, agriculture, finance …"""

    TOPIC = "institutions.organisation-registered.v1"
    organisation: OrganisationId
    name: str
    kind: OrganisationKind
    region: RegionCode
    level: Literal["province", "prefecture", "county", "none"] = "none"
    field: str = ""

    def tags(self) -> list[str]:
        return [f"organisation:{self.organisation}"]


class OrganisationRegisteredCorrected(Correction[OrganisationRegistered], frozen=True, kw_only=True):
    TOPIC = "institutions.organisation-registered-corrected.v1"


class InstitutionDesignated(Fact, frozen=True, kw_only=True):
    """An institution may train for these occupations, `seats` at the same time, from `since` to `until` included."""

    TOPIC = "institutions.institution-designated.v1"
    institution: InstitutionId
    region: RegionCode
    occupations: tuple[OccupationCode, ...]
    seats: Seats
    since: date
    until: date | None = None
    document: str = ""

    def tags(self) -> list[str]:
        return [f"institution:{self.institution}"]


class InstitutionDesignatedCorrected(Correction[InstitutionDesignated], frozen=True, kw_only=True):
    TOPIC = "institutions.institution-designated-corrected.v1"


class InstitutionSuspended(Fact, frozen=True, kw_only=True):
    """An institution may not train for a while, from `since` to `until` included."""

    TOPIC = "institutions.institution-suspended.v1"
    institution: InstitutionId
    region: RegionCode
    since: date
    until: date | None = None

    def tags(self) -> list[str]:
        return [f"institution:{self.institution}"]


class InstitutionSuspendedCorrected(Correction[InstitutionSuspended], frozen=True, kw_only=True):
    TOPIC = "institutions.institution-suspended-corrected.v1"


class DesignationWithdrawn(Fact, frozen=True, kw_only=True):
    """All designations made until then end; `occurred_on` is the first day without."""

    TOPIC = "institutions.designation-withdrawn.v1"
    institution: InstitutionId
    region: RegionCode

    def tags(self) -> list[str]:
        return [f"institution:{self.institution}"]


class DesignationWithdrawnCorrected(Correction[DesignationWithdrawn], frozen=True, kw_only=True):
    TOPIC = "institutions.designation-withdrawn-corrected.v1"


class TeacherRegistered(Fact, frozen=True, kw_only=True):
    """A teacher teaches for an institution; the name stands in the vault."""

    TOPIC = "institutions.teacher-registered.v1"
    teacher: TeacherId
    institution: InstitutionId
    occupations: tuple[OccupationCode, ...] = ()

    def tags(self) -> list[str]:
        return [f"teacher:{self.teacher}", f"institution:{self.institution}"]


class TeacherRegisteredCorrected(Correction[TeacherRegistered], frozen=True, kw_only=True):
    TOPIC = "institutions.teacher-registered-corrected.v1"


class VenueRegistered(Fact, frozen=True, kw_only=True):
    """A place where an institution teaches, with its seats."""

    TOPIC = "institutions.venue-registered.v1"
    venue: VenueId
    institution: InstitutionId
    seats: Seats
    village: RegionCode | None = None
    name: str = ""

    def tags(self) -> list[str]:
        return [f"venue:{self.venue}", f"institution:{self.institution}"]


class VenueRegisteredCorrected(Correction[VenueRegistered], frozen=True, kw_only=True):
    TOPIC = "institutions.venue-registered-corrected.v1"


# -- what is known ----------------------------------------------------------------------------------------

DESIGNATION_FACTS: tuple[type[Fact], ...] = (InstitutionDesignated, InstitutionSuspended, DesignationWithdrawn)


class Designations:
    """What one institution may teach on a day; fold `DESIGNATION_FACTS` that bear the institution's tag."""

    def __init__(self) -> None:
        self._designated: list[InstitutionDesignated] = []
        self._suspended: list[InstitutionSuspended] = []
        self._withdrawn: list[date] = []

    def apply(self, fact: Fact) -> None:
        """Take in one fact; facts of other classes change nothing."""
        if isinstance(fact, InstitutionDesignated):
            self._designated.append(fact)
        elif isinstance(fact, InstitutionSuspended):
            self._suspended.append(fact)
        elif isinstance(fact, DesignationWithdrawn):
            self._withdrawn.append(fact.occurred_on)

    def covering(self, occupation: OccupationCode, day: date) -> InstitutionDesignated | None:
        """The designation under which this occupation may be taught on that day; of several the one with most seats."""
        if any(_holds(day, one.since, one.until) for one in self._suspended):
            return None
        standing = [
            one
            for one in self._designated
            if occupation in one.occupations
            and _holds(day, one.since, one.until)
            and not any(one.since <= withdrawn <= day for withdrawn in self._withdrawn)
        ]
        return max(standing, key=lambda one: one.seats, default=None)


def designated_on(facts: Iterable[Fact], occupation: OccupationCode, day: date) -> bool:
    """Whether these facts about an institution let it teach the occupation on that day."""
    state = Designations()
    for fact in facts:
        state.apply(fact)
    return state.covering(occupation, day) is not None


def _holds(day: date, since: date, until: date | None) -> bool:
    return since <= day and (until is None or day <= until)


# -- refusals ---------------------------------------------------------------------------------------------


@dataclass(eq=False)
class IdTaken(Refusal):
    """The id of an organisation, a teacher or a venue is given once."""

    RULE: ClassVar = "institutions.id-taken"
    SOURCE: ClassVar = "logic: one id, one thing"
    zh = "编号 {id} 已登记且内容不同。如登记有误请更正,否则请换一个编号。"
    en = "The id {id} is registered already, with other content. Correct that record, or choose another id."
    id: str


@dataclass(eq=False)
class UnknownInstitution(Refusal):
    """Designations, teachers and venues belong to a registered institution."""

    RULE: ClassVar = "institutions.unknown-institution"
    SOURCE: ClassVar = "design.md section 3 (registry)"
    zh = "机构 {institution} 未登记。请先登记该机构。"
    en = "No institution {institution} is registered. Register it as an organisation first."
    institution: InstitutionId


@dataclass(eq=False)
class NotDesignated(Refusal):
    """Only a designated institution can be suspended or have its designation withdrawn."""

    RULE: ClassVar = "institutions.not-designated"
    SOURCE: ClassVar = "logic"
    zh = "机构 {institution} 从未被认定为定点机构。请核对机构编号。"
    en = "The institution {institution} was never designated. Check its id."
    institution: InstitutionId


# -- decisions --------------------------------------------------------------------------------------------


class RegisterOrganisation(Slice):
    """Register an organisation."""

    COMMAND = "institutions.register-organisation"
    DECIDES = OrganisationRegistered
    ROLES = frozenset({"clerk", "system-administrator"})
    KEEPS = (OrganisationRegistered,)
    fact: OrganisationRegistered

    def region(self) -> RegionCode:
        return self.fact.region

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[OrganisationRegistered], tags=[f"organisation:{self.fact.organisation}"])]

    def execute(self) -> None:
        require_new(self.fact, self.known)
        if self.known:
            raise IdTaken(id=self.fact.organisation)
        self.record(self.fact)

    def leaning(self) -> list[Selector]:
        if self.becomes is not None and self.becomes.organisation == self.fact.organisation:
            return []
        types: list[type[Fact]] = [InstitutionDesignated, TeacherRegistered, VenueRegistered]
        return [Selector(types=types, tags=[f"institution:{self.fact.organisation}"])]

    def take_back(self) -> None:
        require_grounded(self.fact, self.resting)


class DesignateInstitution(Slice):
    """Designate a registered institution for occupations."""

    COMMAND = "institutions.designate-institution"
    DECIDES = InstitutionDesignated
    ROLES = CLERKS
    KEEPS = (OrganisationRegistered, InstitutionDesignated)
    fact: InstitutionDesignated

    def region(self) -> RegionCode:
        return self.fact.region

    def consistency_boundary(self) -> list[Selector]:
        return [
            registration_of(self.fact.institution),
            Selector(types=[InstitutionDesignated], tags=[f"institution:{self.fact.institution}"]),
        ]

    def execute(self) -> None:
        require_new(self.fact, self.known)
        require_forward(self.fact.since, self.fact.until)
        require_institution(self.fact.institution, self.known)
        self.record(self.fact)


class SuspendInstitution(Slice):
    """Suspend a designated institution."""

    COMMAND = "institutions.suspend-institution"
    DECIDES = InstitutionSuspended
    ROLES = CLERKS
    KEEPS = (InstitutionDesignated, InstitutionSuspended)
    fact: InstitutionSuspended

    def region(self) -> RegionCode:
        return self.fact.region

    def consistency_boundary(self) -> list[Selector]:
        types: list[type[Fact]] = [InstitutionDesignated, InstitutionSuspended]
        return [Selector(types=types, tags=[f"institution:{self.fact.institution}"])]

    def execute(self) -> None:
        require_new(self.fact, self.known)
        require_forward(self.fact.since, self.fact.until)
        require_designation(self.fact.institution, self.known)
        self.record(self.fact)


class WithdrawDesignation(Slice):
    """Withdraw an institution's designations."""

    COMMAND = "institutions.withdraw-designation"
    DECIDES = DesignationWithdrawn
    ROLES = CLERKS
    KEEPS = (InstitutionDesignated, DesignationWithdrawn)
    fact: DesignationWithdrawn

    def region(self) -> RegionCode:
        return self.fact.region

    def consistency_boundary(self) -> list[Selector]:
        types: list[type[Fact]] = [InstitutionDesignated, DesignationWithdrawn]
        return [Selector(types=types, tags=[f"institution:{self.fact.institution}"])]

    def execute(self) -> None:
        require_new(self.fact, self.known)
        require_designation(self.fact.institution, self.known)
        self.record(self.fact)


class RegisterTeacher(Slice):
    """Register a teacher of an institution; one teacher may teach for several."""

    COMMAND = "institutions.register-teacher"
    DECIDES = TeacherRegistered
    ROLES = frozenset({"clerk", "institution"})
    KEEPS = (OrganisationRegistered, TeacherRegistered)
    fact: TeacherRegistered

    def institution(self) -> str:
        return self.fact.institution

    def consistency_boundary(self) -> list[Selector]:
        teacher = Selector(types=[TeacherRegistered], tags=[f"teacher:{self.fact.teacher}"])
        return [registration_of(self.fact.institution), teacher]

    def execute(self) -> None:
        require_new(self.fact, self.known)
        require_institution(self.fact.institution, self.known)
        self.record(self.fact)


class RegisterVenue(Slice):
    """Register a venue of an institution."""

    COMMAND = "institutions.register-venue"
    DECIDES = VenueRegistered
    ROLES = frozenset({"clerk", "institution"})
    KEEPS = (OrganisationRegistered, VenueRegistered)
    fact: VenueRegistered

    def institution(self) -> str:
        return self.fact.institution

    def consistency_boundary(self) -> list[Selector]:
        venue = Selector(types=[VenueRegistered], tags=[f"venue:{self.fact.venue}"])
        return [registration_of(self.fact.institution), venue]

    def execute(self) -> None:
        require_new(self.fact, self.known)
        if any(isinstance(fact, VenueRegistered) for fact in self.known):
            raise IdTaken(id=self.fact.venue)
        require_institution(self.fact.institution, self.known)
        self.record(self.fact)


def registration_of(institution: InstitutionId) -> Selector:
    """Where an institution is registered: it is an organisation under the same id."""
    return Selector(types=[OrganisationRegistered], tags=[f"organisation:{institution}"])


def require_institution(institution: InstitutionId, known: Iterable[Fact]) -> None:
    """Raises UnknownInstitution."""
    if not any(isinstance(fact, OrganisationRegistered) for fact in known):
        raise UnknownInstitution(institution=institution)


def require_designation(institution: InstitutionId, known: Iterable[Fact]) -> None:
    """Raises NotDesignated."""
    if not any(isinstance(fact, InstitutionDesignated) for fact in known):
        raise NotDesignated(institution=institution)
