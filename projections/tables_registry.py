"""The registry's read tables: regions, organisations, institutions, persons, wishes, demand; and plans, targets."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, SmallInteger, Table, Text

from taizhang.projections.tables import day, flag, key_text, private_state


def thing(name: str, metadata: MetaData, suffix: str, key: str, *columns: Column[Any]) -> Table:
    """A table with one row per thing, under its plain name or beside it while it is built anew."""
    first = Column(key, key_text(), primary_key=True)
    table = Table(f"{name}{suffix}", metadata, first, *columns, private_state(), sqlite_with_rowid=False)
    table.info["plain"] = name
    return table


class RegistryTables:
    """The registry's tables."""

    def __init__(self, suffix: str = "") -> None:
        self.metadata = MetaData()
        make = self.metadata, suffix
        self.regions = thing(
            "region",
            *make,
            "region",
            Column("name", Text),
            Column("level", key_text()),
            Column("parent", key_text()),
            Column("category", key_text()),
            Column("area", Text),
            Column("poor_village", SmallInteger),  # null: not a village of which anything is stated
            Column("exit_year", SmallInteger),
            Column("exited_on", day()),
            Column("registered_on", day()),
            Column("note", Text),
        )
        self.organisations = thing(
            "organisation",
            *make,
            "organisation",
            Column("name", Text),
            Column("kind", key_text()),
            Column("region", key_text()),
            Column("level", key_text()),
            Column("field", Text),
        )
        self.institutions = thing(
            "institution",
            *make,
            "institution",
            Column("region", key_text()),
            Column("status", key_text()),  # designated, suspended, withdrawn: as stated last
            Column("occupations", Text),  # codes, comma between
            Column("seats", Integer),
            Column("since", day()),
            Column("until", day()),
            Column("document", Text),
            Column("teachers", Integer),
            Column("venues", Integer),
        )
        self.persons = thing(
            "person",
            *make,
            "person",
            Column("county", key_text()),
            Column("township", key_text()),
            Column("village", key_text()),
            Column("registered_on", day()),
            Column("died_on", day()),
            Column("status", key_text()),  # in school, on payroll …: as stated last
            flag("conflicting"),  # two files disagree about the person
            Column("position", BigInteger),
        )
        Index(f"person_county{suffix}", self.persons.c.county)
        self.wishes = thing(
            "wish",
            *make,
            "person",
            Column("county", key_text()),
            Column("occupation", key_text()),
            Column("form", key_text()),
            Column("aim", key_text()),
            Column("stated_on", day()),
            Column("wishes", Integer),
        )
        self.demands = thing(
            "labour_demand",
            *make,
            "demand",
            Column("region", key_text()),
            Column("occupation", key_text()),
            Column("persons", Integer),
            Column("since", day()),
            Column("until", day()),
            Column("place", Text),
            Column("reported_by", Text),
        )


@cache
def registry_tables() -> RegistryTables:
    """The tables under their plain names, as every query asks them."""
    return RegistryTables()


class PlanTables:
    """Plans and targets."""

    def __init__(self, suffix: str = "") -> None:
        self.metadata = MetaData()
        make = self.metadata, suffix
        self.plans = thing(
            "plan",
            *make,
            "plan",
            Column("region", key_text()),
            Column("level", key_text()),
            Column("kind", key_text()),
            Column("year", SmallInteger),
            Column("programme", key_text()),
            Column("document", Text),
            Column("person_times", Integer),
            Column("filed_on", day()),
            Column("filed_by", key_text()),
            Column("approved_on", day()),
            Column("approved_by", key_text()),
        )
        self.programmes = thing(
            "programme",
            *make,
            "programme",
            Column("zh", Text),
            Column("en", Text),
            Column("kind", key_text()),
            Column("since", day()),
            Column("until", day()),
            Column("categories", Text),
            Column("counties", Text),
            Column("region", key_text()),
        )
        self.targets = thing(
            "target",
            *make,
            "target",  # programme, phase and region
            Column("programme", key_text()),
            Column("phase", key_text()),
            Column("region", key_text()),
            Column("since", day()),
            Column("until", day()),
            Column("unit", key_text()),
            Column("amount", BigInteger),
            Column("as_printed", BigInteger),
            Column("doubt_zh", Text),
            Column("doubt_en", Text),
        )


@cache
def plan_tables() -> PlanTables:
    """The tables of plans under their plain names, as every query asks them."""
    return PlanTables()
