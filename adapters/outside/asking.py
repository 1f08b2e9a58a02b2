"""What somebody types about an outside list, as the importer wants it: the same for the command line and the page."""

from __future__ import annotations

from datetime import date
from typing import Final, get_args

import msgspec

from taizhang.adapters.outside.importer import ListAsked
from taizhang.domain.outside import ListKind

DIGITS: Final = 6  # of a region's code


class AskedWrongly(Exception):
    """What was typed about a list cannot be used; says what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh


def asked_for(kind: str, source: str, as_of: str, coverage: str, name: str = "", document: str = "") -> ListAsked:
    """What to import, from words: `coverage` is 620121 or 620121,2016-01-01..2016-12-31; `name` makes the id, if given.

    Raises AskedWrongly.
    """
    kinds = get_args(ListKind)
    if kind not in kinds:
        raise AskedWrongly(
            f"没有“{kind}”这种名单。可选:{'、'.join(kinds)}。", f"There is no kind “{kind}”. Kinds: {', '.join(kinds)}."
        )
    if not source.strip():
        raise AskedWrongly("请写明名单由哪个单位出具。", "Say who made the list.")
    region, _, days = coverage.partition(",")
    if len(region) != DIGITS or not region.isdecimal() or not region.isascii():
        raise AskedWrongly(
            "覆盖范围写作 地区代码 或 地区代码,起日..止日,例如 620121,2016-01-01..2016-12-31。",
            "Write the coverage as REGION or REGION,FIRST..LAST, for example 620121,2016-01-01..2016-12-31.",
        )
    since, _, until = days.partition("..")
    dated_on = _day(as_of)
    if dated_on is None:
        raise AskedWrongly("请写明名单日期,例如 2017-06-30。", "Give the list's date, for example 2017-06-30.")
    plain = {"outside_list": name or f"list-{region}-{kind}-{dated_on}", "kind": kind, "region": region}
    try:
        return msgspec.convert(
            {
                **plain,
                "made_by": source.strip(),
                "dated_on": dated_on,
                "covers_since": _day(since),
                "covers_until": _day(until),
                "document": document,
            },
            ListAsked,
        )
    except msgspec.ValidationError:
        raise AskedWrongly(
            f"名单编号应为 list-{region}-自定,不含空格。请改正。", f"A list's id is list-{region}-NAME, without spaces."
        ) from None


def _day(text: str) -> date | None:
    """Raises AskedWrongly."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise AskedWrongly(
            f"日期“{text}”无法识别。请写作 2016-12-31。", f"The day “{text}” cannot be read. Write it as 2016-12-31."
        ) from None
