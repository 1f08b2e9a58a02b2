"""What every answer of the API has in common: its frame, its cursors, its files, and how it says no."""

from __future__ import annotations

import csv
import io

import pytest
from pyarrow import parquet
from sqlalchemy import update
from starlette.applications import Starlette
from web_world import CLASS, COUNTY, World

from taizhang.http.api_endpoints import PAGE_MOST
from taizhang.projections.tables import view_table


def test_an_answer_seen_already_is_not_sent_again(shared_world: World, shared_app: Starlette) -> None:
    client = shared_world.client(shared_app, "wang")
    first = client.get("/api/ledger")
    etag = first.headers["etag"]
    assert etag.startswith(f'"{first.json()["position"]}-')
    again = client.get("/api/ledger", headers={"if-none-match": f'"other", W/{etag}'})
    assert (again.status_code, again.content, again.headers["vary"]) == (304, b"", first.headers["vary"])
    other = client.get(f"/api/ledger?region={COUNTY}&period=2016", headers={"if-none-match": etag})
    assert other.status_code == 200


def test_a_fact_makes_another_answer(world: World, app: Starlette) -> None:
    client = world.client(app, "wang")
    etag = client.get("/api/facts").headers["etag"]
    assert client.post(f"/persons/{world.persons[0]}", data=_purpose(world, client)).status_code == 200
    assert client.get("/api/facts", headers={"if-none-match": etag}).status_code == 200


def test_a_view_that_stands_still_or_was_built_anew_does_not_make_another_answer_pass_for_this_one(
    world: World, app: Starlette
) -> None:
    client = world.client(app, "wang")

    def asked() -> tuple[str, str]:
        answer = client.get("/api/search?q=永登")
        return answer.headers["etag"], answer.json()["report"]

    def moved(**values: int) -> tuple[str, str]:
        with world.house.log.database.write() as connection:
            connection.execute(update(view_table()).where(view_table().c.name == "ledger").values(**values))
        return asked()

    seen = [asked(), moved(position=5), moved(position=6), moved(position=7, build=1)]
    with world.house.log.database.write() as connection:  # the others stand still at a position before it
        connection.execute(update(view_table()).where(view_table().c.name != "ledger").values(position=4))
    seen += [moved(position=5), moved(position=6)]
    assert len({etag for etag, _ in seen}) == len(seen)
    assert len({report for _, report in seen[-2:]}) == 2


def _purpose(world: World, client: object) -> dict[str, str]:
    return {"csrf": world.csrf(client), "purpose": "核对花名册姓名", "once": "a"}  # type: ignore[arg-type]


def test_pages_follow_each_other_by_link_and_tell_every_row_once(shared_world: World, shared_app: Starlette) -> None:
    client = shared_world.client(shared_app, "wang")
    whole = client.get(f"/api/facts?of=class:{CLASS}").json()["rows"]
    told, address = [], f"/api/facts?of=class:{CLASS}&limit=3"
    while address:
        answer = client.get(address)
        told += answer.json()["rows"]
        following = answer.links.get("next", {}).get("url", "")
        assert answer.links["first"]["url"] == f"/api/facts?of=class%3A{CLASS}&limit=3"
        assert "prev" not in answer.links
        assert bool(following) == (answer.json()["next"] is not None)
        address = following
    assert told == whole
    assert len(whole) > 6


def test_every_misshapen_parameter_is_named_at_once_and_none_is_repeated(
    shared_world: World, shared_app: Starlette
) -> None:
    client = shared_world.client(shared_app, "wang")
    answer = client.get("/api/ledger?regoin=620121&region=secret-1&as_effective_on=someday&limit=0&format=doc")
    problem = answer.json()
    assert answer.status_code == problem["status"] == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["type"] == "urn:taizhang:problem:misshapen"
    assert {one["pointer"] for one in problem["errors"]} == {
        "/regoin",
        "/region",
        "/as_effective_on",
        "/limit",
        "/format",
    }
    assert "secret-1" not in answer.text
    for one in problem["errors"]:
        assert one["detail"]
        assert one["detail_zh"]


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("ledger?as_recorded_at=2017-02-30&period=2016&period=2017&limit=0", {"as_recorded_at", "period", "limit"}),
        ("ledger/between?since=2016-13-01T08:30", {"since"}),
        ("feed?after=1&after=2", {"after"}),
        ("search?q=2017-02-30", set()),
    ],
)
def test_a_day_of_no_calendar_and_a_parameter_given_twice_are_named_with_all_the_rest(
    shared_world: World, shared_app: Starlette, question: str, named: set[str]
) -> None:
    answer = shared_world.client(shared_app, "wang").get(f"/api/{question}")
    assert answer.status_code == (422 if named else 200)
    assert {one["pointer"] for one in answer.json().get("errors", ())} == {f"/{name}" for name in named}


@pytest.mark.parametrize("after", ["~", "~bm9wZQ", "1;drop", "-1", "9" * 30, "~WzEsMl0"])
def test_a_cursor_of_nobody_is_named_as_what_is_wrong(shared_world: World, shared_app: Starlette, after: str) -> None:
    client = shared_world.client(shared_app, "wang")
    answer = client.get("/api/facts", params={"after": after})
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:taizhang:problem:no-such-page")
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/after"]


def test_a_page_is_never_longer_than_it_may_be(shared_world: World, shared_app: Starlette) -> None:
    client = shared_world.client(shared_app, "wang")
    assert client.get(f"/api/facts?limit={PAGE_MOST}").status_code == 200
    assert client.get(f"/api/facts?limit={PAGE_MOST + 1}").status_code == 422


def test_a_reader_waits_until_the_views_are_there_and_is_told_when_they_are_not(world: World, app: Starlette) -> None:
    client = world.client(app, "wang")
    head = world.house.log.head().position
    assert client.get(f"/api/ledger?wait={head}").json()["position"] == head
    late = client.get(f"/api/ledger?wait={head + 1}", headers={"prefer": "respond-async, wait=0"})
    assert late.status_code == 409
    assert late.json()["type"] == "urn:taizhang:problem:not-there-yet"


def test_whoever_may_not_ask_is_told_by_a_type_of_its_own(shared_world: World, shared_app: Starlette) -> None:
    answer = shared_world.client(shared_app, "security").get("/api/funds")
    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:taizhang:problem:not-your-role"


def test_a_whole_list_is_taken_as_a_file_of_any_kind_and_that_is_recorded(world: World, app: Starlette) -> None:
    client = world.client(app, "wang")
    rows = client.get(f"/api/ledger?class={CLASS}").json()["rows"]
    address = f"/api/ledger?class={CLASS}&purpose=核对"
    as_csv, as_lines = client.get(f"{address}&format=csv"), client.get(f"{address}&format=jsonl")
    table = list(csv.DictReader(io.StringIO(as_csv.content.decode("utf-8-sig"))))
    assert [row["code"] for row in table] == [row["code"] for row in rows]
    assert [row["person_times"] for row in table] == ["1", "1", "1"]
    assert len(as_lines.text.splitlines()) == len(rows)
    as_parquet = parquet.read_table(io.BytesIO(client.get(f"{address}&format=parquet").content))
    assert as_parquet.column("evidenced_minutes").to_pylist() == [row["figures"]["evidenced_minutes"] for row in rows]
    taken = client.get(f"/api/facts/{as_csv.headers['taizhang-export']}").json()["rows"][0]["body"]
    assert (taken["rows"], taken["purpose"]) == (3, "核对")
    assert as_csv.headers["repr-digest"].startswith("sha-256=:")


def test_a_file_is_not_handed_out_when_nobody_may_record_that_it_is(world: World, app: Starlette) -> None:
    client = world.client(app, "wang")
    head = world.house.log.head().position
    refused = client.get("/api/facts?format=csv&purpose=" + "x" * 300)
    assert refused.status_code == 422
    assert world.house.log.head().position == head
