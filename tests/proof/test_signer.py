"""The signer: signs what is on the disk, keeps what it said, and never takes it back."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest
from log_samples import entry
from proof_samples import ORIGIN, damage, grow, grow_often, sign_often

from taizhang.adapters.log.log import Append, Log
from taizhang.adapters.log.merkle import leaf_hash
from taizhang.adapters.proof.checkpoints import open_checkpoint
from taizhang.adapters.proof.signer import LEAVES, STATE, Signer, SignerRefused
from taizhang.adapters.proof.tiles import TreeReader, tiles_of


def test_it_signs_the_root_of_all_facts(log: Log, signer: Signer) -> None:
    grow(log, 300)
    checkpoint = open_checkpoint(signer.sign(log), signer.verifier).checkpoint
    assert (checkpoint.origin, checkpoint.size, checkpoint.root) == (ORIGIN, 300, log.head().edge.root())


def test_an_empty_log_is_signed_with_the_empty_root(log: Log, signer: Signer) -> None:
    assert open_checkpoint(signer.sign(log), signer.verifier).checkpoint.size == 0


def test_the_same_size_is_answered_with_the_same_note(log: Log, signer: Signer) -> None:
    grow(log, 3)
    assert signer.sign(log) == Signer.open(signer.folder).sign(log)


def test_it_keeps_the_hash_of_every_leaf_it_signed(log: Log, signer: Signer) -> None:
    grow(log, 5)
    signer.sign(log)
    grow(log, 4)
    signer.sign(log)
    assert signer.hashes(0, 9) == b"".join(leaf_hash(fact.leaf) for fact in log.page(0, 9))


def test_what_it_says_is_on_the_disk_before_it_is_said(
    log: Log, signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    grow(log, 3)
    monkeypatch.setattr("taizhang.adapters.proof.signer.write_whole", _no_disk)
    with pytest.raises(OSError, match="full"):
        signer.sign(log)
    monkeypatch.undo()
    assert signer.state().size == 0


def _no_disk(*_: object) -> None:
    raise OSError("the disk is full")


def test_a_database_rolled_back_behind_the_signed_size_is_refused(log: Log, signer: Signer) -> None:
    grow(log, 10)
    before = log.head()
    grow(log, 5)
    signer.sign(log)
    damage(log, "delete from fact where position > 10")
    damage(log, "update head set position = 10, edge = :edge", edge=before.edge.to_bytes())
    with pytest.raises(SignerRefused) as refused:
        signer.sign(log)
    assert (refused.value.why, refused.value.position) == ("rolled-back", 11)
    assert signer.state().size == 15


def test_another_history_of_the_signed_size_is_refused(log: Log, signer: Signer, tmp_path: Path) -> None:
    grow(log, 10)
    signer.sign(log)
    with _other(tmp_path, 10) as other, pytest.raises(SignerRefused) as refused:
        signer.sign(other)
    assert refused.value.why == "forked"


def test_another_history_that_went_on_is_refused(log: Log, signer: Signer, tmp_path: Path) -> None:
    grow(log, 10)
    signer.sign(log)
    with _other(tmp_path, 400) as other, pytest.raises(SignerRefused) as refused:
        signer.sign(other)
    assert refused.value.why == "forked"
    assert signer.state().size == 10


def test_new_facts_are_read_and_hashed_again_before_they_are_signed(log: Log, signer: Signer) -> None:
    grow(log, 300)
    damage(log, "update fact set leaf = :leaf where position = 7", leaf=b'{"type":"forged"}')
    with pytest.raises(SignerRefused) as refused:
        signer.sign(log)
    assert refused.value.why == "forked"
    assert signer.state().size == 0


def test_a_missing_fact_is_not_signed_over(log: Log, signer: Signer) -> None:
    grow(log, 20)
    damage(log, "delete from fact where position = 7")
    with pytest.raises(SignerRefused) as refused:
        signer.sign(log)
    assert (refused.value.why, refused.value.position) == ("deleted", 7)


def test_the_log_of_another_name_is_not_signed(log: Log, tmp_path: Path) -> None:
    other = Signer.create(tmp_path / "other", "another.example/log")
    with pytest.raises(SignerRefused) as refused:
        other.sign(log)
    assert refused.value.why == "other-log"


def test_nothing_is_signed_when_the_state_is_lost_and_it_goes_on_from_a_checkpoint(log: Log, signer: Signer) -> None:
    grow(log, 300)
    note = signer.sign(log)
    grow(log, 30)
    hashes = signer.hashes(0, 300)
    (signer.folder / STATE).unlink()
    (signer.folder / LEAVES).unlink()
    with pytest.raises(SignerRefused):
        signer.sign(log)
    signer.restore(log, note)
    assert (signer.state().size, signer.hashes(0, 300)) == (300, hashes)
    assert open_checkpoint(signer.sign(log), signer.verifier).checkpoint.size == 330


def test_a_checkpoint_that_the_log_does_not_lead_to_restores_nothing(log: Log, signer: Signer, tmp_path: Path) -> None:
    grow(log, 10)
    note = signer.sign(log)
    (signer.folder / STATE).unlink()
    with _other(tmp_path, 12) as other, pytest.raises(SignerRefused) as refused:
        signer.restore(other, note)
    assert refused.value.why == "forked"


def test_a_key_is_never_replaced(signer: Signer) -> None:
    with pytest.raises(SignerRefused) as refused:
        Signer.create(signer.folder, ORIGIN)
    assert refused.value.why == "exists"


def test_only_a_list_of_a_bundle_is_signed_beside_checkpoints(signer: Signer) -> None:
    with pytest.raises(ValueError, match="list"):
        signer.sign_list(f"{ORIGIN}\n5\nAAAA\n")


def test_an_older_checkpoint_never_takes_the_place_of_a_published_one(log: Log, signer: Signer) -> None:
    grow(log, 3)
    old = signer.sign(log)
    grow(log, 3)
    new = signer.sign(log)
    signer.publish(new, is_cosigned=False)
    signer.publish(old, is_cosigned=True)
    assert (signer.published(), signer.cosigned()) == (new, old)


def test_signers_racing_on_one_folder_agree_on_one_history(engine_url: str, tmp_path: Path) -> None:
    log = Log.open(engine_url, origin=ORIGIN)
    Signer.create(tmp_path / "signer", ORIGIN)
    spawn = multiprocessing.get_context("spawn")
    with spawn.Manager() as manager, spawn.Pool(3) as pool:
        start = manager.Barrier(3)
        running = [pool.apply_async(sign_often, (engine_url, str(tmp_path / "signer"), start)) for _ in range(2)]
        grown = pool.apply_async(grow_often, (engine_url, start))
        grown.get(60)
        notes = {note for one in running for note in one.get(60)}
    signer = Signer.open(tmp_path / "signer")
    signer.sign(log)
    reader = TreeReader(log.head().position, tiles_of(log))
    roots: dict[int, bytes] = {}
    for note in notes:
        checkpoint = open_checkpoint(note, signer.verifier).checkpoint
        assert roots.setdefault(checkpoint.size, checkpoint.root) == checkpoint.root
        assert checkpoint.root == reader.root(checkpoint.size)
    assert len(roots) > 1
    log.close()


class _other:
    """A log of the same name with another history, in a file of its own."""

    def __init__(self, folder: Path, count: int) -> None:
        self._log = Log.open(f"sqlite:///{folder / 'other.db'}", origin=ORIGIN)
        self._log.append(Append([entry(body=-number) for number in range(count)]))

    def __enter__(self) -> Log:
        return self._log

    def __exit__(self, *_: object) -> None:
        self._log.close()
