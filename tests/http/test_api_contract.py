"""The served OpenAPI document is kept: schemathesis makes requests up from it, and no answer breaks it or is a 5xx.

Seeded and few for each operation, so that it stays within seconds; `examples` raises it for a longer search.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from jsonschema import Draft202012Validator
from schemathesis.specs.openapi.checks import ignored_auth
from starlette.applications import Starlette
from starlette.routing import Route
from web_world import PASSWORD, World, opened_world

from taizhang.adapters.signin import SignIn
from taizhang.http.app import create_app

EXAMPLES = int(os.environ.get("TAIZHANG_TEST_EXAMPLES", "2"))
READS = 2  # as many more for each answer that is read


@pytest.fixture(scope="module")
def asked_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world of this file's own: what is made up is recorded, where it may be."""
    with opened_world(tmp_path_factory.mktemp("contract")) as world:
        yield world


@pytest.fixture(scope="module")
def asked_app(asked_world: World) -> Starlette:
    return create_app(asked_world.house, follow=False)


@pytest.fixture(scope="module")
def key(asked_world: World) -> str:
    made = SignIn.new_key()
    asked_world.house.signin.enrol("province", "样例 province", made, PASSWORD, must_change=False)
    return made


@pytest.fixture(scope="module")
def document(asked_app: Starlette, asked_world: World, key: str) -> dict[str, Any]:
    answer = asked_world.client(asked_app).get("/openapi.json", headers={"authorization": f"Bearer {key}"})
    assert answer.status_code == 200
    found: dict[str, Any] = msgspec.json.decode(answer.content)
    return found


def test_every_route_of_the_api_is_in_the_document(document: dict[str, Any], asked_app: Starlette) -> None:
    served = {
        (method.lower(), route.path.replace(":int", ""))
        for route in asked_app.routes
        if isinstance(route, Route) and route.path.startswith("/api/")
        for method in (route.methods or set()) - {"HEAD"}
    } - {("post", "/api/commands/{command}")}
    told = {(method, path) for path, methods in document["paths"].items() for method in methods}
    assert served <= told
    assert {path for method, path in told - served} == {path for path in document["paths"] if "/commands/" in path}


def test_every_schema_of_the_document_is_one(document: dict[str, Any]) -> None:
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_example_of_a_command_and_of_a_parameter_is_what_its_schema_asks_for(document: dict[str, Any]) -> None:
    given, beside = 0, {"components": document["components"]}
    for methods in document["paths"].values():
        for said in methods.values():
            for parameter in said["parameters"]:
                for example in parameter["schema"].get("examples", ()):
                    Draft202012Validator(parameter["schema"]).validate(example)
            for media in said.get("requestBody", {}).get("content", {}).values():
                if "example" in media:
                    Draft202012Validator(media["schema"] | beside).validate(media["example"])
                    given += 1
    assert given == len([path for path in document["paths"] if path.startswith("/api/commands/")])


def test_no_request_made_up_from_the_document_is_answered_otherwise_than_it_says(
    document: dict[str, Any], asked_app: Starlette, key: str
) -> None:
    schema = schemathesis.openapi.from_dict(document)
    schema.app = asked_app
    schema.config.generation.update(allow_x00=False)  # refused by words, not by schema: see adapters/shapes.py
    once = iter(range(10**9))
    for found in schema.get_all_operations():
        _ask(found.ok(), key, once)
    assert next(once) > len(document["paths"])


def _ask(operation: Any, key: str, once: Iterator[int]) -> None:
    @seed(1)
    @settings(
        max_examples=EXAMPLES * (READS if operation.method == "get" else 1),
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        number = next(once)
        if case.headers and "Idempotency-Key" in case.headers:
            case.headers["Idempotency-Key"] = f"made-up-{number}"  # hypothesis likes to give the same one again
        if case.query and case.query.get("follow"):
            case.query["follow"] = False  # a stream that stays would be waited for
        answer = case.call(headers={"authorization": f"Bearer {key}", "prefer": "wait=0"})  # positions never reached
        case.validate_response(answer, excluded_checks=[ignored_auth])  # tests/http/test_doors.py walks without a key

    ask()
