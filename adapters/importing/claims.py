"""What a roster claims about registered poverty 建档立卡, held against the household register as of the enrolment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import date

import msgspec

from taizhang.adapters.importing.lookup import Lookup
from taizhang.adapters.importing.rows import Planned
from taizhang.domain.core import Fact, PersonId
from taizhang.domain.households import (
    REGISTER_FACTS,
    HouseholdId,
    HouseholdMemberLeft,
    HouseholdMemberListed,
    HouseholdMerged,
    HouseholdSplit,
    members_on,
    register_of,
)

CONTRADICTED = "poverty-contradicted"
_MEMBERSHIP: tuple[type[Fact], ...] = (HouseholdMemberListed, HouseholdMemberLeft, HouseholdSplit, HouseholdMerged)


class Claim(msgspec.Struct, gc=False):
    """A row's 是 or 否, of whom, as of the day of the enrolment."""

    planned: Planned
    person: PersonId
    poor: bool
    on: date


def compare(claims: Sequence[Claim], lookup: Lookup, unheard_of: Set[PersonId] = frozenset()) -> None:
    """Flag every row whose claim is not what the register says; the register decides.

    `unheard_of` are people whose ids were made a moment ago: the register does not hold them, and is not asked.
    """
    for one in claims:
        if one.poor and one.person in unheard_of:
            one.planned.doubt = CONTRADICTED
            _note(one, listed=False)
    claims = [one for one in claims if one.person not in unheard_of]
    if not claims:
        return
    ids = lookup.groups({one.person for one in claims})
    persons = sorted({id for same in ids.values() for id in same})
    lives = _by_tag(lookup.in_force_of(_MEMBERSHIP, [f"person:{person}" for person in persons]), "person:")
    homes = {PersonId(person): _households(facts) for person, facts in lives.items()}
    tags = sorted({f"household:{home}" for found in homes.values() for home in found})
    households = _by_tag(lookup.in_force_of(REGISTER_FACTS, tags), "household:")
    for one in claims:
        mine = [(id, home) for id in ids[one.person] for home in homes.get(id, ())]
        poor = any(
            id in members_on(home, lives[id], one.on) and register_of(home, households.get(home, ())).poor_on(one.on)
            for id, home in mine
        )
        if poor != one.poor:
            one.planned.doubt = CONTRADICTED
            _note(one, listed=bool(mine))


def _note(one: Claim, *, listed: bool) -> None:
    if not one.poor:
        one.planned.note(
            f"花名册填“否”,而户册登记 {one.on} 是建档立卡,以户册为准。请核对该栏,户册有误的先更正户册",
            f"the roster says not registered poor, the household register says registered poor on {one.on} and decides: "
            "check the column, or correct the register",
        )
    elif listed:
        one.planned.note(
            f"花名册填“是”,而户册登记 {one.on} 不是建档立卡,以户册为准。请核对该栏,户册有误的先更正户册",
            f"the roster says registered poor, the household register says not registered poor on {one.on} and decides: "
            "check the column, or correct the register",
        )
    else:
        one.planned.note(
            "花名册填“是”,而户册中没有此人,不计为建档立卡。请先导入户册,或更正该栏",
            "the roster says registered poor, but the household register does not hold this person, who is not counted "
            "as such: import the household register first, or correct the column",
        )


def _by_tag(facts: Sequence[Fact], kind: str) -> Mapping[str, list[Fact]]:
    """The facts under what each tag of this kind names, oldest first."""
    found: dict[str, list[Fact]] = {}
    for fact in facts:
        for tag in fact.tags():
            if tag.startswith(kind):
                found.setdefault(tag.removeprefix(kind), []).append(fact)
    return found


def _households(facts: Sequence[Fact]) -> list[HouseholdId]:
    """The households that these facts name."""
    tags = [tag for fact in facts for tag in fact.tags() if tag.startswith("household:")]
    return [HouseholdId(tag.removeprefix("household:")) for tag in dict.fromkeys(tags)]
