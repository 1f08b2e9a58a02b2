"""The order in which forms go in: what others build on comes first, whatever the order of files and sheets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from taizhang.adapters import (
    importer_attendance,
    importer_certificates,
    importer_classes,
    importer_households,
    importer_roster,
    importer_scores,
)
from taizhang.adapters.forms import FormKind
from taizhang.adapters.importer_context import Context
from taizhang.adapters.importer_rows import Pending, Planned, Table

Plan = Callable[[Sequence[Table], Context], Iterator[list[Planned]] | Iterator[Pending]]


class Stage(NamedTuple):
    """One pass over the tables of one form; everything before it is recorded when it begins."""

    form: FormKind
    plan: Plan


STAGES: tuple[Stage, ...] = (
    Stage(FormKind.HOUSEHOLD_REGISTER, importer_households.plan),
    Stage(FormKind.CLASS_FILING, importer_classes.plan),
    Stage(FormKind.ROSTER, importer_roster.plan),
    Stage(FormKind.ROSTER, importer_roster.plan_named),
    Stage(FormKind.ATTENDANCE, importer_attendance.plan),
    Stage(FormKind.SCORES, importer_scores.plan),
    Stage(FormKind.CERTIFICATES, importer_certificates.plan),
)
