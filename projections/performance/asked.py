"""What performance is asked for: a region, a period, and by what it is set side by side; and who answers for a class."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final, Literal, NamedTuple, get_args

from sqlalchemy import Connection, Select, case, func, select
from sqlalchemy.sql.elements import ColumnElement

from taizhang.projections.measures import PHASES
from taizhang.projections.performance.tables import performance_tables
from taizhang.projections.replay import NOW, Cuts
from taizhang.projections.scope import DIGITS, Scope, level_of, on

By = Literal["region", "department", "institution", "official", "phase", "year"]
Grouping = Literal["region", "department", "institution", "whole"]
DIMENSIONS: Final[tuple[By, ...]] = get_args(By)
FIRST_YEAR, LAST_YEAR = PHASES[0].first_year, PHASES[-1].last_year
BELOW: Final = {"province": "prefecture", "prefecture": "county", "county": "county"}
FILED, APPROVED = "class", "class-approval"  # statements that say who answers for a class
Inputs = dict[str, int]
Grouped = dict[str, Inputs]  # by the key of a group; "" is the whole


class Question(NamedTuple):
    """A region and period at the cuts, set side by side `by` something; deadlines are looked at on the day `on`."""

    on: date
    region: str = "620000"
    by: By = "region"
    period_kind: str = "all"
    period: str = ""
    cuts: Cuts = NOW

    @property
    def scope(self) -> Scope:
        """The same as the ledger is asked it."""
        return Scope(self.region, period_kind=self.period_kind, period=self.period)

    def digits(self) -> int:
        """How many digits of a county's code say which region below it belongs to; a county is its own."""
        return DIGITS[BELOW[level_of(self.region)]]

    def row(self, key: str) -> Question:
        """The question of one row, where the row is a region or a period."""
        if self.by == "region":
            return self._replace(region=key)
        if self.by in ("phase", "year"):
            return self._replace(period_kind=self.by, period=key)
        return self


class Tie(NamedTuple):
    """Who answers for a class: the institution that holds it, the department whose officer approved it."""

    institution: str
    department: str


def periods(by: By) -> tuple[str, ...]:
    """The periods that are set side by side."""
    if by == "phase":
        return tuple(phase.code for phase in PHASES)
    return tuple(str(year) for year in range(FIRST_YEAR, LAST_YEAR + 1))


def region_key(county: str, question: Question) -> str:
    """The region below the asked one in which a county lies."""
    return county[: question.digits()].ljust(6, "0")


def in_period(t: Any, question: Question) -> list[ColumnElement[bool]]:
    """Rows with an effective day in the period that the cuts allow."""
    found: list[ColumnElement[bool]] = []
    days = question.scope.days()
    if days is not None:
        found += [t.effective_on >= on(t.effective_on, days[0]), t.effective_on <= on(t.effective_on, days[1])]
    return [*found, *known(t, question.cuts)]


def known(t: Any, cuts: Cuts) -> list[ColumnElement[bool]]:
    """Rows recorded and effective by the cuts."""
    found: list[ColumnElement[bool]] = []
    if cuts.as_recorded_at is not None:
        found.append(t.recorded_at <= cuts.as_recorded_at)
    if cuts.as_effective_on is not None:
        found.append(t.effective_on <= on(t.effective_on, cuts.as_effective_on))
    return found


def day_in(question: Question, day: date) -> bool:
    """Whether a day lies in the period."""
    days = question.scope.days()
    return days is None or days[0] <= day <= days[1]


def ends(question: Question) -> tuple[Cuts, Cuts | None]:
    """The cuts at the period's end, and just before it begins (None: it has no beginning): a flow is the difference."""
    cuts, days = question.cuts, question.scope.days()
    if days is None:
        return cuts, None
    last = min(days[1], cuts.as_effective_on or days[1])
    first = min(days[0] - timedelta(days=1), last)
    return cuts._replace(as_effective_on=last), cuts._replace(as_effective_on=first)


def statements(kind: str, cuts: Cuts) -> Select[Any]:
    """The statements of a kind that stand at the cuts, each in its newest version, oldest first."""
    return _standing((kind,), cuts)


def _standing(kinds: Sequence[str], cuts: Cuts) -> Select[Any]:
    table = performance_tables().statements
    t = table.c
    newest = func.row_number().over(partition_by=t.first_position, order_by=t.position.desc()).label("newest")
    recorded = known(t, cuts._replace(as_effective_on=None))
    versions = select(table, newest).where(t.kind.in_(kinds), *recorded).subquery()
    v = versions.c
    standing = [v.newest == 1, v.void == 0, *known(v, Cuts(None, cuts.as_effective_on))]
    return select(*(v[column.name] for column in table.columns)).where(*standing).order_by(v.first_position)


def ties(cuts: Cuts) -> Any:
    """Each filed class with who answers for it, as known at the recording cut, to be joined by `training_class`.

    Filing and approval are read in one pass: two lists joined with each other cost their product.
    """
    s = _standing((FILED, APPROVED), Cuts(cuts.as_recorded_at)).order_by(None).subquery().c
    place = func.row_number().over(partition_by=(s.kind, s.subject), order_by=s.first_position.desc()).label("place")
    last = select(s.kind, s.subject, s.organisation, place).subquery().c

    def of(kind: str) -> Any:
        return func.max(case((last.kind == kind, last.organisation)))

    return (
        select(
            last.subject.label("training_class"),
            of(FILED).label("institution"),
            func.coalesce(of(APPROVED), "").label("department"),
        )
        .where(last.place == 1)
        .group_by(last.subject)
        .having(func.count(case((last.kind == FILED, 1))) > 0)
        .subquery("ties")
    )


def ties_of(connection: Connection, cuts: Cuts) -> dict[str, Tie]:
    """The same by class; a class that nobody has filed has no tie."""
    t = ties(cuts).c
    rows = connection.execute(select(t.training_class, t.institution, t.department))
    return defaultdict(lambda: Tie("", ""), {row[0]: Tie(row[1], row[2]) for row in rows})


def grouped(found: Grouped, key: str, name: str, amount: int) -> None:
    """Add to an input of a group."""
    if amount:
        inputs = found.setdefault(key, {})
        inputs[name] = inputs.get(name, 0) + amount
