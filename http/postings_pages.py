"""Postings on a day: who is where, which poor villages lack whom, whose term ends, who follows, who was not seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection
from starlette.responses import Response

from taizhang.adapters import visibility
from taizhang.domain.postings.officials import VILLAGE_OFFICIAL
from taizhang.http.charts import Series, bars
from taizhang.http.doing import doable
from taizhang.http.errors import NoAnswer
from taizhang.http.fact_pages import cursor
from taizhang.http.funds_scope import cuts, looked_on, require_role
from taizhang.http.people import masked
from taizhang.http.places import name_of, names_of
from taizhang.http.rendering import link
from taizhang.http.scope import require_within
from taizhang.http.visit import Visit, door
from taizhang.projections.postings.lists import (
    GROUPS,
    Coverage,
    Gap,
    coverage,
    days_before_expiry,
    expiring,
    handovers,
    idle,
    poor_villages,
)
from taizhang.projections.postings.moment import Post, facts_at, posts_at
from taizhang.projections.postings.numbers import numbers
from taizhang.projections.scope import level_of, stem_of

SEES_POSTINGS: Final = visibility.SEES_POSTINGS | {VILLAGE_OFFICIAL}
LISTS: Final = ("posts", "villages", "gaps", "expiring", "handover", "idle")
OF_VILLAGES: Final = ("villages", "gaps")
PAGE: Final = 100
DAYS_MOST: Final = 3_660
FORMS: Final = ("select-official", "post-official", "transfer-official", "record-duty", "appraise-official")


class Row(NamedTuple):
    """A posting in a list; `successor` is who follows it, in the list of handovers."""

    post: Post
    stands: bool
    duty_days: int
    successor: str | None = None


class Village(NamedTuple):
    """A registered-poor village: who is posted there on the day, and the groups of which nobody is."""

    village: str
    posts: list[Post]
    missing: tuple[str, ...]


class Part(NamedTuple):
    """A region below the one asked for: how many of its poor villages are covered, by group."""

    region: str
    covered: Mapping[str, Coverage]
    posts: int


class Asked(NamedTuple):
    region: str
    which: str
    days: int | None
    after: int


def postings(visit: Visit) -> Response:
    """Coverage of a region on the bar's day, and one of the lists of its postings."""
    require_role(visit, SEES_POSTINGS)
    asked, on = _asked(visit), looked_on(visit)
    visit.reception.set_up()
    with visit.house.log.database.read() as connection:
        posts = posts_at(connection, asked.region, cuts(visit))
        poor = poor_villages(connection, asked.region, on, cuts(visit))
        days = asked.days if asked.days is not None else days_before_expiry(connection, asked.region, on)
        rows = _rows(connection, asked.which, posts, on, days)
        facts = facts_at(connection, asked.region, cuts(visit))
        asked_for = numbers(connection, asked.region, on, facts, posts)
    covered, gaps = coverage(posts, poor, on)
    shown = rows[asked.after : asked.after + PAGE]
    listed: Sequence[Any] = rows
    if asked.which in OF_VILLAGES:
        listed = _villages(posts, poor if asked.which == "villages" else [gap.village for gap in gaps], gaps, on)
    villages = listed[asked.after : asked.after + PAGE] if asked.which in OF_VILLAGES else []
    parts = _parts(asked.region, posts, poor, on)
    names_of(
        visit, [*(one.post.region for one in shown), *(one.village for one in villages), *(p.region for p in parts)]
    )
    return visit.page(
        "postings.html",
        region=asked.region,
        region_name=name_of(visit, asked.region),
        which=asked.which,
        has_poor=bool(poor),
        lists=LISTS,
        days=days,
        on=on,
        covered=covered,
        numbers=asked_for,
        groups=[name for name, _ in GROUPS],
        below=parts,
        chart=_chart(visit, parts) if parts else None,
        rows=shown,
        villages=villages,
        of_villages=OF_VILLAGES,
        count=len(listed),
        next=asked.after + PAGE if len(listed) > asked.after + PAGE else "",
        people=masked(
            visit.house.vault,
            [
                post.official
                for post in (*(one.post for one in shown), *(post for one in villages for post in one.posts))
            ],
        ),
        kept={**visit.bar.query, "region": asked.region},
        forms=doable(visit, [(f"postings.{name}", {}) for name in FORMS]),
    )


def _asked(visit: Visit) -> Asked:
    """Raises HTTPException (404) for a foreign region, NoAnswer (400) for no list or no number of days."""
    given = visit.request.query_params
    region = require_within(given.get("region") or visit.scope, visit.scope)
    which, days, after = given.get("list") or "posts", given.get("days", "").strip(), given.get("after", "")
    if which not in LISTS or (found := cursor(days) or 0) > DAYS_MOST:
        raise NoAnswer(400, "errors.400.body")
    return Asked(region, which, found if days else None, cursor(after) or 0)


def _rows(connection: Connection, which: str, posts: Sequence[Post], on: date, days: int | None) -> list[Row]:
    """The postings of a list; without a number of days none that ends soon is known."""
    if which == "handover":
        return [_row(one.post, on, one.successor) for one in handovers(posts, on, days)] if days is not None else []
    found: Sequence[Post] = posts
    if which == "expiring":
        found = expiring(posts, on, days) if days is not None else []
    if which == "idle":
        found = idle(connection, posts, on)
    return [_row(one, on) for one in found] if which not in OF_VILLAGES else []


def _villages(posts: Sequence[Post], poor: Sequence[str], gaps: Sequence[Gap], on: date) -> list[Village]:
    """These villages with whoever stands there."""
    missing = {gap.village: gap.missing for gap in gaps}
    there: dict[str, list[Post]] = {village: [] for village in poor}
    for post in posts:
        if post.region in there and post.covers(on):
            there[post.region].append(post)
    return [Village(village, posted, missing.get(village, ())) for village, posted in there.items()]


def _row(post: Post, on: date, successor: str | None = None) -> Row:
    return Row(post, post.covers(on), sum(days for _, days in post.duty), successor)


def _parts(region: str, posts: Sequence[Post], poor: Sequence[str], on: date) -> list[Part]:
    """The prefectures of a province, the counties of a prefecture; of a county none."""
    if len(region) > len("620000") or level_of(region) == "county":
        return []
    digits = len(stem_of(region)) + 2
    codes = sorted({one[:digits] for one in [*poor, *(post.region for post in posts)]})
    found = []
    for code in codes:
        mine = [post for post in posts if post.region.startswith(code)]
        covered, _ = coverage(mine, [one for one in poor if one.startswith(code)], on)
        standing = sum(post.covers(on) for post in mine)
        found.append(Part(code.ljust(6, "0"), {one.group: one for one in covered}, standing))
    return found


def _chart(visit: Visit, parts: Sequence[Part]) -> Any:
    names = names_of(visit, [one.region for one in parts])
    lists = [link("/postings", visit.bar.query, region=one.region, list="villages") for one in parts]
    series = [
        Series(visit.t("postings.covered_any"), [one.covered["any"].covered for one in parts], lists),
        Series(visit.t("postings.poor_villages"), [one.covered["any"].of for one in parts], lists),
    ]
    labels = [names.get(one.region, one.region) for one in parts]
    return bars(visit.t("postings.chart"), visit.t("postings.chart_desc"), labels, series, "postings-chart")


def official_link(visit: Visit, official: str) -> str:
    """Where the page of an official is."""
    return link(f"/postings/officials/{official}", visit.bar.query)


__all__ = ["Gap", "postings"]
ROUTES = (door("/postings", postings),)
