"""The three-way reconciliation: what was transferred, what was paid, and what the ledger gives, per class and person.

A difference is no accusation: attendance corrected after the payment, a claim not yet reviewed and money under way look
the same. Each row says since when it stands and on which facts it rests.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final, Literal, NamedTuple

from sqlalchemy import Connection, select

from taizhang.domain.core import Correction
from taizhang.domain.envelope import opened
from taizhang.domain.funds.claims import ClaimReviewed, ClaimSubmitted
from taizhang.domain.log import LogReader
from taizhang.projections.database import chunks
from taizhang.projections.funds.ages import Age, ages
from taizhang.projections.funds.cuts import NOW, Cuts, UseScope, in_force, known
from taizhang.projections.funds.entitled import ClassEntitled, entitled_now, entitled_then, kept_ids
from taizhang.projections.funds.steps import as_date
from taizhang.projections.funds.tables import fund_tables
from taizhang.projections.funds.use import use
from taizhang.projections.scope import stem_of

UnmatchedKind = Literal["paid-not-entitled", "paid-above-entitled", "claimed-not-entitled", "entitled-not-paid"]
READ_FACTS: Final = 1_000


class Totals(NamedTuple):
    """The three sides, in fen: what came to the region, what reached payees and stayed, what the ledger gives."""

    transferred_fen: int
    paid_fen: int
    entitled_fen: int
    claimed_fen: int
    advances_fen: int

    @property
    def transferred_less_paid_fen(self) -> int:
        return self.transferred_fen - self.paid_fen

    @property
    def paid_less_entitled_fen(self) -> int:
        return self.paid_fen - self.entitled_fen


class ClassLine(NamedTuple):
    """One class; `open_fen` is what its persons are entitled to and were never paid."""

    training_class: str
    county: str
    institution: str
    ended_on: date | None
    persons: int
    entitled_fen: int
    claimed_fen: int
    paid_fen: int  # what the bank sent back is taken off
    recovered_fen: int
    open_fen: int
    unmatched: int


class Unmatched(NamedTuple):
    """One person whose sides differ; `amount_fen` is by how much, `positions` the facts of claim and payment."""

    kind: UnmatchedKind
    training_class: str
    person: str
    purpose: str
    payee_kind: str
    entitled_fen: int
    claimed_fen: int
    paid_fen: int
    recovered_fen: int
    amount_fen: int
    since: date | None
    age_days: int | None
    positions: tuple[int, ...]


class Reconciliation(NamedTuple):
    """Everything of a region, or of one class; `waiting` is the money not yet passed on or paid, by account."""

    totals: Totals
    classes: list[ClassLine]
    persons: list[Unmatched]
    waiting: list[Age]


class _Sides:
    """What was claimed and paid for one person's entitlement."""

    __slots__ = ("back", "claimed", "entitled", "paid", "positions", "since")

    def __init__(self) -> None:
        self.entitled = self.claimed = self.paid = self.back = 0
        self.since: date | None = None
        self.positions: list[int] = []


_Key = tuple[str, str, str]  # person, purpose, payee kind


def reconcile(
    connection: Connection,
    log: LogReader,
    on: date,
    region: str = "620000",
    cuts: Cuts = NOW,
    training_class: str | None = None,
) -> Reconciliation:
    """Set what was transferred, paid and earned side by side, as known and as effective at the cuts."""
    stem = stem_of(region)
    kept = kept_ids(connection)
    sides = _claimed_and_paid(connection, log, stem, cuts, training_class, kept)
    classes: list[ClassLine] = []
    persons: list[Unmatched] = []
    entitled: Iterable[ClassEntitled] = (
        entitled_now(connection, stem, training_class)
        if cuts.none
        else entitled_then(connection, log, stem, cuts, on, training_class)
    )
    for one in entitled:
        line, unmatched = _line(one, sides.pop(one.training_class, {}), on)
        classes.append(line)
        persons += unmatched
    for name, rest in sorted(sides.items()):  # of classes that the ledger does not know at the cut
        line, unmatched = _line(ClassEntitled(name, name[1:7], "", None, []), rest, on)
        classes.append(line)
        persons += unmatched
    scope = UseScope(region, training_class=training_class)
    return Reconciliation(
        _totals(connection, on, scope, cuts, classes), classes, persons, ages(connection, on, UseScope(region), cuts)
    )


def _totals(connection: Connection, on: date, scope: UseScope, cuts: Cuts, classes: list[ClassLine]) -> Totals:
    """The sums; a transfer names no class, so a class has none of its own."""
    figures = [one.figures for one in use(connection, on, scope._replace(training_class=None), (), cuts)]
    alone = scope.training_class is not None
    return Totals(
        transferred_fen=0 if alone else sum(one["received_fen"] or 0 for one in figures),
        paid_fen=sum(one.paid_fen - one.recovered_fen for one in classes),
        entitled_fen=sum(one.entitled_fen for one in classes),
        claimed_fen=sum(one.claimed_fen for one in classes),
        advances_fen=0 if alone else sum(one["advances_fen"] or 0 for one in figures),
    )


def _line(one: ClassEntitled, sides: dict[_Key, _Sides], on: date) -> tuple[ClassLine, list[Unmatched]]:
    for row in one.rows:
        sides.setdefault((row.person, row.purpose, row.payee_kind), _Sides()).entitled += row.amount_fen
    found = [told for key in sorted(sides) if (told := _unmatched(one, key, sides[key], on)) is not None]
    every = sides.values()
    line = ClassLine(
        training_class=one.training_class,
        county=one.county,
        institution=one.institution,
        ended_on=one.ended_on,
        persons=len({row.person for row in one.rows}),
        entitled_fen=sum(side.entitled for side in every),
        claimed_fen=sum(side.claimed for side in every),
        paid_fen=sum(side.paid for side in every),
        recovered_fen=sum(side.back for side in every),
        open_fen=sum(max(0, side.entitled - side.paid) for side in every),
        unmatched=len(found),
    )
    return line, found


def _unmatched(one: ClassEntitled, key: _Key, side: _Sides, on: date) -> Unmatched | None:
    """How the sides differ; None: they agree. What was recovered is settled, and opens nothing again."""
    person, purpose, payee_kind = key
    stayed = side.paid - side.back
    kind: UnmatchedKind
    if stayed > 0 and side.entitled == 0:
        kind, amount, since = "paid-not-entitled", stayed, side.since
    elif stayed > side.entitled:
        kind, amount, since = "paid-above-entitled", stayed - side.entitled, side.since
    elif side.entitled > side.paid:
        kind, amount, since = "entitled-not-paid", side.entitled - side.paid, one.ended_on
    elif side.entitled == 0 and side.claimed > 0 and side.paid == 0:
        kind, amount, since = "claimed-not-entitled", side.claimed, side.since
    else:
        return None
    return Unmatched(
        kind=kind,
        training_class=one.training_class,
        person=person,
        purpose=purpose,
        payee_kind=payee_kind,
        entitled_fen=side.entitled,
        claimed_fen=side.claimed,
        paid_fen=side.paid,
        recovered_fen=side.back,
        amount_fen=amount,
        since=since,
        age_days=(on - since).days if since is not None else None,
        positions=tuple(sorted(side.positions)),
    )


def _claimed_and_paid(
    connection: Connection,
    log: LogReader,
    stem: str,
    cuts: Cuts,
    training_class: str | None,
    kept: Mapping[str, str],
) -> dict[str, dict[_Key, _Sides]]:
    """By class, then person, purpose and payee: what stands claimed, and what was paid."""
    found: dict[str, dict[_Key, _Sides]] = {}
    submitted, reviewed = _claims(connection, log, stem, cuts, training_class)
    for claim, (position, fact) in submitted.items():
        review = reviewed.get(claim)
        if review is not None and not review.approved:
            continue
        out = set(review.left_out) if review is not None else set()
        for one in fact.entitlements:
            if one.person not in out:
                key = (kept.get(one.person, one.person), fact.purpose, fact.payee)
                side = found.setdefault(fact.training_class, {}).setdefault(key, _Sides())
                side.claimed += one.amount_fen
                side.since = side.since or fact.occurred_on
                side.positions.append(position)
    payees = {claim: fact.payee for claim, (_, fact) in submitted.items()}
    for row in _shares(connection, stem, cuts, training_class):
        payee = payees.get(row.claim, "institution")
        key = (kept.get(row.person, row.person), row.purpose, payee)
        side = found.setdefault(row.training_class, {}).setdefault(key, _Sides())
        if row.kind == "recovered":
            side.back -= row.amount_fen
        else:
            side.paid += row.amount_fen
            side.since = as_date(row.effective_on)
        side.positions.append(row.position)
    return found


def _shares(connection: Connection, stem: str, cuts: Cuts, training_class: str | None) -> Iterator[Any]:
    s = fund_tables().shares.c
    names = ("training_class", "person", "claim", "purpose", "kind", "amount_fen", "effective_on", "position")
    mine = s.training_class.startswith(f"c{stem}", autoescape=True)
    if training_class is not None:
        mine = s.training_class == training_class
    query = select(*(s[name] for name in names)).where(mine, *known(s, cuts)).order_by(s.position, s.place)
    yield from connection.execute(query)


def _claims(
    connection: Connection, log: LogReader, stem: str, cuts: Cuts, training_class: str | None
) -> tuple[dict[str, tuple[int, ClaimSubmitted]], dict[str, ClaimReviewed]]:
    """The claims of a region, and their reviews, whose bodies are in force at the cuts."""
    s = fund_tables().steps.c
    mine = s.training_class.startswith(f"c{stem}", autoescape=True)
    if training_class is not None:
        mine = s.training_class == training_class
    kinds = s.line == "", s.kind.in_(("claim-submitted", "claim-reviewed"))
    query = select(s.position).where(mine, *kinds, *in_force(s, cuts)).order_by(s.position)
    submitted: dict[str, tuple[int, ClaimSubmitted]] = {}
    reviewed: dict[str, ClaimReviewed] = {}
    for part in chunks([*connection.scalars(query)], READ_FACTS):
        for stored in log.at(part):
            fact: Any = opened(stored.position, stored.leaf).fact
            body = fact.now if isinstance(fact, Correction) else fact
            if isinstance(body, ClaimSubmitted):
                submitted[body.claim] = stored.position, body
            elif isinstance(body, ClaimReviewed):
                reviewed[body.claim] = body
    return submitted, reviewed
