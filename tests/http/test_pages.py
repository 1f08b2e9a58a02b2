"""What pages show: figures that open into facts, both times, masked people, words in both languages."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import Any

import msgspec
import pytest
from starlette.applications import Starlette
from web_world import CLASS, COUNTY, NAMES, World

from taizhang.adapters.log.log import Criterion
from taizhang.adapters.orders import Order
from taizhang.domain.certificates import CertificateIssued
from taizhang.domain.classes import ClassFiled
from taizhang.domain.core import Correction
from taizhang.domain.decisions import Proposal
from taizhang.domain.enrolment import TraineeEnrolled
from taizhang.domain.envelope import fact_classes, opened
from taizhang.domain.officers import ROLES, PersonalDataRead
from taizhang.domain.regions import RegionRenamed
from taizhang.http.rendering import TEMPLATES, link
from taizhang.http.texts import CATALOGUE, Texts

PAGES = (
    "/",
    "/ledger",
    f"/ledger?region={COUNTY}",
    f"/classes/{CLASS}",
    "/facts",
    "/refusals",
    "/duplicates",
    "/import",
)


def test_a_figure_on_the_overview_opens_into_file_sheet_and_row_in_three_clicks(
    shared_world: World, shared_app: Starlette
) -> None:
    client = shared_world.client(shared_app, "wang")
    overview = client.get("/").text
    figure = re.search(r'href="(/ledger/facts\?[^"]*measure=person_times)"', overview)
    assert figure is not None
    behind = client.get(figure[1].replace("&amp;", "&")).text
    positions = re.findall(r'<a href="(/facts/\d+)">', behind)
    assert len(positions) == 3
    fact = client.get(positions[0]).text
    assert "花名册.xlsx" in fact
    assert "<dd>学员</dd>" in fact
    assert "<dd>5</dd>" in fact


def test_a_class_names_its_institution_and_a_list_says_how_much_of_a_fact_it_leaves_out(
    shared_world: World, shared_app: Starlette
) -> None:
    client = shared_world.client(shared_app, "wang")
    text = client.get(f"/classes/{CLASS}?lang=zh").text
    assert re.search(r'>样例职业培训学校</a> <span class="small mono">i-yongdeng</span>', text)
    listed = f"/facts?of=class:{CLASS}&type=training.attendance-taken.v1"
    assert client.get(f"{listed}&lang=zh").text.count("2016-03-07 08:30-12:30 等 2 项") == 2
    assert client.get(f"{listed}&lang=en").text.count("2016-03-07 08:30-12:30 (first of 2)") == 2


def test_a_number_of_refusals_on_the_overview_opens_into_just_those_attempts(world: World, app: Starlette) -> None:
    nowhere = [
        TraineeEnrolled(occurred_on=date(2016, 3, 7), training_class="c620121-none", person=person)
        for person in world.persons[:2]
    ]
    taken = CertificateIssued(
        occurred_on=date(2016, 3, 20), training_class=CLASS, person=world.persons[1], kind="training", number="GS-0001",
        issuer="hr-620121",
    )  # fmt: skip
    items = [Proposal(fact=fact) for fact in (*nowhere, taken)]
    answer = world.house.desk.submit(Order(id="refused", by=world.actor("zhao"), items=items))
    assert answer.count("refused") == 3
    world.house.views.catch_up()
    client = world.client(app, "wang")
    counts = re.findall(r'<td class="n"><a href="(/refusals\?[^"]+)">(\d+)</a>', client.get("/").text)
    assert sorted(int(count) for _, count in counts) == [1, 2]
    for address, count in counts:
        text = client.get(unescape(address)).text
        assert len(re.findall(r'<td class="n"><a href="/facts/\d+">', text)) == int(count), address
    assert client.get("/refusals?region=620122").status_code == 404
    told = client.get("/refusals?lang=zh").text
    assert re.search(rf'培训班</span> <a href="/facts[^"]*">中式烹调师一班</a> <span class="small mono">{CLASS}<', told)
    assert re.search(r'人员</span> <a href="/facts[^"]*">[^<]*\*?[^<]*</a>', told), "whom it was about, masked"
    assert NAMES[0] not in told
    listed = told.partition("逐条")[2]
    assert re.search(r'<td>[^<]+… [^<]*<span class="small mono">training\.[a-z-]+</span></td>', listed), (
        "the rule in words"
    )
    assert "zhao</span></td>" in listed


def test_persons_person_times_and_registered_poor_stand_apart(shared_world: World, shared_app: Starlette) -> None:
    client = shared_world.client(shared_app, "wang")
    figures = client.get("/api/ledger").json()["figures"]
    assert figures["persons"] == 3
    assert figures["person_times"] == 3
    assert figures["persons_poor"] == 1
    assert figures["evidenced_minutes"] == 5 * 240
    assert figures["evidenced_minutes_poor"] == 2 * 240
    assert figures["certified"] == 1


def test_the_time_bar_takes_the_ledger_back(shared_world: World, shared_app: Starlette) -> None:
    client = shared_world.client(shared_app, "wang")
    before = client.get("/api/ledger?as_effective_on=2016-03-06").json()["figures"]
    one_day = client.get("/api/ledger?as_effective_on=2016-03-07").json()["figures"]
    assert before["person_times"] == 0
    assert one_day["evidenced_minutes"] == 3 * 240
    assert client.get("/api/ledger?as_recorded_at=2016-03-07").json()["figures"]["person_times"] == 0
    page = client.get(f"/ledger?region={COUNTY}&as_effective_on=2016-03-07").text
    assert "发生在 2016-03-07 及以前" in page
    assert client.get("/ledger?as_recorded_at=yesterday").status_code == 400


def test_an_answer_of_the_api_says_where_it_stands(shared_world: World, shared_app: Starlette) -> None:
    client = shared_world.client(shared_app, "wang")
    for path in ("/api/ledger", "/api/facts", "/api/status"):
        answer = client.get(path).json()
        assert answer["position"] == shared_world.house.log.head().position, path
        assert {"recorded_at", "lag_seconds", "report"} <= answer.keys(), path
    first, second = (client.get("/api/ledger").json()["report"] for _ in range(2))
    assert first == second


def test_a_list_of_facts_goes_on_where_it_ended(shared_world: World, shared_app: Starlette) -> None:
    client = shared_world.client(shared_app, "wang")
    page = client.get(f"/api/facts?of=class:{CLASS}").json()
    assert [row["position"] for row in page["rows"]] == sorted(row["position"] for row in page["rows"])
    last = page["rows"][-2]["position"]
    rest = client.get(f"/api/facts?of=class:{CLASS}&after={last}").json()
    assert [row["position"] for row in rest["rows"]] == [page["rows"][-1]["position"]]


def test_no_page_shows_a_whole_name_or_number(shared_world: World, shared_app: Starlette) -> None:
    client = shared_world.client(shared_app, "wang")
    found = shared_world.house.vault.disclose(shared_world.persons, ("id_number",))
    numbers = [fields["id_number"] for fields in found.values()]
    pages = [*PAGES, *(f"/persons/{person}" for person in shared_world.persons)]
    for path in pages:
        text = client.get(path).text
        for secret in (*NAMES, *numbers):
            assert secret not in text, path


def test_seeing_a_whole_name_is_recorded_with_its_purpose_first(world: World, app: Starlette) -> None:
    client = world.client(app, "wang")
    person = world.persons[0]
    form = {"csrf": world.csrf(client), "purpose": "", "once": "a"}
    assert client.post(f"/persons/{person}", data=form).status_code == 422
    before = world.house.log.head().position
    answer = client.post(f"/persons/{person}", data={**form, "purpose": "核对花名册姓名"})
    assert NAMES[0] in answer.text
    read = world.house.log.read([]).head_position
    assert read == before + 1
    fact = client.get(f"/facts/{read}").text
    assert "核对花名册姓名" in fact
    [stored] = world.house.log.at([read])
    assert stored.type == PersonalDataRead.TOPIC


def test_a_purpose_longer_than_any_text_stops_nobody_who_reads_the_log(world: World, app: Starlette) -> None:
    client, person = world.client(app, "wang"), world.persons[0]
    long = {"csrf": world.csrf(client), "purpose": "核" * 2_001}
    answer = client.post(f"/persons/{person}", data=long)
    assert answer.status_code == 409
    assert "长度不大于 2000" in answer.text
    assert NAMES[0] not in answer.text
    world.house.views.catch_up()
    assert client.get("/facts").status_code == 200
    correction = {"csrf": long["csrf"], "void": "1", "reason": long["purpose"], "approver": "zhao", "once": "x"}
    assert client.post("/facts/30/correct", data=correction).status_code == 409
    world.house.views.catch_up()
    assert client.get("/facts").status_code == 200


def test_a_dashboard_never_sees_a_whole_name(world: World, app: Starlette) -> None:
    client = world.client(app, "board")
    form = {"csrf": world.csrf(client), "purpose": "just curious", "once": "a"}
    answer = client.post(f"/persons/{world.persons[0]}", data=form)
    assert answer.status_code == 403
    assert NAMES[0] not in answer.text


def test_every_page_speaks_both_languages(shared_world: World, shared_app: Starlette) -> None:
    client = shared_world.client(shared_app, "wang")
    for path in PAGES:
        for language, tag in (("zh", "zh-CN"), ("en", "en")):
            answer = client.get(link(path, lang=language))
            assert answer.status_code == 200, path
            assert f'<html lang="{tag}">' in answer.text


def test_every_kind_of_fact_field_and_role_has_words_in_both_languages() -> None:
    texts = Texts.load()
    missing = [name for name in fact_classes() if not texts.known(f"fact.{name.replace('.', '-')}")]
    fields = {
        name for kind in fact_classes().values() if not issubclass(kind, Correction) for name in kind.__struct_fields__
    }
    missing += sorted(name for name in fields if not texts.known(f"field.{name}"))
    missing += [role for role in ROLES if not texts.known(f"role.{role}")]
    assert not missing, f"{CATALOGUE.name} lacks words for: {', '.join(missing)}"


def test_every_text_that_a_template_names_is_in_the_catalogue() -> None:
    texts = Texts.load()
    for template in TEMPLATES.glob("*.html"):
        for key in re.findall(r'\b(?:t|beside|heading)\("([a-z0-9_.-]+)"\s*[,)]', template.read_text(encoding="utf-8")):
            assert texts.known(key), f"{template.name}: {key}"


def test_no_page_names_another_host(shared_world: World, shared_app: Starlette) -> None:
    client = shared_world.client(shared_app, "wang")
    for path in PAGES:
        hosts = set(re.findall(r'(?:href|src|action)="(https?:[^"]*)"', client.get(path).text))
        assert not hosts, path


@pytest.mark.parametrize(
    "path", ["/", "/ledger", f"/ledger?region={COUNTY}", "/map", "/performance", "/postings", "/inspections", "/funds"]
)
def test_no_number_of_a_table_or_a_tile_or_a_chart_leads_nowhere(
    shared_world: World, shared_app: Starlette, path: str
) -> None:
    text = shared_world.client(shared_app, "province").get(path).text.partition("<main")[2].partition("</main>")[0]
    numbers = re.findall(r'<td class="n[^"]*">([^<]+)</td>', text)
    numbers += re.findall(r"<div><b>([^<]+)</b><span>", text)
    numbers += re.findall(r'(?<!")><text[^>]*class="value">([^<]+)</text>', text)
    told = [one for one in numbers if re.fullmatch(r"[\d,.]+%?", one) and float(one.replace(",", "").rstrip("%"))]
    assert not told, f"these figures of {path} do not open"


def test_charts_are_named_and_followed_by_their_table(shared_world: World, shared_app: Starlette) -> None:
    client = shared_world.client(shared_app, "province")
    text = client.get("/").text
    assert len([one for one in re.findall("<svg[^>]*>", text) if 'class="chart"' in one and 'role="group"' in one]) == 2
    named = re.findall(r'<a href="([^"]+)" aria-label="([^"]+)"><text', text)
    assert any(href.startswith("/ledger/facts?") and "兰州市" in name for href, name in named)
    after = re.compile(r"<figure>.*?</figure>\s*<(\w+)[^>]*>\s*<(\w+)", flags=re.DOTALL)
    counties, *charts = after.findall(text)
    assert counties == ("p", "a")  # the map leads to a page of its own, with the table of its counties and the file
    assert set(charts) == {("div", "table")}
    assert text.count("<figure>") == 1 + len(charts)
    own = client.get("/map?region=620000").text
    assert own.index("</figure>") < own.index('action="/map/download') < own.index("<table")
    assert "<style" not in text
    assert "<script" not in text
    assert "728,000" in text
    assert "原文疑多一位" in text


def test_a_filing_is_approved_on_its_page_by_an_officer_who_did_not_file_it(world: World, app: Starlette) -> None:
    stored = world.house.log.read([Criterion((ClassFiled.TOPIC,), (f"class:{CLASS}",))]).facts
    first = opened(stored[0].position, stored[0].leaf).fact
    filed = msgspec.structs.replace(first, training_class=f"{CLASS}2", name="二班", filed_by="")
    world.record("zhao", filed)
    page = f"/classes/{filed.training_class}"

    def decide(officer: str, **fields: str) -> Any:
        client = world.client(app, officer)
        sent = {"csrf": world.csrf(client), "once": officer, "occurred_on": "2016-02-20", "decision": "approve"}
        return client.post(f"{page}/decision", data=sent | fields)

    assert "批准开班" in world.client(app, "wang").get(page).text
    own = decide("zhao")
    assert own.status_code == 409
    assert "既是填报人又是审批人" in own.text
    assert decide("wang", decision="refuse").status_code == 422
    assert decide("wang", occurred_on="").status_code == 422
    assert decide("wang", number="样例批〔2016〕2号").status_code == 303
    after = world.client(app, "wang").get(page).text
    assert "开班批准" in after
    assert "批准开班" not in after


def test_the_security_administrator_appoints_an_officer_who_then_signs_in(world: World, app: Starlette) -> None:
    client = world.client(app, "security")
    sent = {
        "csrf": world.csrf(client), "officer": "li", "label": "李样例", "role": "clerk",
        "organisation": "hr-620122", "region": "620122",
    }  # fmt: skip
    answer = client.post("/officers", data=sent)
    password = re.search(r'<p class="mono"><b>([^<]+)</b></p>', answer.text)
    assert password is not None
    token = world.house.signin.open("li", password[1])
    session = world.house.signin.who(token)
    assert session is not None
    assert session.must_change
    assert [grant.region for grant in world.house.grants("li")] == ["620122"]
    world.house.views.catch_up()
    for organisation, is_told in (("hr-nowhere", True), ("i-yongdeng", False)):
        text = client.post(
            "/officers?lang=zh", data={**sent, "officer": organisation, "organisation": organisation}
        ).text
        assert (f"没有登记编号为 {organisation} 的单位" in text) is is_told
    for role, is_told in (("clerk", "已持有所填岗位"), ("finance", "所填岗位已授予")):
        again = client.post("/officers?lang=zh", data={**sent, "role": role}, follow_redirects=True).text
        assert is_told in again
        assert "未发放新的初始密码" in again
    outside = client.post("/officers", data={**sent, "officer": "he", "region": "110000"})
    assert outside.status_code == 422


def test_views_that_stand_still_are_said_on_every_page(world: World, app: Starlette) -> None:
    keeper = app.state.reception.keeper

    def broken() -> None:
        raise RuntimeError("no")

    keeper._catch_up = broken
    keeper.turn()
    assert "视图未能更新" in world.client(app, "wang").get("/").text
    keeper._catch_up = world.house.views.catch_up
    keeper.turn()
    assert "视图未能更新" not in world.client(app, "wang").get("/").text


def test_a_region_bears_the_name_of_the_latest_day_whatever_was_recorded_last(world: World, app: Starlette) -> None:
    for name, on in (("永登市", date(2018, 12, 1)), ("庄浪县", date(2016, 6, 1))):
        world.record("province", RegionRenamed(occurred_on=on, code=COUNTY, name=name))
    world.house.views.catch_up()
    client = world.client(app, "province")
    for day, name in (("", "永登市"), ("2018-11-30", "庄浪县"), ("2016-05-31", "永登县")):
        assert f"<h1>{name}" in re.sub(r"\s+", " ", client.get(f"/ledger?region={COUNTY}&as_effective_on={day}").text)
