"""What an organisation department asks of postings: coverage with its gaps, expiring terms, handovers, idle posts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from sqlalchemy import Connection, select

from taizhang.domain.decisions import within
from taizhang.projections.funds.tables import fund_tables
from taizhang.projections.known import Known
from taizhang.projections.postings.moment import Post
from taizhang.projections.replay import NOW, Cuts
from taizhang.projections.scope import stem_of

IDLE_DAYS: Final = "posting-idle-days"  # the threshold: a post without duty for more days than this is listed
EXPIRING_DAYS: Final = "posting-expiring-days"  # within how many days a term that ends is listed
GROUPS: Final[tuple[tuple[str, frozenset[str]], ...]] = (
    ("team", frozenset({"first-secretary", "team-member"})),
    ("science", frozenset({"science-commissioner", "three-areas-talent"})),
    ("graduate", frozenset({"graduate-official"})),
)


class Coverage(NamedTuple):
    """Of so many registered-poor villages so many have somebody of a group posted, on a day; `any`: of whichever."""

    group: str
    covered: int
    of: int


class Gap(NamedTuple):
    """A registered-poor village, and the groups of which nobody is posted there."""

    village: str
    missing: tuple[str, ...]


class Handover(NamedTuple):
    """A post that ends, or ended, about a day; `successor` is the posting that follows in the same place and kind."""

    post: Post
    successor: str | None


def poor_villages(connection: Connection, region: str, day: date, cuts: Cuts = NOW) -> list[str]:
    """The villages of a region that are registered poor on a day, as known at the recording cut."""
    t = Known(cuts.as_recorded_at).villages.c
    query = select(t.village, t.since, t.poor).where(t.village.startswith(stem_of(region), autoescape=True))
    rows = connection.execute(query.order_by(t.village, t.since, t.position))
    poor = {village: stated for village, since, stated in rows if str(since) <= day.isoformat()}
    return [village for village, stated in poor.items() if stated]


def coverage(posts: Sequence[Post], villages: Sequence[str], day: date) -> tuple[list[Coverage], list[Gap]]:
    """How many of these villages are covered on a day, by each group and by anybody; and the list of gaps."""
    there: dict[str, set[str]] = {village: set() for village in villages}
    for post in posts:
        if post.region in there and post.covers(day):
            there[post.region].add(post.kind)
    of = len(villages)
    covered = [Coverage(name, sum(1 for kinds in there.values() if kinds & group), of) for name, group in GROUPS]
    covered.append(Coverage("any", sum(1 for kinds in there.values() if kinds), of))
    gaps = [
        Gap(village, tuple(name for name, group in GROUPS if not kinds & group)) for village, kinds in there.items()
    ]
    return covered, [one for one in gaps if one.missing]


def expiring(posts: Sequence[Post], day: date, days: int) -> list[Post]:
    """The posts that stand on a day and whose term is over within so many days, the first to end in front."""
    found = [one for one in posts if one.covers(day) and one.last <= day + timedelta(days=days)]
    return sorted(found, key=lambda one: (one.last, one.region))


def handovers(posts: Sequence[Post], day: date, days: int) -> list[Handover]:
    """The posts whose last day lies within so many days before or after a day, each with who follows."""
    about = [one for one in posts if abs((one.last - day).days) <= days]
    return [Handover(one, _successor(posts, one)) for one in sorted(about, key=lambda one: (one.last, one.region))]


def idle(connection: Connection, posts: Sequence[Post], day: date) -> list[Post]:
    """The posts that stand on a day without duty or work for longer than the threshold of their county on that day."""
    stated = _threshold(connection, IDLE_DAYS, day)
    found = []
    for post in posts:
        most = _nearest(stated, post.region[:6])
        if most is not None and post.covers(day) and (day - post.last_seen_on).days > most:
            found.append(post)
    return found


def days_before_expiry(connection: Connection, region: str, day: date) -> int | None:
    """Within how many days an ending term is to be listed in a region; None: nothing is set."""
    return _nearest(_threshold(connection, EXPIRING_DAYS, day), region[:6])


def threshold_on(connection: Connection, name: str, region: str, day: date) -> int | None:
    """What is set by a day for exactly this region, under this name; None: nothing."""
    return next((value for of, value in reversed(_threshold(connection, name, day)) if of == region), None)


def _successor(posts: Sequence[Post], ending: Post) -> str | None:
    same = [
        one.posting
        for one in posts
        if (one.region, one.kind) == (ending.region, ending.kind)
        and one.since > ending.since
        and one.last > ending.last
    ]
    return next(iter(same), None)


def _threshold(connection: Connection, name: str, day: date) -> list[tuple[str, int]]:
    """What is set by a day, oldest first: region and value."""
    t = fund_tables().thresholds.c
    query = select(t.region, t.since, t.value).where(t.name == name).order_by(t.since, t.position)
    return [(region, value) for region, since, value in connection.execute(query) if str(since) <= day.isoformat()]


def _nearest(stated: Sequence[tuple[str, int]], county: str) -> int | None:
    """Of the smallest region around a county the newest value."""
    holding = [
        (len(region.rstrip("0")), place, value)
        for place, (region, value) in enumerate(stated)
        if within(county, region)
    ]
    return max(holding)[2] if holding else None
