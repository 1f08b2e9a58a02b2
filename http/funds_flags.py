"""What somebody should look at: flags about money by kind, and the three-way reconciliation with what is unmatched."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final, get_args

from starlette.exceptions import HTTPException
from starlette.responses import Response

from taizhang.domain.officers import BUSINESS
from taizhang.http.funds_scope import asked_region, cuts, looked_on, money_page, require_role
from taizhang.http.names import class_names
from taizhang.http.people import masked
from taizhang.http.places import name_of, names_of
from taizhang.http.visit import Visit, door
from taizhang.projections.funds.cuts import UseScope
from taizhang.projections.funds.flag_kinds import FLAG_KINDS
from taizhang.projections.funds.flags import flags
from taizhang.projections.funds.lines import fund_lines
from taizhang.projections.funds.measures import AGE_BUCKETS
from taizhang.projections.funds.reconcile import UnmatchedKind, reconcile

PAGE: Final = 200
COMMONEST: Final = "recorded-late"  # listed last, so that it hides nothing else
KINDS: Final = {one.kind: one for one in FLAG_KINDS}
REGION: Final = re.compile(r"(?<![\w.,-])\d{6}(?![\w.,-])")  # a region's code alone, no part of an id or a sum
UNMATCHED: Final[tuple[str, ...]] = get_args(UnmatchedKind)


def fund_flags(visit: Visit) -> Response:
    """How many of each kind, then each flag with what it says, its facts, and how it may be innocent.

    Raises HTTPException (404) for a foreign region or an unknown kind.
    """
    require_role(visit)
    given = visit.request.query_params
    region, kind, line, start = asked_region(visit), given.get("kind", ""), given.get("line", ""), offset(visit)
    if kind and kind not in KINDS:
        raise HTTPException(404)
    with visit.house.log.database.read() as connection:
        found = flags(connection, looked_on(visit), UseScope(region, line=line or None), cuts(visit))
        lines = {one.line: one.name for one in fund_lines(connection, visit.scope)}
    counts = Counter(one.kind for one in found)
    chosen = [one for one in found if not kind or one.kind == kind]
    chosen.sort(key=lambda one: one.kind == COMMONEST)
    page = chosen[start : start + PAGE]
    names_of(visit, [one.region for one in page])
    return money_page(
        visit,
        "fund_flags.html",
        region=region,
        region_name=name_of(visit, region),
        kind=kind,
        line=line,
        kinds=FLAG_KINDS,
        known=KINDS,
        counts=counts,
        sums=Counter({name: sum(one.amount_fen for one in found if one.kind == name) for name in counts}),
        rows=[(one, _named(visit, visit.said(one.zh if visit.language == "zh" else one.en))) for one in page],
        lines=lines,
        next=start + PAGE if len(chosen) > start + PAGE else "",
    )


def _named(visit: Visit, words: str) -> str:
    """The words of a flag with regions called by their names; a code inside of an id stays."""
    return REGION.sub(lambda found: name_of(visit, found[0]), words)


def reconciliation(visit: Visit) -> Response:
    """Transfers, payments and what the ledger gives, side by side; then every class and person whose sides differ.

    Raises HTTPException (404) for a foreign region or class, or an unknown kind.
    """
    require_role(visit)
    given = visit.request.query_params
    region, kind, wanted, start = asked_region(visit), given.get("kind", ""), given.get("class", ""), offset(visit)
    if (kind and kind not in UNMATCHED) or (wanted and not wanted.startswith(f"c{visit.scope.rstrip('0')}")):
        raise HTTPException(404)
    log = visit.house.log
    with log.database.read() as connection:
        found = reconcile(connection, log, looked_on(visit), region, cuts(visit), wanted or None)
    counts = Counter(one.kind for one in found.persons)
    chosen = [one for one in found.persons if not kind or one.kind == kind]
    page = chosen[start : start + PAGE]
    differing = [one for one in found.classes if given.get("every") or one.unmatched or one.open_fen]
    names_of(visit, [one.county for one in found.classes] + [one.holder[:6] for one in found.waiting])
    class_names(visit, [wanted, *(one.training_class for one in page), *(one.training_class for one in differing)])
    return money_page(
        visit,
        "fund_reconciliation.html",
        region=region,
        region_name=name_of(visit, region),
        found=found,
        kind=kind,
        wanted=wanted,
        kinds=UNMATCHED,
        counts=counts,
        rows=page,
        differing=differing,
        every=bool(given.get("every")),
        waiting=[one for one in found.waiting if one.balance_fen],
        age_names=[one.name for one in AGE_BUCKETS],
        people=masked(visit.house.vault, [one.person for one in page]),
        next=start + PAGE if len(chosen) > start + PAGE else "",
    )


def offset(visit: Visit) -> int:
    """Where a page of a computed list begins. Raises HTTPException (400)."""
    text = visit.request.query_params.get("after", "")
    if not text:
        return 0
    if not (text.isascii() and text.isdecimal() and len(text) < len("1000000000")):
        raise HTTPException(400)
    return int(text)


ROUTES = (
    door("/funds/flags", fund_flags, roles=BUSINESS),
    door("/funds/reconciliation", reconciliation, roles=BUSINESS),
)
