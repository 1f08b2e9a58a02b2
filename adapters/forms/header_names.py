"""Which field a printed header means: blanks, brackets, look-alike characters and slips of the pen are forgiven."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Final

from taizhang.adapters.forms.field_names import NAMES, FieldName
from taizhang.adapters.forms.forms import FormKind, column_vocabulary, head_vocabulary

_BRACKETED: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^】]*】|〔[^〕]*〕|<[^<>]*>")
_MARKS: Final = re.compile(r"[\s*:;,.。、，；·_\-—…★☆#'\"“”‘’|]+")
_NOT_HAN: Final = re.compile(r"[^一-鿿〇]+")
_ALIKE: Final = str.maketrans(
    "姓娃名分正症別號碼証話聯絡電業種訓機構學歷", "性性民份证证别号码证话联络电业种训机构学历"
)
"""Characters that are mixed up so often that two names that differ only in them are one: 名族, 姓别, 性名, 身分正号."""
_CHANGES_MEANING: Final = frozenset("原前非无未不新旧曾退补父母配子女家长紧急另副")
_PARENTS_THAT_ADD_NOTHING: Final = re.compile(
    r"成绩|考核|考试|鉴定|信息|情况|人员|学员|资料|证书|内容|培训|地址|住址|资格|^月份$|^日期$|所在|所属|区划|位置"
)
_LONGEST_HEADER: Final = 40


class Likeness(IntEnum):
    """How a header came to be taken for a field, the surest last."""

    SLIP = 1
    EXACT = 2
    REMEMBERED = 3


@dataclass(frozen=True, slots=True)
class Meaning:
    """The field that a header stands for (None: the clerk said that it is none), and how sure that is."""

    field: FieldName | None
    likeness: Likeness


def plain(text: str) -> str:
    """The header without blanks, brackets with what they hold, and marks; full-width made half-width, letters upper."""
    narrow = unicodedata.normalize("NFKC", text)
    bare = _MARKS.sub("", _BRACKETED.sub("", narrow))
    return (bare or _MARKS.sub("", narrow).strip("()[]")).upper()


@dataclass(frozen=True, slots=True)
class _Words:
    """Printed name -> field, as printed and with look-alike characters made one."""

    exact: Mapping[str, FieldName]
    folded: Mapping[str, FieldName]


class Names:
    """Finds the field that a header means, among the names of one vocabulary.

    It remembers what it was asked, people's names too: make a new one for every file.
    """

    def __init__(self, words: _Words, remembered: Mapping[str, FieldName | None]) -> None:
        self._exact, self._folded = words.exact, words.folded
        self._remembered = remembered
        self._seen: dict[tuple[str, ...], Meaning | None] = {}

    def label(self, text: object) -> Meaning | None:
        """The meaning of one cell's text."""
        return self.path((text,)) if isinstance(text, str) else None

    def path(self, labels: tuple[str, ...]) -> Meaning | None:
        """The meaning of a column whose header has several rows, the top one first."""
        if labels not in self._seen:
            self._seen[labels] = self._find(labels)
        return self._seen[labels]

    def sure(self, text: str) -> bool:
        """Whether the text is a printed name or a remembered header; quick, and keeps nothing of what is not."""
        word = plain(text)
        return word in self._remembered or any(self.exact(each) for each in _readings([word]))

    def exact(self, text: str) -> FieldName | None:
        """The field whose printed name this is, look-alikes forgiven, slips not."""
        return self._exact.get(text) or self._folded.get(text.translate(_ALIKE))

    def _find(self, labels: tuple[str, ...]) -> Meaning | None:
        bare = [word for word in (plain(label) for label in labels if len(label) <= _LONGEST_HEADER) if word]
        if not bare:
            return None
        for key in ("/".join(bare), bare[-1]):
            if key in self._remembered:
                return Meaning(self._remembered[key], Likeness.REMEMBERED)
        for candidate in _readings(bare):
            if field := self.exact(candidate):
                return Meaning(field, Likeness.EXACT)
        return self._slip(bare[-1]) if len(bare) == 1 else None

    def _slip(self, word: str) -> Meaning | None:
        """The one field within the distance that a word of this length may be off; None where two are as near."""
        allowed = 0 if len(word) < 4 else 1 if len(word) < 7 else 2
        if not allowed or word in _every_name() or any(letter.isdigit() for letter in word):
            return None
        best: dict[FieldName, int] = {}
        folded = word.translate(_ALIKE)
        letters = set(folded)
        for name, field in self._folded.items():
            if abs(len(name) - len(folded)) > allowed or len(name) < 4:
                continue
            strange = letters.difference(name)
            if len(strange) > allowed or strange & _CHANGES_MEANING:
                continue
            off = distance(folded, name)
            if off <= allowed:
                best[field] = min(off, best.get(field, allowed))
        nearest = [field for field, off in best.items() if off == min(best.values())]
        return Meaning(nearest[0], Likeness.SLIP) if len(nearest) == 1 else None


def _readings(bare: list[str]) -> Iterable[str]:
    """What to look up, the fullest first: 考核成绩 over 理论 is 考核成绩理论, 理论考核成绩, 理论."""
    own = bare[-1]
    parents = [parent for parent in bare[:-1] if parent != own]
    if parents:
        yield parents[-1] + own
        yield own + parents[-1]
        if not all(_PARENTS_THAT_ADD_NOTHING.search(parent) and "补考" not in parent for parent in parents):
            return
    yield own
    yield from (part for part in re.split(r"[/\\或]", own) if part != own)
    yield _NOT_HAN.sub("", own)


@lru_cache(maxsize=1)
def _every_name() -> frozenset[str]:
    return frozenset(name.upper() for names in NAMES.values() for name in names)


def distance(one: str, other: str) -> int:
    """How many letters were left out, put in, changed or swapped with their neighbour between two words."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, wanted in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]


def remembered_fields(remembered: Mapping[str, str] | None) -> dict[str, FieldName | None]:
    """A clerk's confirmed mapping, header text -> field name; an empty name means "this column is none of them"."""
    return {
        "/".join(plain(part) for part in text.split("/")): FieldName(name) if name else None
        for text, name in (remembered or {}).items()
    }


def any_column(remembered: Mapping[str, FieldName | None]) -> Names:
    """The names of every form's columns together: enough to see that a row is a header, not whose."""
    return Names(_words(None, in_head=False), remembered)


def columns_of(kind: FormKind, remembered: Mapping[str, FieldName | None]) -> Names:
    """The names of one form's columns."""
    return Names(_words(kind, in_head=False), remembered)


def head_of(kind: FormKind) -> Names:
    """The names of what one form says around its table."""
    return Names(_words(kind, in_head=True), {})


@lru_cache(maxsize=16)
def _words(kind: FormKind | None, *, in_head: bool) -> _Words:
    exact: dict[str, FieldName] = {}
    general = sorted(FormKind, key=lambda each: each == FormKind.CLASS_FILING)  # where 姓名 is a teacher: last
    for one in general if kind is None else (kind,):
        for name, field in (head_vocabulary(one) if in_head else column_vocabulary(one)).items():
            exact.setdefault(name.upper(), field)
    folded: dict[str, FieldName] = {}
    for name, field in exact.items():
        folded.setdefault(name.translate(_ALIKE), field)
    return _Words(exact, folded)
