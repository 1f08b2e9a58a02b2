"""Class filings made by hand, labels beside their values: what becomes of them."""

from __future__ import annotations

from datetime import date

from form_files import WELDERS, filing
from import_samples import (
    CLERK,
    SCHOOL,
    SmallHouse,
)

from taizhang.adapters.importing.importer import Importer
from taizhang.domain.classes import ClassFiled
from taizhang.domain.institutions import TeacherRegistered, VenueRegistered


def test_a_filing_whose_labels_stand_beside_their_values_is_a_class(house: SmallHouse) -> None:
    result = Importer(house).run(filing(), "开班.xlsx", CLERK)
    assert [verdict.outcome for verdict in result.verdicts] == ["recorded"] * 3, result.verdicts
    filed = next(fact for fact in house.of(ClassFiled) if fact.training_class == WELDERS)
    assert (filed.institution, filed.seats, filed.required_minutes) == (SCHOOL, 50, 3600)
    assert (filed.starts_on, filed.ends_on) == (date(2016, 4, 11), date(2016, 4, 17))
    assert filed.occurred_on == date(2016, 4, 1)
    assert filed.daily_hours == ((510, 690), (870, 1050))
    assert filed.courses == (("安全常识", 600), ("焊接实操", 3000))
    assert len(house.of(TeacherRegistered)) == 2
    assert filed.teachers == tuple(fact.teacher for fact in house.of(TeacherRegistered))
    assert [fact.name for fact in house.of(VenueRegistered)] == ["示例乡文化站"]
    again = Importer(house).run(filing(), "开班.xlsx", CLERK)
    assert again.counts["facts"] == 0
    assert again.counts["unchanged"] == 3


def test_the_line_of_a_filing_counts_its_classes_and_the_same_rows_as_the_totals(house: SmallHouse) -> None:
    result = Importer(house).run(filing(), "开班.xlsx", CLERK)
    said = {what: zh for what, zh, _ in result.summary}
    assert said["数据行 / Rows"] == "3 行"
    [line] = [zh for what, zh in said.items() if what.startswith("开班申请:")]
    assert line.startswith("1 个班,3 行")


def test_a_filing_of_an_unknown_institution_says_so(house: SmallHouse) -> None:
    result = Importer(house).run(filing(机构="不存在的学校"), "开班.xlsx", CLERK)
    assert {verdict.outcome for verdict in result.verdicts} == {"unusable"}
    assert "不存在的学校" in result.verdicts[0].zh


def test_a_filing_that_cannot_be_used_registers_no_teacher_and_no_venue(house: SmallHouse) -> None:
    result = Importer(house).run(filing(时间="全天"), "开班.xlsx", CLERK)
    assert {verdict.outcome for verdict in result.verdicts} == {"unusable"}
    assert "起止时间" in result.verdicts[0].zh
    assert house.of(TeacherRegistered) == house.of(VenueRegistered) == []
    assert Importer(house).run(filing(), "开班2.xlsx", CLERK).counts["recorded"] == 3
    assert len(house.of(TeacherRegistered)) == 2
