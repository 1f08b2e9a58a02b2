"""Money on pages: what a finance officer follows from the line to the trainee and back, and what others never see."""

from __future__ import annotations

import hashlib
import html
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from bare_figures import bare
from money_web import CLAIM, LINE, actor, funded, paid, staffed
from openpyxl import load_workbook
from starlette.applications import Starlette
from starlette.testclient import TestClient
from web_world import CLASS, COUNTY, NAMES, PROVINCE, World, opened_world

from taizhang.adapters.recording import record_lines
from taizhang.domain.funds.claims import ClaimReviewed, ClaimSubmitted
from taizhang.domain.funds.evaluation import AllocationTied
from taizhang.http.app import create_app
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

TIE = AllocationTied(
    occurred_on=date(2016, 2, 1), tie="tie-1", line=LINE, region=PROVINCE, per_person_fen=80_000, poor_only=False,
    since=date(2016, 1, 1), until=date(2016, 12, 31), document="样例 9 号",
)  # fmt: skip


@pytest.fixture(scope="module")
def money(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world whose claim is paid, only looked at."""
    with opened_world(tmp_path_factory.mktemp("money")) as made:
        staffed(made)
        funded(made)
        made.record(actor("treasurer"), TIE)
        paid(made)
        yield made


@pytest.fixture(scope="module")
def money_app(money: World) -> Starlette:
    return create_app(money.house, follow=False)


@pytest.fixture
def approved(tmp_path: Path) -> Iterator[World]:
    """A world whose claim is approved and not yet posted."""
    with opened_world(tmp_path) as made:
        staffed(made)
        funded(made)
        made.house.views.catch_up()
        yield made


def _positions(text: str) -> set[int]:
    return {int(found) for found in re.findall(r'href="/facts/(\d+)"', text)}


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text)))


@pytest.mark.parametrize("officer", ["treasurer", "cashier", "wang", "city"])
def test_every_page_about_money_opens_in_both_languages_and_all_its_facts_do(
    money: World, money_app: Starlette, officer: str
) -> None:
    client = money.client(money_app, officer)
    for page in PAGES:
        for language in LANGUAGES:
            answer = client.get(f"{page}{'&' if '?' in page else '?'}lang={language}")
            assert answer.status_code == 200, (page, language)
        for position in _positions(answer.text):
            assert client.get(f"/facts/{position}").status_code == 200, (page, position)


def test_one_yuan_is_followed_from_the_line_to_the_trainee_and_back(money: World, money_app: Starlette) -> None:
    client = money.client(money_app, "treasurer")
    assert f'href="/funds/{LINE}"' in client.get("/funds").text
    assert f"/funds/{LINE}/lineage" in client.get(f"/funds/{LINE}").text
    classes = client.get(f"/funds/{LINE}/lineage").text
    assert f"class={CLASS}" in classes
    assert re.search(rf'href="/classes/{CLASS}">中式烹调师一班<', classes), "a class is known by its name"
    shares = client.get(f"/funds/{LINE}/lineage?class={CLASS}").text
    assert "账外来源 → 甘肃省 → 永登县" in _plain(shares)
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


def test_the_figures_of_a_past_day_are_those_of_that_day(money: World, money_app: Starlette) -> None:
    client = money.client(money_app, "treasurer")
    rows = client.get("/api/funds?as_effective_on=2016-04-24").json()["rows"]
    now = client.get("/api/funds").json()["rows"]
    assert [row["figures"]["paid_fen"] for row in rows] == [0]
    assert [row["figures"]["paid_fen"] for row in now] == [200_000]
    assert "0.00" in client.get(f"/funds/{LINE}?as_effective_on=2016-04-24").text


def test_the_replay_goes_from_step_to_step_with_every_balance(money: World, money_app: Starlette) -> None:
    client = money.client(money_app, "treasurer")
    steps = client.get(f"/api/funds/{LINE}/steps").json()["rows"]
    address, seen = f"/funds/{LINE}/replay", []
    while address:
        text = client.get(address).text
        seen.append(int(re.search(r'<dd><a href="/facts/(\d+)"', text)[1]))  # type: ignore[index]
        following = re.search(r'href="([^"]+)" rel="next"', text)
        address = html.unescape(following[1]) if following else ""
    assert seen == [step["position"] for step in steps]
    assert [step["kind"] for step in steps][-1] == "subsidy-paid"
    last = _plain(client.get(f"/funds/{LINE}/replay?at={seen[-1]}").text)
    assert "永登县 资金 4,000.00 −2,000.00 2,000.00" in last
    assert "http-equiv" not in client.get(f"/funds/{LINE}/replay").text
    playing = client.get(f"/funds/{LINE}/replay?play=4").text
    assert f'content="4;url=/funds/{LINE}/replay?at={seen[1]}&amp;play=4"' in playing
    assert "http-equiv" not in client.get(f"/funds/{LINE}/replay?play=4&at={seen[-1]}").text


def test_any_two_moments_of_the_money_are_compared_and_explained_fact_by_fact(
    money: World, money_app: Starlette
) -> None:
    client = money.client(money_app, "cashier")
    steps = client.get(f"/api/funds/{LINE}/steps").json()["rows"]
    [paid] = [one for one in steps if one["kind"] == "subsidy-paid"]
    just_before = f"since={paid['recorded_at'] - 1}&as_recorded_at={paid['recorded_at']}"
    for moments in (just_before, "since_effective_on=2016-04-24", f"{just_before}&as_effective_on=2016-12-31"):
        asked = f"region={COUNTY}&measure=paid_fen&{moments}"
        page = client.get(f"/funds/between?{asked}").text
        assert _positions(page) == {paid["position"]}, moments
        assert "支付到最终收款人 (元) 0.00 2,000.00 +2,000.00" in _plain(page)
        told = client.get(f"/api/funds/between?{asked}").json()
        rows = {row["measure"]: row for row in told["rows"]}
        assert rows["balance_fen"]["change"] == -200_000
        assert [(one["position"], one["change_fen"]) for one in told["facts"]] == [(paid["position"], 200_000)]
        line = client.get(f"/api/funds/{LINE}/between?{moments}").json()
        assert line["facts"] == [paid["position"]]
    rate = client.get(f"/funds/between?region={COUNTY}&measure=execution_bp&{just_before}").text
    assert "净支付" in _plain(rate)
    assert client.get(f"/funds/between?region={COUNTY}&measure=charm").status_code == 404
    for page in ("/funds", f"/funds/{LINE}", f"/funds/{LINE}/lineage", "/claims", "/funds/flags"):
        assert re.search(r'href="(/funds/[^"]*between[^"]*)">与之前比较', client.get(page).text), page


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


def test_then_and_now_names_every_fact_in_between(money: World, money_app: Starlette) -> None:
    client = money.client(money_app, "cashier")
    text = client.get(f"/funds/{LINE}/between?since_effective_on=2016-04-24").text
    [paid_at] = [
        s["position"] for s in client.get(f"/api/funds/{LINE}/steps").json()["rows"] if s["kind"] == "subsidy-paid"
    ]
    assert _positions(text) == {paid_at}
    assert "4,000.00 2,000.00 −2,000.00" in _plain(text)


def test_the_flow_is_a_picture_with_words_and_a_table(money: World, money_app: Starlette) -> None:
    text = money.client(money_app, "treasurer").get(f"/funds/{LINE}").text
    picture = text[text.index("<svg") : text.index("</svg>")]
    assert 'role="group"' in picture
    assert "样例就业补助资金:从来源到最终收款人" in picture
    assert "甘肃省 → 永登县: 4,000.00" in picture
    assert "<script" not in text
    assert "style=" not in picture


def test_a_claim_shows_what_each_entitlement_rests_on_and_nothing_is_left(money: World, money_app: Starlette) -> None:
    client = money.client(money_app, "cashier")
    text = client.get(f"/claims/{CLAIM}").text
    assert "张某某" in text
    assert NAMES[0] not in text
    rests_on = re.search(r"张某某.*?</tr>", text, flags=re.DOTALL)
    assert rests_on is not None
    kinds = {client.get(f"/api/facts/{at}").json()["rows"][0]["type"] for at in _positions(rests_on[0])}
    assert {"training.trainee-enrolled.v1", "training.attendance-taken.v1"} <= kinds
    assert "2,000.00 2,000.00 0.00" in _plain(text)


def test_the_posting_records_the_digest_of_the_list_it_kept(approved: World) -> None:
    client = approved.client(create_app(approved.house, follow=False), "wang")
    text = client.get(f"/claims/{CLAIM}").text
    fields = dict(re.findall(r'name="(csrf|once)" value="([^"]+)"', text))
    before = client.get(f"/claims/{CLAIM}/notice.txt").content
    sent = {**fields, "occurred_on": "2016-04-06", "place": "村务公开栏", "reason": "generated sample"}
    answer = client.post(f"/claims/{CLAIM}/notice", data=sent)
    assert answer.status_code == 303, html.unescape(answer.text)
    row = client.get(f"/api/facts/{approved.house.log.head().position}").json()["rows"][0]
    assert row["body"]["list_digest"] == hashlib.sha256(before).hexdigest()
    approved.house.views.catch_up()
    assert client.get(f"/claims/{CLAIM}/notice.txt").content == before
    assert "与已公示名单一致" in client.get(f"/claims/{CLAIM}/notice").text
    said = before.decode()
    assert "张某某" in said
    assert NAMES[0] not in said
    assert "62012119" not in said


def test_a_posting_of_a_list_that_was_not_made_here_is_refused_by_every_way_in(approved: World) -> None:
    client = approved.client(create_app(approved.house, follow=False), "wang")
    client.headers["x-csrf-token"] = approved.csrf(client)
    body = {"occurred_on": "2016-04-06", "claim": CLAIM, "training_class": CLASS, "place": "村务公开栏"}

    def post(digest: str, key: str) -> tuple[int, str]:
        answer = client.post(
            "/api/commands/funds.post-notice",
            json={"body": {**body, "list_digest": digest}, "reason": "generated sample"},
            headers={"idempotency-key": key},
        )
        return answer.status_code, answer.text

    ours = client.get(f"/claims/{CLAIM}/notice.txt").content
    forged = ours.replace(b"1000.00", b"1000.01", 1)
    assert forged != ours
    for number, content in enumerate((b"another list", forged)):
        code, text = post(approved.house.files.put(content), f"key-{number}")
        assert code == 409
        assert "funds.notice-not-generated" in text
    assert post("0" * 64, "key-unkept")[0] == 409
    line = msgspec.json.encode(
        {"id": "r1", "command": "funds.post-notice", "body": {**body, "list_digest": "0" * 64}, "reason": "sample"}
    )
    [told] = record_lines(approved.house, approved.actor("wang"), [line])
    assert (told.outcome, told.rule) == ("refused", "funds.notice-not-generated")
    fields = {"csrf": approved.csrf(client), "once": "n"}
    typed = {f"body.{name}": value for name, value in {**body, "list_digest": "0" * 64}.items()}
    answer = client.post("/record/funds.post-notice", data={**fields, **typed, "reason": "sample"})
    assert answer.status_code == 404, "no form takes a digest; the claim's page reckons it"
    assert "公示名单的摘要不是本系统为申领" in (told.zh or "")
    code, text = post(hashlib.sha256(ours).hexdigest(), "key-ours")
    assert code == 201, text
    at = approved.house.log.head().position
    corrected = {"corrects": at, "approver": "li", "reason": "sample", "body": {**body, "list_digest": "f" * 64}}
    line = msgspec.json.encode({"id": "r2", "command": "correct", **corrected})
    [told] = record_lines(approved.house, approved.actor("wang"), [line])
    assert (told.outcome, told.rule) == ("refused", "funds.notice-not-generated")


def test_a_list_posted_elsewhere_is_told_apart(money: World, money_app: Starlette) -> None:
    text = money.client(money_app, "cashier").get(f"/claims/{CLAIM}/notice").text
    assert "与已公示名单不同" in text
    assert "未在本系统存档" in text


def test_another_county_sees_nothing_of_the_line_or_the_claim(money: World, money_app: Starlette) -> None:
    client = money.client(money_app, "neighbour")
    for page in (
        f"/funds/{LINE}",
        f"/funds/{LINE}/replay",
        f"/claims/{CLAIM}",
        f"/api/funds/{LINE}",
        f"/api/funds/{LINE}/steps",
    ):
        absent = client.get(page.replace(LINE, "NONE").replace(CLAIM, "claim-620122-0"))
        assert client.get(page).status_code == absent.status_code == 404, page
        assert client.get(page).text == absent.text, page
    for page in ("/funds", "/claims", "/funds/flags", "/funds/reconciliation"):
        text = client.get(page).text
        assert not [secret for secret in (LINE, CLAIM, CLASS, *money.persons) if secret in text], page
    assert client.get(f"/funds?region={COUNTY}").status_code == 404


def test_a_county_sees_its_own_side_of_a_line_and_not_the_provinces(money: World, money_app: Starlette) -> None:
    rows = money.client(money_app, "cashier").get(f"/api/funds/{LINE}").json()["rows"]
    assert {row["holder"] for row in rows} == {COUNTY}
    steps = money.client(money_app, "cashier").get(f"/api/funds/{LINE}/steps").json()["rows"]
    assert "budget-approved" not in {step["kind"] for step in steps}
    assert {move["account"] for step in steps for move in step["moves"] if move["account"][0] == "6"} == {COUNTY}


def test_a_claim_is_told_as_it_was_known_and_effective_at_the_cuts(money: World, money_app: Starlette) -> None:
    client, log = money.client(money_app, "cashier"), money.house.log
    where = client.get(f"/api/claims/{CLAIM}").json()["facts"]
    filed, reviewed = (log.at([where[kind.TOPIC]])[0].recorded_at for kind in (ClaimSubmitted, ClaimReviewed))

    def known(**cut: object) -> list[tuple[object, ...]]:
        rows = client.get("/api/claims", params=cut).json()["rows"]
        return [(one["amount_fen"], one["approved_fen"], one["reviewed_on"], one["paid_fen"]) for one in rows]

    assert known(as_recorded_at=filed - 1) == []
    assert known(as_recorded_at=reviewed - 1) == [(200_000, None, None, 0)]
    assert known(as_recorded_at=reviewed) == [(200_000, 200_000, "2016-04-05", 0)]
    assert known(as_effective_on="2016-04-04") == [(200_000, None, None, 0)]
    now = [(200_000, 200_000, "2016-04-05", 200_000)]
    assert known(as_recorded_at=log.head().recorded_at) == known(as_effective_on="2016-04-25") == known() == now
    assert known(period="2016", institution="i-yongdeng", training_class=CLASS) == now
    assert known(period="2015") == known(institution="i-other") == []
    assert known(period="2015", as_recorded_at=reviewed) == []
    for page in ("/claims", f"/claims/{CLAIM}"):
        past = client.get(page, params={"as_recorded_at": str(reviewed - 1)}).text
        assert "2016-04-05" not in past
        assert "2016-04-01" in past
        assert "2016-04-05" in client.get(page, params={"as_recorded_at": str(reviewed)}).text or page == "/claims"


def test_what_a_file_is_for_does_not_narrow_it_down(approved: World) -> None:
    client = approved.client(create_app(approved.house, follow=False), "cashier")
    taken = client.get("/api/funds?format=jsonl&purpose=training")
    assert taken.headers["taizhang-rows"] == str(len(client.get("/api/funds").json()["rows"])) == "1"
    assert client.get("/api/funds?spent_on=living").json()["figures"].get("paid_fen", 0) == 0
    assert client.get("/api/funds?spent_on=audit").status_code == 422


def test_an_institution_sees_its_own_claims_only(money: World, money_app: Starlette) -> None:
    own, rival = money.client(money_app, "school"), money.client(money_app, "rival")
    assert CLAIM in own.get("/claims").text
    assert own.get(f"/claims/{CLAIM}").status_code == 200
    assert CLAIM not in rival.get("/claims").text
    for page in (f"/claims/{CLAIM}", f"/claims/{CLAIM}/notice", f"/claims/{CLAIM}/notice.txt"):
        assert rival.get(page).status_code == 404, page
    for client in (own, rival):
        assert client.get("/funds").status_code == client.get(f"/funds/{LINE}").status_code == 403
    assert LINE not in rival.get(f"/persons/{money.persons[0]}").text


def test_a_dashboard_sees_sums_and_nobody(money: World, money_app: Starlette) -> None:
    client = money.client(money_app, "board")
    text = client.get("/funds").text
    assert "2,000.00" in text
    assert f"/funds/{LINE}/facts" not in text
    for page in (
        "/claims",
        f"/claims/{CLAIM}",
        f"/funds/{LINE}",
        "/funds/flags",
        "/funds?by=training_class",
        "/funds?by=institution",
    ):
        assert client.get(page).status_code == 403, page


def _taken(client: TestClient, world: World, path: str, form: str) -> bytes:
    answer = client.post(path, data={"csrf": world.csrf(client), "format": form})
    assert answer.status_code == 200, answer.text
    return answer.content


def test_what_is_taken_home_agrees_with_the_page_and_is_recorded(approved: World) -> None:
    paid(approved)
    client = approved.client(create_app(approved.house, follow=False), "treasurer")
    book = _taken(client, approved, "/funds/download", "xlsx")
    head = client.get(f"/api/facts/{approved.house.log.head().position}").json()["rows"][0]
    assert head["type"] == "officers.data-exported.v1"
    assert head["body"]["digest"] == hashlib.sha256(book).hexdigest()
    sheet = load_workbook(io.BytesIO(book))["资金"]
    titles = [cell.value for cell in sheet[1]]
    [paid_at] = [place for place, title in enumerate(titles, 1) if str(title).startswith("paid")]
    assert sheet.cell(2, paid_at).value == 2000
    with zipfile.ZipFile(io.BytesIO(_taken(client, approved, f"/funds/{LINE}/download", "csv"))) as archive:
        names = sorted(archive.namelist())
        assert names == [f"fund-{LINE}.csv", f"fund-{LINE}.totals.csv"]
        totals = archive.read(names[1]).decode("utf-8-sig")
        assert hashlib.sha256(archive.read(names[0])).hexdigest() in totals
    assert client.post("/funds/download", data={"csrf": "other", "format": "csv"}).status_code == 403


def test_programs_are_told_what_the_pages_about_money_show(money: World, money_app: Starlette) -> None:
    client = money.client(money_app, "cashier")

    def told(path: str) -> Any:
        answer = client.get(f"/api/{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    [claim] = told("claims")["rows"]
    assert (claim["claim"], claim["approved_fen"], claim["paid_fen"]) == (CLAIM, 200_000, 200_000)
    one = told(f"claims/{CLAIM}")
    assert one["claim"] == claim
    assert one["charged"] == [{"line": LINE, "amount_fen": 200_000}], "the only line of the county's plan"
    assert [(row["amount_fen"], row["paid_fen"]) for row in one["rows"]] == [(100_000, 100_000)] * 2
    assert all(row["facts"] for row in one["rows"])
    notice = told(f"claims/{CLAIM}/notice")
    assert (notice["posted_digest"], notice["amount_fen"]) == ("0" * 64, 200_000)
    assert hashlib.sha256(money.house.files.get(notice["list_digest"])).hexdigest() == notice["list_digest"]
    lineage = told(f"funds/{LINE}/lineage?limit=1")
    rest = told(f"funds/{LINE}/lineage?after={lineage['next']}")
    assert sum(row["amount_fen"] for row in [*lineage["rows"], *rest["rows"]]) == 200_000
    flagged = told("flags?limit=1000")
    assert sum(flagged["kinds"].values()) == len(flagged["rows"]) > 0
    sides = told("reconciliation")
    assert (sides["totals"]["paid_fen"], sides["totals"]["transferred_less_paid_fen"]) == (200_000, 200_000)
    assert [row["paid_fen"] for row in told("reconciliation/classes")["rows"]] == [200_000]
    assert {"persons", "paid"} <= {
        row["indicator"].partition("-")[0] for row in told(f"funds/{LINE}/evaluation")["rows"]
    }
    assert [(row["persons"], row["due_fen"]) for row in told(f"funds/{LINE}/ties")["rows"]] == [(2, 160_000)]
    behind = told(f"funds/{LINE}/facts?measure=committed_fen")["rows"]
    assert [row["change_fen"] for row in behind] == [200_000, -200_000]
    then = told(f"funds/{LINE}/between?since_effective_on=2016-04-10")
    [cash] = [row for row in then["rows"] if (row["holder"], row["account"], row["book"]) == (COUNTY, "own", "cash")]
    assert (cash["then_fen"], cash["later_fen"]) == (400_000, 200_000)
    assert then["facts"]
    [line] = told("funds?as_effective_on=2016-04-10")["rows"]
    assert (line["line"], line["figures"]["committed_fen"]) == (LINE, 200_000)


def test_what_a_line_is_committed_to_pay_opens_into_review_and_payment(money: World, money_app: Starlette) -> None:
    client = money.client(money_app, "cashier")
    page = _plain(client.get(f"/funds/{LINE}/facts?measure=committed_fen").text)
    assert "申领审核" in page
    assert "+2,000.00" in page
    assert "−2,000.00" in page
    assert f"列支资金 样例就业补助资金 {LINE} 2,000.00" in _plain(client.get(f"/claims/{CLAIM}").text)


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
