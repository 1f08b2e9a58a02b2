"""Turns what stands in a cell into a value: text, name, date, hours, score, count, phone, yes or no, identity text.

Each function either returns the value that was surely meant or raises a `CellProblem` that says in both languages what
is wrong and what to do. Nothing is guessed: a two-digit year, a bare month and a number that lost its digits are problems.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import ClassVar, Final

_EXCEL_EPOCH: Final = date(1899, 12, 30)
_EXCEL_SERIALS: Final = range(3654, 73415)  # 1910-01-01 to 2100-12-31
_YEARS: Final = range(1900, 2101)
_LONGEST_EXACT: Final = 10**15  # Excel keeps 15 digits of a number; those below this are all there
_YMD: Final = re.compile(
    r"(\d{4})[年./\-](\d{1,2})[月./\-](\d{1,2})[日号]?(?:[ T]?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$"
)
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})$")
_MD: Final = re.compile(r"(\d{1,2})[月./\-](\d{1,2})[日号]?$")
_HALF_A_DATE: Final = re.compile(r"\d{4}(?:年|[./\-年]\d{1,2}月?[./\-]?)?$|\d{6}$")
_PERIOD: Final = re.compile(r"(.+?)(?:至|到|—+|－+|~|～|–|--)(.+)$")
_SCIENTIFIC: Final = re.compile(r"[+-]?\d+(?:\.\d+)?[Ee]\+?\d+$")
_NUMBER: Final = re.compile(r"([+-]?\d+(?:\.\d+)?)")
_HAN: Final = re.compile("[㐀-鿿\U00020000-\U0003134f〇]")
_GAPS: Final = re.compile(r"[\s　\xa0\u200b-\u200d\ufeff]+")
_INVISIBLE: Final = dict.fromkeys(map(ord, "\u200b\u200c\u200d\ufeff\u00ad\u2060"))
_DOTS: Final = str.maketrans("•・‧∙．●", "······")
_is_plain: Final = re.compile("[!-~㐀-鿿]*$").match
_SHORT: Final = 6  # letters: 男, 汉族, 初中, 示例乡; no number that names somebody
_TEXTS_KEPT: Final = 5_000
_YES: Final = frozenset(
    {"是", "√", "✓", "✔", "有", "对", "Y", "YES", "TRUE", "1", "建档立卡", "贫困户", "建档立卡户", "建档立卡贫困户"}
)
_NO: Final = frozenset(
    {
        "否",
        "×",
        "✗",
        "✘",
        "无",
        "不是",
        "非",
        "N",
        "NO",
        "FALSE",
        "0",
        "X",
        "/",
        "-",
        "—",
        "非贫困户",
        "非建档立卡",
        "一般农户",
        "一般户",
    }
)
_HAN_DIGITS: Final = str.maketrans("〇零一二三四五六七八九", "00123456789")


class CellProblem(ValueError):
    """A cell from which the value cannot be taken; the class is the cause, `value` what stood there."""

    code: ClassVar[str] = "cell-problem"
    zh: ClassVar[str] = "“{value}”无法识别。请核对后重新填写。"
    en: ClassVar[str] = '"{value}" cannot be read. Please check it and fill it in again.'

    def __init__(self, value: object) -> None:
        super().__init__(value)
        self.value = value

    def message(self, language: str = "zh", column: str = "") -> str:
        """What is wrong in which column, and what to do."""
        text = (self.zh if language == "zh" else self.en).format(value=_shown(self.value))
        return (f"{column}：{text}" if language == "zh" else f"{column}: {text}") if column else text

    def __str__(self) -> str:
        return self.message("en")


class NotADate(CellProblem):
    """Not a date of the calendar in any of the usual spellings."""

    code = "cell-not-a-date"
    zh = "“{value}”不是有效日期。请按 2016-03-05 的样式填写。"
    en = '"{value}" is not a date. Write it as 2016-03-05.'


class IncompleteDate(CellProblem):
    """A date without its day, its month or its year."""

    code = "cell-incomplete-date"
    zh = "日期“{value}”不完整。请把年、月、日都写全，如 2016-03-05。"
    en = 'The date "{value}" is incomplete. Give year, month and day, as in 2016-03-05.'


class TwoDigitYear(CellProblem):
    """A year in two digits: it would have to be guessed."""

    code = "cell-two-digit-year"
    zh = "日期“{value}”的年份只有两位。请写四位年份，如 2016-03-05。"
    en = 'The year in "{value}" has two digits only. Write four, as in 2016-03-05.'


class NotANumber(CellProblem):
    """Not a number of the kind that the column wants."""

    code = "cell-not-a-number"
    zh = "“{value}”不是有效数字。请只填数字。"
    en = '"{value}" is not a number. Fill in digits only.'


class NotAPhone(CellProblem):
    """Neither a mobile nor a landline number."""

    code = "cell-not-a-phone"
    zh = "“{value}”不是有效电话号码。请填 11 位手机号，或带区号的座机号。"
    en = '"{value}" is not a telephone number. Give an 11-digit mobile number, or a landline with its area code.'


class NotYesOrNo(CellProblem):
    """Neither yes nor no."""

    code = "cell-not-yes-or-no"
    zh = "“{value}”看不出是“是”还是“否”。请填“是”或“否”。"
    en = '"{value}" is neither yes nor no. Fill in 是 or 否.'


class LostDigits(CellProblem):
    """A number of more digits than Excel keeps: the last ones are gone from the file."""

    code = "cell-lost-digits"
    zh = "“{value}”的后几位已被 Excel 丢失，无法恢复。请把该列设为“文本”格式后，按证件重新录入完整号码。"
    en = 'Excel has lost the last digits of "{value}". Format the column as text and type the whole number again.'


def clean_text(value: object) -> str:
    """The cell's text: full-width digits and letters made half-width, blanks single, nothing invisible, NFC."""
    if isinstance(value, str):
        if _is_plain(value):
            return value
        narrow = "".join(_narrow(letter) for letter in value.translate(_INVISIBLE))
        return " ".join(unicodedata.normalize("NFC", narrow).split())
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer() and abs(value) < _LONGEST_EXACT:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    return str(value)


class Cleaned(dict[object, str]):
    """`clean_text` of any cell, by subscription; short texts, which come again and again in a column, are cleaned once."""

    def __missing__(self, value: object) -> str:
        text = clean_text(value)
        if (
            value.__class__ is str and len(text) <= _SHORT and len(self) < _TEXTS_KEPT
        ):  # a number is never kept: 1 is True
            self[value] = text
        return text


def _narrow(letter: str) -> str:
    """Full-width signs as half-width ones; Chinese punctuation that is not a wide copy of an ASCII sign stays."""
    code = ord(letter)
    if 0xFF01 <= code <= 0xFF5E:
        return chr(code - 0xFEE0)
    return " " if code in (0x3000, 0xA0) else letter


def clean_name(value: object) -> str:
    """A person's name: 张　三 is 张三, the dot within a name is always ·, a Latin name keeps its blanks."""
    text = clean_text(value)
    if text.isalnum():
        return text  # what most names are
    text = text.translate(_DOTS)
    if " " in text and _HAN.search(text):
        text = text.replace(" ", "")
    return re.sub(r"(?<=[㐀-鿿])[.](?=[㐀-鿿])", "·", text) if "." in text else text


def parse_date(value: object, *, year_hint: int | None = None) -> date:
    """The day that a cell names; `year_hint` completes 3月5日. Raises NotADate, IncompleteDate or TwoDigitYear."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _date_of_number(value, value)
    text = _GAPS.sub("", clean_text(value)).rstrip("。,;") if isinstance(value, str) else ""
    text = text.translate(_HAN_DIGITS) if re.match("[〇零一二三四五六七八九]{4}年", text) else text
    if found := _YMD.match(text) or _COMPACT.match(text):
        return _day(int(found[1]), int(found[2]), int(found[3]), value)
    if _SCIENTIFIC.match(text) or re.match(r"\d{5}(?:\.\d+)?$", text):
        return _date_of_number(float(text), value)
    if (found := _MD.match(text)) and year_hint:
        return _day(year_hint, int(found[1]), int(found[2]), value)
    if re.match(r"\d{2}[年./\-]\d{1,2}[月./\-]\d{1,2}[日号]?$", text):
        raise TwoDigitYear(value)
    if _HALF_A_DATE.match(text) or found:
        raise IncompleteDate(value)
    raise NotADate(value)


def parse_period(value: object) -> tuple[date, date]:
    """The first and the last day of 2016年3月5日至3月20日."""
    text = _GAPS.sub("", clean_text(value))
    begins, between, ends = text.partition("-") if text.count("-") == 1 else ("", "", "")
    if found := _PERIOD.match(text):
        begins, between, ends = found[1], "至", found[2]
    if not between:
        raise IncompleteDate(value)
    first = parse_date(begins)
    return first, parse_date(ends, year_hint=first.year)


def _date_of_number(number: float, value: object) -> date:
    if not 0 < number < 10**9:  # also what is no number at all
        raise NotADate(value)
    if number in _EXCEL_SERIALS or int(number) in _EXCEL_SERIALS:
        return _EXCEL_EPOCH + timedelta(days=int(number))
    if float(number).is_integer() and len(str(int(number))) == 8:
        return _day(*divmod(int(number) // 100, 100), int(number) % 100, value)
    if 1900 <= number < 2101 or len(str(int(number))) == 6:  # 2016, 2016.3, 201603
        raise IncompleteDate(value)
    raise NotADate(value)


def _day(year: int, month: int, day: int, value: object) -> date:
    if year not in _YEARS:
        raise NotADate(value)
    try:
        return date(year, month, day)
    except ValueError as error:
        raise NotADate(value) from error


def parse_hours(value: object) -> int:
    """Hours as whole minutes: 8, 7.5, "8学时", "4小时", "1.5h", 1小时30分; an Excel time is a duration."""
    if isinstance(value, timedelta):
        return round(value.total_seconds() / 60)
    if isinstance(value, time):
        return value.hour * 60 + value.minute
    text = clean_text(value).replace(" ", "").lower()
    if both := re.match(r"(\d+)(?:小时|:)(\d{1,2})(?:分钟?)?$", text):
        return int(both[1]) * 60 + int(both[2])
    number = _decimal(re.sub("(?:个?学时|课时|小时|节|h|hours?|时)$", "", text), value)
    minutes = number * 60
    if minutes < 0 or minutes != minutes.to_integral_value():
        raise NotANumber(value)
    return int(minutes)


def parse_score(value: object) -> Decimal:
    """A mark such as 85, 85.5 or 85分."""
    return _decimal(clean_text(value).replace(" ", "").removesuffix("分"), value)


def parse_count(value: object) -> int:
    """A whole number of persons, days or things: 50, 50.0, 50人, "５０ 名"."""
    number = _decimal(re.sub("(?:人次?|名|天|个|户|口|次|月|个月|年)$", "", clean_text(value).replace(" ", "")), value)
    if number < 0 or number != number.to_integral_value():
        raise NotANumber(value)
    return int(number)


def _decimal(text: str, value: object) -> Decimal:
    if isinstance(value, bool) or not _NUMBER.fullmatch(text.replace(",", "")):
        raise NotANumber(value)
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation as error:  # pragma: no cover - the pattern above lets none through
        raise NotANumber(value) from error


def parse_phone(value: object) -> str:
    """A telephone number in digits only (a landline keeps its hyphens out too); the first of several."""
    text = value if isinstance(value, str) and value.isalnum() else clean_text(value)
    if len(text) == 11 and text.startswith("1") and text.isascii() and text.isdigit():
        return text
    text = clean_text(text)
    if _SCIENTIFIC.match(text) or (isinstance(value, float) and not value.is_integer()):
        raise NotAPhone(value)
    first = re.split(r"[/、,;，；]|\s{2,}", text)[0]
    digits = re.sub(r"[\s\-()+]", "", first)
    digits = digits.removeprefix("0086") if digits.startswith("0086") else digits
    if len(digits) == 13 and digits.startswith("86"):
        digits = digits[2:]
    if not digits.isdigit():
        raise NotAPhone(value)
    if (
        (len(digits) == 11 and digits.startswith("1"))
        or re.match(r"0\d{9,11}$", digits)
        or re.match(r"[2-9]\d{6,7}$", digits)
    ):
        return digits
    raise NotAPhone(value)


def parse_yes_no(value: object) -> bool | None:
    """True, False, or None for a blank cell."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value in _YES:  # what most cells say
        return True
    text = clean_text(value).replace(" ", "").upper()
    if not text:
        return None
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise NotYesOrNo(value)


def identity_text(value: object) -> str:
    """An identity, account or certificate number as text, upper case and without blanks.

    Raises `LostDigits` where the file holds a number of 16 digits or more, or its scientific notation: Excel has kept only
    15, and nobody can say what the others were.
    """
    if isinstance(value, str):
        if value.isascii() and value.isdigit():
            return value
        text = value if value.isalnum() and value.isascii() else _GAPS.sub("", clean_text(value)).lstrip("'‘’`")
        if _SCIENTIFIC.match(text):
            raise LostDigits(value)
        return text.upper()
    if isinstance(value, bool):
        raise CellProblem(value)
    if isinstance(value, int | float):
        if not float(value).is_integer() or abs(value) >= _LONGEST_EXACT:
            raise LostDigits(value)
        return str(int(value))
    if value is None:
        return ""
    raise CellProblem(value)


def looks_rounded(text: str) -> bool:
    """Whether an 18-digit number given as text ends as one does that went through Excel as a number: in 000."""
    return len(text) == 18 and text.isdigit() and text.endswith("000")


def _shown(value: object) -> str:
    if isinstance(value, float) and abs(value) >= _LONGEST_EXACT:
        return f"{value:.5E}"
    return clean_text(value)
