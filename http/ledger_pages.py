"""The ledger page by page: province, prefectures, counties, classes; and the changes behind every figure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple, get_args

from starlette.exceptions import HTTPException
from starlette.responses import Response

from taizhang.adapters.reports import head_of
from taizhang.adapters.visibility import visible
from taizhang.domain.classes import ProgrammeKind
from taizhang.domain.decisions import INSTITUTION, within
from taizhang.domain.envelope import Recorded
from taizhang.domain.officers import BUSINESS
from taizhang.http.errors import NoAnswer
from taizhang.http.figure_cells import cells
from taizhang.http.ledger_reading import (
    KNOWN,
    PERSON_COLUMNS,
    ClassName,
    Ledger,
    Scope,
    asked_ledger,
    class_page,
    cuts_of,
    explained,
    figure,
    level_of,
    no_figures,
    period_of,
)
from taizhang.http.overview_reading import Aim, aims
from taizhang.http.people import masked
from taizhang.http.places import name_of, names_of
from taizhang.http.rendering import link
from taizhang.http.report_foot import foot_of
from taizhang.http.scope import require_within
from taizhang.http.seen import classes_seen, covered_seen, own_classes, require_class, seen
from taizhang.http.visit import CASEWORK, Visit, door
from taizhang.projections.measures import MEASURES, PERSONS, PHASES, POOR_SUFFIX

HOURS: Final = ("persons", "person_times", "planned_minutes", "evidenced_minutes", "certified_minutes")
OUTCOMES: Final = (
    *("completed", "certified"),
    *(f"{what}_{months}" for months in (1, 3, 6) for what in ("employed", "confirmed")),
)
TILES: Final = ("persons", "person_times", "persons_poor", "person_times_poor", "evidenced_minutes", "certified")
FIRST_YEAR, LAST_YEAR = 2015, 2020


class Row(NamedTuple):
    """One line of the ledger: what it is, where it leads, where its figures open."""

    name: str
    href: str
    figures: Mapping[str, int | None]
    facts: str
    note: str = ""


class Line(NamedTuple):
    """A fact behind a figure; `is_open`: the officer may see it, and not only that it counts."""

    subject: str
    fact: Recorded
    change: int
    is_open: bool


def ledger(visit: Visit) -> Response:
    """The ledger of one region, with a line for each region or class right below it."""
    scope = asked_of(visit)
    page, following = _class_page(visit, scope)
    at, whole = asked_ledger(visit, scope, classes_of(visit, scope, page))
    answer = seen(visit, scope, whole)
    head = None  # a printed report says what the whole answer says
    if answer is whole:
        head = head_of(visit.house, scope, cuts_of(visit.bar), at, visit.language, visit.scope, answer)
    is_county = level_of(scope.region) == "county"
    rows = _class_rows(visit, scope, answer, page) if is_county else region_rows(visit, scope, answer)
    return visit.page(
        "ledger.html",
        here={"code": scope.region, "name": name_of(visit, scope.region)},
        trail=list(trail(visit, scope.region)),
        first_column=visit.t(_COLUMN[level_of(scope.region)]),
        rows=rows,
        total=Row("", "", answer.figures, facts_link(scope)),
        tiles=TILES,
        hours_groups=_groups(visit, HOURS),
        outcome_groups=_groups(visit, OUTCOMES),
        measure=lambda name: measure_label(visit, name),
        column=lambda name: column_label(visit, name),
        formula=lambda name: formula(visit, name),
        cells=cells,
        coverage=covered_seen(visit, scope.region),
        opens=visit.actor.role in CASEWORK,
        opens_total=visit.actor.role in CASEWORK - {INSTITUTION},  # its own classes open, their county's sum does not
        next=following,
        report=answer.report,
        foot=foot_of(head) if head is not None else None,
        **choices(visit),
    )


def figure_facts(visit: Visit) -> Response:
    """The facts behind one figure, each with the change it made.

    Raises HTTPException (404) for a foreign region or class, or an unknown measure.
    """
    scope, measure = asked_of(visit), visit.request.query_params.get("measure", "")
    training_class = visit.request.query_params.get("class", "")
    if measure not in KNOWN or (training_class and training_class[1:7] != scope.region):
        raise HTTPException(404)
    if training_class or visit.actor.role == INSTITUTION:
        require_class(visit, training_class)
    scope = scope._replace(training_class=training_class or None)
    rows, following = explained(visit.house, scope, measure, visit.bar, visit.request.query_params.get("after", ""))
    of_persons = measure in PERSON_COLUMNS
    return visit.page(
        "figure.html",
        aim=_aim(visit, scope.region),
        trail=[*trail(visit, scope.region, is_last=False), (measure_label(visit, measure), "")],
        name=measure_label(visit, measure),
        formula=formula(visit, measure),
        is_minutes="minutes" in measure,
        where=training_class or name_of(visit, scope.region),
        whole=figure(visit.house, scope, measure, visit.bar),
        rows=[Line(*row, is_open=visible(visit.house.log, row.fact, visit.actor)) for row in rows],
        people=masked(visit.house.vault, [row.subject for row in rows]) if of_persons else None,
        next=following,
        measure=measure,
        **choices(visit),
    )


def _aim(visit: Visit, region: str) -> Aim | None:
    """The target of which the figure is a share, where the address names one by its position.

    Raises HTTPException (404) for what is no target of the region.
    """
    asked = visit.request.query_params.get("of", "")
    if not asked:
        return None
    found = next((one for one in aims(visit, region) if str(one.standing.first.position) == asked), None)
    if found is None:
        raise HTTPException(404)
    return found


def asked_of(visit: Visit) -> Scope:
    """What an address asks of the ledger; the officer's own region when it names none.

    Raises HTTPException (404) for a region outside the scope, NoAnswer (400) for an unknown period.
    """
    parameters = visit.request.query_params
    region = require_within(parameters.get("region") or visit.scope, visit.scope)
    if len(region) != 6:
        raise HTTPException(404)
    period, kind = period_of(parameters.get("period", "")), parameters.get("kind", "")
    if period is None or kind not in ("", *get_args(ProgrammeKind)):
        raise NoAnswer(400, "errors.400.body")
    return Scope(region, period_kind=period[0], period=period[1], programme_kind=kind)


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
    period = visit.request.query_params.get("period", "")
    usual = [*(one.code for one in PHASES), *(str(year) for year in range(FIRST_YEAR, LAST_YEAR + 1))]
    return {
        "periods": list(dict.fromkeys(usual + [period] * bool(period))),  # any other days may stand in an address
        "kinds": get_args(ProgrammeKind),
        "period": period,
        "kept": kept(visit),
    }


def measure_label(visit: Visit, name: str) -> str:
    """A measure's name in the page's language, without the words that its column says already."""
    plain = name.removesuffix(POOR_SUFFIX)
    for one in (*MEASURES, PERSONS):
        if one.name == plain:
            label = one.zh.replace("(分钟)", "") if visit.language == "zh" else one.en[0].upper() + one.en[1:]
            return label + (f" · {visit.t('ledger.poor_short')}" if name.endswith(POOR_SUFFIX) else "")
    return name


def column_label(visit: Visit, name: str) -> str:
    """A measure's name as the head of a narrow column whose group says who is counted."""
    plain = name.removesuffix(POOR_SUFFIX)
    key = f"measure_short.{plain}"
    return visit.t(key) if visit.reception.texts.known(key) else measure_label(visit, plain)


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


def region_rows(visit: Visit, scope: Scope, answer: Ledger) -> list[Row]:
    """A line for each region right below the one asked for."""
    names_of(visit, [row.code for row in answer.rows])
    return [
        Row(
            name_of(visit, row.code),
            link("/ledger", kept(visit), region=row.code),
            row.figures,
            facts_link(scope._replace(region=row.code)),
            row.code,
        )
        for row in answer.rows
    ]


def facts_link(scope: Scope, **more: str) -> str:
    """Where the figures of a line open; the template adds the measure and the time bar."""
    return link("/ledger/facts", more, region=scope.region, period=scope.period, kind=scope.programme_kind)


def classes_of(visit: Visit, scope: Scope, page: Iterable[str] = ()) -> frozenset[str] | None:
    """Of which classes the figures are wanted; None above a county, where the rows are regions."""
    return classes_seen(visit, page) if level_of(scope.region) == "county" else None


def _class_page(visit: Visit, scope: Scope) -> tuple[Mapping[str, ClassName], str]:
    """The page of a county's classes that this role sees; empty above a county."""
    if level_of(scope.region) != "county" or visit.actor.role not in CASEWORK:
        return {}, ""
    page, following = class_page(visit.house, scope.region, visit.request.query_params.get("after", ""))
    mine = own_classes(visit)
    return {ident: room for ident, room in page.items() if mine is None or ident in mine}, following


def _class_rows(visit: Visit, scope: Scope, answer: Ledger, page: Mapping[str, ClassName]) -> list[Row]:
    found = {row.code: row.figures for row in answer.rows}
    return [
        Row(
            room.name or ident,
            f"/classes/{ident}",
            found.get(ident, no_figures()),
            facts_link(scope, **{"class": ident}),
            f"{ident} · {visit.label('class_status', room.status)}",
        )
        for ident, room in page.items()
    ]


def _groups(visit: Visit, names: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
    return [
        (visit.t("ledger.all"), names),
        (visit.t("ledger.poor"), tuple(name + POOR_SUFFIX for name in names)),
    ]


ROUTES = (door("/ledger", ledger, roles=BUSINESS), door("/ledger/facts", figure_facts))
