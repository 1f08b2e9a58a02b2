"""Rules about how records came in: before a visit, at night, in seconds, approved unread, moved before a cut-off."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Select, and_, case, func, literal, select

from taizhang.projections.funds.tables import fund_tables
from taizhang.projections.rules.rule import Context, Parameter, Rule, days_between, listed, paid_for
from taizhang.projections.rules.tables import lead_tables, ledger_tables, posting_tables

WINDOW: Final = Parameter("cramming-window-days", 14, "检查前的天数", "days before the visit")
CRAMMED: Final = Parameter("cramming-least", 100, "检查前补录条数", "late records before the visit")
TIMES: Final = Parameter("cramming-times", 5, "为平常的倍数", "times what is usual")
HISTORY: Final = Parameter("cramming-history-days", 60, "用于比较的天数", "days of history to compare with")
NIGHT: Final = Parameter("night-entry-least", 50, "深夜录入条数", "records at night")
NIGHT_PERCENT: Final = Parameter(
    "night-entry-percent", 30, "该经办人深夜录入百分比", "per cent of the officer's records"
)
NIGHT_USUAL: Final = Parameter("night-entry-usual-percent", 10, "当地深夜录入百分比", "per cent at night in the county")
TYPED: Final = Parameter("typed-rows", 20, "逐条录入的行数", "rows put in one by one")
TYPED_SECONDS: Final = Parameter("typed-seconds-a-row", 3, "每行秒数", "seconds a row")
READ_SECONDS: Final = Parameter("reading-seconds-a-person", 3, "每名学员的审阅秒数", "seconds of reading a person")
READ_PERSONS: Final = Parameter("reading-persons", 10, "申领人数", "persons of the claim")
MOVED: Final = Parameter("moved-out-least", 10, "截止前移出人数", "persons moved out before the cut-off")
MOVED_PERCENT: Final = Parameter("moved-out-percent", 50, "占全部移出的百分比", "per cent of all that were moved out")
MOVED_WINDOW: Final = Parameter("moved-out-window-days", 14, "截止前的天数", "days before the cut-off")
BACKLOG: Final = Parameter("posting-backlog-least", 20, "一天补录的驻村记录", "late posting records on one day")
LOOKED: Final = Parameter("look-ups-a-day", 200, "一天查阅的人数", "persons looked at on one day")


def _cramming(ctx: Context) -> Select[Any]:
    """Late records in the days before an announced visit, against what is usual in the county."""
    d, i = lead_tables().evidence.days.c, lead_tables().evidence.inspections.c
    until = func.coalesce(i.visited_on, i.announced_on)
    before = days_between(until, d.recorded_on)
    inside = and_(before >= 0, before <= ctx.limit(WINDOW.name, until, i.region))
    window = ctx.limit(WINDOW.name, until, i.region) + 1
    late_in, late_out = func.sum(case((inside, d.late), else_=0)), func.sum(case((inside, 0), else_=d.late))
    span = days_between(func.max(d.recorded_on), func.min(d.recorded_on)) + 1 - window
    return (
        select(
            (literal("inspection:") + i.inspection).label("subject"),
            (literal("region:") + i.region).label("subject_2"),
            i.region,
            literal(0).label("sum_fen"),
            i.position,
            listed(case((and_(inside, d.late > 0), d.position))).label("positions"),
            i.inspection,
            until.label("visited_on"),
            late_in.label("late"),
            (late_out * window // span).label("usual"),
        )
        .join_from(
            lead_tables().evidence.inspections, lead_tables().evidence.days, d.region == func.substr(i.region, 1, 6)
        )
        .where(i.announced == 1, until.is_not(None), ctx.only("region", i.region))
        .group_by(i.inspection, i.region, i.position, i.visited_on, i.announced_on)
        .having(
            span >= ctx.limit(HISTORY.name, until, i.region),
            late_in >= ctx.limit(CRAMMED.name, until, i.region),
            late_in * span >= late_out * window * ctx.limit(TIMES.name, until, i.region),
        )
    )


def _night(ctx: Context) -> Select[Any]:
    """Officers who record at night what others in the county record by day."""
    d = lead_tables().evidence.days.c
    county = (
        select(d.region, func.sum(d.facts).label("facts"), func.sum(d.night).label("night"))
        .group_by(d.region)
        .subquery()
    )
    all_, nights, last = func.sum(d.facts), func.sum(d.night), func.max(d.recorded_on)
    return (
        select(
            (literal("officer:") + d.officer).label("subject"),
            (literal("region:") + d.region).label("subject_2"),
            d.region,
            literal(0).label("sum_fen"),
            listed(case((d.night > 0, d.position))).label("positions"),
            d.officer,
            nights.label("night"),
            all_.label("facts"),
            func.count(case((d.night > 0, d.recorded_on))).label("nights"),
        )
        .join_from(lead_tables().evidence.days, county, county.c.region == d.region)
        .where(ctx.only("region", d.region))
        .group_by(d.officer, d.region, county.c.facts, county.c.night)
        .having(
            nights >= ctx.limit(NIGHT.name, last, d.region),
            nights * 100 >= all_ * ctx.limit(NIGHT_PERCENT.name, last, d.region),
            (county.c.night - nights) * 100 <= (county.c.facts - all_) * ctx.limit(NIGHT_USUAL.name, last, d.region),
            county.c.facts > all_,
        )
    )


def _typed(ctx: Context) -> Select[Any]:
    """Attendance rows put in one by one, faster than anybody writes, on the day of which they speak."""
    n, c = lead_tables().evidence.entries.c, ledger_tables().classes.c
    rows, seconds = func.count(), (func.max(n.recorded_at) - func.min(n.recorded_at)) // 1_000_000
    return (
        select(
            (literal("class:") + n.training_class).label("subject"),
            c.county.label("region"),
            paid_for(n.training_class).label("sum_fen"),
            listed(n.position).label("positions"),
            n.training_class,
            rows.label("rows"),
            seconds.label("seconds"),
        )
        .join_from(lead_tables().evidence.entries, ledger_tables().classes, c.training_class == n.training_class)
        .where(n.what == "attendance", n.facts == 1, n.live == 1, ctx.only("class", n.training_class))
        .group_by(n.training_class, c.county, c.ends_on)
        .having(
            rows >= ctx.limit(TYPED.name, c.ends_on, c.county),
            seconds < rows * ctx.limit(TYPED_SECONDS.name, c.ends_on, c.county),
        )
    )


def _unread(ctx: Context) -> Select[Any]:
    """Claims approved on the spot, sooner after they were submitted than their papers can be read."""
    f, s = fund_tables().claims.c, fund_tables().steps
    put, seen = s.alias("put").c, s.alias("seen").c
    seconds = (seen.recorded_at - put.recorded_at) // 1_000_000
    return (
        select(
            (literal("claim:") + f.claim).label("subject"),
            (literal("class:") + f.training_class).label("subject_2"),
            f.county.label("region"),
            f.approved_fen.label("sum_fen"),
            put.position,
            seen.position.label("position_review"),
            f.claim,
            f.persons,
            seconds.label("seconds"),
            f.reviewed_by,
        )
        .join_from(fund_tables().claims, put.position.table, and_(put.claim == f.claim, put.kind == "claim-submitted"))
        .join(seen.position.table, and_(seen.claim == f.claim, seen.kind == "claim-reviewed"))
        .where(
            f.approved_fen > 0,
            put.void == 0,
            put.replaced_at.is_(None),
            seen.void == 0,
            seen.replaced_at.is_(None),
            seen.late_days == 0,  # what was decided on paper before is only typed in
            f.persons >= ctx.limit(READ_PERSONS.name, f.reviewed_on, f.county),
            seconds < f.persons * ctx.limit(READ_SECONDS.name, f.reviewed_on, f.county),
            ctx.only("class", f.training_class),
        )
    )


def _moved_out(ctx: Context) -> Select[Any]:
    """Persons taken out of what a period is judged by, most of them in the days before it was sealed."""
    r, z = lead_tables().evidence.changes.c, lead_tables().evidence.seals.c
    before = days_between(z.sealed_on, r.recorded_on)
    near = and_(before >= 0, before <= ctx.limit(MOVED_WINDOW.name, z.sealed_on, z.region))
    inside = func.sum(case((near, 1), else_=0))
    here = and_(func.substr(r.training_class, 2, 6) == z.region, r.effective_on >= z.since, r.effective_on <= z.until)
    return (
        select(
            (literal("seal:") + z.seal).label("subject"),
            (literal("region:") + z.region).label("subject_2"),
            z.region,
            literal(0).label("sum_fen"),
            z.position,
            listed(case((near, r.position))).label("positions"),
            z.seal,
            z.since,
            z.until,
            inside.label("persons"),
            func.count().label("all"),
        )
        .join_from(lead_tables().evidence.seals, lead_tables().evidence.changes, here)
        .where(r.what.in_(("withdrawn", "enrolment-voided")), ctx.only("region", z.region))
        .group_by(z.seal, z.region, z.position, z.since, z.until, z.sealed_on)
        .having(
            inside >= ctx.limit(MOVED.name, z.sealed_on, z.region),
            inside * 100 >= func.count() * ctx.limit(MOVED_PERCENT.name, z.sealed_on, z.region),
        )
    )


def _posting_backlog(ctx: Context) -> Select[Any]:
    """Many records about postings of long ago, put in by one officer on one day."""
    p = posting_tables().steps.c
    day_us = 86_400_000_000
    on = (p.recorded_at + 8 * 3_600_000_000) // day_us
    return (
        select(
            (literal("officer:") + p.recorded_by).label("subject"),
            (literal("region:") + p.county).label("subject_2"),
            p.county.label("region"),
            literal(0).label("sum_fen"),
            listed(p.position).label("positions"),
            p.recorded_by,
            func.count().label("records"),
            func.min(p.late_days).label("days"),
        )
        .where(p.late_days > 30, p.kind.in_(("duty-recorded", "village-work-recorded", "leave-taken")))
        .group_by(p.recorded_by, p.county, on)
        .having(func.count() >= ctx.limit(BACKLOG.name, func.max(p.effective_on), p.county))
    )


def _look_ups(ctx: Context) -> Select[Any]:
    """Officers who looked at the data of very many people on one day."""
    k = lead_tables().evidence.look_ups.c
    of_day = (
        select(
            k.officer,
            k.read_on,
            func.sum(k.persons).label("persons"),
            func.min(k.position).label("position_first"),
            func.max(k.position).label("position_last"),
        )
        .group_by(k.officer, k.read_on)
        .subquery()
    )
    d = of_day.c
    return (
        select(
            (literal("officer:") + d.officer).label("subject"),
            literal("620000").label("region"),
            literal(0).label("sum_fen"),
            listed(d.position_first).label("positions"),
            listed(d.position_last).label("positions_last"),
            d.officer,
            func.count().label("days"),
            func.max(d.persons).label("persons"),
        )
        .where(d.persons > ctx.limit(LOOKED.name, d.read_on, literal("620000")))
        .group_by(d.officer)
    )


BEHAVIOUR: Final = (
    Rule(
        id="behaviour.cramming",
        version=1,
        kind="whole",
        wakes=("inspections.", "training.", "funds.bank-account-registered"),
        zh="检查前集中补录",
        en="late records crammed before a visit",
        question_zh="预告检查到来前的几天里,补录的旧事是否远多于平常?",
        question_en="Were far more records of long ago put in during the days before an announced visit than usual?",
        says_zh="检查 {inspection}({visited_on})前,{region} 补录了 {late} 条迟报记录,平常同样天数约 {usual} 条。请抽查这些记录的原始凭证。",
        says_en="Before inspection {inspection} ({visited_on}), {region} put in {late} late records; usual in as many days: {usual}. Their originals should be sampled.",
        innocent_zh="月末、季末集中报送;经批准的补录任务。",
        innocent_en="Reports of a month's or quarter's end; an ordered catch-up.",
        severity="high",
        patterns=("F50", "F51", "F52"),
        parameters=(WINDOW, CRAMMED, TIMES, HISTORY),
        query=_cramming,
    ),
    Rule(
        id="behaviour.night-entry",
        version=1,
        kind="whole",
        wakes=("training.", "funds.bank-account-registered"),
        zh="深夜录入",
        en="records at night",
        question_zh="是否有经办人在深夜大量录入,而当地其他人并不如此?",
        question_en="Does an officer record much at night while others in the county do not?",
        says_zh="{officer} 在 {region} 有 {nights} 个深夜录入 {night} 条(共 {facts} 条),当地其他人很少如此。请了解录入的原因和依据。",
        says_en="{officer} recorded {night} of {facts} facts in {region} on {nights} nights; others there seldom do. The occasion and the papers should be asked for.",
        innocent_zh="白天断网;倒班;限期任务。",
        innocent_en="No network by day; shifts; a task with a deadline.",
        severity="low",
        patterns=("F19", "F51"),
        parameters=(NIGHT, NIGHT_PERCENT, NIGHT_USUAL),
        query=_night,
    ),
    Rule(
        id="behaviour.typed-in-seconds",
        version=1,
        kind="class",
        zh="考勤数秒一条",
        en="attendance signed in within seconds",
        question_zh="全班考勤是否在当日逐条录入,却快到不可能由本人签到?",
        question_en="Was a class's attendance put in one by one that day, faster than people can sign?",
        says_zh="{training_class} 班 {rows} 人的考勤在 {seconds} 秒内逐条录入。请了解是谁、用什么设备录入。",
        says_en="The attendance of {rows} persons of class {training_class} was put in one by one within {seconds} seconds. Who did so, and on what device, should be asked.",
        innocent_zh="由助教按纸质签到表代录;机器批量上传。",
        innocent_en="An assistant typed the signed sheet; a terminal sent its store at once.",
        severity="medium",
        patterns=("F15", "F17", "F19"),
        parameters=(TYPED, TYPED_SECONDS),
        query=_typed,
    ),
    Rule(
        id="behaviour.approved-unread",
        version=1,
        kind="class",
        zh="审批快于阅读",
        en="approved faster than it can be read",
        question_zh="申领提交后是否在读完材料所需的时间之前就被审核通过?",
        question_en="Was a claim approved sooner after it was submitted than its papers can be read?",
        says_zh="申领 {claim}({persons} 人)提交 {seconds} 秒后由 {reviewed_by} 审核通过。请了解审核是否另有依据。",
        says_en="Claim {claim} ({persons} persons) was approved by {reviewed_by} {seconds} seconds after it was submitted. What the review rested on should be asked.",
        innocent_zh="提交前已在纸面上审过。",
        innocent_en="The papers had been read before they were submitted.",
        severity="medium",
        patterns=("F44",),
        parameters=(READ_PERSONS, READ_SECONDS),
        query=_unread,
    ),
    Rule(
        id="behaviour.moved-out-before-cut-off",
        version=1,
        kind="whole",
        wakes=("training.trainee-withdrawn", "training.trainee-enrolled-corrected", "statements.period-sealed"),
        zh="封账前集中移出学员",
        en="people moved out before a cut-off",
        question_zh="封账前的几天里,是否集中把学员登记为退班或作废报名?",
        question_en="Were trainees declared withdrawn, or their enrolments void, mostly in the days before the period was sealed?",
        says_zh="{region} {since} 至 {until} 封账({seal})前,集中移出 {persons} 人(该期共 {all} 人)。请逐人核对退班原因。",
        says_en="Before seal {seal} ({since} to {until}) of {region}, {persons} of {all} persons were moved out. Why each left should be checked.",
        innocent_zh="期末清理确已离开的学员。",
        innocent_en="Those who had really left were cleared at the end of the period.",
        severity="medium",
        patterns=("F33",),
        parameters=(MOVED, MOVED_PERCENT, MOVED_WINDOW),
        query=_moved_out,
    ),
    Rule(
        id="behaviour.posting-backlog",
        version=1,
        kind="whole",
        wakes=("postings.",),
        zh="一天补录大量驻村记录",
        en="posting records of long ago in one day",
        question_zh="是否由一人在一天里补录了许多早先的驻村记录?",
        question_en="Did one officer put in many posting records of long ago on one day?",
        says_zh="{recorded_by} 一天补录 {region} 驻村记录 {records} 条,最近的也已过去 {days} 天。请抽查工作日志。",
        says_en="{recorded_by} put in {records} posting records of {region} on one day, the newest {days} days old. Work logs should be sampled.",
        innocent_zh="经批准统一补录;村里无网络。",
        innocent_en="An ordered catch-up; no network in the village.",
        severity="low",
        patterns=("F50",),
        parameters=(BACKLOG,),
        query=_posting_backlog,
    ),
    Rule(
        id="behaviour.many-look-ups",
        version=1,
        kind="whole",
        wakes=("officers.personal-data-read",),
        zh="一天查阅大量个人信息",
        en="very many people looked up on one day",
        question_zh="是否有经办人一天里查阅了异常多人的信息?",
        question_en="Did an officer look at the data of very many people on one day?",
        says_zh="{officer} 有 {days} 天查阅人数超过限额,最多一天 {persons} 人。请核对查阅目的。",
        says_en="{officer} looked at more people than the limit on {days} days, up to {persons} on one. The stated purposes should be checked.",
        innocent_zh="服务窗口人员;制作公示名单。",
        innocent_en="Help-desk staff; a public notice was prepared.",
        severity="low",
        patterns=("F45",),
        parameters=(LOOKED,),
        query=_look_ups,
    ),
)
