"""Postings at a moment: the facts known then about what was so by a day, folded by the very rows that the rules ask."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, or_, select
from sqlalchemy.sql.elements import ColumnElement

from taizhang.domain.boundary import GuardBook
from taizhang.domain.core import Fact
from taizhang.domain.envelope import body_of
from taizhang.domain.postings.book import OfficialGuard, official_row
from taizhang.domain.postings.spells import Spell
from taizhang.projections.database import chunks
from taizhang.projections.funds.cuts import differs
from taizhang.projections.postings.tables import posting_tables
from taizhang.projections.replay import NOW, Cuts
from taizhang.projections.scope import on, stem_of

_decode = msgspec.json.Decoder(tuple[str, msgspec.Raw]).decode


class Post(NamedTuple):
    """One posting as it stood: `last` is its last day, real or planned."""

    posting: str
    official: str
    kind: str
    region: str
    since: date
    until: date
    ended_on: date | None
    ended_by: str | None
    officer: str | None
    duty: tuple[tuple[date, int], ...]  # month, days
    leave_days: int
    grades: tuple[tuple[int, str], ...]  # year, grade
    works: int
    last_seen_on: date  # the latest day of duty or work, or the first day

    @property
    def last(self) -> date:
        return min(self.until, self.ended_on or date.max)

    def covers(self, day: date) -> bool:
        return self.since <= day <= self.last


def facts_at(connection: Connection, region: str, cuts: Cuts = NOW) -> list[Fact]:
    """The facts in force about everybody who was ever posted in a region or selected for it, oldest first."""
    table = posting_tables().steps
    t, stem = table.c, stem_of(region[:6])
    here = or_(t.county.startswith(stem, autoescape=True), t.to_county.startswith(stem, autoescape=True))
    officials = sorted({str(one) for one in connection.scalars(select(t.official).where(here).distinct())})
    rows: list[tuple[int, bytes]] = []
    for part in chunks(officials):
        query = select(t.corrects, t.position, t.state).where(t.official.in_(part), *in_force(t, cuts))
        rows += [(root or position, state) for root, position, state in connection.execute(query)]
    facts = []
    for _, state in sorted(rows, key=lambda row: row[0]):
        topic, body = _decode(bytes(state))
        facts.append(body_of(topic, body))
    return facts


def recorded_between(connection: Connection, region: str, earlier: Cuts, later: Cuts, limit: int) -> list[int]:
    """Positions, in order, of what about a region's postings one of the moments knows and the other does not."""
    t, stem = posting_tables().steps.c, stem_of(region[:6])
    here = or_(t.county.startswith(stem, autoescape=True), t.to_county.startswith(stem, autoescape=True))
    query = select(t.position).where(here, differs(t, earlier, later)).order_by(t.position)
    return [int(one) for one in connection.scalars(query.limit(limit))]


def in_force(t: Any, cuts: Cuts) -> list[ColumnElement[bool]]:
    """The steps whose body is in force at the cuts."""
    found: list[ColumnElement[bool]] = [t.void == 0]
    stands: ColumnElement[bool] = t.replaced_at.is_(None)
    if cuts.as_recorded_at is not None:
        stands = or_(stands, t.replaced_at > cuts.as_recorded_at)
        found.append(t.recorded_at <= cuts.as_recorded_at)
    if cuts.as_effective_on is not None:
        found.append(t.effective_on <= on(t.effective_on, cuts.as_effective_on))
    return [*found, stands]


def posts_at(connection: Connection, region: str, cuts: Cuts = NOW) -> list[Post]:
    """The postings of a region (a village's too) as known and as effective at the cuts, by place and first day."""
    book, officials = GuardBook(), dict[str, None]()
    for number, fact in enumerate(facts_at(connection, region, cuts)):
        book.apply(fact, number)
        officials[fact.official] = None  # type: ignore[attr-defined]
    found = []
    for official in officials:
        state = book[official_row(official)]  # type: ignore[arg-type]
        assert isinstance(state, OfficialGuard)
        found += [_post(state, posting, spell) for posting, spell in state.spells.items() if spell.opening is not None]
    stem = region if len(region) > len("620000") else stem_of(region)
    return sorted((one for one in found if one.region.startswith(stem)), key=lambda one: (one.region, one.since))


def _post(state: OfficialGuard, posting: str, spell: Spell) -> Post:
    opening = spell.opening
    assert opening is not None
    duty = tuple(sorted((one.month, one.days) for one in state.duty if one.posting == posting))
    present = [_last_of(one.month, one.until) for one in state.duty if one.posting == posting and one.days]
    worked = [one.on for one in state.work if one.posting == posting]
    ending = min(spell.endings, key=lambda one: one.last, default=None)
    return Post(
        posting,
        opening.official,
        opening.kind,
        opening.region,
        opening.since,
        spell.until,
        ending.last if ending is not None else None,
        ending.topic.split(".")[1] if ending is not None else None,
        opening.officer,
        duty,
        sum((one.until - one.since).days + 1 for one in state.leaves if one.posting == posting),
        tuple(sorted((one.year, one.grade) for one in state.appraisals if one.posting == posting)),
        len(worked),
        max([opening.since, *present, *worked]),
    )


def _last_of(month: date, said_on: date) -> date:
    """The last day that a month's duty may mean."""
    following = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    return min(following - timedelta(days=1), said_on)
