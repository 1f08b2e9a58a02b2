"""The rows of an answer: the inputs of every region, department, institution, posting or period."""

from __future__ import annotations

from sqlalchemy import Connection

from taizhang.domain.log import LogReader
from taizhang.projections.performance.aims import Aim, aim_inputs, aims
from taizhang.projections.performance.asked import Grouped, Grouping, Inputs, Question, periods, region_key, ties_of
from taizhang.projections.performance.inspected import Inspected, findings, inspected
from taizhang.projections.performance.money import money
from taizhang.projections.performance.officials import officials, posts_of
from taizhang.projections.performance.reporting import reporting
from taizhang.projections.performance.trained import trained
from taizhang.projections.scope import DIGITS, level_of, stem_of


def inputs_of(connection: Connection, question: Question) -> tuple[Inputs, list[Aim]]:
    """Every input of the whole, and the aims set for the very region."""
    seen = inspected(connection, question)
    found = _merged(
        trained(connection, question, "whole"),
        money(connection, question, "whole"),
        findings(seen, question, "whole"),
        reporting(connection, question, "whole", seen.visits),
    )
    aimed = aims(connection, question, question.region.__eq__)
    return _merged(found, aim_inputs(aimed, lambda _: "")).get("", {}), aimed


def rows_of(connection: Connection, log: LogReader, question: Question, after: str, limit: int) -> tuple[Grouped, str]:
    """The inputs by row, and what to go on after where only a page of the rows was asked for."""
    if question.by in ("phase", "year"):
        return {key: inputs_of(connection, question.row(key))[0] for key in periods(question.by)}, ""
    seen = inspected(connection, question)
    if question.by == "official":
        posts = posts_of(connection, question, after, limit + 1)
        page = posts[:limit]
        found = officials(connection, log, question, page, seen)
        return found, page[-1].posting if len(posts) > limit else ""
    grouping: Grouping = question.by  # type: ignore[assignment]
    return _groups(connection, question, grouping, seen), ""


def row_of(connection: Connection, log: LogReader, question: Question, key: str) -> Inputs:
    """The inputs of one row; none where there is no such row."""
    if question.by == "official":
        posts = [one for one in posts_of(connection, question) if one.posting == key]
        return officials(connection, log, question, posts, inspected(connection, question)).get(key, {})
    found, _ = rows_of(connection, log, question, "", 0)
    return found.get(key, {})


def _groups(connection: Connection, question: Question, by: Grouping, seen: Inspected) -> Grouped:
    found = _merged(
        trained(connection, question, by),
        money(connection, question, by),
        findings(seen, question, by),
        reporting(connection, question, by, seen.visits),
    )
    if by == "region":
        stem, digits = stem_of(question.region), question.digits()
        aimed = aims(connection, question, lambda one: one.startswith(stem) and DIGITS[level_of(one)] == digits)
        found = _merged(found, aim_inputs(aimed, lambda one: region_key(one.region, question)))
        found = {key: inputs for key, inputs in found.items() if DIGITS[level_of(key)] == digits}
    else:  # an organisation that holds classes is an institution, any other a department
        institutions = {one.institution for one in ties_of(connection, question.cuts).values()}
        found = {key: inputs for key, inputs in found.items() if (key in institutions) == (by == "institution")}
    return dict(sorted(found.items()))


def _merged(*parts: Grouped) -> Grouped:
    found: Grouped = {}
    for part in parts:
        for key, inputs in part.items():
            mine = found.setdefault(key, {})
            for name, amount in inputs.items():
                mine[name] = mine.get(name, 0) + amount
    return found
