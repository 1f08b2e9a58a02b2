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


class Parts(NamedTuple):
    """The two ends of a leaf; the log puts `"recorded_at":<microseconds>` in between."""

    type: str
    tags: Sequence[str]
    before: bytes
    after: bytes


class UnknownFact(ValueError):
    """A stored type that this version of the program has no class for."""


_encode = msgspec.json.Encoder(order="deterministic").encode
_leaf = msgspec.json.Decoder(Leaf)


class Header:
    """What all facts of one command share, encoded once."""

    def __init__(self, command: str, by: Actor, reason: str | None, paper: Paper | None, late: LateAddition | None):
        self._addition = b'"addition":' + _encode(late) + b"," if late is not None else b""
        middle = b'"command":' + _encode(command) + b","
        if paper is not None:
            middle += b'"paper":' + _encode(paper) + b","
        if reason is not None:
            middle += b'"reason":' + _encode(reason) + b","
        self._middle = middle
        self._by = b',"recorded_by":' + _encode(by)

    def parts(self, fact: Fact, tags: Sequence[str], source: Source | None) -> Parts:
        """Encode one fact; `tags` are sorted here."""
        ordered = sorted(tags)
        came_from = b',"source":' + _encode(source) if source is not None else b""
        type_name = type(fact).TOPIC
        return Parts(
            type_name,
            ordered,
            b"{" + self._addition + b'"body":' + _encode(fact) + b"," + self._middle,
            self._by + came_from + b',"tags":' + _encode(ordered) + b',"type":"' + type_name.encode() + b'"}',
        )


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
