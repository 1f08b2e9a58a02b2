"""Of which counties new facts may change what the ledger and its coverage say; whatever is not known to be bound, of all.

An answer about a county stays what it is while other counties record. That is so for facts about one class and, mostly,
one person in it: they move the rows of their class, which are its county's, and who was reached of those who live in the
counties that the person's register names. All other facts that the tables rest on (registers, merged ids, filings, rules,
corrections) count as everybody's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Select, or_, select

from taizhang.domain.attendance import AttendanceTaken
from taizhang.domain.certificates import CertificateIssued, CertificateRevoked
from taizhang.domain.classes import (
    ClassApproved,
    ClassCancelled,
    ClassCompleted,
    ClassFilingRefused,
    ClassRescheduled,
)
from taizhang.domain.confirmations import TraineeConfirmed
from taizhang.domain.core import Fact
from taizhang.domain.employment import EmploymentConfirmed, EmploymentReported
from taizhang.domain.enrolment import TraineeEnrolled, TraineeWithdrawn
from taizhang.domain.log import StoredFact
from taizhang.domain.scores import ScoreRecorded
from taizhang.domain.sessions import PresenceChecked, SessionHeld
from taizhang.projections.database import chunks
from taizhang.projections.dated import DatedView
from taizhang.projections.ledger import LedgerView
from taizhang.projections.plans import PlansView
from taizhang.projections.registry import RegistryView
from taizhang.projections.tables_dated import dated_tables
from taizhang.projections.tables_ledger import ledger_tables
from taizhang.projections.tables_registry import registry_tables

ABOUT_ONE_CLASS: Final[frozenset[type[Fact]]] = frozenset(
    {
        ClassApproved,
        ClassFilingRefused,
        ClassRescheduled,
        ClassCancelled,
        ClassCompleted,
        SessionHeld,
        PresenceChecked,
        TraineeEnrolled,
        TraineeWithdrawn,
        TraineeConfirmed,
        AttendanceTaken,
        ScoreRecorded,
        CertificateIssued,
        CertificateRevoked,
        EmploymentReported,
        EmploymentConfirmed,
    }
)
READ: Final = (LedgerView, RegistryView, DatedView, PlansView)  # the views that such answers are read from
COUNTY_DIGITS: Final = 6
CLASS, PERSON = "class:", "person:"


class _Tagged(msgspec.Struct):
    tags: tuple[str, ...] = ()


_tagged: Final = msgspec.json.Decoder(_Tagged).decode


def counties_touched(connection: Connection, facts: Iterable[StoredFact]) -> frozenset[str] | None:
    """The counties of which these facts may change an answer; None: of every one. The views have taken them in."""
    about, bound = _topics()
    tags: set[str] = set()
    for fact in facts:
        if fact.type in bound:
            tags.update(_tagged(fact.leaf).tags)
        elif fact.type in about:
            return None
    classes = sorted(tag.removeprefix(CLASS) for tag in tags if tag.startswith(CLASS))
    persons = sorted(tag.removeprefix(PERSON) for tag in tags if tag.startswith(PERSON))
    if any(_found(connection, _merged(part)) for part in chunks(persons)):
        return None
    found = {one[1 : 1 + COUNTY_DIGITS] for one in classes}  # of a class that nobody has filed, its id says it
    for part in chunks(classes):
        found |= _found(connection, _filed(part))
    for part in chunks(persons):
        for query in _homes(part):
            found |= _found(connection, query)
    return frozenset(found)


@cache
def _topics() -> tuple[frozenset[str], frozenset[str]]:
    """The types of facts that the views look at, and of those which are about one class."""
    wanted = frozenset().union(*(view().wants() for view in READ))
    return frozenset(kind.TOPIC for kind in wanted), frozenset(kind.TOPIC for kind in ABOUT_ONE_CLASS)


def _found(connection: Connection, query: Select[Any]) -> set[str]:
    return {place[:COUNTY_DIGITS] for place in connection.scalars(query) if place}


def _filed(classes: Sequence[str]) -> Select[Any]:
    c = ledger_tables().classes.c
    return select(c.county).where(c.training_class.in_(classes))


def _merged(persons: Sequence[str]) -> Select[Any]:
    a = ledger_tables().aliases.c
    return select(a.person).where(or_(a.person.in_(persons), a.kept.in_(persons))).limit(1)


def _homes(persons: Sequence[str]) -> list[Select[Any]]:
    """Where these persons are or were at home, by any register: county or village."""
    ledger, dated, registered = ledger_tables(), dated_tables(), registry_tables().persons.c
    m, h, s = ledger.members.c, ledger.households.c, dated.standings.c
    wish, home = dated.wishes.c, dated.residences.c
    households = select(m.household).where(m.person.in_(persons))
    return [
        select(registered.county).where(registered.person.in_(persons)),
        select(registered.village).where(registered.person.in_(persons)),
        select(home.county).where(home.person.in_(persons)),
        select(home.village).where(home.person.in_(persons)),
        select(wish.county).where(wish.person.in_(persons)),
        select(h.county).where(h.household.in_(households)),
        select(h.village).where(h.household.in_(households)),
        select(s.village).where(s.household.in_(households)),
    ]
