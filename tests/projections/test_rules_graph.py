"""Ties around a subject: found over several tables, drawn with every name, and cut before nobody sees through."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from paper_log import PaperLog
from rules_log import COUNTY, FIRST, LATER, two_classes
from sqlalchemy import Connection

from taizhang.adapters.database import Database
from taizhang.domain.funds.bank_accounts import BankAccountRegistered
from taizhang.domain.households import HouseholdMemberListed, HouseholdRegistered
from taizhang.projections.follow import Follower
from taizhang.projections.rules.drawing import svg_of
from taizhang.projections.rules.graph import TIES, Graph, graph_of
from taizhang.projections.views import all_views


def named(account: str, **payee: Any) -> BankAccountRegistered:
    return BankAccountRegistered(account=account, county=COUNTY, document="样例", occurred_on=FIRST, **payee)  # type: ignore[arg-type]


def tied() -> PaperLog:
    log = two_classes()
    log.record(LATER, named("x", person="p1"), named("x", person="p2"), named("x", institution="i1"))
    home = HouseholdRegistered(household="h1", village=f"{COUNTY}100001", attribute="poor", occurred_on=FIRST)  # type: ignore[arg-type]
    members = [HouseholdMemberListed(household="h1", person=one, occurred_on=FIRST) for one in ("p2", "p7")]  # type: ignore[arg-type]
    log.record(LATER, home, *members)
    return log


def asked(log: PaperLog, subject: str, most: int = 40) -> Graph:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'views.db'}")
        Follower(log, database, all_views()).catch_up()
        with database.read() as connection:
            assert isinstance(connection, Connection)
            found = graph_of(connection, subject, most)
        database.close()
    return found


def test_an_account_leads_to_its_holders_and_on_to_their_household() -> None:
    graph = asked(tied(), "account:x")
    assert set(graph.nodes) == {"account:x", "person:p1", "person:p2", "institution:i1", "household:h1"}
    assert {(tie.one, tie.how) for tie in graph.ties if tie.other == "account:x"} == {
        ("person:p1", "named"),
        ("person:p2", "named"),
        ("institution:i1", "named"),
    }
    assert all(tie.how in TIES and tie.position for tie in graph.ties)
    assert not graph.cut


def test_a_class_is_tied_to_its_teacher_and_its_institution() -> None:
    graph = asked(tied(), f"class:c{COUNTY}-a")
    assert {"teacher:t1", "institution:i1", f"class:c{COUNTY}-b"} <= set(graph.nodes)


def test_the_picture_has_every_name_and_says_in_both_languages_what_it_is() -> None:
    graph = asked(tied(), "account:x")
    chinese, english = svg_of(graph, "zh"), svg_of(graph, "en")
    assert all(node in chinese for node in graph.nodes)
    assert "account:x 的关系" in chinese
    assert "Who is tied to account:x" in english
    assert chinese.count("<line") == len(graph.ties)


def test_a_graph_too_large_to_be_seen_is_cut_and_says_so() -> None:
    graph = asked(tied(), "account:x", most=2)
    assert len(graph.nodes) == 2
    assert graph.cut
