"""Made-up fund lines and what is done with them, for tests: no line, paper or sum of it is real."""

from __future__ import annotations

from datetime import date
from typing import Any

from taizhang.domain.core import Actor, Fact, OfficerId, OrganisationId, Position, RegionCode
from taizhang.domain.decisions import Amend
from taizhang.domain.funds.evaluation import AllocationTied, Claimed, PerformanceEvaluated, TieId
from taizhang.domain.funds.lines import BudgetApproved, FundLineId, Holder, LineOpened
from taizhang.domain.funds.moving import AllocationIssued, FundsRecalled, FundsReturned, FundsTransferred
from taizhang.domain.funds.use_plans import PlannedUse, UsePlanFiled, UsePlanId
from taizhang.domain.regions import RegionRegistered

PROVINCE, PREFECTURE = RegionCode("620000"), RegionCode("620100")
COUNTY, SECOND = RegionCode("620121"), RegionCode("620123")  # contiguous
SCATTERED, CITY = RegionCode("620122"), RegionCode("620102")
OTHER_PREFECTURE = RegionCode("620200")
BUREAU, OFFICE = Holder("620121/bureau"), Holder("620121/office")  # departments of the county
LINE, GIFT = FundLineId("talent-2016"), FundLineId("gift-2016")
PLAN, TIE = UsePlanId("plan-620121-2016"), TieId("tie-2016")
JANUARY, FEBRUARY, MARCH, APRIL, MAY = (date(2016, month, 4) for month in (1, 2, 3, 4, 5))
DIRECTOR = OfficerId("director")  # approves what others prepare

REGIONS: tuple[Fact, ...] = tuple(
    RegionRegistered(code=code, name=name, level=level, parent=parent, category=category, occurred_on=date(2015, 1, 1))
    for code, name, level, parent, category in (
        (PROVINCE, "Province", "province", None, "none"),
        (PREFECTURE, "Prefecture", "prefecture", PROVINCE, "none"),
        (OTHER_PREFECTURE, "Other prefecture", "prefecture", PROVINCE, "none"),
        (COUNTY, "County", "county", PREFECTURE, "contiguous"),
        (SECOND, "Second county", "county", PREFECTURE, "contiguous"),
        (SCATTERED, "Scattered county", "county", PREFECTURE, "scattered"),
        (CITY, "City", "county", PREFECTURE, "none"),
    )
)


def officer(name: str = "treasurer", role: str = "finance", region: RegionCode = PROVINCE) -> Actor:
    """Who records money, unless a test says otherwise, for the whole province."""
    return Actor(
        officer=OfficerId(name),
        role=role,
        organisation=OrganisationId("finance"),
        region=region,
        authenticated="test",
    )


def opened(line: FundLineId = LINE, **fields: Any) -> LineOpened:
    """A line of 1,000 yuan of the province, for training and living allowances in the 75 counties."""
    stated: dict[str, Any] = {
        "name": "Talent fund",
        "source": "talent",
        "document": "No. 1",
        "issued_by": (OrganisationId("organisation"),),
        "year": 2016,
        "purposes": ("training", "living"),
        "scope": "contiguous-and-scattered",
        "region": PROVINCE,
        "amount_fen": 100_000,
        "occurred_on": JANUARY,
    }
    return LineOpened(line=line, **(stated | fields))


def budgeted(amount_fen: int = 100_000, line: FundLineId = LINE, on: date = JANUARY, **fields: Any) -> BudgetApproved:
    stated: dict[str, Any] = {"region": PROVINCE, "document": "No. 2", "approver": DIRECTOR}
    return BudgetApproved(line=line, amount_fen=amount_fen, occurred_on=on, **(stated | fields))


def allotted(
    amount_fen: int = 60_000,
    to: RegionCode = COUNTY,
    by: RegionCode = PROVINCE,
    line: FundLineId = LINE,
    on: date = FEBRUARY,
    **fields: Any,
) -> AllocationIssued:
    stated: dict[str, Any] = {"document": "No. 3", "approver": DIRECTOR}
    return AllocationIssued(
        line=line, from_region=by, to_region=to, amount_fen=amount_fen, occurred_on=on, **(stated | fields)
    )


def transferred(
    amount_fen: int = 60_000,
    to: str = COUNTY,
    by: str = PROVINCE,
    line: FundLineId = LINE,
    on: date = MARCH,
    **fields: Any,
) -> FundsTransferred:
    stated: dict[str, Any] = {"document": "No. 4", "approver": DIRECTOR}
    return FundsTransferred(
        line=line, payer=Holder(by), receiver=Holder(to), amount_fen=amount_fen, occurred_on=on, **(stated | fields)
    )


def returned(
    amount_fen: int = 10_000,
    to: str = PROVINCE,
    by: str = COUNTY,
    line: FundLineId = LINE,
    on: date = APRIL,
    **fields: Any,
) -> FundsReturned:
    stated: dict[str, Any] = {"document": "No. 5", "approver": DIRECTOR}
    return FundsReturned(
        line=line, payer=Holder(by), receiver=Holder(to), amount_fen=amount_fen, occurred_on=on, **(stated | fields)
    )


def recalled(
    amount_fen: int = 10_000,
    cash_fen: int = 0,
    to: RegionCode = PROVINCE,
    by: RegionCode = COUNTY,
    line: FundLineId = LINE,
    on: date = MAY,
    **fields: Any,
) -> FundsRecalled:
    stated: dict[str, Any] = {"document": "No. 6", "approver": DIRECTOR, "cash_fen": cash_fen}
    return FundsRecalled(
        line=line, from_region=by, to_region=to, amount_fen=amount_fen, occurred_on=on, **(stated | fields)
    )


def use(amount_fen: int, purpose: Any = "training", line: FundLineId = LINE) -> PlannedUse:
    return PlannedUse(line=line, purpose=purpose, amount_fen=amount_fen)


def planned(*items: PlannedUse, plan: UsePlanId = PLAN, region: RegionCode = COUNTY, **fields: Any) -> UsePlanFiled:
    stated: dict[str, Any] = {"year": 2016, "document": "No. 7", "approver": DIRECTOR, "occurred_on": MARCH}
    return UsePlanFiled(plan=plan, region=region, items=items or (use(50_000),), **(stated | fields))


def evaluated(*claimed: Claimed, **fields: Any) -> PerformanceEvaluated:
    stated: dict[str, Any] = {
        "line": LINE,
        "region": COUNTY,
        "year": 2016,
        "kind": "self-evaluation",
        "document": "No. 8",
        "occurred_on": MAY,
    }
    return PerformanceEvaluated(claimed=claimed or (Claimed(indicator="persons", value=40),), **(stated | fields))


def tied(**fields: Any) -> AllocationTied:
    stated: dict[str, Any] = {
        "tie": TIE,
        "line": LINE,
        "region": PROVINCE,
        "per_person_fen": 80_000,
        "since": MARCH,
        "until": MAY,
        "document": "No. 9",
        "occurred_on": MARCH,
    }
    return AllocationTied(**(stated | fields))


def amending(was: Fact, at: int, void: bool = False, approver: OfficerId = DIRECTOR) -> Amend:
    """A correction of what stands at a position."""
    return Amend(corrects=Position(at), was=was, reason="typing error", approver=approver, void=void)
