"""Who sees money, of which region, at which moment; and how accounts and amounts are said on the pages."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, or_
from starlette.exceptions import HTTPException
from starlette.responses import Response

from taizhang.adapters import visibility
from taizhang.domain.decisions import within
from taizhang.domain.wording import money as in_words
from taizhang.http.errors import NoAnswer
from taizhang.http.ledger_reading import cuts_of
from taizhang.http.places import name_of
from taizhang.http.rendering import NOTHING
from taizhang.http.scope import require_within
from taizhang.http.visit import Visit
from taizhang.projections.funds.cuts import Cuts, recorded_day
from taizhang.projections.funds.lines import FundLine, fund_lines
from taizhang.projections.funds.measures import FUND_MEASURES, FundMeasure
from taizhang.projections.organisation_names import organisation_names
from taizhang.projections.scope import stem_of

SEES_MONEY: Final = visibility.SEES_MONEY
SEES_SUMS: Final = SEES_MONEY | {"dashboard"}  # and no class, payee or person
SEES_CLAIMS: Final = SEES_MONEY | {"institution"}  # an institution: its own
MEASURES: Final[dict[str, FundMeasure]] = {one.name: one for one in FUND_MEASURES}


def require_role(visit: Visit, roles: frozenset[str] = SEES_MONEY) -> None:
    """Raises NoAnswer (403) for a role that has no business with money."""
    if visit.actor.role not in roles:
        raise NoAnswer(403, "errors.403.body")


def cuts(visit: Visit) -> Cuts:
    return cuts_of(visit.bar)


def looked_on(visit: Visit) -> date:
    """The day on which ages are counted: that of the bar, else that of its recording time, else today."""
    bar = visit.bar
    if bar.effective_on is not None:
        return bar.effective_on
    return visit.house.desk.today() if bar.recorded_at is None else recorded_day(bar.recorded_at)


def asked_region(visit: Visit) -> str:
    """The region of the address, or the officer's own.

    Raises HTTPException (404) for a foreign one.
    """
    region = require_within(visit.request.query_params.get("region") or visit.scope, visit.scope)
    if len(region) != len("620000"):
        raise HTTPException(404)
    return region


def asked_line(visit: Visit, connection: Connection) -> FundLine:
    """The line of the address as far as it is known at the bar's recording time.

    Raises HTTPException (404) when there is none, or the officer's region has nothing to do with it.
    """
    line = visit.request.path_params["line"]
    known = Cuts(visit.bar.recorded_at)
    found = fund_lines(connection, visit.scope, line, known)
    if not found:
        raise HTTPException(404)
    return found[0]


def sees_holder(visit: Visit, holder: str) -> bool:
    """Whether an account of the ledger lies in the officer's region."""
    return holder[:1].isdigit() and within(holder[:6], visit.scope)


def steps_in_scope(visit: Visit, s: Any) -> list[ColumnElement[bool]]:
    """Which rows of `fund_step` the officer sees: those of the region, and the terms of every line."""
    stem = stem_of(visit.scope)
    if len(stem) <= len("62"):
        return []
    own = [column.startswith(stem, autoescape=True) for column in (s.region, s.payer, s.receiver)]
    classes = s.training_class.startswith(f"c{stem}", autoescape=True)
    return [or_(*own, classes, s.kind == "line-opened")]


def holder_words(visit: Visit, holder: str) -> str:
    """An account as people read it: a treasury by its region, a department in it, an end payee by its kind."""
    if holder[:1].isdigit():
        department = holder[7:]
        name = name_of(visit, holder[:6])
        return f"{name} · {office_name(visit, department)}" if department else name
    kind, _, which = holder.partition(":")
    if kind == "advance" and which[:1].isdigit():
        return visit.t("funds.advances_of", holder=holder_words(visit, which))
    said = visit.label("funds_account", kind)
    if kind == "institution" and which:
        return f"{said} · {office_name(visit, which)}"
    return f"{said} {visit.said(which)}" if which else said


def office_name(visit: Visit, organisation: str) -> str:
    """What a department is called; a page names few of them many times."""
    known = visit.office_names
    if organisation not in known:
        with visit.house.log.database.read() as connection:
            known[organisation] = organisation_names(connection, [organisation]).get(organisation, organisation)
    return known[organisation]


def yuan(amount_fen: int | None) -> str:
    """Fen as yuan with two decimals and separators."""
    if amount_fen is None:
        return NOTHING
    return in_words(amount_fen, "zh").removesuffix(" 元").replace("-", "−")


def measure_words(visit: Visit, name: str) -> str:
    """A measure's name in the page's language, without the unit in brackets: the figure shows its own."""
    one = MEASURES[name]
    said = one.zh if visit.language == "zh" else one.en[0].upper() + one.en[1:]
    return said.partition("(")[0].strip()


def measure_formula(visit: Visit, name: str) -> str:
    one = MEASURES[name]
    return one.formula_zh if visit.language == "zh" else one.formula_en


def measured(name: str, value: int | None) -> str:
    """A figure as its unit is read: yuan, days, per cent."""
    if value is None:
        return NOTHING
    unit = MEASURES[name].unit
    return yuan(value) if unit == "fen" else f"{value / 100:.2f}%" if unit == "basis-points" else f"{value:,}"


def money_page(visit: Visit, template: str, status: int = 200, **context: Any) -> Response:
    """A page with what all pages about money say alike."""
    return visit.page(
        template,
        status,
        yuan=yuan,
        measured=measured,
        measure=lambda name: measure_words(visit, name),
        formula=lambda name: measure_formula(visit, name),
        holder=lambda code: holder_words(visit, code),
        units={name: one.unit for name, one in MEASURES.items()},
        **context,
    )
