"""The check of the second tree: the roots that facts commit to, and what the SM3 tree signed, reckoned again from the leaves."""

from __future__ import annotations

from taizhang.adapters.log.log import Criterion, Log
from taizhang.adapters.log.merkle import HASH_BYTES, LEAF_PREFIX, Edge, leaf_hashes
from taizhang.adapters.proof.findings import Check, Finding
from taizhang.adapters.proof.outside_checks import pages
from taizhang.adapters.proof.second_tree import Peaks, SecondTree, sm3
from taizhang.adapters.proof.walk import Progress
from taizhang.domain.envelope import opened
from taizhang.domain.trees import ROOTS, RootsCommitted

COMMITTED = Criterion((RootsCommitted.TOPIC,), (ROOTS,))


def second_tree(log: Log, tree: SecondTree | None, progress: Progress | None = None) -> Check:
    """Hash every leaf with SM3, and compare both trees wherever a fact or the tree's own signature speaks of them."""
    check = Check(name="second-tree")
    wanted: dict[int, dict[str, tuple[int, str]]] = {}  # size -> algorithm -> who says so, and which root
    for row in log.read([COMMITTED]).facts:
        said = opened(row.position, row.leaf).fact
        assert isinstance(said, RootsCommitted)
        wanted.setdefault(said.size, {}).update({one.algorithm: (row.position, one.root) for one in said.trees})
    stands = tree.state() if tree is not None else None
    if not wanted and stands is None:
        check.leave("没有第二棵树", "there is no second tree")
        return check
    kept = tree.hashes() if tree is not None else b""
    signed = stands.peaks.size if stands is not None else 0
    peaks, edge = Peaks(), Edge.empty()
    for page in pages(log, progress):
        for fact, first in zip(page, leaf_hashes([fact.leaf for fact in page]), strict=True):
            hashed = sm3(LEAF_PREFIX + fact.leaf)
            at = peaks.size * HASH_BYTES
            if peaks.size < signed and kept[at : at + HASH_BYTES] != hashed:
                _altered(check, fact.position, "SM3 树签过的叶子哈希", "the leaf hash that the SM3 tree signed")
            peaks.add(hashed)
            edge = edge.append([first])
            for algorithm, (position, root) in wanted.get(peaks.size, {}).items():
                found = peaks.root() if algorithm == "sm3" else edge.root()
                if found.hex() != root:
                    _altered(
                        check, position, f"此处登记的 {algorithm} 根", f"the {algorithm} root that is recorded here"
                    )
            if peaks.size == signed and stands is not None and stands.peaks.root() != peaks.root():
                _altered(check, fact.position, "SM3 树签过的根", "the root that the SM3 tree signed")
    if peaks.size < signed:
        zh, en = (
            f"SM3 树有 {signed} 条,这里只有 {peaks.size} 条",
            f"the SM3 tree has {signed} facts, here are {peaks.size}",
        )
        check.add(Finding(kind="rolled-back", position=peaks.size + 1, upto=signed, zh=zh, en=en))
    check.counted = peaks.size
    return check


def _altered(check: Check, position: int, zh: str, en: str) -> None:
    check.add(Finding(kind="altered", position=position, zh=f"与{zh}不符", en=f"it does not fit {en}"))
