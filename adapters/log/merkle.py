"""The Merkle tree over the stored facts: what makes an altered log show.

RFC 6962/9162 with SHA-256, and the C2SP tlog-tiles layout (tiles of height 8). Pure functions on bytes: no
database, no keys. A leaf hash and a node hash are 32 bytes each. Proofs have the RFC's shape, so any client of a
transparency log verifies them; subtree proofs follow draft-ietf-plants-merkle-tree-certs, of which the ordinary
consistency proof is the case that starts at leaf 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Literal

HASH_BYTES: Final = 32
TILE_HEIGHT: Final = 8  # C2SP tlog-tiles
TILE_WIDTH: Final = 256  # hashes in a full tile: 2 ** TILE_HEIGHT
EMPTY_ROOT: Final = sha256(b"").digest()

LEAF_PREFIX: Final = b"\x00"  # RFC 6962 section 2.1: a leaf can never pass for a node
NODE_PREFIX: Final = b"\x01"

Node = Callable[[int, int], bytes]
"""`node(height, index)`: the hash of the complete subtree over the 2**height leaves from index * 2**height on."""


class ProofInvalid(ValueError):
    """The proof does not show what it is said to show."""


# -- hashing ----------------------------------------------------------------------------------------------


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of one leaf's stored bytes."""
    return sha256(LEAF_PREFIX + leaf).digest()


def leaf_hashes(leaves: Sequence[bytes]) -> list[bytes]:
    """The hashes of many leaves, in their order."""
    return [sha256(LEAF_PREFIX + leaf).digest() for leaf in leaves]


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of the node above `left` and `right`."""
    return sha256(NODE_PREFIX + left + right).digest()


def tile_root(hashes: Sequence[bytes]) -> bytes:
    """The root of a full tile: one hash of the tile level above. ValueError unless there are 256 hashes."""
    if len(hashes) != TILE_WIDTH:
        raise ValueError(f"a full tile has {TILE_WIDTH} hashes, not {len(hashes)}")
    for _ in range(TILE_HEIGHT):
        hashes = _parents(hashes)
    return hashes[0]


def _parents(hashes: Sequence[bytes]) -> list[bytes]:
    """One hash for each pair; a last one without a partner is left out."""
    pairs = iter(hashes)
    return [sha256(NODE_PREFIX + left + right).digest() for left, right in zip(pairs, pairs, strict=False)]


def _fold(hashes: Sequence[bytes]) -> bytes:
    """The root above complete subtrees, largest first, as they stand side by side from left to right."""
    if not hashes:
        return EMPTY_ROOT
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


# -- growing ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Edge:
    """The right edge of a tree: all that an append needs to know of the leaves before it.

    `hashes` holds the root of one complete subtree for each bit set in `size`, the largest first.
    """

    size: int
    hashes: tuple[bytes, ...]

    def __post_init__(self) -> None:
        if self.size < 0:
            raise ValueError(f"a tree cannot have {self.size} leaves")
        if len(self.hashes) != self.size.bit_count():
            raise ValueError(
                f"the edge of {self.size} leaves has {self.size.bit_count()} hashes, not {len(self.hashes)}"
            )

    @classmethod
    def empty(cls) -> Edge:
        """The edge of the tree without leaves."""
        return cls(0, ())

    @classmethod
    def from_bytes(cls, size: int, data: bytes) -> Edge:
        """The edge that `to_bytes` wrote for `size` leaves; ValueError if the length does not fit the size."""
        if len(data) % HASH_BYTES:
            raise ValueError(f"an edge is a row of {HASH_BYTES}-byte hashes; {len(data)} bytes are not")
        return cls(size, tuple(data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)))

    def to_bytes(self) -> bytes:
        """The hashes one after the other, the largest subtree first."""
        return b"".join(self.hashes)

    def root(self) -> bytes:
        """The root of the tree."""
        return _fold(self.hashes)

    def append(self, new_leaf_hashes: Sequence[bytes]) -> Edge:
        """The edge after these leaves."""
        return self.grow(new_leaf_hashes)[0]

    def grow(self, new_leaf_hashes: Sequence[bytes]) -> tuple[Edge, list[list[bytes]]]:
        """The edge after these leaves, and for each tile level L the hashes that tiles of that level gain.

        The gained hashes of level L stand at the positions from `size >> 8 * L` on. Levels that gain nothing are
        left out at the end; level 0 is the new leaf hashes.
        """
        size, old = self.size, list(self.hashes)
        gained: list[list[bytes]] = []
        edge: list[bytes] = []  # smallest subtree first
        row, height = list(new_leaf_hashes), 0
        new_size = size + len(row)
        while row:
            if height % TILE_HEIGHT == 0:
                gained.append(row)
            if size >> height & 1:
                row = [old.pop(), *row]  # the subtree that waited at this height for its right neighbour
            if len(row) & 1:
                edge.append(row[-1])
            row = _parents(row)
            height += 1
        return Edge(new_size, (*old, *reversed(edge))), gained


def full_tiles(old_size: int, new_size: int) -> Iterator[tuple[int, int]]:
    """The (level, index) of each full tile that a tree gains by growing from old to new size, lowest level first.

    Tile (L, N) holds the hashes N * 256 up to (N + 1) * 256 of the complete subtrees over 2**(8 * L) leaves.
    """
    if not 0 <= old_size <= new_size:
        raise ValueError(f"a tree does not grow from {old_size} to {new_size} leaves")
    level = 0
    while new_size:
        old_size, new_size = old_size // TILE_WIDTH, new_size // TILE_WIDTH
        for index in range(old_size, new_size):
            yield level, index
        level += 1


def tile_path(level: int | Literal["entries"], index: int, width: int = TILE_WIDTH) -> str:
    """The C2SP tlog-tiles path of a tile or entry bundle, such as "tile/0/x001/x234/067" or "tile/1/000.p/5"."""
    if (level != "entries" and level < 0) or index < 0 or not 1 <= width <= TILE_WIDTH:
        raise ValueError(f"there is no tile of level {level}, index {index}, width {width}")
    path = f"{index % 1000:03}"
    while index := index // 1000:
        path = f"x{index % 1000:03}/{path}"
    partial = "" if width == TILE_WIDTH else f".p/{width}"
    return f"tile/{level}/{path}{partial}"


# -- making proofs ----------------------------------------------------------------------------------------


def complete_subtrees(start: int, end: int) -> list[tuple[int, int]]:
    """The (height, index) of the complete subtrees over leaves start up to end, left to right.

    `start` is a multiple of the largest power of two in `end - start`, as it is for every node of a tree.
    """
    subtrees = []
    while start < end:
        height = (end - start).bit_length() - 1
        subtrees.append((height, start >> height))
        start += 1 << height
    return subtrees


def range_root(start: int, end: int, node: Node) -> bytes:
    """The hash of the node over leaves start up to end; (0, size) gives the root of the tree."""
    return _fold([node(height, index) for height, index in complete_subtrees(start, end)])


def inclusion_proof(index: int, size: int, node: Node) -> list[bytes]:
    """The proof that the leaf at `index` (from 0) is in the tree of `size` leaves, lowest hash first."""
    if not 0 <= index < size:
        raise ValueError(f"there is no leaf {index} among {size}")
    subtrees = complete_subtrees(0, size)
    holds = next(at for at, (height, nth) in enumerate(subtrees) if index >> height == nth)
    proof = [node(height, (index >> height) ^ 1) for height in range(subtrees[holds][0])]
    if right := [node(*subtree) for subtree in subtrees[holds + 1 :]]:
        proof.append(_fold(right))
    return proof + [node(*subtree) for subtree in reversed(subtrees[:holds])]


def consistency_proof(size1: int, size2: int, node: Node) -> list[bytes]:
    """The proof that the first `size1` of `size2` leaves are as they were (RFC 6962 section 2.1.2)."""
    if not 0 < size1 <= size2:
        raise ValueError(f"there is no consistency proof from {size1} to {size2} leaves")
    start, end = 0, size2
    proof: list[bytes] = []
    while end != size1:
        middle = start + (1 << (end - start - 1).bit_length() - 1)
        if size1 <= middle:
            proof.append(range_root(middle, end, node))
            end = middle
        else:
            proof.append(range_root(start, middle, node))
            start = middle
    if start:  # else the old tree is itself a node of the new one, and its root is known
        proof.append(range_root(start, end, node))
    return proof[::-1]


# -- verifying proofs -------------------------------------------------------------------------------------


def verify_inclusion(leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Raise ProofInvalid unless the leaf stands at `index` of the tree with this size and root."""
    verify_subtree_inclusion(leaf_hash, index, 0, size, proof, root)


def verify_consistency(size1: int, size2: int, proof: Sequence[bytes], root1: bytes, root2: bytes) -> None:
    """Raise ProofInvalid unless the tree (size2, root2) begins with the tree (size1, root1).

    Size 0 is always refused: nothing is proved about a tree without leaves. A witness that meets an origin for
    the first time has its own rule (C2SP tlog-witness).
    """
    if size1 == 0:
        raise ProofInvalid("a tree without leaves is the beginning of every tree: there is nothing to prove")
    verify_subtree_consistency(0, size1, size2, proof, root1, root2)


def verify_subtree_inclusion(
    leaf_hash: bytes, index: int, start: int, end: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Raise ProofInvalid unless the leaf stands at `index` of the subtree over leaves start up to end."""
    _check_subtree(start, end)
    if not start <= index < end:
        raise ProofInvalid(f"leaf {index} is not among the leaves {start} up to {end}")
    _check_hashes(leaf_hash, *proof)
    at, last, found = index - start, end - start - 1, leaf_hash
    for sibling in proof:
        if last == 0:
            raise ProofInvalid("the proof is too long")
        if at & 1 or at == last:
            found = node_hash(sibling, found)
            zeros = _trailing_zeros(at)  # as the last node it has no right neighbour at these heights
            at, last = at >> zeros, last >> zeros
        else:
            found = node_hash(found, sibling)
        at, last = at >> 1, last >> 1
    if last != 0:
        raise ProofInvalid("the proof is too short")
    if found != root:
        raise ProofInvalid("the proof leads to another root")


def verify_subtree_consistency(
    start: int, end: int, size: int, proof: Sequence[bytes], subtree_root: bytes, root: bytes
) -> None:
    """Raise ProofInvalid unless the subtree over leaves start up to end is part of the tree (size, root)."""
    _check_subtree(start, end)
    if end > size:
        raise ProofInvalid(f"a tree of {size} leaves has no leaves {start} up to {end}")
    if start == end:
        _check_empty(proof, subtree_root)
        return
    _check_hashes(*proof)
    old, new = _roots_from(start, end, size, proof, subtree_root)
    if old != subtree_root:
        raise ProofInvalid("the proof leads to another root of the earlier tree")
    if new != root:
        raise ProofInvalid("the proof leads to another root of the later tree")


def _roots_from(start: int, end: int, size: int, proof: Sequence[bytes], subtree_root: bytes) -> tuple[bytes, bytes]:
    """The roots of the subtree and of the tree as the proof builds them (the draft's section 4.4.3)."""
    first, last, tree_last = start, end - 1, size - 1
    if last == tree_last:
        known = (first ^ last).bit_length()  # up to here the subtree's edge is the tree's own: start from its root
    else:
        known = min((first ^ last).bit_length(), _trailing_zeros(~last))
    first, last, tree_last = first >> known, last >> known, tree_last >> known
    hashes = list(proof)
    if first != last and not hashes:
        raise ProofInvalid("the proof is too short")
    old = new = subtree_root if first == last else hashes.pop(0)
    for sibling in hashes:
        if tree_last == 0:
            raise ProofInvalid("the proof is too long")
        if last & 1 or last == tree_last:
            if first < last:
                old = node_hash(sibling, old)
            new = node_hash(sibling, new)
            zeros = _trailing_zeros(last)
            first, last, tree_last = first >> zeros, last >> zeros, tree_last >> zeros
        else:
            new = node_hash(new, sibling)
        first, last, tree_last = first >> 1, last >> 1, tree_last >> 1
    if tree_last != 0:
        raise ProofInvalid("the proof is too short")
    return old, new


def _trailing_zeros(number: int) -> int:
    return (number & -number).bit_length() - 1


def _check_subtree(start: int, end: int) -> None:
    """A subtree starts at a multiple of the smallest power of two that holds its leaves (the draft, section 4.1)."""
    if not 0 <= start <= end or (start < end and start % (1 << (end - start - 1).bit_length())):
        raise ProofInvalid(f"no node of the tree stands over leaves {start} up to {end}")


def _check_hashes(*hashes: bytes) -> None:
    for value in hashes:
        if len(value) != HASH_BYTES:
            raise ProofInvalid(f"a hash has {HASH_BYTES} bytes, not {len(value)}")


def _check_empty(proof: Sequence[bytes], root: bytes) -> None:
    """An empty subtree is part of every tree: only its root and the absence of a proof can be checked."""
    if proof or root != EMPTY_ROOT:
        raise ProofInvalid("a subtree without leaves has the empty root and no proof")
