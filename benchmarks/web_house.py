"""The house behind the web server: a programme of a million facts over the province, and those who read and write there.

The facts are those of `detect`: honest classes with people, households, hours, certificates, work and money, encoded as the
log stores them and appended in the order of their time, without asking the rules again; then every view is brought
level. What the writer records comes through the desk, into classes that were filed there. The people are not in the
vault, so names are not deciphered; nothing else is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.enrolments import COOK, COUNTY, SCHOOL, SEATS, EnrolmentHouse, registered, submit_all
from benchmarks.rules_background import stages
from benchmarks.rules_world import Stage
from taizhang.adapters.founding import Post, appoint, found
from taizhang.adapters.house import House
from taizhang.adapters.log.log import Append
from taizhang.adapters.orders import Order
from taizhang.adapters.preset import PROVINCE
from taizhang.adapters.sample.officers import actor
from taizhang.adapters.sample.plan import counties
from taizhang.adapters.settings import Settings
from taizhang.adapters.signin import SignIn
from taizhang.adapters.vault.keys import VaultKeys
from taizhang.domain.classes import ClassFiled, ClassId, ProgrammeId
from taizhang.domain.core import Actor, Fact, OfficerId, OrganisationId, PersonId, RegionCode
from taizhang.domain.decisions import Proposal
from taizhang.domain.envelope import Header, Source
from taizhang.domain.institutions import InstitutionDesignated, OrganisationRegistered

SEED: Final = 1
FACTS_AN_ENROLMENT: Final = 6  # about; the programme is made a little larger, and cut
APPENDED_AT_ONCE: Final = 5_000
OPENED_ON: Final = date(2015, 1, 2)
OPENED_US: Final = 1_420_156_800_000_000  # 2015-01-02 in Beijing: the house is founded before anything is recorded
PASSWORD: Final = "bench only, 12 letters"
READERS: Final = 5  # officers who read: two of the province, three of counties
DAY: Final = date(2019, 3, 1)


class Reader(NamedTuple):
    """An officer who reads: with which headers, and for which region and county."""

    headers: dict[str, str]
    region: str
    county: str


class Loaded(NamedTuple):
    """The house, who reads in it, who writes, and the classes that have free seats."""

    settings: Settings
    keys: VaultKeys
    readers: list[Reader]
    writer: dict[str, str]
    classes: list[str]
    people: list[PersonId]  # registered, and in no class
    facts: int


def loaded_house(place: Path, facts: int, seats: int) -> Loaded:
    """Found it, load so many facts, bring the views level, let officers in, file classes with so many seats."""
    settings, keys, at = _settings(place), VaultKeys.generate(), [OPENED_US]
    with closing(House(settings, keys, clock=lambda: at[0])) as house:
        found(house, OfficerId("security"), "bench")
        people = _people(house, seats + SEATS)
        _load(house, facts - house.log.head().position, at)
    with closing(House(settings, keys)) as house:
        house.views.catch_up()
        readers = [Reader(_let_in(house, role, region), region, county) for role, region, county in _officers(facts)]
        writer = _let_in(house, "clerk", PROVINCE)
        classes = _classes(house, -(-seats // SEATS), [reader.county for reader in readers])
        house.views.catch_up()
        return Loaded(settings, keys, readers, writer, classes, people, house.log.head().position)


def enrolled_house(place: Path, enrolments: int) -> Loaded:
    """So many enrolments through the desk, for lists as long; one clerk, signed in, who neither founds nor files."""
    settings, keys = _settings(place), VaultKeys.generate()
    made = EnrolmentHouse(settings.database)
    batch = min(1_000, enrolments)
    for _ in range(-(-enrolments // batch)):
        submit_all(made.desk, made.orders(1, batch))
    made.log.close()
    with closing(House(settings, keys)) as house:
        house.signin.enrol("clerk", "bench", SignIn.new_key(), PASSWORD, must_change=False)
        reader = Reader(_signed_in(house, "clerk"), COUNTY, COUNTY)
        house.views.catch_up()
        return Loaded(settings, keys, [reader], reader.headers, [], [], house.log.head().position)


def _settings(place: Path) -> Settings:
    database, vault = (f"sqlite:///{place / name}" for name in ("taizhang.db", "vault.db"))
    return Settings(database=database, vault=vault, files=str(place / "files"))


def _signed_in(house: House, officer: str) -> dict[str, str]:
    """The headers of an officer's browser."""
    token = house.signin.open(officer, PASSWORD)
    session = house.signin.who(token)
    assert session is not None
    return {"cookie": f"taizhang_session={token}", "x-csrf-token": session.csrf}


def _load(house: House, facts: int, at: list[int]) -> None:
    left, number = facts, 0
    for batch in _batches(_in_order(facts)):
        at[0] = max(at[0], batch[-1].recorded_at)
        entries = []
        for stage in batch:
            number += 1
            header = Header(f"paper-{number}", actor(stage.work, stage.county.code), None, None, None)
            for row, fact in enumerate(stage.facts, 4):
                entries.append(header.parts(fact, fact.tags(), Source(file="0" * 64, sheet="示例", row=row)))
        house.log.append(Append(entries[:left]))
        left -= len(entries)
        if left <= 0:
            return
    raise AssertionError(f"the programme was too small by {left} facts")


def _in_order(facts: int) -> list[Stage]:
    """Everything that is recorded, in the order of time over all counties."""
    return sorted(stages(max(200, facts // FACTS_AN_ENROLMENT), SEED), key=lambda stage: stage.recorded_at)


def _batches(found: Sequence[Stage]) -> Iterator[list[Stage]]:
    batch: list[Stage] = []
    size = 0
    for stage in found:
        batch.append(stage)
        size += len(stage.facts)
        if size >= APPENDED_AT_ONCE:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


# -- officers ---------------------------------------------------------------------------------------------


def _officers(facts: int) -> Iterator[tuple[str, RegionCode, str]]:
    there = [county.code for county in counties(max(200, facts // FACTS_AN_ENROLMENT), SEED)]
    for number in range(READERS):
        county = there[number * 7 % len(there)]
        if number < 2:
            yield ("discipline", "finance")[number], PROVINCE, county
        else:
            yield "clerk", county, county


def _let_in(house: House, role: str, region: RegionCode) -> dict[str, str]:
    """An officer in this role, signed in; the headers of their browser."""
    officer = OfficerId(f"bench-{role}-{region}-{house.log.head().position}")
    organisation = OrganisationId(f"hr-{region}")
    post = Post(officer=officer, label="bench", role=role, organisation=organisation, region=region)  # type: ignore[arg-type]
    appoint(house, _security(house), post, PASSWORD, must_change=False)
    return _signed_in(house, officer)


def _security(house: House) -> Actor:
    [grant] = house.grants("security")
    return Actor(
        officer=grant.officer,
        role=grant.role,
        organisation=grant.organisation,
        region=grant.region,
        authenticated="bench",
    )


# -- where the writer writes ------------------------------------------------------------------------------


def _classes(house: House, count: int, first: Sequence[str]) -> list[str]:
    """Classes with all seats free, filed through the desk, in every county one after the other, the readers' first."""
    there = list(dict.fromkeys([*first, *(county.code for county in counties(100_000, SEED))]))
    ids = [ClassId(f"c{there[number % len(there)]}-bench-{number:06d}") for number in range(max(count, len(first)))]
    clerk = _filing_clerk()
    post = Post(officer=clerk.officer, label="bench", role="clerk", organisation=clerk.organisation, region=PROVINCE)
    appoint(house, _security(house), post, PASSWORD, must_change=False)
    facts: list[Fact] = [
        OrganisationRegistered(
            organisation=OrganisationId(SCHOOL), name="示例学校", kind="institution", region=PROVINCE, occurred_on=DAY
        ),
        InstitutionDesignated(
            institution=SCHOOL, region=PROVINCE, occupations=(COOK,), seats=SEATS, since=DAY, occurred_on=DAY
        ),
        *(_filed(one) for one in ids),
    ]
    _say(house, "classes", facts)
    return [str(one) for one in ids]


def _people(house: House, count: int) -> list[PersonId]:
    """People whom the writer can enrol: registered, as all others, before anything else is loaded; and in no class."""
    people = [PersonId(f"pbench{number:010d}") for number in range(count)]
    header, source = Header("people", _filing_clerk(), None, None, None), Source(way="bench")
    facts = [registered(person, COUNTY, OPENED_ON) for person in people]
    for start in range(0, count, APPENDED_AT_ONCE):
        part = facts[start : start + APPENDED_AT_ONCE]
        house.log.append(Append([header.parts(fact, fact.tags(), source) for fact in part]))
    return people


def _say(house: House, what: str, facts: Sequence[Fact]) -> None:
    for start in range(0, len(facts), APPENDED_AT_ONCE):
        part = facts[start : start + APPENDED_AT_ONCE]
        items = [Proposal(fact=fact, source=Source(way="bench")) for fact in part]
        submit_all(house.desk, [Order(id=f"bench-{what}-{start}", by=_filing_clerk(), items=items)])


def _filing_clerk() -> Actor:
    return Actor(
        officer=OfficerId("bench-files"),
        role="clerk",
        organisation=OrganisationId(f"hr-{PROVINCE}"),
        region=PROVINCE,
        authenticated="bench",
    )


def _filed(ident: ClassId) -> ClassFiled:
    return ClassFiled(
        training_class=ident,
        name="示例烹调班",
        county=RegionCode(ident[1:7]),
        institution=SCHOOL,
        programme=ProgrammeId("labour"),
        programme_kind="labour",
        occupation=COOK,
        seats=SEATS,
        required_minutes=600,
        starts_on=DAY + timedelta(days=30),
        ends_on=DAY + timedelta(days=50),
        occurred_on=DAY,
    )
