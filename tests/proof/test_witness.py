"""Witnesses: each remembers one history of a log and cosigns its continuation; asked over real HTTP and by hand."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request as HttpRequest
from urllib.request import urlopen

import pytest
from log_samples import entry
from proof_samples import ORIGIN, grow

from taizhang.adapters.log.log import Append, Log
from taizhang.adapters.proof.checkpoints import open_checkpoint
from taizhang.adapters.proof.notes import NoteInvalid, NoteSigner, NoteVerifier, open_note, parse_note, signed_note
from taizhang.adapters.proof.policy import Policy, PolicyInvalid
from taizhang.adapters.proof.publishing import add_by_hand, publish, request_for
from taizhang.adapters.proof.signer import Signer
from taizhang.adapters.proof.witness import Request, WitnessHouse, WitnessSays
from taizhang.adapters.proof.witness_server import witness_server

Vectors = Callable[[str], Path]


@contextmanager
def served(house: WitnessHouse) -> Iterator[str]:
    """This witness on a port of the loopback; its address."""
    server = witness_server(house, "127.0.0.1", 0)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def witness(folder: Path, name: str, *logs: NoteVerifier) -> WitnessHouse:
    house = WitnessHouse.create(folder / name, f"{name}.example/witness")
    for log in logs:
        house.watch(log)
    return house


def refusal(house: WitnessHouse, request: Request) -> tuple[int, int | None]:
    with pytest.raises(WitnessSays) as says:
        house.cosign(request.encoded())
    assert says.value.zh
    return says.value.status, says.value.size


# -- one witness ------------------------------------------------------------------------------------------


def test_the_request_of_another_implementation_is_cosigned_and_its_copy_with_a_gap_is_not(
    vectors: Vectors, tmp_path: Path
) -> None:
    known = json.loads(vectors("witness_add_checkpoint.json").read_text())
    house = witness(tmp_path, "city", NoteVerifier.parse(known["log_vkey"]))
    proof = tuple(bytes.fromhex(one) for one in known["consistency_proof_5_to_8_hex"])
    line = house.cosign(Request(0, (), known["checkpoint_size5"]).encoded())
    text = parse_note(known["checkpoint_size5"]).text
    [(verifier, _)] = open_note(f"{text}\n{line}", [house.verifier]).by
    assert verifier == house.verifier
    assert refusal(house, Request(5, proof[:-1], known["checkpoint_size8"])) == (422, None)
    assert refusal(house, Request(0, (), known["checkpoint_size8"])) == (409, 5)
    house.cosign(Request(5, proof, known["checkpoint_size8"]).encoded())
    seen = house.seen("monkeys")
    assert seen is not None
    assert seen.size == 8
    stranger = witness(tmp_path, "stranger", NoteVerifier.parse(known["other_vkey"]))
    assert refusal(stranger, Request(0, (), known["checkpoint_size5"])) == (404, None)


def test_what_is_no_request_and_what_the_log_did_not_sign_is_refused(log: Log, signer: Signer, tmp_path: Path) -> None:
    house = witness(tmp_path, "city", signer.verifier)
    grow(log, 3)
    note = signer.sign(log)
    for body in (b"", b"old x\n\n", b"new 0\n\n" + note.encode(), b"\xff", b"old 0\nnot base64\n\n" + note.encode()):
        with pytest.raises(WitnessSays) as says:
            house.cosign(body)
        assert says.value.status == 400
    forged = signed_note(parse_note(note).text, NoteSigner.generate(ORIGIN))
    assert refusal(house, Request(0, (), forged)) == (403, None)
    assert refusal(house, Request(9, (), note)) == (400, None)
    assert refusal(house, Request(0, (bytes(32),), note)) == (422, None)
    assert house.seen(ORIGIN) is None


def test_an_empty_log_may_be_cosigned_and_goes_on_from_nothing(log: Log, signer: Signer, tmp_path: Path) -> None:
    house = witness(tmp_path, "city", signer.verifier)
    house.cosign(Request(0, (), signer.sign(log)).encoded())
    grow(log, 3)
    house.cosign(Request(0, (), signer.sign(log)).encoded())
    seen = house.seen(ORIGIN)
    assert seen is not None
    assert seen.size == 3


def test_the_same_checkpoint_is_cosigned_again_with_its_new_time(log: Log, signer: Signer, tmp_path: Path) -> None:
    moments = iter([100.0, 200.0])
    house = WitnessHouse.open(witness(tmp_path, "city", signer.verifier).folder, lambda: next(moments))
    grow(log, 3)
    note = signer.sign(log)
    house.cosign(Request(0, (), note).encoded())
    house.cosign(Request(3, (), note).encoded())
    seen = house.seen(ORIGIN)
    assert seen is not None
    assert seen.cosigned_at == 200


def test_what_it_cosigns_is_on_the_disk_before_it_is_given(
    log: Log, signer: Signer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = witness(tmp_path, "city", signer.verifier)
    grow(log, 3)

    def no_disk(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("taizhang.adapters.proof.witness.write_whole", no_disk)
    with pytest.raises(OSError, match="full"):
        house.cosign(Request(0, (), signer.sign(log)).encoded())


def test_two_histories_shown_to_one_witness_are_not_both_cosigned(log: Log, signer: Signer, tmp_path: Path) -> None:
    house = witness(tmp_path, "city", signer.verifier)
    grow(log, 10)
    house.cosign(Request(0, (), signer.sign(log)).encoded())
    other, forger = forged_log(tmp_path, signer)
    note = forger.sign(other)
    assert refusal(house, request_for(other, note, 10)) == (422, None)
    assert refusal(house, Request(0, (), note)) == (409, 10)
    other.close()


def forged_log(folder: Path, signer: Signer) -> tuple[Log, Signer]:
    """Another history of the same log, and a signer with the stolen key."""
    other = Log.open(f"sqlite:///{folder / 'other.db'}", origin=ORIGIN)
    other.append(Append([entry(body=-number) for number in range(12)]))
    forger = Signer.create(folder / "forger", ORIGIN)
    (forger.folder / "key").write_bytes((signer.folder / "key").read_bytes())
    return other, Signer.open(forger.folder)


# -- several witnesses over HTTP --------------------------------------------------------------------------


def test_a_quorum_of_witnesses_cosigns_over_http_and_the_log_grows_on(log: Log, signer: Signer, tmp_path: Path) -> None:
    houses = [witness(tmp_path, name, signer.verifier) for name in ("city", "province", "archives")]
    with ExitStack() as stack:
        urls = [stack.enter_context(served(house)) for house in houses]
        policy = quorum(houses, [*urls[:2], "http://127.0.0.1:9"])  # the archives do not answer
        for size in (3, 300, 300, 700):
            grow(log, size - log.head().position) if size > log.head().position else None
            published = publish(log, signer, policy)
            assert published.is_met
            assert {one.witness.name for one in published.cosigned} == {
                "city.example/witness",
                "province.example/witness",
            }
            assert published.checkpoint.size == size
            assert [problem.split(":")[0] for problem in published.problems] == ["archives"]
        assert signer.cosigned() == signer.published() == published.note


def test_two_histories_shown_to_two_witnesses_never_both_get_a_quorum(log: Log, signer: Signer, tmp_path: Path) -> None:
    houses = [witness(tmp_path, name, signer.verifier) for name in ("city", "province", "archives")]
    grow(log, 10)
    other, forger = forged_log(tmp_path, signer)
    with ExitStack() as stack:
        urls = [stack.enter_context(served(house)) for house in houses]
        policy = quorum(houses, urls)
        only_city = Policy(policy.witnesses[:1], {}, "city")
        assert publish(other, forger, only_city).is_met  # the forged history gets to one witness first
        honest = publish(log, signer, policy)
        assert {one.witness.name for one in honest.cosigned} == {"province.example/witness", "archives.example/witness"}
        assert honest.is_met
        assert [problem.split(":")[0] for problem in honest.problems] == ["city"]
        grow(log, 10)
        forged = publish(other, forger, policy)
        assert not forged.is_met
        assert forger.cosigned() != forged.note or len(forged.cosigned) == 1
        assert publish(log, signer, policy).is_met
    other.close()


def test_what_is_no_request_is_answered_over_http_as_c2sp_says(log: Log, signer: Signer, tmp_path: Path) -> None:
    house = witness(tmp_path, "city", signer.verifier)
    grow(log, 3)
    note = signer.sign(log)
    house.cosign(Request(0, (), note).encoded())
    with served(house) as url:
        for path, body, expected in (
            ("/add-checkpoint", Request(1, (), note).encoded(), (409, "text/x.tlog.size", "3\n")),
            ("/add-checkpoint", b"nonsense", (400, "text/plain", None)),
            ("/other", b"", (404, "text/plain", None)),
            ("/add-checkpoint", b"x" * 70_000, (413, "text/plain", None)),
        ):
            with pytest.raises(HTTPError) as said:
                urlopen(HttpRequest(url + path, data=body, method="POST"), timeout=60)
            assert (said.value.code, said.value.headers.get_content_type()) == expected[:2]
            assert expected[2] in (None, said.value.read().decode())


def quorum(houses: list[WitnessHouse], urls: list[str]) -> Policy:
    names = [house.folder.name for house in houses]
    lines = [f"witness {name} {house.verifier} {url}" for name, house, url in zip(names, houses, urls, strict=True)]
    return Policy.parse("\n".join([*lines, f"group two 2 {' '.join(names)}", "quorum two"]))


# -- by hand ----------------------------------------------------------------------------------------------


def test_a_cosignature_that_came_on_a_stick_is_taken_in_and_a_wrong_one_is_not(
    log: Log, signer: Signer, tmp_path: Path
) -> None:
    house, stranger = witness(tmp_path, "city", signer.verifier), witness(tmp_path, "x", signer.verifier)
    policy = Policy.parse(f"witness city {house.verifier}\nquorum city")
    grow(log, 5)
    assert not publish(log, signer, policy).is_met
    body = request_for(log, signer.sign(log), 0).encoded()
    assert add_by_hand(log, signer, policy, [house.cosign(body).strip()]).is_met
    with pytest.raises(NoteInvalid):
        add_by_hand(log, signer, policy, [stranger.cosign(body).strip()])
    grow(log, 5)
    publish(log, signer, policy)
    with pytest.raises(NoteInvalid, match="wrong"):
        add_by_hand(log, signer, policy, [open_lines(house, body)])
    assert open_checkpoint(signer.cosigned() or "", signer.verifier).checkpoint.size == 5


def open_lines(house: WitnessHouse, old_body: bytes) -> str:
    """A cosignature of the smaller checkpoint."""
    request = Request.parse(old_body)
    return house.cosign(Request(5, (), request.note).encoded()).strip()


# -- policies ---------------------------------------------------------------------------------------------


def test_policies_of_others_are_read_and_refused(vectors: Vectors) -> None:
    known = json.loads(vectors("witness_policy.json").read_text())
    read = {}
    for case in known["good"]:
        keys = [
            line.split()[2].split("+")[2][4:] for line in case["policy"].splitlines() if line.split()[:1] == ["witness"]
        ]
        if len(set(keys)) < len(keys):  # C2SP tlog-policy: a key stands once, or one witness counts twice
            with pytest.raises(PolicyInvalid, match="twice"):
                Policy.parse(case["policy"])
        else:
            policy = Policy.parse(case["policy"])
            read[case["desc"]] = least(policy) == case["n"]
    assert read == {"tidy": True, "whitespace and comments": True}
    for case in known["bad"]:
        with pytest.raises(PolicyInvalid):
            Policy.parse(case["policy"])


def least(policy: Policy) -> int:
    """With how many of the witnesses, in their order, the quorum is met."""
    keys = policy.verifiers()
    return next(count for count in range(len(keys) + 1) if policy.is_met(keys[:count]))


def test_groups_of_groups_and_the_word_none_are_understood() -> None:
    keys = [NoteSigner.generate(f"w{number}").verifier() for number in range(4)]
    lines = [f"witness w{number} {key}" for number, key in enumerate(keys)]
    cosigners = [key.cosigner() for key in keys]
    policy = Policy.parse(
        "\n".join([*lines, "group a any w0 w1", "group b all w2 w3", "group both all a b", "quorum both"])
    )
    assert policy.is_met([cosigners[1], cosigners[2], cosigners[3]])
    assert not policy.is_met([cosigners[0], cosigners[1], cosigners[2]])
    assert Policy.parse("quorum none").is_met([])
    assert not Policy().is_met([])
