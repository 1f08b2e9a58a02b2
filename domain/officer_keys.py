"""How officers are let in: sign-ins given anew, and keys for programs that act in one of an officer's roles.

The secrets lie hashed beside the vault (adapters/signin, adapters/program_keys); here stands who gave what to whom,
so that the audit administrator finds a security administrator who lets somebody in under another's name.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal, NewType

import msgspec

from taizhang.domain.boundary import GuardKey
from taizhang.domain.core import Fact, Guard, OfficerId, OrganisationId, RegionCode, Slice, Text, moves
from taizhang.domain.decisions import within
from taizhang.domain.officer_refusals import (
    KeyLastsTooLong,
    KeyNotStanding,
    KeyOfAdministrator,
    KeyOfSomebodyElse,
    KeyTaken,
    NotAppointed,
    NotHeld,
    SignInOfElsewhere,
)
from taizhang.domain.officers import ADMINISTRATORS, BUSINESS, SECURITY, Grant, OfficerGuard, Role

KeyId = NewType("KeyId", str)
Means = Literal["password", "single-sign-on"]
KEY_DAYS = 366  # the longest life of a key

# -- facts ------------------------------------------------------------------------------------------------


class SignInGiven(Fact, frozen=True, kw_only=True):
    """An officer is let in anew: with a first password, or by the account of the office's single sign-on."""

    TOPIC = "officers.sign-in-given.v1"
    officer: OfficerId
    means: Means

    def tags(self) -> list[str]:
        return [f"officer:{self.officer}"]


class KeyIssued(Fact, frozen=True, kw_only=True):
    """A program may act in one role of an officer, until a day."""

    TOPIC = "officers.key-issued.v1"
    key: KeyId
    officer: OfficerId
    role: Role
    organisation: OrganisationId
    region: RegionCode
    purpose: Text
    until: date

    def tags(self) -> list[str]:
        return [f"officer:{self.officer}", f"key:{self.key}"]


class KeyRevoked(Fact, frozen=True, kw_only=True):
    """A program's key opens nothing any more."""

    TOPIC = "officers.key-revoked.v1"
    key: KeyId
    officer: OfficerId = OfficerId("")  # filled in: whose key it was

    def tags(self) -> list[str]:
        return [f"officer:{self.officer}", f"key:{self.key}"]


# -- what is known ----------------------------------------------------------------------------------------


class KeyGuard(Guard):
    """One key: whose it is, in which role it acts, until when, and whether it stands."""

    KIND = "key"
    grant: Grant | None = None
    until: date | None = None
    stands: bool = False

    @classmethod
    def keys(cls, fact: KeyIssued | KeyRevoked) -> tuple[str, ...]:  # type: ignore[override]
        return (fact.key,)

    @moves(KeyIssued)
    def issue(self, fact: KeyIssued, sign: int) -> None:
        assert sign > 0, "keys are revoked, never corrected"
        self.grant = Grant(fact.officer, fact.role, fact.organisation, fact.region)
        self.until, self.stands = fact.until, True

    @moves(KeyRevoked)
    def revoke(self, fact: KeyRevoked, sign: int) -> None:  # noqa: ARG002 (there is one row a key)
        assert sign > 0, "a revoked key stays revoked"
        self.stands = False

    def opens_on(self, day: date) -> Grant | None:
        """The role in which the key acts on a day; None when it opens nothing."""
        return self.grant if self.stands and self.until is not None and day <= self.until else None


# -- decisions --------------------------------------------------------------------------------------------


class GiveSignIn(Slice):
    """Let an officer in anew: in whose region all roles of that officer lie."""

    COMMAND = "officers.give-sign-in"
    DECIDES = SignInGiven
    ROLES = frozenset({SECURITY})
    fact: SignInGiven

    def guards(self) -> list[GuardKey]:
        return [(OfficerGuard.KIND, self.fact.officer)]

    def execute(self) -> None:
        officer = self.guard(OfficerGuard, self.fact.officer)
        if not officer.appointed:
            raise NotAppointed(officer=self.fact.officer)
        for region in officer.regions_from(self.today):
            if not within(region, self.by.region):
                raise SignInOfElsewhere(officer=self.fact.officer, region=region, scope=self.by.region)
        self.record(self.fact)


class IssueKey(Slice):
    """Issue a key for one of an officer's business roles."""

    COMMAND = "officers.issue-key"
    DECIDES = KeyIssued
    ROLES = frozenset({SECURITY})
    fact: KeyIssued

    def guards(self) -> list[GuardKey]:
        return [(OfficerGuard.KIND, self.fact.officer), (KeyGuard.KIND, self.fact.key)]

    def region(self) -> RegionCode:
        return self.fact.region

    def execute(self) -> None:
        fact = self.fact
        if self.guard(KeyGuard, fact.key).grant is not None:
            raise KeyTaken(key=fact.key)
        if fact.role in ADMINISTRATORS:
            raise KeyOfAdministrator(role=fact.role)
        held = Grant(fact.officer, fact.role, fact.organisation, fact.region)
        if held not in self.guard(OfficerGuard, fact.officer).grants:
            raise NotHeld(officer=fact.officer, role=fact.role, organisation=fact.organisation, region=fact.region)
        if not fact.occurred_on < fact.until <= fact.occurred_on + timedelta(days=KEY_DAYS):
            raise KeyLastsTooLong(until=fact.until, days=KEY_DAYS)
        self.record(fact)


class RevokeKey(Slice):
    """Revoke a key: the security administrator of its region any, an officer their own."""

    COMMAND = "officers.revoke-key"
    DECIDES = KeyRevoked
    ROLES = BUSINESS | {SECURITY}
    fact: KeyRevoked

    def guards(self) -> list[GuardKey]:
        return [(KeyGuard.KIND, self.fact.key)]

    def execute(self) -> None:
        row = self.guard(KeyGuard, self.fact.key)
        if row.grant is None or not row.stands:
            raise KeyNotStanding(key=self.fact.key)
        owner = row.grant.officer
        if self.by.officer != owner and not (self.by.role == SECURITY and within(row.grant.region, self.by.region)):
            raise KeyOfSomebodyElse(key=self.fact.key, officer=owner)
        self.record(msgspec.structs.replace(self.fact, officer=owner))
