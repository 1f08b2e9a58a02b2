"""Which facts and which personal fields an officer may see: one rule for pages, commands and bundles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from taizhang.adapters.log.log import Criterion, Log
from taizhang.domain.classes import ClassFiled
from taizhang.domain.core import Actor, Correction, Fact
from taizhang.domain.decisions import within
from taizhang.domain.envelope import Recorded, opened
from taizhang.domain.households import HouseholdRegistered, HouseholdSplit
from taizhang.domain.officers import ADMINISTRATORS
from taizhang.domain.people import PersonRegistered
from taizhang.domain.refused import SubmissionRefused

PUBLIC_AREAS: Final = ("policy.", "regions.", "programmes.")  # rules and places: everybody in the house may read them
OFFICER_AREA: Final = "officers."
MONEY_AREA: Final = "funds."
REGISTERING: Final = (PersonRegistered, HouseholdRegistered, HouseholdSplit)
# fields of a body that say where it belongs; money that moves belongs to both sides
PLACES: Final = ("county", "region", "village", "code", "payer", "receiver", "from_region", "to_region")
_COUNTY_IN: Final = re.compile(r"^(?:class:c|posting:post-|seal:|region:)(\d{6})")

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


def visible(log: Log, fact: Recorded, actor: Actor) -> bool:
    """Whether an officer may see a fact: rules and places always, all else by the regions it belongs to."""
    body = fact.fact.was if isinstance(fact.fact, Correction) else fact.fact
    area = type(body).TOPIC
    if area.startswith(PUBLIC_AREAS):
        return True
    if area.startswith(OFFICER_AREA) and actor.role not in ADMINISTRATORS:
        return fact.recorded_by is not None and fact.recorded_by.officer == actor.officer
    if area.startswith(MONEY_AREA) and not _sees_money(log, body, actor):
        return False
    return seen_from(actor.region, _regions(log, fact))


def _sees_money(log: Log, body: Fact, actor: Actor) -> bool:
    """Dashboards see sums only; an institution what was claimed by it, paid to it, or paid for its own classes."""
    if actor.role == "dashboard":
        return False
    if actor.role != "institution":
        return True
    mine, training_class = getattr(body, "institution", None), getattr(body, "training_class", None)
    if mine or not training_class:
        return bool(mine == actor.organisation)
    filed = log.read([Criterion((ClassFiled.TOPIC,), (f"class:{training_class}",))]).facts
    bodies: list[Any] = [opened(row.position, row.leaf).fact for row in filed]
    return any(one.institution == actor.organisation for one in bodies)


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
