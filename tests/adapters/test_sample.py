"""The sample: plausible, labelled, the same for the same number and seed, and only where nobody works."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from taizhang.adapters import founding
from taizhang.adapters.founding import HOUSE, Post, found, house_to_found
from taizhang.adapters.house import House
from taizhang.adapters.sample import class_work
from taizhang.adapters.sample.class_work import teacher_side
from taizhang.adapters.sample.classes import WISHED_BEFORE
from taizhang.adapters.sample.desk import SampleDesk
from taizhang.adapters.sample.officers import province_posts
from taizhang.adapters.sample.people import double, households
from taizhang.adapters.sample.places import institution_of
from taizhang.adapters.sample.plan import (
    SLOTS,
    PlannedClass,
    blocks,
    counties,
    first_class,
    planned_classes,
    sizes_of,
)
from taizhang.adapters.sample.sample import MadeSample, NotFoundedYet, SampleStandsOtherwise, make_sample
from taizhang.adapters.sample.timetable import Timetable, Work
from taizhang.adapters.settings import Settings
from taizhang.adapters.sheets.sheets import Workbook, open_workbook
from taizhang.domain.attendance import AttendanceTaken
from taizhang.domain.certificates import CertificateIssued
from taizhang.domain.core import Actor, Fact, OfficerId, OrganisationId, RegionCode
from taizhang.domain.enrolment import TraineeEnrolled
from taizhang.domain.envelope import Recorded, fact_classes, opened
from taizhang.domain.identity import birth_date, issue_region_code, parse_identity
from taizhang.domain.institutions import OrganisationRegistered
from taizhang.domain.people import PersonRegistered
from taizhang.domain.refused import SubmissionRefused
from taizhang.domain.regions import RegionRegistered
from taizhang.domain.sample_house import NotASampleHouse
from taizhang.domain.scores import ScoreRecorded

PERSONS, SEED = 50, 7
ADMIN = OfficerId("admin")


@contextmanager
def house_in(folder: Path, *, init: bool = True) -> Iterator[House]:
    """A house of its own in this folder, founded with the preset."""
    settings = Settings(
        database=f"sqlite:///{folder / 'log.db'}",
        vault=f"sqlite:///{folder / 'vault.db'}",
        files=str(folder / "files"),
    )
    with house_to_found(settings) as house:
        if init:
            found(house, ADMIN, "管理员")
        yield house


@pytest.fixture(scope="module")
def taken_up() -> list[tuple[PlannedClass, date]]:
    """Each class, and the day on which the sample turned to it and to its people."""
    return []


@pytest.fixture(scope="module")
def made(
    tmp_path_factory: pytest.TempPathFactory, taken_up: list[tuple[PlannedClass, date]]
) -> Iterator[tuple[House, MadeSample]]:
    begun = class_work.class_work

    def noted(desk: SampleDesk, timetable: Timetable, one: PlannedClass, *more: Any) -> Work:
        taken_up.append((one, timetable.today))
        return begun(desk, timetable, one, *more)

    with house_in(tmp_path_factory.mktemp("sample")) as house:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(class_work, "class_work", noted)
            sample = make_sample(house, PERSONS, SEED)
        yield house, sample


def facts_of(house: House) -> list[Recorded]:
    return [opened(stored.position, stored.leaf) for stored in house.log.page(0, 1_000_000)]


def figures_of(house: House) -> dict[str, int]:
    house.views.catch_up()
    with house.log.database.read() as connection:
        return house.views.view("ledger").figures(connection)


def topics_of(house: House) -> Counter[str]:
    return Counter(stored.type for stored in house.log.page(0, 1_000_000))


def appoint_somebody(house: House, who: str) -> None:
    """The administrator appoints an officer of the house's own."""
    administrator = Actor(
        officer=ADMIN,
        role="security-administrator",
        organisation=founding.HOUSE,
        region=RegionCode("620000"),
        authenticated="test",
    )
    region = RegionCode("620121")
    post = Post(
        officer=OfficerId(who), label=who, role="clerk", organisation=OrganisationId("hr-620121"), region=region
    )
    founding.appoint(house, administrator, post)


def test_the_same_number_and_seed_give_the_same_figures_in_another_house(
    made: tuple[House, MadeSample], tmp_path: Path
) -> None:
    with house_in(tmp_path) as other:
        make_sample(other, PERSONS, SEED)
        figures = figures_of(other)
        assert figures == figures_of(made[0])
        assert any(name.endswith(" persons") for name in figures)
        assert topics_of(other) == topics_of(made[0])


def test_a_class_is_taken_up_when_its_time_comes_so_that_only_those_under_way_are_in_memory(
    made: tuple[House, MadeSample], taken_up: list[tuple[PlannedClass, date]]
) -> None:
    planned = [one for county in counties(PERSONS, SEED) for one in planned_classes(county, SEED)]
    assert sorted(one.id for one, _ in taken_up) == sorted(one.id for one in planned)
    waited = [one.days[0] - day for one, day in taken_up]
    assert all(timedelta(0) < some <= timedelta(days=WISHED_BEFORE + 10) for some in waited), waited


def test_another_seed_gives_other_figures(made: tuple[House, MadeSample], tmp_path: Path) -> None:
    with house_in(tmp_path) as other:
        make_sample(other, PERSONS, SEED + 1)
        assert figures_of(other) != figures_of(made[0])


def test_the_same_sample_again_changes_nothing_and_gives_the_same_sign_ins(made: tuple[House, MadeSample]) -> None:
    house, first = made
    again = make_sample(house, PERSONS, SEED)
    assert (again.position, again.recorded, again.refused) == (first.position, 0, 0)
    assert again.sign_ins == first.sign_ins
    assert house.log.head().position == first.position


def test_a_sample_that_was_stopped_goes_on_and_ends_the_same(made: tuple[House, MadeSample], tmp_path: Path) -> None:
    def stop(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with house_in(tmp_path) as house:
        with pytest.raises(KeyboardInterrupt):
            make_sample(house, PERSONS, SEED, progress=stop)
        assert house.log.head().position < made[1].position
        make_sample(house, PERSONS, SEED)
        assert topics_of(house) == topics_of(made[0])
        assert figures_of(house) == figures_of(made[0])


def test_another_sample_does_not_go_into_the_same_house(made: tuple[House, MadeSample]) -> None:
    house, first = made
    with pytest.raises(SampleStandsOtherwise):
        make_sample(house, PERSONS + 1, SEED)
    assert house.log.head().position == first.position


def test_a_house_where_somebody_works_takes_no_sample(tmp_path: Path) -> None:
    with house_in(tmp_path) as house:
        appoint_somebody(house, "li-clerk")
        before = house.log.head().position
        with pytest.raises(NotASampleHouse):
            make_sample(house, PERSONS, SEED)
        assert house.log.head().position == before


def test_a_sample_needs_a_founded_house(tmp_path: Path) -> None:
    with house_in(tmp_path, init=False) as house, pytest.raises(NotFoundedYet, match="taizhang init"):
        make_sample(house, PERSONS, SEED)


def test_so_many_persons_are_enrolled_as_were_asked_for(made: tuple[House, MadeSample]) -> None:
    enrolled = [one.fact.person for one in facts_of(made[0]) if isinstance(one.fact, TraineeEnrolled)]
    assert len(set(enrolled)) == PERSONS
    assert len(enrolled) > PERSONS  # some come again: persons and person-times differ


def test_every_area_of_the_programme_is_in_it(made: tuple[House, MadeSample]) -> None:
    found_there = set(topics_of(made[0]))
    wanted = {
        "officers.officer-appointed.v1",
        "regions.region-registered.v1",
        "regions.village-poverty-stated.v1",
        "institutions.institution-designated.v1",
        "institutions.teacher-registered.v1",
        "institutions.venue-registered.v1",
        "plans.plan-approved.v1",
        "demand.labour-demand-reported.v1",
        "households.household-registered.v1",
        "households.household-member-listed.v1",
        "households.household-exited.v1",
        "people.person-registered.v1",
        "people.persons-merged.v1",
        "people.duplicate-resolved.v1",
        "training.wish-stated.v1",
        "training.class-approved.v1",
        "training.trainee-enrolled.v1",
        "training.session-held.v1",
        "training.attendance-taken.v1",
        "training.presence-checked.v1",
        "training.score-recorded.v1",
        "training.score-amended.v1",
        "training.certificate-issued.v1",
        "training.class-completed.v1",
        "training.employment-reported.v1",
        "training.employment-confirmed.v1",
        "training.trainee-confirmed.v1",
        "statements.period-sealed.v1",
        "statements.submission-refused.v1",
    }
    assert wanted <= fact_classes().keys()
    assert wanted - found_there == set()


def test_only_what_is_meant_to_be_refused_is_refused_and_one_late_addition_names_its_seal(
    made: tuple[House, MadeSample],
) -> None:
    recorded = facts_of(made[0])
    rules = {one.fact.rule for one in recorded if isinstance(one.fact, SubmissionRefused)}
    assert {"identity.wrong-check-digit", "training.approved-too-late", "statements.period-is-sealed"} <= rules
    assert rules <= {
        "identity.wrong-check-digit",
        "training.approved-too-late",
        "training.hours-not-evidenced",
        "statements.period-is-sealed",
        "inspections.sample-drawn-already",
    }
    late = [one.addition for one in recorded if one.addition is not None]
    assert len(late) == 1
    assert late[0].seal.startswith("sample-seal-")


def test_everything_is_labelled_and_says_who_made_it(made: tuple[House, MadeSample]) -> None:
    house, _ = made
    recorded = [one for one in facts_of(house) if one.source is not None and one.source.way == "sample"]
    assert recorded
    for one in recorded:
        assert one.recorded_by is not None
        itself = [("system", "sample-maker", "sample"), ("system", "log-signer", "signer")]
        maker = (one.recorded_by.officer, one.recorded_by.role, one.recorded_by.authenticated)
        assert one.recorded_by.officer.startswith("sample-") or maker in itself
        assert one.recorded_by.authenticated == "sample" or maker in itself
    regions = [one.fact for one in recorded if isinstance(one.fact, RegionRegistered)]
    assert {len(region.code) for region in regions} == {9, 12}
    assert all(region.name.startswith("示例") for region in regions)
    people = [one.fact.person for one in recorded if isinstance(one.fact, PersonRegistered)]
    names = house.vault.disclose(people, ["name"])
    assert len(names) == len(set(people))
    assert all(fields["name"].startswith("示例") for fields in names.values())


def test_every_office_at_work_is_registered_with_a_name(made: tuple[House, MadeSample]) -> None:
    facts = facts_of(made[0])
    at_work = {one.recorded_by.organisation for one in facts if one.recorded_by is not None} - {HOUSE}
    named = {one.fact.organisation for one in facts if isinstance(one.fact, OrganisationRegistered)}
    assert at_work <= named
    assert {post.organisation for post in province_posts()} <= named, "of those who can sign in, too"


def test_what_a_class_reports_stands_in_the_very_row_of_the_workbook_that_its_fact_names(
    made: tuple[House, MadeSample],
) -> None:
    house, _ = made
    kinds = (TraineeEnrolled, AttendanceTaken, ScoreRecorded, CertificateIssued)
    named = [one for one in facts_of(house) if isinstance(one.fact, kinds)]
    assert {type(one.fact) for one in named} == set(kinds)
    people = house.vault.disclose({one.fact.person for one in named if isinstance(one.fact, kinds)}, ["id_number"])
    books: dict[str, Workbook] = {}
    for one in named:
        source, fact = one.source, one.fact
        assert source is not None
        assert source.file
        assert source.row
        assert isinstance(fact, kinds)
        if source.file not in books:
            books[source.file] = open_workbook(house.files.get(source.file), source.name or "")
        [sheet] = [sheet for sheet in books[source.file].sheets if sheet.name == source.sheet]
        assert sheet.rows[0][0].endswith("(示例数据,全部为生成)")
        assert sheet.rows[1][1] == fact.training_class
        row = sheet.rows[source.row - 1]
        assert people[fact.person]["id_number"] in row
        if isinstance(fact, AttendanceTaken):
            assert (row.count("√"), row.count("×")) == (len(fact.marks), len(fact.absent))
        if isinstance(fact, ScoreRecorded):
            assert row[3] == (fact.theory_tenths or 0) / 10
        if isinstance(fact, CertificateIssued):
            assert fact.number in row
        if isinstance(fact, TraineeEnrolled):
            assert row[-1] == ("是" if fact.claimed_poor else "否")


def test_the_printed_sign_ins_open_the_door_and_need_no_new_password(made: tuple[House, MadeSample]) -> None:
    house, sample = made
    roles = {one.role for one in sample.sign_ins}
    assert {"clerk", "institution", "inspector", "discipline", "finance", "dashboard"} <= roles
    assert not any("administrator" in role for role in roles)
    one = sample.sign_ins[0]
    session = house.signin.who(house.signin.open(one.officer, one.password))
    assert session is not None
    assert not session.must_change
    assert all(sign_in.password in sample.words("zh") for sign_in in sample.sign_ins)
    assert [sign_in["officer"] for sign_in in sample.as_dict()["sign_ins"]] == [s.officer for s in sample.sign_ins]


def test_identity_numbers_are_right_and_old_enough_ones_carry_the_code_of_their_time() -> None:
    seen: set[str] = set()
    early = 0
    for county in counties(2_000, SEED):
        for one in planned_classes(county, SEED):
            members = [member for household in households(one, SEED) for member in household.members]
            for member in [*members, *double(one, SEED)[1:]]:
                identity = parse_identity(member.identity)
                assert birth_date(identity) == member.born
                codes = {county.code, *(old.code for old in county.old_codes)}
                assert issue_region_code(identity) in codes
                early += issue_region_code(identity) != county.code
                assert identity.number not in seen
                seen.add(identity.number)
    assert early > len(seen) / 10


def test_a_plan_shares_out_every_trainee_and_no_two_classes_of_a_block_meet() -> None:
    for persons in (1, 26, 2_000, 30_000):
        chosen = counties(persons, SEED)
        assert sum(county.trainees for county in chosen) == persons
        assert len({county.code for county in chosen}) == len(chosen) <= 75
        for county in chosen:
            planned = list(planned_classes(county, SEED))
            assert sum(one.trainees for one in planned) == county.trainees
            assert (first_class(county, SEED) is None) == (county.trainees == 0)
            assert all(one.trainees <= one.seats <= 60 for one in planned)
            grouped = list(blocks(county, SEED))
            assert [one for block in grouped for one in block.classes] == planned
            for block in grouped:
                days = [day for one in block.classes for day in one.days]
                assert len(days) == len(set(days))
            slots = [list(sizes_of(county, SEED).in_slot(slot)) for slot in range(SLOTS)]
            before = {one.id: earlier for slot in slots for one, earlier in slot}
            assert before == {
                one.id: earlier for block in grouped for earlier, one in pairwise([None, *block.classes]) if one
            }
            begins = [[one.days[0] for one, _ in slot] for slot in slots if slot]
            assert all(max(earlier) < min(later) for earlier, later in pairwise(begins))


def test_a_sample_of_one_is_a_sample(tmp_path: Path) -> None:
    with house_in(tmp_path) as house:
        make_sample(house, 1, SEED)
        bodies: list[Fact] = [one.fact for one in facts_of(house)]
        assert sum(isinstance(body, TraineeEnrolled) for body in bodies) == 1


def test_one_county_of_twelve_million_has_numbers_for_everybody_and_somebody_who_may_file_each_class() -> None:
    county = max(counties(12_000_000, SEED), key=lambda county: county.trainees)
    seen: set[str] = set()
    tellers: Counter[str] = Counter()
    for place, block in enumerate(blocks(county, SEED)):
        for one in block.classes:
            teller = teacher_side(one)
            tellers[teller.role] += 1
            if teller.role == "institution":
                assert institution_of(one) == teller.organisation
        if place % 20 == 0:  # every twentieth block, the last ones with the largest numbers among them
            members = [m for one in block.classes for household in households(one, SEED) for m in household.members]
            seen |= {member.identity for member in members}
            tellers["members"] += len(members)
    assert len(seen) == tellers["members"] > 5_000
    assert tellers["institution"]
    assert tellers["clerk"]
