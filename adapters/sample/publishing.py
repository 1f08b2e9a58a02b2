"""What the sample's findings led to: circulars, accountability, recovery, commendation and a model case."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

import msgspec

from taizhang.adapters.preset import PROVINCE
from taizhang.adapters.sample.finding import finding_of
from taizhang.adapters.sample.inspecting import APPROVER, Inspected
from taizhang.adapters.sample.officers import officer_of
from taizhang.adapters.sample.officials import Posted, of_kind
from taizhang.adapters.sample.places import institution_of
from taizhang.adapters.sample.postings import RECALLED_FIRST
from taizhang.domain.core import Fact, OrganisationId
from taizhang.domain.inspections.consequences import AccountabilityImposed, CircularIssued, CommendationGiven

WORDS: Final = (
    "现将本年度检查发现的问题通报如下(示例):\n"
    "一、部分培训班现场清点人数少于当时考勤,补贴发放依据不实。\n"
    "二、个别县区就业去向核实整改逾期,经两次催办仍未完成。\n"
    "各地要对照通报举一反三,逐项整改,并于规定期限内书面报告。"
)


def circular(year: int, inspected: Sequence[Inspected]) -> CircularIssued:
    """The province makes the year's worst known."""
    return CircularIssued(
        circular=f"sample-circular-{year}",
        region=PROVINCE,
        title=f"关于{year}年度培训检查发现问题的通报(示例)",
        words=WORDS,
        document=f"示例扶办通报〔{year + 1}〕1号",
        approver=APPROVER,
        findings=tuple(finding_of(each, content) for each in inspected for content in ("institutions", "outcomes")),
        addressees=("各市州扶贫办", "有关县区扶贫办"),
        copies_to=("省委组织部", "省财政厅", "省人力资源和社会保障厅"),
        occurred_on=date(year + 1, 5, 25),
    )


def held_to_account(each: Inspected, amount_fen: int) -> Iterator[AccountabilityImposed]:
    """The school gives back what was paid for hours nobody sat; the county's office and its clerk are spoken to."""
    code = each.county.code
    attendance, overdue = finding_of(each, "institutions"), finding_of(each, "outcomes")
    school = AccountabilityImposed(
        region=code,
        outcome="recovery",
        findings=(attendance,),
        organisation=OrganisationId(institution_of(each.one)),
        amount_fen=amount_fen,
        document=f"示例追缴决定-{code}",
        approver=APPROVER,
        words="示例:追缴多计学时的补贴",
        occurred_on=date(each.year + 1, 6, 10),
    )
    office = msgspec.structs.replace(
        school,
        outcome="criticism",
        findings=(overdue,),
        organisation=OrganisationId(f"hr-{code}"),
        amount_fen=0,
        document=f"示例通报批评-{code}",
        words="示例:整改逾期",
    )
    yield school
    yield office
    yield msgspec.structs.replace(
        office,
        outcome="talk",
        organisation=None,
        officer=officer_of("clerk", code),
        document=f"示例谈话提醒-{code}",
        words="示例:整改责任人谈话提醒",
    )


def recalled(each: Inspected, posted: Sequence[Posted]) -> Iterator[AccountabilityImposed]:
    """The first secretary who was not in the village is held to account beside the recall."""
    for one in of_kind(posted, "first-secretary")[RECALLED_FIRST : RECALLED_FIRST + 1]:
        yield AccountabilityImposed(
            region=each.county.code,
            outcome="recall",
            findings=(finding_of(each, "plans"),),
            official=one.person,
            document=f"示例召回决定-{each.county.code}",
            approver=APPROVER,
            words="示例:驻村脱岗,召回并列入负面清单",
            occurred_on=date(max(2017, each.year + 1), 6, 10),
        )


def commended(each: Inspected, posted: Sequence[Posted], rests_on: Sequence[int]) -> Iterator[Fact]:
    """A commissioner is commended, and what the county made of its findings is published as a model case."""
    code, on = each.county.code, date(max(2017, each.year + 1), 7, 20)
    for one in of_kind(posted, "science-commissioner")[:1]:
        yield CommendationGiven(
            region=code,
            kind="commendation",
            title="示例:表扬科技特派员",
            words="示例:推广日光温室番茄栽培技术,带动 35 户",
            document=f"示例表扬决定-{code}",
            approver=APPROVER,
            official=one.person,
            occurred_on=on,
        )
    yield CommendationGiven(
        region=code,
        kind="model-case",
        title="示例:以检查促规范的做法",
        words="示例:逐人核对学时、逐项整改、按期销号,形成可复制的做法",
        document=f"示例典型案例-{code}",
        approver=APPROVER,
        organisation=OrganisationId(f"hr-{code}"),
        rests_on=tuple(rests_on),  # type: ignore[arg-type]
        occurred_on=on,
    )
