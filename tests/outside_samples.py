"""Made-up outside lists: nobody and nothing in them is real."""

from __future__ import annotations

from datetime import date
from typing import Any

from taizhang.domain.core import PersonId, RegionCode
from taizhang.domain.outside import ListId, OutsideEntryStated, OutsideListImported

DEATHS = ListId("list-620121-deaths-2016")
DATED, DIED = date(2016, 12, 31), date(2016, 4, 1)
LI = PersonId("pli")
COUNTY = RegionCode("620121")


def listed(**fields: Any) -> OutsideListImported:
    stated: dict[str, Any] = {"outside_list": DEATHS, "kind": "deaths", "region": COUNTY, "made_by": "民政局(样例)"}
    stated |= {"file": "a" * 64, "rows": 3, "occurred_on": DATED}
    return OutsideListImported(**(stated | fields))


def entry(**fields: Any) -> OutsideEntryStated:
    stated: dict[str, Any] = {"outside_list": DEATHS, "number": 1, "person": LI, "since": DIED, "kind": "deaths"}
    return OutsideEntryStated(**({"occurred_on": DIED} | stated | fields))
