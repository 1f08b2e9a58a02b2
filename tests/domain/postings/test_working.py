"""What posted officials do, how they are graded and promoted, and who stands on the negative list: each rule alone."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest
from posting_samples import (
    BEGAN,
    COUNTY,
    DECEMBER,
    EXITED,
    HALL,
    HERSELF,
    JUNE,
    MAY,
    MEI_APPOINTED,
    NEXT,
    OTHER,
    OWN,
    PLACES,
    PLANNED,
    POOR,
    SECOND,
    TAO,
    ZHAO,
    amend,
    appraised,
    duty,
    ended,
    entered,
    leave,
    lifted,
    officer,
    posted,
    promoted,
    recalled,
    renewed,
    selected,
    transferred,
    work,
)

from taizhang.domain.boundary import GuardBook
from taizhang.domain.classes import ClassId, ClassNotFiled
from taizhang.domain.confirmations import TraineeConfirmed
from taizhang.domain.core import Fact, PersonId, Position, Refusal, RegionCode
from taizhang.domain.decisions import NotYourRole, OutsideYourRegion
from taizhang.domain.enrolment import WishStated
from taizhang.domain.officer_refusals import RoleFollowsPosting, RoleNotGranted, RolesExclude
from taizhang.domain.officers import OfficerGuard, RoleGranted, require_granted
from taizhang.domain.people import PersonMoved, PersonRegistered, StatementId
from taizhang.domain.postings.doing_refusals import (
    AppraisedAlready,
    AppraisedByOneself,
    DutyOutsideThePosting,
    DutyOverlapsLeave,
    DutyRecordedOtherwise,
    GradeOutsideScheme,
    LeaveOverlaps,
    MoreDaysThanInside,
    NotAMonth,
    NotOnTheList,
    OnTheListAlready,
    OnTheNegativeList,
    PositionNotYet,
    PromotedAlready,
    PromotionWithoutGround,
)
from taizhang.domain.postings.officials import VILLAGE_OFFICIAL
from taizhang.domain.postings.refusals import DecidedByOneself, OutsideThePosting, UnknownPosting
from taizhang.domain.standing import DaysRunBackwards, OthersRestOnIt, StandsAlready

READY = [*PLACES, MEI_APPOINTED, selected()]
POSTED = [*READY, posted()]
OWNED = [*READY, posted(officer=OWN)]
STAFF = [*PLACES, selected("science-commissioner", person_type="public-institution")]
IN_VILLAGE = officer("mei", VILLAGE_OFFICIAL, EXITED)


@pytest.mark.parametrize(
    ("given", "fact", "rule"),
    [
        (READY, duty(), UnknownPosting),
        (POSTED, duty(official=TAO), UnknownPosting),
        (POSTED, duty(month=date(2016, 5, 2)), NotAMonth),
        (POSTED, duty(month=date(2016, 7, 1)), NotAMonth),
        (POSTED, duty(1, date(2016, 1, 1)), DutyOutsideThePosting),
        ([*POSTED, ended(MAY)], duty(1, JUNE, date(2016, 7, 1)), DutyOutsideThePosting),
        ([*POSTED, ended(date(2016, 5, 10))], duty(11), MoreDaysThanInside),
        (POSTED, duty(30, date(2016, 2, 1)), MoreDaysThanInside),
        (POSTED, duty(11, on=date(2016, 5, 10)), MoreDaysThanInside),
        ([*POSTED, leave()], duty(22), DutyOverlapsLeave),
        ([*POSTED, duty()], duty(21), DutyRecordedOtherwise),
        ([*POSTED, duty()], duty(), StandsAlready),
        (POSTED, leave(until=date(2016, 4, 30)), DaysRunBackwards),
        (POSTED, leave(since=date(2016, 1, 30)), OutsideThePosting),
        (POSTED, leave(until=PLANNED + timedelta(1)), OutsideThePosting),
        ([*POSTED, leave()], leave(since=date(2016, 5, 10), until=date(2016, 5, 11)), LeaveOverlaps),
        ([*POSTED, duty(22)], leave(), DutyOverlapsLeave),
        (POSTED, work(BEGAN - timedelta(1)), OutsideThePosting),
        ([*POSTED, ended(MAY)], work(JUNE), OutsideThePosting),
        (POSTED, work(classes=(ClassId("c620121-none"),)), ClassNotFiled),
    ],
)
def test_duty_leave_and_work_lie_inside_the_posting(decide, given: list[Fact], fact: Fact, rule: type[Refusal]) -> None:
    with pytest.raises(rule):
        decide(given=given, when=fact, by=ZHAO)


@pytest.mark.parametrize(
    ("given", "fact"),
    [
        (POSTED, duty(31)),
        (POSTED, duty(29, date(2016, 2, 1))),
        (POSTED, duty(0)),
        ([*POSTED, leave()], duty(21)),
        ([*POSTED, duty(21)], leave()),
        ([*POSTED, ended(date(2016, 5, 10))], duty(10)),
        (POSTED, work(households=12)),
    ],
)
def test_what_is_possible_is_recorded(decide, given: list[Fact], fact: Fact) -> None:
    assert decide(given=given, when=fact, by=ZHAO) == [fact]


def test_leave_that_takes_duty_away_is_corrected_only_to_what_leaves_room(decide) -> None:
    given = [*POSTED, leave(), duty(21)]
    with pytest.raises(DutyOverlapsLeave):
        decide(given=given, when=leave(until=date(2016, 5, 11)), by=ZHAO, amend=amend(leave(), given))
    assert decide(given=given, when=leave(until=date(2016, 5, 9)), by=ZHAO, amend=amend(leave(), given))


@pytest.mark.parametrize(
    ("given", "fact", "rule"),
    [
        (POSTED, appraised("qualified"), GradeOutsideScheme),
        (
            [*STAFF, posted(kind="science-commissioner")],
            appraised("competent"),
            GradeOutsideScheme,
        ),
        ([*POSTED, appraised()], appraised("competent"), AppraisedAlready),
        ([*POSTED, appraised()], appraised(), StandsAlready),
        ([*POSTED, appraised(), transferred()], appraised(posting=NEXT, on=date(2017, 4, 1)), OutsideThePosting),
        (POSTED, appraised(year=2015), OutsideThePosting),
        (POSTED, appraised(year=2017), OutsideThePosting),
        (READY, appraised(), UnknownPosting),
        (POSTED, promoted(figures=()), PromotionWithoutGround),
        (POSTED, promoted(position=None), PromotionWithoutGround),
        (POSTED, promoted(position=Position(0)), PromotionWithoutGround),
        (POSTED, promoted(position=Position(10_000)), PositionNotYet),
        ([*POSTED, promoted()], promoted(date(2017, 1, 1)), PromotedAlready),
        ([*POSTED, entered()], promoted(), OnTheNegativeList),
        ([*POSTED, entered(), lifted()], promoted(DECEMBER - timedelta(1)), OnTheNegativeList),
        ([*POSTED, entered()], entered(DECEMBER), OnTheListAlready),
        ([*POSTED, entered()], entered(MAY), OnTheListAlready),
        ([*POSTED, entered(), lifted()], entered(date(2016, 7, 1)), OnTheListAlready),
        (POSTED, lifted(), NotOnTheList),
        ([*POSTED, entered()], lifted(MAY), NotOnTheList),
        ([*POSTED, entered(), lifted()], lifted(date(2017, 1, 1)), NotOnTheList),
    ],
)
def test_officials_are_judged_by_the_rules(decide, given: list[Fact], fact: Fact, rule: type[Refusal]) -> None:
    with pytest.raises(rule):
        decide(given=given, when=fact, by=ZHAO)


def test_the_appraised_does_not_appraise_nor_clear_themself(decide) -> None:
    with pytest.raises(AppraisedByOneself):
        decide(given=OWNED, when=appraised(), by=HERSELF)
    [graded] = decide(given=OWNED, when=appraised(), by=ZHAO)
    assert graded.appraised_by == ZHAO.officer
    for given, fact in (([*OWNED], entered()), ([*OWNED, entered()], lifted())):
        with pytest.raises(DecidedByOneself):
            decide(given=given, when=fact, by=HERSELF)


def test_who_is_off_the_list_is_promoted_and_may_enter_again(decide) -> None:
    given = [*POSTED, entered(), lifted()]
    assert decide(given=given, when=promoted(), by=ZHAO)
    assert decide(given=given, when=entered(date(2017, 1, 1)), by=ZHAO)
    with pytest.raises(OthersRestOnIt):
        decide(given=given, when=entered(), by=ZHAO, amend=amend(entered(), given, void=True))


# -- the scope follows the posting ------------------------------------------------------------------------


def roles_on(day: date, *facts: Fact) -> set[str]:
    book = GuardBook()
    for number, fact in enumerate(facts):
        book.apply(fact, number)
    state = book[OfficerGuard.KIND, OWN]
    assert isinstance(state, OfficerGuard)
    return {grant.region for grant in state.grants_on(day)}


def test_the_role_is_held_from_the_first_day_of_the_posting_to_the_last() -> None:
    facts = [MEI_APPOINTED, posted(officer=OWN)]
    held = [roles_on(day, *facts) for day in (BEGAN - timedelta(1), BEGAN, PLANNED, PLANNED + timedelta(1))]
    assert held == [set(), {EXITED}, {EXITED}, set()]


@pytest.mark.parametrize("ending", [ended(officer=OWN), recalled(officer=OWN), promoted(officer=OWN)])
def test_the_role_ends_with_the_posting(ending: Fact) -> None:
    facts = [MEI_APPOINTED, posted(officer=OWN), ending]
    assert roles_on(DECEMBER, *facts) == {EXITED}
    assert roles_on(DECEMBER + timedelta(1), *facts) == set()


def test_a_transfer_moves_the_role_and_a_renewal_prolongs_it() -> None:
    moved = [MEI_APPOINTED, posted(officer=OWN), transferred(officer=OWN)]
    assert [roles_on(date(2017, 2, 28), *moved), roles_on(date(2017, 3, 1), *moved)] == [{EXITED}, {POOR}]
    assert roles_on(date(2019, 1, 1), MEI_APPOINTED, posted(officer=OWN), renewed(officer=OWN)) == {EXITED}


def test_a_county_post_gives_no_village_role() -> None:
    assert roles_on(MAY, MEI_APPOINTED, posted(COUNTY, kind="deputy-county-head", officer=OWN)) == set()


def test_the_desk_asks_for_the_role_of_the_day() -> None:
    book = GuardBook()
    for number, fact in enumerate([MEI_APPOINTED, posted(officer=OWN)]):
        book.apply(fact, number)
    require_granted(book[OfficerGuard.KIND, OWN], IN_VILLAGE, BEGAN)
    with pytest.raises(RoleNotGranted):
        require_granted(book[OfficerGuard.KIND, OWN], IN_VILLAGE, PLANNED + timedelta(1))


def test_the_role_is_nobodys_to_grant_and_excludes_administrators(decide) -> None:
    security = officer("guard", "security-administrator")
    by_hand = RoleGranted(officer=OWN, role="village-official", organisation=HALL, region=EXITED, occurred_on=MAY)
    with pytest.raises(RoleFollowsPosting):
        decide(given=[MEI_APPOINTED], when=by_hand, by=security)
    administrator = msgspec.structs.replace(by_hand, role="audit-administrator", region=COUNTY)
    with pytest.raises(RolesExclude):
        decide(given=OWNED, when=administrator, by=security)


def test_a_posted_official_records_the_own_village_only(decide) -> None:
    for fact in (duty(), leave(), work()):
        assert decide(given=OWNED, when=fact, by=IN_VILLAGE) == [fact]
        elsewhere = officer("tao", VILLAGE_OFFICIAL, OTHER)
        with pytest.raises(OutsideYourRegion):
            decide(given=OWNED, when=fact, by=elsewhere)
        given = [*OWNED, fact]
        with pytest.raises(OutsideYourRegion):
            decide(given=given, when=fact, by=elsewhere, amend=amend(fact, given, void=True))
    for fact in (appraised(), ended(), selected(official=TAO)):
        with pytest.raises(NotYourRole):
            decide(given=OWNED, when=fact, by=IN_VILLAGE)


LI = PersonId("p-li")


def lives(village: RegionCode | None) -> PersonRegistered:
    return PersonRegistered(
        person=LI, statement=StatementId("s1"), county=COUNTY, village=village, occurred_on=date(2016, 1, 1)
    )


MOVED_AWAY = PersonMoved(person=LI, village=OTHER, occurred_on=date(2016, 3, 1))
WISH = WishStated(person=LI, county=COUNTY, occupation="welder", occurred_on=MAY)


@pytest.mark.parametrize("given", [[], [lives(None)], [lives(OTHER)], [lives(EXITED), MOVED_AWAY]])
def test_a_posted_official_takes_the_wishes_and_answers_of_nobody_elses_villagers(decide, given: list[Fact]) -> None:
    confirmed = TraineeConfirmed(
        training_class=ClassId("c620121-w1"), person=LI, channel="home-visit", took_part=True, occurred_on=MAY
    )
    for fact in (WISH, confirmed):
        with pytest.raises(OutsideYourRegion):
            decide(given=given, when=fact, by=IN_VILLAGE)
    standing = [*given, WISH]
    with pytest.raises(OutsideYourRegion):
        decide(given=standing, when=WISH, by=IN_VILLAGE, amend=amend(WISH, standing, void=True))


def test_a_posted_official_takes_the_wishes_of_the_own_villagers(decide) -> None:
    assert decide(given=[lives(EXITED)], when=WISH, by=IN_VILLAGE) == [WISH]
    assert decide(given=[lives(OTHER), msgspec.structs.replace(MOVED_AWAY, village=EXITED)], when=WISH, by=IN_VILLAGE)
    standing = [lives(EXITED), WISH]
    [void] = decide(given=standing, when=WISH, by=IN_VILLAGE, amend=amend(WISH, standing, void=True))
    assert void.now is None


def test_a_posted_official_writes_no_wish_into_another_countys_ledger(decide) -> None:
    with pytest.raises(OutsideYourRegion):
        decide(given=[lives(EXITED)], when=msgspec.structs.replace(WISH, county=SECOND), by=IN_VILLAGE)
