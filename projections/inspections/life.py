"""The life of one finding or sample step by step, and what findings led to: circulars, accountability, commendation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from taizhang.projections.inspections.book import FindingRow
from taizhang.projections.inspections.known import CHANGED, GroundChanged, Known

CONSEQUENCES = ("circular-issued", "accountability-imposed", "commendation-given")


class Overdue(NamedTuple):
    """How many findings of a region are past their deadline, of how many that are not closed."""

    region: str
    overdue: int
    unclosed: int
    longest_days: int
    reminders: int
    answered: int


def steps_of_finding(known: Iterable[Known], finding: str) -> list[Known]:
    """Everything that was recorded of a finding, and what was published or decided for it, by day."""
    mine = [
        one
        for one in known
        if one.kind != CHANGED
        and (getattr(one.fact, "finding", "") == finding or finding in getattr(one.fact, "findings", ()))
    ]
    return sorted(mine, key=lambda one: (one.fact.occurred_on, one.position))


def changes_under(known: Iterable[Known], finding: str) -> dict[int, GroundChanged]:
    """By the position of what a finding rests on: how it was changed since, the latest change."""
    return {one.fact.ground: one.fact for one in known if one.kind == CHANGED and one.fact.finding == finding}


def steps_of_sample(known: Iterable[Known], sample: str) -> list[Known]:
    """Everything that was recorded of a sample, in the order of the log."""
    return [one for one in known if getattr(one.fact, "sample", "") == sample]


def consequences(known: Iterable[Known], stem: str) -> list[Known]:
    """Circulars, accountability and commendations of a region and everything in it; circulars about it, too; newest first."""
    found = [one for one in known if one.kind in CONSEQUENCES and _concerns(one.fact, stem)]
    return sorted(found, key=lambda one: (one.fact.occurred_on, one.position), reverse=True)


def overdue_by_region(findings: Sequence[FindingRow], digits: int) -> list[Overdue]:
    """The findings that are not closed, by the first digits of where they were found (4: prefectures, 6: counties)."""
    groups: dict[str, list[FindingRow]] = {}
    for one in findings:
        if one.state != "closed":
            groups.setdefault(one.region[:digits].ljust(6, "0"), []).append(one)
    return [
        Overdue(
            region,
            sum(one.overdue_days > 0 for one in rows),
            len(rows),
            max(one.overdue_days for one in rows),
            sum(one.reminders for one in rows),
            sum(one.reminders_answered for one in rows),
        )
        for region, rows in sorted(groups.items())
    ]


def _concerns(fact: Any, stem: str) -> bool:
    about = [finding[5:11] for finding in getattr(fact, "findings", ())]
    return any(region.startswith(stem) for region in (fact.region, *about))
