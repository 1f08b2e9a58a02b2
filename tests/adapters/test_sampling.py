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
from taizhang.adapters.proof.first_checkpoints import take_first
from taizhang.adapters.proof.notes import COSIGNATURE, NoteSigner, Signature, signed_note
from taizhang.adapters.proof.policy import Policy
from taizhang.adapters.proof.publishing import add_by_hand, publish, with_signatures
from taizhang.adapters.proof.signer import Signer
from taizhang.adapters.sampling import QueryUnusable, Steps, population, redrawn, steps_of
from taizhang.domain.core import Actor, Fact, Position
from taizhang.domain.decisions import Amend, Proposal
from taizhang.domain.inspections.drawing import Method, Unit, population_bytes, read_mark, read_population
from taizhang.domain.inspections.opening import SampleId
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
OTHER, LATE = SampleId("sample-2"), SampleId("sample-3")
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


def inspector(who: Actor) -> RoleGranted:
    granted = {"officer": who.officer, "organisation": who.organisation, "region": who.region}
    return RoleGranted(role="inspector", occurred_on=m.JANUARY, **granted)


def by_hand() -> Policy:
    """One witness, which signs on a stick."""
    return Policy.parse(f"witness one {WITNESS.verifier()}\nquorum one")


def cosignature(checkpoint: Checkpoint) -> Signature:
    return WITNESS.sign(checkpoint.text(), 1_467_000_000)


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
    for query in (f"trainees:{m.PREFECTURE}:2016", f"payments:{m.LINE}"):
        assert population(log, query, region=t.COUNTY).units == population(log, query).units != ()
        assert not population(log, query, region=m.OTHER_PREFECTURE).units  # as an inspection of elsewhere draws
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
    recorded(desk, "team", SECURITY, [*i.appointed(i.HE, i.LIU), *map(inspector, (i.HE, i.LIU))])
    recorded(desk, "nonce", i.HE, [i.opened(f"region:{t.COUNTY}"), i.committed()])
    found = population(log, f"payments:{m.LINE}")
    fixed = i.fixed(found.position, Method("random", 1), units=2, digest=found.digest, query=found.query)
    recorded(desk, "population", i.HE, [fixed])
    note = published(log.head().position)
    assert take_first(log, note) == 1
    taken = steps_of(log, i.SAMPLE).taken
    assert taken is not None
    assert steps_of(log, i.SAMPLE) == Steps(i.committed(), fixed, taken)
    again = redrawn(found.data, note, i.NONCE, Method("random", 1))
    fact = i.sample(again.mark.size, checkpoint=note, seed=again.seed, drawn=again.drawn)
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


def test_the_first_checkpoint_that_a_witness_cosigned_is_taken_and_no_later_one(
    engine_url: str, tmp_path: Path
) -> None:
    founded(engine_url, PAID)
    log = Log.open(engine_url)
    desk = Desk(log)
    recorded(desk, "team", SECURITY, [*i.appointed(i.HE, i.LIU), *map(inspector, (i.HE, i.LIU))])
    recorded(desk, "nonce", i.HE, [i.opened(f"region:{t.COUNTY}"), i.committed(), i.fixed()])
    recorded(desk, "other", i.LIU, [i.committed(sample=OTHER), i.fixed(sample=OTHER)])
    signer, policy = Signer.create(tmp_path / "signer", log.head().origin), by_hand()
    publish(log, signer, policy)
    assert steps_of(log, i.SAMPLE).taken is None  # nobody has cosigned
    recorded(desk, "visit", i.HE, [i.visited(object=f"region:{t.COUNTY}", training_class=None, heads=None)])
    cosigned = publish(log, signer, policy).checkpoint
    signer.publish(with_signatures(signer.state().note, [cosignature(cosigned)]), is_cosigned=True)
    # and here the process ends before anything is taken; the next one begins with what stands
    recorded(desk, "late", i.LIU, [i.committed(sample=LATE), i.fixed(sample=LATE)])
    later = publish(log, signer, policy).checkpoint
    add_by_hand(log, signer, policy, [cosignature(later).line().rstrip("\n")])
    sizes = [read_mark(taken.checkpoint).size for one in (i.SAMPLE, OTHER, LATE) if (taken := steps_of(log, one).taken)]
    assert sizes == [cosigned.size, cosigned.size, later.size]
    assert later.size > cosigned.size
    log.close()


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
