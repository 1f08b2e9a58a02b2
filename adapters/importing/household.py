"""What a row of the household register says of its household: which one, where, its attribute, causes and exit."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from taizhang.adapters.forms.field_names import FieldName as F
from taizhang.adapters.importing.context import Context
from taizhang.adapters.importing.lookup import Lookup
from taizhang.adapters.importing.rows import Planned, Table, Unusable, Values, read, short_digest
from taizhang.adapters.sheets.cells import clean_name, clean_text, identity_text, parse_date
from taizhang.adapters.vault.statements import plain_name
from taizhang.domain.core import Refusal, RegionCode
from taizhang.domain.households import Attribute, Cause, HouseholdId
from taizhang.domain.identity import parse_identity

SINCE_THE_REGISTER: Final = date(2014, 1, 1)
"""Households without a date of their own stand in the register from its beginning: it was drawn up in 2014."""
FIRST_EXIT_YEAR: Final = 2014
_YEAR: Final = re.compile(r"(\d{4})(?:\.0)?(?:年度?)?")
_MONTH: Final = re.compile(r"(\d{4})(?:年|[./-])?(0?[1-9]|1[0-2])(?:月份?)?")  # 2015年6月, 2015.06, 201506
YES, NO = ("是", "有", "√"), ("否", "无", "×", "未返贫", "-", "/")
TOWNSHIP_DIGITS, VILLAGE_DIGITS = 9, 12
HEAD_WORDS: Final = ("户主", "本人", "本人或户主", "户主本人")

_ATTRIBUTES: Final = MappingProxyType(
    {
        "五保": "poor-five-guarantees",
        "特困": "poor-five-guarantees",
        "低保": "poor-minimum-living",
        "一般农户": "general",
        "非贫困": "general",
        "一般户": "general",
        "贫困": "poor",
        "建档立卡": "poor",
    }
)
_CAUSES: Final = MappingProxyType(
    {
        "因病": "illness",
        "因残": "disability",
        "因学": "schooling",
        "因灾": "disaster",
        "缺土地": "no-land",
        "缺水": "no-water",
        "缺技术": "no-skill",
        "缺劳": "no-labour",
        "缺资金": "no-money",
        "交通": "poor-roads",
        "动力不足": "low-motivation",
        "其它": "other",
        "其他": "other",
    }
)
_RELATIONS: Final = MappingProxyType(
    {
        "配偶": "spouse",
        "妻": "spouse",
        "夫": "spouse",
        "之子": "child",
        "之女": "child",
        "儿子": "child",
        "女儿": "child",
    }
    | {"之父": "parent", "之母": "parent", "父亲": "parent", "母亲": "parent"}
    | {"孙": "grandchild", "儿媳": "child-in-law", "女婿": "child-in-law", "兄": "sibling", "弟": "sibling"}
    | {"姐": "sibling", "妹": "sibling"}
)


class Turn(NamedTuple):
    """An identification, an exit or a return: its year, its month and its day as far as the row says them."""

    year: int
    month: int | None = None
    day: date | None = None

    @property
    def on(self) -> date:
        """Its day; of a month or a year alone the last."""
        month = self.month or 12
        return self.day or date(self.year, month, monthrange(self.year, month)[1])

    @property
    def says(self) -> tuple[str, str]:
        """What there is of it beside the day, in both languages."""
        return ("年度", "year") if self.month is None else ("月份", "month")


class Household(NamedTuple):
    """One household as a row states it; `attribute` is None where the row does not say."""

    id: HouseholdId
    village: RegionCode
    county: RegionCode
    attribute: Attribute | None
    causes: tuple[Cause, ...]
    since: date
    exited: Turn | None
    returned: Turn | None
    keeps_support: bool
    dated: bool


Heads = dict[str, object]  # head's name -> the cell with that person's identity number


def heads_of(rows: Iterable[Values]) -> Heads:
    """The identity numbers of heads, by name, from the rows that list them as members."""
    heads: Heads = {}
    for values in rows:
        name = plain_name(clean_name(values.get(F.HEAD_NAME)) or clean_name(values.get(F.PERSON_NAME)))
        own = plain_name(clean_name(values.get(F.PERSON_NAME)))
        if own == name or clean_text(values.get(F.RELATION)) in HEAD_WORDS:
            heads.setdefault(own, values.get(F.ID_NUMBER))
    return heads


def household_of(table: Table, planned: Planned, values: Values, heads: Heads, context: Context) -> Household:
    """What the row says of its household.

    Raises Unusable.
    """
    county = context.finder.county(values, None)
    since = _since(table, planned, values)
    exited = _turn(table, values, F.EXIT_YEAR, "脱贫", "exit", context)
    returned = None
    if clean_text(values.get(F.RETURNED_ON)) not in ("", *YES, *NO):
        returned = _turn(table, values, F.RETURNED_ON, "返贫", "return", context)
    said = clean_text(values.get(F.EXIT_ATTRIBUTE))
    if exited is None and (said.startswith("已脱贫") or said in YES):
        planned.note(
            "没有填写脱贫年度,脱贫未登记,请补填后重新导入",
            "no exit year is given: the exit was not recorded; add it and import again",
        )
    if returned is None and (said == "返贫" or clean_text(values.get(F.RETURNED_ON)) in YES):
        planned.note(
            "没有填写返贫时间,返贫未登记,请补填后重新导入",
            "the day of the return is not given: the return was not recorded; add it and import again",
        )
    return Household(
        id=_id(table, values, heads, context),
        village=_village(planned, values, county, context.lookup),
        county=county,
        attribute=attribute_of(clean_text(values.get(F.POVERTY_ATTRIBUTE))),
        causes=_causes(values),
        since=since or SINCE_THE_REGISTER,
        exited=exited,
        returned=returned,
        keeps_support="享受政策" in clean_text(values.get(F.EXIT_ATTRIBUTE)),
        dated=since is not None,
    )


def _since(table: Table, planned: Planned, values: Values) -> date | None:
    """Since when the household stands in the register; of a month or a year alone the last day, which is noted."""
    turn = _as_far_as_said(table, values, F.IDENTIFIED_ON)
    if turn is None or turn.day is not None:
        return None if turn is None else turn.day
    zh, en = turn.says
    planned.note(
        f"识别时间只有{zh},按 {turn.on} 登记", f"only the {en} of identification is stated: taken as {turn.on}"
    )
    return turn.on


def _turn(table: Table, values: Values, field: F, zh: str, en: str, context: Context) -> Turn | None:
    """Raises Unusable where it is neither a year, a month nor a day, or lies before the register or in years to come."""
    turn = _as_far_as_said(table, values, field)
    if turn is None:
        return None
    if not FIRST_EXIT_YEAR <= turn.year <= context.origin.today.year:
        raise Unusable(
            f"{zh}年度 {turn.year} 不在 {FIRST_EXIT_YEAR} 年至今年之间。请核对。",
            f"The {en} year {turn.year} does not lie between {FIRST_EXIT_YEAR} and this year. Check it.",
        )
    return turn


def _as_far_as_said(table: Table, values: Values, field: F) -> Turn | None:
    """A year, a month or a day; None where the cell is blank. A number like 2015.1 is no month: it may have been 2015.10.

    Raises Unusable where it is neither.
    """
    text = clean_text(values.get(field))
    if found := _YEAR.fullmatch(text):
        return Turn(int(found[1]))
    if isinstance(values.get(field), str) and (found := _MONTH.fullmatch(text)):
        return Turn(int(found[1]), int(found[2]))
    day = read(table, values, field, parse_date)
    return None if day is None else Turn(day.year, day.month, day)


def attribute_of(printed: str) -> Attribute | None:
    """The attribute that a printed one means; None for a blank or unknown one."""
    found: Any = next((attribute for word, attribute in _ATTRIBUTES.items() if word in printed), None)
    attribute: Attribute | None = found
    return attribute


def relation_of(values: Values) -> str:
    """The relation to the head: in the register's own words where it is none of the usual ones."""
    printed = clean_text(values.get(F.RELATION))
    if printed in HEAD_WORDS:
        return "head"
    return next((relation for word, relation in _RELATIONS.items() if word in printed), printed)


def _causes(values: Values) -> tuple[Cause, ...]:
    printed = f"{clean_text(values.get(F.POVERTY_CAUSE))}、{clean_text(values.get(F.OTHER_CAUSES))}"
    found: Any = tuple(dict.fromkeys(cause for word, cause in _CAUSES.items() if word in printed))
    causes: tuple[Cause, ...] = found
    return causes


def _village(planned: Planned, values: Values, county: RegionCode, lookup: Lookup) -> RegionCode:
    """The village's code, else the township's, else the county's: what the register of regions knows by name."""
    township_name, village_name = clean_text(values.get(F.TOWNSHIP)), clean_text(values.get(F.VILLAGE))
    township = lookup.region(township_name, county, digits=TOWNSHIP_DIGITS) if township_name else None
    village = lookup.region(village_name, township or county, digits=VILLAGE_DIGITS) if village_name else None
    if village_name and village is None:
        planned.note(
            f"行政村“{village_name}”未登记,记到{'乡镇' if township else '县'}一级",
            f'the village "{village_name}" is not registered: put under its {"township" if township else "county"}',
        )
    return village or township or county


def _id(table: Table, values: Values, heads: Heads, context: Context) -> HouseholdId:
    """The register's own number; without one an id that follows from who the head is, and does not tell it."""
    number = read(table, values, F.HOUSEHOLD_NO, identity_text)
    if number and _is_identity(number):
        raise Unusable(
            "户编号一栏填的是身份证号码。请填户编号;没有户编号的留空。",
            "The household number is somebody's identity number. Give the household's own number, or leave it blank.",
        )
    if number:
        return HouseholdId(number)
    cell = values.get(F.HEAD_ID_NUMBER)
    if cell is None:
        name = clean_name(values.get(F.HEAD_NAME)) or clean_name(values.get(F.PERSON_NAME))
        cell = heads.get(plain_name(name))
    try:
        head = parse_identity(cell if isinstance(cell, (str, int, float)) else None, context.origin.today)
    except Refusal:
        raise Unusable(
            "没有户编号,户主身份证号码也没有或有误,无法确定是哪一户。请补填其中一项。",
            "There is no household number, and the head's identity number is blank or wrong. Fill in one of them.",
        ) from None
    [identified] = context.vault.identify([head])
    return HouseholdId("h" + short_digest(identified.person))


def _is_identity(number: str) -> bool:
    try:
        parse_identity(number)
    except Refusal:
        return False
    return True
