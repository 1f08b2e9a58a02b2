"""Household register 贫困户登记表: households with attribute and causes, their members, and who left poverty when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from taizhang.adapters.forms.field_names import FieldName as F
from taizhang.adapters.importing.context import Context
from taizhang.adapters.importing.household import Heads, Household, Turn, heads_of, household_of, relation_of
from taizhang.adapters.importing.people import Stating
from taizhang.adapters.importing.roster import personal
from taizhang.adapters.importing.rows import CHUNK_ROWS, Planned, Table, Unusable, Values
from taizhang.adapters.importing.status import Statuses
from taizhang.adapters.importing.trainees import identity_of
from taizhang.adapters.sheets.cells import clean_name, clean_text
from taizhang.adapters.vault.statements import plain_name
from taizhang.domain.core import Fact, PersonId
from taizhang.domain.household_changes import ListHouseholdMember
from taizhang.domain.households import (
    REGISTER_FACTS,
    HouseholdAttributeStated,
    HouseholdExited,
    HouseholdId,
    HouseholdMemberListed,
    HouseholdRegistered,
    HouseholdReturned,
)
from taizhang.domain.identity import Identity

Row = tuple[Planned, Values, Values]  # the row, all that is said of it, what it says itself


class _Member(NamedTuple):
    planned: Planned
    values: Values
    identity: Identity | None
    household: Household


class _Register:
    """What the log says of the households of this run, and what the run has proposed itself."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._facts: dict[HouseholdId, list[Fact]] = {}
        self._listed: dict[HouseholdId, dict[PersonId, HouseholdMemberListed]] = {}
        self.statuses = Statuses(context)

    def facts(self, household: HouseholdId) -> list[Fact]:
        """Oldest first; what is proposed is added at the end."""
        if household not in self._facts:
            self._facts[household] = self._context.lookup.in_force(list(REGISTER_FACTS), f"household:{household}")
        return self._facts[household]

    def listed(self, household: HouseholdId) -> dict[PersonId, HouseholdMemberListed]:
        if household not in self._listed:
            found = self._context.lookup.in_force([HouseholdMemberListed], f"household:{household}")
            self._listed[household] = {one.person: one for one in found}
        return self._listed[household]


def plan(tables: Sequence[Table], context: Context) -> Iterator[list[Planned]]:
    """Households, persons, memberships and exits of every row."""
    register = _Register(context)
    for table in tables:
        own: list[Row] = [(table.planned(row), table.about(row.values), row.values) for row in table.form.rows]
        rows = [*_head(table, own), *own]
        heads = heads_of(about for _, about, _ in rows)
        for start in range(0, len(rows), CHUNK_ROWS // 2):
            yield _chunk(table, rows[start : start + CHUNK_ROWS // 2], heads, register, context)


def _head(table: Table, rows: Sequence[Row]) -> list[Row]:
    """The head of the household, whom a form names above its list of members and often not in it."""
    name = clean_name(table.head.get(F.HEAD_NAME))
    if not name or any(plain_name(clean_name(own.get(F.PERSON_NAME))) == plain_name(name) for _, _, own in rows):
        return []
    own = {**table.head, F.PERSON_NAME: name, F.RELATION: "户主"}
    own.pop(F.REMARK, None)  # it stands above the list, so it is about the household
    if F.HEAD_ID_NUMBER in table.head:
        own[F.ID_NUMBER] = table.head[F.HEAD_ID_NUMBER]
    planned = Planned(sheet=table.form.sheet, row=table.form.head[F.HEAD_NAME].row, table=table.key)
    return [(planned, own, own)]


def _chunk(table: Table, rows: Sequence[Row], heads: Heads, register: _Register, context: Context) -> list[Planned]:
    members: list[_Member] = []
    for planned, about, own in rows:
        try:
            household = household_of(table, planned, about, heads, context)
            if not clean_name(own.get(F.PERSON_NAME)):
                raise Unusable("没有填写姓名。请补填后重新导入。", "The name is blank. Fill it in and import again.")
        except Unusable as problem:
            planned.problem = problem.words
            continue
        _register(planned, household, register, context)
        identity = None
        if clean_text(own.get(F.ID_NUMBER)):
            identity = identity_of(planned, own, context, ListHouseholdMember.COMMAND, None)
        if identity is not None or not clean_text(own.get(F.ID_NUMBER)):
            members.append(_Member(planned, own, identity, household))
    _list(members, register, context)
    _exit_all(rows, members, register, context)
    return [planned for planned, _, _ in rows]


def _register(planned: Planned, household: Household, register: _Register, context: Context) -> None:
    """Register the household when it is new; state its attribute when the register said otherwise."""
    facts = register.facts(household.id)
    stated = [f for f in facts if isinstance(f, (HouseholdRegistered, HouseholdAttributeStated, HouseholdReturned))]
    fact: Fact
    if not stated:
        attribute = household.attribute
        if attribute is None:
            planned.note(
                "没有填写贫困户属性,按一般贫困户登记,如不符请更正",
                "no attribute is stated: registered as an ordinary poor household",
            )
            attribute = "poor"
        if not household.dated:
            planned.note(
                f"没有填写识别时间,按 {household.since} 起登记",
                f"no day of identification is stated: registered from {household.since}",
            )
        fact = HouseholdRegistered(
            household=household.id,
            village=household.village,
            attribute=attribute,
            causes=household.causes,
            occurred_on=household.since,
        )
    elif household.attribute is None or stated[-1].attribute == household.attribute:
        return
    else:
        planned.note(
            "贫困户属性与原登记不同,自今日起按本表登记", "the attribute differs from the register: stated from today"
        )
        fact = HouseholdAttributeStated(
            household=household.id,
            attribute=household.attribute,
            causes=household.causes,
            occurred_on=household.since if household.dated else context.origin.today,
        )
    facts.append(fact)
    planned.propose(context.origin, fact)


# -- members ----------------------------------------------------------------------------------------------


def _list(members: Sequence[_Member], register: _Register, context: Context) -> None:
    numbered = [one for one in members if one.identity is not None]
    people = context.people.meet([_stating(one, one.identity, context) for one in numbered if one.identity is not None])
    register.statuses.prepare(people)
    for one, person in zip(numbered, people, strict=True):
        _member(one, person, register, context)
    for one in members:
        if one.identity is None:
            _unnumbered(one, register, context)


def _stating(one: _Member, identity: Identity | None, context: Context) -> Stating:
    fields = personal(one.planned, one.values, identity, context.cleaned)
    return Stating(one.planned, identity, fields, _day(one, context), one.household.county, one.household.village)


def _day(one: _Member, context: Context) -> date:
    return context.happened(one.household.since)


def _unnumbered(one: _Member, register: _Register, context: Context) -> None:
    """A member of whom only the name is known: the household's own of that name, else somebody new."""
    name = clean_name(one.values.get(F.PERSON_NAME))
    known = context.lookup.one_each(context.vault.find_by_name(name, list(register.listed(one.household.id))))
    if len(known) > 1:
        one.planned.problem = Unusable(
            f"该户有 {len(known)} 名同名成员,不能猜测是哪一位。请补填身份证号码。",
            f"{len(known)} members of the household bear this name. Add the identity number.",
        ).words
        return
    made = set() if known else set(context.vault.people_without_identity(1))
    [person] = known or list(made)
    context.people.state([_stating(one, None, context)], [person], made)
    one.planned.note("没有身份证号码,只按姓名登记", "registered by name only: there is no identity number")
    register.statuses.prepare([person])
    _member(one, person, register, context)


def _member(one: _Member, person: PersonId, register: _Register, context: Context) -> None:
    """List the member, and state what the row says the person is."""
    _membership(one, person, register, context)
    day = _day(one, context)
    register.statuses.state(one.planned, person, one.values, day, dated=one.household.dated)


def _membership(one: _Member, person: PersonId, register: _Register, context: Context) -> None:
    listed, relation = register.listed(one.household.id), relation_of(one.values)
    standing = listed.get(person)
    if standing is not None and relation in ("", standing.relation):
        return
    fact = HouseholdMemberListed(
        household=one.household.id, person=person, relation=relation, occurred_on=_day(one, context)
    )
    listed[person] = fact
    one.planned.propose(context.origin, fact)


# -- exits ------------------------------------------------------------------------------------------------


def _exit_all(rows: Sequence[Row], members: Sequence[_Member], register: _Register, context: Context) -> None:
    by_row = {id(one.planned): one.household for one in members}
    for planned, _, _ in rows:
        household = by_row.get(id(planned))
        if household is not None and household.exited is not None:
            _exit(planned, household, household.exited, register, context)
        if household is not None and household.returned is not None:
            _return(planned, household, household.returned, register, context)


def _exit(planned: Planned, household: Household, exited: Turn, register: _Register, context: Context) -> None:
    """Record the exit once for each year; without its day it holds from the end of that month or year."""
    facts = register.facts(household.id)
    if any(isinstance(fact, HouseholdExited) and fact.exit_year == exited.year for fact in facts):
        return
    fact = HouseholdExited(
        household=household.id,
        exit_year=exited.year,
        keeps_support=household.keeps_support,
        occurred_on=context.happened(exited.on),
    )
    facts.append(fact)
    planned.propose(context.origin, fact)
    if exited.day is None:
        zh, en = exited.says
        planned.note(
            f"只有脱贫{zh},脱贫日期按 {fact.occurred_on} 登记",
            f"only the {en} of exit is stated: recorded under {fact.occurred_on}",
        )


def _return(planned: Planned, household: Household, returned: Turn, register: _Register, context: Context) -> None:
    """Record the return once for each year; without its day it holds from the end of that month or year, after any exit."""
    facts = register.facts(household.id)
    if any(isinstance(fact, HouseholdReturned) and fact.occurred_on.year == returned.year for fact in facts):
        return
    fact = HouseholdReturned(
        household=household.id,
        attribute=household.attribute if household.attribute not in (None, "general") else "poor",
        causes=household.causes,
        occurred_on=context.happened(returned.on),
    )
    facts.append(fact)
    planned.propose(context.origin, fact)
    if returned.day is None:
        zh, en = returned.says
        planned.note(
            f"只有返贫{zh},返贫日期按 {fact.occurred_on} 登记",
            f"only the {en} of the return is stated: recorded under {fact.occurred_on}",
        )
