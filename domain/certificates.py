"""Certificates 证书: issued when the required hours are evidenced, under a number that is used once."""

from __future__ import annotations

from typing import Annotated, Literal, NewType

import msgspec

from taizhang.domain.classes import ClassId
from taizhang.domain.core import Correction, Fact, OrganisationId, PersonId, Text

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
