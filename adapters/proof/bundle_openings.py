"""Personal fields disclosed in a bundle: only what the officer's role may open, and only after it is recorded why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from taizhang.adapters.desk import now_us
from taizhang.adapters.house import House
from taizhang.adapters.orders import Order
from taizhang.adapters.proof.bundle_facts import BundleRefused, bodies_in
from taizhang.adapters.proof.tlog_proof import Opening
from taizhang.adapters.vault.bank_accounts import owner_of
from taizhang.adapters.vault.commitments import verify_opening
from taizhang.adapters.vault.statements import Stated
from taizhang.adapters.vault.vault import Vault
from taizhang.adapters.visibility import MAY_OPEN
from taizhang.domain.core import Actor, PersonId
from taizhang.domain.decisions import Proposal
from taizhang.domain.envelope import Recorded, Source
from taizhang.domain.officers import PersonalDataRead

NAMED_MOST: Final = 200  # persons that the fact of the reading names; beyond that it says how many
PURPOSE_LETTERS: Final = 4
WAY: Final = Source(way="export")


class Committed(NamedTuple):
    """A commitment in a fact: whose, under which statement's id, and by field."""

    owner: PersonId
    statement: str
    commitments: Mapping[str, str]


def fields_for(by: Actor, asked: Sequence[str]) -> tuple[str, ...]:
    """The fields asked for, when the officer's role may open them. Raises BundleRefused."""
    allowed = MAY_OPEN.get(by.role, ())
    beyond = [field for field in asked if field not in allowed]
    if beyond:
        may = "、".join(allowed) or "-"
        raise BundleRefused(
            f"岗位 {by.role} 不能披露 {'、'.join(beyond)};可以披露:{may}。",
            f"The role {by.role} may not open {', '.join(beyond)}; it may open: {', '.join(allowed) or 'nothing'}.",
        )
    return tuple(dict.fromkeys(asked))


def record_reading(
    house: House, by: Actor, subject: str, people: Sequence[str], fields: Sequence[str], why: str
) -> int:
    """Record, before anything is read, that the officer opens these fields; the fact's position. Raises BundleRefused."""
    if len(why.strip()) < PURPOSE_LETTERS:
        raise BundleRefused(
            "披露个人信息须用 --purpose 写明用途(至少 4 个字)。",
            "To disclose personal data say with --purpose what for (4 letters at least).",
        )
    read = PersonalDataRead(
        occurred_on=house.desk.today(),
        fields=tuple(fields),
        purpose=why.strip(),
        count=len(people),
        where=f"bundle {subject}",
        persons=tuple(PersonId(one) for one in people) if len(people) <= NAMED_MOST else (),
    )
    order = Order(id=f"bundle:{by.officer}:{subject}:{now_us()}", by=by, items=[Proposal(fact=read, source=WAY)])
    [verdict] = house.desk.submit(order).verdicts
    if verdict.outcome != "recorded" or verdict.position is None:
        raise BundleRefused(verdict.words("zh"), verdict.words("en"))
    return verdict.position


def owners_in(facts: Iterable[Recorded], fields: Sequence[str]) -> list[str]:
    """The persons of whom a fact commits to one of these fields."""
    return sorted({one.owner for fact in facts for one in committed(fact) if set(fields) & set(one.commitments)})


def openings(vault: Vault, facts: Sequence[Recorded], fields: Sequence[str]) -> dict[int, tuple[Opening, ...]]:
    """By position, the openings of these fields; who was forgotten opens no more."""
    said = vault.said([PersonId(one) for one in owners_in(facts, fields)])
    found = {fact.position: tuple(_of_fact(vault, fact, fields, said)) for fact in facts}
    return {position: made for position, made in found.items() if made}


def forgotten(vault: Vault, people: Sequence[str]) -> list[str]:
    """Those of these persons of whom nothing can be read any more."""
    known = vault.disclose([PersonId(one) for one in people], ())
    return [one for one in people if PersonId(one) not in known]


def committed(fact: Recorded) -> Iterator[Committed]:
    """The commitments that a fact holds."""
    for body in bodies_in(fact):
        if getattr(body, "commitments", None):
            yield Committed(
                owner_of(body.person, getattr(body, "institution", None)),
                getattr(body, "statement", "") or body.account,
                body.commitments,
            )


def _of_fact(
    vault: Vault, fact: Recorded, fields: Sequence[str], said: Mapping[PersonId, Mapping[str, Sequence[Stated]]]
) -> Iterator[Opening]:
    for one in committed(fact):
        for field in fields:
            commitment, values = one.commitments.get(field), said.get(one.owner, {}).get(field, ())
            if commitment is None or not values:
                continue
            opening = vault.opening(one.owner, one.statement, field)
            for value in dict.fromkeys(stated.value for stated in values):
                if verify_opening(opening, value, commitment):
                    yield Opening(field=field, value=value, opening=opening)
                    break
