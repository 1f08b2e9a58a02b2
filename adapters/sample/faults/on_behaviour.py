"""Faults in how records came in. Some need nothing but today's clock; others a clock that can be set, and say so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from taizhang.adapters.preset import PROVINCE
from taizhang.adapters.sample.faults.made_classes import Classes, Plan
from taizhang.adapters.sample.faults.world import Truth
from taizhang.adapters.sample.officers import officer_of
from taizhang.adapters.sample.plan import SESSION_END, SESSION_START, County
from taizhang.domain.attendance import AttendanceTaken
from taizhang.domain.certificates import CertificateIssued, CertificateNumber
from taizhang.domain.core import OrganisationId
from taizhang.domain.enrolment import TraineeWithdrawn
from taizhang.domain.hours import SessionHours
from taizhang.domain.inspections.opening import InspectionId, InspectionOpened
from taizhang.domain.officers import PersonalDataRead
from taizhang.domain.sealing import PeriodSealed, SealId
from taizhang.domain.statements import ClaimedFigure, StatementFiled, StatementId

DAY = timedelta(days=1)
NIGHT_SECONDS = 23 * 3_600 + 1_800  # half past eleven
CRAMMED_ONE_IN = 80  # trainees of the county for each person of a class: several times what any fortnight brings late


def typed_in_seconds(classes: Classes, county: County, number: int) -> Iterator[Truth]:  # noqa: ARG001
    """Twenty-four people sign in one after the other, a second each."""
    today = classes.world.today()
    made = classes.held(county, Plan(starts_on=today, days=1, taught=False))
    hours = SessionHours(today, SESSION_START, SESSION_END)
    for person in made.people:
        row = AttendanceTaken(training_class=made.id, person=person, marks=(hours,), occurred_on=today)
        classes.world.say("clerk", county.code, [row])
        classes.world.wait(1)
    yield Truth("typed-in-seconds", "F15", "behaviour.typed-in-seconds", (f"class:{made.id}",))


def with_the_sheet(classes: Classes, county: County, number: int) -> Iterator[Truth]:  # noqa: ARG001
    """Certificates are issued moments after the sheet of the day is put in."""
    today = classes.world.today()
    made = classes.held(county, Plan(starts_on=today, days=1, taught=False))
    hours = SessionHours(today, SESSION_START, SESSION_END)
    rows = [
        AttendanceTaken(
            training_class=made.id,
            person=person,
            marks=(hours if seat % 6 else SessionHours(today, SESSION_START, SESSION_END - 60),),
            occurred_on=today,
        )
        for seat, person in enumerate(made.people)
    ]
    classes.world.say("clerk", county.code, rows)
    classes.world.wait(20)
    issued = [
        CertificateIssued(
            training_class=made.id,
            person=person,
            kind="special-skill",
            number=CertificateNumber(f"SO-{made.id}-{seat:06d}"),
            issuer=OrganisationId(f"hr-{county.code}"),
            occurred_on=today,
        )
        for seat, person in enumerate(made.people)
    ]
    classes.world.say("clerk", county.code, issued)
    yield Truth("with-the-sheet", "F23", "certificates.with-the-sheet", (f"class:{made.id}",))


def at_night(classes: Classes, county: County, number: int) -> Iterator[Truth]:  # noqa: ARG001
    """An officer who records little by day marks two classes at half past eleven."""
    world = classes.world
    for _ in range(3):
        world.wait_until(9 * 3_600)
        made = classes.held(county, Plan(starts_on=date(2019, 6, 3), taught=False))
        world.wait_until(NIGHT_SECONDS)
        rows = [
            AttendanceTaken(
                training_class=made.id,
                person=person,
                marks=tuple(SessionHours(day, SESSION_START, SESSION_END) for day in made.days[: 5 + seat % 4]),
                occurred_on=made.days[4 + seat % 4],
            )
            for seat, person in enumerate(made.people)
        ]
        world.say("treasurer", county.code, rows)
    world.wait_until(9 * 3_600)
    officer = officer_of("treasurer", county.code)
    yield Truth("at-night", "F51", "behaviour.night-entry", (f"officer:{officer}", f"region:{county.code}"))


def crammed(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """In the week before an announced visit five classes of long ago are put in, larger ones where a county enters much."""
    world = classes.world
    world.wait(60 * 86_400)
    persons = max(Plan().persons, county.trainees // CRAMMED_ONE_IN)
    for turn in range(5):
        classes.held(county, Plan(persons=persons, starts_on=date(2017, 11, 6) + 7 * turn * DAY))
        world.wait(86_400)
    today = world.today()
    inspection = InspectionId(f"insp-{county.code}-fault-{number}")
    opened = InspectionOpened(
        inspection=inspection,
        region=county.code,
        kind="superior",
        organisation=OrganisationId(f"hr-{PROVINCE}"),
        team=(officer_of("inspector", PROVINCE),),
        objects=(f"region:{county.code}",),
        contents=("registration-files",),
        methods=("site-visit",),
        announced=True,
        document="示例检查通知",
        announced_on=today,
        occurred_on=today - 10 * DAY,
    )
    world.say("inspector", PROVINCE, [opened])
    subjects = (f"inspection:{inspection}", f"region:{county.code}")
    yield Truth("crammed", "F51", "behaviour.cramming", subjects)


def moved_out(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """Twelve people are declared withdrawn the day before the year is sealed."""
    world = classes.world
    made = classes.held(county, Plan(starts_on=date(2015, 9, 7), certified=False))
    told = [
        TraineeWithdrawn(training_class=made.id, person=one, why="示例:外出务工", occurred_on=made.days[-1])
        for one in made.people[:12]
    ]
    world.say("clerk", county.code, told)
    world.wait(86_400)
    seal = SealId(f"sample-fault-seal-{county.code}-{number}")
    sealed = PeriodSealed(
        seal=seal,
        region=county.code,
        since=date(2015, 9, 1),
        until=made.days[-1],
        occurred_on=world.today(),
    )
    world.say("clerk", county.code, [sealed])
    subjects = (f"seal:{seal}", f"region:{county.code}")
    yield Truth("moved-out", "F33", "behaviour.moved-out-before-cut-off", subjects)


def looked_up(classes: Classes, county: County, number: int) -> Iterator[Truth]:  # noqa: ARG001
    """An officer looks at the data of four hundred people on one day."""
    world = classes.world
    officer = officer_of("finance", county.code)
    read = PersonalDataRead(
        fields=("name",), purpose="示例", count=400, where="people", reader=officer, occurred_on=world.today()
    )
    world.say("finance", county.code, [read])
    yield Truth("looked-up", "F45", "behaviour.many-look-ups", (f"officer:{officer}",))


def overstated(classes: Classes, county: County, number: int) -> Iterator[Truth]:
    """A county reports ninety thousand persons trained; its ledger has a few."""
    statement = StatementId(f"stat-{county.code}-fault-{number}")
    filed = StatementFiled(
        filed_statement=statement,
        region=county.code,
        claimed_figures=(ClaimedFigure("persons", 90_000),),
        occurred_on=classes.world.today(),
    )
    classes.world.say("clerk", county.code, [filed])
    subjects = (f"statement:{statement}", f"region:{county.code}")
    yield Truth("overstated", "F01", "statements.beyond-the-ledger", subjects)
