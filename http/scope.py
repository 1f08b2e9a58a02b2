"""What an officer may see: one rule for regions, classes, households and facts, asked by every page.

What lies outside is answered exactly as what does not exist: 404, the same page, nothing told.
"""

from __future__ import annotations

import re
from typing import Final

from starlette.exceptions import HTTPException

from taizhang.domain.decisions import within

REGION_CODE: Final = re.compile(r"^\d{6}(\d{3}(\d{3})?)?$")


def require_within(region: str | None, scope: str) -> str:
    """The region, when the scope contains it.

    Raises HTTPException (404) for a foreign, unknown or missing one alike.
    """
    if region is None or not REGION_CODE.match(region) or not within(region, scope):
        raise HTTPException(404)
    return region
