"""A region's or a line's money as one Excel workbook, with a cover that names what fixes it and compares its totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from taizhang.adapters.exports.gathered import Gathered
from taizhang.adapters.exports.sheets import MoneyBook, fixed
from taizhang.adapters.exports.tables import ExportTable
from taizhang.projections.funds.statement import PAYEES
from taizhang.projections.scope import stem_of

COVER = "封面"


def write_workbook(path: Path, found: Gathered, tables: Sequence[ExportTable]) -> None:
    """Write the cover and every table as a sheet.

    Raises TooManyRows.
    """
    with MoneyBook(path, COVER) as book:
        totals = {table.file: book.table(table.sheet, table.titles, table.rows) for table in tables}
        sums = [(what, totals[file][title], fen) for what, file, title, fen in controls(found)]
        book.cover(cover(found), sums)


def cover(found: Gathered) -> list[tuple[str, object]]:
    """What fixes the workbook: the question, the log's head and root, the cuts."""
    head = found.head
    return [
        ("地区 region", found.names.account(found.region)),
        *fixed(found.asked),
        ("日志 log", head.origin),
        ("日志末尾位置 head position", head.position),
        ("日志树根 root (SHA-256)", head.edge.root().hex()),
        ("人员姓名 names", "全名 whole" if found.whole_names else "已隐去,仅留姓氏 masked, surname only"),
        ("检验 check", "taizhang verify; taizhang funds --json"),
    ]


def controls(found: Gathered) -> list[tuple[str, str, str, int]]:
    """Totals reckoned another way than their sheet: (what, file of the table, title of the column, fen)."""
    whole = _by_account(found)
    kept = sum(amount for (account, _), amount in whole.items() if account in PAYEES)
    own = sum(amount for (account, book), amount in whole.items() if (account, book) == ("own", "cash"))
    quota = sum(amount for (account, book), amount in whole.items() if (account, book) == ("own", "quota"))
    advances = sum(amount for (account, _), amount in whole.items() if account == "advance")
    came = sum(_came(found, line) for line in found.statements)
    return [
        ("支付明细合计 = 到达并留在收款人的资金 shares kept by payees", "payments.csv", "amount_fen", kept),
        ("资金余额 balances of cash", "lines.csv", "balance_fen", own),
        ("指标余额 quota left", "lines.csv", "quota_fen", quota),
        ("已承诺未付 committed and not paid", "lines.csv", "committed_fen", found.committed_fen),
        ("未冲销预付 advances outstanding", "lines.csv", "advances_fen", advances),
        ("所有账户余额 = 从地区以外净得的资金与指标 all balances = what came in", "accounts.csv", "balance_fen", came),
        ("各步骤借贷相抵 the changes of all steps", "steps.csv", "change_fen", 0),
    ]


def _by_account(found: Gathered) -> Mapping[tuple[str, str], int]:
    sums: dict[tuple[str, str], int] = {}
    for _, one in found.accounts():
        sums[one.account, one.book] = sums.get((one.account, one.book), 0) + one.balance_fen
    return sums


def _came(found: Gathered, line: str) -> int:
    """What the region's own accounts got from outside the region and the budget, less what they gave there."""
    stem = stem_of(found.region)
    return sum(
        flow.in_fen - flow.out_fen
        for flow in found.statements[line].flows
        if flow.account == "own"
        and flow.holder.startswith(stem)
        and (flow.counter == "outside" or (flow.counter[:1].isdigit() and not flow.counter.startswith(stem)))
    )
