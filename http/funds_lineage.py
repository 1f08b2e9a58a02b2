"""From a line to classes and trainees and back: which fen of which line paid for whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, func, select
from starlette.exceptions import HTTPException
from starlette.responses import Response

from taizhang.domain.decisions import within
from taizhang.domain.officers import BUSINESS
from taizhang.http.fact_pages import cursor
from taizhang.http.funds_picture import LAYERS, layer_of
from taizhang.http.funds_scope import (
    SEES_CLAIMS,
    asked_line,
    cuts,
    money_page,
    require_role,
    yuan,
)
from taizhang.http.ledger_reading import cuts_of
from taizhang.http.names import class_names
from taizhang.http.people import masked
from taizhang.http.scope import require_within
from taizhang.http.visit import Visit, door
from taizhang.projections.funds.cuts import known
from taizhang.projections.funds.lineage import ShareRow, shares_of_line
from taizhang.projections.funds.statement import Statement, statement
from taizhang.projections.funds.tables import fund_tables
from taizhang.projections.scope import stem_of

SHARES_PAGE: Final = 300


class ClassSum(NamedTuple):
    """What a line paid for a class, in fen, and for how many persons."""

    training_class: str
    purpose: str
    claim: str
    persons: int
    amount_fen: int


class LineSum(NamedTuple):
    """What a class got from one line for one purpose, in fen, and for how many persons."""

    line: str
    purpose: str
    claim: str
    persons: int
    amount_fen: int


class MoneyRow(NamedTuple):
    """A share on the page of a class or a person, with where it leads."""

    share: ShareRow
    amount: str


def lineage(visit: Visit) -> Response:
    """Where a line's money went: the classes, and of one class every person with the payment's fact.

    Raises HTTPException (404) for a foreign line or class.
    """
    require_role(visit)
    wanted = visit.request.query_params.get("class", "")
    if wanted:
        require_within(wanted[1:7] if wanted.startswith("c") else None, visit.scope)
    with visit.house.log.database.read() as connection:
        line = asked_line(visit, connection)
        shares: list[ShareRow] = []
        if wanted:
            shares = shares_of_line(
                connection, line.line, cuts(visit), wanted, after=_after(visit), limit=SHARES_PAGE + 1
            )
        told = statement(connection, line.line, cuts(visit))
        sums = _sums(connection, visit, line.line, wanted)
    class_names(visit, [one.training_class for one in sums])
    page = shares[:SHARES_PAGE]
    payer = page[0].holder if page else ""
    last = page[-1] if len(shares) > SHARES_PAGE else None
    return money_page(
        visit,
        "fund_lineage.html",
        line=line,
        wanted=wanted,
        sums=sums,
        shares=page,
        way=way_down(told, payer) if payer else [],
        payer=payer,
        people=masked(visit.house.vault, [one.person for one in page]),
        next=f"{last.position}|{last.person}|{last.place}" if last is not None else "",
    )


def way_down(told: Statement, payer: str) -> list[str]:
    """The accounts through which most of a payer's cash came down to it, the source first; what went back up is no way."""
    way = [payer]
    while True:
        here = LAYERS.index(layer_of(way[0]))
        into = [
            one
            for one in told.between()
            if (one.taker, one.book) == (way[0], "cash") and LAYERS.index(layer_of(one.giver)) < here
        ]
        if not into:
            return way
        way.insert(0, max(into, key=lambda one: (one.amount_fen, one.giver)).giver)


def _after(visit: Visit) -> tuple[int, str, int] | None:
    """Raises HTTPException (400)."""
    parts = visit.request.query_params.get("after", "").split("|")
    if parts == [""]:
        return None
    if len(parts) != len(("position", "person", "place")):
        raise HTTPException(400)
    return cursor(parts[0]) or 0, parts[1], cursor(parts[2]) or 0


def _sums(connection: Connection, visit: Visit, line: str, wanted: str) -> list[ClassSum]:
    s = fund_tables().shares.c
    by = (s.training_class, s.purpose, s.claim)
    where = [s.line == line, s.training_class.startswith(f"c{stem_of(visit.scope)}", autoescape=True)]
    if wanted:
        where.append(s.training_class == wanted)
    query = select(*by, func.count(s.person.distinct()), func.sum(s.amount_fen)).where(*where, *known(s, cuts(visit)))
    rows = connection.execute(query.group_by(*by).order_by(*by))
    return [ClassSum(row[0], row[1], row[2], int(row[3]), int(row[4])) for row in rows]


def money_of_person(visit: Visit, persons: Sequence[str]) -> list[MoneyRow]:
    """Which lines paid for a person, as far as the officer sees it; nothing for a role without business with money."""
    return _money(visit, fund_tables().shares.c.person.in_(list(persons)))


def money_of_class(visit: Visit, training_class: str) -> list[LineSum]:
    """Which lines paid for a class, and how much; nothing for a role without business with money."""
    if visit.actor.role not in SEES_CLAIMS:
        return []
    s = fund_tables().shares.c
    by = (s.line, s.purpose, s.claim)
    query = select(*by, func.count(s.person.distinct()), func.sum(s.amount_fen)).where(
        s.training_class == training_class, *known(s, cuts_of(visit.bar)), *_own(visit, s)
    )
    with visit.house.log.database.read() as connection:
        return [
            LineSum(row[0], row[1], row[2], int(row[3]), int(row[4]))
            for row in connection.execute(query.group_by(*by).order_by(*by))
        ]


def _money(visit: Visit, *where: Any) -> list[MoneyRow]:
    if visit.actor.role not in SEES_CLAIMS:
        return []
    s = fund_tables().shares.c
    query = select(*(s[name] for name in ShareRow._fields)).where(
        *where, *known(s, cuts_of(visit.bar)), *_own(visit, s)
    )
    with visit.house.log.database.read() as connection:
        found = [ShareRow(*row) for row in connection.execute(query.order_by(s.position, s.place))]
    return [MoneyRow(one, yuan(one.amount_fen)) for one in found if within(one.training_class[1:7], visit.scope)]


def _own(visit: Visit, s: Any) -> list[Any]:
    """An institution sees what its own classes were paid."""
    if visit.actor.role != "institution":
        return []
    c = fund_tables().claims.c
    return [s.claim.in_(select(c.claim).where(c.institution == visit.actor.organisation))]


ROUTES = (door("/funds/{line}/lineage", lineage, roles=BUSINESS),)
