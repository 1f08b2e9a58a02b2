"""Judging one for many is judging each: the same verdicts, leaves, tags, guard rows and commands, whatever is asked."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
import training_samples as t
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from taizhang.adapters.desk import Desk
from taizhang.adapters.log.log import Log
from taizhang.adapters.log.tables import COMMAND, FACT, GUARD, HEAD, TAG
from taizhang.adapters.orders import Answer, Attempt, Order
from taizhang.domain import together
from taizhang.domain.classes import ClassCancelled, ClassCompleted
from taizhang.domain.core import Actor, Fact, OrganisationId, PersonId, Position, RegionCode
from taizhang.domain.decisions import Amend, Proposal
from taizhang.domain.envelope import Source
from taizhang.domain.identity import WrongCheckDigit
from taizhang.domain.institutions import OrganisationRegistered
from taizhang.domain.merging import DuplicateId, DuplicateQueued
from taizhang.domain.officers import OfficerAppointed, RoleGranted
from taizhang.domain.people import PersonRegistered, PersonsMerged, PersonsSeparated
from taizhang.domain.sealing import PeriodSealed, SealId

HR = OrganisationId("hr")
SYSTEM = msgspec.structs.replace(t.officer("system", "system-administrator"), region=RegionCode("620000"))
TELLER, CHIEF, STRANGER = t.officer("teller"), t.officer("chief"), t.officer("stranger")
SCHOOL = t.officer("schoolmaster", "institution")
UNFILED, ELSEWHERE = t.ClassId("c620121-unfiled"), t.ClassId("c620122-elsewhere")
CLASSES = st.sampled_from([t.WELDING, t.WELDING, t.WELDING, t.COOKING, t.COOKING, UNFILED, ELSEWHERE])
SUN = PersonId("sun")
KNOWN = [t.LI, t.ZHAO, t.CHEN, SUN]
NEW = [PersonId(f"p{number}") for number in range(40)]
PERSONS = st.one_of(st.sampled_from(NEW), st.sampled_from(NEW), st.sampled_from(KNOWN))
DAYS = st.sampled_from([t.MAY_3, t.MAY_3, t.MAY_4, t.MAY_9, date(2050, 1, 1)])


def registered(person: PersonId, county: RegionCode, on: date, settled: bool = False) -> PersonRegistered:
    village = RegionCode(county + "001001") if settled else None
    return PersonRegistered(person=person, statement=f"s-{person}", county=county, village=village, occurred_on=on)


PAIRS = st.lists(PERSONS, min_size=2, max_size=2, unique=True)
FILED_ENROLMENT = Position(35)  # of Li, in the log that every example begins with
CORRECTION = Amend(corrects=FILED_ENROLMENT, was=t.enrolled(), reason="typing error", approver=CHIEF.officer)


def duplicates(pair: Sequence[PersonId], on: date) -> DuplicateQueued:
    persons = tuple(sorted(pair))
    return DuplicateQueued(duplicate=DuplicateId("d" + pair[0]), persons=persons, kind="namesake", occurred_on=on)


ALIKE = st.one_of(
    st.builds(t.enrolled, PERSONS, CLASSES, DAYS),
    st.builds(registered, PERSONS, st.sampled_from([t.COUNTY, t.COUNTY, RegionCode("620122")]), DAYS, st.booleans()),
)
OTHERS = st.one_of(
    st.builds(t.withdrawn, PERSONS, CLASSES, DAYS),
    st.builds(t.died, DAYS, PERSONS),
    st.builds(lambda pair, on: PersonsMerged(kept=pair[0], merged=(pair[1],), occurred_on=on), PAIRS, DAYS),
    st.builds(lambda pair, on: PersonsSeparated(kept=pair[0], separated=(pair[1],), occurred_on=on), PAIRS, DAYS),
    st.builds(lambda one, on: ClassCompleted(training_class=one, occurred_on=on), CLASSES, DAYS),
    st.builds(lambda one, on: ClassCancelled(training_class=one, why="flood", occurred_on=on), CLASSES, DAYS),
    st.builds(duplicates, PAIRS, DAYS),
    st.just(
        PeriodSealed(seal=SealId("may"), region=t.COUNTY, since=t.MAY_4, until=t.MAY_9, occurred_on=date(2016, 6, 1))
    ),
)
SOURCES = st.none() | st.builds(lambda row: Source(file="0" * 64, row=row), st.integers(1, 5))
REASONS = st.sampled_from([None, None, "handed in late"])


def proposals(facts: st.SearchStrategy[Fact]) -> st.SearchStrategy[Any]:
    return st.builds(lambda fact, source, why: Proposal(fact=fact, source=source, reason=why), facts, SOURCES, REASONS)


@st.composite
def rosters(draw: st.DrawFn) -> list[Any]:
    """Rows about different people, each registered and enrolled, or one of the two; some stand in two rows."""
    classes = st.just(draw(CLASSES)) if draw(st.booleans()) else CLASSES
    people = draw(st.lists(st.sampled_from([*NEW, *NEW, *KNOWN]), min_size=4, max_size=16, unique=draw(st.booleans())))
    which, on = draw(st.sampled_from(["both", "both", "register", "enrol"])), draw(DAYS)
    county = draw(st.sampled_from([t.COUNTY, t.COUNTY, t.COUNTY, RegionCode("620122")]))
    facts: list[Fact] = []
    for person in people:
        if which != "enrol":
            facts.append(registered(person, county, on, settled=draw(st.booleans())))
        if which != "register":
            facts.append(t.enrolled(person, draw(classes), on))
    return [draw(proposals(st.just(fact))) for fact in facts]


OTHER = st.one_of(
    proposals(ALIKE),
    proposals(OTHERS),
    st.builds(lambda on: Proposal(fact=t.enrolled(on=on), amend=CORRECTION), DAYS),
    st.builds(
        lambda n: Attempt(command="training.enrol-trainee", refusal=WrongCheckDigit(), digest=n), st.sampled_from("ab")
    ),
)
PARTS = st.lists(rosters() | st.lists(OTHER, min_size=1, max_size=3), min_size=1, max_size=4)
OFFICERS = st.sampled_from([TELLER, TELLER, TELLER, CHIEF, STRANGER, SCHOOL])
ORDERS = st.lists(
    st.tuples(OFFICERS, PARTS.map(lambda parts: [item for part in parts for item in part])), min_size=1, max_size=3
)


def begin(path: Path) -> None:
    """A log with two classes of two and of twenty seats; Li, who is also Sun, sits in the first."""
    log = Log.open(f"sqlite:///{path}", clock=lambda: 1_600_000_000_000_000, origin="example")
    officers: list[Fact] = []
    for who in (TELLER, CHIEF, SCHOOL):
        officers.append(OfficerAppointed(officer=who.officer, organisation=HR, occurred_on=t.JANUARY))
        officers.append(
            RoleGranted(
                officer=who.officer,
                role=who.role,
                organisation=who.organisation,
                region=t.COUNTY,
                occurred_on=t.JANUARY,
            )
        )
    school = OrganisationRegistered(
        organisation=OrganisationId(t.SCHOOL), name="School", kind="institution", region=t.COUNTY, occurred_on=t.JANUARY
    )
    people = [registered(person, t.COUNTY, t.JANUARY) for person in (t.LI, t.ZHAO, SUN, *NEW[20:])]
    merged = PersonsMerged(kept=t.LI, merged=(SUN,), occurred_on=t.JANUARY)
    filed = [t.designated(), t.filed(), t.filed(t.COOKING, seats=20)]
    begun = ((SYSTEM, officers), (TELLER, [school, *people, merged, *filed]), (TELLER, [t.enrolled()]))
    for run, (by, facts) in enumerate(begun):
        [answer] = submit(log, [(by, [Proposal(fact=fact) for fact in facts])], run)
        assert answer.count("recorded") == len(facts), answer
    assert answer.position == FILED_ENROLMENT
    log.close()


def submit(log: Log, orders: Sequence[tuple[Actor, Sequence[Any]]], run: int) -> list[Any]:
    """The answers to these orders, asked for all at once."""
    desk = Desk(log, clock=lambda: 1_600_000_000_000_000)
    return desk.submit_each([Order(id=f"{run}-{n}", by=by, items=items) for n, (by, items) in enumerate(orders)])


def recorded(
    begun: Path, orders: Sequence[tuple[Actor, Sequence[Any]]], *, at_once: bool
) -> tuple[list[Any], dict[str, Any]]:
    """The answers, and everything the log then holds."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.db"
        path.write_bytes(begun.read_bytes())
        log = Log.open(f"sqlite:///{path}", clock=lambda: 1_600_000_000_000_000)
        try:
            groups = [orders] if at_once else [[order] for order in orders]
            answers = [answer for run, group in enumerate(groups, 100) for answer in submit(log, group, run)]
            with log.database.read() as connection:
                tables = {
                    t.name: connection.execute(select(t).order_by(*t.primary_key)).all()
                    for t in (FACT, TAG, GUARD, COMMAND, HEAD)
                }
        finally:
            log.close()
    return answers, tables


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("together") / "log.db"
    begin(path)
    return path


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(orders=ORDERS, at_once=st.booleans())
def test_many_judged_by_one_are_recorded_as_if_each_were_judged(begun: Path, orders: Any, at_once: bool) -> None:
    with pytest.MonkeyPatch.context() as patch:
        judged: list[int] = []
        stretch_by_stretch = together.Together.judged
        patch.setattr(
            together.Together,
            "judged",
            lambda *given: judged.append(given[1].end - given[1].start) or stretch_by_stretch(*given),
        )
        found = recorded(begun, orders, at_once=at_once)
        event(f"stretches judged: {min(len(judged), 4)}")
        patch.setattr(together, "FEW", 1_000_000)
        assert recorded(begun, orders, at_once=at_once) == found


def test_a_whole_roster_is_judged_by_its_last_row(begun: Path) -> None:
    """Twenty seats for twenty people who are registered and enrolled row by row: two decisions, forty facts."""
    rows: list[Proposal] = []
    for person in NEW[:20]:
        rows += [Proposal(fact=registered(person, t.COUNTY, t.MAY_3)), Proposal(fact=t.enrolled(person, t.COOKING))]
    decided: list[Fact] = []
    with pytest.MonkeyPatch.context() as patch:
        decide = together.Deciding.decide
        patch.setattr(
            together.Deciding, "decide", lambda one, *rest: decided.append(one.proposal.fact) or decide(one, *rest)
        )
        [answer], _ = recorded(begun, [(TELLER, rows)], at_once=True)
    assert isinstance(answer, Answer)
    assert answer.count("recorded") == 40
    assert decided == [rows[-2].fact, rows[-1].fact]
