"""What reading a sheet yields: tables of one form each, with their head values, their rows and what was doubtful."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from taizhang.adapters.forms.field_names import FieldName
from taizhang.adapters.forms.forms import FormKind

_BLANK: Final = ("", None)


@dataclass(frozen=True, slots=True)
class HeadValue:
    """A value that stands once for a whole table; `row` as Excel counts, `column` from 0."""

    value: object
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class DayColumn:
    """One column of an attendance sheet; `part` is "am", "pm", "evening" or "" for the whole day.

    `on` is None where neither the header nor the title says the whole date; what the header does say of month and day
    may still be enough for who knows from when to when the class was planned.
    """

    index: int
    on: date | None
    part: str
    text: str
    month: int | None = None
    day: int | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """Which column of a table holds what; shared by all its rows."""

    columns: tuple[tuple[int, FieldName], ...]
    unmapped: tuple[tuple[int, str], ...] = ()
    days: tuple[DayColumn, ...] = ()

    @property
    def width(self) -> int:
        """How long a row must be for every column of the layout to be in it."""
        return 1 + max(
            [index for index, _ in self.columns]
            + [index for index, _ in self.unmapped]
            + [day.index for day in self.days],
            default=-1,
        )


class FormRow:
    """One row of a table; its cells are read through the table's layout only when somebody asks."""

    __slots__ = ("cells", "layout", "row_number")

    def __init__(self, row_number: int, cells: Sequence[object], layout: Layout) -> None:
        self.row_number, self.cells, self.layout = row_number, cells, layout

    @property
    def values(self) -> dict[FieldName, object]:
        """The raw value of every known column that is not blank."""
        cells = self.cells
        return {name: cell for index, name in self.layout.columns if (cell := cells[index]) not in _BLANK}

    @property
    def extra(self) -> dict[str, object]:
        """The raw values of the columns that no field was found for, under their headers."""
        cells = self.cells
        return {text: cells[index] for index, text in self.layout.unmapped if cells[index] not in _BLANK}

    @property
    def days(self) -> Iterator[tuple[DayColumn, object]]:
        """Every day column with this row's mark in it, blank ones too."""
        return ((day, self.cells[day.index]) for day in self.layout.days)

    def __repr__(self) -> str:
        return f"FormRow({self.row_number}, columns={len(self.layout.columns)})"  # never the cells: they are people


@dataclass(slots=True)
class FormTable:
    """One table of a known form. `doubts` is empty and `certainty` 1.0 when nothing had to be supposed.

    Rows of a class filing hold its courses and its teachers, each under the columns of its own small table, so every row
    carries its own layout; `columns`, `unmapped` and `day_columns` are those of the first.
    """

    form: FormKind
    sheet: str
    header_rows: tuple[int, ...]
    columns: dict[int, FieldName | None]
    unmapped: list[tuple[int, str]]
    head: dict[FieldName, HeadValue]
    rows: list[FormRow]
    day_columns: list[DayColumn] = field(default_factory=list)
    title: str = ""
    headers: dict[int, str] = field(default_factory=dict)  # what is printed above each column, merged cells too
    first_column: int = 0
    last_column: int = 0
    certainty: float = 1.0
    doubts: list[str] = field(default_factory=list)
    doubts_en: list[str] = field(default_factory=list)

    def doubt(self, cost: float, zh: str, en: str) -> None:
        """Note something that was supposed rather than read, and trust the table less for it."""
        self.certainty = max(0.0, round(self.certainty - cost, 3))
        self.doubts.append(zh)
        self.doubts_en.append(en)
