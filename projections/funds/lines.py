"""The list of fund lines, and how each stands in a region."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, or_, select

from taizhang.projections.funds.cuts import NOW, Cuts, UseScope, known
from taizhang.projections.funds.steps import as_date
from taizhang.projections.funds.tables import fund_tables
from taizhang.projections.funds.use import use
from taizhang.projections.scope import stem_of


class FundLine(NamedTuple):
    """A fund line with its terms as known now."""

    line: str
    name: str
    source: str
    document: str
    issued_by: tuple[str, ...]
    year: int
    purposes: tuple[str, ...]
    scope: str
    region: str
    level: str
    counties: tuple[str, ...]
    amount_fen: int
    donor: str
    donor_person: str | None
    restriction: str
    receipt: str
    lawful_days: int | None
    opened_on: date
    position: int


class LineRow(NamedTuple):
    """A line and the figures of the region's part of it, by the names of `FUND_MEASURES`."""

    line: FundLine
    figures: Mapping[str, int | None]


def fund_lines(
    connection: Connection, region: str = "620000", line: str | None = None, cuts: Cuts = NOW
) -> list[FundLine]:
    """The lines that belong to the region, that any holder in it has had anything of, or that its claims are charged to, known at the recording cut."""
    tables = fund_tables()
    t, d, k, s = tables.lines.c, tables.days.c, tables.committed.c, tables.steps.c
    stem = stem_of(region)
    held = select(d.line).where(d.holder.startswith(stem, autoescape=True))
    charged = select(k.line).where(k.holder.startswith(stem, autoescape=True))
    query = select(tables.lines).where(t.position.is_not(None), t.source.is_not(None))
    if len(stem) > len("62"):  # the province's holders are everybody
        query = query.where(or_(t.region.startswith(stem, autoescape=True), t.line.in_(held), t.line.in_(charged)))
    if line is not None:
        query = query.where(t.line == line)
    if cuts.as_recorded_at is not None:
        opened = select(s.line).where(s.kind == "line-opened", *known(s, Cuts(cuts.as_recorded_at)))
        query = query.where(t.line.in_(opened))
    return [_line(row) for row in connection.execute(query.order_by(t.line))]


def overview(connection: Connection, on: date, region: str = "620000", cuts: Cuts = NOW) -> list[LineRow]:
    """Every line of the region with its figures there; ages as on the day `on`."""
    figures = {one.key[0]: one.figures for one in use(connection, on, UseScope(region), ("line",), cuts)}
    empty = next(iter(figures.values()), {})
    nothing = dict.fromkeys(empty, 0)
    return [LineRow(one, figures.get(one.line, nothing)) for one in fund_lines(connection, region, cuts=cuts)]


def _line(row: Any) -> FundLine:
    return FundLine(
        line=row.line,
        name=row.name,
        source=row.source,
        document=row.document,
        issued_by=_listed(row.issued_by),
        year=row.year,
        purposes=_listed(row.purposes),
        scope=row.scope,
        region=row.region,
        level=row.level,
        counties=_listed(row.counties),
        amount_fen=row.amount_fen,
        donor=row.donor,
        donor_person=row.donor_person,
        restriction=row.restriction,
        receipt=row.receipt,
        lawful_days=row.lawful_days,
        opened_on=as_date(row.opened_on),
        position=row.position,
    )


def _listed(text: str | None) -> tuple[str, ...]:
    return tuple(text.split(",")) if text else ()
