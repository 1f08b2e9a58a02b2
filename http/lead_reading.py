"""Who sees leads and cases, and what a page needs of them: the rows, their states, the rules' own words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import select
from starlette.exceptions import HTTPException

from taizhang.adapters.log.log import Criterion
from taizhang.adapters.visibility import Eyes
from taizhang.domain.decisions import within
from taizhang.domain.envelope import Recorded, opened
from taizhang.domain.leads.rules import SEEING
from taizhang.http.errors import NoAnswer
from taizhang.http.funds_scope import cuts
from taizhang.http.names import class_name
from taizhang.http.past import leads_here
from taizhang.http.places import name_of
from taizhang.http.rendering import link
from taizhang.http.visit import Visit
from taizhang.projections.cases.cases import LeadState, lead_states
from taizhang.projections.cases.rates import Rate, rank, rates
from taizhang.projections.effective import day_of
from taizhang.projections.organisation_names import organisation_names
from taizhang.projections.rules.graph import KINDS
from taizhang.projections.rules.judging import Lead
from taizhang.projections.rules.leads import lead_of, leads
from taizhang.projections.rules.rule import Rule
from taizhang.projections.rules.rules import rule_named
from taizhang.projections.rules.tables import ledger_tables

MOST: Final = 100_000
NEW: Final = "new"
PAGES: Final = {
    "class": "/classes/",
    "person": "/persons/",
    "household": "/households/",
    "statement": "/statements/",
    "inspection": "/inspections/of/",
}


class Asked(NamedTuple):
    """A lead with how it stands, what became of its rule's earlier leads, and the rule's own words."""

    lead: Lead
    state: LeadState | None
    rate: Rate | None
    rule: Rule | None

    @property
    def status(self) -> str:
        return self.state.status if self.state is not None else NEW


def require_seeing(visit: Visit) -> None:
    """Raises NoAnswer (403)."""
    if visit.actor.role not in SEEING:
        raise NoAnswer(403, "errors.403.body")


def ranked(visit: Visit, region: str, rule: str = "", status: str = "", severity: str = "") -> list[Asked]:
    """The leads of a region: graver ones, those of rules that were mostly right, and greater sums first."""
    visit.reception.set_up()
    with leads_here(visit) as connection:
        found = leads(connection, region, rule=rule, severity=severity, limit=MOST)
        states, hits = lead_states(connection), rates(connection)
    told = [_asked(one, states, hits) for one, _ in found]
    chosen = [one for one in told if not status or one.status == status]
    return sorted(chosen, key=lambda one: rank(one.lead.severity, one.rate, one.lead.sum_fen), reverse=True)


def lead_asked(visit: Visit, lead: str) -> Asked:
    """One lead by id, at the moment looked at; one that the rules do not find any more is told by the work on it.

    Raises HTTPException (404).
    """
    visit.reception.set_up()
    with leads_here(visit) as connection:
        states, hits = lead_states(connection, [lead]), rates(connection)
        found = lead_of(connection, lead)
    if found is not None and within(found.region, visit.scope):
        return _asked(found, states, hits)
    if lead not in states or not within(states[lead].region, visit.scope):
        raise HTTPException(404)
    return _worked_on(states[lead], states, hits, visit.t("leads.gone"))


def leads_of_case(visit: Visit, leads: Sequence[str]) -> list[Asked]:
    """The leads that a case rests on; of a moment of the past what had been done with each, without asking the rules again.

    Raises HTTPException (404).
    """
    if not visit.bar.query:
        return [lead_asked(visit, lead) for lead in leads]
    with visit.house.log.database.read() as connection:
        states, hits = lead_states(connection, [*leads], cuts(visit)), rates(connection, cuts(visit))
    found = [states[lead] for lead in leads if lead in states and within(states[lead].region, visit.scope)]
    return [_worked_on(state, states, hits, visit.t("leads.asked_then")) for state in found]


def work_at(visit: Visit, tag: str) -> list[Recorded]:
    """The facts that bear the tag of a lead or a case, as far as the officer sees them and the bar reaches, in the order of the log."""
    at, day = cuts(visit)
    eyes = Eyes(visit.house.log, visit.actor)
    rows = visit.house.log.read([Criterion((), (tag,))]).facts
    found = [opened(row.position, row.leaf) for row in rows if at is None or row.recorded_at <= at]
    return [fact for fact in found if (day is None or day_of(fact.fact) <= day) and eyes.sees(fact)]


def facts_at(visit: Visit, positions: Iterable[int]) -> tuple[list[Recorded], int]:
    """The facts at these positions as far as the officer sees them, and how many are left out."""
    wanted = sorted(set(positions))
    eyes = Eyes(visit.house.log, visit.actor)
    found = [opened(row.position, row.leaf) for row in visit.house.log.at(wanted)] if wanted else []
    seen = [fact for fact in found if eyes.sees(fact)]
    return seen, len(found) - len(seen)


def subject_link(visit: Visit, subject: str) -> str:
    """Where a subject of a lead leads, at the moment looked at."""
    kind, _, id = subject.partition(":")
    page = PAGES.get(kind, "")
    if page:
        return link(f"{page}{id}", visit.bar.query)
    return link("/relations" if kind in KINDS else "/facts", visit.bar.query, of=subject)


def relations_link(visit: Visit, subject: str) -> str:
    """Where the ties of a subject are shown; empty where none are kept."""
    return link("/relations", visit.bar.query, of=subject) if subject.partition(":")[0] in KINDS else ""


def subject_words(visit: Visit, subject: str, people: Any) -> str:
    """What a subject is called; persons masked."""
    kind, _, id = subject.partition(":")
    if kind == "person" and id in people:
        return f"{people[id].name or visit.label('word', 'nameless')}"
    if kind == "region":
        return name_of(visit, id)
    if kind == "content":
        return visit.label("code.content", id)
    return f"{visit.label('subject_kind', kind)} {id}"


def told_of(visit: Visit, subjects: Iterable[str], *, is_of_leads: bool = True) -> dict[str, str]:
    """Who was not there must know of what class and school a lead speaks: name, institution and days, by subject.

    `is_of_leads`: the views of the moment are at hand, since the page shows leads; else what is said is of now.
    """
    found = [one.partition(":") for one in subjects]
    c = ledger_tables().classes.c
    wanted = [id for kind, _, id in found if kind == "class"]
    columns = (c.training_class, c.name, c.institution, c.starts_on, c.ends_on)
    with leads_here(visit) if is_of_leads else visit.house.log.database.read() as connection:
        rows = connection.execute(select(*columns).where(c.training_class.in_(wanted))).all()
        offices = [id for kind, _, id in found if kind in ("institution", "organisation")]
        names = organisation_names(connection, [*offices, *(row.institution for row in rows)])
    told = {
        f"class:{row.training_class}": f"{row.name} · {names.get(row.institution, row.institution)} · "
        f"{row.starts_on} – {row.ends_on}"
        for row in rows
    }
    return told | {f"{kind}:{id}": names[id] for kind, _, id in found if kind != "class" and id in names}


def subjects_named(visit: Visit, words: str, subjects: Iterable[str]) -> str:
    """A lead's words with the names of the regions that it is about, and those of the classes before their ids."""
    for kind, _, id in (one.partition(":") for one in subjects):
        name = name_of(visit, id) if kind == "region" else class_name(visit, id) if kind == "class" else ""
        if name:
            called = name if kind == "region" else visit.t("leads.class_called", name=name, id=id)
            words = called.join(re.split(rf"(?<![\w-]){re.escape(id)}(?![\w-])", words))
    return words


def persons_of(subjects: Sequence[str], facts: Iterable[Recorded] = ()) -> list[str]:
    """The persons among these subjects and in these facts."""
    tags = [*subjects, *(tag for fact in facts for tag in fact.tags)]
    return list(dict.fromkeys(tag.removeprefix("person:") for tag in tags if tag.startswith("person:")))


def _worked_on(state: LeadState, states: dict[str, LeadState], hits: dict[tuple[str, int], Rate], words: str) -> Asked:
    """A lead told by the work on it."""
    named = rule_named(state.rule)
    severity = named.severity if named is not None else "low"
    about = (state.subjects, state.amount_fen or 0, (), 0, 0)
    lead = Lead(state.lead, state.rule, state.version, severity, state.region, *about, words, words)
    return _asked(lead, states, hits)


def _asked(lead: Lead, states: dict[str, LeadState], hits: dict[tuple[str, int], Rate]) -> Asked:
    named = rule_named(f"{lead.rule}@{lead.version}") or rule_named(lead.rule)
    return Asked(lead, states.get(lead.lead), hits.get((lead.rule, lead.version)), named)
