"""Passing money down and back up: who may allot, transfer, return and recall how much, and between which levels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from taizhang.domain.boundary import GuardKey
from taizhang.domain.core import Fact, Refusal, RegionCode, Selector, Slice
from taizhang.domain.decisions import within
from taizhang.domain.funds.allotments import AllotmentGuard
from taizhang.domain.funds.balances import balance
from taizhang.domain.funds.books import Account
from taizhang.domain.funds.lines import Holder, holding, is_department, region_of
from taizhang.domain.funds.moving import AllocationIssued, FundsRecalled, FundsReturned, FundsTransferred
from taizhang.domain.funds.refusals import AboveAllotment
from taizhang.domain.funds.rules import (
    FINANCE,
    line_row,
    require_covered,
    require_held,
    require_in_scope,
    require_line,
    rows_moved,
)
from taizhang.domain.regions import CODE_LENGTH, RegionRegistered, RegionRenamed, require_region
from taizhang.domain.standing import events, require_new

# -- refusals ---------------------------------------------------------------------------------------------


@dataclass(eq=False)
class NotALowerLevel(Refusal):
    """Quota goes down, from a level to one inside it, and back up the same way."""

    RULE: ClassVar = "funds.not-a-lower-level"
    SOURCE: ClassVar = "issue 3 (steps): allocation issued, province to prefecture to county"
    zh = "{lower} 不是 {upper} 的下级。指标只能由上级下达其所辖的下级,由上级收回。请核对地区代码。"
    en = "{lower} is no level below {upper}. Quota goes from a level to one inside it, and is recalled by one above it. Check the regions."
    lower: RegionCode
    upper: RegionCode


@dataclass(eq=False)
class TransferToItself(Refusal):
    """What leaves one account enters another."""

    RULE: ClassVar = "funds.transfer-to-itself"
    SOURCE: ClassVar = "issue 3: money only moves between accounts; what leaves one enters another"
    zh = "付款方和收款方都是 {holder}。请核对收款方。"
    en = "{holder} would pay itself. Check who receives it."
    holder: Holder


@dataclass(eq=False)
class TransferGoesAstray(Refusal):
    """Cash goes down to the treasury of a level inside, or to a department from within its own region."""

    RULE: ClassVar = "funds.transfer-goes-astray"
    SOURCE: ClassVar = "issue 3 (steps): province to prefecture to county; docs/adr/0006-money.md"
    zh = "{payer} 不能向 {receiver} 拨付:只能拨给所辖下级的国库,或拨给本地区的部门。退给国库或上级的,请办理“退回”。"
    en = "{payer} does not transfer to {receiver}: only to the treasury of a level inside its own, or to a department of its own region. What goes back to a treasury or up is a return."
    payer: Holder
    receiver: Holder


@dataclass(eq=False)
class ReturnGoesAstray(Refusal):
    """Cash goes back from a department to its treasury, and from a treasury to one of a level above."""

    RULE: ClassVar = "funds.return-goes-astray"
    SOURCE: ClassVar = "issue 3 (steps): funds returned; facts/programme.md 4.2"
    zh = "{payer} 不能退回给 {receiver}:只能由部门退回本地区国库,由国库退回上级国库。拨给下级或部门的,请办理“拨付”。"
    en = "{payer} does not return to {receiver}: only a department to its region's treasury, and a treasury to that of a level above. What goes down is a transfer."
    payer: Holder
    receiver: Holder


@dataclass(eq=False)
class CashWithoutQuota(Refusal):
    """A recall takes back no more cash than quota, and leaves no cash behind whose quota it takes."""

    RULE: ClassVar = "funds.cash-without-quota"
    SOURCE: ClassVar = (
        "docs/adr/0006-money.md: a recall between regions moves both; cash never passes what was allotted"
    )
    zh = "收回指标 {amount_fen} 时,随指标收回的资金应在 {least_fen} 与 {amount_fen} 之间,现为 {cash_fen}。该级账上资金为 {held_fen}:不少于 {least_fen} 的,请更正收回的资金;不足的,请调低收回的指标。"
    en = "With a quota of {amount_fen} recalled, between {least_fen} and {amount_fen} of cash goes back, not {cash_fen}. The level holds {held_fen} in cash: if that is {least_fen} or more, correct the cash recalled; if it is less, lower the quota recalled."
    amount_fen: int
    cash_fen: int
    least_fen: int
    held_fen: int


# -- decisions --------------------------------------------------------------------------------------------


class IssueAllocation(Slice):
    """Allot part of a level's quota to a level inside it, where the line's scope covers it."""

    COMMAND = "funds.issue-allocation"
    DECIDES = AllocationIssued
    ROLES = FINANCE
    KEEPS = (AllocationIssued,)
    fact: AllocationIssued
    places: tuple[Fact, ...] = ()

    def region(self) -> RegionCode:
        return self.fact.from_region

    def ledger_region(self) -> RegionCode:
        return self.fact.from_region

    def guards(self) -> list[GuardKey]:
        return [line_row(self.fact.line), *rows_moved(self.fact)]

    def consistency_boundary(self) -> list[Selector]:
        fact = self.fact
        return [
            Selector(types=[AllocationIssued], tags=[holding(fact.line, fact.to_region)]),
            Selector(types=[RegionRegistered, RegionRenamed], tags=[f"region:{fact.to_region}"]),
        ]

    @events(RegionRegistered, RegionRenamed)
    def _(self, fact: Fact) -> None:
        self.places = (*self.places, fact)

    def execute(self) -> None:
        fact = self.fact
        require_new(fact, self.known)
        terms = require_line(self, fact.line)
        _require_lower(fact.to_region, fact.from_region)
        require_in_scope(terms, fact.line, require_region(fact.to_region, self.places))
        require_held(self, "quota", fact.line, Holder(fact.from_region), fact.amount_fen)
        self.record(fact)

    def take_back(self) -> None:
        require_covered(self, self.fact, self.becomes)


class TransferFunds(Slice):
    """Transfer cash to another holder: what the payer has, and to another level no more than it was allotted."""

    COMMAND = "funds.transfer-funds"
    DECIDES = FundsTransferred
    ROLES = FINANCE
    KEEPS = (FundsTransferred,)
    fact: FundsTransferred

    def region(self) -> RegionCode:
        return region_of(self.fact.payer)

    def ledger_region(self) -> RegionCode:
        return region_of(self.fact.payer)

    def guards(self) -> list[GuardKey]:
        return [line_row(self.fact.line), *rows_moved(self.fact)]

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[FundsTransferred], tags=[holding(self.fact.line, self.fact.receiver)])]

    def execute(self) -> None:
        fact = self.fact
        require_new(fact, self.known)
        require_line(self, fact.line)
        if fact.payer == fact.receiver:
            raise TransferToItself(holder=fact.payer)
        here, there = region_of(fact.payer), region_of(fact.receiver)
        if not (here == there if is_department(fact.receiver) else _lower(there, here)):
            raise TransferGoesAstray(payer=fact.payer, receiver=fact.receiver)
        require_held(self, "cash", fact.line, fact.payer, fact.amount_fen)
        if here != there:
            self._require_allotted(there)
        self.record(fact)

    def take_back(self) -> None:
        require_covered(self, self.fact, self.becomes)

    def _require_allotted(self, there: RegionCode) -> None:
        """Raises AboveAllotment."""
        fact = self.fact
        row = self.guard(AllotmentGuard, f"{fact.line}@{there}")
        left = row.allotted_fen - row.cash_fen
        if left < fact.amount_fen:
            raise AboveAllotment(line=fact.line, region=there, amount_fen=fact.amount_fen, left_fen=left)


class ReturnFunds(Slice):
    """Give cash back to the treasury it belongs to, with the quota where it goes up a level."""

    COMMAND = "funds.return-funds"
    DECIDES = FundsReturned
    ROLES = FINANCE
    KEEPS = (FundsReturned,)
    fact: FundsReturned

    def region(self) -> RegionCode:
        return region_of(self.fact.payer)

    def ledger_region(self) -> RegionCode:
        return region_of(self.fact.payer)

    def guards(self) -> list[GuardKey]:
        return [line_row(self.fact.line), *rows_moved(self.fact)]

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[FundsReturned], tags=[holding(self.fact.line, self.fact.payer)])]

    def execute(self) -> None:
        fact = self.fact
        require_new(fact, self.known)
        require_line(self, fact.line)
        here, there = region_of(fact.payer), region_of(fact.receiver)
        back = here == there if is_department(fact.payer) else _lower(here, there)
        if is_department(fact.receiver) or not back:
            raise ReturnGoesAstray(payer=fact.payer, receiver=fact.receiver)
        require_held(self, "cash", fact.line, fact.payer, fact.amount_fen)
        if here != there:
            require_held(self, "quota", fact.line, Holder(here), fact.amount_fen)
        self.record(fact)

    def take_back(self) -> None:
        require_covered(self, self.fact, self.becomes)


class RecallFunds(Slice):
    """Take idle quota back to a higher level, which decides it, with the cash that had followed."""

    COMMAND = "funds.recall-funds"
    DECIDES = FundsRecalled
    ROLES = FINANCE
    KEEPS = (FundsRecalled,)
    fact: FundsRecalled

    def region(self) -> RegionCode:
        return self.fact.to_region

    def ledger_region(self) -> RegionCode:
        return self.fact.from_region

    def guards(self) -> list[GuardKey]:
        return [line_row(self.fact.line), *rows_moved(self.fact)]

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[FundsRecalled], tags=[holding(self.fact.line, self.fact.from_region)])]

    def execute(self) -> None:
        fact = self.fact
        require_new(fact, self.known)
        require_line(self, fact.line)
        _require_lower(fact.from_region, fact.to_region)
        require_held(self, "quota", fact.line, Holder(fact.from_region), fact.amount_fen)
        require_held(self, "cash", fact.line, Holder(fact.from_region), fact.cash_fen)
        row = self.guard(AllotmentGuard, f"{fact.line}@{fact.from_region}")
        least = max(0, fact.amount_fen - (row.allotted_fen - row.cash_fen))
        if not least <= fact.cash_fen <= fact.amount_fen:
            held = balance("cash", self.guarded, fact.line, Account(fact.from_region))
            raise CashWithoutQuota(amount_fen=fact.amount_fen, cash_fen=fact.cash_fen, least_fen=least, held_fen=held)
        self.record(fact)

    def take_back(self) -> None:
        require_covered(self, self.fact, self.becomes)


def _require_lower(lower: RegionCode, upper: RegionCode) -> None:
    """Raises NotALowerLevel."""
    if not _lower(lower, upper):
        raise NotALowerLevel(lower=lower, upper=upper)


def _lower(lower: RegionCode, upper: RegionCode) -> bool:
    """Whether a level that has a treasury lies inside another."""
    return lower != upper and len(lower) == CODE_LENGTH["county"] and within(lower, upper)
