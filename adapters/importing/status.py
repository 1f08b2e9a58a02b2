"""What the household register says a person was: in school, able to work, at work, a school leaver, new to working age."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from types import MappingProxyType
from typing import Final, NamedTuple

from taizhang.adapters.forms.field_names import FieldName as F
from taizhang.adapters.importing.context import Context
from taizhang.adapters.importing.rows import Planned, Values
from taizhang.adapters.sheets.cells import clean_text
from taizhang.domain.core import PersonId
from taizhang.domain.people import PersonStatusStated, Status

REGISTER: Final = "贫困户登记表"  # the list that these statements are from; those of other lists stand beside them
NOTHING: Final = re.compile(r"^(无|否|不是|没有|其[他它]|-+|/+|—+)$")
_MARKS: Final[tuple[tuple[str, Status], ...]] = (("两后生", "two-after"), ("新成长劳动力", "new-labourer"))
_DENIED: Final = r"(非|不是|不属于?|未列入)"


class _Column(NamedTuple):
    """A column of the register and what its words mean; the first pattern that is found decides, None for nothing."""

    zh: str
    en: str
    words: tuple[tuple[str, Status | None], ...]


_COLUMNS: Final = MappingProxyType(
    {
        F.LABOUR_ABILITY: _Column(
            "劳动能力",
            "labour ability",
            (
                ("丧失", "lost-labour"),
                ("弱|半", "weak-labourer"),
                ("无", "no-labour"),
                ("技能", "skilled-labourer"),
                ("普通|^有|^劳动力$|^是$|正常", "labourer"),
            ),
        ),
        F.IN_SCHOOL: _Column(
            "在校状况",
            "in-school status",
            (
                ("非|不在|未|毕业|辍学|退学|学龄前", None),
                (
                    "在校|在读|^是$|小学|初中|高中|中职|中专|高职|技校|技师|年级|大专|大学|本科|研究生|学前教育",
                    "in-school",
                ),
            ),
        ),
        F.WORK_STATUS: _Column(
            "务工状况",
            "work status",
            (
                ("未|不|没|无|在家|待业|务农|在校|上学", None),
                ("创业|自主经营|个体", "self-employed"),
                ("务工|就业|上班|打工|公益|乡外|县外|省外|^是$", "employed"),
            ),
        ),
    }
)
_KINDS: Final = (  # of each kind the newest statement holds
    frozenset({"labourer", "skilled-labourer", "weak-labourer", "lost-labour", "no-labour"}),
    frozenset({"employed", "self-employed"}),
)


class Statuses:
    """What the register said of people so far, this run included."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._known: dict[PersonId, list[PersonStatusStated]] = {}

    def prepare(self, people: Iterable[PersonId]) -> None:
        """Read what stands of these people, in one go."""
        wanted = [person for person in dict.fromkeys(people) if person not in self._known]
        found = self._context.lookup.statuses(wanted, REGISTER)
        self._known.update({person: found.get(person, []) for person in wanted})

    def state(self, planned: Planned, person: PersonId, values: Values, day: date, *, dated: bool) -> None:
        """Propose what the row states anew: from `day`, or where it differs from what stood, from a later day on."""
        for status in dict.fromkeys(_stated(planned, values)):
            same_kind = next((kind for kind in _KINDS if status in kind), frozenset({status}))
            before = [one for one in self._known[person] if one.status in same_kind]
            if before and (before[-1].status == status or self._said_before(planned, person)):
                continue
            since = day
            if before:
                since = day if dated and day > before[-1].since else self._context.origin.today
                planned.note(
                    f"人员状况与原登记不同,自 {since} 起按本表登记", f"the person's status differs: stated from {since}"
                )
            fact = PersonStatusStated(
                person=person, status=status, since=since, source_list=REGISTER, occurred_on=since
            )
            self._known[person].append(fact)
            planned.propose(self._context.origin, fact)

    def _said_before(self, planned: Planned, person: PersonId) -> bool:
        """Whether this very row of this very file was recorded earlier: an old file again takes nothing back."""
        statement = self._context.origin.statement(planned.sheet, planned.row)
        return statement in self._context.lookup.statements([person]).get(person, ())


def _stated(planned: Planned, values: Values) -> Iterator[Status]:
    for field, column in _COLUMNS.items():
        text = clean_text(values.get(field))
        if not text or (field is not F.LABOUR_ABILITY and NOTHING.match(text)):
            continue
        if any(mark in text for mark, _ in _MARKS):
            continue  # told below
        for pattern, status in column.words:
            if re.search(pattern, text):
                if status is not None:
                    yield status
                break
        else:
            planned.note(
                f"“{column.zh}”一栏的写法无法识别,未登记该状况,请按表内选项填写",
                f"the {column.en} is in no known words and was not recorded; use the form's choices",
            )
    for mark, status in _MARKS:
        texts = [clean_text(values.get(field)) for field in _COLUMNS]
        marked = any(mark in text and not re.search(_DENIED + mark, text) for text in texts)
        if marked or mark in _remarks(values):
            yield status


def _remarks(values: Values) -> list[str]:
    """The remark in pieces: a mark counts alone, not inside a sentence that may be about somebody else."""
    pieces = re.split(r"[、,，;；。/\s()（）:：]+", clean_text(values.get(F.REMARK)))
    return [re.sub(r"^(是|系|为|属于?)", "", piece) for piece in pieces]
