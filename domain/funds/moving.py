"""Money on its way down and back up: allocation 下达, transfer 拨付, return 退回, recall of idle funds 收回."""

from __future__ import annotations

from taizhang.domain.core import Correction, Fact, Fen, OfficerId, RegionCode, Text
from taizhang.domain.funds.lines import Amount, FundLineId, Holder, holding


class AllocationIssued(Fact, frozen=True, kw_only=True):
    """A level allots part of its quota to a lower one 下达 (指标文件); no cash moves yet."""

    TOPIC = "funds.allocation-issued.v1"
    line: FundLineId
    from_region: RegionCode
    to_region: RegionCode
    amount_fen: Amount
    document: Text
    approver: OfficerId
    goal: str = ""

    def tags(self) -> list[str]:
        return [f"fund:{self.line}", holding(self.line, self.to_region)]


class AllocationIssuedCorrected(Correction[AllocationIssued], frozen=True, kw_only=True):
    TOPIC = "funds.allocation-issued-corrected.v1"


class FundsTransferred(Fact, frozen=True, kw_only=True):
    """Cash goes from one holder to another 拨付; a department that receives it has not used it."""

    TOPIC = "funds.transferred.v1"
    line: FundLineId
    payer: Holder
    receiver: Holder
    amount_fen: Amount
    document: Text  # 拨款单 / 国库支付令
    approver: OfficerId
    bank_receipt: str = ""

    def tags(self) -> list[str]:
        return [f"fund:{self.line}", holding(self.line, self.receiver)]


class FundsTransferredCorrected(Correction[FundsTransferred], frozen=True, kw_only=True):
    TOPIC = "funds.transferred-corrected.v1"


class FundsReturned(Fact, frozen=True, kw_only=True):
    """A holder gives cash back to the one above, or a department to its treasury 退回 (缴款书)."""

    TOPIC = "funds.returned.v1"
    line: FundLineId
    payer: Holder
    receiver: Holder
    amount_fen: Amount
    document: Text
    approver: OfficerId
    why: str = ""

    def tags(self) -> list[str]:
        return [f"fund:{self.line}", holding(self.line, self.payer)]


class FundsReturnedCorrected(Correction[FundsReturned], frozen=True, kw_only=True):
    TOPIC = "funds.returned-corrected.v1"


class FundsRecalled(Fact, frozen=True, kw_only=True):
    """A higher level takes idle quota back 收回结余结转, with the cash that had followed it."""

    TOPIC = "funds.recalled.v1"
    line: FundLineId
    from_region: RegionCode
    to_region: RegionCode
    amount_fen: Amount
    document: Text
    approver: OfficerId
    cash_fen: Fen = 0

    def tags(self) -> list[str]:
        return [f"fund:{self.line}", holding(self.line, self.from_region)]


class FundsRecalledCorrected(Correction[FundsRecalled], frozen=True, kw_only=True):
    TOPIC = "funds.recalled-corrected.v1"
