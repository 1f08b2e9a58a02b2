"""The main journeys of each role in a real browser, without scripts; and what a screen reader meets on every page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from served import follow, serving
from web_world import CLASS, COUNTY, NAMES, OTHER_COUNTY, PASSWORD, PROVINCE, World, opened_world

from taizhang.adapters.signin import SignIn
from taizhang.domain.core import OfficerId, OrganisationId, RegionCode
from taizhang.domain.identity import generate_identity
from taizhang.domain.officers import OfficerAppointed, RoleGranted
from taizhang.http.app import create_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 800}
SHARED_PAGES = (
    "/",
    "/map",
    "/search",
    "/ledger",
    f"/classes/{CLASS}",
    "/facts",
    "/facts/30",
    "/refusals",
    "/keys",
    "/password",
)
PAGES_OF = {
    "province": (
        *SHARED_PAGES,
        "/import",
        "/record",
        "/seals",
        "/ledger/between?since=2016-01-01&measure=person_times",
        "/performance/between?since=2016-01-01&since_effective_on=2016-03-01",
        f"/facts/between?of=class:{CLASS}",
        "/funds",
        "/funds/between",
    ),
    "purse": ("/record/funds.pay-subsidy", "/funds/reconciliation"),
    "security": ("/officers", "/keys"),
    "auditor": ("/audit", "/audit?kind=granted", "/audit?kind=door"),
    "operator": ("/system",),
    "board": ("/", "/map", "/ledger", "/funds"),
}
MORE = (
    ("auditor", "audit-administrator", "hr-620000", PROVINCE),
    ("operator", "system-administrator", "hr-620000", PROVINCE),
    ("school", "institution", "i-yongdeng", COUNTY),
    ("far-school", "institution", "i-other", OTHER_COUNTY),
    ("purse", "finance", "hr-620121", COUNTY),
    ("inspector", "inspector", "hr-620000", PROVINCE),
    ("discipline", "discipline", "hr-620000", PROVINCE),
    ("organiser", "organisation", "hr-620121", COUNTY),
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, World]]:
    """A served house with an officer of every role: its address, and the world in it."""
    with opened_world(tmp_path_factory.mktemp("roles")) as world:
        for officer, given, organisation, region in MORE:
            role: Any = given
            who, office, on = OfficerId(officer), OrganisationId(organisation), date(2015, 1, 5)
            world.record(
                "security",
                OfficerAppointed(occurred_on=on, officer=who, organisation=office),
                RoleGranted(occurred_on=on, officer=who, role=role, organisation=office, region=RegionCode(region)),
            )
            world.house.signin.enrol(officer, f"样例 {officer}", SignIn.new_key(), PASSWORD, must_change=False)
        with serving(lambda _: create_app(world.house)) as address:
            yield address, world


def opened(
    browser: Browser, served: tuple[str, World], officer: str, language: str = "zh", **more: Any
) -> BrowserContext:
    """A new browser, signed in: without scripts unless the test measures something."""
    context = browser.new_context(**{"base_url": served[0], "java_script_enabled": False, "viewport": DESK, **more})
    token = served[1].house.signin.open(officer, PASSWORD)
    context.add_cookies(
        [
            {"name": "taizhang_session", "value": token, "url": served[0]},
            {"name": "taizhang_lang", "value": language, "url": served[0]},
        ]
    )
    return context


@pytest.fixture
def at(browser: Browser, served: tuple[str, World]) -> Iterator[Any]:
    """`at(officer)`: a page of that officer's browser; whatever the page's policy blocks fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def page(officer: str, language: str = "zh") -> Page:
        contexts.append(opened(browser, served, officer, language))
        window = contexts[-1].new_page()
        window.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        return window

    yield page
    for one in contexts:
        one.close()
    assert not [one for one in complaints if "404" not in one and "403" not in one]


def test_from_a_number_on_the_overview_to_the_sheet_and_row_takes_three_clicks(at: Any) -> None:
    starts = [("wang", ".tiles a >> nth=1")]
    starts += [("province", "svg.chart .text-overlay a[href^='/ledger/facts'] >> nth=0")]  # a number in a chart
    starts += [("province", "main td a.fig:has-text('%') >> nth=0")]  # a share
    pages = {officer: at(officer) for officer in ("wang", "province")}
    for officer, start in starts:
        page = pages[officer]
        page.goto("/")
        follow(page, start)  # one: the figure opens into its facts
        follow(page, "main tbody a >> nth=0")  # two: a fact
        text = page.locator("main").inner_text()
        assert "花名册.xlsx" in text, start
        assert "学员" in text  # the sheet
        assert page.locator("dt:has-text('行') + dd").first.inner_text().strip().isdecimal()


def _roster(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "学员"
    sheet.append(["姓名", "身份证号", "培训班编号", "入学时间"])
    sheet.append(["赵样例", generate_identity("620121", date(1988, 2, 3), 377), CLASS, "2016-03-07"])
    book.save(path)
    return path


def test_a_clerk_imports_corrects_and_prints(at: Any, served: tuple[str, World], tmp_path: Path) -> None:
    page = at("wang")
    page.goto("/import")
    page.set_input_files("input[type=file]", str(_roster(tmp_path / "补录花名册.xlsx")))
    follow(page, "main form button")
    assert "补录花名册.xlsx" in page.locator("main").inner_text()
    if page.locator("textarea[name=reason], input[name=reason]").count():
        page.fill("textarea[name=reason], input[name=reason]", "花名册晚到")
    follow(page, "main form button.strong >> nth=0")
    page.wait_for_selector("a[href$='result.xlsx']", timeout=90_000)  # the page refreshes itself until it is done
    page.goto("/facts/30/correct")
    assert page.locator("main form").count() >= 1
    page.goto(f"/classes/{CLASS}")
    printed = page.pdf(format="A4")
    assert printed.startswith(b"%PDF")
    page.emulate_media(media="print")
    assert not page.locator("nav.main").is_visible()
    assert page.locator("main h1").is_visible()


@pytest.mark.parametrize("officer", ["foreign", "far-school"])
def test_an_officer_of_the_wrong_region_gets_nothing(at: Any, served: tuple[str, World], officer: str) -> None:
    page = at(officer)
    for path in (f"/classes/{CLASS}", f"/persons/{served[1].persons[0]}", "/facts/30", f"/ledger?region={COUNTY}"):
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 404, path
        assert CLASS not in page.locator("main").inner_text()
    page.goto(f"/search?q={CLASS}")
    assert "没有找到" in page.locator("main").inner_text()


def test_a_training_institution_finds_its_own_class_and_no_register(at: Any, served: tuple[str, World]) -> None:
    page = at("school")
    page.goto("/ledger")
    follow(page, "main >> text=中式烹调师一班")
    assert page.locator("h1").inner_text().startswith("中式烹调师一班")
    answer = page.goto(f"/households/{served[1].household}")
    assert answer is not None
    assert answer.status == 404


@pytest.mark.parametrize("officer", ["purse", "organiser", "inspector", "discipline"])
def test_each_office_begins_at_the_overview_and_reaches_every_page_of_its_navigation(at: Any, officer: str) -> None:
    page = at(officer)
    page.goto("/")
    sections = [one.get_attribute("href") for one in page.locator("nav.main a").all()]
    assert len(sections) >= 3
    for section in sections:
        page.goto(section)
        for href in {section, *(one.get_attribute("href") for one in page.locator("nav.sub a").all())}:
            answer = page.goto(href)
            assert answer is not None
            assert answer.status == 200, f"{officer}: {href}"
            assert page.locator("main h1").count() == 1, href


def test_a_person_is_looked_up_and_the_audit_administrator_sees_who_looked(at: Any) -> None:
    clerk = at("wang")
    clerk.goto("/search")
    clerk.check("input[value=name]")
    clerk.fill("input[name=value]", NAMES[0])
    clerk.fill("input[name=purpose]", "核对来信")
    follow(clerk, "text=记录用途并查找")
    assert "张某某" in clerk.locator("main").inner_text()
    auditor = at("auditor")
    auditor.goto("/")
    text = auditor.locator("main").inner_text()
    assert "核对来信" in text
    assert "样例 wang" in text


def test_the_three_administrators_each_begin_at_their_own_page_and_see_no_ledger(at: Any) -> None:
    for officer, title in (("security", "经办人"), ("auditor", "审计"), ("operator", "系统状态")):
        page = at(officer)
        page.goto("/")
        assert page.locator("h1").inner_text().startswith(title)
        answer = page.goto("/ledger")
        assert answer is not None
        assert answer.status == 403


def test_the_security_administrator_issues_a_key_that_its_officer_sees_and_revokes(at: Any) -> None:
    page = at("security", "en")
    page.goto("/keys")
    page.select_option("select[name=grant]", f"clerk@hr-620121@{COUNTY}@wang")
    page.fill("input[name=purpose]", "nightly roster")
    follow(page, "main form.card button")
    assert page.locator("main .note.good b").inner_text().startswith("tzp_")
    owner = at("wang", "en")
    owner.goto("/keys")
    follow(owner, "main td button")
    assert "revoked" in owner.locator("main").inner_text()


def test_a_dashboard_sees_sums_and_opens_no_single_fact(at: Any) -> None:
    page = at("board")
    page.goto("/")
    assert page.locator("main a[href^='/ledger/facts'], main a[href^='/facts']").count() == 0
    page.goto("/map")
    assert page.locator("svg.tilemap a").count() >= 1


@pytest.mark.parametrize("officer", sorted(PAGES_OF))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_screen_reader_meets_no_obstacle(
    browser: Browser, served: tuple[str, World], officer: str, language: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    context = opened(browser, served, officer, language, java_script_enabled=True, bypass_csp=True)
    page = context.new_page()
    found = {}
    for path in PAGES_OF[officer]:
        page.goto(path)
        violations = axe.run(page).response["violations"]
        if violations:
            found[path] = [(one["id"], one["nodes"][0]["html"][:120]) for one in violations]
    context.close()
    assert not found


@pytest.mark.parametrize("officer", sorted(PAGES_OF))
def test_a_phone_scrolls_tables_and_never_the_page(browser: Browser, served: tuple[str, World], officer: str) -> None:
    context = opened(browser, served, officer, viewport=PHONE, java_script_enabled=True)
    page = context.new_page()
    for path in PAGES_OF[officer]:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
    context.close()


def test_the_keyboard_reaches_the_content_first(browser: Browser, served: tuple[str, World]) -> None:
    context = opened(browser, served, "wang", java_script_enabled=True)
    page = context.new_page()
    page.goto("/ledger")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    context.close()
