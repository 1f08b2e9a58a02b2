"""Dated thresholds as known and as effective at the cuts: which value held in a region on a day."""

from __future__ import annotations

from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, and_, case, literal
from sqlalchemy.sql.elements import ColumnElement

from taizhang.domain.decisions import within
from taizhang.projections.funds.flag_facts import DEFAULTS
from taizhang.projections.funds.steps import as_date
from taizhang.projections.performance.asked import statements
from taizhang.projections.replay import Cuts
from taizhang.projections.scope import on, stem_of

PAYMENT_DAYS: Final = "payment-days"
PAYMENT_WORKING_DAYS: Final = "payment-working-days"


class Limit(NamedTuple):
    """What is set in a region from a day on."""

    region: str
    since: date
    value: int


class Limits:
    """Every value of some thresholds; in a region on a day holds the newest of the smallest region around it."""

    def __init__(self, connection: Connection, cuts: Cuts) -> None:
        self._by_name: dict[str, list[Limit]] = {}
        for row in connection.execute(statements("threshold", cuts)):
            one = Limit(row.region, as_date(row.since), int(row.amount))
            self._by_name.setdefault(row.subject, []).insert(0, one)  # of one day the later recorded holds
        for found in self._by_name.values():
            found.sort(key=lambda one: (one.region.rstrip("0"), one.since), reverse=True)

    def of(self, name: str, region: str, day: date) -> int | None:
        """What holds in the region on that day; where nothing is set the default, if there is one."""
        for one in self._by_name.get(name, ()):
            if one.since <= day and within(region, one.region):
                return one.value
        return DEFAULTS.get(name)

    def payment(self, region: str, day: date) -> int | None:
        """Within how many days after its claim's review a payment of that day was due; five working days are seven."""
        limit, working = self.of(PAYMENT_DAYS, region, day), self.of(PAYMENT_WORKING_DAYS, region, day)
        return -(-working * 7 // 5) if limit is None and working is not None else limit

    def column(self, name: str, county: Any, day: Any) -> ColumnElement[Any]:
        """The same as an expression over a column of counties and one of days; the threshold must have a default."""
        found = [
            (
                and_(county.startswith(stem_of(one.region), autoescape=True), day >= on(day, one.since)),
                literal(one.value),
            )
            for one in self._by_name.get(name, ())
        ]
        default = literal(DEFAULTS[name])
        return case(*found, else_=default) if found else default
