"""A county's house on the command line, and the files that its offices send: everything is generated, nobody is meant."""

from __future__ import annotations

import contextlib
import csv
import io
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from taizhang.adapters.cli.main import run
from taizhang.adapters.settings import NAMES
from taizhang.domain.identity import generate_identity

COUNTY, PROVINCE, SCHOOL = "620121", "620000", "school-yongdeng"
SCHOOL_NAME = "永登县示例职业培训学校"
UNSET = (*(name.upper() for name in NAMES), "OFFICER", "OFFICER_KEY", "OFFICER_PASSWORD", "ROLE", "VAULT_KEY")
OFFICERS = (  # who, role, region, organisation
    ("li", "clerk", COUNTY, ""),
    ("wang", "clerk", COUNTY, ""),
    ("zhou", "clerk", COUNTY, "poverty-office"),
    ("head", "institution", COUNTY, SCHOOL),
    ("tang", "discipline", COUNTY, "discipline-620121"),
    ("song", "discipline", COUNTY, "discipline-620121"),
    ("he", "inspector", PROVINCE, "inspectors-620000"),
    ("liu", "inspector", PROVINCE, "inspectors-620000"),
)
PLACES = (
    ("poverty-office", "永登县扶贫办(示例)", "department", COUNTY),
    ("discipline-620121", "永登县纪委(示例)", "department", COUNTY),
    ("inspectors-620000", "省督查组(示例)", "department", PROVINCE),
    (SCHOOL, SCHOOL_NAME, "institution", COUNTY),
)


class Said(NamedTuple):
    """What a command answered."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return msgspec.json.decode(self.out)


class CaseHouse:
    """Runs commands as its officers would, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.keys, self._lines = folder, dict[str, str](), 0

    def run(self, officer: str, *arguments: str, given: str = "") -> Said:
        """One command of an officer; `given` stands on standard input."""
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("TAIZHANG_LANG", "zh")
            environment.chdir(self.folder)
            if officer:
                environment.setenv("TAIZHANG_OFFICER", officer)
                environment.setenv("TAIZHANG_OFFICER_KEY", self.keys[officer])
            environment.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode())))
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                code = run(list(arguments))
        return Said(code, out.getvalue(), err.getvalue())

    def record(self, officer: str, command: str, **body: Any) -> dict[str, Any]:
        """What became of one command, given as `record` takes it."""
        self._lines += 1
        line = msgspec.json.encode({"id": f"case-{self._lines}", "command": command, "body": body, "reason": "补录"})
        answer: dict[str, Any] = msgspec.json.decode(self.run(officer, "record", "-", given=line.decode()).out)
        return answer

    def recorded(self, officer: str, command: str, **body: Any) -> int:
        """The same, where it must go in; its position."""
        answer = self.record(officer, command, **body)
        assert answer["outcome"] == "recorded", answer
        return int(answer["position"])

    def file(self, name: str, *rows: Sequence[object]) -> str:
        """A file as an office sends it."""
        with (self.folder / name).open("w", encoding="utf-8", newline="") as opened:
            csv.writer(opened).writerows(rows)
        return name

    def imported(self, officer: str, *files: str) -> list[dict[str, Any]]:
        """The answers to an import, file by file."""
        rows: list[dict[str, Any]] = self.run(officer, "import", *files, "--json").json()["rows"]
        return rows

    def leads(self, rule: str, subject: str = "") -> list[dict[str, Any]]:
        """What a rule finds, of one subject if it is named."""
        found: list[dict[str, Any]] = self.run("tang", "leads", "--rule", rule, "--json").json()["rows"]
        return [one for one in found if not subject or subject in one["subjects"]]


class TrainingClass(NamedTuple):
    """A class as its school reports it: number, month, people by sequence."""

    number: str
    month: int
    people: range

    @property
    def id(self) -> str:
        return f"c{COUNTY}-{self.number}"

    def days(self) -> list[date]:
        return [date(2016, self.month, day) for day in (9, 10, 11, 12)]


def person(sequence: int) -> tuple[str, str]:
    """A made-up name and identity number."""
    digits = "零一二三四五六七八九"
    name = "样本" + "".join(digits[int(one)] for one in f"{sequence:03d}")
    return name, generate_identity(COUNTY, date(1975, 1 + sequence // 28 % 12, 1 + sequence % 28), 31 + sequence // 336)


def filing(house: CaseHouse, one: TrainingClass) -> str:
    days = one.days()
    return house.file(
        f"开班申请-{one.number}.csv",
        ["开班申请表(示例数据,全部为生成)"],
        ["培训机构", SCHOOL_NAME, "法定代表人", "示例负责人"],
        ["班次名称", f"示例班{one.number}", "班次编号", one.number],
        ["工种", "焊工", "培训类型", "劳动力技能培训"],
        ["培训人数", str(len(one.people)), "总学时", "16"],
        ["开班日期", days[0].isoformat(), "结业日期", days[-1].isoformat()],
        ["上课时间", "8:30-12:30", "申请日期", date(2016, one.month - 1, 10).isoformat()],
        ["备案号", f"示例备〔2016〕{one.number}号", "培训地点", "示例教室"],
    )


def roster(house: CaseHouse, one: TrainingClass) -> str:
    rows = [[n, *person(sequence), "否"] for n, sequence in enumerate(one.people, 1)]
    head = ["培训机构:", SCHOOL_NAME, "班次编号:", one.number]
    return house.file(
        f"花名册-{one.number}.csv", ["培训学员花名册"], head, ["序号", "姓名", "身份证号码", "是否建档立卡"], *rows
    )


def sheet(house: CaseHouse, one: TrainingClass, marks: str = "√√√√") -> str:
    days = [f"{day.day}日" for day in one.days()]
    rows = [[n, person(sequence)[0], *marks] for n, sequence in enumerate(one.people, 1)]
    head = ["班次编号", one.number, "考勤月份", f"2016年{one.month}月"]
    return house.file(f"出勤簿-{one.number}.csv", ["学员出勤簿"], head, ["序号", "姓名", *days], *rows)


def taught(house: CaseHouse, one: TrainingClass, *, until: str = "attendance") -> list[dict[str, Any]]:
    """File, approve, enrol and mark a class, by the school's own files."""
    house.imported("head", filing(house, one))
    approved = date(2016, one.month - 1, 20).isoformat()
    house.recorded("wang", "training.approve-class", training_class=one.id, occurred_on=approved)
    answers = house.imported("head", roster(house, one))
    return answers if until == "roster" else answers + house.imported("head", sheet(house, one))


@contextmanager
def case_house(folder: Path) -> Iterator[CaseHouse]:
    """A founded county with its officers, offices and one designated school."""
    with pytest.MonkeyPatch.context() as environment:
        for name in UNSET:
            environment.delenv(f"TAIZHANG_{name}", raising=False)
        house = CaseHouse(folder)
        house.keys["admin"] = house.run("", "init", "--preset", "gansu", "--json").json()["key"]
        for who, role, region, organisation in OFFICERS:
            asked = ["officer", who, "--role", role, "--region", region, "--json"]
            asked += ["--organisation", organisation] if organisation else []
            house.keys[who] = house.run("admin", *asked).json()["key"]
        for organisation, name, kind, region in PLACES:
            stated = {"organisation": organisation, "name": name, "kind": kind, "region": region}
            if region == COUNTY:
                house.recorded("li", "institutions.register-organisation", occurred_on="2015-12-01", **stated)
        designated = {"institution": SCHOOL, "region": COUNTY, "occupations": ["焊工"], "seats": 100}
        house.recorded(
            "li", "institutions.designate-institution", occurred_on="2015-12-05", since="2015-12-05", **designated
        )
        yield house
