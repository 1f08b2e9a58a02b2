"""What holds for each kind of posting: where it may be, which two go together, and by which scheme a year is graded."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from taizhang.domain.postings.appraisals import Grade
from taizhang.domain.postings.officials import PersonType, PostingKind
from taizhang.domain.regions import Category, Level


class Place(NamedTuple):
    """Where a kind of posting may be: at which level, in poor villages only, in counties of one category only."""

    level: Level
    poor: bool = False
    category: Category | None = None


PLACES: Final[Mapping[PostingKind, Place]] = MappingProxyType(
    {
        "graduate-official": Place("village", poor=True),
        "first-secretary": Place("village"),
        "team-member": Place("village"),
        "science-commissioner": Place("village", poor=True),
        "three-areas-talent": Place("village"),
        "deputy-county-head": Place("county", category="contiguous"),  # one of the 58
        "e-commerce-trainer": Place("county"),
    }
)
TOGETHER: Final[frozenset[frozenset[PostingKind]]] = frozenset(
    {frozenset({"first-secretary", "team-member"})}  # of one village: the first secretary often leads the team
)
_CIVIL: Final[tuple[Grade, ...]] = ("excellent", "competent", "basically-competent", "incompetent")
_PUBLIC: Final[tuple[Grade, ...]] = ("excellent", "qualified", "basically-qualified", "unqualified")
SCHEMES: Final[Mapping[PersonType, tuple[Grade, ...]]] = MappingProxyType(
    {
        "civil-servant": _CIVIL,
        "graduate": _CIVIL,  # renewed when 称职: facts/programme.md section 5
        "public-institution": _PUBLIC,
        "enterprise": _PUBLIC,
    }
)
