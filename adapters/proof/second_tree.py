"""A second tree over the same leaves, hashed with SM3 (GB/T 32905), behind the setting `sm3`; it has its own origin and key.

    leaf = SM3(0x00 | stored bytes)    node = SM3(0x01 | left | right)    the shape of RFC 6962

It lives in a folder of its own like the signer, and like the signer it re-reads the new leaves before it signs and never
goes back. The first tree is not touched: a migration adds a tree, it rewrites none.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec
from cryptography.hazmat.primitives.hashes import SM3, Hash

from taizhang.adapters.log.log import Log
from taizhang.adapters.log.merkle import HASH_BYTES, LEAF_PREFIX, NODE_PREFIX
from taizhang.adapters.proof.checkpoints import Checkpoint
from taizhang.adapters.proof.durable import durable_head, locked, write_whole
from taizhang.adapters.proof.notes import KeyInvalid, NoteSigner, NoteVerifier, signed_note
from taizhang.adapters.proof.signer import Progress, SignerRefused

SUFFIX: Final = "/sm3"  # of the first tree's origin: no two trees share one
KEY, STATE, LEAVES, LOCK = "key", "state.json", "leaf-hashes", "lock"
PAGE: Final = 10_000


def sm3(data: bytes) -> bytes:
    """The SM3 digest, 32 bytes."""
    hashing = Hash(SM3())
    hashing.update(data)
    return hashing.finalize()


class Peaks(msgspec.Struct):
    """The complete subtrees at the right edge of a tree, highest first: all that is needed to grow it."""

    size: int = 0
    hashes: list[bytes] = msgspec.field(default_factory=list)

    def add(self, leaf_hash: bytes) -> None:
        """Grow by one leaf."""
        self.hashes.append(leaf_hash)
        merged = self.size
        while merged & 1:
            right, left = self.hashes.pop(), self.hashes.pop()
            self.hashes.append(sm3(NODE_PREFIX + left + right))
            merged >>= 1
        self.size += 1

    def root(self) -> bytes:
        """The root over all leaves; of none the digest of nothing."""
        if not self.hashes:
            return sm3(b"")
        root = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            root = sm3(NODE_PREFIX + left + root)
        return root


class Stands(msgspec.Struct, frozen=True, kw_only=True):
    """What this tree signed last."""

    peaks: Peaks
    note: str
    signed_at: int  # UTC microseconds


class SecondTree:
    """The tree in one folder. Several processes may open it; they work in turns."""

    def __init__(self, folder: Path, key: NoteSigner, clock: Callable[[], int]) -> None:
        self.folder, self._key, self._clock = folder, key, clock

    @classmethod
    def create(cls, folder: Path, origin: str, clock: Callable[[], int] = lambda: time.time_ns() // 1000) -> SecondTree:
        """A new key under an origin of its own, beside that of the first tree. Raises SignerRefused rather than replace one."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with locked(folder / LOCK):
            if (folder / KEY).exists() or (folder / STATE).exists():
                raise SignerRefused(
                    "exists",
                    f"{folder} 已有密钥,不会覆盖。请使用它,或另选一个文件夹。",
                    f"{folder} holds a key already; it is not replaced. Use it, or choose another folder.",
                )
            made = cls(folder, NoteSigner.generate(f"{origin}{SUFFIX}"), clock)
            made._keep(Peaks())
            write_whole(folder / KEY, made._key.text().encode() + b"\n", 0o600)
        return made

    @classmethod
    def open(cls, folder: Path, clock: Callable[[], int] = lambda: time.time_ns() // 1000) -> SecondTree:
        """The tree that stands in this folder. Raises SignerRefused."""
        try:
            return cls(folder, NoteSigner.parse((folder / KEY).read_text().strip()), clock)
        except (FileNotFoundError, KeyInvalid, UnicodeDecodeError):
            raise SignerRefused(
                "missing",
                f"{folder} 中没有可用的 SM3 树密钥。请先运行 taizhang sm3 init,或从备份恢复。",
                f"There is no usable key of the SM3 tree in {folder}. Run taizhang sm3 init first, or restore it from the backup.",
            ) from None

    @property
    def verifier(self) -> NoteVerifier:
        """The public key; its name is this tree's own origin."""
        return self._key.verifier()

    def state(self) -> Stands:
        """What was signed last. Raises SignerRefused when that is lost."""
        try:
            return msgspec.json.decode((self.folder / STATE).read_bytes(), type=Stands)
        except (FileNotFoundError, msgspec.DecodeError):
            raise SignerRefused(
                "unreadable",
                f"{self.folder} 中的 SM3 树状态无法读取。请从备份恢复。",
                f"The state of the SM3 tree in {self.folder} cannot be read. Restore it from the backup.",
            ) from None

    def sign(self, log: Log, progress: Progress | None = None) -> Stands:
        """Take in the leaves up to the durable end of the log and sign the root over them.

        Raises SignerRefused for another log, or one that is shorter than what was signed; LogUnavailable.
        """
        with locked(self.folder / LOCK):
            stands, head = self.state(), durable_head(log.database)
            if f"{head.origin}{SUFFIX}" != self._key.name:
                raise SignerRefused(
                    "other-log",
                    f"数据库中的日志是 {head.origin},此树属于 {self._key.name}。请核对设置。",
                    f"The database holds the log {head.origin}; this tree is {self._key.name}. Check the settings.",
                )
            if head.position < stands.peaks.size:
                raise SignerRefused(
                    "rolled-back",
                    f"日志只有 {head.position} 条,SM3 树已为 {stands.peaks.size} 条签名。请运行 taizhang verify。",
                    f"The log has {head.position} facts, the SM3 tree signed {stands.peaks.size}. Run taizhang verify.",
                    head.position + 1,
                )
            if head.position == stands.peaks.size and stands.note:
                return stands
            return self._keep(self._grown(log, stands.peaks, head.position, progress))

    def hashes(self) -> bytes:
        """Every leaf hash that was signed, one after the other."""
        path = self.folder / LEAVES
        return path.read_bytes() if path.exists() else b""

    def _grown(self, log: Log, peaks: Peaks, upto: int, progress: Progress | None) -> Peaks:
        descriptor = os.open(self.folder / LEAVES, os.O_RDWR | os.O_CREAT, 0o644)
        with os.fdopen(descriptor, "r+b") as file:
            file.seek(peaks.size * HASH_BYTES)
            for leaves in leaves_of(log, peaks.size, upto):
                for leaf in leaves:
                    hashed = sm3(LEAF_PREFIX + leaf)
                    file.write(hashed)
                    peaks.add(hashed)
                if progress is not None:
                    progress(peaks.size, upto)
            file.flush()
            os.fsync(file.fileno())
        return peaks

    def _keep(self, peaks: Peaks) -> Stands:
        note = signed_note(Checkpoint(self._key.name, peaks.size, peaks.root()).text(), self._key)
        stands = Stands(peaks=peaks, note=note, signed_at=self._clock())
        write_whole(self.folder / STATE, msgspec.json.encode(stands))
        return stands


def leaves_of(log: Log, after: int, upto: int) -> Iterator[Sequence[bytes]]:
    """The leaves after a position up to another, in pages. Raises SignerRefused at the first that is missing."""
    while after < upto:
        page = log.page(after, PAGE, upto)
        expected = range(after + 1, after + 1 + len(page))
        if not page or [fact.position for fact in page] != list(expected):
            found = [fact.position for fact in page]
            missing = next((at for at, there in zip(expected, found, strict=True) if at != there), after + 1)
            raise SignerRefused(
                "deleted",
                f"第 {missing} 条事实缺失,未签名。请运行 taizhang verify 查明。",
                f"Fact {missing} is missing; nothing was signed. Run taizhang verify.",
                missing,
            )
        yield [fact.leaf for fact in page]
        after = page[-1].position
