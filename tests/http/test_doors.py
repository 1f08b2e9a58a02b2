"""The door: strangers stay out, forms carry their token, sizes have limits, every answer bears the headers."""

from __future__ import annotations

import asyncio

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from web_world import PASSWORD, World

from taizhang.http.doors import FORM_BYTES, OPEN_PATHS
from taizhang.http.errors import for_programs
from taizhang.http.signin_pages import local


def _paths(app: Starlette) -> list[tuple[str, str]]:
    sample = {"{position:int}": "1", "{person}": "pxxxxxxxxxxxxxxxx", "{training_class}": "c620121-x"}
    found = []
    for route in app.routes:
        if isinstance(route, Route):
            path = route.path
            for name, value in sample.items():
                path = path.replace(name, value)
            found += [(method, path) for method in sorted(route.methods or ()) if method != "HEAD"]
    return found


def test_a_stranger_is_led_to_the_sign_in_page_from_every_route(shared_world: World, shared_app: Starlette) -> None:
    client = shared_world.client(shared_app)
    for method, path in [*_paths(shared_app), ("GET", "/no-such-page")]:
        if path in OPEN_PATHS:
            continue
        answer = client.request(method, path)
        if for_programs(path):
            assert answer.status_code == 401, path
            assert answer.headers["content-type"] == "application/problem+json"
        else:
            assert answer.status_code == 303, path
            assert answer.headers["location"].startswith("/signin"), path


def test_whoever_sends_a_form_after_the_session_is_over_is_told_that_nothing_was_recorded(
    shared_world: World, shared_app: Starlette
) -> None:
    client = shared_world.client(shared_app)
    head = shared_world.house.log.head().position
    led = client.post("/record/training.state-wish", data={"body.occupation": "cook"}).headers["location"]
    assert "刚才提交的内容没有记录" in client.get(f"{led}&lang=zh").text
    assert "what you sent was not recorded" in client.get(f"{led}&lang=en").text
    assert "没有记录" not in client.get("/signin?lang=zh").text
    assert shared_world.house.log.head().position == head


def test_who_goes_away_in_the_middle_of_a_form_is_no_mistake_of_ours(shared_app: Starlette) -> None:
    begun = {"type": "http.request", "body": b"officer=w", "more_body": True}
    received, sent = iter([begun, {"type": "http.disconnect"}]), []

    async def receive():  # type: ignore[no-untyped-def]
        return next(received)

    async def send(message) -> None:  # type: ignore[no-untyped-def]
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/signin", "query_string": b"", "scheme": "http"}
    scope["headers"] = [(b"content-type", b"application/x-www-form-urlencoded")]
    asyncio.run(shared_app(scope, receive, send))  # raises what the server would write into its log
    assert sent[0]["status"] == 400


def test_every_post_without_its_form_token_is_refused(shared_world: World, shared_app: Starlette) -> None:
    client = shared_world.client(shared_app, "wang")
    posts = [path for method, path in _paths(shared_app) if method == "POST"]
    assert posts
    for path in posts:
        for token in ("", "wrong"):
            answer = client.post(path, data={"csrf": token})
            assert answer.status_code == 403, path
            assert ("problem:no-form-token" if for_programs(path) else "表单已过期") in answer.text, path


def test_sign_in_sets_a_cookie_that_scripts_cannot_read(shared_world: World, shared_app: Starlette) -> None:
    client = shared_world.client(shared_app)
    client.get("/signin")
    token = client.cookies["taizhang_form"]
    form = {"officer": "wang", "password": PASSWORD, "csrf": token, "next": "/facts?type=x"}
    answer = client.post("/signin", data=form)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/facts?type=x"
    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("taizhang_session"))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie  # plain http on the own machine


def test_the_cookie_is_secure_over_https(shared_world: World, shared_app: Starlette) -> None:
    client = shared_world.client(shared_app)
    client.base_url = "https://testserver"
    answer = client.get("/signin")
    assert "Secure" in answer.headers["set-cookie"]
    assert "strict-transport-security" in answer.headers


def test_a_wrong_password_says_nothing_about_the_officer(shared_world: World, shared_app: Starlette) -> None:
    answers = []
    for officer in ("board", "nobody-at-all"):
        client = shared_world.client(shared_app)
        client.get("/signin")
        form = {"officer": officer, "password": "not this one", "csrf": client.cookies["taizhang_form"]}
        answer = client.post("/signin", data=form)
        assert answer.status_code == 403
        answers.append(answer.text.replace(officer, "").replace(client.cookies["taizhang_form"], ""))
    assert answers[0] == answers[1]


def test_signing_out_ends_the_session_on_the_server(world: World, app: Starlette) -> None:
    client = world.client(app, "wang")
    token = client.cookies["taizhang_session"]
    assert client.post("/signout", data={"csrf": world.csrf(client)}).status_code == 303
    assert world.house.signin.who(token) is None


def test_who_signs_in_anew_in_the_same_browser_leaves_no_session_behind(world: World, app: Starlette) -> None:
    client = world.client(app, "wang")
    before = client.cookies["taizhang_session"]
    sent = {"csrf": world.csrf(client), "officer": "zhao", "password": PASSWORD}
    after = client.post("/signin", data=sent).cookies["taizhang_session"]
    assert world.house.signin.who(before) is None
    session = world.house.signin.who(after)
    assert session is not None
    assert session.officer == "zhao"


def test_a_first_password_must_be_changed_before_anything_else(world: World, app: Starlette) -> None:
    world.house.signin.enrol("wang", "样例", world.house.signin.new_key(), PASSWORD)
    client = world.client(app, "wang")
    assert client.get("/facts").headers["location"] == "/password"
    refused = client.get("/api/facts")
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:taizhang:problem:password-first")
    new = "another long password"
    form = {"csrf": world.csrf(client), "old": PASSWORD, "new": new, "again": new}
    answer = client.post("/password", data=form)
    assert answer.headers["location"] == "/?done=password"
    client.cookies.set("taizhang_session", answer.cookies["taizhang_session"])
    assert client.get("/facts").status_code == 200


@pytest.mark.parametrize(
    "address", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "//[", "x", ""]
)
def test_nobody_is_led_to_another_site_after_sign_in(address: str) -> None:
    assert local(address) == "/"


def test_a_page_of_ours_is_kept_as_the_next_one() -> None:
    assert local("/ledger?region=620121") == "/ledger?region=620121"


@pytest.mark.parametrize("path", ["/signin", "/facts", "/no-such-page", "/static/taizhang.css", "/api/facts"])
def test_every_answer_bears_the_security_headers(shared_world: World, shared_app: Starlette, path: str) -> None:
    answer = shared_world.client(shared_app, "wang").get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-inline" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"


def test_a_form_past_its_limit_is_413_announced_or_not(shared_world: World, shared_app: Starlette) -> None:
    client = shared_world.client(shared_app, "wang")
    answer = client.post("/signout", data={"csrf": "x" * (FORM_BYTES + 1)})
    assert answer.status_code == 413
    assert "过大" in answer.text
    pieces = (b"csrf=" if part == 0 else b"x" * 65_536 for part in range(FORM_BYTES // 65_536 + 2))
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert client.post("/signout", content=pieces, headers=headers).status_code == 413


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/no-such-page", 404), ("DELETE", "/facts", 405)])
def test_errors_are_pages_in_both_languages(
    shared_world: World, shared_app: Starlette, method: str, path: str, status: int
) -> None:
    client = shared_world.client(shared_app, "wang")
    answer = client.request(method, path)
    assert answer.status_code == status
    assert 'lang="zh-CN"' in answer.text
    other = client.request(method, f"{path}?lang=en")
    assert '<html lang="en">' in other.text
    problem = client.request(method, f"/api{path}")
    assert problem.status_code == status
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json()["status"] == status


def test_the_language_of_the_address_stays_for_this_browser(shared_world: World, shared_app: Starlette) -> None:
    client = shared_world.client(shared_app)
    assert '<html lang="zh-CN">' in client.get("/signin").text
    assert '<html lang="en">' in client.get("/signin?lang=en").text
    assert '<html lang="en">' in client.get("/signin").text
    assert '<html lang="en">' in client.get("/signin?lang=klingon").text


def test_our_own_mistake_is_a_designed_page_with_headers_and_no_trace(
    world: World, app: Starlette, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a secret detail")

    client = world.client(app, "wang")
    monkeypatch.setattr(type(world.house.log), "page", broken)
    client._transport.raise_server_exceptions = False  # type: ignore[attr-defined]
    answer = client.get("/facts")
    assert answer.status_code == 500
    assert "系统出错" in answer.text
    assert "a secret detail" not in answer.text
    assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_an_officer_without_any_role_is_told_so(world: World, app: Starlette) -> None:
    world.house.signin.enrol("newcomer", "新人", world.house.signin.new_key(), PASSWORD, must_change=False)
    answer = world.client(app, "newcomer").get("/facts")
    assert answer.status_code == 403
    assert "没有任何岗位授权" in answer.text


HOSTILE = [
    "/signin?next=//[",
    "/ledger?as_recorded_at=9999-12-31T23:59:59Z",
    "/ledger/between?as_recorded_at=0001-01-01",
    "/ledger/between?since=9223372036854775808",
    "/funds/LINE-1/then?then_recorded_at=11111111111111111111",
    "/ledger?q=%00",
    "/persons/a%00b",
    f"/facts/{'1' * 4500}",
    f"/api/facts/{'1' * 4500}",
    f"/attachments/{'1' * 900}",
    f"/duplicates?after={'1' * 4500}",
    f"/postings?after={'1' * 4500}",
    f"/api/facts?of={'x' * 9000}",
]


@pytest.mark.parametrize("address", HOSTILE, ids=lambda address: address[:60])
def test_no_address_that_somebody_types_is_our_own_mistake(
    shared_world: World, shared_app: Starlette, address: str
) -> None:
    answer = shared_world.client(shared_app, "wang").get(address)
    assert 300 <= answer.status_code < 500
    assert "content-security-policy" in answer.headers


def test_a_character_that_no_text_has_is_refused_in_a_form(shared_world: World, shared_app: Starlette) -> None:
    client = shared_world.client(shared_app, "wang")
    sent = {"csrf": shared_world.csrf(client), "kind": "name", "value": "张", "purpose": "核对名单", "once": "a\0b"}
    assert client.post("/search/people", data=sent).status_code == 400
    parts = f'--x\r\ncontent-disposition: form-data; name="csrf"\r\n\r\n{sent["csrf"]}\r\n--x\r\n'
    parts += 'content-disposition: form-data; name="files"; filename="a\0b.xlsx"\r\n\r\nPK\r\n--x--\r\n'
    headers = {"content-type": "multipart/form-data; boundary=x"}
    assert client.post("/import", content=parts, headers=headers).status_code == 400


def test_an_error_page_leads_back_and_says_it_in_the_other_language_without_sending_anything_again(
    shared_world: World, shared_app: Starlette
) -> None:
    client = shared_world.client(shared_app, "wang")
    here = {"referer": "http://testserver/seals?region=620121"}
    page = client.get("/classes/c999999-x?a=1", headers=here).text
    assert 'href="/seals?region=620121">回到上一页' in page
    assert 'href="?lang=en"' in page
    sent = client.post("/duplicates", data={"csrf": "bad"}, headers=here).text
    assert 'href="/?lang=en"' in sent
    for elsewhere in ("http://evil.example/seals", "http://testserver//evil.example/", "javascript:alert(1)", ""):
        assert "回到上一页" not in client.get("/classes/c999999-x", headers={"referer": elsewhere}).text
