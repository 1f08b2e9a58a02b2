"""A second tree over the same leaves, hashed with SM3: its own origin, and daily roots in which each tree holds the other."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SM3, Hash
from proof_samples import damage
from web_world import PASSWORD, World, opened_world

from taizhang.adapters.cli.main import run
from taizhang.adapters.log.log import Log
from taizhang.adapters.log.merkle import NODE_PREFIX
from taizhang.adapters.proof.checkpoints import open_checkpoint
from taizhang.adapters.proof.findings import Check
from taizhang.adapters.proof.second_check import second_tree
from taizhang.adapters.proof.second_tree import Peaks, SecondTree, sm3
from taizhang.adapters.proof.signer import SignerRefused
from taizhang.adapters.proof.tiles import TreeReader, tiles_of
from taizhang.adapters.signin import SignIn
from taizhang.domain.core import Actor, OfficerId, OrganisationId, RegionCode
from taizhang.domain.officers import OfficerAppointed, RoleGranted
from taizhang.domain.trees import RootsBeyondTheLog, RootsCommitted, RootsOnceADay, TreeRoot

DAY = date(2016, 5, 4)
AUDIT = Actor(
    officer=OfficerId("audit"),
    role="audit-administrator",
    organisation=OrganisationId("hr-620000"),
    region=RegionCode("620000"),
    authenticated="test",
)


def test_the_digests_are_those_of_the_published_vectors(vectors: Callable[[str], Path]) -> None:
    known, length, message = 0, 0, b""
    for line in vectors("gm/sm3_oscca.txt").read_text().splitlines():
        name, _, value = line.partition(" = ")
        if name == "Len":
            length = int(value) // 8
        elif name == "Msg":
            message = bytes.fromhex(value)[:length]
        elif name == "MD":
            assert sm3(message).hex() == value
            known += 1
    assert known > 5


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4, 7, 8, 13])
def test_the_root_is_that_of_the_definition(size: int) -> None:
    leaves = [sm3(bytes([number])) for number in range(size)]
    peaks = Peaks()
    for leaf in leaves:
        peaks.add(leaf)
    assert peaks.root() == defined(leaves)


def defined(leaves: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, word for word."""
    if not leaves:
        return Hash(SM3()).finalize()
    if len(leaves) == 1:
        return leaves[0]
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return sm3(NODE_PREFIX + defined(leaves[:k]) + defined(leaves[k:]))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with opened_world(tmp_path) as made:
        appointed = OfficerAppointed(officer=AUDIT.officer, organisation=AUDIT.organisation, occurred_on=DAY)
        granted = RoleGranted(
            officer=AUDIT.officer,
            role="audit-administrator",
            organisation=AUDIT.organisation,
            region=AUDIT.region,
            occurred_on=DAY,
        )
        made.record("security", appointed, granted)
        made.house.signin.enrol(AUDIT.officer, "样例审计员", SignIn.new_key(), PASSWORD, must_change=False)
        yield made


@pytest.fixture
def tree(world: World, tmp_path: Path) -> SecondTree:
    return SecondTree.create(tmp_path / "sm3", world.house.log.head().origin)


def committed(world: World, tree: SecondTree, on: date = DAY) -> RootsCommitted:
    stands, log = tree.sign(world.house.log), world.house.log
    first = TreeRoot(
        origin=log.head().origin,
        algorithm="sha-256",
        root=TreeReader(stands.peaks.size, tiles_of(log)).root().hex(),
    )
    second = TreeRoot(origin=tree.verifier.name, algorithm="sm3", root=stands.peaks.root().hex())
    return RootsCommitted(size=stands.peaks.size, trees=(first, second), occurred_on=on)


def test_it_signs_under_its_own_origin_and_goes_on_where_it_was(world: World, tree: SecondTree) -> None:
    first = tree.sign(world.house.log)
    assert open_checkpoint(first.note, tree.verifier).checkpoint.size == world.house.log.head().position
    assert tree.verifier.name == f"{world.house.log.head().origin}/sm3"
    world.record(AUDIT, committed(world, tree))
    again = SecondTree.open(tree.folder).sign(world.house.log)
    assert again.peaks.size == first.peaks.size + 1
    assert len(tree.hashes()) == again.peaks.size * 32
    assert again.peaks.root() == defined([tree.hashes()[at : at + 32] for at in range(0, len(tree.hashes()), 32)])


def test_it_does_not_sign_a_log_that_was_cut_or_another_one(world: World, tree: SecondTree, tmp_path: Path) -> None:
    tree.sign(world.house.log)
    other = Log.open(f"sqlite:///{tmp_path / 'other.db'}")
    with pytest.raises(SignerRefused, match="this tree is"):
        tree.sign(other)
    other.close()
    damage(world.house.log, "update head set position = position - 1")
    with pytest.raises((SignerRefused, ValueError)):
        tree.sign(world.house.log)


def test_the_daily_roots_stand_in_both_trees_and_are_reckoned_again(world: World, tree: SecondTree) -> None:
    world.record(AUDIT, committed(world, tree))
    tree.sign(world.house.log)
    check = second_tree(world.house.log, tree)
    assert (check.state, check.counted) == ("ok", world.house.log.head().position)
    assert second_tree(world.house.log, None).state == "ok"  # who lost the folder still compares the facts


def test_without_a_second_tree_there_is_nothing_to_compare(world: World) -> None:
    assert second_tree(world.house.log, None).state == "unchecked"


def test_a_changed_leaf_is_found_at_its_place_and_at_the_roots_over_it(world: World, tree: SecondTree) -> None:
    [position] = world.record(AUDIT, committed(world, tree))
    damage(
        world.house.log, "update fact set leaf = cast(replace(leaf, 'command', 'commend') as blob) where position = 3"
    )
    assert found(second_tree(world.house.log, tree))[0] == ("altered", 3)
    assert ("altered", position) in found(second_tree(world.house.log, None))


def test_a_root_that_somebody_recorded_wrongly_is_found(world: World, tree: SecondTree) -> None:
    right = committed(world, tree)
    wrong = TreeRoot(origin=right.trees[1].origin, algorithm="sm3", root="0" * 64)
    [position] = world.record(AUDIT, RootsCommitted(size=right.size, trees=(right.trees[0], wrong), occurred_on=DAY))
    assert found(second_tree(world.house.log, tree)) == [("altered", position)]


def found(check: Check) -> list[tuple[str, int | None]]:
    return [(one.kind, one.position) for one in check.findings]


def test_roots_are_committed_once_a_day_over_facts_that_are_there(world: World, tree: SecondTree) -> None:
    fact = committed(world, tree)
    world.record(AUDIT, fact)
    for proposed, rule in (
        (RootsCommitted(size=fact.size + 1, trees=fact.trees, occurred_on=DAY), RootsOnceADay),
        (RootsCommitted(size=fact.size, trees=fact.trees, occurred_on=date(2016, 5, 5)), RootsOnceADay),
        (RootsCommitted(size=10_000, trees=fact.trees, occurred_on=date(2016, 5, 5)), RootsBeyondTheLog),
    ):
        with pytest.raises(AssertionError) as refused:
            world.record(AUDIT, proposed)
        assert rule.en.partition("{")[0].split(";")[0][:8] in str(refused.value)


def test_from_the_command_line(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = world.house.settings
    for name, value in (
        ("DATABASE", settings.database),
        ("VAULT", settings.vault),
        ("FILES", settings.files),
        ("VAULT_KEY", world.house.keys.text()),
        ("OFFICER", AUDIT.officer),
        ("OFFICER_PASSWORD", PASSWORD),
        ("LANG", "en"),
    ):
        monkeypatch.setenv(f"TAIZHANG_{name}", value)
    assert run(["sm3", "init"]) == 2
    monkeypatch.setenv("TAIZHANG_SM3", str(tmp_path / "two"))
    assert run(["sm3", "init"]) == 0
    assert run(["sm3", "checkpoint", "--out", str(tmp_path / "note")]) == 0
    assert (tmp_path / "note").read_text().startswith(f"{world.house.log.head().origin}/sm3\n")
    capsys.readouterr()
    assert run(["sm3", "commit", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["position"] == world.house.log.head().position
    assert run(["sm3", "commit"]) == 1
    assert "tomorrow" in capsys.readouterr().err
    assert run(["sm3", "show"]) == 0
