"""What a printed page bears at its foot: the report's id, the log's head, and the QR code to check both by."""

from __future__ import annotations

from typing import Final, NamedTuple

import segno
from markupsafe import Markup

from taizhang.adapters.reports import Head

MODULE_PIXELS: Final = 2
CORRECTION: Final = "m"  # 15 per cent of the code may be unreadable: paper gets dirty


class Foot(NamedTuple):
    """The head of a report and its code as a picture."""

    report: str
    position: int
    root: str
    code: str
    picture: Markup


def foot_of(head: Head) -> Foot:
    """The foot for a report's head."""
    drawn = segno.make(head.code, error=CORRECTION, micro=False)
    return Foot(*head, Markup(drawn.svg_inline(scale=MODULE_PIXELS, border=4, omitsize=False)))  # noqa: S704 (our own code)
