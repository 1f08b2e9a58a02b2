"""One fact's proof as a file (C2SP tlog-proof): where it stands, the path to the root, the signed checkpoint.

`extra` is base64 of JSON, which a generic client passes over: the fact's own bytes, the openings of the personal
fields that are disclosed, and the keys by which we say the checkpoint should be checked.
"""

from __future__ import annotations

import base64
from typing import Final, NamedTuple

import msgspec

from taizhang.adapters.log.merkle import leaf_hash, verify_inclusion
from taizhang.adapters.proof.checkpoints import CheckpointInvalid, OpenedCheckpoint, size_of
from taizhang.adapters.proof.notes import exact_base64

HEADER: Final = "c2sp.org/tlog-proof@v1"
HASHES_MOST: Final = 64  # a path is no longer than a size has bits


class TlogProofInvalid(ValueError):
    """The text is no proof of one entry."""


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """One personal field, opened: with it and the value anybody checks the commitment in the fact."""

    field: str
    value: str
    opening: bytes  # base64 in JSON


class Keys(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The keys that the maker names: the log's and the witnesses', as vkeys. Compare them with published ones."""

    log: str
    witnesses: tuple[str, ...] = ()
    quorum: int = 0  # how many of the witnesses must have cosigned


class Extra(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What we put into `extra`."""

    leaf: bytes  # base64 in JSON
    openings: tuple[Opening, ...] = ()
    keys: Keys | None = None

    @classmethod
    def decode(cls, data: bytes) -> Extra:
        """Raises TlogProofInvalid."""
        try:
            return msgspec.json.decode(data, type=cls)
        except msgspec.DecodeError as problem:
            raise TlogProofInvalid(f"extra: {problem}") from None


class TlogProof(NamedTuple):
    """The parts of a proof file; `leaf_index` counts from 0 (position - 1), `note` is the signed checkpoint."""

    leaf_index: int
    hashes: tuple[bytes, ...]
    note: str
    extra: bytes | None = None

    def text(self) -> str:
        """The file's text."""
        extra = f"extra {base64.b64encode(self.extra).decode()}\n" if self.extra is not None else ""
        path = "".join(f"{base64.b64encode(value).decode()}\n" for value in self.hashes)
        return f"{HEADER}\n{extra}index {self.leaf_index}\n{path}\n{self.note}"

    @classmethod
    def parse(cls, text: str) -> TlogProof:
        """Raises TlogProofInvalid."""
        head, empty, note = text.partition("\n\n")
        lines = head.split("\n")
        try:
            if not empty or lines.pop(0) != HEADER:
                raise TlogProofInvalid(f"the first line is not {HEADER}")
            extra = exact_base64(lines.pop(0)[6:]) if lines and lines[0].startswith("extra ") else None
            if not lines or not lines[0].startswith("index "):
                raise TlogProofInvalid("a line with the index is missing")
            index = size_of(lines.pop(0)[6:])
            hashes = tuple(exact_base64(line) for line in lines)
        except (CheckpointInvalid, TlogProofInvalid) as problem:
            raise TlogProofInvalid(str(problem)) from None
        except ValueError as problem:
            raise TlogProofInvalid(f"a line of the proof: {problem}") from None
        if len(hashes) > HASHES_MOST or any(len(value) != 32 for value in hashes):
            raise TlogProofInvalid("the path is not one of 32-byte hashes")
        return cls(index, hashes, note, extra)

    def check(self, leaf: bytes, opened: OpenedCheckpoint) -> None:
        """Raise ProofInvalid unless the leaf stands at the index under the checkpoint's root."""
        checkpoint = opened.checkpoint
        verify_inclusion(leaf_hash(leaf), self.leaf_index, checkpoint.size, self.hashes, checkpoint.root)
