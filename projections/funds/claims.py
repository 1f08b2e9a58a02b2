"""Claims as the view of funds keeps them: the facts in force about each, its row, and what its approval commits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Table, select

from taizhang.domain.core import Correction, Fact
from taizhang.domain.envelope import body_of
from taizhang.domain.funds.claims import ClaimReviewed, ClaimSubmitted, NoticeEnded, NoticePosted, county_of_claim
from taizhang.projections.database import RowWriter, chunks
from taizhang.projections.funds.rows import Dimensions
from taizhang.projections.keyed import Facts, latest, text_day

CLAIM_FACTS: tuple[type[Fact], ...] = (ClaimSubmitted, ClaimReviewed, NoticePosted, NoticeEnded)
REMEMBERED = 20_000  # claims kept in memory from page to page


class Commitment(NamedTuple):
    """What an approved claim commits: since when, in which county, for what, how much."""

    on: date
    county: str
    dimensions: Dimensions
    amount_fen: int


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

    def commitment(self, claim: str) -> Commitment | None:
        """What the claim commits as it stands; None: it is not approved."""
        facts = self._facts.get(claim, {})
        submitted, reviewed = latest(facts, ClaimSubmitted), latest(facts, ClaimReviewed)
        if submitted is None or reviewed is None or not reviewed.approved:
            return None
        into = Dimensions(submitted.purpose, submitted.institution, submitted.training_class)
        return Commitment(reviewed.occurred_on, county_of_claim(submitted.claim), into, approved_fen(facts) or 0)

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

    def _row(self, claim: str) -> tuple[Any, ...]:
        facts = dict(sorted(self._facts[claim].items()))
        submitted, reviewed = latest(facts, ClaimSubmitted), latest(facts, ClaimReviewed)
        posted, ended = latest(facts, NoticePosted), latest(facts, NoticeEnded)
        either: Any = submitted or next(iter(facts.values()), None)
        state = _encode([(position, fact.TOPIC, fact) for position, fact in facts.items()]).decode()
        return (
            claim,
            claim[6:12],
            either.training_class if either else "",
            submitted.institution if submitted else "",
            submitted.purpose if submitted else "",
            submitted.payee if submitted else "",
            len(submitted.entitlements) if submitted else 0,
            submitted.amount_fen if submitted else 0,
            len(reviewed.left_out) if reviewed else 0,
            approved_fen(facts),
            text_day(submitted),
            submitted.prepared_by if submitted else "",
            text_day(reviewed),
            reviewed.reviewed_by if reviewed else "",
            text_day(posted),
            text_day(ended),
            ended.objections if ended else None,
            submitted.document if submitted else "",
            min(facts, default=0),
            state,
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
