"""Any history of a small programme, and its figures reckoned the slow way: from the facts, at one cut, no deltas."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec
from hypothesis import strategies as st
from paper_log import PaperLog

from taizhang.domain.attendance import AttendanceTaken
from taizhang.domain.boundary import correction_of
from taizhang.domain.certificates import CertificateIssued, CertificateRevoked
from taizhang.domain.classes import ClassCompleted, ClassFiled
from taizhang.domain.core import Correction, Fact
from taizhang.domain.employment import EmploymentConfirmed, EmploymentReported
from taizhang.domain.enrolment import TraineeEnrolled, TraineeWithdrawn
from taizhang.domain.hours import SessionHours
from taizhang.domain.households import (
    HouseholdAttributeStated,
    HouseholdExited,
    HouseholdMemberLeft,
    HouseholdMemberListed,
    HouseholdMerged,
    HouseholdRegistered,
    HouseholdReturned,
    HouseholdSplit,
)
from taizhang.domain.people import PersonsMerged, PersonsSeparated
from taizhang.projections.measures import MEASURES, phase_of

CLASSES = {"c620121-a": "620121", "c620121-b": "620121", "c622921-c": "622921"}
PERSONS = ("p1", "p2", "p3")
HOUSEHOLDS = ("h1", "h2")
FIRST = date(2015, 11, 20)
START = 1_500_000_000_000_000  # microseconds

days = st.integers(0, 90).map(lambda number: FIRST + timedelta(days=number))
classes, persons, households = st.sampled_from(sorted(CLASSES)), st.sampled_from(PERSONS), st.sampled_from(HOUSEHOLDS)
attributes = st.sampled_from(["general", "poor"])


def filed(training_class: str, on: date, county: str, hours: int = 40, kind: str = "labour") -> ClassFiled:
    """A filing with only what the figures look at."""
    return ClassFiled(
        occurred_on=on,
        training_class=training_class,  # type: ignore[arg-type]
        name="样例班",
        county=county,  # type: ignore[arg-type]
        institution="i1",  # type: ignore[arg-type]
        programme="labour-2015",  # type: ignore[arg-type]
        programme_kind=kind,  # type: ignore[arg-type]
        occupation="o1",  # type: ignore[arg-type]
        seats=50,
        required_minutes=hours * 60,
        starts_on=on,
        ends_on=on + timedelta(days=30),
    )


@st.composite
def one_fact(draw: Any) -> Fact:
    """One fact about this small world, on any day."""
    on, person, training_class, household = draw(days), draw(persons), draw(classes), draw(households)
    who: dict[str, Any] = {"occurred_on": on, "training_class": training_class, "person": person}
    months, kind = draw(st.sampled_from([1, 3, 6])), draw(st.sampled_from(["transfer", "none"]))
    start = draw(st.sampled_from([480, 840]))
    marks = tuple(SessionHours(on + timedelta(days=n), start, start + 90) for n in range(draw(st.integers(0, 2))))
    choices: list[Fact] = [
        TraineeEnrolled(claimed_poor=draw(st.sampled_from([None, True, False])), **who),
        TraineeEnrolled(claimed_poor=True, **who),
        TraineeWithdrawn(why="其他", **who),
        AttendanceTaken(marks=marks, **who),
        CertificateIssued(kind="training", number="n1", issuer="o1", **who),
        CertificateRevoked(number="n1", issuer="o1", why="错发", **who),
        EmploymentReported(months=months, kind=kind, **who),
        EmploymentConfirmed(months=months, kind=kind, second_source="社保", **who),
        ClassCompleted(occurred_on=on, training_class=training_class),
        HouseholdMemberListed(occurred_on=on, household=household, person=person),
        HouseholdMemberLeft(occurred_on=on, household=household, person=person, why="moved"),
        HouseholdAttributeStated(occurred_on=on, household=household, attribute=draw(attributes)),
        HouseholdExited(occurred_on=on, household=household, exit_year=2015),
        HouseholdReturned(occurred_on=on, household=household, attribute="poor"),
        HouseholdSplit(
            occurred_on=on,
            household="h1",
            new_household="h2",
            persons=(person,),
            village="620121100201",
            attribute=draw(attributes),
        ),
        HouseholdMerged(occurred_on=on, household="h1", merged="h2", persons=(person,)),
        PersonsMerged(occurred_on=on, kept="p1", merged=("p2",), group=("p1", "p2")),
        PersonsMerged(occurred_on=on, kept="p1", merged=("p3",), group=("p1", "p2", "p3")),
        PersonsSeparated(occurred_on=on, kept="p1", separated=("p2",), kept_group=("p1", "p3")),
    ]
    return draw(st.sampled_from(choices))


@st.composite
def histories(draw: Any) -> PaperLog:
    """A log of up to thirty batches: facts in any order, late ones, and corrections of what stands."""
    log, recorded_at = PaperLog(), START
    log.record(recorded_at, *(filed(one, FIRST, county) for one, county in CLASSES.items()))
    log.record(
        recorded_at,
        *(
            HouseholdRegistered(occurred_on=FIRST, household=h, village="620121100200", attribute="poor")
            for h in HOUSEHOLDS
        ),
    )
    for _ in range(draw(st.integers(1, 30))):
        recorded_at += draw(st.sampled_from([0, 1, 3]))
        batch: list[Fact] = list(draw(st.lists(one_fact(), max_size=4)))
        if draw(st.booleans()):
            correction = draw(corrections(log))
            batch += [correction] if correction is not None else []
        log.record(recorded_at, *batch)
    return log


@st.composite
def corrections(draw: Any, log: PaperLog) -> Fact | None:
    """A correction of one fact in force, in its whole body, or a voiding of it."""
    standing = {p: f for p, f in in_force(log, START * 2).items() if correction_of(type(f)) is not None}
    if not standing:
        return None
    position = draw(st.sampled_from(sorted(standing)))
    was = standing[position]
    now: Any = None
    if isinstance(was, ClassFiled):
        county, kind = draw(st.sampled_from(["620121", "622921"])), draw(st.sampled_from(["labour", "two-after"]))
        now = filed(was.training_class, FIRST, county, draw(st.integers(20, 40)), kind)
    elif draw(st.booleans()):
        same = one_fact().filter(lambda fact: type(fact) is type(was))
        now = draw(same) if type(was) is TraineeEnrolled else _shifted(was, draw(st.integers(0, 90)))
    kind_of = correction_of(type(was))
    assert kind_of is not None
    body = now if now is not None else was
    if now == was:
        return None
    return kind_of(occurred_on=body.occurred_on, corrects=position, was=was, now=now, reason="录入有误", approver="o2")


def _shifted(was: Fact, number: int) -> Fact:

    return msgspec.structs.replace(was, occurred_on=FIRST + timedelta(days=number))


# -- the slow way -----------------------------------------------------------------------------------------


def in_force(log: PaperLog, recorded_until: int) -> dict[int, Fact]:
    """Every fact in force as known at that time, under the position of its first version."""
    found: dict[int, Fact] = {}
    for stored, fact in zip(log.stored, log.facts, strict=True):
        if stored.recorded_at > recorded_until:
            break
        if isinstance(fact, Correction):
            found.pop(fact.corrects, None)
            if fact.now is not None:
                found[fact.corrects] = fact.now
        else:
            found[stored.position] = fact
    return found


class Reckoned:
    """The figures of a history at one cut on both axes, counted fact by fact."""

    def __init__(self, log: PaperLog, recorded_until: int, effective_until: date) -> None:
        self.facts = in_force(log, recorded_until)
        self.until = effective_until
        self.groups = self._groups()

    def figures(self) -> dict[tuple[str, str], dict[str, int]]:
        """(county, kind) -> measure -> amount, for what is not zero."""
        found: dict[tuple[str, str], dict[str, int]] = {}
        for training_class in CLASSES:
            filing = self._filing(training_class)
            where = (filing.county, filing.programme_kind) if filing else (training_class[1:7], "")
            for person in PERSONS:
                poor = self.poor(training_class, person)
                for name, amount in self._seat(training_class, person, filing).items():
                    row = found.setdefault(where, {})
                    row[name] = row.get(name, 0) + amount
                    if poor:
                        row[name + "_poor"] = row.get(name + "_poor", 0) + amount
        found = {where: {name: n for name, n in row.items() if n} for where, row in found.items()}
        return {where: row for where, row in found.items() if row}

    def persons(self) -> dict[tuple[str, ...], tuple[int, int]]:
        """cell -> (persons, registered poor persons) that are there on the last day."""
        there: dict[tuple[str, ...], tuple[set[Any], set[Any]]] = {}
        for training_class in CLASSES:
            filing = self._filing(training_class)
            county, kind = (filing.county, filing.programme_kind) if filing else (training_class[1:7], "")
            for person in PERSONS:
                for since, until in self._stretches(training_class, person):
                    if not (since <= self.until and (until is None or self.until < until)):
                        continue
                    year = str(since.year)
                    periods = [("all", ""), ("year", year), ("phase", phase_of(year))]
                    for level, region in (
                        ("province", "620000"),
                        ("prefecture", county[:4] + "00"),
                        ("county", county),
                    ):
                        for period_kind, period in periods:
                            for one in {"", kind}:
                                cell = (level, region, period_kind, str(period), one)
                                everybody, poor = there.setdefault(cell, (set(), set()))
                                everybody.add(self.groups[person])
                                if self.poor(training_class, person):
                                    poor.add(self.groups[person])
        return {cell: (len(everybody), len(poor)) for cell, (everybody, poor) in there.items() if everybody}

    def poor(self, training_class: str, person: str) -> bool:
        """Whether the register calls the person poor on the first day of enrolment in this class."""
        enrolled = [f.occurred_on for f in self._of(TraineeEnrolled, training_class, person)]
        if not enrolled:
            return False
        day = min(enrolled)
        return any(
            self._belongs(household, one, day) and self._household_poor(household, day)
            for one in self.groups[person]
            for household in HOUSEHOLDS
        )

    def _seat(self, training_class: str, person: str, filing: ClassFiled | None) -> dict[str, int]:
        found = dict.fromkeys((measure.name for measure in MEASURES), 0)
        planned = (filing.planned_minutes or filing.required_minutes) if filing else 0
        required = filing.required_minutes if filing else 0
        stretches = self._stretches(training_class, person)
        in_force_now = [(a, b) for a, b in stretches if a <= self.until and (b is None or self.until < b)]
        found["person_times"] = len(in_force_now)
        found["planned_minutes"] = planned * len(in_force_now)
        for fact in self._of(AttendanceTaken, training_class, person):
            found["evidenced_minutes"] += sum(h.minutes for h in fact.marks if h.on <= self.until)
        for kind, sign in ((CertificateIssued, 1), (CertificateRevoked, -1)):
            count = sum(f.occurred_on <= self.until for f in self._of(kind, training_class, person))
            found["certified"] += sign * count
            found["certified_minutes"] += sign * count * required
        over = min(
            (
                f.occurred_on
                for f in self.facts.values()
                if isinstance(f, ClassCompleted) and f.training_class == training_class
            ),
            default=None,
        )
        if over is not None:
            found["completed"] = int(any(max(a, over) <= self.until for a, b in stretches if b is None or b > over))
        for kind, name in ((EmploymentReported, "employed"), (EmploymentConfirmed, "confirmed")):
            for fact in self._of(kind, training_class, person):
                if fact.kind != "none" and fact.occurred_on <= self.until:
                    found[f"{name}_{fact.months}"] = 1
        return found

    def _stretches(self, training_class: str, person: str) -> list[tuple[date, date | None]]:
        changes = [
            (fact.occurred_on, position, isinstance(fact, TraineeEnrolled))
            for position, fact in self.facts.items()
            if isinstance(fact, (TraineeEnrolled, TraineeWithdrawn))
            and (fact.training_class, fact.person) == (training_class, person)
        ]
        found: list[tuple[date, date | None]] = []
        inside: date | None = None
        for on, _, enters in sorted(changes):
            if enters and inside is None:
                inside = on
            elif not enters and inside is not None:
                found.append((inside, on))
                inside = None
        return [*found, (inside, None)] if inside is not None else found

    def _filing(self, training_class: str) -> ClassFiled | None:
        filings = [f for _, f in sorted(self.facts.items()) if isinstance(f, ClassFiled)]
        return next((f for f in reversed(filings) if f.training_class == training_class), None)

    def _of(self, kind: Any, training_class: str, person: str) -> list[Any]:
        return [
            f
            for f in self.facts.values()
            if type(f) is kind and (f.training_class, f.person) == (training_class, person)
        ]  # type: ignore[attr-defined]

    def _belongs(self, household: str, person: str, day: date) -> bool:
        said: list[tuple[date, int, bool]] = []
        for position, fact in self.facts.items():
            if isinstance(fact, (HouseholdMemberListed, HouseholdMemberLeft)):
                if (fact.household, fact.person) == (household, person):
                    said.append((fact.occurred_on, position, isinstance(fact, HouseholdMemberListed)))
            elif isinstance(fact, HouseholdSplit) and person in fact.persons:
                said.append((fact.occurred_on, position, household == fact.new_household))
            elif isinstance(fact, HouseholdMerged) and person in fact.persons:
                said.append((fact.occurred_on, position, household == fact.household))
        return max((one for one in said if one[0] <= day), default=(day, 0, False))[2]

    def _household_poor(self, household: str, day: date) -> bool:
        said: list[tuple[date, int, bool]] = []
        for position, fact in self.facts.items():
            if isinstance(fact, HouseholdExited) and fact.household == household:
                said.append((fact.occurred_on, position, False))
            elif (isinstance(fact, HouseholdSplit) and fact.new_household == household) or (
                isinstance(fact, (HouseholdRegistered, HouseholdAttributeStated, HouseholdReturned))
                and fact.household == household
            ):
                said.append((fact.occurred_on, position, fact.attribute != "general"))
        return max((one for one in said if one[0] <= day), default=(day, 0, False))[2]

    def _groups(self) -> dict[str, tuple[str, ...]]:
        groups: dict[str, tuple[str, ...]] = {person: (person,) for person in PERSONS}
        for _, fact in sorted(self.facts.items()):
            if isinstance(fact, PersonsMerged):
                new = [fact.group]
            elif isinstance(fact, PersonsSeparated):
                new = [fact.kept_group, fact.separated]
            else:
                continue
            named = {one for group in new for one in group}
            torn = {one for one, group in groups.items() if one not in named and named & set(group)}
            groups |= {one: (one,) for one in torn}
            for group in new:
                groups |= dict.fromkeys(group, tuple(sorted(group)))
        return groups
