"""What stands around every page: where one is, what moment is looked at, how far the views have come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from taizhang.adapters.moments import beijing
from taizhang.adapters.proof.standing import Standing, standing
from taizhang.domain.core import Correction
from taizhang.domain.decisions import SYSTEM_ROLE
from taizhang.domain.envelope import Recorded, fact_classes
from taizhang.domain.leads.rules import SEEING
from taizhang.domain.officers import AUDIT, BUSINESS, ROLES, SECURITY
from taizhang.domain.outside import IMPORTING
from taizhang.domain.postings.officials import VILLAGE_OFFICIAL
from taizhang.domain.sealing import SEALERS
from taizhang.http.api_twins import TWINS
from taizhang.http.cuts import EFFECTIVE, RECORDED, TimeBar
from taizhang.http.names import class_name, line_name
from taizhang.http.once import once
from taizhang.http.places import name_of
from taizhang.http.refusals import rule_in_words
from taizhang.http.rendering import link, time
from taizhang.http.two_moments import between_link
from taizhang.projections.follow import ViewStatus

if TYPE_CHECKING:
    from taizhang.http.visit import Visit


class Page(NamedTuple):
    """A page of the navigation: where, what it is called, and to which roles it opens (None: whoever does casework)."""

    path: str
    key: str
    roles: frozenset[str] | None = None
    under: tuple[str, ...] = ()  # other addresses that belong to it: a class stands under the ledger


class Section(NamedTuple):
    """Pages that belong together, under one name."""

    key: str
    pages: tuple[Page, ...]


CASEWORK: Final = BUSINESS - {"dashboard"}
RECORDERS: Final = CASEWORK  # whoever does casework has something to record
MONEY: Final = frozenset({"finance", "clerk", "inspector", "discipline", "organisation", "dashboard"})
SECTIONS: Final = (
    Section(
        "nav.overview",
        (
            Page("/", "nav.overview", BUSINESS),
            Page("/map", "nav.map", BUSINESS - {"institution"}),
            Page("/search", "nav.search"),
        ),
    ),
    Section(
        "nav.training",
        (
            Page("/ledger", "nav.ledger", BUSINESS, ("/classes", "/households", "/persons")),
            Page("/import", "nav.import", frozenset({"clerk", "institution", "organisation"})),
            Page("/record", "nav.record", RECORDERS),
            Page("/lists", "nav.lists", IMPORTING),
            Page("/duplicates", "nav.duplicates", frozenset({"clerk"})),
            Page("/statements", "nav.statements", MONEY),
            Page("/seals", "nav.seals", SEALERS),
        ),
    ),
    Section(
        "nav.money",
        (Page("/funds", "nav.funds", MONEY), Page("/claims", "nav.claims", CASEWORK - {VILLAGE_OFFICIAL})),
    ),
    Section(
        "nav.field",
        (
            Page("/postings", "nav.postings", CASEWORK - {"finance", "institution"}),
            Page("/inspections", "nav.inspections", CASEWORK - {VILLAGE_OFFICIAL}),
            Page("/performance", "nav.performance", MONEY),
        ),
    ),
    Section(
        "nav.evidence",
        (
            Page("/leads", "nav.leads", SEEING),
            Page("/cases", "nav.cases", SEEING),
            Page("/relations", "nav.relations", SEEING),
            Page("/facts", "nav.facts"),
            Page("/refusals", "nav.refusals"),
            Page("/proof", "nav.proof", frozenset(ROLES)),
        ),
    ),
    Section(
        "nav.administration",
        (
            Page("/officers", "nav.officers", frozenset({SECURITY})),
            Page("/audit", "nav.audit", frozenset({AUDIT})),
            Page("/system", "nav.system", frozenset({SYSTEM_ROLE})),
            Page("/keys", "nav.keys", BUSINESS | {SECURITY}),
            Page("/api-docs", "nav.api_docs", frozenset(ROLES)),
        ),
    ),
)
"""The navigation. An area adds its section or its pages here; a role sees the sections in which it has a page."""


class Frame:
    """What the templates ask about the page's surroundings."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit

    def navigation(self) -> Sequence[Section]:
        """The sections that the officer's role opens, each with the pages it opens."""
        return _opened(self._visit.actor.role)

    def is_here(self, page: Page) -> bool:
        """Whether the page looked at is this one or stands under it."""
        here = self._visit.here
        return any(here == path or (path != "/" and here.startswith(f"{path}/")) for path in (page.path, *page.under))

    def section(self) -> Section | None:
        """The section of the page looked at, as far as the role opens it."""
        return self._section

    @once
    def _section(self) -> Section | None:
        return next((one for one in self.navigation() if any(self.is_here(page) for page in one.pages)), None)

    def place(self, code: str | None) -> str:
        """A region's name as known at the moment looked at; its code when nothing is known of it."""
        return name_of(self._visit, code) if code else ""

    def training_class(self, training_class: str) -> str:
        """What a class is called; empty where it has no name. A list reads the names of all its classes at once before."""
        return class_name(self._visit, training_class)

    def line(self, line: str) -> str:
        """What a fund line is called; empty where it has no name."""
        return line_name(self._visit, line)

    def officer(self, officer: str) -> str:
        """How an officer is shown to other officers; a list names few of them many times."""
        known = self._visit.officer_labels
        if officer not in known:
            known[officer] = self._visit.house.signin.label(officer)
        return known[officer]

    def name_officers(self, officers: Iterable[str]) -> None:
        """Read at once how these officers are shown, before a list names them one by one."""
        self._visit.officer_labels |= self._visit.house.signin.labels(officers)

    def rule(self, rule: str) -> str:
        """What a rule says, in words."""
        return rule_in_words(rule, self._visit.language)

    def topic(self, recorded: Recorded) -> str:
        """The stable name of a fact's kind."""
        return type(recorded.fact).TOPIC

    def fact_types(self) -> Sequence[str]:
        """Every kind of fact, corrections left out: they are listed under what they correct."""
        return _fact_types()

    def looking(self, bar: TimeBar | None = None) -> str:
        """In words: what is being looked at; of one of two moments, that one."""
        visit, bar = self._visit, bar or self._visit.bar
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
        return self.moment_field(self._visit.bar.recorded_at)

    def moment_field(self, at: int | None) -> str:
        """A recording time as a form's field takes it; empty for now."""
        return "" if at is None else beijing(at).strftime("%Y-%m-%dT%H:%M:%S")

    def compares(self) -> str:
        """Where what changed since an earlier moment is told; empty where nothing is compared."""
        return between_link(self._visit)

    def now_link(self) -> str:
        """This page, as known now and for all days."""
        kept = {k: v for k, v in self._visit.request.query_params.items() if k not in (RECORDED, EFFECTIVE)}
        return link(self._visit.here, kept)

    def apis(self) -> Sequence[tuple[str, str]]:
        """The answers of the API that tell programs what this page shows, each with where it is described."""
        route = self._visit.request.scope.get("route")
        found = TWINS.get(getattr(route, "path", ""), ())
        return [(one.replace(":int", ""), link("/api-docs", area=one.split("/")[2])) for one in found]

    @property
    def _views(self) -> Sequence[ViewStatus]:
        return self._visit.views

    def older_words(self) -> str:
        """In words: how far the page's figures are behind the views, when they were reckoned for somebody before."""
        oldest, views = self._visit.oldest, min((view.position for view in self._views), default=0)
        if oldest is None or oldest >= views:
            return ""
        return self._visit.t("kept.older", position=f"{oldest:,}", count=f"{views - oldest:,}")

    def view_states(self) -> Sequence[ViewStatus]:
        return self._views

    def lag_words(self) -> str:
        """In words: how far the views are behind the log."""
        behind = max((view.lag for view in self._views), default=0)
        head = max((view.head for view in self._views), default=0)
        key = "frame.level" if behind == 0 else "frame.behind_by"
        return self._visit.t(key, head=f"{head:,}", count=f"{behind:,}")

    @once
    def _cosigned(self) -> Standing | None:
        return standing(self._visit.house.settings)

    def is_all_cosigned(self, position: int | None = None) -> bool:
        """Whether everything up to this position, or up to where the views are, is cosigned."""
        found = self._cosigned
        return found is not None and found.newer(self._upto(position)) == 0

    def cosigned_words(self, position: int | None = None) -> str:
        """In words: how far the log is cosigned, how long ago and by whom, and how much of what is shown is newer."""
        visit, found = self._visit, self._cosigned
        if found is None or found.at_seconds is None:
            signed = visit.t("cosigned.signed", size=f"{found.signed:,}") if found is not None and found.signed else ""
            space = " " if signed and visit.language == "en" else ""
            return f"{visit.t('cosigned.none')}{space}{signed}"
        age = self._age(found.age_seconds(visit.house.clock()) or 0)
        by = ("、" if visit.language == "zh" else ", ").join(one.name for one in found.by)
        upto, newer = self._upto(position), found.newer(self._upto(position))
        key = "cosigned.newer" if newer else "cosigned.all"
        space = "" if visit.language == "zh" else " "
        said = visit.t("cosigned.upto", size=f"{found.cosigned:,}", age=age, by=by)
        return said + space + visit.t(key, position=f"{upto:,}", count=f"{newer:,}")

    def _upto(self, position: int | None) -> int:
        return max((view.position for view in self._views), default=0) if position is None else position

    def _age(self, seconds: int) -> str:
        """A span in the largest unit that it fills."""
        units = (("days", 86_400), ("hours", 3_600), ("minutes", 60), ("seconds", 1))
        name, size = next((unit for unit in units if seconds >= unit[1]), units[-1])
        return self._visit.t(f"cosigned.{name}", count=seconds // size)

    def token(self) -> str:
        return self._visit.session.csrf if self._visit.session else ""


@cache
def _opened(role: str) -> Sequence[Section]:
    opened = [
        Section(one.key, tuple(page for page in one.pages if role in (page.roles or CASEWORK))) for one in SECTIONS
    ]
    return tuple(one for one in opened if one.pages)


@cache
def _fact_types() -> tuple[str, ...]:
    return tuple(sorted(name for name, kind in fact_classes().items() if not issubclass(kind, Correction)))
