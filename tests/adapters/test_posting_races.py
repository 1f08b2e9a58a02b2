"""Each rule about postings that reads other facts, raced from two processes in both orders; and the scope that follows them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest
from posting_house import DIRECTOR, QIAN, REGISTRAR, SECURITY, ZHAO, founded
from posting_samples import (
    BEGAN,
    CHOSEN,
    COUNTY,
    EXITED,
    HALL,
    JUNE,
    MAY,
    NEXT,
    OTHER,
    OWN,
    PLACES,
    POOR,
    PROVINCE,
    TAO,
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
from racing import Race, correction, located, raced

from taizhang.adapters.desk import Desk
from taizhang.adapters.log.log import Log
from taizhang.adapters.orders import Order
from taizhang.domain.core import Actor, Fact, PersonId
from taizhang.domain.decisions import Proposal
from taizhang.domain.enrolment import WishStated
from taizhang.domain.officers import OfficerAppointed, RoleRevoked
from taizhang.domain.people import PersonRegistered, StatementId
from taizhang.domain.postings.officials import VILLAGE_OFFICIAL
from taizhang.domain.regions import RegionRegistered, VillagePovertyStated
from taizhang.domain.sealing import PeriodSealed, SealId

POSTED = [selected(), posted()]
LATER = date(2017, 1, 1)
LATE_BEGUN = date(2017, 4, 1)
[POOR_STATED] = [one for one in PLACES if isinstance(one, VillagePovertyStated) and one.village == POOR]
DIRECTOR_LEFT = RoleRevoked(
    officer=DIRECTOR.officer, role="organisation", organisation=HALL, region=PROVINCE, occurred_on=MAY
)
[EXIT_STATED] = [one for one in PLACES if isinstance(one, VillagePovertyStated) and not one.poor]
[COUNTY_REGISTERED] = [one for one in PLACES if isinstance(one, RegionRegistered) and one.code == COUNTY]
HEAD = selected("deputy-county-head", person_type="public-institution")
SEALED = PeriodSealed(seal=SealId("s1"), region="620121", since=CHOSEN, until=JUNE, occurred_on=date(2016, 7, 1))


def both(one: Fact, other: Fact, by: tuple[Actor, Actor] = (ZHAO, QIAN)) -> Any:
    return (by[0], Proposal(fact=one)), (by[1], Proposal(fact=other))


def against(step: Fact, was: Fact, now: Fact | None = None) -> Any:
    """A step, and a correction of what it rests on to `now`; None: its being declared void."""
    return (ZHAO, Proposal(fact=step)), correction(QIAN, now or was, was, DIRECTOR.officer, void=now is None)


def place_corrected(step: Fact, was: Fact, now: Fact | None = None) -> Any:
    """A step, and a correction of what its place is said to be, by the registrar."""
    return (ZHAO, Proposal(fact=step)), correction(REGISTRAR, now or was, was, "boss", void=now is None)


ON_IT = "corrections.others-rest-on-it"
RACES = [
    Race(
        "a void selection and its posting",
        [selected()],
        against(posted(), selected()),
        ("postings.not-selected", ON_IT),
    ),
    Race(
        "two posts at once",
        [selected()],
        both(posted(), posted(POOR, posting=NEXT)),
        ("postings.two-posts-at-once",) * 2,
    ),
    Race(
        "one posting id twice",
        [selected(), selected(official=TAO)],
        both(posted(), posted(POOR, official=TAO)),
        ("postings.posting-id-taken",) * 2,
    ),
    Race(  # once somebody is posted, the village's poverty is no longer what the posting rests on
        "a village out of the list and a posting to it",
        [selected()],
        ((ZHAO, Proposal(fact=posted(POOR))), correction(REGISTRAR, POOR_STATED, POOR_STATED, "boss", void=True)),
        ("postings.not-a-poor-village", None),
    ),
    Race(
        "two transfers of one posting",
        POSTED,
        both(transferred(), transferred(OTHER, to_posting="post-620121-3")),
        ("postings.ended-already",) * 2,
    ),
    Race(
        "a transfer and its posting, dated after it",
        [selected("first-secretary"), posted(POOR, kind="first-secretary")],
        against(
            transferred(OTHER, kind="first-secretary"),
            posted(POOR, kind="first-secretary"),
            posted(POOR, LATE_BEGUN, kind="first-secretary"),
        ),
        ("postings.transfer-before-start", ON_IT),
    ),
    Race(
        "a transfer and an ending",
        POSTED,
        both(transferred(), ended()),
        ("postings.ended-already",) * 2,
    ),
    Race("an ending twice", POSTED, both(ended(), ended(JUNE)), ("postings.ended-already",) * 2),
    Race("a recall and a promotion", POSTED, both(recalled(), promoted(JUNE)), ("postings.ended-already",) * 2),
    Race(
        "two renewals",
        POSTED,
        both(renewed(date(2020, 1, 1)), renewed(date(2020, 1, 1), document="No. 5")),
        ("postings.renewal-not-forward",) * 2,
    ),
    Race(
        "a renewal and the next posting",
        POSTED,
        both(renewed(), posted(POOR, posting=NEXT, on=date(2018, 3, 1), until=date(2020, 1, 1))),
        ("postings.two-posts-at-once",) * 2,
    ),
    Race(
        "a void ending and the next posting",
        [*POSTED, ended()],
        against(posted(POOR, posting=NEXT, on=LATER), ended()),
        ("postings.two-posts-at-once",) * 2,
    ),
    Race("a void posting and its duty", POSTED, against(duty(), posted()), ("postings.unknown-posting", ON_IT)),
    Race("a void posting and its work", POSTED, against(work(), posted()), ("postings.unknown-posting", ON_IT)),
    Race(
        "an earlier ending and duty after it",
        POSTED,
        both(duty(), ended(MAY)),
        ("postings.more-days-than-inside", "postings.recorded-beyond"),
    ),
    Race(
        "an ending and the next month's duty",
        POSTED,
        both(duty(month=JUNE, on=date(2016, 7, 1)), ended(date(2016, 5, 31))),
        ("postings.duty-outside-the-posting", "postings.recorded-beyond"),
    ),
    Race(
        "an ending and work after it",
        POSTED,
        both(work(JUNE), ended(date(2016, 5, 31))),
        ("postings.outside-the-posting", "postings.recorded-beyond"),
    ),
    Race(  # who approved before and is named as the official's officer later has approved nothing of their own
        "an approver who becomes the official's own officer",
        POSTED,
        both(renewed(), selected("first-secretary", officer=DIRECTOR.officer)),
        ("postings.decided-by-oneself", None),
    ),
    Race(  # once somebody is moved, the villages' poverty is no longer what the transfer rests on
        "a village that is poor after all and a transfer from it",
        POSTED,
        place_corrected(transferred(), EXIT_STATED),
        ("postings.graduate-moved-otherwise", None),
    ),
    Race(
        "a county out of the 58 and its deputy head",
        [HEAD],
        place_corrected(
            posted(COUNTY, kind="deputy-county-head"),
            COUNTY_REGISTERED,
            msgspec.structs.replace(COUNTY_REGISTERED, category="scattered"),
        ),
        ("postings.outside-the-58", None),
    ),
    Race("duty and leave of the same days", POSTED, both(duty(22), leave()), ("postings.duty-overlaps-leave",) * 2),
    Race("one month twice", POSTED, both(duty(), duty(19)), ("postings.duty-recorded-otherwise",) * 2),
    Race(
        "leave twice",
        POSTED,
        both(leave(), leave(until=date(2016, 5, 3))),
        ("postings.leave-overlaps",) * 2,
    ),
    Race("one year twice", POSTED, both(appraised(), appraised("competent")), ("postings.appraised-already",) * 2),
    Race(
        "another scheme of grades and an appraisal",
        POSTED,
        against(appraised("competent"), selected(), selected(person_type="public-institution")),
        ("postings.grade-outside-scheme", ON_IT),
    ),
    Race(  # who becomes the official's own officer has appraised nobody
        "an officer named and an appraisal by that officer",
        POSTED,
        against(appraised(), selected(), selected(officer=ZHAO.officer)),
        ("postings.appraised-by-oneself", ON_IT),
    ),
    Race(
        "a listing and a promotion",
        POSTED,
        both(promoted(), entered()),
        ("postings.on-the-negative-list", None),
    ),
    Race("a listing twice", POSTED, both(entered(), entered(MAY)), ("postings.on-the-list-already",) * 2),
    Race("a lifting twice", [*POSTED, entered()], both(lifted(), lifted(LATER)), ("postings.not-on-the-list",) * 2),
    Race("a promotion twice", POSTED, both(promoted(), promoted(LATER)), ("postings.promoted-already",) * 2),
    Race(
        "an approver who leaves",
        [selected()],
        both(posted(), DIRECTOR_LEFT, (ZHAO, SECURITY)),
        ("officers.approver-may-not", None),
    ),
    Race(
        "a seal and duty of the sealed days",
        POSTED,
        both(duty(), SEALED, (ZHAO, REGISTRAR)),
        ("statements.period-is-sealed", None),
    ),
]


@pytest.mark.parametrize("second", [0, 1])
@pytest.mark.parametrize("race", RACES, ids=lambda race: race.name.replace(" ", "-"))
def test_two_processes_never_post_against_the_rules(engine_url: str, race: Race, second: int) -> None:
    positions = founded(engine_url, race.standing)
    orders = [
        Order(id=f"race-{number}", by=by, items=[located(proposal, positions)])
        for number, (by, proposal) in enumerate(race.proposals)
    ]
    winner, loser = raced(engine_url, orders[1 - second], orders[second])
    assert winner.verdicts[0].outcome == "recorded", winner.verdicts
    assert loser.verdicts[0].rule == race.rules[second], loser.verdicts
    assert (loser.verdicts[0].outcome == "recorded") == (race.rules[second] is None)


# -- the scope follows the posting, through the desk ------------------------------------------------------

LI = PersonId("p-li")
IN_EXITED, IN_POOR = (officer("mei", VILLAGE_OFFICIAL, village) for village in (EXITED, POOR))
MEI_APPOINTED = OfficerAppointed(officer=OWN, organisation=HALL, occurred_on=CHOSEN)
LI_LIVES = PersonRegistered(
    person=LI, statement=StatementId("s1"), county="620121", village=EXITED, occurred_on=date(2016, 1, 1)
)


class Acting:
    """A desk whose day can be set; `tried` says by which rule somebody was refused on a day, None when recorded."""

    def __init__(self, url: str) -> None:
        self.log = Log.open(url)
        self.number = 0

    def tried(self, by: Actor, fact: Fact, day: date) -> str | None:
        at = int(datetime(day.year, day.month, day.day, 4, tzinfo=UTC).timestamp() * 1_000_000)
        self.number += 1
        order = Order(id=f"acted-{self.number}", by=by, items=[Proposal(fact=fact)])
        [verdict] = Desk(self.log, lambda: at).submit(order).verdicts
        return verdict.rule


def wish(occupation: str, on: date) -> WishStated:
    return WishStated(person=LI, county="620121", occupation=occupation, occurred_on=on)


def test_the_officer_of_a_posting_acts_in_the_village_from_its_first_day_to_its_last(engine_url: str) -> None:
    founded(engine_url, [selected()])
    desk = Acting(engine_url)
    march, june = date(2016, 3, 1), date(2016, 6, 2)
    assert desk.tried(SECURITY, MEI_APPOINTED, june) is None
    assert desk.tried(REGISTRAR, LI_LIVES, june) is None
    assert desk.tried(IN_EXITED, wish("welder", march), march) == "officers.role-not-granted"
    assert desk.tried(ZHAO, posted(officer=OWN), june) is None
    assert desk.tried(IN_EXITED, wish("welder", CHOSEN), date(2016, 1, 31)) == "officers.role-not-granted"
    assert desk.tried(IN_EXITED, wish("welder", march), BEGAN) == "records.not-yet-happened"
    assert desk.tried(IN_EXITED, wish("welder", march), march) is None
    assert desk.tried(IN_EXITED, duty(), june) is None
    assert desk.tried(IN_EXITED, work(), june) is None
    assert desk.tried(IN_EXITED, leave(JUNE, JUNE, JUNE), june) is None
    assert desk.tried(IN_POOR, wish("cook", march), june) == "officers.role-not-granted"
    assert desk.tried(IN_EXITED, ended(), date(2017, 1, 1)) == "officers.not-your-role"
    moved = date(2017, 3, 1)
    assert desk.tried(ZHAO, transferred(), moved) is None
    assert desk.tried(IN_EXITED, wish("cook", moved), moved) == "officers.role-not-granted"
    assert desk.tried(IN_POOR, work(moved, posting=NEXT), moved) is None
    assert desk.tried(IN_POOR, work(date(2016, 8, 1)), moved) == "officers.outside-your-region"
    assert desk.tried(IN_POOR, wish("cook", moved), moved) == "officers.outside-your-region"
    assert desk.tried(ZHAO, recalled(date(2017, 5, 1), posting=NEXT), date(2017, 5, 2)) is None
    assert desk.tried(IN_POOR, work(date(2017, 4, 1), posting=NEXT), date(2017, 5, 2)) == "officers.role-not-granted"
    desk.log.close()


def test_who_is_recalled_meanwhile_records_nothing_more_and_the_other_way_round(engine_url: str) -> None:
    named = posted(officer=OWN, until=date(2099, 1, 31))
    founded(engine_url, [selected()])
    prepare = Acting(engine_url)
    for by, fact in ((SECURITY, MEI_APPOINTED), (ZHAO, named)):
        assert prepare.tried(by, fact, date.today()) is None
    prepare.log.close()
    gone = Order(id="recalled", by=ZHAO, items=[Proposal(fact=recalled(JUNE))])
    told = Order(id="worked", by=IN_EXITED, items=[Proposal(fact=work(MAY))])
    winner, loser = raced(engine_url, gone, told)
    assert winner.verdicts[0].outcome == "recorded"
    assert loser.verdicts[0].rule == "officers.role-not-granted"
