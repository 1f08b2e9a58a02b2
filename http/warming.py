"""What the first visitors would wait for is looked up before the doors open: in a large log that takes a second or two."""

from __future__ import annotations

import structlog

from taizhang.adapters.log.log import Criterion
from taizhang.adapters.preset import PROVINCE
from taizhang.domain.refused import SubmissionRefused
from taizhang.http.asking import Asking
from taizhang.http.ledger_reading import Scope, covered, kept_ledger
from taizhang.http.map_pages import kept_counties
from taizhang.http.overview_reading import aims
from taizhang.http.reception import Reception


def warm(reception: Reception) -> None:
    """Compile the templates, keep the province's overview and ledger, find what is asked for by its type alone.

    What fails is left for later.
    """
    asking = Asking(reception)
    try:
        for template in reception.templates.list_templates():
            reception.templates.get_template(template)
        with reception.house.log.database.one_moment():
            reception.house.log.read([Criterion((SubmissionRefused.TOPIC,), ())], limit=1)
            kept_ledger(asking, Scope(PROVINCE))
            kept_counties(asking, Scope(PROVINCE))
            covered(asking, PROVINCE)
            aims(asking, PROVINCE)
    except Exception as problem:
        structlog.get_logger().warning("nothing could be looked up in advance", exc_info=problem)
