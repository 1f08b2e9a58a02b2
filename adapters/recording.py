"""`taizhang record`: commands of other systems, one JSON object a line, in batches; one result a line comes back.

A command's own id makes it exactly once: running the same file again, after a crash or on purpose, gives the same
results and records nothing twice. So it is resumed by being run again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from taizhang.adapters.desk import Desk
from taizhang.adapters.documents import NotJson, document
from taizhang.adapters.house import House
from taizhang.adapters.log.log import CommandReused
from taizhang.adapters.orders import Answer, Attempt, Order
from taizhang.adapters.proposing import proposed
from taizhang.adapters.requests import CORRECT, Request, RequestUnusable, parsed
from taizhang.adapters.shapes import FieldProblem, field_problem
from taizhang.domain.core import Actor
from taizhang.domain.decisions import Proposal
from taizhang.domain.envelope import Source
from taizhang.domain.funds.notices import PostNotice

BATCH = 1000
SOURCE = Source(way="record")
LOOKED_UP = (CORRECT, PostNotice.COMMAND)  # what is in the log is asked before these go on: the lines before them first


class Result(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one line: `recorded`, `unchanged`, `refused`, or `unusable`; `errors` names every badly shaped field."""

    line: int
    id: str | None
    outcome: str
    position: int | None = None
    rule: str | None = None
    zh: str | None = None
    en: str | None = None
    errors: tuple[FieldProblem, ...] = ()  # of an unusable one: every field at fault


def record_lines(house: House, by: Actor, lines: Iterable[bytes | str]) -> Iterator[Result]:
    """Record every line, in order; a line that cannot be used or is refused stops nobody else.

    Raises LogUnavailable, DeskBusy: what came back until then is recorded.
    """
    return _recorded(house, by, ((number, line) for number, line in enumerate(lines, 1) if line.strip()), SOURCE)


def record_requests(house: House, by: Actor, requests: Iterable[Request], source: Source) -> Iterator[Result]:
    """Record commands that are read already, in the same way; their lines are counted from 1.

    Raises LogUnavailable, DeskBusy: what came back until then is recorded.
    """
    return _recorded(house, by, enumerate(requests, 1), source)


def _recorded(
    house: House, by: Actor, numbered: Iterable[tuple[int, bytes | str | Request]], source: Source
) -> Iterator[Result]:
    batch: list[tuple[int, Request, Proposal | Attempt]] = []
    for number, given in numbered:
        try:
            request = given if isinstance(given, Request) else parsed(given)
            if request.command in LOOKED_UP:
                yield from _flush(house.desk, by, batch)
                batch = []
            batch.append((number, request, proposed(request, house, source)))
        except RequestUnusable as problem:
            yield from _flush(house.desk, by, batch)
            batch = []
            name = given.id if isinstance(given, Request) else _id_of(given)
            errors = tuple(field_problem(one) for one in problem.fields)
            yield Result(line=number, id=name, outcome="unusable", zh=problem.zh, en=str(problem), errors=errors)
        if len(batch) >= BATCH:
            yield from _flush(house.desk, by, batch)
            batch = []
    yield from _flush(house.desk, by, batch)


def _flush(desk: Desk, by: Actor, batch: list[tuple[int, Request, Proposal | Attempt]]) -> Iterator[Result]:
    """Submit a batch whose every command keeps its own id."""
    if not batch:
        return
    orders = [Order(id=request.id, by=by, items=[item]) for _, request, item in batch]
    for (number, request, _), answer in zip(batch, desk.submit_each(orders), strict=True):
        if isinstance(answer, CommandReused):
            yield Result(line=number, id=request.id, outcome="unusable", zh=answer.zh, en=str(answer))
        else:
            yield _result(number, request.id, answer)


def _result(number: int, id: str, answer: Answer) -> Result:
    [verdict] = answer.verdicts
    return Result(
        line=number,
        id=id,
        outcome=verdict.outcome,
        position=verdict.position,
        rule=verdict.rule,
        zh=verdict.zh,
        en=verdict.en,
    )


def _id_of(line: bytes | str) -> str | None:
    try:
        value, _ = document(line)
    except NotJson:
        return None
    return value.get("id") if isinstance(value, dict) and isinstance(value.get("id"), str) else None
