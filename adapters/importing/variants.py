"""The usual ways to write one and the same thing about a person, so that a spelling is not taken for a contradiction."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from taizhang.adapters.sheets.cells import CellProblem, parse_date
from taizhang.adapters.vault.statements import plain_name

_MARKS: Final = re.compile(r"[\s()\[\]{}·.,，。、:：;；\"'\-—_/]+")
_MONTH_ONLY: Final = re.compile(r"(\d{4})\D?(\d{1,2})月?")
_SEXES: Final[Mapping[str, str]] = MappingProxyType(
    {"男性": "男", "M": "男", "MALE": "男", "女性": "女", "F": "女", "FEMALE": "女"}
)
_EDUCATION_ENDINGS: Final = re.compile("(文化程度|文化|学历|毕业生|毕业|肄业|程度|水平|生)+$")
_EDUCATIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(("大学专科", "专科", "高职", "高职高专"), "大专"),
        **dict.fromkeys(("大学本科", "大学", "本科及以上"), "本科"),
        **dict.fromkeys(("普通高中", "高级中学"), "高中"),
        **dict.fromkeys(("初级中学", "普通初中"), "初中"),
        **dict.fromkeys(("中等专科", "中等专业学校", "职业中专"), "中专"),
        **dict.fromkeys(("技校", "技工学校"), "中技"),
        **dict.fromkeys(("文盲或半文盲", "半文盲", "文盲半文盲"), "文盲"),
    }
)


def plain_value(field: str, value: str) -> str:
    """The value for comparing with another of the same field; what is kept stays as it was written."""
    if field == "name":
        return plain_name(value)
    text = _MARKS.sub("", unicodedata.normalize("NFKC", value)).upper()
    if field == "ethnicity":
        return text.removesuffix("族")
    if field == "sex":
        return _SEXES.get(text, text)
    if field == "education":
        bare = _EDUCATION_ENDINGS.sub("", text) or text
        return _EDUCATIONS.get(bare, bare)
    return _day(value) or text if field == "birth_date" else text


def alike(field: str, one: str, other: str) -> bool:
    """Whether two values of a field say the same; a month of birth agrees with every day of it."""
    if one == other:
        return True
    here, there = plain_value(field, one), plain_value(field, other)
    return here == there or (field == "birth_date" and (here.startswith(there) or there.startswith(here)))


def how_they_differ(one: str, other: str) -> tuple[str, str]:
    """Where two values differ that look alike when masked, in both languages: places and lengths, no characters."""
    here, there = plain_name(one), plain_name(other)
    if len(here) != len(there):
        return f"字数不同:{len(here)} 与 {len(there)}", f"of {len(here)} and {len(there)} characters"
    places = [place for place, (a, b) in enumerate(zip(here, there, strict=True), 1) if a != b]
    listed = "、".join(map(str, places))
    return f"第 {listed} 个字不同", f"they differ in character {', '.join(map(str, places))}"


def _day(value: str) -> str:
    """A day or a month as 1980-01-31 or 1980-01-; "" for what is neither."""
    try:
        return parse_date(value).isoformat()
    except CellProblem:
        month = _MONTH_ONLY.fullmatch("".join(value.split()))
        return f"{month[1]}-{int(month[2]):02}-" if month else ""
