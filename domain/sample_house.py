"""Where a generated, labelled sample may go: into a house in which nobody works yet, with officers that bear its label.

Whoever records real facts was appointed first, by the administrator. So a house that holds real facts has an officer
besides its administrators, and never takes a sample.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from taizhang.domain.core import Actor, OfficerId, Refusal

SAMPLE_MAKER = "sample-maker"  # the house's own role when it makes the officers of a sample
SAMPLE_LABEL = "sample-"  # how the ids of these officers begin


@dataclass(eq=False)
class NotASampleHouse(Refusal):
    """A sample's maker appoints labelled officers without administrators' roles, beside the house's administrators only."""

    RULE: ClassVar = "officers.not-a-sample-house"
    SOURCE: ClassVar = "issue 1 (sample: clearly labelled); 三员分立 (GB/T 22239-2019)"
    zh = "本系统已登记正式经办人,或所设经办人 {officer} 不是示例经办人,不能写入示例数据。请另建一个库试用示例。"
    en = "Officers of its own work in this house, or {officer} is no sample officer, so no sample goes into it. Make another house for the sample."
    officer: OfficerId


def require_sample(at_work: int, by: Actor, officer: OfficerId, *, administrates: bool = False) -> None:
    """Refuse a sample's maker who meets officers of the house, or makes one without the label or an administrator.

    `at_work`: officers appointed who bear no label and are not administrators only. Who acts in another role passes. Raises NotASampleHouse.
    """
    labelled = officer.startswith(SAMPLE_LABEL) and not administrates
    if by.role == SAMPLE_MAKER and (at_work > 0 or not labelled):
        raise NotASampleHouse(officer=officer)
