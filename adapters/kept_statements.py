"""Whether the vault holds what a registration rests on: who is registered by an id and a made-up statement is nobody.

People come in with their names, by import, which puts the statement into the vault first; the fact holds commitments that
only the vault can make. So a registration that comes in as a command, from a program or a file of commands, is one whose
commitments are those of a statement that the vault keeps of that very person, or it is refused. Without the vault
nothing can be told, and nothing is recorded; of a person who was forgotten nothing is kept.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import ClassVar, Final

import msgspec

from taizhang.adapters.house import House
from taizhang.adapters.orders import Attempt
from taizhang.domain.core import PersonId, Refusal
from taizhang.domain.decisions import Proposal, slice_for
from taizhang.domain.people import PersonDetailsStated, PersonRegistered

Stating = PersonRegistered | PersonDetailsStated
_encode: Final = msgspec.json.Encoder(order="deterministic").encode


@dataclass(eq=False)
class StatementNotKept(Refusal):
    """A person is registered by what the vault holds of them, never by an id alone."""

    RULE: ClassVar = "people.statement-not-kept"
    SOURCE: ClassVar = "facts/falsification.csv F01 (ghost trainees); docs/adr/0003, 0024"
    zh = "保险库中没有人员编号 {person} 的这份资料,不能据此登记。请用花名册或户册导入:姓名和证件号码随导入进入保险库。"
    en = "The vault holds no such statement of the person {person}, so nothing is registered by it. Import a roster or a household register: names and numbers go into the vault with it."
    person: PersonId


def of_kept_statement(found: Proposal, house: House) -> Proposal | Attempt:
    """A registration, or what a file says again of a person, once the vault is seen to hold it; else a refused attempt."""
    fact = found.fact
    refusal = _why_not(house, fact) if isinstance(fact, Stating) else None
    if not isinstance(fact, Stating) or refusal is None:
        return found
    return Attempt(
        command=slice_for(type(fact)).COMMAND,
        refusal=refusal,
        digest=hashlib.sha256(_encode(fact)).hexdigest(),
        subjects=(f"person:{fact.person}",),
        source=found.source,
    )


def _why_not(house: House, fact: Stating) -> Refusal | None:
    """Why these commitments are not, each of them and no other, those of a statement in the vault; None: they are."""
    try:
        for person in house.vault.opened([fact.person]):
            asked = [(person.id, fact.statement, fields) for fields in person.wholes()]
            if fact.commitments in house.vault.commit(asked):
                return None
    except Refusal as refusal:  # altered in the vault, or forgotten just now
        return refusal
    return StatementNotKept(person=fact.person)
