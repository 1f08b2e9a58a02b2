"""Populations out of the log; and a sample drawn again by somebody who has only what was published."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import claim_samples as c
import inspection_samples as i
import money_samples as m
import msgspec
import pytest
import training_samples as t
from paying_house import CASHIER, SECURITY, founded, recorded

from taizhang.adapters.cli.main import run
from taizhang.adapters.desk import Desk
from taizhang.adapters.log.log import Log
from taizhang.adapters.orders import Order
from taizhang.adapters.proof.checkpoints import Checkpoint
from taizhang.adapters.proof.notes import COSIGNATURE, NoteSigner, signed_note
from taizhang.adapters.sampling import QueryUnusable, fixed_population, population, redrawn
from taizhang.domain.core import Fact, Position
from taizhang.domain.decisions import Amend, Proposal
from taizhang.domain.inspections.drawing import Method, Unit, population_bytes, read_population
from taizhang.domain.institutions import OrganisationRegistered
from taizhang.domain.officers import RoleGranted

HOMES = [one for one in i.WORLD if isinstance(one, OrganisationRegistered)]
PAID: list[Fact] = [
    *HOMES,
    *c.PEOPLE,
    *c.PAYABLE,
    c.paid((t.LI, 10_000)),
    c.paid((t.ZHAO, 10_000), payment="payment-2"),
]
KEY, WITNESS = (
    NoteSigner("example.com/log", 1, b"\x01" * 32),
    NoteSigner("example.com/witness", COSIGNATURE, b"\x02" * 32),
)
Told = Callable[..., tuple[int, Any]]


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Told:
    """Runs a command in a folder without any house: its exit code and its JSON."""
    monkeypatch.chdir(tmp_path)

    def told(*arguments: str) -> tuple[int, Any]:
        capsys.readouterr()
        code = run([*arguments, "--json"])
        out = capsys.readouterr().out
        return code, msgspec.json.decode(out) if out else None

    return told


def published(size: int, root: bytes = i.ROOT) -> str:
    """A checkpoint as it is published: signed by the log, cosigned by a witness."""
    text = Checkpoint("example.com/log", size, root).text()
    note = signed_note(text, KEY)
    return note + WITNESS.sign(text, 1_467_000_000).line()


def test_payments_of_a_line_are_a_population_as_they_stood_at_a_position(engine_url: str) -> None:
    positions = founded(engine_url, PAID)
    log = Log.open(engine_url)
    before = population(log, f"payments:{m.LINE}")
    assert before.units == (Unit("payment-1", t.COUNTY, 10_000), Unit("payment-2", t.COUNTY, 10_000))
    assert (before.position, before.amount_fen) == (log.head().position, 20_000)
    was, at = PAID[-2], positions[-2][1]
    amend = Amend(corrects=at, was=was, reason="typing error", approver=m.DIRECTOR, void=True)
    [verdict] = Desk(log).submit(Order(id="void", by=CASHIER, items=[Proposal(fact=was, amend=amend)])).verdicts
    assert verdict.outcome == "recorded", verdict
    assert [one.unit for one in population(log, f"payments:{m.LINE}").units] == ["payment-2"]
    assert population(log, f"payments:{m.LINE}", before.position) == before
    assert population(log, f"payments:{m.LINE}", at).units == before.units[:1]
    assert population(log, "payments:none").units == ()
    log.close()


def test_trainees_of_a_region_and_year_are_a_population(engine_url: str) -> None:
    founded(engine_url, PAID)
    log = Log.open(engine_url)
    found = population(log, f"trainees:{m.PREFECTURE}:2016")
    assert found.units == tuple(Unit(f"{t.WELDING}/{person}", t.WELDING) for person in (t.LI, t.ZHAO))
    assert read_population(found.data) == found.units
    assert not population(log, f"trainees:{m.OTHER_PREFECTURE}:2016").units
    assert not population(log, f"trainees:{m.PREFECTURE}:2015").units
    for query in ("trainees:620121", "trainees:x:2016", "payments:", "people:620121"):
        with pytest.raises(QueryUnusable):
            population(log, query)
    for position in (0, log.head().position + 1):
        with pytest.raises(QueryUnusable):
            population(log, f"payments:{m.LINE}", position)
    log.close()


def test_anybody_draws_the_recorded_sample_again_from_export_and_checkpoint(engine_url: str, told: Told) -> None:
    founded(engine_url, PAID)
    log = Log.open(engine_url)
    desk = Desk(log)
    granted = [
        RoleGranted(
            officer=who.officer,
            role="inspector",
            organisation=who.organisation,
            region=who.region,
            occurred_on=m.JANUARY,
        )
        for who in (i.HE, i.LIU)
    ]
    recorded(desk, "team", SECURITY, [*i.appointed(i.HE, i.LIU), *granted])
    recorded(desk, "nonce", i.HE, [i.opened(f"region:{t.COUNTY}"), i.committed()])
    found = population(log, f"payments:{m.LINE}")
    fixed = i.fixed(found.position, Method("random", 1), units=2, digest=found.digest, query=found.query)
    recorded(desk, "population", i.HE, [fixed])
    assert fixed_population(log, i.SAMPLE) == (i.committed(), fixed)
    note = published(log.head().position)
    again = redrawn(found.data, note, i.NONCE, Method("random", 1))
    fact = i.sample(log.head().position, checkpoint=note, seed=again.seed, drawn=again.drawn)
    [verdict] = desk.submit(Order(id="draw", by=i.HE, items=[Proposal(fact=fact, enclosed=found.data)])).verdicts
    assert verdict.outcome == "recorded", verdict
    log.close()

    Path("population.csv").write_bytes(found.data)
    Path("checkpoint").write_text(note)
    Path("drawn").write_text("\n".join(fact.drawn))
    Path("otherwise").write_text("payment-9")
    call = (
        "sample-draw",
        "--verify",
        "population.csv",
        "--checkpoint",
        "checkpoint",
        "--nonce",
        i.NONCE,
        "--size",
        "1",
    )
    code, answer = told(*call, "--against", "drawn")
    assert (code, answer["same"], tuple(answer["drawn"])) == (0, True, fact.drawn)
    assert answer["seed"] == fact.seed
    code, answer = told(*call, "--against", "otherwise")
    assert (code, answer["same"]) == (1, False)


def test_the_checkpoint_s_signatures_are_checked_with_the_keys_given(told: Told) -> None:
    Path("p.csv").write_bytes(i.POPULATION)
    Path("c").write_text(published(30))
    call = ["sample-draw", "--verify", "p.csv", "--checkpoint", "c", "--nonce", i.NONCE, "--size", "3"]
    keys = ["--log-key", str(KEY.verifier())]
    witness = ["--witness", str(WITNESS.verifier())]
    assert told(*call)[1]["cosigned_by"] == []
    code, answer = told(*call, *keys, *witness)
    assert (code, answer["cosigned_by"]) == (0, ["example.com/witness"])
    Path("c").write_text(published(30).replace("\n30\n", "\n31\n"))
    assert told(*call)[0] == 0
    assert told(*call, *keys)[0] == 2
    assert told(*call, "--log-key", "no key")[0] == 2


def test_another_root_nonce_or_population_is_another_draw(told: Told) -> None:
    draws = []
    fewer = population_bytes(i.UNITS[1:])
    for data, root, nonce in (
        (i.POPULATION, i.ROOT, i.NONCE),
        (i.POPULATION, b"\x23" * 32, i.NONCE),
        (i.POPULATION, i.ROOT, "12" * 32),
        (fewer, i.ROOT, i.NONCE),
    ):
        Path("p.csv").write_bytes(data)
        Path("c").write_text(published(30, root))
        code, answer = told(
            "sample-draw",
            "--verify",
            "p.csv",
            "--checkpoint",
            "c",
            "--nonce",
            nonce,
            "--method",
            "stratified",
            "--size",
            "8",
        )
        assert code == 0
        draws.append((answer["seed"], tuple(answer["drawn"])))
    assert len({seed for seed, _ in draws}) == len({sample for _, sample in draws}) == 4


def test_a_call_that_cannot_be_used_says_so(told: Told) -> None:
    Path("p.csv").write_bytes(i.POPULATION + b"x")
    Path("c").write_text(published(30))
    call = ["sample-draw", "--verify", "p.csv", "--checkpoint", "c"]
    assert told(*call)[0] == 2
    assert told(*call, "--nonce", i.NONCE, "--size", "3")[0] == 2
    Path("p.csv").write_bytes(i.POPULATION)
    assert told(*call, "--nonce", i.NONCE)[0] == 2
    assert told(*call, "--nonce", "zz", "--size", "3")[0] == 2
    assert told(*call, "--nonce", i.NONCE, "--size", "3", "--method", "by eye")[0] == 2


def test_a_nonce_comes_with_the_digest_that_commits_to_it(told: Told) -> None:
    code, one = told("nonce")
    _, other = told("nonce")
    assert code == 0
    assert one["nonce_digest"] == sha256(bytes.fromhex(one["nonce"])).hexdigest()
    assert one["nonce"] != other["nonce"]
    assert Position(len(one["nonce"])) == 64
