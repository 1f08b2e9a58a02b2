"""Performance on pages: side by side with charts, definition cards, promotions reopened, files to take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

from markupsafe import Markup
from starlette.responses import Response

from taizhang.adapters.exports.performance_book import write_performance
from taizhang.adapters.exports.taken import ExportNotRecorded, digest_of, record_taken
from taizhang.adapters.moments import beijing
from taizhang.adapters.performance import Answered
from taizhang.http.charts import Series, bars
from taizhang.http.errors import NoAnswer
from taizhang.http.funds_downloads import XLSX
from taizhang.http.ledger_pages import FIRST_YEAR, LAST_YEAR
from taizhang.http.people import masked
from taizhang.http.performance_scope import (
    OPENS_PERFORMANCE,
    SEES_PERFORMANCE,
    Asked,
    answered,
    asked,
    card_words,
    dimensions,
    performance_page,
)
from taizhang.http.places import name_of
from taizhang.http.rendering import link
from taizhang.http.visit import Visit, door
from taizhang.projections.measures import PHASES
from taizhang.projections.performance.answer import PerformanceRow
from taizhang.projections.performance.cards import Card, every_card
from taizhang.projections.performance.open_leads import OpenLeads
from taizhang.projections.performance.promotions import reopened
from taizhang.projections.scope import level_of

ACHIEVED: Final = ("evidenced_minutes", "confirmed_6", "certified", "wish_match", "persons", "person_times")
MONEY: Final = ("cost_per_certificate", "execution", "paid_on_time")
FOUND: Final = ("findings", "rectified_on_time", "recurrence", "changed_under")
REPORTED: Final = ("late_share", "after_reminder", "bunching", "self_blind", "good_news_only", "after_seal")
AIMED: Final = ("target_times", "target_times_done", "target_persons", "target_persons_done", "plan_times", "plan_done")
TILES: Final = ("evidenced_minutes", "confirmed_6", "certified", "wish_match", "cost_per_certificate", "late_share")
ORDERS: Final = (
    "confirmed_6",
    "certified",
    "wish_match",
    "cost_per_certificate",
    "late_share",
    "persons",
    "person_times",
)
CHARTED: Final = 20


class Line(NamedTuple):
    """A row of the page: what it is, where it leads, its figures, the leads open beside it and where they are listed."""

    row: PerformanceRow
    name: str
    note: str
    href: str
    leads: OpenLeads | None
    leads_href: str = ""  # "" where no list tells them apart


def performance(visit: Visit) -> Response:
    """The figures of a region side by side, with charts, targets and the cards that say how each is reckoned."""
    what = asked(visit)
    told = answered(visit, what)
    by_name = {card.name: card for card in told.found.cards}
    whole = Line(told.found.whole, visit.t("ledger.total"), "", "", told.leads_of(""), _leads(what.question.region))
    lines = [_line(visit, what, told, row) for row in told.found.rows]
    return performance_page(
        visit,
        "performance.html",
        what,
        asked=what,
        cards=by_name,
        whole=whole,
        lines=lines,
        aims=told.found.aims,
        charts=_charts(visit, what, by_name, lines),
        tiles=TILES,
        tables=[(visit.t(f"performance.{key}"), names) for key, names in _tables(what, by_name, told)],
        dimensions=dimensions(visit),
        orders=ORDERS,
        periods=_periods(visit),
        next=told.found.next,
        report=told.found.report,
        kept_for_ever=_for_ever(visit, what, told),
    )


def measures(visit: Visit) -> Response:
    """The definition card of every measure in every version."""
    return performance_page(visit, "performance_measures.html", None, cards=every_card())


def promotions(visit: Visit) -> Response:
    """What promotions of a region rest on: as stated, as the log said at the position named, as known now."""
    what = asked(visit)
    with visit.house.log.database.read() as connection:
        found = reopened(connection, visit.house.log, what.question.region, what.question.cuts)
    positions = sorted({one.position for one in found if one.position is not None})
    times = {one.position: one.recorded_at for one in visit.house.log.at(positions)}
    return performance_page(
        visit,
        "performance_promotions.html",
        what,
        found=found,
        times={position: beijing(at).strftime("%Y-%m-%dT%H:%M:%S") for position, at in times.items()},
        people=masked(visit.house.vault, [one.official for one in found]),
    )


def download(visit: Visit) -> Response:
    """The figures as a workbook, after it was recorded that it is taken. Raises NoAnswer (409)."""
    what = asked(visit)
    told = answered(visit, what)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"performance-{what.question.region}.xlsx"
        write_performance(path, told)
        try:
            rows = len(told.found.rows) + 1
            record_taken(visit.house, visit.actor, "performance", rows, digest_of(path), visit.field("purpose"))
        except ExportNotRecorded:
            raise NoAnswer(409, "errors.409.body") from None
        content = path.read_bytes()
    visit.reception.keeper.wake()
    given = {"content-disposition": f'attachment; filename="{path.name}"'}
    return Response(content, media_type=XLSX, headers=given)


def _line(visit: Visit, what: Asked, told: Answered, row: PerformanceRow) -> Line:
    by, key = what.question.by, row.key
    name, note, href = told.names.get(key) or key, key if key in told.names else "", ""
    if by == "region":
        name, note = name_of(visit, key), key
        below = {"region": key, "by": "institution" if level_of(key) == "county" else "region"}
        leads_on = key != what.question.region and visit.actor.role in OPENS_PERFORMANCE
        href = link("/performance", {**what.kept, **visit.bar.query}, **below) if leads_on else ""
    elif by in ("phase", "year"):
        href = link("/performance", {**what.kept, **visit.bar.query}, period=key, by="")
    elif by == "official":
        href = link("/facts", of=f"posting:{key}")
    leads_href = _leads(key) if by == "region" else ""
    if by in ("institution", "department", "official"):
        leads_href = _leads(what.question.region, by=by, row=key)
    return Line(row, name, note, href, told.leads_of(key), leads_href)


def _leads(region: str, **about: str) -> str:
    """The list of the leads that are counted as open."""
    return link("/leads", {"region": region, "status": "open", **about})


def _tables(what: Asked, cards: Mapping[str, Card], told: Answered) -> list[tuple[str, tuple[str, ...]]]:
    """What is set side by side; officials have no money of their own, and tasks are set for regions."""
    achieved = ("achieved", _with_poor(cards, ACHIEVED))
    if what.question.by == "official":
        return [achieved, ("inspected", (*FOUND, "late_share"))]
    found = [achieved, ("money_found", MONEY + FOUND), ("reporting", REPORTED)]
    if what.question.by in ("region", "phase", "year"):
        rows = (told.found.whole, *told.found.rows)
        aimed = [name for name in _with_poor(cards, AIMED) if any(row.figures[name] for row in rows)]
        found += [("aims_by", tuple(aimed))] if aimed else []
    return found


def _charts(visit: Visit, what: Asked, cards: Mapping[str, Card], lines: Sequence[Line]) -> list[tuple[str, Markup]]:
    """Evidenced hours, then what was confirmed of them, each with its title; heads are in no chart."""
    shown = [line for line in lines if line.row.figures["evidenced_minutes"]][:CHARTED]
    if not shown:
        return []
    labels = [line.name for line in shown]
    hours, *outcomes = (cards[name] for name in ("evidenced_minutes", "confirmed_6", "certified"))
    in_hours = [round((line.row.figures[hours.name] or 0) / 60) for line in shown]
    title = visit.t("performance.chart_hours"), visit.t("performance.chart_outcomes")

    def opened(one: Card) -> list[str]:
        """Where each bar leads: to what its cell in the table leads to."""
        kept = {**what.kept, **visit.bar.query, "measure": one.id}
        may = visit.actor.role in OPENS_PERFORMANCE
        return [
            link("/performance/facts", kept, row=line.row.key) if may and line.row.figures[one.name] else ""
            for line in shown
        ]

    series = [
        Series(card_words(visit, one), [line.row.figures[one.name] for line in shown], opened(one)) for one in outcomes
    ]
    note = visit.t("performance.chart_note")
    drawn = bars(title[0], note, labels, [Series(card_words(visit, hours), in_hours, opened(hours))], "hours")
    return [(title[0], drawn), (title[1], bars(title[1], note, labels, series, "outcomes"))]


def _with_poor(cards: Mapping[str, Card], names: Sequence[str]) -> tuple[str, ...]:
    """Each measure of all, and right beside it that of registered poor trainees, in a column of its own."""
    return tuple(one for name in names for one in ((name, f"{name}_poor") if cards[name].has_poor else (name,)))


def _periods(visit: Visit) -> list[str]:
    asked_for = visit.request.query_params.get("period", "")
    usual = [*(one.code for one in PHASES), *(str(year) for year in range(FIRST_YEAR, LAST_YEAR + 1))]
    return list(dict.fromkeys(usual + [asked_for] * bool(asked_for)))


def _for_ever(visit: Visit, what: Asked, told: Answered) -> str:
    """The address under which these very figures are found again: the recording time and every version named."""
    at = visit.bar.query.get("as_recorded_at") or str(told.at.recorded_at)
    versions = ",".join(card.id for card in told.found.cards if card.version > 1 or not card.is_current)
    fixed: dict[str, Any] = {**what.kept, **visit.bar.query, "as_recorded_at": at, "versions": versions}
    return link("/performance", fixed)


ROUTES = (
    door("/performance", performance, roles=SEES_PERFORMANCE),
    door("/performance/measures", measures, roles=SEES_PERFORMANCE),
    door("/performance/promotions", promotions, roles=OPENS_PERFORMANCE - {"finance"}),
    door("/performance/download", download, "POST", roles=OPENS_PERFORMANCE),
)
