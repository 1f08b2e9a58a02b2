"""Checkpoints (C2SP tlog-checkpoint): what the log is called, how many facts it has, and the root over them."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Final, NamedTuple

from taizhang.adapters.log.merkle import EMPTY_ROOT, HASH_BYTES
from taizhang.adapters.proof.notes import NoteInvalid, NoteVerifier, exact_base64, open_note

SIZE_MOST: Final = 2**63 - 1


class CheckpointInvalid(ValueError):
    """The text is no checkpoint, or not one of the log it should be of."""


class Checkpoint(NamedTuple):
    """The log's name, its size and its root; `extensions` are further lines, kept as they stand."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def text(self) -> str:
        """The text that is signed."""
        lines = (self.origin, str(self.size), base64.b64encode(self.root).decode(), *self.extensions)
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def parse(cls, text: str, origin: str | None = None) -> Checkpoint:
        """The checkpoint a text states. Raises CheckpointInvalid; also when it is not of the log `origin`."""
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1] or not lines[0]:
            raise CheckpointInvalid("a checkpoint has lines for the log's name, its size and its root")
        if origin is not None and lines[0] != origin:
            raise CheckpointInvalid(f"this is a checkpoint of {lines[0]}, not of {origin}")
        try:
            root = exact_base64(lines[2])
        except ValueError as problem:
            raise CheckpointInvalid(f"the root: {problem}") from None
        found = cls(lines[0], size_of(lines[1]), root, tuple(lines[3:-1]))
        if len(root) != HASH_BYTES:
            raise CheckpointInvalid(f"a root has {HASH_BYTES} bytes, not {len(root)}")
        if found.size == 0 and root != EMPTY_ROOT:
            raise CheckpointInvalid("an empty log has the empty root")
        return found


class Cosigned(NamedTuple):
    """Who cosigned, and when, in UTC seconds by the witness's own clock."""

    witness: NoteVerifier
    at_seconds: int


class OpenedCheckpoint(NamedTuple):
    """A checkpoint that the log's key has signed, and the known witnesses that cosigned it."""

    checkpoint: Checkpoint
    cosigned: tuple[Cosigned, ...]


def open_checkpoint(data: bytes | str, log: NoteVerifier, witnesses: Sequence[NoteVerifier] = ()) -> OpenedCheckpoint:
    """The checkpoint in a note. Raises NoteInvalid unless the log's key signed it, CheckpointInvalid if it is none."""
    opened = open_note(data, [log, *witnesses])
    if log not in [verifier for verifier, _ in opened.by]:
        raise NoteInvalid(f"the key of {log.name} has not signed this checkpoint")
    cosigned = [Cosigned(one, signature.cosigned_at) for one, signature in opened.by if one != log]
    return OpenedCheckpoint(Checkpoint.parse(opened.text, origin=log.name), tuple(cosigned))


def size_of(digits: str) -> int:
    """A size or an index in decimal, without leading zeros. Raises CheckpointInvalid."""
    if not digits.isascii() or not digits.isdigit() or (digits[0] == "0" and digits != "0"):
        raise CheckpointInvalid(f"{digits!r} is no size")
    size = int(digits) if len(digits) < 20 else SIZE_MOST + 1
    if size > SIZE_MOST:
        raise CheckpointInvalid(f"{digits} is more than a log can hold")
    return size
