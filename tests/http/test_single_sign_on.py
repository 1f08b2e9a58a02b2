"""Single sign-on against a provider that really answers, on the loopback: codes, PKCE, signed ID tokens, and what is refused."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from served import serving
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from web_world import OTHER_COUNTY, PASSWORD, World

from taizhang.adapters.signin import SignIn
from taizhang.adapters.single_sign_on import Provider, SingleSignOn
from taizhang.domain.core import OfficerId, OrganisationId, RegionCode
from taizhang.domain.officer_keys import SignInGiven
from taizhang.domain.officers import OfficerAppointed, RoleGranted
from taizhang.http.app import create_app

requests = pytest.importorskip("requests")
jwt = pytest.importorskip("joserfc.jwt")
jwk = pytest.importorskip("joserfc.jwk")
CLIENT, SECRET = "taizhang", "office-secret"


class Office:
    """A small OpenID provider: everybody is signed in there as `account`; `wrong` bends one claim of the next token."""

    def __init__(self) -> None:
        self.issuer = ""
        self.account = "zhang.wang@office.example"
        self.wrong: dict[str, Any] = {}
        self.signs_with_another = False
        self._key, self._other = (jwk.RSAKey.generate_key(2048, {"kid": "k1"}) for _ in range(2))
        self._codes: dict[str, dict[str, str]] = {}
        self.app = Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._configuration),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
                Route("/jwks", self._keys),
            ]
        )

    async def _configuration(self, _: Request) -> Response:
        named = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "jwks"}
        return JSONResponse({"issuer": self.issuer, **{name: f"{self.issuer}/{at}" for name, at in named.items()}})

    async def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        assert (asked["client_id"], asked["response_type"]) == (CLIENT, "code")
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(12)
        self._codes[code] = asked
        return RedirectResponse(f"{asked['redirect_uri']}?code={code}&state={asked['state']}", 303)

    async def _token(self, request: Request) -> Response:
        form = await request.form()
        _, _, given = request.headers["authorization"].partition(" ")
        asked = self._codes.pop(str(form["code"]), None)
        challenge = hashlib.sha256(str(form["code_verifier"]).encode()).digest()
        if (
            base64.b64decode(given).decode() != f"{CLIENT}:{SECRET}"
            or asked is None
            or asked["redirect_uri"] != form["redirect_uri"]
            or asked["code_challenge"] != base64.urlsafe_b64encode(challenge).decode().rstrip("=")
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {"iss": self.issuer, "sub": self.account, "aud": CLIENT, "iat": now, "exp": now + 300}
        claims = {**claims, "nonce": asked["nonce"], **self.wrong}
        key = self._other if self.signs_with_another else self._key
        token = jwt.encode({"alg": "RS256", "kid": "k1"}, claims, key)
        return JSONResponse({"access_token": "a", "token_type": "Bearer", "expires_in": 300, "id_token": token})

    async def _keys(self, _: Request) -> Response:
        return JSONResponse({"keys": [self._key.as_dict(private=False)]})


@pytest.fixture(scope="module")
def served() -> Iterator[Office]:
    office = Office()

    def at(address: str) -> Any:
        office.issuer = address
        return office.app

    with serving(at):
        yield office


@pytest.fixture
def office(served: Office) -> Office:
    served.wrong, served.signs_with_another = {}, False
    return served


@pytest.fixture
def browser(world: World, office: Office) -> TestClient:
    """A browser at a house whose office has single sign-on, in which that account is the county clerk's."""
    house = world.house
    provider = Provider(issuer=office.issuer, client_id=CLIENT, client_secret=SECRET)
    house.single_sign_on = SingleSignOn(provider, house.signin_database, house.clock)
    house.single_sign_on.link(office.account, "wang")
    return TestClient(create_app(house, follow=False), follow_redirects=False)


def signed_on(browser: TestClient, asked: str = "/facts") -> str:
    """Through the provider's page and back: the address at which the provider leads the browser to us again."""
    begun = browser.get(f"/signin/sso?next={asked}")
    assert begun.status_code == 303, begun.text
    answer = requests.get(begun.headers["location"], allow_redirects=False, timeout=60)
    parts = urlsplit(answer.headers["location"])
    return f"{parts.path}?{parts.query}"


def test_an_officer_comes_in_by_the_offices_account_and_the_session_says_so(world: World, browser: TestClient) -> None:
    assert "/signin/sso" in browser.get("/signin").text
    back = browser.get(signed_on(browser))
    assert (back.status_code, back.headers["location"]) == (303, "/facts")
    session = world.house.signin.who(browser.cookies["taizhang_session"])
    assert session is not None
    assert (session.officer, session.authenticated, session.must_change) == ("wang", "single-sign-on", False)
    assert browser.get("/ledger").status_code == 200


def test_what_comes_back_is_taken_once_and_from_the_browser_that_began(browser: TestClient, world: World) -> None:
    address = signed_on(browser)
    stranger = TestClient(browser.app, follow_redirects=False)
    assert stranger.get(address).status_code == 403
    assert browser.get(address).status_code == 403  # the stranger has used it up: a login is begun anew
    address = signed_on(browser)
    assert browser.get(address).status_code == 303
    browser.cookies.delete("taizhang_session")
    again = browser.get(address)
    assert again.status_code == 403
    assert "taizhang_session" not in again.headers.get("set-cookie", "")


@pytest.mark.parametrize(
    "wrong",
    [{"nonce": "another"}, {"aud": "another"}, {"iss": "https://another.example"}, {"exp": 1_000}, {"sub": 7}],
    ids=lambda one: next(iter(one)),
)
def test_a_token_with_a_wrong_claim_opens_nothing(
    world: World, browser: TestClient, office: Office, wrong: dict[str, Any]
) -> None:
    office.wrong = wrong
    answer = browser.get(signed_on(browser))
    assert answer.status_code == 403
    assert "单点登录未成功" in answer.text
    assert next(iter(world.house.signin.events(None))).event == "sign-on-refused"  # the audit administrator reads it
    assert "taizhang_session" not in browser.cookies


def test_a_token_signed_by_somebody_else_opens_nothing(browser: TestClient, office: Office) -> None:
    office.signs_with_another = True
    assert browser.get(signed_on(browser)).status_code == 403


def test_a_state_of_ones_own_making_opens_nothing(browser: TestClient) -> None:
    code = parse_qs(urlsplit(signed_on(browser)).query)["code"][0]
    assert browser.get(f"/signin/sso/return?code={code}&state=made-up").status_code == 403
    assert browser.get("/signin/sso/return?error=access_denied&state=x").status_code == 403
    state = parse_qs(urlsplit(signed_on(browser)).query)["state"][0]
    answer = browser.get(f"/signin/sso/return?error=access_denied&state={state}&lang=en")
    assert "cancelled at your office" in answer.text


def test_an_account_that_is_nobodys_here_is_told_whom_to_ask(browser: TestClient, office: Office) -> None:
    account, office.account = office.account, "stranger@office.example"
    answer = browser.get(signed_on(browser))
    office.account = account
    assert answer.status_code == 403
    assert "尚未对应本系统的经办人" in answer.text


def test_nobody_is_led_to_another_site_afterwards(browser: TestClient) -> None:
    assert browser.get(signed_on(browser, "https://evil.example/")).headers["location"] == "/"


def test_a_provider_that_does_not_answer_is_said_on_the_sign_in_page(world: World, browser: TestClient) -> None:
    house = world.house
    assert house.single_sign_on is not None
    silent = msgspec.structs.replace(house.single_sign_on.provider, issuer="http://127.0.0.1:9")
    house.single_sign_on = SingleSignOn(silent, house.signin_database, house.clock)
    answer = browser.get("/signin/sso")
    assert answer.status_code == 503
    assert "请用密码登录" in answer.text


def test_a_house_without_single_sign_on_offers_none(world: World) -> None:
    client = TestClient(create_app(world.house, follow=False), follow_redirects=False)
    assert "/signin/sso" not in client.get("/signin").text
    assert client.get("/signin/sso").status_code == 404


def test_the_security_administrator_links_an_account_and_that_is_recorded(
    world: World, browser: TestClient, office: Office
) -> None:
    security = world.client(browser.app, "security")
    account, office.account = office.account, "new@office.example"
    sent = {"csrf": world.csrf(security), "officer": "zhao", "account": office.account}
    assert security.post("/officers/account", data=sent).headers["location"] == "/officers?find=zhao&done=linked"
    assert "new@office.example" in security.get("/officers?find=zhao").text
    assert browser.get(signed_on(browser)).status_code == 303
    office.account = account
    session = world.house.signin.who(browser.cookies["taizhang_session"])
    assert session is not None
    assert session.officer == "zhao"
    [last] = world.house.log.page(world.house.log.head().position - 1, 1)
    assert last.type == SignInGiven.TOPIC


def test_no_administrator_takes_the_account_of_an_officer_of_elsewhere(
    world: World, browser: TestClient, office: Office
) -> None:
    there = OrganisationId(f"office-{OTHER_COUNTY}")
    who, region = OfficerId("local"), RegionCode(OTHER_COUNTY)
    world.record(
        "security",
        OfficerAppointed(occurred_on=date(2015, 1, 5), officer=who, organisation=there),
        RoleGranted(
            occurred_on=date(2015, 1, 5), officer=who, role="security-administrator", organisation=there, region=region
        ),
    )
    world.house.signin.enrol(who, who, SignIn.new_key(), PASSWORD, must_change=False)
    local, head = world.client(browser.app, who), world.house.log.head().position
    sent = {"csrf": world.csrf(local), "officer": "foreign", "account": office.account}  # wang's, of the other county
    answer = local.post("/officers/account", data=sent)
    assert answer.status_code == 409
    assert "属于其他地区" in answer.text
    assert "wang" not in answer.text
    assert world.house.single_sign_on.officer_of(office.account) == "wang"
    assert world.house.log.head().position == head
