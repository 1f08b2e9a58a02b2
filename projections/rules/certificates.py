"""Rules about tests and certificates: too even, too fast, raised, and numbers that run against the days."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Select, func, literal, select

from taizhang.projections.rules.rule import Context, Parameter, Rule, days_between, listed, paid_for
from taizhang.projections.rules.tables import lead_tables, ledger_tables

SCORED: Final = Parameter("even-scores-persons", 15, "成绩雷同的人数", "persons whose scores hardly differ")
SPREAD: Final = Parameter("even-scores-spread-tenths", 15, "成绩标准差(十分之一分)", "standard deviation in tenths")
RAISED: Final = Parameter("raised-scores-persons", 3, "改为合格的人数", "persons whose failed test became a passed one")
A_DAY: Final = Parameter("certificates-a-day", 400, "一个发证单位一天的证书数", "certificates of one issuer on one day")
RUN_DAYS: Final = Parameter("number-run-days", 30, "号段与日期相反的天数", "days by which numbers run against dates")
AT_ONCE: Final = Parameter(
    "certificate-after-sheet-seconds", 120, "考勤录入至发证的秒数", "seconds from sheet to certificate"
)
AT_ONCE_PERSONS: Final = Parameter("certificate-after-sheet-persons", 10, "即录即发的证书数", "certificates so issued")


def _even_scores(ctx: Context) -> Select[Any]:
    """Classes whose scores, all passed, hardly differ."""
    e, c = ledger_tables().enrolments.c, ledger_tables().classes.c
    total = e.theory_tenths + e.practice_tenths
    mean = func.avg(total * 1.0)
    variance = func.avg(total * 1.0 * total) - mean * mean
    spread = ctx.limit(SPREAD.name, c.ends_on, c.county)
    return (
        select(
            (literal("class:") + e.training_class).label("subject"),
            c.county.label("region"),
            paid_for(e.training_class).label("sum_fen"),
            c.position,
            listed(e.position).label("positions"),
            e.training_class,
            func.count().label("persons"),
            func.min(total).label("lowest_tenths"),
            func.max(total).label("highest_tenths"),
        )
        .join_from(ledger_tables().enrolments, ledger_tables().classes, c.training_class == e.training_class)
        .where(e.theory_tenths.is_not(None), e.practice_tenths.is_not(None), ctx.only("class", e.training_class))
        .group_by(e.training_class, c.county, c.position, c.ends_on)
        .having(
            func.count() >= ctx.limit(SCORED.name, c.ends_on, c.county),
            func.min(e.passed) == 1,
            variance <= spread * spread * 4,  # of the sum of two tests
        )
    )


def _raised(ctx: Context) -> Select[Any]:
    """Classes in which failed tests became passed ones by amendments."""
    r, c = lead_tables().evidence.changes.c, ledger_tables().classes.c
    return (
        select(
            (literal("class:") + r.training_class).label("subject"),
            c.county.label("region"),
            (paid_for(r.training_class) * func.count(r.person.distinct()) // func.max(c.seats_taken)).label("sum_fen"),
            listed(r.position).label("positions"),
            r.training_class,
            func.count(r.person.distinct()).label("persons"),
        )
        .join_from(lead_tables().evidence.changes, ledger_tables().classes, c.training_class == r.training_class)
        .where(r.what == "score-raised", c.seats_taken > 0, ctx.only("class", r.training_class))
        .group_by(r.training_class, c.county, c.ends_on)
        .having(func.count(r.person.distinct()) >= ctx.limit(RAISED.name, c.ends_on, c.county))
    )


def _a_day(ctx: Context) -> Select[Any]:
    """More certificates of one issuer on one day than can be examined."""
    t = lead_tables().evidence.certificates.c
    county = func.min(func.substr(t.training_class, 2, 6))
    days = (
        select(
            t.issuer,
            t.issued_on,
            county.label("county"),
            func.count().label("certificates"),
            func.min(t.position).label("position_first"),
            func.max(t.position).label("position_last"),
        )
        .group_by(t.issuer, t.issued_on)
        .subquery()
    )
    d = days.c
    return (
        select(
            (literal("organisation:") + d.issuer).label("subject"),
            func.min(d.county).label("region"),
            literal(0).label("sum_fen"),
            listed(d.position_first).label("positions"),
            listed(d.position_last).label("positions_last"),
            d.issuer,
            func.count().label("days"),
            func.max(d.certificates).label("certificates"),
        )
        .where(d.certificates > ctx.limit(A_DAY.name, d.issued_on, d.county))
        .group_by(d.issuer)
    )


def _runs(ctx: Context) -> Select[Any]:
    """Classes whose certificates bear lower numbers of a series than others that were issued long before."""
    t = lead_tables().evidence.certificates.c
    blocks = (
        select(
            t.issuer,
            t.stem,
            t.training_class,
            func.min(t.sequence).label("lowest"),
            func.min(t.issued_on).label("issued_on"),
            func.min(t.position).label("position"),
        )
        .where(t.sequence >= 0)
        .group_by(t.issuer, t.stem, t.training_class)
        .subquery()
    )
    b = blocks.c

    def following(column: Any) -> Any:
        return func.lead(column).over(partition_by=[b.issuer, b.stem], order_by=b.lowest)

    ranked = select(
        b.issuer,
        b.stem,
        b.training_class,
        b.issued_on,
        b.position,
        following(b.issued_on).label("next_on"),
        following(b.training_class).label("next_class"),
        following(b.position).label("next_position"),
    ).subquery()
    r, c = ranked.c, ledger_tables().classes.c
    early = days_between(r.issued_on, r.next_on)
    return (
        select(
            (literal("class:") + r.training_class).label("subject"),
            (literal("class:") + r.next_class).label("subject_2"),
            c.county.label("region"),
            paid_for(r.training_class).label("sum_fen"),
            r.position,
            r.next_position.label("position_next"),
            r.training_class,
            r.next_class,
            r.issued_on,
            r.next_on,
            early.label("days"),
        )
        .join_from(ranked, ledger_tables().classes, c.training_class == r.training_class)
        .where(r.next_on.is_not(None), early > ctx.limit(RUN_DAYS.name, r.issued_on, c.county))
    )


def _at_once(ctx: Context) -> Select[Any]:
    """Certificates issued on the day, moments after the sheets they rest on were put in."""
    n, c = lead_tables().evidence.entries, ledger_tables().classes.c
    sheet, issued = n.alias("sheet").c, n.alias("issued").c
    last = (
        select(
            sheet.training_class, func.max(sheet.recorded_at).label("at"), func.max(sheet.position).label("position")
        )
        .where(sheet.what == "attendance")
        .group_by(sheet.training_class)
        .subquery()
    )
    seconds = (issued.recorded_at - last.c.at) // 1_000_000
    return (
        select(
            (literal("class:") + issued.training_class).label("subject"),
            c.county.label("region"),
            paid_for(issued.training_class).label("sum_fen"),
            last.c.position.label("position_sheet"),
            listed(issued.position).label("positions"),
            issued.training_class,
            func.sum(issued.live).label("certificates"),
            func.min(seconds).label("seconds"),
        )
        .join_from(issued.position.table, last, last.c.training_class == issued.training_class)
        .join(ledger_tables().classes, c.training_class == issued.training_class)
        .where(
            issued.what == "certificate",
            issued.live > 0,
            seconds >= 0,
            seconds <= ctx.limit(AT_ONCE.name, c.ends_on, c.county),
            ctx.only("class", issued.training_class),
        )
        .group_by(issued.training_class, c.county, c.ends_on, last.c.position)
        .having(func.sum(issued.live) >= ctx.limit(AT_ONCE_PERSONS.name, c.ends_on, c.county))
    )


CERTIFICATES: Final = (
    Rule(
        id="certificates.even-scores",
        version=1,
        kind="class",
        zh="成绩几乎相同且全部合格",
        en="scores all passed and hardly different",
        question_zh="一个班的成绩是否全部合格且几乎没有差别?",
        question_en="Did everybody of a class pass with scores that hardly differ?",
        says_zh="{training_class} 班 {persons} 人全部合格,理论与实操两项合计在 {lowest} 分与 {highest} 分之间。请调阅试卷和评分表。",
        says_en="All {persons} persons of class {training_class} passed, with totals of both tests from {lowest} to {highest} points. Papers and marking sheets should be looked at.",
        innocent_zh="短期实操考核合格率本来就高;只记合格分。",
        innocent_en="Short practical tests do have high pass rates; only a pass mark was noted.",
        severity="medium",
        patterns=("F27",),
        parameters=(SCORED, SPREAD),
        query=_even_scores,
    ),
    Rule(
        id="certificates.raised-scores",
        version=1,
        kind="class",
        zh="多人成绩改为合格",
        en="several failed tests amended to passed",
        question_zh="一个班里是否有多人的不合格成绩经更正变为合格?",
        question_en="Were several failed tests of one class amended to passed ones?",
        says_zh="{training_class} 班有 {persons} 人的成绩由不合格更正为合格。请查看更正理由和试卷。",
        says_en="In class {training_class} the tests of {persons} persons were amended from failed to passed. The reasons and the papers should be looked at.",
        innocent_zh="评分表看错行;复核后统一改正。",
        innocent_en="A row of the marking sheet was misread; a review put them right together.",
        severity="medium",
        patterns=("F27", "F33"),
        parameters=(RAISED,),
        query=_raised,
    ),
    Rule(
        id="certificates.many-a-day",
        version=1,
        kind="whole",
        wakes=("training.certificate-",),
        zh="一天发证过多",
        en="very many certificates on one day",
        question_zh="一个发证单位一天发出的证书是否多于能考核的人数?",
        question_en="Did one issuer issue more certificates on a day than can be examined?",
        says_zh="{issuer} 有 {days} 天发证超过限额,最多一天 {certificates} 本。请核对当日考核安排。",
        says_en="{issuer} issued above the limit on {days} days, up to {certificates} on one. The examinations of those days should be checked.",
        innocent_zh="多个班统一在一天发证。",
        innocent_en="Several classes were given their certificates on one day.",
        severity="low",
        patterns=("F27",),
        parameters=(A_DAY,),
        query=_a_day,
    ),
    Rule(
        id="certificates.numbers-against-days",
        version=1,
        kind="whole",
        wakes=("training.certificate-", "training.class-filed"),
        zh="证书号段与日期相反",
        en="numbers that run against the days",
        question_zh="同一号段里,号码在前的证书是否反而晚发了很久?",
        question_en="In one series of numbers, were lower numbers issued long after higher ones?",
        says_zh="{training_class} 班证书号在 {next_class} 班之前,却晚 {days} 天发出({issued_on} 对 {next_on})。请核对发证登记簿。",
        says_en="Class {training_class} has lower numbers than class {next_class} and was issued {days} days later ({issued_on} against {next_on}). The issuer's register should be looked at.",
        innocent_zh="号段预先分配给各校;空白证书后用。",
        innocent_en="Blocks of numbers were handed to schools in advance; blank certificates were used later.",
        severity="medium",
        patterns=("F22", "F28"),
        parameters=(RUN_DAYS,),
        query=_runs,
    ),
    Rule(
        id="certificates.with-the-sheet",
        version=1,
        kind="class",
        zh="考勤刚录入即发证",
        en="certificates moments after the sheet",
        question_zh="证书是否在考勤录入后片刻即登记为当日发出?",
        question_en="Were certificates recorded as issued that day, moments after the attendance they rest on?",
        says_zh="{training_class} 班考勤录入后 {seconds} 秒即登记当日发证 {certificates} 本。请核对考核是否举行。",
        says_en="{certificates} certificates of class {training_class} were recorded as issued that day, {seconds} seconds after the sheet. Whether a test was held should be checked.",
        innocent_zh="纸质材料已齐,同日集中录入。",
        innocent_en="The papers were complete and put in together.",
        severity="medium",
        patterns=("F23", "F27"),
        parameters=(AT_ONCE, AT_ONCE_PERSONS),
        query=_at_once,
    ),
)
