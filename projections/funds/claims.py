"""Claims as the view of funds keeps them: the facts in force about each, its row, and what its approval commits to pay."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Table, select

from taizhang.domain.core import Correction, Fact
from taizhang.domain.envelope import body_of
from taizhang.domain.funds.claims import ClaimReviewed, ClaimSubmitted, NoticeEnded, NoticePosted
from taizhang.projections.database import RowWriter, chunks
from taizhang.projections.funds.rows import Dimensions
from taizhang.projections.keyed import Facts, latest, text_day

CLAIM_FACTS: tuple[type[Fact], ...] = (ClaimSubmitted, ClaimReviewed, NoticePosted, NoticeEnded)
NO_LINE = ""  # where a commitment stands that is charged to no line
REMEMBERED = 20_000  # claims kept in memory from page to page


class Commitment(NamedTuple):
    """What an approved claim commits a line to pay: since when and how much; line "": nobody has said which."""

    line: str
    on: date
    amount_fen: int


class Charging(NamedTuple):
    """Where the commitments of a claim stand: for what, and on which lines in their order."""

    dimensions: Dimensions
    lines: tuple[str, ...] = ()

    def of(self, paid_by: str) -> str:
        """The line whose commitment a payment meets: the paying one if it is charged, else the first that is."""
        return paid_by if paid_by in self.lines else next(iter(self.lines), NO_LINE)


class ClaimColumns(NamedTuple):
    """A claim in the columns of its table, in their order; days as text."""

    claim: str
    county: str
    training_class: str
    institution: str
    purpose: str
    payee_kind: str
    persons: int
    amount_fen: int
    persons_left_out: int
    approved_fen: int | None
    submitted_on: str | None
    prepared_by: str
    reviewed_on: str | None
    reviewed_by: str
    posted_on: str | None
    ended_on: str | None
    objections: int | None
    document: str
    position: int
    state: str


class _Stored(msgspec.Struct, array_like=True):
    position: int
    type: str
    body: msgspec.Raw


_decode = msgspec.json.Decoder(list[_Stored]).decode
_encode = msgspec.json.Encoder().encode


class ClaimBook:
    """The claims that a page is about, and those that changed."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._writer = RowWriter(table)
        self._facts: dict[str, Facts] = {}
        self._changed: set[str] = set()

    def load(self, claims: Iterable[str], connection: Connection) -> None:
        """Have these claims at hand."""
        c = self._table.c
        for part in chunks(sorted(set(claims) - self._facts.keys())):
            for claim, blob in connection.execute(select(c.claim, c.state).where(c.claim.in_(part))):
                self._facts[claim] = {one.position: body_of(one.type, one.body) for one in _decode(blob.encode())}
            for claim in part:
                self._facts.setdefault(claim, {})

    def take(self, fact: Any, position: int) -> None:
        """Take in a fact about a claim, or a correction of one."""
        if isinstance(fact, Correction):
            self._of(fact.was).pop(fact.corrects, None)
            if fact.now is not None:
                self._of(fact.now)[fact.corrects] = fact.now
        else:
            self._of(fact)[position] = fact

    def dimensions(self, claim: str | None) -> tuple[str, str]:
        """Purpose and institution of a claim; empty without one."""
        submitted = latest(self._facts.get(claim, {}), ClaimSubmitted) if claim else None
        return (submitted.purpose, submitted.institution) if submitted is not None else ("", "")

    def commitments(self, claim: str) -> list[Commitment]:
        """What the claim commits each line to pay as it stands; together they are what is approved.

        What the review charges beyond that is nothing, and what it leaves uncharged stands on no line.
        """
        facts = self._facts.get(claim, {})
        reviewed, left = latest(facts, ClaimReviewed), approved_fen(facts) or 0
        found = []
        for charge in reviewed.charged if reviewed is not None else ():
            found.append(Commitment(charge.line, reviewed.occurred_on, min(charge.amount_fen, left)))
            left -= found[-1].amount_fen
        if left:
            found.append(Commitment(NO_LINE, reviewed.occurred_on, left))
        return [one for one in found if one.amount_fen]

    def charging(self, claim: str) -> Charging:
        """Where what is committed and paid for the claim stands."""
        submitted = latest(self._facts.get(claim, {}), ClaimSubmitted)
        into = Dimensions()
        if submitted is not None:
            into = Dimensions(submitted.purpose, submitted.institution, submitted.training_class)
        return Charging(into, tuple(dict.fromkeys(one.line for one in self.commitments(claim))))

    def write(self, connection: Connection) -> None:
        self._writer.put(connection, [self._row(claim) for claim in sorted(self._changed)])
        self._changed = set()
        if len(self._facts) > REMEMBERED:
            self.forget()

    def forget(self) -> None:
        self._facts, self._changed = {}, set()

    def _of(self, fact: Any) -> Facts:
        self._changed.add(fact.claim)
        return self._facts.setdefault(fact.claim, {})

    def _row(self, claim: str) -> ClaimColumns:
        return claim_columns(claim, dict(sorted(self._facts[claim].items())))


def claim_columns(claim: str, facts: Facts) -> ClaimColumns:
    """What these facts say of a claim."""
    submitted, reviewed = latest(facts, ClaimSubmitted), latest(facts, ClaimReviewed)
    posted, ended = latest(facts, NoticePosted), latest(facts, NoticeEnded)
    either: Any = submitted or next(iter(facts.values()), None)
    return ClaimColumns(
        claim=claim,
        county=claim[6:12],
        training_class=either.training_class if either else "",
        institution=submitted.institution if submitted else "",
        purpose=submitted.purpose if submitted else "",
        payee_kind=submitted.payee if submitted else "",
        persons=len(submitted.entitlements) if submitted else 0,
        amount_fen=submitted.amount_fen if submitted else 0,
        persons_left_out=len(reviewed.left_out) if reviewed else 0,
        approved_fen=approved_fen(facts),
        submitted_on=text_day(submitted),
        prepared_by=submitted.prepared_by if submitted else "",
        reviewed_on=text_day(reviewed),
        reviewed_by=reviewed.reviewed_by if reviewed else "",
        posted_on=text_day(posted),
        ended_on=text_day(ended),
        objections=ended.objections if ended else None,
        document=submitted.document if submitted else "",
        position=min(facts, default=0),
        state=_encode([(position, fact.TOPIC, fact) for position, fact in facts.items()]).decode(),
    )


def approved_fen(facts: Facts) -> int | None:
    """How much of a claim may be paid, in fen: without those left out, nothing when refused; None: not reviewed."""
    submitted, reviewed = latest(facts, ClaimSubmitted), latest(facts, ClaimReviewed)
    if submitted is None or reviewed is None:
        return None
    if not reviewed.approved:
        return 0
    out = set(reviewed.left_out)
    approved: int = sum(one.amount_fen for one in submitted.entitlements if one.person not in out)
    return approved
