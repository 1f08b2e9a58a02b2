"""Heads on paper: a printed report is checked by its code alone, years later, on any copy of the log."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from proof_samples import damage
from web_world import CLASS, COUNTY, OTHER_COUNTY, World, opened_world

from taizhang.adapters.orders import Order
from taizhang.adapters.reports import PREFIX, Issued, check, head_of, read
from taizhang.domain.attendance import AttendanceTaken
from taizhang.domain.core import OfficerId, Position
from taizhang.domain.decisions import Amend, Proposal
from taizhang.domain.envelope import opened
from taizhang.projections.ledger_query import ledger
from taizhang.projections.replay import NOW
from taizhang.projections.scope import Scope


@pytest.fixture
def world(engine_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(tmp_path, engine_url) as made:
        yield made


def printed(world: World, region: str = COUNTY) -> str:
    """The code under the county's ledger as it stands."""
    house, scope = world.house, Scope(region)
    house.views.catch_up()
    at = next(view for view in house.views.status() if view.name == "ledger")
    with house.log.database.read() as connection:
        answer = ledger(connection, house.log, scope, at=at, seen_by=region)
    head = head_of(house, scope, NOW, at, "zh", region, answer)
    assert head is not None
    return head.code


def void_attendance(world: World) -> None:
    """Take back what one trainee attended, by a correction."""
    [fact] = [
        fact
        for stored in world.house.log.tagged(f"class:{CLASS}", 0, 100)
        if isinstance((fact := opened(stored.position, stored.leaf)).fact, AttendanceTaken)
    ][:1]
    assert isinstance(fact.fact, AttendanceTaken)
    amend = Amend(
        corrects=Position(fact.position), was=fact.fact, reason="typing error", approver=OfficerId("wang"), void=True
    )
    order = Order(id="void", by=world.actor("zhao"), items=[Proposal(fact=fact.fact, amend=amend)])
    [verdict] = world.house.desk.submit(order).verdicts
    assert verdict.outcome == "recorded", verdict.en


def rewritten(code: str, **changed: object) -> str:
    issued = msgspec.structs.replace(read(code), **changed)  # type: ignore[type-var]
    packed = zlib.compress(msgspec.json.encode(issued), 9)
    return PREFIX + base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def test_a_report_asked_again_at_its_position_is_the_same_although_facts_came_after(world: World) -> None:
    code = printed(world)
    assert check(world.house, code).status == "same"
    assert check(world.house, code).since == ()
    void_attendance(world)
    found = check(world.house, code)
    assert found.status == "same"
    assert "evidenced_minutes" in {one.what for one in found.since}


def test_a_code_with_another_figure_is_told_which_and_what_the_log_says(world: World) -> None:
    code = printed(world)
    issued = read(code)
    assert isinstance(issued, Issued)
    assert issued.figures["persons"] == 3
    found = check(world.house, rewritten(code, figures=issued.figures | {"persons": 30}))
    assert (found.status, [tuple(one) for one in found.changed]) == ("changed", [("persons", 30, 3)])


def test_a_question_changed_in_the_code_no_longer_fits_its_id(world: World) -> None:
    found = check(world.house, rewritten(printed(world), seen_by=OTHER_COUNTY))
    assert (found.status, [one.what for one in found.changed]) == ("changed", ["report"])


def test_a_fact_changed_in_the_database_changes_the_root_that_the_paper_bears(world: World) -> None:
    code = printed(world)
    [fact] = world.house.log.at([40])
    leaf = fact.leaf.replace(b"2016", b"2017").replace(b"2015", b"2014")
    assert leaf != fact.leaf
    damage(world.house.log, "update fact set leaf = :leaf where position = 40", leaf=leaf)
    found = check(world.house, code)
    assert (found.status, [one.what for one in found.changed]) == ("changed", ["root"])


def test_what_is_no_code_or_of_another_or_an_older_log_is_unknown(world: World) -> None:
    code = printed(world)
    for text in ("", "TZ1.", "TZ1.!!", code[:-9], "f" * 64, PREFIX + base64.urlsafe_b64encode(b"x").decode()):
        assert (check(world.house, text).status, check(world.house, text).why) == ("unknown", "no-code"), text
    assert check(world.house, rewritten(code, origin="0" * 16)).why == "other-log"
    assert check(world.house, rewritten(code, position=10_000)).why == "beyond-the-log"


def test_a_code_that_was_broken_into_lines_is_read_all_the_same(world: World) -> None:
    code = printed(world)
    assert check(world.house, "\n ".join(code[at : at + 60] for at in range(0, len(code), 60))).status == "same"
    assert len(code) < 800
