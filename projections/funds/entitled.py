"""What the ledger gives: each person's entitlement in a class, by the very rule by which claims are computed.

As known now it is read from the ledger's rows, class after class in one pass; as known then from the facts of the class.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from taizhang.domain.boundary import correction_of
from taizhang.domain.core import Correction, Fact
from taizhang.domain.funds.claims import Entitlement
from taizhang.domain.funds.entitlement import (
    CLASS_FACTS,
    ClassEvidence,
    ClassTerms,
    Evidence,
    rate_in_force,
    reckon,
)
from taizhang.domain.log import LogReader
from taizhang.domain.policy import RateSet
from taizhang.projections.funds.cuts import Cuts
from taizhang.projections.funds.steps import as_date
from taizhang.projections.funds.tables import fund_tables
from taizhang.projections.replay import known, tagged
from taizhang.projections.tables_ledger import LedgerTables, ledger_tables
from taizhang.projections.view import PageDecoder


class Entitled(NamedTuple):
    """What one person's training gives, in fen, for a purpose, to the institution or the person."""

    person: str
    purpose: str
    payee_kind: str
    amount_fen: int


class ClassEntitled(NamedTuple):
    """Everybody's entitlements in one class; `ended_on` as it was planned last."""

    training_class: str
    county: str
    institution: str
    ended_on: date | None
    rows: list[Entitled]


def kept_ids(connection: Connection) -> dict[str, str]:
    """Merged ids, and the id under which their person is counted; others stand for themselves."""
    t = ledger_tables().aliases.c
    return {row.person: row.kept for row in connection.execute(select(t.person, t.kept))}


def entitled_now(connection: Connection, stem: str, training_class: str | None = None) -> Iterator[ClassEntitled]:
    """The entitlements of every class of a region, class after class, as the ledger knows them now."""
    tables = ledger_tables()
    e = tables.enrolments.c
    rates, kept = _rates(connection), kept_ids(connection)
    classes = {row.training_class: row for row in _classes(connection, tables, stem, training_class)}
    seats = select(tables.enrolments).where(e.training_class.startswith(f"c{stem}", autoescape=True))
    if training_class is not None:
        seats = select(tables.enrolments).where(e.training_class == training_class)
    wanted = seats.with_only_columns(*(e[name] for name in _SEAT))
    rows = connection.execute(wanted.order_by(e.training_class, e.person))
    for name, group in groupby(rows, key=lambda row: row.training_class):
        found = classes.pop(name, None)
        if found is not None:
            yield _class(found, _entitled(_terms(found), _evidence(group, kept), rates))
    for rest in classes.values():
        yield _class(rest, [])


def entitled_then(
    connection: Connection, log: LogReader, stem: str, cuts: Cuts, on: date, training_class: str | None = None
) -> Iterator[ClassEntitled]:
    """The same as known and as effective at the cuts: told again from the facts of each class.

    Who is one person with whom, and who was registered poor, is as known now.
    """
    tables, kept = ledger_tables(), kept_ids(connection)
    day = cuts.as_effective_on or on
    rates: dict[str, list[RateSet]] = {}
    for row in [*_classes(connection, tables, stem, training_class)]:
        evidence = ClassEvidence(row.training_class, day)
        for fact in _facts(log, f"class:{row.training_class}", cuts, CLASS_FACTS):
            evidence.apply(fact)
        terms = evidence.terms()
        if terms is None:
            continue
        if terms.programme not in rates:
            found = _facts(log, f"programme:{terms.programme}", Cuts(cuts.as_recorded_at), (RateSet,))
            rates[terms.programme] = [fact for fact in found if isinstance(fact, RateSet)]
        poor = _poor(connection, tables, row.training_class)
        groups = _groups(evidence.known_ids(), kept)
        enrolled = set(evidence.persons())
        known_now = [evidence.of(ids, bool(poor & {*ids})) for ids in groups if enrolled & {*ids}]
        yield _class(
            row,
            _entitled(terms, ((kept.get(one.person, one.person), one) for one in known_now), rates[terms.programme]),
        )


_SEAT = (
    "training_class",
    "person",
    "enrolled_on",
    "evidenced_minutes",
    "certificates",
    "certificate_number",
    "certificate_on",
    "poor",
    *(f"{what}_{months}" for months in (1, 3, 6) for what in ("employed", "confirmed")),
)


def _classes(connection: Connection, tables: LedgerTables, stem: str, training_class: str | None) -> Iterable[Any]:
    c = tables.classes.c
    names = ("training_class", "county", "institution", "programme", "occupation", "level", "required_minutes")
    query = select(*(c[name] for name in (*names, "planned_minutes", "starts_on", "ends_on")))
    query = query.where(c.county.startswith(stem, autoescape=True), c.starts_on.is_not(None))
    if training_class is not None:
        query = query.where(c.training_class == training_class)
    return connection.execute(query.order_by(c.training_class))


def _class(row: Any, rows: list[Entitled]) -> ClassEntitled:
    ended_on = as_date(row.ends_on) if row.ends_on is not None else None
    return ClassEntitled(row.training_class, row.county, row.institution, ended_on, rows)


def _terms(row: Any) -> ClassTerms:
    return ClassTerms(
        county=row.county,
        programme=row.programme,
        occupation=row.occupation,
        level=row.level,
        required_minutes=row.required_minutes,
        planned_minutes=row.planned_minutes,
        starts_on=as_date(row.starts_on),
    )


def _evidence(seats: Iterable[Any], kept: Mapping[str, str]) -> Iterator[tuple[str, Evidence]]:
    """One per person of whom an id was enrolled, with what is known of all of the person's ids in the class."""
    persons: dict[str, list[Any]] = {}
    for seat in seats:
        persons.setdefault(kept.get(seat.person, seat.person), []).append(seat)
    for person, mine in persons.items():
        enrolled = [seat for seat in mine if seat.enrolled_on is not None]
        if not enrolled:
            continue
        minutes = sum(seat.evidenced_minutes for seat in mine)
        first = min(enrolled, key=lambda seat: (str(seat.enrolled_on), seat.person))
        enrolled_on = as_date(first.enrolled_on)
        certified = next((seat for seat in mine if seat.certificates), None)
        yield (
            person,
            Evidence(
                person=first.person,
                enrolled_on=enrolled_on,
                minutes=minutes,
                attended_on=enrolled_on if minutes else None,
                certificate=certified.certificate_number if certified is not None else "",
                certified_on=as_date(certified.certificate_on) if certified is not None else None,
                employed={months: enrolled_on for months in (1, 3, 6) if _works(mine, months)},
                poor=any(seat.poor for seat in mine),
            ),
        )


def _works(seats: Sequence[Any], months: int) -> bool:
    """Whether work is both reported and confirmed by a second source."""
    said = [{getattr(seat, f"{what}_{months}") for seat in seats} for what in ("employed", "confirmed")]
    return all(kinds - {None, "none"} for kinds in said)


def _entitled(terms: ClassTerms, persons: Iterable[tuple[str, Evidence]], rates: Sequence[RateSet]) -> list[Entitled]:
    mine = [rate for rate in rates if rate.programme == terms.programme]
    asked = sorted({(rate.purpose, rate.payee) for rate in mine})
    fitting = [(purpose, payee, rate_in_force(mine, terms, payee, purpose)) for purpose, payee in asked]
    found = []
    for person, evidence in persons:
        for purpose, payee, rate in fitting:
            entitlement = reckon(rate, terms, evidence) if rate is not None else None
            if isinstance(entitlement, Entitlement):
                found.append(Entitled(person, purpose, payee, entitlement.amount_fen))
    return found


def _rates(connection: Connection) -> list[RateSet]:
    """Every rate that stands, as the view of funds keeps them."""
    t = fund_tables().rates
    rows = connection.execute(select(t).where(t.c.position.is_not(None), t.c.programme.is_not(None)))
    return [
        RateSet(
            occurred_on=as_date(row.since),
            programme=row.programme,
            amount_fen=row.amount_fen,
            basis=row.rate_basis,
            since=as_date(row.since),
            until=as_date(row.until) if row.until is not None else None,
            occupation=row.occupation,
            level=row.skill_level,
            conditions=tuple(row.conditions.split(",")) if row.conditions else (),
            payee=row.payee_kind,
            purpose=row.purpose,
            region=row.region,
        )
        for row in rows
    ]


def _facts(log: LogReader, tag: str, cuts: Cuts, kinds: tuple[type[Fact], ...]) -> list[Fact]:
    """The bodies in force at the recording cut, oldest first."""
    corrections = [one for kind in kinds if (one := correction_of(kind)) is not None]
    items = known(PageDecoder(frozenset([*kinds, *corrections])).items(tagged(log, tag)), cuts)
    found: dict[int, Fact] = {}
    for item in items:
        fact: Any = item.fact
        if isinstance(fact, Correction):
            found.pop(fact.corrects, None)
            if fact.now is not None:
                found[fact.corrects] = fact.now
        else:
            found[item.position] = fact
    return [found[position] for position in sorted(found)]


def _poor(connection: Connection, tables: LedgerTables, training_class: str) -> set[str]:
    e = tables.enrolments.c
    return {*connection.scalars(select(e.person).where(e.training_class == training_class, e.poor == 1))}


def _groups(ids: Iterable[Any], kept: Mapping[str, str]) -> list[list[Any]]:
    groups: dict[str, list[Any]] = {}
    for one in sorted(ids):
        groups.setdefault(kept.get(one, one), []).append(one)
    return list(groups.values())
