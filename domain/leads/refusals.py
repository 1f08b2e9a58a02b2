"""Why a step with a lead is not recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from taizhang.domain.core import Refusal

F44: Final = "facts/falsification.csv F44 (prepared and approved by one); issue 5 (leads to cases)"
F55: Final = "facts/falsification.csv F55 (who implements does not inspect); issue 5"


@dataclass(eq=False)
class NotThatLead(Refusal):
    """A lead's id is computed from its rule and its subjects; work hangs on no other."""

    RULE: ClassVar = "leads.not-that-lead"
    SOURCE: ClassVar = "docs/adr/0015 (a lead's id is a hash of its rule and subjects)"
    zh = "疑点编号 {lead} 与规则 {rule} 及其对象不符,应为 {right}。请从疑点页面办理,或核对编号。"
    en = "The lead {lead} is not what rule {rule} asks about these subjects; that is {right}. Start from the lead's page, or check the id."
    lead: str
    rule: str
    right: str


@dataclass(eq=False)
class OutsideTheLeadsRegion(Refusal):
    """What a lead is about lies in the region that it is said to concern."""

    RULE: ClassVar = "leads.outside-the-region"
    SOURCE: ClassVar = "design.md section 2 (scope)"
    zh = "{subject} 不在 {region} 范围内。请核对地区。"
    en = "{subject} does not lie in {region}. Check the region."
    subject: str
    region: str


@dataclass(eq=False)
class NobodyIsOnIt(Refusal):
    """A lead is assigned to somebody before anything else is done with it."""

    RULE: ClassVar = "leads.not-assigned"
    SOURCE: ClassVar = "issue 5 (assign, check, confirm, refute)"
    zh = "疑点 {lead} 尚未指派核查人。请先指派,再办理。"
    en = "Nobody has been assigned to the lead {lead}. Assign somebody first."
    lead: str


@dataclass(eq=False)
class LeadIsSettled(Refusal):
    """A lead that was confirmed, refuted or merged is not worked on further; a mistaken conclusion is corrected."""

    RULE: ClassVar = "leads.settled"
    SOURCE: ClassVar = "issue 5 (a conclusion with its reason stands until it is corrected)"
    zh = "疑点 {lead} 已有结论或已并入其他疑点。结论有误的,请更正原结论;已合并的,请在合并后的疑点上办理。"
    en = "The lead {lead} is concluded or merged into another. Correct the conclusion if it is wrong, or go on with the other lead."
    lead: str


@dataclass(eq=False)
class AssigneeMayNot(Refusal):
    """A lead is assigned to an officer who may check leads in its region."""

    RULE: ClassVar = "leads.assignee-may-not"
    SOURCE: ClassVar = "design.md section 2 (the desk checks the scope); issue 5"
    zh = "{officer} 在 {region} 没有核查疑点的岗位。请指派有岗位且管辖该地的经办人。"
    en = "{officer} holds no role for checking leads in {region}. Assign an officer who does."
    officer: str
    region: str


@dataclass(eq=False)
class CheckerConcerned(Refusal):
    """Nobody checks or decides what their own organisation answers for, or what they recorded or approved themselves."""

    RULE: ClassVar = "leads.checker-concerned"
    SOURCE: ClassVar = F55
    zh = "{officer} 属于与 {subject} 有关的单位,或经手、批准过其事项,应当回避。请换一名经办人。"
    en = "{officer} belongs to an organisation that answers for {subject}, or recorded or approved it, and stands aside. Choose another officer."
    officer: str
    subject: str


@dataclass(eq=False)
class NotTheAssignee(Refusal):
    """Whoever was assigned records the check: their conflicts were looked at."""

    RULE: ClassVar = "leads.not-the-assignee"
    SOURCE: ClassVar = F55
    zh = "疑点 {lead} 指派给了 {assignee}。请由其登记核查,或改派。"
    en = "The lead {lead} is assigned to {assignee}. Let that officer record the check, or assign it anew."
    lead: str
    assignee: str


@dataclass(eq=False)
class NotCheckedYet(Refusal):
    """A lead is confirmed or refuted on what a check found, never on the rule's word alone."""

    RULE: ClassVar = "leads.not-checked"
    SOURCE: ClassVar = "issue 5 (leads never accuse); facts/programme.md section 7"
    zh = "疑点 {lead} 尚无核查记录,规则只是提示。请先核查,再下结论。"
    en = "The lead {lead} has not been checked, and a rule only points. Check it first."
    lead: str


@dataclass(eq=False)
class CheckedByThemselves(Refusal):
    """Another officer than the checkers concludes."""

    RULE: ClassVar = "leads.checked-by-themselves"
    SOURCE: ClassVar = F44
    zh = "{officer} 核查过疑点 {lead},不能再由其下结论。请由另一名经办人确认或排除。"
    en = "{officer} checked the lead {lead} and does not conclude on it. Let another officer confirm or refute it."
    officer: str
    lead: str


@dataclass(eq=False)
class MergedIntoItself(Refusal):
    """A lead goes on under another one."""

    RULE: ClassVar = "leads.merged-into-itself"
    SOURCE: ClassVar = "logic: merging needs two leads"
    zh = "疑点 {lead} 不能并入自身。请选择另一条疑点。"
    en = "The lead {lead} cannot be merged into itself. Choose another one."
    lead: str
