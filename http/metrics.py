"""/metrics for Prometheus: appends, how far each view is behind, refusals by rule, open leads, age of the last cosignature.

Read when asked, from the log and the views themselves: nothing is counted beside them, so that a restart loses nothing.
They tell of the whole house, so they open to whom the whole house is given: the system administrator, who keeps it running,
and the discipline office of the whole province, in whose role a monitoring program gets a key of its own. The other two
administrators have other work.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Connection, func, select
from starlette.responses import Response

from taizhang.adapters.house import House
from taizhang.adapters.preset import PROVINCE
from taizhang.adapters.proof.notes import NoteInvalid, open_note
from taizhang.adapters.proof.policy import Policy
from taizhang.adapters.proof.signer import published_in
from taizhang.domain.decisions import SYSTEM_ROLE
from taizhang.http.errors import NoAnswer
from taizhang.http.visit import Visit, door
from taizhang.projections.database import chunks
from taizhang.projections.refusals import by_rule
from taizhang.projections.rules.leads import status_of
from taizhang.projections.rules.tables import lead_tables

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
SETTLED: Final = frozenset({"confirmed", "refuted", "merged"})
WATCHERS: Final = frozenset({SYSTEM_ROLE, "discipline"})


def metrics(visit: Visit) -> Response:
    """What Prometheus scrapes. Raises NoAnswer (403) for the discipline office of a part of the house."""
    if visit.actor.role != SYSTEM_ROLE and visit.scope != PROVINCE:
        raise NoAnswer(403, "errors.403.body")
    visit.reception.set_up()
    registry = CollectorRegistry()
    registry.register(_House(visit.house, visit.reception.keeper.state().is_well))
    return Response(generate_latest(registry), media_type=MEDIA_TYPE)


class _House(Collector):
    """One look at the house."""

    def __init__(self, house: House, is_well: bool) -> None:
        self._house, self._is_well = house, is_well

    def collect(self) -> Iterator[Metric]:
        head = self._house.log.head()
        yield CounterMetricFamily(
            "taizhang_facts_appended", "Facts in the log; its rate is the append rate.", value=head.position
        )
        yield GaugeMetricFamily(
            "taizhang_last_append_timestamp_seconds", "When the last fact was recorded.", value=head.recorded_at / 1e6
        )
        yield GaugeMetricFamily("taizhang_views_kept", "1 while views are kept caught up.", value=int(self._is_well))
        yield from self._views()
        yield self._refusals()
        yield from self._leads()
        yield from self._cosigned()

    def _views(self) -> Iterator[Metric]:
        behind = GaugeMetricFamily("taizhang_view_lag_facts", "Facts a view is behind the log.", labels=["view"])
        seconds = GaugeMetricFamily("taizhang_view_lag_seconds", "Seconds a view is behind the log.", labels=["view"])
        failed = GaugeMetricFamily("taizhang_view_failed", "1 when an error has stopped a view.", labels=["view"])
        for view in self._house.views.status():
            behind.add_metric([view.name], view.lag)
            seconds.add_metric([view.name], view.lag_seconds)
            failed.add_metric([view.name], int(view.error is not None))
        yield from (behind, seconds, failed)

    def _refusals(self) -> Metric:
        counts = CounterMetricFamily("taizhang_refusals", "Attempts that a rule refused.", labels=["rule"])
        with self._house.log.database.read() as connection:
            for rule, count in sorted(by_rule(connection).items()):
                counts.add_metric([rule], count)
        return counts

    def _leads(self) -> Iterator[Metric]:
        """Leads that nobody has settled yet."""
        with self._house.log.database.read() as connection:
            count = open_leads(connection)
        yield GaugeMetricFamily("taizhang_leads_open", "Leads that nobody has settled yet.", value=count)

    def _cosigned(self) -> Iterator[Metric]:
        """How old the newest cosignature of the published checkpoint is; nothing where nobody cosigns."""
        at = last_cosignature(self._house)
        if at is not None:
            yield GaugeMetricFamily(
                "taizhang_last_cosignature_age_seconds", "Age of the newest cosignature.", value=time.time() - at
            )


def open_leads(connection: Connection) -> int:
    """How many leads stand that nobody has confirmed or refuted."""
    t = lead_tables().leads.c
    total = connection.scalar(select(func.count()).select_from(lead_tables().leads)) or 0
    settled = [lead for lead, status in status_of(connection).items() if status in SETTLED]
    there = sum(
        connection.scalar(select(func.count()).select_from(lead_tables().leads).where(t.lead.in_(part))) or 0
        for part in chunks(settled)
    )
    return total - there


def last_cosignature(house: House) -> int | None:
    """When a known witness last cosigned the published checkpoint, in UTC seconds; None when none did."""
    settings = house.settings
    note = published_in(Path(settings.signer)) if settings.signer else None
    if note is None or not settings.witness_policy:
        return None
    witnesses = Policy.load(Path(settings.witness_policy)).verifiers()
    try:
        return max(signature.cosigned_at for _, signature in open_note(note, witnesses).by)
    except NoteInvalid:  # none of them has signed it
        return None


ROUTES = (door("/metrics", metrics, roles=WATCHERS),)
