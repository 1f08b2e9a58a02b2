"""Every measure of the use of money, defined once: its name, label, unit, and how it is reckoned."""

from __future__ import annotations

from typing import Final, NamedTuple


class FundMeasure(NamedTuple):
    """One measure; `unit` is "fen", "days" or "basis-points" (hundredths of a per cent)."""

    name: str
    zh: str
    en: str
    unit: str
    formula_zh: str
    formula_en: str
    version: int = 1


class AgeBucket(NamedTuple):
    """Money that has waited longer than `over_days`, and not as long as the next bucket says."""

    name: str
    zh: str
    en: str
    over_days: int


AGE_BUCKETS: Final = (
    AgeBucket("aged_to_30_days_fen", "30天以内未拨付", "waiting up to 30 days", -1),
    AgeBucket("aged_over_30_days_fen", "超过30天未拨付", "waiting over 30 days", 30),
    AgeBucket("aged_over_1_year_fen", "超过1年未拨付", "waiting over 1 year", 365),
    AgeBucket("aged_over_2_years_fen", "超过2年未拨付", "waiting over 2 years", 730),
)
_FIRST_IN_ZH: Final = "按先进先出:先到的资金视为先拨付或支付"
_FIRST_IN_EN: Final = "first in, first out by day: what came first is taken to have gone on first"


def _fen(name: str, zh: str, en: str, formula_zh: str, formula_en: str) -> FundMeasure:
    return FundMeasure(name, zh, en, "fen", formula_zh, formula_en)


FUND_MEASURES: Final[tuple[FundMeasure, ...]] = (
    _fen(
        "allocated_fen",
        "下达指标",
        "allocated",
        "从统计范围以外得到的指标:预算批复与下达",
        "quota that came from outside the group: budgets and allocations",
    ),
    _fen(
        "received_fen",
        "收到资金",
        "received",
        "从统计范围以外得到的资金:预算批复与拨付,不含银行退回、追缴与下级退回",
        "cash that came from outside the group: budgets and transfers; not what banks, payees or lower levels gave back",
    ),
    _fen(
        "passed_on_fen",
        "拨付下级",
        "passed on",
        "拨付给统计范围以外的国库或部门的资金;不是支出",
        "cash transferred to treasuries and departments outside the group; it is not used",
    ),
    FundMeasure(
        "committed_fen",
        "已审未付",
        "committed",
        "fen",
        "审核通过并列支到该笔资金的申领,减去已支付并扣除银行退回的部分;未列支的单列“未确定资金”;负数为支付超出列支",
        "approved claims charged to the line, less what was paid and not sent back by the bank; what is charged to no line "
        "stands apart; below nothing: more was paid than was charged to the line",
        2,
    ),
    _fen(
        "paid_fen",
        "支付到最终收款人",
        "paid",
        "补贴支付与以申领冲销的预付;未扣除银行退回与追缴",
        "subsidies paid and advances cleared against claims, before what the bank or payees gave back",
    ),
    _fen(
        "bank_returned_fen",
        "银行退回",
        "sent back by the bank",
        "银行退回的支付",
        "payments that the bank sent back",
    ),
    _fen(
        "recovered_fen",
        "追缴",
        "recovered",
        "从收款人追回的资金",
        "money that came back from payees to whom it was wrongly paid",
    ),
    _fen(
        "returned_fen",
        "退回上级",
        "returned",
        "退回统计范围以外的资金",
        "cash returned to holders outside the group",
    ),
    _fen(
        "recalled_fen",
        "收回指标",
        "recalled",
        "被统计范围以外的上级收回的指标",
        "quota that a level outside the group took back",
    ),
    _fen(
        "recalled_cash_fen",
        "收回资金",
        "cash recalled",
        "被统计范围以外的上级随指标收回的资金",
        "cash that a level outside the group took back along with quota",
    ),
    _fen(
        "advances_fen",
        "未冲销预付",
        "advances outstanding",
        "已预付、未冲销也未退还的资金",
        "advances paid, neither cleared nor given back",
    ),
    _fen(
        "balance_fen",
        "资金余额",
        "balance",
        "各国库与部门账上的资金,不含未冲销预付",
        "cash on the accounts of treasuries and departments, without outstanding advances",
    ),
    _fen(
        "quota_fen",
        "指标余额",
        "quota left",
        "得到的指标减去下达、退回和被收回的指标",
        "quota that came less what was allotted, returned or recalled",
    ),
    _fen(
        "planned_fen",
        "使用计划",
        "planned use",
        "已备案使用计划中的金额",
        "what filed use plans mean to use",
    ),
    FundMeasure(
        "idle_days",
        "闲置天数",
        "idle days",
        "days",
        f"账上最早一笔未拨付资金已到账的天数,没有余额为零;{_FIRST_IN_ZH}",
        f"how many days ago the oldest fen still on an account came in, nothing without a balance; {_FIRST_IN_EN}",
    ),
    FundMeasure(
        "execution_bp",
        "执行率(万分之一)",
        "execution rate",
        "basis-points",
        "支付到最终收款人扣除银行退回与追缴,除以收到资金",
        "paid less what the bank sent back and what was recovered, divided by received",
    ),
    *(
        _fen(one.name, one.zh, one.en, f"账上资金按到账天数;{_FIRST_IN_ZH}", f"cash by its age; {_FIRST_IN_EN}")
        for one in AGE_BUCKETS
    ),
)
# What has a meaning for a purpose, an institution or a class: money reaches them only when it is paid.
OF_PAYMENTS: Final = frozenset({"committed_fen", "paid_fen", "bank_returned_fen", "recovered_fen"})


# What is committed and charged to no line stands in a row of its own, so that rows add up to everything approved and unpaid.
UNCHARGED_ZH: Final = "未确定资金"
UNCHARGED_EN: Final = "not yet charged to a line"


def fund_measure_versions() -> dict[str, int]:
    """The version of every measure, as a report id holds it."""
    return {measure.name: measure.version for measure in FUND_MEASURES}
