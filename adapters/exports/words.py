"""How money is worded wherever it is handed out: accounts by their names, facts by their kinds, fen as yuan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from sqlalchemy import select

from taizhang.adapters.house import House
from taizhang.domain import wording
from taizhang.domain.core import PersonId
from taizhang.domain.identity import mask_name
from taizhang.domain.kinds import kind_words
from taizhang.domain.labels import labels
from taizhang.projections.region_names import region_names
from taizhang.projections.replay import NOW, Cuts
from taizhang.projections.tables_ledger import ledger_tables
from taizhang.projections.tables_registry import registry_tables

SIX_DIGITS: Final = 6  # codes of provinces, prefectures and counties
PARTIES: Final[Mapping[str, tuple[str, str]]] = {
    "own": ("账户", "account"),
    "advance": ("预付", "advance"),
    "institution": ("培训机构", "institution"),
    "person": ("个人", "person"),
    "outside": ("预算来源", "budget"),
}
BOOKS: Final[Mapping[str, tuple[str, str]]] = {"quota": ("指标", "quota"), "cash": ("资金", "cash")}


class Names(NamedTuple):
    """What regions, classes, organisations and persons are called; persons masked, and only if somebody may see them."""

    regions: Mapping[str, str]
    classes: Mapping[str, str]
    organisations: Mapping[str, str]
    persons: Mapping[str, str]
    language: str = "zh"

    def account(self, account: str) -> str:
        """An account's name beside its id: "永登县 620121", "永登县 人社局 620121/rsj", "预付 A-1"."""
        words = account
        if account[:1].isdigit():
            region, _, department = account.partition("/")
            named = [self.regions.get(region, ""), self.organisations.get(department, "")]
            words = " ".join([*(name for name in named if name), account])
        elif account in PARTIES:
            words = PARTIES[account][self.language != "zh"]
        elif ":" in account:
            party, _, id = account.partition(":")
            words = f"{PARTIES.get(party, (party, party))[self.language != 'zh']} {self._called(party, id)}"
        return words

    def zh_or_en(self, zh: str, en: str) -> str:
        """The words in the language asked for."""
        return zh if self.language == "zh" else en

    def book(self, book: str) -> str:
        """A book's name."""
        return BOOKS.get(book, (book, book))[self.language != "zh"]

    def fact(self, topic: str) -> str:
        """What facts of this kind are called; `topic` or the kind as the tables of money name it."""
        found = kind_words(topic if "." in topic else f"funds.{topic}")
        return topic if found is None else found.zh if self.language == "zh" else found.en

    def label(self, kind: str, code: str) -> str:
        """The label of a code."""
        found = labels().get(kind, {}).get(code)
        return code if found is None else found.zh if self.language == "zh" else found.en

    def _called(self, party: str, id: str) -> str:
        if party == "institution":
            return f"{self.organisations[id]} {id}" if id in self.organisations else id
        return f"{self.persons[id]} {id}" if self.persons.get(id) else id


def names(house: House, language: str = "zh", cuts: Cuts = NOW, persons: Iterable[str] = ()) -> Names:
    """The names of regions at the cuts, of classes and organisations as known now, of these persons masked."""
    classes, organisations = ledger_tables().classes.c, registry_tables().organisations.c
    with house.log.database.read() as connection:
        regions = region_names(connection, cuts, digits=SIX_DIGITS)
        of_classes = dict(tuple(row) for row in connection.execute(select(classes.training_class, classes.name)))
        rows = connection.execute(select(organisations.organisation, organisations.name))
        of_organisations = {row.organisation: row.name or "" for row in rows}
    return Names(regions, of_classes, of_organisations, masked_names(house, persons), language)


def masked_names(house: House, persons: Iterable[str]) -> dict[str, str]:
    """The names of these persons with all but the surname hidden; forgotten people are left out."""
    wanted = [PersonId(person) for person in dict.fromkeys(persons)]
    told = house.vault.disclose(wanted, ("name",)) if wanted else {}
    return {person: mask_name(fields.get("name", "")) for person, fields in told.items()}


def yuan(fen: int | None) -> str:
    """Fen as yuan, with two digits: 1,234.56; nothing for what has no meaning."""
    return "" if fen is None else wording.yuan(fen)
