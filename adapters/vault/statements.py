"""One person's statements, opened: what was said, by whom, and what a new statement adds to it."""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass
from typing import NamedTuple

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from taizhang.adapters.vault.keys import NONCE_BYTES
from taizhang.domain.core import PersonId, Refusal

NewRow = tuple[str, int, int, bytes]  # the columns of the statement table


@dataclass(eq=False)
class StatementDamaged(Refusal):
    """A sealed statement does not open with its person's key at its place: somebody altered or moved it."""

    RULE = "vault.statement-damaged"
    SOURCE = "docs: people's data"
    zh = "保险库中 {person} 的第 {sequence} 条记录已被改动或损坏。请从备份恢复并查明原因。"
    en = "Statement {sequence} of {person} in the vault was altered or damaged. Restore it from a backup and find out why."
    person: PersonId
    sequence: int


class Stated(NamedTuple):
    """A value of one field: when it was kept (UTC microseconds) and which source said it."""

    value: str
    stated_at: int
    source: str


class _Content(msgspec.Struct, gc=False, omit_defaults=True):
    """What is sealed in one row: what is new in a statement, and in which earlier row stands what it says again."""

    fields: dict[str, str]
    source: str
    again: dict[str, int] = {}


def first_row(person: PersonId, key: bytes, nonce: bytes, fields: dict[str, str], source: str, now_us: int) -> NewRow:
    """The row that keeps the first statement about a new person: what `add` makes, without what comes after it."""
    content = msgspec.json.encode(_Content(fields, source))
    return person, 1, now_us, nonce + AESGCM(key).encrypt(nonce, content, _place(person, 1, now_us))


class Person:
    """A person whose key is at hand, with the statements read so far, oldest first."""

    __slots__ = ("_cipher", "_said", "_sequence", "id", "newest")

    def __init__(self, person: PersonId, key: bytes) -> None:
        self.id, self._cipher = person, AESGCM(key)
        self._sequence = 0
        self._said: list[tuple[int, _Content]] = []
        self.newest: dict[str, str] = {}

    def read(self, sequence: int, stated_at: int, sealed: bytes) -> None:
        """Open a row that was kept before; rows come in their sequence. Raises StatementDamaged."""
        self._sequence += 1
        try:
            if sequence != self._sequence:
                raise StatementDamaged(person=self.id, sequence=self._sequence)
            nonce, ciphertext = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
            plain = self._cipher.decrypt(nonce, ciphertext, _place(self.id, sequence, stated_at))
        except (InvalidTag, ValueError):
            raise StatementDamaged(person=self.id, sequence=sequence) from None
        self._remember(stated_at, msgspec.json.decode(plain, type=_Content))

    def add(self, fields: dict[str, str], source: str, now_us: int) -> NewRow | None:
        """The row that keeps what is new in a statement, or None if nothing is."""
        fresh, again = fields, dict[str, int]()
        if self._said:
            newest, said = self.newest, [content.fields for _, content in self._said if content.source == source]
            fresh = {
                field: value
                for field, value in fields.items()
                if newest.get(field) != value and all(earlier.get(field) != value for earlier in said)
            }
        if not fresh:
            return None
        if len(fresh) < len(fields):
            again = {field: self._where(field, value) for field, value in fields.items() if field not in fresh}
        content = _Content(fresh, source, again)
        self._sequence += 1
        nonce = secrets.token_bytes(NONCE_BYTES)
        place = _place(self.id, self._sequence, now_us)
        sealed = nonce + self._cipher.encrypt(nonce, msgspec.json.encode(content), place)
        self._remember(now_us, content)
        return self.id, self._sequence, now_us, sealed

    def history(self, field: str) -> list[Stated]:
        """Every value of a field that differed when it was stated, oldest first."""
        return [
            Stated(content.fields[field], stated_at, content.source)
            for stated_at, content in self._said
            if field in content.fields
        ]

    def everything(self) -> dict[str, list[Stated]]:
        """Every value of every field, oldest first."""
        return {field: self.history(field) for field in self.newest}

    def wholes(self) -> list[dict[str, str]]:
        """Each statement that is kept with all that it said, oldest first."""
        rows = [content for _, content in self._said]
        return [
            one.fields | {field: rows[place - 1].fields[field] for field, place in one.again.items()} for one in rows
        ]

    def was_ever_named(self, name: str) -> bool:
        """True if any statement gave this name; spaces and full-width forms do not count."""
        sought = plain_name(name)
        return any(plain_name(stated.value) == sought for stated in self.history("name"))

    def _where(self, field: str, value: str) -> int:
        """The last row, counted from 1, that gave a field this value."""
        rows = [content.fields.get(field) for _, content in self._said]
        return len(rows) - rows[::-1].index(value)

    def _remember(self, stated_at: int, content: _Content) -> None:
        self._said.append((stated_at, content))
        self.newest |= content.fields


def _place(person: PersonId, sequence: int, stated_at: int) -> bytes:
    """What a ciphertext is bound to: nobody can move it to another person, another place or another time."""
    return f"{person}\0{sequence}\0{stated_at}".encode()


def plain_name(name: str) -> str:
    """A name for comparing: half-width, without spaces."""
    return "".join(unicodedata.normalize("NFKC", name).split())
