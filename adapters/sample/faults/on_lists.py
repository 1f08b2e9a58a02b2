"""Faults that only an outside list shows: each list is taken in after the training, and judges it as of then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from taizhang.adapters.sample.faults.made_classes import Classes, Held, Plan
from taizhang.adapters.sample.faults.world import Truth
from taizhang.adapters.sample.plan import County
from taizhang.domain.core import Fact
from taizhang.domain.employment import EmploymentReported
from taizhang.domain.outside import ListId, ListKind, OutsideEntryStated, OutsideListImported

DAY = timedelta(days=1)
MADE_ON = date(2020, 12, 31)


def listed(classes: Classes, county: County, kind: ListKind, name: str, entries: Sequence[dict[str, Any]]) -> None:
    """Take in a list of these entries."""
    outside_list = ListId(f"list-{county.code}-fault-{name}")
    taken: list[Fact] = [
        OutsideListImported(
            outside_list=outside_list,
            kind=kind,
            region=county.code,
            made_by="示例出具单位",
            file="5a" * 32,
            rows=len(entries),
            occurred_on=MADE_ON,
        )
    ]
    taken += [
        OutsideEntryStated(
            outside_list=outside_list,
            number=number,
            kind=kind,
            occurred_on=min(one.get("since", MADE_ON), MADE_ON),
            **one,
        )
        for number, one in enumerate(entries, 1)
    ]
    classes.world.say("clerk", county.code, taken)


def _held(classes: Classes, county: County, starts: date) -> Held:
    return classes.held(county, Plan(starts_on=starts))


def listed_dead(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """A list of deaths has a trainee as dead since before the class."""
    made = _held(classes, county, date(2016, 10, 10) + 7 * number * DAY)
    person = made.people[2]
    listed(classes, county, "deaths", f"deaths-{number}", [{"person": person, "since": made.days[0] - 30 * DAY}])
    yield Truth("listed-dead", "F03", "identities.attended-after-death", (f"person:{person}", f"class:{made.id}"))


def _on_list(classes: Classes, county: County, starts: date, kind: ListKind, name: str) -> tuple[str, str]:
    made = _held(classes, county, starts)
    person = made.people[3]
    entry = {"person": person, "since": made.days[0] - 100 * DAY, "until": made.days[-1] + 100 * DAY}
    listed(classes, county, kind, name, [entry])
    return f"person:{person}", f"class:{made.id}"


def listed_payroll(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """A payroll list has a trainee."""
    starts = date(2016, 11, 7) + 7 * number * DAY
    subjects = _on_list(classes, county, starts, "payroll", f"payroll-{number}")
    yield Truth("listed-payroll", "F05", "identities.on-payroll", subjects)


def listed_pension(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """A pension list has a trainee."""
    subjects = _on_list(classes, county, date(2017, 2, 6) + 7 * number * DAY, "pensions", f"pensions-{number}")
    yield Truth("listed-pension", "F06", "identities.retired", subjects)


def listed_pupil(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """A school roll has a trainee."""
    subjects = _on_list(classes, county, date(2017, 3, 13) + 7 * number * DAY, "school-rolls", f"rolls-{number}")
    yield Truth("listed-pupil", "F06", "identities.in-school", subjects)


def one_unit(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """One firm insures fourteen of a class for those out of work."""
    made = _held(classes, county, date(2017, 10, 9) + 7 * number * DAY)
    span = {"since": made.days[0] - 100 * DAY, "until": made.days[-1] + 100 * DAY, "named_unit": "示例参保单位"}
    insured = made.people[:14]
    listed(classes, county, "social-insurance", f"insured-{number}", [{"person": one, **span} for one in insured])
    yield Truth("one-unit", "F07", "identities.one-unit-insures-the-class", (f"class:{made.id}",))
    for person in insured:
        yield Truth("one-unit", "F07", "identities.employed", (f"person:{person}", f"class:{made.id}"))


def closed_again(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """The business of a self-employed trainee was closed after two months."""
    made = _held(classes, county, date(2018, 1, 8) + 7 * number * DAY)
    person = made.people[4]
    since = made.days[-1] + 30 * DAY
    told = EmploymentReported(
        training_class=made.id, person=person, months=6, kind="self-employed", occurred_on=made.days[-1] + 180 * DAY
    )
    classes.world.say("clerk", county.code, [told])
    entry = {"person": person, "since": since, "until": since + 60 * DAY, "says": "注销"}
    listed(classes, county, "business-registrations", f"firms-{number}", [entry])
    yield Truth("closed-again", "F31", "employment.business-closed-again", (f"person:{person}", f"class:{made.id}"))


def licence_over(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """A school's licence by the list ended before its class."""
    school = f"sample-fault-licence-{county.code}-{number}"
    made = classes.held(county, Plan(starts_on=date(2019, 5, 6), institution=school))
    entry = {"institution": school, "since": date(2015, 1, 1), "until": made.days[0] - 90 * DAY}
    listed(classes, county, "licences", f"licences-{number}", [entry])
    yield Truth("licence-over", "F25", "institutions.licence-does-not-cover", (f"institution:{school}",))
