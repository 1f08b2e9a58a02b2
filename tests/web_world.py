"""A small house with made-up people, for tests of the web: two counties, one class, officers of every kind.

Every name and number here is generated; nobody of this name is meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from anyio.from_thread import BlockingPortal, start_blocking_portal
from starlette.testclient import TestClient

from taizhang.adapters.house import House
from taizhang.adapters.orders import Order
from taizhang.adapters.settings import Settings
from taizhang.adapters.signin import SignIn
from taizhang.adapters.vault.keys import VaultKeys
from taizhang.adapters.vault.vault import Statement
from taizhang.domain.attendance import AttendanceTaken
from taizhang.domain.certificates import CertificateIssued
from taizhang.domain.classes import ClassApproved, ClassCompleted, ClassFiled
from taizhang.domain.core import Actor, Fact
from taizhang.domain.decisions import Proposal
from taizhang.domain.enrolment import TraineeEnrolled
from taizhang.domain.envelope import Source
from taizhang.domain.hours import SessionHours
from taizhang.domain.households import HouseholdMemberListed, HouseholdRegistered
from taizhang.domain.identity import generate_identity, parse_identity
from taizhang.domain.institutions import InstitutionDesignated, OrganisationRegistered
from taizhang.domain.officers import SYSTEM, OfficerAppointed, RoleGranted
from taizhang.domain.people import PersonRegistered
from taizhang.domain.policy import ProgrammeOpened, TargetSet
from taizhang.domain.regions import RegionRegistered
from taizhang.domain.scores import ScoreRecorded
from taizhang.domain.sessions import SessionHeld

PASSWORD = "correct horse battery"
PROVINCE, CITY, COUNTY, OTHER_COUNTY = "620000", "620100", "620121", "620122"
VILLAGE = "620121100001"
CLASS = "c620121-2016-001"
DAYS = (date(2016, 3, 7), date(2016, 3, 8))
NAMES = ("张样例", "王样例", "欧阳样例")
OFFICERS = (  # id, role, organisation, region
    ("wang", "clerk", "hr-620121", COUNTY),
    ("zhao", "clerk", "hr-620121", COUNTY),
    ("foreign", "clerk", "hr-620122", OTHER_COUNTY),
    ("province", "clerk", "hr-620000", PROVINCE),
    ("security", "security-administrator", "hr-620000", PROVINCE),
    ("board", "dashboard", "hr-620000", PROVINCE),
)
ROSTER_FILE = "a" * 64


class World:
    """The open house and the ids of what is in it."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._orders = 0
        self.persons: list[str] = []
        self.portal: BlockingPortal | None = (
            None  # the one event loop of all clients: a new one for each request is slow
        )
        self.household = "h620121-0001"
        self.things: Any = None  # what `walked_things` recorded besides

    def actor(self, officer: str) -> Actor:
        [(_, role, organisation, region)] = [one for one in OFFICERS if one[0] == officer]
        return Actor(officer=officer, role=role, organisation=organisation, region=region, authenticated="test")

    def record(self, by: Actor | str, *facts: Fact, source: Source | None = None) -> list[int]:
        """Record facts through the desk; each must go in. Returns their positions."""
        actor = by if isinstance(by, Actor) else self.actor(by)
        items = [Proposal(fact=fact, source=source, reason="generated sample") for fact in facts]
        self._orders += 1
        answer = self.house.desk.submit(Order(id=f"world-{self._orders}", by=actor, items=items))
        for verdict, fact in zip(answer.verdicts, facts, strict=True):
            assert verdict.position is not None, f"{fact}: {verdict.en}"
        return [verdict.position for verdict in answer.verdicts if verdict.position is not None]

    def client(self, app: object, officer: str | None = None) -> TestClient:
        """A browser without scripts, signed in as this officer."""
        client = TestClient(app, base_url="http://testserver", follow_redirects=False)  # type: ignore[arg-type]
        client.portal = self.portal
        if officer is not None:
            token = self.house.signin.begin(officer, "password")  # passwords are tried by the tests of the door
            client.cookies.set("taizhang_session", token)
        return client

    def csrf(self, client: TestClient) -> str:
        session = self.house.signin.who(client.cookies["taizhang_session"])
        assert session is not None
        return session.csrf


@contextmanager
def opened_world(folder: Path, log_url: str = "", vault_url: str = "") -> Iterator[World]:
    """A house in this folder, with officers, two counties, and one whole class of three people."""
    settings = Settings(
        database=log_url or f"sqlite:///{folder / 'log.db'}",
        vault=vault_url or f"sqlite:///{folder / 'vault.db'}",
        files=str(folder / "files"),
        requests_per_minute=0,  # tests ask as fast as they can
    )
    house = House(settings, VaultKeys.generate())
    world = World(house)
    try:
        _officers(world)
        _regions(world)
        _people(world)
        _class(world)
        house.views.catch_up()
        with start_blocking_portal() as world.portal:
            yield world
    finally:
        house.close()


def _officers(world: World) -> None:
    founder = Actor(
        officer=SYSTEM, role="system-administrator", organisation="house", region=PROVINCE, authenticated="founding"
    )
    on = date(2015, 1, 5)
    order = sorted(OFFICERS, key=lambda one: one[0] != "security")
    for officer, role, organisation, region in order:
        by = founder if officer == "security" else "security"
        world.record(by, OfficerAppointed(occurred_on=on, officer=officer, organisation=organisation))
        granted = RoleGranted(occurred_on=on, officer=officer, role=role, organisation=organisation, region=region)
        world.record(by, granted)
        world.house.signin.enrol(officer, f"样例 {officer}", SignIn.new_key(), PASSWORD, must_change=False)


def _regions(world: World) -> None:
    on = date(2015, 1, 5)
    places: Sequence[tuple[str, str, str, str | None]] = (
        (PROVINCE, "甘肃省", "province", None),
        (CITY, "兰州市", "prefecture", PROVINCE),
        (COUNTY, "永登县", "county", CITY),
        (OTHER_COUNTY, "皋兰县", "county", CITY),
        ("620121100", "样例镇", "township", COUNTY),
        (VILLAGE, "样例村", "village", "620121100"),
    )
    for code, name, level, parent in places:
        category = "contiguous" if level == "county" else "none"
        fact = RegionRegistered(occurred_on=on, code=code, name=name, level=level, parent=parent, category=category)
        world.record("province", fact)
    programme = ProgrammeOpened(
        occurred_on=on, programme="labour", zh="劳动力培训", en="Labour training", kind="labour", since=on,
        categories=("contiguous", "scattered"),
    )  # fmt: skip
    target = TargetSet(
        occurred_on=on, programme="labour", phase="2016-2017", since=date(2016, 1, 1), until=date(2017, 12, 31),
        unit="person-times", target=728_000, as_printed=7_280_000, doubt_zh="原文疑多一位。",
        doubt_en="The text seems to have one digit too many.",
    )  # fmt: skip
    world.record("province", programme, target)


def _people(world: World) -> None:
    house = world.house
    numbers = [generate_identity("620121", date(1980 + index, 5, 3), 101 + index) for index in range(len(NAMES))]
    found = house.vault.identify([parse_identity(number) for number in numbers])
    world.persons = [one.person for one in found]
    stated = [
        Statement(person, {"name": name, "id_number": number, "phone": "13000000000"}, "roster")
        for person, name, number in zip(world.persons, NAMES, numbers, strict=True)
    ]
    house.vault.state(stated, house.clock())
    on = date(2016, 1, 4)
    world.record(
        "wang",
        HouseholdRegistered(occurred_on=on, household=world.household, village=VILLAGE, attribute="poor"),
        *(
            PersonRegistered(occurred_on=on, person=person, statement=f"s{index}", county=COUNTY, village=VILLAGE)
            for index, person in enumerate(world.persons)
        ),
        HouseholdMemberListed(occurred_on=on, household=world.household, person=world.persons[0], relation="户主"),
        source=Source(file="b" * 64, name="贫困户登记表.xlsx", sheet="永登", row=4),
    )


def _class(world: World) -> None:
    world.record(
        "zhao",
        OrganisationRegistered(
            occurred_on=date(2016, 1, 4), organisation="i-yongdeng", name="样例职业培训学校", kind="institution",
            region=COUNTY,
        ),
        InstitutionDesignated(
            occurred_on=date(2016, 1, 4), institution="i-yongdeng", region=COUNTY, occupations=("cook",), seats=60,
            since=date(2016, 1, 1),
        ),
    )  # fmt: skip
    filed = ClassFiled(
        occurred_on=date(2016, 2, 1), training_class=CLASS, name="中式烹调师一班", county=COUNTY,
        institution="i-yongdeng", programme="labour", programme_kind="labour", occupation="cook", seats=50,
        required_minutes=480, planned_minutes=480, starts_on=DAYS[0], ends_on=DAYS[1], place="永登县职教中心",
    )  # fmt: skip
    world.record("zhao", filed, source=Source(file="c" * 64, name="开班申请表.xlsx", sheet="申请", row=3))
    world.record("wang", ClassApproved(occurred_on=date(2016, 2, 20), training_class=CLASS))
    for row, person in enumerate(world.persons, 5):
        enrolled = TraineeEnrolled(occurred_on=DAYS[0], training_class=CLASS, person=person)
        world.record("zhao", enrolled, source=Source(file=ROSTER_FILE, name="花名册.xlsx", sheet="学员", row=row))
    held = [SessionHours(day, 510, 750) for day in DAYS]
    world.record("zhao", *(SessionHeld(occurred_on=one.on, training_class=CLASS, hours=one) for one in held))
    for person, marks in zip(world.persons, (tuple(held), tuple(held), (held[0],)), strict=True):
        last = marks[-1].on
        world.record("zhao", AttendanceTaken(occurred_on=last, training_class=CLASS, person=person, marks=marks))
    first = world.persons[0]
    world.record("wang", ClassCompleted(occurred_on=DAYS[1], training_class=CLASS))
    world.record(
        "zhao",
        ScoreRecorded(occurred_on=DAYS[1], training_class=CLASS, person=first, theory_tenths=855, passed=True),
        CertificateIssued(
            occurred_on=date(2016, 3, 20), training_class=CLASS, person=first, kind="training", number="GS-0001",
            issuer="hr-620121",
        ),
    )  # fmt: skip
