"""Which witnesses there are, and which of them must have cosigned (C2SP tlog-policy).

witness city      city.example/witness+…+…      https://city.example/
witness province  province.example/witness+…+…  https://province.example/
witness archives  archives.example/witness+…+…
group   two       2 city province archives
quorum  two
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from taizhang.adapters.proof.notes import COSIGNATURE, KeyInvalid, NoteVerifier

KEYWORDS: Final = frozenset({"all", "any", "none", "witness", "group", "quorum", "log"})


class PolicyInvalid(ValueError):
    """The policy file cannot be used; says which line."""

    def __init__(self, line: int, detail: str) -> None:
        self.zh = f"见证策略第 {line} 行无法使用:{detail}。"
        self.en = f"Line {line} of the witness policy cannot be used: {detail}."
        super().__init__(self.en)


class Witness(NamedTuple):
    """A witness: the policy's name for it, its key, and where it answers ("": by hand)."""

    name: str
    verifier: NoteVerifier
    url: str


class Group(NamedTuple):
    """So many of these members, witnesses or groups, must have cosigned."""

    threshold: int
    members: tuple[str, ...]


class Policy(NamedTuple):
    """The witnesses, and what has to be met; without a quorum one cosignature of anybody is enough."""

    witnesses: tuple[Witness, ...] = ()
    groups: dict[str, Group] = {}  # noqa: RUF012 (never changed)
    quorum: str = ""

    @classmethod
    def load(cls, path: Path) -> Policy:
        """Raises PolicyInvalid, FileNotFoundError."""
        return cls.parse(path.read_text(encoding="utf-8"))

    @classmethod
    def parse(cls, text: str) -> Policy:
        """Raises PolicyInvalid."""
        reader = _Reader()
        number = 0
        for number, line in enumerate(text.splitlines(), 1):
            words = line.partition("#")[0].split()
            if words:
                reader.take(number, words)
        if reader.quorum is None:
            raise PolicyInvalid(number, "there is no quorum")
        return cls(tuple(reader.witnesses.values()), reader.groups, reader.quorum)

    def verifiers(self) -> list[NoteVerifier]:
        """The keys of all witnesses."""
        return [one.verifier for one in self.witnesses]

    def is_met(self, cosigners: Sequence[NoteVerifier]) -> bool:
        """Whether these have cosigned as the quorum asks."""
        if not self.quorum:
            return bool(cosigners)
        there = {one.name for one in self.witnesses if one.verifier in cosigners}
        return self.quorum == "none" or self._stands(self.quorum, there)

    def _stands(self, name: str, there: set[str]) -> bool:
        group = self.groups.get(name)
        if group is None:
            return name in there
        return sum(self._stands(member, there) for member in group.members) >= group.threshold


class _Reader:
    """Takes the lines of a policy in; a name stands before it is used."""

    def __init__(self) -> None:
        self.witnesses: dict[str, Witness] = {}
        self.groups: dict[str, Group] = {}
        self.quorum: str | None = None

    def take(self, number: int, words: list[str]) -> None:
        kind, *rest = words
        if kind == "witness" and len(rest) in (2, 3):
            self._witness(number, rest[0], rest[1], rest[2] if len(rest) == 3 else "")
        elif kind == "group" and len(rest) >= 3:
            self._group(number, rest[0], rest[1], tuple(rest[2:]))
        elif kind == "quorum" and len(rest) == 1 and self.quorum is None:
            self.quorum = rest[0] if rest[0] == "none" else self._known(number, rest[0])
        else:
            raise PolicyInvalid(number, "it is no witness, group or quorum line, or a second quorum")

    def _witness(self, number: int, name: str, vkey: str, url: str) -> None:
        self._new(number, name)
        try:
            verifier = NoteVerifier.parse(vkey)._replace(algorithm=COSIGNATURE)
        except KeyInvalid as problem:
            raise PolicyInvalid(number, str(problem)) from None
        if verifier.key in [one.verifier.key for one in self.witnesses.values()]:
            raise PolicyInvalid(number, "this key stands there already: one witness would count twice")
        self.witnesses[name] = Witness(name, verifier, url)

    def _group(self, number: int, name: str, threshold: str, members: tuple[str, ...]) -> None:
        self._new(number, name)
        for member in members:
            self._known(number, member)
        if len(set(members)) < len(members):
            raise PolicyInvalid(number, "a member stands there twice")
        asked = {"all": str(len(members)), "any": "1"}.get(threshold, threshold)
        if not asked.isdecimal() or not 1 <= int(asked) <= len(members):
            raise PolicyInvalid(number, f"{threshold} is no threshold for {len(members)} members")
        self.groups[name] = Group(int(asked), members)

    def _new(self, number: int, name: str) -> None:
        if name in KEYWORDS or name in self.witnesses or name in self.groups:
            raise PolicyInvalid(number, f"{name} is taken or is a word of the format")

    def _known(self, number: int, name: str) -> str:
        if name not in self.witnesses and name not in self.groups:
            raise PolicyInvalid(number, f"{name} is not known here")
        return name
