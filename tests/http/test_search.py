"""Search, the map of counties, what changed between two days, and the proof of a fact: found by who may, and recorded."""

from __future__ import annotations

import html
import re
from datetime import date

from starlette.applications import Starlette
from web_world import CITY, CLASS, COUNTY, NAMES, World

from taizhang.adapters.log.log import Criterion
from taizhang.domain.enrolment import TraineeEnrolled
from taizhang.domain.envelope import opened
from taizhang.domain.identity import generate_identity
from taizhang.domain.officers import DataExported, PersonalDataRead
from taizhang.http.tile_map import Tile, places, short_name, step, tile_map


def _recorded(world: World, kind: type) -> list[object]:
    facts = world.house.log.read([Criterion((kind.TOPIC,), ())]).facts  # type: ignore[attr-defined]
    return [opened(row.position, row.leaf).fact for row in facts]


def test_a_word_or_a_number_leads_to_what_it_names(shared_world: World, shared_app: Starlette) -> None:
    client = shared_world.client(shared_app, "wang")
    for asked, href in (
        ("烹调师", f"/classes/{CLASS}"),
        (CLASS, f"/classes/{CLASS}"),
        ("#30", "/facts/30"),
        (shared_world.household, f"/households/{shared_world.household}"),
        (shared_world.persons[0], f"/persons/{shared_world.persons[0]}"),
        ("永登", f"/ledger?region={COUNTY}"),
        ("样例职业培训学校", "/facts?of=organisation%3Ai-yongdeng"),
    ):
        assert f'href="{href}"' in client.get("/search", params={"q": asked}).text, asked
        foreign = shared_world.client(shared_app, "foreign").get("/search", params={"q": asked}).text
        assert f'href="{href}"' not in foreign, asked
    assert "没有找到" in client.get("/search?q=没有这个").text


def test_a_person_is_found_by_the_exact_number_for_a_purpose_that_is_recorded(world: World, app: Starlette) -> None:
    client = world.client(app, "wang")
    number = generate_identity("620121", date(1980, 5, 3), 101)
    sent = {"csrf": world.csrf(client), "kind": "id_number", "value": number, "purpose": "核对电话来访"}
    answer = client.post("/search/people", data=sent)
    assert f"/persons/{world.persons[0]}" in answer.text
    assert number not in answer.text
    assert NAMES[0] not in answer.text
    [read] = _recorded(world, PersonalDataRead)
    assert (read.fields, read.persons, read.purpose) == (("id_number",), (world.persons[0],), "核对电话来访")  # type: ignore[attr-defined]
    foreign = world.client(app, "foreign")
    theirs = foreign.post("/search/people", data={**sent, "csrf": world.csrf(foreign)})
    assert world.persons[0] not in theirs.text
    assert len(_recorded(world, PersonalDataRead)) == 2  # that nobody was found is a look-up all the same
    assert client.post("/search/people", data={**sent, "purpose": ""}).status_code == 422
    assert client.post("/search/people", data={**sent, "value": number[:-1] + "0"}).status_code == 422
    board = world.client(app, "board")
    assert board.post("/search/people", data={**sent, "csrf": world.csrf(board)}).status_code == 403


def test_a_person_is_found_by_name_within_the_scope(world: World, app: Starlette) -> None:
    client = world.client(app, "wang")
    sent = {"csrf": world.csrf(client), "kind": "name", "value": NAMES[1], "purpose": "核对花名册"}
    answer = client.post("/search/people", data=sent)
    assert f"/persons/{world.persons[1]}" in answer.text
    assert world.persons[0] not in answer.text
    foreign = world.client(app, "foreign")
    assert world.persons[1] not in foreign.post("/search/people", data={**sent, "csrf": world.csrf(foreign)}).text


def test_the_map_shows_every_county_with_its_table_and_a_file_that_is_recorded(world: World, app: Starlette) -> None:
    client = world.client(app, "province")
    page = client.get(f"/map?region={CITY}&measure=person_times")
    assert 'class="tilemap"' in page.text
    assert re.search(r'<a href="/ledger/facts\?[^"]*region=620121[^"]*" class="opens"', page.text), "its number opens"
    assert f'href="/ledger?region={COUNTY}"' in page.text
    answer = client.post(f"/map/download?region={CITY}&measure=person_times", data={"csrf": world.csrf(client)})
    assert answer.headers["content-type"].startswith("text/csv")
    assert f"{COUNTY},永登县,3" in answer.content.decode("utf-8-sig")
    [taken] = _recorded(world, DataExported)
    assert taken.what == f"map:person_times:{CITY}"  # type: ignore[attr-defined]
    board = world.client(app, "board").get(f"/map?region={CITY}")
    assert "不足 5 人" in board.text
    assert "/ledger/facts" not in board.text


def test_every_county_has_one_place_on_the_map_and_no_two_share_it() -> None:
    assert len(places()) == 87  # Huating has two codes, before and after it became a city
    assert len(set(places().values())) == 86
    assert (short_name("张家川回族自治县"), short_name("城关区"), short_name("文县")) == ("张家川", "城关", "文县")
    assert [step(value, 100) for value in (None, 0, 1, 20, 21, 100)] == [0, 0, 1, 1, 2, 5]


def test_what_changed_between_two_days_opens_into_the_facts_that_changed_it(
    shared_world: World, shared_app: Starlette
) -> None:
    client = shared_world.client(shared_app, "wang")
    page = client.get("/ledger/between?since=2016-01-01").text
    assert "两个时点之间的变化" in page
    opened_page = client.get("/ledger/between?since=2016-01-01&measure=person_times").text
    assert len(set(re.findall(r'href="(/facts/\d+)"', opened_page))) == 3
    both = "/ledger/between?since_effective_on=2016-03-07&as_effective_on=2016-12-31&measure=person_times"
    page = client.get(both).text
    assert "发生在 2016-03-07 及以前" in page
    assert "发生在 2016-12-31 及以前" in page
    of_class = client.get(f"/ledger/between?since=2016-01-01&class={CLASS}&measure=person_times").text
    assert set(re.findall(r'href="(/facts/\d+)"', of_class)) == set(re.findall(r'href="(/facts/\d+)"', opened_page))
    assert client.get("/ledger/between?since_effective_on=2016-13-40").status_code == 400
    assert client.get("/ledger/between?since=never").status_code == 400
    assert client.get("/ledger/between?measure=nonsense").status_code == 404


def test_every_time_bar_leads_to_what_changed_between_two_moments(shared_world: World, shared_app: Starlette) -> None:
    client = shared_world.client(shared_app, "wang")
    person = shared_world.persons[0]
    pages = ("/", "/map", "/ledger", f"/classes/{CLASS}", "/seals", "/refusals", "/postings", "/inspections", "/funds")
    more = (
        "/claims",
        "/performance",
        "/statements",
        f"/facts?of=class:{CLASS}",
        f"/persons/{person}",
    )
    for page in (*pages, *more):
        text = client.get(page).text
        assert 'name="as_recorded_at"' in text, page
        found = re.search(r'href="([^"]+between[^"]*)">与之前比较', text)
        assert found, page
        assert client.get(html.unescape(found[1])).status_code == 200, page


def test_the_facts_about_one_thing_are_told_apart_by_two_moments(shared_world: World, shared_app: Starlette) -> None:
    client = shared_world.client(shared_app, "wang")
    tag = f"person:{shared_world.persons[0]}"
    enrolled = shared_world.house.log.read([Criterion((TraineeEnrolled.TOPIC,), (tag,))]).facts[0]
    before = f"/facts/between?of={tag}&since={enrolled.recorded_at - 1}&as_recorded_at={enrolled.recorded_at}"
    text = client.get(before).text
    assert re.findall(r'<th scope="row"><a href="(/facts/\d+)"', text) == [f"/facts/{enrolled.position}"]
    assert re.search(r">报名</th><td[^>]*>0</td><td[^>]*>1</td><td[^>]*>\+1<", text)
    day = client.get(f"/facts/between?of={tag}&since_effective_on=2016-03-06&as_effective_on=2016-03-07").text
    assert f'href="/facts/{enrolled.position}"' in day
    for asked in ("", "?of=nonsense", "?type=no.such-fact.v1", f"?of={tag}&type={TraineeEnrolled.TOPIC}"):
        assert client.get(f"/facts/between{asked}").status_code == 404, asked
    assert shared_world.client(shared_app, "foreign").get(before).status_code == 404


def test_a_dashboard_sees_sums_without_small_counts_and_opens_nobody(
    shared_world: World, shared_app: Starlette
) -> None:
    board = shared_world.client(shared_app, "board")
    api = board.get(f"/api/ledger?region={COUNTY}").json()
    assert api["figures"]["persons"] is None  # three people
    assert api["rows"] == []
    for path in (
        f"/api/ledger?class={CLASS}",
        f"/classes/{CLASS}",
        "/facts",
        f"/ledger/facts?region={COUNTY}&measure=persons",
    ):
        assert board.get(path).status_code == 403, path
    assert "/ledger/facts" not in board.get("/").text


def test_a_dashboard_is_told_no_small_count_of_performance(shared_world: World, shared_app: Starlette) -> None:
    board = shared_world.client(shared_app, "board")
    api = board.get("/api/performance").json()
    for figures in (api["figures"], *(row["figures"] for row in api["rows"])):  # three people in all
        for name in ("persons", "person_times", "wish_match", "certified", "cost_per_certificate"):
            assert figures[name] is None, name
    assert not any(api["inputs"].values())
    assert board.get(f"/performance?region={COUNTY}").status_code == 403
    assert board.get("/performance?by=institution").status_code == 400
    assert board.get("/performance").status_code == 200


def test_an_answer_that_was_cut_down_bears_another_id_than_the_whole_one(
    shared_world: World, shared_app: Starlette
) -> None:
    board, whole = (shared_world.client(shared_app, officer) for officer in ("board", "province"))
    for path in ("/api/ledger", "/api/performance"):
        cut, all_of_it = board.get(path), whole.get(path)
        assert cut.json()["figures"] != all_of_it.json()["figures"]
        assert cut.json()["report"] != all_of_it.json()["report"]
        assert cut.headers["etag"] != all_of_it.headers["etag"]
    printed = [re.findall(r"[0-9a-f]{64}", client.get("/performance").text)[-1] for client in (board, whole)]
    assert printed[0] != printed[1]


def test_a_tile_tells_hours_as_the_table_beside_it_does() -> None:
    tiles = [Tile("620121", "永登县", 7_530, "/ledger?region=620121", "/ledger/facts?region=620121")]
    drawn = tile_map("学时", "按县", tiles, "不显示", "counties", in_hours=True)
    assert ">125.5</" in drawn
    assert "7,530" not in drawn
    assert ">7,530</" in tile_map("学时", "按县", tiles, "不显示", "counties")
