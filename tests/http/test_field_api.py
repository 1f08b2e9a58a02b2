"""Postings, inspections and coverage through the API, and that every answer of the API is called something in both languages."""

from __future__ import annotations

import msgspec
import pytest
from starlette.applications import Starlette
from walking import NEEDED
from web_world import COUNTY, World

from taizhang.http.api_commands import WRITINGS
from taizhang.http.api_endpoints import Dated, Endpoint
from taizhang.http.api_rooms import endpoints
from taizhang.http.texts import Texts

MISSING = {"/api/plans/gaps"}  # tells of what is not there, which is all of it before the log began
LISTS = [one for one in endpoints() if one.row is not None and "{" not in one.path]


@pytest.mark.parametrize("endpoint", LISTS, ids=lambda endpoint: endpoint.name)
def test_every_list_is_answered_in_the_shape_that_it_declares(
    shared_world: World, shared_app: Starlette, endpoint: object
) -> None:
    declared = next(one for one in LISTS if one is endpoint)
    needed = {
        one.encode_name: NEEDED[one.encode_name] for one in msgspec.structs.fields(declared.asked) if one.required
    }
    answer = shared_world.client(shared_app, "wang").get(declared.path, params=needed)
    if declared.roles is not None and "clerk" not in declared.roles:
        assert answer.status_code == 403
        return
    assert answer.status_code == 200, answer.text
    msgspec.json.decode(answer.content, type=declared.told)


@pytest.mark.parametrize(
    "endpoint",
    [one for one in LISTS if issubclass(one.asked, Dated) and one.path not in MISSING],
    ids=lambda endpoint: endpoint.name,
)
def test_no_list_that_takes_a_recording_time_tells_what_was_not_known_then(
    shared_world: World, shared_app: Starlette, endpoint: Endpoint
) -> None:
    fields = [one.encode_name for one in msgspec.structs.fields(endpoint.asked) if one.required]
    asked = {name: NEEDED[name] for name in fields}
    client = shared_world.client(shared_app, "province")
    now = client.get(endpoint.path, params=asked)
    before = client.get(endpoint.path, params=asked | {"as_recorded_at": "1999-12-31"})
    assert now.status_code in (200, 403), now.text
    if now.status_code == 200 and any(_says_something(row) for row in now.json()["rows"]):
        assert before.status_code == 404 or before.json()["rows"] != now.json()["rows"]


def _says_something(row: dict[str, object]) -> bool:
    """A row of nothing but noughts and gaps, as of money where there is none, is the same at any moment."""
    figures = [value for value in row.values() if not isinstance(value, str)]
    return any(figures) or not figures


def test_coverage_counts_those_whom_the_programme_is_for(shared_world: World, shared_app: Starlette) -> None:
    client = shared_world.client(shared_app, "province")
    rows = {row["name"]: row for row in client.get(f"/api/coverage?region={COUNTY}").json()["rows"]}
    assert rows["registered-poor"]["reached"] <= rows["registered-poor"]["of"]
    [target] = client.get("/api/targets").json()["rows"]
    assert (target["target"], target["reached"]) == (728_000, 3)
    assert client.get(f"/api/targets?region={COUNTY}").json()["rows"] == []


def test_every_answer_and_every_way_to_write_is_named_in_both_languages() -> None:
    texts = Texts.load()
    unnamed = [one.name for one in (*endpoints(), *WRITINGS) if not texts.known(f"answer.{one.name}")]
    assert unnamed == []
