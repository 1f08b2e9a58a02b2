"""Coverage is a share of a defined set: whoever is reached is one of the set, on every day that is asked about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from paper_log import PaperLog
from small_programme import APRIL, COOKING, MAY, WELDING, enrolled, filed

from taizhang.adapters.database import Database
from taizhang.domain.core import Fact
from taizhang.domain.enrolment import TraineeWithdrawn, WishStated
from taizhang.domain.households import HouseholdExited, HouseholdMemberLeft, HouseholdMemberListed, HouseholdRegistered
from taizhang.domain.people import PersonDied, PersonRegistered, PersonsMerged, PersonStatusStated
from taizhang.domain.policy import ProgrammeOpened, TargetSet
from taizhang.domain.regions import VillagePovertyStated
from taizhang.projections.coverage import coverage, members, targets
from taizhang.projections.follow import Follower
from taizhang.projections.measures import COVERAGES
from taizhang.projections.replay import NOW, Cuts
from taizhang.projections.views import all_views

START = date(2015, 1, 1)
VILLAGE, OTHER_VILLAGE = "620121100200", "620121100201"


def opened() -> ProgrammeOpened:
    return ProgrammeOpened(
        occurred_on=START,
        programme="labour-2015",
        zh="样例项目",
        en="sample",
        kind="labour",
        since=START,
        until=date(2020, 12, 31),
    )  # type: ignore[arg-type]


def person(name: str, village: str = VILLAGE) -> PersonRegistered:
    return PersonRegistered(occurred_on=START, person=name, statement="s", county="620121", village=village)  # type: ignore[arg-type]


def poor_household(household: str, *members: str, village: str = VILLAGE) -> list[Fact]:
    first = date(2014, 1, 1)
    listed: list[Any] = [HouseholdMemberListed(occurred_on=first, household=household, person=one) for one in members]  # type: ignore[arg-type]
    return [HouseholdRegistered(occurred_on=first, household=household, village=village, attribute="poor"), *listed]  # type: ignore[arg-type]


def status(name: str, what: str, since: date, until: date | None = None) -> PersonStatusStated:
    return PersonStatusStated(occurred_on=since, person=name, status=what, since=since, until=until)  # type: ignore[arg-type]


def wish(name: str, occupation: str, on: date) -> WishStated:
    return WishStated(occurred_on=on, person=name, county="620121", occupation=occupation)  # type: ignore[arg-type]


@contextmanager
def known(engine_url: str, *facts: Fact) -> Iterator[Any]:
    log = PaperLog()
    log.record(APRIL, opened(), filed(WELDING, "电焊班(样例)"), filed(COOKING, "烹饪班(样例)"), *facts)
    database = Database(engine_url)
    follower = Follower(log, database, all_views())
    follower.catch_up()
    assert [one.error for one in follower.status()] == [None] * len(all_views())
    with database.read() as connection:
        yield connection
    database.close()


def shares(connection: Any, on: date | None = None, region: str = "620121") -> dict[str, tuple[int, int]]:
    """Reached and of how many, by coverage; one by one they are as many."""
    found = {one.name: (one.reached, one.of) for one in coverage(connection, region, Cuts(None, on))}
    for name, told in found.items():
        each = members(connection, region, name, Cuts(None, on))
        assert (sum(one.is_reached for one in each), len(each)) == told, name
        assert members(connection, region, name, Cuts(None, on), reached=True) == [
            one for one in each if one.is_reached
        ]
    return found


def test_who_left_poverty_after_being_trained_stays_in_the_set_and_who_was_never_poor_is_in_neither(
    engine_url: str,
) -> None:
    left = HouseholdExited(occurred_on=date(2017, 12, 20), household="h1", exit_year=2017)  # type: ignore[arg-type]
    facts = [person("wang"), person("li"), person("rich"), *poor_household("h1", "wang", "li"), left]
    with known(engine_url, *facts, enrolled("wang"), enrolled("rich")) as connection:
        assert shares(connection)["registered-poor"] == (1, 2)
        assert shares(connection, date(2016, 2, 1))["registered-poor"] == (0, 2)
        assert shares(connection, region="620122")["registered-poor"] == (0, 0)


def test_only_those_poor_since_the_programmes_start_count(engine_url: str) -> None:
    early = HouseholdExited(occurred_on=date(2014, 12, 20), household="h1", exit_year=2014)  # type: ignore[arg-type]
    gone = HouseholdMemberLeft(occurred_on=date(2014, 6, 1), household="h2", person="li", why="moved")  # type: ignore[arg-type]
    later = HouseholdMemberListed(occurred_on=date(2016, 6, 1), household="h2", person="zhao")  # type: ignore[arg-type]
    facts = [*poor_household("h1", "wang"), early, *poor_household("h2", "li"), gone, later]
    with known(engine_url, *facts) as connection:
        assert shares(connection)["registered-poor"] == (0, 1)
        assert shares(connection, date(2016, 5, 31))["registered-poor"] == (0, 0)


def test_the_dead_are_in_neither_from_that_day_on_and_merged_ids_are_one_person(engine_url: str) -> None:
    merged = PersonsMerged(occurred_on=date(2016, 4, 1), kept="wang", merged=("wang2",), group=("wang", "wang2"))  # type: ignore[arg-type]
    died = PersonDied(occurred_on=date(2016, 4, 2), person="li")  # type: ignore[arg-type]
    people = [person(one) for one in ("wang", "wang2", "li")]
    facts = [*people, *poor_household("h1", "wang", "li"), *poor_household("h2", "wang2"), merged, died]
    with known(engine_url, *facts, enrolled("wang2"), enrolled("li")) as connection:
        assert shares(connection)["registered-poor"] == (1, 1)
        assert shares(connection, date(2016, 4, 1))["registered-poor"] == (2, 2)


def test_school_leavers_and_new_labourers_count_while_a_list_says_so(engine_url: str) -> None:
    facts = [
        *(person(one) for one in ("a", "b", "c", "d")),
        status("a", "two-after", date(2015, 7, 1)),
        status("b", "two-after", date(2016, 7, 1)),
        status("c", "two-after", date(2013, 7, 1), date(2014, 8, 31)),
        status("d", "new-labourer", date(2014, 7, 1), START),
    ]
    with known(engine_url, *facts, enrolled("a"), enrolled("c"), enrolled("d")) as connection:
        assert shares(connection)["two-after"] == (1, 2)
        assert shares(connection, date(2016, 3, 1))["two-after"] == (1, 1)
        assert shares(connection)["new-labourer"] == (1, 1)


def test_a_wish_is_matched_by_a_class_of_the_occupation_wished(engine_url: str) -> None:
    facts = [
        *(person(one) for one in ("a", "b", "c")),
        wish("a", "o1", date(2016, 1, 1)),
        wish("b", "o9", date(2016, 1, 1)),
        wish("b", "o8", date(2016, 1, 2)),
        wish("c", "o1", date(2016, 6, 1)),
    ]
    left = TraineeWithdrawn(occurred_on=date(2016, 3, 9), training_class=WELDING, person="a", why="其他")  # type: ignore[arg-type]
    with known(engine_url, *facts, enrolled("a"), enrolled("b"), left) as connection:
        assert shares(connection, date(2016, 3, 8)) == shares(connection, date(2016, 3, 1))
        assert shares(connection, date(2016, 3, 8))["wished"] == (2, 2)
        assert shares(connection, date(2016, 3, 8))["wish-matched"] == (1, 2)
        assert (shares(connection)["wished"], shares(connection)["wish-matched"]) == ((1, 3), (0, 3))


def test_a_poor_village_is_reached_by_one_trainee(engine_url: str) -> None:
    facts = [
        person("wang"),
        person("li", "620121100209"),
        *(
            VillagePovertyStated(occurred_on=date(2014, 1, 1), village=one, poor=True)
            for one in (VILLAGE, OTHER_VILLAGE)
        ),  # type: ignore[arg-type]
        VillagePovertyStated(occurred_on=date(2018, 1, 1), village=VILLAGE, poor=False, exit_year=2017),  # type: ignore[arg-type]
    ]
    with known(engine_url, *facts, enrolled("wang"), enrolled("li")) as connection:
        assert shares(connection)["poor-villages"] == (1, 2)
        assert shares(connection, date(2016, 2, 1))["poor-villages"] == (0, 2)


def test_every_coverage_says_what_it_is_a_share_of_and_as_known_when(engine_url: str) -> None:
    with known(engine_url) as connection:
        found = coverage(connection, "620000", Cuts(MAY, date(2016, 3, 1)))
    assert [one.name for one in found] == [measure.name for measure in COVERAGES]
    assert all((one.as_recorded_at, one.as_effective_on) == (MAY, date(2016, 3, 1)) for one in found)
    assert not any(one.as_known_now for one in found)
    assert all(one.formula_zh and one.formula_en and one.version for one in found)


@pytest.mark.parametrize("cuts", [NOW, Cuts(None, date(2016, 12, 31))])
def test_a_target_is_set_against_its_own_days_whatever_its_phase_is_called(engine_url: str, cuts: Cuts) -> None:
    def target(phase: str, since: date, until: date, unit: Any = "persons") -> TargetSet:
        return TargetSet(
            occurred_on=START,
            programme="labour-2015",
            phase=phase,
            since=since,
            until=until,
            unit=unit,
            target=9,
            region="620000",
        )  # type: ignore[arg-type]

    aims = [
        target("any name", date(2016, 1, 1), date(2017, 12, 31)),
        target("school year", date(2015, 9, 1), date(2016, 2, 29)),
        target("spring", date(2016, 3, 1), date(2016, 5, 31), "person-times"),
        target("one year", date(2016, 1, 1), date(2016, 12, 31)),
    ]
    facts = [enrolled("wang"), enrolled("wang", COOKING, date(2016, 2, 20)), enrolled("li", COOKING, date(2016, 4, 1))]
    with known(engine_url, *aims, *facts) as connection:
        found = {one.phase: (one.unit, one.target, one.reached) for one in targets(connection, cuts)}
    assert found == {
        "any name": ("persons", 9, 2),
        "school year": ("persons", 9, 1),
        "spring": ("person-times", 9, 2),
        "one year": ("persons", 9, 2),
    }
