"""Rules about who the trainees are: dead, at school, on a payroll, retired, employed; and what they say themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Select, and_, func, literal, or_, select, union_all

from taizhang.projections.outside.tables import held, known, outside_tables
from taizhang.projections.rules.rule import Context, Parameter, Rule, listed, paid_for, paid_for_person
from taizhang.projections.rules.tables import dated_tables, lead_tables, ledger_tables

DENIED_PERSONS: Final = Parameter("denied-persons", 3, "本人称未参训的人数", "trainees who say they did not take part")
DENIED_PERCENT: Final = Parameter(
    "denied-percent", 30, "答复者中称未参训的百分比", "per cent of the answers that say so"
)
CONTRADICTED: Final = Parameter(
    "contradicted-persons", 2, "电话与入户答复相反的人数", "persons whose answers by phone and at home differ"
)


def _dead(ctx: Context) -> Select[Any]:
    """Attendance after the day of death, by a record or by a list, whichever came first."""
    a, d, o = lead_tables().evidence.rows.c, dated_tables().deaths.c, outside_tables().entries
    listed_dead = select(o.c.person, o.c.effective_on, o.c.first_position).where(o.c.list_kind == "deaths", known(o))
    deaths = union_all(select(d.person, d.died_on, d.position), listed_dead).subquery().c
    return (
        select(
            (literal("person:") + a.person).label("subject"),
            (literal("class:") + a.training_class).label("subject_2"),
            func.substr(a.training_class, 2, 6).label("region"),
            paid_for_person(a.person, a.training_class).label("sum_fen"),
            listed(a.position).label("positions"),
            listed(deaths.position).label("positions_death"),
            a.person,
            a.training_class,
            func.max(a.last_on).label("last_on"),
            func.min(deaths.died_on).label("died_on"),
        )
        .join_from(deaths.person.table, lead_tables().evidence.rows, a.person == deaths.person)
        .where(a.last_on > deaths.died_on, ctx.only("person", a.person))
        .group_by(a.person, a.training_class)
    )


def _with_status(statuses: Sequence[str], list_kind: str, but_kinds: Sequence[str]) -> Any:
    """A query: who attended a class on days on which a record or a list has them as something else."""

    def query(ctx: Context) -> Select[Any]:
        a, s, c = lead_tables().evidence.rows.c, dated_tables().statuses.c, ledger_tables().classes.c
        o = outside_tables().entries
        stated = select(s.person, s.since, s.until, s.position, s.source_list).where(s.status.in_(statuses))
        begins, ends = held(o, outside_tables().lists)
        by_list = select(o.c.person, begins, ends, o.c.first_position, o.c.outside_list).where(
            o.c.list_kind == list_kind, o.c.person.is_not(None), known(o)
        )
        said = union_all(stated, by_list).subquery().c
        then = and_(
            said.person == a.person, said.since <= a.first_on, or_(said.until.is_(None), said.until >= a.last_on)
        )
        return (
            select(
                (literal("person:") + a.person).label("subject"),
                (literal("class:") + a.training_class).label("subject_2"),
                c.county.label("region"),
                paid_for_person(a.person, a.training_class).label("sum_fen"),
                listed(a.position).label("positions"),
                listed(said.position).label("positions_list"),
                a.person,
                a.training_class,
                func.min(said.since).label("since"),
                func.max(said.source_list).label("source_list"),
            )
            .join_from(said.person.table, lead_tables().evidence.rows, then)
            .join(ledger_tables().classes, c.training_class == a.training_class)
            .where(c.programme_kind.not_in(but_kinds), a.days > 0, ctx.only("person", a.person))
            .group_by(a.person, a.training_class, c.county)
        )

    return query


def _denied(ctx: Context) -> Select[Any]:
    """Classes of which several trainees say themselves that they took no part."""
    t, c = lead_tables().evidence.answers.c, ledger_tables().classes.c
    no = func.sum(1 - t.took_part)
    return (
        select(
            (literal("class:") + t.training_class).label("subject"),
            c.county.label("region"),
            (paid_for(t.training_class) * no // func.count()).label("sum_fen"),
            listed(t.position).label("positions"),
            t.training_class,
            no.label("persons"),
            func.count().label("answers"),
        )
        .join_from(lead_tables().evidence.answers, ledger_tables().classes, c.training_class == t.training_class)
        .where(ctx.only("class", t.training_class))
        .group_by(t.training_class, c.county, c.ends_on)
        .having(
            no >= ctx.limit(DENIED_PERSONS.name, c.ends_on, c.county),
            no * 100 >= func.count() * ctx.limit(DENIED_PERCENT.name, c.ends_on, c.county),
        )
    )


def _contradicted(ctx: Context) -> Select[Any]:
    """Trainees who said yes by phone and no at home."""
    answers = lead_tables().evidence.answers
    yes, no, c = answers.alias("yes").c, answers.alias("no").c, ledger_tables().classes.c
    return (
        select(
            (literal("class:") + yes.training_class).label("subject"),
            c.county.label("region"),
            (paid_for(yes.training_class) * func.count(yes.person.distinct()) // func.max(c.seats_taken)).label(
                "sum_fen"
            ),
            listed(yes.position).label("positions"),
            listed(no.position).label("positions_no"),
            yes.training_class,
            func.count(yes.person.distinct()).label("persons"),
        )
        .join_from(
            yes.position.table,
            no.position.table,
            and_(no.training_class == yes.training_class, no.person == yes.person),
        )
        .join(ledger_tables().classes, c.training_class == yes.training_class)
        .where(
            yes.channel.in_(("own-phone", "terminal", "letter")),
            yes.took_part == 1,
            no.channel == "home-visit",
            no.took_part == 0,
            c.seats_taken > 0,
            ctx.only("class", yes.training_class),
        )
        .group_by(yes.training_class, c.county, c.ends_on)
        .having(func.count(yes.person.distinct()) >= ctx.limit(CONTRADICTED.name, c.ends_on, c.county))
    )


def _status_rule(id: str, zh: str, en: str, innocent: tuple[str, str], pattern: str, query: Any) -> Rule:
    return Rule(
        id=id,
        version=1,
        kind="person",
        zh=f"培训期间{zh}",
        en=f"{en} while trained",
        question_zh=f"是否有人在培训期间,按名单{zh}?",
        question_en=f"Was somebody, by a list, {en} on the days of the training?",
        says_zh=f"{{person}} 参加 {{training_class}} 班期间,名单({{source_list}})自 {{since}} 起列为{zh}。请核对该人当时的身份。",
        says_en=f"While {{person}} attended class {{training_class}}, a list ({{source_list}}) has the person as {en} from {{since}} on. What held at that time should be checked.",
        innocent_zh=innocent[0],
        innocent_en=innocent[1],
        severity="high",
        patterns=(pattern,),
        query=query,
    )


IDENTITIES: Final = (
    Rule(
        id="identities.attended-after-death",
        version=1,
        kind="person",
        zh="去世后仍有考勤",
        en="marked present after death",
        question_zh="是否有人在登记的死亡日期之后仍被登记出勤?",
        question_en="Is anybody marked present after the recorded day of death?",
        says_zh="{person} 登记于 {died_on} 去世,{training_class} 班考勤到 {last_on}。请核对死亡登记和考勤。",
        says_en="{person} is recorded as dead since {died_on}, and marked present in class {training_class} until {last_on}. Death record and sheet should be compared.",
        innocent_zh="死亡登记迟报或有误;同名、号码录错。",
        innocent_en="The death was recorded late or wrongly; a namesake, or a mistyped number.",
        severity="high",
        patterns=("F03",),
        query=_dead,
    ),
    _status_rule(
        "identities.in-school",
        "在校",
        "at school",
        (
            "两后生本来就在职校;学籍未及时注销。",
            "School leavers sit in vocational schools; the school roll was not closed in time.",
        ),
        "F06",
        _with_status(("in-school",), "school-rolls", ("two-after",)),
    ),
    _status_rule(
        "identities.on-payroll",
        "由财政供养",
        "on the public payroll",
        (
            "村医、公益性岗位、退役军人也在发放表上;干部培训本来面向在职人员。",
            "Village doctors, public-welfare posts and former soldiers are on such tables too; cadre training is for staff.",
        ),
        "F05",
        _with_status(("on-payroll",), "payroll", ("cadre", "party-secretary")),
    ),
    _status_rule(
        "identities.retired",
        "领取养老金",
        "drawing a pension",
        ("领取的是遗属补助;提前退休后再就业。", "A survivor's pension; somebody retired early and works again."),
        "F06",
        _with_status(("retired",), "pensions", ("cadre", "party-secretary")),
    ),
    _status_rule(
        "identities.employed",
        "在职参保",
        "insured as an employee",
        ("原单位续缴;灵活就业人员自行缴费。", "A former employer went on paying; flexible workers insure themselves."),
        "F07",
        _with_status(
            ("insured-as-worker", "employed"), "social-insurance", ("improvement", "cadre", "party-secretary", "union")
        ),
    ),
    Rule(
        id="identities.denied-by-trainees",
        version=1,
        kind="class",
        zh="多名学员称未参训",
        en="trainees say they took no part",
        question_zh="一个班里是否有多人亲自答复没有参加过培训?",
        question_en="Did several trainees of one class say themselves that they took no part?",
        says_zh="{training_class} 班有 {persons} 名学员(共 {answers} 份答复)称未参加培训。请逐人核实。",
        says_en="{persons} trainees of class {training_class} ({answers} answers in all) say they took no part. Each should be asked again.",
        innocent_zh="家人代答;学员记不清班名。",
        innocent_en="A relative answered; the trainee does not know the class by that name.",
        severity="high",
        patterns=("F01", "F02"),
        parameters=(DENIED_PERSONS, DENIED_PERCENT),
        query=_denied,
    ),
    Rule(
        id="identities.phone-against-visit",
        version=1,
        kind="class",
        zh="电话答复与入户答复相反",
        en="yes by phone, no at home",
        question_zh="是否有学员电话里说参加了,入户时却说没有?",
        question_en="Did trainees say yes by phone and no when visited?",
        says_zh="{training_class} 班有 {persons} 人电话称参训、入户称未参训。请另派人员入户核实。",
        says_en="{persons} trainees of class {training_class} said yes by phone and no at home. Somebody else should visit them.",
        innocent_zh="接电话的是家人;回答简短易被记错。",
        innocent_en="A relative took the call; short answers are easily noted wrongly.",
        severity="medium",
        patterns=("F34",),
        parameters=(CONTRADICTED,),
        query=_contradicted,
    ),
)
