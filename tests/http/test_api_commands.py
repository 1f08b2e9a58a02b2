"""Writing through the API: every command, exactly once, with every field at fault named, and one's own write readable."""

from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from web_world import CLASS, COUNTY, World

from taizhang.adapters.bank_accounts import NUMBER
from taizhang.adapters.requests import MORE_THAN_RECORDED
from taizhang.domain.decisions import commands
from taizhang.domain.funds.registering import RegisterBankAccount

REGION = {"occurred_on": "2016-01-04", "code": "620121101", "name": "新样例镇", "level": "township", "parent": COUNTY}


def _client(world: World, app: Starlette, officer: str = "province") -> TestClient:
    client = world.client(app, officer)
    client.headers["x-csrf-token"] = world.csrf(client)
    return client


def _give(client: TestClient, command: str, body: Any, key: str | None = "k1", **more: Any) -> Any:
    headers = {} if key is None else {"idempotency-key": key}
    return client.post(f"/api/commands/{command}", json={"body": body, **more}, headers=headers)


def test_a_command_is_recorded_and_read_back_by_its_writer(world: World, app: Starlette) -> None:
    client = _client(world, app)
    answer = _give(client, "regions.register-region", REGION, reason="新设")
    told = answer.json()
    assert (answer.status_code, told["outcome"], told["repeated"]) == (201, "recorded", False)
    fact = client.get(answer.headers["location"]).json()["rows"][0]
    assert fact["body"]["name"] == "新样例镇"
    assert (fact["reason"], fact["source"]["way"]) == ("新设", "api")
    assert fact["command"] == told["command"] == "api:province:k1"
    world.house.views.catch_up()
    assert client.get(f"/api/ledger?wait={told['position']}").json()["position"] >= told["position"]


def test_the_same_key_records_once_and_another_content_under_it_nothing(world: World, app: Starlette) -> None:
    client = _client(world, app)
    first = _give(client, "regions.register-region", REGION).json()
    again = _give(client, "regions.register-region", REGION)
    assert (again.status_code, again.json()["fact"], again.json()["repeated"]) == (200, first["fact"], True)
    other = _give(client, "regions.register-region", REGION | {"code": "620121102"})
    assert other.status_code == 422
    assert other.json()["type"] == "urn:taizhang:problem:idempotency-key-reused"
    assert world.house.log.head().position == first["position"]


def test_a_key_of_one_officer_is_nobody_elses(world: World, app: Starlette) -> None:
    mine = _give(_client(world, app), "regions.register-region", REGION)
    theirs = _give(_client(world, app, "wang"), "regions.register-region", REGION | {"code": "620121102"})
    assert (mine.status_code, theirs.status_code) == (201, 201)
    assert theirs.json()["command"] == "api:wang:k1"


@pytest.mark.parametrize("key", [None, "", "two words", "x" * 81, "句"])
def test_a_write_without_a_usable_key_is_refused(world: World, app: Starlette, key: str | None) -> None:
    headers = {} if key is None else {"idempotency-key": key.encode()}
    client = _client(world, app)
    answer = client.post("/api/commands/regions.register-region", json={"body": REGION}, headers=headers)  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:taizhang:problem:no-idempotency-key")


def test_every_field_at_fault_is_named_and_none_is_repeated(world: World, app: Starlette) -> None:
    body = {
        "occurred_on": "不久前",
        "code": 620121101,
        "name": "新样例镇",
        "level": "hamlet",
        "colour": "红",
        "parent": None,
    }
    answer = _give(_client(world, app), "regions.register-region", body, reasons="x")
    assert answer.status_code == 422
    inside = {"/body/occurred_on", "/body/code", "/body/level", "/body/colour"}
    assert {one["pointer"] for one in answer.json()["errors"]} == {"/reasons", *inside}
    answer = _give(_client(world, app), "regions.register-region", body)
    found = {one["pointer"]: one for one in answer.json()["errors"]}
    assert found.keys() == inside
    assert "不久前" not in answer.text
    assert "日期" in found["/body/occurred_on"]["detail_zh"]
    assert "county" in found["/body/level"]["detail"]


def test_what_is_wrong_around_a_body_and_inside_it_is_told_in_one_answer(world: World, app: Starlette) -> None:
    client, wrong = _client(world, app), REGION | {"occurred_on": "2016-13-01", "colour": "red"}
    del wrong["name"]
    inside = {"/body/occurred_on", "/body/colour", "/body/name"}
    answer = _give(client, "regions.register-region", wrong, paper={"number": 7})
    assert {one["pointer"] for one in answer.json()["errors"]} == {"/paper/number", *inside}
    position = _give(client, "regions.register-region", REGION).json()["fact"]
    said = {"body": wrong, "reason": "", "approver": "wang"}
    answer = client.post(f"/api/facts/{position}/corrections", json=said, headers={"idempotency-key": "k2"})
    assert {one["pointer"] for one in answer.json()["errors"]} == {"/reason", *inside}


def test_what_comes_with_a_number_or_a_file_is_checked_as_whole_as_the_rest(world: World, app: Starlette) -> None:
    client = _client(world, app, "wang")
    body = {"occurred_on": "2016-13-01", "county": COUNTY}
    answer = _give(client, "funds.register-bank-account", body, personal={NUMBER: "1"}, reasons="")
    found = {one["pointer"] for one in answer.json()["errors"]}
    assert found == {"/reasons", "/body/occurred_on", "/body/document"}, "and nothing that the vault fills in"
    answer = _give(client, "training.file-attachment", {"occurred_on": "2016-13-01"}, personal={"file": "@"})
    found = {one["pointer"] for one in answer.json()["errors"]}
    assert found == {"/body/occurred_on", "/body/training_class", "/body/attachment_kind"}


def test_a_command_that_is_not_there_is_told_before_what_its_body_lacks(world: World, app: Starlette) -> None:
    answer = _client(world, app).post("/api/commands/no.such", json={}, headers={"idempotency-key": "k1"})
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:taizhang:problem:no-such-command")


def test_a_rule_that_says_no_is_the_problems_type(world: World, app: Starlette) -> None:
    client = _client(world, app, "wang")
    refused = _give(
        client, "training.complete-class", {"occurred_on": "2016-03-08", "training_class": "c620121-none"}, "k2"
    )
    assert refused.status_code == 409
    assert refused.json()["type"] in {row["type"] for row in _all(client, "/api/problems")}


def test_a_correction_keeps_the_fact_and_says_so_when_it_changed_meanwhile(world: World, app: Starlette) -> None:
    client = _client(world, app, "zhao")
    fact = client.get(f"/api/facts?of=class:{CLASS}&limit=1").json()["rows"][0]
    body = fact["body"] | {"name": "中式烹调师(一)班"}
    said = {"body": body, "reason": "班名写错", "approver": "wang"}
    path = f"/api/facts/{fact['position']}/corrections"
    answer = client.post(path, json=said, headers={"idempotency-key": "c1"})
    assert answer.status_code == 201, answer.text
    assert client.get(f"/api/facts/{fact['position']}").json()["rows"][0]["corrections"] == [answer.json()["fact"]]
    stale = client.post(path, json=said | {"body": None, "seen": "0" * 64}, headers={"idempotency-key": "c2"})
    assert (stale.status_code, stale.json()["type"]) == (409, "urn:taizhang:problem:seen-otherwise")


def test_many_commands_in_one_request_are_decided_one_by_one_and_once(world: World, app: Starlette) -> None:
    client = _client(world, app)
    register = {"command": "regions.register-region"}
    batch = [
        {"id": "a", **register, "body": REGION},
        {"id": "b", **register, "body": REGION | {"code": "620121102", "parent": "620199"}},
        {"id": "c", **register, "body": {"code": 1}},
        {"id": "d", **register, "body": REGION | {"code": "620121103", "name": "另一样例镇"}},
    ]
    for _ in range(2):
        told = client.post("/api/commands", json={"commands": batch}).json()
        assert [one["id"] for one in told["results"]] == ["a", "b", "c", "d"]
        assert [one["outcome"] for one in told["results"]] == ["recorded", "refused", "unusable", "recorded"]
        head = world.house.log.head().position
    assert told["position"] == head
    alone = _give(client, "regions.register-region", {"code": 1}, "alone").json()["errors"]
    assert {one["pointer"] for one in alone} > {"/body/code", "/body/name"}
    within = [one | {"pointer": f"/commands/2{one['pointer']}"} for one in alone]
    assert [one.get("errors") for one in told["results"]] == [None, None, within, None], "as alone, and with the remedy"


def test_a_field_that_stands_twice_is_named_and_nothing_is_recorded(world: World, app: Starlette) -> None:
    client = _client(world, app)
    before = world.house.log.head().position
    headers = {"idempotency-key": "k", "content-type": "application/json"}
    body = json.dumps(REGION)[:-1]
    one = f'{{"body": {body}, "n\\u0061me": "x", "level": "village"}}, "reason": "a", "reason": "b"}}'
    many = f'{{"commands": [{{"id": "a", "command": "regions.register-region", "body": {body}, "level": "county"}}}}]}}'
    for path, text, pointers in (
        ("/api/commands/regions.register-region", one, ["/reason", "/body/name", "/body/level"]),
        ("/api/commands", many, ["/commands/0/body/level"]),
    ):
        answer = client.post(path, content=text, headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (422, "urn:taizhang:problem:misshapen")
        assert [wrong["pointer"] for wrong in answer.json()["errors"]] == pointers
        assert answer.json()["errors"][0]["detail_zh"] == "同一对象中此字段写了不止一次,只保留一个。"
    assert world.house.log.head().position == before


def test_another_site_cannot_make_a_browser_write(world: World, app: Starlette) -> None:
    client = world.client(app, "province")
    answer = _give(client, "regions.register-region", REGION)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:taizhang:problem:no-form-token")


def test_what_is_no_json_is_told_so(world: World, app: Starlette) -> None:
    client = _client(world, app)
    path, headers = "/api/commands/regions.register-region", {"idempotency-key": "k"}
    as_form = client.post(path, data={"body": "x"}, headers=headers)
    broken = client.post(path, content=b'{"body"', headers=headers | {"content-type": "application/json"})
    huge = _give(client, "regions.register-region", REGION | {"name": "a\0b"})
    nested = '{"body": ' + "[" * 500 + "]" * 500 + "}"
    deep = client.post(path, content=nested, headers=headers | {"content-type": "application/json"})
    assert [one.status_code for one in (as_form, broken, huge, deep)] == [415, 400, 422, 400]
    assert "64" in deep.json()["detail"], "as deep as it may be, instead of a server that fails"


def test_every_command_of_the_domain_is_listed_and_taken(shared_world: World, shared_app: Starlette) -> None:
    client = _client(shared_world, shared_app)
    taken = sorted(commands().keys() - MORE_THAN_RECORDED.keys())
    assert [row["command"] for row in _all(client, "/api/commands")] == taken
    for name in taken:
        vaulted = {"personal": {NUMBER: "6222000000000000"}} if name == RegisterBankAccount.COMMAND else {}
        assert _give(client, name, {"no-such-field": 1}, **vaulted).status_code == 422, name
    for name in ("no.such-command", *MORE_THAN_RECORDED):
        assert _give(client, name, {}).status_code == 404


def _all(client: TestClient, path: str) -> list[dict[str, Any]]:
    rows, after = [], None
    while True:
        told = client.get(path, params={"limit": 1000, **({"after": after} if after else {})}).json()
        rows += told["rows"]
        after = told["next"]
        if after is None:
            return rows
