"""Money and who sees it: another county, the county's own side, an institution, a dashboard."""

from __future__ import annotations

from money_web import CLAIM, LINE
from starlette.applications import Starlette
from web_world import CLASS, COUNTY, World


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
