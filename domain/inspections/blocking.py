"""A blocking finding holds money back: while it is open, nothing is paid to the institution it concerns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import msgspec

from taizhang.domain.boundary import GuardKey
from taizhang.domain.classes import InstitutionId
from taizhang.domain.core import Fact, Guard, Refusal, Slice, moves
from taizhang.domain.inspections.findings import FindingClosed, FindingRecorded, FindingReopened


class BlockingGuard(Guard):
    """The open blocking findings on one institution."""

    KIND = "blocking-findings"
    opened: dict[str, int] = msgspec.field(default_factory=dict)  # finding -> opened so often more than closed

    @classmethod
    def keys(cls, fact: Any) -> tuple[str, ...]:
        held = fact.institution is not None and getattr(fact, "blocking", True)
        return (fact.institution,) if held else ()

    @moves(FindingRecorded, FindingReopened)
    def opens(self, fact: FindingRecorded | FindingReopened, sign: int) -> None:
        self._add(fact.finding, sign)

    @moves(FindingClosed)
    def closes(self, fact: FindingClosed, sign: int) -> None:
        self._add(fact.finding, -sign)

    def open_findings(self) -> tuple[str, ...]:
        """Which of them are open."""
        return tuple(sorted(finding for finding, times in self.opened.items() if times > 0))

    def _add(self, finding: str, times: int) -> None:
        sums = self.opened | {finding: self.opened.get(finding, 0) + times}
        self.opened = {one: count for one, count in sums.items() if count}


@dataclass(eq=False)
class PaymentsHeldBack(Refusal):
    """Nothing is paid to an institution while a blocking finding on it is open, whatever day the payment bears."""

    RULE: ClassVar = "funds.payments-held-back"
    SOURCE: ClassVar = "issue 4 (an open blocking finding on an institution refuses its payments); docs/adr/0008"
    zh = "培训机构 {institution} 有未销号的停付问题:{findings}。请先整改、复核并销号,再办理支付或预付。"
    en = "The institution {institution} has open blocking findings: {findings}. Have them put right, reviewed and closed first, then pay."
    institution: InstitutionId
    findings: tuple[str, ...]


def blocking_rows(institution: InstitutionId | None) -> list[GuardKey]:
    """The row that tells whether an institution may be paid; none for a payee who is a person."""
    return [(BlockingGuard.KIND, institution)] if institution is not None else []


def require_not_held_back(decision: Slice) -> None:
    """Refuse a payment to an institution with an open blocking finding.

    What was paid before may still be corrected, to the same institution and no more. Raises PaymentsHeldBack.
    """
    fact, was = decision.fact, decision.replaces
    if fact.institution is None or (was is not None and _no_more(was, fact)):
        return
    findings = decision.guard(BlockingGuard, fact.institution).open_findings()
    if findings:
        raise PaymentsHeldBack(institution=fact.institution, findings=findings)


def _no_more(was: Fact, fact: Any) -> bool:
    before: Any = was
    return bool(before.institution == fact.institution and fact.amount_fen <= before.amount_fen)
