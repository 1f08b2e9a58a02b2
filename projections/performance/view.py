"""The view of performance: recordings counted as they happened, and the statements that figures are held against."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, func, select

from taizhang.domain.attendance import AttendanceTaken
from taizhang.domain.boundary import correction_of
from taizhang.domain.certificates import CertificateIssued, CertificateRevoked
from taizhang.domain.classes import ClassApproved, ClassCompleted, ClassFiled
from taizhang.domain.confirmations import TraineeConfirmed
from taizhang.domain.core import Actor, Correction, Fact
from taizhang.domain.employment import EmploymentConfirmed, EmploymentReported
from taizhang.domain.enrolment import TraineeEnrolled, TraineeWithdrawn
from taizhang.domain.envelope import outer_of
from taizhang.domain.funds.claims import ClaimReviewed, ClaimSubmitted
from taizhang.domain.funds.payments import SubsidyPaid
from taizhang.domain.inspections.findings import RectificationReported
from taizhang.domain.plans import PlanApproved, PlanFiled
from taizhang.domain.policy import ProgrammeOpened, TargetSet, ThresholdSet
from taizhang.domain.postings.duty import DutyRecorded, VillageWorkRecorded
from taizhang.domain.scores import ScoreRecorded
from taizhang.domain.sealing import PeriodSealed
from taizhang.domain.sessions import SessionHeld
from taizhang.projections.database import RowWriter
from taizhang.projections.funds.rows import recorded_ordinal
from taizhang.projections.performance.tables import PerformanceTables, performance_tables
from taizhang.projections.view import Item, Page, ViewFailed

NEW, CORRECTION, LATE_ADDITION = 0, 1, 2
RECORDS: Final[tuple[type[Fact], ...]] = (
    ClassFiled,
    ClassCompleted,
    TraineeEnrolled,
    TraineeWithdrawn,
    SessionHeld,
    AttendanceTaken,
    ScoreRecorded,
    CertificateIssued,
    CertificateRevoked,
    EmploymentReported,
    EmploymentConfirmed,
    TraineeConfirmed,
    ClaimSubmitted,
    ClaimReviewed,
    SubsidyPaid,
    DutyRecorded,
    VillageWorkRecorded,
    RectificationReported,
)
# What may turn out well or ill, and how it says that it turned out ill.
ADVERSE: Final[dict[type[Fact], Callable[[Any], bool]]] = {
    AttendanceTaken: lambda fact: bool(fact.absent) or not fact.marks,
    ScoreRecorded: lambda fact: fact.passed is False,
    EmploymentReported: lambda fact: bool(fact.kind == "none"),
    EmploymentConfirmed: lambda fact: bool(fact.kind == "none"),
    TraineeConfirmed: lambda fact: not fact.took_part,
    TraineeWithdrawn: lambda _: True,
    CertificateRevoked: lambda _: True,
}
_BY: Final = b',"recorded_by":'
_actor = msgspec.json.Decoder(Actor).decode
_Key = tuple[Any, ...]


class PerformanceView:
    """Counts recordings, and keeps every version of every statement."""

    name = "performance"
    version = 1

    def __init__(self, suffix: str = "") -> None:
        self.tables = tables = PerformanceTables(suffix) if suffix else performance_tables()
        self.metadata = tables.metadata
        keeps = ("recorded_on", "late_days", "first_position")
        self._records = RowWriter(tables.records, adds=("facts", "adverse"), keeps=keeps)
        self._statements = RowWriter(tables.statements)
        self._counts: dict[type[Fact], str] = {cls: kind_of(cls) for cls in RECORDS}
        self._counts |= {one: kind_of(cls) for cls in RECORDS if (one := correction_of(cls)) is not None}
        self._stated = frozenset(
            one for cls in STATEMENTS for one in (cls, correction_of(cls)) if one is not None
        )  # fmt: skip
        self._known_by: dict[bytes, tuple[str, str]] = {}
        self.forget()

    def wants(self) -> frozenset[type[Fact]]:
        return self._stated.union(self._counts)

    def fold(self, page: Sequence[Item], connection: Connection) -> None:  # noqa: ARG002 (it needs no table to fold)
        item = None
        try:
            whole = Page.of(page)
            for cls, items in whole.by_class.items():
                if cls in self._counts:
                    for run in whole.runs(cls):
                        item = run[0]
                        self._count(run, cls)
                if cls in self._stated:
                    for item in items:
                        self._state(item)
        except Exception as cause:
            assert item is not None
            raise ViewFailed(item.position, cause) from cause

    def write(self, connection: Connection) -> None:
        rows = [(*key, *_reckoned(key), *row) for key, row in self._new.items()]
        self._records.put(connection, sorted(rows))
        self._statements.insert(connection, sorted(self._said))
        self.forget()

    def forget(self) -> None:
        self._new: dict[_Key, list[int]] = {}
        self._said: list[tuple[Any, ...]] = []

    def figures(self, connection: Connection) -> dict[str, int]:
        """Facts of each kind, and statements of each kind."""
        r, s = self.tables.records.c, self.tables.statements.c
        counted = connection.execute(select(r.kind, func.sum(r.facts)).group_by(r.kind))
        stated = connection.execute(select(s.kind, func.count()).group_by(s.kind))
        found = {f"performance_record {kind}": int(facts) for kind, facts in counted}
        return found | {f"performance_statement {kind}": int(rows) for kind, rows in stated}

    def _count(self, run: Sequence[Item], cls: type[Fact]) -> None:
        item, last = run[0], run[-1].position
        fact: Any = item.fact
        changes = NEW if item.addition is None else LATE_ADDITION
        if isinstance(fact, Correction):
            fact, changes = fact.was, CORRECTION
        organisation, officer = self._by(item.leaf)
        training_class = getattr(fact, "training_class", None) or ""
        county = training_class[1:7] if training_class else county_of(fact)
        key = (
            *(county, training_class, organisation, officer, self._counts[cls]),
            *(fact.occurred_on.isoformat(), item.recorded_at, changes),
        )
        is_adverse = ADVERSE.get(type(fact))
        adverse = 0
        if is_adverse is not None:
            adverse = is_adverse(fact) if len(run) == 1 else sum(is_adverse(one.fact) for one in run)
        row = self._new.get(key)
        if row is None:
            self._new[key] = [len(run), int(adverse), item.position, last]
        else:
            row[0] += len(run)
            row[1] += adverse
            row[2] = min(row[2], item.position)
            row[3] = max(row[3], last)

    def _by(self, leaf: bytes) -> tuple[str, str]:
        """Organisation and officer of who recorded it; the leaf states them after the body, alike in a whole batch."""
        at = leaf.rfind(_BY)
        text = leaf[at + len(_BY) : leaf.find(b"}", at) + 1] if at >= 0 else b""
        known = self._known_by.get(text)
        if known is None:
            by = outer_of(leaf).recorded_by
            known = (by.organisation, by.officer) if by is not None else ("", "")
            if by is not None and _is_whole(text, by):
                self._known_by[text] = known
        return known

    def _state(self, item: Item) -> None:
        fact: Any = item.fact
        first, body, void = item.position, fact, False
        if isinstance(fact, Correction):
            first, void = fact.corrects, fact.now is None
            body = fact.was if fact.now is None else fact.now
        for cls, row in STATEMENTS.items():
            if isinstance(body, cls):
                said = row(body, self._by(item.leaf)[0])
                start = (item.position, first, item.recorded_at, body.occurred_on.isoformat())
                self._said.append((*start, *said, int(void)))


def kind_of(cls: type[Fact]) -> str:
    """A kind of fact without its version: training.attendance-taken."""
    return cls.TOPIC.rpartition(".v")[0]


def county_of(fact: Any) -> str:
    """The county of a posting or a finding, by its id."""
    owner = getattr(fact, "posting", None) or getattr(fact, "finding", None) or ""
    return str(owner)[5:11]


def _reckoned(key: _Key) -> tuple[str, int]:
    """The day of recording, and by how many days it came later; both follow from the key."""
    effective, recorded_at = key[5], key[6]
    ordinal = recorded_ordinal(recorded_at)
    return _day_of(ordinal), ordinal - _ordinal_of(effective)


@lru_cache(maxsize=10_000)
def _day_of(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat()


@lru_cache(maxsize=10_000)
def _ordinal_of(day: str) -> int:
    return date.fromisoformat(day).toordinal()


def _is_whole(text: bytes, by: Actor) -> bool:
    """Whether the cut-out bytes are the whole statement; a brace inside a name cuts it short."""
    try:
        return _actor(text) == by
    except msgspec.DecodeError:
        return False


# -- statements: subject, region, since, until, amount, unit, programme, organisation, about -------------------


def _target(fact: TargetSet, _: str) -> tuple[Any, ...]:
    days = fact.since.isoformat(), fact.until.isoformat()
    subject = f"{fact.programme} {fact.phase} {fact.region}"
    return (subject, fact.region, *days, fact.target, fact.unit, fact.programme, "", fact.phase)


def _programme(fact: ProgrammeOpened, _: str) -> tuple[Any, ...]:
    until = fact.until.isoformat() if fact.until is not None else None
    return (fact.programme, fact.region, fact.since.isoformat(), until, None, "", fact.programme, "", fact.kind)


def _plan(fact: PlanFiled, _: str) -> tuple[Any, ...]:
    days = f"{fact.year}-01-01", f"{fact.year}-12-31"
    return (fact.plan, fact.region, *days, fact.person_times, "person-times", fact.programme or "", "", fact.kind)


def _plan_approval(fact: PlanApproved, organisation: str) -> tuple[Any, ...]:
    return (fact.plan, fact.region, None, None, None, "", "", organisation, "")


def _threshold(fact: ThresholdSet, _: str) -> tuple[Any, ...]:
    return (fact.name, fact.region, fact.since.isoformat(), None, fact.value, "", "", "", "")


def _seal(fact: PeriodSealed, organisation: str) -> tuple[Any, ...]:
    days = fact.since.isoformat(), fact.until.isoformat()
    return (fact.seal, fact.region, *days, None, "", "", organisation, "")


def _class(fact: ClassFiled, _: str) -> tuple[Any, ...]:
    days = fact.starts_on.isoformat(), fact.ends_on.isoformat()
    return (
        *(fact.training_class, fact.county, *days, fact.seats, "", fact.programme, fact.institution),
        fact.programme_kind,
    )


def _class_approval(fact: ClassApproved, organisation: str) -> tuple[Any, ...]:
    return (fact.training_class, fact.training_class[1:7], None, None, None, "", "", organisation, "")


def _named(kind: str, row: Callable[[Any, str], tuple[Any, ...]]) -> Callable[[Any, str], tuple[Any, ...]]:
    return lambda fact, organisation: (kind, *row(fact, organisation))


STATEMENTS: Final[dict[type[Fact], Callable[[Any, str], tuple[Any, ...]]]] = {
    TargetSet: _named("target", _target),
    ProgrammeOpened: _named("programme", _programme),
    PlanFiled: _named("plan", _plan),
    PlanApproved: _named("plan-approval", _plan_approval),
    ThresholdSet: _named("threshold", _threshold),
    PeriodSealed: _named("seal", _seal),
    ClassFiled: _named("class", _class),
    ClassApproved: _named("class-approval", _class_approval),
}
