"""From outside nobody enrols whom nobody registered, registers whom the vault does not know, or writes an id that nobody can read."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import update
from starlette.applications import Starlette
from starlette.testclient import TestClient
from web_world import CLASS, COUNTY, DAYS, World

from taizhang.adapters.recording import Result, record_lines
from taizhang.adapters.vault.arrivals import Arrival
from taizhang.adapters.vault.commitments import WHOLE
from taizhang.adapters.vault.store import statement
from taizhang.domain.enrolment import TraineeEnrolled
from taizhang.domain.envelope import opened
from taizhang.domain.identity import generate_identity, parse_identity
from taizhang.domain.refused import SubmissionRefused

ENROL = {"occurred_on": DAYS[0].isoformat(), "training_class": CLASS}
GHOST = "pghostghostghost2"
UNREADABLE = {
    "empty": "",
    "blank": " ",
    "a blank inside": "p 1",
    "a line end": "p1\n",
    "a wide blank": "\u3000",
    "a control character": "p\u0007",
    "nothing between": "p\u200b1",
    "turned around": "\u202ep1",
    "endless": "p" * 10_000,
}


@pytest.fixture
def wang(world: World, app: Starlette) -> TestClient:
    client = world.client(app, "wang")
    client.headers["x-csrf-token"] = world.csrf(client)
    return client


def _give(client: TestClient, command: str, body: Any, key: str = "k1") -> Any:
    return client.post(f"/api/commands/{command}", json={"body": body}, headers={"idempotency-key": key})


def _batch(client: TestClient, command: str, body: Any) -> Any:
    [told] = client.post("/api/commands", json={"commands": [{"id": "b1", "command": command, "body": body}]}).json()[
        "results"
    ]
    return told


def _line(world: World, command: str, body: Any) -> Result:
    [told] = record_lines(
        world.house,
        world.actor("wang"),
        [json.dumps({"id": f"r-{command}", "command": command, "body": body}).encode()],
    )
    return told


def _facts(world: World, after: int) -> list[Any]:
    return [opened(row.position, row.leaf).fact for row in world.house.log.page(after, 1_000)]


def _enrolment(world: World) -> int:
    """Where the last enrolment stands."""
    return max(row.position for row in world.house.log.page(0, 1_000) if row.type == TraineeEnrolled.TOPIC)


def test_nobody_is_enrolled_by_an_id_that_nobody_registered(world: World, wang: TestClient) -> None:
    before, body = world.house.log.head().position, ENROL | {"person": GHOST}
    answer = _give(wang, "training.enrol-trainee", body)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:taizhang:rule:people.unknown-person")
    assert "花名册" in answer.text
    assert _batch(wang, "training.enrol-trainee", body)["rule"] == "people.unknown-person"
    assert _line(world, "training.enrol-trainee", body).rule == "people.unknown-person"
    kept = _facts(world, before)
    assert {type(fact) for fact in kept} == {SubmissionRefused}, "what was refused is kept, and nothing else"
    assert {fact.rule for fact in kept} == {"people.unknown-person"}


def test_an_enrolment_is_not_corrected_to_somebody_whom_nobody_registered(world: World, wang: TestClient) -> None:
    said = {"body": ENROL | {"person": GHOST}, "reason": "录错人", "approver": "zhao"}
    answer = wang.post(f"/api/facts/{_enrolment(world)}/corrections", json=said, headers={"idempotency-key": "k1"})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:taizhang:rule:people.unknown-person")


def test_nobody_is_registered_of_whom_the_vault_keeps_no_such_statement(world: World, wang: TestClient) -> None:
    made_up = {"person": GHOST, "statement": "s1", "county": COUNTY, "occurred_on": "2016-03-01"}
    known = made_up | {"person": world.persons[0], "commitments": {WHOLE: "x" * 43}}
    for number, body in enumerate((made_up, made_up | {"commitments": {"name": "x" * 43}}, known)):
        answer = _give(wang, "people.register-person", body, key=f"k{number}")
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:taizhang:rule:people.statement-not-kept")
        assert "导入" in answer.text
    assert _batch(wang, "people.register-person", made_up)["rule"] == "people.statement-not-kept"
    assert _line(world, "people.register-person", made_up).rule == "people.statement-not-kept"
    stated = {"person": world.persons[0], "statement": "s9", "occurred_on": "2016-03-01"}
    assert _line(world, "people.state-person-details", stated).rule == "people.statement-not-kept"


def test_whom_the_vault_knows_is_registered_by_command_and_then_enrolled(world: World, wang: TestClient) -> None:
    """As an import leaves it that was killed between the vault and the log."""
    number = generate_identity(COUNTY, date(1990, 1, 2), 77)
    fields = {"name": "样例丁", "id_number": number}
    [met] = world.house.vault.welcome([Arrival(parse_identity(number), "s77", fields, "roster")])
    body = {"person": met.person, "statement": "s77", "county": COUNTY, "occurred_on": "2016-03-01"}
    assert _give(wang, "people.register-person", body | {"statement": "s78"}).status_code == 409
    whole = body | {"commitments": met.commitments}
    assert _give(wang, "people.register-person", whole, key="k2").status_code == 201
    assert _give(wang, "training.enrol-trainee", ENROL | {"person": met.person}, key="k3").status_code != 409


def test_whose_statement_was_altered_in_the_vault_is_not_registered_by_it(world: World, wang: TestClient) -> None:
    body = {
        "person": world.persons[0],
        "statement": "s9",
        "occurred_on": "2016-03-01",
        "commitments": {WHOLE: "x" * 43},
    }
    with world.house.vault._database.write() as connection:
        connection.execute(update(statement).values(stated_at=1))
    answer = _give(wang, "people.state-person-details", body)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:taizhang:rule:vault.statement-damaged")
    assert _facts(world, world.house.log.head().position - 1)[0].rule == "vault.statement-damaged", "which is kept"


@pytest.mark.parametrize("unreadable", UNREADABLE.values(), ids=UNREADABLE)
def test_an_id_that_nobody_can_read_is_a_badly_shaped_field(world: World, wang: TestClient, unreadable: str) -> None:
    before = world.house.log.head().position
    wrong = {
        "training.enrol-trainee": ENROL | {"person": unreadable},
        "training.state-wish": {
            "occurred_on": "2016-03-01", "person": unreadable, "county": unreadable, "occupation": unreadable,
        },
        "households.merge-households": {
            "occurred_on": "2016-03-01", "household": "h1", "merged": "h2", "persons": [world.persons[0], unreadable],
        },
        "officers.appoint-officer": {"occurred_on": "2016-03-01", "officer": unreadable, "organisation": unreadable},
    }  # fmt: skip
    at = (("person",), ("person", "county", "occupation"), ("persons/1",), ("officer", "organisation"))
    for (command, body), fields in zip(wrong.items(), at, strict=True):
        answer = _give(wang, command, body)
        assert answer.status_code == 422, answer.text
        assert {one["pointer"] for one in answer.json()["errors"]} == {f"/body/{field}" for field in fields}
        told = _line(world, command, body)
        assert told.outcome == "unusable"
        assert all(field.replace("/", ".") in (told.en or "") for field in fields)
        assert "80" in (told.zh or "")
        assert len(told.en or "") < 1_000, "what was typed is not repeated"
    correction = {"body": None, "reason": "x", "approver": unreadable}
    answer = wang.post(
        f"/api/facts/{_enrolment(world)}/corrections", json=correction, headers={"idempotency-key": "k9"}
    )
    assert "/approver" in {one["pointer"] for one in answer.json()["errors"]}
    assert world.house.log.head().position == before


def test_the_documents_say_what_an_id_looks_like(wang: TestClient) -> None:
    schemas = wang.get("/openapi.json").json()["components"]["schemas"]
    for body, field in (
        ("TraineeEnrolledBody", "person"),
        ("WishStatedBody", "county"),
        ("TraineeEnrolledBody", "training_class"),
    ):
        said = schemas[body]["properties"][field]
        assert said["maxLength"] == 80
        for unreadable in UNREADABLE.values():
            fits = re.search(said["pattern"], unreadable) is not None and len(unreadable) <= said["maxLength"]
            assert not fits or unreadable.endswith("\n"), "Python's $ alone lets a line end stand behind"
