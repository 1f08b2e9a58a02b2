"""Programs at the door: an officer's key opens the API, and nothing else; wrong keys shut the door for a while."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from web_world import CLASS, COUNTY, PASSWORD, World

from taizhang.adapters.key_issuing import issue, keys_within, revoke
from taizhang.adapters.signin import LOCK_SECONDS, TRIES_BEFORE_LOCK, SignIn
from taizhang.domain.core import OfficerId, OrganisationId, RegionCode
from taizhang.domain.envelope import Source
from taizhang.domain.officer_keys import KeyId
from taizhang.domain.officers import Grant, RoleRevoked
from taizhang.http.wrong_keys import WrongKeys

MINUTE_US = 60_000_000


def _program(app: Starlette, key: str) -> TestClient:
    return TestClient(app, headers={"authorization": f"Bearer {key}"}, follow_redirects=False)


@pytest.fixture
def key(world: World) -> str:
    """The key of the county's clerk; the first password was never changed, which is no program's business."""
    made = SignIn.new_key()
    world.house.signin.enrol("wang", "样例 wang", made, PASSWORD, must_change=True)
    return made


def test_a_program_reads_the_api_with_its_officers_key(app: Starlette, key: str) -> None:
    program = _program(app, key)
    for path in ("/api/status", "/api/ledger", f"/api/facts?of=class:{CLASS}", "/api/facts/30"):
        answer = program.get(path)
        assert answer.status_code == 200, path
        assert "set-cookie" not in answer.headers
    assert program.get("/api/ledger").json()["figures"]["persons"] == 3


def test_a_program_sees_what_its_officer_may_see_and_no_more(world: World, app: Starlette) -> None:
    made = SignIn.new_key()
    world.house.signin.enrol("foreign", "样例 foreign", made, PASSWORD)
    program = _program(app, made)
    assert program.get(f"/api/ledger?region={COUNTY}").status_code == 404
    assert program.get(f"/api/facts?of=class:{CLASS}").status_code == 404


def test_a_key_opens_no_page(app: Starlette, key: str) -> None:
    for path in ("/", "/ledger", f"/classes/{CLASS}", "/password"):
        assert _program(app, key).get(path).status_code == 303, path


def test_a_program_without_a_right_key_is_told_how_to_come(app: Starlette, key: str) -> None:
    nobody = TestClient(app, follow_redirects=False).get("/api/ledger")
    assert (nobody.status_code, nobody.headers["www-authenticate"]) == (401, "Bearer")
    wrong = _program(app, key + "x").get("/api/ledger")
    assert (wrong.status_code, wrong.headers["www-authenticate"]) == (401, 'Bearer error="invalid_token"')
    assert wrong.headers["content-type"] == "application/problem+json"
    assert _program(app, "").get("/api/ledger").status_code == 401


def test_a_wrong_key_is_not_made_good_by_a_session(world: World, app: Starlette) -> None:
    client = world.client(app, "zhao")
    assert client.get("/api/ledger").status_code == 200
    assert client.get("/api/ledger", headers={"authorization": "Bearer tzk_no"}).status_code == 401


def test_wrong_keys_shut_the_door_to_their_address_and_say_for_how_long(app: Starlette, key: str) -> None:
    for number in range(TRIES_BEFORE_LOCK):
        assert _program(app, f"tzk_{number}").get("/api/ledger").status_code == 401
    shut = _program(app, key).get("/api/ledger")
    assert shut.status_code == 429
    assert 0 < int(shut.headers["retry-after"]) <= LOCK_SECONDS
    assert shut.headers["content-type"] == "application/problem+json"
    assert "密钥" in shut.json()["detail_zh"]


def test_a_former_key_opens_nothing(world: World, app: Starlette, key: str) -> None:
    world.house.signin.enrol("wang", "样例 wang", SignIn.new_key(), PASSWORD)
    assert _program(app, key).get("/api/ledger").status_code == 401


def test_the_door_opens_again_after_a_quarter_of_an_hour_and_a_right_key_clears_the_count() -> None:
    now = [1_000_000]
    keys = WrongKeys(lambda: now[0])
    for _ in range(TRIES_BEFORE_LOCK - 1):
        keys.count("a")
    assert keys.locked_seconds("a") == 0
    keys.count("a")
    assert (keys.locked_seconds("a"), keys.locked_seconds("b")) == (LOCK_SECONDS, 0)
    now[0] += 15 * MINUTE_US
    assert keys.locked_seconds("a") == 0
    for _ in range(TRIES_BEFORE_LOCK - 1):
        keys.count("a")
    keys.forget("a")
    keys.count("a")
    assert keys.locked_seconds("a") == 0


def _program_key(world: World, role: str = "clerk", until: date = date(2099, 1, 1)) -> tuple[str, str]:
    """A program's own key for the county clerk's role: its id, and the secret."""
    grant = Grant(OfficerId("wang"), role, OrganisationId("hr-620121"), RegionCode(COUNTY))
    last = min(until, world.house.desk.today() + timedelta(days=30))
    return issue(world.house, world.actor("security"), grant, "夜间报送", last, Source(way="page"))


def test_a_programs_own_key_acts_in_its_one_role_until_it_is_revoked(world: World, app: Starlette) -> None:
    key, secret = _program_key(world)
    assert secret.startswith("tzp_")
    answer = _program(app, secret).get(f"/api/facts?of=class:{CLASS}")
    assert answer.status_code == 200
    assert _program(app, secret).get("/ledger").status_code == 303  # no page
    [kept] = keys_within(world.house, RegionCode("620000"))
    assert (kept.key, kept.stands, kept.grant.officer) == (key, True, "wang")
    assert kept.last_used_at is not None
    revoke(world.house, world.actor("wang"), KeyId(key), Source(way="page"))
    over = _program(app, secret).get("/api/ledger")
    assert (over.status_code, over.json()["type"]) == (401, "urn:taizhang:problem:key-over")
    assert over.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    with world.house.signin_database.read() as connection:
        rows = [str(row) for row in connection.exec_driver_sql("SELECT * FROM program_key")]
    assert not any(secret in row for row in rows)


def test_a_program_loses_its_role_with_its_officer(world: World, app: Starlette) -> None:
    _, secret = _program_key(world)
    gone = RoleRevoked(
        occurred_on=date(2016, 1, 4), officer=OfficerId("wang"), role="clerk", organisation=OrganisationId("hr-620121"),
        region=RegionCode(COUNTY),
    )  # fmt: skip
    world.record("security", gone)
    assert _program(app, secret).get("/api/ledger").status_code == 401


def test_a_key_that_only_the_table_knows_opens_nothing(world: World, app: Starlette) -> None:
    world.house.program_keys.keep(KeyId("kplanted"), "tzp_planted", OfficerId("wang"))
    assert _program(app, "tzp_planted").get("/api/ledger").status_code == 401


def test_the_security_administrator_issues_and_revokes_on_the_page_and_the_owner_sees_it(
    world: World, app: Starlette
) -> None:
    client = world.client(app, "security")
    sent = {
        "csrf": world.csrf(client), "grant": f"clerk@hr-620121@{COUNTY}@wang", "purpose": "夜间报送",
        "until": str(world.house.desk.today() + timedelta(days=30)),
    }  # fmt: skip
    shown = re.search(r"<b>(tzp_[^<]+)</b>", client.post("/keys", data=sent).text)
    assert shown is not None
    assert _program(app, shown[1]).get("/api/facts").status_code == 200
    [kept] = keys_within(world.house, RegionCode(COUNTY))
    owner = world.client(app, "wang")
    assert kept.key in (page := owner.get("/keys").text)
    assert "<td>夜间报送</td>" in page, "what it is for, so that somebody can tell which to renew"
    assert kept.key not in world.client(app, "foreign").get("/keys").text
    assert (
        client.post("/keys", data={**sent, "grant": "security-administrator@hr-620000@620000@security"}).status_code
        == 422
    )
    forbidden = world.client(app, "foreign")
    theirs = {"csrf": world.csrf(forbidden), "key": kept.key}
    assert forbidden.post("/keys/revoke", data=theirs).status_code == 409
    assert owner.post("/keys/revoke", data={"csrf": world.csrf(owner), "key": kept.key}).status_code == 303
    assert _program(app, shown[1]).get("/api/facts").status_code == 401
