"""Rules about attendance and presence: what the sheets say against what was seen, and sheets too even to be true."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import Select, and_, func, literal, select

from taizhang.projections.rules.rule import Context, Parameter, Rule, listed, paid_for
from taizhang.projections.rules.tables import lead_tables, ledger_tables

HEADS_PERCENT: Final = Parameter(
    "head-count-missing-percent", 20, "现场人数少于考勤的百分比", "per cent of heads missing"
)
HEADS_LEAST: Final = Parameter("head-count-missing-least", 5, "现场至少少几人", "heads missing at least")
FEW_PERCENT: Final = Parameter(
    "few-heads-percent", 30, "小班现场人数少于考勤的百分比", "per cent missing, small classes"
)
FEW_LEAST: Final = Parameter("few-heads-least", 3, "小班现场至少少几人", "heads missing at least, small classes")
GROUP: Final = Parameter("identical-days-persons", 8, "完全相同的缺勤人数", "persons absent on the very same days")
GAPS: Final = Parameter("identical-days-gaps", 2, "不相连的缺勤段数", "separate stretches of absence")
EVEN_DAYS: Final = Parameter("full-attendance-person-days", 200, "全勤的人日数", "person-days without one absence")
EVEN_LEAST: Final = Parameter("full-attendance-persons", 20, "全勤人数", "persons without one absence")
TEACHER_MINUTES: Final = Parameter(
    "teacher-minutes-a-day", 600, "教师一天授课分钟数", "minutes a teacher teaches a day"
)


def _head_count(percent: Parameter, least: Parameter) -> Callable[[Context], Select[Any]]:
    """Head counts on the spot, and how many were marked present at that minute."""
    return lambda ctx: _heads(ctx, percent, least)


def _heads(ctx: Context, by_percent: Parameter, by_least: Parameter) -> Select[Any]:
    n, h, c = lead_tables().evidence.counts.c, lead_tables().evidence.hours.c, ledger_tables().classes.c
    marked = func.sum(h.persons)
    there = and_(h.training_class == n.training_class, h.held_on == n.held_on, h.starts <= n.minute, n.minute < h.ends)
    counted = (
        select(n.position, n.training_class, n.counted, n.held_on, c.county, marked.label("marked"))
        .join_from(lead_tables().evidence.counts, lead_tables().evidence.hours, there)
        .join(ledger_tables().classes, c.training_class == n.training_class)
        .where(n.training_class != "", ctx.only("class", n.training_class))
        .group_by(n.position, n.training_class, n.counted, n.held_on, c.county)
        .subquery()
    )
    k = counted.c
    missing = k.marked - k.counted
    least = ctx.limit(by_least.name, k.held_on, k.county)
    percent = ctx.limit(by_percent.name, k.held_on, k.county)
    worst = func.max(missing).label("missing")
    return (
        select(
            (literal("class:") + k.training_class).label("subject"),
            k.county.label("region"),
            (paid_for(k.training_class) * func.max(missing * 1000 // k.marked) // 1000).label("sum_fen"),
            listed(k.position).label("positions"),
            k.training_class,
            func.count().label("times"),
            worst,
            func.max(k.marked).label("marked"),
        )
        .where(missing >= least, missing * 100 >= k.marked * percent)
        .group_by(k.training_class, k.county)
    )


def _identical_days(ctx: Context) -> Select[Any]:
    """Trainees of a class who missed the very same days, with presence in between."""
    a, c = lead_tables().evidence.rows.c, ledger_tables().classes.c
    many = ctx.limit(GROUP.name, c.ends_on, c.county)
    gaps = ctx.limit(GAPS.name, c.ends_on, c.county)
    return (
        select(
            (literal("class:") + a.training_class).label("subject"),
            c.county.label("region"),
            (paid_for(a.training_class) * func.count() // func.max(c.seats_taken)).label("sum_fen"),
            listed(a.position).label("positions"),
            a.training_class,
            func.count().label("persons"),
            func.max(a.days_absent).label("days"),
        )
        .join_from(lead_tables().evidence.rows, ledger_tables().classes, c.training_class == a.training_class)
        .where(a.gaps >= gaps, c.seats_taken > 0, ctx.only("class", a.training_class))
        .group_by(a.training_class, a.pattern, c.county, c.ends_on)
        .having(func.count() >= many)
    )


def _full_attendance(ctx: Context) -> Select[Any]:
    """Classes in which nobody ever missed an hour, for more person-days than that happens by itself."""
    a, c = lead_tables().evidence.rows.c, ledger_tables().classes.c
    days, persons = func.sum(a.days), func.count(a.person.distinct())
    return (
        select(
            (literal("class:") + a.training_class).label("subject"),
            c.county.label("region"),
            paid_for(a.training_class).label("sum_fen"),
            c.position,
            listed(a.position).label("positions"),
            a.training_class,
            persons.label("persons"),
            days.label("days"),
        )
        .join_from(lead_tables().evidence.rows, ledger_tables().classes, c.training_class == a.training_class)
        .where(ctx.only("class", a.training_class))
        .group_by(a.training_class, c.county, c.position, c.session_minutes, c.ends_on)
        .having(
            func.sum(a.days_absent) == 0,
            func.count(a.pattern.distinct()) == 1,
            func.min(a.minutes) >= c.session_minutes,
            persons >= ctx.limit(EVEN_LEAST.name, c.ends_on, c.county),
            days >= ctx.limit(EVEN_DAYS.name, c.ends_on, c.county),
        )
    )


def _teacher_hours(ctx: Context) -> Select[Any]:
    """Teachers who are said to have taught longer on one day than anybody does."""
    s, c = lead_tables().evidence.sessions.c, ledger_tables().classes.c
    minutes = func.sum(s.ends - s.starts)
    of_day = (
        select(
            s.teacher,
            s.held_on,
            func.min(c.county).label("county"),
            minutes.label("minutes"),
            func.min(s.position).label("position_first"),
            func.max(s.position).label("position_last"),
        )
        .join_from(lead_tables().evidence.sessions, ledger_tables().classes, c.training_class == s.training_class)
        .where(s.teacher != "")
        .group_by(s.teacher, s.held_on)
        .subquery()
    )
    d = of_day.c
    return (
        select(
            (literal("teacher:") + d.teacher).label("subject"),
            func.min(d.county).label("region"),
            literal(0).label("sum_fen"),
            listed(d.position_first).label("positions"),
            listed(d.position_last).label("positions_last"),
            d.teacher,
            func.count().label("days"),
            (func.max(d.minutes) // 60).label("hours"),
        )
        .where(d.minutes > ctx.limit(TEACHER_MINUTES.name, d.held_on, d.county))
        .group_by(d.teacher)
    )


_BY_HEADS: Final = Rule(
    id="attendance.head-count",
    version=1,
    kind="class",
    zh="现场人数少于考勤",
    en="fewer heads than marks",
    question_zh="检查人员到场清点的人数,是否明显少于同一时刻登记出勤的人数?",
    question_en="Did somebody on the spot count clearly fewer people than were marked present at that minute?",
    says_zh="{training_class} 班现场清点 {times} 次少于考勤,最多少 {missing} 人(当时登记出勤至多 {marked} 人)。请核对当日考勤与现场情况。",
    says_en="Head counts in class {training_class} that were below the marks: {times}; by up to {missing} (of at most {marked} marked). The sheet of that day and what was seen should be compared.",
    innocent_zh="课间休息、户外实训、农忙迟到;清点时部分学员在另一教室。",
    innocent_en="A break, practice outdoors, people late on harvest days; some trainees were in another room.",
    severity="high",
    patterns=("F01", "F14", "F16", "F17"),
    parameters=(HEADS_PERCENT, HEADS_LEAST),
    query=_head_count(HEADS_PERCENT, HEADS_LEAST),
)
ATTENDANCE: Final = (
    _BY_HEADS,
    # Would find small classes too; how many leads it adds is asked with `rules compare` before it counts.
    _BY_HEADS._replace(
        version=2, parameters=(FEW_PERCENT, FEW_LEAST), query=_head_count(FEW_PERCENT, FEW_LEAST), counts=False
    ),
    Rule(
        id="attendance.identical-days",
        version=1,
        kind="class",
        zh="多人缺勤日期完全相同",
        en="many absent on the very same days",
        question_zh="一个班里是否有多人在几段不相连的日子里同时缺勤、又同时到场?",
        question_en="Were many trainees of a class absent, and back again, on the very same separate days?",
        says_zh="{training_class} 班有 {persons} 人在 {days} 个相同日期缺勤,中间又同日到课。请查看原始签到表。",
        says_en="In class {training_class} {persons} persons missed the same {days} days, with presence in between. The original sign-in sheets should be looked at.",
        innocent_zh="同村学员一起因天气、农忙或红白事缺课。",
        innocent_en="People of one village missed the same days for weather, harvest, a wedding or a funeral.",
        severity="medium",
        patterns=("F15", "F19"),
        parameters=(GROUP, GAPS),
        query=_identical_days,
    ),
    Rule(
        id="attendance.nobody-ever-absent",
        version=1,
        kind="class",
        zh="全班全程无一缺勤",
        en="nobody ever absent",
        question_zh="一个较大、较长的班是否自始至终无人缺勤、迟到或早退?",
        question_en="Did nobody of a large and long class ever miss an hour?",
        says_zh="{training_class} 班 {persons} 人、{days} 人日的考勤无一缺勤。请与现场清点、签到原件对照。",
        says_en="Class {training_class} has {persons} persons and {days} person-days without one absence. Head counts and sign-in originals should be compared.",
        innocent_zh="封闭式、寄宿制培训;班主任逐人接送。",
        innocent_en="A boarding class; a class whose trainees are fetched one by one.",
        severity="low",
        patterns=("F01", "F15", "F17"),
        parameters=(EVEN_LEAST, EVEN_DAYS),
        query=_full_attendance,
    ),
    Rule(
        id="attendance.teacher-hours",
        version=1,
        kind="whole",
        wakes=("training.session-held", "training.class-filed"),
        zh="教师一天授课过长",
        en="a teacher's day too long",
        question_zh="同一教师一天登记的授课时间是否超过人力所及?",
        question_en="Is a teacher said to have taught longer on one day than anybody can?",
        says_zh="教师 {teacher} 有 {days} 天登记授课超过限额,最长约 {hours} 小时。请核对实际授课人。",
        says_en="Teacher {teacher} is recorded above the limit on {days} days, for up to {hours} hours. Who really taught should be checked.",
        innocent_zh="助教代课未改姓名;两班合并上实训课。",
        innocent_en="An assistant taught under the teacher's name; two classes shared one practical lesson.",
        severity="medium",
        patterns=("F10", "F18"),
        parameters=(TEACHER_MINUTES,),
        query=_teacher_hours,
    ),
)
