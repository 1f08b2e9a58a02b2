"""The open leads beside a score: counted by the rows they are about, until somebody refutes them."""

from __future__ import annotations

from typing import Any

from golden_year import COUNTY, HR, SCHOOL, noon, on, year
from sqlalchemy import delete, insert
from test_performance import WHOLE_YEAR, followed

from taizhang.adapters.database import Database
from taizhang.projections.performance.open_leads import OpenLeads, open_leads
from taizhang.projections.replay import Cuts
from taizhang.projections.rules.tables import lead_tables


def lead(name: str, subjects: str, position: int, **fields: Any) -> dict[str, Any]:
    stated = {"lead": name, "rule": "r", "version": 1, "severity": "high", "region": COUNTY, "subjects": subjects}
    stated |= {"sum_fen": 500, "positions": str(position), "positions_in_all": 1, "known_position": position}
    return {**stated, "words_zh": "样例", "words_en": "sample", **fields}


def test_leads_stand_beside_whom_they_are_about_as_far_as_they_could_be_known(database: Database) -> None:
    log = year()
    followed(database, log)
    last = len(log.stored)
    found = [
        lead("a", "class:c620121-welding", 1),
        lead("b", f"institution:{SCHOOL},posting:post-620121-1", last, severity="low"),
        lead("c", "person:p", last, region="620123", sum_fen=7),
    ]
    with database.write() as connection:
        connection.execute(delete(lead_tables().leads))  # what the rules themselves find in the year is not told here
        connection.execute(insert(lead_tables().leads), found)
    with database.read() as connection:

        def asked(by: Any, region: str = COUNTY, cuts: Cuts = Cuts()) -> dict[str, OpenLeads]:  # noqa: B008
            return open_leads(connection, log, WHOLE_YEAR._replace(by=by, region=region, cuts=cuts))

        assert asked("institution") == {"": OpenLeads(1, 0, 1, 1000), SCHOOL: OpenLeads(1, 0, 1, 1000)}
        assert asked("department")[HR] == OpenLeads(1, 0, 0, 500)
        assert asked("official")["post-620121-1"] == OpenLeads(0, 0, 1, 500)
        assert {key: one.many for key, one in asked("region", "620100").items()} == {"": 3, COUNTY: 2, "620123": 1}
        assert asked("region", cuts=Cuts(noon(on(6, 1))))[""].many == 1
        assert asked("phase").keys() == {""}
