"""Rules about pictures and about one hand behind many: what is alike leads, what is innocent does not, at once and piecewise."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from paper_log import PaperLog
from PIL import Image
from rules_log import (
    COUNTY,
    FIRST,
    LATER,
    MINUTE,
    START,
    answered,
    enrolled,
    filed,
    followed,
    found,
    standing,
    threshold,
    two_classes,
)

from taizhang.adapters.photographs import photograph_of
from taizhang.adapters.sample.pictures import as_file, drawn
from taizhang.domain.attachments import AttachmentFiled, AttachmentFiledCorrected, Photograph
from taizhang.domain.contacts import ContactShared
from taizhang.domain.employment import EmploymentConfirmed, EmploymentReported
from taizhang.domain.funds.bank_accounts import BankAccountRegistered
from taizhang.domain.funds.claims import Share
from taizhang.domain.funds.payments import SubsidyPaid
from taizhang.domain.households import HouseholdMemberListed, HouseholdRegistered
from taizhang.domain.postings.officials import OfficialPosted
from taizhang.domain.statements import ClaimedFigure, StatementFiled
from taizhang.projections.rules.judging import judge
from taizhang.projections.rules.photographs import _candidates, _Picture
from taizhang.projections.rules.turning import transposed, turned

A, B = f"c{COUNTY}-a", f"c{COUNTY}-b"
LOOKS = "d4c3b2a190f1e2d3"


def changed(looks: str, *bits: int) -> str:
    """A hash that differs in these bits."""
    whole = int(looks, 16)
    for bit in bits:
        whole ^= 1 << bit
    return f"{whole:016x}"


def picture(training_class: str, digest: str, looks: str = LOOKS, **told: Any) -> AttachmentFiled:
    shown = told.pop("shown_on", None)
    return AttachmentFiled(
        training_class=training_class,  # type: ignore[arg-type]
        digest=digest * 64,
        attachment_kind="photo",
        bytes_in_all=9,
        session_on=shown,
        photograph=Photograph(looks=looks, **told),
        occurred_on=FIRST,
    )


def test_one_picture_saved_anew_in_two_classes_is_a_lead_and_another_picture_is_none() -> None:
    log = two_classes()
    log.record(LATER, picture(A, "a"), picture(B, "b", changed(LOOKS, 0, 17, 34, 51, 63)))
    [lead] = found(log, "photographs.alike")
    assert lead.subjects == (f"class:{A}", f"class:{B}")
    assert lead.positions_in_all == 2
    assert "5 bits" in lead.words_en
    for other in (changed(LOOKS, 0, 1, 2, 3, 4, 5), ""):  # six bits apart; a picture that shows nothing
        log = two_classes()
        log.record(LATER, picture(A, "a", other), picture(B, "b", "" if not other else LOOKS))
        assert found(log, "photographs.alike") == []
    log = two_classes()
    log.record(LATER, picture(A, "a"), picture(A, "b"))  # one class may be photographed twice
    assert found(log, "photographs.alike") == []


def test_no_two_pictures_within_seven_bits_are_overlooked() -> None:
    def one(position: int, looks: int) -> _Picture:
        return _Picture(f"c{position}", position, looks, FIRST)

    whole = int(LOOKS, 16)
    spread = [bit for part in range(4) for bit in (16 * part, 16 * part + 5)][:7]  # two in three parts, one in the last
    others = [whole]
    for bit in spread:
        others.append(others[-1] ^ (1 << bit))
    for looks in others:
        assert [*_candidates([one(1, whole), one(2, looks)])], f"{(whole ^ looks).bit_count()} bits"


def test_a_picture_that_was_turned_or_mirrored_for_another_class_is_a_lead_and_another_scene_is_none() -> None:
    def looks(content: bytes) -> str:
        seen = photograph_of(content, lambda _: "")
        assert seen is not None
        return seen.looks

    scene = drawn("group")
    for way in Image.Transpose:
        log = two_classes()
        log.record(LATER, picture(A, "a", looks(as_file(scene))), picture(B, "b", looks(as_file(scene.transpose(way)))))
        [lead] = found(log, "photographs.turned")
        assert lead.subjects == (f"class:{A}", f"class:{B}"), way
    log = two_classes()
    log.record(LATER, picture(A, "a", looks(as_file(scene))), picture(B, "b", looks(as_file(drawn("another")))))
    log.record(LATER, picture(B, "c", looks(as_file(scene))))  # as it is: that is the other question
    assert found(log, "photographs.turned") == []


def test_the_seven_ways_to_turn_a_picture_are_those_of_a_square() -> None:
    whole = int(LOOKS, 16)
    ways = turned(whole)
    assert len({whole, *ways}) == 8
    assert all(whole in turned(way) for way in ways), "whoever is turned can be turned back"
    assert transposed(1 << 63 - 1) == 1 << 63 - 8, "row 0, column 1 becomes row 1, column 0"
    assert transposed(transposed(whole)) == whole


def test_pictures_by_the_cameras_clock_belong_to_the_lesson() -> None:
    on = FIRST.isoformat()
    log = two_classes()
    at_the_lesson = [
        picture(A, f"{n}", changed(LOOKS, n), taken_at=f"{on} {clock}") for n, clock in enumerate(("06:31", "14:29"))
    ]
    log.record(LATER, *at_the_lesson, picture(A, "7", "", taken_at=""))
    assert found(log, "photographs.another-time") == []
    log.record(LATER, picture(A, "8", "", taken_at=f"{on} 17:00"))
    log.record(LATER, picture(A, "9", "", taken_at="2015-03-01 09:00", shown_on=FIRST))
    [lead] = found(log, "photographs.another-time")
    assert (lead.subjects, lead.positions_in_all) == ((f"class:{A}",), 2)
    assert "2015-03-01" in lead.words_zh


def test_one_camera_in_three_schools_on_one_day_is_a_lead() -> None:
    log, device = two_classes(), "d" + "a" * 16
    log.record(START, *(filed(f"c{COUNTY}-{n}", FIRST, institution=f"i{n}") for n in (1, 2, 3)))

    def by_one(*schools: int) -> list[AttachmentFiled]:
        at = f"{FIRST.isoformat()} 09:00"
        return [
            picture(f"c{COUNTY}-{n}", f"{n}", changed(LOOKS, *range(n * 9)), taken_at=at, device=device)
            for n in schools
        ]

    log.record(LATER, *by_one(1, 2))
    assert found(log, "photographs.one-device") == []
    log.record(LATER, *by_one(3))
    [lead] = found(log, "photographs.one-device")
    assert lead.subjects == (f"device:{device}",)


def shared(kind: str, *people: str) -> ContactShared:
    return ContactShared(
        contact="k" + "a" * 16,  # type: ignore[arg-type]
        contact_kind=kind,  # type: ignore[arg-type]
        region=COUNTY,  # type: ignore[arg-type]
        sharers=people,  # type: ignore[arg-type]
        sharers_in_all=len(people),
        occurred_on=FIRST,
    )


def test_one_telephone_for_many_households_is_a_lead_and_a_familys_is_none() -> None:
    log, people = two_classes(), [f"p{n}" for n in range(5)]
    log.record(LATER, shared("phone", *people[:4]))
    assert found(log, "relations.one-contact") == []
    log.record(LATER, shared("phone", *people))
    [lead] = found(log, "relations.one-contact")
    assert lead.subjects == (f"contact:{'k' + 'a' * 16}",)
    assert "5 trainees of 5 households stated one telephone number" in lead.words_en
    home = HouseholdRegistered(household="h1", village=f"{COUNTY}100001", attribute="poor", occurred_on=FIRST)  # type: ignore[arg-type]
    log.record(
        LATER, home, *(HouseholdMemberListed(household="h1", person=one, occurred_on=FIRST) for one in people[:4])
    )  # type: ignore[arg-type]
    assert found(log, "relations.one-contact") == []
    log = two_classes()
    log.record(LATER, shared("address", *people))  # a resettlement block: twelve and four households make a lead
    assert found(log, "relations.one-contact") == []


def test_who_marks_a_class_present_and_vouches_for_it_is_a_lead() -> None:
    log = two_classes()
    log.record(LATER, *(answered(A, f"p{n}", True) for n in range(4)))
    assert found(log, "relations.own-second-source") == []
    log.record(LATER, answered(A, "p4", True))
    [lead] = found(log, "relations.own-second-source")
    assert f"class:{A}" in lead.subjects


def worked(training_class: str, person: str, employer: str) -> EmploymentReported:
    said: dict[str, Any] = {"training_class": training_class, "person": person, "months": 3, "kind": "local"}
    return EmploymentReported(employer=employer, occurred_on=FIRST + timedelta(days=99), **said)


def test_one_employer_for_classes_of_several_schools_is_a_lead_until_somebody_confirms() -> None:
    log = PaperLog()
    for n in range(3):
        log.record(START, filed(f"c{COUNTY}-{n}", FIRST, institution=f"i{n % 2}"))
        log.record(START, *(enrolled(f"c{COUNTY}-{n}", f"p{n}-{one}") for one in range(20)))
        log.record(LATER, *(worked(f"c{COUNTY}-{n}", f"p{n}-{one}", "示例 劳务公司") for one in range(20)))
    [lead] = found(log, "employment.one-employer-across")
    assert lead.subjects == ("employer:示例_劳务公司", f"region:{COUNTY}")
    confirmed: dict[str, Any] = {"training_class": f"c{COUNTY}-1", "person": "p1-1", "months": 3, "kind": "local"}
    log.record(
        LATER,
        EmploymentConfirmed(
            second_source="社保", employer="示例 劳务公司", occurred_on=FIRST + timedelta(days=120), **confirmed
        ),
    )
    assert found(log, "employment.one-employer-across") == []


@pytest.mark.parametrize("page", [7, 23])
def test_pictures_and_shared_things_lead_to_the_same_behind_the_log_as_in_full(page: int) -> None:
    log = two_classes()
    log.record(LATER, picture(A, "a"), shared("phone", *(f"p{n}" for n in range(6))))
    log.record(LATER, *(answered(A, f"p{n}", True) for n in range(6)), picture(B, "b", changed(LOOKS, 3)))
    log.record(LATER, picture(B, "e", f"{turned(int(LOOKS, 16))[2] ^ 9:016x}"))
    for n in range(3):
        log.record(LATER, filed(f"c{COUNTY}-{n}", FIRST, institution=f"i{n % 2}"))
        log.record(LATER, *(enrolled(f"c{COUNTY}-{n}", f"q{n}-{one}") for one in range(20)))
        log.record(LATER, *(worked(f"c{COUNTY}-{n}", f"q{n}-{one}", "示例 劳务公司") for one in range(20)))
    third = picture(f"c{COUNTY}-1", "c", changed(LOOKS, 5), taken_at="2014-01-01 08:00")
    [position] = log.record(LATER, third)
    log.record(LATER, threshold("alike-photos-bits", 1, FIRST))
    void = AttachmentFiledCorrected(
        corrects=position, was=third, now=None, reason="错班", approver="o2", occurred_on=FIRST
    )  # type: ignore[arg-type]
    log.record(LATER, void, threshold("one-phone-persons", 6, FIRST))
    with followed(log) as whole, followed(log, page, settling=True) as piecewise:
        told = standing(whole)
        assert {
            "photographs.alike",
            "photographs.turned",
            "relations.one-contact",
            "employment.one-employer-across",
        } <= {one.rule for one in told}
        assert standing(piecewise) == told
        judge(piecewise, fully=True)
        assert standing(piecewise) == told


def test_an_official_who_shares_the_payees_account_is_asked_about_it() -> None:
    log = two_classes()
    accounts = [
        BankAccountRegistered(account="x", county=COUNTY, document="样例", person=one, occurred_on=FIRST)  # type: ignore[arg-type]
        for one in ("p1", "boss")
    ]
    about: dict[str, Any] = {"payment": "pay-1", "line": "L1", "payer": COUNTY, "claim": f"claim-{COUNTY}-1"}
    given: dict[str, Any] = {"shares": (Share("p1", 100_000),), "amount_fen": 100_000, "account": "x", "person": "p1"}  # type: ignore[arg-type]
    handled: dict[str, Any] = {"training_class": A, "voucher": "样例", "approver": "o2", "occurred_on": FIRST}
    log.record(LATER, *accounts, SubsidyPaid(**about, **given, **handled))
    assert found(log, "relations.officer-tied-to-payee") == []
    stated: dict[str, Any] = {"posting": f"post-{COUNTY}-1", "official": "boss", "kind": "first-secretary"}
    where: dict[str, Any] = {"region": f"{COUNTY}100001", "until": FIRST + timedelta(days=700), "document": "样例"}
    log.record(LATER, OfficialPosted(**stated, **where, approver="o9", officer="o2", occurred_on=FIRST))  # type: ignore[arg-type]
    [lead] = found(log, "relations.officer-tied-to-payee")
    assert lead.subjects == ("officer:o2", "person:p1")
    assert (lead.sum_fen, "同一银行账户" in lead.words_zh) == (100_000, True)


def stated(log: PaperLog, name: str, *figures: tuple[str, int]) -> StatementFiled:
    claimed = tuple(ClaimedFigure(*one) for one in figures)
    said: dict[str, Any] = {"filed_statement": f"stat-{COUNTY}-{name}", "region": COUNTY, "period": "2016"}
    return StatementFiled(claimed_figures=claimed, known_position=log.head().position, occurred_on=FIRST, **said)


def test_a_figure_that_the_ledger_did_not_have_is_a_lead_and_what_came_later_changes_nothing() -> None:
    log = two_classes()
    about: dict[str, Any] = {"payment": "pay-1", "line": "L1", "payer": COUNTY, "claim": f"claim-{COUNTY}-1"}
    given: dict[str, Any] = {"shares": (Share("p1", 100_000),), "amount_fen": 100_000, "account": "x", "person": "p1"}  # type: ignore[arg-type]
    log.record(LATER, SubsidyPaid(**about, **given, training_class=A, voucher="样例", approver="o2", occurred_on=FIRST))  # type: ignore[arg-type]
    log.record(LATER + MINUTE, stated(log, "true", ("persons", 24), ("paid_fen", 100_000), ("executed_fen", 100_000)))
    assert found(log, "statements.beyond-the-ledger") == []
    log.record(LATER + 2 * MINUTE, stated(log, "more", ("persons", 24), ("persons_poor", 2), ("paid_fen", 150_000)))
    [lead] = found(log, "statements.beyond-the-ledger")
    assert lead.subjects == (f"region:{COUNTY}", f"statement:stat-{COUNTY}-more")
    assert lead.sum_fen == 50_000
    assert "2 figures" in lead.words_en
    assert "1,500.00" in lead.words_en
    log.record(LATER + 3 * MINUTE, enrolled(A, "late"))
    with followed(log) as whole, followed(log, 9, settling=True) as piecewise:
        assert [one for one in standing(whole) if one.rule == lead.rule] == [lead]
        assert standing(piecewise) == standing(whole)
