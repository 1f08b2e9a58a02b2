"""Two trees over the same leaves: on a day, the roots of both over the same facts become a fact, and so a leaf of both.

Whoever trusts only one of the two hash functions finds the other tree's root in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar, Literal

import msgspec

from taizhang.domain.core import Fact, Position, Refusal, Selector, Slice

Algorithm = Literal["sha-256", "sm3"]
Root = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$", description="the root of a tree, hex")]
ROOTS = "roots"  # the one tag of all of them

# -- facts ------------------------------------------------------------------------------------------------


class TreeRoot(msgspec.Struct, frozen=True, kw_only=True):
    """The root of one tree; `origin` is the tree's own name."""

    origin: str
    algorithm: Algorithm
    root: Root


class RootsCommitted(Fact, frozen=True, kw_only=True):
    """Over the first `size` facts the trees have these roots."""

    TOPIC = "proof.roots-committed.v1"
    size: Annotated[int, msgspec.Meta(ge=1)]
    trees: tuple[TreeRoot, ...]

    def tags(self) -> list[str]:
        return [ROOTS]


# -- refusals ---------------------------------------------------------------------------------------------


@dataclass(eq=False)
class RootsBeyondTheLog(Refusal):
    """Roots are committed over facts that are there."""

    RULE: ClassVar = "proof.roots-beyond-the-log"
    SOURCE: ClassVar = "issue 5 (cross-committed daily roots)"
    zh = "日志只有 {position} 条,不能登记前 {size} 条的根。请用 taizhang sm3 commit 由系统计算。"
    en = "The log has {position} facts; no roots over {size} are recorded. Let taizhang sm3 commit reckon them."
    size: int
    position: Position


@dataclass(eq=False)
class RootsOnceADay(Refusal):
    """One commitment a day, and never over fewer facts than before."""

    RULE: ClassVar = "proof.roots-once-a-day"
    SOURCE: ClassVar = "issue 5 (cross-committed daily roots)"
    zh = "{on} 已登记前 {size} 条的根;每天一次,且只增不减。请次日再办。"
    en = (
        "On {on} the roots over {size} facts were recorded; once a day is enough, and never over fewer. Do it tomorrow."
    )
    on: date
    size: int


# -- decisions --------------------------------------------------------------------------------------------


class CommitRoots(Slice):
    """Record the roots of both trees over the same facts."""

    COMMAND = "proof.commit-roots"
    DECIDES = RootsCommitted
    ROLES = frozenset({"audit-administrator", "security-administrator"})
    KEEPS = (RootsCommitted,)
    fact: RootsCommitted

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[RootsCommitted], tags=[ROOTS])]

    def execute(self) -> None:
        fact, end = self.fact, self.history.end
        if fact.size > end:
            raise RootsBeyondTheLog(size=fact.size, position=end)
        last = self.known[-1] if self.known else None
        if last is not None and (fact.occurred_on <= last.occurred_on or fact.size <= last.size):
            raise RootsOnceADay(on=last.occurred_on, size=last.size)
        self.record(fact)
