"""Values as people type them, and as Excel mangles them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest

from taizhang.adapters.sheets import cells
from taizhang.adapters.sheets.cells import (
    CellProblem,
    IncompleteDate,
    LostDigits,
    NotADate,
    NotANumber,
    NotAPhone,
    NotYesOrNo,
    TwoDigitYear,
    clean_name,
    clean_text,
    identity_text,
    looks_rounded,
    parse_count,
    parse_date,
    parse_hours,
    parse_period,
    parse_phone,
    parse_score,
    parse_yes_no,
)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("张三", "张三"),
        ("１２３ＡＢｃ", "123ABc"),
        ("　定西市\xa0通渭县 ", "定西市 通渭县"),
        ("（甲）：乙，丙", "(甲):乙,丙"),
        ("一。二、三“四”", "一。二、三“四”"),
        ("a\u200bb\ufeff", "ab"),
        ("e\u0301", "é"),
        ("上\n下", "上 下"),
        (None, ""),
        (50.0, "50"),
        (3.5, "3.5"),
        (7, "7"),
        (True, "是"),
        (datetime(2016, 3, 5), "2016-03-05"),
    ],
)
def test_text_is_made_plain(raw: object, clean: str) -> None:
    assert clean_text(raw) == clean
    cleaned = cells.Cleaned()
    assert [cleaned[1.0], cleaned[True], cleaned["1"], cleaned[raw], cleaned[raw]] == ["1", "是", "1", clean, clean]


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("张 三", "张三"),
        ("张　三", "张三"),
        (" 欧阳  明 ", "欧阳明"),
        ("马·阿里", "马·阿里"),
        ("马•阿里", "马·阿里"),
        ("马.阿里", "马·阿里"),
        ("马．阿里", "马·阿里"),
        ("张\xa0三\n", "张三"),
        ("John  Smith", "John Smith"),
    ],
)
def test_a_name_loses_its_inner_blanks_and_keeps_its_dot(raw: str, name: str) -> None:
    assert clean_name(raw) == name


@pytest.mark.parametrize(
    "raw",
    [
        "2016.3.5", "2016-3-5", "2016/3/5", "2016年3月5日", "2016 年 3 月 5 日", "20160305", "２０１６．３．５", "2016.03.05",
        "2016-03-05 00:00:00", "2016年03月05号", "二〇一六年3月5日", 42434, 42434.0, 42434.75, "42434", 20160305.0, date(2016, 3, 5), datetime(2016, 3, 5, 8),
    ],
)  # fmt: skip
def test_a_date_is_read_in_every_usual_spelling(raw: object) -> None:
    assert parse_date(raw) == date(2016, 3, 5)


def test_a_day_and_month_are_completed_by_the_year_of_the_form_only() -> None:
    assert parse_date("3月5日", year_hint=2016) == date(2016, 3, 5)
    assert parse_date("3.5", year_hint=2016) == date(2016, 3, 5)
    with pytest.raises(IncompleteDate):
        parse_date("3月5日")


@pytest.mark.parametrize("raw", ["2016.3", "2016年3月", "2016", "2016年", "201603", "2016-03", 2016.3, 2016, 201603])
def test_a_date_without_its_day_is_refused_as_incomplete(raw: object) -> None:
    with pytest.raises(IncompleteDate, match="incomplete"):
        parse_date(raw)


@pytest.mark.parametrize("raw", ["16.3.5", "16-3-5", "16年3月5日"])
def test_a_two_digit_year_is_refused_and_not_guessed(raw: str) -> None:
    with pytest.raises(TwoDigitYear, match="two digits"):
        parse_date(raw)


@pytest.mark.parametrize(
    "raw",
    [
        "2016-02-30",
        "20161345",
        "三月",
        "",
        None,
        True,
        "2016-13-01",
        -5,
        1e12,
        float("inf"),
        float("nan"),
        "1E+400",
        "不详",
    ],
)
def test_what_is_no_day_of_the_calendar_is_refused(raw: object) -> None:
    with pytest.raises(NotADate):
        parse_date(raw)


@pytest.mark.parametrize(
    "raw", ["2016年3月5日至2016年3月20日", "2016.3.5-2016.3.20", "2016.3.5-3.20", "2016.3.5—2016.3.20", "2016年3月5日——3月20日", "2016/3/5 ～ 2016/3/20"]
)  # fmt: skip
def test_a_period_gives_its_first_and_last_day(raw: str) -> None:
    assert parse_period(raw) == (date(2016, 3, 5), date(2016, 3, 20))


def test_a_period_with_one_day_only_is_incomplete() -> None:
    with pytest.raises(IncompleteDate):
        parse_period("2016年3月5日")


@pytest.mark.parametrize(
    ("raw", "minutes"),
    [
        (8, 480), (7.5, 450), ("8", 480), ("8学时", 480), ("４ 课时", 240), ("1.5h", 90), ("1小时30分", 90), ("1:30", 90),
        (timedelta(hours=3), 180), (time(2, 30), 150), ("0", 0),
    ],
)  # fmt: skip
def test_hours_are_whole_minutes(raw: object, minutes: int) -> None:
    assert parse_hours(raw) == minutes


@pytest.mark.parametrize("raw", ["", None, "半天", -1, "8-10", True, 0.33])
def test_what_is_no_number_of_hours_is_refused(raw: object) -> None:
    with pytest.raises(NotANumber):
        parse_hours(raw)


@pytest.mark.parametrize(("raw", "score"), [(85.0, "85"), ("85.5", "85.5"), ("８５分", "85"), (0, "0"), ("100", "100")])
def test_a_score_is_read_exactly(raw: object, score: str) -> None:
    assert parse_score(raw) == Decimal(score)


@pytest.mark.parametrize("raw", ["缺考", "合格", "", "85/100", False])
def test_a_word_is_no_score(raw: object) -> None:
    with pytest.raises(NotANumber):
        parse_score(raw)


@pytest.mark.parametrize(("raw", "count"), [(50.0, 50), ("50人", 50), ("５０ 名", 50), ("1,200", 1200), (0, 0)])
def test_a_count_is_a_whole_number(raw: object, count: int) -> None:
    assert parse_count(raw) == count


@pytest.mark.parametrize("raw", [3.5, "-2", "若干", ""])
def test_half_a_person_is_no_count(raw: object) -> None:
    with pytest.raises(NotANumber):
        parse_count(raw)


@pytest.mark.parametrize(
    ("raw", "phone"),
    [
        ("13900000001", "13900000001"), (13900000001.0, "13900000001"), ("139 0000 0001", "13900000001"), ("１３９００００００01", "13900000001"),
        ("+86-139-0000-0001", "13900000001"), ("13900000001/13900000002", "13900000001"), ("0932-8210000", "09328210000"), ("(0932)8210000", "09328210000"), ("8210000", "8210000"),
    ],
)  # fmt: skip
def test_a_telephone_number_is_its_digits(raw: object, phone: str) -> None:
    assert parse_phone(raw) == phone


@pytest.mark.parametrize("raw", ["1390000000", "无", "", 1.39e-3, "139000000011", "1.39E+10"])
def test_what_is_no_telephone_number_is_refused(raw: object) -> None:
    with pytest.raises(NotAPhone):
        parse_phone(raw)


@pytest.mark.parametrize(
    ("raw", "answer"),
    [("是", True), ("√", True), (" 是 ", True), ("建档立卡户", True), (True, True), ("否", False), ("×", False), ("一般户", False), ("", None), (None, None), (1.0, True)],
)  # fmt: skip
def test_yes_no_and_blank_are_three_answers(raw: object, answer: bool | None) -> None:
    assert parse_yes_no(raw) is answer


def test_another_word_is_neither_yes_nor_no() -> None:
    with pytest.raises(NotYesOrNo):
        parse_yes_no("可能")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("62242119850101001X", "62242119850101001X"), ("62242119850101001x", "62242119850101001X"), ("６２２４２１１９８５０１０１００１Ｘ", "62242119850101001X"),
        (" 622421 19850101 001x ", "62242119850101001X"), ("'62242119850101001X", "62242119850101001X"), (622421850101001.0, "622421850101001"), (622421850101001, "622421850101001"), (None, ""), ("", ""),
    ],
)  # fmt: skip
def test_an_identity_number_is_text_without_blanks_and_in_upper_case(raw: object, text: str) -> None:
    assert identity_text(raw) == text


@pytest.mark.parametrize(
    "raw", [6.22301e17, 622301198001010012, "6.22301E+17", "6.22301e17", "６．２２３０１Ｅ＋１７", 1.5, 1e15, "6.22301198001010E+17"]
)  # fmt: skip
def test_a_number_that_excel_has_cut_is_refused_and_never_guessed(raw: object) -> None:
    with pytest.raises(LostDigits) as caught:
        identity_text(raw)
    assert "文本" in caught.value.message()
    assert "has lost" in str(caught.value)


def test_a_text_number_that_ends_in_noughts_is_suspected_of_having_been_a_number() -> None:
    assert looks_rounded("622301198001010000")
    assert not looks_rounded("62230119800101001X")


def test_a_date_in_the_identity_column_is_a_problem() -> None:
    for wrong in (date(2016, 3, 5), True):
        with pytest.raises(CellProblem):
            identity_text(wrong)


def test_every_problem_speaks_both_languages_and_names_its_column() -> None:
    problems = CellProblem.__subclasses__()
    assert len({problem.code for problem in problems}) == len(problems)
    for problem in problems:
        assert problem("那个值").message("zh", "开班日期").startswith("开班日期：")
        assert "那个值" in problem("那个值").message("zh")
        assert "那个值" in problem("那个值").message("en")
    assert issubclass(cells.LostDigits, ValueError)
