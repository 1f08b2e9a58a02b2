"""How often a rule was right: confirmed and refuted leads of each rule and version, and the rank that follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, func, select

from taizhang.projections.cases.steps import facts_at
from taizhang.projections.cases.tables import case_tables
from taizhang.projections.cases.view import leads_of_facts
from taizhang.projections.replay import NOW, Cuts

WEIGHTS: Final[Mapping[str, int]] = MappingProxyType({"high": 9, "medium": 3, "low": 1})
NOT_THE_RULES_FAULT: Final = frozenset({"duplicate", "out-of-scope"})  # a refutation for these says nothing of the rule
REFUTED: Final = "refuted"
CONFIRMED: Final = "confirmed"


class Rate(NamedTuple):
    """What became of the leads of one version of a rule; merged ones count under the lead they were merged into."""

    rule: str
    version: int
    worked_on: int
    confirmed: int
    refuted: int

    @property
    def hit_tenths(self) -> int | None:
        """Confirmed leads in tenths of a percent of those concluded; None while none is."""
        concluded = self.confirmed + self.refuted
        return round(1000 * self.confirmed / concluded) if concluded else None

    @property
    def trust(self) -> float:
        """How much a lead of it is to be believed: the share confirmed, held near a half while few are concluded."""
        return (self.confirmed + 1) / (self.confirmed + self.refuted + 2)


def rates(connection: Connection, cuts: Cuts = NOW) -> dict[tuple[str, int], Rate]:
    """Every version of every rule on whose leads somebody worked."""
    found: dict[tuple[str, int], Rate] = {}
    for rule, version, conclusion, why, count in (
        _concluded(connection) if cuts.none else _concluded_then(connection, cuts)
    ):
        before = found.get((rule, version), Rate(rule, version, 0, 0, 0))
        counts = why not in NOT_THE_RULES_FAULT
        found[rule, version] = before._replace(
            worked_on=before.worked_on + count,
            confirmed=before.confirmed + (count if conclusion == CONFIRMED else 0),
            refuted=before.refuted + (count if conclusion == REFUTED and counts else 0),
        )
    return found


def _concluded(connection: Connection) -> Iterable[Any]:
    """How many leads of each version of a rule came to each conclusion."""
    t = case_tables().leads.c
    return connection.execute(
        select(t.rule, t.version, t.conclusion, t.refuted_why, func.count())
        .where(t.rule.is_not(None), t.merged_into.is_(None))
        .group_by(t.rule, t.version, t.conclusion, t.refuted_why)
    )


def _concluded_then(connection: Connection, cuts: Cuts) -> Iterable[Any]:
    for one in leads_of_facts(facts_at(connection, cuts)).values():
        if one["rule"] is not None and one["merged_into"] is None:
            yield one["rule"], one["version"], one["conclusion"], one["refuted_why"], 1


def rank(severity: str, rate: Rate | None, sum_fen: int) -> tuple[float, int]:
    """By what leads are ordered, the highest first: how grave, times how far the rule is to be believed, then the sum."""
    trust = rate.trust if rate is not None else Rate("", 0, 0, 0, 0).trust
    return (WEIGHTS.get(severity, 1) * trust, sum_fen)
