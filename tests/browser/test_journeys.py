"""In a real browser, without scripts: from sign-in to the sheet and row that a figure came from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from served import follow, serving
from web_world import CLASS, PASSWORD, World, opened_world

from taizhang.http.app import create_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PHONE = {"width": 390, "height": 800}
DESK = {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, World]]:
    """A served house: its address, and the world in it."""
    with (
        opened_world(tmp_path_factory.mktemp("served")) as world,
        serving(lambda _: create_app(world.house)) as address,
    ):
        yield address, world


@pytest.fixture
def page(browser: Browser, served: tuple[str, World]) -> Iterator[Page]:
    """A new browser window without scripts; anything the page's policy blocks fails the test."""
    context = browser.new_context(base_url=served[0], java_script_enabled=False, viewport=DESK)
    window = context.new_page()
    complaints: list[str] = []
    window.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield window
    context.close()
    assert not complaints


def _sign_in(page: Page, officer: str, language: str = "zh") -> None:
    page.goto(f"/signin?lang={language}")
    page.fill("input[name=officer]", officer)
    page.fill("input[name=password]", PASSWORD)
    follow(page, "main button")


def test_from_the_overview_through_ledger_and_class_to_the_fact(page: Page) -> None:
    _sign_in(page, "province")
    assert page.locator("svg.chart[role=group]").count() == 2
    follow(page, "nav.main >> text=培训")  # the section opens with its ledger
    follow(page, "main >> text=兰州市")
    follow(page, "main table >> text=永登县")
    follow(page, "main >> text=中式烹调师一班")
    assert page.locator("h1").inner_text().startswith("中式烹调师一班")
    follow(page, "main table a[href='/facts/30']")
    text = page.locator("main").inner_text()
    assert "花名册.xlsx" in text
    assert "张某某" in text
    assert "张样例" not in text


def test_a_figure_opens_into_its_facts(page: Page) -> None:
    _sign_in(page, "wang", "en")
    follow(page, ".tiles a >> nth=1")
    assert page.locator("main tbody tr").count() == 3
    follow(page, "main tbody a >> nth=0")
    assert "Trainee enrolled" in page.locator("h1").inner_text()


def test_a_clerk_sees_a_whole_name_after_stating_a_purpose(page: Page, served: tuple[str, World]) -> None:
    _sign_in(page, "wang")
    page.goto(f"/persons/{served[1].persons[0]}")
    page.fill("input[name=purpose]", "核对花名册姓名")
    follow(page, "text=记录用途并查看")
    assert "张样例" in page.locator("main").inner_text()


def test_the_time_bar_says_what_is_looked_at(page: Page) -> None:
    _sign_in(page, "wang")
    page.goto("/ledger")
    page.fill("input[name=as_effective_on]", "2016-03-07")
    follow(page, ".timebar button")
    assert "发生在 2016-03-07 及以前" in page.locator(".timebar").inner_text()
    assert "as_effective_on=2016-03-07" in (page.locator(".tiles a >> nth=0").get_attribute("href") or "")


def test_signing_out_closes_the_door(page: Page) -> None:
    _sign_in(page, "wang")
    follow(page, "text=退出")
    page.goto("/ledger")
    assert page.locator("h1").inner_text().startswith("登录")


@pytest.mark.parametrize("path", ["/", "/ledger", f"/classes/{CLASS}", "/facts", "/import", "/refusals"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_phone_scrolls_tables_and_never_the_page(
    browser: Browser, served: tuple[str, World], path: str, language: str
) -> None:
    context = browser.new_context(base_url=served[0], viewport=PHONE)  # scripts on, only to measure
    window = context.new_page()
    _sign_in(window, "wang", language)
    window.goto(path)
    assert window.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    context.close()
