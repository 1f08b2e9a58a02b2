"""What changed of a region's leads between two moments: which are new, which are gone, which stand otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from starlette.responses import Response

from taizhang.domain.labels import codes_of
from taizhang.http.field_between import facts_told, region_of
from taizhang.http.funds_scope import yuan
from taizhang.http.lead_reading import require_seeing, subjects_named
from taizhang.http.ledger_reading import cuts_of
from taizhang.http.past import leads_at, patiently
from taizhang.http.places import name_of, names_of
from taizhang.http.rendering import link, number
from taizhang.http.two_moments import SHOWN, Change, between_page, change, two_moments
from taizhang.http.visit import Visit, door
from taizhang.projections.cases.steps import recorded_between
from taizhang.projections.replay import Cuts
from taizhang.projections.rules.judging import Lead
from taizhang.projections.rules.leads import leads
from taizhang.projections.rules.rules import rule_named

MOST: Final = 100_000
Standing = Mapping[str, tuple[Lead, str]]


class Moved(NamedTuple):
    """A lead with how it stood at both moments ("": it was not there), and where it is told."""

    lead: Lead
    rule: str
    words: str
    then: str
    later: str
    href: str


def leads_between(visit: Visit) -> Response:
    """The leads that were found at one moment and not at the other, and those with which something was done; the counts of both.

    Raises NoAnswer (400, 403), HTTPException (404), UnderWay, PastFailed.
    """
    require_seeing(visit)
    region, moments = region_of(visit)[:6], two_moments(visit)
    visit.reception.set_up()
    at, now = map(cuts_of, moments)
    for cuts in (at, now):  # the later one need not wait until the earlier one is asked for again
        if not cuts.none:
            visit.reception.past.begin(visit.reception.past.moment(cuts))
    then, later = _standing(visit, region, at), _standing(visit, region, now)
    new = _moved(visit, (one for key, one in later.items() if key not in then), moments.later.query)
    gone = _moved(visit, (one for key, one in then.items() if key not in later), moments.earlier.query, are_gone=True)
    stayed = ((one, then[key][1]) for key, one in later.items() if key in then and then[key][1] != one[1])
    otherwise = [_one(visit, lead, was, status, moments.later.query) for (lead, status), was in stayed]
    names_of(visit, [one.lead.region for one in (*new, *gone, *otherwise)])
    with visit.house.log.database.read() as connection:
        recorded = recorded_between(connection, region, at, now, SHOWN + 1)
    title = visit.t("leads.title")
    return between_page(
        visit,
        "/leads/between",
        f"{title} · {name_of(visit, region)} {region}",
        trail=[(title, link("/leads", visit.bar.query, region=region))],
        moments=moments,
        changes=_changes(visit, then, later),
        kept={"region": region},
        template="leads_between.html",
        yuan=yuan,
        moved=[("new", new), ("gone", gone), ("otherwise", otherwise)],
        most=SHOWN,
        recorded_title=visit.t("leads_between.work"),
        recorded=list(facts_told(visit, recorded[:SHOWN])),
        has_more=len(recorded) > SHOWN,
    )


def _standing(visit: Visit, region: str, cuts: Cuts) -> Standing:
    with leads_at(visit, cuts) as connection:
        return {lead.lead: (lead, status) for lead, status in leads(connection, region, limit=MOST)}


def _changes(visit: Visit, then: Standing, later: Standing) -> Iterator[Change]:
    """The counts at both moments: of all, by severity, by how they stand, and the sums."""
    severity, standing = (
        f"{visit.t(f'leads.{name}')}{visit.t('leads_between.colon')}" for name in ("severity", "status")
    )
    both = ([*then.values()], [*later.values()])
    yield change("leads", visit.t("leads_between.leads"), (len(then), len(later)), number)
    graves = [Counter(lead.severity for lead, _ in one) for one in both]
    for code in codes_of("severity"):
        yield change(code, f"{severity}{visit.label('severity', code)}", (graves[0][code], graves[1][code]), number)
    states = [Counter(status for _, status in one) for one in both]
    for code in codes_of("lead-status"):
        yield change(code, f"{standing}{visit.label('lead_status', code)}", (states[0][code], states[1][code]), number)
    before, after = (sum(lead.sum_fen for lead, _ in one) for one in both)
    yield change("sum_fen", visit.t("leads_between.sum"), (before, after), yuan)


def _moved(
    visit: Visit, found: Iterable[tuple[Lead, str]], query: Mapping[str, str], *, are_gone: bool = False
) -> list[Moved]:
    return [_one(visit, lead, *((status, "") if are_gone else ("", status)), query) for lead, status in found]


def _one(visit: Visit, lead: Lead, then: str, later: str, query: Mapping[str, str]) -> Moved:
    rule = rule_named(f"{lead.rule}@{lead.version}") or rule_named(lead.rule)
    named = lead.rule if rule is None else rule.zh if visit.language == "zh" else rule.en
    words = subjects_named(visit, lead.words_zh if visit.language == "zh" else lead.words_en, lead.subjects)
    return Moved(lead, named, words, then, later, link(f"/leads/{lead.lead}", query))


ROUTES = (door("/leads/between", patiently(leads_between)),)
