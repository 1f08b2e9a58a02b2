"""What the flags look at: the steps in force in a scope, read once, with thresholds and lines beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select

from taizhang.domain.decisions import within
from taizhang.projections.database import chunks
from taizhang.projections.funds.cuts import Cuts, UseScope, in_force, known
from taizhang.projections.funds.steps import as_date
from taizhang.projections.funds.tables import fund_tables
from taizhang.projections.scope import stem_of

# What holds until somebody sets the threshold; the first is Budget Law article 52, the others are ours.
DEFAULTS: Final[Mapping[str, int]] = {
    "pass-on-days": 30,
    "late-entry-days": 30,
    "idle-days": 30,
    "repeat-days": 30,
    "round-amount-fen": 100_000,
}


class Stepped(NamedTuple):
    """A fact in force, as `fund_step` has it."""

    line: str
    position: int
    effective_on: date
    late_days: int
    fact: str
    kind: str
    amount_fen: int
    region: str
    payer: str
    receiver: str
    institution: str
    person: str
    training_class: str
    claim: str
    purpose: str
    payment: str
    advance: str
    bank_account: str
    due_on: date | None

    @property
    def payee(self) -> str:
        """Who was paid."""
        return f"person:{self.person}" if self.person else f"institution:{self.institution}"


class Threshold(NamedTuple):
    """What is set in a region from a day on."""

    name: str
    region: str
    since: date
    value: int


class Seen(NamedTuple):
    """Everything that the flags of a scope are found in."""

    connection: Connection
    on: date
    scope: UseScope
    cuts: Cuts
    steps: list[Stepped]
    thresholds: list[Threshold]
    lawful_days: Mapping[str, int]  # of lines that state it

    def limit(self, name: str, region: str, day: date) -> int | None:
        """What is set in the region on that day: of the smallest region around it the newest; None: nothing."""
        holding = [
            one for one in self.thresholds if one.name == name and one.since <= day and within(region, one.region)
        ]
        nearest = max(holding, key=lambda one: (one.region.rstrip("0"), one.since), default=None)
        return nearest.value if nearest is not None else DEFAULTS.get(name)

    def of(self, *kinds: str) -> list[Stepped]:
        """The steps of these kinds, oldest first."""
        return [step for step in self.steps if step.kind in kinds]


class Found(NamedTuple):
    """Something to be flagged: `words` fill the kind's sentence."""

    kind: str
    line: str
    region: str
    amount_fen: int
    positions: tuple[int, ...]
    words: Mapping[str, Any]


def seen(
    connection: Connection, on: date, scope: UseScope, cuts: Cuts, only: ColumnElement[bool] | None = None
) -> Seen:
    """Read what the flags of this scope look at; `only`: of the steps those for which this holds."""
    tables = fund_tables()
    s, t, n = tables.steps.c, tables.thresholds.c, tables.lines.c
    lines = list(connection.execute(select(n.line, n.source, n.year, n.lawful_days)))
    rows = connection.execute(
        select(*(s[name] for name in Stepped._fields))
        .where(*_of_scope(s, scope, lines), *in_force(s, cuts), *([] if only is None else [only]))
        .order_by(s.position)
    )
    steps = [_stepped(row) for row in rows]
    set_ = connection.execute(
        select(t.name, t.region, t.since, t.value).where(t.position.is_not(None), t.name.is_not(None))
    )
    return Seen(
        connection=connection,
        on=on,
        scope=scope,
        cuts=cuts,
        steps=steps,
        thresholds=[Threshold(row.name, row.region, as_date(row.since), row.value) for row in set_],
        lawful_days={row.line: row.lawful_days for row in lines if row.lawful_days is not None},
    )


def voided_payments(connection: Connection, scope: UseScope, cuts: Cuts) -> list[tuple[Stepped, int]]:
    """The payments of a scope that are void at the cuts, as they stood before, each with the voiding correction."""
    s, n = fund_tables().steps.c, fund_tables().lines.c
    lines = list(connection.execute(select(n.line, n.source, n.year)))
    other = fund_tables().steps.alias()
    moved = exists().where(other.c.position == s.position, other.c.void == 0)  # to another line, and not void
    stands: ColumnElement[bool] = s.replaced_at.is_(None)
    if cuts.as_recorded_at is not None:
        stands = stands | (s.replaced_at > cuts.as_recorded_at)
    void = s.kind == "subsidy-paid", s.void == 1, s.corrects.is_not(None), stands, ~moved
    columns = [s[name] for name in Stepped._fields]
    voids = connection.execute(
        select(*columns, s.corrects).where(*_of_scope(s, scope, lines), *void, *known(s, cuts)).order_by(s.position)
    )
    by_root = {row.corrects: row for row in voids}
    found: dict[int, Stepped] = {}
    for part in chunks(sorted(by_root)):
        told = select(*columns, s.corrects).where(or_(s.position.in_(part), s.corrects.in_(part)), s.void == 0)
        for row in connection.execute(told.order_by(s.position)):
            root = row.position if row.corrects is None else row.corrects
            if row.position < by_root[root].position and row.line == by_root[root].line:
                found[root] = _stepped(row[:-1])._replace(position=root)
    return [(found[root], row.position) for root, row in by_root.items() if root in found]


def _stepped(row: Any) -> Stepped:
    step = Stepped(*row)
    due_on = as_date(step.due_on) if step.due_on is not None else None
    return step._replace(effective_on=as_date(step.effective_on), due_on=due_on)


def _of_scope(s: Any, scope: UseScope, lines: Sequence[Any]) -> list[ColumnElement[bool]]:
    wanted: list[Any] = [s.region.startswith(stem_of(scope.region), autoescape=True)]
    if scope.line is not None:
        wanted.append(_of_lines(s, [scope.line]))
    for name in ("purpose", "institution", "training_class"):
        value = getattr(scope, name)
        if value is not None:
            wanted.append(s[name] == value)
    if scope.source is not None or scope.year is not None:
        mine = [
            row.line
            for row in lines
            if scope.source in (None, row.source) and (scope.year is None or scope.year == row.year)
        ]
        wanted.append(_of_lines(s, mine))
    return wanted


def _of_lines(s: Any, lines: Sequence[str]) -> ColumnElement[bool]:
    """The steps of these lines, and of the claims that are charged to them or that they have paid."""
    paid = fund_tables().claim_lines.c
    claims = select(paid.claim).where(paid.line.in_(lines))
    return or_(s.line.in_(lines), and_(s.line == "", s.claim.in_(claims)))
