"""Inspections as performance asks it: findings, rectified in time, returned; reports after reminders; blind self-inspections."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection

from taizhang.projections.inspections.book import RECURS_DAYS, FindingRow, findings_of
from taizhang.projections.inspections.known import Known, known_facts
from taizhang.projections.performance.asked import Grouped, Grouping, Question, day_in, grouped, region_key
from taizhang.projections.scope import DIGITS, level_of, stem_of

OWN: Final = "self"


class SelfInspection(NamedTuple):
    """One self-inspection, and what others found there: (finding's position) when it found nothing itself."""

    position: int
    region: str
    organisation: str
    found_elsewhere: tuple[int, ...]


class Inspected(NamedTuple):
    """What the inspections of a region and period come to at the cuts."""

    findings: list[FindingRow]
    reports: dict[str, tuple[int, bool]]  # by finding: position of the first report, whether a reminder came before
    selves: list[SelfInspection]
    visits: list[tuple[str, date]]  # of announced inspections: the region, and the day of the first visit


def inspected(connection: Connection, question: Question) -> Inspected:
    """Read the facts about inspections once, and see what they come to."""
    facts = known_facts(connection, question.cuts)
    every = findings_of(facts, question.on)
    stem = stem_of(question.region)
    mine = [one for one in every if one.region.startswith(stem) and day_in(question, one.found_on)]
    return Inspected(mine, _reports(facts), list(_selves(facts, every, question)), list(_announced(facts, question)))


def findings(found: Inspected, question: Question, by: Grouping) -> Grouped:
    """What of inspections can be counted, by group."""
    groups: Grouped = {}
    for one in found.findings:
        key = finding_key(one, question, by)
        for name in finding_inputs(one, found, question.on) if key is not None else ():
            grouped(groups, key or "", name, 1)
    for inspection in found.selves:
        key = self_key(inspection, question, by)
        if key is not None:
            grouped(groups, key, "self_inspections", 1)
            grouped(groups, key, "self_inspections_blind", int(bool(inspection.found_elsewhere)))
    return groups


def finding_inputs(one: FindingRow, found: Inspected, on: date) -> Iterator[str]:
    """The inputs in which a finding counts on that day."""
    yield "findings"
    if one.recurs:
        yield "findings_recurring"
    if one.changed:
        yield "findings_changed_under"
    if one.first_deadline is not None and (one.closed_on is not None or one.first_deadline < on):
        yield "rectifications_due"
        if one.closed_on is not None and one.closed_on <= one.first_deadline:
            yield "rectified_on_time"
    if one.finding in found.reports:
        yield "rectifications_reported"
        if found.reports[one.finding][1]:
            yield "reported_after_reminder"


def finding_key(one: FindingRow, question: Question, by: Grouping) -> str | None:
    if by == "institution":
        return one.institution or None
    if by == "department":
        return one.responsible or None
    return place_key(one.region, question, by)


def self_key(one: SelfInspection, question: Question, by: Grouping) -> str | None:
    return one.organisation if by in ("institution", "department") else place_key(one.region, question, by)


def place_key(region: str, question: Question, by: Grouping) -> str | None:
    """The region below in which something lies; what belongs to the whole region belongs to none of these."""
    if by == "whole":
        return ""
    code = region[:6]
    return region_key(code, question) if by == "region" and DIGITS[level_of(code)] >= question.digits() else None


def _reports(facts: Iterable[Known]) -> dict[str, tuple[int, bool]]:
    reminded: set[str] = set()
    found: dict[str, tuple[int, bool]] = {}
    for one in facts:
        if one.kind == "reminder-sent":
            reminded.add(one.fact.finding)
        elif one.kind == "rectification-reported":
            found.setdefault(one.fact.finding, (one.position, one.fact.finding in reminded))
    return found


def _selves(facts: list[Known], every: list[FindingRow], question: Question) -> Iterator[SelfInspection]:
    opened = [one for one in facts if one.kind == "inspection-opened"]
    own = {one.fact.inspection for one in opened if one.fact.kind == OWN}
    found_own = {one.inspection for one in every if one.inspection in own}
    others: dict[str, list[FindingRow]] = {}
    for row in every:
        if row.inspection not in own:
            others.setdefault(row.content, []).append(row)
    stem = stem_of(question.region)
    for one in opened:
        fact = one.fact
        if fact.kind == OWN and fact.region.startswith(stem) and day_in(question, fact.occurred_on):
            seen = () if fact.inspection in found_own else _elsewhere(fact, others)
            yield SelfInspection(one.position, fact.region, fact.organisation, tuple(seen))


def _elsewhere(fact: Any, others: dict[str, list[FindingRow]]) -> list[int]:
    here = stem_of(fact.region[:6])
    return sorted(
        row.position
        for content in fact.contents
        for row in others.get(content, ())
        if row.region.startswith(here) and abs((row.found_on - fact.occurred_on).days) <= RECURS_DAYS
    )


def _announced(facts: list[Known], question: Question) -> Iterator[tuple[str, date]]:
    """Announced inspections that touch the asked region, with the day of the first visit, in the period."""
    first: dict[str, date] = {}
    for one in facts:
        if one.kind == "visit-held":
            day = one.fact.occurred_on
            first[one.fact.inspection] = min(day, first.get(one.fact.inspection, day))
    stem = stem_of(question.region)
    for one in facts:
        fact = one.fact
        if one.kind == "inspection-opened" and fact.announced and fact.inspection in first:
            region, day = fact.region[:6], first[fact.inspection]
            touches = region.startswith(stem) or stem.startswith(stem_of(region))
            if touches and day_in(question, day):
                yield region, day
