"""What a rule is: the question it answers, its thresholds, its query, and how it says what it found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from datetime import date
from typing import Any, Final, Literal, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    true,
    union,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from taizhang.projections.funds.tables import fund_tables
from taizhang.projections.outside.tables import outside_tables
from taizhang.projections.rules.tables import lead_tables, ledger_tables
from taizhang.projections.scope import on as as_day
from taizhang.projections.scope import stem_of

Severity = Literal["high", "medium", "low"]
Kind = Literal[
    "class", "person", "region", "institution", "account", "posting", "contact", "employer", "statement", "whole"
]
PREFIX: Final[Mapping[str, str]] = {
    kind: f"{kind}:"
    for kind in ("class", "person", "region", "institution", "account", "posting", "contact", "employer", "statement")
}
SUBJECTS: Final = ("subject", "subject_2", "subject_3")
SUBJECT_LETTERS: Final = 80  # of a subject behind its kind: domain/leads
TOLD: Final = frozenset({*SUBJECTS, "region", "sum_fen"})  # what of a query's columns is not for the words alone


class Parameter(NamedTuple):
    """A threshold that a rule uses: what holds until a dated policy fact sets it."""

    name: str
    default: int
    zh: str
    en: str


class Stated(NamedTuple):
    """A threshold as a policy fact states it."""

    name: str
    region: str
    since: date
    value: int


class Found(NamedTuple):
    """What a rule found about some subjects; `words` fill its sentence."""

    subjects: tuple[str, ...]
    region: str
    sum_fen: int
    positions: tuple[int, ...]
    words: Mapping[str, Any]


class Context:
    """What a rule is asked with: thresholds as stated, the day, and whom to look at (None: everybody)."""

    def __init__(
        self,
        connection: Connection,
        today: date,
        stated: Sequence[Stated],
        parameters: Sequence[Parameter],
        *,
        due: bool = False,
        memo: dict[str, Any] | None = None,
    ) -> None:
        self.memo = {} if memo is None else memo  # what the rules of one run share
        self.connection, self.today, self.is_partial = connection, today, due
        self._stated = stated
        self._defaults = {one.name: one.default for one in parameters}

    def limit(self, name: str, day: Any, region: Any) -> ColumnElement[int]:
        """The threshold that holds on the row's day in the row's region: of the smallest region the newest."""
        default = literal(self._defaults[name], Integer)
        mine = [one for one in self._stated if one.name == name]
        mine.sort(key=lambda one: (one.region.rstrip("0"), one.since), reverse=True)
        mine.sort(key=lambda one: len(one.region.rstrip("0")), reverse=True)
        branches = [
            (and_(day >= as_day(day, one.since), region.startswith(stem_of(one.region), autoescape=True)), one.value)
            for one in mine
        ]
        return case(*branches, else_=default) if branches else default

    def limit_on(self, name: str, day: date, region: str) -> int:
        """The same for a fold that knows the day and the region."""
        mine = [
            one
            for one in self._stated
            if one.name == name and one.since <= day and region.startswith(stem_of(one.region))
        ]
        nearest = max(mine, key=lambda one: (len(one.region.rstrip("0")), one.since), default=None)
        return self._defaults[name] if nearest is None else nearest.value

    def only(self, kind: Kind, *columns: ColumnElement[Any]) -> ColumnElement[bool]:
        """Whether any of these columns names somebody whom facts have touched since; all do in a full run."""
        if not self.is_partial:
            return true()
        keys = due_keys(kind)
        return or_(*(column.in_(keys) for column in columns))


class Rule(NamedTuple):
    """A question asked of the read tables. It has a `query`, or a `fold` where the question is not one query.

    A query's columns: subject (and subject_2 …), region, sum_fen, columns whose names begin with `position`, and
    whatever the words name. `kind` says whom its leads are about, so that it can be asked about some of them only.
    """

    id: str
    version: int
    kind: Kind
    zh: str
    en: str
    question_zh: str
    question_en: str
    says_zh: str
    says_en: str
    innocent_zh: str
    innocent_en: str
    severity: Severity
    patterns: tuple[str, ...]  # of facts/falsification.csv
    parameters: tuple[Parameter, ...] = ()
    query: Callable[[Context], Select[Any]] | None = None
    fold: Callable[[Context], Iterator[Found]] | None = None
    wakes: tuple[str, ...] = ()  # of a rule asked of everybody: topics whose facts may change what it finds
    daily: bool = False  # what it finds depends on the day it is asked, too
    counts: bool = True  # False: a candidate, which stands beside the version that counts

    @property
    def name(self) -> str:
        return f"{self.id}@{self.version}"

    def is_asleep(self, areas: Set[str], same_day: bool) -> bool:
        """Whether nothing was recorded that could change what a rule finds that is asked of everybody."""
        if self.kind != "whole" or not self.wakes or (self.daily and not same_day):
            return False
        return not any(area.startswith(self.wakes) for area in areas)

    def found(
        self,
        connection: Connection,
        today: date,
        stated: Sequence[Stated],
        *,
        due: bool = False,
        memo: dict[str, Any] | None = None,
    ) -> list[Found]:
        """Ask the rule; `due`: only about those whom facts have touched since they were last judged."""
        context = Context(connection, today, stated, self.parameters, due=due, memo=memo)
        if self.fold is not None:
            return list(self.fold(context))
        assert self.query is not None, f"{self.name} asks nothing"
        return [_found(row._asdict()) for row in connection.execute(self.query(context))]


def stated_thresholds(connection: Connection) -> list[Stated]:
    """Every threshold that stands in policy facts."""
    t = fund_tables().thresholds.c
    rows = connection.execute(
        select(t.name, t.region, t.since, t.value).where(t.position.is_not(None), t.name.is_not(None))
    )
    return [Stated(row.name, row.region, _date(row.since), row.value) for row in rows]


def due_keys(kind: Kind) -> Any:
    """The ids of this kind that are to be judged again: those touched, and those that lean on what was touched."""
    due, ledger = lead_tables().due.c, ledger_tables()
    e, c, s = ledger.enrolments.c, ledger.classes.c, fund_tables().steps.c

    def touched(of: str) -> Select[Any]:
        return select(due.key).where(due.kind == of)

    def on_lists(what: str) -> Select[Any]:
        """Of whom a list speaks that was itself corrected."""
        entries = outside_tables().entries.c
        named = entries[what]
        return select(named).where(entries.outside_list.in_(touched("list")), named.is_not(None))

    members, contacts, work = ledger.members.c, lead_tables().evidence.contacts.c, lead_tables().evidence.employment.c
    at_home = select(members.person).where(members.household.in_(touched("household")))
    people = _all_of(touched("person"), at_home, on_lists("person"))
    leaning: dict[str, Select[Any]] = {
        "class": select(e.training_class).where(e.person.in_(people)),
        "person": select(e.person).where(e.training_class.in_(touched("class"))),
        "region": select(func.substr(due.key, 2, 6)).where(due.kind == "class"),
        "institution": _all_of(
            select(c.institution).where(c.training_class.in_(touched("class"))), on_lists("institution")
        ),
        "account": _all_of(select(s.bank_account).where(s.training_class.in_(touched("class"))), on_lists("account")),
        "contact": select(contacts.contact).where(contacts.person.in_(people)),
        "employer": select(as_subject(work.employer)).where(work.training_class.in_(touched("class"))),
    }
    if kind == "employer":
        return _all_of(select(as_subject(due.key)).where(due.kind == kind), leaning[kind])
    if kind not in leaning:
        return touched(kind)
    if kind == "person":
        return _all_of(people, leaning[kind])
    return _all_of(touched(kind), leaning[kind])


def _all_of(*queries: Select[Any]) -> Select[Any]:
    """The ids that any of these queries gives."""
    return select(next(iter(union(*queries).subquery().c)))


def as_subject(words: ColumnElement[Any]) -> ColumnElement[str]:
    """A name in somebody's own words as it may stand in a subject: without blanks, and not too long."""
    return func.substr(func.replace(words, " ", "_"), 1, SUBJECT_LETTERS)


def paid_in_all(connection: Connection, classes: Sequence[str]) -> int:
    """What was paid for these classes and stayed paid, in fen."""
    s = fund_tables().shares.c
    query = select(func.coalesce(func.sum(s.amount_fen), 0)).where(s.training_class.in_(classes))
    return int(connection.scalar(query) or 0)


def paid_for(training_class: ColumnElement[Any]) -> ColumnElement[int]:
    """What was paid for a class and stayed paid, in fen."""
    s = fund_tables().shares.c
    total = select(func.coalesce(func.sum(s.amount_fen), 0)).where(s.training_class == training_class)
    return total.correlate_except(fund_tables().shares).scalar_subquery()


def paid_for_person(person: ColumnElement[Any], training_class: ColumnElement[Any]) -> ColumnElement[int]:
    """What was paid for one person's training in a class and stayed paid, in fen."""
    s = fund_tables().shares.c
    total = select(func.coalesce(func.sum(s.amount_fen), 0)).where(
        s.person == person, s.training_class == training_class
    )
    return total.correlate_except(fund_tables().shares).scalar_subquery()


def listed(column: ColumnElement[Any]) -> ColumnElement[str]:
    """The values of a group, comma between."""
    return func.aggregate_strings(cast(column, Text), ",")


class days_between(FunctionElement[int]):  # noqa: N801 (it stands in queries among functions)
    """Whole days from the second date to the first."""

    type = Integer()
    inherit_cache = True
    name = "days_between"


@compiles(days_between, "sqlite")
def _sqlite_days(element: Any, compiler: Any, **kw: Any) -> str:
    later, earlier = (compiler.process(one, **kw) for one in element.clauses)
    return f"CAST(julianday({later}) - julianday({earlier}) AS INTEGER)"


@compiles(days_between, "postgresql")
def _postgresql_days(element: Any, compiler: Any, **kw: Any) -> str:
    later, earlier = (compiler.process(one, **kw) for one in element.clauses)
    return f"({later} - {earlier})"


def _found(row: Mapping[str, Any]) -> Found:
    subjects = tuple(str(row[name]) for name in SUBJECTS if row.get(name) is not None)
    positions: set[int] = set()
    words: dict[str, Any] = {}
    for name, value in row.items():
        if name.startswith("position"):
            positions.update(int(one) for one in str(value).split(",") if one not in ("", "None"))
        elif name not in TOLD:
            words[name] = value
    return Found(subjects, str(row["region"]), int(row["sum_fen"] or 0), tuple(sorted(positions)), words)


def _date(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
