"""A made-up year of one county, small enough to be reckoned by hand: one class, two trainees, money, inspections."""

from __future__ import annotations

from datetime import date
from typing import Any

import claim_samples as c
import inspection_samples as i
import money_samples as m
import training_samples as t
from paper_log import PaperLog

from taizhang.domain.attendance import AttendanceCorrected, AttendanceTaken
from taizhang.domain.core import Actor, Fact, OfficerId, OrganisationId, Position, RegionCode
from taizhang.domain.employment import EmploymentConfirmed, EmploymentReported
from taizhang.domain.enrolment import WishStated
from taizhang.domain.households import HouseholdMemberListed, HouseholdRegistered
from taizhang.domain.inspections.findings import FindingId
from taizhang.domain.inspections.opening import InspectionId
from taizhang.domain.plans import PlanApproved, PlanFiled
from taizhang.domain.policy import TargetSet, ThresholdSet
from taizhang.domain.sealing import PeriodSealed

DAY = 86_400_000_000
COUNTY, HR, SCHOOL = str(t.COUNTY), "hr-620121", str(t.SCHOOL)
LAST = date(2016, 12, 31)
TARGET = {"programme": t.filed().programme, "phase": "2016", "since": date(2016, 1, 1), "until": LAST}
EMPLOYED: dict[str, Any] = {"training_class": t.WELDING, "person": t.LI, "months": 6, "kind": "local"}
ABSENT = AttendanceTaken(
    training_class=t.WELDING, person=t.ZHAO, marks=(t.hours(t.MAY_4, 8, 10),), absent=(t.MAY_5,), occurred_on=t.MAY_5
)
PRESENT = t.attended(*c.ALL_HOURS, person=t.ZHAO)
VILLAGE = RegionCode("620121100001")


def officer(name: str, organisation: str, role: str = "clerk") -> Actor:
    return Actor(
        officer=OfficerId(name),
        role=role,
        organisation=OrganisationId(organisation),
        region=t.COUNTY,
        authenticated="test",
    )


TELLER, CHIEF, MASTER = officer("teller", HR), officer("chief", HR), officer("master", SCHOOL, "institution")


def noon(day: date) -> int:
    """Noon in Beijing, in microseconds."""
    return (day - date(1970, 1, 1)).days * DAY + DAY // 6


def on(month: int, day: int, year: int = 2016) -> date:
    return date(year, month, day)


def wish(person: Any, occupation: str) -> WishStated:
    return WishStated(person=person, county=t.COUNTY, occupation=occupation, occurred_on=on(1, 5))  # type: ignore[arg-type]


def year(*more: tuple[date, Actor, Fact]) -> PaperLog:
    """Every fact is recorded at noon of a day that is said here; most of them on their own day.

    `more` is recorded in between: the day of recording, by whom, and what.
    """
    log = PaperLog()
    waiting = sorted(more, key=lambda one: one[0])

    def say(day: date, *facts: Fact, by: Actor = TELLER) -> None:
        while waiting and waiting[0][0] < day:
            when, who, fact = waiting.pop(0)
            log.record(noon(when), fact, by=who)
        log.record(noon(day), *facts, by=by)

    target = TargetSet(**TARGET, unit="person-times", target=4, region=t.COUNTY, occurred_on=on(1, 4))  # type: ignore[arg-type]
    plan: dict[str, Any] = {"plan": "plan-1", "region": t.COUNTY, "occurred_on": on(1, 6)}
    payment_days = ThresholdSet(name="payment-days", value=10, since=on(1, 1), occurred_on=on(1, 4))  # type: ignore[arg-type]
    say(on(1, 10), *m.REGIONS, c.OPENED, target, payment_days)
    say(on(1, 10), PlanFiled(level="county", kind="annual", year=2016, person_times=8, **plan), PlanApproved(**plan))
    household: dict[str, Any] = {"household": "h1", "occurred_on": on(1, 2)}
    say(on(1, 10), *c.PEOPLE, HouseholdRegistered(village=VILLAGE, attribute="poor", **household))
    say(on(1, 10), HouseholdMemberListed(person=t.LI, **household), wish(t.LI, t.WELDER), wish(t.ZHAO, "cook"))
    say(on(3, 10), *c.MONEY[len(m.REGIONS) :])
    say(on(5, 2), t.filed(), by=MASTER)
    say(on(5, 3), t.approved(), by=CHIEF)
    say(on(5, 4), t.enrolled(), t.enrolled(t.ZHAO), by=MASTER)
    say(on(5, 10), t.attended(*c.ALL_HOURS), ABSENT, by=MASTER)
    say(on(6, 1), c.claimed())
    say(on(6, 2), c.reviewed(), by=CHIEF)
    say(on(6, 5), PeriodSealed(seal="seal-1", region=t.COUNTY, since=on(5, 1), until=on(5, 31), occurred_on=on(6, 5)))  # type: ignore[arg-type]
    say(on(6, 10), c.paid((t.LI, c.RATE_FEN), on=on(6, 10)))
    say(on(6, 30), c.paid((t.ZHAO, c.RATE_FEN), payment="payment-2", on=on(6, 30)))
    _inspections(say)
    taken = Position(log.facts.index(ABSENT) + 1)
    correction: dict[str, Any] = {"corrects": taken, "was": ABSENT, "now": PRESENT, "occurred_on": t.MAY_5}
    say(on(8, 1), AttendanceCorrected(reason="misread", approver=CHIEF.officer, **correction))
    say(on(8, 20), t.certificate(on=on(7, 11)))  # 40 days late
    late = ThresholdSet(  # type: ignore[arg-type]
        name="late-entry-days", value=60, since=on(6, 1), region=t.COUNTY, occurred_on=on(10, 1)
    )
    say(on(10, 1), late)
    say(on(12, 20), EmploymentReported(occurred_on=on(12, 10), **EMPLOYED))
    say(on(12, 20), EmploymentConfirmed(occurred_on=on(12, 12), second_source="insurance", **EMPLOYED))
    back = c.recovered((t.ZHAO, c.RATE_FEN), payment="payment-2", on=on(1, 15, 2017))
    say(on(1, 16, 2017), back)
    say(on(12, 31, 2017))
    return log


def _inspections(say: Any) -> None:
    """One announced by the province with a finding put right, one by the county itself, and the same found again."""
    twice, own = InspectionId("insp-620121-2"), InspectionId("insp-620121-own")
    say(on(7, 4), i.opened(announced=True, announced_on=on(7, 1)))
    say(on(7, 5), i.visited(occurred_on=on(7, 5)), i.found(on=on(7, 5), institution=SCHOOL))
    say(on(7, 8), i.ordered(occurred_on=on(7, 8)))
    say(on(7, 25), i.reminded(occurred_on=on(7, 25)))
    say(on(7, 28), i.reported(occurred_on=on(7, 28), evidence_on=on(7, 28)))
    say(on(7, 29), i.reviewed(occurred_on=on(7, 29)))
    say(on(7, 30), i.closed(occurred_on=on(7, 30)))
    say(on(9, 1), i.opened(id=own, kind="self", organisation=HR, occurred_on=on(9, 1), announced=True))
    say(on(11, 1), i.opened(id=twice, occurred_on=on(11, 1)))
    again = FindingId("find-620121-2")
    say(on(11, 2), i.found(again, on(11, 2), inspection=twice, institution=SCHOOL))
    say(on(11, 3), i.ordered(again, occurred_on=on(11, 3), deadline=on(11, 20)))
