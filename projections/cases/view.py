"""The view of leads and cases as people have worked on them."""

from __future__ import annotations

from typing import Any, Final

from taizhang.domain.core import Fact
from taizhang.domain.leads.cases import (
    CaseClosed,
    CaseDecided,
    CaseOpened,
    CaseReopened,
    CaseTransferred,
    ConsequenceLinked,
    ReplyInvited,
    ReplyMade,
)
from taizhang.domain.leads.leads import LeadAssigned, LeadChecked, LeadConfirmed, LeadRefuted, LeadsMerged
from taizhang.projections.cases.tables import CaseTables, case_tables
from taizhang.projections.keyed import Columns, Facts, KeyedView, Kind, latest, text_day

LEAD_FACTS: Final[dict[type[Fact], Any]] = {
    **dict.fromkeys((LeadAssigned, LeadChecked, LeadConfirmed, LeadRefuted), lambda fact: [fact.lead]),
    LeadsMerged: lambda fact: list(dict.fromkeys((fact.lead, *fact.merged))),
    CaseOpened: lambda fact: list(dict.fromkeys(fact.leads)),
}
CASE_FACTS: Final[tuple[type[Fact], ...]] = (
    CaseOpened,
    ReplyInvited,
    ReplyMade,
    CaseDecided,
    ConsequenceLinked,
    CaseClosed,
    CaseReopened,
    CaseTransferred,
)


class CasesView(KeyedView):
    """Folds what was done with leads and cases into one row each."""

    def __init__(self, suffix: str = "") -> None:
        self.tables = tables = CaseTables(suffix) if suffix else case_tables()
        kinds = [
            Kind(tables.leads, LEAD_FACTS, _lead),
            Kind(tables.cases, dict.fromkeys(CASE_FACTS, lambda fact: [fact.case]), _case),
        ]
        super().__init__("cases", 1, tables.metadata, kinds)


def _lead(lead: str, facts: Facts) -> Columns:
    assigned, checked = latest(facts, LeadAssigned), latest(facts, LeadChecked)
    concluded, case = latest(facts, LeadConfirmed, LeadRefuted), latest(facts, CaseOpened)
    merged = [one for one in facts.values() if isinstance(one, LeadsMerged) and lead in one.merged]
    confirmed = isinstance(concluded, LeadConfirmed)
    conclusion = "" if concluded is None else "confirmed" if confirmed else "refuted"
    status = "merged" if merged else "in-case" if case else conclusion
    return {
        "status": status or ("checked" if checked else "assigned" if assigned else "new"),
        "rule": assigned.rule if assigned else None,
        "version": assigned.version if assigned else None,
        "region": assigned.region if assigned else None,
        "subjects": ",".join(assigned.subjects) if assigned else None,
        "assigned_to": assigned.officer if assigned else None,
        "assigned_on": text_day(assigned),
        "check_by": text_day(assigned, "check_by"),
        "checked_on": text_day(checked),
        "result": checked.result if checked else None,
        "conclusion": conclusion or None,
        "concluded_on": text_day(concluded),
        "refuted_why": getattr(concluded, "refuted_why", None),
        "amount_fen": concluded.amount_fen if confirmed else None,
        "merged_into": merged[-1].lead if merged else None,
        "case_id": case.case if case else None,
        "position": max(facts, default=None),
    }


def _case(_key: str, facts: Facts) -> Columns:
    opened, invited = latest(facts, CaseOpened), latest(facts, ReplyInvited)
    last = latest(facts, CaseClosed, CaseReopened)
    since = last.occurred_on if isinstance(last, CaseReopened) else None
    decided = latest(facts, CaseDecided)
    if decided is not None and since is not None and decided.occurred_on < since:
        decided = None
    transfers = [one for one in facts.values() if isinstance(one, CaseTransferred)]
    linked = [one for one in facts.values() if isinstance(one, ConsequenceLinked)]
    closed = isinstance(last, CaseClosed)
    return {
        "case_status": "closed" if closed else "decided" if decided else "replying" if invited else "open",
        "region": opened.region if opened else None,
        "organisation": transfers[-1].to_organisation if transfers else opened.organisation if opened else None,
        "subjects": ",".join(opened.subjects) if opened else None,
        "leads": ",".join(opened.leads) if opened else None,
        "title": opened.title if opened else None,
        "opened_on": text_day(opened),
        "reply_until": text_day(invited, "until"),
        "replied_on": text_day(latest(facts, ReplyMade)),
        "decided_on": text_day(decided),
        "outcomes": ",".join(decided.outcomes) if decided else None,
        "amount_fen": decided.amount_fen if decided else None,
        "recovered_fen": sum(one.amount_fen for one in linked),
        "closed_on": text_day(last) if closed else None,
        "reopened_on": text_day(last) if since else None,
        "transfers": len(transfers),
        "position": max(facts, default=None),
    }
