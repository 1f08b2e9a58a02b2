"""The facts behind a figure: each with the change it made, so that they sum up to it.

Measures are told class by class. Distinct persons are told person by person, since a fact about one class may change
whether an enrolment in another is somebody's first; that reads every trainee's own facts.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Select, select

from taizhang.domain.log import LogReader
from taizhang.projections.cells import Span
from taizhang.projections.ledger import LedgerView
from taizhang.projections.measures import PERSONS
from taizhang.projections.replay import NOW, Counts, Cuts, Effect, effects
from taizhang.projections.replay_persons import PersonReplay, Wanted, ids_ever
from taizhang.projections.scope import Scope, classes_of, cut, stem_of, within
from taizhang.projections.tables_ledger import ledger_tables

LONGEST_POSITION: Final = 19  # digits
CHANGES_PAGE: Final = 200
ALL_TOLD: Final = 2**63 - 1
PERSONS_PAGE: Final = 200  # classes or persons told again for one page, whether they changed anything or not


class Change(NamedTuple):
    """One fact behind a figure, by how much it changed it, and the class (of persons: the person) it changed it for."""

    subject: str
    position: int
    recorded_at: int  # UTC microseconds
    change: int


def facts_of_figure(
    connection: Connection, log: LogReader, scope: Scope, column: str, cuts: Cuts = NOW, after: int = 0
) -> Iterator[Effect]:
    """The facts behind a figure of a region or class, each with the change it made; they sum up to the figure.

    `after` leaves out what was recorded until then: so the difference between two recording times is explained fact by
    fact.
    """
    teller = _Teller(connection, log, scope, column, cuts, after)
    for subject, _ in teller.subjects():
        for one in teller.tell(subject):
            yield Effect(one.position, one.recorded_at, one.change)


def facts_between(
    connection: Connection, log: LogReader, scope: Scope, column: str, earlier: Cuts, later: Cuts
) -> Iterator[Change]:
    """The facts that lead from a figure at one moment to the same at another; their changes sum up to the difference."""
    then, now = earlier.as_recorded_at, later.as_recorded_at
    if earlier.as_effective_on == later.as_effective_on and then is not None and (now is None or then <= now):
        yield from _told(_Teller(connection, log, scope, column, later, then))
        return
    sums: dict[Change, int] = {}
    for sign, cuts in ((1, later), (-1, earlier)):
        for one in _told(_Teller(connection, log, scope, column, cuts)):
            fact = one._replace(change=0)
            sums[fact] = sums.get(fact, 0) + sign * one.change
    yield from (fact._replace(change=sums[fact]) for fact in sorted(sums) if sums[fact])


def _told(teller: _Teller) -> Iterator[Change]:
    for subject, _ in teller.subjects():
        yield from teller.tell(subject)


def changes(
    connection: Connection,
    log: LogReader,
    scope: Scope,
    column: str,
    cuts: Cuts = NOW,
    after: str = "",
    limit: int = CHANGES_PAGE,
    since: int = 0,
) -> tuple[list[Change], str]:
    """The same by the page, and the mark to go on after ("" at the end); `since` leaves out what was recorded until then.

    A page holds at most `limit` changes, and less where many persons were told who changed nothing.
    """
    teller = _Teller(connection, log, scope, column, cuts, since)
    found: list[Change] = []
    subjects = teller.subjects(*_marked(after))
    told = ""
    for subject, told_until in islice(subjects, PERSONS_PAGE):
        for one in teller.tell(subject):
            if one.position > told_until:
                if len(found) == limit:
                    return found, f"{found[-1].subject}@{found[-1].position}"
                found.append(one)
        told = f"{subject}@"
    return found, told if next(subjects, None) is not None else ""


def _marked(after: str) -> tuple[str, int]:
    """The subject that a page ended with, and the position of its last fact told; the highest when all were told."""
    subject, _, position = after.rpartition("@")
    is_position = position.isascii() and position.isdecimal() and len(position) < LONGEST_POSITION
    return (subject, int(position)) if is_position else (subject or after, ALL_TOLD)


class _Teller:
    """Tells one figure, subject by subject."""

    def __init__(
        self, connection: Connection, log: LogReader, scope: Scope, column: str, cuts: Cuts, after: int = 0
    ) -> None:
        self._connection, self._log, self._scope = connection, log, scope
        self._column, self._cuts, self._after = column, cuts, after
        self._of_persons = column in (PERSONS.name, PERSONS.poor)
        self._replay = PersonReplay(log)
        self._view = LedgerView()  # lent to every class
        merged = select(ledger_tables().aliases.c.person)
        self._merged = set(connection.scalars(merged)) if self._of_persons else set()
        narrows = self._of_persons and scope.is_narrowed
        self._wanted = _wanted(scope, frozenset(connection.scalars(classes_of(scope))) if narrows else None)

    def subjects(self, after: str = "", told_until: int = ALL_TOLD) -> Iterator[tuple[str, int]]:
        """The classes, or persons, that may have changed the figure, in order of their ids, each with what was told of it.

        They begin after `after`, or with it when it was not told to its end.
        """
        tables = ledger_tables()
        t, e = tables.deltas.c, tables.enrolments.c
        classes = select(t.training_class).where(*within(t, self._scope), *cut(t, self._cuts))
        if told_until != ALL_TOLD:
            yield after, told_until
        if not self._of_persons:
            query = classes.where(t[self._column] != 0, t.training_class > after)
            if self._after:
                query = query.where(t.recorded_at > self._after)
            for one in self._connection.scalars(query.distinct().order_by(t.training_class)).all():
                yield one, 0
            return
        enrolled = select(e.person).where(e.training_class.in_(classes)).distinct().order_by(e.person)
        while page := self._connection.scalars(enrolled.where(e.person > after).limit(PERSONS_PAGE + 1)).all():
            for person in page:
                if not self._told_as_another(person, enrolled, e.person):
                    yield person, 0
            after = page[-1]

    def _told_as_another(self, person: str, enrolled: Select[Any], id_of: Any) -> bool:
        """Of one person's ids the first in the scope stands for all."""
        if person not in self._merged:
            return False
        others = enrolled.where(id_of.in_(sorted(self._ids(person))), id_of < person)
        return self._connection.scalar(others.limit(1)) is not None

    def tell(self, subject: str) -> Iterator[Change]:
        """The facts that changed the figure for this class or person."""
        scope, cuts = self._scope, self._cuts
        if self._of_persons:
            found = self._replay.effects(
                self._ids(subject),
                self._wanted,
                cuts,
                days=scope.days(),
                poor=self._column == PERSONS.poor,
                after=self._after,
            )
        else:
            found = effects(self._log, subject, self._column, cuts, self._after, _counts(scope), self._view)
        for one in found:
            yield Change(subject, one.position, one.recorded_at, one.change)

    def _ids(self, person: str) -> frozenset[str]:
        return ids_ever(self._log, person) if person in self._merged else frozenset((person,))


def _wanted(scope: Scope, classes: frozenset[str] | None) -> Wanted:
    """Which enrolments count in the scope, whatever their days; those of these classes only (None: of all)."""
    stem, kind, only = stem_of(scope.region), scope.programme_kind, scope.training_class

    def wanted(training_class: str, span: Span) -> bool:
        counts = span.county.startswith(stem) and kind in ("", span.programme_kind) and only in (None, training_class)
        return counts and (classes is None or training_class in classes)

    return wanted


def _counts(scope: Scope) -> Counts:
    """Which changes of a class's measures count in the scope."""
    stem, kind, days = stem_of(scope.region), scope.programme_kind, scope.days()
    first, last = ("", "9999") if days is None else (days[0].isoformat(), days[1].isoformat())

    def counts(county: str, programme_kind: str, day: str) -> bool:
        return county.startswith(stem) and kind in ("", programme_kind) and first <= day <= last

    return counts
