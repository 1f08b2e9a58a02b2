"""Guard rows about levels: what each was allotted of a line from above, the cash that followed, and what it plans to use.

An account's balance does not tell these apart: money that a department gives back comes in once more.
"""

from __future__ import annotations

from typing import Any

import msgspec

from taizhang.domain.boundary import GuardKey
from taizhang.domain.core import Fact, Guard, RegionCode, moves
from taizhang.domain.funds.lines import BudgetApproved, FundLineId, region_of
from taizhang.domain.funds.moving import AllocationIssued, FundsRecalled, FundsReturned, FundsTransferred
from taizhang.domain.funds.purposes import Purpose
from taizhang.domain.funds.use_plans import UsePlanFiled


class AllotmentGuard(Guard):
    """What one region was allotted of one line, and the cash it had for that, less what went back up."""

    KIND = "fund-allotment"
    allotted_fen: int = 0
    cash_fen: int = 0

    @classmethod
    def keys(cls, fact: Any) -> tuple[str, ...]:
        region = lower_level(fact)
        return (f"{fact.line}@{region}",) if region is not None else ()

    @moves(BudgetApproved)
    def budgeted(self, fact: BudgetApproved, sign: int) -> None:
        self.allotted_fen += sign * fact.amount_fen
        self.cash_fen += sign * fact.amount_fen

    @moves(AllocationIssued)
    def allotted(self, fact: AllocationIssued, sign: int) -> None:
        self.allotted_fen += sign * fact.amount_fen

    @moves(FundsTransferred)
    def transferred(self, fact: FundsTransferred, sign: int) -> None:
        self.cash_fen += sign * fact.amount_fen

    @moves(FundsReturned)
    def returned(self, fact: FundsReturned, sign: int) -> None:
        self.allotted_fen -= sign * fact.amount_fen
        self.cash_fen -= sign * fact.amount_fen

    @moves(FundsRecalled)
    def recalled(self, fact: FundsRecalled, sign: int) -> None:
        self.allotted_fen -= sign * fact.amount_fen
        self.cash_fen -= sign * fact.cash_fen


class UsePlanGuard(Guard):
    """What one region's use plans name, by budget year, purpose and line, in fen."""

    KIND = "use-plans"
    planned_fen: dict[str, int] = msgspec.field(default_factory=dict)  # "2016 training LINE"

    @classmethod
    def keys(cls, fact: Any) -> tuple[str, ...]:
        return (fact.region,)

    @moves(UsePlanFiled)
    def filed(self, fact: UsePlanFiled, sign: int) -> None:
        sums = dict(self.planned_fen)
        for item in fact.items:
            key = f"{fact.year} {item.purpose} {item.line}"
            sums[key] = sums.get(key, 0) + sign * item.amount_fen
        self.planned_fen = {key: fen for key, fen in sums.items() if fen}

    def of_line(self, line: FundLineId) -> int:
        """How much of a line is planned, in fen."""
        return sum(fen for key, fen in self.planned_fen.items() if key.split(" ", 2)[2] == line)

    def lines_for(self, purpose: Purpose, year: int) -> list[FundLineId]:
        """The lines that are planned for a purpose in a budget year."""
        found = (key.split(" ", 2) for key in self.planned_fen)
        return sorted(FundLineId(line) for of, what, line in found if (of, what) == (str(year), purpose))


def allotment_row(line: FundLineId, region: RegionCode) -> GuardKey:
    """The row that says what a region was allotted of a line."""
    return (AllotmentGuard.KIND, f"{line}@{region}")


def plans_row(region: RegionCode) -> GuardKey:
    """The row that says what a region plans to use."""
    return (UsePlanGuard.KIND, region)


def lower_level(fact: Fact) -> RegionCode | None:
    """The region whose allotment or cash from above a step moves; None for a step that stays inside a region."""
    if isinstance(fact, BudgetApproved):
        return fact.region
    if isinstance(fact, AllocationIssued):
        return fact.to_region
    if isinstance(fact, FundsRecalled):
        return fact.from_region
    if not isinstance(fact, FundsTransferred | FundsReturned) or region_of(fact.payer) == region_of(fact.receiver):
        return None
    return region_of(fact.payer if isinstance(fact, FundsReturned) else fact.receiver)
