"""Money in statements: what a region received, paid and had left in a period, as known then and as known now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from sqlalchemy import Connection

from taizhang.projections.funds.cuts import UseScope
from taizhang.projections.funds.measures import FUND_MEASURES
from taizhang.projections.funds.use import changes_since, totals
from taizhang.projections.replay import NOW, Cuts, Effect
from taizhang.projections.scope import Scope

STOCKS: Final = frozenset({"balance_fen", "advances_fen"})  # what there is at the end of a period, not what moved in it
EXECUTED: Final = ("executed_fen", "实际执行(支付减银行退回和追缴)", "executed (paid less sent back and recovered)")
_FLOWS: Final = ("received_fen", "passed_on_fen", "returned_fen", "paid_fen", "bank_returned_fen", "recovered_fen")
REPORTED: Final[Mapping[str, tuple[tuple[str, int], ...]]] = {
    **{name: ((name, 1),) for name in (*_FLOWS, *STOCKS)},
    EXECUTED[0]: (("paid_fen", 1), ("bank_returned_fen", -1), ("recovered_fen", -1)),
}
"""Of which measures of projections/funds/measures.py each reported one is made, with which sign."""
_DAY: Final = timedelta(days=1)


def money_words(measure: str) -> tuple[str, str]:
    """What a reported measure of money is called, in Chinese and in English."""
    if measure == EXECUTED[0]:
        return EXECUTED[1:]
    found = next(one for one in FUND_MEASURES if one.name == measure)
    return found.zh, found.en


def money_figure(connection: Connection, scope: Scope, measure: str, cuts: Cuts = NOW) -> int:
    """One figure of a region and a period, in fen."""
    days, region = scope.days(), UseScope(scope.region)
    if days is None:
        return _of(measure, totals(connection, region, cuts))
    since, until = days
    if cuts.as_effective_on is not None:
        until = min(until, cuts.as_effective_on)
    whole = _of(measure, totals(connection, region, cuts._replace(as_effective_on=until)))
    if measure in STOCKS:
        return whole
    return whole - _of(measure, totals(connection, region, cuts._replace(as_effective_on=min(since - _DAY, until))))


def money_difference(
    connection: Connection, scope: Scope, measure: str, then: int, now: Cuts = NOW
) -> tuple[int, int, list[Effect]]:
    """A figure as known at the recording time `then`, as known at `now`, and the facts that make the difference."""
    before = money_figure(connection, scope, measure, now._replace(as_recorded_at=then))
    after = money_figure(connection, scope, measure, now)
    days, effects = scope.days(), []
    for position, (recorded_at, on, sums) in changes_since(connection, UseScope(scope.region), then, now).items():
        is_inside = days is None or (on <= days[1] and (measure in STOCKS or on >= days[0]))
        change = _of(measure, sums)
        if is_inside and change:
            effects.append(Effect(position, recorded_at, change))
    return before, after, effects


def _of(measure: str, sums: Mapping[str, int]) -> int:
    return sum(sums.get(name, 0) * sign for name, sign in REPORTED[measure])
