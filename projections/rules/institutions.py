"""Rules about institutions, postings and inspections: capacity, duty against what was seen, checks that find nothing."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Select, Text, and_, cast, exists, func, literal, select, union_all

from taizhang.projections.funds.tables import fund_tables
from taizhang.projections.rules.rule import Context, Parameter, Rule, days_between, listed
from taizhang.projections.rules.tables import lead_tables, ledger_tables, posting_tables, registry_tables

CAPACITY: Final = Parameter(
    "capacity-percent", 120, "同时在训人数占核定名额的百分比", "per cent of the designated seats"
)
ABSENT: Final = Parameter("posting-visits-nobody", 2, "到村未见本人的次数", "visits at which nobody was there")
DUTY: Final = Parameter("posting-duty-days", 20, "当月登记的驻村天数", "days of duty recorded for that month")
EVEN_MONTHS: Final = Parameter("even-duty-months", 6, "驻村天数相同的月数", "months with the same days of duty")
EVEN_DAYS: Final = Parameter("even-duty-days", 26, "相同的驻村天数", "those days of duty")
HOUSEHOLDS: Final = Parameter("households-a-day", 40, "一天走访户数", "households reached on one day")
SELF: Final = Parameter("self-inspections", 2, "自查次数", "self-inspections")
AGAIN: Final = Parameter("finding-returns-days", 365, "同类问题再现的天数", "days after which a finding returns")


def _capacity(ctx: Context) -> Select[Any]:
    """Institutions in whose classes more people sat at once than they are designated for."""
    c, n = ledger_tables().classes.c, registry_tables().institutions.c
    held = and_(c.starts_on.is_not(None), c.cancelled_on.is_(None), c.sessions_held > 0)
    comes = select(c.institution, c.starts_on.label("day"), c.seats_taken.label("persons"), c.position).where(held)
    goes = select(c.institution, c.ends_on, -c.seats_taken, c.position).where(held)
    moves = union_all(comes, goes).subquery()
    m = moves.c
    # Of one day the leaving counts first: classes that follow one another do not sit together.
    order = (m.day, m.persons, m.position)
    running = select(
        m.institution,
        m.day,
        m.position,
        func.sum(m.persons).over(partition_by=m.institution, order_by=order, rows=(None, 0)).label("persons"),
    ).subquery()
    r = running.c
    return (
        select(
            (literal("institution:") + r.institution).label("subject"),
            n.region,
            literal(0).label("sum_fen"),
            listed(r.position).label("positions"),
            r.institution,
            func.max(r.persons).label("persons"),
            n.seats,
            func.count().label("times"),
        )
        .join_from(running, registry_tables().institutions, n.institution == r.institution)
        .where(
            n.seats > 0,
            r.persons * 100 > n.seats * ctx.limit(CAPACITY.name, r.day, n.region),
            ctx.only("institution", r.institution),
        )
        .group_by(r.institution, n.region, n.seats)
    )


def _duty_unseen(ctx: Context) -> Select[Any]:
    """Months with full duty recorded in which visitors found nobody, more than once."""
    d, k, p = posting_tables().duty.c, lead_tables().evidence.counts.c, posting_tables().postings.c
    since = days_between(k.held_on, d.month)
    return (
        select(
            (literal("posting:") + d.posting).label("subject"),
            p.county.label("region"),
            literal(0).label("sum_fen"),
            listed(d.position).label("positions"),
            listed(k.position).label("positions_visits"),
            d.posting,
            func.count(k.position.distinct()).label("visits"),
            func.max(d.days).label("days"),
        )
        .join_from(posting_tables().duty, lead_tables().evidence.counts, k.posting == d.posting)
        .join(posting_tables().postings, p.posting == d.posting)
        .where(
            k.posting != "",
            k.counted == 0,
            since >= 0,
            since < 31,
            func.substr(_text(k.held_on), 1, 7) == func.substr(_text(d.month), 1, 7),
            d.days >= ctx.limit(DUTY.name, d.month, p.county),
            ctx.only("posting", d.posting),
        )
        .group_by(d.posting, p.county)
        .having(func.count(k.position.distinct()) >= ctx.limit(ABSENT.name, func.max(d.month), p.county))
    )


def _even_duty(ctx: Context) -> Select[Any]:
    """Postings with the same, nearly full days of duty month after month."""
    d, p = posting_tables().duty.c, posting_tables().postings.c
    return (
        select(
            (literal("posting:") + d.posting).label("subject"),
            p.county.label("region"),
            literal(0).label("sum_fen"),
            listed(d.position).label("positions"),
            d.posting,
            d.days,
            func.count().label("months"),
        )
        .join_from(posting_tables().duty, posting_tables().postings, p.posting == d.posting)
        .where(ctx.only("posting", d.posting))
        .group_by(d.posting, d.days, p.county)
        .having(
            d.days >= ctx.limit(EVEN_DAYS.name, func.max(d.month), p.county),
            func.count() >= ctx.limit(EVEN_MONTHS.name, func.max(d.month), p.county),
        )
    )


def _households_a_day(ctx: Context) -> Select[Any]:
    """Officials who are said to have reached more households on a day than can be walked to."""
    w, p = posting_tables().work.c, posting_tables().postings.c
    of_day = (
        select(
            w.posting, w.worked_on, func.sum(w.households).label("households"), func.min(w.position).label("position")
        )
        .where(w.posting.is_not(None), ctx.only("posting", w.posting))
        .group_by(w.posting, w.worked_on)
        .subquery()
    )
    d = of_day.c
    return (
        select(
            (literal("posting:") + d.posting).label("subject"),
            p.county.label("region"),
            literal(0).label("sum_fen"),
            listed(d.position).label("positions"),
            d.posting,
            func.max(d.households).label("households"),
            func.count().label("days"),
        )
        .join_from(of_day, posting_tables().postings, p.posting == d.posting)
        .where(d.households > ctx.limit(HOUSEHOLDS.name, d.worked_on, p.county))
        .group_by(d.posting, p.county)
    )


def _self_finds_nothing(ctx: Context) -> Select[Any]:
    """Places whose self-inspections find nothing in a year in which others find something there."""
    i, f = lead_tables().evidence.inspections, lead_tables().evidence.findings.c
    own, other = i.alias("own").c, i.alias("other").c
    mine = lead_tables().evidence.findings.alias("mine").c
    nothing = ~exists(select(mine.finding).where(mine.inspection == own.inspection).correlate(own.region.table))
    near = and_(
        other.region == own.region,
        other.kind != "self",
        days_between(other.opened_on, own.opened_on) <= 365,
        days_between(own.opened_on, other.opened_on) <= 365,
    )
    return (
        select(
            (literal("region:") + own.region).label("subject"),
            own.region,
            literal(0).label("sum_fen"),
            listed(own.position).label("positions"),
            listed(f.position).label("positions_found"),
            func.count(own.inspection.distinct()).label("checks"),
            func.count(f.finding.distinct()).label("findings"),
        )
        .join_from(own.region.table, other.region.table, near)
        .join(lead_tables().evidence.findings, f.inspection == other.inspection)
        .where(own.kind == "self", nothing)
        .group_by(own.region)
        .having(func.count(own.inspection.distinct()) >= ctx.limit(SELF.name, func.max(own.opened_on), own.region))
    )


def _returns(ctx: Context) -> Select[Any]:
    """Findings of a content on an object where the same was closed not long before."""
    first, again = lead_tables().evidence.findings.alias("first").c, lead_tables().evidence.findings.alias("again").c
    days = days_between(again.found_on, first.closed_on)
    return (
        select(
            again.object.label("subject"),
            (literal("content:") + again.content).label("subject_2"),
            again.region,
            func.sum(again.amount_fen).label("sum_fen"),
            listed(first.closed_position).label("positions"),
            listed(again.position).label("positions_again"),
            again.object,
            func.min(days).label("days"),
            func.count(again.finding.distinct()).label("findings"),
        )
        .join_from(
            first.finding.table,
            again.finding.table,
            and_(again.object == first.object, again.content == first.content, again.finding != first.finding),
        )
        .where(first.closed_on.is_not(None), days >= 0, days <= ctx.limit(AGAIN.name, again.found_on, again.region))
        .group_by(again.object, again.content, again.region)
    )


def _approved_under_finding(_: Context) -> Select[Any]:
    """Claims approved while a finding about the class or its institution was open."""
    m, f, s, c = (
        fund_tables().claims.c,
        lead_tables().evidence.findings.c,
        fund_tables().steps.c,
        ledger_tables().classes.c,
    )
    about = f.object.in_((literal("class:") + m.training_class, literal("institution:") + m.institution))
    is_open = and_(f.position < s.position, (f.closed_position.is_(None)) | (f.closed_position > s.position))
    return (
        select(
            (literal("claim:") + m.claim).label("subject"),
            (literal("class:") + m.training_class).label("subject_2"),
            m.county.label("region"),
            func.max(m.approved_fen).label("sum_fen"),
            listed(f.position).label("positions"),
            func.max(s.position).label("position_review"),
            m.claim,
            m.reviewed_by,
            func.count(f.finding.distinct()).label("findings"),
        )
        .join_from(fund_tables().claims, lead_tables().evidence.findings, about)
        .join(fund_tables().steps, and_(s.claim == m.claim, s.kind == "claim-reviewed"))
        .join(ledger_tables().classes, c.training_class == m.training_class)
        .where(m.approved_fen > 0, s.void == 0, s.replaced_at.is_(None), is_open)
        .group_by(m.claim, m.training_class, m.county, m.reviewed_by)
    )


def _text(column: Any) -> Any:
    """A day as text on both engines."""
    return cast(column, Text)


INSTITUTIONS: Final = (
    Rule(
        id="institutions.above-capacity",
        version=1,
        kind="institution",
        zh="同时在训人数超过核定能力",
        en="more trainees at once than designated seats",
        question_zh="培训机构同时在训的人数是否超过核定名额?",
        question_en="Did more people sit in an institution's classes at once than it is designated for?",
        says_zh="{institution} 同时在训最多 {persons} 人,核定 {seats} 人,共 {times} 次超过。请实地查看场地和师资。",
        says_en="{institution} had up to {persons} trainees at once against {seats} designated seats, {times} times. Rooms and teachers should be looked at.",
        innocent_zh="在村里租用教学点;分上下午班。",
        innocent_en="Village teaching points rented by the day; morning and afternoon groups.",
        severity="medium",
        patterns=("F25", "F26"),
        parameters=(CAPACITY,),
        query=_capacity,
    ),
    Rule(
        id="postings.duty-unseen",
        version=1,
        kind="posting",
        zh="登记驻村而到村未见",
        en="duty recorded, nobody seen",
        question_zh="登记驻村天数较多的月份里,到村检查是否多次未见本人?",
        question_en="Was nobody seen at several visits in months with full duty recorded?",
        says_zh="{posting} 在登记驻村 {days} 天的月份里,有 {visits} 次到村未见本人。请核对工作日志和请假记录。",
        says_en="At {visits} visits in months with up to {days} days of duty recorded for {posting}, nobody was there. Work log and leave should be checked.",
        innocent_zh="奉命到乡镇开会;当日外出办事。",
        innocent_en="A meeting in town by order; an errand on that day.",
        severity="high",
        patterns=("F47", "F48"),
        parameters=(ABSENT, DUTY),
        query=_duty_unseen,
    ),
    Rule(
        id="postings.even-duty",
        version=1,
        kind="posting",
        zh="每月驻村天数完全相同",
        en="the same days of duty every month",
        question_zh="驻村天数是否连月完全相同且接近满月?",
        question_en="Are the days of duty the same, and nearly full, month after month?",
        says_zh="{posting} 有 {months} 个月都登记驻村 {days} 天。请与工作日志对照。",
        says_en="{posting} has {months} months of exactly {days} days of duty. The work log should be compared.",
        innocent_zh="按规定天数填报;轮休制度固定。",
        innocent_en="The days that the rule asks for; a fixed rota.",
        severity="low",
        patterns=("F47", "F48"),
        parameters=(EVEN_MONTHS, EVEN_DAYS),
        query=_even_duty,
    ),
    Rule(
        id="postings.households-a-day",
        version=1,
        kind="posting",
        zh="一天走访户数过多",
        en="too many households on one day",
        question_zh="登记一天走访的户数是否超过能走到的数量?",
        question_en="Are more households recorded on a day than can be walked to?",
        says_zh="{posting} 有 {days} 天登记走访户数过多,最多一天 {households} 户。请抽户回访。",
        says_en="{posting} has {days} days with very many households, up to {households}. Some of them should be asked.",
        innocent_zh="召开村民大会集中办理。",
        innocent_en="A village meeting reached them together.",
        severity="low",
        patterns=("F49",),
        parameters=(HOUSEHOLDS,),
        query=_households_a_day,
    ),
    Rule(
        id="inspections.self-finds-nothing",
        version=1,
        kind="whole",
        wakes=("inspections.",),
        zh="自查无问题而他查有问题",
        en="self-inspection finds nothing, others do",
        question_zh="一地自查屡次没有发现问题,而上级或第三方同期却有发现?",
        question_en="Do self-inspections of a place find nothing in a year in which others find something?",
        says_zh="{region} 自查 {checks} 次未发现问题,同期其他检查发现 {findings} 个。请了解自查是否到场。",
        says_en="{checks} self-inspections of {region} found nothing; others found {findings} things within a year. How the self-inspections were held should be asked.",
        innocent_zh="自查范围不同;问题在自查之后才出现。",
        innocent_en="They looked at other things; the fault came up later.",
        severity="medium",
        patterns=("F53", "F55"),
        parameters=(SELF,),
        query=_self_finds_nothing,
    ),
    Rule(
        id="inspections.finding-returns",
        version=1,
        kind="whole",
        wakes=("inspections.",),
        zh="销号后同类问题再现",
        en="a closed finding returns",
        question_zh="同一对象的同类问题是否在销号后不久又被发现?",
        question_en="Was the same kind of fault found again on the same object soon after it was closed?",
        says_zh="{object} 的同类问题销号 {days} 天后再次被发现(共 {findings} 个)。请核对当时的整改证据。",
        says_en="The same fault of {object} was found again {days} days after it was closed ({findings} findings). The evidence of that rectification should be looked at.",
        innocent_zh="制度已改,个别执行不到位。",
        innocent_en="The rule was changed, one case slipped through.",
        severity="medium",
        patterns=("F53",),
        parameters=(AGAIN,),
        query=_returns,
    ),
    Rule(
        id="inspections.approved-under-finding",
        version=1,
        kind="whole",
        wakes=("inspections.", "funds.claim-", "training.class-filed"),
        zh="问题未销号即审核通过",
        en="approved under an open finding",
        question_zh="申领审核通过时,该班或该机构是否还有未销号的问题?",
        question_en="Was a claim approved while a finding about the class or its institution was open?",
        says_zh="申领 {claim} 由 {reviewed_by} 审核通过时,该班或该机构有 {findings} 个问题未销号。请核对审核说明。",
        says_en="When {reviewed_by} approved claim {claim}, {findings} findings about the class or its institution were open. The grounds given should be looked at.",
        innocent_zh="问题与本次申领无关;有说明理由的批准。",
        innocent_en="The finding has nothing to do with this claim; an override with a reason.",
        severity="medium",
        patterns=("F44",),
        query=_approved_under_finding,
    ),
)
