"""Sessions that one cause keeps out: of a class that is not approved one is asked for, and speaks for all the others."""

from __future__ import annotations

from datetime import date
from typing import Any

from taizhang.adapters.importing.context import Context
from taizhang.adapters.importing.rows import Cause, Planned
from taizhang.domain.classes import ClassGuard, ClassId

Key = tuple[ClassId, str]


class Barred:
    """Takes out of planned sessions those that their class's own standing bars; the desk decides about one of each kind.

    So a sheet of a class that nobody approved is one refusal, not one for every day and every row.
    """

    def __init__(self, sessions: Planned, context: Context) -> None:
        self._whole, self._context = sessions, context
        self._tried: dict[Key, Planned] = {}
        self._kept: dict[Key, list[Any]] = {}
        items, sessions.items = sessions.items, []
        for item in items:
            key = self._key(item.fact.training_class, item.fact.hours.on)
            if not key[1]:
                sessions.items.append(item)
            elif key in self._tried:
                self._kept[key].append(item)
            else:
                self._tried[key], self._kept[key] = self._planned(item), []

    @property
    def tries(self) -> list[Planned]:
        """One session of each class and cause, to be decided by the desk."""
        return list(self._tried.values())

    def allowed(self) -> list[Planned]:
        """The others of those that were not refused after all, because somebody approved the class in between."""
        items = [item for key, kept in self._kept.items() if self._tried[key].barred is None for item in kept]
        return [self._planned(*items, tries=False)] if items else []

    def cause(self, training_class: ClassId, day: date) -> Cause | None:
        """What kept the sessions of that day out, as the desk said."""
        tried = self._tried.get(self._key(training_class, day)) if self._tried else None
        return None if tried is None else tried.barred

    def _planned(self, *items: Any, tries: bool = True) -> Planned:
        whole = self._whole
        return Planned(
            sheet=whole.sheet, row=whole.row, table=whole.table, items=list(items), whole_table=True, tries=tries
        )

    def _key(self, training_class: ClassId, day: date) -> Key:
        return training_class, _trouble(self._context.standing(training_class), day)


def _trouble(guard: ClassGuard, day: date) -> str:
    """Why a session of that day will be refused, as far as the class alone tells; "" where nothing speaks against it."""
    if guard.refused_on is not None:
        return "refused"
    if guard.cancelled_on is not None and guard.cancelled_on < day:
        return "cancelled"
    if guard.approved_on is None:
        return "not approved"
    filed_on = guard.filing.filed_on if guard.filing is not None else guard.approved_on
    return "approved later" if day < max(guard.approved_on, filed_on) else ""
