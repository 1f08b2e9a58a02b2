"""How many officials and bases the programme asks for, beside how many there are: graduates, deputy heads, bases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import Connection, select

from taizhang.domain.core import Fact
from taizhang.domain.postings.officials import OfficialSelected
from taizhang.projections.postings.lists import threshold_on
from taizhang.projections.postings.moment import Post
from taizhang.projections.scope import stem_of
from taizhang.projections.tables_registry import registry_tables

BASE: Final = "practical-talent-base"  # the field of work under which a base 实训基地 is registered as an organisation
GRADUATES, HEADS, BASES = "graduate-officials-a-year", "deputy-county-heads", "practical-talent-bases"


class Number(NamedTuple):
    """What is asked for (None: no policy says so for this region) and what there is, on a day."""

    name: str
    asked: int | None
    reached: int


def numbers(
    connection: Connection, region: str, day: date, facts: Sequence[Fact], posts: Sequence[Post]
) -> list[Number]:
    """Graduates selected in the day's year, deputy county heads posted on the day, bases designated by then.

    Facts and postings are those of the region at the cuts; bases are as known now.
    """
    stem = stem_of(region[:6])
    graduates = {
        one.official
        for one in facts
        if isinstance(one, OfficialSelected)
        and one.kind == "graduate-official"
        and one.region.startswith(stem)
        and date(day.year, 1, 1) <= one.occurred_on <= day
    }
    heads = sum(one.kind == "deputy-county-head" and one.covers(day) for one in posts)
    reached = {GRADUATES: len(graduates), HEADS: heads, BASES: len(_bases(connection, stem, day))}
    return [Number(name, threshold_on(connection, name, region, day), count) for name, count in reached.items()]


def _bases(connection: Connection, stem: str, day: date) -> list[str]:
    """The organisations registered as bases and designated on a day."""
    tables = registry_tables()
    o, i = tables.organisations.c, tables.institutions.c
    query = select(o.organisation, i.since, i.until).join_from(
        tables.organisations, tables.institutions, o.organisation == i.institution
    )
    standing = (o.field == BASE, i.status == "designated", o.region.startswith(stem, autoescape=True))
    rows = connection.execute(query.where(*standing))
    return [str(id) for id, since, until in rows if _stands(since, until, day)]


def _stands(since: object, until: object, day: date) -> bool:
    return since is not None and str(since) <= day.isoformat() and (until is None or day.isoformat() <= str(until))
