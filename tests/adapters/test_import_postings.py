"""Duty by month and appraisals from Excel: by the posting's number, held against the name, once however often sent."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from sample_houses import facts_of, house_in

from taizhang.adapters.forms.forms import FormKind
from taizhang.adapters.house import House
from taizhang.adapters.importing.importer import Importer
from taizhang.adapters.importing.words import ImportResult
from taizhang.adapters.sample.officers import actor
from taizhang.adapters.sample.sample import make_sample
from taizhang.adapters.sheets.workbooks import write_template
from taizhang.domain.core import Actor
from taizhang.domain.postings.appraisals import OfficialAppraised
from taizhang.domain.postings.duty import DutyRecorded
from taizhang.domain.postings.officials import OfficialPosted, OfficialTransferred


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house_in(tmp_path_factory.mktemp("postings")) as made:
        make_sample(made, 50, 7)
        yield made


def graduate(house: House) -> OfficialPosted:
    """A graduate whose posting was never moved and stands for years."""
    facts = [one.fact for one in facts_of(house)]
    moved = {one.posting for one in facts if isinstance(one, OfficialTransferred)}
    return next(
        one
        for one in facts
        if isinstance(one, OfficialPosted) and one.kind == "graduate-official" and one.posting not in moved
    )


def book(rows: Sequence[Sequence[object]]) -> bytes:
    made, out = Workbook(), io.BytesIO()
    for row in rows:
        made.active.append(list(row))
    made.save(out)
    return out.getvalue()


def imported(house: House, content: bytes, by: Actor, name: str) -> ImportResult:
    return Importer(house).run(content, name, by, reason="示例:月报迟交")


def duty(rows: Sequence[Sequence[object]]) -> bytes:
    title: list[Sequence[object]] = [["永登县驻村在岗月报表"], ["考勤月份：", "2018年5月"]]
    return book([*title, ["序号", "姓名", "派驻编号", "行政村", "驻村天数", "在岗依据", "备注"], *rows])


def test_days_of_duty_go_in_by_the_number_of_the_posting_and_only_once(house: House) -> None:
    posted = graduate(house)
    name = house.vault.disclose([posted.official], ["name"])[posted.official]["name"]
    clerk = actor("clerk", posted.region[:6])
    content = duty(
        [
            [1, name, posted.posting, "示例村", 21, "签到", ""],
            [2, "某某", posted.posting, "示例村", 20, "签到", ""],
            [3, "", "post-620121-none", "", 20, "签到", ""],
            [4, "", posted.posting, "", 32, "", ""],
            [5, name, "", "示例村", 12, "", ""],
        ]
    )
    result = imported(house, content, clerk, "2018-05.xlsx")
    assert [one.outcome for one in result.verdicts] == ["recorded", *["unusable"] * 4], result.verdicts
    words = [one.zh for one in result.verdicts]
    assert "姓名与该派驻编号的干部不符" in words[1]
    assert "没有这个派驻编号" in words[2]
    assert "0 至 31" in words[3]
    assert "没有填写" in words[4]
    facts = [
        one for one in facts_of(house) if isinstance(one.fact, DutyRecorded) and one.fact.month == date(2018, 5, 1)
    ]
    [fact] = facts
    assert (fact.fact.days, fact.fact.basis) == (21, "sign-in")
    assert fact.source is not None
    assert (fact.source.name, fact.source.row) == ("2018-05.xlsx", 4)
    again = imported(house, content, clerk, "again.xlsx")
    assert again.verdicts[0].outcome == "unchanged"
    more = duty([[1, name, posted.posting, "示例村", 22, "签到", ""]])
    [refused] = imported(house, more, clerk, "more.xlsx").verdicts
    assert (refused.outcome, refused.rules) == ("refused", ("postings.duty-recorded-otherwise",))


def test_a_year_is_appraised_from_a_sheet_by_the_organisation_department(house: House) -> None:
    posted = graduate(house)
    rows: list[Sequence[Any]] = [
        ["派驻干部年度考核表"],
        ["考核年度：", "2018年", "考核日期：", "2019-01-20"],
        ["文号：", "示例考核〔2019〕7号"],
        ["序号", "姓名", "派驻编号", "考核等次", "备注"],
        [1, "", posted.posting, "优秀", ""],
        [2, "", posted.posting, "很好", ""],
    ]
    result = imported(house, book(rows), actor("organisation", "620000"), "考核.xlsx")
    assert [one.outcome for one in result.verdicts] == ["recorded", "unusable"]
    assert "看不出考核等次" in result.verdicts[1].zh
    [fact] = [one.fact for one in facts_of(house) if isinstance(one.fact, OfficialAppraised) and one.fact.year == 2018]
    assert (fact.grade, fact.document, fact.occurred_on) == ("excellent", "示例考核〔2019〕7号", date(2019, 1, 20))
    by_clerk = imported(house, book(rows[:-1]), actor("clerk", posted.region[:6]), "考核2.xlsx")
    assert by_clerk.verdicts[0].rules == ("officers.not-your-role",)


@pytest.mark.parametrize("kind", [FormKind.VILLAGE_DUTY, FormKind.APPRAISALS])
def test_the_empty_forms_ask_for_what_the_import_needs(kind: FormKind, tmp_path: Path) -> None:
    write_template(kind, tmp_path / "form.xlsx")
    page = load_workbook(tmp_path / "form.xlsx").worksheets[0]
    texts = {str(cell.value) for row in page.iter_rows() for cell in row if cell.value}
    assert {"姓名", "派驻编号"} <= texts
    assert {"驻村天数", "考核等次"} & texts
