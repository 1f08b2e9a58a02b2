"""Scores and certificates: no silent change, no certificate without hours, no number twice."""

from __future__ import annotations

import msgspec
import pytest
from training_samples import (
    CENTRE,
    CHEN,
    COUNTY,
    LI,
    MAY_3,
    MAY_4,
    MAY_5,
    MAY_6,
    MAY_9,
    OPEN,
    TAUGHT,
    WELDING,
    ZHAO,
    amend,
    attended,
    certificate,
    corrected,
    died,
    enrolled,
    filed,
    hours,
    merged,
    officer,
    session,
)

from taizhang.domain.attendance import AttendanceCorrected
from taizhang.domain.certificates import (
    BeforeLastSession,
    CertificateIssuedCorrected,
    CertificateNumber,
    CertificateRevoked,
    HoursNotEvidenced,
    NoSuchCertificate,
    NumberInUse,
    NumberIsIdentity,
)
from taizhang.domain.classes import ClassFiledCorrected, ClassNotFiled
from taizhang.domain.core import OrganisationId
from taizhang.domain.decisions import NotYourRole
from taizhang.domain.enrolment import RecordedAsDead
from taizhang.domain.identity import generate_identity
from taizhang.domain.people import PersonDiedCorrected
from taizhang.domain.scores import ScoreAmended, ScoreRecorded, ScoreStandsOtherwise
from taizhang.domain.sessions import SessionHeldCorrected
from taizhang.domain.standing import StandsAlready

ALL_HOURS = attended(hours(MAY_4, 8, 10), hours(MAY_5, 8, 10))
EARNED = [*TAUGHT, ALL_HOURS]  # four hours of the four required, the last session on May 5
SCORE = ScoreRecorded(
    training_class=WELDING, person=LI, theory_tenths=855, practice_tenths=900, passed=True, occurred_on=MAY_6
)
REVOKED = CertificateRevoked(
    training_class=WELDING, person=LI, number=CertificateNumber("ZS-1"), issuer=CENTRE, why="bought", occurred_on=MAY_9
)


def test_who_attended_the_required_hours_gets_a_certificate(decide) -> None:
    assert decide(given=EARNED, when=certificate()) == [certificate()]


def test_without_the_hours_there_is_no_certificate(decide) -> None:
    with pytest.raises(HoursNotEvidenced, match="evidences 2 h of the 4 h required"):
        decide(given=[*TAUGHT, attended(hours(MAY_4, 8, 10))], when=certificate())


def test_hours_of_another_person_do_not_count(decide) -> None:
    with pytest.raises(HoursNotEvidenced, match="evidences 0 h"):
        decide(given=EARNED, when=certificate(person=ZHAO))


def test_hours_attended_under_another_id_of_the_person_count(decide) -> None:
    assert decide(given=[*EARNED, merged(LI, ZHAO)], when=certificate(person=ZHAO)) == [certificate(person=ZHAO)]


def test_hours_count_when_they_came_before_the_certificate(decide) -> None:
    given = [*OPEN, session(MAY_4), enrolled(), ALL_HOURS]  # the session of May 5 is not recorded
    with pytest.raises(HoursNotEvidenced, match="By 2016-05-04"):
        decide(given=given, when=certificate(on=MAY_4))


def test_hours_that_were_corrected_away_do_not_count(decide) -> None:
    given = [*EARNED, corrected(AttendanceCorrected, EARNED, ALL_HOURS, attended(hours(MAY_4, 8, 10)))]
    with pytest.raises(HoursNotEvidenced):
        decide(given=given, when=certificate())


def test_the_required_hours_are_those_of_the_corrected_filing(decide) -> None:
    given = [*EARNED, corrected(ClassFiledCorrected, EARNED, filed(), filed(required_minutes=300))]
    with pytest.raises(HoursNotEvidenced, match="4 h of the 5 h"):
        decide(given=given, when=certificate())


def test_a_certificate_is_not_dated_before_the_last_session(decide) -> None:
    given = [*EARNED, session(MAY_9)]
    with pytest.raises(BeforeLastSession, match="was on 2016-05-09, after the certificate's day 2016-05-06"):
        decide(given=given, when=certificate(on=MAY_6))
    given.append(corrected(SessionHeldCorrected, given, session(MAY_9), session(MAY_6)))
    assert decide(given=given, when=certificate(on=MAY_6)) == [certificate(on=MAY_6)]


def test_a_correction_does_not_date_a_certificate_before_the_last_session(decide) -> None:
    given = [*EARNED, certificate()]
    with pytest.raises(BeforeLastSession):
        decide(given=given, when=certificate(on=MAY_4), amend=amend(given, certificate()))


def test_an_issuer_uses_a_number_once_however_it_is_typed(decide) -> None:
    given = [*EARNED, certificate(person=CHEN)]
    for number in ("ZS-1", "zs-1", " ＺＳ-１ ", "ZS - 1"):
        with pytest.raises(NumberInUse, match="ZS-1 of issuer centre is in use"):
            decide(given=given, when=certificate(number))


def test_another_issuer_may_use_the_same_number(decide) -> None:
    other = certificate(issuer=OrganisationId("academy"))
    assert decide(given=[*EARNED, certificate(person=CHEN)], when=other) == [other]


def test_a_number_is_free_once_the_wrong_record_is_corrected(decide) -> None:
    given = [*EARNED, certificate(person=CHEN)]
    given.append(corrected(CertificateIssuedCorrected, given, certificate(person=CHEN), certificate("ZS-2", CHEN)))
    assert decide(given=given, when=certificate("ZS-1")) == [certificate("ZS-1")]
    with pytest.raises(NumberInUse):
        decide(given=given, when=certificate("ZS-2"))


def test_a_correction_does_not_take_a_number_in_use(decide) -> None:
    given = [*EARNED, certificate("ZS-1"), certificate("ZS-2", CHEN)]
    with pytest.raises(NumberInUse):
        decide(given=given, when=certificate("ZS-2"), amend=amend(given, certificate("ZS-1")))


def test_a_resident_number_is_not_a_certificate_number_and_is_not_repeated_in_the_message(decide) -> None:
    number = generate_identity(COUNTY, MAY_3.replace(year=1980), 123)
    with pytest.raises(NumberIsIdentity) as refusal:
        decide(given=EARNED, when=certificate(number))
    assert number not in refusal.value.words("zh") + refusal.value.words("en")
    mistyped = number[:17] + ("1" if number[17] != "1" else "2")
    assert decide(given=EARNED, when=certificate(mistyped)) == [certificate(mistyped)]


def test_the_same_certificate_twice_changes_nothing(decide) -> None:
    with pytest.raises(StandsAlready):
        decide(given=[*EARNED, certificate()], when=certificate("zs-1"))


def test_a_certificate_of_a_class_that_is_not_filed_is_refused(decide) -> None:
    with pytest.raises(ClassNotFiled):
        decide(given=[], when=certificate())


def test_the_dead_get_no_certificate_until_the_death_record_is_corrected(decide) -> None:
    given = [*EARNED, died(MAY_6)]
    assert decide(given=given, when=certificate(on=MAY_6)) == [certificate(on=MAY_6)]
    with pytest.raises(RecordedAsDead):
        decide(given=given, when=certificate())
    given.append(corrected(PersonDiedCorrected, given, died(MAY_6), None))
    assert decide(given=given, when=certificate()) == [certificate()]


def test_a_certificate_is_revoked_and_its_number_stays_used(decide) -> None:
    given = [*EARNED, certificate()]
    assert decide(given=given, when=REVOKED) == [REVOKED]
    with pytest.raises(StandsAlready):
        decide(given=[*given, REVOKED], when=REVOKED)
    with pytest.raises(NumberInUse):
        decide(given=[*given, REVOKED], when=certificate(level="5"))


def test_only_a_certificate_that_was_issued_to_the_person_is_revoked(decide) -> None:
    with pytest.raises(NoSuchCertificate):
        decide(given=EARNED, when=REVOKED)
    with pytest.raises(NoSuchCertificate):
        decide(given=[*EARNED, certificate(person=CHEN)], when=REVOKED)
    assert decide(given=[*EARNED, certificate(person=ZHAO), merged(LI, ZHAO)], when=REVOKED) == [REVOKED]


def test_an_institution_does_not_revoke(decide) -> None:
    with pytest.raises(NotYourRole):
        decide(given=[*EARNED, certificate()], when=REVOKED, by=officer("school-office", role="institution"))


def test_a_score_is_recorded_once(decide) -> None:
    assert decide(given=TAUGHT, when=SCORE) == [SCORE]
    with pytest.raises(StandsAlready):
        decide(given=[*TAUGHT, SCORE], when=SCORE)


def test_a_score_never_changes_silently(decide) -> None:
    better = msgspec.structs.replace(SCORE, theory_tenths=955)
    given = [*TAUGHT, SCORE]
    with pytest.raises(ScoreStandsOtherwise, match="Amend it by a correction with a reason"):
        decide(given=given, when=better)
    [amendment] = decide(given=given, when=better, amend=amend(given, SCORE))
    assert isinstance(amendment, ScoreAmended)
    with pytest.raises(ScoreStandsOtherwise):
        decide(given=[*given, amendment], when=SCORE)


def test_a_score_does_not_change_silently_under_another_id_of_the_person(decide) -> None:
    with pytest.raises(ScoreStandsOtherwise):
        decide(given=[*TAUGHT, SCORE, merged(LI, ZHAO)], when=msgspec.structs.replace(SCORE, person=ZHAO, passed=False))


def test_a_re_sit_is_a_score_of_another_day(decide) -> None:
    again = msgspec.structs.replace(SCORE, theory_tenths=600, occurred_on=MAY_9)
    assert decide(given=[*TAUGHT, SCORE], when=again) == [again]


def test_a_score_in_a_class_that_is_not_filed_is_refused(decide) -> None:
    with pytest.raises(ClassNotFiled):
        decide(given=[], when=SCORE)
