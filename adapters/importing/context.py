"""What every form's room is handed: the file, the look-ups, the persons, and who is called what in a class."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from taizhang.adapters.importing.finder import ClassFinder
from taizhang.adapters.importing.lookup import Lookup
from taizhang.adapters.importing.people import People, PeopleVault, Said, Welcome
from taizhang.adapters.importing.rows import Origin
from taizhang.adapters.sheets.cells import Cleaned
from taizhang.adapters.vault.arrivals import Arrival, Welcomed
from taizhang.adapters.vault.statements import plain_name
from taizhang.domain.classes import ClassGuard, ClassId, TeacherId, VenueId
from taizhang.domain.core import PersonId
from taizhang.domain.enrolment import TraineeEnrolled
from taizhang.domain.sessions import SessionGuard


class Context:
    """One run's tools; `next_form` when facts of another form have been recorded meanwhile."""

    def __init__(
        self, origin: Origin, lookup: Lookup, vault: PeopleVault, now_us: int, welcome: Welcome | None = None
    ) -> None:
        self.origin, self.lookup, self.vault = origin, lookup, vault
        self.finder = ClassFinder(lookup, origin.by)
        self.people = People(vault, lookup, origin, now_us, welcome or self._welcome_here)
        self.now_us = now_us
        self.cleaned = Cleaned()
        self.teachers: dict[str, dict[str, dict[TeacherId, None]]] = {}  # of an institution, by name
        self.venues: set[VenueId] = set()  # proposed in this run
        self._names: dict[ClassId, dict[str, list[PersonId]]] = {}
        self._sessions: dict[ClassId, SessionGuard] = {}
        self._classes: dict[ClassId, ClassGuard] = {}
        self._seats: dict[ClassId, dict[PersonId, TraineeEnrolled]] = {}

    def next_form(self) -> None:
        """Forget what the facts just recorded may have changed."""
        self.finder.forget()
        self._names, self._seats, self._sessions, self._classes, self.teachers = {}, {}, {}, {}, {}

    def _welcome_here(self, arrivals: Sequence[Arrival]) -> Callable[[], list[Welcomed]]:
        return lambda: self.vault.welcome(arrivals)

    def seats(self, training_class: ClassId) -> dict[PersonId, TraineeEnrolled]:
        """Who sat in the class when this form's rows began to go in."""
        if training_class not in self._seats:
            self.look_at_seats([training_class])
        return self._seats[training_class]

    def look_at_seats(self, classes: Iterable[ClassId]) -> None:
        """Have the seats of these classes at hand: one look costs less than one for each."""
        self._seats |= self.lookup.enrolled(one for one in dict.fromkeys(classes) if one not in self._seats)

    def sessions(self, training_class: ClassId) -> SessionGuard:
        """The hours that the class was taught before this form's rows began to go in."""
        if training_class not in self._sessions:
            self._sessions[training_class] = self.lookup.sessions(training_class)
        return self._sessions[training_class]

    def standing(self, training_class: ClassId) -> ClassGuard:
        """How the class stood before this form's rows began to go in."""
        if training_class not in self._classes:
            self._classes[training_class] = self.lookup.class_guard(training_class)
        return self._classes[training_class]

    def happened(self, planned_on: date) -> date:
        """The day, or today where it is still to come: nothing is recorded before it happens."""
        return min(planned_on, self.origin.today)

    def named_in_class(self, training_class: ClassId, name: str) -> list[PersonId]:
        """The trainees of the class of whom this name was ever stated, each once, under the id that came first."""
        if training_class not in self._names:
            self._names[training_class] = _by_name(self.vault.said(self.seats(training_class)))
        return self.lookup.one_each(self._names[training_class].get(plain_name(name), []))


def _by_name(said: dict[PersonId, Said]) -> dict[str, list[PersonId]]:
    named: dict[str, list[PersonId]] = {}
    for person, fields in said.items():
        for name in dict.fromkeys(plain_name(stated.value) for stated in fields.get("name", ())):
            named.setdefault(name, []).append(person)
    return named
