"""What stands around every page: where one is, what moment is looked at, how far the views have come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final

from taizhang.adapters.moments import beijing
from taizhang.domain.core import Correction
from taizhang.domain.envelope import Recorded, fact_classes
from taizhang.domain.outside import IMPORTING
from taizhang.domain.postings.officials import VILLAGE_OFFICIAL
from taizhang.domain.sealing import SEALERS
from taizhang.http.cuts import EFFECTIVE, RECORDED
from taizhang.http.places import name_of
from taizhang.http.refusals import rule_in_words
from taizhang.http.rendering import link, time
from taizhang.projections.follow import ViewStatus

if TYPE_CHECKING:
    from taizhang.http.visit import Visit

SECURITY: Final = "security-administrator"
PAGES: Final = (
    ("/", "nav.overview", None),
    ("/ledger", "nav.ledger", None),
    ("/import", "nav.import", frozenset({"clerk", "institution"})),
    ("/funds", "nav.funds", frozenset({"finance", "clerk", "inspector", "discipline", "organisation", "dashboard"})),
    ("/claims", "nav.claims", frozenset({"institution"})),
    (
        "/record",
        "nav.record",
        frozenset({"clerk", "institution", "finance", "organisation", "inspector", VILLAGE_OFFICIAL}),
    ),
    ("/lists", "nav.lists", IMPORTING),
    ("/duplicates", "nav.duplicates", frozenset({"clerk"})),
    ("/facts", "nav.facts", None),
    ("/refusals", "nav.refusals", None),
    ("/seals", "nav.seals", SEALERS),
    ("/officers", "nav.officers", frozenset({SECURITY})),
)


class Frame:
    """What the templates ask about the page's surroundings."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit

    def navigation(self) -> Iterator[tuple[str, str]]:
        """The pages that the officer's role opens."""
        role = self._visit.actor.role
        return ((path, key) for path, key, roles in PAGES if roles is None or role in roles)

    def is_here(self, path: str) -> bool:
        here = self._visit.request.url.path
        return here == path or (path != "/" and here.startswith(f"{path}/"))

    def place(self, code: str | None) -> str:
        """A region's name as known at the moment looked at; its code when nothing is known of it."""
        return name_of(self._visit, code) if code else ""

    def officer(self, officer: str) -> str:
        """How an officer is shown to other officers."""
        return self._visit.house.signin.label(officer)

    def rule(self, rule: str) -> str:
        """What a rule says, in words."""
        return rule_in_words(rule, self._visit.language)

    def topic(self, recorded: Recorded) -> str:
        """The stable name of a fact's kind."""
        return type(recorded.fact).TOPIC

    def fact_types(self) -> Sequence[str]:
        """Every kind of fact, corrections left out: they are listed under what they correct."""
        return sorted(name for name, kind in fact_classes().items() if not issubclass(kind, Correction))

    def looking(self) -> str:
        """In words: what is being looked at."""
        visit, bar = self._visit, self._visit.bar
        recorded = (
            visit.t("bar.as_known_now")
            if bar.recorded_at is None
            else visit.t("bar.as_known_at", time=time(bar.recorded_at))
        )
        effective = (
            visit.t("bar.all_days") if bar.effective_on is None else visit.t("bar.until_day", day=bar.effective_on)
        )
        return recorded + effective

    def recorded_field(self) -> str:
        at = self._visit.bar.recorded_at
        return "" if at is None else beijing(at).strftime("%Y-%m-%dT%H:%M:%S")

    def now_link(self) -> str:
        """This page, as known now and for all days."""
        kept = {k: v for k, v in self._visit.request.query_params.items() if k not in (RECORDED, EFFECTIVE)}
        return link(self._visit.request.url.path, kept)

    @cached_property
    def _views(self) -> Sequence[ViewStatus]:
        return self._visit.house.views.status()

    def view_states(self) -> Sequence[ViewStatus]:
        return self._views

    def lag_words(self) -> str:
        """In words: how far the views are behind the log."""
        behind = max((view.lag for view in self._views), default=0)
        head = max((view.head for view in self._views), default=0)
        key = "frame.level" if behind == 0 else "frame.behind_by"
        return self._visit.t(key, head=f"{head:,}", count=f"{behind:,}")

    def token(self) -> str:
        return self._visit.session.csrf if self._visit.session else ""
