"""One official: posts, duty month by month, work, appraisals, what came of it within the tenure, and promotions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.responses import Response

from taizhang.domain.decisions import within
from taizhang.domain.postings.appraisals import OfficialAppraised, OfficialPromoted
from taizhang.domain.postings.duty import DutyRecorded, LeaveTaken, VillageWorkRecorded
from taizhang.http.doing import Doable, doable
from taizhang.http.funds_scope import cuts, looked_on, require_role
from taizhang.http.people import masked
from taizhang.http.places import names_of
from taizhang.http.postings_pages import SEES_POSTINGS
from taizhang.http.visit import Visit, door
from taizhang.projections.postings.life import Told, steps_of
from taizhang.projections.postings.moment import Post, posts_at
from taizhang.projections.postings.results import Checked, Result, figure_named, promotions, results
from taizhang.projections.replay import Cuts

ENDS: tuple[str, ...] = ("renew-term", "end-posting", "recall-official", "promote-official", "transfer-official")


class Tenure(NamedTuple):
    """A posting with what was trained within it, its duty by year, and the forms that may follow."""

    post: Post
    stands: bool
    result: Result
    years: Mapping[int, int]  # year -> days of duty
    forms: Sequence[Doable]


class Promotion(NamedTuple):
    """A promotion, and each figure: as it was stated, as it was known at that log position, as it is known now."""

    told: Told
    figures: Sequence[tuple[Checked, int | None]]


def official(visit: Visit) -> Response:
    """Everything of one official as far as the officer's region reaches.

    Raises HTTPException (404) for somebody of whom nothing is posted there.
    """
    require_role(visit, SEES_POSTINGS)
    person, on = visit.request.path_params["official"], looked_on(visit)
    visit.reception.set_up()
    with visit.house.log.database.read() as connection:
        posts = [one for one in posts_at(connection, visit.scope, cuts(visit)) if one.official == person]
        steps = _seen(visit, steps_of(connection, person, cuts(visit)), posts)
        if not steps:
            raise HTTPException(404)
        tenures = [_tenure(visit, connection, one, on) for one in posts]
        promoted = [_promotion(visit, connection, one) for one in steps if isinstance(one.fact, OfficialPromoted)]
    names_of(visit, [one.region for one in posts])
    kinds = (DutyRecorded, LeaveTaken, VillageWorkRecorded, OfficialAppraised)
    by_kind = {kind.__name__: [one for one in steps if isinstance(one.fact, kind)] for kind in kinds}
    return visit.page(
        "postings_official.html",
        official=person,
        person=masked(visit.house.vault, [person])[person],
        tenures=tenures,
        steps=steps,
        duty=by_kind["DutyRecorded"],
        leaves=by_kind["LeaveTaken"],
        works=by_kind["VillageWorkRecorded"],
        appraisals=by_kind["OfficialAppraised"],
        promotions=promoted,
        forms=doable(
            visit,
            [(f"postings.{name}", {"official": person}) for name in ("enter-negative-list", "lift-negative-list")],
        ),
    )


def _seen(visit: Visit, steps: Sequence[Told], posts: Sequence[Post]) -> list[Told]:
    """The steps about postings in the officer's region, and the selections and listings of that region."""
    mine = {one.posting for one in posts}
    return [
        one
        for one in steps
        if getattr(one.fact, "posting", None) in mine
        or getattr(one.fact, "to_posting", None) in mine
        or (not hasattr(one.fact, "posting") and within(one.fact.region, visit.scope))
    ]


def _tenure(visit: Visit, connection: Connection, post: Post, on: Any) -> Tenure:
    years: dict[int, int] = {}
    for month, days in post.duty:
        years[month.year] = years.get(month.year, 0) + days
    filled = {"posting": post.posting, "official": post.official}
    names = ("record-duty", "take-leave", "record-village-work", "appraise-official", *ENDS)
    forms = doable(visit, [(f"postings.{name}", filled) for name in names])
    return Tenure(post, post.covers(on), results(connection, post, cuts(visit)), years, forms)


def _promotion(visit: Visit, connection: Connection, told: Told) -> Promotion:
    """The same figures asked as of the log position that the promotion names, and as known at the bar."""
    fact, then = told.fact, _recorded_at(visit, told.fact.position)
    now = [one for one in promotions(connection, visit.scope, cuts(visit)) if one.posting == fact.posting]
    past = Cuts(then, fact.occurred_on)
    figures = [(one, figure_named(connection, one.measure, one.subject, past)) for one in now]
    return Promotion(told, figures)


def _recorded_at(visit: Visit, position: int) -> int:
    [stored] = visit.house.log.at([position])  # the rule lets no promotion name a position that is not there
    return stored.recorded_at


ROUTES = (door("/postings/officials/{official}", official),)
