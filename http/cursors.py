"""Cursors of lists: the key of a page's last row as text, opaque to whoever sends it back."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Any, Final

import msgspec

MANY: Final = "~"  # begins a cursor of several parts
INT_MOST: Final = 2**63 - 1


class BadCursor(ValueError):
    """A cursor that no answer of ours ever gave."""


def cursor_of(key: Sequence[Any]) -> str:
    """A key as a cursor: one part as it reads, several packed."""
    if len(key) == 1:
        return str(key[0])
    return MANY + base64.urlsafe_b64encode(msgspec.json.encode(list(key))).rstrip(b"=").decode()


def read_cursor(text: str | None, kinds: Sequence[type]) -> tuple[Any, ...] | None:
    """The key that a cursor names, its parts of these types (str, int); None for no cursor.

    Raises BadCursor.
    """
    if not text:
        return None
    if len(kinds) == 1:
        return (_part(text, kinds[0]),)
    if not text.startswith(MANY):
        raise BadCursor
    packed = text.removeprefix(MANY)
    try:
        parts = msgspec.json.decode(base64.b64decode(packed + "=" * (-len(packed) % 4), b"-_", validate=True))
    except (binascii.Error, ValueError):
        raise BadCursor from None
    if not isinstance(parts, list) or len(parts) != len(kinds):
        raise BadCursor
    if any(type(part) is not kind for part, kind in zip(parts, kinds, strict=True)):
        raise BadCursor
    if any(not 0 <= part <= INT_MOST if isinstance(part, int) else "\0" in part for part in parts):
        raise BadCursor
    return tuple(parts)


def _part(text: str, kind: type) -> Any:
    if "\0" in text:
        raise BadCursor
    if kind is str:
        return text
    if not (text.isascii() and text.isdecimal() and len(text) < len(str(INT_MOST))):
        raise BadCursor
    return int(text)
