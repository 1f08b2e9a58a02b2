"""Faults of classes: sheets against heads, sheets too even, rosters again, scores, certificates, work reported."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from msgspec.structs import replace

from taizhang.adapters.preset import PROVINCE
from taizhang.adapters.sample.faults.made_classes import Classes, Plan
from taizhang.adapters.sample.faults.world import Truth
from taizhang.adapters.sample.plan import SESSION_START, County
from taizhang.domain.confirmations import TraineeConfirmed
from taizhang.domain.employment import EmploymentConfirmed, EmploymentReported
from taizhang.domain.sessions import PresenceChecked

DAY = timedelta(days=1)


def head_count(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """An inspector counts five people where nearly all are marked."""
    made = classes.held(county, Plan(starts_on=date(2018, 3, 5) + 7 * number * DAY))
    seen = PresenceChecked(training_class=made.id, minute=SESSION_START + 60, counted=5, occurred_on=made.days[2])
    classes.world.say("inspector", PROVINCE, [seen])
    yield Truth("head-count", "F16", "attendance.head-count", (f"class:{made.id}",))


def identical_days(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """Half of a class misses the same three separate days."""
    plan = Plan(
        starts_on=date(2018, 4, 2) + 7 * number * DAY, absent=lambda seat: frozenset({1, 3, 6} if seat % 2 else ())
    )
    made = classes.held(county, plan)
    yield Truth("identical-days", "F15", "attendance.identical-days", (f"class:{made.id}",))


def nobody_absent(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """Thirty people are there every hour of ten days."""
    plan = Plan(persons=30, days=10, starts_on=date(2018, 5, 7) + 7 * number * DAY, absent=lambda _: frozenset())
    made = classes.held(county, plan)
    yield Truth("nobody-absent", "F15", "attendance.nobody-ever-absent", (f"class:{made.id}",))


def copied_sheet(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """The sheet of one class is handed in for another one."""

    def absent(seat: int) -> frozenset[int]:
        return frozenset({(seat * 5 + number) % 8, (seat * 3 + number) % 8}) if seat % 3 == 0 else frozenset()

    made = [
        classes.held(county, Plan(starts_on=start + 7 * number * DAY, absent=absent))
        for start in (date(2017, 3, 6), date(2017, 9, 4))
    ]
    yield Truth("copied-sheet", "F04", "attendance.copied-sheet", tuple(f"class:{one.id}" for one in made))


def teacher_hours(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """A teacher is said to teach from seven in the morning to nine at night."""
    hours = ((7 * 60, 12 * 60), (12 * 60 + 30, 17 * 60 + 30), (18 * 60, 21 * 60))
    made = classes.held(county, Plan(starts_on=date(2018, 6, 4) + 7 * number * DAY, hours=hours))
    yield Truth("teacher-hours", "F10", "attendance.teacher-hours", (f"teacher:sample-fault-teacher-{made.id}",))


def same_people(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """Most people of a class stand on the roster of another one, of another occupation."""
    first = classes.held(county, Plan(starts_on=date(2016, 3, 7) + 7 * number * DAY))
    plan = Plan(starts_on=date(2016, 9, 5) + 7 * number * DAY, occupation="示例工种二", certified=False)
    second = classes.held(county, plan, first.people[:20])
    subjects = tuple(f"class:{one.id}" for one in (first, second))
    yield Truth("same-people", "F20", "rosters.alike", subjects)


def trained_again(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """Two people are certified in the same occupation twice within half a year."""
    start = date(2017, 1, 9) + 7 * number * DAY
    first = classes.held(county, Plan(starts_on=start))
    second = classes.held(county, Plan(starts_on=start + 120 * DAY), first.people[:2])
    for person in first.people[:2]:
        subjects = (f"person:{person}", f"class:{first.id}", f"class:{second.id}")
        yield Truth("trained-again", "F08", "rosters.repeated-training", subjects)


def even_scores(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """Everybody passes with the same score, give or take a point."""
    plan = Plan(starts_on=date(2018, 9, 3) + 7 * number * DAY, scores=lambda seat: 820 + seat % 2 * 5)
    made = classes.held(county, plan)
    yield Truth("even-scores", "F27", "certificates.even-scores", (f"class:{made.id}",))


def raised_scores(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """Five failed tests become passed ones by corrections."""
    plan = Plan(starts_on=date(2018, 10, 8) + 7 * number * DAY, scores=lambda seat: 560 if seat < 5 else 700 + seat * 9)
    made = classes.held(county, plan)
    pairs = [
        (place, score, replace(score, theory_tenths=610, practice_tenths=615, passed=True))
        for place, score in made.scores[:5]
    ]
    classes.world.amend("clerk", county.code, pairs, "approver")
    yield Truth("raised-scores", "F27", "certificates.raised-scores", (f"class:{made.id}",))


def numbers_run_back(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """Lower numbers of a series are issued half a year after higher ones."""
    stem = f"示例号段{county.code}{number}-"
    late = classes.held(county, Plan(starts_on=date(2019, 9, 2), numbers=stem, numbers_from=100))
    early = classes.held(county, Plan(starts_on=date(2019, 3, 4), numbers=stem, numbers_from=500))
    subjects = tuple(f"class:{one.id}" for one in (late, early))
    yield Truth("numbers-run-back", "F28", "certificates.numbers-against-days", subjects)


def denied(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """Six trainees who are visited say that they were never there."""
    made = classes.held(county, Plan(starts_on=date(2017, 4, 3) + 7 * number * DAY))
    asked = made.days[-1] + 30 * DAY
    told = [
        TraineeConfirmed(training_class=made.id, person=one, channel="home-visit", took_part=False, occurred_on=asked)
        for one in made.people[:6]
    ]
    classes.world.say("clerk", county.code, told)
    yield Truth("denied", "F02", "identities.denied-by-trainees", (f"class:{made.id}",))


def phone_against_visit(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """Two trainees said yes by phone and no at home; others confirm."""
    made = classes.held(county, Plan(starts_on=date(2017, 5, 8) + 7 * number * DAY))
    day = made.days[-1] + 20 * DAY
    phone = [
        TraineeConfirmed(training_class=made.id, person=one, channel="own-phone", took_part=True, occurred_on=day)
        for one in made.people[:12]
    ]
    home = [
        TraineeConfirmed(
            training_class=made.id, person=one, channel="home-visit", took_part=False, occurred_on=day + 10 * DAY
        )
        for one in made.people[:2]
    ]
    classes.world.say("clerk", county.code, [*phone, *home])
    yield Truth("phone-against-visit", "F34", "identities.phone-against-visit", (f"class:{made.id}",))


def one_employer(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """The whole class is said to work at one firm, and nobody else says so."""
    made = classes.held(county, Plan(starts_on=date(2017, 6, 5) + 7 * number * DAY))
    told = [
        EmploymentReported(
            training_class=made.id,
            person=one,
            months=6,
            kind="transfer",
            employer=f"示例单位{number}",
            occurred_on=made.days[-1] + 180 * DAY,
        )
        for one in made.people
    ]
    classes.world.say("clerk", county.code, told)
    yield Truth("one-employer", "F30", "employment.one-employer", (f"class:{made.id}",))


def copied_confirmations(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """Everybody's work is confirmed in the same words on the same day."""
    made = classes.held(county, Plan(starts_on=date(2017, 7, 3) + 7 * number * DAY))
    told = [
        EmploymentConfirmed(
            training_class=made.id,
            person=one,
            months=3,
            kind="transfer",
            employer="示例单位",
            second_source="单位证明(示例)",
            occurred_on=made.days[-1] + 90 * DAY,
        )
        for one in made.people
    ]
    classes.world.say("clerk", county.code, told)
    yield Truth("copied-confirmations", "F30", "employment.copied-confirmations", (f"class:{made.id}",))


def above_capacity(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """A school designated for sixty seats holds four classes at once."""
    school = f"sample-fault-small-{county.code}-{number}"
    for _ in range(4):
        classes.held(county, Plan(starts_on=date(2018, 11, 5), institution=school))
    yield Truth("above-capacity", "F26", "institutions.above-capacity", (f"institution:{school}",))
