"""What several steps of money ask: a line that stands, a purpose and county it is for, an account that holds enough."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from taizhang.domain.boundary import GuardKey
from taizhang.domain.core import Fact, RegionCode, Slice
from taizhang.domain.funds.allotments import AllotmentGuard, UsePlanGuard, allotment_row, lower_level, plans_row
from taizhang.domain.funds.balances import balance, balance_rows
from taizhang.domain.funds.books import BOOKS, Account, Book, entries, is_holder
from taizhang.domain.funds.lines import BudgetApproved, FundLineId, Holder, LineGuard, Terms
from taizhang.domain.funds.moving import AllocationIssued
from taizhang.domain.funds.purposes import Purpose
from taizhang.domain.funds.refusals import (
    AboveBalance,
    AllotmentTooSmall,
    BalanceBelowNothing,
    BeforeTheLine,
    CountyOutsideScope,
    PurposeNotAllowed,
    UnknownLine,
)
from taizhang.domain.regions import Category, RegionRegistered, RegionRenamed

FINANCE: Final = frozenset({"finance"})
IN_SCOPE: Final[Mapping[str, frozenset[Category]]] = MappingProxyType(
    {
        "contiguous": frozenset({"contiguous"}),  # the 58 counties
        "contiguous-and-scattered": frozenset({"contiguous", "scattered"}),  # 58 and 17
    }
)


def line_row(line: FundLineId) -> GuardKey:
    """The row that says on which terms a line stands."""
    return (LineGuard.KIND, line)


def require_line(decision: Slice, line: FundLineId) -> Terms:
    """The terms of a line that was open on the day of the decision's fact.

    Raises UnknownLine, BeforeTheLine.
    """
    terms = decision.guard(LineGuard, line).terms
    if terms is None:
        raise UnknownLine(line=line)
    day = decision.fact.occurred_on
    if day < terms.opened_on:
        raise BeforeTheLine(line=line, day=day, opened_on=terms.opened_on)
    return terms


def require_purpose(terms: Terms, line: FundLineId, purpose: Purpose) -> None:
    """Refuse what the line is not for.

    Raises PurposeNotAllowed.
    """
    if purpose not in terms.purposes:
        raise PurposeNotAllowed(line=line, purpose=purpose, allowed=terms.purposes)


def require_in_scope(terms: Terms, line: FundLineId, region: RegionRegistered | RegionRenamed) -> None:
    """Refuse a county, as it is registered, that the line is not for; the levels above pass money on.

    Raises CountyOutsideScope.
    """
    if region.level != "county":
        return
    code = region.code if isinstance(region, RegionRegistered) or region.code_now is None else region.code_now
    named = {code, region.code}
    covered = named & set(terms.counties) if terms.scope == "named" else region.category in IN_SCOPE[terms.scope]
    if not covered:
        raise CountyOutsideScope(line=line, county=code, scope=terms.scope)


def require_held(decision: Slice, book: Book, line: FundLineId, holder: Holder, amount_fen: int) -> None:
    """Refuse to take more from an account than is left on it.

    Raises AboveBalance.
    """
    left = balance(book, decision.guarded, line, Account(holder))
    if left < amount_fen:
        raise AboveBalance(line=line, holder=holder, book=book, amount_fen=amount_fen, left_fen=left)


def rows_moved(fact: Any) -> list[GuardKey]:
    """The rows that tell whether a step leaves every account and level it touches with enough."""
    rows = [row for line, holder in _accounts(fact) for row in balance_rows(line, Account(holder))]
    region = lower_level(fact)
    if region is not None:
        rows += [allotment_row(fact.line, region), plans_row(region)]
    return list(dict.fromkeys(rows))


def require_covered(decision: Slice, was: Any, becomes: Any) -> None:
    """Refuse a correction after which an account is below nothing, or a level's allotment below what rests on it.

    `becomes` is None when `was` is declared void. Raises BalanceBelowNothing, AllotmentTooSmall.
    """
    bodies = [body for body in (was, becomes) if body is not None]
    for line, holder in dict.fromkeys(account for body in bodies for account in _accounts(body)):
        for book in BOOKS:
            left = balance(book, decision.guarded, line, Account(holder))
            if left < 0:
                raise BalanceBelowNothing(line=line, holder=holder, book=book, short_fen=-left)
    for line, region in dict.fromkeys((body.line, lower_level(body)) for body in bodies):
        if region is not None:
            lowered = _given(becomes, line, region) < _given(was, line, region)
            _require_allotted(decision, line, region, plans=lowered)


def _require_allotted(decision: Slice, line: FundLineId, region: RegionCode, *, plans: bool) -> None:
    """Raises AllotmentTooSmall; plans above the allotment may stand where money lawfully went back up."""
    row = decision.guard(AllotmentGuard, f"{line}@{region}")
    planned = decision.guard(UsePlanGuard, region).of_line(line) if plans else 0
    needed = max(row.cash_fen, planned)
    if row.allotted_fen < needed:
        raise AllotmentTooSmall(line=line, region=region, allotted_fen=row.allotted_fen, needed_fen=needed)


def _given(fact: Fact | None, line: FundLineId, region: RegionCode) -> int:
    """What a budget or an allocation lets a region use of a line."""
    if isinstance(fact, BudgetApproved) and (fact.line, fact.region) == (line, region):
        return fact.amount_fen
    if isinstance(fact, AllocationIssued) and (fact.line, fact.to_region) == (line, region):
        return fact.amount_fen
    return 0


def _accounts(fact: Fact) -> Iterator[tuple[FundLineId, Holder]]:
    """The holders whose accounts a fact moves."""
    for entry in entries(fact):
        for account in (entry.giver, entry.taker):
            if is_holder(account):
                yield entry.line, Holder(account)
