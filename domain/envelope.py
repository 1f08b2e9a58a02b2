"""The envelope of a fact: the one JSON object whose exact bytes are a leaf of the log.

    {"body":…,"command":…,…,"recorded_at":…,"recorded_by":…,"source":…,"tags":[…],"type":…}

Keys are in alphabetical order, ASCII; numbers are integers; absent means "not stated". `recorded_at` is put in
between the two parts by the log, under its lock.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import msgspec

from taizhang.domain.core import Actor, Correction, Fact, LateAddition, Position, subclasses


class Source(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a fact was put in: a file's digest with sheet and row, or the way in (`page`, `api`, `cli`)."""

    way: str | None = None
    file: str | None = None  # SHA-256 of the file, hex
    name: str | None = None  # the file's name as it was handed in
    sheet: str | None = None
    row: int | None = None  # as the spreadsheet counts, from 1


class Paper(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The paper behind a fact: document number, date and issuing body, attachments by digest."""

    number: str | None = None
    issued_on: str | None = None
    issued_by: str | None = None
    attachments: tuple[str, ...] = ()


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """A fact as the log holds it, with everything that is known about its recording."""

    position: Position
    recorded_at: int  # UTC microseconds
    recorded_by: Actor | None
    command: str | None
    fact: Fact
    tags: tuple[str, ...]
    source: Source | None = None
    reason: str | None = None
    paper: Paper | None = None
    addition: LateAddition | None = None


class Leaf(msgspec.Struct, frozen=True, kw_only=True):
    """A leaf with its body still in bytes: what a follower decodes first."""

    type: str
    body: msgspec.Raw = msgspec.Raw(b"{}")
    recorded_at: int
    tags: tuple[str, ...] = ()
    addition: LateAddition | None = None
    command: str | None = None
    paper: Paper | None = None
    reason: str | None = None
    recorded_by: Actor | None = None
    source: Source | None = None


class Inner(msgspec.Struct, gc=False):
    """Of a leaf what a decision looks at: in half the time that the whole takes, which counts where thousands are read."""

    body: msgspec.Raw = msgspec.Raw(b"{}")
    tags: tuple[str, ...] = ()


class Parts(NamedTuple):
    """The two ends of a leaf; the log puts `"recorded_at":<microseconds>` in between.

    If there are tags, the leaf states the same ones under "tags".
    """

    type: str
    tags: Sequence[str]
    before: bytes
    after: bytes


class Draft(NamedTuple):
    """A fact that is to be recorded, and what goes into its leaf beside it."""

    fact: Fact
    tags: Sequence[str]
    header: Header
    source: Source | None


class UnknownFact(ValueError):
    """A stored type that this version of the program has no class for."""


_encoder = msgspec.json.Encoder(order="deterministic")
_encode = _encoder.encode
_leaf = msgspec.json.Decoder(Leaf)
_inner = msgspec.json.Decoder(Inner)


class Header:
    """What all facts of one command share, encoded once."""

    def __init__(self, command: str, by: Actor, reason: str | None, paper: Paper | None, late: LateAddition | None):
        addition = b'"addition":' + _encode(late) + b"," if late is not None else b""
        self.start = b"{" + addition + b'"body":'
        middle = b',"command":' + _encode(command) + b","
        if paper is not None:
            middle += b'"paper":' + _encode(paper) + b","
        if reason is not None:
            middle += b'"reason":' + _encode(reason) + b","
        self.middle = middle
        self.by = b',"recorded_by":' + _encode(by)

    def parts(self, fact: Fact, tags: Sequence[str], source: Source | None) -> Parts:
        """Encode one fact; `tags` are sorted here."""
        [parts] = parts_of([Draft(fact, tags, self, source)])
        return parts


def parts_of(drafts: Sequence[Draft]) -> list[Parts]:
    """Encode many facts; `tags` are sorted here. Each piece of the leaves is encoded for all of them in one go."""
    ordered = [sorted(draft.tags) for draft in drafts]
    bodies, lists = encoded([draft.fact for draft in drafts]), encoded(ordered)
    origins = encoded([draft.source for draft in drafts])
    parts = []
    for (fact, _, header, source), tags, body, origin, listed in zip(
        drafts, ordered, bodies, origins, lists, strict=True
    ):
        before = header.start + body + header.middle
        came_from = b',"source":' + origin if source is not None else b""
        after = b"".join((header.by, came_from, b',"tags":', listed, _ending(fact.TOPIC)))
        parts.append(Parts(fact.TOPIC, tags, before, after))
    return parts


@cache
def _ending(type_name: str) -> bytes:
    return b',"type":"' + type_name.encode() + b'"}'


def encoded(values: Sequence[Any]) -> list[bytes]:
    """Each of these values in the bytes it has in a leaf; for many of them in half the time of one by one."""
    lines = _encoder.encode_lines(values).split(b"\n")  # JSON itself holds no line break: in a string it is escaped
    assert len(lines) == len(values) + 1, "every value ends its own line"
    return lines[:-1]


def opened(position: int, leaf: bytes) -> Recorded:
    """Decode a stored leaf whole.

    Raises UnknownFact, and msgspec.DecodeError when the bytes are not a leaf.
    """
    outer = _leaf.decode(leaf)
    return Recorded(
        position=Position(position),
        recorded_at=outer.recorded_at,
        recorded_by=outer.recorded_by,
        command=outer.command,
        fact=body_of(outer.type, outer.body),
        tags=outer.tags,
        source=outer.source,
        reason=outer.reason,
        paper=outer.paper,
        addition=outer.addition,
    )


def outer_of(leaf: bytes) -> Leaf:
    """Decode a leaf without its body."""
    return _leaf.decode(leaf)


def inner_of(leaf: bytes) -> Inner:
    """Decode of a leaf the tags, and the body still in bytes."""
    return _inner.decode(leaf)


def body_of(type_name: str, body: bytes | msgspec.Raw) -> Fact:
    """Decode a body by its stored type, lifting an older version to today's class."""
    fact: Fact = decoder_of(type_name)(body)
    return fact


@cache
def decoder_of(type_name: str) -> Any:
    """The decoder for one stored type; older versions are lifted by the class's `LIFTS`."""
    classes = fact_classes()
    if type_name in classes:
        return msgspec.json.Decoder(classes[type_name]).decode
    for cls in classes.values():
        lift = getattr(cls, "LIFTS", {}).get(type_name)
        if lift is not None:
            return lambda body, cls=cls, lift=lift: msgspec.convert(lift(msgspec.json.decode(body)), cls)
    raise UnknownFact(f"no fact class for the stored type {type_name!r}: this program is older than the log")


@cache
def fact_classes() -> dict[str, type[Fact]]:
    """Every fact class by its stable name; the rooms must have been imported (see catalogue)."""
    return {cls.TOPIC: cls for cls in subclasses(Fact) if cls is not Correction and hasattr(cls, "TOPIC")}


@cache
def type_names(cls: type[Fact]) -> tuple[str, ...]:
    """All names under which facts of this class may be stored: today's and those of its older versions."""
    return (cls.TOPIC, *getattr(cls, "LIFTS", {}))
