"""The report that people read in a bundle: in Chinese and English, as a printable page and as plain text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from taizhang.adapters.moments import beijing
from taizhang.adapters.proof.checkpoints import OpenedCheckpoint
from taizhang.adapters.proof.report_words import Both, Line, body_lines, code_name, fact_name, personal_name
from taizhang.adapters.proof.tlog_proof import Opening
from taizhang.domain.core import Actor, Correction
from taizhang.domain.envelope import Recorded

SHORT = 16  # letters of a digest or root that people compare by eye
SECOND = 1_000_000


class Row(NamedTuple):
    """One fact as people read it."""

    position: int
    name: Both
    occurred_on: date
    recorded_at: str
    late_days: int
    officer: str
    role: Both
    organisation: str
    corrects: int | None
    source: str
    paper: str
    attachments: tuple[str, ...]
    reason: str
    lines: Sequence[Line]
    opened: Sequence[tuple[Both, str]]


class Stands(NamedTuple):
    """A signed checkpoint that facts of the bundle stand under, and who cosigned it when."""

    size: int
    root: str
    cosigned: Sequence[tuple[str, str]]


class Erased(NamedTuple):
    """Somebody whose data were erased, and the fact that says so."""

    person: str
    position: int | None


class Report(NamedTuple):
    """All that the report says."""

    subject: str
    origin: str
    made_at: str
    officer: str
    role: Both
    region: str
    purpose: str
    rows: Sequence[Row]
    left_out: int
    people: Mapping[str, str]  # masked names
    forgotten: Sequence[Erased]
    attached: Sequence[str]
    not_attached: Sequence[str]
    stands: Sequence[Stands]


def row_of(fact: Recorded, people: Mapping[str, str], opened: Sequence[Opening]) -> Row:
    """One fact worded."""
    by, at = fact.recorded_by, beijing(fact.recorded_at)
    paper = fact.paper
    return Row(
        position=fact.position,
        name=fact_name(fact.fact),
        occurred_on=fact.fact.occurred_on,
        recorded_at=at.strftime("%Y-%m-%d %H:%M:%S"),
        late_days=(at.date() - fact.fact.occurred_on).days,
        officer=by.officer if by is not None else "-",
        role=code_name("role", by.role) if by is not None else Both("-", "-"),
        organisation=by.organisation if by is not None else "-",
        corrects=fact.fact.corrects if isinstance(fact.fact, Correction) else None,
        source=_source(fact),
        paper=" ".join(str(one) for one in (paper.number, paper.issued_on, paper.issued_by) if one) if paper else "",
        attachments=paper.attachments if paper is not None else (),
        reason=fact.fact.reason if isinstance(fact.fact, Correction) else fact.reason or "",
        lines=body_lines(fact.fact, people),
        opened=[(personal_name(one.field), one.value) for one in opened],
    )


def stands_of(opened: OpenedCheckpoint) -> Stands:
    """A checkpoint worded."""
    cosigned = [(one.witness.name, _moment(one.at_seconds * SECOND)) for one in opened.cosigned]
    return Stands(opened.checkpoint.size, opened.checkpoint.root.hex(), cosigned)


def head_of(by: Actor, made_at_us: int) -> dict[str, Any]:
    """Who made the bundle and when, for a Report."""
    role = code_name("role", by.role)
    return {"officer": by.officer, "role": role, "region": by.region, "made_at": _moment(made_at_us)}


def html(report: Report) -> str:
    """The report as one page without anything fetched; prints on A4."""
    return _template().render(report=report, short=SHORT)


def text(report: Report) -> str:
    """The report as plain text."""
    return "\n".join(_text(report)) + "\n"


def _text(report: Report) -> Iterator[str]:
    yield f"证据包 EVIDENCE BUNDLE  {report.subject}"
    yield f"日志 log {report.origin}"
    yield f"制作 made {report.made_at}  {report.officer}({report.role.zh} {report.role.en},{report.region})"
    if report.purpose:
        yield f"用途 purpose: {report.purpose}"
    yield f"共 {len(report.rows)} 条事实 facts"
    if report.left_out:
        yield f"另有 {report.left_out} 条超出制作人的查看范围,未列入。{report.left_out} more lie outside what its maker may see."
    for one in report.stands:
        yield f"检查点 checkpoint {one.size}  {one.root}"
        yield from (f"  见证 cosigned {name}  {at}" for name, at in one.cosigned)
        if not one.cosigned:
            yield "  尚无见证 not cosigned yet"
    for person, position in report.forgotten:
        why = f"#{position}" if position is not None else "未知原因 for no recorded reason"
        yield f"个人信息已删除 personal data forgotten: {person}  {why}"
    for row in report.rows:
        yield ""
        yield from _row(row)
    yield ""
    yield from (f"附件 attached: {digest}" for digest in report.attached)
    yield from (f"附件未随包 attachment not in the bundle: {digest}" for digest in report.not_attached)
    yield "本报告说明事实已原样入账,不证明事实本身属实;也不证明没有遗漏其他事实。"
    yield "This report says what was recorded unaltered. It proves no fact true, nor that none is missing."
    yield "验证 verify: python verify.py 本文件.zip this-file.zip"


def _row(row: Row) -> Iterator[str]:
    yield f"#{row.position}  {row.name.zh}  {row.name.en}  {row.occurred_on}"
    late = f"  迟录 {row.late_days} 天 late by {row.late_days} days" if row.late_days > 0 else ""
    yield f"  录入 recorded {row.recorded_at}  {row.officer}  {row.role.zh} {row.role.en}  {row.organisation}{late}"
    if row.corrects is not None:
        yield f"  更正 corrects #{row.corrects}"
    for zh, en, value in (("来源", "source", row.source), ("文件", "paper", row.paper), ("事由", "reason", row.reason)):
        if value:
            yield f"  {zh} {en}: {value}"
    for line in row.lines:
        same = line.value.zh == line.value.en
        yield f"  {line.name.zh} {line.name.en}: {line.value.zh if same else f'{line.value.zh} / {line.value.en}'}"
    yield from (f"  披露 disclosed  {name.zh} {name.en}: {value}" for name, value in row.opened)


def _source(fact: Recorded) -> str:
    source = fact.source
    if source is None:
        return ""
    place = f"{source.sheet or ''} {source.row or ''}".strip()
    digest = f"sha256 {source.file[:SHORT]}…" if source.file else ""
    return " ".join(one for one in (source.way or "", source.name or "", place, digest) if one)


def _moment(us: int) -> str:
    return beijing(us).strftime("%Y-%m-%d %H:%M:%S")


@cache
def _template() -> Template:
    made = Environment(
        loader=PackageLoader("taizhang.adapters.proof"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return made.get_template("bundle_report.html")
