"""Leads of a moment: where they are read from, and what is said while the moment is still being folded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Final

from sqlalchemy import Connection
from starlette.responses import Response

from taizhang.adapters.past import PastFailed, UnderWay
from taizhang.http.api_answering import patience_of
from taizhang.http.api_endpoints import Moment
from taizhang.http.api_problems import ApiProblem
from taizhang.http.ledger_reading import cuts_of
from taizhang.http.visit import Handler, Visit
from taizhang.projections.replay import Cuts
from taizhang.projections.rules.judging import judged_at

PAGE_SECONDS: Final = 1.0  # how long a page waits before it shows how far it is
API_SECONDS: Final = 5.0  # how long a program waits unless it says otherwise
AGAIN_SECONDS: Final = 2  # until the page asks again by itself


@contextmanager
def leads_at(visit: Visit, cuts: Cuts, patience_seconds: float = PAGE_SECONDS) -> Iterator[Connection]:
    """The views in which the rules have judged: the house's own for now, else those of the moment.

    Raises UnderWay, PastFailed.
    """
    past, own = visit.reception.past, visit.house.log.database
    if cuts.none:
        with own.read() as connection:
            yield connection
        return
    moment = past.moment(cuts)
    with own.read() as connection:
        is_now = moment.day is None and moment.position > 0 and judged_at(connection)[0] == moment.position
        if is_now:
            yield connection
            return
    with past.reading(moment, patience_seconds) as connection:
        yield connection


@contextmanager
def leads_here(visit: Visit) -> Iterator[Connection]:
    """The same for the moment that the page's time bar names."""
    with leads_at(visit, cuts_of(visit.bar)) as connection:
        yield connection


@contextmanager
def leads_asked(visit: Visit, at: Moment) -> Iterator[Connection]:
    """The same for a program, in the answer's own transaction where it is about now.

    Raises ApiProblem (409).
    """
    if at.cuts.none:
        yield at.connection
        return
    try:
        with leads_at(visit, at.cuts, patience_of(visit.request, API_SECONDS)) as connection:
            yield connection
    except (UnderWay, PastFailed) as problem:
        raise ApiProblem("past-under-way", zh=problem.zh, en=str(problem)) from None


def patiently(handler: Handler) -> Callable[[Visit], Response]:
    """A page that shows how far its moment is folded until it is there."""

    @wraps(handler)
    def page(visit: Visit) -> Response:
        try:
            return handler(visit)
        except UnderWay as under_way:
            return visit.page("past.html", done=under_way.done, total=under_way.total, problem="", again=AGAIN_SECONDS)
        except PastFailed as failed:
            problem = failed.zh if visit.language == "zh" else str(failed)
            return visit.page("past.html", 409, done=0, total=0, problem=problem, again=0)

    return page
