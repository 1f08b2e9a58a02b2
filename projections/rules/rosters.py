"""Rules about who sits in classes: the same people again, and rosters that know what came later."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Select, and_, case, func, literal, select

from taizhang.projections.rules.rule import Context, Parameter, Rule, days_between, listed, paid_for, paid_for_person
from taizhang.projections.rules.tables import dated_tables, lead_tables, ledger_tables

ALIKE_PERCENT: Final = Parameter(
    "alike-rosters-percent", 60, "两班名单相同的百分比(杰卡德)", "per cent of two rosters in common (Jaccard)"
)
ALIKE_LEAST: Final = Parameter("alike-rosters-persons", 8, "两班共同的人数", "persons on both rosters")
REPEAT_DAYS: Final = Parameter(
    "repeat-training-days", 365, "同工种再次培训的间隔天数", "days between the same training"
)
REPEAT_TIMES: Final = Parameter("repeat-training-times", 2, "同工种取证次数", "certificates for the same training")
LATER_PERSONS: Final = Parameter(
    "later-register-persons", 3, "名单先于登记的人数", "persons whom the roster knew too early"
)
SPLIT_DAYS: Final = Parameter(
    "split-before-enrolment-days", 90, "分户至报名的天数", "days from the split to the enrolment"
)


def _alike(ctx: Context) -> Select[Any]:
    """Pairs of classes that have most of their people in common."""
    ledger = ledger_tables()
    e = ledger.enrolments.c
    several = select(e.person).where(e.enrolled_on.is_not(None))
    if ctx.is_partial:  # a class that was touched has somebody in common only through its own people
        near = ledger.enrolments.alias("near").c
        several = several.where(e.person.in_(select(near.person).where(ctx.only("class", near.training_class))))
    again = several.group_by(e.person).having(func.count() > 1).subquery()
    seats = select(e.training_class, e.person).where(e.enrolled_on.is_not(None), e.person.in_(select(again.c.person)))
    one, other = seats.subquery(), seats.subquery()
    pairs = (
        select(
            one.c.training_class.label("first"), other.c.training_class.label("second"), func.count().label("common")
        )
        .join_from(one, other, and_(one.c.person == other.c.person, one.c.training_class < other.c.training_class))
        .where(ctx.only("class", one.c.training_class, other.c.training_class))
        .group_by(one.c.training_class, other.c.training_class)
        .having(func.count() > 1)
        .subquery()
    )
    p, a, b = pairs.c, ledger.classes.alias("a"), ledger.classes.alias("b")
    size_a, size_b = _size(p.first), _size(p.second)
    both = size_a + size_b - p.common
    return (
        select(
            (literal("class:") + p.first).label("subject"),
            (literal("class:") + p.second).label("subject_2"),
            b.c.county.label("region"),
            case((a.c.starts_on <= b.c.starts_on, paid_for(p.second)), else_=paid_for(p.first)).label("sum_fen"),
            a.c.position,
            b.c.position.label("position_2"),
            p.first,
            p.second,
            p.common,
            (p.common * 100 // both).label("percent"),
        )
        .join_from(pairs, a, a.c.training_class == p.first)
        .join(b, b.c.training_class == p.second)
        .where(
            p.common >= ctx.limit(ALIKE_LEAST.name, b.c.starts_on, b.c.county),
            p.common * 100 >= both * ctx.limit(ALIKE_PERCENT.name, b.c.starts_on, b.c.county),
        )
    )


def _size(training_class: Any) -> Any:
    e = ledger_tables().enrolments.c
    count = select(func.count()).where(e.training_class == training_class, e.enrolled_on.is_not(None))
    return count.correlate_except(ledger_tables().enrolments).scalar_subquery()


def _repeated(ctx: Context) -> Select[Any]:
    """Persons certified again in the same occupation and level before so many days had passed."""
    ledger = ledger_tables()
    e, f = ledger.enrolments.alias("e").c, ledger.enrolments.alias("f").c
    c, d = ledger.classes.alias("c"), ledger.classes.alias("d")
    base = ledger.enrolments.c
    several = (
        select(base.person)
        .where(base.certificates > 0, ctx.only("person", base.person))
        .group_by(base.person)
        .having(func.count() >= REPEAT_TIMES.default)
    )
    same = and_(d.c.occupation == c.c.occupation, func.coalesce(d.c.level, "") == func.coalesce(c.c.level, ""))
    apart = days_between(f.certificate_on, e.certificate_on)
    return (
        select(
            (literal("person:") + e.person).label("subject"),
            (literal("class:") + e.training_class).label("subject_2"),
            (literal("class:") + f.training_class).label("subject_3"),
            d.c.county.label("region"),
            paid_for_person(f.person, f.training_class).label("sum_fen"),
            e.position,
            f.position.label("position_2"),
            e.person,
            c.c.occupation,
            apart.label("days"),
            e.training_class.label("first"),
            f.training_class.label("second"),
        )
        .join_from(e.person.table, f.person.table, and_(f.person == e.person, f.training_class != e.training_class))
        .join(c, c.c.training_class == e.training_class)
        .join(d, and_(d.c.training_class == f.training_class, same))
        .where(
            e.person.in_(several),
            e.certificates > 0,
            f.certificates > 0,
            d.c.programme_kind != "improvement",
            f.certificate_on >= e.certificate_on,
            (f.certificate_on > e.certificate_on) | (f.training_class > e.training_class),
            apart < ctx.limit(REPEAT_DAYS.name, d.c.starts_on, d.c.county),
        )
    )


def _later_register(ctx: Context) -> Select[Any]:
    """Classes whose roster claims people as registered poor who became so only after the class had ended."""
    ledger, dated = ledger_tables(), dated_tables()
    e, c, m, s = ledger.enrolments.c, ledger.classes.c, ledger.members.c, dated.standings.c
    poor_from = (
        select(m.person, func.min(s.since).label("since"))
        .join_from(ledger.members, dated.standings, s.household == m.household)
        .where(
            s.poor == 1, m.person.in_(select(e.person).where(e.contradiction == 1, ctx.only("class", e.training_class)))
        )
        .group_by(m.person)
        .subquery()
    )
    p = poor_from.c
    return (
        select(
            (literal("class:") + e.training_class).label("subject"),
            c.county.label("region"),
            (paid_for(e.training_class) * func.count() // func.max(c.seats_taken)).label("sum_fen"),
            c.position,
            listed(e.position).label("positions"),
            e.training_class,
            func.count().label("persons"),
            func.min(p.since).label("since"),
            c.ends_on,
        )
        .join_from(ledger.enrolments, ledger.classes, c.training_class == e.training_class)
        .join(poor_from, p.person == e.person)
        .where(
            e.contradiction == 1,
            e.claimed_poor == 1,
            e.poor == 0,
            c.seats_taken > 0,
            p.since > c.ends_on,
            ctx.only("class", e.training_class),
        )
        .group_by(e.training_class, c.county, c.position, c.ends_on)
        .having(func.count() >= ctx.limit(LATER_PERSONS.name, c.ends_on, c.county))
    )


def _split_before(ctx: Context) -> Select[Any]:
    """Households divided shortly before a member of the new, poor one was enrolled."""
    ledger = ledger_tables()
    e, m, h, s = ledger.enrolments.c, ledger.members.c, ledger.households.c, lead_tables().evidence.splits.c
    after = days_between(e.enrolled_on, s.split_on)
    return (
        select(
            (literal("person:") + e.person).label("subject"),
            (literal("household:") + s.new_household).label("subject_2"),
            e.county.label("region"),
            func.sum(paid_for_person(e.person, e.training_class)).label("sum_fen"),
            s.position,
            listed(e.position).label("positions"),
            e.person,
            s.new_household.label("household"),
            s.split_on,
            func.min(after).label("days"),
        )
        .join_from(lead_tables().evidence.splits, ledger.households, h.household == s.new_household)
        .join(ledger.members, and_(m.household == s.new_household, m.belongs == 1))
        .join(ledger.enrolments, e.person == m.person)
        .where(
            h.poor == 1,
            e.poor == 1,
            after >= 0,
            after <= ctx.limit(SPLIT_DAYS.name, e.enrolled_on, e.county),
            ctx.only("person", e.person),
        )
        .group_by(e.person, s.new_household, e.county, s.position, s.split_on)
    )


ROSTERS: Final = (
    Rule(
        id="rosters.alike",
        version=1,
        kind="class",
        zh="两班名单大部分相同",
        en="two rosters mostly alike",
        question_zh="两个班的学员是否大部分是同一批人?",
        question_en="Are the trainees of two classes mostly the same people?",
        says_zh="{first} 班与 {second} 班有 {common} 人相同(占两班合计的 {percent}%)。请核对两班是否各自真实开办、是否重复申领。",
        says_en="Classes {first} and {second} have {common} persons in common ({percent} per cent of both together). Whether both were really held and claimed once should be checked.",
        innocent_zh="提高班沿用原班学员;方案允许的衔接课程或共同资助。",
        innocent_en="An improvement class for the same group; a follow-on course or joint funding that the plan allows.",
        severity="medium",
        patterns=("F01", "F04", "F20"),
        parameters=(ALIKE_PERCENT, ALIKE_LEAST),
        query=_alike,
    ),
    Rule(
        id="rosters.repeated-training",
        version=1,
        kind="person",
        zh="同一工种重复培训取证",
        en="certified again for the same training",
        question_zh="同一人是否在规定间隔内,就同一工种、同一等级再次培训并取证?",
        question_en="Was a person trained and certified again in the same occupation and level within the interval?",
        says_zh="{person} 在 {days} 天内两次取得“{occupation}”证书({first} 班、{second} 班)。请核对第二次培训的理由和补贴。",
        says_en="{person} got two certificates for {occupation} within {days} days (classes {first} and {second}). Why the second training was paid should be checked.",
        innocent_zh="2018—2020 年允许提高培训;前证失效或等级未填。",
        innocent_en="Improvement training was allowed in 2018-2020; the first certificate lapsed, or a level was left out.",
        severity="medium",
        patterns=("F08",),
        parameters=(REPEAT_DAYS, REPEAT_TIMES),
        query=_repeated,
    ),
    Rule(
        id="rosters.later-register",
        version=1,
        kind="class",
        zh="名单先于登记",
        en="a roster that knew the later register",
        question_zh="花名册是否把开班结束后才建档立卡的人写成建档立卡户?",
        question_en="Does a roster claim people as registered poor who were registered only after the class had ended?",
        says_zh="{training_class} 班({ends_on} 结束)名单称建档立卡的 {persons} 人,登记簿上最早 {since} 才登记。请查名单的制作时间。",
        says_en="The roster of class {training_class} (ended {ends_on}) claims {persons} persons as registered poor whom the register has from {since} on. When the roster was made should be checked.",
        innocent_zh="重新建档改写了首次登记日期;证件晚于实际情况办理。",
        innocent_en="A new registration replaced the first date; papers are issued long after the condition began.",
        severity="high",
        patterns=("F04",),
        parameters=(LATER_PERSONS,),
        query=_later_register,
    ),
    Rule(
        id="rosters.household-split-before",
        version=1,
        kind="person",
        zh="报名前不久分户",
        en="household divided shortly before the enrolment",
        question_zh="学员的贫困户身份是否来自报名前不久的分户?",
        question_en="Does a trainee's standing as poor come from a household divided shortly before the enrolment?",
        says_zh="{person} 所在的 {household} 户于 {split_on} 分立,{days} 天后报名。请核对分户依据。",
        says_en="Household {household} of {person} was split off on {split_on}, {days} days before the enrolment. The grounds of the split should be checked.",
        innocent_zh="正常的婚嫁、分家。",
        innocent_en="A real marriage or division of a family.",
        severity="low",
        patterns=("F13",),
        parameters=(SPLIT_DAYS,),
        query=_split_before,
    ),
)
