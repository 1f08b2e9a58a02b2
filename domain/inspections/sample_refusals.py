"""Why a step of a sample is not recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import ClassVar

from taizhang.domain.core import Refusal

NOBODY_CHOOSES = "facts/programme.md section 8 (else the sample can be tuned); docs/adr/0008"
FIRST = "issue 4 (the root of the first cosigned checkpoint after the population, so nobody alone can tune it); docs/adr/0008"


@dataclass(eq=False)
class NonceCommittedAlready(Refusal):
    """A sample has one nonce, committed once."""

    RULE: ClassVar = "inspections.nonce-committed-already"
    SOURCE: ClassVar = NOBODY_CHOOSES
    zh = "抽样 {sample} 已于 {committed_on} 提交随机数摘要,不能再换。请用原随机数,或另立抽样。"
    en = "A nonce was committed for the sample {sample} on {committed_on}, and cannot be changed. Use that one, or begin another sample."
    sample: str
    committed_on: date


@dataclass(eq=False)
class NonceNotCommitted(Refusal):
    """The nonce is committed before the population is fixed, in the same inspection."""

    RULE: ClassVar = "inspections.nonce-not-committed"
    SOURCE: ClassVar = NOBODY_CHOOSES
    zh = "抽样 {sample} 在 {day} 之前没有提交随机数摘要,或属于另一次检查。请先提交随机数摘要,再确定总体。"
    en = "No nonce was committed for the sample {sample} of this inspection by {day}. Commit it first, then fix the population."
    sample: str
    day: date


@dataclass(eq=False)
class PopulationFixedAlready(Refusal):
    """A population is fixed once."""

    RULE: ClassVar = "inspections.population-fixed-already"
    SOURCE: ClassVar = NOBODY_CHOOSES
    zh = "抽样 {sample} 的总体已于 {fixed_on} 确定,不能再换。请按原总体抽取,或另立抽样。"
    en = "The population of the sample {sample} was fixed on {fixed_on}, and cannot be changed. Draw from that one, or begin another sample."
    sample: str
    fixed_on: date


@dataclass(eq=False)
class PopulationUnclear(Refusal):
    """A population is the payments of a line or the trainees of a region and year; the region lies in the inspection's."""

    RULE: ClassVar = "inspections.population-unclear"
    SOURCE: ClassVar = "issue 7 (region scope on every path); " + NOBODY_CHOOSES
    zh = "总体 {query} 不明或超出检查区划 {region}。请写 payments:资金项目编号,或 trainees:区划代码:年份,区划应在检查范围内。"
    en = "{query} names no population in the inspection's region {region}. State payments:LINE, or trainees:REGION:YEAR with a region inside of it."
    query: str
    region: str


@dataclass(eq=False)
class WayOfDrawingUnclear(Refusal):
    """A random or stratified sample states its size, a monetary-unit sample its interval; neither states the other."""

    RULE: ClassVar = "inspections.way-of-drawing-unclear"
    SOURCE: ClassVar = NOBODY_CHOOSES
    zh = "抽样 {sample}:随机和分层抽样填写样本量,货币单元抽样填写间隔金额,且只填一项。请补正。"
    en = "The sample {sample}: state the size of a random or stratified sample, the interval of a monetary-unit one, and only that. Add what is missing."
    sample: str


@dataclass(eq=False)
class PopulationNotFixed(Refusal):
    """A sample is drawn from a population that was fixed by then, in the same inspection."""

    RULE: ClassVar = "inspections.population-not-fixed"
    SOURCE: ClassVar = NOBODY_CHOOSES
    zh = "抽样 {sample} 在 {day} 之前没有确定总体,或属于另一次检查。请先确定总体。"
    en = "No population was fixed for the sample {sample} of this inspection by {day}. Fix it first."
    sample: str
    day: date


@dataclass(eq=False)
class SampleDrawnAlready(Refusal):
    """A sample is drawn once; the attempt to draw it again stays on record."""

    RULE: ClassVar = "inspections.sample-drawn-already"
    SOURCE: ClassVar = "issue 4 (a sample drawn twice is itself shown)"
    zh = "抽样 {sample} 已于 {drawn_on} 抽取,不能重抽,本次尝试已记录。请按原样本检查。"
    en = "The sample {sample} was drawn on {drawn_on} and is not drawn again; this attempt is on record. Inspect what was drawn."
    sample: str
    drawn_on: date


@dataclass(eq=False)
class NonceOtherwise(Refusal):
    """The nonce that is opened is the one that was committed."""

    RULE: ClassVar = "inspections.nonce-otherwise"
    SOURCE: ClassVar = NOBODY_CHOOSES
    zh = "公开的随机数与抽样 {sample} 先前提交的摘要不符。请使用当时的随机数。"
    en = "The nonce does not have the digest that was committed for the sample {sample}. Use the one of then."
    sample: str


@dataclass(eq=False)
class CheckpointTooEarly(Refusal):
    """The checkpoint covers the facts that committed the nonce and fixed the population: its root was known to nobody then."""

    RULE: ClassVar = "inspections.checkpoint-too-early"
    SOURCE: ClassVar = NOBODY_CHOOSES
    zh = "检查点只覆盖到第 {size} 条,而抽样 {sample} 的总体在第 {position} 条确定。请使用其后的第一个已见证检查点。"
    en = "The checkpoint covers {size} facts; the population of the sample {sample} was fixed by fact {position}. Use the first cosigned checkpoint after it."
    sample: str
    size: int
    position: int


@dataclass(eq=False)
class CheckpointTakenAlready(Refusal):
    """For a sample one checkpoint is taken, the first; a later one would be a choice."""

    RULE: ClassVar = "inspections.checkpoint-taken-already"
    SOURCE: ClassVar = FIRST
    zh = "抽样 {sample} 已取第一个已见证检查点(覆盖到第 {size} 条),不能再换。请按该检查点抽取。"
    en = "The first cosigned checkpoint was taken for the sample {sample} (it covers {size} facts), and cannot be changed. Draw with that one."
    sample: str
    size: int


@dataclass(eq=False)
class CheckpointNotTaken(Refusal):
    """Nothing is drawn before a checkpoint that covers the population was cosigned."""

    RULE: ClassVar = "inspections.checkpoint-not-taken"
    SOURCE: ClassVar = FIRST
    zh = "抽样 {sample} 的总体确定之后还没有已见证的检查点。请运行 taizhang checkpoint 并等待见证,之后再抽取。"
    en = "No checkpoint was cosigned since the population of the sample {sample} was fixed. Run taizhang checkpoint, wait for the witnesses, then draw."
    sample: str


@dataclass(eq=False)
class CheckpointNotTheFirst(Refusal):
    """Who may choose among checkpoints chooses among samples: only the first cosigned one serves."""

    RULE: ClassVar = "inspections.checkpoint-not-the-first"
    SOURCE: ClassVar = FIRST
    zh = "所给检查点(覆盖到第 {size} 条)不是抽样 {sample} 的总体之后的第一个已见证检查点;应使用覆盖到第 {first} 条的检查点。请改用该检查点。"
    en = "The checkpoint of {size} facts is not the first cosigned one after the population of the sample {sample}; that one covers {first}. Use it."
    sample: str
    size: int
    first: int


@dataclass(eq=False)
class PopulationNotEnclosed(Refusal):
    """The population is handed in with the draw, which is computed again before it is recorded."""

    RULE: ClassVar = "inspections.population-not-enclosed"
    SOURCE: ClassVar = "issue 4 (anybody can redraw it and get the same sample)"
    zh = "抽样 {sample} 未附总体清单,或清单与已登记的摘要不符。请用 taizhang sample-draw 提交当时导出的清单。"
    en = "The population of the sample {sample} is not enclosed, or is not the one that was fixed. Use taizhang sample-draw with the file that was exported then."
    sample: str


@dataclass(eq=False)
class DrawnOtherwise(Refusal):
    """Method, seed and list are what anybody computes from population, checkpoint and nonce."""

    RULE: ClassVar = "inspections.drawn-otherwise"
    SOURCE: ClassVar = "issue 4 (seed = SHA-256(population digest, root of the checkpoint, nonce))"
    WORDED: ClassVar = MappingProxyType({"what": "draw-part"})
    zh = "抽样 {sample} 的{what}与重新计算的结果不符。请用 taizhang sample-draw 抽取。"
    en = "The {what} of the sample {sample} is not what the draw gives. Draw it with taizhang sample-draw."
    sample: str
    what: str


@dataclass(eq=False)
class CannotBeDrawn(Refusal):
    """The checkpoint, the population and the method must be of use."""

    RULE: ClassVar = "inspections.cannot-be-drawn"
    SOURCE: ClassVar = "logic"
    zh = "抽样 {sample} 无法抽取:检查点、总体清单或抽样方法不可用。请核对检查点、总体清单和抽样方法。"
    en = "The sample {sample} cannot be drawn ({why}). Check the checkpoint, the population and the method."
    sample: str
    why: str


@dataclass(eq=False)
class UnitsOtherwise(Refusal):
    """The number of units and their sum are those of the export."""

    RULE: ClassVar = "inspections.units-otherwise"
    SOURCE: ClassVar = "design.md (control totals are compared when loading)"
    zh = "抽样 {sample} 的总体登记为 {stated} 个单元,清单有 {found} 个。请核对清单。"
    en = "The population of the sample {sample} was fixed with {stated} units; the list has {found}. Check the list."
    sample: str
    stated: int
    found: int
