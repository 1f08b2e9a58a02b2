"""Any read table through the API: paged and filtered, and never a row of another region."""

from __future__ import annotations

import msgspec
import pytest
from starlette.applications import Starlette
from web_world import CLASS, COUNTY, DAYS, World

from taizhang.domain.enrolment import TraineeWithdrawn


def test_a_read_table_is_paged_by_its_key_and_narrowed_down(shared_world: World, shared_app: Starlette) -> None:
    client = shared_world.client(shared_app, "wang")
    assert "ledger_enrolment" in [row["table"] for row in client.get("/api/tables?limit=1000").json()["rows"]]
    address, persons = "/api/tables/ledger_enrolment?limit=2", []
    while address:
        answer = client.get(address)
        persons += [row["person"] for row in answer.json()["rows"]]
        address = answer.links.get("next", {}).get("url", "")
    assert persons == sorted(shared_world.persons)
    institution = client.get("/api/tables/ledger_class?institution=i-yongdeng").json()["rows"]
    assert [row["training_class"] for row in institution] == [CLASS]
    assert client.get("/api/tables/ledger_class?institution=i-none").json()["rows"] == []


def test_a_foreign_officer_sees_no_row_and_no_private_column_is_told(
    shared_world: World, shared_app: Starlette
) -> None:
    foreign = shared_world.client(shared_app, "foreign")
    for table in ("ledger_class", "ledger_enrolment", "household", "household_member", "person", "wish_stated"):
        assert foreign.get(f"/api/tables/{table}").json()["rows"] == [], table
    assert foreign.get(f"/api/tables/person?region={COUNTY}").status_code == 404
    assert foreign.get("/api/tables/person_alias").status_code == 404
    mine = shared_world.client(shared_app, "wang").get("/api/tables/ledger_class").json()["rows"][0]
    assert "state" not in mine


@pytest.mark.parametrize("table", ["fact", "lead", "case_file", "no_such"])
def test_what_is_no_read_table_is_not_there(shared_world: World, shared_app: Starlette, table: str) -> None:
    assert shared_world.client(shared_app, "province").get(f"/api/tables/{table}").status_code == 404


def test_the_dictionary_is_a_page_in_both_languages_and_a_package(shared_world: World, shared_app: Starlette) -> None:
    client = shared_world.client(shared_app, "wang")
    for language, words in (("zh", "培训班编号"), ("en", "id of the class")):
        page = client.get(f"/dictionary?table=ledger_class&lang={language}")
        assert words in page.text
        assert len(page.content) < 200_000
    assert client.get("/dictionary?table=fact").status_code == 404
    assert client.get("/dictionary.json").json()["name"] == "taizhang-read-tables"


# -- the axis of recording ---------------------------------------------------------------------------------


def test_every_table_says_whether_an_earlier_recording_time_can_be_asked(
    shared_world: World, shared_app: Starlette
) -> None:
    client = shared_world.client(shared_app, "province")
    rows = client.get("/api/tables?limit=1000").json()["rows"]
    at = shared_world.house.log.head().recorded_at
    for row in rows:
        answer = client.get(f"/api/tables/{row['table']}?as_recorded_at={at}&limit=1")
        if row["recorded_axis"] == "now":
            assert answer.status_code == 409, row
            assert answer.json()["type"] == "urn:taizhang:problem:known-now-only"
        else:
            assert answer.status_code == 200, answer.text
            assert answer.json()["known_at"] == at
            assert client.get(f"/api/tables/{row['table']}?limit=1").json()["known_at"] is None
    axes = {row["table"]: row["recorded_axis"] for row in rows}
    assert (axes["person_status"], axes["ledger_delta"], axes["plan"]) == ("versions", "changes", "now")


def test_a_table_of_an_earlier_time_holds_what_was_known_then_also_in_a_file(world: World, app: Starlette) -> None:
    client = world.client(app, "wang")
    before = world.house.log.head().recorded_at
    told = client.get("/api/tables/ledger_enrolment").json()["rows"]
    left = TraineeWithdrawn(occurred_on=DAYS[1], training_class=CLASS, person=world.persons[2], why="other")
    world.record("zhao", left)
    world.house.views.catch_up()
    gone = {row["person"]: row["withdrawn_on"] for row in client.get("/api/tables/ledger_enrolment").json()["rows"]}
    assert gone[world.persons[2]] == DAYS[1].isoformat()
    address = f"/api/tables/ledger_enrolment?as_recorded_at={before}"
    then = client.get(address).json()["rows"]
    assert {row["person"]: row["withdrawn_on"] for row in then} == {row["person"]: None for row in told}
    assert all(row.items() <= whole.items() for row, whole in zip(then, told, strict=True))
    lines = client.get(f"{address}&format=jsonl&purpose=t").text.splitlines()
    assert [msgspec.json.decode(line) for line in lines] == then
    assert world.client(app, "foreign").get(address).json()["rows"] == []
    sums = client.get(f"/api/tables/ledger_delta?as_recorded_at={before}").json()["rows"]
    assert sum(row["person_times"] for row in sums) == len(told)
    assert sum(row["person_times"] for row in client.get("/api/tables/ledger_delta").json()["rows"]) == len(told) - 1
