"""The claims of a region, as known and effective at the cuts: now from their table, then from the facts in the log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import Connection, Select, func, select

from taizhang.domain.core import Correction
from taizhang.domain.envelope import Recorded, opened
from taizhang.domain.log import LogReader
from taizhang.projections.funds.claims import CLAIM_FACTS, ClaimColumns, claim_columns
from taizhang.projections.funds.cuts import NOW, Cuts, known
from taizhang.projections.funds.tables import fund_tables
from taizhang.projections.keyed import Facts
from taizhang.projections.scope import on, stem_of

PAGE: Final = 200  # claims, or facts of one, that are read at a time


class ClaimsOf(NamedTuple):
    """Whose claims: `days` are the first and the last on which a claim was submitted."""

    region: str
    institution: str | None = None
    training_class: str | None = None
    days: tuple[date, date] | None = None


class ClaimPaid(NamedTuple):
    """A claim, and what was paid of it and has stayed paid, in fen."""

    row: ClaimColumns
    paid_fen: int


def claims_of(
    connection: Connection, log: LogReader, of: ClaimsOf, cuts: Cuts = NOW, after: str = ""
) -> Iterator[ClaimPaid]:
    """The claims by their ids, those after `after`; one of which nothing stands at the cuts is left out."""
    c = fund_tables().claims.c
    while True:
        query = select(c.claim).where(c.claim > after, c.county.startswith(stem_of(of.region), autoescape=True))
        found = list(connection.scalars((_narrowed(query, of) if cuts.none else query).order_by(c.claim).limit(PAGE)))
        rows = _now(connection, found) if cuts.none else (claim_then(log, claim, cuts) for claim in found)
        standing = [row for row in rows if row is not None and _fits(row, of)]
        paid = _paid(connection, [row.claim for row in standing], cuts)
        yield from (ClaimPaid(row, paid.get(row.claim, 0)) for row in standing)
        if len(found) < PAGE:
            return
        after = found[-1]


def claim_then(log: LogReader, claim: str, cuts: Cuts) -> ClaimColumns | None:
    """A claim as known and effective at the cuts; None when nothing of it stood."""
    facts = claim_facts(log, claim, cuts)
    return claim_columns(claim, facts) if facts else None


def claim_facts(log: LogReader, claim: str, cuts: Cuts = NOW) -> Facts:
    """The facts about a claim in force at the cuts, by the position of their first version."""
    facts: Facts = {}
    for fact in _recorded(log, f"claim:{claim}", cuts.as_recorded_at):
        one = fact.fact
        if isinstance(one, Correction) and isinstance(one.was, CLAIM_FACTS):
            facts.pop(one.corrects, None)
            if one.now is not None and one.now.claim == claim:
                facts[one.corrects] = one.now
        elif isinstance(one, CLAIM_FACTS):
            facts[fact.position] = one
    day = cuts.as_effective_on
    return {at: facts[at] for at in sorted(facts) if day is None or facts[at].occurred_on <= day}


def _recorded(log: LogReader, tag: str, until: int | None) -> Iterator[Recorded]:
    after = 0
    while page := log.tagged(tag, after, PAGE):
        for one in page:
            if until is not None and one.recorded_at > until:
                return
            yield opened(one.position, one.leaf)
        after = page[-1].position


def _now(connection: Connection, claims: Sequence[str]) -> list[ClaimColumns]:
    table = fund_tables().claims
    columns = [one for one in table.c if one.name != "state"]  # the facts themselves, which nobody is told here
    query = select(*columns).where(table.c.claim.in_(claims), table.c.position > 0).order_by(table.c.claim)
    rows = [[str(one) if isinstance(one, date) else one for one in row] for row in connection.execute(query)]
    return [ClaimColumns._make([*row, ""]) for row in rows]


def _narrowed(query: Select[tuple[str]], of: ClaimsOf) -> Select[tuple[str]]:
    c = fund_tables().claims.c
    for column, value in ((c.institution, of.institution), (c.training_class, of.training_class)):
        if value is not None:
            query = query.where(column == value)
    if of.days is not None:
        since, until = (on(c.submitted_on, one) for one in of.days)
        query = query.where(c.submitted_on >= since, c.submitted_on <= until)
    return query


def _fits(row: ClaimColumns, of: ClaimsOf) -> bool:
    """The same conditions as `_narrowed`, of a row as it stood."""
    if of.days is not None:
        since, until = (one.isoformat() for one in of.days)
        if row.submitted_on is None or not since <= row.submitted_on <= until:
            return False
    return of.institution in (None, row.institution) and of.training_class in (None, row.training_class)


def _paid(connection: Connection, claims: Sequence[str], cuts: Cuts) -> dict[str, int]:
    s = fund_tables().shares.c
    query = select(s.claim, func.sum(s.amount_fen)).where(s.claim.in_(claims), *known(s, cuts)).group_by(s.claim)
    return {claim: int(amount) for claim, amount in connection.execute(query)}
