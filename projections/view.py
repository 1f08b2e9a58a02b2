"""What a view is: a fold of facts into rows of its own tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache, partial
from itertools import groupby
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

import msgspec
from sqlalchemy import Connection, MetaData

from taizhang.domain.attendance import AttendanceTaken
from taizhang.domain.classes import ClassId
from taizhang.domain.core import Fact, LateAddition, PersonId, RegionCode
from taizhang.domain.envelope import body_of, fact_classes, outer_of
from taizhang.domain.hours import SessionHours
from taizhang.domain.log import StoredFact
from taizhang.domain.people import PersonRegistered, StatementId

B = TypeVar("B")


class Item(NamedTuple):
    """A fact of a page, decoded once for all views."""

    position: int
    recorded_at: int  # UTC microseconds
    fact: Fact
    addition: LateAddition | None
    leaf: bytes  # for what only one view wants to know of it


class ViewFailed(Exception):
    """A view could not fold the fact at `position`."""

    def __init__(self, position: int, cause: Exception) -> None:
        super().__init__(f"{type(cause).__name__}: {cause}")
        self.position = position


class View(Protocol):
    """Folds pages into rows. It reads and reckons in `fold`, and writes only in `write`.

    The same facts give the same rows, whoever replays them and however they are paged. What it remembers from one
    page to the next is dropped by `forget`; then it reads its own tables again.
    """

    name: str
    version: int  # a new one when the same facts would give other rows, or rows that are found in another way
    metadata: MetaData

    def wants(self) -> frozenset[type[Fact]]:
        """The classes of facts it looks at; corrections are named too."""

    def fold(self, page: Sequence[Item], connection: Connection) -> None:
        """Take in a page, in memory. Raises ViewFailed."""

    def write(self, connection: Connection) -> None:
        """Write the rows that changed since the last `write`."""

    def forget(self) -> None:
        """Drop everything remembered."""

    def figures(self, connection: Connection) -> dict[str, int]:
        """Control totals by name, to compare one build of the tables with the next."""


class ViewType(Protocol):
    """Makes a view whose tables' names end in `suffix`."""

    def __call__(self, suffix: str = "") -> View: ...


def run(handlers: Mapping[Any, Callable[[Item], None]], page: Sequence[Item]) -> None:
    """Give each fact of the page to its handler; whatever goes wrong is told with the fact's position."""
    item = None
    try:
        for item in page:
            handler = handlers.get(type(item.fact))
            if handler is not None:
                handler(item)
    except Exception as cause:
        assert item is not None
        raise ViewFailed(item.position, cause) from cause


class _Whole(msgspec.Struct, Generic[B], gc=False):
    """A leaf with its body; the rest of the envelope is skipped."""

    body: B
    addition: LateAddition | None = None


class Page(list[Item]):
    """The wanted facts of a page in order, and the same by their classes, for folds that take many alike at once."""

    def __init__(self, items: Iterable[Item] = ()) -> None:
        super().__init__(items)
        self.by_class: dict[type[Fact], list[Item]] = {}
        self._runs: dict[type[Fact], list[list[Item]]] = {}
        for item in self:
            self.by_class.setdefault(type(item.fact), []).append(item)

    def runs(self, kind: type[Fact]) -> list[list[Item]]:
        """The facts of this class, those in a row together that name one class, one day, one recorder and moment.

        A roster's rows are a run for each of its classes, so whoever counts them looks at few.
        """
        found = self._runs.get(kind)
        if found is None:
            items = self.by_class.get(kind, ())
            if "training_class" in kind.__struct_fields__:
                found = [list(run) for _, run in groupby(items, _shared)]
            else:
                found = [[item] for item in items]
            self._runs[kind] = found
        return found

    @classmethod
    def of(cls, items: Sequence[Item]) -> Page:
        """These items as a page; a page stays the one it is."""
        return items if isinstance(items, cls) else cls(items)


def _shared(item: Any) -> tuple[Any, ...]:
    """What the facts of a run share; of who recorded them the bytes that say so."""
    _, recorded_at, fact, addition, leaf = item
    start = leaf.rfind(_RECORDED_BY)
    by = leaf[start : leaf.find(b"}", start) + 1] if start >= 0 else leaf
    return fact.training_class, fact.occurred_on, recorded_at, addition, by


class PageDecoder:
    """Decodes the facts that some view wants, each once; the others are not even looked at."""

    def __init__(self, wanted: frozenset[type[Fact]]) -> None:
        classes = fact_classes()
        lifted = {name for cls in wanted for name in getattr(cls, "LIFTS", {})}
        wanted_here = {name: cls for name, cls in classes.items() if cls in wanted}
        self._decoders = {name: _decoder(cls) for name, cls in wanted_here.items()}
        self._decoders |= dict.fromkeys(lifted, None)
        self._bodies: dict[str, Any] = {name: _body_decoder(cls) for name, cls in wanted_here.items()}
        if AttendanceTaken in wanted:
            self._bodies[AttendanceTaken.TOPIC] = partial(_attendance, {})
        if PersonRegistered in wanted:
            self._bodies[PersonRegistered.TOPIC] = _person

    def items(self, page: Sequence[StoredFact]) -> Page:
        """The wanted facts of the page, in order. Raises msgspec.DecodeError on a damaged leaf."""
        decoders, bodies, items, new = self._decoders, self._bodies, Page(), tuple.__new__
        append, by_class = items.append, items.by_class
        rows: Any = page  # records of four values each
        for position, type_name, recorded_at, leaf in rows:
            if type_name not in decoders:
                continue
            decode = bodies.get(type_name)
            # One after the other, while the leaf is still at hand: many in one go took a third longer.
            if decode is not None and leaf.startswith(_BODY) and (end := leaf.find(_AFTER_BODY)) > 0:
                try:
                    fact = decode(leaf[_BODY_AT : end + 1])
                except msgspec.DecodeError:
                    item = self._whole(position, type_name, recorded_at, leaf)  # cut inside the body, or damaged
                else:
                    item = new(Item, (position, recorded_at, fact, None, leaf))
            else:
                item = self._whole(position, type_name, recorded_at, leaf)
            append(item)
            kind = type(item[2])
            alike = by_class.get(kind)
            if alike is None:
                by_class[kind] = [item]
            else:
                alike.append(item)
        return items

    def _whole(self, position: int, type_name: str, recorded_at: int, leaf: bytes) -> Item:
        """A fact whose body cannot be cut out of its leaf."""
        decode = self._decoders[type_name]
        if decode is None:
            outer = outer_of(leaf)
            return Item(position, recorded_at, body_of(type_name, outer.body), outer.addition, leaf)
        whole = decode(leaf)
        return Item(position, recorded_at, whole.body, whole.addition, leaf)


# A leaf without a late addition begins with its body, and right after the body comes the command; inside a string the
# quotes would be escaped. A body that has a command of its own is cut too short, which its brackets show.
_BODY, _AFTER_BODY = b'{"body":', b'},"command":'
_BODY_AT = len(_BODY)
_RECORDED_BY = b',"recorded_by":'
_SHEETS = 1_000  # attendance sheets whose marks are kept decoded


class _SheetRow(msgspec.Struct, gc=False):
    """A row of an attendance sheet whose marks, mostly the same as its neighbours', are still bytes."""

    occurred_on: date
    training_class: ClassId
    person: PersonId
    marks: msgspec.Raw = msgspec.Raw(b"[]")
    absent: tuple[date, ...] = ()


class _Registration(msgspec.Struct, gc=False):
    """A person's registration without the commitments, most of its bytes, in which no view has a part."""

    occurred_on: date
    person: PersonId
    statement: StatementId
    county: RegionCode
    village: RegionCode | None = None


_registration = msgspec.json.Decoder(_Registration).decode
_sheet_row = msgspec.json.Decoder(_SheetRow).decode
_marks = msgspec.json.Decoder(tuple[SessionHours, ...]).decode


def _attendance(known: dict[bytes, tuple[SessionHours, ...]], body: bytes) -> AttendanceTaken:
    """Decode a row of a sheet; rows that mark the same hours share one tuple, which is kept in `known`."""
    row = _sheet_row(body)
    text = bytes(row.marks)
    marks = known.get(text)
    if marks is None:
        if len(known) >= _SHEETS:
            known.clear()
        marks = known[text] = _marks(text)
    return AttendanceTaken(
        occurred_on=row.occurred_on,
        training_class=row.training_class,
        person=row.person,
        marks=marks,
        absent=row.absent,
    )


def _person(body: bytes) -> PersonRegistered:
    """Decode a registration, its commitments left out."""
    said = _registration(body)
    return PersonRegistered(
        occurred_on=said.occurred_on,
        person=said.person,
        statement=said.statement,
        county=said.county,
        village=said.village,
    )


@cache
def _body_decoder(cls: Any) -> Any:
    return msgspec.json.Decoder(cls).decode


@cache
def _decoder(cls: Any) -> Any:
    return msgspec.json.Decoder(_Whole[cls]).decode
