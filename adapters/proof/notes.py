"""Signed notes (C2SP signed-note): a text and who signed it, by Ed25519, or by a cosignature that states its time.

A signature by a key that is known must be right, one by an unknown key is passed over: so old readers live with new
witnesses. Base64 is taken in its one canonical spelling only; no character of a note can change unnoticed.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519: Final = 0x01  # C2SP signed-note
COSIGNATURE: Final = 0x04  # C2SP tlog-cosignature, Ed25519
SEED_BYTES: Final = 32
KEY_ID_BYTES: Final = 4
TIME_BYTES: Final = 8
SIGNATURES_MOST: Final = 100  # golang.org/x/mod/sumdb/note refuses more
PRIVATE: Final = "PRIVATE+KEY+"
DASH: Final = "— "


class NoteInvalid(ValueError):
    """The note is not one, or a signature on it is wrong, or nobody known has signed it."""


class KeyInvalid(ValueError):
    """The text is no key of a kind that is known here."""


class Signature(NamedTuple):
    """One signature line: the name, the key's short id, and the signature's bytes."""

    name: str
    key_id: bytes
    data: bytes

    def line(self) -> str:
        """As it stands below a note."""
        return f"{DASH}{self.name} {base64.b64encode(self.key_id + self.data).decode()}\n"

    @property
    def cosigned_at(self) -> int:
        """The time that a cosignature states, in UTC seconds."""
        return int.from_bytes(self.data[:TIME_BYTES], "big")


class NoteVerifier(NamedTuple):
    """A public key and the name it signs under. `str()` is its C2SP vkey."""

    name: str
    algorithm: int
    key: bytes

    @classmethod
    def parse(cls, vkey: str) -> NoteVerifier:
        """The key that a vkey such as "example.com/log+530d903a+AekyeR…" states. Raises KeyInvalid."""
        name, algorithm, key = _key_parts(vkey)
        found = cls(name, algorithm, key)
        if str(found).split("+")[1] != vkey.split("+")[1]:
            raise KeyInvalid("the key's short id does not fit the key")
        return found

    def __str__(self) -> str:
        encoded = base64.b64encode(bytes([self.algorithm]) + self.key).decode()
        return f"{self.name}+{self.key_id.hex()}+{encoded}"

    @property
    def key_id(self) -> bytes:
        """The first four bytes of a hash over name, algorithm and key."""
        return sha256(self.name.encode() + b"\n" + bytes([self.algorithm]) + self.key).digest()[:KEY_ID_BYTES]

    def cosigner(self) -> NoteVerifier:
        """The same key as one that cosigns."""
        return self._replace(algorithm=COSIGNATURE)

    def is_right(self, text: str, signature: bytes) -> bool:
        """Whether this key made the signature over the text."""
        message, raw = text.encode(), signature
        if self.algorithm == COSIGNATURE:
            message = cosigned_message(text, int.from_bytes(signature[:TIME_BYTES], "big"))
            raw = signature[TIME_BYTES:]
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(raw, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class NoteSigner:
    """A private key and the name it signs under."""

    name: str
    algorithm: int
    seed: bytes = field(repr=False)

    @classmethod
    def generate(cls, name: str, algorithm: int = ED25519) -> NoteSigner:
        """A new random key. Raises KeyInvalid when the name cannot stand in a note."""
        _require_name(name)
        return cls(name, algorithm, secrets.token_bytes(SEED_BYTES))

    @classmethod
    def parse(cls, text: str) -> NoteSigner:
        """The key that `text()` wrote. Raises KeyInvalid; its words never show the key."""
        if not text.startswith(PRIVATE):
            raise KeyInvalid(f"a private key begins with {PRIVATE}")
        name, algorithm, seed = _key_parts(text.removeprefix(PRIVATE))
        found = cls(name, algorithm, seed)
        if found.text() != text:
            raise KeyInvalid("the private key's short id does not fit the key")
        return found

    def text(self) -> str:
        """One line, for the key's file."""
        encoded = base64.b64encode(bytes([self.algorithm]) + self.seed).decode()
        return f"{PRIVATE}{self.name}+{self.verifier().key_id.hex()}+{encoded}"

    def verifier(self) -> NoteVerifier:
        """The public half."""
        public = Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()
        return NoteVerifier(self.name, self.algorithm, public)

    def sign(self, text: str, at_seconds: int = 0) -> Signature:
        """Sign a note's text; a cosignature states `at_seconds`, UTC."""
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        key_id = self.verifier().key_id
        if self.algorithm == COSIGNATURE:
            stamp = at_seconds.to_bytes(TIME_BYTES, "big")
            return Signature(self.name, key_id, stamp + private.sign(cosigned_message(text, at_seconds)))
        return Signature(self.name, key_id, private.sign(text.encode()))


class Note(NamedTuple):
    """A note taken apart; nothing about it is proved yet."""

    text: str
    signatures: tuple[Signature, ...]

    def encoded(self) -> str:
        """The note as it is written."""
        return self.text + "\n" + "".join(one.line() for one in self.signatures)


class Opened(NamedTuple):
    """A note's text, and each known key that signed it with its signature."""

    text: str
    by: tuple[tuple[NoteVerifier, Signature], ...]


def parse_note(data: bytes | str) -> Note:
    """Take a note apart. Raises NoteInvalid."""
    whole = _as_text(data)
    if any(letter < " " and letter != "\n" for letter in whole):
        raise NoteInvalid("a note has no control characters")
    at = whole.rfind("\n\n")
    lines = whole[at + 2 :]
    if at < 0 or not lines.endswith("\n"):
        raise NoteInvalid("a note is a text, an empty line, and lines of signatures")
    signatures = tuple(parse_signature(line) for line in lines[:-1].split("\n"))
    if len(signatures) > SIGNATURES_MOST:
        raise NoteInvalid(f"a note has at most {SIGNATURES_MOST} signatures")
    return Note(whole[: at + 1], signatures)


def open_note(data: bytes | str, verifiers: Sequence[NoteVerifier]) -> Opened:
    """The text, and which of these keys signed it. Raises NoteInvalid if none did, or one of them wrongly."""
    note = parse_note(data)
    known = {(one.name, one.key_id): one for one in verifiers}
    by: dict[NoteVerifier, Signature] = {}
    for signature in note.signatures:
        verifier = known.get((signature.name, signature.key_id))
        if verifier is None or verifier in by:
            continue
        if not verifier.is_right(note.text, signature.data):
            raise NoteInvalid(f"the signature of {signature.name} is wrong")
        by[verifier] = signature
    if not by:
        raise NoteInvalid("no known key has signed this note")
    return Opened(note.text, tuple(by.items()))


def signed_note(text: str, *signers: NoteSigner) -> str:
    """The text, signed by these keys."""
    if not text.endswith("\n"):
        raise NoteInvalid("a note's text ends with a line break")
    return Note(text, tuple(one.sign(text) for one in signers)).encoded()


def parse_signature(line: str) -> Signature:
    """One signature line, without its line break. Raises NoteInvalid."""
    name, space, encoded = line.removeprefix(DASH).partition(" ")
    if not line.startswith(DASH) or not space:
        raise NoteInvalid(f"a signature line begins with {DASH!r}, a name and a blank")
    try:
        _require_name(name)
        raw = exact_base64(encoded)
    except ValueError as problem:
        raise NoteInvalid(str(problem)) from None
    if len(raw) <= KEY_ID_BYTES:
        raise NoteInvalid("a signature is longer than its key's short id")
    return Signature(name, raw[:KEY_ID_BYTES], raw[KEY_ID_BYTES:])


def cosigned_message(text: str, at_seconds: int) -> bytes:
    """What a cosignature signs (C2SP tlog-cosignature)."""
    return f"cosignature/v1\ntime {at_seconds}\n{text}".encode()


def exact_base64(text: str) -> bytes:
    """The bytes that this standard base64 spells; ValueError unless it is how they are spelled canonically."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("this is not base64") from None
    if base64.b64encode(raw).decode() != text:
        raise ValueError("this base64 is not spelled canonically")
    return raw


def _key_parts(text: str) -> tuple[str, int, bytes]:
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    _require_name(name)
    if len(key_id) != 2 * KEY_ID_BYTES or not set(key_id) <= set("0123456789abcdef"):
        raise KeyInvalid("a key's short id is eight hex digits")
    try:
        raw = exact_base64(encoded)
    except ValueError as problem:
        raise KeyInvalid(str(problem)) from None
    if len(raw) != 1 + SEED_BYTES or raw[0] not in (ED25519, COSIGNATURE):
        raise KeyInvalid("this is no Ed25519 key")
    return name, raw[0], raw[1:]


def _require_name(name: str) -> None:
    if not name or "+" in name or any(letter.isspace() or letter < " " for letter in name):
        raise KeyInvalid(f"{name!r} cannot be a key's name: no blanks, no plus sign")


def _as_text(data: bytes | str) -> str:
    if isinstance(data, str):
        return data
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise NoteInvalid("a note is UTF-8 text") from None
