"""What goes into the log and what comes out: plain records, and the ways an append can fail."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, Final, NamedTuple, TypeAlias

import msgspec
from eventsourcing.persistence import DataError, IntegrityError

from taizhang.adapters.log.merkle import Edge
from taizhang.domain.envelope import Parts

Entry = Parts  # a fact to append: its type, its tags (order and repetition do not matter) and the two ends of its leaf

LEAF_BYTES_MAX: Final = 65_535  # C2SP tlog-tiles: an entry's length is 16 bits

GuardKey: TypeAlias = tuple[str, str]  # kind, key


class Stored(NamedTuple):
    """A fact as the log holds it; `recorded_at` in UTC microseconds."""

    position: int
    type: str
    recorded_at: int
    leaf: bytes


class Criterion(NamedTuple):
    """Facts of any of these types (none given: all types) that bear every one of these tags."""

    types: Sequence[str]
    tags: Sequence[str]


class AnyOf(NamedTuple):
    """Facts of any of these types that bear at least one of these tags: many criteria in one."""

    types: Sequence[str]
    tags: Sequence[str]


Query: TypeAlias = Sequence[Criterion | AnyOf]
ANY_FACT: Final = Criterion((), ())


class CommandRow(msgspec.Struct, frozen=True):
    """What to remember of a command: its answer, and which of the append's entries it made."""

    id: str
    digest: str
    first_index: int
    count: int
    outcome: bytes


class KnownCommand(msgspec.Struct, frozen=True):
    """What is remembered of a command: its answer, and the facts it made, from `first_position` on."""

    id: str
    digest: str
    first_position: int
    count: int
    outcome: bytes

    def require(self, digest: str) -> None:
        """Raise CommandReused unless this was the very same request."""
        if self.digest != digest:
            raise CommandReused(self.id)


class GuardRow(NamedTuple):
    """The state of a guard, and the position of the fact that moved it last."""

    position: int
    state: bytes


class Append(NamedTuple):
    """Facts to append together or not at all, and on what condition.

    The condition: no fact after position `after` (None: none at all) matches any criterion of `query`. An empty
    query is no condition. A guard row must still stand at the position at which it was read (0: there was none);
    only guards that were read are written, each with the index of the entry that moved it last. `rebuild` is that
    of the State with the rows, whose head is `after`: while neither has moved, the rows need no second look.
    `meanwhile` is called once at most, while the disk is waited for: it knows nothing yet of whether this stands.
    """

    entries: Sequence[Entry]
    after: int | None = None
    query: Query = ()
    guards_read: Mapping[GuardKey, int] = {}
    guards_written: Mapping[GuardKey, tuple[int, bytes]] = {}
    commands: Sequence[CommandRow] = ()
    rebuild: int | None = None
    meanwhile: Callable[[], object] | None = None


class Appended(NamedTuple):
    """Where the facts stand. Without facts `last_position` is the head and `first_position` the one after it."""

    first_position: int
    last_position: int
    recorded_at: int


class Repeated(NamedTuple):
    """Nothing was written: these commands of the append had been recorded before, with the same content."""

    rows: tuple[KnownCommand, ...]


class Head(NamedTuple):
    """The end of the log: last position, its recording time, the tree's edge, and the log's own name."""

    position: int
    recorded_at: int
    edge: Edge
    origin: str


class State(NamedTuple):
    """One moment of the log: its head, and what was asked for as it stood then. Absent rows are left out."""

    head_position: int
    recorded_at: int
    facts: list[Stored]
    guards: dict[GuardKey, GuardRow]
    commands: dict[str, KnownCommand]
    rebuild: int = 0  # how often the guard rows were replaced as a whole


class LostRace(IntegrityError):
    """Somebody recorded a fact first that this decision should have known. Decide again."""


class CommandReused(IntegrityError):
    """The command id was used before, for something else."""

    def __init__(self, command_id: str) -> None:
        self.id = command_id
        self.zh = f"业务编号 {command_id} 已用于另一项内容,本次未记录。请换用新的业务编号。"
        self.en = (
            f"The command id {command_id} was used before for something else; nothing was recorded. "
            "Use a new command id."
        )
        super().__init__(self.en)


class LeafTooLarge(DataError):
    """A fact is longer than an entry of a transparency log may be. Nothing was written."""

    def __init__(self, index: int, size: int) -> None:
        self.index, self.size = index, size
        self.zh = (
            f"本次第 {index + 1} 条事实有 {size} 字节,超过上限 {LEAF_BYTES_MAX}。请缩短内容,或把大文件作为附件登记。"
        )
        self.en = (
            f"Fact {index + 1} of this append has {size} bytes, more than {LEAF_BYTES_MAX}. "
            "Shorten it, or record large contents as an attachment."
        )
        super().__init__(self.en)


class LogDamaged(Exception):
    """What is stored does not agree with the tree over it: somebody or something changed it."""

    zh: ClassVar[str] = "已存事实与其校验树不一致,已停止记录。请运行 taizhang verify 查明位置。"
    en: ClassVar[str] = (
        "The stored facts do not agree with the tree over them; recording has stopped. Run taizhang verify to see where."
    )

    def __init__(self, detail: str) -> None:
        super().__init__(f"{self.en} ({detail})")
        self.detail = detail


class OriginDiffers(ValueError):
    """The database holds a log of another name."""
