"""A witness (C2SP tlog-witness): remembers one size and root of each log, and cosigns what is a continuation of it.

It lives with somebody else than the log: the city, the province, the archives. It keeps what it is about to cosign
before it answers, so it can never vouch for two histories. A request is the same bytes over HTTP and on a stick.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import msgspec

from taizhang.adapters.log.merkle import ProofInvalid, verify_consistency
from taizhang.adapters.proof.checkpoints import Checkpoint, CheckpointInvalid, open_checkpoint, size_of
from taizhang.adapters.proof.durable import locked, write_whole
from taizhang.adapters.proof.notes import (
    COSIGNATURE,
    KeyInvalid,
    NoteInvalid,
    NoteSigner,
    NoteVerifier,
    exact_base64,
    parse_note,
)

KEY, LOGS, LOCK = "key", "logs", "lock"
PROOF_LINES_MOST = 63  # C2SP tlog-witness


class WitnessSays(Exception):
    """The witness does not cosign; `status` is the answer of C2SP tlog-witness, `size` what it knows (status 409)."""

    def __init__(self, status: int, en: str, size: int | None = None) -> None:
        super().__init__(en)
        self.status, self.size, self.en = status, size, en
        self.zh = _ZH[status]


_ZH = {
    400: "请求不完整或无法读取,未签名。",
    403: "检查点不是由登记的日志密钥签名的,未签名。",
    404: "没有登记这个日志,未签名。",
    409: "请求的起点与见证方记下的条数不同,未签名。",
    422: "一致性证明不成立:这不是所记历史的延续,未签名。",
}


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What a witness remembers of one log."""

    origin: str
    size: int
    root: bytes
    cosigned_at: int  # UTC seconds


class Request(NamedTuple):
    """A request to cosign: from which size on, the proof, and the signed checkpoint."""

    old_size: int
    proof: tuple[bytes, ...]
    note: str

    def encoded(self) -> bytes:
        """The body of add-checkpoint."""
        lines = "".join(f"{base64.b64encode(one).decode()}\n" for one in self.proof)
        return f"old {self.old_size}\n{lines}\n{self.note}".encode()

    @classmethod
    def parse(cls, body: bytes) -> Request:
        """Raises WitnessSays (400)."""
        try:
            head, empty, note = body.decode().partition("\n\n")
            lines = head.split("\n")
            if not empty or not lines[0].startswith("old ") or len(lines) > 1 + PROOF_LINES_MOST:
                raise WitnessSays(400, "the request is not: old size, proof, empty line, checkpoint")
            return cls(size_of(lines[0][4:]), tuple(exact_base64(line) for line in lines[1:]), note)
        except ValueError as problem:
            raise WitnessSays(400, f"the request cannot be read: {problem}") from None


class WitnessHouse:
    """A witness in its folder: key, the keys of the logs it watches, and what it saw of each."""

    def __init__(self, folder: Path, key: NoteSigner, now: Callable[[], float] = time.time) -> None:
        self.folder, self._key, self._now = folder, key, now

    @classmethod
    def create(cls, folder: Path, name: str) -> WitnessHouse:
        """A new witness. Raises FileExistsError rather than replace a key, KeyInvalid."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with locked(folder / LOCK):
            if (folder / KEY).exists():
                raise FileExistsError(folder / KEY)
            key = NoteSigner.generate(name, COSIGNATURE)
            write_whole(folder / KEY, key.text().encode() + b"\n", 0o600)
        return cls(folder, key)

    @classmethod
    def open(cls, folder: Path, now: Callable[[], float] = time.time) -> WitnessHouse:
        """The witness that stands in this folder. Raises FileNotFoundError, KeyInvalid."""
        return cls(folder, NoteSigner.parse((folder / KEY).read_text().strip()), now)

    @property
    def verifier(self) -> NoteVerifier:
        """The public key of this witness."""
        return self._key.verifier()

    def logs(self) -> list[NoteVerifier]:
        """The logs it watches."""
        path = self.folder / LOGS
        lines = path.read_text(encoding="utf-8").split() if path.exists() else []
        return [NoteVerifier.parse(line) for line in lines]

    def watch(self, log: NoteVerifier) -> None:
        """Watch one more log. Raises KeyInvalid when another key of the same name is watched already."""
        with locked(self.folder / LOCK):
            known = self.logs()
            if any(one.name == log.name and one != log for one in known):
                raise KeyInvalid(f"another key of {log.name} is watched already")
            lines = [str(one) for one in dict.fromkeys([*known, log])]
            write_whole(self.folder / LOGS, ("\n".join(lines) + "\n").encode())

    def seen(self, origin: str) -> Seen | None:
        """What it remembers of a log."""
        path = self._path(origin)
        return msgspec.json.decode(path.read_bytes(), type=Seen) if path.exists() else None

    def cosign(self, body: bytes) -> str:
        """The cosignature line for a request, kept before it is given. Raises WitnessSays."""
        request = Request.parse(body)
        log = self._log_of(request.note)
        try:
            checkpoint = open_checkpoint(request.note, log).checkpoint
        except NoteInvalid as problem:
            raise WitnessSays(403, str(problem)) from None
        except CheckpointInvalid as problem:
            raise WitnessSays(400, str(problem)) from None
        with locked(self.folder / LOCK):
            self._require_continuation(request, checkpoint, self.seen(log.name))
            at = int(self._now())
            seen = Seen(origin=log.name, size=checkpoint.size, root=checkpoint.root, cosigned_at=at)
            write_whole(self._path(log.name), msgspec.json.encode(seen))
        return self._key.sign(checkpoint.text(), at).line()

    def _require_continuation(self, request: Request, checkpoint: Checkpoint, seen: Seen | None) -> None:
        if request.old_size > checkpoint.size:
            raise WitnessSays(400, "the old size is more than the checkpoint's")
        known = seen.size if seen is not None else 0
        if request.old_size != known:
            raise WitnessSays(409, f"this witness knows size {known}", known)
        if seen is None or seen.size == 0:  # the witness's own rule: from nothing on there is nothing to prove
            if request.proof:
                raise WitnessSays(422, "from size 0 on there is no proof")
            return
        if seen.size == checkpoint.size:
            if seen.root != checkpoint.root:
                raise WitnessSays(409, f"this witness knows another root of size {known}", known)
            if request.proof:
                raise WitnessSays(422, "between equal sizes there is no proof")
            return
        try:
            verify_consistency(seen.size, checkpoint.size, request.proof, seen.root, checkpoint.root)
        except ProofInvalid as problem:
            raise WitnessSays(422, str(problem)) from None

    def _log_of(self, note: str) -> NoteVerifier:
        try:
            origin = parse_note(note).text.split("\n")[0]
        except NoteInvalid as problem:
            raise WitnessSays(400, str(problem)) from None
        for log in self.logs():
            if log.name == origin:
                return log
        raise WitnessSays(404, f"this witness does not watch {origin}")

    def _path(self, origin: str) -> Path:
        return self.folder / f"seen-{sha256(origin.encode()).hexdigest()}.json"
