"""What the first visitors would wait for is looked up before the doors open: in a large log that takes a second or two."""

from __future__ import annotations

import structlog

from taizhang.adapters.log.log import Criterion
from taizhang.adapters.preset import PROVINCE
from taizhang.domain.refused import SubmissionRefused
from taizhang.http.asking import Asking
from taizhang.http.ledger_reading import Scope, class_page, covered, kept_ledger
from taizhang.http.map_pages import kept_counties
from taizhang.http.overview_reading import aims
from taizhang.http.reception import Reception


def warm(reception: Reception) -> None:
    """Compile the templates, keep the overview and ledger of the province and of one county, find what is asked by its type alone.

    Every county is asked for in the same words, which the database then knows. What fails is left for later.
    """
    asking = Asking(reception)
    try:
        for template in reception.templates.list_templates():
            reception.templates.get_template(template)
        with reception.house.log.database.one_moment():
            reception.house.log.read([Criterion((SubmissionRefused.TOPIC,), ())], limit=1)
            rows, _ = kept_counties(asking, Scope(PROVINCE))
            for region in (PROVINCE, *(row.code for row in rows[:1])):
                page, _ = class_page(reception.house, region, "")
                kept_ledger(asking, Scope(region), frozenset(page) if page else None)
                covered(asking, region)
                aims(asking, region)
    except Exception as problem:
        structlog.get_logger().warning("nothing could be looked up in advance", exc_info=problem)
