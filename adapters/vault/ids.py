"""The ids under which people stand in the log: random, and for those who arrive together side by side in every index."""

from __future__ import annotations

import base64
import secrets
from typing import Final

from taizhang.domain.core import PersonId

ID_LETTERS: Final = 16  # of base32: 80 bits
TOGETHER_LETTERS: Final = 4  # of these, the ones that people of one arrival share: 20 bits
_GROUP_BYTES, _GROUP_LETTERS = 5, 8  # what base32 writes together


def new_ids(count: int) -> list[PersonId]:
    """So many new ids, drawn at random; only that they were made together can be seen, which the log says anyway.

    A few thousand persons from one file then stand on a few dozen pages of an index and not each on a page of its own:
    vault and log then write a third less (docs/adr/0003). Each has 60 bits of its own; two alike would meet at a primary key.
    """
    if not count:
        return []
    own = ID_LETTERS - TOGETHER_LETTERS
    groups = -(-(TOGETHER_LETTERS + own * count) // _GROUP_LETTERS)
    letters = base64.b32encode(secrets.token_bytes(_GROUP_BYTES * groups)).decode().lower()
    start, end = "p" + letters[:TOGETHER_LETTERS], TOGETHER_LETTERS + own * count
    return [PersonId(start + letters[at : at + own]) for at in range(TOGETHER_LETTERS, end, own)]
