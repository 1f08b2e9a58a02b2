"""Money at other moments: past days, step by step, and what happened in between."""

from __future__ import annotations

import html
import re

from money_web import CLAIM, LINE, plain, positions
from starlette.applications import Starlette
from web_world import CLASS, COUNTY, World

from taizhang.domain.funds.claims import ClaimReviewed, ClaimSubmitted


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
    last = plain(client.get(f"/funds/{LINE}/replay?at={seen[-1]}").text)
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
        assert positions(page) == {paid["position"]}, moments
        assert "支付到最终收款人 (元) 0.00 2,000.00 +2,000.00" in plain(page)
        told = client.get(f"/api/funds/between?{asked}").json()
        rows = {row["measure"]: row for row in told["rows"]}
        assert rows["balance_fen"]["change"] == -200_000
        assert [(one["position"], one["change_fen"]) for one in told["facts"]] == [(paid["position"], 200_000)]
        line = client.get(f"/api/funds/{LINE}/between?{moments}").json()
        assert line["facts"] == [paid["position"]]
    rate = client.get(f"/funds/between?region={COUNTY}&measure=execution_bp&{just_before}").text
    assert "净支付" in plain(rate)
    assert client.get(f"/funds/between?region={COUNTY}&measure=charm").status_code == 404
    for page in ("/funds", f"/funds/{LINE}", f"/funds/{LINE}/lineage", "/claims", "/funds/flags"):
        assert re.search(r'href="(/funds/[^"]*between[^"]*)">与之前比较', client.get(page).text), page


def test_then_and_now_names_every_fact_in_between(money: World, money_app: Starlette) -> None:
    client = money.client(money_app, "cashier")
    text = client.get(f"/funds/{LINE}/between?since_effective_on=2016-04-24").text
    [paid_at] = [
        s["position"] for s in client.get(f"/api/funds/{LINE}/steps").json()["rows"] if s["kind"] == "subsidy-paid"
    ]
    assert positions(text) == {paid_at}
    assert "4,000.00 2,000.00 −2,000.00" in plain(text)


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
