"""Persons on pages: masked by default; unmasked only by a role that may, for a purpose that is recorded as a fact."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from taizhang.adapters.vault.vault import ID_LETTERS, Vault
from taizhang.adapters.visibility import MAY_OPEN
from taizhang.domain.core import PersonId
from taizhang.domain.identity import mask_identity, mask_name

MAY_UNMASK: Final = frozenset(MAY_OPEN)
NAME, IDENTITY = "name", "id_number"
SHOWN_WHOLE: Final = (NAME, IDENTITY, "sex", "birth_date", "ethnicity", "education", "phone", "home_address")


_PERSON_ID: Final = re.compile(
    rf"(?<![A-Za-z0-9-])p[a-z2-7]{{{ID_LETTERS}}}(?![A-Za-z0-9-])"
)  # as the vault makes them


class Masked(NamedTuple):
    """A person as everybody may see them; `is_forgotten`: nothing can be read any more, or ever could."""

    id: str
    name: str
    identity: str
    is_forgotten: bool = False


def masked(vault: Vault, persons: Iterable[str]) -> Mapping[str, Masked]:
    """Each of these persons, masked; forgotten and unknown ones are there too, and say so."""
    wanted = list(dict.fromkeys(persons))
    known = vault.disclose([PersonId(person) for person in wanted], (NAME, IDENTITY))
    return {person: _masked(person, known.get(PersonId(person))) for person in wanted}


def with_names(vault: Vault, words: str, nameless: str) -> str:
    """A message in which persons stand by their masked names, not by the ids that only programs know."""
    ids = list(dict.fromkeys(_PERSON_ID.findall(words)))
    people = masked(vault, ids) if ids else {}
    return _PERSON_ID.sub(lambda found: people[found[0]].name or nameless, words)


def _masked(person: str, fields: Mapping[str, str] | None) -> Masked:
    if fields is None:
        return Masked(person, "", "", is_forgotten=True)
    return Masked(person, mask_name(fields.get(NAME, "")), mask_identity(fields.get(IDENTITY, "")))
