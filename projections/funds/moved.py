"""What was paid for a claim that is corrected later: its entries move to the new purpose, institution and lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from taizhang.projections.database import chunks
from taizhang.projections.funds.claims import Charging
from taizhang.projections.funds.rows import CLAIMS_BOOK, Dimensions, Side
from taizhang.projections.funds.tables import FundTables

APPROVED = "claim-reviewed"  # the kind of the entries that a claim's approval makes


class EntryRow(NamedTuple):
    """A row among the entries, whatever its recording."""

    side: Side
    kind: str
    into: Dimensions
    on: str
    payment: str
    claim: str

    def entry(self, recorded_at: int, position: int, place: int, sign: int) -> tuple[Any, ...]:
        """The row for the table, recorded by a correction of the claim; `sign` -1 takes back."""
        side = self.side
        return (
            *(side.line, recorded_at, position, place, self.on, None, self.kind, side.book, side.account),
            *(side.counter_account, side.holder, side.party, side.counter, side.amount_fen, int(sign < 0)),
            *(*self.into, self.payment, self.claim),
        )

    def amounts(self, sign: int) -> tuple[int, int, int]:
        """What it adds to in, out and entries; `sign` -1 takes back."""
        amount = self.side.amount_fen
        return (amount, 0, sign) if amount * sign > 0 else (0, -amount, sign)


class MovedAgain:
    """Finds what stands for a claim among the stored entries and those not written yet."""

    def __init__(self, tables: FundTables, connection: Connection) -> None:
        self._tables, self._connection = tables, connection

    def paid(self, claims: Iterable[str]) -> set[str]:
        """Those of these claims for which something was ever paid, as far as it is stored."""
        s = self._tables.shares.c
        return {
            claim
            for part in chunks(sorted(claims))
            for claim in self._connection.scalars(select(s.claim).where(s.claim.in_(part)).distinct())
        }

    def rows(
        self, claim: str, words: tuple[str, str], pending: Sequence[tuple[Any, ...]]
    ) -> Iterator[tuple[EntryRow, int]]:
        """The claim's entries taken back (-1), and the same under other words (purpose, institution; +1)."""
        for key, amount in self._sums(claim, pending):
            if key.side.party != CLAIMS_BOOK:
                own = "person:" not in (key.side.account[:7], key.side.counter_account[:7])
                institution = key.into.institution if own else words[1]  # a payment to an institution names its own
                yield from _moved(key, amount, key.side, key.into._replace(purpose=words[0], institution=institution))

    def charged_again(
        self, claim: str, charging: Charging, pending: Sequence[tuple[Any, ...]]
    ) -> Iterator[tuple[EntryRow, int]]:
        """What payments met of the claim's commitments, taken back (-1), and met again where they stand now (+1)."""
        for key, amount in self._sums(claim, pending):
            if key.side.party == CLAIMS_BOOK and key.kind != APPROVED:
                side = key.side._replace(line=charging.of(key.side.counter))
                yield from _moved(key, amount, side, charging.dimensions)

    def _sums(self, claim: str, pending: Sequence[tuple[Any, ...]]) -> Iterator[tuple[EntryRow, int]]:
        """The claim's entries without their sums, each with what stands of it."""
        e, s = self._tables.entries.c, self._tables.steps.c
        mine = select(s.position).where(s.claim == claim)
        stored = self._connection.execute(select(self._tables.entries).where(e.position.in_(mine), e.claim == claim))
        place = [column.name for column in self._tables.entries.columns].index("claim")
        sums: dict[EntryRow, int] = {}
        for row in [*map(tuple, stored), *(row for row in pending if row[place] == claim)]:
            read = _read(row)
            key = read._replace(side=read.side._replace(amount_fen=0))
            sums[key] = sums.get(key, 0) + read.side.amount_fen
        return ((key, amount) for key, amount in sums.items() if amount)


def _moved(key: EntryRow, amount: int, side: Side, into: Dimensions) -> Iterator[tuple[EntryRow, int]]:
    yield key._replace(side=key.side._replace(amount_fen=-amount)), -1
    yield key._replace(side=side._replace(amount_fen=amount), into=into), 1


def _read(row: tuple[Any, ...]) -> EntryRow:
    line, _, _, _, on, _, kind, book, account, counter_account, holder, party, counter, amount, _, *rest = row
    side = Side(line, book, account, counter_account, holder, party, counter, amount)
    purpose, institution, training_class, payment, claim = rest
    return EntryRow(side, kind, Dimensions(purpose, institution, training_class), str(on), payment, claim)
