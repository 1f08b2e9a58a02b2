"""Who sees performance, of which region, and what an address asks of it: region, period, grouping, measures' versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from starlette.exceptions import HTTPException
from starlette.responses import Response

from taizhang.adapters import visibility
from taizhang.adapters.performance import Answered, ask, question_of, worded
from taizhang.adapters.visibility import DASHBOARD
from taizhang.http.errors import NoAnswer
from taizhang.http.funds_scope import cuts
from taizhang.http.ledger_pages import trail
from taizhang.http.places import name_of, names_of
from taizhang.http.rendering import NOTHING
from taizhang.http.scope import require_within
from taizhang.http.seen import as_seen
from taizhang.http.visit import Visit
from taizhang.projections.performance.aggregates import without_small_cells
from taizhang.projections.performance.asked import DIMENSIONS, By, Question
from taizhang.projections.performance.cards import Card, UnknownCard, card_of, chosen
from taizhang.projections.scope import level_of, period_of

OPENS_PERFORMANCE: Final = visibility.OPENS_PERFORMANCE  # figures into facts, officials, files
SEES_PERFORMANCE: Final = OPENS_PERFORMANCE | {DASHBOARD}


class Asked(NamedTuple):
    """What the address asks; `versions` are measures named with a version, `kept` what its links carry on."""

    question: Question
    versions: tuple[str, ...]
    order: str
    kept: Mapping[str, str]


def asked(visit: Visit) -> Asked:
    """Raises HTTPException (404) for a foreign region, NoAnswer (400) for no period, grouping or measure."""
    given = visit.request.query_params
    region = require_within(given.get("region") or visit.scope[:6], visit.scope[:6])
    if len(region) != len("620000"):
        raise HTTPException(404)
    if visit.actor.role == DASHBOARD and region != visit.scope:
        raise NoAnswer(403, "errors.403.body")  # sums of the whole beside its parts; a part alone would tell too much
    period = period_of(given.get("period", ""))
    usual = "institution" if level_of(region) == "county" and visit.actor.role != DASHBOARD else "region"
    by, order = given.get("by") or usual, given.get("order", "")
    versions = tuple(one for one in given.get("versions", "").split(",") if one)
    if period is None or by not in dimensions(visit):
        raise NoAnswer(400, "errors.400.body")
    try:
        chosen(versions)
        if order:
            card_of(order)
    except UnknownCard:
        raise NoAnswer(400, "errors.400.body") from None
    words = {"region": region, "period": given.get("period", ""), "by": by, "order": order}
    words["versions"] = ",".join(versions)
    kept = {name: value for name, value in words.items() if value}
    return Asked(question_of(visit.house, region, by, period, cuts(visit)), versions, order, kept)


def dimensions(visit: Visit) -> tuple[By, ...]:
    """By what the officer's role may set figures side by side: a dashboard by regions only."""
    is_open = visit.actor.role in OPENS_PERFORMANCE
    return tuple(one for one in DIMENSIONS if is_open or one == "region")


def answered(visit: Visit, what: Asked) -> Answered:
    """The answer to the address, with names of regions read for the page."""
    told = ask(
        visit.house,
        what.question,
        what.versions,
        order=what.order,
        language=visit.language,
        seen_by=visit.scope,
        after=visit.request.query_params.get("after", ""),
        names_people=visit.actor.role in OPENS_PERFORMANCE,
    )
    if visit.actor.role == DASHBOARD:
        found = without_small_cells(told.found, what.order)
        told = told._replace(found=found._replace(report=as_seen(visit, found.report)))
    if what.question.by == "region":
        names_of(visit, [row.key for row in told.found.rows])
    return told


def asked_card(visit: Visit) -> Card:
    """The measure of the address, by its name and version. Raises HTTPException (404)."""
    try:
        return card_of(visit.request.query_params.get("measure", ""))
    except UnknownCard:
        raise HTTPException(404) from None


def card_words(visit: Visit, card: Card) -> str:
    """A measure's name in the page's language; an old version says so."""
    said = card.zh if visit.language == "zh" else card.en[0].upper() + card.en[1:]
    return said if card.is_current else f"{said} (v{card.version})"


def formula_words(visit: Visit, card: Card) -> str:
    return card.formula_zh if visit.language == "zh" else card.formula_en


def shown(card: Card, value: int | None) -> str:
    """A figure as pages show it."""
    return NOTHING if value is None else worded(card, value)


def performance_page(visit: Visit, template: str, what: Asked | None, **context: Any) -> Response:
    """A page with what all pages about performance say alike."""
    region = what.question.region if what is not None else visit.scope[:6]
    return visit.page(
        template,
        region=region,
        region_name=name_of(visit, region),
        trail=list(_trail(visit, region)),
        kept=dict(what.kept) if what is not None else {},
        shown=shown,
        card=lambda one: card_words(visit, one),
        formula=lambda one: formula_words(visit, one),
        opens=visit.actor.role in OPENS_PERFORMANCE,
        **context,
    )


def _trail(visit: Visit, region: str) -> Sequence[tuple[str, str]]:
    """The regions above, each leading to its own performance."""
    return [(name, href.replace("/ledger", "/performance", 1)) for name, href in trail(visit, region, is_last=False)]
