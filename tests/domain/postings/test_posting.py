"""Who may be posted where, moved, renewed and ended: each rule alone."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest
from posting_samples import (
    ABROAD,
    BEGAN,
    CITY,
    COUNTY,
    DECEMBER,
    EXITED,
    FIRST,
    HERSELF,
    JUNE,
    MAY,
    MEI_APPOINTED,
    NEXT,
    OTHER,
    OWN,
    PLACES,
    PLAIN,
    PLANNED,
    POOR,
    TAO,
    THIRD,
    TOWN,
    ZHAO,
    amend,
    appraised,
    duty,
    ended,
    leave,
    posted,
    promoted,
    recalled,
    renewed,
    selected,
    transferred,
    work,
)

from taizhang.domain.core import Fact, Refusal
from taizhang.domain.decisions import NotYourRole, OutsideYourRegion, PreparedAndApprovedByOne
from taizhang.domain.officer_refusals import NotAppointed, RolesExclude
from taizhang.domain.officers import RoleGranted
from taizhang.domain.postings.officials import PostingId
from taizhang.domain.postings.refusals import (
    DecidedByOneself,
    EndedAlready,
    GraduateMovedOtherwise,
    NotAPoorVillage,
    NotSelected,
    OutsideThe58,
    OutsideThePosting,
    PlaceOfWrongLevel,
    PostingIdTaken,
    PostingOfAnotherCounty,
    RecordedBeyond,
    RenewalNotForward,
    TransferBeforeStart,
    TwoPostsAtOnce,
    UnknownPosting,
)
from taizhang.domain.regions import UnknownRegion, VillagePovertyStated
from taizhang.domain.standing import DaysRunBackwards, OthersRestOnIt, StandsAlready

READY = [*PLACES, MEI_APPOINTED, selected()]
POSTED = [*READY, posted()]
SECRETARY = selected("first-secretary", person_type="civil-servant")
HEAD = selected("deputy-county-head", person_type="public-institution")
SECURITY = RoleGranted(
    officer=OWN, role="security-administrator", organisation=ZHAO.organisation, region=COUNTY, occurred_on=BEGAN
)


@pytest.mark.parametrize(
    ("given", "fact", "rule"),
    [
        ([*PLACES], posted(), NotSelected),
        ([*PLACES, selected(on=BEGAN + timedelta(1))], posted(), NotSelected),
        ([*PLACES, selected("team-member")], posted(), NotSelected),
        (POSTED, posted(), StandsAlready),
        (POSTED, posted(POOR), PostingIdTaken),
        (READY, posted(posting=PostingId("post-620123-1")), PostingOfAnotherCounty),
        (READY, posted(until=BEGAN - timedelta(1)), DaysRunBackwards),
        (READY, posted(PLAIN), NotAPoorVillage),
        (READY, posted(EXITED, on=DECEMBER), NotAPoorVillage),
        (READY, posted(COUNTY), PlaceOfWrongLevel),
        (READY, posted(TOWN), PlaceOfWrongLevel),
        (READY, posted("620121100099"), UnknownRegion),
        (
            [*READY, HEAD],
            posted(CITY, kind="deputy-county-head", posting=PostingId("post-620102-1")),
            OutsideThe58,
        ),
        ([*READY, HEAD], posted(POOR, kind="deputy-county-head"), PlaceOfWrongLevel),
        (POSTED, posted(POOR, posting=NEXT), TwoPostsAtOnce),
        (POSTED, posted(POOR, posting=NEXT, on=PLANNED), TwoPostsAtOnce),
        ([*PLACES, selected()], posted(officer=OWN), NotAppointed),
        ([*READY, SECURITY], posted(officer=OWN), RolesExclude),
    ],
)
def test_nobody_is_posted_against_the_rules(decide, given: list[Fact], fact: Fact, rule: type[Refusal]) -> None:
    with pytest.raises(rule):
        decide(given=given, when=fact, by=ZHAO)


@pytest.mark.parametrize(
    ("given", "fact"),
    [
        (READY, posted()),
        (READY, posted(officer=OWN)),
        ([*READY, SECRETARY], posted(PLAIN, kind="first-secretary")),
        ([*READY, HEAD], posted(COUNTY, kind="deputy-county-head")),
        (POSTED, posted(POOR, posting=NEXT, on=PLANNED + timedelta(1), until=date(2020, 1, 1))),
        ([*POSTED, ended()], posted(POOR, posting=NEXT, on=date(2017, 1, 1))),
        (
            [*READY, SECRETARY, selected("team-member"), posted(PLAIN, kind="first-secretary")],
            posted(PLAIN, kind="team-member", posting=NEXT),
        ),
    ],
)
def test_who_is_selected_is_posted_to_an_allowed_place(decide, given: list[Fact], fact: Fact) -> None:
    assert decide(given=given, when=fact, by=ZHAO) == [fact]


def test_two_kinds_go_together_in_one_village_only(decide) -> None:
    given = [*READY, SECRETARY, selected("team-member"), posted(PLAIN, kind="first-secretary")]
    with pytest.raises(TwoPostsAtOnce, match="at once"):
        decide(given=given, when=posted(POOR, kind="team-member", posting=NEXT), by=ZHAO)


def test_nobody_decides_about_themself(decide) -> None:
    own = [*PLACES, MEI_APPOINTED, selected(officer=OWN)]
    with pytest.raises(DecidedByOneself):
        decide(given=[*PLACES, MEI_APPOINTED], when=selected(officer=OWN), by=HERSELF)
    with pytest.raises(DecidedByOneself):
        decide(given=own, when=posted(officer=OWN), by=HERSELF)
    with pytest.raises(DecidedByOneself):
        decide(given=own, when=posted(officer=OWN, approver=OWN), by=ZHAO)
    standing = [*own, posted(officer=OWN)]
    for fact in (transferred(), renewed(), ended(), recalled(), promoted()):
        with pytest.raises(DecidedByOneself):
            decide(given=standing, when=fact, by=HERSELF)


def test_who_records_a_posting_does_not_approve_it(decide) -> None:
    with pytest.raises(PreparedAndApprovedByOne):
        decide(given=READY, when=posted(approver=ZHAO.officer), by=ZHAO)


def test_an_inspector_posts_nobody_and_a_county_posts_within_itself(decide) -> None:
    with pytest.raises(NotYourRole):
        decide(given=READY, when=posted(), by=msgspec.structs.replace(ZHAO, role="inspector"))
    with pytest.raises(OutsideYourRegion):
        decide(given=READY, when=posted(ABROAD), by=msgspec.structs.replace(ZHAO, region=COUNTY))


LATER = date(2017, 3, 1)
STILL_POOR = [*READY, posted(POOR)]


@pytest.mark.parametrize(
    ("given", "fact", "rule"),
    [
        (READY, transferred(), UnknownPosting),
        (POSTED, transferred(official=TAO), UnknownPosting),
        ([*POSTED, ended()], transferred(), EndedAlready),
        (POSTED, transferred(on=BEGAN), TransferBeforeStart),
        (POSTED, transferred(on=PLANNED + timedelta(2), until=date(2020, 1, 1)), OutsideThePosting),
        (POSTED, transferred(to_posting=FIRST), PostingIdTaken),
        (POSTED, transferred(kind="team-member"), NotSelected),
        (POSTED, transferred(PLAIN), NotAPoorVillage),
        (POSTED, transferred(on=JUNE), GraduateMovedOtherwise),
        (STILL_POOR, transferred(OTHER), GraduateMovedOtherwise),
        (POSTED, transferred(ABROAD, to_posting=PostingId("post-620123-1")), GraduateMovedOtherwise),
        ([*POSTED, duty(20, LATER, date(2017, 4, 1))], transferred(on=LATER), RecordedBeyond),
    ],
)
def test_nobody_is_moved_against_the_rules(decide, given: list[Fact], fact: Fact, rule: type[Refusal]) -> None:
    with pytest.raises(rule):
        decide(given=given, when=fact, by=ZHAO)


def test_a_transfer_closes_one_posting_and_opens_the_next_in_one_fact(decide) -> None:
    [moved] = decide(given=POSTED, when=transferred(), by=ZHAO)
    given = [*POSTED, moved]
    with pytest.raises(EndedAlready, match="2017-02-28"):
        decide(given=given, when=ended(date(2017, 2, 1)), by=ZHAO)
    with pytest.raises(OutsideThePosting):
        decide(given=given, when=work(date(2017, 2, 28), posting=NEXT), by=ZHAO)
    for on, posting in ((date(2017, 2, 28), FIRST), (date(2017, 3, 1), NEXT)):
        assert decide(given=given, when=work(on, posting=posting), by=ZHAO)


@pytest.mark.parametrize(
    ("given", "fact", "rule"),
    [
        (POSTED, renewed(PLANNED), RenewalNotForward),
        ([*POSTED, renewed()], renewed(date(2019, 1, 1)), RenewalNotForward),
        (POSTED, renewed(on=BEGAN - timedelta(1)), OutsideThePosting),
        ([*POSTED, ended()], renewed(), EndedAlready),
        (
            [*POSTED, posted(POOR, posting=NEXT, on=date(2018, 3, 1), until=date(2020, 1, 1))],
            renewed(),
            TwoPostsAtOnce,
        ),
        ([*POSTED, ended()], ended(JUNE), EndedAlready),
        ([*POSTED, ended()], ended(), StandsAlready),
        ([*POSTED, recalled()], ended(), EndedAlready),
        ([*POSTED, promoted()], ended(), EndedAlready),
        ([*POSTED, ended()], recalled(), EndedAlready),
        (POSTED, ended(BEGAN - timedelta(1)), OutsideThePosting),
        (POSTED, ended(PLANNED + timedelta(1)), OutsideThePosting),
        ([*POSTED, duty()], ended(MAY), RecordedBeyond),
        ([*POSTED, leave()], recalled(MAY), RecordedBeyond),
        ([*POSTED, work()], promoted(date(2016, 4, 1)), RecordedBeyond),
        ([*POSTED, ended()], promoted(JUNE), EndedAlready),
    ],
)
def test_terms_go_on_and_end_by_the_rules(decide, given: list[Fact], fact: Fact, rule: type[Refusal]) -> None:
    with pytest.raises(rule):
        decide(given=given, when=fact, by=ZHAO)


def test_a_renewal_moves_the_end_and_an_official_may_be_promoted_after_the_posting(decide) -> None:
    assert decide(given=[*POSTED, renewed()], when=work(date(2019, 5, 1)), by=ZHAO)
    assert decide(given=[*POSTED, ended()], when=promoted(date(2017, 5, 1)), by=ZHAO)


def test_the_officer_of_the_posting_is_filled_in_where_the_scope_moves(decide) -> None:
    given = [*READY, posted(officer=OWN)]
    for fact in (transferred(), renewed(), ended(), recalled(), promoted()):
        [recorded] = decide(given=given, when=fact, by=ZHAO)
        assert recorded.officer == OWN


MOVED = [*POSTED, transferred()]


@pytest.mark.parametrize(
    ("given", "was", "now"),
    [
        (POSTED, selected(), None),
        (POSTED, selected(), selected(on=BEGAN + timedelta(1))),
        (POSTED, selected(), selected("team-member")),
        ([*POSTED, appraised("competent")], selected(), selected(person_type="public-institution")),
        ([*POSTED, duty()], posted(), None),
        ([*POSTED, duty()], posted(), posted(posting=THIRD)),
        ([*POSTED, duty()], posted(), posted(on=date(2016, 5, 20))),
        ([*POSTED, work()], posted(), posted(until=date(2016, 4, 1))),
        ([*POSTED, renewed()], posted(), posted(until=date(2020, 1, 31))),
        ([*POSTED, ended()], posted(), posted(until=JUNE)),
        ([*POSTED, appraised()], posted(), posted(on=date(2017, 1, 1), region=POOR)),
        (MOVED, posted(), posted(POOR)),
        ([*MOVED, work(date(2017, 5, 1), posting=NEXT)], transferred(), None),
        ([*POSTED, renewed(), work(date(2019, 5, 1))], renewed(), None),
    ],
)
def test_a_correction_leaves_nothing_without_ground(decide, given: list[Fact], was: Fact, now: Fact | None) -> None:
    with pytest.raises(OthersRestOnIt):
        decide(given=given, when=now or was, by=ZHAO, amend=amend(was, given, void=now is None))


@pytest.mark.parametrize(
    ("given", "was", "now"),
    [
        (POSTED, posted(), None),
        ([*POSTED, duty()], posted(), posted(POOR)),
        ([*POSTED, duty()], posted(), posted(on=date(2016, 3, 1))),
        (MOVED, transferred(), None),
        ([*POSTED, ended()], ended(), ended(JUNE)),
        ([*POSTED, renewed()], renewed(), None),
        ([*PLACES, selected(), selected(on=date(2016, 1, 5)), posted()], selected(), None),
    ],
)
def test_what_nothing_rests_on_is_corrected(decide, given: list[Fact], was: Fact, now: Fact | None) -> None:
    [correction] = decide(given=given, when=now or was, by=ZHAO, amend=amend(was, given, void=now is None))
    assert correction.now == now
    assert correction.was == was


def test_an_ending_taken_back_does_not_let_two_postings_overlap(decide) -> None:
    given = [*POSTED, ended(), posted(POOR, posting=NEXT, on=date(2017, 1, 1))]
    with pytest.raises(TwoPostsAtOnce):
        decide(given=given, when=ended(), by=ZHAO, amend=amend(ended(), given, void=True))


def test_a_correction_under_another_person_takes_everything_of_the_posting_along_or_nothing(decide) -> None:
    given = [*POSTED, selected(official=TAO), duty()]
    with pytest.raises(OthersRestOnIt):
        decide(given=given, when=posted(official=TAO), by=ZHAO, amend=amend(posted(), given))


def test_a_village_that_exits_later_does_not_undo_a_posting(decide) -> None:
    given = [*POSTED, VillagePovertyStated(village=POOR, poor=False, occurred_on=DECEMBER)]
    assert decide(given=given, when=duty(), by=ZHAO)
