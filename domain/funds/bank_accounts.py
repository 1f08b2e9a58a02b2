"""Bank accounts of end payees: a person's own account 一卡通, an institution's account; the number is in the vault."""

from __future__ import annotations

import msgspec

from taizhang.domain.classes import InstitutionId
from taizhang.domain.core import Commitments, Correction, Fact, PersonId, RegionCode, Text
from taizhang.domain.funds.payments import BankAccountId


class BankAccountRegistered(Fact, frozen=True, kw_only=True):
    """A payee's account is on file from this day on; the same number always has the same id, whoever names it."""

    TOPIC = "funds.bank-account-registered.v1"
    account: BankAccountId
    county: RegionCode
    document: Text
    person: PersonId | None = None
    institution: InstitutionId | None = None
    bank: str = ""
    commitments: Commitments = msgspec.field(default_factory=dict)

    def tags(self) -> list[str]:
        payee = f"person:{self.person}" if self.person is not None else f"institution:{self.institution}"
        return [f"account:{self.account}", payee]


class BankAccountRegisteredCorrected(Correction[BankAccountRegistered], frozen=True, kw_only=True):
    TOPIC = "funds.bank-account-registered-corrected.v1"
