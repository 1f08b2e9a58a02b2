"""Rosters go in: good rows in the log, every row back in words, the same file once, contradictions side by side."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import openpyxl
from import_samples import (
    CLERK,
    COOKS,
    COUNTY,
    ROSTER_HEADERS,
    SmallHouse,
    filed,
    number,
    people,
    record,
    roster,
    small_house,
    workbook,
)
from sqlalchemy import update

from taizhang.adapters.importing.importer import Importer
from taizhang.adapters.importing.lookup import Registry
from taizhang.domain.classes import ClassId
from taizhang.domain.core import OrganisationId
from taizhang.domain.enrolment import TraineeEnrolled
from taizhang.domain.institutions import OrganisationRegistered
from taizhang.domain.merging import DuplicateQueued
from taizhang.domain.people import PersonDetailsStated, PersonRegistered, PersonsMerged, PersonsSeparated
from taizhang.domain.refused import SubmissionRefused
from taizhang.projections.follow import Follower
from taizhang.projections.registered import registered
from taizhang.projections.registry import RegistryView
from taizhang.projections.tables import view_table

MARCH = date(2016, 3, 1)
FULL = ClassId("c620121-2016-08")


def test_a_roster_goes_in_and_every_fact_knows_its_row(house: SmallHouse) -> None:
    content = roster(people(5))
    result = Importer(house).run(content, "花名册.xlsx", CLERK)
    assert result.counts["recorded"] == 5, result.verdicts
    assert len(house.of(PersonRegistered)) == 5
    enrolments = [recorded for recorded in house.facts() if isinstance(recorded.fact, TraineeEnrolled)]
    assert [one.fact.claimed_poor for one in enrolments] == [False, True, False, True, False]
    assert {one.fact.training_class for one in enrolments} == {COOKS}
    assert [(one.source.sheet, one.source.row) for one in enrolments if one.source] == [
        ("花名册", row) for row in range(4, 9)
    ]
    assert {one.source.file for one in enrolments if one.source} == {result.file}


def test_the_same_file_twice_changes_nothing_and_says_so(house: SmallHouse) -> None:
    importer, content = Importer(house), roster(people(5))
    importer.run(content, "花名册.xlsx", CLERK)
    before = len(house.facts())
    house.now_us += 40 * 86_400_000_000
    again = importer.run(content, "花名册.xlsx", CLERK)
    assert len(house.facts()) == before
    assert again.counts["unchanged"] == 5
    assert not again.changed
    assert any("本次无变化" in zh for _, zh, _ in again.summary)


def test_a_class_that_starts_later_can_be_enrolled_in_and_the_file_still_goes_in_once(house: SmallHouse) -> None:
    house.now_us -= 20 * 86_400_000_000  # before the first day
    importer, content = Importer(house), roster(people(2))
    assert importer.run(content, "花名册.xlsx", CLERK).counts["recorded"] == 2
    house.now_us += 40 * 86_400_000_000
    assert importer.run(content, "花名册.xlsx", CLERK).counts["unchanged"] == 2


def test_refused_and_unreadable_rows_stop_nobody_and_say_why(house: SmallHouse) -> None:
    rows = people(6)
    rows[1][4] = str(rows[1][4])[:-1] + ("1" if str(rows[1][4])[-1] != "1" else "2")
    rows[2][4] = 6.22301e17
    rows[3][1] = None
    rows[4][4] = None
    result = Importer(house).run(roster(rows), "花名册.xlsx", CLERK)
    words = {verdict.row: verdict for verdict in result.verdicts}
    assert [words[row].outcome for row in range(4, 10)] == [
        "recorded",
        "refused",
        "refused",
        "unusable",
        "unusable",
        "recorded",
    ]
    assert "校验位" in words[5].zh
    assert "Excel" in words[6].zh
    assert "姓名" in words[7].zh
    assert "身份证号码" in words[8].zh
    assert sorted(fact.rule for fact in house.of(SubmissionRefused)) == [
        "identity.lost-digits",
        "identity.wrong-check-digit",
    ]


def test_a_file_with_refused_rows_handed_in_twice_counts_each_refusal_once(house: SmallHouse) -> None:
    rows = people(3)
    rows[1][4] = 6.22301e17
    content = roster(rows)
    for _ in range(2):
        Importer(house).run(content, "花名册.xlsx", CLERK)
    assert len(house.of(SubmissionRefused)) == 1


def test_a_refused_row_saved_again_under_another_name_is_the_same_attempt(house: SmallHouse) -> None:
    rows = people(4)
    rows[1][4] = rows[2][4] = 6.22301e17
    importer = Importer(house)
    importer.run(roster(rows), "花名册.xlsx", CLERK)
    moved = [[place, *row[1:]] for place, row in enumerate([rows[2], rows[0], rows[3], rows[1]], 1)]
    again = importer.run(roster(moved), "花名册(最终版).xlsx", CLERK)
    assert again.counts["refused"] == 2
    assert len(house.of(SubmissionRefused)) == 2
    rows[1][1] = "样本另人"  # another person's row is another attempt
    importer.run(roster(rows), "花名册.xlsx", CLERK)
    assert len(house.of(SubmissionRefused)) == 3


def test_nothing_changed_is_said_beside_what_is_refused(house: SmallHouse) -> None:
    rows = people(4)
    rows[1][4], rows[2][1] = 6.22301e17, None
    for _ in range(2):
        result = Importer(house).run(roster(rows), "花名册.xlsx", CLERK)
    assert not result.changed
    [said] = [zh for what, zh, _ in result.summary if what.startswith("重复")]
    assert said == "本次无变化:2 行与已入账内容相同,其余1 行被规则拒绝、1 行无法办理,原因见各行"


def test_what_keeps_many_rows_out_is_said_once_at_the_top(house: SmallHouse) -> None:
    result = Importer(house).run(roster(people(3), class_no="2016-77"), "花名册.xlsx", CLERK)
    [said] = [zh for what, zh, _ in result.summary if what.startswith("原因")]
    assert result.summary[0][1] == said
    assert "2016-77" in said
    assert "3 行因此未录入" in said


def test_a_rule_that_keeps_many_rows_out_in_the_same_words_is_said_once_at_the_top(house: SmallHouse) -> None:
    record(house, CLERK, [filed(FULL, seats=1, name="一人班")])
    result = Importer(house).run(roster(people(4), class_no="2016-08"), "花名册.xlsx", CLERK)
    assert result.counts["refused"] == 3
    what, zh, _ = result.summary[0]
    assert what.startswith("原因")
    assert "3 行因此未录入" in zh
    assert [line[1] for line in result.summary if line[0] == result.verdicts[3].rules[0]] == ["3 行"]


def test_two_files_that_disagree_about_one_person_show_both(house: SmallHouse) -> None:
    importer = Importer(house)
    importer.run(roster(people(2)), "甲.xlsx", CLERK)
    rows = people(2)
    rows[0][5] = "13700000099"
    content = roster(rows)
    result = importer.run(content, "乙.xlsx", CLERK)
    [stated] = house.of(PersonDetailsStated)
    assert stated.conflicting == ("phone",)
    said = result.verdicts[0].zh
    assert "电话" in said
    assert "甲.xlsx" in said
    assert "137******99" in said
    assert "13700000099" not in said
    history = [one.value for one in house.vault.history(stated.person, "phone")]
    assert history == ["13900000000", "13700000099"]
    assert importer.run(content, "乙.xlsx", CLERK).counts["facts"] == 0


def test_the_result_is_the_file_as_it_was_sent_with_a_verdict_a_row(house: SmallHouse) -> None:
    content = roster([*people(3), ["合计", 3]])
    result = Importer(house).run(content, "花名册.xlsx", CLERK)
    assert result.result
    sent = openpyxl.load_workbook(io.BytesIO(content))
    back = openpyxl.load_workbook(io.BytesIO(house.files.get(result.result)))
    assert back.sheetnames[: len(sent.sheetnames)] == sent.sheetnames
    for name in sent.sheetnames:
        for row in sent[name].iter_rows():
            for cell in row:
                assert back[name].cell(cell.row, cell.column).value == cell.value
    page = back["花名册"]
    column = next(c.column for c in page[3] if c.value == "校验结果")
    assert all("已入账" in str(page.cell(row, column).value) for row in (4, 5, 6))
    assert page.cell(7, column).value is None
    assert house.files.get(result.file) == content


def test_people_of_one_name_and_birthday_are_queued_and_both_go_in(house: SmallHouse) -> None:
    rows = people(2)
    twin = number(336)  # the same birthday as number(0), another sequence
    rows[1][1], rows[1][4] = rows[0][1], twin
    result = Importer(house).run(roster(rows), "花名册.xlsx", CLERK)
    assert result.counts["recorded"] == 2
    [queued] = house.of(DuplicateQueued)
    assert len(queued.persons) == 2
    assert "疑似重复" in result.verdicts[1].zh


def test_a_row_with_a_name_only_is_matched_within_its_class_and_namesakes_are_not_guessed(house: SmallHouse) -> None:
    rows = people(4)
    rows[3][1] = rows[2][1]
    only_names = [[None, rows[0][1]], [None, rows[2][1]], [None, "样本无人"]]
    result = Importer(house).run(roster([*only_names, *rows]), "花名册.xlsx", CLERK)
    words = {verdict.row: verdict for verdict in result.verdicts}
    assert words[4].outcome == "unchanged"
    assert words[5].outcome == "unusable"
    assert "2 名学员同名" in words[5].zh
    assert words[6].outcome == "unusable"
    assert [fact.kind for fact in house.of(DuplicateQueued)] == ["namesake-in-class"]


def test_ids_that_were_merged_are_one_person_and_no_namesakes_until_they_are_separated(house: SmallHouse) -> None:
    rows = people(2)
    rows[1][1] = rows[0][1]
    Importer(house).run(roster(rows), "花名册.xlsx", CLERK)
    one, other = [fact.person for fact in house.of(PersonRegistered)]
    record(house, CLERK, [PersonsMerged(kept=one, merged=(other,), occurred_on=date(2016, 4, 16))])
    named = roster([["", rows[0][1]]])
    [verdict] = Importer(house).run(named, "补.xlsx", CLERK).verdicts
    assert verdict.outcome == "unchanged", verdict
    record(house, CLERK, [PersonsSeparated(kept=one, separated=(other,), occurred_on=date(2016, 4, 17))])
    [verdict] = Importer(house).run(named, "补.xlsx", CLERK).verdicts
    assert "2 名学员同名" in verdict.zh


def test_a_dry_run_answers_alike_and_records_nothing(house: SmallHouse) -> None:
    rows = people(4)
    rows[1][4] = 6.22301e17
    importer, before = Importer(house), len(house.facts())
    dry = importer.run(roster(rows), "花名册.xlsx", CLERK, dry_run=True)
    assert [one.outcome for one in dry.verdicts] == ["recorded", "refused", "recorded", "recorded"]
    assert len(house.facts()) == before
    assert importer.jobs.recent() == []
    assert dry.workbook
    assert {one.zh.partition("；")[0] for one in dry.verdicts if one.outcome == "recorded"} == {"可入账"}
    assert not any(one.positions for one in dry.verdicts), "no fact was made, so none has a number"
    wet = importer.run(roster(rows), "花名册.xlsx", CLERK)
    assert [one.outcome for one in wet.verdicts] == [one.outcome for one in dry.verdicts]
    assert sum(isinstance(one.fact, PersonRegistered) for one in house.facts()) == 3


def test_no_name_and_no_number_stands_anywhere_in_the_log(house: SmallHouse, tmp_path: Path) -> None:
    rows = people(4)
    rows[1][4] = str(rows[1][4])[:-1] + ("1" if str(rows[1][4])[-1] != "1" else "2")
    Importer(house).run(roster(rows), "花名册.xlsx", CLERK)
    house.close()
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("log.db*"))
    assert SECRETS_ARE_LOOKED_FOR in stored
    for row in rows:
        for cell in (row[1], row[4], row[5], row[6], row[8]):
            assert str(cell).encode() not in stored


SECRETS_ARE_LOOKED_FOR = b"training.trainee-enrolled.v1"  # the search reads the right bytes


def test_that_rows_come_late_without_a_reason_is_said_once_above_them_with_how_to_give_one(house: SmallHouse) -> None:
    house.now_us += 60 * 86_400_000_000
    importer = Importer(house)
    late = importer.run(roster([*people(1), *people(1, first=2)]), "甲.xlsx", CLERK)
    assert [verdict.zh.partition("；")[2] for verdict in late.verdicts] == ["迟报 73 天"] * 2
    assert late.counts["flagged"] == 0
    what, zh, en = late.summary[0]
    assert what == "迟报 / Late"
    assert "2 行迟报(最多 73 天),未说明事由" in zh
    assert "补录事由" in zh
    assert "The reason for late entry is given with the import" in en
    explained = importer.run(roster(people(1, first=7)), "乙.xlsx", CLERK, reason="乡镇网络中断")
    assert "迟报" not in explained.verdicts[0].zh
    assert not any("迟报" in what for what, _, _ in explained.summary)
    assert house.facts()[-1].reason == "乡镇网络中断"


def test_a_name_without_a_number_in_a_roster_is_not_told_to_import_the_roster(house: SmallHouse) -> None:
    rows = people(2)
    rows[1][4] = None
    [_, nameless] = Importer(house).run(roster(rows), "花名册.xlsx", CLERK).verdicts
    assert nameless.outcome == "unusable"
    assert "请补填身份证号码后重新导入" in nameless.zh
    assert "导入花名册" not in nameless.zh


def test_a_class_nobody_filed_is_said_on_every_row(house: SmallHouse) -> None:
    result = Importer(house).run(roster(people(2), class_no="2016-77"), "花名册.xlsx", CLERK)
    assert [verdict.outcome for verdict in result.verdicts] == ["unusable", "unusable"]
    assert all("2016-77" in verdict.zh for verdict in result.verdicts)


def test_a_mapping_confirmed_once_is_remembered_for_its_sender(house: SmallHouse) -> None:
    headers = ["序号", "姓名", "性别", "民族", "身份证号码", "打这个", "家庭住址", "是否建档立卡", "银行账号"]
    importer = Importer(house)
    importer.run(roster(people(1), headers=headers), "甲.xlsx", CLERK, sender="school-1", mapping={"打这个": "phone"})
    importer.run(roster(people(1, first=3), headers=headers), "乙.xlsx", CLERK, sender="school-1")
    importer.run(roster(people(1, first=5), headers=headers), "丙.xlsx", CLERK, sender="school-2")
    people_in = house.of(PersonRegistered)
    assert ["phone" in fact.commitments for fact in people_in] == [True, True, False]
    preview = importer.preview(roster(people(1), headers=headers), "丁.xlsx", "school-1")
    assert preview.tables[0].columns["打这个"] == "phone"
    assert preview.tables[0].rows == 1


def test_the_preview_shows_what_merged_headers_print(house: SmallHouse) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    page, rows = (
        book.active,
        [["培训学员花名册"], ["序号", "姓名", "身份证号码", "联系信息", "", "考核成绩", "", "某列"]],
    )
    for line in [
        *rows,
        ["", "", "", "电话", "家庭住址", "理论", "实操", ""],
        [1, "样本一", number(1), "", "", 80, 90, "某"],
    ]:
        page.append(line)
    for region in ("A1:H1", "A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:G2", "H2:H3"):
        page.merge_cells(region)
    out = io.BytesIO()
    book.save(out)
    [table] = Importer(house).preview(out.getvalue(), "合并.xlsx").tables
    assert table.columns == {
        "序号": "serial",
        "姓名": "person_name",
        "身份证号码": "id_number",
        "电话": "phone",
        "家庭住址": "home_address",
        "理论": "theory_score",
        "实操": "practice_score",
        "某列": "",
    }


def test_two_rosters_beside_each_other_share_their_rows_and_both_go_in(house: SmallHouse) -> None:
    left, right = people(3), people(3, first=10)
    right[1][4] = 6.22301e17
    page = [["学员花名册"], ["班次编号:", "2016-01"], [*ROSTER_HEADERS, None, *ROSTER_HEADERS]]
    page += [[*one, None, *other] for one, other in zip(left, right, strict=True)]
    result = Importer(house).run(workbook({"花名册": page}), "花名册.xlsx", CLERK)
    assert len(house.of(TraineeEnrolled)) == 5
    assert [verdict.outcome for verdict in result.verdicts] == ["recorded", "refused", "recorded"]
    assert "已入账" in result.verdicts[1].zh
    assert "Excel" in result.verdicts[1].zh


def test_registered_names_are_known_from_the_view_and_from_what_came_after_it(tmp_path: Path, engine_url: str) -> None:
    with small_house(tmp_path, engine_url) as house:  # the vault is a database of its own: both have a table of persons
        Follower(house.log, house.log.database, [RegistryView]).catch_up()
        seen = registered(house.log.database)
        assert (seen.position, len(seen.facts)) == (house.log.head().position, 5)
        later = OrganisationRegistered(
            organisation=OrganisationId("school-2"), name="后来学校", kind="school", region=COUNTY, occurred_on=MARCH
        )
        record(house, CLERK, [later])
        one, whole = Registry(), Registry()
        asked: list[int] = []
        read = house.log.read
        house.log.read = lambda query, *, after=0, **more: asked.append(after) or read(query, after=after, **more)  # type: ignore[method-assign,func-returns-value]
        one.refresh(house.log, house.log.database)
        assert asked == [seen.position]
        with house.log.database.write() as connection:
            connection.execute(update(view_table()).values(version=0))
        whole.refresh(house.log, house.log.database)
        assert asked[1:] == [0]
        assert [found.id for found in one.organisations["后来学校"]] == ["school-2"]
        assert (one.organisations, one.regions) == (whole.organisations, whole.regions)
