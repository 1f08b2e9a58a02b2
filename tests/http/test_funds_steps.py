"""The steps of money lead on from page to page: each form is filled in with what the page before it knows, and asks for no random id."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser

import pytest
from money_web import CLAIM, LINE, account_of, funded, staffed
from starlette.applications import Starlette
from starlette.testclient import TestClient
from web_world import CLASS, COUNTY, PROVINCE, World, opened_world

from taizhang.domain.policy import ThresholdSet
from taizhang.http.app import create_app

BEGIN = date(2015, 1, 5)
PAYMENT = f"pay-{CLAIM.removeprefix('claim-')}-1"


class Form(HTMLParser):
    """The form of a page with all that stands in its fields, and what a field lets one choose."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.choices: dict[str, list[str]] = {}
        self._field, self._list = "", ""
        self.feed(page.partition('<form method="post" action="/record/')[2].partition("</form>")[0])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in ("input", "select", "textarea"):
            self._field = given.get("name", "")
            if given.get("type") != "checkbox":
                self.fields[self._field] = given.get("value", "")
        if tag == "datalist":
            self._field = f"body.{given['id'].removeprefix('choices-')}"
        if tag == "option":
            self.choices.setdefault(self._field, []).append(given["value"])
            if "selected" in given:
                self.fields[self._field] = given["value"]

    def handle_data(self, data: str) -> None:
        if self.lasttag == "textarea":
            self.fields[self._field] += data


@pytest.fixture(scope="module")
def approved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Starlette]]:
    """A claim is approved; the county holds the money and the school's account is on file."""
    with opened_world(tmp_path_factory.mktemp("steps")) as made:
        staffed(made)
        funded(made)
        account_of(made)
        days = ThresholdSet(occurred_on=BEGIN, name="notice-days", value=7, since=BEGIN, region=PROVINCE)
        made.record("province", days)
        made.house.views.catch_up()
        yield made, create_app(made.house, follow=False)


def _led(client: TestClient, page: str, command: str) -> Form:
    """The form of a step, as the link on a page opens it."""
    found = re.findall(rf'href="(/record/{command}[^"]*)"', client.get(page).text)
    assert found, (page, command)
    return Form(client.get(html.unescape(found[0])).text)


def _sent(world: World, client: TestClient, command: str, form: Form, **stated: str) -> int:
    """Send a form with what nobody but the officer knows; where its fact stands."""
    body = form.fields | {f"body.{name}": value for name, value in stated.items()} | {"reason": "补录"}
    answer = client.post(f"/record/{command}", data=body)
    problems = re.findall(r'(?:role="alert"|class="wrong")[^>]*>([^<]+)', answer.text)
    assert answer.status_code == 303, (command, problems)
    world.house.views.catch_up()
    return int(re.search(r"/facts/(\d+)", answer.headers["location"])[1])  # type: ignore[index]


def test_a_claim_is_posted_paid_sent_back_and_paid_again_by_following_its_page(
    approved: tuple[World, Starlette],
) -> None:
    world, app = approved
    clerk, cashier = world.client(app, "wang"), world.client(app, "cashier")
    page = f"/claims/{CLAIM}"
    assert "自公示之日起须满 7 天" in clerk.get(page).text, "the form says for how long, before anybody is refused"
    csrf = world.csrf(clerk)
    posting = {"csrf": csrf, "once": "n", "occurred_on": "2016-04-06", "place": "村务公开栏", "reason": "补录"}
    assert clerk.post(f"{page}/notice", data=posting).status_code == 303
    world.house.views.catch_up()
    form = _led(clerk, page, "funds.end-notice")
    _sent(world, clerk, "funds.end-notice", form, occurred_on="2016-04-20", objections="0")
    assert "等待支付" in clerk.get(page).text
    assert "/record/funds.pay-subsidy" not in clerk.get(page).text, "a clerk pays nothing"

    form = _led(cashier, page, "funds.pay-subsidy")
    assert form.fields["body.payment"] == PAYMENT
    assert (form.fields["body.amount_fen"], form.fields["body.payer"]) == ("2000.00", COUNTY)
    assert form.fields["body.account"].startswith("a"), "the one account of the school stands in the form"
    assert form.choices["body.line"] == [LINE]
    stated = {"occurred_on": "2016-04-25", "voucher": "凭证 1", "approver": "teller", "line": LINE}
    paid = _sent(world, cashier, "funds.pay-subsidy", form, **stated)
    figures = cashier.get(f"/funds?region={COUNTY}").text
    opens = re.search(r'href="([^"]*measure=paid_fen[^"]*)">2,000\.00<', figures)
    assert opens, "the figure moved,"
    assert f'href="/facts/{paid}"' in cashier.get(html.unescape(opens[1])).text, "and opens into the payment"

    back = _led(cashier, page, "funds.return-payment")
    assert (back.fields["body.payment"], back.fields["body.amount_fen"]) == (PAYMENT, "2000.00")
    _sent(world, cashier, "funds.return-payment", back, occurred_on="2016-05-03", document="退票", why="户名不符")
    again = _led(cashier, page, "funds.pay-subsidy")
    assert again.fields["body.payment"] == PAYMENT.replace("-1-1", "-1-2"), "an id that no payment has"
    stated |= {"occurred_on": "2016-05-10", "voucher": "凭证 2"}
    _sent(world, cashier, "funds.pay-subsidy", again, **stated)
    recover = _led(cashier, page, "funds.recover-funds")
    assert recover.fields["body.payment"] == again.fields["body.payment"]


def test_a_line_leads_to_its_steps_and_a_class_to_its_claim(approved: tuple[World, Starlette]) -> None:
    world, app = approved
    form = _led(world.client(app, "treasurer"), f"/funds/{LINE}", "funds.transfer-funds")
    assert (form.fields["body.line"], form.fields["body.payer"]) == (LINE, "620000")
    assert {COUNTY, "620000"} <= set(form.choices["body.receiver"])
    assert "/record/" not in _main(world.client(app, "treasurer").get(f"/funds/{LINE}?as_recorded_at=2016-01-01").text)
    claim = _led(world.client(app, "school"), f"/classes/{CLASS}", "funds.submit-claim")
    assert claim.fields["body.claim"] == f"claim-{CLASS[1:]}-2"
    assert f'href="/claims?class={CLASS}"' in world.client(app, "school").get(f"/classes/{CLASS}").text
    sent_on = world.client(app, "wang").get("/record/funds.post-notice", follow_redirects=False)
    assert sent_on.headers["location"] == "/claims", "nobody types a list's digest"


@pytest.mark.parametrize("officer", ["neighbour", "rival", "school"])
def test_a_form_offers_nothing_of_another_region_or_institution(
    approved: tuple[World, Starlette], officer: str
) -> None:
    world, app = approved
    client, mine = world.client(app, officer), officer == "school"
    commands = ("funds.submit-claim",) if officer != "neighbour" else ("funds.pay-subsidy", "funds.review-claim")
    assert client.get(f"/record/{commands[0]}").status_code == 200, "also where there is nothing to offer"
    for command in commands:
        choices = Form(client.get(f"/record/{command}?institution=i-yongdeng").text).choices
        offered = {one for found in choices.values() for one in found}
        assert offered.isdisjoint({LINE, CLAIM, *(() if mine else (CLASS, "i-yongdeng"))}), command
        assert not [one for one in choices.get("body.account", ()) if one], "no account of another county's school"
        assert (CLASS in offered) is mine


def _main(page: str) -> str:
    return page.partition("<main")[2].partition("</main>")[0]
