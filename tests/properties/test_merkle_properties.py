"""Whatever the leaves and however they arrive: one tree, and no proof survives a change."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from taizhang.adapters.log.merkle import (
    EMPTY_ROOT,
    TILE_WIDTH,
    Edge,
    Node,
    ProofInvalid,
    consistency_proof,
    full_tiles,
    inclusion_proof,
    leaf_hash,
    leaf_hashes,
    node_hash,
    range_root,
    tile_root,
    verify_consistency,
    verify_inclusion,
    verify_subtree_consistency,
    verify_subtree_inclusion,
)

SIZES = st.integers(1, 300) | st.sampled_from([1, 2, 3, 4, 7, 8, 9, 31, 32, 33, 255, 256, 257])


def sample_hashes(size: int) -> list[bytes]:
    return leaf_hashes([b"leaf %d" % number for number in range(size)])


def naive_root(hashes: Sequence[bytes]) -> bytes:
    """MTH as RFC 6962 section 2.1 writes it: split at the largest power of two below the size."""
    if len(hashes) < 2:
        return hashes[0] if hashes else EMPTY_ROOT
    half = 1
    while half * 2 < len(hashes):
        half *= 2
    return node_hash(naive_root(hashes[:half]), naive_root(hashes[half:]))


def naive_node(hashes: Sequence[bytes]) -> Node:
    """Complete subtrees only: asking for any other is an error, as it would be of stored tiles."""

    def node(height: int, index: int) -> bytes:
        subtree = hashes[index << height : (index + 1) << height]
        assert len(subtree) == 1 << height
        return naive_root(subtree)

    return node


def flipped(proof: Sequence[bytes], at: int, bit: int) -> list[bytes]:
    """The proof with one bit changed in one of its hashes."""
    changed = bytearray(proof[at])
    changed[bit // 8] ^= 1 << bit % 8
    return [*proof[:at], bytes(changed), *proof[at + 1 :]]


@given(st.lists(st.lists(st.binary(max_size=20), max_size=40), max_size=12))
def test_leaves_in_any_chunks_or_one_by_one_make_the_tree_of_the_rfc(chunks: list[list[bytes]]) -> None:
    bulk = single = Edge.empty()
    for chunk in chunks:
        bulk = Edge.from_bytes(bulk.size, bulk.to_bytes()).append(leaf_hashes(chunk))
        for leaf in chunk:
            single = single.append([leaf_hash(leaf)])
    leaves = [leaf for chunk in chunks for leaf in chunk]
    assert bulk == single
    assert bulk.size == len(leaves)
    assert bulk.root() == naive_root(leaf_hashes(leaves))


@given(st.data())
def test_every_inclusion_proof_verifies_and_no_changed_one_does(data: st.DataObject) -> None:
    size = data.draw(SIZES)
    index = data.draw(st.integers(0, size - 1))
    hashes = sample_hashes(size)
    root = naive_root(hashes)
    proof = inclusion_proof(index, size, naive_node(hashes))
    verify_inclusion(hashes[index], index, size, proof, root)

    assume(proof)
    at, bit = data.draw(st.integers(0, len(proof) - 1)), data.draw(st.integers(0, 255))
    other = data.draw(st.integers(0, size - 1).filter(lambda value: value != index))
    for wrong_index, wrong_proof in [
        (index, flipped(proof, at, bit)),
        (index, proof[:-1]),
        (index, [*proof, proof[-1]]),
        (other, proof),
    ]:
        with pytest.raises(ProofInvalid):
            verify_inclusion(hashes[index], wrong_index, size, wrong_proof, root)
    with pytest.raises(ProofInvalid):
        verify_inclusion(hashes[other], index, size, proof, root)


@given(st.data())
def test_every_consistency_proof_verifies_and_no_changed_one_does(data: st.DataObject) -> None:
    size2 = data.draw(SIZES)
    size1 = data.draw(st.integers(1, size2))
    hashes = sample_hashes(size2)
    root1, root2 = naive_root(hashes[:size1]), naive_root(hashes)
    proof = consistency_proof(size1, size2, naive_node(hashes))
    verify_consistency(size1, size2, proof, root1, root2)

    with pytest.raises(ProofInvalid):
        verify_consistency(size1, size2, proof, leaf_hash(b"another past"), root2)
    with pytest.raises(ProofInvalid):
        verify_consistency(size1, size2, proof, root1, leaf_hash(b"another present"))
    assert bool(proof) == (size1 < size2)
    assume(proof)
    at, bit = data.draw(st.integers(0, len(proof) - 1)), data.draw(st.integers(0, 255))
    for wrong in (flipped(proof, at, bit), proof[:-1], [*proof, proof[-1]]):
        with pytest.raises(ProofInvalid):
            verify_consistency(size1, size2, wrong, root1, root2)


@given(st.data())
def test_a_rewritten_past_has_no_consistency_proof(data: st.DataObject) -> None:
    size2 = data.draw(SIZES)
    size1 = data.draw(st.integers(1, size2))
    hashes = sample_hashes(size2)
    root1 = naive_root(hashes[:size1])
    hashes[data.draw(st.integers(0, size1 - 1))] = leaf_hash(b"rewritten")
    proof = consistency_proof(size1, size2, naive_node(hashes))
    with pytest.raises(ProofInvalid):
        verify_consistency(size1, size2, proof, root1, naive_root(hashes))


def subtree_of(size: int, start: int, end: int, node: Node, low: int = 0, whole: bool = True) -> list[bytes]:
    """SUBTREE_SUBPROOF of draft-ietf-plants-merkle-tree-certs, section 4.4.1, over leaves low up to size."""
    if (low, size) == (start, end):
        return [] if whole else [range_root(low, size, node)]
    middle = low + (1 << (size - low - 1).bit_length() - 1)
    if end <= middle:
        return [*subtree_of(middle, start, end, node, low, whole), range_root(middle, size, node)]
    if start >= middle:
        return [*subtree_of(size, start, end, node, middle, whole), range_root(low, middle, node)]
    return [*subtree_of(size, middle, end, node, middle, False), range_root(low, middle, node)]


@given(st.data())
def test_every_subtree_proof_verifies_against_its_tree_and_no_changed_one_does(data: st.DataObject) -> None:
    size = data.draw(SIZES)
    length = data.draw(st.integers(1, size))
    ceiling = 1 << (length - 1).bit_length()
    start = ceiling * data.draw(st.integers(0, (size - length) // ceiling))
    end = start + length
    hashes = sample_hashes(size)
    part, root, node = naive_root(hashes[start:end]), naive_root(hashes), naive_node(hashes)
    index = data.draw(st.integers(start, end - 1))
    inside = inclusion_proof(index - start, length, naive_node(hashes[start:end]))
    verify_subtree_inclusion(hashes[index], index, start, end, inside, part)
    proof = subtree_of(size, start, end, node)
    verify_subtree_consistency(start, end, size, proof, part, root)
    with pytest.raises(ProofInvalid):
        verify_subtree_consistency(start, end, size, proof, leaf_hash(b"another part"), root)

    assume(proof)
    at, bit = data.draw(st.integers(0, len(proof) - 1)), data.draw(st.integers(0, 255))
    for wrong in (flipped(proof, at, bit), proof[:-1], [*proof, proof[-1]]):
        with pytest.raises(ProofInvalid):
            verify_subtree_consistency(start, end, size, wrong, part, root)


@given(st.integers(0, 1500), st.integers(0, 1500))
def test_tiles_are_each_filled_once_and_make_the_root_again(first: int, more: int) -> None:
    size = first + more
    hashes = sample_hashes(size)
    filled = [*full_tiles(0, first), *full_tiles(first, size)]
    assert sorted(filled) == list(full_tiles(0, size))
    roots = [tile_root(hashes[index * TILE_WIDTH : (index + 1) * TILE_WIDTH]) for _, index in filled]
    rest = hashes[len(filled) * TILE_WIDTH :]

    def node(height: int, index: int) -> bytes:
        """From tile roots where there are some, from the leaves of the partial tile below that."""
        if height >= 8:
            return naive_node(roots)(height - 8, index)
        return naive_node(rest)(height, index - (len(roots) << 8 - height))

    assert range_root(0, size, node) == naive_root(hashes)


@given(st.integers(0, 700), st.integers(0, 700))
def test_what_growing_tells_is_what_the_tiles_hold(first: int, more: int) -> None:
    hashes = sample_hashes(first + more)
    edge, before = Edge.empty().grow(hashes[:first])
    edge, after = edge.grow(hashes[first:])
    assert edge == Edge.empty().append(hashes)
    level_0, level_1 = ([row for rows in (before, after) for row in rows[level : level + 1]] for level in (0, 1))
    assert [value for row in level_0 for value in row] == hashes
    expected = [tile_root(hashes[at : at + TILE_WIDTH]) for at in range(0, len(hashes) - 255, TILE_WIDTH)]
    assert [value for row in level_1 for value in row] == expected
