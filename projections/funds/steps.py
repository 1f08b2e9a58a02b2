"""A line told again step by step: who recorded what, when, how late, on which paper, and every balance before and after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, case, func, literal, or_, select, union_all

from taizhang.projections.funds.cuts import NOW, Cuts, known
from taizhang.projections.funds.rows import CLAIMS_BOOK, OWN
from taizhang.projections.funds.statement import statement
from taizhang.projections.funds.tables import fund_tables
from taizhang.projections.scope import on

PAGE_STEPS: Final = 500


class Move(NamedTuple):
    """What a step did to one account, in fen; accounts as the entries name them."""

    account: str
    book: str
    change_fen: int
    before_fen: int
    after_fen: int


class Step(NamedTuple):
    """One recorded fact of a line, or of a claim that is charged to it or that it paid (then `line` is empty)."""

    position: int
    recorded_at: int  # UTC microseconds
    recorded_by: str
    role: str
    occurred_on: date
    late_days: int
    fact: str
    kind: str
    corrects: int | None
    void: bool
    document: str
    amount_fen: int
    line: str
    claim: str
    training_class: str
    approver: str
    why: str
    moves: tuple[Move, ...] = ()


def steps(
    connection: Connection, line: str, from_: int | None = None, to: int | None = None, cuts: Cuts = NOW
) -> Iterator[Step]:
    """Every step of the line from one position to another, both included, as known and as effective at the cuts."""
    running = _Running(connection, line, from_ or 0, cuts)
    after = (from_ or 1) - 1
    while True:
        page = [*connection.execute(_page(line, after, to, cuts).limit(PAGE_STEPS))]
        if not page:
            return
        after = page[-1].position
        moved = _entries(connection, line, page[0].position, after, cuts)
        for row in page:
            moves = running.take(moved.get(row.position, {}))
            if moves or _effective(row, cuts):
                yield step_of(row, moves)
        if len(page) < PAGE_STEPS:
            return


def step_of(row: Any, moves: Iterable[Move] = ()) -> Step:
    """A row of `fund_step` as a step."""
    return Step(
        position=row.position,
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
        role=row.role,
        occurred_on=as_date(row.effective_on),
        late_days=row.late_days,
        fact=row.fact,
        kind=row.kind,
        corrects=row.corrects,
        void=bool(row.void),
        document=row.document,
        amount_fen=row.amount_fen,
        line=row.line,
        claim=row.claim,
        training_class=row.training_class,
        approver=row.approver,
        why=row.why,
        moves=tuple(moves),
    )


def as_date(value: Any) -> date:
    """A day as a table gives it."""
    return value if isinstance(value, date) else date.fromisoformat(value)


def of_line(
    line: str, *conditions: ColumnElement[bool], cuts: Cuts = NOW, and_told: ColumnElement[bool] | None = None
) -> Any:
    """The line's own steps and those of claims charged to it or paid by the cut, under the same conditions, oldest first.

    Whether `and_told` holds stands in the column `told`.
    """
    tables = fund_tables()
    s, paid = tables.steps.c, tables.claim_lines.c
    claims = select(paid.claim).where(paid.line == line)
    if cuts.as_recorded_at is not None:
        claims = claims.where(paid.recorded_at <= cuts.as_recorded_at)
    told = literal(1) if and_told is None else case((and_told, 1), else_=0)
    every = select(tables.steps, told.label("told"))
    own = every.where(s.line == line, *conditions)
    its_claims = every.where(s.line == "", s.claim.in_(claims), *conditions)
    return union_all(own, its_claims).order_by("position")


def _page(line: str, after: int, to: int | None, cuts: Cuts) -> Any:
    s = fund_tables().steps.c
    found = [s.position > after]
    if to is not None:
        found.append(s.position <= to)
    if cuts.as_recorded_at is not None:
        found.append(s.recorded_at <= cuts.as_recorded_at)
    if cuts.as_effective_on is not None:  # a correction may take back what was effective
        found.append(or_(s.effective_on <= on(s.effective_on, cuts.as_effective_on), s.corrects.is_not(None)))
    return of_line(line, *found, cuts=cuts)


def _effective(row: Any, cuts: Cuts) -> bool:
    return cuts.as_effective_on is None or as_date(row.effective_on) <= cuts.as_effective_on


def _entries(
    connection: Connection, line: str, first: int, last: int, cuts: Cuts
) -> dict[int, dict[tuple[str, str], int]]:
    """By position, then account and book: what the facts of these positions did to the line."""
    e = fund_tables().entries.c
    query = (
        select(e.position, e.account, e.book, func.sum(e.amount_fen))
        .where(e.line == line, e.book != CLAIMS_BOOK, e.position.between(first, last), *known(e, cuts))
        .group_by(e.position, e.account, e.book)
        .order_by(e.position, func.min(e.place))
    )
    found: dict[int, dict[tuple[str, str], int]] = {}
    for position, account, book, amount in connection.execute(query):
        found.setdefault(position, {})[account, book] = int(amount)
    return found


class _Running:
    """Balances of the line's accounts while its steps go by; those of before the first one are looked up."""

    def __init__(self, connection: Connection, line: str, first: int, cuts: Cuts) -> None:
        self._connection, self._line, self._first, self._cuts = connection, line, first, cuts
        self._balances: dict[tuple[str, str], int] = self._held() if first > 1 else {}

    def take(self, changes: dict[tuple[str, str], int]) -> list[Move]:
        """Move the accounts; what changed, with before and after."""
        moves = []
        for (account, book), change in changes.items():
            before = self._balance(account, book)
            self._balances[account, book] = before + change
            if change:
                moves.append(Move(account, book, change, before, before + change))
        return moves

    def _balance(self, account: str, book: str) -> int:
        if (account, book) not in self._balances:
            self._balances[account, book] = self._looked_up(account, book) if self._first > 1 else 0
        return self._balances[account, book]

    def _looked_up(self, account: str, book: str) -> int:
        """Of a payee, an advance or the outside."""
        if account[:1].isdigit():
            return 0
        e = fund_tables().entries.c
        mine = e.account == account, e.line == self._line, e.book == book
        until = Cuts(None, self._cuts.as_effective_on)
        query = select(func.sum(e.amount_fen)).where(*mine, e.position < self._first, *known(e, until))
        return int(self._connection.scalar(query) or 0)

    def _held(self) -> dict[tuple[str, str], int]:
        """Of every holder, before the first position."""
        tables = fund_tables()
        s, e = tables.steps.c, tables.entries.c
        earlier = select(s.recorded_at).where(s.line == self._line, s.position < self._first)
        at = self._connection.scalar(earlier.order_by(s.position.desc()).limit(1))
        if at is None:
            return {}
        effective = self._cuts.as_effective_on
        states = statement(self._connection, self._line, Cuts(at, effective)).accounts()
        found = {(one.holder, one.book): one.balance_fen for one in states if one.account == OWN}
        rest = and_(e.line == self._line, e.recorded_at == at, e.position >= self._first, e.party == OWN)
        query = select(e.holder, e.book, func.sum(e.amount_fen)).where(rest, *known(e, Cuts(None, effective)))
        for holder, book, amount in self._connection.execute(query.group_by(e.holder, e.book)):
            found[holder, book] = found.get((holder, book), 0) - int(amount)
        return found
