"""What a run says about a whole file: totals, refusals by rule, doubts, sheets that were not understood."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

import msgspec

from taizhang.adapters.forms.forms import FORMS, FormKind
from taizhang.adapters.forms.tables import FormTable
from taizhang.adapters.importing.claims import CONTRADICTED
from taizhang.adapters.importing.classes import counted
from taizhang.adapters.importing.rows import RowVerdict, Words
from taizhang.adapters.masking import Naming
from taizhang.adapters.sheets.sheets import Workbook

Summary = list[tuple[str, str, str]]  # what, zh, en
OF_FILE: Final = "文件 / File"
OF_ROWS: Final = "数据行 / Rows"
DRY_RUN: Final = "试运行 / Dry run"
COUNTED: Final[Mapping[str, str]] = MappingProxyType(  # an outcome, and its line of the summary
    {
        "recorded": "入账 / Recorded",
        "unchanged": "未变 / Unchanged",
        "refused": "被规则拒绝 / Refused",
        "unusable": "无法办理 / Unusable",
        "flagged": "需要核对 / Flagged",
    }
)


class ImportResult(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a file: counts by outcome, a verdict for every row, where file and result workbook are kept.

    `workbook` holds the result itself when nothing is kept, as in a dry run.
    """

    file: str
    filename: str
    rows: int
    counts: dict[str, int]
    verdicts: list[RowVerdict]
    summary: list[tuple[str, str, str]]  # what, zh, en
    result: str | None = None
    job: str | None = None
    dry_run: bool = False
    workbook: bytes | None = None

    @property
    def changed(self) -> bool:
        return bool(self.counts["facts"])


def summary_of(
    counts: Mapping[str, int],
    verdicts: Sequence[RowVerdict],
    tables: Sequence[FormTable],
    workbook: Workbook,
    causes: Mapping[tuple[str, Words], int] = MappingProxyType({}),
    doubts: Sequence[tuple[str, str, str]] = (),
    *,
    dry_run: bool,
) -> Summary:
    """The lines of the summary sheet, in both languages: first what concerns several rows together."""
    lines: Summary = [
        (
            "原因 / Cause",
            f"{words.zh}(工作表“{sheet}”有 {count} 行因此未录入,处理后请重新导入本文件)",
            f'{words.en} ({count} rows of sheet "{sheet}" did not go in over this: settle it and import the file again)',
        )
        for (sheet, words), count in sorted(causes.items(), key=lambda one: -one[1])
        if count > 1
    ]
    lines += [
        *doubts,
        (OF_FILE, workbook.filename, workbook.filename),
        ("SHA-256", workbook.digest, workbook.digest),
    ]
    if dry_run:
        lines.append((DRY_RUN, "仅校验,未记录任何内容", "checked only: nothing was recorded"))
    elif verdicts and not counts["facts"] and counts["unchanged"]:
        lines.append(("重复 / Repeated", *_repeated(counts)))
    lines += [
        (OF_ROWS, *_rows(len(verdicts))),
        (
            COUNTED["recorded"],
            f"{counts['recorded']} 行,{counts['facts']} 条事实",
            f"{_rows(counts['recorded']).en}, {counts['facts']} {'fact' if counts['facts'] == 1 else 'facts'}",
        ),
        *((name, *_rows(counts[outcome])) for outcome, name in COUNTED.items() if outcome != "recorded"),
    ]
    rules = Counter(rule for verdict in verdicts for rule in set(verdict.rules))
    lines += [(rule, *_rows(count)) for rule, count in sorted(rules.items())]
    for table in tables:
        form = FORMS[table.form]
        where = f"{table.sheet}:{form.zh} / {form.en}"
        rows = _rows(len(table.rows))
        lines.append((where, *(counted(table) if table.form is FormKind.CLASS_FILING else rows)))
        lines += [(where, zh, en) for zh, en in zip(table.doubts, table.doubts_en, strict=True)]
    understood = {table.sheet for table in tables}
    for sheet in workbook.sheets:
        if sheet.name not in understood and any(cell not in ("", None) for row in sheet.rows for cell in row):
            lines.append((sheet.name, _NO_FORM[0], _NO_FORM[1]))
    return lines


def name_of_line(what: str, language: str) -> str:
    """What a line of the summary is called in one language, as “sheet:form” or “cause”; empty for a rule's id."""
    where, colon, both = what.rpartition(":")
    zh, slash, en = both.partition(" / ")
    return where + colon + (zh if language == "zh" else en) if slash else ""


def in_words(verdicts: Iterable[RowVerdict]) -> Iterator[str]:
    """What is told of rows that may name a person: a row that simply went in names nobody."""
    return (words for one in verdicts if _may_name(one) for words in (one.zh, one.en))


def named(verdict: RowVerdict, said: Naming) -> RowVerdict:
    """The verdict with people's masked names in the place of their ids."""
    if not said or not _may_name(verdict):
        return verdict
    words = named_words(Words(verdict.zh, verdict.en), said)
    return msgspec.structs.replace(verdict, zh=words.zh, en=words.en)


def named_words(words: Words, said: Naming) -> Words:
    return Words(said(words.zh, _NAMELESS.zh), said(words.en, _NAMELESS.en))


def _may_name(verdict: RowVerdict) -> bool:
    return verdict.flagged or verdict.outcome in ("refused", "unusable")


def _repeated(counts: Mapping[str, int]) -> Words:
    """Nothing was recorded: what stands already, and what was kept out again."""
    same, refused, unusable = counts["unchanged"], counts["refused"], counts["unusable"]
    if not refused and not unusable:
        return Words("该文件内容此前已全部入账,本次无变化", "all of it was recorded before: nothing changed")
    out_zh = [f"{refused} 行被规则拒绝"] * bool(refused) + [f"{unusable} 行无法办理"] * bool(unusable)
    out_en = [f"{_rows(refused).en} refused"] * bool(refused) + [f"{_rows(unusable).en} unusable"] * bool(unusable)
    return Words(
        f"本次无变化:{same} 行与已入账内容相同,其余{'、'.join(out_zh)},原因见各行",
        f"nothing changed: {_rows(same).en} recorded already, {' and '.join(out_en)}, as told beside each",
    )


def _rows(count: int) -> Words:
    return Words(f"{count} 行", "1 row" if count == 1 else f"{count} rows")


def doubt_lines(doubts: Mapping[str, int], days_late: Collection[int]) -> Summary:
    """What concerns many rows, said once above all of them."""
    lines: Summary = []
    if count := doubts.get(CONTRADICTED):
        lines.append(
            (
                "与户册不符 / Register differs",
                f"{count} 行“是否建档立卡”与户册登记不符或户册中没有此人,以户册为准。请先导入户册,或更正该栏",
                f"in {_rows(count).en} the column on registered poverty says otherwise than the household register, which "
                "decides. Import the household register first, or correct the column",
            )
        )
    if days_late:
        rows, most = len(days_late), max(days_late)
        lines.append(
            (
                "迟报 / Late",
                f"{rows} 行迟报(最多 {most} 天),未说明事由,照常办理。事由在导入时填写(补录事由)",
                f"{_rows(rows).en} late (by up to {most} {'day' if most == 1 else 'days'}), without a reason; taken in all "
                "the same. The reason for late entry is given with the import",
            )
        )
    return lines


def late_line(marked: int) -> tuple[str, str, str]:
    """How many entries of the file speak about days of the named seal."""
    if not marked:
        return "补报 / Late additions", *_NOTHING_LATE
    return "补报 / Late additions", f"{marked} 条按补报办理", f"{marked} entries handled as late additions"


_NOTHING_LATE = (
    "所注封账没有封存本文件涉及的任何日期,全部按正常方式办理,请核对封账号",
    "the named seal closes no day of this file: everything was handled as usual; check the seal's id",
)
_NAMELESS = Words("该学员", "this person")  # of whom the vault has no name
_NO_FORM = (
    "没有识别出任何一种表格,未导入。请核对表头,或下载模板填写",
    "none of the forms was recognised in this sheet; nothing of it was imported. Check its headers, or use a template",
)
