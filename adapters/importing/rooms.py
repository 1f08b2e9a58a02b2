"""The order in which forms go in: what others build on comes first, whatever the order of files and sheets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from taizhang.adapters.forms.forms import FormKind
from taizhang.adapters.importing import attendance, certificates, classes, extras, households, postings, roster, scores
from taizhang.adapters.importing.context import Context
from taizhang.adapters.importing.rows import Pending, Planned, Table

Plan = Callable[[Sequence[Table], Context], Iterator[list[Planned]] | Iterator[Pending]]


class Stage(NamedTuple):
    """One pass over the tables of one form; everything before it is recorded when it begins."""

    form: FormKind
    plan: Plan


STAGES: tuple[Stage, ...] = (
    Stage(FormKind.HOUSEHOLD_REGISTER, households.plan),
    Stage(FormKind.CLASS_FILING, classes.plan),
    Stage(FormKind.ROSTER, roster.plan),
    Stage(FormKind.ROSTER, roster.plan_named),
    Stage(FormKind.ATTENDANCE, attendance.plan),
    Stage(FormKind.SCORES, scores.plan),
    Stage(FormKind.ROSTER, extras.plan_scores),
    Stage(FormKind.CERTIFICATES, certificates.plan),
    Stage(FormKind.ROSTER, extras.plan_certificates),
    Stage(FormKind.VILLAGE_DUTY, postings.plan_duty),
    Stage(FormKind.APPRAISALS, postings.plan_appraisals),
)
