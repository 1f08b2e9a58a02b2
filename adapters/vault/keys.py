"""The keys of the vault: where they come from, and the wrapping of each person's own key.

The master key wraps the persons' keys and is reached only through `KeyWrapper`, so that a hardware module can take
its place. The index key blinds identity numbers. Neither lies in the vault's database.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from taizhang.domain.core import Refusal

KEY_BYTES = 32  # AES-256, HMAC-SHA256
NONCE_BYTES = 12  # what GCM is made for
EPOCH_BYTES = 4
ENVIRONMENT_VARIABLE = "TAIZHANG_VAULT_KEY"


@dataclass(eq=False)
class VaultKeyMissing(Refusal):
    """Without its key the vault does not open."""

    RULE = "vault.key-missing"
    SOURCE = "docs: people's data"
    zh = "找不到保险库密钥:{where}。请恢复密钥文件,或设置环境变量 TAIZHANG_VAULT_KEY。"
    en = "The vault's key is not at {where}. Restore the key file, or set the environment variable TAIZHANG_VAULT_KEY."
    where: str


@dataclass(eq=False)
class VaultKeyUnreadable(Refusal):
    """What stands where the key should be is no vault key."""

    RULE = "vault.key-unreadable"
    SOURCE = "docs: people's data"
    zh = "{where} 的内容不是保险库密钥(应为一行 base64)。请用备份的密钥替换。"
    en = "What {where} holds is no vault key (one line of base64). Replace it with the key from the backup."
    where: str


@dataclass(eq=False)
class VaultKeyExists(Refusal):
    """A key file is never overwritten: everything wrapped by the old key would be lost."""

    RULE = "vault.key-exists"
    SOURCE = "docs: people's data"
    zh = "密钥文件 {where} 已存在,不会覆盖。请使用它,或另选一个路径。"
    en = "The key file {where} exists already and is not overwritten. Use it, or choose another path."
    where: str


@dataclass(eq=False)
class WrongVaultKey(Refusal):
    """The key given is not the one this vault was made with."""

    RULE = "vault.wrong-key"
    SOURCE = "docs: people's data"
    zh = "密钥(第 {epoch} 期)与此保险库不符,未读取任何内容。请使用建立该保险库时的密钥。"
    en = "The key (epoch {epoch}) is not this vault's; nothing was read. Use the key the vault was made with."
    epoch: int


class KeyWrapper(Protocol):
    """Wraps persons' keys under a master key that may never leave its place. In bulk: a module may be far away."""

    @property
    def epoch(self) -> int:
        """Which master key this is; it stands beside each wrapped key."""
        ...

    def wrap(self, keys: Sequence[tuple[str, bytes]]) -> list[bytes]:
        """Each (name, key) sealed, bound to its name."""
        ...

    def unwrap(self, wrapped: Sequence[tuple[str, bytes]]) -> list[bytes]:
        """Each (name, sealed key) opened. Raises WrongVaultKey when one is not sealed by this key for this name."""
        ...


@dataclass(frozen=True)
class VaultKeys:
    """The master key, the index key and their epoch. Written as one line: base64 of epoch, master, index."""

    master: bytes = field(repr=False)
    index: bytes = field(repr=False)
    epoch: int = 1

    def __post_init__(self) -> None:
        assert len(self.master) == len(self.index) == KEY_BYTES
        assert 0 < self.epoch < 1 << 8 * EPOCH_BYTES

    @classmethod
    def generate(cls) -> VaultKeys:
        """New random keys of the first epoch."""
        return cls(secrets.token_bytes(KEY_BYTES), secrets.token_bytes(KEY_BYTES))

    @classmethod
    def create(cls, path: Path) -> VaultKeys:
        """New keys in a new file that only its owner can read. Raises VaultKeyExists rather than overwrite."""
        keys = cls.generate()
        write_keys(path, keys)
        return keys

    @classmethod
    def load(cls, path: Path) -> VaultKeys:
        """The keys in a file. Raises VaultKeyMissing or VaultKeyUnreadable."""
        try:
            text = path.read_text(encoding="ascii")
        except FileNotFoundError:
            raise VaultKeyMissing(where=str(path)) from None
        except UnicodeDecodeError:
            raise VaultKeyUnreadable(where=str(path)) from None
        return cls.from_text(text, where=str(path))

    @classmethod
    def find(cls, environment: Mapping[str, str], path: Path) -> VaultKeys:
        """The keys in TAIZHANG_VAULT_KEY, or else in the file. Raises VaultKeyMissing or VaultKeyUnreadable."""
        if text := environment.get(ENVIRONMENT_VARIABLE):
            return cls.from_text(text, where=ENVIRONMENT_VARIABLE)
        return cls.load(path)

    @classmethod
    def from_text(cls, text: str, where: str) -> VaultKeys:
        """The keys that `text()` wrote; `where` names their place in the refusal."""
        try:
            raw = base64.b64decode(text.strip(), validate=True)
        except (binascii.Error, ValueError):
            raise VaultKeyUnreadable(where=where) from None
        epoch = int.from_bytes(raw[:EPOCH_BYTES], "big")
        if len(raw) != EPOCH_BYTES + 2 * KEY_BYTES or epoch == 0:
            raise VaultKeyUnreadable(where=where)
        return cls(raw[EPOCH_BYTES : EPOCH_BYTES + KEY_BYTES], raw[EPOCH_BYTES + KEY_BYTES :], epoch)

    def text(self) -> str:
        """One line of base64, for the key file and the environment variable."""
        return base64.b64encode(self.epoch.to_bytes(EPOCH_BYTES, "big") + self.master + self.index).decode()

    def wrapper(self) -> KeyWrapper:
        """Wrapping by the master key held in this process."""
        return _MasterKey(self.master, self.epoch)


def write_keys(path: Path, keys: VaultKeys) -> None:
    """Write keys into a new file that only its owner can read. Raises VaultKeyExists rather than overwrite."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise VaultKeyExists(where=str(path)) from None
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(keys.text() + "\n")
        file.flush()
        os.fsync(file.fileno())


class _MasterKey:
    """AES-256-GCM under a key in memory; the name is the additional data. Sealed = nonce, ciphertext, tag."""

    def __init__(self, master: bytes, epoch: int) -> None:
        self._cipher, self._epoch = AESGCM(master), epoch

    @property
    def epoch(self) -> int:
        return self._epoch

    def wrap(self, keys: Sequence[tuple[str, bytes]]) -> list[bytes]:
        encrypt = self._cipher.encrypt
        nonces = new_nonces(len(keys))
        return [nonce + encrypt(nonce, key, name.encode()) for nonce, (name, key) in zip(nonces, keys, strict=True)]

    def unwrap(self, wrapped: Sequence[tuple[str, bytes]]) -> list[bytes]:
        decrypt = self._cipher.decrypt
        try:
            return [decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], name.encode()) for name, sealed in wrapped]
        except (InvalidTag, ValueError):
            raise WrongVaultKey(epoch=self._epoch) from None


def new_nonces(count: int) -> list[bytes]:
    """So many nonces, drawn in one go."""
    return _drawn(count, NONCE_BYTES)


def new_keys(count: int) -> list[bytes]:
    """So many persons' keys, drawn in one go."""
    return _drawn(count, KEY_BYTES)


def _drawn(count: int, size: int) -> list[bytes]:
    raw = secrets.token_bytes(count * size)
    return [raw[start : start + size] for start in range(0, len(raw), size)]
