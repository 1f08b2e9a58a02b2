"""Rules about who is tied to whom: accounts of institutions among persons', recorders and payees of one household."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Select, and_, func, literal, or_, select

from taizhang.projections.funds.tables import fund_tables
from taizhang.projections.rules.rule import Context, Parameter, Rule, listed, paid_for
from taizhang.projections.rules.tables import lead_tables, ledger_tables, posting_tables

EMPLOYED: Final = Parameter("one-employer-persons", 15, "同一单位就业人数", "persons at one employer")
EMPLOYED_PERCENT: Final = Parameter("one-employer-percent", 90, "占全班百分比", "per cent of the class")
COPIED: Final = Parameter("copied-confirmations", 15, "完全相同的佐证数", "confirmations in the same words")
COPIED_PERCENT: Final = Parameter("copied-confirmations-percent", 80, "占全班百分比", "per cent of the class")


def _account_of_both(_: Context) -> Select[Any]:
    """Accounts that a person and an institution both name as theirs."""
    b, s = fund_tables().accounts.c, fund_tables().steps.c
    paid = (
        select(func.coalesce(func.sum(s.amount_fen), 0))
        .where(s.bank_account == b.bank_account, s.kind == "subsidy-paid", s.void == 0, s.replaced_at.is_(None))
        .correlate_except(fund_tables().steps)
        .scalar_subquery()
    )
    county = (
        select(func.min(s.region)).where(s.bank_account == b.bank_account).correlate_except(fund_tables().steps)
    ).scalar_subquery()
    return select(
        (literal("account:") + b.bank_account).label("subject"),
        func.coalesce(county, "620000").label("region"),
        paid.label("sum_fen"),
        b.position,
        b.bank_account.label("account"),
        b.persons,
        b.institutions,
    ).where(b.persons > 0, b.institutions > 0)


def _own_household(_: Context) -> Select[Any]:
    """Payments to somebody of the household of an official who signs in, recorded or approved by that official."""
    p, m, n = posting_tables().postings.c, ledger_tables().members, fund_tables().steps.c
    own, other = m.alias("own").c, m.alias("other").c
    return (
        select(
            (literal("officer:") + p.officer).label("subject"),
            (literal("person:") + n.person).label("subject_2"),
            n.region,
            func.sum(n.amount_fen).label("sum_fen"),
            listed(n.position).label("positions"),
            func.min(p.position).label("position_posting"),
            p.officer,
            n.person,
            func.count().label("payments"),
        )
        .join_from(posting_tables().postings, own.person.table, and_(own.person == p.official, own.belongs == 1))
        .join(other.person.table, and_(other.household == own.household, other.belongs == 1))
        .join(fund_tables().steps, and_(n.person == other.person, n.kind == "subsidy-paid"))
        .where(
            p.officer.is_not(None),
            p.officer != "",
            or_(n.recorded_by == p.officer, n.approver == p.officer),
            n.void == 0,
            n.replaced_at.is_(None),
        )
        .group_by(p.officer, n.person, n.region)
    )


def _one_employer(ctx: Context) -> Select[Any]:
    """Classes of which nearly everybody is said to work at one employer, and no second source says so."""
    g, c = lead_tables().evidence.employment.c, ledger_tables().classes.c
    confirmed = lead_tables().evidence.employment.alias("confirmed").c
    proof = (
        select(func.coalesce(func.sum(confirmed.persons), 0))
        .where(confirmed.training_class == g.training_class, confirmed.said == "confirmed")
        .correlate_except(confirmed.said.table)
        .scalar_subquery()
    )
    of_day = (
        select(
            g.training_class,
            g.employer,
            g.happened_on,
            func.sum(g.persons).label("persons"),
            func.min(g.position).label("position"),
            proof.label("confirmed"),
        )
        .where(g.said == "reported", g.employer != "", ctx.only("class", g.training_class))
        .group_by(g.training_class, g.employer, g.happened_on)
        .subquery()
    )
    d = of_day.c
    persons = func.max(d.persons)
    return (
        select(
            (literal("class:") + d.training_class).label("subject"),
            c.county.label("region"),
            paid_for(d.training_class).label("sum_fen"),
            listed(d.position).label("positions"),
            d.training_class,
            d.employer,
            persons.label("persons"),
        )
        .join_from(of_day, ledger_tables().classes, c.training_class == d.training_class)
        .where(d.confirmed == 0)
        .group_by(d.training_class, d.employer, c.county, c.ends_on, c.seats_taken)
        .having(
            persons >= ctx.limit(EMPLOYED.name, c.ends_on, c.county),
            persons * 100 >= c.seats_taken * ctx.limit(EMPLOYED_PERCENT.name, c.ends_on, c.county),
        )
    )


def _copied_confirmations(ctx: Context) -> Select[Any]:
    """Classes whose confirmations of work are the same words about nearly everybody, of one day."""
    g, c = lead_tables().evidence.employment.c, ledger_tables().classes.c
    persons = func.sum(g.persons)
    return (
        select(
            (literal("class:") + g.training_class).label("subject"),
            c.county.label("region"),
            paid_for(g.training_class).label("sum_fen"),
            listed(g.position).label("positions"),
            g.training_class,
            func.min(g.words).label("source"),
            persons.label("persons"),
        )
        .join_from(lead_tables().evidence.employment, ledger_tables().classes, c.training_class == g.training_class)
        .where(g.said == "confirmed", ctx.only("class", g.training_class))
        .group_by(g.training_class, g.words, g.employer, g.happened_on, c.county, c.ends_on, c.seats_taken)
        .having(
            persons >= ctx.limit(COPIED.name, c.ends_on, c.county),
            persons * 100 >= c.seats_taken * ctx.limit(COPIED_PERCENT.name, c.ends_on, c.county),
        )
    )


RELATIONS: Final = (
    Rule(
        id="relations.account-of-person-and-institution",
        version=1,
        kind="whole",
        wakes=("funds.",),
        zh="个人与机构同用一个账户",
        en="a person's and an institution's account in one",
        question_zh="是否有账户既登记为个人账户,又登记为培训机构账户?",
        question_en="Is an account registered both as a person's and as an institution's?",
        says_zh="账户 {account} 同时登记在 {persons} 人和 {institutions} 个机构名下。请向银行核对户主。",
        says_en="Account {account} is registered for {persons} persons and {institutions} institutions. The bank should be asked whose it is.",
        innocent_zh="个体办学者本人也是学员;账户录错一位。",
        innocent_en="The owner of a small school was a trainee too; one digit was mistyped.",
        severity="high",
        patterns=("F12", "F38", "F39"),
        query=_account_of_both,
    ),
    Rule(
        id="relations.own-household",
        version=1,
        kind="whole",
        wakes=("funds.", "households.", "postings."),
        zh="经办人与收款人同户",
        en="officer and payee of one household",
        question_zh="付款的经办人或批准人是否与收款人同户?",
        question_en="Is who recorded or approved a payment of the payee's household?",
        says_zh="{officer} 经办或批准了 {payments} 笔付给同户 {person} 的款项。请核对是否回避。",
        says_en="{officer} recorded or approved {payments} payments to {person} of the same household. Whether somebody else should have done so is to be checked.",
        innocent_zh="小县人手少;家属确实参训。",
        innocent_en="Small counties have few people; the relative really was trained.",
        severity="high",
        patterns=("F13", "F44"),
        query=_own_household,
    ),
)
EMPLOYMENT: Final = (
    Rule(
        id="employment.one-employer",
        version=1,
        kind="class",
        zh="全班在同一单位就业且无佐证",
        en="a whole class at one employer, unconfirmed",
        question_zh="是否全班几乎都报在同一单位就业,却没有任何第二来源佐证?",
        question_en="Is nearly a whole class said to work at one employer, with no second source?",
        says_zh="{training_class} 班有 {persons} 人报在“{employer}”就业,没有第二来源佐证。请向该单位和社保核对。",
        says_en="{persons} persons of class {training_class} are said to work at {employer}, and no second source says so. The employer and the insurer should be asked.",
        innocent_zh="订单班;季节性用工没有社保。",
        innocent_en="A class to an employer's order; seasonal work without insurance.",
        severity="medium",
        patterns=("F07", "F30"),
        parameters=(EMPLOYED, EMPLOYED_PERCENT),
        query=_one_employer,
    ),
    Rule(
        id="employment.copied-confirmations",
        version=1,
        kind="class",
        zh="就业佐证千篇一律",
        en="confirmations in the same words",
        question_zh="全班的就业佐证是否同日、同单位、同样文字?",
        question_en="Are the confirmations of a class's work of one day, one employer and the same words?",
        says_zh="{training_class} 班 {persons} 人的就业佐证(“{source}”)同日、同单位、同文字。请调阅佐证原件。",
        says_en="The confirmations of {persons} persons of class {training_class} ({source}) are of one day, one employer and the same words. The originals should be looked at.",
        innocent_zh="用人单位出具了一份集体证明。",
        innocent_en="The employer gave one certificate for all.",
        severity="low",
        patterns=("F30",),
        parameters=(COPIED, COPIED_PERCENT),
        query=_copied_confirmations,
    ),
)
