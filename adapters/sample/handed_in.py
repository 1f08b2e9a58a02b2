"""The workbooks of a sample's classes: what the facts of a class say stands in the row that each of them names.

Kept like every file that is handed in, so that a figure of a sample leads to file, sheet and row as one of real data
does. Only the first classes of a county have them: a sample of millions would be mostly workbooks.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, time
from functools import cached_property
from typing import Final

import msgspec
import xlsxwriter

from taizhang.adapters.files import FileStore
from taizhang.adapters.sample.classes import Sitting
from taizhang.adapters.sample.desk import SOURCE
from taizhang.adapters.sample.plan import PlannedClass
from taizhang.adapters.vault.vault import Vault
from taizhang.domain.attendance import AttendanceTaken
from taizhang.domain.certificates import CertificateIssued
from taizhang.domain.core import Fact, PersonId
from taizhang.domain.enrolment import TraineeEnrolled
from taizhang.domain.envelope import Source
from taizhang.domain.scores import ScoreRecorded

CLASSES_WITH_WORKBOOKS: Final = 5  # of each county
FIRST_ROW: Final = 4  # as a spreadsheet counts: title, class and header stand above
PASS_WORDS: Final = ("不合格", "合格")

Cells = Sequence[str | float]
SourceOf = Callable[[Fact], Source]


class HandedIn:
    """The roster, the attendance and scores, and the certificates of one class; each is written when first named."""

    def __init__(self, files: FileStore, vault: Vault, one: PlannedClass, seated: Sequence[Sitting]) -> None:
        self._files, self._vault, self._one, self._seated = files, vault, one, seated
        self._places = {sitting.person: place for place, sitting in enumerate(seated)}
        self._enrolled: Mapping[PersonId, TraineeEnrolled] = {}
        self._certified: Mapping[PersonId, CertificateIssued] = {}

    def of(self, facts: Iterable[Fact]) -> SourceOf:
        """Where each of these facts stands; a workbook holds nothing that the facts do not say."""
        for fact in facts:
            if isinstance(fact, TraineeEnrolled):
                self._enrolled = {**self._enrolled, fact.person: fact}
            elif isinstance(fact, CertificateIssued):
                self._certified = {**self._certified, fact.person: fact}
        return self._source

    def _source(self, fact: Fact) -> Source:
        if self._one.ordinal >= CLASSES_WITH_WORKBOOKS:
            return SOURCE
        if isinstance(fact, TraineeEnrolled):
            return self._at(self._roster, "花名册", self._places[fact.person])
        if isinstance(fact, AttendanceTaken):
            return self._at(self._marks, "出勤簿", self._places[fact.person])
        if isinstance(fact, ScoreRecorded):
            return self._at(self._marks, "成绩单", self._places[fact.person])
        if isinstance(fact, CertificateIssued):
            return self._at(self._certificates, "颁证花名册", list(self._certified).index(fact.person))
        return SOURCE

    @staticmethod
    def _at(book: Source, sheet: str, place: int) -> Source:
        return msgspec.structs.replace(book, sheet=sheet, row=FIRST_ROW + place)

    # -- the workbooks ----------------------------------------------------------------------------------------

    @cached_property
    def _people(self) -> Mapping[PersonId, Mapping[str, str]]:
        return self._vault.disclose([one.person for one in self._seated], ("name", "id_number", "phone"))

    @cached_property
    def _roster(self) -> Source:
        header = ("序号", "姓名", "身份证号码", "联系电话", "是否建档立卡")
        rows = [
            (*self._who(number, sitting.person, "name", "id_number", "phone"), self._claimed(sitting.person))
            for number, sitting in enumerate(self._seated, 1)
        ]
        return self._kept("花名册", {"花名册": ("培训学员花名册", header, rows)})

    @cached_property
    def _marks(self) -> Source:
        days = self._one.days
        header = ("序号", "姓名", "身份证号码", *map(str, days))
        marks = [
            (*self._who(number, one.person, "name", "id_number"), *(_mark(one, str(day)) for day in days))
            for number, one in enumerate(self._seated, 1)
        ]
        titles = ("序号", "姓名", "身份证号码", "理论成绩", "实操成绩", "考核结果")
        scores = [
            (*self._who(number, one.person, "name", "id_number"), *_scores(one))
            for number, one in enumerate(self._seated, 1)
        ]
        sheets = {"出勤簿": ("学员出勤簿", header, marks), "成绩单": ("学员成绩单", titles, scores)}
        return self._kept("出勤和成绩", sheets)

    @cached_property
    def _certificates(self) -> Source:
        header = ("序号", "姓名", "身份证号码", "证书编号", "发证日期")
        rows = [
            (*self._who(number, person, "name", "id_number"), fact.number, str(fact.occurred_on))
            for number, (person, fact) in enumerate(self._certified.items(), 1)
        ]
        return self._kept("颁证花名册", {"颁证花名册": ("颁证花名册", header, rows)})

    def _who(self, number: int, person: PersonId, *fields: str) -> Cells:
        said = self._people.get(person, {})
        return number, *(said.get(field, "") for field in fields)

    def _claimed(self, person: PersonId) -> str:
        return "是" if self._enrolled[person].claimed_poor else "否"

    def _kept(self, what: str, sheets: Mapping[str, tuple[str, Cells, Sequence[Cells]]]) -> Source:
        """The same workbook again has the same bytes: a sample that goes on after a stop says the same once more."""
        out = io.BytesIO()
        with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
            book.set_properties({"created": datetime.combine(self._one.days[0], time())})
            for name, (title, header, rows) in sheets.items():
                page = book.add_worksheet(name)
                page.write_string(0, 0, f"{title}(示例数据,全部为生成)")
                page.write_row(1, 0, ("班次编号:", self._one.id))
                page.write_row(FIRST_ROW - 2, 0, header)
                for place, row in enumerate(rows):
                    page.write_row(FIRST_ROW - 1 + place, 0, row)
        digest = self._files.put(out.getvalue())
        return msgspec.structs.replace(SOURCE, file=digest, name=f"示例{what}-{self._one.id}.xlsx")


def _mark(one: Sitting, day: str) -> str:
    if any(str(mark.on) == day for mark in one.marks):
        return "√"
    return "×" if any(str(away) == day for away in one.absent) else ""


def _scores(one: Sitting) -> Cells:
    if one.leaves_on is not None or not one.marks:
        return "", "", ""
    return one.theory_tenths / 10, one.practice_tenths / 10, PASS_WORDS[one.passed]
