"""The facts behind a figure of performance, page by page: of its part, and of the whole it is a share of."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.responses import Response

from taizhang.adapters.visibility import Eyes
from taizhang.domain.envelope import Recorded, opened
from taizhang.domain.log import LogReader
from taizhang.http.people import masked
from taizhang.http.performance_scope import (
    OPENS_PERFORMANCE,
    asked,
    asked_card,
    performance_page,
)
from taizhang.http.visit import Visit, door
from taizhang.projections.measures import PERSONS
from taizhang.projections.performance.asked import Inputs, Question
from taizhang.projections.performance.behind import behind
from taizhang.projections.performance.groups import inputs_of, row_of


class Line(NamedTuple):
    """A fact behind the figure; `is_open`: the officer may see it, and not only that it counts."""

    fact: Recorded
    change: int
    subject: str
    is_open: bool


def figure_facts(visit: Visit) -> Response:
    """The facts of one measure of a row, or of the whole; each with the change it made.

    Raises HTTPException (404) for an unknown measure or input, or a foreign region.
    """
    what, card = asked(visit), asked_card(visit)
    given, log = visit.request.query_params, visit.house.log
    key, name = given.get("row", ""), given.get("input") or card.part
    if name not in (card.part, card.whole) or (what.question.by == "region" and key and not _is_below(visit, key)):
        raise HTTPException(404)
    with log.database.read() as connection:
        found, following = behind(connection, log, what.question, key, name, given.get("after", ""))
        inputs = row_inputs(connection, log, what.question, key)
    facts = {one.position: opened(one.position, one.leaf) for one in log.at(sorted({row.position for row in found}))}
    eyes = Eyes(log, visit.actor)
    rows = [
        Line(facts[one.position], one.change, one.subject, eyes.sees(facts[one.position]))
        for one in found
        if one.position in facts
    ]
    of_persons = name in (PERSONS.name, PERSONS.poor)
    return performance_page(
        visit,
        "performance_facts.html",
        what,
        asked=what,
        measure=card,
        row_key=key,
        value=card.value(inputs),
        inputs={one: inputs.get(one, 0) for one in (card.part, card.whole) if one},
        input=name,
        rows=rows,
        people=masked(visit.house.vault, [one.subject for one in rows if one.subject]) if of_persons else {},
        next=following,
    )


def row_inputs(connection: Connection, log: LogReader, question: Question, key: str) -> Inputs:
    """What the measures of a row are made of; of the whole for no key."""
    if key and question.by not in ("region", "phase", "year"):
        return row_of(connection, log, question, key)
    return inputs_of(connection, question.row(key) if key else question)[0]


def _is_below(visit: Visit, key: str) -> bool:
    """Whether a row's region is the officer's to see."""
    return bool(visit.region(key))


ROUTES = (door("/performance/facts", figure_facts, roles=OPENS_PERFORMANCE),)
