"""The administrators' views for programs: officers with their roles, keys, what was audited, what happened at the door."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Final, Literal

import msgspec

from taizhang.adapters.fact_rows import fact_rows
from taizhang.adapters.key_issuing import keys_within
from taizhang.domain.core import RegionCode
from taizhang.domain.officers import AUDIT, BUSINESS, SECURITY
from taizhang.http.api_endpoints import Dated, Found, Moment, Place, Question, listing
from taizhang.http.audit_pages import KINDS, door_events
from taizhang.http.fact_reading import newest_of_types
from taizhang.http.facts_api import FactRow
from taizhang.http.officer_state import officers_from
from taizhang.http.visit import Visit


class OfficersAsked(Question, frozen=True, kw_only=True):
    """Officers with a role in this region, or with none; those of the administrator's own when none is named."""

    region: Place | None = None


class GrantRow(msgspec.Struct, frozen=True, kw_only=True):
    """A role that an officer holds, for which organisation and region."""

    role: str
    organisation: str
    region: str


class OfficerRow(msgspec.Struct, frozen=True, kw_only=True):
    """An officer with the roles that were granted; a posted official's role follows the posting and is not among them."""

    officer: str
    name: str
    grants: list[GrantRow]


class KeyRow(msgspec.Struct, frozen=True, kw_only=True):
    """A program's key, never its secret; `last_used_at` in UTC microseconds."""

    key: str
    officer: str
    role: str
    organisation: str
    region: str
    until: date
    stands: bool
    last_used_at: int | None


class AuditAsked(Dated, frozen=True, kw_only=True):
    """Of which kind."""

    kind: Annotated[
        Literal["looked", "exported", "granted", "let-in", "refused"],
        msgspec.Meta(description="查看、导出、授权、凭据、被拒绝 · looked, exported, granted, let in, refused"),
    ] = "looked"


class DoorRow(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened at the door, at (UTC microseconds)."""

    number: int
    at: int
    officer: str
    event: str
    address: str


def officer_list(visit: Visit, asked: OfficersAsked, at: Moment) -> Found:
    """Every officer within a region, with roles."""
    region = visit.region(asked.region or visit.scope)
    behind = at.after(str)
    found = officers_from(visit.house.log, region, "" if behind is None else behind[0])
    rows = (
        (
            (officer,),
            OfficerRow(
                officer=officer,
                name=visit.house.signin.label(officer),
                grants=[
                    GrantRow(role=one.role, organisation=one.organisation, region=one.region) for one in state.grants
                ],
            ),
        )
        for officer, state in found
    )
    return Found(rows=rows)


def key_list(visit: Visit, _: Question, at: Moment) -> Found:
    """The keys of one's own; for the security administrator those of the region."""
    mine = "" if visit.actor.role == SECURITY else visit.officer.officer
    behind = at.after(str)
    found = keys_within(visit.house, RegionCode(visit.scope), mine, "" if behind is None else behind[0])
    rows = (
        (
            (str(one.key),),
            KeyRow(
                key=one.key,
                officer=one.grant.officer,
                role=one.grant.role,
                organisation=one.grant.organisation,
                region=one.grant.region,
                until=one.until,
                stands=one.stands,
                last_used_at=one.last_used_at,
            ),
        )
        for one in found
    )
    return Found(rows=rows)


def audit_list(visit: Visit, asked: AuditAsked, at: Moment) -> Found:
    """What was looked at, taken out, granted, let in or refused: the newest first."""
    return Found(rows=_audited(visit, asked, at))


def door_list(visit: Visit, _: Question, at: Moment) -> Found:
    """What happened at the door to officers of the own region, for the whole house to anybody: the newest first."""
    return Found(rows=_events(visit, at))


def _audited(visit: Visit, asked: AuditAsked, at: Moment) -> Iterator[tuple[tuple[Any, ...], Any]]:
    behind = at.after(int)
    before = behind[0] if behind is not None else None
    while True:
        page = newest_of_types(visit.house.log, KINDS[asked.kind], visit.actor, before, at.cuts.as_recorded_at)
        for row in fact_rows(visit.house.log, [one for one in page.facts if one.position <= at.position]):
            yield (row["position"],), row
        if page.after is None:
            return
        before = page.after


def _events(visit: Visit, at: Moment) -> Iterator[tuple[tuple[Any, ...], Any]]:
    behind = at.after(int)
    for one in door_events(visit, behind[0] if behind is not None else None):
        row = DoorRow(number=one.number, at=one.at, officer=one.officer, event=one.event, address=one.address)
        yield (one.number,), row


SECURITY_ONLY: Final = frozenset({SECURITY})
AUDIT_ONLY: Final = frozenset({AUDIT})
ENDPOINTS = (
    listing("/api/officers", officer_list, OfficersAsked, OfficerRow, roles=SECURITY_ONLY),
    listing("/api/keys", key_list, Question, KeyRow, roles=BUSINESS | SECURITY_ONLY, beside_log=True),
    listing("/api/audit", audit_list, AuditAsked, FactRow, roles=AUDIT_ONLY),
    listing("/api/audit/door", door_list, Question, DoorRow, roles=AUDIT_ONLY, beside_log=True),
)
