"""Uploaded and returned files, encrypted at rest, found by the SHA-256 of what they hold.

    TZF1 | length of the wrapped key (2 bytes) | wrapped key | nonce | ciphertext and tag

Each file has a key of its own, which the vault's master key wraps: another master key rewraps sixty bytes, and an old
copy of the folder opens no longer than the master key of its day is kept. A file that had to give way to one with blank
cells leaves a sign behind, so that whoever asks for its digest gets what took its place.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from taizhang.adapters.vault.keys import KEY_BYTES, KeyWrapper, WrongVaultKey
from taizhang.domain.core import Refusal

MAGIC: Final = b"TZF1"
LENGTH_BYTES: Final = 2
NONCE_BYTES: Final = 12  # what GCM is made for
SEALED, GAVE_WAY = ".sealed", ".gave-way"
DIGEST_LETTERS: Final = 64
SHORT: Final = 12  # letters of a digest that a message shows


class FileDamaged(Exception):
    """A stored file does not open: changed on disk, or another key."""

    def __init__(self, digest: str) -> None:
        super().__init__(f"The stored file {digest} was changed on disk or belongs to another key. Restore it.")
        self.zh = f"存档文件 {digest} 在磁盘上被改动,或密钥不符。请从备份恢复。"


@dataclass(eq=False)
class FileErased(Refusal):
    """A file that gave way to one with blank cells is not taken in again: it holds what was to be erased."""

    RULE = "files.erased"
    SOURCE = "《中华人民共和国个人信息保护法》第四十七条"
    zh = "此文件({digest}…)含有已依法删除个人信息的人员,不再收存。请删去该人员所在行后另存,重新上传。"
    en = "This file ({digest}…) holds somebody whose data were erased; it is not taken in again. Remove that person's row and send it anew."
    digest: str


class FileStore:
    """Keeps files under their digest in a folder, each under its own key, wrapped by the master key."""

    def __init__(self, folder: Path, wrapper: KeyWrapper) -> None:
        self._folder, self._wrapper = folder, wrapper

    def put(self, content: bytes) -> str:
        """Store a file once; returns its SHA-256 in hex. A crash leaves either the whole file or none.

        Raises FileErased for a file that gave way to another.
        """
        digest = hashlib.sha256(content).hexdigest()
        if self._sign(digest).exists():
            raise FileErased(digest[:SHORT])
        path = self._path(digest)
        if path.exists():
            return digest
        path.parent.mkdir(parents=True, exist_ok=True)
        key, nonce = secrets.token_bytes(KEY_BYTES), secrets.token_bytes(NONCE_BYTES)
        [wrapped] = self._wrapper.wrap([(_name(digest), key)])
        sealed = nonce + AESGCM(key).encrypt(nonce, content, digest.encode())
        _write(path, _header(wrapped) + sealed)
        return digest

    def get(self, digest: str) -> bytes:
        """The file with this digest, or what took its place, checked.

        Raises FileNotFoundError, FileDamaged.
        """
        standing = self.standing(digest)
        wrapped, sealed = _parted(standing, self._path(standing).read_bytes())
        try:
            [key] = self._wrapper.unwrap([(_name(standing), wrapped)])
            content = AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], standing.encode())
        except (InvalidTag, ValueError, WrongVaultKey):
            raise FileDamaged(standing) from None
        if hashlib.sha256(content).hexdigest() != standing:
            raise FileDamaged(standing)
        return content

    def holds(self, digest: str) -> bool:
        """Whether a file stands under this digest; whether it opens, only `get` tells."""
        try:
            return self._path(self.standing(digest)).exists()
        except (FileNotFoundError, FileDamaged):
            return False

    def standing(self, digest: str) -> str:
        """The digest of what stands under this one now: its own, or that of the file it gave way to."""
        seen = {digest}
        while (sign := self._sign(digest)).exists():
            digest = sign.read_text(encoding="ascii").strip()
            if digest in seen:
                raise FileDamaged(digest)
            seen.add(digest)
        return digest

    def give_way(self, before: str, after: str) -> None:
        """From now on `after` stands for `before`, whose bytes are overwritten and removed, if they are here."""
        sign, path = self._sign(before), self._path(before)
        if sign.exists() and not path.exists():
            return
        sign.parent.mkdir(parents=True, exist_ok=True)
        _write(sign, after.encode())
        if path.exists():
            _overwrite(path)
            path.unlink()

    def remove(self, digest: str) -> None:
        """Take a file away that nothing names."""
        with suppress(FileNotFoundError):
            self._path(digest).unlink()

    def digests(self) -> Iterator[str]:
        """Every file that is here, in the order of their digests."""
        return (path.name.removesuffix(SEALED) for path in sorted(self._folder.glob(f"??/*{SEALED}")))

    def rewrap(self, digest: str, by: KeyWrapper) -> None:
        """Put a file's key under another master key. What is under that one already stays as it is.

        Raises FileDamaged when neither this store's key nor the other opens it.
        """
        path = self._path(digest)
        wrapped, sealed = _parted(digest, path.read_bytes())
        try:
            keys = self._wrapper.unwrap([(_name(digest), wrapped)])
        except WrongVaultKey:
            try:
                by.unwrap([(_name(digest), wrapped)])
            except WrongVaultKey:
                raise FileDamaged(digest) from None
            return
        [again] = by.wrap([(_name(digest), keys[0])])
        _write(path, _header(again) + sealed)

    def _path(self, digest: str) -> Path:
        if len(digest) != DIGEST_LETTERS or not set(digest) <= set("0123456789abcdef"):
            raise FileNotFoundError(digest)
        return self._folder / digest[:2] / f"{digest}{SEALED}"

    def _sign(self, digest: str) -> Path:
        return self._path(digest).with_suffix(GAVE_WAY)


def _name(digest: str) -> str:
    """Under what a file's key is wrapped: it opens this file and no other."""
    return f"file {digest}"


def _header(wrapped: bytes) -> bytes:
    return MAGIC + len(wrapped).to_bytes(LENGTH_BYTES, "big") + wrapped


def _parted(digest: str, stored: bytes) -> tuple[bytes, bytes]:
    """The wrapped key and what it seals. Raises FileDamaged."""
    start = len(MAGIC) + LENGTH_BYTES
    end = start + int.from_bytes(stored[len(MAGIC) : start], "big")
    if not stored.startswith(MAGIC) or len(stored) < end + NONCE_BYTES:
        raise FileDamaged(digest)
    return stored[start:end], stored[end:]


def _write(path: Path, data: bytes) -> None:
    unfinished = path.with_suffix(f".{secrets.token_hex(4)}.part")
    with unfinished.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def _overwrite(path: Path) -> None:
    """Write zeros over a file before it is removed; a disk that moves blocks may still keep the old ones."""
    with path.open("r+b") as file:
        file.write(bytes(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
