"""A statement's page: what was reported, what the ledger knew then, what it knows now, and the facts in between."""

from __future__ import annotations

import re
from datetime import date

from starlette.applications import Starlette
from starlette.testclient import TestClient
from web_world import CLASS, COUNTY, DAYS, World

from taizhang.adapters.log.log import Criterion
from taizhang.adapters.moments import beijing
from taizhang.adapters.orders import Order
from taizhang.adapters.printed import check, read
from taizhang.domain.core import Position
from taizhang.domain.decisions import Amend, Proposal
from taizhang.domain.enrolment import TraineeEnrolled, TraineeWithdrawn
from taizhang.domain.envelope import opened
from taizhang.domain.statements import MONEY, OPENABLE, ClaimedFigure, StatementFiled
from taizhang.http.report_foot import TAG_BYTES_MOST
from taizhang.projections.statements.compared import compared, statement_of

STATEMENT = "stat-620121-2016"


def filed(world: World, *figures: tuple[str, int], id: str = STATEMENT) -> None:
    claimed = tuple(ClaimedFigure(*one) for one in figures)
    stated = StatementFiled(
        occurred_on=date(2016, 12, 31), filed_statement=id, region=COUNTY, period="2016", claimed_figures=claimed
    )
    world.record("wang", stated)
    world.house.views.catch_up()


def withdrawn(world: World) -> None:
    """One enrolment ends; then a correction says that it was another day."""
    was = TraineeWithdrawn(occurred_on=DAYS[1], training_class=CLASS, person=world.persons[2], why="样例")
    [position] = world.record("zhao", was)
    now = TraineeWithdrawn(occurred_on=DAYS[1], training_class=CLASS, person=world.persons[2], why="样例更正")
    amend = Amend(corrects=Position(position), was=was, reason="typing error", approver="wang")
    order = Order(id="correct", by=world.actor("zhao"), items=[Proposal(fact=now, amend=amend)])
    [verdict] = world.house.desk.submit(order).verdicts
    assert verdict.outcome == "recorded", verdict
    world.house.views.catch_up()


def test_a_claim_stands_beside_the_ledger_of_then_and_of_now(world: World, app: Starlette) -> None:
    filed(world, ("persons", 5), ("person_times", 3), ("certified", 0))
    withdrawn(world)
    log = world.house.log
    with log.database.read() as connection:
        found = statement_of(connection, log, STATEMENT)
        assert found is not None
        told = compared(connection, log, found)
    figures = {one.measure: (one.claimed, one.then, one.now, one.unexplained) for one in told.figures}
    assert figures == {"persons": (5, 3, 2, 2), "person_times": (3, 3, 2, 0), "certified": (0, 1, 1, -1)}
    [times] = [one for one in told.figures if one.measure == "person_times"]
    assert sum(one.change for one in times.later) == -1
    kinds = {type(opened(row.position, row.leaf).fact) for row in log.at([one.position for one in times.later])}
    assert TraineeWithdrawn in kinds
    assert TraineeEnrolled not in kinds
    client = world.client(app, "wang")
    zh, en = (client.get(f"/statements/{STATEMENT}?lang={language}").text for language in ("zh", "en"))
    for words in ("当时所报与现在所知", "所报多于账上", "所报少于账上", "报送之后的变动"):
        assert words in zh, words
    assert "Reported then, known now" in en
    assert re.search(r'href="#later-person_times">\d+<', en), "how many facts changed a figure leads to them"
    assert 'id="later-person_times">Person-times' in en
    assert "2 figures differ" in client.get("/statements?lang=en").text
    assert world.client(app, "foreign").get(f"/statements/{STATEMENT}").status_code == 404
    _told_of_the_past(world, client)
    assert len(log.read([Criterion((StatementFiled.TOPIC,), ())]).facts) == 1


def _told_of_the_past(world: World, client: TestClient) -> None:
    """Before it was filed there is no statement; right after, the ledger then and at the moment looked at are the same."""
    [stored] = world.house.log.read([Criterion((StatementFiled.TOPIC,), ())]).facts
    before, then = stored.recorded_at - 1, stored.recorded_at
    for moment in (f"as_recorded_at={before}", "as_effective_on=2016-12-30"):
        for path in (f"/statements/{STATEMENT}", f"/api/statements/{STATEMENT}"):
            assert client.get(f"{path}?{moment}").status_code == 404, path
        assert client.get(f"/api/statements?{moment}").json()["rows"] == []
        assert STATEMENT not in client.get(f"/statements?{moment}").text
    [row] = client.get(f"/api/statements?as_recorded_at={then}").json()["rows"]
    assert {one["measure"]: (one["then"], one["now"]) for one in row["figures"]} == {
        "persons": (3, 3), "person_times": (3, 3), "certified": (1, 1),
    }  # fmt: skip
    page = client.get(f"/statements/{STATEMENT}?as_recorded_at={then}&lang=zh").text
    assert ("所看时点账上" in page, "报送之后的变动" in page) == (True, False)
    [code] = re.findall(r"TZ2\.[A-Za-z0-9_-]+", page)
    assert check(world.house, code).status == "same"
    assert "/record/" not in client.get(f"/statements?as_recorded_at={then}").text.partition("<main")[2]
    since = beijing(before).strftime("%Y-%m-%dT%H:%M:%S.%f")
    between = client.get(f"/statements/between?since={since}&lang=en").text
    assert re.search(r"Statements filed</th><td class=\"n\">0</td><td class=\"n\">1</td>", between)
    assert f'href="/facts/{stored.position}"' in between
    assert f'<a href="/statements/{STATEMENT}">{STATEMENT}</a>' in between
    assert world.client(client.app, "board").get("/statements/between").status_code == 403


def test_the_form_of_a_statement_names_the_measures_that_it_takes_with_their_units(
    world: World, app: Starlette
) -> None:
    client = world.client(app, "wang")
    for language, hours, money in (("zh", "(填分钟数)", "(填分)"), ("en", " (in minutes)", " (in fen)")):
        form = client.get(f"/record/statements.file-statement?lang={language}").text
        offered = dict(re.findall(r'<dt class="mono">([a-z_0-9]+)</dt><dd>([^<]+)</dd>', form))
        assert set(offered) == OPENABLE | MONEY
        assert offered["evidenced_minutes"].endswith(hours)
        assert offered["paid_fen"].endswith(money)
        assert '<option value="two-after">' in form, "kinds of programmes are offered, not to be guessed"
        assert not any(words.startswith(code) for code, words in offered.items() if "_" in code)


def test_statements_bear_a_code_that_checks_as_the_same_unless_there_are_too_many_for_one(
    world: World, app: Starlette
) -> None:
    client = world.client(app, "wang")
    assert "report-foot" not in client.get("/statements").text
    filed(world, ("persons", 3))
    for page in ("/statements", f"/statements/{STATEMENT}"):
        text = client.get(page).text
        [code] = re.findall(r"TZ2\.[A-Za-z0-9_-]+", text)
        printed = read(code)
        assert printed is not None
        assert printed.question.tags == (f"statement:{STATEMENT}",)
        assert (printed.root in text, printed.report in text) == (True, True)
        assert check(world.house, code).status == "same"
    for number in range(TAG_BYTES_MOST // 50):
        filed(world, ("persons", 3), id=f"{STATEMENT}-{number}-{'x' * 30}")
    assert "本页不印报告码" in client.get("/statements?lang=zh").text
    assert "report-foot" in client.get(f"/statements/{STATEMENT}").text


def test_a_statement_is_told_by_the_api_and_to_a_dashboard_without_small_counts(world: World, app: Starlette) -> None:
    filed(world, ("persons", 5), ("person_times", 3), ("evidenced_minutes", 1_200))
    withdrawn(world)
    clerk, board = world.client(app, "wang"), world.client(app, "board")
    [row] = clerk.get("/api/statements?period=2016").json()["rows"]
    assert {one["measure"]: (one["claimed"], one["then"], one["now"]) for one in row["figures"]} == {
        "persons": (5, 3, 2), "person_times": (3, 3, 2), "evidenced_minutes": (1_200, 1_200, 1_200),
    }  # fmt: skip
    assert clerk.get(f"/api/statements/{STATEMENT}").json()["statement"] == row
    told = board.get(f"/api/statements/{STATEMENT}").json()["statement"]
    assert [one["measure"] for one in told["figures"]] == ["evidenced_minutes"]  # of three people nothing is told
    assert {told["figures"][0][name] for name in ("claimed", "then", "now")} == {0}
    assert (told["corrections_since"], told["figures"][0]["later"]) == (None, [])
    page = board.get(f"/statements/{STATEMENT}?lang=en").text
    assert "people in fives" in page
    assert "/facts/" not in page
    assert world.client(app, "foreign").get(f"/api/statements/{STATEMENT}").status_code == 404
