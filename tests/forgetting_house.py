"""A house into which a roster with two generated people was imported, one of whom is to be forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import NamedTuple

from web_world import CLASS, PROVINCE, World, opened_world

from taizhang.adapters.forgetting.forget import Forgotten, forget, step
from taizhang.adapters.house import House
from taizhang.adapters.importing.importer import Importer, ImportResult
from taizhang.domain.core import Actor, OfficerId, OrganisationId, PersonId, RegionCode
from taizhang.domain.forgetting import ForgettingApproved, ForgettingRequested
from taizhang.domain.forgetting_steps import WAIT_DAYS_UNSET
from taizhang.domain.identity import generate_identity, parse_identity
from taizhang.domain.officers import OfficerAppointed, RoleGranted

NAME, PHONE, BANK, HOME = "样本赵六", "13911112222", "6217000012345678901", "样例村一组东"
NUMBER = generate_identity("620121", date(1985, 2, 3), 301)
OTHER_NAME, OTHER_PHONE = "样本钱七", "13933334444"
OTHER_NUMBER = generate_identity("620121", date(1986, 2, 3), 302)
ROSTER = f"""培训班编号,{CLASS}
姓名,身份证号码,联系电话,家庭住址,银行账号
{NAME},{NUMBER},{PHONE},{HOME},{BANK}
{OTHER_NAME},{OTHER_NUMBER},{OTHER_PHONE},样例村2组,
""".encode("gb18030")
PLAIN = tuple(
    value.encode(code)
    for value in (NAME, NUMBER, NUMBER[:6] + NUMBER[8:17], PHONE, BANK, HOME)
    for code in ("utf-8", "gb18030", "utf-16-le")
)
DAY_US = 86_400_000_000
INSPECTOR = Actor(
    officer=OfficerId("inspector"),
    role="inspector",
    organisation=OrganisationId("inspection-620000"),
    region=RegionCode(PROVINCE),
    authenticated="test",
)


class Rostered(NamedTuple):
    """The world after the import: who was registered, and what the import answered."""

    world: World
    person: PersonId
    other: PersonId
    answer: ImportResult


@contextmanager
def rostered(folder: Path, log_url: str = "", vault_url: str = "") -> Iterator[Rostered]:
    """The house with the roster in it."""
    with opened_world(folder, log_url, vault_url) as world:
        by, on = INSPECTOR, date(2015, 1, 5)
        appointed = OfficerAppointed(officer=by.officer, organisation=by.organisation, occurred_on=on)
        granted = RoleGranted(
            officer=by.officer, role="inspector", organisation=by.organisation, region=by.region, occurred_on=on
        )
        world.record("security", appointed, granted)
        answer = Importer(world.house).run(ROSTER, "花名册.csv", world.actor("zhao"))
        assert answer.counts["recorded"] == 2
        found = world.house.vault.find([parse_identity(NUMBER), parse_identity(OTHER_NUMBER)])
        assert found[0] is not None
        assert found[1] is not None
        yield Rostered(world, found[0], found[1], answer)


def asked_and_approved(at: Rostered) -> None:
    """Two officers agree today."""
    house, today = at.world.house, at.world.house.desk.today()
    asked = ForgettingRequested(person=at.person, ground="consent-withdrawn", occurred_on=today)
    step(house, at.world.actor("wang"), asked)
    step(house, at.world.actor("zhao"), ForgettingApproved(person=at.person, occurred_on=today))


@contextmanager
def later_house(at: Rostered, days: int = WAIT_DAYS_UNSET) -> Iterator[House]:
    """The same house some days later."""
    settings, clock = at.world.house.settings, at.world.house.clock
    house = House(settings, at.world.house.keys, clock=lambda: clock() + days * DAY_US)
    try:
        yield house
    finally:
        house.close()


def forgotten(at: Rostered) -> Forgotten:
    """Carry it out once the days have run."""
    asked_and_approved(at)
    with later_house(at) as house:
        return forget(house, at.world.actor("wang"), at.person)


def traces(folder: Path, values: tuple[bytes, ...] = PLAIN) -> list[str]:
    """Every file below a folder in which one of these values stands, with the value."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return [f"{path.name}: {value!r}" for path in files for value in values if value in path.read_bytes()]
