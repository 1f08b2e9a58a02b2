"""What the pages say, in both languages: one catalogue (data/texts/, a file an area), looked up by key.

The words of codes and of kinds of facts come from the domain, where messages and read tables have them from too.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple

from taizhang.domain.envelope import fact_classes
from taizhang.domain.kinds import kind_words
from taizhang.domain.labels import labels
from taizhang.projections.measures import MEASURES, PERSONS
from taizhang.projections.statements.money import REPORTED, money_words

Language = Literal["zh", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")
CATALOGUE: Final = Path(__file__).parent / "data" / "texts"

CODES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "class_status": ("class-status",),
        "code.acceptance": ("acceptance",),
        "code.aim": ("wish-aim",),
        "code.attachment_kind": ("attachment-kind",),
        "code.attribute": ("household-attribute",),
        "code.basis": ("duty-basis", "rate-basis"),
        "code.categories": ("region-category",),
        "code.category": ("region-category",),
        "code.causes": ("poverty-cause",),
        "code.channel": ("confirmation-channel",),
        "code.conditions": ("rate-condition",),
        "code.contact_kind": ("contact-kind",),
        "code.content": ("inspection-content",),
        "code.contents": ("inspection-content",),
        "code.form": ("wish-form",),
        "code.grade": ("grade",),
        "code.ground": ("forgetting-ground",),
        "code.indicator": ("fund-indicator",),
        "code.kind": (
            "certificate-kind",
            "commendation-kind",
            "employment-kind",
            "evaluation-kind",
            "inspection-kind",
            "list-kind",
            "organisation-kind",
            "plan-kind",
            "posting-kind",
            "programme-kind",
            "work-kind",
        ),
        "code.level": ("region-level",),
        "code.means": ("sign-in-means",),
        "code.consequence": ("consequence",),
        "code.how": ("lead-how",),
        "code.list_subject": ("list-subject",),
        "code.method": ("inspection-method", "sample-method"),
        "code.methods": ("inspection-method",),
        "code.outcome": ("accountability",),
        "code.outcomes": ("case-outcome",),
        "code.payee": ("payee-kind",),
        "code.person_type": ("person-type",),
        "code.programme_kind": ("programme-kind",),
        "code.refuted_why": ("refuted-why",),
        "code.result": ("lead-result",),
        "case_status": ("case-status",),
        "lead_status": ("lead-status",),
        "severity": ("severity",),
        "code.purpose": ("fund-purpose",),
        "code.purposes": ("fund-purpose",),
        "code.scope": ("line-scope",),
        "code.source": ("fund-source",),
        "code.status": ("person-status",),
        "code.stored_as": ("stored-file",),
        "code.unit": ("target-unit",),
        "code.why": ("ending-why", "household-leaving"),
        "finding_state": ("finding-state",),
        "plan_state": ("inspection-plan-state",),
        "role": ("role",),
        "sample_state": ("sample-state",),
    }
)
"""Groups of texts whose words stand in domain/labels.py, and under which kinds of codes there."""


COUNTED: Final = ":?"
"""In an English text: `{days} {days:?day:days} late` is “1 day late” and “2 days late”."""


IN_MINUTES: Final = "(分钟)"  # the unit of the stored number: pages tell hours


class _Counted(string.Formatter):
    """Says a word for one thing or for several."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if not format_spec.startswith("?"):
            return str(super().format_field(value, format_spec))
        one, _, several = format_spec[1:].partition(":")
        return one if str(value) == "1" else several


class Words(NamedTuple):
    """One text in both languages."""

    zh: str
    en: str


class Texts:
    """The whole catalogue. A missing key is our own bug and says so at once."""

    def __init__(self, entries: Mapping[str, Words]) -> None:
        self.entries = MappingProxyType(dict(entries))

    @classmethod
    def load(cls, folder: Path = CATALOGUE) -> Texts:
        """The catalogue as the package carries it, and the words of all codes.

        Raises ValueError when two files say the same key.
        """
        entries = dict(_codes())
        for path in sorted(folder.glob("*.toml")):
            written = dict(_flat("", tomllib.loads(path.read_text(encoding="utf-8"))))
            if again := entries.keys() & written.keys():
                raise ValueError(f"{path.name} says again: {', '.join(sorted(again))}")
            entries |= written
        return cls(entries)

    def say(self, key: str, language: Language, **values: object) -> str:
        """The text `key` with `values` put in.

        Raises KeyError for a key that the catalogue lacks.
        """
        words = self.entries[key]
        text = words.zh if language == "zh" else words.en
        if COUNTED in text:
            return _Counted().vformat(text, (), values)
        return text.format_map(values) if values else text

    def known(self, key: str) -> bool:
        return key in self.entries


def other(language: Language) -> Language:
    """The language beside."""
    return "en" if language == "zh" else "zh"


def as_language(text: str | None) -> Language | None:
    """A language of ours, or None."""
    return next((language for language in LANGUAGES if language == text), None)


def _codes() -> Iterator[tuple[str, Words]]:
    known = labels()
    for group, kinds in CODES.items():
        for kind in kinds:
            for code, label in known[kind].items():
                yield f"{group}.{code}", Words(label.zh, label.en)
    for one in (PERSONS, *MEASURES):
        zh = one.zh.removesuffix(IN_MINUTES)
        yield f"measure_name.{one.name}", Words(zh, one.en)
        yield f"measure_name.{one.poor}", Words(f"{zh}(建档立卡)", f"{one.en}, registered poor")
    for name in REPORTED:
        yield f"measure_name.{name}", Words(*money_words(name))
    for topic in fact_classes():
        words = kind_words(topic)
        if words is not None:
            yield f"fact.{topic.replace('.', '-')}", Words(words.zh, words.en)


def _flat(prefix: str, node: Mapping[str, object]) -> Iterator[tuple[str, Words]]:
    for name, value in node.items():
        key = f"{prefix}{name}"
        if isinstance(value, dict) and set(value) == {"zh", "en"} and all(isinstance(v, str) for v in value.values()):
            yield key, Words(value["zh"], value["en"])
        elif isinstance(value, dict):
            yield from _flat(f"{key}.", value)
        else:
            raise ValueError(f"{key}: a text has both languages")
