"""Every command has a form, generated from its fact: read in words, refused in words, recorded once."""

from __future__ import annotations

import html
import re

import msgspec
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from web_world import CLASS, COUNTY, World

from taizhang.adapters.desk import DeskBusy
from taizhang.adapters.requests import VAULTED
from taizhang.domain.decisions import commands
from taizhang.http.record_pages import ELSEWHERE, commands_for, fields_of
from taizhang.http.texts import LANGUAGES, Texts

WITH_FORM = sorted(set(commands()) - ELSEWHERE)
VENUE = "institutions.register-venue"
ACCOUNT = "funds.register-bank-account"


def _sent(client: TestClient, world: World, command: str, **fields: str) -> dict[str, str]:
    """What a browser sends from the form: its hidden fields, and these."""
    page = client.get(f"/record/{command}").text
    once = re.search(r'name="once" value="([^"]+)"', page)
    assert once is not None
    return {"csrf": world.csrf(client), "once": once[1], **{name.replace("__", "."): v for name, v in fields.items()}}


def _venue(client: TestClient, world: World, **more: str) -> dict[str, str]:
    stated = {
        "body__occurred_on": "2016-01-05",
        "body__venue": "v-1",
        "body__institution": "i-yongdeng",
        "body__name": "样例教室",
        "body__village": "620121100001",
        "body__seats": "60",
        "reason": "generated sample",
    }
    return _sent(client, world, VENUE, **{**stated, **more})


@pytest.mark.parametrize("command", WITH_FORM)
def test_every_form_asks_for_all_that_its_fact_cannot_be_without(command: str) -> None:
    decision = commands()[command]
    needed = {field.name for field in msgspec.structs.fields(decision.DECIDES) if field.required}
    assert needed - {*VAULTED.get(decision.DECIDES, ())} <= {form.name for form in fields_of(decision)}


@pytest.mark.parametrize("command", WITH_FORM)
def test_every_field_of_every_command_has_a_name_in_both_languages(command: str) -> None:
    texts = Texts.load()
    for form in fields_of(commands()[command]):
        assert texts.known(f"field.{form.name}"), form.name
        assert texts.known(f"expected.{form.expected}"), form.name
        for code in (code for code in form.codes if not code.isdecimal()):
            assert texts.known(f"{form.word_group}.{code}"), f"{form.name}: {code}"


def test_every_area_of_the_list_has_a_name() -> None:
    texts = Texts.load()
    areas = {area for decision in commands().values() for role in decision.ROLES for area in commands_for(role)}
    assert {"funds", "training"} <= areas
    assert not [area for area in areas if not texts.known(f"record_area.{area}")]


def test_a_clerk_finds_the_forms_of_the_role_and_no_others(shared_world: World, shared_app: Starlette) -> None:
    client = shared_world.client(shared_app, "wang")
    for language in LANGUAGES:
        page = client.get(f"/record?lang={language}").text
        offered = set(re.findall(r'href="/record/([a-z.-]+)"', page))
        assert {VENUE, ACCOUNT, "funds.review-claim"} <= offered
        assert "funds.pay-subsidy" not in offered
        for command in offered:
            assert client.get(f"/record/{command}?lang={language}").status_code == 200, command
        assert {"/lists", "/seals"} <= set(re.findall(r'href="([^"]+)"', page.partition("<main")[2]))
    sent_on = client.get("/record/outside.import-list", follow_redirects=False)
    assert (sent_on.status_code, sent_on.headers["location"]) == (303, "/lists"), "nobody types a file's digest"
    for command in ("funds.pay-subsidy", "no.such-command", "people.register-person"):
        assert client.get(f"/record/{command}").status_code == 404, command


def test_what_a_decision_computes_is_not_asked_for(shared_world: World, shared_app: Starlette) -> None:
    page = shared_world.client(shared_app, "wang").get("/record/funds.submit-claim").text
    assert 'name="body.purpose"' in page
    for computed in ("entitlements", "amount_fen", "rate_fen", "prepared_by"):
        assert f'name="body.{computed}"' not in page, computed


def test_an_address_may_fill_the_form(shared_world: World, shared_app: Starlette) -> None:
    client = shared_world.client(shared_app, "wang")
    page = client.get("/record/funds.end-notice?claim=claim-620121-1&training_class=c620121-2016-001").text
    assert 'value="claim-620121-1"' in page


def test_a_form_is_recorded_once_and_leads_to_its_fact(world: World, app: Starlette) -> None:
    client = world.client(app, "zhao")
    sent = _venue(client, world)
    answer = client.post(f"/record/{VENUE}", data=sent)
    assert answer.status_code == 303, html.unescape(answer.text)
    head = world.house.log.head().position
    assert answer.headers["location"] == f"/facts/{head}?done=recorded"
    assert "样例教室" in client.get(f"/facts/{head}").text
    assert client.post(f"/record/{VENUE}", data=sent).status_code == 303
    assert world.house.log.head().position == head


def test_an_unreadable_field_is_explained_beside_it_and_nothing_is_recorded(world: World, app: Starlette) -> None:
    client = world.client(app, "zhao")
    head = world.house.log.head().position
    answer = client.post(f"/record/{VENUE}", data=_venue(client, world, body__occurred_on="3月5日", body__seats=""))
    text = html.unescape(answer.text)
    assert answer.status_code == 422
    assert "填的是“3月5日”" in text
    assert "名额:必填" in text
    assert 'value="v-1"' in text  # what could be read stays
    assert world.house.log.head().position == head


def test_a_refusal_comes_back_in_words_with_what_was_typed(world: World, app: Starlette) -> None:
    client = world.client(app, "zhao")
    answer = client.post(f"/record/{VENUE}", data=_venue(client, world, body__occurred_on="2999-01-01"))
    assert answer.status_code == 409
    assert re.search(r'class="note bad" role="alert">[^<]*2999', answer.text)
    assert 'value="v-1"' in answer.text


def test_a_foreign_form_token_records_nothing(world: World, app: Starlette) -> None:
    client = world.client(app, "zhao")
    head = world.house.log.head().position
    assert client.post(f"/record/{VENUE}", data=_venue(client, world) | {"csrf": "other"}).status_code == 403
    assert world.house.log.head().position == head


def test_an_account_number_goes_to_the_vault_and_is_shown_nowhere(world: World, app: Starlette) -> None:
    client, number = world.client(app, "wang"), "6228480402564890018"
    stated = {
        "body__occurred_on": "2016-03-01",
        "body__county": COUNTY,
        "body__document": "样例 1 号",
        "body__person": world.persons[0],
        "account_number": number,
        "reason": "generated sample",
    }
    answer = client.post(f"/record/{ACCOUNT}", data=_sent(client, world, ACCOUNT, **stated))
    assert answer.status_code == 303, html.unescape(answer.text)
    page = client.get(answer.headers["location"]).text
    assert number not in page
    head = world.house.log.head().position
    assert number.encode() not in world.house.log.at([head])[0].leaf
    placeholder = _sent(client, world, ACCOUNT, **{**stated, "account_number": "0000000000000000"})
    refused = client.post(f"/record/{ACCOUNT}", data=placeholder)
    assert refused.status_code == 409
    assert "0000000000000000" not in refused.text


def test_a_person_whom_nobody_registered_gets_no_seat_by_a_mistyped_id(world: World, app: Starlette) -> None:
    client, before = world.client(app, "wang"), world.house.log.head().position
    stated = {
        "body__occurred_on": "2016-03-07",
        "body__training_class": CLASS,
        "body__person": "pmistyped",
        "reason": "x",
    }
    answer = client.post(
        "/record/training.enrol-trainee?lang=zh", data=_sent(client, world, "training.enrol-trainee", **stated)
    )
    assert answer.status_code == 422
    assert "人员编号 pmistyped 未登记。请先导入花名册或户册登记该人员。" in html.unescape(answer.text)
    assert world.house.log.head().position == before
    assert 'value="pmistyped"' in answer.text, "what was typed is still there"


def test_a_form_that_meets_a_busy_log_comes_back_filled_in(
    world: World, app: Starlette, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = world.client(app, "wang")
    sent = _venue(client, world)

    def busy(*_: object) -> None:
        raise DeskBusy

    with monkeypatch.context() as patched:
        patched.setattr(world.house.desk, "submit", busy)
        answer = client.post(f"/record/{VENUE}?lang=zh", data=sent)
    assert answer.status_code == 503
    assert 'value="样例教室"' in answer.text
    assert DeskBusy().zh in html.unescape(answer.text)
    assert client.post(f"/record/{VENUE}", data=sent).status_code == 303
