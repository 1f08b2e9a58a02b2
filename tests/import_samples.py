"""A small house, and made-up forms as people send them: no person, number or school here is real."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

from taizhang.adapters.database import Database
from taizhang.adapters.desk import Desk
from taizhang.adapters.files import FileStore
from taizhang.adapters.log.log import Log
from taizhang.adapters.orders import Order
from taizhang.adapters.vault.keys import VaultKeys
from taizhang.adapters.vault.vault import Vault
from taizhang.domain.classes import ClassApproved, ClassFiled, ClassId, InstitutionId, OccupationCode, ProgrammeId
from taizhang.domain.core import Actor, Fact, OfficerId, OrganisationId, RegionCode
from taizhang.domain.decisions import Proposal
from taizhang.domain.envelope import Recorded, opened
from taizhang.domain.identity import generate_identity
from taizhang.domain.institutions import InstitutionDesignated, OrganisationRegistered
from taizhang.domain.officers import OfficerAppointed, RoleGranted
from taizhang.domain.regions import RegionRegistered

COUNTY, PROVINCE = RegionCode("620121"), RegionCode("620000")
HR = OrganisationId("hr-620121")
SCHOOL, SCHOOL_NAME = InstitutionId("school-1"), "永登县示例职业培训学校"
COOKS = ClassId("c620121-2016-01")
NOON_US = 1_460_952_000_000_000  # 2016-04-18, noon in Beijing
KEYS = VaultKeys(master=b"m" * 32, index=b"i" * 32, epoch=1)
ROSTER_HEADERS = ["序号", "姓名", "性别", "民族", "身份证号码", "联系电话", "家庭住址", "是否建档立卡", "银行账号"]


class SmallHouse:
    """What an import needs of a house, on files in one folder."""

    def __init__(self, folder: Path, log_url: str, vault_url: str, now_us: int = NOON_US) -> None:
        self.now_us = now_us
        self.keys: VaultKeys | None = None  # lent to a second process where a test sets them
        self.log = Log.open(log_url, clock=self.clock)
        self.vault = Vault.open(vault_url, KEYS, clock=self.clock)
        self.signin_database = Database(vault_url)
        self.files = FileStore(folder / "files", KEYS.wrapper())
        self.desk = Desk(self.log, self.clock)

    def clock(self) -> int:
        return self.now_us

    def close(self) -> None:
        self.signin_database.close()
        self.vault.close()
        self.log.close()

    def facts(self) -> list[Recorded]:
        return [opened(stored.position, stored.leaf) for stored in self.log.page(0, 1_000_000)]

    def of(self, kind: type[Fact]) -> list[Any]:
        return [recorded.fact for recorded in self.facts() if type(recorded.fact) is kind]


def actor(officer: str, role: str = "clerk", region: RegionCode = COUNTY, organisation: str = HR) -> Actor:
    return Actor(
        officer=OfficerId(officer),
        role=role,
        organisation=OrganisationId(organisation),
        region=region,
        authenticated="test",
    )


CLERK, SECOND = actor("clerk"), actor("second")
SYSTEM = actor("system", "system-administrator", PROVINCE)
NEW_YEAR = date(2016, 1, 1)


def founding() -> list[tuple[Actor, list[Fact]]]:
    officers: list[Fact] = []
    for who in ("clerk", "second"):
        officers.append(OfficerAppointed(officer=OfficerId(who), organisation=HR, occurred_on=NEW_YEAR))
        officers.append(
            RoleGranted(officer=OfficerId(who), role="clerk", organisation=HR, region=COUNTY, occurred_on=NEW_YEAR)
        )
    regions: list[Fact] = [
        RegionRegistered(code=PROVINCE, name="甘肃省", level="province", occurred_on=NEW_YEAR),
        RegionRegistered(
            code=RegionCode("620100"), name="兰州市", level="prefecture", parent=PROVINCE, occurred_on=NEW_YEAR
        ),
        RegionRegistered(code=COUNTY, name="永登县", level="county", parent=RegionCode("620100"), occurred_on=NEW_YEAR),
    ]
    school: list[Fact] = [
        OrganisationRegistered(
            organisation=OrganisationId(SCHOOL),
            name=SCHOOL_NAME,
            kind="institution",
            region=COUNTY,
            occurred_on=NEW_YEAR,
        ),
        OrganisationRegistered(
            organisation=HR, name="永登县人力资源和社会保障局", kind="department", region=COUNTY, occurred_on=NEW_YEAR
        ),
        InstitutionDesignated(
            institution=SCHOOL,
            region=COUNTY,
            occupations=(OccupationCode("中式烹调师"), OccupationCode("电焊工")),
            seats=500,
            since=NEW_YEAR,
            until=date(2020, 1, 1),
            occurred_on=NEW_YEAR,
        ),
    ]
    return [(SYSTEM, [*officers, *regions]), (CLERK, school)]


def filed(training_class: ClassId = COOKS, seats: int = 50, **fields: Any) -> ClassFiled:
    stated: dict[str, Any] = {
        "name": "中式烹调师一班",
        "county": COUNTY,
        "institution": SCHOOL,
        "programme": ProgrammeId("labour"),
        "programme_kind": "labour",
        "occupation": OccupationCode("中式烹调师"),
        "seats": seats,
        "required_minutes": 480,
        "starts_on": date(2016, 4, 5),
        "ends_on": date(2016, 4, 15),
        "occurred_on": date(2016, 3, 20),
    }
    return ClassFiled(training_class=training_class, **{**stated, **fields})


def approved(training_class: ClassId = COOKS) -> ClassApproved:
    return ClassApproved(training_class=training_class, occurred_on=date(2016, 3, 25))


def record(house: SmallHouse, by: Actor, facts: Sequence[Fact]) -> None:
    """Record facts through the desk; every one must go in."""
    id = hashlib.sha256(repr(facts).encode()).hexdigest()
    answer = house.desk.submit(Order(id=id, by=by, items=[Proposal(fact=fact) for fact in facts]))
    assert [verdict.outcome for verdict in answer.verdicts] == ["recorded"] * len(facts), answer.verdicts


@contextmanager
def small_house(folder: Path, log_url: str | None = None, vault_url: str | None = None) -> Iterator[SmallHouse]:
    """A house with officers, one county and one school, and a class of fifty cooks that is approved."""
    house = SmallHouse(folder, log_url or f"sqlite:///{folder}/log.db", vault_url or f"sqlite:///{folder}/vault.db")
    try:
        for by, facts in founding():
            record(house, by, facts)
        record(house, CLERK, [filed()])
        record(house, SECOND, [approved()])
        yield house
    finally:
        house.close()


def number(sequence: int) -> str:
    """A made-up identity number: born 1980, one after another."""
    return generate_identity("620121", date(1980, 1 + sequence // 28 % 12, 1 + sequence % 28), 1 + sequence // 336)


def people(count: int, first: int = 0) -> list[list[object]]:
    """Roster rows of made-up people."""
    return [
        [
            n + 1,
            f"样本{_han(first + n)}",
            "男" if int(number(first + n)[16]) % 2 else "女",
            "汉族",
            number(first + n),
            f"139{first + n:08d}",
            f"永登县示例乡样本村{first + n}号",
            "是" if n % 2 else "否",
            f"62148300{first + n:08d}",
        ]
        for n in range(count)
    ]


def _han(number: int) -> str:
    return "".join("零一二三四五六七八九"[int(digit)] for digit in str(number))


def roster(rows: Sequence[Sequence[object]], class_no: str = "2016-01", headers: Sequence[str] | None = None) -> bytes:
    """A roster as schools send it: title, head line, header, rows."""
    return workbook(
        {
            "花名册": [
                ["贫困家庭劳动力培训学员花名册"],
                ["培训机构:", SCHOOL_NAME, None, "班次编号:", class_no],
                list(headers or ROSTER_HEADERS),
                *rows,
            ]
        }
    )


def workbook(sheets: dict[str, Sequence[Sequence[object]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
