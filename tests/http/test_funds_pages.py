"""Money on pages: what a finance officer follows from the line to the trainee and back, and what a figure opens into."""

from __future__ import annotations

import html
import re

import pytest
from bare_figures import bare
from money_web import CLAIM, LINE, plain, positions
from starlette.applications import Starlette
from web_world import CLASS, COUNTY, PROVINCE, World

from taizhang.http.texts import LANGUAGES

PAGES = (
    *("/funds", "/funds?by=region", "/funds?by=institution", f"/funds/{LINE}", f"/funds/{LINE}/replay"),
    *(
        f"/funds/{LINE}/between?since_effective_on=2016-02-01",
        f"/funds/{LINE}/lineage",
        f"/funds/{LINE}/lineage?class={CLASS}",
    ),
    *("/funds/flags", "/funds/reconciliation", "/claims", f"/claims/{CLAIM}", f"/claims/{CLAIM}/notice"),
    f"/funds/{LINE}/facts?measure=paid_fen",
    f"/funds/{LINE}/ties?tie=tie-1&region={COUNTY}",
)


@pytest.mark.parametrize("officer", ["treasurer", "cashier", "wang", "city"])
def test_every_page_about_money_opens_in_both_languages_and_all_its_facts_do(
    money: World, money_app: Starlette, officer: str
) -> None:
    client = money.client(money_app, officer)
    for page in PAGES:
        for language in LANGUAGES:
            answer = client.get(f"{page}{'&' if '?' in page else '?'}lang={language}")
            assert answer.status_code == 200, (page, language)
        for position in positions(answer.text):
            assert client.get(f"/facts/{position}").status_code == 200, (page, position)


def test_one_yuan_is_followed_from_the_line_to_the_trainee_and_back(money: World, money_app: Starlette) -> None:
    client = money.client(money_app, "treasurer")
    assert f'href="/funds/{LINE}"' in client.get("/funds").text
    assert f"/funds/{LINE}/lineage" in client.get(f"/funds/{LINE}").text
    classes = client.get(f"/funds/{LINE}/lineage").text
    assert f"class={CLASS}" in classes
    assert re.search(rf'href="/classes/{CLASS}">中式烹调师一班<', classes), "a class is known by its name"
    shares = client.get(f"/funds/{LINE}/lineage?class={CLASS}").text
    assert "账外来源 → 甘肃省 → 永登县" in plain(shares)
    assert {f"/persons/{person}" for person in money.persons[:2]} <= set(re.findall(r'href="(/persons/[^"]+)"', shares))
    for back in (f"/persons/{money.persons[0]}", f"/classes/{CLASS}"):
        text = client.get(back).text
        assert f"/funds/{LINE}/lineage" in text, back
        assert f"/claims/{CLAIM}" in text, back
    assert f"/funds/{LINE}/lineage" not in client.get(f"/persons/{money.persons[2]}").text


def test_a_figure_opens_into_entries_that_sum_up_to_it(money: World, money_app: Starlette) -> None:
    client = money.client(money_app, "cashier")
    line = client.get(f"/funds/{LINE}").text
    for measure, shown in (("received_fen", "4,000.00"), ("paid_fen", "2,000.00"), ("balance_fen", "2,000.00")):
        assert f"measure={measure}" in line
        assert shown in line
        facts = client.get(f"/funds/{LINE}/facts?measure={measure}").text
        assert f"<b>{shown}</b>" in facts, measure
    between = client.get(f"/funds/{LINE}/facts?between={PROVINCE}>{COUNTY}&book=cash").text
    assert "<b>4,000.00</b>" in between


@pytest.mark.parametrize("path", ["/funds", "/funds?by=region", "/funds?by=source", f"/funds/{LINE}"])
def test_every_figure_of_a_page_is_what_the_page_that_it_opens_says(
    money: World, money_app: Starlette, path: str
) -> None:
    client = money.client(money_app, "treasurer")
    opening = re.findall(r'<a class="fig" href="([^"]+/facts[^"]*measure=[^"]+)">([^<]+)</a>', client.get(path).text)
    assert opening
    for href, shown in dict(opening).items():
        if "idle_days" in href or "aged_" in href:
            continue  # they open into the balance that waits
        opened = re.search(
            r'<div class="tiles">(.*?)</div></div>', client.get(html.unescape(href)).text, flags=re.DOTALL
        )
        assert opened is not None
        assert shown in opened[1], href


def test_no_figure_about_money_opens_into_nothing(money: World, money_app: Starlette) -> None:
    client = money.client(money_app, "cashier")
    pages = ("/funds", "/funds?by=region", f"/funds/{LINE}", "/funds/flags", "/funds/reconciliation", "/claims")
    for page in (*pages, f"/claims/{CLAIM}", f"/funds/{LINE}/lineage"):
        assert bare(client.get(page).text) == [], page


def test_an_indicator_of_an_evaluation_opens_into_the_places_and_payments_it_is_reckoned_from(
    money: World, money_app: Starlette
) -> None:
    client = money.client(money_app, "cashier")
    opens = re.findall(
        rf'href="(/funds/{LINE}/evaluation\?indicator=[^"]+)">([^<]+)<', client.get(f"/funds/{LINE}").text
    )
    assert {"persons", "evidenced-hours-rate"} <= {href.partition("=")[2] for href, _ in opens}
    for href, value in opens:
        page = client.get(href).text
        assert f"<b>{value}</b>" in page, href
        assert re.search(r'href="/facts/\d+"', page), href
    assert client.get(f"/funds/{LINE}/evaluation?indicator=satisfaction").status_code == 404
    assert money.client(money_app, "neighbour").get(f"/funds/{LINE}/evaluation?indicator=persons").status_code == 404


def test_what_is_due_for_training_done_opens_into_the_persons_who_count_and_what_was_allotted(
    money: World, money_app: Starlette
) -> None:
    client, path = money.client(money_app, "cashier"), f"/funds/{LINE}/ties?tie=tie-1&region={COUNTY}"
    [cell, *_] = re.findall(rf'href="({re.escape(html.escape(path))})">([^<]+)<', client.get(f"/funds/{LINE}").text)
    text = client.get(html.unescape(cell[0])).text
    assert cell[1] == "2"
    assert bare(text) == []
    assert re.findall(r'href="/persons/([^"]+)"', text) == [*money.persons[:2]]
    assert {">800.00<", ">1,600.00<", ">4,000.00<", ">+2,400.00<"} <= set(re.findall(r">[+\d,.]+<", text))
    [allotted] = set(re.findall(rf'href="(/funds/{LINE}/facts[^"]+)"', text))
    assert "<b>4,000.00</b>" in client.get(html.unescape(allotted)).text
    [stated] = re.findall(r'href="(/facts\?of=[^"]+)"', text)
    assert re.search(r'href="/facts/\d+"', money.client(money_app, "treasurer").get(html.unescape(stated)).text)
    assert client.get(f"/funds/{LINE}/ties?tie=none&region={COUNTY}").status_code == 404
    assert money.client(money_app, "neighbour").get(path).status_code == 404


def test_the_flow_is_a_picture_with_words_and_a_table(money: World, money_app: Starlette) -> None:
    text = money.client(money_app, "treasurer").get(f"/funds/{LINE}").text
    picture = text[text.index("<svg") : text.index("</svg>")]
    assert 'role="group"' in picture
    assert "样例就业补助资金:从来源到最终收款人" in picture
    assert "甘肃省 → 永登县: 4,000.00" in picture
    assert "<script" not in text
    assert "style=" not in picture


def test_an_unreadable_question_is_answered_in_words(money: World, money_app: Starlette) -> None:
    client = money.client(money_app, "treasurer")
    for page, status in (
        ("/funds?year=20x6", 400),
        ("/funds?by=colour", 400),
        (f"/funds/{LINE}/replay?at=x", 400),
        (f"/funds/{LINE}/replay?day=x", 400),
        (f"/funds/{LINE}/between?since=x", 400),
        (f"/funds/{LINE}/facts?measure=colour", 404),
        ("/funds/flags?kind=colour", 404),
        ("/funds/reconciliation?kind=colour", 404),
        (f"/funds/{LINE}/lineage?class={CLASS}&after=x", 400),
    ):
        assert client.get(page).status_code == status, page
