"""Persons told again from their facts: which fact made somebody count, or count no more, in a figure of persons."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, Final

from taizhang.domain.boundary import correction_of
from taizhang.domain.classes import ClassFiled
from taizhang.domain.core import Correction, Fact
from taizhang.domain.enrolment import TraineeEnrolled, TraineeWithdrawn
from taizhang.domain.log import LogReader
from taizhang.projections.cells import Span
from taizhang.projections.ledger import LedgerView
from taizhang.projections.ledger_memory import Memory
from taizhang.projections.replay import (
    MERGES,
    Cuts,
    Effect,
    about_persons,
    bodies_of,
    known,
    memory_for,
    tagged,
)
from taizhang.projections.view import Item, PageDecoder

KEPT_CLASSES: Final = 20_000  # filings remembered while one figure is opened
Wanted = Callable[[str, Span], bool]  # whether an enrolment in this class belongs to the scope, without its days


def ids_ever(log: LogReader, person: str) -> frozenset[str]:
    """Every id that was ever, directly or through others, merged with this one, whether or not it still is."""
    decoder = PageDecoder(frozenset(MERGES))
    found, wanted = {person}, {person}
    while wanted:
        items = [item for one in sorted(wanted) for item in decoder.items(tagged(log, f"person:{one}"))]
        wanted = {tag.removeprefix("person:") for item in items for tag in item.fact.tags()} - found
        found |= wanted
    return frozenset(found)


class PersonReplay:
    """Tells persons again, one after the other; the filings of classes they share are read once."""

    def __init__(self, log: LogReader) -> None:
        self._log = log
        self._view = LedgerView()
        said = (cls for cls in self._view.wants() if not issubclass(cls, Correction))
        about = (cls for cls in said if "training_class" not in cls.__struct_fields__)
        self._about = PageDecoder(_with_corrections(*about))
        self._own = PageDecoder(_with_corrections(TraineeEnrolled, TraineeWithdrawn))
        self._filing = PageDecoder(_with_corrections(ClassFiled))
        self._filings: dict[str, list[Item]] = {}

    def effects(
        self,
        ids: frozenset[str],
        wanted: Wanted,
        cuts: Cuts,
        *,
        days: tuple[date, date] | None = None,
        poor: bool = False,
        after: int = 0,
    ) -> Iterator[Effect]:
        """Which facts changed how many persons these ids count for, and by how much, oldest first.

        They count once for each person behind them who has an enrolment in force that is `wanted` and began within
        `days`. Facts recorded until `after` (UTC microseconds) are left out. The ids must be all that were ever merged.
        """
        items = [item for one in sorted(ids) for item in self._own.items(tagged(self._log, f"person:{one}"))]
        classes = {body.training_class for item in items for body in bodies_of(item.fact)}  # type: ignore[attr-defined]
        items += [item for one in sorted(classes) for item in self._filed(one)]
        items += about_persons(self._log, self._about, ids)
        ordered, view = known(items, cuts), self._view
        memory, before = memory_for(view, set(classes), ordered), 0
        for one in ids:
            memory.spans.setdefault(one, {})
        for item in ordered:
            view.take(item)
            groups = {memory.group(one) for one in ids}
            total = sum(_counts(memory, group, wanted, cuts.as_effective_on, days, poor) for group in groups)
            if total != before and item.recorded_at > after:
                yield Effect(item.position, item.recorded_at, total - before)
            before = total

    def _filed(self, training_class: str) -> list[Item]:
        if training_class not in self._filings:
            if len(self._filings) >= KEPT_CLASSES:
                self._filings.clear()
            self._filings[training_class] = self._filing.items(tagged(self._log, f"class:{training_class}"))
        return self._filings[training_class]


def _counts(
    memory: Memory,
    group: tuple[str, ...],
    wanted: Wanted,
    until: date | None,
    days: tuple[date, date] | None,
    poor: bool,
) -> bool:
    """Whether the person with these ids is there on the day `until` (None: in the end)."""
    last = None if until is None else until.isoformat()
    first_day, last_day = ("", "9999") if days is None else (days[0].isoformat(), days[1].isoformat())
    return any(
        first_day <= since <= last_day
        and (end is None if last is None else since <= last and (end is None or last < end))
        for one in group
        for training_class, span in memory.spans[one].items()
        if wanted(training_class, span) and (span.poor or not poor)
        for since, end in span.presence
    )


def _with_corrections(*classes: type[Fact]) -> frozenset[type[Fact]]:
    found: set[Any] = set(classes)
    return frozenset(found | {one for cls in classes if (one := correction_of(cls)) is not None})
