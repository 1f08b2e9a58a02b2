"""Contacts 联系方式: that several people stated one telephone number or one address, under a random id.

The values are compared inside the vault, by its keyed index; only that they are the same comes this far.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Final, Literal, NewType

import msgspec

from taizhang.domain.core import Fact, PersonId, Refusal, RegionCode, Selector, Slice
from taizhang.domain.matching import MATCHER
from taizhang.domain.people import PersonRegistered, require_registered
from taizhang.domain.standing import require_new

ContactId = NewType(
    "ContactId", Annotated[str, msgspec.Meta(pattern=r"^k[a-z2-7]{16}$", examples=["kabcdefghijklmnop"])]
)
ContactKind = Literal["phone", "address"]
SHARERS_LEAST: Final = 3  # a couple has one telephone: two say nothing yet, and the log holds nothing about them
SHARERS_MOST: Final = 200  # named by one fact; how many there are in all stands beside them

# -- facts ------------------------------------------------------------------------------------------------


class ContactShared(Fact, frozen=True, kw_only=True):
    """These people stated one telephone number or one address; a later fact about the same contact takes this one's place."""

    TOPIC = "people.contact-shared.v1"
    contact: ContactId
    contact_kind: ContactKind
    region: RegionCode  # whose people were compared
    sharers: Annotated[tuple[PersonId, ...], msgspec.Meta(min_length=1, max_length=SHARERS_MOST)]
    sharers_in_all: Annotated[int, msgspec.Meta(ge=1)]

    def tags(self) -> list[str]:
        return [f"contact:{self.contact}", *(f"person:{one}" for one in self.sharers)]


# -- refusals ---------------------------------------------------------------------------------------------


@dataclass(eq=False)
class SharedByTooFew(Refusal):
    """What one person or a couple states is nobody's business: several different people, or nothing."""

    RULE: ClassVar = "people.shared-by-too-few"
    SOURCE: ClassVar = "《中华人民共和国个人信息保护法》第六条(最小范围); facts/falsification.csv F11"
    zh = "联系方式 {contact} 只有 {sharers} 名不同人员使用,不足 {least} 人,不予登记。请核对人员名单,或待更多人登记后重新比对。"
    en = "Contact {contact} is stated by {sharers} different persons only; fewer than {least} are not recorded. Check the list of people, or compare again when more are registered."
    contact: ContactId
    sharers: int
    least: int


# -- decisions --------------------------------------------------------------------------------------------


class ShareContact(Slice):
    """Record who shares a telephone number or an address, as the vault's index says."""

    COMMAND = "people.share-contact"
    DECIDES = ContactShared
    ROLES = frozenset({"clerk", "inspector", "discipline", MATCHER})
    KEEPS = (ContactShared, PersonRegistered)
    fact: ContactShared

    def region(self) -> RegionCode:
        return self.fact.region

    def consistency_boundary(self) -> list[Selector]:
        fact = self.fact
        people = [Selector(types=[PersonRegistered], tags=[f"person:{one}"]) for one in fact.sharers]
        return [Selector(types=[ContactShared], tags=[f"contact:{fact.contact}"]), *people]

    def execute(self) -> None:
        fact = self.fact
        before = [one for one in self.known if isinstance(one, ContactShared) and one.region == fact.region]
        if before:  # the same people on another day are no news
            require_new(msgspec.structs.replace(fact, occurred_on=before[-1].occurred_on), before[-1:])
        different = len(set(fact.sharers))
        if different < max(SHARERS_LEAST, len(fact.sharers)) or fact.sharers_in_all < different:
            raise SharedByTooFew(contact=fact.contact, sharers=different, least=SHARERS_LEAST)
        for one in fact.sharers:
            require_registered(one, self.known)
        self.record(fact)
