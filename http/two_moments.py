"""Two moments beside each other: what an address asks for, how every time bar leads there, and the page of what changed.

An axis left open at the earlier moment stands as at the later one; where nothing is said, the earlier is a week before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from taizhang.adapters.moments import microseconds
from taizhang.http.cuts import EFFECTIVE, RECORDED, TimeBar
from taizhang.http.errors import NoAnswer
from taizhang.http.rendering import NOTHING, link

if TYPE_CHECKING:
    from starlette.responses import Response

    from taizhang.domain.envelope import Recorded
    from taizhang.http.visit import Visit

SINCE, SINCE_EFFECTIVE = "since", "since_effective_on"
WEEK_US: Final = 7 * 24 * 3600 * 1_000_000
SHOWN: Final = 200  # facts listed on a page
COMPARED: Final[Mapping[str, str]] = {  # by the first part of a page's path: where what changed there is told
    **dict.fromkeys(("", "map", "ledger"), "/ledger/between"),
    "classes": "/ledger/between",
    "postings": "/postings/between",
    "inspections": "/inspections/between",
    "funds": "/funds/between",
    "claims": "/funds/between",
    "performance": "/performance/between",
    "leads": "/leads/between",
    "relations": "/leads/between",
    "cases": "/cases/between",
    "statements": "/statements/between",
}
OF_ONE: Final[Mapping[str, str]] = {"persons": "person", "households": "household"}  # by its page: the kind of a thing
OF_KIND: Final[Mapping[str, str]] = {  # by the page of all facts of a kind: which
    "seals": "statements.period-sealed.v1",
    "lists": "outside.list-imported.v1",
    "refusals": "statements.submission-refused.v1",
}
KEPT: Final = (
    "region",
    "period",
    "kind",
    "source",
    "year",
    "versions",
    "class",
)  # what a comparison is narrowed by, too


class TwoMoments(NamedTuple):
    """The earlier and the later one, each on both axes."""

    earlier: TimeBar
    later: TimeBar

    @property
    def query(self) -> dict[str, str]:
        """The parameters that carry both on to the next link."""
        names = {RECORDED: SINCE, EFFECTIVE: SINCE_EFFECTIVE}
        return self.later.query | {names[name]: value for name, value in self.earlier.query.items()}


class Change(NamedTuple):
    """One measure at both moments, in words, and where the facts behind the difference are told ("" nowhere)."""

    name: str
    label: str
    then: str
    later: str
    change: str
    is_changed: bool
    href: str


class Behind(NamedTuple):
    """A fact that stands at one of the moments only, what it is about, by how much it changed the measure, in words."""

    fact: Recorded
    is_open: bool
    about: str = ""
    change: str = ""
    href: str = ""  # where the page of what it is about is


def two_moments(visit: Visit) -> TwoMoments:
    """The two moments of an address. Raises NoAnswer (400)."""
    given, later = visit.request.query_params, visit.bar
    recorded, effective = given.get(SINCE, "").strip(), given.get(SINCE_EFFECTIVE, "").strip()
    try:
        since = microseconds(recorded) if recorded else None
        day = date.fromisoformat(effective) if effective else None
    except (ValueError, OverflowError):
        raise NoAnswer(400, "errors.time_unreadable") from None
    return TwoMoments(TimeBar(*earlier(since, day, *later, visit.house.clock())), later)


def earlier(
    since: int | None, day: date | None, recorded_at: int | None, effective_on: date | None, now: int
) -> tuple[int | None, date | None]:
    """The earlier moment on both axes, from what was said of it and from the later one; `now` is the clock."""
    if since is None and day is None:
        return (now if recorded_at is None else recorded_at) - WEEK_US, effective_on
    return (recorded_at if since is None else since), (effective_on if day is None else day)


def between_link(visit: Visit) -> str:
    """Where what changed between two moments is told of the page looked at; "" where nothing is compared."""
    first, _, rest = visit.here.strip("/").partition("/")
    target = COMPARED.get(first, "")
    asked = {**dict(visit.request.query_params), **visit.request.path_params}
    kept: dict[str, Any] = {name: asked[name] for name in KEPT if asked.get(name)}
    if first in OF_ONE:
        return link("/facts/between", {"of": f"{OF_ONE[first]}:{rest.partition('/')[0]}", **visit.bar.query})
    if first in OF_KIND:
        return link("/facts/between", {"type": OF_KIND[first], **visit.bar.query})
    if first in ("facts", "relations") and (asked.get("of") or asked.get("type")):
        named = {"of": asked["of"]} if asked.get("of") else {"type": asked["type"]}
        return link("/facts/between", {**named, **visit.bar.query})
    if first == "funds" and "line" in asked and rest:
        target = f"/funds/{asked['line']}/between"
    elif first == "classes":
        kept |= {"class": rest.partition("/")[0]}
    return link(target, kept | visit.bar.query) if target else ""


def change(
    name: str, label: str, values: tuple[int | None, int | None], said: Callable[[int | None], str], href: str = ""
) -> Change:
    """A measure then and later, with the difference in its own unit; where one of them is not there, no difference."""
    then, later = values
    by = NOTHING if then is None or later is None else signed(later - then, said)
    return Change(name, label, said(then), said(later), by, then != later, href if then != later else "")


def signed(amount: int, said: Callable[[int | None], str]) -> str:
    """A difference with its sign before it."""
    return f"{'+' if amount > 0 else '−' if amount < 0 else ''}{said(abs(amount))}"


def between_page(
    visit: Visit,
    path: str,
    title: str,
    *,
    trail: Sequence[tuple[str, str]],
    moments: TwoMoments,
    changes: Iterable[Change],
    kept: Mapping[str, object],
    measure: str = "",
    template: str = "between.html",
    **context: Any,
) -> Response:
    """The page of what changed: `title` of what, `kept` what its form carries on, `measure` the one whose facts are told.

    A `template` of its own extends the common one by what else has changed.
    """
    told: dict[str, Any] = {
        "of_kinds": False,
        "recorded": None,
        "behind": [],
        "has_more": False,
        "formula": "",
        "label_of_measure": "",
    }
    return visit.page(
        template,
        path=path,
        trail=[*trail, (visit.t("between.title"), "")],
        title=title,
        moments=moments,
        changes=list(changes),
        kept=kept,
        measure=measure,
        **told | context,
    )
