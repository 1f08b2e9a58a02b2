"""One person in several rows and files: spellings are no contradiction, contradictions are shown and stay."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from import_samples import (
    CLERK,
    COOKS,
    SECOND,
    SmallHouse,
    approved,
    filed,
    people,
    record,
    roster,
    small_house,
    workbook,
)

from taizhang.adapters.importing.importer import Importer
from taizhang.adapters.importing.variants import alike, how_they_differ
from taizhang.domain.classes import ClassId
from taizhang.domain.people import PersonDetailsStated

OTHER = ClassId("c620121-2016-02")
HEADERS = ["班次编号", "姓名", "性别", "民族", "身份证号码", "联系电话", "文化程度"]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    with small_house(tmp_path) as house:
        record(house, CLERK, [filed(OTHER, name="中式烹调师二班")])
        record(house, SECOND, [approved(OTHER)])
        yield house


def twice(name: str, *rows: dict[str, str], note: str = "") -> tuple[bytes, str]:
    """A file that lists one person in two classes, as each row says."""
    [[_, called, sex, ethnicity, number, phone, *_]] = people(1)
    said = {"姓名": called, "性别": sex, "民族": ethnicity, "身份证号码": number, "联系电话": phone, "文化程度": "初中"}
    lines = [
        [training_class.removeprefix("c620121-"), *({**said, **row}[header] for header in HEADERS[1:])]
        for training_class, row in zip((COOKS, OTHER), rows, strict=False)
    ]
    return workbook({"花名册": [[f"培训学员花名册{note}"], HEADERS, *lines]}), name


def statements(house: SmallHouse) -> int:
    return len(house.of(PersonDetailsStated))


def test_usual_spellings_of_one_thing_are_not_stated_again(house: SmallHouse) -> None:
    first = {"民族": "汉", "性别": house_sex(), "文化程度": "初中"}
    second = {"民族": "汉族", "性别": house_sex() + "性", "文化程度": "初中毕业"}
    result = Importer(house).run(*twice("甲.xlsx", first, second), CLERK)
    assert [verdict.outcome for verdict in result.verdicts] == ["recorded", "recorded"]
    assert not any(verdict.flagged for verdict in result.verdicts), result.verdicts
    assert statements(house) == 0


def house_sex() -> str:
    return str(people(1)[0][2])


@pytest.mark.parametrize("order", [("13800000001", "13800000002"), ("13800000002", "13800000001")])
def test_a_file_that_states_one_person_in_two_ways_changes_nothing_when_it_is_saved_again(
    house: SmallHouse, order: tuple[str, str]
) -> None:
    importer = Importer(house)
    importer.run(*twice("早先.xlsx", {"联系电话": "13800000001"}), CLERK)
    rows = [{"联系电话": phone} for phone in order]
    importer.run(*twice("甲.xlsx", *rows), CLERK)
    before = statements(house)
    assert before in (1, 2)
    for again in range(3):
        result = importer.run(*twice(f"甲({again}).xlsx", *rows, note=str(again)), CLERK)
        assert result.counts["facts"] == 0
        assert any("本次无变化" in zh for _, zh, _ in result.summary)
        assert any("电话" in verdict.zh for verdict in result.verdicts), "the contradiction is still shown"
    assert statements(house) == before


def test_who_goes_back_to_an_earlier_word_states_it_anew(house: SmallHouse) -> None:
    importer = Importer(house)
    for turn, phone in enumerate(("13800000001", "13800000002", "13800000001")):
        importer.run(*twice(f"{turn}.xlsx", {"联系电话": phone}, note=str(turn)), CLERK)
    assert statements(house) == 2


def test_names_that_look_alike_when_masked_say_where_they_differ(house: SmallHouse) -> None:
    result = Importer(house).run(*twice("甲.xlsx", {"姓名": "张三丰"}, {"姓名": "张三强"}), CLERK)
    said = result.verdicts[1].zh
    assert "第 3 行不一致:本表为 张某某,该处为 张某某(第 3 个字不同)" in said
    assert not any(secret in said for secret in ("三", "丰", "强"))


def test_a_name_that_differs_from_its_number_says_where_the_other_stands(house: SmallHouse) -> None:
    rows = people(1)
    Importer(house).run(roster(rows), "花名册.xlsx", CLERK)
    scores = [["学员成绩单"], ["班次编号:", "2016-01", "考试日期:", "2016年4月15日"], ["姓名", "身份证号码", "总成绩"]]
    other = str(rows[0][1])[:-1] + "另"
    result = Importer(house).run(workbook({"成绩": [*scores, [other, rows[0][4], 80]]}), "成绩.xlsx", CLERK)
    assert "“花名册.xlsx”工作表“花名册”第 4 行" in result.verdicts[0].zh
    assert "第 3 个字不同" in result.verdicts[0].zh


@pytest.mark.parametrize(
    ("field", "one", "other", "same"),
    [
        ("ethnicity", "汉", "汉族", True),
        ("ethnicity", "回族", "汉族", False),
        ("sex", "女性", "女", True),
        ("sex", "F", "男", False),
        ("education", "初中文化", "初中毕业", True),
        ("education", "大学本科", "本科及以上", True),
        ("education", "高中", "初中", False),
        ("birth_date", "1980.1", "1980年1月5日", True),
        ("birth_date", "1980-01-05", "19800105", True),
        ("birth_date", "1980.1", "1981年1月5日", False),
        ("birth_date", "1980年1月", "1980-10-05", False),
        ("home_address", "示例乡 样本村(1号)", "示例乡样本村（1号）", True),
        ("phone", "139 0000 0000", "13900000000", True),
        ("name", "阿依 古丽", "阿依古丽", True),
    ],
)
def test_spellings_are_told_from_contradictions(field: str, one: str, other: str, same: bool) -> None:
    assert alike(field, one, other) is same
    assert alike(field, other, one) is same


def test_lengths_that_differ_are_said_without_a_character() -> None:
    assert how_they_differ("张三", "张三丰")[0] == "字数不同:2 与 3"
