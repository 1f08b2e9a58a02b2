"""Opening a line and approving its budget: whose money it is, for what and where, and how much of it there is."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Final

from taizhang.domain.boundary import GuardKey
from taizhang.domain.core import Fact, Refusal, RegionCode, Selector, Slice, event
from taizhang.domain.decisions import NotYourRole
from taizhang.domain.funds.claims import ClaimReviewed, county_of_claim
from taizhang.domain.funds.evaluation import AllocationTied, PerformanceEvaluated
from taizhang.domain.funds.lines import DONATED, BudgetApproved, FundLineId, LineGuard, LineOpened, Terms, holding
from taizhang.domain.funds.moving import AllocationIssued, FundsRecalled, FundsReturned, FundsTransferred
from taizhang.domain.funds.payments import (
    AdvanceCleared,
    AdvancePaid,
    FundsRecovered,
    PaymentReturned,
    SubsidyPaid,
)
from taizhang.domain.funds.rules import FINANCE, line_row, require_covered, require_line, rows_moved
from taizhang.domain.funds.use_plans import UsePlanFiled
from taizhang.domain.regions import RegionRegistered, RegionRenamed, require_region
from taizhang.domain.standing import events, require_grounded, require_new

FUND_OFFICERS: Final = frozenset({"finance", "organisation"})
JOINT_ISSUERS: Final = 2  # the organisation department and the finance department issue it together
STEPS: Final[tuple[type[Fact], ...]] = (
    BudgetApproved,
    AllocationIssued,
    FundsTransferred,
    FundsReturned,
    FundsRecalled,
    UsePlanFiled,
    PerformanceEvaluated,
    AllocationTied,
    SubsidyPaid,
    PaymentReturned,
    FundsRecovered,
    AdvancePaid,
    AdvanceCleared,
    ClaimReviewed,  # those that charge a claim to the line
)
PAYMENTS: Final = (SubsidyPaid, AdvancePaid, AdvanceCleared, ClaimReviewed)

# -- refusals ---------------------------------------------------------------------------------------------


@dataclass(eq=False)
class LineIdTaken(Refusal):
    """A line is opened once."""

    RULE: ClassVar = "funds.line-id-taken"
    SOURCE: ClassVar = "logic: one id, one fund line"
    zh = "资金项目编号 {line} 已登记且内容不同。有误请更正原记录,新项目请用新编号。"
    en = "The line {line} is opened already, with other content. Correct it, or open the new line under another id."
    line: FundLineId


@dataclass(eq=False)
class PurposeMissing(Refusal):
    """A line says what it is for."""

    RULE: ClassVar = "funds.purpose-missing"
    SOURCE: ClassVar = "issue 3 (fund lines): permitted purposes"
    zh = "资金项目 {line} 未注明用途。请按文件填写至少一项用途。"
    en = "The line {line} states no purpose. Enter at least one, as its document does."
    line: FundLineId


@dataclass(eq=False)
class IssuersMissing(Refusal):
    """A line names who issued it; the party-building fund is issued by two departments jointly."""

    RULE: ClassVar = "funds.issuers-missing"
    SOURCE: ClassVar = "issue 3 (fund lines): issued by two departments jointly; facts/programme.md 4.1"
    zh = "“{source}”须有 {needed} 个发文单位,现填 {named} 个。请补齐发文单位。"
    en = "The {source} is issued by {needed} organisations, and {named} are named. Name those that are missing."
    WORDED: ClassVar = MappingProxyType({"source": "fund-source"})
    source: str
    needed: int
    named: int


@dataclass(eq=False)
class DonationUnexplained(Refusal):
    """A donation names its donor, what the donor restricts it to, and the receipt."""

    RULE: ClassVar = "funds.donation-unexplained"
    SOURCE: ClassVar = "facts/programme.md 4.1: donations need donor, restriction, receipt"
    zh = "“{source}”须注明捐赠人、捐赠用途限制和捐赠票据。请补齐后再登记。"
    en = "A line of the kind “{source}” states its donor, the donor's restriction and the receipt. Enter what is missing."
    WORDED: ClassVar = MappingProxyType({"source": "fund-source"})
    source: str


@dataclass(eq=False)
class CountiesDoNotFitScope(Refusal):
    """A line for named counties names them, and one for the 58 or the 75 does not name any."""

    RULE: ClassVar = "funds.counties-do-not-fit-scope"
    SOURCE: ClassVar = "issue 3 (fund lines): scope"
    zh = "资金项目 {line} 的范围为“{scope}”,与所列县区不符。指定县区的请逐一填写县区代码,其他范围的请不填县区。"
    en = "The scope of the line {line}, {scope}, does not fit its list of counties. Name every county where the scope is the counties named, and none otherwise."
    WORDED: ClassVar = MappingProxyType({"scope": "line-scope"})
    line: FundLineId
    scope: str


@dataclass(eq=False)
class BudgetAboveLine(Refusal):
    """Budgets never pass the amount of the line's document."""

    RULE: ClassVar = "funds.budget-above-line"
    SOURCE: ClassVar = "issue 3 (fund lines): amount in fen"
    zh = "资金项目 {line} 共 {amount_fen},已批复预算将达 {budgeted_fen}。请核对预算金额,或更正资金项目金额。"
    en = "The line {line} is {amount_fen} in all; budgets would reach {budgeted_fen}. Check the budget, or correct the line's amount."
    line: FundLineId
    amount_fen: int
    budgeted_fen: int


@dataclass(eq=False)
class BudgetOfAnotherLevel(Refusal):
    """A line's budget is approved at the level whose treasury holds it first."""

    RULE: ClassVar = "funds.budget-of-another-level"
    SOURCE: ClassVar = "docs/adr/0006-money.md: a budget enters at the line's own level, allocations pass it on"
    zh = "资金项目 {line} 属 {level},不能在 {region} 批复预算。请核对地区;下级的指标请办理“下达”。"
    en = "The line {line} is one of {level}, so its budget is not approved in {region}. Check the region; what a lower level gets is an allocation."
    line: FundLineId
    level: RegionCode
    region: RegionCode


# -- decisions --------------------------------------------------------------------------------------------


class OpenLine(Slice):
    """Open a fund line."""

    COMMAND = "funds.open-line"
    DECIDES = LineOpened
    ROLES = FUND_OFFICERS
    fact: LineOpened
    opened: tuple[Fact, ...] = ()
    places: tuple[Fact, ...] = ()

    def region(self) -> RegionCode:
        return self.fact.region

    def ledger_region(self) -> RegionCode:
        return self.fact.region

    def guards(self) -> list[GuardKey]:
        return [line_row(self.fact.line)]

    def consistency_boundary(self) -> list[Selector]:
        types: list[type[Fact]] = [RegionRegistered, RegionRenamed]
        places = dict.fromkeys((self.fact.region, *self.fact.counties))
        return [
            Selector(types=[LineOpened], tags=[f"fund:{self.fact.line}"]),
            *(Selector(types=types, tags=[f"region:{code}"]) for code in places),
        ]

    @event(LineOpened)
    def _(self, fact: LineOpened) -> None:
        self.opened = (*self.opened, fact)

    @events(RegionRegistered, RegionRenamed)
    def _(self, fact: Fact) -> None:
        self.places = (*self.places, fact)

    def execute(self) -> None:
        fact = self.fact
        require_new(fact, self.opened)
        if self.opened:
            raise LineIdTaken(line=fact.line)
        if self.by.role not in FINANCE and fact.source != "party-building":
            raise NotYourRole(role=self.by.role, command=self.COMMAND)
        _require_complete(fact)
        for code in (fact.region, *fact.counties):
            require_region(code, self.places)
        self.record(fact)

    def leaning(self) -> list[Selector]:
        """What rests on the terms that a correction changes; nothing rests on a line's name."""
        return [Selector(types=list(STEPS), tags=[f"fund:{self.fact.line}"])] if self._changes_terms() else []

    def take_back(self) -> None:
        becomes = self.becomes
        if becomes is not None and becomes.line == self.fact.line:
            budgeted = self.guard(LineGuard, self.fact.line).budgeted_fen
            if budgeted > becomes.amount_fen:
                raise BudgetAboveLine(line=becomes.line, amount_fen=becomes.amount_fen, budgeted_fen=budgeted)
        require_grounded(self.fact, [fact for fact in self.resting if not self._bears(fact)])

    def _changes_terms(self) -> bool:
        was, now = self.fact, self.becomes
        if now is None or (was.line, was.region) != (now.line, now.region) or was.occurred_on < now.occurred_on:
            return True
        return bool(set(was.purposes) - set(now.purposes)) or _narrows(was, now)

    def _bears(self, fact: Any) -> bool:
        """Whether a step of the line still has its ground under what the correction makes of the line."""
        was, now = self.fact, self.becomes
        if now is None or (was.line, was.region) != (now.line, now.region) or fact.occurred_on < now.occurred_on:
            return False
        gone = set(was.purposes) - set(now.purposes)
        if isinstance(fact, UsePlanFiled):
            used = any(item.line == now.line and item.purpose in gone for item in fact.items)
            return not used and self._still_covers(fact.region)
        if isinstance(fact, AllocationIssued):
            return self._still_covers(fact.to_region)
        if isinstance(fact, ClaimReviewed) and not self._still_covers(county_of_claim(fact.claim)):
            return False
        return not (gone and isinstance(fact, PAYMENTS))  # what each was for stands in its claim

    def _still_covers(self, region: RegionCode) -> bool:
        was, now = self.fact, self.becomes
        if region.endswith("00") or not _narrows(was, now):
            return True
        return now.scope == "named" and region in now.counties


class ApproveBudget(Slice):
    """Approve a budget of a line, at its own level and within its amount."""

    COMMAND = "funds.approve-budget"
    DECIDES = BudgetApproved
    ROLES = FINANCE
    KEEPS = (BudgetApproved,)
    fact: BudgetApproved

    def region(self) -> RegionCode:
        return self.fact.region

    def ledger_region(self) -> RegionCode:
        return self.fact.region

    def guards(self) -> list[GuardKey]:
        return [line_row(self.fact.line), *rows_moved(self.fact)]

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[BudgetApproved], tags=[holding(self.fact.line, self.fact.region)])]

    def execute(self) -> None:
        fact = self.fact
        require_new(fact, self.known)
        terms: Terms = require_line(self, fact.line)
        if fact.region != terms.region:
            raise BudgetOfAnotherLevel(line=fact.line, level=terms.region, region=fact.region)
        budgeted = self.guard(LineGuard, fact.line).budgeted_fen + fact.amount_fen
        if budgeted > terms.amount_fen:
            raise BudgetAboveLine(line=fact.line, amount_fen=terms.amount_fen, budgeted_fen=budgeted)
        self.record(fact)

    def take_back(self) -> None:
        require_covered(self, self.fact, self.becomes)


def _require_complete(fact: LineOpened) -> None:
    """Raises PurposeMissing, IssuersMissing, DonationUnexplained, CountiesDoNotFitScope."""
    if not fact.purposes:
        raise PurposeMissing(line=fact.line)
    needed, named = JOINT_ISSUERS if fact.source == "party-building" else 1, len(set(fact.issued_by))
    if named < needed:
        raise IssuersMissing(source=fact.source, needed=needed, named=named)
    donor = fact.donor or fact.donor_person
    if fact.source in DONATED and not (donor and fact.restriction and fact.receipt):
        raise DonationUnexplained(source=fact.source)
    if (fact.scope == "named") != bool(fact.counties):
        raise CountiesDoNotFitScope(line=fact.line, scope=fact.scope)


def _narrows(was: LineOpened, now: LineOpened) -> bool:
    """Whether a county that a line covered may be outside its corrected scope."""
    if was.scope == "named" and now.scope == "named":
        return bool(set(was.counties) - set(now.counties))
    return was.scope != now.scope and (was.scope, now.scope) != ("contiguous", "contiguous-and-scattered")
