"""Whoever gets a place by an id was registered under it: nobody is trained, asked or counted whom nobody registered.

A registration rests on a statement in the vault, with a name and as a rule a number; an id alone is nobody. Whoever was
merged was registered too, under each of the ids (MergePersons asks), so to ask about the id that is named is enough.
What rests on an enrolment (attendance, certificates, withdrawals, claims, payments) need not ask again: docs/adr/0024.
"""

from __future__ import annotations

from typing import Any, ClassVar

from taizhang.domain.boundary import History
from taizhang.domain.core import Fact, PersonId, Selector
from taizhang.domain.people import PersonRegistered, UnknownPerson


class OfPeople:
    """What gives people a place: put before Slice in its bases. `PEOPLE` are the fields that name them."""

    GROUND: ClassVar[tuple[type[Fact], ...]] = (PersonRegistered,)
    PEOPLE: ClassVar[tuple[str, ...]] = ("person",)
    fact: Any

    def grounds(self) -> list[Selector]:
        return [Selector(types=self.GROUND, tags=(f"person:{person}",)) for person in self._people()]

    def require_grounds(self, history: History) -> None:
        """Raises UnknownPerson."""
        for person in self._people():
            if not history.is_known(self.GROUND, f"person:{person}"):
                raise UnknownPerson(person=person)

    def _people(self) -> list[PersonId]:
        named: list[PersonId] = []
        for field in self.PEOPLE:
            value: Any = getattr(self.fact, field)
            named += [PersonId(value)] if isinstance(value, str) else value
        return list(dict.fromkeys(named))
