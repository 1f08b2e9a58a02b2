"""The view of leads: folds what rules look at, notes whom facts touch, and has them judged once it is level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, cast

import msgspec
from sqlalchemy import Connection, func, select

from taizhang.domain.attendance import AttendanceCorrected, AttendanceTaken
from taizhang.domain.boundary import correction_of
from taizhang.domain.certificates import CertificateIssued, CertificateRevoked
from taizhang.domain.classes import ClassApproved, ClassCancelled, ClassCompleted, ClassFiled, ClassRescheduled
from taizhang.domain.confirmations import TraineeConfirmed
from taizhang.domain.core import Correction, Fact
from taizhang.domain.employment import EmploymentConfirmed, EmploymentReported
from taizhang.domain.enrolment import TraineeEnrolled, TraineeEnrolledCorrected, WishStated
from taizhang.domain.envelope import fact_classes
from taizhang.domain.funds.bank_accounts import BankAccountRegistered
from taizhang.domain.outside import OutsideListImported, OutsideListImportedCorrected
from taizhang.domain.people import PersonDetailsStated, PersonRegistered
from taizhang.domain.scores import ScoreAmended, ScoreRecorded
from taizhang.domain.sessions import PresenceChecked, SessionHeld
from taizhang.projections.database import RowWriter, Store
from taizhang.projections.funds.rows import recorded_ordinal
from taizhang.projections.rules.books import Sums
from taizhang.projections.rules.evidence import Patterns, change_row, fact_rows
from taizhang.projections.rules.judging import AREA, judge
from taizhang.projections.rules.registers import register_view
from taizhang.projections.rules.rules import all_rules
from taizhang.projections.rules.tables import LeadTables, lead_tables
from taizhang.projections.view import Item, Page

MINUTE_US: Final = 60_000_000
DAY_MINUTES: Final = 24 * 60
BEIJING_MINUTES: Final = 8 * 60
NIGHT_FROM, NIGHT_UNTIL = 23 * 60, 5 * 60  # minutes after midnight, Beijing time
LATE_DAYS: Final = 30  # facts/falsification.csv F51: recorded more than 30 days after it happened
PATTERNS_KNOWN: Final = 50_000
ENTERED: Final[dict[type[Fact], str]] = {
    AttendanceTaken: "attendance",
    CertificateIssued: "certificate",
    ClassFiled: "filed",
    ClassApproved: "approved",
}
# What somebody did about a class, that others are to do or to check.
HANDLED: Final[dict[type[Fact], str]] = {
    TraineeEnrolled: "roster",
    AttendanceTaken: "attendance",
    CertificateIssued: "certificate",
    EmploymentConfirmed: "employment",
    PresenceChecked: "check",
    TraineeConfirmed: "answer",
}
# What a fact's own fields name: whom it touches, in the words of rule.PREFIX.
TOUCHES: Final = {
    "training_class": "class",
    "person": "person",
    "official": "person",
    "institution": "institution",
    "account": "account",
    "posting": "posting",
    "household": "household",
    "new_household": "household",
    "contact": "contact",
    "sharers": "person",
    "employer": "employer",
    "filed_statement": "statement",
}
# A list itself may be corrected (its day, its being taken in at all): everybody of whom it speaks is judged again.
LISTS: Final[Mapping[type[Fact], tuple[str, ...]]] = dict.fromkeys(
    (OutsideListImported, OutsideListImportedCorrected), ("outside_list",)
)
# Facts about people whom no class knows yet: nobody is judged by them.
UNTOUCHING: Final = frozenset({PersonRegistered, PersonDetailsStated, WishStated})
_SAID_BY: Final = b'"recorded_by":'


class _By(msgspec.Struct):
    officer: str
    region: str


class LeadsView:
    """Folds facts into what rules look at, and keeps the leads that the rules find in it."""

    name = "leads"
    version = 2

    def __init__(self, suffix: str = "") -> None:
        self.tables = tables = LeadTables(suffix) if suffix else lead_tables()
        self.metadata = tables.metadata
        evidence = tables.evidence
        self._patterns_of = Patterns()
        self._rows = fact_rows(evidence, self._patterns_of)
        self._register = register_view(evidence)
        self._hours = Sums(evidence.hours, 4)
        self._employment = Sums(evidence.employment, 5, keeps=("position",))
        self._entries = Sums(evidence.entries, 3, keeps=("position",))
        self._days = Sums(evidence.days, 3, keeps=("position",))
        self._handlers = Sums(evidence.handlers, 3, keeps=("position",))
        self._due_writer = RowWriter(tables.due)
        self._pattern_writer = RowWriter(tables.evidence.patterns)
        self._changes = RowWriter(evidence.changes)
        told = ((cls, _touched_fields(cls)) for cls in fact_classes().values() if cls not in UNTOUCHING)
        self._touching = {cls: fields for cls, fields in told if fields}
        self._waking = _waking()
        self._wants = frozenset(
            {
                *self._waking,
                *self._register.wants(),
                *(cls for rows in self._rows for cls in rows.classes()),
                *self._touching,
            }
        )
        self._known_patterns: set[str] = set()
        self._judged = False  # whether a run of the rules is known of
        self._officers: dict[bytes, _By | None] = {}
        self._moment = (-1, 0, "", 0)  # recording time, its day's number and name, 1 at night
        self.forget()

    def wants(self) -> frozenset[type[Fact]]:
        return self._wants

    def fold(self, page: Sequence[Item], connection: Connection) -> None:
        whole = Page.of(page)
        for rows in self._rows:
            rows.fold(whole)
        self._register.fold(whole, connection)
        self._fold_attendance(whole)
        self._fold_employment(whole)
        self._fold_changes(whole)
        self._fold_entries(whole)
        if not self._judged:
            self._judged = connection.scalar(select(self.tables.runs.c.number)) is not None
        if self._judged:  # before that everybody is judged
            self._fold_due(whole)

    def write(self, connection: Connection) -> None:
        for rows in self._rows:
            rows.write(connection)
        self._register.write(connection)
        for sums in self._sums():
            sums.write(connection)
        self._pattern_writer.put(connection, sorted(self._patterns.items()))
        self._changes.put(connection, self._changed)
        self._due_writer.put(connection, sorted((*key, position) for key, position in self._due.items()))
        self._known_patterns.update(self._patterns)
        self._clear()

    def forget(self) -> None:
        for rows in self._rows:
            rows.forget()
        self._register.forget()
        for sums in self._sums():
            sums.forget()
        self._known_patterns.clear()
        self._judged = False
        self._clear()

    def figures(self, connection: Connection) -> dict[str, int]:
        """How many rows of evidence there are; leads follow from them and are judged apart."""
        tables = [*self.tables.metadata.tables.values()]
        own = {"lead", "lead_subject", "lead_due", "lead_run"}
        return {
            table.info["plain"]: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in tables
            if table.info["plain"] not in own
        }

    def settle(self, store: Store) -> None:
        """Judge whoever was touched since the last time, when all views are level."""
        judge(store)

    def _sums(self) -> tuple[Sums, ...]:
        return (self._hours, self._employment, self._entries, self._days, self._handlers)

    def _clear(self) -> None:
        self._due: dict[tuple[str, str], int] = {}
        self._patterns: dict[str, str] = {}
        self._changed: list[tuple[Any, ...]] = []
        if len(self._known_patterns) > PATTERNS_KNOWN:
            self._known_patterns.clear()

    # -- sums ---------------------------------------------------------------------------------------------

    def _fold_attendance(self, page: Page) -> None:
        alike: dict[tuple[str, int], list[Any]] = {}  # rows of one sheet with the same marks: first of them, how many
        for item in page.by_class.get(AttendanceTaken, ()):
            row: Any = item.fact
            known = alike.setdefault((row.training_class, id(row.marks)), [row, 0])
            known[1] += 1
        for row, count in alike.values():
            self._marks(row, count)
        for item in page.by_class.get(AttendanceCorrected, ()):
            fact: Any = item.fact
            self._marks(fact.was, -1)
            if fact.now is not None:
                self._marks(fact.now, +1)

    def _marks(self, fact: Any, sign: int) -> None:
        for mark in fact.marks:
            self._hours.add((fact.training_class, mark.on.isoformat(), mark.start, mark.end), sign)
        if fact.marks:
            name, text = self._patterns_of.of(fact.marks)
            if name not in self._known_patterns:
                self._patterns[name] = text

    def _fold_employment(self, page: Page) -> None:
        for cls, said in ((EmploymentReported, "reported"), (EmploymentConfirmed, "confirmed")):
            for item in page.by_class.get(cls, ()):
                self._employed(item.fact, said, +1, item.position)
            for item in page.by_class.get(correction_of(cls), ()):  # type: ignore[arg-type]
                fact: Any = item.fact
                self._employed(fact.was, said, -1, fact.corrects)
                if fact.now is not None:
                    self._employed(fact.now, said, +1, fact.corrects)

    def _employed(self, fact: Any, said: str, sign: int, position: int) -> None:
        if fact.kind != "none":
            words = getattr(fact, "second_source", "")
            key = (fact.training_class, said, fact.employer, words, fact.occurred_on.isoformat())
            self._employment.add(key, sign, keeps=(position,))

    def _fold_changes(self, page: Page) -> None:
        """Corrections that take somebody out of what is counted, or turn a failed test into a passed one."""
        for item in page.by_class.get(TraineeEnrolledCorrected, ()):
            fact: Any = item.fact
            if fact.now is None:
                self._changed.append(change_row(fact.was, item.position, item.recorded_at, "enrolment-voided"))
        for item in page.by_class.get(ScoreAmended, ()):
            fact = item.fact
            if fact.now is not None and fact.was.passed is False and fact.now.passed:
                self._changed.append(change_row(fact.now, item.position, item.recorded_at, "score-raised"))

    def _fold_entries(self, page: Page) -> None:
        for cls, what in ENTERED.items():
            for run in page.runs(cls):
                item, count = run[0], len(run)
                fact: Any = item.fact
                live = int(fact.occurred_on.toordinal() == recorded_ordinal(item.recorded_at))
                key = (fact.training_class, what, item.recorded_at)
                self._entries.add(key, count, count * live, keeps=(item.position,))
        runs = [run for cls in page.by_class if cls in _RECORDED for run in page.runs(cls)]
        for run in sorted(runs, key=_first_position):  # the first position of a sum is kept, whatever the class
            self._recorded(run[0], len(run))

    def _recorded(self, item: Item, count: int) -> None:
        """So many facts of which this is the first: who did it about which class, and in which county and when."""
        by, kind, fact = self._officer(item.leaf), type(item.fact), cast(Any, item.fact)
        if by is None:
            return
        if kind in HANDLED:
            self._handlers.add((fact.training_class, by.officer, HANDLED[kind]), count, keeps=(item.position,))
        if kind not in _BY_OFFICER:
            return
        if item.recorded_at != self._moment[0]:  # the facts of one command share it
            minute = (item.recorded_at // MINUTE_US + BEIJING_MINUTES) % DAY_MINUTES
            ordinal = recorded_ordinal(item.recorded_at)
            night = minute >= NIGHT_FROM or minute < NIGHT_UNTIL
            self._moment = item.recorded_at, ordinal, date.fromordinal(ordinal).isoformat(), int(night)
        _, ordinal, day, at_night = self._moment
        county = getattr(fact, "training_class", "")[1:7] or by.region
        late = ordinal - fact.occurred_on.toordinal() > LATE_DAYS
        self._days.add((by.officer, county, day), count, count * late, count * at_night, keeps=(item.position,))

    def _officer(self, leaf: bytes) -> _By | None:
        """Who recorded a fact; most facts of a page share the few bytes that say so."""
        start = leaf.rfind(_SAID_BY)
        if start < 0:
            return None
        start += len(_SAID_BY)
        said = leaf[start : leaf.find(b"}", start) + 1]
        if said not in self._officers:
            self._officers[said] = _by(said)
        return self._officers[said]

    # -- whom facts touch ---------------------------------------------------------------------------------

    def _fold_due(self, page: Page) -> None:
        for cls, items in page.by_class.items():
            if cls in self._waking:
                self._due[AREA, self._waking[cls]] = items[-1].position
            fields = self._touching.get(cls)
            if fields is None:
                continue
            for item in items:
                for body in _bodies(item.fact):
                    for field in fields:
                        value = getattr(body, field, None)
                        for one in value if isinstance(value, tuple) else (value,):
                            if one:
                                self._due[_KINDS[field], str(one)] = item.position


_KINDS: Final = {
    **TOUCHES,
    "outside_list": "list",
    "persons": "person",
    "merged": "person",
    "kept": "person",
    "region": "region",
}
# An entry names its list beside whom it is about; a region stands only where nobody nearer is named.
NOT_ALONE: Final = frozenset({"region", "outside_list"})
_BY_OFFICER: Final = frozenset(
    {
        AttendanceTaken,
        CertificateIssued,
        CertificateRevoked,
        ClassApproved,
        ClassCancelled,
        ClassCompleted,
        ClassFiled,
        ClassRescheduled,
        EmploymentConfirmed,
        EmploymentReported,
        ScoreRecorded,
        SessionHeld,
        TraineeEnrolled,
        BankAccountRegistered,
    }
)


_RECORDED: Final = _BY_OFFICER | HANDLED.keys()


def _first_position(run: list[Item]) -> int:
    return run[0].position


def _waking() -> dict[type[Fact], str]:
    """The facts that may change what a rule finds that is asked of everybody, with the area that they stand for."""
    wakes = tuple({prefix for rule in all_rules() for prefix in rule.wakes})
    stems = {cls: topic.rpartition(".v")[0] for topic, cls in fact_classes().items() if cls not in UNTOUCHING}
    return {cls: stem for cls, stem in stems.items() if stem.startswith(wakes)}


def _touched_fields(cls: Any) -> tuple[str, ...]:
    """The fields by which a fact names somebody whom a rule may be about."""
    if cls in LISTS:
        return LISTS[cls]
    body = cls.body() if issubclass(cls, Correction) else cls
    return tuple(name for name in body.__struct_fields__ if name in _KINDS and name not in NOT_ALONE) or (
        ("region",) if "region" in body.__struct_fields__ else ()
    )


def _bodies(fact: Any) -> tuple[Any, ...]:
    if isinstance(fact, Correction):
        return tuple(body for body in (fact.was, fact.now) if body is not None)
    return (fact,)


def _by(said: bytes) -> _By | None:
    try:
        return msgspec.json.decode(said, type=_By)
    except msgspec.DecodeError:
        return None
