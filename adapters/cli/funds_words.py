"""The tables that the commands about money print: yuan with two digits, accounts by their names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from rich.table import Table

from taizhang.adapters.exports.words import Names, yuan
from taizhang.projections.funds.flag_kinds import FLAG_KINDS
from taizhang.projections.funds.flags import Flag
from taizhang.projections.funds.lines import LineRow
from taizhang.projections.funds.measures import FUND_MEASURES, UNCHARGED_EN, UNCHARGED_ZH
from taizhang.projections.funds.reconcile import Reconciliation
from taizhang.projections.funds.use import Use

# A region's row foots: received - passed on - returned - paid + sent back by the bank + recovered - advances = balance,
# save for cash that a recall took along, which no measure counts.
SHOWN: Final = (
    *("received_fen", "passed_on_fen", "returned_fen", "paid_fen", "bank_returned_fen", "recovered_fen"),
    *("advances_fen", "balance_fen", "quota_fen", "committed_fen"),
)
POSITIONS_SHOWN: Final = 6
FEW: Final = 5  # flags of a kind that are shown unless one kind is asked for


def use_table(found: Iterable[Use], dimensions: Sequence[str], words: Names) -> Table:
    """Use by its dimensions."""
    table = Table(title=words.zh_or_en("资金使用", "Use of money"))
    for name in dimensions:
        table.add_column(name, no_wrap=True)
    amount_columns(table, SHOWN, words)
    for one in found:
        keys = [dimension(name, key, words) for name, key in zip(dimensions, one.key, strict=True)]
        table.add_row(*keys, *(yuan(one.figures[name]) for name in SHOWN))
    return table


def flags_table(found: Iterable[Flag], words: Names, most: int | None = None) -> Table:
    """Flags with the first of the facts they rest on; `most`: no more than so many of a kind."""
    table = Table(title=words.zh_or_en("疑点", "Flags"), show_lines=True)
    titles = words.zh_or_en(
        "种类 资金 地区 金额(元) 说明 可能的正当原因 事实", "kind line region yuan what innocent facts"
    )
    for title in titles.split():
        table.add_column(title, justify="right" if title in ("金额(元)", "yuan") else "left")
    shown: Counter[str] = Counter()
    for one in found:
        shown[one.kind] += 1
        if most is not None and shown[one.kind] > most:
            continue
        told = (one.zh, one.innocent_zh) if words.language == "zh" else (one.en, one.innocent_en)
        facts = [f"#{position}" for position in one.positions[:POSITIONS_SHOWN]]
        more = ["…"] if len(one.positions) > POSITIONS_SHOWN else []
        table.add_row(
            one.kind, one.line, words.account(one.region), yuan(one.amount_fen), *told, " ".join([*facts, *more])
        )
    return table


def kind_lines(kinds: Mapping[str, int], words: Names) -> list[str]:
    """How many there are of each kind, and how to see all of one."""
    called = {one.kind: words.zh_or_en(one.zh, one.en) for one in FLAG_KINDS}
    counted = [f"{count:>6,}  {kind}  {called[kind]}" for kind, count in kinds.items()]
    more = words.zh_or_en(
        "每种最多列出 {} 条;全部请加 --kind 种类。", "At most {} of a kind are shown; --kind shows all of one."
    )
    return [*counted, *([more.format(FEW)] if any(count > FEW for count in kinds.values()) else [])]


def lines_table(region: str, found: list[LineRow], uncharged_fen: int, words: Names) -> Table:
    """Lines with the sums of the amounts shown, and what is committed and charged to none of them."""
    table = Table(title=f"{words.zh_or_en('资金', 'Fund lines')} {words.account(region)}")
    for title in words.zh_or_en("资金 名称 来源 年度", "line name source year").split():
        table.add_column(title, overflow="fold")
    amount_columns(table, SHOWN, words)
    table.add_column(words.zh_or_en("闲置天数", "idle days"), justify="right")
    for one in found:
        amounts = [yuan(one.figures.get(name)) for name in SHOWN]
        source = words.label("fund-source", one.line.source)
        table.add_row(one.line.line, one.line.name, source, str(one.line.year), *amounts, str(one.figures["idle_days"]))
    beside = {"committed_fen": uncharged_fen}
    if uncharged_fen:
        amounts = [yuan(beside[name]) if name in beside else "" for name in SHOWN]
        table.add_row("", words.zh_or_en(UNCHARGED_ZH, UNCHARGED_EN), "", "", *amounts, "")
    table.add_section()
    sums = [yuan(sum(one.figures.get(name) or 0 for one in found) + beside.get(name, 0)) for name in SHOWN]
    table.add_row(words.zh_or_en("合计", "total"), "", "", "", *sums, "")
    return table


def accounts_table(line: str, accounts: list[dict[str, Any]], words: Names) -> Table:
    """Every account of a line."""
    table = Table(title=f"{words.zh_or_en('资金', 'Fund line')} {line}")
    for title in words.zh_or_en("账户 种类 账簿", "holder account book").split():
        table.add_column(title)
    for title in words.zh_or_en("收入(元) 支出(元) 余额(元) 闲置天数", "in out balance idle-days").split():
        table.add_column(title, justify="right")
    for one in accounts:
        amounts = [yuan(one[name]) for name in ("in_fen", "out_fen", "balance_fen")]
        place = words.account(one["holder"]), words.account(one["account"]), words.book(one["book"])
        table.add_row(*place, *amounts, str(one.get("idle_days", "")))
    return table


def unmatched_table(found: Reconciliation, words: Names) -> Table:
    """Persons whose sides differ."""
    table = Table(title=words.zh_or_en("三方核对:不符事项", "Reconciliation: what does not match"))
    for title in words.zh_or_en("种类 培训班 人员 用途 自 账龄(天)", "kind class person purpose since days").split():
        table.add_column(title)
    for title in words.zh_or_en("应得(元) 申领(元) 支付(元) 差额(元)", "entitled claimed paid difference").split():
        table.add_column(title, justify="right")
    for one in found.persons:
        person = words.persons.get(one.person) or one.person
        place = words.classes.get(one.training_class) or one.training_class
        amounts = [yuan(fen) for fen in (one.entitled_fen, one.claimed_fen, one.paid_fen, one.amount_fen)]
        since, age = str(one.since or ""), str(one.age_days or "")
        table.add_row(one.kind, place, person, words.label("fund-purpose", one.purpose), since, age, *amounts)
    return table


def totals_lines(totals: dict[str, int], words: Names) -> list[str]:
    """The three sides and their differences, a line each."""
    labels = {
        "transferred_fen": ("拨付", "transferred"),
        "paid_fen": ("支付(已扣除银行退回与追缴)", "paid (less sent back by the bank and recovered)"),
        "entitled_fen": ("应得(人数 x 标准)", "entitled (persons x rate)"),
        "claimed_fen": ("申领", "claimed"),
        "advances_fen": ("未冲销预付", "advances outstanding"),
        "transferred_less_paid_fen": ("拨付减支付", "transferred less paid"),
        "paid_less_entitled_fen": ("支付减应得", "paid less entitled"),
    }
    return [f"{words.zh_or_en(*labels[name])}: {yuan(fen)}" for name, fen in totals.items() if name in labels]


def amount_columns(table: Table, measures: tuple[str, ...], words: Names) -> None:
    """A column in yuan for each of these measures."""
    labels = {one.name: words.zh_or_en(one.zh, one.en) for one in FUND_MEASURES}
    for name in measures:
        table.add_column(f"{labels[name]}{words.zh_or_en('(元)', ' (yuan)')}", justify="right", overflow="fold")


def dimension(name: str, key: str, words: Names) -> str:
    """A key of a group as people read it."""
    if not key:
        return words.zh_or_en(UNCHARGED_ZH, UNCHARGED_EN)
    told = {"source": "fund-source", "level": "region-level", "purpose": "fund-purpose"}
    if name in told:
        return words.label(told[name], key)
    if name == "region":
        return words.account(key)
    found = words.classes if name == "training_class" else words.organisations if name == "institution" else {}
    return f"{found[key]} {key}" if key in found else key


def named(person: str, words: Names) -> dict[str, str]:
    """The person's masked name, where it may be told."""
    return {"name": words.persons[person]} if person in words.persons else {}
