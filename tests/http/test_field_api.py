"""Postings, inspections and coverage through the API, and that every answer of the API is called something in both languages."""

from __future__ import annotations

import msgspec
import pytest
from starlette.applications import Starlette
from walking import NEEDED
from web_world import COUNTY, World

from taizhang.http.api_commands import WRITINGS
from taizhang.http.api_rooms import endpoints
from taizhang.http.texts import Texts

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
