"""Why an outside list, or an entry of one, is not taken in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import ClassVar, Final

from taizhang.domain.core import Refusal

_ISSUE: Final = "issue 5 (outside lists: source, date, coverage; matching by identity)"
_LONG_NUMBER: Final = re.compile(r"(?<!\d)\d{11}(?!\d)|(?<!\d)\d{15,}[xX]?|\d{17}[xX]")
_CODE: Final = re.compile(r"^[0-9A-HJ-NPQRTUWXY]{18}$")  # 统一社会信用代码, GB 32100-2015


@dataclass(eq=False)
class ListIdTaken(Refusal):
    """A list is taken in once under its id; a later state of it is another list."""

    RULE: ClassVar = "outside.list-id-taken"
    SOURCE: ClassVar = _ISSUE
    zh = "名单编号 {outside_list} 已登记且内容不同。新一期名单请换一个编号;登记有误请更正。"
    en = "The list {outside_list} is recorded already, with other content. Give a later list another id, or correct the record."
    outside_list: str


@dataclass(eq=False)
class CoverageRunsBackwards(Refusal):
    """A list covers the place its id names, and days that run forwards to its own date or its last day."""

    RULE: ClassVar = "outside.coverage-unclear"
    SOURCE: ClassVar = _ISSUE
    zh = "名单 {outside_list} 的覆盖地区与编号不一致,或覆盖起日晚于止日。请核对编号、地区和日期。"
    en = "What the list {outside_list} covers does not fit the region in its id, or begins after it ends. Check id, region, days."
    outside_list: str


@dataclass(eq=False)
class UnknownList(Refusal):
    """An entry belongs to a list that was taken in."""

    RULE: ClassVar = "outside.unknown-list"
    SOURCE: ClassVar = _ISSUE
    zh = "名单 {outside_list} 尚未登记。请先导入该名单,或核对编号。"
    en = "The list {outside_list} was not taken in. Import it first, or check its id."
    outside_list: str


@dataclass(eq=False)
class MoreThanTheList(Refusal):
    """Each row of a list is read out once, and there are no more of them than the list has."""

    RULE: ClassVar = "outside.more-than-the-list"
    SOURCE: ClassVar = "logic: control total of the list's rows"
    zh = "名单 {outside_list} 共 {rows} 行,第 {number} 行不存在或已有不同的登记。请核对行号;内容有误请更正原记录。"
    en = "The list {outside_list} has {rows} rows; row {number} is not among them, or is recorded with other content. Check the row, or correct that record."
    outside_list: str
    rows: int
    number: int


@dataclass(eq=False)
class OtherSubject(Refusal):
    """Each kind of list speaks of one kind of thing: persons, institutions or accounts."""

    RULE: ClassVar = "outside.other-subject"
    SOURCE: ClassVar = _ISSUE
    zh = "“{kind}”名单的每一行说的是:{subjects}。请按此填写对象。"
    en = "A row of a list of kind “{kind}” is about: {subjects}. Name that and nothing else."
    WORDED: ClassVar = MappingProxyType({"kind": "list-kind", "subjects": "list-subject"})
    kind: str
    subjects: tuple[str, ...]


@dataclass(eq=False)
class BeginsAfterItsList(Refusal):
    """A list cannot tell of a death or a bank's return that came after it was made."""

    RULE: ClassVar = "outside.begins-after-its-list"
    SOURCE: ClassVar = "logic: cause before effect; facts/falsification.csv F22"
    zh = "名单日期为 {dated_on},不可能记载 {since} 才发生的事。请核对日期。"
    en = "The list is of {dated_on} and cannot tell of what happened on {since}. Check the days."
    since: date
    dated_on: date


@dataclass(eq=False)
class NumberInTheWords(Refusal):
    """No personal number enters the log: what a list says stands in words and unit codes."""

    RULE: ClassVar = "outside.number-in-the-words"
    SOURCE: ClassVar = "design.md section 3 (no personal data in the log); 《中华人民共和国个人信息保护法》第六条"
    zh = "第 {number} 行的文字中含有身份证号、电话或账号一类的号码,不能入账。请删去号码,只保留文字和单位代码。"
    en = "Row {number} has what looks like an identity, phone or account number among its words. Leave numbers out; keep words and unit codes."
    number: int


def holds_a_number(text: str, *, code: bool = False) -> bool:
    """Whether the text holds what may be a person's number; `code`: a unified credit code may stand alone."""
    if code and _CODE.match(text) and (text.startswith("9") or not text[:17].isdigit()):
        return False  # no identity number begins with 9
    return _LONG_NUMBER.search(text) is not None
