"""A region is called by the name that held on the asked day, as far as was known at the asked time."""

from __future__ import annotations

from datetime import date

import pytest
from paper_log import PaperLog

from taizhang.adapters.database import Database
from taizhang.domain.regions import RegionRegistered, RegionRenamed, RegionRenamedCorrected
from taizhang.projections.dated import DatedView
from taizhang.projections.follow import Follower
from taizhang.projections.region_names import region_names
from taizhang.projections.replay import NOW, Cuts

AT = 1_460_000_000_000_000
OLD, NEW = "620824", "620881"


def registered(code: str, name: str) -> RegionRegistered:
    return RegionRegistered(occurred_on=date(2015, 1, 1), code=code, name=name, level="county")  # type: ignore[arg-type]


def renamed(name: str, on: date, code_now: str | None = None) -> RegionRenamed:
    return RegionRenamed(occurred_on=on, code=OLD, name=name, code_now=code_now)  # type: ignore[arg-type]


@pytest.mark.parametrize("page_facts", [1, 100])
def test_a_renaming_holds_from_its_day_on_and_is_known_from_its_recording_on(engine_url: str, page_facts: int) -> None:
    log = PaperLog()
    log.record(AT, registered(OLD, "华亭县"), registered("620802", "崆峒区"))
    log.record(AT + 5, renamed("华亭市", date(2018, 12, 1), NEW))
    [early] = log.record(AT + 6, renamed("华亭旧县", date(2014, 1, 1)))  # said late of an earlier day
    was = log.facts[early - 1]
    assert isinstance(was, RegionRenamed)
    void = RegionRenamedCorrected(
        occurred_on=was.occurred_on, corrects=early, was=was, now=None, reason="误记", approver="o2"
    )  # type: ignore[arg-type]
    log.record(AT + 7, void)
    database = Database(engine_url)
    Follower(log, database, [DatedView], page_facts).catch_up()
    with database.read() as connection:
        assert region_names(connection) == {OLD: "华亭市", NEW: "华亭市", "620802": "崆峒区"}
        assert region_names(connection, Cuts(None, date(2018, 11, 30)), [OLD]) == {OLD: "华亭县"}
        assert region_names(connection, Cuts(None, date(2018, 12, 1)), [OLD, NEW]) == {OLD: "华亭市", NEW: "华亭市"}
        assert region_names(connection, Cuts(AT + 4), [OLD, NEW]) == {OLD: "华亭县"}
        assert region_names(connection, Cuts(None, date(2010, 1, 1)), [OLD]) == {OLD: "华亭县"}
        assert region_names(connection, Cuts(AT + 6, date(2014, 6, 1)), [OLD]) == {OLD: "华亭旧县"}
        assert region_names(connection, NOW, digits=9) == {}
    database.close()
