"""What the sample's inspections found, and what became of it: put right, reopened, overdue; each by who would do it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from taizhang.adapters.preset import PROVINCE
from taizhang.adapters.sample.inspecting import CONTENTS, Inspected
from taizhang.adapters.sample.money import LIVING_FEN
from taizhang.adapters.sample.officers import actor, officer_of
from taizhang.adapters.sample.plan import SESSION_END, SESSION_START
from taizhang.domain.core import Actor, Fact, OrganisationId, Position
from taizhang.domain.inspections.findings import (
    FindingAnswered,
    FindingClosed,
    FindingId,
    FindingRecorded,
    FindingReopened,
    Loss,
    RectificationOrdered,
    RectificationReported,
    RectificationReviewed,
    ReminderAnswered,
    ReminderSent,
    RevisitHeld,
)
from taizhang.domain.inspections.opening import Content

MINUTES: Final = SESSION_END - SESSION_START
FOUND: Final[dict[Content, tuple[str, str]]] = {  # the rule broken, and what was seen
    "registration-files": ("建档立卡信息应与花名册一致", "示例:3 名学员花名册填写的贫困属性与建档立卡登记不符"),
    "merging": ("培训项目和资金应统筹整合", "示例:同一批学员在两个项目中重复计划"),
    "plans": ("年度计划应于年初批复并落实", "示例:开班时间晚于计划,且未报调整"),
    "funds": ("补贴应按核实学时发放", "示例:生活补贴按全勤发放,与实际到课不符"),
    "institutions": ("考勤应与现场人数一致", "示例:现场清点人数少于当时考勤"),
    "outcomes": ("就业去向应有第二来源核实", "示例:多名学员就业去向未经核实"),
}


class Step(NamedTuple):
    """A fact and who records it."""

    by: Actor
    fact: Fact


def finding_of(each: Inspected, content: Content) -> FindingId:
    return FindingId(f"find-{each.county.code}-sample-{each.year}-{CONTENTS.index(content) + 1}")


def found(each: Inspected, content: Content, rests_on: Sequence[int]) -> FindingRecorded:
    """One finding; the one on attendance states whom it concerns, for how many minutes and what sum."""
    rule, words = FOUND[content]
    losses = _losses(each) if content == "institutions" else ()
    on_class = content in ("funds", "institutions", "outcomes")
    return FindingRecorded(
        finding=finding_of(each, content),
        inspection=each.id("superior"),
        content=content,
        object=f"class:{each.one.id}" if on_class else f"region:{each.county.code}",
        rule=rule,
        words=words,
        rests_on=tuple(Position(one) for one in rests_on),
        losses=losses,
        amount_fen=sum(one.amount_fen for one in losses),
        blocking=content == "institutions" and each.fully,
        responsible=OrganisationId(f"hr-{each.county.code}"),
        occurred_on=day_after(each, 1),
    )


def _losses(each: Inspected) -> tuple[Loss, ...]:
    return tuple(Loss(one.person, LIVING_FEN * MINUTES // 60, MINUTES) for one in each.absent())


def became(each: Inspected, content: Content) -> Iterator[Step]:
    """What became of a finding: most are put right; one is reopened, one is overdue, one is answered after a reminder."""
    id, inspector = finding_of(each, content), actor("inspector", PROVINCE)
    answering = actor("clerk", each.county.code)
    yield Step(answering, _answered(each, id, accepts=content != "merging"))
    yield Step(inspector, _ordered(each, id, 7, 37))
    if content == "outcomes":
        yield from _overdue(each, id)
        return
    if content == "funds":
        yield Step(inspector, _reminded(each, id, 15))
        yield Step(answering, ReminderAnswered(finding=id, words="示例:正在逐人核对", occurred_on=day_after(each, 18)))
    yield from _put_right(each, id, 25, 1)
    if content == "plans":
        yield Step(
            inspector, FindingReopened(finding=id, why="示例:整改后又出现同样问题", occurred_on=day_after(each, 60))
        )
        yield Step(inspector, _ordered(each, id, 62, 100))
        yield from _put_right(each, id, 80, 2)
        yield Step(
            actor("reviewer", PROVINCE),
            RevisitHeld(finding=id, holds=True, words="示例:回头看,未再发生", occurred_on=day_after(each, 150)),
        )


def revisited(each: Inspected) -> RevisitHeld:
    """Somebody goes back to the class that had fewer heads than marks."""
    return RevisitHeld(
        finding=finding_of(each, "institutions"),
        holds=True,
        words="示例:回头看,考勤属实",
        occurred_on=day_after(each, 120),
    )


def _put_right(each: Inspected, id: FindingId, after: int, round: int) -> Iterator[Step]:
    """Reported by the county, reviewed by one of the province, closed by another."""
    reported = RectificationReported(
        finding=id,
        words="示例:已按要求整改",
        evidence=(hashlib.sha256(f"{id}:{round}".encode()).hexdigest(),),
        evidence_on=day_after(each, after - 1),
        occurred_on=day_after(each, after),
    )
    yield Step(actor("approver", each.county.code), reported)
    reviewed = RectificationReviewed(
        finding=id, accepted=True, words="示例:现场复核属实", occurred_on=day_after(each, after + 5)
    )
    yield Step(actor("reviewer", PROVINCE), reviewed)
    closed = FindingClosed(finding=id, document=f"示例销号单-{id}-{round}", occurred_on=day_after(each, after + 7))
    yield Step(actor("inspector", PROVINCE), closed)


def _overdue(each: Inspected, id: FindingId) -> Iterator[Step]:
    """Reminded twice; the first reminder is answered, nothing is put right."""
    inspector = actor("inspector", PROVINCE)
    yield Step(inspector, _reminded(each, id, 40))
    answer = ReminderAnswered(finding=id, words="示例:尚未完成,申请延期", occurred_on=day_after(each, 43))
    yield Step(actor("clerk", each.county.code), answer)
    yield Step(inspector, _reminded(each, id, 70))


def _answered(each: Inspected, id: FindingId, *, accepts: bool) -> FindingAnswered:
    words = "示例:属实,立即整改" if accepts else "示例:部分学员确属补训,请核减"
    return FindingAnswered(finding=id, accepts=accepts, words=words, occurred_on=day_after(each, 5))


def _ordered(each: Inspected, id: FindingId, after: int, until: int) -> RectificationOrdered:
    return RectificationOrdered(
        finding=id,
        responsible=OrganisationId(f"hr-{each.county.code}"),
        person_in_charge=officer_of("clerk", each.county.code),
        deadline=day_after(each, until),
        document=f"示例整改通知书-{id}-{after}",
        occurred_on=day_after(each, after),
    )


def _reminded(each: Inspected, id: FindingId, after: int) -> ReminderSent:
    to = OrganisationId(f"hr-{each.county.code}")
    return ReminderSent(finding=id, to=to, words="示例:请按期整改并反馈", occurred_on=day_after(each, after))


def day_after(each: Inspected, after: int) -> date:
    """So many days after everything was looked at."""
    return each.reported_on + timedelta(days=after)
