"""Names of regions on pages: by the name that holds on the bar's day, as known at the bar's time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from taizhang.http.ledger_reading import cuts_of
from taizhang.projections.region_names import region_names

if TYPE_CHECKING:
    from taizhang.http.visit import Visit


def name_of(visit: Visit, code: str) -> str:
    """The name of one region, or its code."""
    if code not in visit.region_names:
        names_of(visit, [code])
    return visit.region_names.get(code) or code


def names_of(visit: Visit, codes: Iterable[str]) -> dict[str, str]:
    """The names of these regions, read once for each visit; codes without any name are left out."""
    asked = list(dict.fromkeys(codes))
    wanted = [code for code in asked if code not in visit.region_names]
    if wanted:
        visit.reception.set_up()
        with visit.house.log.database.read() as connection:
            found = region_names(connection, cuts_of(visit.bar), wanted)
        visit.region_names |= dict.fromkeys(wanted, "") | found
    return {code: name for code in asked if (name := visit.region_names.get(code))}
