"""Which facts and which personal fields an officer may see: one rule for pages, commands and bundles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from taizhang.adapters.log.log import AnyOf, Criterion, Log, Stored
from taizhang.adapters.log.queries import tags_in
from taizhang.domain.classes import ClassFiled
from taizhang.domain.contacts import ContactShared
from taizhang.domain.core import Actor, Correction, Fact
from taizhang.domain.decisions import INSTITUTION, within
from taizhang.domain.enrolment import TraineeEnrolled
from taizhang.domain.envelope import Recorded, opened
from taizhang.domain.funds.bank_accounts import BankAccountRegistered
from taizhang.domain.households import HouseholdRegistered, HouseholdSplit
from taizhang.domain.leads.cases import ReplyInvited
from taizhang.domain.leads.rules import SEEING
from taizhang.domain.officers import ADMINISTRATORS, AUDIT, SECURITY, DataExported, PersonalDataRead
from taizhang.domain.outside import IMPORTING
from taizhang.domain.people import PersonMoved, PersonRegistered
from taizhang.domain.refused import SubmissionRefused
from taizhang.projections.scope import stem_of

PUBLIC_AREAS: Final = ("policy.", "regions.", "programmes.")  # rules and places: everybody in the house may read them
OFFICER_AREA: Final = "officers."
MONEY_AREA: Final = "funds."
LEADS_AREA: Final = "leads."
LISTS_AREA: Final = "outside."  # what others say of people is for those who check, and for clerks
SEEN_ELSEWISE: Final = (*PUBLIC_AREAS, OFFICER_AREA, LEADS_AREA)  # not by region alone
DASHBOARD: Final = "dashboard"  # sees sums, no single fact
OWNED: Final = ("institution", "organisation", "class", "person")  # tags that say whose a fact is
SUBJECTS: Final = ("person:", "account:")
KNOWING: Final = (
    PersonRegistered,
    PersonMoved,
    TraineeEnrolled,
    BankAccountRegistered,
)  # by which a region has to do with one
ASKED_AT_ONCE: Final = 500  # subjects
REGISTERING: Final = (PersonRegistered, HouseholdRegistered, HouseholdSplit)
# fields of a body that say where it belongs; money that moves belongs to both sides
PLACES: Final = ("county", "region", "village", "code", "payer", "receiver", "from_region", "to_region")
_COUNTY_IN: Final = re.compile(
    r"^(?:class:c|posting:post-|seal:|region:|inspection:insp-|finding:find-|case:case-|list:list-)(\d{6})"
)

READS_ALL: Final = frozenset({"discipline"})  # every fact, leads about officers and who looked at whom among them
SEES_MONEY: Final = frozenset({"finance", "clerk", "inspector", "discipline", "organisation"})
SEES_POSTINGS: Final = frozenset({"organisation", "clerk", "inspector", "discipline"})  # and who is posted
SEES_INSPECTIONS: Final = frozenset({"inspector", "discipline", "organisation", "clerk", "finance"})
OPENS_PERFORMANCE: Final = frozenset({"organisation", "clerk", "inspector", "discipline", "finance"})
OPENS_STATEMENTS: Final = frozenset({"clerk", "finance", "organisation", "inspector", "discipline"})
_WHO: Final = ("name", "id_number", "phone")
MAY_OPEN: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "clerk": _WHO,
        "institution": _WHO,
        "organisation": _WHO,
        "finance": (*_WHO, "bank_account"),
        "inspector": (*_WHO, "bank_account"),
        "discipline": (*_WHO, "bank_account"),
    }
)
"""By role, the personal fields that may be opened, for a purpose that is recorded; other roles open none."""


class Eyes:
    """What one officer sees of one log; remembers the classes it has looked up. For one request or command."""

    def __init__(self, log: Log, actor: Actor) -> None:
        self._log, self._actor = log, actor
        self._stem = stem_of(actor.region).encode()
        self._own_classes: dict[str, bool] = {}
        self._own_persons: dict[str, bool] = {}

    def sees(self, fact: Recorded) -> bool:
        """Whether the officer may see a fact: rules and places always, all else by region, organisation and role."""
        actor = self._actor
        body = fact.fact.was if isinstance(fact.fact, Correction) else fact.fact
        area = type(body).TOPIC
        if actor.role in ADMINISTRATORS:
            return _is_administration(body, actor.role) and seen_from(actor.region, _regions(self._log, fact))
        if area.startswith(PUBLIC_AREAS):
            return True
        if area.startswith(OFFICER_AREA):
            return fact.recorded_by is not None and fact.recorded_by.officer == actor.officer
        if actor.role == DASHBOARD:
            return False
        if area.startswith(LEADS_AREA) and actor.role not in SEEING:
            return _is_told(fact, body, actor)
        if isinstance(body, ContactShared) and actor.role not in SEEING:
            return False  # it names people whom the officer may have nothing to do with
        if area.startswith(LISTS_AREA) and actor.role not in IMPORTING:
            return False
        if area.startswith((LISTS_AREA, SubmissionRefused.TOPIC)) and not self._is_told_of(fact.tags):
            return False
        if actor.role == INSTITUTION and not self._is_own(fact, body):
            return False
        return seen_from(actor.region, _regions(self._log, fact))

    def worth_opening(self, rows: Sequence[Stored]) -> list[Stored]:
        """Stored facts without those that certainly are not the officer's, told by their bytes: of a province few are.

        Where a fact belongs stands in its bytes, or, of facts about people alone, in those of their registration, which
        itself names its county: if the scope's code is in neither, the fact belongs elsewhere.
        """
        if self._actor.role in ADMINISTRATORS:
            return list(rows)
        open_ones: set[int] = set()
        asked: dict[int, list[str]] = {}
        for row in rows:
            if self._stem in row.leaf or row.type.startswith(SEEN_ELSEWISE):
                open_ones.add(row.position)
            elif row.type != PersonRegistered.TOPIC and not regions_of(tags := tags_in(row.leaf)):
                asked[row.position] = [tag for tag in tags if tag.startswith(("person:", "household:"))]
        here = self._registered_here({tag for tags in asked.values() for tag in tags})
        open_ones |= {position for position, tags in asked.items() if not here.isdisjoint(tags)}
        return [row for row in rows if row.position in open_ones]

    def _registered_here(self, tags: set[str]) -> set[str]:
        """Which of these persons and households a registration names that has the scope's code in its bytes."""
        topics = tuple(kind.TOPIC for kind in REGISTERING)
        found = self._log.read([AnyOf(topics, sorted(tags))]).facts if tags else []
        return {tag for row in found if self._stem in row.leaf for tag in tags_in(row.leaf)}

    def sees_class(self, training_class: str) -> bool:
        """Whether a class is the officer's to see: by its county, for an institution's officer by who filed it."""
        county = training_class[1:7]
        if not training_class.startswith("c") or not within(county, self._actor.region):
            return False
        return self._actor.role != INSTITUTION or self._own_class(training_class)

    def sees_person(self, person: str) -> bool:
        """Whether an institution's officer has to do with a person; for all others their facts say so."""
        return self._actor.role != INSTITUTION or self._own_person(person)

    def _is_own(self, fact: Recorded, body: Any) -> bool:
        """Whether a fact is an institution's own: its record, about itself, its class, or a trainee of one of these."""
        mine = self._actor.organisation
        if type(body).TOPIC.startswith(MONEY_AREA):
            training_class = getattr(body, "training_class", None)
            if getattr(body, "institution", None) or not training_class:
                return bool(getattr(body, "institution", None) == mine)
            return self._own_class(training_class)
        if fact.recorded_by is not None and fact.recorded_by.organisation == mine:
            return True
        tags = {
            kind: [value for k, _, value in (tag.partition(":") for tag in fact.tags) if k == kind] for kind in OWNED
        }
        if mine in tags["institution"] or mine in tags["organisation"]:
            return True
        if tags["class"]:
            return any(self._own_class(one) for one in tags["class"])
        return any(self._own_person(one) for one in tags["person"])

    def _is_told_of(self, tags: Sequence[str]) -> bool:
        """Whether what an outside list says is about somebody whom the officer's region has to do with, or about nobody."""
        subjects = [tag for tag in tags if tag.startswith(SUBJECTS)]
        if not subjects or not any(tag.startswith("list:") for tag in tags):
            return True
        return bool(known_here(self._log, self._actor.region, subjects))

    def _own_class(self, training_class: str) -> bool:
        if training_class not in self._own_classes:
            filed = self._log.read([Criterion((ClassFiled.TOPIC,), (f"class:{training_class}",))]).facts
            bodies: list[Any] = [opened(row.position, row.leaf).fact for row in filed]
            own = any(one.institution == self._actor.organisation for one in bodies)
            self._own_classes[training_class] = own
        return self._own_classes[training_class]

    def _own_person(self, person: str) -> bool:
        if person not in self._own_persons:
            seats = self._log.read([Criterion((TraineeEnrolled.TOPIC,), (f"person:{person}",))]).facts
            bodies: list[Any] = [opened(row.position, row.leaf).fact for row in seats]
            self._own_persons[person] = any(self._own_class(one.training_class) for one in bodies)
        return self._own_persons[person]


def visible(log: Log, fact: Recorded, actor: Actor) -> bool:
    """Whether an officer may see a fact (see Eyes, which is quicker where many are asked for)."""
    return Eyes(log, actor).sees(fact)


def _is_administration(body: Fact, role: str) -> bool:
    """What an administrator sees: the security administrator who may act, the audit administrator also who looked at what."""
    area = type(body).TOPIC
    if role == AUDIT:
        return area.startswith(OFFICER_AREA) or (
            isinstance(body, SubmissionRefused) and body.command.startswith(OFFICER_AREA)
        )
    return role == SECURITY and area.startswith(OFFICER_AREA) and not isinstance(body, (PersonalDataRead, DataExported))


def _is_told(fact: Recorded, body: Any, actor: Actor) -> bool:
    """Of leads and cases others than those who work on them see what they recorded, what was given to them, what they are asked."""
    mine = fact.recorded_by is not None and fact.recorded_by.officer == actor.officer
    asked = isinstance(body, ReplyInvited) and body.organisation == actor.organisation
    return mine or asked or getattr(body, "officer", None) == actor.officer


def known_here(log: Log, scope: str, tags: Iterable[str]) -> set[str]:
    """Which of these persons and accounts a region has to do with: on record or living there, or with a seat in a class of its."""
    asked = sorted(tags)
    if scope.endswith("0000"):
        return set(asked)
    topics, stem = tuple(kind.TOPIC for kind in KNOWING), stem_of(scope).encode()
    here: set[str] = set()
    for start in range(0, len(asked), ASKED_AT_ONCE):
        part = asked[start : start + ASKED_AT_ONCE]
        for row in log.read([AnyOf(topics, part)]).facts:
            if stem in row.leaf and here.isdisjoint(own := {*part}.intersection(tags_in(row.leaf))):
                here |= own if seen_from(scope, _regions(log, opened(row.position, row.leaf))) else set()
    return here


def regions_of(tags: Iterable[str]) -> set[str]:
    """The counties and regions that these tags name by their ids."""
    return {found[1] for tag in tags if (found := _COUNTY_IN.match(tag))}


def seen_from(scope: str, regions: Iterable[str]) -> bool:
    """Whether any of these regions lies in the scope."""
    return any(within(region, scope) for region in regions)


def _regions(log: Log, fact: Recorded) -> set[str]:
    """Where a fact belongs: by its tags and its body; else by the persons in it; else by who recorded it."""
    found = regions_of(fact.tags)
    bodies = [fact.fact.was, fact.fact.now] if isinstance(fact.fact, Correction) else [fact.fact]
    for body in bodies:
        found |= {str(place) for name in PLACES if (place := getattr(body, name, None))}
    if not found and not isinstance(fact.fact, SubmissionRefused):
        found = _registered_in(log, [tag for tag in fact.tags if tag.startswith(("person:", "household:"))])
    if not found and fact.recorded_by is not None:
        found = {fact.recorded_by.region}
    return found


def _registered_in(log: Log, tags: Iterable[str]) -> set[str]:
    """Where these persons and households are registered."""
    topics = tuple(kind.TOPIC for kind in REGISTERING)
    asked = [Criterion(topics, (tag,)) for tag in tags]
    facts: list[Fact] = [opened(row.position, row.leaf).fact for row in log.read(asked).facts] if asked else []
    return {str(place) for fact in facts for name in PLACES if (place := getattr(fact, name, None))}
