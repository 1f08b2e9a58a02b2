"""The ledger page by page: province, prefectures, counties, classes; and the changes behind every figure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple, get_args

from starlette.exceptions import HTTPException
from starlette.responses import Response

from taizhang.domain.classes import ProgrammeKind
from taizhang.domain.decisions import within
from taizhang.http.errors import NoAnswer
from taizhang.http.ledger_reading import (
    Asked,
    Figures,
    Period,
    changes,
    classes,
    figures,
    figures_below,
    level_of,
    report_id,
)
from taizhang.http.places import name_of, names_of
from taizhang.http.rendering import link
from taizhang.http.scope import require_within
from taizhang.http.visit import Visit, door
from taizhang.projections.measures import MEASURES, PERSONS, PHASES, POOR_SUFFIX, measure_columns

HOURS: Final = ("persons", "person_times", "planned_minutes", "evidenced_minutes", "certified_minutes")
OUTCOMES: Final = (
    *("completed", "certified"),
    *(f"{what}_{months}" for months in (1, 3, 6) for what in ("employed", "confirmed")),
)
TILES: Final = ("persons", "person_times", "persons_poor", "person_times_poor", "evidenced_minutes", "certified")
FIRST_YEAR, LAST_YEAR = 2015, 2020
KNOWN: Final = frozenset({PERSONS.name, PERSONS.poor, *measure_columns()})


class Row(NamedTuple):
    """One line of the ledger: what it is, where it leads, where its figures open."""

    name: str
    href: str
    figures: Figures
    facts: str
    note: str = ""


def ledger(visit: Visit) -> Response:
    """The ledger of one region, with a line for each region or class right below it."""
    asked = asked_of(visit)
    end = visit.house.log.head()
    rows, following = _rows(visit, asked)
    return visit.page(
        "ledger.html",
        here={"code": asked.region, "name": name_of(visit, asked.region)},
        trail=list(trail(visit, asked.region)),
        first_column=visit.t(_COLUMN[level_of(asked.region)]),
        rows=rows,
        total=Row("", "", figures(visit.house, asked), _facts(asked)),
        tiles=TILES,
        hours_groups=_groups(visit, HOURS),
        outcome_groups=_groups(visit, OUTCOMES),
        measure=lambda name: measure_label(visit, name),
        formula=lambda name: formula(visit, name),
        coverage=[],
        next=following,
        report=report_id(asked, end, visit.scope, "ledger"),
        **choices(visit),
    )


def figure(visit: Visit) -> Response:
    """The changes whose sum is one figure, each with its fact.

    Raises HTTPException (404) for a foreign region or class, or an unknown measure.
    """
    asked, measure = asked_of(visit), visit.request.query_params.get("measure", "")
    training_class = visit.request.query_params.get("class", "")
    if measure not in KNOWN or (training_class and training_class[1:7] != asked.region):
        raise HTTPException(404)
    after = visit.request.query_params.get("after", "0")
    if not (after.isascii() and after.isdecimal() and len(after) < 10):
        raise NoAnswer(400, "errors.400.body")
    rows, following = changes(visit.house, asked, measure, training_class, int(after))
    if training_class:
        whole: int | None = None if following or after != "0" else sum(row.amount for row in rows)
    else:
        whole = figures(visit.house, asked).get(measure, 0)
    return visit.page(
        "figure.html",
        trail=[*trail(visit, asked.region, is_last=False), (measure_label(visit, measure), "")],
        name=measure_label(visit, measure),
        formula=formula(visit, measure),
        is_minutes="minutes" in measure,
        where=training_class or name_of(visit, asked.region),
        whole=whole,
        rows=rows,
        next=following,
        measure=measure,
        **choices(visit),
    )


def asked_of(visit: Visit) -> Asked:
    """What an address asks of the ledger; the officer's own region when it names none.

    Raises HTTPException (404) for a region outside the scope, NoAnswer (400) for an unknown period.
    """
    parameters = visit.request.query_params
    region = require_within(parameters.get("region") or visit.scope, visit.scope)
    if len(region) != 6:
        raise HTTPException(404)
    period, kind = parameters.get("period", ""), parameters.get("kind", "")
    return Asked(region, visit.bar, _period(period), kind if kind.replace("-", "").isalpha() else "")


def trail(visit: Visit, region: str, *, is_last: bool = True) -> Iterator[tuple[str, str]]:
    """The regions above, as far as the officer's scope reaches, and the region itself."""
    above = dict.fromkeys((f"{region[:2]}0000", f"{region[:4]}00", region))
    for code in above:
        if within(code, visit.scope):
            is_here = is_last and code == region
            yield name_of(visit, code), "" if is_here else link("/ledger", kept(visit), region=code)


def kept(visit: Visit) -> dict[str, str]:
    """The parameters that every link of the ledger carries on."""
    parameters = visit.request.query_params
    return {**visit.bar.query, **{name: parameters[name] for name in ("period", "kind") if parameters.get(name)}}


def choices(visit: Visit) -> dict[str, Any]:
    """What the period chooser offers, and what is chosen."""
    parameters = visit.request.query_params
    return {
        "periods": list(
            dict.fromkeys([one.code for one in PHASES] + [str(year) for year in range(FIRST_YEAR, LAST_YEAR + 1)])
        ),
        "kinds": get_args(ProgrammeKind),
        "period": parameters.get("period", ""),
        "kept": kept(visit),
    }


def measure_label(visit: Visit, name: str) -> str:
    """A measure's name in the page's language, without the words that its column says already."""
    plain = name.removesuffix(POOR_SUFFIX)
    for one in (*MEASURES, PERSONS):
        if one.name == plain:
            label = one.zh.replace("(分钟)", "") if visit.language == "zh" else one.en
            return label + (f" · {visit.t('ledger.poor_short')}" if name.endswith(POOR_SUFFIX) else "")
    return name


def formula(visit: Visit, name: str) -> str:
    """How a measure is reckoned, in words."""
    plain = name.removesuffix(POOR_SUFFIX)
    found = next((one for one in (*MEASURES, PERSONS) if one.name == plain), None)
    if found is None:
        return ""
    return found.formula_zh if visit.language == "zh" else found.formula_en


_COLUMN: Final[Mapping[str, str]] = {
    "province": "ledger.prefectures",
    "prefecture": "ledger.counties",
    "county": "ledger.classes",
}


def _rows(visit: Visit, asked: Asked) -> tuple[list[Row], str]:
    if level_of(asked.region) == "county":
        rooms, following = classes(visit.house, asked, visit.request.query_params.get("after", ""))
        return [
            Row(
                room.name or room.training_class,
                f"/classes/{room.training_class}",
                room.figures,
                _facts(asked, {"class": room.training_class}),
                f"{room.training_class} · {visit.label('class_status', room.status)}",
            )
            for room in rooms
        ], following
    below = figures_below(visit.house, asked)
    names_of(visit, below)
    return [
        Row(
            name_of(visit, code),
            link("/ledger", kept(visit), region=code),
            found,
            _facts(asked._replace(region=code)),
            code,
        )
        for code, found in below.items()
    ], ""


def _facts(asked: Asked, more: Mapping[str, str] | None = None) -> str:
    """Where the figures of a line open; the template adds the measure and the time bar."""
    return link("/ledger/facts", more, region=asked.region, period=asked.period.code, kind=asked.programme_kind)


def _groups(visit: Visit, names: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
    return [
        (visit.t("ledger.all"), names),
        (visit.t("ledger.poor"), tuple(name + POOR_SUFFIX for name in names)),
    ]


def _period(code: str) -> Period:
    if not code:
        return Period()
    if any(phase.code == code for phase in PHASES):
        return Period("phase", code)
    if code.isascii() and code.isdecimal() and len(code) == 4:
        return Period("year", code)
    raise NoAnswer(400, "errors.400.body")


ROUTES = (door("/ledger", ledger), door("/ledger/facts", figure))
