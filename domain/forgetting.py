"""Forgetting a person 删除个人信息: what is recorded of it, and how a request stands.

The data lie in the vault and in stored files; here stands who asked, who approved, what holds it up, that it was done,
and which file took the place of which. None of these facts says anything about the person but the random id.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Final, Literal, NewType

import msgspec

from taizhang.domain.core import Fact, OfficerId, PersonId, RegionCode, Text
from taizhang.domain.institutions import TeacherRegistered
from taizhang.domain.people import PersonRegistered
from taizhang.domain.postings.officials import OfficialSelected

HoldId = NewType("HoldId", str)
Digest = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of a file, hex")]
Ground = Literal["consent-withdrawn", "purpose-achieved", "retention-ended", "unlawful-processing", "law-requires"]
"""《中华人民共和国个人信息保护法》第四十七条."""
StoredFile = Literal["source", "result", "other"]
FORGOTTEN, BLANKED = "forgotten", "blanked"  # tags under which a restored vault finds what it must do again

# -- facts ------------------------------------------------------------------------------------------------


class ForgettingRequested(Fact, frozen=True, kw_only=True):
    """Somebody asks that a person's data be erased; the days of waiting begin."""

    TOPIC = "people.forgetting-requested.v1"
    person: PersonId
    ground: Ground
    group: tuple[PersonId, ...] = ()  # filled in: all ids of this person
    requested_by: OfficerId = OfficerId("")  # filled in

    def tags(self) -> list[str]:
        return [f"person:{one}" for one in self.group or (self.person,)]


class ForgettingApproved(Fact, frozen=True, kw_only=True):
    """A second officer agrees that a person's data be erased."""

    TOPIC = "people.forgetting-approved.v1"
    person: PersonId
    group: tuple[PersonId, ...] = ()
    approved_by: OfficerId = OfficerId("")

    def tags(self) -> list[str]:
        return [f"person:{one}" for one in self.group or (self.person,)]


class ForgettingWithdrawn(Fact, frozen=True, kw_only=True):
    """The request is taken back; nothing is erased."""

    TOPIC = "people.forgetting-withdrawn.v1"
    person: PersonId
    group: tuple[PersonId, ...] = ()

    def tags(self) -> list[str]:
        return [f"person:{one}" for one in self.group or (self.person,)]


class LegalHoldPlaced(Fact, frozen=True, kw_only=True):
    """A person's data must be kept as long as this hold stands: a case, an audit, a court."""

    TOPIC = "people.legal-hold-placed.v1"
    person: PersonId
    hold: HoldId
    document: Text  # under which paper
    group: tuple[PersonId, ...] = ()

    def tags(self) -> list[str]:
        return [f"person:{one}" for one in self.group or (self.person,)]


class LegalHoldLifted(Fact, frozen=True, kw_only=True):
    """A hold ends."""

    TOPIC = "people.legal-hold-lifted.v1"
    person: PersonId
    hold: HoldId
    document: Text
    group: tuple[PersonId, ...] = ()

    def tags(self) -> list[str]:
        return [f"person:{one}" for one in self.group or (self.person,)]


class PersonForgotten(Fact, frozen=True, kw_only=True):
    """The person's keys are destroyed, from this position on: whoever opens a vault destroys them if they are there."""

    TOPIC = "people.person-forgotten.v1"
    person: PersonId
    group: tuple[PersonId, ...] = ()
    ground: Ground = "law-requires"  # filled in: that of the request
    requested_by: OfficerId = OfficerId("")
    approved_by: OfficerId = OfficerId("")

    def tags(self) -> list[str]:
        return [FORGOTTEN, *(f"person:{one}" for one in self.group or (self.person,))]


class FileBlanked(Fact, frozen=True, kw_only=True):
    """A stored file gave way to one in which a forgotten person's cells are blank."""

    TOPIC = "people.file-blanked.v1"
    person: PersonId
    before: Digest
    after: Digest
    stored_as: StoredFile
    cells: int

    def tags(self) -> list[str]:
        return [BLANKED, f"file:{self.before}", f"person:{self.person}"]


# -- how it stands ----------------------------------------------------------------------------------------

MAKES_KNOWN: Final = (PersonRegistered, OfficialSelected)  # under the tag of a person; teachers have their own
STEPS: Final[tuple[type[Fact], ...]] = (
    ForgettingRequested,
    ForgettingApproved,
    ForgettingWithdrawn,
    LegalHoldPlaced,
    LegalHoldLifted,
    PersonForgotten,
)
COURSE: Final[tuple[type[Fact], ...]] = (*MAKES_KNOWN, *STEPS)
"""All that decides about forgetting a person."""


class Course:
    """How the forgetting of one person stands, folded from the facts about all of the person's ids, oldest first."""

    def __init__(self, known: Iterable[Fact]) -> None:
        self.is_known = False
        self.places: set[RegionCode] = set()
        self.request: ForgettingRequested | None = None
        self.approval: ForgettingApproved | None = None
        self.holds: dict[HoldId, LegalHoldPlaced] = {}
        self.lifted: set[HoldId] = set()
        self.forgotten: PersonForgotten | None = None
        for fact in known:
            self._take(fact)

    def _take(self, fact: Fact) -> None:
        if isinstance(fact, PersonRegistered):
            self.is_known = True
            self.places.add(fact.county)
        elif isinstance(fact, OfficialSelected):
            self.is_known = True
            self.places.add(fact.region)
        elif isinstance(fact, TeacherRegistered):
            self.is_known = True
        elif isinstance(fact, ForgettingRequested):
            self.request, self.approval = fact, None
        elif isinstance(fact, ForgettingApproved):
            self.approval = fact
        elif isinstance(fact, ForgettingWithdrawn):
            self.request = self.approval = None
        elif isinstance(fact, LegalHoldPlaced):
            self.holds[fact.hold] = fact
        elif isinstance(fact, LegalHoldLifted):
            self.holds.pop(fact.hold, None)
            self.lifted.add(fact.hold)
        elif isinstance(fact, PersonForgotten):
            self.forgotten = fact
