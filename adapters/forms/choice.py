"""Decides which of the forms a table is, and which column holds which field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from taizhang.adapters.forms.field_names import FieldName as F
from taizhang.adapters.forms.forms import FORMS, Form, FormKind
from taizhang.adapters.forms.header_blocks import Block, blank
from taizhang.adapters.forms.header_days import is_month, lay_out, read_day, year_month
from taizhang.adapters.forms.header_names import Likeness, Meaning, Names, plain
from taizhang.adapters.forms.tables import DayColumn, HeadValue, Layout

_TITLE_POINTS: Final = 10.0
_LOOSE_TITLE_POINTS: Final = 2.0
_LOOSE_TITLES: Final = frozenset({"花名册", "人员名单", "户信息", "培训台账", "学员名单"})
_POINTS_A_COLUMN: Final = 0.5
_POINTS_MISSING: Final = -6.0
_POINTS_DAYS: Final = 8.0
_CLEAR_MARGIN: Final = 2.0
_LEAST_SPOKEN: Final = 2.0
_SLIP_COST, _DOUBLE_COST, _MISSING_COST, _UNCLEAR_COST, _UNDATED_COST = 0.1, 0.1, 0.3, 0.3, 0.1
_SAMPLE_ROWS: Final = 20
_MONTH_ROWS: Final = 2  # how far above the day columns their month may stand
_OFTEN_TWICE: Final = frozenset({F.SERIAL, F.REMARK, F.SIGNATURE, F.AGE})
_ATTENDED: Final = frozenset({F.DAYS_PRESENT, F.HOURS_PRESENT, F.DAYS_ABSENT})
_CLASS_KEYS: Final = frozenset({F.START_DATE, F.PLANNED_SEATS, F.HOURS_TOTAL, F.PERIOD, F.PLACE})


@dataclass(slots=True)
class Reading:
    """A table read as one form: its columns, how well that fits, and what was doubtful."""

    kind: FormKind
    columns: list[tuple[int, F | None]]
    layout: Layout
    points: float = 0.0
    spoken_for: bool = False
    doubts: list[tuple[float, str, str]] = field(default_factory=list)

    @property
    def lists_classes(self) -> bool:
        """A class filing whose rows are classes, not the courses or teachers of one."""
        return sum(name in _CLASS_KEYS for _, name in self.columns) >= 2


def choose(
    block: Block,
    rows: Sequence[Sequence[object]],
    end: int,
    title: str,
    names: Mapping[FormKind, Names],
    heads: Mapping[FormKind, Mapping[F, HeadValue]],
    only: FormKind | None = None,
) -> Reading:
    """The form that fits the header best. Where another fits nearly as well, a doubt says so."""
    sample = rows[block.bottom + 1 : min(end, block.bottom + 1 + _SAMPLE_ROWS)]
    months = _months_above(block, rows)
    readings = [
        _read(FORMS[kind], block, sample, title, names[kind], heads[kind], months)
        for kind in FormKind
        if only is None or kind == only
    ]
    readings.sort(key=lambda reading: -reading.points)
    best = readings[0]
    if len(readings) > 1 and best.points - readings[1].points < _CLEAR_MARGIN:
        one, other = FORMS[best.kind], FORMS[readings[1].kind]
        best.doubts.append(
            (
                _UNCLEAR_COST,
                f"看不出是“{one.zh}”还是“{other.zh}”，暂按“{one.zh}”识别，请核对。",
                f'It could be "{one.en}" or "{other.en}"; read as "{one.en}": please check.',
            )
        )
    elif not best.spoken_for:
        zh, en = FORMS[best.kind].zh, FORMS[best.kind].en
        best.doubts.append(
            (
                _UNCLEAR_COST,
                f"看不出是哪种表，暂按“{zh}”识别，请核对。",
                f'It does not say what it is; read as "{en}": please check.',
            )
        )
    return best


def _read(
    form: Form,
    block: Block,
    sample: Sequence[Sequence[object]],
    title: str,
    names: Names,
    head: Mapping[F, HeadValue],
    months: Mapping[int, object],
) -> Reading:
    doubts: list[tuple[float, str, str]] = []
    columns = _columns(form, block, sample, names, doubts)
    days = _days(block, columns, title, head, months, doubts) if form.kind == FormKind.ATTENDANCE else []
    taken = {day.index for day in days}
    layout = Layout(
        tuple((index, name) for index, name in columns.items() if name),
        tuple(_unmapped(block, columns, taken, sample)),
        tuple(days),
    )
    shown = [(index, name) for index, name in columns.items() if index not in taken]
    reading = Reading(form.kind, shown, layout, doubts=doubts)
    reading.points = _points(form, reading, title, head)
    return reading


def _columns(
    form: Form, block: Block, sample: Sequence[Sequence[object]], names: Names, doubts: list[tuple[float, str, str]]
) -> dict[int, F | None]:
    meanings = {column: names.path(block.texts(column)) for column in sorted(block.labels)}
    holders: dict[F, list[int]] = {}
    for column, meaning in meanings.items():
        if meaning and meaning.field:
            holders.setdefault(meaning.field, []).append(column)
    columns: dict[int, F | None] = dict.fromkeys(meanings)
    for name, rivals in holders.items():
        ranked = sorted(rivals, key=lambda column: _rank(meanings[column], _filled(sample, column), column))
        columns[ranked[0]] = name
        chosen = meanings[ranked[0]]
        if chosen and chosen.likeness == Likeness.SLIP:
            text, printed = "/".join(block.texts(ranked[0])), form.printed(name)
            doubts.append(
                (_SLIP_COST, f"列“{text}”按“{printed}”识别，请核对。", f'Column "{text}" was read as "{printed}".')
            )
        second = [column for column in ranked[1:] if 2 * _filled(sample, column) >= max(1, _filled(sample, ranked[0]))]
        if second and name not in _OFTEN_TWICE:
            text = "/".join(block.texts(ranked[0]))
            doubts.append(
                (
                    _DOUBLE_COST,
                    f"“{text}”在第 {ranked[0] + 1} 列和第 {second[0] + 1} 列都有，取前者，请核对。",
                    f'Columns {ranked[0] + 1} and {second[0] + 1} both hold "{text}"; the first was taken: please check.',
                )
            )
    return columns


def _rank(meaning: Meaning | None, filled: int, column: int) -> tuple[int, bool, int]:
    return (-(meaning.likeness if meaning else 0), not filled, column)


def _filled(sample: Sequence[Sequence[object]], column: int) -> int:
    return sum(column < len(row) and not blank(row[column]) for row in sample)


def _unmapped(
    block: Block, columns: Mapping[int, F | None], taken: set[int], sample: Sequence[Sequence[object]]
) -> list[tuple[int, str]]:
    """The columns that stay without a field, each under a name of its own."""
    texts: dict[str, int] = {}
    for column in range(block.left, block.right + 1):
        if column in taken or columns.get(column):
            continue
        if column not in block.labels and not _filled(sample, column):
            continue
        text = "/".join(" ".join(part.split()) for part in block.texts(column)) if column in block.labels else ""
        if not text or text in texts:
            text = f"{text}(第{column + 1}列)"
        texts[text] = column
    return [(column, text) for text, column in texts.items()]


def _days(
    block: Block,
    columns: Mapping[int, F | None],
    title: str,
    head: Mapping[F, HeadValue],
    months: Mapping[int, object],
    doubts: list[tuple[float, str, str]],
) -> list[DayColumn]:
    found = [
        (column, day, "/".join(block.texts(column)))
        for column, labels in sorted(block.labels.items())
        if not columns.get(column) and (day := read_day((*_month_of(column, months), *labels)))
    ]
    said = [head[name].value for name in (F.MONTH, F.START_DATE, F.PERIOD) if name in head]
    laid = lay_out(found, *year_month([*said[:1], title, *said[1:]]))
    if laid.undated:
        doubts.append(
            (
                _UNDATED_COST,
                f"有 {laid.undated} 个考勤日期列没有写全年月：按培训班的起止日期推定，推定不出的行不录入。请核对，或在表名、表头写明年月。",
                f"{laid.undated} day columns do not say their whole date: they are taken for days of the class where only one "
                "fits, else their rows stay out. Check them, or give the year and month in the title.",
            )
        )
    if laid.supposed:
        doubts.append(
            (
                _UNDATED_COST,
                "日期列如“3.2”可能是2日也可能是20日，已按前后顺序推定，请核对。",
                'A day such as "3.2" may be the 2nd or the 20th; it was taken from its neighbours: please check.',
            )
        )
    return laid.columns


def _months_above(block: Block, rows: Sequence[Sequence[object]]) -> dict[int, object]:
    """Cells just above the header that say a month and nothing else, by the column at which they begin."""
    for row in range(block.top - 1, max(-1, block.top - 1 - _MONTH_ROWS), -1):
        found = {column: cell for column, cell in enumerate(rows[row]) if is_month(cell)}
        if found:
            return found
    return {}


def _month_of(column: int, months: Mapping[int, object]) -> list[object]:
    """The month that stands above a column, or left of that: it goes on until the next one."""
    return [months[start] for start in sorted(months) if start <= column][-1:]


def _points(form: Form, reading: Reading, title: str, head: Mapping[F, HeadValue]) -> float:
    present = {name for _, name in reading.layout.columns}
    spoken = sum(form.speaks.get(name, 0.0) for name in present)
    points = spoken + _POINTS_A_COLUMN * len(present)
    word = plain(title)
    titles = [each for each in form.titles if each in word]
    reading.spoken_for = bool(titles) or spoken + 2 * len(reading.layout.days) >= _LEAST_SPOKEN
    if titles:
        points += _LOOSE_TITLE_POINTS if all(each in _LOOSE_TITLES for each in titles) else _TITLE_POINTS
    if form.kind == FormKind.ATTENDANCE:
        days = len(reading.layout.days)
        if not days and not present & _ATTENDED:
            reading.doubts.append(
                (
                    _MISSING_COST,
                    "没有找到考勤日期列或出勤合计列。",
                    "No day columns and no totals of attendance were found.",
                )
            )
        points += _POINTS_DAYS if days >= 2 else 3.0 if days else 0.0 if present & _ATTENDED else _POINTS_MISSING
    for need in form.needed:
        if not need & (present | head.keys()):
            points += _POINTS_MISSING
            names = "或".join(sorted(form.printed(name) for name in need))
            reading.doubts.append((_MISSING_COST, f"没有找到“{names}”列。", f'No column "{names}" was found.'))
    return points
