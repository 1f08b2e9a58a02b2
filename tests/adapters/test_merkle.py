"""The Merkle tree against numbers that nobody on this project wrote."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from taizhang.adapters.log.merkle import (
    EMPTY_ROOT,
    TILE_WIDTH,
    Edge,
    ProofInvalid,
    consistency_proof,
    full_tiles,
    inclusion_proof,
    leaf_hash,
    leaf_hashes,
    node_hash,
    tile_path,
    tile_root,
    verify_consistency,
    verify_inclusion,
    verify_subtree_consistency,
    verify_subtree_inclusion,
)

Vectors = Callable[[str], Path]
Vector = dict[str, Any]

# The classic eight-leaf tree of Certificate Transparency (RFC 6962's own C++ code, transparency-dev/merkle, ...).
REFERENCE_LEAVES = [
    b"",
    bytes.fromhex("00"),
    bytes.fromhex("10"),
    bytes.fromhex("2021"),
    bytes.fromhex("3031"),
    bytes.fromhex("40414243"),
    bytes.fromhex("5051525354555657"),
    bytes.fromhex("606162636465666768696a6b6c6d6e6f"),
]
REFERENCE_ROOTS = [  # of the first 0, 1, 2 ... 8 leaves
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


# -- hashing and growing ----------------------------------------------------------------------------------


@pytest.mark.parametrize("size", range(9))
def test_the_root_of_the_reference_leaves_is_the_reference_root(size: int) -> None:
    assert Edge.empty().append(leaf_hashes(REFERENCE_LEAVES[:size])).root().hex() == REFERENCE_ROOTS[size]


def test_leaves_and_nodes_are_hashed_as_rfc_6962_says() -> None:
    assert EMPTY_ROOT.hex() == REFERENCE_ROOTS[0]
    assert leaf_hash(b"L123456").hex() == "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
    assert node_hash(b"N123", b"N456").hex() == "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"


def test_every_node_of_the_reference_tree_has_its_reference_hash(vectors: Vectors) -> None:
    reference = json.loads(vectors("merkle/reference_tree.json").read_text())
    levels = [leaf_hashes([bytes.fromhex(leaf) for leaf in reference["leaf_inputs_hex"]])]
    while len(levels[-1]) > 1:
        row = levels[-1]
        levels.append([node_hash(row[at], row[at + 1]) for at in range(0, len(row), 2)])
    assert [[value.hex() for value in row] for row in levels] == reference["node_hashes_by_level"]
    assert reference["root_by_size"] == REFERENCE_ROOTS


def test_an_edge_comes_back_from_its_bytes() -> None:
    edge = Edge.empty().append(leaf_hashes(REFERENCE_LEAVES[:7]))
    assert len(edge.to_bytes()) == 3 * 32
    assert Edge.from_bytes(7, edge.to_bytes()) == edge
    assert Edge.from_bytes(0, b"") == Edge.empty()


@pytest.mark.parametrize(("size", "length"), [(7, 64), (7, 128), (7, 95), (7, 97), (0, 32), (8, 0), (-1, 32), (-1, 0)])
def test_an_edge_whose_bytes_do_not_fit_its_size_is_refused(size: int, length: int) -> None:
    with pytest.raises(ValueError, match=r"edge|tree"):
        Edge.from_bytes(size, bytes(length))


def test_growing_tells_the_hashes_that_each_tile_level_gains() -> None:
    hashes = leaf_hashes([b"%d" % number for number in range(600)])
    edge, first = Edge.empty().grow(hashes[:250])
    edge, second = edge.grow(hashes[250:])
    assert first == [hashes[:250]]
    assert second == [hashes[250:], [tile_root(hashes[:256]), tile_root(hashes[256:512])]]
    assert edge.grow([]) == (edge, [])


# -- tiles ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old_size", "new_size", "tiles"),
    [
        (0, 0, []),
        (0, 255, []),
        (0, 256, [(0, 0)]),
        (255, 256, [(0, 0)]),
        (256, 511, []),
        (200, 800, [(0, 0), (0, 1), (0, 2)]),
        (65_535, 65_536, [(0, 255), (1, 0)]),
        (256**3 - 1, 256**3, [(0, 65_535), (1, 255), (2, 0)]),
    ],
)
def test_a_tile_is_full_once_and_lower_levels_come_first(
    old_size: int, new_size: int, tiles: list[tuple[int, int]]
) -> None:
    assert list(full_tiles(old_size, new_size)) == tiles


def test_a_tree_that_shrinks_is_refused() -> None:
    with pytest.raises(ValueError, match="does not grow"):
        list(full_tiles(5, 4))


@pytest.mark.parametrize("width", [0, 1, 255, 257, 512])
def test_only_a_full_tile_has_a_tile_root(width: int) -> None:
    with pytest.raises(ValueError, match="full tile"):
        tile_root([EMPTY_ROOT] * width)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (tile_path(0, 1_234_067), "tile/0/x001/x234/067"),
        (tile_path(1, 0, 5), "tile/1/000.p/5"),
        (tile_path("entries", 1000), "tile/entries/x001/000"),
    ],
)
def test_tile_paths_are_written_as_c2sp_says(path: str, expected: str) -> None:
    assert path == expected


def test_tile_paths_agree_with_the_vectors(vectors: Vectors) -> None:
    cases = json.loads(vectors("tile_paths.json").read_text())
    for case in cases["TestTilePath"]:
        assert tile_path(case["level"], case["index"], case.get("p") or TILE_WIDTH) == case["wantPath"]
    for case in cases["TestEntriesPath"]:
        assert tile_path("entries", case["N"], case.get("p") or TILE_WIDTH) == case["wantPath"]
    for case in cases["TestEntriesPathForLogIndex"]:
        index = case["seq"] // TILE_WIDTH
        width = min(TILE_WIDTH, case["logSize"] - index * TILE_WIDTH)
        assert tile_path("entries", index, width) == case["wantPath"]
    assert sum(map(len, cases.values())) == 16


@pytest.mark.parametrize(("level", "index", "width"), [(-1, 0, 256), (0, -1, 256), (0, 0, 0), (0, 0, 257)])
def test_a_tile_that_cannot_be_has_no_path(level: int, index: int, width: int) -> None:
    with pytest.raises(ValueError, match="there is no tile"):
        tile_path(level, index, width)


# -- proofs: 518 vectors ----------------------------------------------------------------------------------


def binary(vector: Vector, field: str) -> bytes:
    return b64decode(vector[field] or "")


def proof_of(vector: Vector) -> list[bytes]:
    return [b64decode(value) for value in vector["proof"] or []]


def inclusion(vector: Vector) -> None:
    leaf, root = binary(vector, "leafHash"), binary(vector, "root")
    verify_inclusion(leaf, vector["leafIdx"], vector["treeSize"], proof_of(vector), root)


def subtree_inclusion(vector: Vector) -> None:
    leaf, root = binary(vector, "leafHash"), binary(vector, "root")
    verify_subtree_inclusion(leaf, vector["leafIdx"], vector["start"], vector["end"], proof_of(vector), root)


def consistency(vector: Vector) -> None:
    roots = binary(vector, "root1"), binary(vector, "root2")
    verify_consistency(vector["size1"], vector["size2"], proof_of(vector), *roots)


def subtree_consistency(vector: Vector) -> None:
    roots = binary(vector, "root1"), binary(vector, "root2")
    verify_subtree_consistency(vector["start"], vector["end"], vector["size"], proof_of(vector), *roots)


def is_refused(verify: Callable[[Vector], None], vector: Vector) -> bool:
    try:
        verify(vector)
    except ProofInvalid:
        return True
    return False


@pytest.mark.parametrize(
    ("folder", "verify", "files"),
    [
        ("inclusion", inclusion, 98),
        ("consistency", consistency, 98),
        ("subtreeinclusion", subtree_inclusion, 204),
        ("subtreeconsistency", subtree_consistency, 118),
    ],
)
def test_every_proof_of_the_vectors_is_accepted_or_refused_as_they_say(
    vectors: Vectors, folder: str, verify: Callable[[Vector], None], files: int
) -> None:
    paths = sorted(vectors(f"merkle/{folder}").rglob("*.json"))
    loaded = {path: json.loads(path.read_text()) for path in paths}
    assert len(loaded) == files
    assert [path for path, vector in loaded.items() if is_refused(verify, vector) != vector["wantErr"]] == []


# -- proofs: refusals -------------------------------------------------------------------------------------


def test_a_leaf_hash_that_is_not_32_bytes_is_refused_even_if_it_equals_the_root() -> None:
    with pytest.raises(ProofInvalid, match="32 bytes, not 0"):
        verify_inclusion(b"", 0, 1, [], b"")


def test_a_consistency_proof_from_size_zero_is_refused_whatever_it_holds() -> None:
    for proof in ([], [EMPTY_ROOT]):
        with pytest.raises(ProofInvalid, match="nothing to prove"):
            verify_consistency(0, 1, proof, EMPTY_ROOT, bytes.fromhex(REFERENCE_ROOTS[1]))


@pytest.mark.parametrize(("index", "size"), [(-1, 8), (8, 8), (0, 0), (0, -1)])
def test_no_inclusion_proof_is_made_or_accepted_for_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_proof(index, size, lambda height, index: EMPTY_ROOT)
    with pytest.raises(ProofInvalid):
        verify_inclusion(EMPTY_ROOT, index, size, [], EMPTY_ROOT)


@pytest.mark.parametrize(("size1", "size2"), [(0, 1), (2, 1), (-1, 1), (0, 0)])
def test_no_consistency_proof_is_made_or_accepted_for_sizes_that_do_not_grow(size1: int, size2: int) -> None:
    with pytest.raises(ValueError, match="no consistency proof"):
        consistency_proof(size1, size2, lambda height, index: EMPTY_ROOT)
    with pytest.raises(ProofInvalid):
        verify_consistency(size1, size2, [], EMPTY_ROOT, EMPTY_ROOT)


@pytest.mark.parametrize("sibling", [b"", bytes(31), bytes(33), bytes(64)])
def test_a_proof_with_a_hash_that_is_not_32_bytes_is_refused_even_if_it_leads_to_the_root(sibling: bytes) -> None:
    leaf = leaf_hash(b"leaf")
    root = node_hash(leaf, sibling)
    with pytest.raises(ProofInvalid, match="32 bytes, not"):
        verify_inclusion(leaf, 0, 2, [sibling], root)
    with pytest.raises(ProofInvalid, match="32 bytes, not"):
        verify_consistency(1, 2, [sibling], leaf, root)


@pytest.mark.parametrize("start", [3, 1, -2])
def test_leaves_that_stand_under_no_common_node_are_refused_as_a_subtree(start: int) -> None:
    left, right = leaf_hashes([b"left", b"right"])
    root = node_hash(left, right)
    with pytest.raises(ProofInvalid, match="no node of the tree"):
        verify_subtree_inclusion(left, start, start, start + 2, [right], root)
    with pytest.raises(ProofInvalid, match="no node of the tree"):
        verify_subtree_consistency(start, start + 2, start + 2, [], root, root)
