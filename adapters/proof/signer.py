"""The signer: says under the log's key how far the log has come, and never takes it back.

It lives in a folder of its own, outside the database: the key, what was signed last, and the hash of every leaf that was
ever signed. Whoever rolls the database back, or forges it whole, does not change what stands here.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final, Literal

import msgspec

from taizhang.adapters.log.log import Head, Log, now_us
from taizhang.adapters.log.merkle import HASH_BYTES, Edge, leaf_hashes
from taizhang.adapters.proof.checkpoints import Checkpoint, open_checkpoint
from taizhang.adapters.proof.durable import durable_head, locked, write_whole
from taizhang.adapters.proof.notes import KeyInvalid, NoteSigner, NoteVerifier, signed_note

KEY, STATE, LEAVES, LOCK, PUBLISHING = "key", "state.json", "leaf-hashes", "lock", "publishing"
PUBLISHED, COSIGNED = "checkpoint", "cosigned"
PAGE: Final = 10_000
BUNDLE: Final = "taizhang-bundle@v1"  # the only other text that the log's key signs; no origin may be called so

Progress = Callable[[int, int], None]
Why = Literal["missing", "exists", "unreadable", "other-log", "rolled-back", "forked", "altered", "deleted"]


class SignerRefused(Exception):
    """The signer does not sign: its folder is not in order, or the log is not the one it has vouched for."""

    def __init__(self, why: Why, zh: str, en: str, position: int | None = None) -> None:
        super().__init__(en)
        self.why, self.zh, self.en, self.position = why, zh, en, position


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """What was signed last; the leaf hashes beside it lead to this very root."""

    size: int
    root: bytes
    edge: bytes
    note: str
    signed_at: int  # UTC microseconds


class Signer:
    """The signer in one folder. Several processes may open it; they sign in turns."""

    def __init__(self, folder: Path, key: NoteSigner, clock: Callable[[], int] = now_us) -> None:
        self.folder, self._key, self._clock = folder, key, clock

    @classmethod
    def create(cls, folder: Path, origin: str, clock: Callable[[], int] = now_us) -> Signer:
        """A new key for this log. Raises SignerRefused rather than replace one."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with locked(folder / LOCK):
            if (folder / KEY).exists() or (folder / STATE).exists():
                raise SignerRefused(
                    "exists",
                    f"{folder} 已有签名密钥,不会覆盖。请使用它,或另选一个文件夹。",
                    f"{folder} holds a signing key already; it is not replaced. Use it, or choose another folder.",
                )
            try:
                key = NoteSigner.generate(origin)
            except KeyInvalid as problem:
                raise _unreadable(folder, str(problem)) from None
            signer = cls(folder, key, clock)
            signer._keep(signer._signed(Edge.empty()))
            write_whole(folder / KEY, key.text().encode() + b"\n", 0o600)
        return signer

    @classmethod
    def open(cls, folder: Path, clock: Callable[[], int] = now_us) -> Signer:
        """The signer that stands in this folder. Raises SignerRefused."""
        try:
            return cls(folder, NoteSigner.parse((folder / KEY).read_text().strip()), clock)
        except FileNotFoundError:
            raise SignerRefused(
                "missing",
                f"{folder} 中没有签名密钥。请先运行 taizhang signer init,或从备份恢复。",
                f"There is no signing key in {folder}. Run taizhang signer init first, or restore it from the backup.",
            ) from None
        except (KeyInvalid, UnicodeDecodeError) as problem:
            raise _unreadable(folder, str(problem)) from None

    @property
    def verifier(self) -> NoteVerifier:
        """The public key; its name is the log's origin."""
        return self._key.verifier()

    def state(self) -> Signed:
        """What was signed last. Raises SignerRefused when that is lost: then nothing may be signed."""
        try:
            state = msgspec.json.decode((self.folder / STATE).read_bytes(), type=Signed)
        except FileNotFoundError:
            raise SignerRefused(
                "missing",
                f"{self.folder} 中没有签名状态。请从备份恢复,或运行 taizhang signer restore,从最近一次见证过的检查点接续。",
                f"The signer's state is not in {self.folder}. Restore it from the backup, or run taizhang signer restore "
                "to go on from the last cosigned checkpoint.",
            ) from None
        except msgspec.DecodeError as problem:
            raise _unreadable(self.folder, str(problem)) from None
        return state

    def hashes(self, first: int, end: int) -> bytes:
        """The leaf hashes first (from 0) up to end that were signed, one after the other; fewer if the file is shorter."""
        try:
            with (self.folder / LEAVES).open("rb") as file:
                file.seek(first * HASH_BYTES)
                return file.read((end - first) * HASH_BYTES)
        except FileNotFoundError:
            return b""

    def sign(self, log: Log, progress: Progress | None = None) -> str:
        """The signed checkpoint of the log as it stands on the disk: a note. What it says is kept before it is said.

        Raises SignerRefused when the log is not a continuation of what was signed, LogUnavailable.
        """
        with locked(self.folder / LOCK):
            state = self.state()
            try:
                head = durable_head(log.database)
            except ValueError as problem:
                raise _forked(f"the head row: {problem}", None) from None
            self._require_continuation(state, head)
            if head.position == state.size and state.note:
                return state.note
            edge = self._read_on(log, Edge.from_bytes(state.size, state.edge), head.position, progress)
            if edge.root() != head.edge.root():
                raise _forked("its facts lead to another root than its head row says", state.size + 1)
            signed = self._signed(edge)
            self._keep(signed)
        return signed.note

    def restore(self, log: Log, note: str, progress: Progress | None = None) -> None:
        """Go on from a checkpoint that this key signed, its state being lost; the log must lead to its root.

        Raises SignerRefused, NoteInvalid, CheckpointInvalid, LogUnavailable.
        """
        with locked(self.folder / LOCK):
            if (self.folder / STATE).exists():
                raise SignerRefused(
                    "exists",
                    "签名状态完好,不需要恢复。",
                    "The signer's state stands; there is nothing to restore.",
                )
            checkpoint = open_checkpoint(note, self.verifier).checkpoint
            if log.head().position < checkpoint.size:
                raise _rolled_back(log.head().position, checkpoint.size)
            edge = self._read_on(log, Edge.empty(), checkpoint.size, progress)
            if edge.root() != checkpoint.root:
                raise _forked("its facts do not lead to the root of that checkpoint", 1)
            self._keep(self._signed(edge))

    def sign_list(self, text: str) -> str:
        """A bundle's list of files as a signed note. Nothing else than such a list and checkpoints is ever signed."""
        if not text.startswith(f"{BUNDLE}\n"):
            raise ValueError("this is no list of a bundle's files")
        return signed_note(text, self._key)

    def publishing(self) -> AbstractContextManager[None]:
        """Hold while a checkpoint is signed, cosigned and taken: so the first one cosigned is the first one taken."""
        return locked(self.folder / PUBLISHING)

    def published(self) -> str | None:
        """The last checkpoint that was published, with its cosignatures."""
        return published_in(self.folder)

    def cosigned(self) -> str | None:
        """The last checkpoint that the policy's quorum has cosigned."""
        return _text_of(self.folder / COSIGNED)

    def publish(self, note: str, *, is_cosigned: bool) -> None:
        """Keep a checkpoint as the one that readers get; an older one never takes the place of a newer."""
        with locked(self.folder / LOCK):
            for name in (PUBLISHED, COSIGNED) if is_cosigned else (PUBLISHED,):
                standing = _text_of(self.folder / name)
                if standing is None or _size(standing) <= _size(note):
                    write_whole(self.folder / name, note.encode())

    def _require_continuation(self, state: Signed, head: Head) -> None:
        origin = self._key.name
        if head.origin != origin:
            raise SignerRefused(
                "other-log",
                f"数据库中的日志是 {head.origin},此密钥只为 {origin} 签名。请核对设置。",
                f"The database holds the log {head.origin}; this key signs for {origin} only. Check the settings.",
            )
        if head.position < state.size:
            raise _rolled_back(head.position, state.size)
        if head.position == state.size and head.edge.root() != state.root:
            raise _forked("at the very size that was signed it has another root", None)

    def _read_on(self, log: Log, edge: Edge, upto: int, progress: Progress | None) -> Edge:
        """Hash the leaves after the edge anew, and keep their hashes on the disk."""
        descriptor = os.open(self.folder / LEAVES, os.O_RDWR | os.O_CREAT, 0o644)
        with os.fdopen(descriptor, "r+b") as file:
            file.seek(edge.size * HASH_BYTES)
            while edge.size < upto:
                page = log.page(edge.size, PAGE, upto)
                if [fact.position for fact in page] != list(
                    range(edge.size + 1, edge.size + 1 + len(page))
                ) or not page:
                    raise _gap(edge.size, [fact.position for fact in page])
                hashes = leaf_hashes([fact.leaf for fact in page])
                file.write(b"".join(hashes))
                edge = edge.append(hashes)
                if progress is not None:
                    progress(edge.size, upto)
            file.flush()
            os.fsync(file.fileno())
        return edge

    def _signed(self, edge: Edge) -> Signed:
        text = Checkpoint(self._key.name, edge.size, edge.root()).text()
        note = signed_note(text, self._key)
        return Signed(size=edge.size, root=edge.root(), edge=edge.to_bytes(), note=note, signed_at=self._clock())

    def _keep(self, signed: Signed) -> None:
        write_whole(self.folder / STATE, msgspec.json.encode(signed))


def published_in(folder: Path) -> str | None:
    """The last checkpoint that the signer of this folder published; needs no key."""
    return _text_of(folder / PUBLISHED)


def _text_of(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def _size(note: str) -> int:
    return int(note.split("\n")[1])


def _gap(after: int, positions: list[int]) -> SignerRefused:
    expected = next((at for at, found in enumerate(positions, after + 1) if at != found), after + 1 + len(positions))
    return SignerRefused(
        "deleted",
        f"第 {expected} 条事实缺失,未签名。请运行 taizhang verify 查明。",
        f"Fact {expected} is missing; nothing was signed. Run taizhang verify.",
        expected,
    )


def _rolled_back(position: int, signed: int) -> SignerRefused:
    return SignerRefused(
        "rolled-back",
        f"日志只有 {position} 条,而此前已为 {signed} 条签名:数据库被退回到较早的状态。未签名。请运行 taizhang verify,并从镜像补回缺失部分。",
        f"The log has {position} facts, but {signed} were signed before: the database was rolled back. Nothing was signed. "
        "Run taizhang verify, and fetch what is missing from a mirror.",
        position + 1,
    )


def _forked(detail: str, position: int | None) -> SignerRefused:
    return SignerRefused(
        "forked",
        "日志与此前签名的内容不一致,未签名。请运行 taizhang verify 查明位置。",
        f"The log is not a continuation of what was signed ({detail}); nothing was signed. Run taizhang verify to see where.",
        position,
    )


def _unreadable(folder: Path, detail: str) -> SignerRefused:
    return SignerRefused(
        "unreadable",
        f"{folder} 中的签名密钥或状态无法读取({detail})。请从备份恢复。",
        f"The signing key or state in {folder} cannot be read ({detail}). Restore it from the backup.",
    )
