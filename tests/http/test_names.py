"""What a figure of money is about, on its page: the class and the line by their names, an id only beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from money_web import CLAIM, LINE, funded, paid, staffed
from starlette.applications import Starlette
from web_world import CLASS, COUNTY, World, opened_world

from taizhang.adapters.log.log import Criterion
from taizhang.domain.funds.moving import AllocationIssued
from taizhang.domain.funds.payments import SubsidyPaid
from taizhang.http.app import create_app

CALLED, LINE_CALLED, SCHOOL = "中式烹调师一班", "样例就业补助资金", "样例职业培训学校"


@pytest.fixture(scope="module")
def money(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world whose claim is paid, only looked at."""
    with opened_world(tmp_path_factory.mktemp("named")) as made:
        staffed(made)
        funded(made)
        paid(made)
        yield made


@pytest.fixture(scope="module")
def money_app(money: World) -> Starlette:
    return create_app(money.house, follow=False)


def test_a_class_stands_by_its_name_on_every_page_of_money_and_its_id_never_alone(
    money: World, money_app: Starlette
) -> None:
    client = money.client(money_app, "cashier")
    for page in (
        *("/claims", f"/claims/{CLAIM}", f"/funds/reconciliation?region={COUNTY}&every=1", "/funds?by=training_class"),
        *(f"/funds/{LINE}/lineage", f"/funds/{LINE}/facts?measure=paid_fen", f"/funds/{LINE}/evaluation"),
        f"/persons/{money.persons[0]}",
    ):
        text = client.get(page).text
        assert re.search(rf'<a href="[^"]*{CLASS}[^"]*"[^>]*>{CALLED}</a>', text), page
        assert f">{CLASS}</a>" not in text, page
        assert re.search(rf'title="{CLASS}"|class="small(?: mono)?">{CLASS}<', text), (
            f"{page}: the id is kept beside it"
        )


def test_an_institution_and_a_line_stand_by_their_names(money: World, money_app: Starlette) -> None:
    client = money.client(money_app, "cashier")
    assert re.search(rf">{SCHOOL}</a><br><span class=\"small\">i-yongdeng<", client.get("/funds?by=institution").text)
    for page in (f"/claims/{CLAIM}", f"/persons/{money.persons[0]}", "/funds/reconciliation"):
        text = client.get(page).text
        assert re.search(rf'<a href="/funds/{LINE}[^"]*"[^>]*>{LINE_CALLED}</a>', text), page
        assert f">{LINE}</a>" not in text, page
    [given] = money.house.log.read([Criterion((SubsidyPaid.TOPIC,), (f"fund:{LINE}",))]).facts[:1]
    replayed = client.get(f"/funds/{LINE}/replay?at={given.position}&lang=zh").text
    assert f"培训机构 · {SCHOOL}" in replayed, "whose account a payment went to"
    own = money.client(money_app, "school").get(f"/claims/{CLAIM}").text
    assert LINE_CALLED in own
    assert f'href="/funds/{LINE}' not in own, "an institution has no business with lines"


def test_a_correction_says_what_the_ids_in_its_fields_mean(money: World, money_app: Starlette) -> None:
    [moved] = money.house.log.read([Criterion((AllocationIssued.TOPIC,), (f"fund:{LINE}",))]).facts
    form = money.client(money_app, "treasurer").get(f"/facts/{moved.position}/correct").text
    for called in (f"{LINE_CALLED} · 2016", "甘肃省", "永登县", "样例 deputy"):
        assert f'<span class="small">{called}</span>' in form, called
    assert '<datalist id="choices-line">' in form, "and offers what else they may name"


def test_facts_about_a_class_and_a_line_say_which(money: World, money_app: Starlette) -> None:
    client = money.client(money_app, "cashier")
    listed = client.get(f"/facts?of=claim:{CLAIM}").text
    assert f"{CALLED} {CLASS}</a>" in listed
    about = client.get(f"/facts?of=class:{CLASS}&lang=en").text
    assert f"Class {CALLED} <code>class:{CLASS}</code>" in about
    for tag, called in ((f"class:{CLASS}", f"培训班 {CALLED} {CLASS}"), (f"fund:{LINE}", f"资金 {LINE_CALLED} {LINE}")):
        assert f"<small>{called}</small>" in client.get(f"/facts/between?of={tag}&lang=zh").text, tag
