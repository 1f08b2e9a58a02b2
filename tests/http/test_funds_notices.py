"""The list for public notice is the same bytes for the same claim, masked, and its sum is that of its lines."""

from __future__ import annotations

import hashlib
from datetime import date

from taizhang.adapters.notices import Notice, NoticeLine, notice_digest, notice_lines, notice_text
from taizhang.domain.funds.claims import ClaimReviewed, ClaimSubmitted, Entitlement

CLASS = "c620121-2016-001"


def _claim(*persons: str) -> ClaimSubmitted:
    return ClaimSubmitted(
        occurred_on=date(2016, 4, 1),
        claim="claim-620121-1",
        training_class=CLASS,
        purpose="training",
        payee="institution",
        document="样例",
        entitlements=tuple(Entitlement(person, 120_050, 480, date(2016, 3, 8)) for person in persons),
    )


def _review(*left_out: str) -> ClaimReviewed:
    return ClaimReviewed(
        occurred_on=date(2016, 4, 5),
        claim="claim-620121-1",
        training_class=CLASS,
        approved=True,
        document="样例",
        left_out=left_out,
    )


def _notice(*lines: NoticeLine) -> Notice:
    return Notice("claim-620121-1", CLASS, "样例班", "样例县", "labour", "培训补贴", lines)


def test_whom_the_review_left_out_is_not_on_the_list_and_the_numbers_run_on() -> None:
    lines = notice_lines(_claim("p1", "p2", "p3"), _review("p2"), {"p1": "张某某", "p3": "王某某"}, {"p1": "样例村"})
    assert [(one.number, one.name, one.village) for one in lines] == [(1, "张某某", "样例村"), (2, "王某某", "–")]


def test_somebody_whose_name_cannot_be_read_any_more_is_still_a_line() -> None:
    [line] = notice_lines(_claim("p1"), _review(), {}, {})
    assert (line.name, line.amount_fen) == ("(姓名不可读)", 120_050)


def test_the_text_is_the_same_each_time_and_its_digest_is_that_of_its_bytes() -> None:
    lines = notice_lines(_claim("p1", "p2"), _review(), {"p1": "张某某", "p2": "王某某"}, {})
    text = notice_text(_notice(*lines))
    assert text == notice_text(_notice(*lines))
    assert notice_digest(text) == hashlib.sha256(text.encode()).hexdigest()
    assert text.endswith("合计\t2 人\t\t2401.00\n")
    assert "1\t张某某\t–\t1200.50\n" in text


def test_a_name_cannot_add_a_cell_or_a_line() -> None:
    text = notice_text(_notice(NoticeLine(1, "张\t某\n某", "样\n例村", 100)))
    assert "1\t张 某 某\t样 例村\t1.00\n" in text
