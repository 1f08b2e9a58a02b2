"""The overview: phases and targets against the ledger, regions beside each other, refusals, each as chart and table."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from taizhang.domain.refused import SubmissionRefused
from taizhang.http.charts import Series, bars
from taizhang.http.fact_reading import facts_of_type
from taizhang.http.ledger_pages import TILES, Row, asked_of, choices, kept, measure_label, trail
from taizhang.http.ledger_reading import BELOW, Asked, figures, figures_below, level_of
from taizhang.http.overview_reading import Aim, aims
from taizhang.http.places import name_of, names_of
from taizhang.http.refusals import refusals_by_rule
from taizhang.http.rendering import link
from taizhang.http.visit import Visit, door

SHOWN_RULES = 12


def overview(visit: Visit) -> Response:
    """What stands in the ledger of the officer's region, against the targets and region by region."""
    asked = asked_of(visit)
    found = aims(visit.house, asked.region, visit.bar)
    below = _below(visit, asked)
    return visit.page(
        "overview.html",
        here={"code": asked.region, "name": name_of(visit, asked.region)},
        trail=list(trail(visit, asked.region)),
        tiles=TILES,
        total=Row(
            "", "", figures(visit.house, asked), link("/ledger/facts", region=asked.region, period=asked.period.code)
        ),
        measure=lambda name: measure_label(visit, name),
        aims=found,
        aims_chart=_aims_chart(visit, found),
        below=below,
        below_chart=_below_chart(visit, below),
        refusals=refusals_by_rule(visit.house.log, visit.actor, visit.bar.recorded_at)[:SHOWN_RULES],
        kept_parameters=kept(visit),
        **choices(visit),
    )


def refusals(visit: Visit) -> Response:
    """Refused attempts: how many by rule, and each with its source."""
    log, actor, until = visit.house.log, visit.actor, visit.bar.recorded_at
    after = visit.request.query_params.get("after", "0")
    start = int(after) if after.isascii() and after.isdecimal() and len(after) < 19 else 0
    return visit.page(
        "refusals.html",
        counts=refusals_by_rule(log, actor, until),
        listing=facts_of_type(log, [SubmissionRefused.TOPIC], actor, start, until),
    )


def _below(visit: Visit, asked: Asked) -> list[Row]:
    if level_of(asked.region) not in BELOW:
        return []
    found = figures_below(visit.house, asked)
    names_of(visit, found)
    return [
        Row(
            name_of(visit, code),
            link("/ledger", kept(visit), region=code),
            values,
            link("/ledger/facts", region=code, period=asked.period.code, kind=asked.programme_kind),
            code,
        )
        for code, values in found.items()
    ]


def _aims_chart(visit: Visit, found: list[Aim]) -> Any:
    if not found:
        return ""
    names = [f"{aim.target.phase} {_programme(visit, aim)}" for aim in found]
    everybody = "persons" if all(aim.target.unit == "persons" for aim in found) else "person_times"
    return bars(
        visit.t("overview.aims"),
        visit.t("overview.aims_chart"),
        names,
        [
            Series(visit.t("overview.target"), [aim.target.target for aim in found]),
            Series(visit.t("ledger.all"), [aim.figures.get(everybody, 0) for aim in found]),
            Series(visit.t("overview.poor_only"), [aim.figures.get(f"{everybody}_poor", 0) for aim in found]),
        ],
        "aims",
    )


def _programme(visit: Visit, aim: Aim) -> str:
    if aim.programme is None:
        return aim.target.programme
    return aim.programme.zh if visit.language == "zh" else aim.programme.en


def _below_chart(visit: Visit, rows: list[Row]) -> Any:
    if not rows:
        return ""
    return bars(
        visit.t("overview.by_region"),
        visit.t("overview.by_region_chart"),
        [row.name for row in rows],
        [
            Series(visit.t("ledger.all"), [row.figures.get("person_times", 0) for row in rows]),
            Series(visit.t("overview.poor_only"), [row.figures.get("person_times_poor", 0) for row in rows]),
        ],
        "regions",
    )


ROUTES = (door("/", overview), door("/refusals", refusals))
