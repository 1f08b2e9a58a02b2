"""What inspections and findings have become by a day: plan against done, states, what is overdue, what returned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from taizhang.domain.inspections.drawing import NotDrawable, read_mark
from taizhang.domain.inspections.rules import code_in
from taizhang.projections.inspections.known import CHANGED, Known
from taizhang.projections.inspections.view import REFUSED
from taizhang.projections.scope import stem_of

RECURS_DAYS: Final = 365  # facts/falsification.csv F53: the same type returns in less than 12 months
DRAWN_TWICE: Final = "inspections.sample-drawn-already"


class FindingRow(NamedTuple):
    """One finding and how it stands; days are Beijing dates, None: not so far."""

    finding: str
    inspection: str
    region: str
    content: str
    object: str
    institution: str
    blocking: bool
    amount_fen: int
    found_on: date
    state: str  # finding-state
    answered: bool
    responsible: str
    person_in_charge: str
    deadline: date | None
    orders: int  # how often it was ordered; more than once: the deadline may have moved
    first_deadline: date | None
    overdue_days: int
    reported_on: date | None
    reviewed_on: date | None
    closed_on: date | None
    reopened: int
    revisited_on: date | None
    revisit_holds: bool | None
    reminders: int
    reminders_answered: int
    recurs: str  # the earlier finding on the same institution (or object) and content within 12 months
    changed: tuple[int, ...]  # corrections, after the finding, of facts that it rests on
    position: int


class InspectionRow(NamedTuple):
    """One inspection and what came of it."""

    inspection: str
    region: str
    kind: str
    organisation: str
    opened_on: date
    announced_on: date | None
    plan: str
    visits: int
    findings: int
    open_findings: int
    found_elsewhere: tuple[str, ...]  # of a self-inspection without findings: what others found there in those months
    position: int


class VisitRow(NamedTuple):
    """One visit; heads are to be set against attendance at that hour."""

    visit: str
    inspection: str
    object: str
    training_class: str
    held_on: date
    at: int
    heads: int | None
    position: int


class SampleRow(NamedTuple):
    """One sample; a nonce that is never opened and attempts to draw again are shown as such."""

    sample: str
    inspection: str
    state: str  # committed, fixed, drawn
    committed_on: date
    fixed_on: date | None
    drawn_on: date | None
    method: str
    units: int
    drawn: int
    population_position: int | None  # where the population was fixed
    checkpoint_size: int | None
    waiting_days: int  # since the nonce was committed, while it is not opened
    attempts: int  # to draw again a sample of this inspection


class PlanRow(NamedTuple):
    """One inspection that a plan promises, and those that kept the promise."""

    plan: str
    region: str
    kind: str
    by: date
    done: tuple[str, ...]
    state: str  # done, late, due, overdue


class Book(NamedTuple):
    """Everything asked of inspections in a region, as of a day."""

    plans: tuple[PlanRow, ...]
    inspections: tuple[InspectionRow, ...]
    visits: tuple[VisitRow, ...]
    findings: tuple[FindingRow, ...]
    samples: tuple[SampleRow, ...]


def book(known: Iterable[Known], on: date, region: str = "620000") -> Book:
    """What the facts come to on a day, for a region and everything in it."""
    facts = list(known)
    stem = stem_of(region)
    every = findings_of(facts, on)
    index = _index(facts, every)
    inspections = [one for one in facts if one.kind == "inspection-opened" and one.fact.region.startswith(stem)]
    visits = tuple(_visit(one) for one in facts if one.kind == "visit-held" and _in(one, stem))
    return Book(
        tuple(_plans(facts, on, stem)),
        tuple(_inspection(one, index) for one in inspections),
        visits,
        tuple(one for one in every if one.region.startswith(stem)),
        tuple(_sample(one, index, on) for one in facts if one.kind == "nonce-committed" and _in(one, stem)),
    )


class _Index(NamedTuple):
    """What every row asks of the others, put together once: a province has thousands of each."""

    visits: Counter[str]  # by inspection
    findings: Mapping[str, list[FindingRow]]  # by inspection
    by_others: Sequence[FindingRow]  # of inspections that were no self-inspections
    samples: Mapping[str, dict[str, Known]]  # by sample and kind
    refused: Sequence[Known]


def _index(facts: Sequence[Known], findings: Sequence[FindingRow]) -> _Index:
    others = {o.fact.inspection for o in facts if o.kind == "inspection-opened" and o.fact.kind != "self"}
    by_inspection: dict[str, list[FindingRow]] = {}
    for row in findings:
        by_inspection.setdefault(row.inspection, []).append(row)
    samples: dict[str, dict[str, Known]] = {}
    for one in facts:
        sample = getattr(one.fact, "sample", None)
        if sample is not None:
            samples.setdefault(sample, {})[one.kind] = one
    return _Index(
        Counter(one.fact.inspection for one in facts if one.kind == "visit-held"),
        by_inspection,
        [row for row in findings if row.inspection in others],
        samples,
        [one for one in facts if one.kind == REFUSED],
    )


def _in(one: Known, stem: str) -> bool:
    return code_in(one.fact.inspection).startswith(stem)


# -- findings ---------------------------------------------------------------------------------------------


def findings_of(facts: list[Known], on: date) -> list[FindingRow]:
    """Every finding among these facts, and how it stands on a day."""
    by_finding: dict[str, dict[str, list[Any]]] = {}
    for one in facts:
        if getattr(one.fact, "finding", None):
            by_finding.setdefault(one.fact.finding, {}).setdefault(one.kind, []).append(one.fact)
    recorded = [one for one in facts if one.kind == "finding-recorded"]
    alike: dict[tuple[str, str], list[Known]] = {}
    for one in recorded:
        alike.setdefault(_sort_of(one.fact), []).append(one)
    return [_finding(one, by_finding[one.fact.finding], alike[_sort_of(one.fact)], on) for one in recorded]


def _sort_of(fact: Any) -> tuple[str, str]:
    """On what, and of which content, a finding is: two alike within 12 months are a return of the same."""
    return fact.institution or fact.object, fact.content


def _finding(one: Known, steps: dict[str, list[Any]], alike: list[Known], on: date) -> FindingRow:
    fact = one.fact
    ordered, reported = steps.get("rectification-ordered", []), steps.get("rectification-reported", [])
    reviewed, closed = steps.get("rectification-reviewed", []), steps.get("finding-closed", [])
    reopened, revisited = steps.get("finding-reopened", []), steps.get("revisit-held", [])
    last = ordered[-1] if ordered else None
    is_closed = len(closed) > len(reopened)
    late = (on - last.deadline).days if last is not None and not is_closed else 0
    return FindingRow(
        finding=fact.finding,
        inspection=fact.inspection,
        region=code_in(fact.finding),
        content=fact.content,
        object=fact.object,
        institution=fact.institution or "",
        blocking=fact.blocking,
        amount_fen=fact.amount_fen,
        found_on=fact.occurred_on,
        state=_state(steps, late),
        answered="finding-answered" in steps,
        responsible=last.responsible if last is not None else "",
        person_in_charge=last.person_in_charge if last is not None else "",
        deadline=last.deadline if last is not None else None,
        orders=len(ordered),
        first_deadline=ordered[0].deadline if ordered else None,
        overdue_days=max(late, 0),
        reported_on=reported[-1].occurred_on if reported else None,
        reviewed_on=reviewed[-1].occurred_on if reviewed else None,
        closed_on=closed[-1].occurred_on if is_closed else None,
        reopened=len(reopened),
        revisited_on=revisited[-1].occurred_on if revisited else None,
        revisit_holds=revisited[-1].holds if revisited else None,
        reminders=len(steps.get("reminder-sent", [])),
        reminders_answered=len(steps.get("reminder-answered", [])),
        recurs=_earlier(fact, alike),
        changed=tuple(sorted({one.correction for one in steps.get(CHANGED, ()) if one.ground in fact.rests_on})),
        position=one.position,
    )


def _state(steps: dict[str, list[Any]], late_days: int) -> str:
    """Where a finding stands; what is not closed by its deadline is overdue, whatever was reported."""
    ordered, reported = steps.get("rectification-ordered", []), steps.get("rectification-reported", [])
    reviewed, closed = steps.get("rectification-reviewed", []), steps.get("finding-closed", [])
    reopened = steps.get("finding-reopened", [])
    if len(closed) > len(reopened):
        return "closed"
    if late_days > 0:
        return "overdue"
    if len(reported) > len(reviewed):
        return "reported"
    if reviewed and reviewed[-1].accepted and (not reopened or reviewed[-1].occurred_on > reopened[-1].occurred_on):
        return "reviewed"
    if reopened:
        return "reopened"
    if ordered:
        return "due"
    return "answered" if "finding-answered" in steps else "open"


def _earlier(fact: Any, alike: list[Known]) -> str:
    """The latest earlier finding of the same content on the same institution, or the same thing, within 12 months."""
    earlier = [
        other.fact
        for other in alike
        if other.fact.finding != fact.finding
        and timedelta(0) < fact.occurred_on - other.fact.occurred_on <= timedelta(days=RECURS_DAYS)
    ]
    return max(earlier, key=lambda one: one.occurred_on).finding if earlier else ""


# -- inspections, visits, samples, plans ------------------------------------------------------------------


def _inspection(one: Known, index: _Index) -> InspectionRow:
    fact = one.fact
    mine = index.findings.get(fact.inspection, [])
    return InspectionRow(
        inspection=fact.inspection,
        region=fact.region,
        kind=fact.kind,
        organisation=fact.organisation,
        opened_on=fact.occurred_on,
        announced_on=fact.announced_on,
        plan=fact.plan,
        visits=index.visits[fact.inspection],
        findings=len(mine),
        open_findings=sum(row.state != "closed" for row in mine),
        found_elsewhere=_found_by_others(fact, index) if fact.kind == "self" and not mine else (),
        position=one.position,
    )


def _found_by_others(fact: Any, index: _Index) -> tuple[str, ...]:
    """What inspections that were no self-inspections found in the same region, on the same contents, within 12 months."""
    stem = stem_of(fact.region[:6])
    return tuple(
        row.finding
        for row in index.by_others
        if row.region.startswith(stem)
        and row.content in fact.contents
        and abs((row.found_on - fact.occurred_on).days) <= RECURS_DAYS
    )


def _visit(one: Known) -> VisitRow:
    fact = one.fact
    seen = fact.training_class or ""
    return VisitRow(fact.visit, fact.inspection, fact.object, seen, fact.occurred_on, fact.at, fact.heads, one.position)


def _sample(one: Known, index: _Index, on: date) -> SampleRow:
    fact = one.fact
    mine = index.samples[fact.sample]
    fixed, drawn = mine.get("population-fixed"), mine.get("sample-drawn")
    attempts = attempts_to_redraw(index.refused, fact.inspection, fact.sample)
    return SampleRow(
        sample=fact.sample,
        inspection=fact.inspection,
        state="drawn" if drawn else "fixed" if fixed else "committed",
        committed_on=fact.occurred_on,
        fixed_on=fixed.fact.occurred_on if fixed else None,
        drawn_on=drawn.fact.occurred_on if drawn else None,
        method=fixed.fact.method if fixed else "",
        units=fixed.fact.units if fixed else 0,
        drawn=len(drawn.fact.drawn) if drawn else 0,
        population_position=fixed.position if fixed else None,
        checkpoint_size=_size_of(drawn.fact.checkpoint) if drawn else None,
        waiting_days=0 if drawn else (on - fact.occurred_on).days,
        attempts=len(attempts),
    )


def attempts_to_redraw(facts: Iterable[Known], inspection: str, sample: str) -> list[Known]:
    """The refused attempts to draw a sample again; one that names no sample counts for each of its inspection."""
    found = [one for one in facts if one.kind == REFUSED and one.rule == DRAWN_TWICE and one.inspection == inspection]
    return [one for one in found if sample in (_sample_named(one.fact) or [sample])]


def _sample_named(refused: Any) -> list[str]:
    return [tag.partition(":")[2] for tag in refused.subjects if tag.startswith("sample:")]


def _size_of(note: str) -> int | None:
    try:
        return read_mark(note).size
    except NotDrawable:
        return None


def _plans(facts: list[Known], on: date, stem: str) -> Iterable[PlanRow]:
    opened: dict[tuple[str, str, str], list[Any]] = {}
    for one in facts:
        if one.kind == "inspection-opened":
            opened.setdefault((one.fact.plan, one.fact.region, one.fact.kind), []).append(one.fact)
    for plan in (one.fact for one in facts if one.kind == "plan-approved"):
        for item in plan.items:
            if not item.region.startswith(stem):
                continue
            done = opened.get((plan.plan, item.region, item.kind), [])
            in_time = any(one.occurred_on <= item.by for one in done)
            state = "done" if in_time else "late" if done else "due" if on <= item.by else "overdue"
            yield PlanRow(plan.plan, item.region, item.kind, item.by, tuple(o.inspection for o in done), state)
