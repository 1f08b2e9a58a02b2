"""What kind of damage it is, told from the hashes that stand and the hashes that should."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final, NamedTuple

from taizhang.adapters.proof.findings import Finding, Kind

SHIFT_MOST: Final = 256  # how many facts in a row are recognised as taken out or put in
ALIKE: Final = 3  # hashes in a row that must agree before it counts as a shift
REMEMBERED_MOST: Final = 200_000  # differing positions kept for telling the kind


class Damage(NamedTuple):
    """A kind, the first position it concerns, and how many facts."""

    kind: Kind
    position: int
    facts: int = 1


class Differences:
    """The positions at which what stands differs from what should, with both hashes; the first of them, if there are many."""

    def __init__(self) -> None:
        self.stored: dict[int, bytes] = {}
        self.expected: dict[int, bytes] = {}
        self.count = 0

    def add(self, position: int, stored: bytes, expected: bytes) -> None:
        self.count += 1
        if len(self.stored) < REMEMBERED_MOST:
            self.stored[position], self.expected[position] = stored, expected

    def compare(self, first: int, stored: list[bytes], expected: list[bytes]) -> None:
        """Take in the differences of two rows of hashes that begin at this position."""
        for at, (here, there) in enumerate(zip(stored, expected, strict=False)):
            if here != there:
                self.add(first + at, here, there)

    def first(self) -> int:
        """The first differing position."""
        return min(self.stored)

    def damages(self) -> list[Damage]:
        """What was done, as far as the hashes show it: one shift or reordering, or each altered position."""
        if not self.stored:
            return []
        first = self.first()
        if Counter(self.stored.values()) == Counter(self.expected.values()):
            return [Damage("reordered", first, self.count)]
        for count in range(1, SHIFT_MOST + 1):
            if _follows(self.stored, self.expected, first, count):
                return [Damage("deleted", first, count)]
            if _follows(self.expected, self.stored, first, count):
                return [Damage("inserted", first, count)]
        return [Damage("altered", position) for position in sorted(self.stored)]


def found(damage: Damage, against_zh: str, against_en: str) -> Finding:
    """The finding that a damage is, told against what."""
    many_zh = f"(共 {damage.facts} 条)" if damage.facts > 1 else ""
    many_en = f" ({damage.facts} facts)" if damage.facts > 1 else ""
    zh = {
        "altered": f"内容与{against_zh}不符",
        "deleted": f"自此有事实被取走,后面的编号前移{many_zh}",
        "inserted": f"自此有事实被塞入,后面的编号后移{many_zh}",
        "reordered": f"事实的次序与{against_zh}不符{many_zh}",
    }
    en = {
        "altered": f"its content does not fit {against_en}",
        "deleted": f"facts were taken out here and the later ones moved up{many_en}",
        "inserted": f"facts were put in here and the later ones moved down{many_en}",
        "reordered": f"the facts stand in another order than {against_en} has them{many_en}",
    }
    return Finding(kind=damage.kind, position=damage.position, zh=zh[damage.kind], en=en[damage.kind])


def _follows(stored: Mapping[int, bytes], expected: Mapping[int, bytes], first: int, count: int) -> bool:
    """Whether what stands from `first` on is what should stand `count` places further on."""
    alike = 0
    for position in range(first, first + ALIKE):
        if position in stored and position + count in expected:
            if stored[position] != expected[position + count]:
                return False
            alike += 1
    return alike > 0
