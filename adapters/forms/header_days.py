"""The day columns of an attendance sheet: 3月2日, 3.2, a bare 2 under a title that names the month, Excel dates."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import msgspec

from taizhang.adapters.forms.header_names import plain
from taizhang.adapters.forms.tables import DayColumn

_EXCEL_EPOCH: Final = date(1899, 12, 30)
_ANY_LEAP_YEAR: Final = 2000
_EXCEL_DAYS: Final = range(36526, 54789)  # 2000 to 2049
_PARTS: Final = {
    "上午": "am",
    "上": "am",
    "早上": "am",
    "下午": "pm",
    "下": "pm",
    "晚上": "evening",
    "晚": "evening",
    "晚间": "evening",
}
_PART: Final = re.compile("(上午|下午|早上|晚上|晚间|上|下|晚)$")
_FULL: Final = re.compile(r"(20\d\d)[年./-](\d{1,2})[月./-](\d{1,2})[日号]?$")
_COMPACT: Final = re.compile(r"(20\d\d)([01]\d)([0-3]\d)$")
_MONTH_DAY: Final = re.compile(r"(\d{1,2})[月./-](\d{1,2})[日号]?$")
_DAY: Final = re.compile(r"(\d{1,2})[日号]?$")
_ORDINAL: Final = re.compile(r"第([\d一二三四五六七八九十]{1,3})[天日次]$")
_WEEKDAY: Final = re.compile(r"\((?:周|星期)?[一二三四五六日天]\)|(?:周|星期)[一二三四五六日天]")
_YEAR_MONTH: Final = re.compile(r"(20\d\d)[年./-](?:(\d{1,2})(?:月|[./-]|$))?")
_LONE_MONTH: Final = re.compile(r"(?<!\d)(1[0-2]|0?[1-9])月(?:份|[)）\]】]|$)")
_HAN_MONTH: Final = re.compile("(?<![一二三四五六七八九十])(十[一二]?|[一二三四五六七八九])月(?:份|[)）\\]】]|$)")
_HAN_MONTHS: Final = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
_ONLY_A_MONTH: Final = re.compile("(20\\d\\d年)?(\\d{1,2}|[一二三四五六七八九十]{1,2})月份?")


class Day(msgspec.Struct, frozen=True):
    """As much of a date as one header says."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    later_day: int | None = None  # 3.2 as a number may have been typed as 3.20
    ordinal: bool = False
    part: str = ""
    grouped: bool = False  # the month stands above several days, the last of which may be the next month's


@dataclass(slots=True)
class DayColumns:
    """The columns found, and whether something had to be supposed or could not be said."""

    columns: list[DayColumn]
    undated: int = 0
    supposed: int = 0


def read_day(labels: Sequence[object]) -> Day | None:
    """The day that a column's header rows name together, the top one first; None if they name none."""
    found = Day()
    named = False
    for label in labels:
        piece = _one(label)
        if piece is None:
            if isinstance(label, str) and (month := year_month([label])) != (None, None):
                found = msgspec.structs.replace(found, year=month[0], month=month[1], grouped=True)
            continue
        named = named or piece.day is not None or piece.ordinal
        known = {
            name: value for name in piece.__struct_fields__ if (value := getattr(piece, name)) not in (None, "", False)
        }
        found = msgspec.structs.replace(found, **known, **({"grouped": False} if piece.month else {}))
    return found if named else None


def is_month(value: object) -> bool:
    """Whether a cell says a month and nothing else, as above a group of days: 3月, 三月份, 2016年3月."""
    if not isinstance(value, str):
        return False
    return _ONLY_A_MONTH.fullmatch("".join(unicodedata.normalize("NFKC", value).split())) is not None


def is_day_piece(value: object) -> bool:
    """Whether a header cell could be part of a day: a date, a day number, 上午 …"""
    return _one(value) is not None


def year_month(texts: Sequence[object]) -> tuple[int | None, int | None]:
    """The year and the month that a title, a head value or a sheet's name speak of."""
    year = month = None
    for text in texts:
        if isinstance(text, date):
            year, month = year or text.year, month or text.month
        elif isinstance(text, str) and (found := _YEAR_MONTH.search("".join(text.split()))):
            year = year or int(found[1])
            month = month or (int(found[2]) if found[2] else None)
        elif isinstance(text, str) and (alone := _LONE_MONTH.search(unspaced := "".join(text.split()))):
            month = month or int(alone[1])
        elif isinstance(text, str) and (alone := _HAN_MONTH.search(unspaced)):
            month = month or _HAN_MONTHS.index(alone[1]) + 1
    return year, month


def lay_out(days: Sequence[tuple[int, Day, str]], year: int | None, month: int | None) -> DayColumns:
    """Dates for day columns from left to right; a month or a year that turns between two columns is carried on.

    Where nothing says the year, the columns are laid out in any one, and keep what is then known of month and day.
    """
    if year is None and not any(day.year for _, day, _ in days):
        laid = _laid_out(days, _ANY_LEAP_YEAR, month)
        return DayColumns([_without_year(column) for column in laid.columns], len(laid.columns), laid.supposed)
    return _laid_out(days, year, month)


def _without_year(column: DayColumn) -> DayColumn:
    month, day = (column.on.month, column.on.day) if column.on else (column.month, column.day)
    return DayColumn(column.index, None, column.part, column.text, month, day)


def _laid_out(days: Sequence[tuple[int, Day, str]], year: int | None, month: int | None) -> DayColumns:
    result = DayColumns([])
    last: date | None = None
    for place, (index, day, text) in enumerate(days):
        year, month = day.year or year, day.month or month
        on = None if day.ordinal else _date(year, month, day.day)
        if on and last and on < last:
            later = day.later_day and _date(year, month, day.later_day)
            if later and later >= last:
                on = later
            elif day.grouped and day.day:
                on = _from(last, day.day)
            elif day.month is None:
                on = _date(*_next_month(year, month), day.day)
            elif day.year is None:
                on = _date(on.year + 1, on.month, day.day)
        elif on and day.later_day and not _fits_below(day, days[place + 1 :]):
            on, result.supposed = _date(year, month, day.later_day), result.supposed + 1
        if on:
            year, month, last = on.year, on.month, on
        else:
            result.undated += 1
        said = (None, None) if day.ordinal else (day.month, day.day)
        result.columns.append(DayColumn(index, on, day.part, text, *said))
    return result


def _from(last: date, day: int) -> date | None:
    """The next day of this number: 1 after the 31st of March is the 1st of April, under a 3月 too."""
    on = _date(last.year, last.month, day)
    return on if on and on >= last else _date(*_next_month(last.year, last.month), day)


def _fits_below(day: Day, following: Sequence[tuple[int, Day, str]]) -> bool:
    """Whether 3.2 as the second goes before what stands right of it without leaping past the twentieth."""
    after = next((other for _, other, _ in following if other.day not in (None, day.day)), None)
    if after is None or after.month != day.month or after.day is None or day.day is None or day.later_day is None:
        return True
    return not after.day > day.later_day or after.day - day.day <= 1


def _one(value: object) -> Day | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, date):  # a datetime is one too
        return Day(value.year, value.month, value.day)
    if isinstance(value, int | float):
        return _number(float(value))
    return _text(value) if isinstance(value, str) else None


def _number(value: float) -> Day | None:
    if not 1 <= value < _EXCEL_DAYS.stop:  # also what is no number at all
        return None
    if value.is_integer():
        if int(value) in _EXCEL_DAYS:
            on = _EXCEL_EPOCH + timedelta(days=int(value))
            return Day(on.year, on.month, on.day)
        return Day(day=int(value)) if 1 <= value <= 31 else None
    month, day = divmod(round(value * 100), 100)
    if not 1 <= month <= 12 or abs(value * 100 - round(value * 100)) > 1e-6 or day > 31 + 60:
        return None
    if day % 10:  # 3.12: two decimals cannot have lost a nought
        return Day(month=month, day=day) if day <= 31 else None
    return Day(month=month, day=day // 10, later_day=day if day <= 31 else None)


def _text(value: str) -> Day | None:
    word = _WEEKDAY.sub("", "".join(unicodedata.normalize("NFKC", value).split()))
    word = word if _MONTH_DAY.match(word) or _FULL.match(word) else _keep_dots(word)
    part = ""
    if match := _PART.search(word):
        part, word = _PARTS[match[1]], word[: match.start()].rstrip("(-/")
    word = word.rstrip(")")
    if not word:
        return Day(part=part) if part else None
    for pattern, names in (
        (_FULL, ("year", "month", "day")),
        (_COMPACT, ("year", "month", "day")),
        (_MONTH_DAY, ("month", "day")),
        (_DAY, ("day",)),
    ):
        if found := pattern.match(word):
            parts = dict(zip(names, map(int, found.groups()), strict=True))
            if 1 <= parts["day"] <= 31 and 1 <= parts.get("month", 1) <= 12:
                return Day(parts.get("year"), parts.get("month"), parts["day"], part=part)
            return None
    return Day(ordinal=True, part=part) if _ORDINAL.match(word) else None


def _keep_dots(word: str) -> str:
    return plain(word) if "." not in word else word


def _date(year: int | None, month: int | None, day: int | None) -> date | None:
    if year is None or month is None or day is None:
        return None
    try:
        return datetime(year, month, day).date()
    except ValueError:
        return None


def _next_month(year: int | None, month: int | None) -> tuple[int | None, int | None]:
    if year is None or month is None:
        return year, month
    return (year + 1, 1) if month == 12 else (year, month + 1)
