"""How far the log is cosigned: told on every page, in every answer, and on every printed foot."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from money_web import LINE, funded, staffed
from starlette.applications import Starlette
from web_world import CLASS, World

from taizhang.adapters.printed import Question, check, issue, read
from taizhang.adapters.proof.notes import COSIGNATURE, NoteSigner
from taizhang.adapters.proof.policy import Policy
from taizhang.adapters.proof.publishing import add_by_hand, publish
from taizhang.adapters.proof.signer import Signer
from taizhang.adapters.proof.standing import cosigned_row, standing
from taizhang.domain.enrolment import TraineeWithdrawn
from taizhang.http.app import create_app
from taizhang.projections.replay import NOW

CITY = NoteSigner.generate("city.example/witness", COSIGNATURE)
POLICY = f"witness city {CITY.verifier()}\nquorum city\n"
HOUR_SECONDS = 3_600


@pytest.fixture
def signed(world: World, tmp_path: Path) -> tuple[World, Starlette, Signer]:
    """The world with a signer and one witness, who has cosigned nothing yet."""
    house = world.house
    (tmp_path / "policy").write_text(POLICY)
    signer = Signer.create(tmp_path / "signer", house.log.head().origin)
    house.settings = msgspec.structs.replace(
        house.settings, signer=str(tmp_path / "signer"), witness_policy=str(tmp_path / "policy")
    )
    return world, create_app(house, follow=False), signer


def cosign(world: World, signer: Signer, ago_seconds: int) -> int:
    done = publish(world.house.log, signer, Policy.parse(POLICY))
    at = world.house.clock() // 1_000_000 - ago_seconds
    add_by_hand(
        world.house.log, signer, Policy.parse(POLICY), [CITY.sign(done.checkpoint.text(), at).line().rstrip("\n")]
    )
    return done.checkpoint.size


def withdraw(world: World) -> None:
    gone = TraineeWithdrawn(training_class=CLASS, person=world.persons[0], why="sample", occurred_on="2016-03-09")
    world.record("wang", msgspec.convert(msgspec.to_builtins(gone), TraineeWithdrawn))
    world.house.views.catch_up()


def test_a_page_says_that_nobody_has_cosigned_yet(signed: tuple[World, Starlette, Signer]) -> None:
    world, app, _ = signed
    assert "Nobody has cosigned this log yet" in world.client(app, "wang").get("/ledger?lang=en").text
    assert "尚无见证" in world.client(app, "wang").get("/ledger?lang=zh").text


def test_a_page_tells_size_age_and_witness_and_which_of_its_figures_are_newer(
    signed: tuple[World, Starlette, Signer],
) -> None:
    world, app, signer = signed
    client, size = world.client(app, "wang"), cosign(world, signer, 2 * HOUR_SECONDS)
    page = client.get("/ledger?lang=en").text
    assert f"Cosigned up to fact {size} (2 h ago, by city.example/witness). All figures here are within" in page
    withdraw(world)
    page = client.get("/ledger?lang=en").text
    assert f"go up to fact {size + 1}; the last 1 are not cosigned yet" in page
    assert f"本页数字算到第 {size + 1} 条,最后 1 条尚未见证。" in client.get("/ledger?lang=zh").text
    foot = page[page.index('class="report-foot"') :]
    assert "not cosigned yet" in foot


def test_the_page_of_proof_names_who_cosigned_when_and_how_to_check(signed: tuple[World, Starlette, Signer]) -> None:
    world, app, signer = signed
    cosign(world, signer, 0)
    for language, words in (("zh", "证明与见证"), ("en", "Proof and witnesses")):
        page = world.client(app, "wang").get(f"/proof?lang={language}").text
        assert words in page
        assert "city.example/witness" in page
        assert str(signer.verifier) in page.replace("&#43;", "+")
        assert world.house.log.head().edge.root().hex() in page


def test_a_note_that_somebody_put_into_the_folder_says_nothing(signed: tuple[World, Starlette, Signer]) -> None:
    world, _, signer = signed
    cosign(world, signer, 0)
    path = signer.folder / "cosigned"
    path.write_text(path.read_text().replace("\n", "0\n", 2))
    assert standing(world.house.settings) is None


def test_json_answers_carry_it_and_say_nothing_where_nothing_is_signed(
    signed: tuple[World, Starlette, Signer], shared_world: World
) -> None:
    world, app, signer = signed
    size = cosign(world, signer, 60)
    row = cosigned_row(world.house.settings, size + 3, world.house.clock())
    assert row is not None
    assert (row["size"], row["by"], row["newer"], row["age_seconds"] in range(60, 90)) == (
        size,
        ["city.example/witness"],
        3,
        True,
    )
    answer: Any = world.client(app, "wang").get("/api/status").json()
    assert answer["cosigned"]["size"] == size
    told = world.client(app, "wang").get("/api/log").json()
    assert (told["size"], told["cosigned"]["size"], told["key"]) == (size, size, str(signer.verifier))
    assert told["checkpoint"].split("\n")[1] == str(size)
    proof = world.client(app, "wang").get(f"/api/facts/{size}/proof").json()["proof"]
    assert proof.startswith("c2sp.org/tlog-proof@v1\n")
    assert world.client(app, "foreign").get(f"/api/facts/{size}/proof").status_code == 404
    assert cosigned_row(shared_world.house.settings, 1, 0) is None


def test_a_paper_that_rests_on_facts_checks_as_the_same_until_one_of_them_is_changed(world: World) -> None:
    question = Question("facts", tags=(f"class:{CLASS}",))
    head = issue(world.house, question, NOW, world.house.log.head(), "zh", "620121")
    assert head is not None
    assert check(world.house, head.code).status == "same"
    withdraw(world)
    after = check(world.house, head.code)
    assert (after.status, [one.what for one in after.since]) == ("same", ["digest", "facts"])
    printed = read(head.code)
    assert printed is not None
    assert check(world.house, head.code[:-6]).status == "unknown"
    with world.house.log.database.write() as connection:
        connection.exec_driver_sql(
            "update fact set leaf = cast(replace(leaf, '中式', '西式') as blob) where position = "
            f"(select min(position) from tag where tag = 'class:{CLASS}')"
        )
    changed = check(world.house, head.code)
    assert (changed.status, [one.what for one in changed.changed]) == ("changed", ["digest", "root"])


def test_the_pages_of_money_bear_a_foot_that_checks_as_the_same(world: World) -> None:
    staffed(world)
    funded(world)
    world.house.views.catch_up()
    client = world.client(create_app(world.house, follow=False), "treasurer")
    for path in ("/funds", f"/funds/{LINE}"):
        page = client.get(path).text
        [code] = set(re.findall(r"TZ2\.[A-Za-z0-9_-]+", page))
        printed = read(code)
        assert printed is not None
        assert printed.figures["received_fen"] > 0
        found = check(world.house, code)
        assert (found.status, found.since) == ("same", ())
        assert found.report in page
