"""Claims on pages: what each rests on, the notice that is posted of it, and what a line is committed to pay."""

from __future__ import annotations

import hashlib
import html
import re

import msgspec
from money_web import CLAIM, LINE, plain, positions
from starlette.applications import Starlette
from web_world import CLASS, NAMES, World

from taizhang.adapters.recording import record_lines
from taizhang.http.app import create_app


def test_a_claim_shows_what_each_entitlement_rests_on_and_nothing_is_left(money: World, money_app: Starlette) -> None:
    client = money.client(money_app, "cashier")
    text = client.get(f"/claims/{CLAIM}").text
    assert "张某某" in text
    assert NAMES[0] not in text
    rests_on = re.search(r"张某某.*?</tr>", text, flags=re.DOTALL)
    assert rests_on is not None
    kinds = {client.get(f"/api/facts/{at}").json()["rows"][0]["type"] for at in positions(rests_on[0])}
    assert {"training.trainee-enrolled.v1", "training.attendance-taken.v1"} <= kinds
    assert "2,000.00 2,000.00 0.00" in plain(text)


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


def test_what_a_line_is_committed_to_pay_opens_into_review_and_payment(money: World, money_app: Starlette) -> None:
    client = money.client(money_app, "cashier")
    page = plain(client.get(f"/funds/{LINE}/facts?measure=committed_fen").text)
    assert "申领审核" in page
    assert "+2,000.00" in page
    assert "−2,000.00" in page
    assert f"列支资金 样例就业补助资金 {LINE} 2,000.00" in plain(client.get(f"/claims/{CLAIM}").text)
