"""The read tables themselves, for programs: any table, any length, every row within the officer's region.

    GET /api/tables                      what there is
    GET /api/tables/ledger_enrolment     its rows; `region`, `institution`, `programme` where the table has such a column
    GET /api/tables/person_status?as_recorded_at=2017-06-30     its rows as they were known then

A row belongs where its own columns say: county, region, village, township, payer or receiver, or the county in the id of
its class, household or claim. A table without any of these is for officers of the whole house.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Final

import msgspec
from sqlalchemy import ColumnElement, FromClause, Select, Table, and_, literal, not_, or_, select, tuple_, union_all
from starlette.exceptions import HTTPException

from taizhang.adapters.exports.streams import Column
from taizhang.adapters.preset import PROVINCE
from taizhang.http.api_endpoints import MOMENT, Code, Found, Listing, Moment, Place, Question, in_order, listing
from taizhang.http.api_problems import ApiProblem
from taizhang.http.funds_scope import SEES_MONEY
from taizhang.http.scope import require_within
from taizhang.http.visit import CASEWORK, Visit
from taizhang.projections.known_rows import Axis, axis_of, rows_at
from taizhang.projections.readers import readable_columns, readable_tables
from taizhang.projections.scope import DIGITS, begins, stem_of
from taizhang.projections.tables_ledger import ledger_tables, lives_in_another_county

ROWS: Final = 2_000  # read at once
OWN_PLACES: Final = ("county", "region", "village", "township", "holder", "payer", "receiver")
IDS: Final[Mapping[str, str]] = {  # columns whose ids begin with these letters and the county's code
    "training_class": "c",
    "household": "h",
    "claim": "claim-",
    "posting": "post-",
    "inspection": "insp-",
    "finding": "find-",
}
MONEY: Final = "fund_"  # tables whose names begin so are for those who see money
PUBLIC: Final = frozenset(  # rules and places: everybody in the house may read them, as in adapters/visibility.py
    {"code_label", "programme", "programme_opening", "region", "region_name", "target", "view"}
)
ENTRIES: Final = "outside_entry"
READERS: Final = CASEWORK - {"institution", "village-official"}  # an institution's own rows are not told apart here


class TableAsked(Question, frozen=True, kw_only=True):
    """A table by its name, narrowed down."""

    table: Annotated[str, msgspec.Meta(pattern="^[a-z_]{1,60}$")]
    region: Place | None = None
    institution: Code | None = None
    programme: Code | None = None
    as_recorded_at: (
        Annotated[
            str,
            msgspec.Meta(
                pattern=MOMENT,
                description="截至何时入账;只有 recorded_axis 不为 now 的表可问 · as known then; for tables whose recorded_axis is not now",
            ),
        ]
        | None
    ) = None


class TableRow(msgspec.Struct, frozen=True, kw_only=True):
    """A read table."""

    table: str
    columns: list[str]
    view: Annotated[str, msgspec.Meta(description="所属视图 · the view that keeps it")]
    recorded_axis: Annotated[
        Axis,
        msgspec.Meta(
            description="能否按入账时间回看:versions 按版本,changes 按变动,now 只有当前 · whether an earlier recording time can be "
            "asked: by versions of rows, by changes recorded until then, or now only"
        ),
    ]


class RowsAnswer(Listing[dict[str, Any]], kw_only=True):
    """Rows of a table as the data dictionary describes them; of an earlier time those of its columns that have versions."""

    table: str
    known_at: Annotated[
        int | None, msgspec.Meta(description="截至此入账时间所知,UTC 微秒;空为当前 · as known then; null: as known now")
    ]


def table_list(visit: Visit, _: Question, at: Moment) -> Found:
    """Every read table that the officer may ask."""
    rows = [
        {
            "table": name,
            "columns": [str(column.name) for column in readable_columns(table)],
            "view": view,
            "recorded_axis": axis_of(name),
        }
        for name, (view, table) in readable_tables().items()
        if _may_ask(visit, name, table)
    ]
    return Found(rows=in_order(rows, "table", at))


def table_rows(visit: Visit, asked: TableAsked, at: Moment) -> Found:
    """The rows of a read table within the officer's region, as known now, or at an earlier recording time.

    Raises HTTPException (404), ApiProblem (409) for an earlier time of a table that does not know it.
    """
    _, table = readable_tables().get(asked.table, ("", None))
    if table is None or not _may_ask(visit, asked.table, table):
        raise HTTPException(404)
    region = require_within(asked.region or visit.scope, visit.scope)
    rows = rows_at(asked.table, at.cuts.as_recorded_at)
    if rows is None:
        raise ApiProblem("known-now-only")
    columns = [one for one in readable_columns(table) if one.name in rows.c]
    asking = select(*(rows.c[one.name] for one in columns)).where(*_narrowed(asked, rows))
    key = [rows.c[one.name] for one in table.primary_key.columns]
    parts = _within(asking, asked, rows, region)
    content = {"table": asked.table, "known_at": at.cuts.as_recorded_at}
    return Found(content, _rows(parts, key, at), columns=[_column(one) for one in columns])


def places_of(table: FromClause) -> list[str]:
    """The columns that say where a row belongs."""
    return [one.name for one in table.c if one.name in OWN_PLACES or one.name in IDS]


def _may_ask(visit: Visit, name: str, table: Table) -> bool:
    if name.startswith(MONEY) and visit.actor.role not in SEES_MONEY:
        return False
    if (
        name == ENTRIES
    ):  # an entry's list says where it was handed in, and not of whom it speaks (adapters/outside/told.py)
        return visit.scope == PROVINCE
    return visit.scope == PROVINCE or name in PUBLIC or bool(places_of(table))


def _narrowed(asked: TableAsked, table: FromClause) -> Iterator[ColumnElement[bool]]:
    """The conditions of the question but for its region. Raises HTTPException (404): the table has no such column."""
    for name in ("institution", "programme"):
        value = getattr(asked, name)
        if value is not None:
            if name not in table.c:
                raise HTTPException(404)
            yield table.c[name] == value


def _within(query: Select[Any], asked: TableAsked, table: FromClause, region: str) -> Sequence[Select[Any]]:
    """The query's rows that belong to a region; in parts that share no row where no single index finds them all.

    Raises HTTPException (404): none of the table's rows says where it belongs.
    """
    if region == PROVINCE or (asked.region is None and asked.table in PUBLIC):
        return [query]
    stem = stem_of(region)
    held = [begins(table.c[name], IDS.get(name, "") + stem) for name in (_own(table) or places_of(table))]
    if isinstance(table, Table) and table.name == ledger_tables().enrolments.name:  # as known now
        # a class's id says its county (rule training.class-id-of-another-county); its trainees live there, mostly
        filed_here = begins(table.c.training_class, IDS["training_class"] + stem[: DIGITS["county"]])
        lives_here = and_(lives_in_another_county(table.c), begins(table.c.village, stem))
        return [query.where(filed_here, or_(*held)), query.where(lives_here, not_(filed_here))]
    if not held:
        raise HTTPException(404)
    return [query.where(or_(*held))]


def _own(table: FromClause) -> list[str]:
    """The columns that name a place outright; ids are asked only where there is none."""
    return [one.name for one in table.c if one.name in OWN_PLACES]


def _rows(
    parts: Sequence[Select[Any]], key: Sequence[ColumnElement[Any]], at: Moment
) -> Iterator[tuple[tuple[Any, ...], dict[str, Any]]]:
    kinds = [int if one.type.python_type is int else str for one in key]
    behind = at.after(*kinds)
    if behind is not None:
        after = tuple_(*key) > tuple_(*(literal(part, one.type) for part, one in zip(behind, key, strict=True)))
        parts = [part.where(after) for part in parts]
    page: Any = parts[0].order_by(*key)
    if len(parts) > 1:
        both = union_all(*parts)
        page = both.order_by(*(both.selected_columns[one.name] for one in key))
    if at.limit is not None:
        page = page.limit(at.limit + 1)
    names = [str(column.name) for column in parts[0].selected_columns]
    places = [names.index(one.name) for one in key]
    found = at.connection.execute(page.execution_options(yield_per=ROWS))
    for row in found:
        yield tuple(_plain(row[place]) for place in places), dict(zip(names, row, strict=True))


def _plain(value: Any) -> Any:
    """A part of a key as a cursor holds it: days as text."""
    return value if isinstance(value, int | str) else value.isoformat()


def _column(column: Any) -> Column:
    kind = column.type.python_type
    return Column(str(column.name), "int" if kind is int else "date" if kind.__name__ == "date" else "str")


VIEWS: Final = ("ledger", "registry", "dated", "plans", "refusals", "funds", "postings", "inspections", "performance")
ENDPOINTS = (
    listing("/api/tables", table_list, Question, TableRow, roles=READERS),
    listing("/api/tables/{table}", table_rows, TableAsked, dict[str, Any], told=RowsAnswer, reads=VIEWS, roles=READERS),
)
