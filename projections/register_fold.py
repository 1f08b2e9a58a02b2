"""How facts about households and merged ids move the register, and whom the ledger must judge anew."""

from __future__ import annotations

from typing import Any

import msgspec

from taizhang.domain.core import Fact
from taizhang.domain.households import (
    HouseholdAttributeStated,
    HouseholdExited,
    HouseholdMemberLeft,
    HouseholdMemberListed,
    HouseholdMerged,
    HouseholdRegistered,
    HouseholdReturned,
    HouseholdSplit,
)
from taizhang.domain.people import PersonsMerged, PersonsSeparated
from taizhang.projections.cells import Steps, difference, steps
from taizhang.projections.ledger_fold import Fold, TrainingFold
from taizhang.projections.ledger_memory import Memory
from taizhang.projections.register import Standing
from taizhang.projections.versions import Version
from taizhang.projections.view import Item


class RegisterFold:
    """Folds facts about households and ids into memory, and has the ledger judge again whoever they concern."""

    def __init__(self, memory: Memory, training: TrainingFold) -> None:
        self._memory, self._training = memory, training

    def folds(self) -> dict[type[Fact], Fold]:
        """The fold for each class of fact."""
        return {
            HouseholdRegistered: self._registered,
            HouseholdAttributeStated: self._stated,
            HouseholdReturned: self._stated,
            HouseholdExited: self._exited,
            HouseholdMemberListed: self._listed,
            HouseholdMemberLeft: self._left,
            HouseholdSplit: self._split,
            HouseholdMerged: self._household_merged,
            PersonsMerged: self._persons_merged,
            PersonsSeparated: self._persons_separated,
        }

    def _registered(self, fact: HouseholdRegistered, position: int, sign: int, item: Item) -> None:
        state = self._memory.register.state_household(fact.household, position)
        _keep(state.villages, position, fact.village, sign)
        self._stand(fact.household, Standing(fact.occurred_on.isoformat(), fact.attribute), position, sign, item)

    def _stated(self, fact: HouseholdAttributeStated | HouseholdReturned, position: int, sign: int, item: Item) -> None:
        self._stand(fact.household, Standing(fact.occurred_on.isoformat(), fact.attribute), position, sign, item)

    def _exited(self, fact: HouseholdExited, position: int, sign: int, item: Item) -> None:
        standing = Standing(fact.occurred_on.isoformat(), "general", fact.exit_year)
        self._stand(fact.household, standing, position, sign, item)

    def _listed(self, fact: HouseholdMemberListed, position: int, sign: int, item: Item) -> None:
        said = (fact.occurred_on.isoformat(), True, fact.relation)
        self._memory.register.say(fact.household, fact.person, position, said, sign)
        self._judge({fact.person}, item)

    def _left(self, fact: HouseholdMemberLeft, position: int, sign: int, item: Item) -> None:
        said = (fact.occurred_on.isoformat(), False, "")
        self._memory.register.say(fact.household, fact.person, position, said, sign)
        self._judge({fact.person}, item)

    def _split(self, fact: HouseholdSplit, position: int, sign: int, item: Item) -> None:
        day, register = fact.occurred_on.isoformat(), self._memory.register
        state = register.state_household(fact.new_household, position)
        _keep(state.villages, position, fact.village, sign)
        _keep(state.standings, position, Standing(day, fact.attribute), sign)
        for person in fact.persons:
            register.say(fact.household, person, position, (day, False, ""), sign)
            register.say(fact.new_household, person, position, (day, True, ""), sign)
        self._judge(set(fact.persons) | register.members(fact.new_household), item)

    def _household_merged(self, fact: HouseholdMerged, position: int, sign: int, item: Item) -> None:
        day, register = fact.occurred_on.isoformat(), self._memory.register
        _keep(register.state_household(fact.merged, position).merged, position, day, sign)
        for person in fact.persons:
            register.say(fact.merged, person, position, (day, False, ""), sign)
            register.say(fact.household, person, position, (day, True, ""), sign)
        self._judge(set(fact.persons), item)

    def _persons_merged(self, fact: PersonsMerged, _position: int, _sign: int, item: Item) -> None:
        self._regroup([tuple(sorted(fact.group or (fact.kept, *fact.merged)))], fact.kept, item)

    def _persons_separated(self, fact: PersonsSeparated, _position: int, _sign: int, item: Item) -> None:
        kept = tuple(sorted(fact.kept_group or (fact.kept,)))
        self._regroup([kept, tuple(sorted(fact.separated))], fact.kept, item)

    def _stand(self, household: str, standing: Standing, position: int, sign: int, item: Item) -> None:
        register = self._memory.register
        _keep(register.state_household(household, position).standings, position, standing, sign)
        self._judge(register.members(household), item)

    def _judge(self, persons: set[str], item: Item) -> None:
        """Every enrolment of these persons, under any of their ids, may be judged otherwise now."""
        everybody = {one for person in persons for one in self._memory.group(person)}
        for person in sorted(everybody):
            if self._memory.spans[person]:
                self._training.rejudge(person, item)

    def _regroup(self, groups: list[tuple[str, ...]], kept: str, item: Item) -> None:
        """From now on these ids are these persons: count them and judge them accordingly."""
        memory = self._memory
        assert memory.groups is not None
        touched = {one for group in groups for person in group for one in memory.group(person)}
        before = self._total(touched)
        left = touched.difference(*groups)
        for group in [*groups, *((one,) for one in left)]:
            for person in group:
                memory.groups[person] = group
                counted = kept if kept in group else group[0]
                memory.dirty_groups[person] = (counted, *group)
                memory.past.aliases.append(Version((person,), item.recorded_at, (counted,)))
        memory.count_steps(difference(before, self._total(touched)).items(), item.position, item.recorded_at)
        self._judge(touched, item)

    def _total(self, ids: set[str]) -> Steps:
        """What the persons behind these ids add to the counts, each person once."""
        found: Steps = {}
        for group in {self._memory.group(one) for one in ids}:
            for key, (persons, poor) in steps(self._training.spans_of(group)).items():
                row = found.setdefault(key, [0, 0])
                row[0] += persons
                row[1] += poor
        return found


def _keep(facts: dict[int, Any], position: int, body: Any, sign: int) -> None:
    if sign > 0:
        facts[position] = body
    else:
        facts.pop(position, None)


def group_blob(group: tuple[str, ...]) -> bytes:
    """The ids of one person as `person_alias` stores them."""
    return msgspec.msgpack.encode(group)
