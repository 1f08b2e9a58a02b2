"""Shared contacts: several different registered people, or nothing; said again on another day it is no news."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import training_samples as t

from taizhang.domain.contacts import ContactShared, SharedByTooFew
from taizhang.domain.decisions import commands
from taizhang.domain.matching import MATCHER
from taizhang.domain.people import PersonRegistered, UnknownPerson
from taizhang.domain.standing import StandsAlready

PEOPLE = ("p1", "p2", "p3")
GIVEN = [PersonRegistered(person=one, statement="s", county=t.COUNTY, occurred_on=t.JANUARY) for one in PEOPLE]  # type: ignore[arg-type]
CLERK = t.officer("clerk", "clerk")


def shared(*people: str, **fields: Any) -> ContactShared:
    said: dict[str, Any] = {"contact": "k" + "a" * 16, "contact_kind": "phone", "region": t.COUNTY, "sharers": people}
    return ContactShared(**({"sharers_in_all": len(people), "occurred_on": t.MAY_5} | said | fields))


def test_what_three_people_share_is_recorded_once_and_again_when_a_fourth_does(decide) -> None:
    [fact] = decide(given=GIVEN, when=shared(*PEOPLE), by=CLERK)
    with pytest.raises(StandsAlready):
        decide(given=[*GIVEN, fact], when=shared(*PEOPLE, occurred_on=t.MAY_5 + timedelta(days=9)), by=CLERK)
    fourth = PersonRegistered(person="p4", statement="s", county=t.COUNTY, occurred_on=t.JANUARY)  # type: ignore[arg-type]
    assert decide(given=[*GIVEN, fourth, fact], when=shared(*PEOPLE, "p4"), by=CLERK)


@pytest.mark.parametrize("people", [("p1", "p2"), ("p1", "p2", "p2")])
def test_what_fewer_share_is_nobodys_business(decide, people: tuple[str, ...]) -> None:
    with pytest.raises(SharedByTooFew):
        decide(given=GIVEN, when=shared(*people), by=CLERK)
    with pytest.raises(SharedByTooFew):
        decide(given=GIVEN, when=shared(*PEOPLE, sharers_in_all=2), by=CLERK)


def test_nobody_unregistered_shares_anything(decide) -> None:
    with pytest.raises(UnknownPerson):
        decide(given=GIVEN[:2], when=shared(*PEOPLE), by=CLERK)


def test_the_house_itself_compares_and_does_nothing_else(decide) -> None:
    itself = t.officer("system", MATCHER)
    assert decide(given=GIVEN, when=shared(*PEOPLE), by=itself)
    allowed = {name for name, command in commands().items() if MATCHER in command.ROLES}
    assert allowed == {"people.share-contact", "outside.state-entry"}
