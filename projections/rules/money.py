"""Rules about money whose source are the flags of projections/funds: the same detectors, their flags as leads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from sqlalchemy import ColumnElement, and_, func, or_, select

from taizhang.projections.funds import flag_balances, flag_payments
from taizhang.projections.funds.cuts import EVERYTHING, NOW
from taizhang.projections.funds.flag_facts import Found as Flagged
from taizhang.projections.funds.flag_facts import Seen, seen
from taizhang.projections.funds.flag_kinds import FLAG_KINDS
from taizhang.projections.funds.flag_payments import PAID
from taizhang.projections.funds.tables import fund_tables
from taizhang.projections.rules.rule import Context, Found, Rule, Severity

Detector = Callable[[Seen], Iterator[Flagged]]
SubjectsOf = Callable[[Flagged], tuple[str, ...]]
_MEMO: Final = "flags"


def _flagged(flag: str) -> Callable[[Context], Iterator[Found]]:
    """What is flagged under this name, as leads; the detectors look at the money once for all rules of a run."""

    def fold(ctx: Context) -> Iterator[Found]:
        """The flags of this kind that projections/funds finds in the steps of money, each with its sentence."""
        if _MEMO not in ctx.memo:
            ctx.memo[_MEMO] = _look(ctx)
        yield from ctx.memo[_MEMO].get(flag, {}).values()

    return fold


def _look(ctx: Context) -> dict[str, dict[tuple[str, ...], Found]]:
    """Every flag that is a lead, by its kind and whom it is about; several about the same are one lead."""
    found: dict[str, dict[tuple[str, ...], Found]] = {kind: {} for kind in _SUBJECTS}
    it = seen(ctx.connection, ctx.today, EVERYTHING, NOW, _worth_a_look())
    for detect in _DETECTORS:
        for flag in detect(it):
            if flag.kind in found:
                _take(found[flag.kind], (*_SUBJECTS[flag.kind](flag), f"region:{flag.region}"), flag)
    return found


def _worth_a_look() -> ColumnElement[bool]:
    """The steps among which a detector may find anything: not the many payments that are plainly in order."""
    s, h, c = fund_tables().steps, fund_tables().shares.c, fund_tables().claims.c
    paid = s.alias("paid").c
    shared = select(paid.bank_account).where(paid.kind == PAID, paid.person != "").group_by(paid.bank_account)
    parts = (
        select(h.claim).where(h.claim != "").group_by(h.claim, h.person).having(func.count(h.payment.distinct()) > 1)
    )
    taken = select(h.claim).where(h.kind == "recovered")
    voided = select(paid.claim).where(paid.kind == PAID, paid.void == 1)
    approved = select(c.approved_fen).where(c.claim == s.c.claim).correlate(s).scalar_subquery()
    return or_(
        s.c.kind.in_(("budget-approved", "transferred", "advance-paid")),
        and_(s.c.kind == PAID, s.c.bank_account.in_(shared.having(func.count(paid.person.distinct()) > 1))),
        and_(s.c.kind == PAID, s.c.claim.in_(parts)),
        and_(s.c.kind == PAID, s.c.claim.in_(taken)),
        and_(s.c.kind == PAID, s.c.claim.in_(voided)),
        and_(s.c.kind == PAID, s.c.person == "", s.c.amount_fen != approved),
    )


def _take(standing: dict[tuple[str, ...], Found], about: tuple[str, ...], flag: Flagged) -> None:
    words = {"what_en": flag.words.get("what", ""), **flag.words}
    one = Found(about, flag.region, flag.amount_fen, flag.positions, words)
    other = standing.get(about)
    if other is not None:
        positions = tuple(sorted({*other.positions, *one.positions}))
        one = other._replace(sum_fen=other.sum_fen + one.sum_fen, positions=positions)
    standing[about] = one


def _of_claim(flag: Flagged) -> tuple[str, ...]:
    return (f"claim:{flag.words['claim']}",)


def _of_payment(flag: Flagged) -> tuple[str, ...]:
    return (f"payment:{flag.words['payment']}",)


def _of_account(flag: Flagged) -> tuple[str, ...]:
    return (f"account:{flag.words['account']}",)


def _of_line(flag: Flagged) -> tuple[str, ...]:
    return (f"fund:{flag.line}",)


_SUBJECTS: Final[dict[str, SubjectsOf]] = {
    "account-beyond-one-household": _of_account,
    "split-payment": _of_claim,
    "paid-after-recovery": _of_claim,
    "round-amount": _of_payment,
    "payment-voided": _of_payment,
    "idle-balance": _of_line,
    "advance-overdue": lambda flag: (f"advance:{flag.words['advance']}",),
}
_DETECTORS: Final[tuple[Detector, ...]] = (
    flag_payments.shared_accounts,
    flag_payments.split_and_again,
    flag_payments.round_amounts,
    flag_payments.voided,
    flag_balances.idle,
    flag_balances.overdue_advances,
)


# What is to be done about each: a flag on the page of funds says only what it found.
_TO_CHECK: Final[dict[str, tuple[str, str]]] = {
    "account-beyond-one-household": (
        "请核对户主和代领手续。",
        "Whose it is, and whether there are mandates, should be checked.",
    ),
    "split-payment": ("请核对分笔支付的理由。", "Why it was paid in parts should be asked."),
    "paid-after-recovery": ("请核对再次支付的依据。", "What the second payment rests on should be checked."),
    "round-amount": ("请核对支付凭证和审核表。", "Voucher and review should be compared."),
    "payment-voided": (
        "请核对作废的原因和退款去向。",
        "Why it was declared void, and where the money went, should be checked.",
    ),
    "idle-balance": ("请了解资金未用的原因。", "Why it was not used should be asked."),
    "advance-overdue": ("请了解未冲销的原因。", "Why it was not cleared should be asked."),
}


def _flag_rule(id: str, flag: str, severity: Severity, patterns: tuple[str, ...], question: tuple[str, str]) -> Rule:
    kind = next(one for one in FLAG_KINDS if one.kind == flag)
    return Rule(
        id=id,
        version=1,
        kind="whole",
        wakes=("funds.", "households.", "people.persons-"),
        daily=True,
        zh=kind.zh,
        en=kind.en,
        question_zh=question[0],
        question_en=question[1],
        says_zh=kind.zh_says + _TO_CHECK[flag][0],
        says_en=f"{kind.en_says} {_TO_CHECK[flag][1]}",
        innocent_zh=kind.innocent_zh,
        innocent_en=kind.innocent_en,
        severity=severity,
        patterns=patterns,
        fold=_flagged(flag),
    )


MONEY: Final = (
    _flag_rule(
        "money.account-beyond-one-household",
        "account-beyond-one-household",
        "high",
        ("F12",),
        (
            "是否有一个账户收取了不同户多人的补贴?",
            "Did one account receive the subsidies of persons of different households?",
        ),
    ),
    _flag_rule(
        "money.split-payment",
        "split-payment",
        "low",
        ("F40",),
        ("同一应得补贴是否被分成多笔支付?", "Was one entitlement paid in several parts?"),
    ),
    _flag_rule(
        "money.paid-after-recovery",
        "paid-after-recovery",
        "high",
        ("F08", "F44"),
        ("追缴之后是否又向同一人支付?", "Was somebody paid again after a recovery?"),
    ),
    _flag_rule(
        "money.round-amount",
        "round-amount",
        "medium",
        ("F41",),
        (
            "支付是否为整数而与审核的申领不符?",
            "Is a payment a round sum and not what the approved claim comes to?",
        ),
    ),
    _flag_rule(
        "money.voided-payment",
        "payment-voided",
        "medium",
        ("F39", "F44"),
        ("支付登记后是否又被作废?", "Was a payment recorded and then declared void?"),
    ),
    _flag_rule(
        "money.idle",
        "idle-balance",
        "medium",
        ("F35",),
        ("资金是否长期停在账上?", "Does money lie idle on an account?"),
    ),
    _flag_rule(
        "money.advance-overdue",
        "advance-overdue",
        "medium",
        ("F42",),
        ("预付款是否逾期未冲销?", "Is an advance overdue and not cleared?"),
    ),
)
