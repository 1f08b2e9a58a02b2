"""Why an inspection is not opened, or a visit not recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import ClassVar

from taizhang.domain.core import OfficerId, OrganisationId, Refusal

F55 = "facts/falsification.csv F55 (who implements does not inspect, or it is labelled self-inspection); issue 4"


@dataclass(eq=False)
class InspectionIdTaken(Refusal):
    """An inspection is opened once; a plan is approved once; a visit is held once."""

    RULE: ClassVar = "inspections.id-taken"
    SOURCE: ClassVar = "logic: one id, one thing"
    zh = "编号 {id} 已登记且内容不同。如登记有误请更正,否则请换一个编号。"
    en = "The id {id} is recorded already, with other content. Correct that record, or choose another id."
    id: str


@dataclass(eq=False)
class UnknownInspection(Refusal):
    """Whatever a team does belongs to an inspection that was opened by then."""

    RULE: ClassVar = "inspections.unknown-inspection"
    SOURCE: ClassVar = "facts/programme.md section 6 (life cycle)"
    zh = "检查 {inspection} 在 {day} 尚未立项。请先登记检查立项,或核对编号和日期。"
    en = "The inspection {inspection} was not open on {day}. Open it first, or check its id and the day."
    inspection: str
    day: date


@dataclass(eq=False)
class UnknownPlan(Refusal):
    """An inspection that names a plan follows one that was approved by then."""

    RULE: ClassVar = "inspections.unknown-plan"
    SOURCE: ClassVar = "facts/programme.md section 6 (plan approved, then team assigned)"
    zh = "检查计划 {plan} 在 {day} 尚未批准。请先登记检查计划,或核对编号。"
    en = "No inspection plan {plan} was approved by {day}. Record the plan first, or check its id."
    plan: str
    day: date


@dataclass(eq=False)
class OutsideTheInspectedRegion(Refusal):
    """What is inspected, visited or found lies in the region that the inspection's or the finding's id names."""

    RULE: ClassVar = "inspections.outside-the-region"
    SOURCE: ClassVar = "design.md section 2 (scope); issue 4"
    zh = "{object} 不在 {region} 范围内。请核对对象,或另立一次检查。"
    en = "{object} does not lie in {region}. Check the object, or open another inspection."
    object: str
    region: str


@dataclass(eq=False)
class UnknownInspector(Refusal):
    """Who inspects is a registered organisation: only then can it be told whether it inspects itself."""

    RULE: ClassVar = "inspections.unknown-organisation"
    SOURCE: ClassVar = F55
    zh = "检查单位 {organisation} 未登记。请先登记该单位。"
    en = "The inspecting organisation {organisation} is not registered. Register it first."
    organisation: OrganisationId


@dataclass(eq=False)
class NotAnOfficer(Refusal):
    """A team's members and whoever has to put something right are appointed officers."""

    RULE: ClassVar = "inspections.not-an-officer"
    SOURCE: ClassVar = F55
    zh = "{officer} 不是已登记的经办人,无法核对回避关系。请先登记,或核对编号。"
    en = "{officer} is no appointed officer, so a conflict cannot be checked. Appoint the officer first, or check the id."
    officer: OfficerId


@dataclass(eq=False)
class InspectsItself(Refusal):
    """An organisation that is responsible for what it inspects carries out a self-inspection, and says so."""

    RULE: ClassVar = "inspections.inspects-itself"
    SOURCE: ClassVar = F55
    zh = "{organisation} 对 {object} 负有责任,只能登记为自查。请改为“自查”,或由其他单位检查。"
    en = "{organisation} is responsible for {object}; this is a self-inspection. Label it so, or let another organisation inspect."
    organisation: OrganisationId
    object: str


@dataclass(eq=False)
class NotItsOwn(Refusal):
    """A self-inspection is one of what the organisation itself is responsible for."""

    RULE: ClassVar = "inspections.not-its-own"
    SOURCE: ClassVar = F55
    zh = "{organisation} 对 {object} 不负责任,不是自查。请按实际选择上级、交叉或第三方检查。"
    en = "{organisation} is not responsible for {object}; this is no self-inspection. Choose superior, cross or third-party."
    organisation: OrganisationId
    object: str


@dataclass(eq=False)
class MemberInConflict(Refusal):
    """Nobody inspects the own organisation, or what they recorded or approved themselves."""

    RULE: ClassVar = "inspections.member-in-conflict"
    SOURCE: ClassVar = F55
    zh = "检查组成员 {officer} 属于负责 {object} 的单位,或经手、批准过其事项,应当回避。请换人,或登记为自查。"
    en = "{officer} belongs to an organisation responsible for {object}, or recorded or approved what is inspected. Choose another member, or make it a self-inspection."
    officer: OfficerId
    object: str


@dataclass(eq=False)
class AnnouncementUnclear(Refusal):
    """An announced inspection says on which day it was announced; an unannounced one names no such day."""

    RULE: ClassVar = "inspections.announcement-unclear"
    SOURCE: ClassVar = "facts/falsification.csv F51 (records bunched before announced visits)"
    zh = "检查 {inspection} 是否事先通知与通知日期不一致。通知过的请填写通知日期,未通知的请留空。"
    en = "Whether the inspection {inspection} was announced, and on which day, do not agree. State the day if it was, none if it was not."
    inspection: str


@dataclass(eq=False)
class VisitBeforeAnnouncement(Refusal):
    """An announced visit comes after its announcement."""

    RULE: ClassVar = "inspections.visit-before-announcement"
    SOURCE: ClassVar = "facts/falsification.csv F51; issue 4 (announced or not)"
    zh = "检查 {inspection} 的通知日期是 {announced_on},不早于 {day} 的现场检查。请核对日期,或更正立项。"
    en = "The inspection {inspection} was announced on {announced_on}, not before the visit of {day}. Check the days, or correct the opening."
    inspection: str
    announced_on: date
    day: date


@dataclass(eq=False)
class NotOfTheTeam(Refusal):
    """What a team did is recorded by one of its members: their conflicts were checked."""

    RULE: ClassVar = "inspections.not-of-the-team"
    SOURCE: ClassVar = F55
    zh = "{officer} 不是检查 {inspection} 的检查组成员。请由检查组成员登记,或更正检查组名单。"
    en = "{officer} is no member of the team of {inspection}. Let a member record it, or correct the team."
    officer: OfficerId
    inspection: str


@dataclass(eq=False)
class HeadsOfNoClass(Refusal):
    """Heads are counted in a class, so that they can be set against its attendance."""

    RULE: ClassVar = "inspections.heads-of-no-class"
    SOURCE: ClassVar = "issue 4 (head count on the spot against attendance at that hour)"
    zh = "现场清点了 {heads} 人但未写明培训班或驻村岗位。请填写培训班编号,或以驻村岗位为检查对象。"
    en = "{heads} heads were counted, but in no class and at no posting. State the class, or visit the posting."
    heads: int


@dataclass(eq=False)
class AfterTheHead(Refusal):
    """What is rested on, or drawn from, was recorded before."""

    RULE: ClassVar = "inspections.after-the-head"
    SOURCE: ClassVar = "issue 4 (the very facts it rests on); logic: a fact cannot rest on a later one"
    zh = "第 {position} 条尚不存在,账本目前到第 {head} 条。请核对编号。"
    en = "There is no fact {position}: the log ends at {head}. Check the number."
    position: int
    head: int


@dataclass(eq=False)
class StepTooEarly(Refusal):
    """A step does not lie before the one it follows."""

    RULE: ClassVar = "inspections.step-too-early"
    SOURCE: ClassVar = "facts/programme.md section 6 (life cycle)"
    zh = "“{step}”的日期 {day} 早于其前一步({since})。请核对日期。"
    en = "The “{step}” of {day} lies before the step it follows ({since}). Check the days."
    WORDED: ClassVar = MappingProxyType({"step": "fact"})
    step: str
    day: date
    since: date
