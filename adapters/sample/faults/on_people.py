"""Faults of people: dead, at school, paid, retired or insured while trained; poor only afterwards; households divided."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from taizhang.adapters.sample.faults.made_classes import Classes, Plan
from taizhang.adapters.sample.faults.world import Truth
from taizhang.adapters.sample.people import village_code
from taizhang.adapters.sample.plan import County
from taizhang.domain.core import Fact
from taizhang.domain.households import HouseholdId, HouseholdMemberListed, HouseholdRegistered, HouseholdSplit
from taizhang.domain.people import PersonDied, PersonStatusStated, Status

DAY = timedelta(days=1)


def dead(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """The list of the dead comes late: one trainee had died on the third day."""
    made = classes.held(county, Plan(starts_on=date(2016, 4, 4) + 7 * number * DAY, absent=lambda _: frozenset({2})))
    person = made.people[0]
    died = PersonDied(person=person, source_list="示例死亡名单", occurred_on=made.days[2])
    classes.world.say("clerk", county.code, [died])
    yield Truth("dead", "F03", "identities.attended-after-death", (f"person:{person}", f"class:{made.id}"))


def _with_status(classes: Classes, county: County, start: date, status: Status) -> tuple[str, str]:
    made = classes.held(county, Plan(starts_on=start))
    person = made.people[1]
    stated = PersonStatusStated(
        person=person,
        status=status,
        since=start - 200 * DAY,
        until=start + 200 * DAY,
        source_list="示例外部名单",
        occurred_on=start - 200 * DAY,
    )
    classes.world.say("clerk", county.code, [stated])
    return f"person:{person}", f"class:{made.id}"


def in_school(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """A trainee of a labour class is on a school roll."""
    subjects = _with_status(classes, county, date(2016, 5, 2) + 7 * number * DAY, "in-school")
    yield Truth("in-school", "F06", "identities.in-school", subjects)


def on_payroll(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """A trainee is on the public payroll."""
    subjects = _with_status(classes, county, date(2016, 6, 6) + 7 * number * DAY, "on-payroll")
    yield Truth("on-payroll", "F05", "identities.on-payroll", subjects)


def retired(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """A trainee draws a pension."""
    subjects = _with_status(classes, county, date(2016, 7, 4) + 7 * number * DAY, "retired")
    yield Truth("retired", "F06", "identities.retired", subjects)


def employed(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """A trainee of a class for those out of work is insured as an employee."""
    subjects = _with_status(classes, county, date(2016, 8, 1) + 7 * number * DAY, "insured-as-worker")
    yield Truth("employed", "F07", "identities.employed", subjects)


def later_register(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """The roster calls four people poor who were registered as poor a year later."""
    made = classes.held(county, Plan(starts_on=date(2015, 5, 4) + 7 * number * DAY, claims_poor=True))
    facts: list[Fact] = []
    for place, person in enumerate(made.people[:4]):
        household = HouseholdId(f"sample-fault-h{county.code}-{made.id[-4:]}-{place}")
        day = made.days[-1] + 365 * DAY
        facts.append(
            HouseholdRegistered(household=household, village=village_code(county, 0), attribute="poor", occurred_on=day)
        )
        facts.append(HouseholdMemberListed(household=household, person=person, relation="head", occurred_on=day))
    classes.world.say("clerk", county.code, facts)
    yield Truth("later-register", "F04", "rosters.later-register", (f"class:{made.id}",))


def household_split(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """A household is divided a month before a member of the new, poor one is enrolled."""
    start = date(2017, 8, 7) + 7 * number * DAY
    [person] = classes.world.people(county, 1)
    old = HouseholdId(f"sample-fault-old-{county.code}-{number}")
    new = HouseholdId(f"sample-fault-new-{county.code}-{number}")
    village = village_code(county, 1)
    facts: list[Fact] = [
        HouseholdRegistered(household=old, village=village, attribute="general", occurred_on=date(2014, 12, 31)),
        HouseholdMemberListed(household=old, person=person, relation="child", occurred_on=date(2014, 12, 31)),
        HouseholdSplit(
            household=old,
            new_household=new,
            persons=(person,),
            village=village,
            attribute="poor",
            occurred_on=start - 35 * DAY,
        ),
    ]
    classes.world.say("clerk", county.code, facts)
    classes.held(county, Plan(starts_on=start), [person])
    yield Truth("household-split", "F13", "rosters.household-split-before", (f"person:{person}", f"household:{new}"))
