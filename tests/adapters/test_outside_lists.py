"""Outside lists as their makers send them: matched by number inside the vault, once, and what matches nobody is only counted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from import_samples import (
    CLERK,
    HR,
    KEYS,
    NEW_YEAR,
    SCHOOL_NAME,
    SYSTEM,
    SmallHouse,
    actor,
    number,
    record,
    small_house,
    workbook,
)
from import_samples import COUNTY as COUNTY
from import_samples import PROVINCE as PROVINCE

from taizhang.adapters.importing.importer import Importer
from taizhang.adapters.log.log import Criterion, Log
from taizhang.adapters.matching import matcher
from taizhang.adapters.orders import Order
from taizhang.adapters.outside.asking import AskedWrongly, asked_for
from taizhang.adapters.outside.importer import ListGone, ListResult, import_list, match_again
from taizhang.adapters.outside.reading import ListUnreadable
from taizhang.adapters.outside.told import lists_told
from taizhang.adapters.vault.bank_accounts import BankAccounts
from taizhang.adapters.vault.store import open_database
from taizhang.adapters.visibility import visible
from taizhang.domain.core import OfficerId, Position, RegionCode
from taizhang.domain.decisions import Amend, Proposal
from taizhang.domain.envelope import opened
from taizhang.domain.officers import OfficerAppointed, RoleGranted
from taizhang.domain.outside import OutsideEntryStated, OutsideListImported
from taizhang.domain.people import PersonDied, PersonRegistered
from taizhang.domain.regions import RegionRegistered
from taizhang.projections.follow import Follower
from taizhang.projections.outside.lists import outside_lists
from taizhang.projections.outside.view import OutsideView
from taizhang.projections.replay import Cuts

HEADERS = ["户编号", "户主姓名", "县", "姓名", "证件号码", "与户主关系", "贫困户属性", "识别时间"]
ELSEWHERE = RegionCode("620123")
DISCIPLINE = actor("tang", "discipline")
DEATHS = ["姓名", "公民身份号码", "死亡日期", "备注"]
ACCOUNT = "6228480402564890018"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Any]:
    with small_house(tmp_path) as made:
        database = open_database(str(made.signin_database.url))
        made.bank_accounts = BankAccounts(database, KEYS, made.vault, made.clock)  # type: ignore[attr-defined]
        yield made
        database.close()


def registered(house: SmallHouse, *people: int) -> list[str]:
    """The ids of these members of a household register, which is imported first."""
    rows = [
        ["62012101", "样本户主", "永登县", f"样本成员{one}", number(700 + one), "之子", "低保户", "2015-06-01"]
        for one in people
    ]
    content = workbook({"户册": [["建档立卡贫困户信息登记表"], HEADERS, *rows]})
    Importer(house).run(content, "户册.xlsx", CLERK)
    return [fact.person for fact in house.of(PersonRegistered)]


def taken(house: Any, kind: str, *rows: list[object], by: Any = CLERK) -> ListResult:
    return taken_again(house, kind, workbook({"名单": [["样例名单"], *rows]}), by)


def taken_again(house: Any, kind: str, content: bytes, by: Any = CLERK) -> ListResult:
    """The very same bytes: a workbook made anew bears another time."""
    return import_list(house, by, content, "名单.xlsx", asked_for(kind, "样例出具单位", "2016-03-31", COUNTY))


def test_a_row_about_somebody_of_the_ledger_becomes_a_fact_and_all_others_are_counted(house: Any) -> None:
    [zhang, wang] = registered(house, 1, 2)
    result = taken(
        house,
        "deaths",
        DEATHS,
        ["样本成员1", number(701), "2016-02-01", "病故"],
        ["另有其名", number(702), "2016-02-02", ""],
        ["外人", number(799), "2016-02-03", ""],
        ["外人", "620121198001010001", "2016-02-03", ""],
        ["合计", "", "", ""],
    )
    counted = (result.rows, result.matched, result.unmatched, result.unusable, result.recorded, result.refused)
    assert counted == (4, 2, 1, 1, 2, 0)
    [bad] = result.look_at
    assert (bad.sheet, bad.row, bad.outcome) == ("名单", 6, "unusable")
    assert "620121198001010001" not in f"{bad.zh}{bad.en}"
    first, second = house.of(OutsideEntryStated)
    assert (first.person, first.since, first.says, first.name_differs) == (zhang, date(2016, 2, 1), "病故", False)
    assert (second.person, second.name_differs) == (wang, True)
    [died] = house.of(PersonDied)  # the doubtful row only stands in the list
    assert (died.person, died.occurred_on) == (zhang, date(2016, 2, 1))
    leaves = b"".join(stored.leaf for stored in house.log.page(0, 100_000))
    assert not any(text.encode() in leaves for text in (number(701), number(799), "样本成员1", "外人"))


def test_a_county_is_told_of_its_own_people_alone_and_deaths_of_elsewhere_are_found_all_the_same(house: Any) -> None:
    [zhang] = registered(house, 1)
    away, province = actor("far", region=ELSEWHERE), actor("tang", "discipline", PROVINCE)
    granted = RoleGranted(officer=away.officer, role="clerk", organisation=HR, region=ELSEWHERE, occurred_on=NEW_YEAR)
    appointed = OfficerAppointed(officer=away.officer, organisation=HR, occurred_on=NEW_YEAR)
    place = RegionRegistered(
        code=ELSEWHERE, name="榆中县", level="county", parent=RegionCode("620100"), occurred_on=NEW_YEAR
    )
    record(house, SYSTEM, [appointed, granted, place])
    lines = [DEATHS, ["样本成员1", number(701), "2016-02-01", ""], ["外人", number(799), "2016-02-03", ""]]
    content, asked = workbook({"名单": lines}), asked_for("deaths", "样例出具单位", "2016-03-31", ELSEWHERE)
    result = import_list(house, away, content, "名单.xlsx", asked)
    counts = (result.rows, result.matched, result.unmatched, result.recorded, result.unchanged, result.deaths_recorded)
    assert result.verdict.outcome == "recorded", result.verdict
    assert counts == (2, 0, 2, 0, 0, 0), "as of a list about nobody at all"
    assert [one.person for one in house.of(PersonDied)] == [zhang], "nobody enrols the dead anywhere"
    stored = house.log.read([Criterion((OutsideEntryStated.TOPIC,), ())]).facts
    [entry] = [opened(one.position, one.leaf) for one in stored]
    assert [visible(house.log, entry, who) for who in (away, CLERK, province)] == [False, False, True]
    Follower(house.log, house.log.database, [OutsideView]).catch_up()
    with house.log.database.read() as connection:
        told = [lists_told(house.log, connection, ELSEWHERE, scope)[0] for scope in (ELSEWHERE, PROVINCE)]
    assert [(one.matched, one.unmatched) for one in told] == [(0, 2), (1, 1)]
    assert import_list(house, away, content, "名单.xlsx", asked).unchanged == 0


def test_the_same_list_again_adds_only_who_was_registered_since(house: Any) -> None:
    registered(house, 1)
    rows = [DEATHS, ["样本成员1", number(701), "2016-02-01", ""], ["样本成员2", number(702), "2016-02-02", ""]]
    content = workbook({"名单": rows})
    assert (taken_again(house, "deaths", content).recorded, len(house.of(OutsideListImported))) == (1, 1)
    again = taken_again(house, "deaths", content)
    assert (again.recorded, again.unchanged, again.verdict.outcome) == (0, 1, "unchanged")
    registered(house, 1, 2)
    later = taken_again(house, "deaths", content)
    assert (later.recorded, later.unchanged, later.unmatched) == (1, 1, 0)
    assert len(house.of(PersonDied)) == 2
    other = taken(house, "deaths", *rows[:2])  # another file under the same id
    assert other.verdict.rule == "outside.list-id-taken"
    assert other.recorded == other.matched == 0


def test_who_holds_no_role_takes_no_list_in(house: Any) -> None:
    registered(house, 1)
    row = ["样本成员1", number(701), "2016-02-01", ""]
    assert taken(house, "deaths", DEATHS, row, by=DISCIPLINE).verdict.rule == "officers.role-not-granted"
    assert not house.of(OutsideListImported)


def test_an_insurance_list_states_months(house: Any) -> None:
    registered(house, 1)
    taken(
        house,
        "social-insurance",
        ["参保单位", "证件号码", "缴费起始年月", "缴费终止年月", "险种"],
        ["91620121MA00000000", number(701), "201506", "2016年2月", "职工养老"],
    )
    [one] = house.of(OutsideEntryStated)
    assert (one.since, one.until) == (date(2015, 6, 1), date(2016, 2, 29))
    assert (one.named_unit, one.says, one.kind) == ("91620121MA00000000", "职工养老", "social-insurance")


def test_licences_are_matched_by_institution_and_bank_returns_by_account(house: Any) -> None:
    taken(
        house,
        "licences",
        ["学校名称", "许可证号", "有效期起", "有效期止"],
        [SCHOOL_NAME, "教民162", "2014-01-01", "2015-12-31"],
    )
    [person] = registered(house, 1)
    [account] = house.bank_accounts.identify([ACCOUNT])
    taken(
        house,
        "bank-returns",
        ["账号", "户名", "证件号码", "退回原因", "退回日期", "金额"],
        [ACCOUNT, "样本成员1", number(701), "户名不符", "2016-03-01", "1200.50"],
        ["6228480402564890999", "外人", number(799), "销户", "2016-03-02", "10"],
    )
    licence, returned = house.of(OutsideEntryStated)
    assert (licence.institution, licence.until) == ("school-1", date(2015, 12, 31))
    assert (returned.account, returned.person, returned.says, returned.amount_fen) == (
        account,
        person,
        "户名不符",
        120_050,
    )


def test_a_list_without_the_column_it_is_matched_by_says_which_one(house: Any) -> None:
    with pytest.raises(ListUnreadable) as problem:
        taken(house, "bank-returns", DEATHS, ["样本成员1", number(701), "2016-02-01", ""])
    assert "账号" in problem.value.zh
    for kind, source, day, coverage in (
        ("births", "x", "2016-01-01", COUNTY),
        ("deaths", " ", "2016-01-01", COUNTY),
        ("deaths", "x", "", COUNTY),
        ("deaths", "x", "yesterday", COUNTY),
        ("deaths", "x", "2016-01-01", "永登"),
    ):
        with pytest.raises(AskedWrongly):
            asked_for(kind, source, day, coverage)


def test_what_was_known_when_is_told_by_the_recording_time(house: Any) -> None:
    registered(house, 1)
    before = house.now_us
    house.now_us += 1_000_000
    taken(house, "deaths", DEATHS, ["样本成员1", number(701), "2016-02-01", ""])
    Follower(house.log, house.log.database, [OutsideView]).catch_up()
    with house.log.database.read() as connection:
        assert outside_lists(connection, COUNTY, Cuts(before, None)) == []
        assert outside_lists(connection, COUNTY, Cuts(None, date(2016, 3, 30))) == []
        [one] = outside_lists(connection, COUNTY, Cuts(None, date(2016, 3, 31)))
    assert (one.matched, one.unmatched, one.dated_on, one.recorded_at) == (1, 0, "2016-03-31", house.now_us)


def test_compared_again_a_list_speaks_of_who_came_after_it_and_never_again_of_what_was_taken_back(house: Any) -> None:
    registered(house, 1)
    rows = [["样本成员1", number(701), "2016-02-01", ""], ["样本成员2", number(702), "2016-02-02", ""]]
    taken(house, "pensions", ["姓名", "证件号码", "起始日期", "备注"], *rows)
    [entry] = house.of(OutsideEntryStated)
    position = house.log.head().position
    amend = Amend(corrects=Position(position), was=entry, reason="同名", approver=OfficerId("second"), void=True)
    void = Proposal(fact=entry, amend=amend)
    assert house.desk.submit(Order(id="void", by=CLERK, items=[void])).count("recorded") == 1
    registered(house, 1, 2)
    Follower(house.log, house.log.database, [OutsideView]).catch_up()
    with house.log.database.read() as connection:
        [listed] = outside_lists(connection, COUNTY)
    head = house.log.head().position
    assert len(match_again(house, matcher(COUNTY), listed)) == 1
    assert [one.number for one in house.of(OutsideEntryStated)] == [entry.number, 2]
    assert match_again(house, matcher(COUNTY), listed) == []
    assert house.log.head().position == head + 1


def test_a_list_whose_file_is_gone_says_so(house: Any) -> None:
    registered(house, 1)
    taken(house, "deaths", DEATHS, ["样本成员1", number(701), "2016-02-01", ""])
    Follower(house.log, house.log.database, [OutsideView]).catch_up()
    with house.log.database.read() as connection:
        [listed] = outside_lists(connection, COUNTY)
    with pytest.raises(ListGone) as gone:
        match_again(house, matcher(COUNTY), listed._replace(file="0" * 64))
    assert listed.outside_list in gone.value.zh


def test_either_database_tells_lists_as_of_a_day(engine_url: str) -> None:
    log = Log.open(engine_url)
    Follower(log, log.database, [OutsideView]).catch_up()
    with log.database.read() as connection:
        assert outside_lists(connection, COUNTY, Cuts(None, date(2016, 3, 31))) == []
    log.close()
