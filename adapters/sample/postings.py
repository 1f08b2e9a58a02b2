"""The posted officials of a county: selected, posted, at work for a year and longer, appraised, and what became of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import Final

from taizhang.adapters.preset import PROVINCE
from taizhang.adapters.sample.officers import officer_of
from taizhang.adapters.sample.officials import BEGAN, Posted, Villages, of_kind
from taizhang.adapters.sample.plan import PlannedClass
from taizhang.domain.classes import ClassId
from taizhang.domain.core import Fact, OfficerId, Position, RegionCode
from taizhang.domain.policy import ThresholdSet
from taizhang.domain.postings.appraisals import (
    FigureNamed,
    Grade,
    NegativeListEntered,
    NegativeListLifted,
    OfficialAppraised,
    OfficialPromoted,
)
from taizhang.domain.postings.duty import DutyRecorded, LeaveTaken, VillageWorkRecorded, WorkKind
from taizhang.domain.postings.officials import (
    OfficialPosted,
    OfficialRecalled,
    OfficialSelected,
    OfficialTransferred,
    PostingEnded,
    PostingId,
    TermRenewed,
)

SELECTED: Final = date(2016, 1, 2)
YEAR: Final = 2016
IDLE_SINCE: Final = date(2016, 8, 31)  # a commissioner who is not seen afterwards
RECALLED: Final = date(2016, 9, 30)
RESIGNED: Final = date(2016, 12, 15)
PROMOTED: Final = date(2017, 3, 1)
SPREAD: Final = date(2016, 5, 12)  # when a commissioner's technique is said to have reached the village
RENEWED, RENEWED_UNTIL = date(2016, 12, 20), date(2018, 1, 3)
LEAVE: Final = (date(2016, 8, 8), date(2016, 8, 12))
APPROVER: Final = officer_of("organisation", PROVINCE)
SECOND_APPROVER: Final = officer_of("personnel", PROVINCE)
PROMOTED_FIRST, RENEWED_FIRST, RECALLED_FIRST, RESIGNED_FIRST = range(4)  # among the county's first secretaries
GRADES: Final[dict[str, tuple[Grade, Grade]]] = {
    "civil-servant": ("excellent", "competent"),
    "graduate": ("excellent", "competent"),
    "public-institution": ("excellent", "qualified"),
    "enterprise": ("excellent", "qualified"),
}


def thresholds() -> Iterator[Fact]:
    """From when on something about postings is listed, as the province's sample documents set it."""
    for name, value in (("posting-idle-days", 45), ("posting-expiring-days", 90)):
        yield ThresholdSet(name=name, value=value, since=BEGAN, basis="示例界限值", occurred_on=BEGAN)


def taken_up(posted: Sequence[Posted], seen: OfficerId | None) -> Iterator[Fact]:
    """Selections and postings; `seen` is the officer under whom the first of them signs in."""
    for one in posted:
        yield OfficialSelected(
            official=one.person,
            kind=one.kind,
            person_type=one.person_type,
            home_unit=one.home,
            region=RegionCode(one.place[:6]),
            document=f"示例组选〔2016〕{one.number + 1}号",
            officer=seen if one.number == 0 else None,
            occurred_on=SELECTED,
        )
    for one in posted:
        yield OfficialPosted(
            posting=one.posting,
            official=one.person,
            kind=one.kind,
            region=one.place,
            until=one.until,
            document=f"示例组派〔2016〕{one.number + 1}号",
            approver=APPROVER,
            officer=seen if one.number == 0 else None,
            occurred_on=BEGAN,
        )


def worked(posted: Sequence[Posted], one_class: PlannedClass | None, seed: int) -> Iterator[Fact]:
    """Leave, duty month by month, and what they did in the villages."""
    for away in of_kind(posted, "team-member")[:1]:
        since, until = LEAVE
        yield LeaveTaken(
            posting=away.posting, official=away.person, since=since, until=until, why="年休假(示例)", occurred_on=until
        )
    for one in posted:
        yield from _duty(one, _last_duty(one, posted), seed)
    firsts, science = of_kind(posted, "first-secretary"), of_kind(posted, "science-commissioner")
    for one in firsts[:2]:
        yield _work(one, "project", "示例:修建村道与养殖小区", 24, date(2016, 6, 20))
    taught = (one_class.id,) if one_class is not None and one_class.days[-1] <= SPREAD else ()
    for one in science[:1]:
        yield _work(one, "technique", "示例:日光温室番茄栽培技术", 35, SPREAD, taught)
    for one in science[1:2]:
        yield _work(one, "enterprise", "示例:领办肉羊养殖合作社", 18, date(2016, 7, 8))


def _work(
    one: Posted, kind: WorkKind, what: str, households: int, day: date, classes: tuple[ClassId, ...] = ()
) -> VillageWorkRecorded:
    return VillageWorkRecorded(
        posting=one.posting,
        official=one.person,
        kind=kind,
        what=what,
        households=households,
        classes=classes,
        occurred_on=day,
    )


def _last_duty(one: Posted, posted: Sequence[Posted]) -> date:
    """The last day about which duty is told: that of the post, but two years at most, and one is not seen any more."""
    firsts = of_kind(posted, "first-secretary")
    ends = {
        **{first.posting: day for first, day in zip(firsts, _first_ends(), strict=False)},
        **{last.posting: IDLE_SINCE for last in of_kind(posted, "science-commissioner")[2:3]},
    }
    return min(ends.get(one.posting, one.until), date(2017, 12, 31))


def _first_ends() -> list[date]:
    ends = {PROMOTED_FIRST: date(2017, 1, 3), RENEWED_FIRST: RENEWED_UNTIL, RECALLED_FIRST: RECALLED}
    return [*ends.values(), RESIGNED]


def _duty(one: Posted, last: date, seed: int) -> Iterator[DutyRecorded]:
    chance = Random(f"{seed}:{one.posting}:duty")  # noqa: S311 (a sample is no secret)
    month = BEGAN.replace(day=1)
    while month <= last:
        following = (month + timedelta(days=32)).replace(day=1)
        inside = (min(last, following - timedelta(days=1)) - max(month, BEGAN)).days + 1
        days = min(chance.randint(14, 22), max(0, inside - (LEAVE[1] - LEAVE[0]).days - 1))
        if days:
            yield DutyRecorded(
                posting=one.posting,
                official=one.person,
                month=month,
                days=days,
                basis="sign-in" if one.kind == "first-secretary" else "work-log",
                occurred_on=following + timedelta(days=2),
            )
        month = following


def renewed(posted: Sequence[Posted]) -> Iterator[Fact]:
    """One first secretary stays for another year."""
    for one in of_kind(posted, "first-secretary")[RENEWED_FIRST : RENEWED_FIRST + 1]:
        yield TermRenewed(
            posting=one.posting,
            official=one.person,
            until=RENEWED_UNTIL,
            document="示例组续〔2016〕1号",
            approver=APPROVER,
            occurred_on=RENEWED,
        )


def moved(posted: Sequence[Posted], known: Villages) -> Iterator[Fact]:
    """A graduate goes from a village that left poverty to one that is poor still; a first secretary resigns."""
    pair, graduates = known.moved_from(), of_kind(posted, "graduate-official")
    if pair is not None and graduates:
        one, (_, to, day) = graduates[0], pair
        yield OfficialTransferred(
            posting=one.posting,
            to_posting=PostingId(f"{one.posting}b"),
            official=one.person,
            kind=one.kind,
            region=to,
            until=one.until,
            document="示例组调〔2018〕1号",
            approver=APPROVER,
            occurred_on=day,
        )
    for one in of_kind(posted, "first-secretary")[RESIGNED_FIRST:]:
        yield PostingEnded(
            posting=one.posting, official=one.person, why="resigned", document="示例辞职报告", occurred_on=RESIGNED
        )


def judged(posted: Sequence[Posted]) -> Iterator[Fact]:
    """The year's appraisals by the organisation department; one official is recalled, listed, and taken off the list again."""
    for one in of_kind(posted, "first-secretary")[RECALLED_FIRST : RECALLED_FIRST + 1]:
        yield OfficialRecalled(
            posting=one.posting,
            official=one.person,
            ground="示例:长期脱岗,经查属实",
            document="示例组召〔2016〕1号",
            approver=SECOND_APPROVER,
            occurred_on=RECALLED,
        )
        county = RegionCode(one.place[:6])
        yield NegativeListEntered(
            official=one.person,
            region=county,
            ground="示例:驻村脱岗",
            document="示例组负〔2016〕1号",
            approver=SECOND_APPROVER,
            occurred_on=date(2016, 10, 10),
        )
        yield NegativeListLifted(
            official=one.person,
            region=county,
            why="示例:期满,整改到位",
            document="示例组负〔2017〕1号",
            approver=SECOND_APPROVER,
            occurred_on=date(2017, 10, 10),
        )
    recalled = {one.posting for one in of_kind(posted, "first-secretary")[RECALLED_FIRST : RECALLED_FIRST + 1]}
    for one in posted:
        if one.posting not in recalled:
            best, usual = GRADES[one.person_type]
            yield OfficialAppraised(
                posting=one.posting,
                official=one.person,
                year=YEAR,
                grade=best if one.number % 5 == 0 else usual,
                document=f"示例考核〔2017〕{one.number + 1}号",
                occurred_on=date(2017, 1, 20),
            )


def promoted(one: Posted, figures: Sequence[FigureNamed], position: int, report: str) -> OfficialPromoted:
    """A first secretary is promoted on what the ledger said at that position."""
    return OfficialPromoted(
        posting=one.posting,
        official=one.person,
        to_post="乡镇副职(示例)",
        document="示例组任〔2017〕1号",
        approver=SECOND_APPROVER,
        figures=tuple(figures),
        position=Position(position),
        report=report,
        occurred_on=PROMOTED,
    )
