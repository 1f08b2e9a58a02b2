"""Nobody gets a place by an id that nobody registered: enrolments, wishes, scores, answers, employment, households, visits."""

from __future__ import annotations

from typing import Any, get_args, get_type_hints

import inspection_samples as i
import msgspec
import pytest
import training_samples as t

from taizhang.adapters.shapes import plain_type
from taizhang.domain.confirmations import TraineeConfirmed
from taizhang.domain.core import Fact, PersonId, RegionCode
from taizhang.domain.decisions import commands
from taizhang.domain.employment import EmploymentConfirmed, EmploymentReported
from taizhang.domain.enrolment import TraineeEnrolledCorrected, WishStated
from taizhang.domain.households import HouseholdId, HouseholdMemberListed, HouseholdRegistered
from taizhang.domain.people import PersonRegistered, UnknownPerson
from taizhang.domain.registered import OfPeople
from taizhang.domain.scores import ScoreRecorded
from taizhang.domain.standing import StandsAlready

GHOST = PersonId("ghost")
HOUSEHOLD = HouseholdRegistered(
    household=HouseholdId("h1"), village=RegionCode("620121100201"), occurred_on=t.JANUARY, attribute="general"
)
OF_CLASS: dict[str, Any] = {"training_class": t.WELDING, "person": GHOST, "occurred_on": t.MAY_9}
PLACES: list[Fact] = [
    t.enrolled(GHOST),
    WishStated(person=GHOST, county=t.COUNTY, occupation=t.WELDER, occurred_on=t.MAY_2),
    ScoreRecorded(**OF_CLASS, passed=True),
    TraineeConfirmed(**OF_CLASS, channel="letter", took_part=True),
    EmploymentReported(**OF_CLASS, months=1, kind="transfer"),
    EmploymentConfirmed(**OF_CLASS, months=1, kind="transfer", second_source="wages"),
    HouseholdMemberListed(household=HOUSEHOLD.household, person=GHOST, occurred_on=t.MAY_2),
]

# Which decisions name people and do not ask whether they were registered, and on what each rests instead (docs/adr/0024).
RESTS: dict[str, str] = {
    **dict.fromkeys(("training.withdraw-trainee", "training.take-attendance"), "an enrolment"),
    "training.issue-certificate": "attendance",
    "training.revoke-certificate": "a certificate",
    **dict.fromkeys(("households.end-membership", "households.split-household"), "membership"),
    "households.merge-households": "membership",
    **dict.fromkeys(("funds.submit-claim", "funds.review-claim"), "enrolments and attendance"),
    **dict.fromkeys(("funds.pay-subsidy", "funds.clear-advance"), "a claim"),
    **dict.fromkeys(("funds.return-payment", "funds.recover-funds"), "a payment"),
    "people.register-person": "the vault, by every way in",
    **dict.fromkeys(
        (
            "people.state-person-details",
            "people.move-person",
            "people.record-death",
            "people.state-person-status",
            "people.merge-persons",
            "people.share-contact",
            "funds.register-bank-account",
        ),
        "the registration, which its own rule reads",
    ),
    "people.separate-persons": "a merge",
    "people.queue-duplicate": "nothing: what is queued is merged by a decision that asks",
    "people.resolve-duplicate": "a queued duplicate",
    **dict.fromkeys(
        (
            "people.request-forgetting",
            "people.approve-forgetting",
            "people.withdraw-forgetting",
            "people.place-legal-hold",
            "people.lift-legal-hold",
            "people.forget-person",
        ),
        "a registration, or that of a teacher",
    ),
    "people.blank-file": "a forgetting",
    **dict.fromkeys(("postings.select-official", "postings.enter-negative-list"), "nothing: an official is no trainee"),
    **dict.fromkeys(
        (
            "postings.post-official",
            "postings.transfer-official",
            "postings.renew-term",
            "postings.recall-official",
            "postings.end-posting",
            "postings.promote-official",
            "postings.record-duty",
            "postings.take-leave",
            "postings.record-village-work",
            "postings.appraise-official",
            "postings.lift-negative-list",
        ),
        "a selection or what followed it",
    ),
    **dict.fromkeys(("inspections.give-commendation", "inspections.impose-accountability"), "nothing: an official"),
    **dict.fromkeys(("leads.invite-reply", "leads.make-reply"), "nothing: an official who is asked"),
    "inspections.record-finding": "the facts that it names",
    "funds.open-line": "nothing: a donor is no trainee",
    "outside.state-entry": "a list of others, which says of people what it likes and gives no place",
    "officers.record-personal-data-read": "the vault, out of which somebody was read",
}


def names_people(kind: Any) -> bool:
    """Whether people are named anywhere in a type."""
    if kind is PersonId:
        return True
    plain = plain_type(kind)
    if isinstance(plain, type) and issubclass(plain, msgspec.Struct):
        return any(names_people(one) for one in get_type_hints(plain).values())
    return any(names_people(one) for one in get_args(kind) if one is not Ellipsis)


def given() -> list[Fact]:
    return [*t.OPEN, HOUSEHOLD]


@pytest.mark.parametrize("fact", PLACES, ids=lambda fact: fact.TOPIC)
def test_nobody_gets_a_place_by_an_id_that_nobody_registered(decide, fact: Any) -> None:
    with pytest.raises(UnknownPerson, match="ghost") as refused:
        decide(given=given(), when=fact)
    assert "未登记" in refused.value.words("zh")
    assert "导入" in refused.value.words("zh"), "it says what to do"
    assert decide(given=[*given(), t.registered(GHOST)], when=fact) == [fact]


def test_whoever_was_interviewed_was_registered(decide) -> None:
    seen, given = i.visited(interviewed=(t.LI, GHOST)), [i.opened(i.CLASS)]
    with pytest.raises(UnknownPerson, match="ghost"):
        decide(given=given, when=seen, by=i.HE)
    assert decide(given=[*given, t.registered(GHOST)], when=seen, by=i.HE) == [seen]


def test_a_correction_puts_nobody_unregistered_in_the_place_of_somebody(decide) -> None:
    given = [*t.OPEN, t.enrolled()]
    with pytest.raises(UnknownPerson, match="ghost"):
        decide(given=given, when=t.enrolled(GHOST), amend=t.amend(given, t.enrolled()))
    given.append(t.registered(GHOST))
    [corrected] = decide(given=given, when=t.enrolled(GHOST), amend=t.amend(given, t.enrolled()))
    assert corrected.now == t.enrolled(GHOST)


def test_what_was_recorded_of_nobody_before_stands_until_it_is_declared_void(decide) -> None:
    """A log of earlier days may hold such an enrolment: it is neither rewritten nor confirmed by another word."""
    given = [*t.OPEN, t.enrolled(GHOST)]
    with pytest.raises(StandsAlready):
        decide(given=given, when=t.enrolled(GHOST))
    with pytest.raises(UnknownPerson):
        decide(given=given, when=t.enrolled(GHOST, on=t.MAY_4), amend=t.amend(given, t.enrolled(GHOST)))
    [void] = decide(given=given, when=t.enrolled(GHOST), amend=t.amend(given, t.enrolled(GHOST), void=True))
    assert isinstance(void, TraineeEnrolledCorrected)
    assert void.now is None


def test_every_id_of_a_person_whose_ids_were_merged_counts(decide) -> None:
    given = [*t.OPEN, t.registered(GHOST), t.merged(t.LI, GHOST)]
    assert decide(given=given, when=t.enrolled(GHOST)) == [t.enrolled(GHOST)]
    assert decide(given=given, when=t.enrolled()) == [t.enrolled()]


def test_every_decision_that_names_people_asks_who_they_are_or_says_on_what_it_rests() -> None:
    naming = {name for name, decision in commands().items() if names_people(decision.DECIDES)}
    asking = {name for name, decision in commands().items() if (PersonRegistered,) == decision.GROUND}
    assert all(issubclass(commands()[name], OfPeople) for name in asking)
    assert not asking & RESTS.keys()
    assert naming == asking | RESTS.keys()
