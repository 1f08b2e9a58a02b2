"""Rules that need an outside list: businesses closed again, licences that do not cover a class, accounts of others."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Select, and_, exists, func, literal, or_, select

from taizhang.projections.funds.tables import fund_tables
from taizhang.projections.outside.tables import held, known, outside_tables
from taizhang.projections.rules.rule import Context, Parameter, Rule, days_between, listed, paid_for, paid_for_person
from taizhang.projections.rules.tables import lead_tables, ledger_tables

CLOSED_DAYS: Final = Parameter("business-closed-days", 180, "开办至注销的天数", "days from registration to closing")
ONE_UNIT: Final = Parameter("one-unit-persons", 10, "同一参保单位的学员数", "trainees insured by one employer")
ONE_UNIT_PERCENT: Final = Parameter("one-unit-percent", 50, "占全班百分比", "per cent of the class")


def _closed_again(ctx: Context) -> Select[Any]:
    """Trainees reported as self-employed whose business was closed soon after it was registered."""
    e, o = ledger_tables().enrolments.c, outside_tables().entries
    lasted = days_between(o.c.until, o.c.since)
    own = or_(*(column == "self-employed" for column in (e.employed_1, e.employed_3, e.employed_6)))
    return (
        select(
            (literal("person:") + e.person).label("subject"),
            (literal("class:") + e.training_class).label("subject_2"),
            e.county.label("region"),
            paid_for_person(e.person, e.training_class).label("sum_fen"),
            e.position,
            listed(o.c.first_position).label("positions"),
            e.person,
            e.training_class,
            func.min(o.c.since).label("since"),
            func.max(o.c.until).label("until"),
            func.min(lasted).label("days"),
        )
        .join_from(o, ledger_tables().enrolments, e.person == o.c.person)
        .where(
            o.c.list_kind == "business-registrations",
            known(o),
            own,
            lasted >= 0,
            lasted <= ctx.limit(CLOSED_DAYS.name, o.c.since, e.county),
            ctx.only("person", e.person),
        )
        .group_by(e.person, e.training_class, e.county, e.position)
    )


def _one_unit(ctx: Context) -> Select[Any]:
    """Classes many of whose trainees one employer insured while they were trained as out of work."""
    a, c, o = lead_tables().evidence.rows.c, ledger_tables().classes.c, outside_tables().entries
    begins, ends = held(o, outside_tables().lists)
    persons = func.count(a.person.distinct())
    return (
        select(
            (literal("class:") + a.training_class).label("subject"),
            c.county.label("region"),
            paid_for(a.training_class).label("sum_fen"),
            listed(a.position).label("positions"),
            listed(o.c.first_position).label("positions_list"),
            a.training_class,
            o.c.named_unit.label("unit"),
            persons.label("persons"),
        )
        .join_from(
            o, lead_tables().evidence.rows, and_(o.c.person == a.person, begins <= a.first_on, ends >= a.last_on)
        )
        .join(ledger_tables().classes, c.training_class == a.training_class)
        .where(
            o.c.list_kind == "social-insurance",
            o.c.named_unit != "",
            known(o),
            c.programme_kind.not_in(("improvement", "cadre", "party-secretary", "union")),
            ctx.only("class", a.training_class),
        )
        .group_by(a.training_class, o.c.named_unit, c.county, c.ends_on, c.seats_taken)
        .having(
            persons >= ctx.limit(ONE_UNIT.name, c.ends_on, c.county),
            persons * 100 >= c.seats_taken * ctx.limit(ONE_UNIT_PERCENT.name, c.ends_on, c.county),
        )
    )


def _licence(ctx: Context) -> Select[Any]:
    """Classes held by an institution outside the days of the licences that a list of licences gives it."""
    c, o = ledger_tables().classes.c, outside_tables().entries
    inner = o.alias("licence")
    covers = exists(
        select(inner.c.position)
        .where(
            inner.c.institution == c.institution,
            inner.c.list_kind == "licences",
            known_of(inner),
            or_(inner.c.since.is_(None), inner.c.since <= c.starts_on),
            or_(inner.c.until.is_(None), inner.c.until >= c.ends_on),
        )
        .correlate(ledger_tables().classes)
    )
    return (
        select(
            (literal("institution:") + c.institution).label("subject"),
            func.min(c.county).label("region"),
            func.sum(paid_for(c.training_class)).label("sum_fen"),
            listed(c.position).label("positions"),
            func.max(o.c.first_position).label("position_list"),
            c.institution,
            func.count(c.training_class.distinct()).label("classes"),
            func.min(c.starts_on).label("since"),
        )
        .join_from(o, ledger_tables().classes, c.institution == o.c.institution)
        .where(
            o.c.list_kind == "licences",
            known(o),
            c.sessions_held > 0,
            ~covers,
            ctx.only("institution", c.institution),
        )
        .group_by(c.institution)
    )


def _other_owner(ctx: Context) -> Select[Any]:
    """Accounts that were paid and that the bank returns under another name."""
    o, s = outside_tables().entries, fund_tables().steps.c
    paid = (
        select(func.coalesce(func.sum(s.amount_fen), 0))
        .where(s.bank_account == o.c.account, s.kind == "subsidy-paid", s.void == 0, s.replaced_at.is_(None))
        .correlate(o)
        .scalar_subquery()
    )
    return (
        select(
            (literal("account:") + o.c.account).label("subject"),
            o.c.region,
            func.max(paid).label("sum_fen"),
            listed(o.c.first_position).label("positions"),
            o.c.account,
            func.max(o.c.says).label("says"),
        )
        .where(
            o.c.list_kind == "bank-returns",
            o.c.account.is_not(None),
            o.c.name_differs == 1,
            known(o),
            ctx.only("account", o.c.account),
        )
        .group_by(o.c.account, o.c.region)
    )


def known_of(table: Any) -> Any:
    """Which versions of entries hold now, for a table under another name."""
    return and_(table.c.replaced_at.is_(None), table.c.void == 0)


LISTS: Final = (
    Rule(
        id="employment.business-closed-again",
        version=1,
        kind="person",
        zh="创业不久即注销",
        en="a business closed soon after it began",
        question_zh="报为自主创业的学员,其登记的经营主体是否开办不久就注销?",
        question_en="Was the business of a trainee reported as self-employed closed soon after it was registered?",
        says_zh="{person}({training_class} 班)报为自主创业,工商登记自 {since} 至 {until},共 {days} 天。请核对经营情况。",
        says_en="{person} (class {training_class}) is reported as self-employed; the register has the business from {since} to {until}, {days} days. Whether it traded should be checked.",
        innocent_zh="小微创业失败率本来就高。",
        innocent_en="Many small businesses do fail.",
        severity="low",
        patterns=("F31",),
        parameters=(CLOSED_DAYS,),
        query=_closed_again,
    ),
    Rule(
        id="identities.one-unit-insures-the-class",
        version=1,
        kind="class",
        zh="全班多人由同一单位参保",
        en="one employer insures much of a class",
        question_zh="按失业或农村劳动力培训的班,是否多人当时由同一单位参保?",
        question_en="Were many of a class trained as out of work insured by one employer at that time?",
        says_zh="{training_class} 班有 {persons} 人培训期间由“{unit}”参保。请核对招生对象。",
        says_en="{persons} trainees of class {training_class} were insured by {unit} while trained. Whom the class was for should be checked.",
        innocent_zh="原单位续缴;企业在岗培训本可由他项资金支持。",
        innocent_en="A former employer went on paying; on-the-job training may have funds of its own.",
        severity="high",
        patterns=("F07", "F20"),
        parameters=(ONE_UNIT, ONE_UNIT_PERCENT),
        query=_one_unit,
    ),
    Rule(
        id="institutions.licence-does-not-cover",
        version=1,
        kind="institution",
        zh="办学许可未覆盖培训日期",
        en="licence does not cover the classes",
        question_zh="培训机构是否在许可名单所载有效期之外开班?",
        question_en="Did an institution hold classes outside the days of its licence by the list?",
        says_zh="{institution} 有 {classes} 个班(最早 {since})不在许可名单所载有效期内。请核对许可证原件。",
        says_en="{classes} classes of {institution} (from {since} on) lie outside its licence by the list. The licence should be looked at.",
        innocent_zh="许可正在换证;名单只含在册机构。",
        innocent_en="A renewal was under way; the list has only those that stand today.",
        severity="medium",
        patterns=("F25",),
        query=_licence,
    ),
    Rule(
        id="relations.account-of-another-name",
        version=1,
        kind="account",
        zh="银行户名与收款人不符",
        en="the bank has another name for the account",
        question_zh="银行返回的户名是否与登记的收款人不符?",
        question_en="Does the bank return another name for a payee's account?",
        says_zh="账户 {account} 银行返回的户名与收款人不符({says})。请核对户主和代领手续。",
        says_en="The bank has another name for account {account} ({says}). Whose it is, and whether there is a mandate, should be checked.",
        innocent_zh="户主一卡通代家人领取;姓名用字不同。",
        innocent_en="The head of the household collects for the family; the name is written otherwise.",
        severity="high",
        patterns=("F12", "F37", "F39"),
        query=_other_owner,
    ),
)
