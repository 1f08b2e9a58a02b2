"""A line told again: step by step with every balance before and after."""

from __future__ import annotations

from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, func, select
from starlette.responses import Response

from taizhang.adapters.moments import microseconds
from taizhang.domain.officers import BUSINESS
from taizhang.http.errors import NoAnswer
from taizhang.http.fact_pages import cursor
from taizhang.http.funds_pages import flow_figure
from taizhang.http.funds_scope import (
    asked_line,
    cuts,
    money_page,
    require_role,
    sees_holder,
    steps_in_scope,
)
from taizhang.http.places import names_of
from taizhang.http.rendering import link
from taizhang.http.visit import Visit, door
from taizhang.projections.funds.cuts import Cuts, known
from taizhang.projections.funds.rows import OWN
from taizhang.projections.funds.statement import statement
from taizhang.projections.funds.steps import Step, of_line, steps
from taizhang.projections.funds.tables import fund_tables

AROUND: Final = 6  # steps listed before and after the one that is shown
SECONDS: Final = (2, 4, 8)  # how long a step stands while the replay plays


class Place(NamedTuple):
    """Where a step stands among those the officer sees: positions of first, last and neighbours."""

    number: int
    of: int
    first: int
    last: int
    before: int | None
    after: int | None


class AccountThen(NamedTuple):
    """One account after the step, and by how much the step moved it, in fen."""

    holder: str
    book: str
    change_fen: int
    balance_fen: int


def replay(visit: Visit) -> Response:
    """One step of a line with the balances it moved; forward, back, first, last, to a day or a position, or by itself.

    Raises HTTPException (404) for a foreign line.
    """
    require_role(visit)
    given = visit.request.query_params
    with visit.house.log.database.read() as connection:
        line = asked_line(visit, connection)
        asked = _asked_step(visit, connection, line.line)
        if asked is None:
            return money_page(visit, "fund_replay.html", line=line, step=None)
        place = _place(visit, connection, line.line, asked)
        [step] = steps(connection, line.line, asked, asked, cuts(visit))
        then = _after(connection, visit, line.line, step)
        around = _around(visit, connection, line.line, asked)
        told = statement(connection, line.line, Cuts(step.recorded_at, visit.bar.effective_on))
    seconds = next((one for one in SECONDS if str(one) == given.get("play")), 0)
    names_of(visit, [one.holder[:6] for one in then])
    return money_page(
        visit,
        "fund_replay.html",
        line=line,
        step=step,
        place=place,
        moves=[one for one in step.moves if _seen_move(visit, step, one.account)],
        accounts=then,
        around=around,
        opens=step.kind != "line-opened" or sees_holder(visit, line.region),
        plays=seconds if place.after is not None else 0,
        speeds=SECONDS,
        picture=flow_figure(visit, line, told),
        step_link=lambda position, **more: link(
            f"/funds/{line.line}/replay", visit.bar.query, at=position, **({"play": seconds or ""} | more)
        ),
    )


def _asked_step(visit: Visit, connection: Connection, line: str) -> int | None:
    """The position to show: the one asked for or the next visible after it; the first on or after a day; the first.

    Raises NoAnswer (400) for a day that is none.
    """
    given = visit.request.query_params
    at, day = cursor(given.get("at", "")) or 0, given.get("day", "").strip()
    s = fund_tables().steps.c
    every = _every(visit, line)
    if day and not at:
        try:
            since = microseconds(f"{date.fromisoformat(day)}T00:00:00")
        except ValueError:
            raise NoAnswer(400, "errors.time_unreadable") from None
        every = _every(visit, line, s.recorded_at >= since)
    first = connection.scalar(select(func.min(every.c.position)).where(every.c.position >= at))
    return first if first is not None else connection.scalar(select(func.max(_every(visit, line).c.position)))


def _every(visit: Visit, line: str, *more: Any) -> Any:
    """The steps of the line that the officer sees at the bar's moments."""
    s, at = fund_tables().steps.c, cuts(visit)
    return of_line(line, *known(s, at), *steps_in_scope(visit, s), *more, cuts=at).subquery()


def _place(visit: Visit, connection: Connection, line: str, at: int) -> Place:
    p = _every(visit, line).c.position
    first, last, many = connection.execute(select(func.min(p), func.max(p), func.count())).one()
    number = connection.scalar(select(func.count()).where(p <= at))
    before = connection.scalar(select(func.max(p)).where(p < at))
    after = connection.scalar(select(func.min(p)).where(p > at))
    return Place(int(number or 0), int(many), first, last, before, after)


def _around(visit: Visit, connection: Connection, line: str, at: int) -> list[Any]:
    """The steps just before and after, for the list beside."""
    every = _every(visit, line)
    p = every.c.position
    earlier = connection.execute(select(every).where(p <= at).order_by(p.desc()).limit(AROUND + 1)).all()
    later = connection.execute(select(every).where(p > at).order_by(p).limit(AROUND)).all()
    return [*reversed(earlier), *later]


def _after(connection: Connection, visit: Visit, line: str, step: Step) -> list[AccountThen]:
    """Every account of the officer's region after the step; what the same moment recorded after it is left out."""
    effective = visit.bar.effective_on
    told = statement(connection, line, Cuts(step.recorded_at, effective))
    e = fund_tables().entries.c
    same = e.line == line, e.recorded_at == step.recorded_at, e.position > step.position, e.party == OWN
    query = select(e.holder, e.book, func.sum(e.amount_fen)).where(*same, *known(e, Cuts(None, effective)))
    later = {
        (holder, book): int(amount) for holder, book, amount in connection.execute(query.group_by(e.holder, e.book))
    }
    changes = {(one.account, one.book): one.change_fen for one in step.moves}
    return [
        AccountThen(
            one.holder,
            one.book,
            changes.get((one.holder, one.book), 0),
            one.balance_fen - later.get((one.holder, one.book), 0),
        )
        for one in told.accounts()
        if one.account == OWN and sees_holder(visit, one.holder)
    ]


def _seen_move(visit: Visit, step: Step, account: str) -> bool:
    """Holders of the region; payees and advances where such a holder moved, too."""
    if account[:1].isdigit():
        return sees_holder(visit, account)
    return any(sees_holder(visit, one.account) for one in step.moves)


ROUTES = (door("/funds/{line}/replay", replay, roles=BUSINESS),)
