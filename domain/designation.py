"""Whether an institution was designated 定点 for an occupation on a day: asked when it files and when it teaches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from taizhang.domain.classes import InstitutionId, OccupationCode
from taizhang.domain.core import Refusal, Selector
from taizhang.domain.institutions import DESIGNATION_FACTS, Designations


@dataclass(eq=False)
class InstitutionNotDesignated(Refusal):
    """An institution trains only for occupations it is designated for on that day."""

    RULE: ClassVar = "training.institution-not-designated"
    SOURCE: ClassVar = "facts/falsification.csv F25"
    zh = "机构 {institution} 在 {day} 不具备工种 {occupation} 的定点资格(未认定、已过期、暂停或撤销)。请先办理认定,或核对机构、工种和日期。"
    en = "Institution {institution} is not designated for occupation {occupation} on {day} (never, expired, suspended or withdrawn). Have it designated first, or check institution, occupation and day."
    institution: InstitutionId
    occupation: OccupationCode
    day: date


def designation_selector(institution: InstitutionId) -> Selector:
    """Where to read what an institution is designated for."""
    return Selector(types=list(DESIGNATION_FACTS), tags=[f"institution:{institution}"])


def require_designated(known: Designations, institution: InstitutionId, occupation: OccupationCode, day: date) -> None:
    """Refuse what an institution may not teach on that day.

    Raises InstitutionNotDesignated.
    """
    if known.covering(occupation, day) is None:
        raise InstitutionNotDesignated(institution=institution, occupation=occupation, day=day)
