"""What an officer may see: one rule for regions, classes, households and facts, asked by every page.

What lies outside is answered exactly as what does not exist: 404, the same page, nothing told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from starlette.exceptions import HTTPException

from taizhang.domain.decisions import within

_COUNTY_IN: Final = re.compile(r"^(?:class:c|seal:|region:)(\d{6})")
REGION_CODE: Final = re.compile(r"^\d{6}(\d{3}(\d{3})?)?$")


def require_within(region: str | None, scope: str) -> str:
    """The region, when the scope contains it.

    Raises HTTPException (404) for a foreign, unknown or missing one alike.
    """
    if region is None or not REGION_CODE.match(region) or not within(region, scope):
        raise HTTPException(404)
    return region


def regions_of(tags: Iterable[str]) -> set[str]:
    """The counties and regions that these tags name by their ids."""
    return {found[1] for tag in tags if (found := _COUNTY_IN.match(tag))}


def seen_from(scope: str, regions: Iterable[str]) -> bool:
    """Whether any of these regions lies in the scope."""
    return any(within(region, scope) for region in regions)
