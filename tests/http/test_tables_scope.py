"""Rows of a table that no single index finds: the parts they are asked in hold every row of the region, and none twice."""

from __future__ import annotations

import random
from datetime import date
from typing import Any, Final

import pytest
from sqlalchemy import insert, or_, select

from taizhang.adapters.database import Database
from taizhang.http.tables_api import TableAsked, _within
from taizhang.projections.known_rows import rows_at
from taizhang.projections.scope import begins, stem_of
from taizhang.projections.tables_ledger import ledger_tables

COUNTIES: Final = ("620121", "620122", "620521", "622921")
REGIONS: Final = (*COUNTIES, "620100", "620500", "620121100", "620121100200")


def _row(chance: random.Random, number: int) -> dict[str, Any]:
    county, home = chance.choice(COUNTIES), chance.choice(COUNTIES)
    village = chance.choice([None, f"{home}100200", f"{home}100201", f"{county}101200"])
    return {
        "training_class": f"c{county}-{chance.randrange(5)}",
        "person": f"p{number:03}",
        "county": county,
        "programme": "labour-2015",
        "programme_kind": "labour",
        "enrolled_on": date(2016, 1, 4),
        "planned_minutes": 0,
        "evidenced_minutes": 0,
        "days_present": 0,
        "certificates": 0,
        "late_days": 0,
        "position": number,
        "recorded_at": number,
        "state": b"",
        "contradiction": 0,
        "township": village[:9] if village else None,
        "village": village,
    }


@pytest.fixture
def enrolled(engine_url: str) -> Any:
    database, chance = Database(engine_url), random.Random(7)
    with database.create() as connection:
        ledger_tables().metadata.create_all(connection)
    with database.write() as connection:
        connection.execute(insert(ledger_tables().enrolments), [_row(chance, number) for number in range(400)])
    yield database
    database.close()


@pytest.mark.parametrize("region", REGIONS)
def test_the_parts_of_a_region_hold_those_trained_there_and_those_who_live_there(
    enrolled: Database, region: str
) -> None:
    table = rows_at("ledger_enrolment", None)  # what the endpoint asks
    assert table is not None
    query, stem = select(table.c.training_class, table.c.person), stem_of(region)
    belongs = or_(*(begins(table.c[name], stem) for name in ("county", "township", "village")))
    parts = _within(query, TableAsked(table="ledger_enrolment"), table, region)
    with enrolled.read() as connection:
        wanted = sorted(map(tuple, connection.execute(query.where(belongs))))
        found = [tuple(row) for part in parts for row in connection.execute(part)]
    assert sorted(found) == wanted
    assert wanted, "a region without a row shows nothing"


def test_those_trained_elsewhere_are_found_by_their_village(tmp_path: Any) -> None:
    """Or a county's officer waits for the whole table: what the engine compares is the text of the condition."""
    database, table = Database(f"sqlite:///{tmp_path / 'views.db'}"), rows_at("ledger_enrolment", None)
    assert table is not None
    query = select(table.c.training_class, table.c.person)
    with database.create() as connection:
        ledger_tables().metadata.create_all(connection)
        plans = []
        for part in _within(query, TableAsked(table="ledger_enrolment"), table, "620121"):
            text = part.compile(connection, compile_kwargs={"literal_binds": True})
            plans += [str(row[3]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}")]
    database.close()
    assert [plan.split(" (")[0] for plan in plans] == [
        "SEARCH ledger_enrolment USING PRIMARY KEY",
        "SEARCH ledger_enrolment USING INDEX ledger_enrolment_away",
    ]
