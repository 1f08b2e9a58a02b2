"""Uploaded and returned files, encrypted at rest, found by the SHA-256 of what they hold."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12  # what GCM is made for


class FileDamaged(Exception):
    """A stored file does not open: changed on disk, or another key."""

    def __init__(self, digest: str) -> None:
        super().__init__(f"The stored file {digest} was changed on disk or belongs to another key. Restore it.")
        self.zh = f"存档文件 {digest} 在磁盘上被改动,或密钥不符。请从备份恢复。"


class FileStore:
    """Keeps files under their digest in a folder; the key is derived from the vault's master key."""

    def __init__(self, folder: Path, master: bytes) -> None:
        self._folder = folder
        self._key = AESGCM(HKDF(algorithm=SHA256(), length=32, salt=None, info=b"taizhang files").derive(master))

    def put(self, content: bytes) -> str:
        """Store a file once; returns its SHA-256 in hex. A crash leaves either the whole file or none."""
        digest = hashlib.sha256(content).hexdigest()
        path = self._path(digest)
        if path.exists():
            return digest
        path.parent.mkdir(parents=True, exist_ok=True)
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = nonce + self._key.encrypt(nonce, content, digest.encode())
        unfinished = path.with_suffix(f".{secrets.token_hex(4)}.part")
        with unfinished.open("wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
        return digest

    def get(self, digest: str) -> bytes:
        """The file with this digest, checked.

        Raises FileNotFoundError, FileDamaged.
        """
        sealed = self._path(digest).read_bytes()
        try:
            content = self._key.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], digest.encode())
        except InvalidTag:
            raise FileDamaged(digest) from None
        if hashlib.sha256(content).hexdigest() != digest:
            raise FileDamaged(digest)
        return content

    def _path(self, digest: str) -> Path:
        if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
            raise FileNotFoundError(digest)
        return self._folder / digest[:2] / f"{digest}.sealed"
