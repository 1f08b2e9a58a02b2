"""How past moments are asked of the tables of money: conditions on both axes, exact to the microsecond."""

from __future__ import annotations

from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import and_, case, func, not_, or_, select, true
from sqlalchemy.sql.elements import ColumnElement

from taizhang.projections.funds.rows import EPOCH_ORDINAL, recorded_ordinal
from taizhang.projections.replay import NOW, Cuts
from taizhang.projections.scope import on, stem_of

__all__ = ["EVERYTHING", "NOW", "Cuts", "UseScope"]

_EIGHT_HOURS: Final = 8 * 3_600_000_000
_DAY: Final = 86_400_000_000


class UseScope(NamedTuple):
    """What is asked about: holders of a region, and what may narrow it down."""

    region: str = "620000"
    line: str | None = None
    source: str | None = None
    year: int | None = None
    purpose: str | None = None
    institution: str | None = None
    training_class: str | None = None


EVERYTHING: Final = UseScope()


def recorded_day(recorded_at: int) -> date:
    """The Beijing day of a recording time (UTC microseconds)."""
    return date.fromordinal(recorded_ordinal(recorded_at))


def day_after(recorded_at: int) -> int:
    """The first microsecond of the Beijing day after the one on which this was recorded."""
    return (recorded_ordinal(recorded_at) - EPOCH_ORDINAL + 1) * _DAY - _EIGHT_HOURS


def summed(t: Any, cuts: Cuts) -> list[ColumnElement[bool]]:
    """The sums of whole days that the cuts allow; what was recorded later on the cut's own day is still among them."""
    found = []
    if cuts.as_recorded_at is not None:
        found.append(t.recorded_on <= on(t.recorded_on, recorded_day(cuts.as_recorded_at)))
    if cuts.as_effective_on is not None:
        found.append(t.effective_on <= on(t.effective_on, cuts.as_effective_on))
    return found


def too_late(t: Any, cuts: Cuts) -> list[ColumnElement[bool]] | None:
    """The entries recorded after the cut, but on its day; None: the cut has no such day."""
    if cuts.as_recorded_at is None:
        return None
    found = [t.recorded_at > cuts.as_recorded_at, t.recorded_at < day_after(cuts.as_recorded_at)]
    if cuts.as_effective_on is not None:
        found.append(t.effective_on <= on(t.effective_on, cuts.as_effective_on))
    return found


def known(t: Any, cuts: Cuts) -> list[ColumnElement[bool]]:
    """Rows with a recording time and an effective day that the cuts allow."""
    found = []
    if cuts.as_recorded_at is not None:
        found.append(t.recorded_at <= cuts.as_recorded_at)
    if cuts.as_effective_on is not None:
        found.append(t.effective_on <= on(t.effective_on, cuts.as_effective_on))
    return found


def allowed(t: Any, cuts: Cuts) -> ColumnElement[bool]:
    """The same as one condition."""
    return and_(true(), *known(t, cuts))


def differs(t: Any, one: Cuts, other: Cuts) -> ColumnElement[bool]:
    """What one of the cuts allows and the other does not."""
    here, there = allowed(t, one), allowed(t, other)
    return or_(and_(here, not_(there)), and_(there, not_(here)))


def in_force(t: Any, cuts: Cuts) -> list[ColumnElement[bool]]:
    """The steps whose body is in force at the cuts."""
    stands: ColumnElement[bool] = t.replaced_at.is_(None)
    if cuts.as_recorded_at is not None:
        stands = stands | (t.replaced_at > cuts.as_recorded_at)
    return [*known(t, cuts), stands, t.void == 0]


def of_scope(t: Any, scope: UseScope, lines: Any) -> list[ColumnElement[bool]]:
    """The sums or entries of a scope; `lines` is the table of lines, for what only they know."""
    found = [t.holder.startswith(stem_of(scope.region), autoescape=True)]
    for name in ("line", "purpose", "institution", "training_class"):
        value = getattr(scope, name)
        if value is not None:
            found.append(getattr(t, name) == value)
    if scope.source is not None or scope.year is not None:
        wanted = select(lines.c.line)
        if scope.source is not None:
            wanted = wanted.where(lines.c.source == scope.source)
        if scope.year is not None:
            wanted = wanted.where(lines.c.year == scope.year)
        found.append(t.line.in_(wanted))
    return found


def gross(e: Any) -> list[ColumnElement[Any]]:
    """In, out and number of entries of rows of `fund_entry`, as sums: what was taken back counts against its own side."""
    back, amount = e.taken_back == 1, e.amount_fen
    into = (amount > 0) != back
    return [
        func.sum(case((into, amount), else_=0)),
        func.sum(case((into, 0), else_=-amount)),
        func.sum(case((back, -1), else_=1)),
    ]
