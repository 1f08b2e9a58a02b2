"""What the log is compared with: hashes kept outside its tables, by the signer or in an exported copy.

A reference is used only as far as its hashes lead to the root that was signed for them; else it is damaged itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from taizhang.adapters.log.merkle import HASH_BYTES, TILE_WIDTH, Edge
from taizhang.adapters.log.tree import split
from taizhang.adapters.proof.checkpoints import CheckpointInvalid, Cosigned, open_checkpoint
from taizhang.adapters.proof.export import CHECKPOINT
from taizhang.adapters.proof.notes import NoteInvalid, NoteVerifier
from taizhang.adapters.proof.signer import Signer
from taizhang.adapters.proof.tiles import TileMissing, tiles_in

SIGNER = "signer"
PAGE_HASHES = TILE_WIDTH * 256


class Reference(NamedTuple):
    """A size and a root that somebody signed, and maybe the hash of every leaf below them."""

    name: str
    size: int
    root: bytes
    cosigned: tuple[Cosigned, ...] = ()
    hashes: Callable[[int, int], bytes] | None = None  # leaf hashes first (from 0) up to end; fewer if they are lost

    @property
    def zh(self) -> str:
        """What messages call it in Chinese."""
        return "签名者自己的记录" if self.name == SIGNER else f" {self.name} "

    @property
    def en(self) -> str:
        """What messages call it in English."""
        return "the signer's own record" if self.name == SIGNER else self.name


class ReferenceUnusable(Exception):
    """A note or a copy given for comparison is not of this log, or its signature is wrong."""

    def __init__(self, name: str, detail: str) -> None:
        self.zh = f"{name} 不能用来核对:{detail}。"
        self.en = f"{name} cannot be compared with: {detail}."
        super().__init__(self.en)


def of_signer(signer: Signer) -> Reference:
    """What the signer itself remembers. Raises SignerRefused."""
    state = signer.state()
    return Reference(SIGNER, state.size, state.root, (), signer.hashes)


def of_note(name: str, note: str, log_key: NoteVerifier, witnesses: Sequence[NoteVerifier]) -> Reference:
    """What a signed note states. Raises ReferenceUnusable."""
    try:
        opened = open_checkpoint(note, log_key, witnesses)
    except (NoteInvalid, CheckpointInvalid) as problem:
        raise ReferenceUnusable(name, str(problem)) from None
    return Reference(name, opened.checkpoint.size, opened.checkpoint.root, opened.cosigned)


def of_path(path: Path, log_key: NoteVerifier, witnesses: Sequence[NoteVerifier]) -> Reference:
    """A note in a file, or an exported log in a folder. Raises ReferenceUnusable, FileNotFoundError."""
    note = (path / CHECKPOINT if path.is_dir() else path).read_bytes()
    found = of_note(str(path), note.decode(errors="replace"), log_key, witnesses)
    return found._replace(hashes=_hashes_in(path, found.size)) if path.is_dir() else found


def is_whole(reference: Reference) -> bool:
    """Whether the reference's own hashes lead to its root."""
    assert reference.hashes is not None
    edge = Edge.empty()
    while edge.size < reference.size:
        end = min(edge.size + PAGE_HASHES, reference.size)
        data = reference.hashes(edge.size, end)
        if len(data) != (end - edge.size) * HASH_BYTES:
            return False
        edge = edge.append(split(data))
    return edge.root() == reference.root


def _hashes_in(folder: Path, size: int) -> Callable[[int, int], bytes]:
    read = tiles_in(folder)

    def hashes(first: int, end: int) -> bytes:
        parts = []
        try:
            for index in range(first // TILE_WIDTH, -(-end // TILE_WIDTH)):
                start = index * TILE_WIDTH
                tile = read(0, index, min(TILE_WIDTH, size - start))
                parts.append(tile[max(first - start, 0) * HASH_BYTES : (end - start) * HASH_BYTES])
        except TileMissing:
            pass  # fewer hashes than asked for: the caller sees it
        return b"".join(parts)

    return hashes
