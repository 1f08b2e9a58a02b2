"""Certificates 证书: issued when the required hours are evidenced, under a number that is used once."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar, Literal, NewType, TypeVar

import msgspec

from taizhang.domain.attendance import AttendanceTaken
from taizhang.domain.boundary import GuardKey
from taizhang.domain.classes import CLERKS, TEACHING_SIDE, ClassGuard, ClassId, OfOneClass, require_filed
from taizhang.domain.core import (
    Actor,
    Correction,
    Fact,
    OrganisationId,
    PersonId,
    Refusal,
    Selector,
    Slice,
    Text,
    event,
)
from taizhang.domain.enrolment import require_living
from taizhang.domain.identity import IdentityKind, parse_identity
from taizhang.domain.people import AliasGuard, PersonDied, alias_rows, person_selectors, same_person
from taizhang.domain.sessions import SessionGuard
from taizhang.domain.standing import require_grounded, require_new

CertificateNumber = NewType("CertificateNumber", Annotated[str, msgspec.Meta(min_length=1, max_length=60)])
CertificateKind = Literal[
    "qualification", "skill-level", "special-skill", "training"
]  # 职业资格 职业技能等级 专项职业能力 培训合格

# -- facts ------------------------------------------------------------------------------------------------


class CertificateIssued(Fact, frozen=True, kw_only=True):
    """A person gets a certificate for a class."""

    TOPIC = "training.certificate-issued.v1"
    training_class: ClassId
    person: PersonId
    kind: CertificateKind
    number: CertificateNumber
    issuer: OrganisationId
    level: str | None = None

    def tags(self) -> list[str]:
        return [
            f"class:{self.training_class}",
            f"person:{self.person}",
            f"certificate:{self.issuer}:{self.number}",
        ]


class CertificateIssuedCorrected(Correction[CertificateIssued], frozen=True, kw_only=True):
    TOPIC = "training.certificate-issued-corrected.v1"


class CertificateRevoked(Fact, frozen=True, kw_only=True):
    """A certificate is no longer good; its number stays used."""

    TOPIC = "training.certificate-revoked.v1"
    training_class: ClassId
    person: PersonId
    number: CertificateNumber
    issuer: OrganisationId
    why: Text

    def tags(self) -> list[str]:
        return [
            f"class:{self.training_class}",
            f"person:{self.person}",
            f"certificate:{self.issuer}:{self.number}",
        ]


class CertificateRevokedCorrected(Correction[CertificateRevoked], frozen=True, kw_only=True):
    TOPIC = "training.certificate-revoked-corrected.v1"


C = TypeVar("C", CertificateIssued, CertificateRevoked)
RESIDENT_DIGITS = 18

# -- refusals ---------------------------------------------------------------------------------------------


@dataclass(eq=False)
class HoursNotEvidenced(Refusal):
    """A certificate comes after the required minutes are evidenced by attendance."""

    RULE: ClassVar = "training.hours-not-evidenced"
    SOURCE: ClassVar = "facts/falsification.csv F18"
    zh = "截至 {day},{person} 在 {training_class} 班有考勤依据的学时为 {evidenced_minutes},不足规定的 {required_minutes}。请先补录真实考勤;未学满的不发证。"
    en = "By {day}, attendance of {person} in class {training_class} evidences {evidenced_minutes} of the {required_minutes} required. Record true attendance that is missing; without the hours there is no certificate."
    person: PersonId
    training_class: ClassId
    day: date
    evidenced_minutes: int
    required_minutes: int


@dataclass(eq=False)
class BeforeLastSession(Refusal):
    """A certificate is not dated before the class's last session."""

    RULE: ClassVar = "training.before-last-session"
    SOURCE: ClassVar = "facts/falsification.csv F23"
    zh = "{training_class} 班最后一次课在 {last_session},发证日期 {day} 在此之前。请核对发证日期。"
    en = "The last session of class {training_class} was on {last_session}, after the certificate's day {day}. Check the day of issue."
    training_class: ClassId
    last_session: date
    day: date


@dataclass(eq=False)
class NumberInUse(Refusal):
    """An issuer uses a certificate number once."""

    RULE: ClassVar = "training.number-in-use"
    SOURCE: ClassVar = "facts/falsification.csv F27, F28"
    zh = "发证机构 {issuer} 的证书编号 {number} 已在 {training_class} 班使用。请核对编号;原记录有误的,请更正原记录。"
    en = "Certificate number {number} of issuer {issuer} is in use, for class {training_class}. Check the number; if the earlier record is wrong, correct that one."
    issuer: OrganisationId
    number: CertificateNumber
    training_class: ClassId


@dataclass(eq=False)
class NumberIsIdentity(Refusal):
    """A resident number is not a certificate number: personal data never enters the log."""

    RULE: ClassVar = "training.number-is-identity"
    SOURCE: ClassVar = "design.md section 3 (no personal data); GB 11643-1999"
    zh = "证书编号一栏填的是身份证号码。请填写证书上的编号,身份证号码不进入台账。"
    en = "The certificate number is a person's identity number. Give the number printed as the certificate's own; identity numbers do not enter the ledger."


@dataclass(eq=False)
class NoSuchCertificate(Refusal):
    """Only a certificate that was issued is revoked."""

    RULE: ClassVar = "training.no-such-certificate"
    SOURCE: ClassVar = "logic: what was not issued cannot be revoked"
    zh = "没有找到发证机构 {issuer} 为该学员该班颁发的证书 {number}。请核对编号、人员和班级。"
    en = "Issuer {issuer} issued no certificate {number} to this person for this class. Check number, person and class."
    issuer: OrganisationId
    number: CertificateNumber


# -- decisions --------------------------------------------------------------------------------------------


class IssueCertificate(OfOneClass, Slice):
    """Issue a certificate under a number of its own, when the hours are evidenced and the last session is over."""

    COMMAND = "training.issue-certificate"
    DECIDES = CertificateIssued
    ROLES = TEACHING_SIDE
    fact: CertificateIssued

    def __init__(self, fact: CertificateIssued, by: Actor) -> None:
        super().__init__(written_alike(fact), by)
        self.evidenced_minutes = 0
        self.died_on: date | None = None
        self.standing: list[CertificateIssued] = []

    def guards(self) -> list[GuardKey]:
        fact = self.fact
        return [
            (ClassGuard.KIND, fact.training_class),
            (SessionGuard.KIND, fact.training_class),
            (AliasGuard.KIND, fact.person),
        ]

    def consistency_boundary(self) -> list[Selector]:
        fact = self.fact
        number = Selector(types=[CertificateIssued], tags=[f"certificate:{fact.issuer}:{fact.number}"])
        return [*person_selectors(self.guarded, fact.person, [AttendanceTaken, PersonDied]), number]

    @event(AttendanceTaken)
    def _(self, fact: AttendanceTaken) -> None:
        if fact.training_class == self.fact.training_class:
            day = self.fact.occurred_on
            self.evidenced_minutes += sum(mark.end - mark.start for mark in fact.marks if mark.on <= day)

    @event(PersonDied)
    def _(self, occurred_on: date) -> None:
        self.died_on = occurred_on

    @event(CertificateIssued)
    def _(self, fact: CertificateIssued) -> None:
        self.standing.append(fact)

    def execute(self) -> None:
        fact = self.fact
        require_new(fact, self.standing)
        require_no_identity(fact.number)
        if self.standing:
            raise NumberInUse(issuer=fact.issuer, number=fact.number, training_class=self.standing[0].training_class)
        filing = require_filed(self.guard(ClassGuard, fact.training_class), fact.training_class)
        require_living(fact.person, self.died_on, fact.occurred_on)
        last = self.guard(SessionGuard, fact.training_class).last_on
        if last is not None and fact.occurred_on < last:
            raise BeforeLastSession(training_class=fact.training_class, last_session=last, day=fact.occurred_on)
        if self.evidenced_minutes < filing.required_minutes:
            raise HoursNotEvidenced(
                person=fact.person,
                training_class=fact.training_class,
                day=fact.occurred_on,
                evidenced_minutes=self.evidenced_minutes,
                required_minutes=filing.required_minutes,
            )
        self.record(fact)

    def leaning(self) -> list[Selector]:
        fact = self.fact
        named = (fact.issuer, fact.number, fact.training_class, fact.person)
        if (
            self.becomes is not None
            and (self.becomes.issuer, self.becomes.number, self.becomes.training_class, self.becomes.person) == named
        ):
            return []
        return [Selector(types=[CertificateRevoked], tags=[f"certificate:{fact.issuer}:{fact.number}"])]

    def take_back(self) -> None:
        """A revocation names the certificate that it revokes."""
        require_grounded(self.fact, self.resting)


class RevokeCertificate(OfOneClass, Slice):
    """Revoke a certificate that was issued."""

    COMMAND = "training.revoke-certificate"
    DECIDES = CertificateRevoked
    ROLES = CLERKS
    fact: CertificateRevoked

    def __init__(self, fact: CertificateRevoked, by: Actor) -> None:
        super().__init__(written_alike(fact), by)
        self.issued: list[CertificateIssued] = []
        self.standing: list[CertificateRevoked] = []

    def guards(self) -> list[GuardKey]:
        return alias_rows(self.fact.person)

    def consistency_boundary(self) -> list[Selector]:
        fact = self.fact
        types: list[type[Fact]] = [CertificateIssued, CertificateRevoked]
        return [Selector(types=types, tags=[f"certificate:{fact.issuer}:{fact.number}"])]

    @event(CertificateIssued)
    def _(self, fact: CertificateIssued) -> None:
        self.issued.append(fact)

    @event(CertificateRevoked)
    def _(self, fact: CertificateRevoked) -> None:
        self.standing.append(fact)

    def execute(self) -> None:
        fact = self.fact
        require_new(fact, self.standing)
        ids = same_person(self.guarded, fact.person)
        if not any(one.training_class == fact.training_class and one.person in ids for one in self.issued):
            raise NoSuchCertificate(issuer=fact.issuer, number=fact.number)
        self.record(fact)


def written_alike(fact: C) -> C:
    """The fact with its certificate number half-width, upper case and without spaces, however it was typed."""
    number = fact.number
    plain = "".join(unicodedata.normalize("NFKC", number).split()).upper()
    return fact if plain == number else msgspec.structs.replace(fact, number=CertificateNumber(plain))


def require_no_identity(number: CertificateNumber) -> None:
    """Refuse a valid resident number of 18 digits where a certificate's number belongs.

    Raises NumberIsIdentity.
    """
    if len(number) != RESIDENT_DIGITS:
        return
    try:
        kind = parse_identity(number).kind
    except Refusal:
        return  # not a resident number, which is what we want to hear
    if kind is IdentityKind.RESIDENT_18:
        raise NumberIsIdentity
