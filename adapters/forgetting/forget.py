"""Forgetting a person: blank copies of the files first, then the facts in one append, then the keys.

Once the facts stand, nothing can come out half done: whoever opens the house next destroys the keys and lets the files
give way as the facts say (`replay`). Before they stand, nothing is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from taizhang.adapters.forgetting.replay import replay
from taizhang.adapters.forgetting.stored import Blank, Plan, plan
from taizhang.adapters.founding import Refused
from taizhang.adapters.house import House
from taizhang.adapters.importing.dry import forgetful
from taizhang.adapters.importing.jobs import Jobs
from taizhang.adapters.orders import Order, Verdict
from taizhang.adapters.proof.durable import locked
from taizhang.adapters.sheets.blanking import Sought, sought
from taizhang.adapters.vault.erasing import Remains
from taizhang.domain.core import Actor, Fact, PersonId
from taizhang.domain.decisions import Proposal
from taizhang.domain.envelope import Source
from taizhang.domain.forgetting import FileBlanked, PersonForgotten
from taizhang.domain.people import AliasGuard, alias_rows

WAY: Final = Source(way="forget")
LOCK: Final = "forgetting.lock"  # two at once would write the same file anew from the same state
EVERY_JOB: Final = 1_000_000

Progress = Callable[[int, int], None]


class Forgotten(NamedTuple):
    """What was done: where it is recorded, whose data are gone, which files gave way, and what could not be reached."""

    position: int
    persons: tuple[PersonId, ...]
    blanked: Sequence[Blank]
    left: Sequence[str]
    remains: Remains


def step(house: House, by: Actor, fact: Fact) -> int:
    """Record one step (request, approval, withdrawal, hold) on its day; its position. Raises Refused."""
    return _recorded(house, by, [fact])[0]


def forget(house: House, by: Actor, person: PersonId, progress: Progress | None = None) -> Forgotten:
    """Erase a person's data, as far as requested, approved, waited for and held by nobody.

    Raises Refused, DeskBusy, LogUnavailable; then nothing was erased.
    """
    folder = Path(house.settings.files)
    folder.mkdir(parents=True, exist_ok=True)
    fact = PersonForgotten(person=person, occurred_on=house.desk.today())
    with locked(folder / LOCK):
        _require_allowed(house, by, fact)
        group = ids_of(house, person)
        planned = _planned(house, group, progress)
        blankings = [
            FileBlanked(
                person=person,
                before=one.before,
                after=one.after,
                stored_as=one.stored_as,
                cells=one.cells,
                occurred_on=fact.occurred_on,
            )
            for one in planned.blanks
        ]
        first, *others = house.desk.submit(_order(house, by, [fact, *blankings])).verdicts
        if first.position is None:
            for one in planned.blanks:
                house.files.remove(one.after)
            _require_recorded([first])
        done = replay(house.log, house.vault_database, house.files, house.clock())
    assert first.position is not None
    assert done.remains is not None
    left = [one.before for one, verdict in zip(planned.blanks, others, strict=True) if verdict.position is None]
    return Forgotten(first.position, tuple(group), planned.blanks, [*planned.left, *left], done.remains)


def ids_of(house: House, person: PersonId) -> list[PersonId]:
    """Every id of this person."""
    [row] = alias_rows(person)
    found = house.log.read([], guards=[row]).guards.get(row)
    return [person] if found is None else msgspec.json.decode(found.state, type=AliasGuard).group_of(person)


def _planned(house: House, group: Sequence[PersonId], progress: Progress | None) -> Plan:
    jobs = Jobs(house.signin_database, house.clock).recent(EVERY_JOB)
    return plan(house.log, house.files, house.vault, jobs, group, _what(house, group), progress)


def _what(house: House, group: Sequence[PersonId]) -> Sought:
    """All that the vault holds of the person, under any of the ids."""
    fields: dict[str, list[str]] = {}
    for said in house.vault.said(group).values():
        for field, stated in said.items():
            fields.setdefault(field, []).extend(one.value for one in stated)
    return sought(fields)


def _require_allowed(house: House, by: Actor, fact: Fact) -> None:
    """Let the rules say no before the long work begins. Raises Refused."""
    tried = forgetful(house.log, house.vault, house.clock).desk.submit(_order(house, by, [fact]))
    _require_recorded(tried.verdicts)


def _recorded(house: House, by: Actor, facts: Sequence[Fact]) -> list[int]:
    verdicts = house.desk.submit(_order(house, by, facts)).verdicts
    _require_recorded(verdicts)
    return [verdict.position for verdict in verdicts if verdict.position is not None]


def _require_recorded(verdicts: Sequence[Verdict]) -> None:
    for verdict in verdicts:
        if verdict.outcome != "recorded":
            raise Refused(verdict.words("zh"), verdict.words("en"))


def _order(house: House, by: Actor, facts: Sequence[Fact]) -> Order:
    first = facts[0]
    items = [Proposal(fact=fact, source=WAY) for fact in facts]
    return Order(id=f"{type(first).TOPIC}:{by.officer}:{house.clock()}", by=by, items=items)
