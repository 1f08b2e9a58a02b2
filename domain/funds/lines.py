"""Fund lines 资金: a source, a document, a year, the purposes and counties it is for; and the budget behind it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, NewType

import msgspec

from taizhang.domain.core import Correction, Fact, Guard, OfficerId, OrganisationId, PersonId, RegionCode, Text, moves
from taizhang.domain.funds.purposes import Purpose

FundLineId = NewType(
    "FundLineId", Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$", examples=["ER-2016"])]
)
# The treasury of a region ("620102"), or a department's account in it ("620102/ORG"): who holds money, not who uses it.
Holder = NewType("Holder", Annotated[str, msgspec.Meta(pattern=r"^\d{6}(/\S{1,60})?$", examples=["620121"])])
Amount = Annotated[int, msgspec.Meta(ge=1, description="money in fen, one hundredth of a yuan")]
BudgetYear = Annotated[int, msgspec.Meta(ge=2000, le=2100)]
FundSource = Literal[
    "talent",  # 省级人才发展专项资金
    "party-building",  # 省级农村基层党组织建设专项资金, issued by two departments jointly
    "employment",  # 就业补助资金
    "poverty-relief",  # 财政专项扶贫资金
    "fiscal-province",  # 省级财政转移支付
    "fiscal-prefecture",
    "fiscal-county",
    "east-west",  # 东西部扶贫协作
    "enterprise",
    "charity",
    "private",
]
DONATED = frozenset({"enterprise", "charity", "private"})
LineScope = Literal["contiguous", "contiguous-and-scattered", "named"]  # the 58 counties, the 75, or those named

# -- facts ------------------------------------------------------------------------------------------------


class LineOpened(Fact, frozen=True, kw_only=True):
    """A fund line is opened: whose money it is, under which document, for what and where."""

    TOPIC = "funds.line-opened.v1"
    line: FundLineId
    name: Text
    source: FundSource
    document: Text
    issued_by: tuple[OrganisationId, ...]
    year: BudgetYear
    purposes: tuple[Purpose, ...]
    scope: LineScope
    region: RegionCode  # the level whose treasury holds it first
    amount_fen: Amount
    counties: tuple[RegionCode, ...] = ()
    donor: str = ""  # an enterprise or a charity; a private donor is a person of the vault
    donor_person: PersonId | None = None
    restriction: str = ""
    receipt: str = ""
    lawful_days: Annotated[int, msgspec.Meta(ge=0)] | None = (
        None  # within how many days a level must pass it on; None: the policy's threshold
    )

    def tags(self) -> list[str]:
        donor = [f"person:{self.donor_person}"] if self.donor_person is not None else []
        return [f"fund:{self.line}", *donor]


class LineOpenedCorrected(Correction[LineOpened], frozen=True, kw_only=True):
    TOPIC = "funds.line-opened-corrected.v1"


class BudgetApproved(Fact, frozen=True, kw_only=True):
    """A budget is approved 预算批复: from now on the line holds this much at its own level."""

    TOPIC = "funds.budget-approved.v1"
    line: FundLineId
    region: RegionCode
    amount_fen: Amount
    document: Text
    approver: OfficerId
    goal: str = ""  # the performance goal as the document states it

    def tags(self) -> list[str]:
        return [f"fund:{self.line}", holding(self.line, self.region)]


class BudgetApprovedCorrected(Correction[BudgetApproved], frozen=True, kw_only=True):
    TOPIC = "funds.budget-approved-corrected.v1"


# -- what is known ----------------------------------------------------------------------------------------


class Terms(msgspec.Struct, array_like=True):
    """What rules ask of a line."""

    source: str
    purposes: tuple[str, ...]
    scope: str
    counties: tuple[RegionCode, ...]
    region: RegionCode
    amount_fen: int
    opened_on: date


class LineGuard(Guard):
    """How one line stands: its terms, and how much of it was budgeted."""

    KIND = "fund-line"
    terms: Terms | None = None
    budgeted_fen: int = 0

    @classmethod
    def keys(cls, fact: Any) -> tuple[str, ...]:
        return (fact.line,)

    @moves(LineOpened)
    def opened(self, fact: LineOpened, sign: int) -> None:
        self.terms = None
        if sign > 0:
            self.terms = Terms(
                source=fact.source,
                purposes=fact.purposes,
                scope=fact.scope,
                counties=fact.counties,
                region=fact.region,
                amount_fen=fact.amount_fen,
                opened_on=fact.occurred_on,
            )

    @moves(BudgetApproved)
    def budgeted(self, fact: BudgetApproved, sign: int) -> None:
        self.budgeted_fen += sign * fact.amount_fen


def holding(line: FundLineId, holder: str) -> str:
    """The tag of the steps by which a holder gets money of a line from above, or gives it back."""
    return f"holding:{line}@{holder}"


def region_of(holder: Holder) -> RegionCode:
    """The region in whose treasury, or among whose departments, a holder stands."""
    return RegionCode(holder[:6])


def is_department(holder: Holder) -> bool:
    """Whether a holder is a department's account and not a treasury."""
    return len(holder) > 6
