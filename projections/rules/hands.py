"""Rules about one hand behind many: a telephone or an address, an employer, an officer who vouches for what they recorded."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select, union

from taizhang.projections.funds.tables import fund_tables
from taizhang.projections.rules.rule import Context, Parameter, Rule, as_subject, listed, paid_for
from taizhang.projections.rules.tables import lead_tables, ledger_tables, posting_tables

PHONE_PERSONS: Final = Parameter("one-phone-persons", 5, "同一电话的人数", "persons of one telephone number")
PHONE_HOMES: Final = Parameter("one-phone-households", 3, "同一电话的户数", "households of one telephone number")
HOUSE_PERSONS: Final = Parameter("one-address-persons", 12, "同一住址的人数", "persons of one address")
HOUSE_HOMES: Final = Parameter("one-address-households", 4, "同一住址的户数", "households of one address")
ACROSS_CLASSES: Final = Parameter("one-employer-classes", 3, "同一单位涉及的班数", "classes of one employer")
ACROSS_SCHOOLS: Final = Parameter("one-employer-schools", 2, "同一单位涉及的机构数", "institutions of one employer")
ACROSS_PERSONS: Final = Parameter("one-employer-in-all", 60, "各班合计人次", "person-times in all")
OWN_ANSWERS: Final = Parameter(
    "own-second-source", 5, "本人登记的佐证条数", "second sources recorded by the same officer"
)
SECOND: Final = ("answer", "check", "employment")  # what is to be said by somebody else: projections/rules/view.py


def _one_contact(ctx: Context) -> Select[Any]:
    """Telephone numbers and addresses of many trainees who do not live together."""
    ledger = ledger_tables()
    k, e, m, s = lead_tables().evidence.contacts.c, ledger.enrolments.c, ledger.members.c, fund_tables().shares.c
    of_it = lead_tables().evidence.contacts.alias("of_it").c
    paid = (
        select(func.coalesce(func.sum(s.amount_fen), 0))
        .where(s.person.in_(select(of_it.person).where(of_it.contact == k.contact)))
        .correlate(lead_tables().evidence.contacts)
        .scalar_subquery()
    )
    persons, homes = func.count(k.person.distinct()), func.count(func.coalesce(m.household, k.person).distinct())
    county, last = func.min(e.county), func.max(e.enrolled_on)

    def limit(phone: Parameter, house: Parameter) -> ColumnElement[int]:
        return case((k.kind == "phone", ctx.limit(phone.name, last, county)), else_=ctx.limit(house.name, last, county))

    return (
        select(
            (literal("contact:") + k.contact).label("subject"),
            county.label("region"),
            paid.label("sum_fen"),
            func.max(k.position).label("position"),
            case((k.kind == "phone", "电话"), else_="住址").label("what_zh"),
            case((k.kind == "phone", "telephone number"), else_="address").label("what_en"),
            k.contact,
            persons.label("persons"),
            homes.label("households"),
        )
        .join_from(lead_tables().evidence.contacts, ledger.enrolments, e.person == k.person)
        .join(ledger.members, and_(m.person == k.person, m.belongs == 1), isouter=True)
        .where(e.enrolled_on.is_not(None), ctx.only("contact", k.contact))
        .group_by(k.contact, k.kind)
        .having(persons >= limit(PHONE_PERSONS, HOUSE_PERSONS), homes >= limit(PHONE_HOMES, HOUSE_HOMES))
    )


def _tied_to_payee(_: Context) -> Select[Any]:
    """Payments recorded or approved by an official who shares an account or a telephone with the payee."""
    p, n, b = posting_tables().postings.c, fund_tables().steps.c, fund_tables().accounts.c
    own, other = (lead_tables().evidence.contacts.alias(name).c for name in ("own", "other"))
    by_account = (
        select(p.officer, n.person, literal("account").label("how"), n.position, n.region, n.amount_fen)
        .join_from(posting_tables().postings, fund_tables().steps, _handled(p, n))
        .join(fund_tables().accounts, b.bank_account == n.bank_account)
        .where((literal(",") + b.holders + ",").contains(literal(",person:") + p.official + ","))
    )
    by_contact = (
        select(p.officer, n.person, literal("contact").label("how"), n.position, n.region, n.amount_fen)
        .join_from(posting_tables().postings, own.person.table, own.person == p.official)
        .join(other.person.table, and_(other.contact == own.contact, other.person != own.person))
        .join(fund_tables().steps, and_(n.person == other.person, _handled(p, n)))
    )
    t = union(by_account, by_contact).subquery().c
    return select(
        (literal("officer:") + t.officer).label("subject"),
        (literal("person:") + t.person).label("subject_2"),
        t.region,
        func.sum(t.amount_fen).label("sum_fen"),
        listed(t.position).label("positions"),
        t.officer,
        t.person,
        case((t.how == "account", "同一银行账户"), else_="同一电话或住址").label("what_zh"),
        case((t.how == "account", "an account"), else_="a telephone or an address").label("what_en"),
        func.count().label("payments"),
    ).group_by(t.officer, t.person, t.how, t.region)


def _handled(p: Any, n: Any) -> ColumnElement[bool]:
    """Payments in force to somebody else that the official recorded or approved under their own sign-in."""
    return and_(
        p.officer.is_not(None),
        p.officer != "",
        n.kind == "subsidy-paid",
        n.person != p.official,
        or_(n.recorded_by == p.officer, n.approver == p.officer),
        n.void == 0,
        n.replaced_at.is_(None),
    )


def _employer_across(ctx: Context) -> Select[Any]:
    """Employers at which people of several classes and institutions are said to work, and no second source says so."""
    g, c = lead_tables().evidence.employment.c, ledger_tables().classes.c
    confirmed = lead_tables().evidence.employment.alias("confirmed").c
    proved = select(confirmed.training_class).where(confirmed.said == "confirmed", confirmed.persons > 0)
    name = as_subject(g.employer)
    of_class = (
        select(
            name.label("employer"),
            g.training_class,
            func.sum(g.persons).label("persons"),
            func.min(g.position).label("position"),
        )
        .where(
            g.said == "reported",
            g.employer != "",
            g.persons > 0,
            g.training_class.not_in(proved),
            ctx.only("employer", name),
        )
        .group_by(name, g.training_class)
        .subquery()
    )
    d = of_class.c
    classes, schools, persons = func.count(), func.count(c.institution.distinct()), func.sum(d.persons)
    county, last = c.county, func.max(c.ends_on)
    return (
        select(
            (literal("employer:") + d.employer).label("subject"),
            (literal("region:") + c.county).label("subject_2"),
            c.county.label("region"),
            literal(0).label("sum_fen"),
            listed(d.position).label("positions"),
            d.employer,
            classes.label("classes"),
            schools.label("schools"),
            persons.label("persons"),
        )
        .join_from(of_class, ledger_tables().classes, c.training_class == d.training_class)
        .group_by(d.employer, c.county)  # two firms of one name are two firms
        .having(
            classes >= ctx.limit(ACROSS_CLASSES.name, last, county),
            schools >= ctx.limit(ACROSS_SCHOOLS.name, last, county),
            persons >= ctx.limit(ACROSS_PERSONS.name, last, county),
        )
    )


def _own_second_source(ctx: Context) -> Select[Any]:
    """Classes of which one officer recorded the attendance and also what others are to say about it."""
    mine, own, c = (
        lead_tables().evidence.handlers.c,
        lead_tables().evidence.handlers.alias("own"),
        ledger_tables().classes.c,
    )
    facts = func.sum(own.c.facts)
    return (
        select(
            (literal("class:") + mine.training_class).label("subject"),
            (literal("officer:") + mine.officer).label("subject_2"),
            c.county.label("region"),
            paid_for(mine.training_class).label("sum_fen"),
            mine.position,
            listed(own.c.position).label("positions"),
            mine.training_class,
            mine.officer,
            mine.facts.label("marks"),
            facts.label("sources"),
        )
        .join_from(
            lead_tables().evidence.handlers,
            own,
            and_(own.c.training_class == mine.training_class, own.c.officer == mine.officer, own.c.what.in_(SECOND)),
        )
        .join(ledger_tables().classes, c.training_class == mine.training_class)
        .where(mine.what == "attendance", ctx.only("class", mine.training_class))
        .group_by(mine.training_class, mine.officer, mine.position, mine.facts, c.county, c.ends_on)
        .having(facts >= ctx.limit(OWN_ANSWERS.name, c.ends_on, c.county))
    )


HANDS: Final = (
    Rule(
        id="relations.one-contact",
        version=1,
        kind="contact",
        zh="多户多人同一电话或住址",
        en="one telephone or address for many households",
        question_zh="是否有多户的学员填了同一个电话或同一个住址?",
        question_en="Did trainees of several households state one telephone number, or one address?",
        says_zh="{persons} 名学员、{households} 户填了同一{what_zh}(保险库内比对,编号 {contact})。请抽查能否联系到本人。",
        says_en="{persons} trainees of {households} households stated one {what_en} (compared in the vault, id {contact}). Whether they can be reached themselves should be tried.",
        innocent_zh="没有电话的人填了村干部或亲戚的;集中安置点、宿舍的门牌。",
        innocent_en="People without a telephone gave the village clerk's or a relative's; a resettlement block or a dormitory has one number.",
        severity="medium",
        patterns=("F01", "F11"),
        parameters=(PHONE_PERSONS, PHONE_HOMES, HOUSE_PERSONS, HOUSE_HOMES),
        query=_one_contact,
    ),
    Rule(
        id="relations.officer-tied-to-payee",
        version=1,
        kind="whole",
        wakes=("funds.", "postings.", "people.contact-shared"),
        zh="经办人与收款人有共同账户或电话",
        en="officer and payee share an account or a telephone",
        question_zh="付款的经办人或批准人,是否与收款人共用银行账户、电话或住址?",
        question_en="Does who recorded or approved a payment share an account, a telephone or an address with the payee?",
        says_zh="{officer} 经办或批准了 {payments} 笔付给 {person} 的款项,两人登记了{what_zh}。请核对关系和是否回避。",
        says_en="{officer} recorded or approved {payments} payments to {person}; both registered {what_en}. How they are related, and whether somebody else should have done so, is to be checked.",
        innocent_zh="亲属代收;同住一栋楼;号码登记有误。",
        innocent_en="A relative receives for somebody; both live in one block; a number was mistyped.",
        severity="high",
        patterns=("F12", "F44"),
        query=_tied_to_payee,
    ),
    Rule(
        id="relations.own-second-source",
        version=1,
        kind="class",
        zh="考勤与佐证同一人登记",
        en="attendance and its second source by one officer",
        question_zh="登记考勤的人,是否又登记了本应由他人作出的现场清点、学员答复或就业佐证?",
        question_en="Did who recorded a class's attendance also record the counts, answers or confirmations that others are to give?",
        says_zh="{training_class} 班的考勤({marks} 条)与佐证({sources} 条)都由 {officer} 登记。请由他人抽查几名学员。",
        says_en="The attendance of class {training_class} ({marks} rows) and its second sources ({sources}) were both recorded by {officer}. Somebody else should ask some of the trainees.",
        innocent_zh="县里人手少,一人录入各方交来的纸质材料。",
        innocent_en="Few hands in a small county: one officer puts in the papers that others hand over.",
        severity="low",
        patterns=("F01", "F34"),
        parameters=(OWN_ANSWERS,),
        query=_own_second_source,
    ),
    Rule(
        id="employment.one-employer-across",
        version=1,
        kind="employer",
        zh="一家单位接收多个班且无佐证",
        en="one employer for many classes, unconfirmed",
        question_zh="是否有一家单位,在几家机构的多个班里都被填报为就业单位,却没有任何佐证?",
        question_en="Is one employer reported for several classes of several institutions, with no second source?",
        says_zh="“{employer}”被 {schools} 家机构的 {classes} 个班填报为就业单位,共 {persons} 人次,没有佐证。请核对该单位规模和用工。",
        says_en="{employer} is reported as employer {persons} times for people of {classes} classes of {schools} institutions, and no second source says so. The size of the firm and whom it employs should be checked.",
        innocent_zh="当地的大企业或工业园;劳务公司统一输出。",
        innocent_en="A large local firm or park; an agency sends workers out.",
        severity="medium",
        patterns=("F30",),
        parameters=(ACROSS_CLASSES, ACROSS_SCHOOLS, ACROSS_PERSONS),
        query=_employer_across,
    ),
)
