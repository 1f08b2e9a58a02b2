"""The view of money: every fact of a fund as a step, its entries by account, its shares by person, and their sums.

A correction is told at its own recording time: the old body's entries are taken back, the new one's put in. So a
figure of any past moment, about any past day, is a sum of rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, or_, select, update

from taizhang.domain.boundary import correction_of
from taizhang.domain.core import Correction, Fact
from taizhang.domain.envelope import outer_of
from taizhang.domain.funds.balances import MONEY_FACTS
from taizhang.domain.funds.claims import ClaimId, county_of_claim
from taizhang.domain.funds.evaluation import AllocationTied, PerformanceEvaluated
from taizhang.domain.funds.lines import LineOpened
from taizhang.domain.funds.use_plans import UsePlanFiled
from taizhang.projections.database import RowWriter
from taizhang.projections.funds.claims import CLAIM_FACTS, ClaimBook, Commitment
from taizhang.projections.funds.moved import APPROVED, EntryRow, MovedAgain
from taizhang.projections.funds.registers import register_view
from taizhang.projections.funds.rows import (
    ADVANCE,
    CLAIMS_BOOK,
    OWN,
    Dimensions,
    Side,
    amount_on,
    approver_of,
    body_columns,
    dimensions,
    kind_of,
    lines_of,
    met,
    month_of,
    paper_of,
    recorded_ordinal,
    shares,
    sides,
)
from taizhang.projections.funds.tables import FundTables, fund_tables
from taizhang.projections.view import Item, Page, run

STEPS: Final[tuple[type[Fact], ...]] = (
    *MONEY_FACTS,
    LineOpened,
    UsePlanFiled,
    PerformanceEvaluated,
    AllocationTied,
    *CLAIM_FACTS,
)
# Where entries stand among those of a correction that moves what was paid: behind the correction's own.
PLACES_OF_WORDS: Final = 1_000
PLACES_OF_CHARGES: Final = 10_000
Row = tuple[Any, ...]


class FundsView:
    """Folds facts of money into steps, entries, shares and sums."""

    name = "funds"
    version = 3

    def __init__(self, suffix: str = "") -> None:
        self.tables = tables = FundTables(suffix) if suffix else fund_tables()
        self.metadata = tables.metadata
        self._register = register_view(tables)
        self._claims = ClaimBook(tables.claims)
        self._steps, self._entries = RowWriter(tables.steps), RowWriter(tables.entries)
        self._shares = RowWriter(tables.shares)
        sums = ("in_fen", "out_fen", "entries")
        self._days, self._months = RowWriter(tables.days, adds=sums), RowWriter(tables.months, adds=sums)
        self._committed = RowWriter(tables.committed, adds=sums)
        self._paid = RowWriter(tables.claim_lines, adds=["paid_fen"], keeps=["position", "recorded_at"])
        classes = [*STEPS, *(one for cls in STEPS if (one := correction_of(cls)) is not None)]
        self._handlers = dict.fromkeys(classes, self._take)
        self.forget()

    def wants(self) -> frozenset[type[Fact]]:
        return self._register.wants().union(self._handlers)

    def fold(self, page: Sequence[Item], connection: Connection) -> None:
        self._register.fold(Page.of(page), connection)
        mine = [item for item in page if type(item.fact) in self._handlers]
        if not mine:
            return
        wanted = {claim for item in mine for body in _bodies(item.fact) if (claim := _claim_of(body))}
        self._claims.load(wanted, connection)
        self._moved = MovedAgain(self.tables, connection)
        told = {_claim_of(body) for item in mine for body in _bodies(item.fact) if isinstance(body, CLAIM_FACTS)}
        self._paid_claims |= self._moved.paid(told)
        run(self._handlers, mine)

    def write(self, connection: Connection) -> None:
        self._register.write(connection)
        self._claims.write(connection)
        self._steps.insert(connection, self._new_steps)
        self._write_replaced(connection)
        self._entries.insert(connection, self._new_entries)
        self._shares.insert(connection, self._new_shares)
        every = (self._days, self._day_sums), (self._months, self._month_sums), (self._committed, self._committed_sums)
        for writer, sums in every:
            writer.put(connection, [(*key, *amounts) for key, amounts in sums.items()])
        self._paid.put(connection, [(*key, *found) for key, found in self._claim_lines.items()])
        self._clear()

    def forget(self) -> None:
        self._register.forget()
        self._claims.forget()
        self._clear()

    def figures(self, connection: Connection) -> dict[str, int]:
        """Rows of each register, steps in force, and the sums of both books and of shares, in fen."""
        t = self.tables
        found = self._register.figures(connection)
        entries, steps, shared = t.entries.c, t.steps.c, t.shares.c
        for book in ("quota", "cash", CLAIMS_BOOK):
            into = select(func.sum(entries.amount_fen)).where(entries.book == book, entries.amount_fen > 0)
            found[f"fund_entry {book}_fen"] = int(connection.scalar(into) or 0)
        found["fund_share fen"] = int(connection.scalar(select(func.sum(shared.amount_fen))) or 0)
        found["fund_claim"] = connection.scalar(select(func.count()).select_from(t.claims)) or 0
        standing = select(func.count()).where(steps.replaced_at.is_(None), steps.void == 0)
        found["fund_step in force"] = connection.scalar(standing) or 0
        return found

    # -- one fact -----------------------------------------------------------------------------------------

    def _take(self, item: Item) -> None:
        fact: Any = item.fact
        self._place = 0
        if isinstance(fact, Correction):
            self._replaced.append((item.position, fact.corrects, item.recorded_at))
        if isinstance(_bodies(fact)[0], CLAIM_FACTS):
            self._take_claim(item)
        elif isinstance(fact, Correction):
            self._move(item, fact.was, -1)
            if fact.now is not None:
                self._move(item, fact.now, 1)
        else:
            self._move(item, fact, 1)
        self._new_steps.extend(self._step_rows(item))

    def _move(self, item: Item, body: Any, sign: int) -> None:
        """Put the entries and shares of a body in, or take them back."""
        into = dimensions(body, *self._claims.dimensions(_claim_of(body)))
        payment, claim = getattr(body, "payment", ""), _claim_of(body)
        kind, on = kind_of(body.TOPIC), body.occurred_on.isoformat()
        for side in sides(body):
            self._put(item, body, side._replace(amount_fen=sign * side.amount_fen), sign, into, payment, claim)
        if claim:
            charging = self._claims.charging(claim)
            for side in met(body, charging.of(body.line)):
                self._put(
                    item,
                    body,
                    side._replace(amount_fen=sign * side.amount_fen),
                    sign,
                    charging.dimensions,
                    payment,
                    claim,
                )
        for place, one in enumerate(shares(body), self._share_place(item)):
            self._paid_claims.add(claim)
            amount = sign * one.amount_fen
            row: Row = (one.person, item.recorded_at, item.position, place, on, body.line, body.payer, kind)
            row += (payment, getattr(body, "advance", ""), claim, into.training_class, into.purpose, amount)
            self._new_shares.append(row)
            paid = self._claim_lines.setdefault((body.line, claim), [item.position, item.recorded_at, 0])
            paid[2] += amount

    def _share_place(self, item: Item) -> int:
        """Shares of a correction's new body go on where those of the old one end."""
        last = self._new_shares[-1] if self._new_shares else None
        return last[3] + 1 if last is not None and last[2] == item.position else 0

    def _put(self, item: Item, body: Any, side: Side, sign: int, into: Dimensions, payment: str, claim: str) -> None:
        """One row among the entries; a holder's side is summed by day and month too."""
        kind, on = kind_of(body.TOPIC), body.occurred_on.isoformat()
        corrects = item.fact.corrects if isinstance(item.fact, Correction) else None
        row: Row = (
            side.line,
            item.recorded_at,
            item.position,
            self._place,
            on,
            corrects,
            kind,
            side.book,
            side.account,
        )
        row += (side.counter_account, side.holder, side.party, side.counter, side.amount_fen, int(sign < 0))
        row += (*into, payment, claim)
        self._new_entries.append(row)
        self._place += 1
        if side.party in (OWN, ADVANCE, CLAIMS_BOOK):
            incoming = side.amount_fen * sign > 0
            amounts = (side.amount_fen, 0, sign) if incoming else (0, -side.amount_fen, sign)
            self._sum(side, kind, into, item.recorded_at, on, amounts)

    def _sum(
        self, side: Side, kind: str, into: Dimensions, recorded_at: int, on: str, amounts: tuple[int, int, int]
    ) -> None:
        recorded_on = date.fromordinal(recorded_ordinal(recorded_at)).isoformat()
        flow = (side.holder, side.party, side.counter, side.book, kind)
        key: Row = (side.line, recorded_on, on, *flow, *into)
        if side.party == CLAIMS_BOOK:
            sums = [self._committed_sums.setdefault(key, [0, 0, 0])]
        else:
            by_month = (side.line, *flow, month_of(recorded_on), month_of(on))
            sums = [self._day_sums.setdefault(key, [0, 0, 0]), self._month_sums.setdefault(by_month, [0, 0, 0])]
        for found in sums:
            for place, amount in enumerate(amounts):
                found[place] += amount

    # -- claims -------------------------------------------------------------------------------------------

    def _take_claim(self, item: Item) -> None:
        """What is committed changes by the difference; what was paid for the claim is moved to where it stands now."""
        claims = dict.fromkeys(_claim_of(body) for body in _bodies(item.fact))
        book = self._claims
        before = {one: (book.commitments(one), book.charging(one), book.dimensions(one)) for one in claims}
        book.take(item.fact, item.position)
        for claim, (committed, charging, words) in before.items():
            now, charged = book.commitments(claim), book.charging(claim)
            if (committed, charging) != (now, charged):
                for sign, these, into in ((-1, committed, charging.dimensions), (1, now, charged.dimensions)):
                    for one in these:
                        self._commit(item, claim, sign, one, into)
            if claim not in self._paid_claims:
                continue
            if (changed := book.dimensions(claim)) != words and words != ("", ""):
                self._move_again(item, self._moved.rows(claim, changed, self._new_entries), PLACES_OF_WORDS)
            if charging != charged:
                self._move_again(item, self._moved.charged_again(claim, charged, self._new_entries), PLACES_OF_CHARGES)

    def _commit(self, item: Item, claim: str, sign: int, one: Commitment, into: Dimensions) -> None:
        county = county_of_claim(ClaimId(claim))
        side = Side(one.line, CLAIMS_BOOK, f"claim:{claim}", "", county, CLAIMS_BOOK, "", sign * one.amount_fen)
        corrects = item.fact.corrects if isinstance(item.fact, Correction) else None
        on = one.on.isoformat()
        row: Row = (one.line, item.recorded_at, item.position, self._place, on, corrects, APPROVED, CLAIMS_BOOK)
        row += (side.account, "", side.holder, side.party, "", side.amount_fen, int(sign < 0), *into, "", claim)
        self._new_entries.append(row)
        self._place += 1
        self._sum(side, APPROVED, into, item.recorded_at, on, (side.amount_fen, 0, sign))
        if one.line:  # a step of the line, though nothing is paid yet
            self._claim_lines.setdefault((one.line, claim), [item.position, item.recorded_at, 0])

    def _move_again(self, item: Item, rows: Iterable[tuple[EntryRow, int]], first: int) -> None:
        """Put in entries that stand elsewhere from now on, and those that take them back where they stood."""
        places: dict[str, int] = {}
        for row, sign in list(rows):
            place = places[row.side.line] = places.get(row.side.line, -1) + 1
            self._new_entries.append(row.entry(item.recorded_at, item.position, first + place, sign))
            if row.side.party in (OWN, ADVANCE, CLAIMS_BOOK):
                self._sum(row.side, row.kind, row.into, item.recorded_at, row.on, row.amounts(sign))

    # -- steps --------------------------------------------------------------------------------------------

    def _step_rows(self, item: Item) -> Iterator[Row]:
        """The fact's row among the steps of each of its lines; a line that a correction leaves gets a void one."""
        fact: Any = item.fact
        bodies = _bodies(fact)
        standing = None if isinstance(fact, Correction) and fact.now is None else bodies[-1]
        lines: dict[str, Any] = dict.fromkeys(lines_of(standing), standing) if standing is not None else {}
        for line in lines_of(bodies[0]):
            lines.setdefault(line, None)
        for line, body in (lines or {"": standing}).items():
            yield self._step_row(item, line, body, bodies[0])

    def _step_row(self, item: Item, line: str, body: Any, old: Any) -> Row:
        fact: Any = item.fact
        outer, told = outer_of(item.leaf), body if body is not None else old
        by, claim = outer.recorded_by, _claim_of(told)
        correction = isinstance(fact, Correction)
        region, payer, receiver, institution, person, training_class, _, *rest = body_columns(told)
        own, purpose = institution, getattr(told, "purpose", "")
        if claim:
            purpose, own = self._claims.dimensions(claim)
        due_on = getattr(told, "due_on", None)
        return (
            line,
            item.position,
            item.recorded_at,
            told.occurred_on.isoformat(),
            recorded_ordinal(item.recorded_at) - fact.occurred_on.toordinal(),
            fact.TOPIC,
            kind_of(told.TOPIC),
            fact.corrects if correction else None,
            int(body is None),
            None,
            by.officer if by is not None else "",
            by.role if by is not None else "",
            approver_of(fact),
            paper_of(told, outer.paper.number if outer.paper is not None else None),
            0 if body is None else amount_on(told, line),
            region or claim[6:12],
            payer,
            receiver,
            institution or own,
            person,
            training_class,
            claim,
            purpose,
            *rest,
            due_on.isoformat() if due_on is not None else None,
            (fact.reason if correction else getattr(told, "why", "")) or outer.reason or "",
        )

    def _write_replaced(self, connection: Connection) -> None:
        """Say when a correction took the place of what stood."""
        if not self._replaced:
            return
        c = self.tables.steps.c
        statement = (
            update(self.tables.steps)
            .where(or_(c.position == bindparam("root"), c.corrects == bindparam("root")))
            .where(c.position < bindparam("by"), c.replaced_at.is_(None))
            .values(replaced_at=bindparam("at"))
        )
        names = ("by", "root", "at")
        connection.execute(statement, [dict(zip(names, one, strict=True)) for one in self._replaced])

    def _clear(self) -> None:
        self._new_steps: list[Row] = []
        self._new_entries: list[Row] = []
        self._new_shares: list[Row] = []
        self._day_sums: dict[Row, list[int]] = {}
        self._month_sums: dict[Row, list[int]] = {}
        self._committed_sums: dict[Row, list[int]] = {}
        self._claim_lines: dict[tuple[str, str], list[int]] = {}
        self._replaced: list[tuple[int, int, int]] = []
        self._paid_claims: set[str] = set()  # those of this page for which something was ever paid


def _bodies(fact: Any) -> list[Any]:
    """The fact, or the old and the new body of a correction."""
    if isinstance(fact, Correction):
        return [body for body in (fact.was, fact.now) if body is not None]
    return [fact]


def _claim_of(body: Any) -> str:
    claim: str = getattr(body, "claim", None) or ""
    return claim
