"""What a printed page bears at its foot: the report's id, the log's head, and the QR code to check both by."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

import segno
from markupsafe import Markup

from taizhang.adapters.printed import Question, issue
from taizhang.adapters.reports import Head
from taizhang.http.funds_scope import cuts, looked_on
from taizhang.projections.funds.cuts import UseScope

if TYPE_CHECKING:
    from taizhang.http.visit import Visit

MODULE_PIXELS: Final = 2
CORRECTION: Final = "m"  # 15 per cent of the code may be unreadable: paper gets dirty
MASK: Final = (
    0  # any is read alike; to choose among the eight takes most of the time, and base64 has no patterns to break
)
PICTURES: Final = 128  # remembered: as long as a page says the same, its code is the same, and slow to draw
TAG_BYTES_MOST: Final = 400  # of all tags in one code, some twenty ids: with more it grows too fine for a telephone


class Foot(NamedTuple):
    """The head of a report and its code as a picture."""

    report: str
    position: int
    root: str
    code: str
    picture: Markup


def foot_of_facts(visit: Visit, tags: Sequence[str]) -> Foot | None:
    """The foot of a paper that rests on the facts bearing one of these tags, a circular or a statement; None without any.

    In the template: {% if foot %}{% include "report_foot.html" %}{% endif %}. Anybody checks it with `taizhang check-report`.
    """
    question = Question("facts", tags=tuple(tags))
    head = issue(visit.house, question, cuts(visit), visit.house.log.head(), visit.language, visit.scope)
    return foot_of(head) if head is not None else None


def fits(tags: Sequence[str]) -> bool:
    """Whether one code holds all these tags."""
    return len("".join(tags).encode()) <= TAG_BYTES_MOST


def foot_of_money(visit: Visit, scope: UseScope) -> Foot | None:
    """The foot of a page of money: the sums of the scope as the page looks at them, at the position of its view."""
    at = next(view for view in visit.views if view.name == "funds")
    question = Question("money", money=scope, on=looked_on(visit))
    head = issue(visit.house, question, cuts(visit), at, visit.language, visit.scope)
    return foot_of(head) if head is not None else None


def foot_of(head: Head) -> Foot:
    """The foot for a report's head."""
    return Foot(*head, _picture(head.code))


@lru_cache(maxsize=PICTURES)
def _picture(code: str) -> Markup:
    drawn = segno.make(code, error=CORRECTION, micro=False, mask=MASK)
    return Markup(drawn.svg_inline(scale=MODULE_PIXELS, border=4, omitsize=False))  # noqa: S704 (our own code)
