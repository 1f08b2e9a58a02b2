"""Advances 预付: paid to a class's institution before the evidence, and cleared against a claim or given back."""

from __future__ import annotations

from taizhang.domain.boundary import GuardKey
from taizhang.domain.classes import ClassGuard
from taizhang.domain.classes import require_held as require_class_held
from taizhang.domain.core import Fact, Selector, Slice
from taizhang.domain.designation import designation_selector, require_designated
from taizhang.domain.funds.balances import AdvanceGuard, BankAccountGuard, balance_rows
from taizhang.domain.funds.books import Account
from taizhang.domain.funds.payment_refusals import (
    AboveTheAdvance,
    AdvanceBeforeApproval,
    AdvanceNotDue,
    AdvanceToAnother,
    BeforeThePayment,
    NothingCleared,
    NotThePayee,
    PaymentIdTaken,
    UnknownAdvance,
)
from taizhang.domain.funds.payment_rules import (
    PaidFrom,
    claim_rows,
    county_selector,
    require_account,
    require_payable,
    require_place,
    require_shares,
)
from taizhang.domain.funds.payments import AdvanceCleared, AdvancePaid
from taizhang.domain.funds.rules import FINANCE, line_row, require_covered, require_held, require_line, require_purpose
from taizhang.domain.inspections.blocking import blocking_rows, require_not_held_back
from taizhang.domain.institutions import (
    Designations,
    DesignationWithdrawn,
    InstitutionDesignated,
    InstitutionSuspended,
)
from taizhang.domain.regions import RegionRegistered, RegionRenamed
from taizhang.domain.standing import events, require_grounded, require_new


class PayAdvance(PaidFrom, Slice):
    """Pay an advance to the designated institution of an approved class, to be cleared by a day."""

    COMMAND = "funds.pay-advance"
    DECIDES = AdvancePaid
    ROLES = FINANCE
    KEEPS = (AdvancePaid,)
    fact: AdvancePaid
    places: tuple[Fact, ...] = ()
    designated: tuple[Fact, ...] = ()

    def guards(self) -> list[GuardKey]:
        fact = self.fact
        return [
            line_row(fact.line),
            *balance_rows(fact.line, Account(fact.payer)),
            (ClassGuard.KIND, fact.training_class),
            (BankAccountGuard.KIND, fact.account),
            (AdvanceGuard.KIND, fact.advance),
            *blocking_rows(fact.institution),
        ]

    def consistency_boundary(self) -> list[Selector]:
        fact = self.fact
        here = Selector(types=[AdvancePaid], tags=[f"advance:{fact.advance}"])
        return [here, county_selector(fact.training_class), designation_selector(fact.institution)]

    @events(RegionRegistered, RegionRenamed)
    def _(self, fact: Fact) -> None:
        self.places = (*self.places, fact)

    @events(InstitutionDesignated, InstitutionSuspended, DesignationWithdrawn)
    def _(self, fact: Fact) -> None:
        self.designated = (*self.designated, fact)

    def execute(self) -> None:
        fact = self.fact
        require_new(fact, self.known)
        if self.known:
            raise PaymentIdTaken(payment=fact.advance)
        line = require_line(self, fact.line)
        self._require_class()
        if fact.due_on <= fact.occurred_on:
            raise AdvanceNotDue(due_on=fact.due_on, day=fact.occurred_on)
        require_place(line, fact.line, fact.payer, fact.training_class, self.places)
        require_account(self, fact.account, "institution", fact.institution)
        require_held(self, "cash", fact.line, fact.payer, fact.amount_fen)
        require_not_held_back(self)
        self.record(fact)

    def leaning(self) -> list[Selector]:
        return [Selector(types=[AdvanceCleared], tags=[f"advance:{self.fact.advance}"])]

    def take_back(self) -> None:
        """What was cleared was cleared of this advance, and of no less than it still is."""
        was, now = self.fact, self.becomes
        if now is None or _went(now) != _went(was):
            require_grounded(was, self.resting)
        else:
            guard = self.guard(AdvanceGuard, was.advance)
            short = guard.paid_fen < guard.cleared_fen
            require_grounded(was, [one for one in self.resting if short or one.occurred_on < now.occurred_on])
        require_covered(self, was, now)

    def _require_class(self) -> None:
        """Raises ClassNotFiled, FilingWasRefused, ClassWasCancelled, AdvanceBeforeApproval, AdvanceToAnother, InstitutionNotDesignated."""
        fact, guard = self.fact, self.guard(ClassGuard, self.fact.training_class)
        filing = require_class_held(guard, fact.training_class, fact.occurred_on)
        if guard.approved_on is None or fact.occurred_on < guard.approved_on:
            raise AdvanceBeforeApproval(training_class=fact.training_class, day=fact.occurred_on)
        if fact.institution != filing.institution:
            raise AdvanceToAnother(training_class=fact.training_class, rightful=filing.institution)
        designations = Designations()
        for one in self.designated:
            designations.apply(one)
        require_designated(designations, fact.institution, filing.occupation, fact.occurred_on)


class ClearAdvance(PaidFrom, Slice):
    """Clear part or all of an advance: against shares of an approved and posted claim, the rest given back."""

    COMMAND = "funds.clear-advance"
    DECIDES = AdvanceCleared
    ROLES = FINANCE
    KEEPS = (AdvanceCleared,)
    fact: AdvanceCleared

    def guards(self) -> list[GuardKey]:
        fact = self.fact
        return [
            line_row(fact.line),
            *balance_rows(fact.line, Account(fact.payer)),
            (AdvanceGuard.KIND, fact.advance),
            *(claim_rows(fact.claim) if fact.claim is not None else ()),
        ]

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[AdvanceCleared], tags=[f"advance:{self.fact.advance}"])]

    def execute(self) -> None:
        fact = self.fact
        require_new(fact, self.known)
        line = require_line(self, fact.line)
        self._require_advance()
        if fact.claim is not None:
            claim = require_payable(self, fact.claim, fact.training_class)
            if claim.payee != "institution" or claim.institution != fact.institution:
                raise NotThePayee(claim=fact.claim, payee=claim.payee, rightful=claim.institution)
            require_purpose(line, fact.line, claim.purpose)
            require_shares(self, fact.claim, fact.shares, fact.amount_fen)
        self.record(fact)

    def take_back(self) -> None:
        require_covered(self, self.fact, self.becomes)

    def _require_advance(self) -> None:
        """Raises UnknownAdvance, NothingCleared, BeforeThePayment, AboveTheAdvance."""
        fact, guard = self.fact, self.guard(AdvanceGuard, self.fact.advance)
        here = (fact.line, fact.payer, fact.institution, fact.training_class)
        if guard.paid_on is None or here != (guard.line, guard.payer, guard.institution, guard.training_class):
            raise UnknownAdvance(advance=fact.advance)
        against_claim = bool(fact.shares)
        if against_claim != (fact.claim is not None) or against_claim != (fact.amount_fen > 0):
            raise NothingCleared(advance=fact.advance)
        asked, left = fact.amount_fen + fact.returned_fen, guard.paid_fen - guard.cleared_fen
        if asked == 0:
            raise NothingCleared(advance=fact.advance)
        if fact.occurred_on < guard.paid_on:
            raise BeforeThePayment(payment=fact.advance, paid_on=guard.paid_on, day=fact.occurred_on)
        if asked > left:
            raise AboveTheAdvance(advance=fact.advance, left_fen=left, amount_fen=asked)


def _went(fact: AdvancePaid) -> tuple[str, ...]:
    """The way that an advance took: whatever clears it names all of it."""
    return fact.advance, fact.line, fact.payer, fact.institution, fact.training_class
