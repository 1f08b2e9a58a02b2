"""The view of leads and cases as people have worked on them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, func, select

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
from taizhang.projections.cases.steps import Steps
from taizhang.projections.cases.tables import CaseTables, case_tables
from taizhang.projections.keyed import Columns, Facts, KeyedView, Kind, latest, text_day
from taizhang.projections.view import Item, Page

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
_CASES: Final[Mapping[type[Fact], Callable[[Any], Sequence[str]]]] = dict.fromkeys(CASE_FACTS, lambda fact: [fact.case])


class CasesView:
    """Folds what was done with leads and cases into one row each, and keeps every step as it was recorded."""

    name = "cases"
    version = 2  # 2: the steps

    def __init__(self, suffix: str = "") -> None:
        self.tables = tables = CaseTables(suffix) if suffix else case_tables()
        self.metadata = tables.metadata
        kinds = [Kind(tables.leads, LEAD_FACTS, _lead), Kind(tables.cases, _CASES, _case)]
        self._standing = KeyedView(self.name, self.version, tables.metadata, kinds)
        self._steps = Steps(tables, [*dict.fromkeys((*LEAD_FACTS, *CASE_FACTS))])

    def wants(self) -> frozenset[type[Fact]]:
        return self._standing.wants().union(self._steps.handlers)

    def fold(self, page: Sequence[Item], connection: Connection) -> None:
        whole = Page.of(page)
        self._standing.fold(whole, connection)
        self._steps.fold(whole)

    def write(self, connection: Connection) -> None:
        self._standing.write(connection)
        self._steps.write(connection)

    def forget(self) -> None:
        self._standing.forget()
        self._steps.clear()

    def figures(self, connection: Connection) -> dict[str, int]:
        """How many leads and cases there are, and steps in force."""
        steps = self.tables.steps.c
        standing = select(func.count()).where(steps.replaced_at.is_(None), steps.void == 0)
        return self._standing.figures(connection) | {"case_step in force": connection.scalar(standing) or 0}


def leads_of_facts(facts: Facts) -> dict[str, Columns]:
    """How each lead stands after these facts, as its row says it."""
    return {lead: _lead(lead, mine) for lead, mine in _by_key(LEAD_FACTS, facts).items()}


def cases_of_facts(facts: Facts) -> dict[str, Columns]:
    """How each case stands after these facts, as its row says it."""
    return {case: _case(case, mine) for case, mine in _by_key(_CASES, facts).items()}


def _by_key(keys: Mapping[type[Fact], Callable[[Any], Sequence[str]]], facts: Facts) -> dict[str, Facts]:
    found: dict[str, Facts] = defaultdict(dict)
    for position, fact in facts.items():
        find = keys.get(type(fact))
        for key in find(fact) if find is not None else ():
            found[key][position] = fact
    return found


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
