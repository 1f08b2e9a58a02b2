"""Vouchers, account titles and balances as an auditor's software reads them, after the tables of GB/T 24589 (docs/gbt24589.md).

A mapping, not a certified interface. Each line is an accounting book of its own, each step that moves money a voucher
whose debits equal its credits; a voucher belongs to the month in which it was recorded, its business day stands beside.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from taizhang.adapters.exports.gathered import Gathered
from taizhang.adapters.exports.tables import ExportTable
from taizhang.adapters.moments import beijing
from taizhang.projections.funds.steps import Move, Step

CURRENCY: Final = "CNY"
VOUCHER_KIND: Final = "记"
# 科目类别: code, its name, on which side a balance stands; quota is kept as a memorandum beside the cash accounts
TITLES: Final = {
    ("cash", "treasury"): ("1001", "国库资金", "借"),
    ("cash", "department"): ("1002", "部门资金", "借"),
    ("cash", "advance"): ("1201", "预付账款", "借"),
    ("cash", "institution"): ("5001", "补贴支出—培训机构", "借"),
    ("cash", "person"): ("5002", "补贴支出—个人", "借"),
    ("cash", "outside"): ("4001", "预算拨入", "贷"),
    ("quota", "treasury"): ("9001", "指标", "借"),
    ("quota", "outside"): ("9002", "指标来源", "贷"),
}


def voucher_tables(found: Gathered) -> list[ExportTable]:
    """The accounting titles, the vouchers, and each title's balance and turnover by month."""
    return [_titles(found), _vouchers(found), _balances(found)]


def title_of(move: Move) -> tuple[str, str, str]:
    """The accounting title of an account: its code with the account's own id, its name, its side."""
    party, _, id = move.account.partition(":")
    if party[:1].isdigit():
        party, id = ("department" if "/" in move.account else "treasury"), move.account
    code, name, side = TITLES[move.book, party]
    return (f"{code}.{id}" if id else code), name, side


def _titles(found: Gathered) -> ExportTable:
    rows: dict[tuple[str, str], list[Any]] = {}
    for line, _, move in _moves(found):
        code, name, side = title_of(move)
        rows.setdefault((line, code), [line, code, f"{name} {found.names.account(move.account)}", 2, code[:4], side])
    titles = ["电子账簿编号", "科目编号", "科目名称", "科目级次", "上级科目编号", "余额方向"]
    return ExportTable("会计科目", "gbt24589-titles.csv", titles, [rows[key] for key in sorted(rows)])


def _vouchers(found: Gathered) -> ExportTable:
    titles = ["电子账簿编号", "记账凭证日期", "会计年度", "会计期间号", "记账凭证类型", "记账凭证编号", "记账凭证行号"]
    titles += [
        "摘要",
        "科目编号",
        "借方金额_fen",
        "贷方金额_fen",
        "币种",
        "附件",
        "制单人",
        "审核人",
        "业务日期",
        "冲正凭证编号",
    ]
    rows = []
    for line, steps in found.steps.items():
        for step in steps:
            at = beijing(step.recorded_at)
            head = [line, at.date(), at.year, at.month, VOUCHER_KIND, step.position]
            about = found.names.fact(step.fact)
            tail = [CURRENCY, step.document, step.recorded_by, step.approver, step.occurred_on, step.corrects]
            for row, move in enumerate(step.moves, 1):
                debit, credit = (move.change_fen, 0) if move.change_fen > 0 else (0, -move.change_fen)
                rows.append([*head, row, about, title_of(move)[0], debit, credit, *tail])
    return ExportTable("记账凭证", "gbt24589-vouchers.csv", titles, rows)


def _balances(found: Gathered) -> ExportTable:
    """Opening balance, turnover and closing balance by month; a title whose balance stands on the credit side is turned."""
    titles = ["电子账簿编号", "会计年度", "会计期间号", "科目编号", "余额方向", "币种"]
    titles += ["期初余额_fen", "借方发生额_fen", "贷方发生额_fen", "期末余额_fen"]
    sums: dict[tuple[str, str, str], dict[tuple[int, int], list[int]]] = {}
    for line, step, move in _moves(found):
        at, (code, _, side) = beijing(step.recorded_at), title_of(move)
        month = sums.setdefault((line, code, side), {}).setdefault((at.year, at.month), [0, 0])
        month[0 if move.change_fen > 0 else 1] += abs(move.change_fen)
    rows: list[tuple[Any, ...]] = []
    for (line, code, side), months in sums.items():
        opening = 0
        for (year, number), (debit, credit) in sorted(months.items()):
            closing = opening + (debit - credit if side == "借" else credit - debit)
            rows.append((line, year, number, code, side, CURRENCY, opening, debit, credit, closing))
            opening = closing
    return ExportTable("科目余额", "gbt24589-balances.csv", titles, sorted(rows))


def _moves(found: Gathered) -> Iterator[tuple[str, Step, Move]]:
    steps: Iterable[tuple[str, list[Step]]] = found.steps.items()
    return ((line, step, move) for line, told in steps for step in told for move in step.moves)
