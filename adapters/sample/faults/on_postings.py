"""Faults of postings and inspections: duty nobody saw, too many households, checks that find nothing, faults that return."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from taizhang.adapters.preset import PROVINCE
from taizhang.adapters.sample.faults.made_classes import Classes
from taizhang.adapters.sample.faults.world import Truth
from taizhang.adapters.sample.officers import officer_of
from taizhang.adapters.sample.people import village_code
from taizhang.adapters.sample.plan import County
from taizhang.domain.core import Fact, OfficerId, OrganisationId, Position, RegionCode
from taizhang.domain.inspections.findings import (
    FindingClosed,
    FindingId,
    FindingRecorded,
    RectificationOrdered,
    RectificationReported,
    RectificationReviewed,
)
from taizhang.domain.inspections.opening import InspectionId, InspectionKind, InspectionOpened, VisitHeld, VisitId
from taizhang.domain.postings.duty import DutyRecorded, VillageWorkRecorded
from taizhang.domain.postings.officials import OfficialPosted, OfficialSelected, PostingId

DAY = timedelta(days=1)


def posted(
    classes: Classes, county: County, name: str, since: date, officer: OfficerId | None = None
) -> tuple[PostingId, Fact]:
    """A first secretary takes up a post; told with the selection, which names the official."""
    [official] = classes.world.people(county, 1)
    posting = PostingId(f"post-{county.code}-fault-{name}")
    selected = OfficialSelected(
        official=official,
        kind="first-secretary",
        person_type="civil-servant",
        home_unit=OrganisationId(f"hr-{county.code}"),
        region=county.code,
        document="示例选派文件",
        occurred_on=since - 10 * DAY,
    )
    posted = OfficialPosted(
        posting=posting,
        official=official,
        kind="first-secretary",
        region=RegionCode(village_code(county, 0)),
        until=since + 730 * DAY,
        document="示例到岗文件",
        approver=officer_of("personnel", PROVINCE),
        officer=officer,
        occurred_on=since,
    )
    classes.world.say("organisation", PROVINCE, [selected, posted])
    return posting, selected


def _duty(posting: PostingId, selected: Fact, month: date, days: int) -> DutyRecorded:
    return DutyRecorded(
        posting=posting,
        official=selected.official,  # type: ignore[attr-defined]
        month=month,
        days=days,
        occurred_on=month + 27 * DAY,
    )


def duty_unseen(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """Two visits in a month with 25 days of duty found nobody."""
    posting, selected = posted(classes, county, f"unseen-{number}", date(2018, 2, 1))
    classes.world.say("organisation", PROVINCE, [_duty(posting, selected, date(2018, 5, 1), 25)])
    inspection = InspectionId(f"insp-{county.code}-fault-night-{number}")
    visits: list[Fact] = [
        VisitHeld(
            inspection=inspection,
            visit=VisitId(f"fault-night-{county.code}-{number}-{turn}"),
            object=f"posting:{posting}",
            method="site-visit",
            at=20 * 60,
            what="示例:到村未见本人",
            heads=0,
            occurred_on=date(2018, 5, 8 + 7 * turn),
        )
        for turn in range(2)
    ]
    night = opened(county, inspection, "superior", date(2018, 5, 7), f"posting:{posting}")
    classes.world.say("inspector", PROVINCE, [night, *visits])
    yield Truth("duty-unseen", "F47", "postings.duty-unseen", (f"posting:{posting}",))


def even_duty(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """Eight months of exactly 27 days."""
    posting, selected = posted(classes, county, f"even-{number}", date(2018, 2, 1))
    months = [_duty(posting, selected, date(2018, month, 1), 27) for month in range(3, 11)]
    classes.world.say("organisation", PROVINCE, months)
    yield Truth("even-duty", "F48", "postings.even-duty", (f"posting:{posting}",))


def households_a_day(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """Ninety households are visited on one day."""
    posting, selected = posted(classes, county, f"visits-{number}", date(2018, 2, 1))
    work = VillageWorkRecorded(
        posting=posting,
        official=selected.official,  # type: ignore[attr-defined]
        kind="project",
        what="示例:遍访贫困户",
        households=90,
        occurred_on=date(2018, 6, 5),
    )
    classes.world.say("organisation", PROVINCE, [work])
    yield Truth("households-a-day", "F49", "postings.households-a-day", (f"posting:{posting}",))


def opened(county: County, inspection: InspectionId, kind: InspectionKind, on: date, of: str = "") -> InspectionOpened:
    """An inspection of the county, or of what is named."""
    return InspectionOpened(
        inspection=inspection,
        region=county.code,
        kind=kind,
        organisation=OrganisationId(f"hr-{county.code if kind == 'self' else PROVINCE}"),
        team=(officer_of("inspector", PROVINCE),),
        objects=(of or f"region:{county.code}",),
        contents=("outcomes",),
        methods=("site-visit",),
        announced=False,
        document="示例检查方案",
        occurred_on=on,
    )


def found(
    county: County, inspection: InspectionId, name: str, on: date, of: str = "", rests_on: Sequence[int] = ()
) -> FindingRecorded:
    """Something is found about the county, or about what is named."""
    return FindingRecorded(
        finding=FindingId(f"find-{county.code}-fault-{name}"),
        inspection=inspection,
        content="outcomes",
        object=of or f"region:{county.code}",
        rule="示例规定",
        words="示例问题",
        rests_on=tuple(Position(one) for one in rests_on),
        occurred_on=on,
    )


def self_finds_nothing(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """A county inspects itself twice and finds nothing; the province finds something that year."""
    own = [InspectionId(f"insp-{county.code}-fault-own-{number}-{turn}") for turn in range(2)]
    other = InspectionId(f"insp-{county.code}-fault-other-{number}")
    facts: list[Fact] = [opened(county, one, "self", date(2018, 3 + 3 * turn, 1)) for turn, one in enumerate(own)]
    places = classes.world.say("inspector", PROVINCE, [*facts, opened(county, other, "superior", date(2018, 8, 1))])
    finding = found(county, other, f"s{number}", date(2018, 8, 2), rests_on=places[-1:])
    classes.world.say("inspector", PROVINCE, [finding])
    yield Truth("self-finds-nothing", "F55", "inspections.self-finds-nothing", (f"region:{county.code}",))


def finding_returns(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """What was closed in May is found again in September."""
    inspection = InspectionId(f"insp-{county.code}-fault-again-{number}")
    about_it, world = f"region:{county.code}", classes.world
    places = world.say("inspector", PROVINCE, [opened(county, inspection, "superior", date(2017, 2, 25))])
    first = found(county, inspection, f"a{number}", date(2017, 3, 1), about_it, places)
    about: dict[str, Any] = {"finding": first.finding}
    world.say("inspector", PROVINCE, [first])
    ordered = RectificationOrdered(
        **about,
        responsible=OrganisationId(f"hr-{county.code}"),
        person_in_charge=officer_of("clerk", county.code),
        deadline=date(2017, 5, 31),
        document="示例整改通知书",
        occurred_on=date(2017, 3, 10),
    )
    evidence = hashlib.sha256(f"{first.finding}:1".encode()).hexdigest()
    reported = RectificationReported(
        **about, words="示例:已整改", evidence=(evidence,), evidence_on=date(2017, 4, 9), occurred_on=date(2017, 4, 10)
    )
    reviewed = RectificationReviewed(**about, accepted=True, words="示例:复核属实", occurred_on=date(2017, 4, 20))
    closed = FindingClosed(**about, document="示例销号单", occurred_on=date(2017, 5, 1))
    world.say("inspector", PROVINCE, [ordered])
    world.say("approver", county.code, [reported])
    world.say("reviewer", PROVINCE, [reviewed])
    world.say("inspector", PROVINCE, [closed])
    again = found(county, inspection, f"b{number}", date(2017, 9, 1), about_it, places)
    world.say("inspector", PROVINCE, [again])
    yield Truth("finding-returns", "F53", "inspections.finding-returns", (f"region:{county.code}", "content:outcomes"))
