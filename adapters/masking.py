"""Persons as everybody may see them: masked, and by their masked names where a message bears their ids."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from taizhang.adapters.vault.ids import ID_LETTERS
from taizhang.adapters.vault.vault import Vault
from taizhang.domain.core import PersonId
from taizhang.domain.identity import mask_identity, mask_name

NAME, IDENTITY = "name", "id_number"
_PERSON_ID: Final = (
    re.compile(  # as the vault makes them; its first letter stands first, so that it is looked for quickly
        rf"p(?<![A-Za-z0-9-]p)[a-z2-7]{{{ID_LETTERS}}}(?![A-Za-z0-9-])"
    )
)


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
    return naming(vault, [words])(words, nameless)


class Naming:
    """Says messages with masked names in the place of ids; whoever has no name is called `nameless`."""

    def __init__(self, people: Mapping[str, Masked]) -> None:
        self._people = people

    def __bool__(self) -> bool:
        """Whether anybody is named at all."""
        return bool(self._people)

    def __call__(self, words: str, nameless: str) -> str:
        return _PERSON_ID.sub(lambda found: self._people[found[0]].name or nameless, words) if self._people else words


def naming(vault: Vault, messages: Iterable[str]) -> Naming:
    """The names of everybody in these messages, read in one go."""
    ids = dict.fromkeys(id for words in messages for id in _PERSON_ID.findall(words))
    return Naming(masked(vault, ids) if ids else {})


def _masked(person: str, fields: Mapping[str, str] | None) -> Masked:
    if fields is None:
        return Masked(person, "", "", is_forgotten=True)
    return Masked(person, mask_name(fields.get(NAME, "")), mask_identity(fields.get(IDENTITY, "")))
