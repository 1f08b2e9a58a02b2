"""Registering the bank accounts of end payees: each its own; the number itself never comes this far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from taizhang.domain.boundary import GuardKey
from taizhang.domain.classes import InstitutionId
from taizhang.domain.core import Refusal, RegionCode, Selector, Slice
from taizhang.domain.funds.balances import BankAccountGuard
from taizhang.domain.funds.bank_accounts import BankAccountRegistered
from taizhang.domain.funds.payments import SubsidyPaid
from taizhang.domain.institutions import OrganisationRegistered, registration_of, require_institution
from taizhang.domain.people import PersonRegistered, alias_rows, require_registered, same_person
from taizhang.domain.standing import OthersRestOnIt, StandsAlready


@dataclass(eq=False)
class OnePayeeEach(Refusal):
    """An account is registered for a person or for an institution."""

    RULE: ClassVar = "funds.one-payee-each"
    SOURCE: ClassVar = "issue 3 (subsidy paid to an institution or to a person's own account)"
    zh = "银行账户须登记在一名个人或一个机构名下,二者填其一。请核对收款方。"
    en = "An account is registered for one person or for one institution, not for both or neither. State the payee."


class RegisterBankAccount(Slice):
    """Register an account for a payee; that others name the same account is a lead, never a refusal."""

    COMMAND = "funds.register-bank-account"
    DECIDES = BankAccountRegistered
    ROLES = frozenset({"clerk", "institution", "finance"})
    KEEPS = (PersonRegistered, OrganisationRegistered)
    fact: BankAccountRegistered

    def region(self) -> RegionCode:
        return self.fact.county

    def ledger_region(self) -> RegionCode:
        return self.fact.county

    def institution(self) -> InstitutionId | None:
        return self.fact.institution

    def guards(self) -> list[GuardKey]:
        aliases = alias_rows(self.fact.person) if self.fact.person is not None else []
        return [(BankAccountGuard.KIND, self.fact.account), *aliases]

    def consistency_boundary(self) -> list[Selector]:
        fact = self.fact
        asked = []
        if fact.person is not None:
            asked.append(Selector(types=[PersonRegistered], tags=[f"person:{fact.person}"]))
        if fact.institution is not None:
            asked.append(registration_of(fact.institution))
        return asked

    def execute(self) -> None:
        fact = self.fact
        if (fact.person is None) == (fact.institution is None):
            raise OnePayeeEach
        if _payee(fact) in self.guard(BankAccountGuard, fact.account).holders:
            raise StandsAlready(kind=fact.TOPIC)
        if fact.person is not None:
            require_registered(fact.person, self.known)
        if fact.institution is not None:
            require_institution(fact.institution, self.known)
        self.record(fact)

    def take_back(self) -> None:
        """Who was paid on the account still has it, under one of a person's ids."""
        fact, guard = self.fact, self.guard(BankAccountGuard, self.fact.account)
        ids = same_person(self.guarded, fact.person) if fact.person is not None else []
        payees = [f"person:{id}" for id in ids] or [_payee(fact)]
        if any(guard.paid.get(payee) for payee in payees) and not any(payee in guard.holders for payee in payees):
            raise OthersRestOnIt(kind=fact.TOPIC, others=(SubsidyPaid.TOPIC,))


def _payee(fact: BankAccountRegistered) -> str:
    return f"person:{fact.person}" if fact.person is not None else f"institution:{fact.institution}"
