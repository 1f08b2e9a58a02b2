"""The tables of an export: titles and rows, the same for CSV files and for the sheets of a workbook; amounts in fen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from taizhang.adapters.exports.gathered import Gathered
from taizhang.adapters.exports.step_rows import STEP_TITLES, step_rows
from taizhang.adapters.moments import beijing
from taizhang.projections.funds.measures import FUND_MEASURES, UNCHARGED_EN, UNCHARGED_ZH
from taizhang.projections.funds.reconcile import ClassLine, Unmatched


class ExportTable(NamedTuple):
    """One table; `sheet` is its Chinese name, `file` the name of its CSV file; titles in `_fen` hold amounts."""

    sheet: str
    file: str
    titles: Sequence[str]
    rows: Sequence[Sequence[Any]]

    def total_fen(self, title: str) -> int:
        """What a column of amounts adds up to."""
        place = list(self.titles).index(title)
        return sum(row[place] or 0 for row in self.rows)


def tables(found: Gathered) -> list[ExportTable]:
    """Every table of the export, in the order of the workbook's sheets."""
    return [
        lines(found),
        accounts(found),
        told(found),
        payments(found),
        flagged(found),
        classes(found),
        unmatched(found),
    ]


def lines(found: Gathered) -> ExportTable:
    """The lines with the region's figures, and what is committed and charged to none of them."""
    measures = [one.name for one in FUND_MEASURES]
    terms = ("line", "name", "source", "year", "document", "purposes")
    rows = []
    for one in found.lines:
        t = one.line
        fixed = [t.line, t.name, found.names.label("fund-source", t.source), t.year, t.document, ",".join(t.purposes)]
        rows.append([*fixed, *(one.figures.get(name) for name in measures)])
    if found.uncharged_fen:
        beside = {"name": found.names.zh_or_en(UNCHARGED_ZH, UNCHARGED_EN), "committed_fen": found.uncharged_fen}
        rows.append([beside.get(title) for title in (*terms, *measures)])
    return ExportTable("资金", "lines.csv", [*terms, *measures], rows)


def accounts(found: Gathered) -> ExportTable:
    """The statement: every account of the region's holders, and what their payees got."""
    titles = ["line", "holder", "account", "book", "in_fen", "out_fen", "balance_fen", "named"]
    rows = []
    for line, one in found.accounts():
        named = f"{found.names.account(one.holder)} {found.names.account(one.account)} {found.names.book(one.book)}"
        rows.append([line, *one, one.balance_fen, named])
    return ExportTable("对账", "accounts.csv", titles, rows)


def told(found: Gathered) -> ExportTable:
    """Every step, a row for each account it moves."""
    rows = [[line, *row] for line, steps in found.steps.items() for row in step_rows(steps, found.names)]
    return ExportTable("步骤", "steps.csv", ["line", *STEP_TITLES], rows)


def payments(found: Gathered) -> ExportTable:
    """Which fen of which line reached whom; what came back is negative."""
    titles = ["line", "position", "recorded", "effective_on", "kind", "holder", "payment", "advance", "claim"]
    titles += ["training_class", "class_name", "person", "person_name", "purpose", "amount_fen"]
    rows = []
    for one in found.shares:
        at = beijing(one.recorded_at).strftime("%Y-%m-%d %H:%M:%S")
        by = [one.line, one.position, at, one.effective_on, found.names.fact(one.kind), one.holder, one.payment]
        whom = [one.person, found.names.persons.get(one.person, ""), found.names.label("fund-purpose", one.purpose)]
        place = [one.advance, one.claim, one.training_class, found.names.classes.get(one.training_class, "")]
        rows.append([*by, *place, *whom, one.amount_fen])
    return ExportTable("支付明细", "payments.csv", titles, rows)


def flagged(found: Gathered) -> ExportTable:
    """What to look at, with what it may innocently be; one sum may be flagged more than once."""
    titles = ["kind", "line", "region", "flagged_fen", "positions", "zh", "en", "innocent_zh", "innocent_en"]
    rows = [[*one[:4], " ".join(map(str, one.positions)), *one[5:]] for one in found.flags]
    return ExportTable("疑点", "flags.csv", titles, rows)


def classes(found: Gathered) -> ExportTable:
    """The three-way reconciliation by class, for the whole region."""
    rows = [list(one) for one in found.reconciliation.classes]
    return ExportTable("三方核对", "classes.csv", list(ClassLine._fields), rows)


def unmatched(found: Gathered) -> ExportTable:
    """The persons whose sides differ, with the facts that each row rests on."""
    rows = [
        [*one[:-1], " ".join(map(str, one.positions)), found.names.persons.get(one.person, "")]
        for one in found.reconciliation.persons
    ]
    return ExportTable("不符事项", "unmatched.csv", [*Unmatched._fields, "person_name"], rows)
