"""What the API answers, declared in one place per answer: path, question, answer, roles, and the views it is read from.

A room of the API is a file `*_api.py` with a tuple ENDPOINTS, named in api_rooms.py. From the declaration come the
route, the check of the question, the answer's frame, the OpenAPI document and the lists' files; so nothing of these is
written twice:

    class Asked(OfRegion, frozen=True, kw_only=True):
        programme: Text | None = None

    class Row(msgspec.Struct, frozen=True, kw_only=True):
        posting: str
        since: date

    def postings(visit: Visit, asked: Asked, at: Moment) -> Found:
        region = visit.region(asked.region or visit.scope)
        return Found(rows=in_order(rows_of(at.connection, region, at.cuts), "posting", at))

    ENDPOINTS = (listing("/api/postings", postings, Asked, Row, reads="postings", roles=SEES_POSTINGS),)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Final, Generic, Literal, NamedTuple, TypeVar

import msgspec
from sqlalchemy import Connection

from taizhang.adapters.exports.streams import Column
from taizhang.http.cursors import read_cursor
from taizhang.projections.replay import Cuts

if TYPE_CHECKING:
    from taizhang.http.visit import Visit

PAGE: Final = 100
PAGE_MOST: Final = 1_000
R = TypeVar("R")

# a day, a Beijing time to the minute or finer, or UTC microseconds: what adapters/moments.py reads
MOMENT: Final = (
    r"^([0-9]{13,16}|[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    r"([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])?)?)$"
)
Place = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[0-9]{6}([0-9]{3}([0-9]{3})?)?$",
        examples=["620121"],
        description="行政区划代码 · code of a region: 6, 9 or 12 digits",
    ),
]
Code = Annotated[str, msgspec.Meta(min_length=1, max_length=120)]


# -- questions --------------------------------------------------------------------------------------------


class Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every answer may be asked with. Fields that the path names stand in the path, all others in the query."""

    lang: Annotated[Literal["zh", "en"], msgspec.Meta(description="语言 · language")] | None = None
    wait: (
        Annotated[
            int,
            msgspec.Meta(
                ge=0,
                le=2**53,
                description="等到视图到达此位置再答 · answer once the views have reached this log position",
            ),
        ]
        | None
    ) = None


class Dated(Question, frozen=True, kw_only=True):
    """A question on both time axes."""

    as_recorded_at: (
        Annotated[
            str,
            msgspec.Meta(
                pattern=MOMENT,
                examples=["2017-12-31", "2017-12-31T18:00"],
                description="截至何时入账:日期、北京时间或 UTC 微秒 · as known at this day, Beijing time or UTC microseconds",
            ),
        ]
        | None
    ) = None
    as_effective_on: (
        Annotated[date, msgspec.Meta(description="截至何日发生 · as effective on this Beijing day")] | None
    ) = None


class OfRegion(Dated, frozen=True, kw_only=True):
    """A question about a region; the officer's own when none is named."""

    region: Place | None = None


class Paging(msgspec.Struct, frozen=True, kw_only=True):
    """What every list may be asked with besides: where a page goes on, how long it is, or the whole list as a file."""

    after: (
        Annotated[str, msgspec.Meta(max_length=400, description="上一页的 next · `next` of the page before")] | None
    ) = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=PAGE_MOST, description="每页行数 · rows of a page")] = PAGE
    format: Annotated[
        Literal["json", "jsonl", "csv", "xlsx", "parquet"],
        msgspec.Meta(description="json 分页;其余为整张表的文件 · json by the page; the others hold the whole list"),
    ] = "json"
    purpose: Annotated[
        str, msgspec.Meta(max_length=200, description="导出用途,将入账 · what a file is for; it is recorded")
    ] = ""


# -- answers ----------------------------------------------------------------------------------------------


class Answer(msgspec.Struct, kw_only=True):
    """The frame of every answer: the log position it reflects, when that was recorded, how far behind, and its id."""

    position: int
    recorded_at: Annotated[int, msgspec.Meta(description="该位置入账时间,UTC 微秒 · UTC microseconds")]
    lag_seconds: float
    report: Annotated[str, msgspec.Meta(description="报告编号 · fixes question and figures for ever")]


class Listing(Answer, Generic[R], kw_only=True):
    """A page of a list; `next` is the cursor of the page after it, null at the end."""

    rows: list[R]
    next: str | None


class Found(NamedTuple):
    """What a handler answers: fields besides the frame; and of a list its rows, each with its key, in the keys' order.

    `rows` may be lazy: only as many are taken as the page holds, or all of them for a file. They begin after
    `Moment.after`. `report` is given where the answer has an id of its own, `columns` where a file's are not the row's.
    """

    content: Mapping[str, Any] = {}
    rows: Iterable[tuple[tuple[Any, ...], Any]] | None = None
    report: str = ""
    columns: Sequence[Column] = ()


class Moment(NamedTuple):
    """Where a handler reads: one transaction, the position that the views have in it, and the question's cuts.

    `on` is the day for ages and states: the effective day asked for, else the recording cut's Beijing day, else today.
    """

    connection: Connection
    position: int
    recorded_at: int
    cuts: Cuts
    on: date
    cursor: str | None = None
    limit: int | None = PAGE  # None: all rows, for a file

    def after(self, *kinds: type) -> tuple[Any, ...] | None:
        """The key after which the page begins, its parts of these types; None for the first page.

        Raises BadCursor.
        """
        return read_cursor(self.cursor, kinds)


Handler = Callable[["Visit", Any, Moment], Found]
View = Literal[
    "log",
    "ledger",
    "registry",
    "dated",
    "plans",
    "refusals",
    "funds",
    "postings",
    "inspections",
    "performance",
    "outside",
    "cases",
    "statements",
    "leads",
]


class Endpoint(NamedTuple):
    """One declared answer."""

    path: str
    handler: Handler
    asked: type[Question]
    told: Any  # the Struct of the whole answer
    row: Any  # of a list: the Struct of a row
    reads: tuple[str, ...]
    roles: frozenset[str] | None
    beside_log: bool = False  # tells of more than the log, such as how far an import is: its position is no mark of it

    @property
    def name(self) -> str:
        """What programs call it by: OpenAPI's operationId."""
        return self.handler.__name__

    @property
    def in_path(self) -> tuple[str, ...]:
        """Which fields of the question stand in the path."""
        return tuple(part[1:-1].partition(":")[0] for part in self.path.split("/") if part.startswith("{"))


def listing(
    path: str,
    handler: Handler,
    asked: type[Question],
    row: Any,
    *,
    told: Any = None,
    reads: str | tuple[str, ...] = "log",
    roles: Iterable[str] | None = None,
    beside_log: bool = False,
) -> Endpoint:
    """Declare a list: rows of one Struct, by the page or as a file. `told`: a Listing with fields besides the rows."""
    both = {*Paging.__struct_fields__} & {one.encode_name for one in msgspec.structs.fields(asked)}
    assert not both, f"{path}: {both} would mean two things"
    return Endpoint(path, handler, asked, told or Listing[row], row, _names(reads), _roles(roles), beside_log)


def single(
    path: str,
    handler: Handler,
    asked: type[Question],
    told: type[Answer],
    *,
    reads: str | tuple[str, ...] = "log",
    roles: Iterable[str] | None = None,
    beside_log: bool = False,
) -> Endpoint:
    """Declare an answer that is one document."""
    return Endpoint(path, handler, asked, told, None, _names(reads), _roles(roles), beside_log)


def in_order(rows: Iterable[Any], key: str, at: Moment) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Rows that are in memory whole, by one text field that no two share, beginning after the cursor."""
    after = at.after(str)
    keyed = sorted(((str(_field(row, key)), row) for row in rows), key=lambda pair: pair[0])
    return (((ident,), row) for ident, row in keyed if after is None or ident > after[0])


def _field(row: Any, name: str) -> Any:
    return row[name] if isinstance(row, Mapping) else getattr(row, name)


def _names(reads: str | tuple[str, ...]) -> tuple[str, ...]:
    return (reads,) if isinstance(reads, str) else reads


def _roles(roles: Iterable[str] | None) -> frozenset[str] | None:
    return None if roles is None else frozenset(roles)
