"""From a late list to a lead, from the lead's page to the paper, and on to a case: by the pages alone."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from bare_figures import bare
from lead_samples import assigned, merged
from lead_web import CHECKERS, in_beijing, led_world
from starlette.applications import Starlette
from starlette.testclient import TestClient
from web_world import COUNTY, NAMES, PROVINCE, World

from taizhang.adapters.log.log import Criterion
from taizhang.http.fact_words import lines, persons_in
from taizhang.projections.rules.rules import rule_named

Step = Callable[..., str]


def sent(world: World, client: TestClient, path: str, **fields: object) -> str:
    """Send a form; where it leads."""
    answer = client.post(path, data={"csrf": world.csrf(client), **fields})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


@pytest.fixture
def led(world: World, app: Starlette) -> tuple[World, Starlette, str]:
    """The world with one lead: a person whom a later list calls dead before the class began."""
    return world, app, led_world(world, app)


def test_a_leads_page_leads_from_the_question_to_the_sheet_and_row(led: tuple[World, Starlette, str]) -> None:
    world, app, lead = led
    client = world.client(app, "tang")
    zh, en = (client.get(f"/leads/{lead}?lang={language}").text for language in ("zh", "en"))
    for words in ("问题:", "可能的正当原因:", "死亡名单.xlsx", "第 2 行", "考勤", "指派核查人", "疑点不是认定"):
        assert words in zh, words
    assert "What it may innocently be:" in en
    assert "Assign it" in en
    assert NAMES[0] not in zh  # masked
    assert "造假" not in zh + client.get("/leads?lang=zh").text
    assert client.get("/leads/L0000000000000000").status_code == 404
    assert client.get("/leads?status=guilty").status_code == 404
    page = client.get(f"/performance?region={COUNTY}&by=institution&lang=en").text
    [href] = set(re.findall(r'href="(/leads[^"]*by=institution[^"]*)"', page))
    listed = client.get(html.unescape(href)).text
    assert f'href="/leads/{lead}"' in listed, "the count of an institution opens into its leads"
    assert "Only what is about the Institution" in listed
    assert f'href="/leads/{lead}"' not in client.get(f"/leads?region={COUNTY}&by=institution&row=i-other").text
    assert client.get(f"/leads?region={COUNTY}&by=teacher&row=x").status_code == 404
    assert bare(page) == bare(listed) == []


def test_leads_are_not_shown_to_those_whom_they_may_concern(led: tuple[World, Starlette, str]) -> None:
    world, app, lead = led
    for path in ("/leads", f"/leads/{lead}", "/cases"):
        assert world.client(app, "wang").get(path).status_code == 403
    assert 'href="/leads"' not in world.client(app, "wang").get("/").text
    assert 'href="/leads"' in world.client(app, "tang").get("/").text


def test_a_lead_becomes_a_case_by_the_forms_of_its_page(led: tuple[World, Starlette, str]) -> None:
    world, app, lead = led
    clients = {who: world.client(app, who) for who in CHECKERS}

    def step(who: str, address: str, command: str, **fields: object) -> str:
        """Open a form from a page's own link and send it as filled in, with what only a person can say."""
        page = clients[who].get(f"{address}?lang=en").text
        [href] = set(re.findall(rf'href="(/record/leads\.{command}[^"]*)"', page))
        form = clients[who].get(href.replace("&amp;", "&")).text
        given = re.findall(r'<(?:input|textarea)[^>]* name="(body\.[a-z_]+)"[^>]*?(?: value="([^"]*)")?>([^<]*)', form)
        filled = {name: value or text for name, value, text in given if value or text.strip()}
        options = re.findall(r'<select[^>]* name="(body\.[a-z_]+)"[^>]*>(.*?)</select>', form, re.S)
        filled |= {name: value for name, choice in options for value in re.findall(r'value="([^"]+)" selected', choice)}
        filled |= {f"body.{name}": value for name, value in fields.items()}
        return sent(world, clients[who], f"/record/leads.{command}", **filled)

    form = clients["song"].get(f"/leads/{lead}?lang=zh").text
    assert "check_by=" in form, "a day by which to look is offered"
    assert "中式烹调" in form or " – 2016-" in form, "who was not there reads which class and which days"
    step("song", f"/leads/{lead}", "assign-lead", officer="tang")
    world.house.views.catch_up()
    [given] = world.house.log.read([Criterion(("leads.lead-assigned.v1",), (f"lead:{lead}",))]).facts
    rule = rule_named("identities.attended-after-death")
    assert rule is not None
    for language, called in (("zh", rule.zh), ("en", rule.en)):
        told = clients["tang"].get(f"/facts/{given.position}?lang={language}").text
        assert f"{called} identities.attended-after-death" in told
    step("tang", f"/leads/{lead}", "check-lead", how="papers", result="supports", words="已调阅死亡证明")
    world.house.views.catch_up()
    step("song", f"/leads/{lead}", "confirm-lead", words="死亡证明属实", amount_fen="0")
    world.house.views.catch_up()
    case = "case-620121-1"
    step("tang", f"/leads/{lead}", "open-case", case=case, title="死亡后考勤待核")
    world.house.views.catch_up()
    page = clients["song"].get("/cases/case-620121-1?lang=zh").text
    for words in ("死亡后考勤待核", "请其陈述申辩", f"/leads/{lead}", "线索登记", "样例纪检", "所依据的事实: <a href"):
        assert words in page, words
    rates = clients["song"].get("/cases?lang=en").text
    assert "100.0 %" in rates
    assert clients["song"].get("/cases/case-620121-2").status_code == 404
    _told_by_the_api(clients["song"], lead, case)
    _told_of_the_past(world, clients["tang"], case)
    assert world.client(app, "wang").get("/api/cases").status_code == 403
    assert PROVINCE not in page
    _decided_after_the_reply(world, clients, step, case)


def _decided_after_the_reply(world: World, clients: dict[str, TestClient], step: Step, case: str) -> None:
    """While somebody may still answer and has not, no decision is offered, and the page says until when."""
    page, until = f"/cases/{case}", date.today() + timedelta(days=5)
    step("tang", page, "invite-reply", organisation="i-yongdeng", until=until.isoformat(), words="请说明出勤情况")
    world.house.views.catch_up()
    for language, decide, said in (("zh", ">作出决定<", f"申辩期至 {until} 止"), ("en", ">Decide<", f"until {until}")):
        waiting = clients["tang"].get(f"{page}?lang={language}").text
        assert (decide in waiting, said in waiting) == (False, True), language
    step("tang", page, "make-reply", words="已说明", document="答复")
    world.house.views.catch_up()
    answered = clients["tang"].get(f"{page}?lang=zh").text
    assert (">作出决定<" in answered, "申辩期至" in answered) == (True, False)


def _told_by_the_api(client: TestClient, lead: str, case: str) -> None:
    """The same lead and case, as programs read them."""
    one = client.get(f"/api/leads/{lead}").json()
    assert (one["lead"]["lead"], one["lead"]["status"], one["state"]["case_id"]) == (lead, "in-case", case)
    assert [row["case_id"] for row in client.get("/api/cases?status=open").json()["rows"]] == [case]
    told = client.get(f"/api/cases/{case}").json()
    assert (told["case"]["title"], [row["lead"] for row in told["leads"]]) == ("死亡后考勤待核", [lead])
    [rate] = client.get("/api/rules/rates").json()["rows"]
    assert (rate["confirmed"], rate["hit_tenths"]) == (1, 1000)
    assert client.get("/api/cases/case-620121-2").status_code == 404
    assert client.get("/api/leads/L0000000000000000").status_code == 404


def _told_of_the_past(world: World, client: TestClient, case: str) -> None:
    """Before it was opened nobody knows of the case; from the moment on it stands, and the page of a moment decides nothing."""
    [opened] = world.house.log.read([Criterion(("leads.case-opened.v1",), (f"case:{case}",))]).facts
    before, day = opened.recorded_at - 1, date.fromtimestamp(opened.recorded_at / 1e6) - timedelta(days=2)
    for moment in (f"as_recorded_at={before}", f"as_effective_on={day}"):
        for path in (f"/cases/{case}", f"/api/cases/{case}"):
            assert client.get(f"{path}?{moment}").status_code == 404, path
        assert client.get(f"/api/cases?{moment}").json()["rows"] == []
        assert case not in client.get(f"/cases?{moment}").text
    assert client.get(f"/api/rules/rates?as_recorded_at={before}").json()["rows"][0]["confirmed"] == 1
    then = f"as_recorded_at={opened.recorded_at}"
    page = client.get(f"/cases/{case}?lang=zh&{then}").text
    assert ("死亡后考勤待核" in page, "请其陈述申辩" in page) == (True, False)
    assert "/record/" not in page.partition("<main")[2]
    [row] = client.get(f"/api/cases?{then}").json()["rows"]
    assert (row["case_id"], row["case_status"]) == (case, "open")
    assert client.get(f"/api/cases?{then}&format=csv").text.splitlines()[1].startswith(case)
    between = client.get(f"/cases/between?since={in_beijing(before)}&lang=en").text
    assert re.search(r"Cases opened</th><td class=\"n\">0</td><td class=\"n\">1</td>", between)
    assert f'href="/facts/{opened.position}"' in between
    assert f'<a href="/cases/{case}">{case}</a>' in between
    assert client.get("/cases/between?region=620122").status_code == 404


def test_leads_that_are_merged_are_told_as_leads_and_not_as_persons_nobody_knows() -> None:
    """Another fact has persons in a field of the same name."""
    fact = merged("L0123456789abcdef")
    assert persons_in(fact) == []
    told = lines(fact, {}, lambda _, code: str(code), str)
    assert ("L0123456789abcdef", "/leads/L0123456789abcdef") in [(one.text, one.href) for one in told]


def test_what_a_fact_is_about_leads_to_the_page_of_the_thing_or_to_its_facts() -> None:
    told = lines(assigned(subjects=("class:c620121-1", "institution:i-1")), {}, lambda _, code: str(code), str)
    assert {one.text: one.href for one in told if one.field == "subjects"} == {
        "class:c620121-1": "/classes/c620121-1",
        "institution:i-1": "/facts?of=institution%3Ai-1",
    }
