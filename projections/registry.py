"""The registry as known: regions, organisations, institutions, persons, their wishes, and labour demand."""

from __future__ import annotations

from typing import Any

from taizhang.domain.core import Fact
from taizhang.domain.demand import LabourDemandReported
from taizhang.domain.enrolment import WishStated
from taizhang.domain.institutions import (
    DesignationWithdrawn,
    InstitutionDesignated,
    InstitutionSuspended,
    OrganisationRegistered,
    TeacherRegistered,
    VenueRegistered,
)
from taizhang.domain.people import PersonDetailsStated, PersonDied, PersonMoved, PersonRegistered, PersonStatusStated
from taizhang.domain.regions import (
    CountyExited,
    RegionRegistered,
    RegionRenamed,
    RegionReparented,
    VillagePovertyStated,
)
from taizhang.projections.keyed import Columns, Facts, KeyedView, Kind, latest, text_day
from taizhang.projections.register import parts_of
from taizhang.projections.tables_registry import RegistryTables, registry_tables


class RegistryView(KeyedView):
    """Folds registry facts into one row per region, organisation, institution, person, wish and demand."""

    def __init__(self, suffix: str = "") -> None:
        self.tables = tables = RegistryTables(suffix) if suffix else registry_tables()
        region: dict[type[Fact], Any] = {
            RegionRegistered: _of("code"),
            RegionRenamed: lambda fact: [fact.code, *([fact.code_now] if fact.code_now else [])],
            RegionReparented: _of("code"),
            VillagePovertyStated: _of("village"),
            CountyExited: _of("county"),
        }
        teaching: tuple[type[Fact], ...] = (
            InstitutionDesignated,
            InstitutionSuspended,
            DesignationWithdrawn,
            TeacherRegistered,
            VenueRegistered,
        )
        people: tuple[type[Fact], ...] = (
            PersonRegistered,
            PersonMoved,
            PersonDied,
            PersonStatusStated,
            PersonDetailsStated,
        )
        kinds = [
            Kind(tables.regions, region, _region),
            Kind(tables.organisations, {OrganisationRegistered: _of("organisation")}, _organisation),
            Kind(tables.institutions, dict.fromkeys(teaching, _of("institution")), _institution),
            Kind(tables.persons, dict.fromkeys(people, _of("person")), _person),
            Kind(tables.wishes, {WishStated: _of("person")}, _wish),
            Kind(tables.demands, {LabourDemandReported: _of("demand")}, _demand),
        ]
        super().__init__("registry", 2, tables.metadata, kinds)


def _of(name: str) -> Any:
    return lambda fact: [getattr(fact, name)]


def _region(code: str, facts: Facts) -> Columns:
    registered = latest(facts, RegionRegistered)
    named = latest(facts, RegionRegistered, RegionRenamed)
    renamed_here = latest({p: f for p, f in facts.items() if getattr(f, "code_now", None) == code}, RegionRenamed)
    first = registered or renamed_here
    parent = latest(facts, RegionReparented) or first
    poverty, exited = latest(facts, VillagePovertyStated), latest(facts, CountyExited)
    out = exited if exited is not None else poverty if poverty is not None and not poverty.poor else None
    return {
        "name": named.name if named else None,
        "level": first.level if first else None,
        "parent": parent.parent if parent else None,
        "category": first.category if first else None,
        "area": registered.area if registered else None,
        "poor_village": int(poverty.poor) if poverty else None,
        "exit_year": out.exit_year if out else None,
        "exited_on": text_day(out),
        "registered_on": text_day(first),
        "note": registered.note if registered else None,
    }


def _organisation(_key: str, facts: Facts) -> Columns:
    fact = latest(facts, OrganisationRegistered)
    return {name: getattr(fact, name, None) for name in ("name", "kind", "region", "level", "field")}


def _institution(_key: str, facts: Facts) -> Columns:
    designated = latest(facts, InstitutionDesignated)
    last = latest(facts, InstitutionDesignated, InstitutionSuspended, DesignationWithdrawn)
    words: dict[type[Fact], str] = {
        InstitutionDesignated: "designated",
        InstitutionSuspended: "suspended",
        DesignationWithdrawn: "withdrawn",
    }
    return {
        "region": last.region if last else None,
        "status": words[type(last)] if last else None,
        "occupations": ",".join(designated.occupations) if designated else None,
        "seats": designated.seats if designated else None,
        "since": text_day(designated, "since"),
        "until": text_day(designated, "until"),
        "document": designated.document if designated else None,
        "teachers": len({fact.teacher for fact in facts.values() if isinstance(fact, TeacherRegistered)}),
        "venues": len({fact.venue for fact in facts.values() if isinstance(fact, VenueRegistered)}),
    }


def _person(_key: str, facts: Facts) -> tuple[Any, ...]:
    """The columns of `person` in their order; the facts come by position, so of one day the later one holds."""
    if len(facts) == 1:
        [(position, only)] = facts.items()
        if type(only) is PersonRegistered:  # of most persons no more is known
            _, township, village = parts_of(only.village)
            return only.county, township, village, only.occurred_on.isoformat(), None, None, 0, position
    registered: Any = None
    lives: Any = None
    status: Any = None
    died: Any = None
    conflicting = 0
    for fact in facts.values():
        kind, day = type(fact), fact.occurred_on
        if kind is PersonRegistered and (registered is None or day >= registered.occurred_on):
            registered = fact
        elif kind is PersonStatusStated and (status is None or day >= status.occurred_on):
            status = fact
        elif kind is PersonDied and (died is None or day >= died.occurred_on):
            died = fact
        elif kind is PersonDetailsStated and fact.conflicting:  # type: ignore[attr-defined]
            conflicting = 1
        if getattr(fact, "village", None) and (lives is None or day >= lives.occurred_on):
            lives = fact
    _, township, village = parts_of(lives.village if lives else None)
    return (
        registered.county if registered else None,
        township,
        village,
        text_day(registered),
        text_day(died),
        status.status if status else None,
        conflicting,
        min(facts, default=None),
    )


def _wish(_key: str, facts: Facts) -> tuple[Any, ...]:
    """The columns of `wish` in their order."""
    fact: Any = next(iter(facts.values())) if len(facts) == 1 else latest(facts, WishStated)
    if fact is None:
        return (None,) * 5 + (0,)
    return fact.county, fact.occupation, fact.form, fact.aim, fact.occurred_on.isoformat(), len(facts)


def _demand(_key: str, facts: Facts) -> Columns:
    fact = latest(facts, LabourDemandReported)
    found = {name: getattr(fact, name, None) for name in ("region", "occupation", "persons", "place", "reported_by")}
    return found | {"since": text_day(fact, "since"), "until": text_day(fact, "until")}
