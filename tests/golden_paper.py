"""The hand-worked ledger as docs/money.md prints it. `python tests/golden_paper.py` prints it anew."""

from __future__ import annotations

from collections.abc import Iterator

from golden_house import JOBS, TALENT, Balances, Row, cuts, ledger

WHAT = {
    "line-opened": "资金项目设立 line opened",
    "budget-approved": "预算批复 budget",
    "allocation-issued": "下达 allocation",
    "transferred": "拨付 transfer",
    "use-plan-filed": "用款计划 use plan",
    "correct": "更正 correction",
    "void": "作废 reversal",
    "returned": "退回 return",
    "advance-paid": "预付 advance",
    "claim-submitted": "申领 claim",
    "claim-reviewed": "审核 review",
    "notice-posted": "公示 notice posted",
    "notice-ended": "公示结束 notice ended",
    "advance-cleared": "清算 advance cleared",
    "subsidy-paid": "支付 payment",
    "payment-returned": "银行退回 sent back by the bank",
    "recovered": "追缴 recovery",
    "recalled": "收回 recall",
}


def paper() -> str:
    """Both lines step by step, then the cuts: three tables of Markdown."""
    parts = [f"### {line}\n\n{_table(line)}" for line in (TALENT, JOBS)]
    return "\n\n".join([*parts, f"### Past days 往日\n\n{_cuts()}"])


def _table(line: str) -> str:
    accounts = _accounts(line)
    titles = ["step", "recorded", "happened", "paper", "what", "amount", *(_named(one) for one in accounts)]
    rows = [
        [*_told(row), *(_yuan(row.balances[line, book, account]) for book, account in accounts)]
        for row in ledger()
        if row.line in (line, "both") or not row.line
    ]
    return _markdown(titles, rows)


def _told(row: Row) -> list[str]:
    about = "" if row.fact == "claim-submitted" else row.about
    what = "; ".join(part for part in (WHAT[row.fact], row.shares, about) if part)
    amount = _yuan(row.amount_fen) if row.amount_fen else ""
    return [row.step, row.recorded.isoformat(), row.effective.isoformat(), row.document, what, amount]


def _cuts() -> str:
    titles = ["recorded until", "happened until", "what is asked", "line", "accounts (yuan)"]
    rows = []
    for cut in cuts():
        told = cut.recorded.isoformat() if cut.recorded else "now", cut.effective.isoformat() if cut.effective else "-"
        rows += [[*told, cut.about, line, _held(cut.balances, line)] for line in (TALENT, JOBS)]
    return _markdown(titles, rows)


def _held(balances: Balances, line: str) -> str:
    held = (
        f"{_named((book, account))} {_yuan(fen)}" for (of, book, account), fen in balances.items() if of == line and fen
    )
    return ", ".join(held) or "nothing"


def _accounts(line: str) -> list[tuple[str, str]]:
    return [(book, account) for of, book, account in ledger()[0].balances if of == line]


def _named(account: tuple[str, str]) -> str:
    return f"{account[0]} {account[1]}"


def _yuan(fen: int) -> str:
    return f"{fen // 100:,}.{fen % 100:02d}"


def _markdown(titles: list[str], rows: list[list[str]]) -> str:
    return "\n".join(_lines([titles, ["---"] * len(titles), *rows]))


def _lines(rows: list[list[str]]) -> Iterator[str]:
    return (f"| {' | '.join(row)} |" for row in rows)


if __name__ == "__main__":
    print(paper())
