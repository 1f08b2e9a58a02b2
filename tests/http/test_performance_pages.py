"""Performance on pages and in the API: who sees what, figures into facts, versions, then and now, the file taken home."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from openpyxl import load_workbook
from starlette.applications import Starlette
from web_world import CLASS, COUNTY, OTHER_COUNTY, PASSWORD, PROVINCE, World, opened_world

from taizhang.adapters.signin import SignIn
from taizhang.domain.core import Actor, Position
from taizhang.domain.enrolment import TraineeEnrolled
from taizhang.domain.officers import OfficerAppointed, RoleGranted
from taizhang.domain.postings.appraisals import FigureNamed, OfficialPromoted
from taizhang.domain.postings.officials import OfficialPosted, OfficialSelected
from taizhang.http.app import create_app
from taizhang.http.texts import LANGUAGES
from taizhang.projections.performance.asked import DIMENSIONS

PAGES = (
    "/performance",
    *(f"/performance?by={by}&region={COUNTY}" for by in DIMENSIONS),
    "/performance?period=2016-2017&order=confirmed_6",
    "/performance/measures",
    "/performance/between?since=2016-01-01T00:00:00&measure=evidenced_minutes@1",
    "/performance/promotions",
    f"/performance/facts?region={COUNTY}&measure=wish_match@1",
    f"/performance/facts?region={COUNTY}&measure=persons@1&by=institution&row=school-1",
)
CHIEFS = ("chief", "head")  # of the organisation department


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The small world with an officer of the organisation department, and a promotion on its figures; only looked at."""
    with opened_world(tmp_path_factory.mktemp("performance")) as made:
        _staffed(made)
        made.house.views.catch_up()
        yield made


def _staffed(world: World) -> None:
    on = date(2015, 2, 1)
    for name in CHIEFS:
        stated: dict[str, Any] = {"occurred_on": on, "officer": name, "organisation": "hr-620121"}
        world.record("security", OfficerAppointed(**stated))
        world.record("security", RoleGranted(role="organisation", region=COUNTY, **stated))
        world.house.signin.enrol(name, f"样例 {name}", SignIn.new_key(), PASSWORD, must_change=False)


@pytest.fixture(scope="module")
def seen_app(seen: World) -> Starlette:
    return create_app(seen.house, follow=False)


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text)))


def test_every_page_opens_in_both_languages_for_who_has_business_with_it(seen: World, seen_app: Starlette) -> None:
    for officer in ("wang", "chief", "province"):
        client = seen.client(seen_app, officer)
        for page in PAGES:
            if officer == "province" and page == "/performance?by=official":
                continue
            for language in LANGUAGES:
                answer = client.get(f"{page}{'&' if '?' in page else '?'}lang={language}")
                assert answer.status_code == 200, (officer, page, language)
        for position in set(re.findall(r'href="/facts/(\d+)"', answer.text)):
            assert client.get(f"/facts/{position}").status_code == 200, position


def test_the_page_shows_hours_first_and_opens_each_figure_into_its_facts(seen: World, seen_app: Starlette) -> None:
    client = seen.client(seen_app, "wang")
    text = client.get(f"/performance?region={COUNTY}&by=institution&lang=en").text
    words = plain(text[text.index("<table") :])
    assert words.index("Evidenced hours") < words.index("Distinct persons")
    opened = [html.unescape(one) for one in re.findall(r'href="(/performance/facts\?[^"]+)"', text)]
    assert any("evidenced_minutes%401" in one and "row=" in one for one in opened)
    for one in opened:
        answer = client.get(one)
        assert answer.status_code == 200, one
    hours = next(one for one in opened if "evidenced_minutes%401" in one)
    changes = [
        float(one.replace(",", "")) for one in re.findall(r'<td class="n">\+([\d.,]+)</td>', client.get(hours).text)
    ]
    [shown] = re.findall(r"<b>([\d.,]+)</b><span>Evidenced hours \(hours\)", client.get(hours).text)
    assert sum(changes) == pytest.approx(float(shown.replace(",", "")), abs=0.2)
    assert sum(changes) > 0


def test_nobody_sees_another_region_and_a_dashboard_sees_no_single_fact_or_official(
    seen: World, seen_app: Starlette
) -> None:
    foreign = seen.client(seen_app, "foreign")
    for page in ("/performance", "/performance/between", "/performance/promotions", "/api/performance"):
        assert foreign.get(f"{page}?region={COUNTY}").status_code == 404, page
    assert foreign.get(f"/performance/facts?region={COUNTY}&measure=persons").status_code == 404
    assert (
        foreign.get(f"/performance/facts?region={OTHER_COUNTY}&by=region&row={COUNTY}&measure=persons").status_code
        == 404
    )
    board = seen.client(seen_app, "board")
    page = board.get(f"/performance?region={PROVINCE}&by=region")
    assert page.status_code == 200
    assert "/performance/facts" not in page.text
    assert board.get("/performance?by=official").status_code == 400
    assert board.get("/api/performance?by=official").status_code == 404  # to programs it is not there
    for path in ("/performance/facts?measure=persons", "/performance/between", "/performance/promotions"):
        assert board.get(path).status_code == 403, path
    assert seen.client(seen_app, "security").get("/performance").status_code == 403


def test_what_cannot_be_asked_is_said_and_not_guessed(seen: World, seen_app: Starlette) -> None:
    client = seen.client(seen_app, "wang")
    for page in ("by=teacher", "period=2099-2001", "versions=late_share@9", "order=charm"):
        assert client.get(f"/performance?{page}").status_code == 400, page
    assert client.get("/performance/facts?measure=charm").status_code == 404
    assert client.get("/performance/facts?measure=persons&input=records").status_code == 404
    assert client.get("/performance/between?since=May").status_code == 400


def test_any_two_moments_of_performance_are_compared_by_page_and_by_api(seen: World, seen_app: Starlette) -> None:
    client = seen.client(seen_app, "wang")
    enrolled = next(one for one in seen.house.log.page(0, 200) if one.type == TraineeEnrolled.TOPIC)
    for moments in (f"since={enrolled.recorded_at - 1}", "since_effective_on=2016-03-06&as_effective_on=2016-12-31"):
        asked = f"region={COUNTY}&measure=person_times@1&{moments}"
        told = client.get(f"/api/performance/between?{asked}").json()
        [row] = [one for one in told["rows"] if one["measure"] == "person_times@1"]
        assert row["change"] == row["later"] - row["then"] > 0
        assert sum(one["change"] for one in told["facts"]) == row["change"]
        page = client.get(f"/performance/between?{asked}").text
        assert f"+{row['change']}</a>" in page
        assert {f"/facts/{one['position']}" for one in told["facts"]} <= set(re.findall(r'href="(/facts/\d+)"', page))
    assert re.search(r'href="/performance/between[^"]*">与之前比较', client.get("/performance").text)


def test_an_old_version_stays_on_the_page_its_links_and_the_api(seen: World, seen_app: Starlette) -> None:
    client = seen.client(seen_app, "wang")
    page = client.get(f"/performance?region={COUNTY}&versions=late_share@1&lang=en").text
    assert "Late records (v1)" in page
    kept = next(
        html.unescape(one) for one in re.findall(r'href="(/performance\?[^"]+)"', page) if "as_recorded_at" in one
    )
    assert "late_share%401" in kept
    assert "Late records (v1)" in client.get(kept).text
    old = client.get(f"/api/performance?region={COUNTY}&versions=late_share@1").json()
    new = client.get(f"/api/performance?region={COUNTY}").json()
    assert "late_share@1" in old["measures"]
    assert "late_share@2" in new["measures"]
    assert old["report"] != new["report"]
    cards = client.get("/api/measures").json()["rows"]
    assert {"late_share@1", "late_share@2"} <= {one["id"] for one in cards}


def test_the_api_tells_the_same_figures_as_the_page_with_inputs_and_leads(seen: World, seen_app: Starlette) -> None:
    client = seen.client(seen_app, "wang")
    answer = client.get(f"/api/performance?region={COUNTY}&by=institution&period=2016").json()
    [row] = answer["rows"]
    assert row["figures"]["evidenced_minutes"] == answer["figures"]["evidenced_minutes"] > 0
    assert row["inputs"]["person_times"] == 3
    assert row["open_leads"].keys() == {"high", "medium", "low", "sum_fen", "count"}
    page = plain(client.get(f"/performance?region={COUNTY}&by=institution&period=2016&lang=en").text)
    assert f"{answer['figures']['evidenced_minutes'] / 60:,.1f}" in page
    nothing = client.get(f"/api/performance?region={COUNTY}&as_effective_on=2016-01-01").json()
    assert nothing["figures"]["evidenced_minutes"] == 0


def test_the_workbook_is_recorded_as_taken_and_holds_the_figures(world: World, app: Starlette) -> None:
    client = world.client(app, "wang")
    before = world.house.log.head().position
    answer = client.post(f"/performance/download?region={COUNTY}&by=institution", data={"csrf": world.csrf(client)})
    assert answer.status_code == 200
    book = load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["绩效", "目标与计划", "指标卡", "说明"]
    assert book["绩效"].max_row == 3
    assert world.house.log.head().position == before + 1


def test_a_promotion_is_reopened_with_what_the_log_said_and_leads_to_then_and_now(world: World, app: Starlette) -> None:
    on, person = date(2016, 1, 4), world.persons[0]
    _staffed(world)
    chief: Any = Actor(
        officer="chief", role="organisation", organisation="hr-620121", region=COUNTY, authenticated="test"
    )
    papers: dict[str, Any] = {"official": person, "document": "文1"}
    selected = OfficialSelected(
        occurred_on=on, kind="deputy-county-head", person_type="public-institution", home_unit="hr-620121",
        region=COUNTY, **papers,
    )  # fmt: skip
    posted = OfficialPosted(
        occurred_on=on, posting="post-620121-1", kind="deputy-county-head", region=COUNTY, until=date(2018, 1, 3),
        approver="head", **papers,
    )  # fmt: skip
    figures = (
        FigureNamed(measure="person_times", subject=CLASS, value=3),
        FigureNamed(measure="certified", subject=COUNTY, value=9),
    )
    rested = Position(world.house.log.head().position)
    promoted = OfficialPromoted(
        occurred_on=date(2017, 3, 1), posting="post-620121-1", to_post="样例职务", approver="head", figures=figures,
        position=rested, report="r1", **papers,
    )  # fmt: skip
    world.record(chief, selected, posted, promoted)
    world.house.views.catch_up()
    text = world.client(app, "chief").get("/performance/promotions?lang=en").text
    assert "not what the log said" in text
    assert "unchanged" in text
    then = next(
        html.unescape(one)
        for one in re.findall(r'href="(/performance/between\?[^"]+)"', text)
        if COUNTY in one and "since=" in one
    )
    assert "有考勤学时" in world.client(app, "chief").get(then).text
