"""What a form offers where it asks for an id or a code: the names beside those that the officer may use, and no others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, or_, select

from taizhang.adapters.visibility import Eyes
from taizhang.domain.core import Fact
from taizhang.domain.decisions import INSTITUTION
from taizhang.domain.envelope import opened
from taizhang.domain.funds.claims import ClaimReviewed, ClaimSubmitted, NoticeEnded
from taizhang.domain.funds.payments import AdvanceCleared, SubsidyPaid
from taizhang.domain.labels import codes_of
from taizhang.domain.statements import MONEY as MONEY_MEASURES
from taizhang.domain.statements import OPENABLE, StatementFiled
from taizhang.http.funds_scope import SEES_MONEY, holder_words, yuan
from taizhang.http.visit import Visit
from taizhang.projections.funds.lines import fund_lines
from taizhang.projections.funds.tables import fund_tables
from taizhang.projections.organisation_names import organisation_names
from taizhang.projections.region_names import region_names
from taizhang.projections.scope import level_of, stem_of
from taizhang.projections.tables_ledger import ledger_tables
from taizhang.projections.tables_registry import registry_tables

MOST: Final = 300  # more than that nobody looks through; any other id may still be typed
MONEY: Final = "funds."


class Choice(NamedTuple):
    """What a field takes, and what it means."""

    value: str
    words: str


def choices(
    visit: Visit, kind: type[Fact], typed: Mapping[str, str], *, is_new: bool = True
) -> Mapping[str, Sequence[Choice]]:
    """By field: what may be chosen in it, as far as the officer's region and institution reach; `typed` narrows it down.

    `is_new`: the form records a step, for which not everything waits; a correction may name anything.
    """
    if kind is StatementFiled:
        kinds = [Choice(one, visit.label("code.programme_kind", one)) for one in codes_of("programme-kind")]
        return {"claimed_figures": _measures(visit), "programme_kind": kinds}
    if not kind.TOPIC.startswith(MONEY):
        return MappingProxyType({})
    step = kind if is_new else Fact
    offers = {name: _OFFERS[name] for name in typed if name in _OFFERS}
    visit.reception.set_up()
    with visit.house.log.database.read() as connection:
        return {name: offer(visit, connection, step, typed)[:MOST] for name, offer in offers.items()}


def _measures(visit: Visit) -> list[Choice]:
    """Those that a statement may claim, each with the unit that its numbers are in."""
    units = {"minutes": visit.t("statements.in_minutes"), "fen": visit.t("statements.in_fen")}
    named = [
        (one, visit.label("measure_name", one), next((words for unit, words in units.items() if unit in one), ""))
        for one in sorted(OPENABLE | MONEY_MEASURES)
    ]
    return [Choice(one, f"{words}{unit}") for one, words, unit in named]


def _lines(visit: Visit, connection: Connection, _: type[Fact], __: Mapping[str, str]) -> list[Choice]:
    if visit.actor.role not in SEES_MONEY:
        return []
    return [Choice(one.line, f"{one.name} · {one.year}") for one in fund_lines(connection, visit.scope)]


def _regions(visit: Visit, connection: Connection, _: type[Fact], __: Mapping[str, str]) -> list[Choice]:
    """Those of the officer's region, and the levels above it."""
    stem = stem_of(visit.scope[:6])
    above = {f"{visit.scope[:2]}0000", f"{visit.scope[:4]}00"}
    names = region_names(connection, digits=len("620000"))
    return [Choice(code, name) for code, name in sorted(names.items()) if code.startswith(stem) or code in above]


def _holders(visit: Visit, connection: Connection, kind: type[Fact], typed: Mapping[str, str]) -> list[Choice]:
    """Treasuries, and the departments that ever held anything, of the line that is named."""
    if visit.actor.role not in SEES_MONEY:
        return []
    d = fund_tables().days.c
    held = select(d.holder).where(d.holder.startswith(stem_of(visit.scope), autoescape=True)).distinct()
    held = held.where(d.line == typed["line"]) if typed.get("line") else held
    departments = [Choice(one, holder_words(visit, one)) for one in connection.scalars(held) if "/" in one]
    return sorted([*_regions(visit, connection, kind, typed), *departments])


def _institutions(visit: Visit, connection: Connection, _: type[Fact], __: Mapping[str, str]) -> list[Choice]:
    if visit.actor.role == INSTITUTION:
        found = [visit.actor.organisation]
    else:
        i = registry_tables().institutions.c
        found = list(
            connection.scalars(select(i.institution).where(i.region.startswith(stem_of(visit.scope), autoescape=True)))
        )
    names = organisation_names(connection, found)
    return [Choice(one, names.get(one, one)) for one in sorted(found)]


def _classes(visit: Visit, connection: Connection, _: type[Fact], __: Mapping[str, str]) -> list[Choice]:
    """The latest first."""
    c = ledger_tables().classes.c
    query = select(c.training_class, c.name, c.starts_on).where(_mine(visit, c.county, c.institution))
    rows = connection.execute(query.order_by(c.starts_on.desc(), c.training_class).limit(MOST))
    return [Choice(row.training_class, f"{row.name} · {row.starts_on}") for row in rows]


def _claims(visit: Visit, connection: Connection, kind: type[Fact], _: Mapping[str, str]) -> list[Choice]:
    """Of the claims those that wait for this step; the latest first."""
    c = fund_tables().claims.c
    waits: Mapping[type[Fact], Any] = {
        ClaimReviewed: c.approved_fen.is_(None),
        NoticeEnded: c.posted_on.is_not(None) & c.ended_on.is_(None),
        SubsidyPaid: c.ended_on.is_not(None) & (c.approved_fen > 0),
        ClaimSubmitted: c.claim == "",  # a new one gets an id of its own
    }
    query = select(c.claim, c.institution, c.amount_fen).where(_mine(visit, c.county, c.institution))
    if kind in waits:
        query = query.where(waits[kind])
    rows = connection.execute(query.order_by(c.submitted_on.desc(), c.claim).limit(MOST)).all()
    names = organisation_names(connection, {row.institution for row in rows if row.institution})
    return [
        Choice(row.claim, f"{names.get(row.institution, row.institution or '')} · {yuan(row.amount_fen)}")
        for row in rows
    ]


def _payments(visit: Visit, connection: Connection, kind: type[Fact], typed: Mapping[str, str]) -> list[Choice]:
    """Of what was paid, where the step takes something back; a new payment gets an id of its own.

    Of more than a county's payments only where the claim, class or line is named: nobody looks through a province's.
    """
    if kind is SubsidyPaid or visit.actor.role not in SEES_MONEY:
        return []
    s = fund_tables().shares.c
    mine = s.kind == "subsidy-paid", s.training_class.startswith(f"c{stem_of(visit.scope)}", autoescape=True)
    named = [s[name] == typed[name] for name in ("claim", "training_class", "line") if typed.get(name)]
    if not named and level_of(visit.scope[:6]) != "county":
        return []
    query = select(s.payment, s.claim, s.effective_on).where(*mine, *named).distinct()
    rows = connection.execute(query.order_by(s.effective_on.desc(), s.payment).limit(MOST))
    return [Choice(row.payment, f"{row.claim} · {row.effective_on}") for row in rows]


def _advances(visit: Visit, connection: Connection, kind: type[Fact], _: Mapping[str, str]) -> list[Choice]:
    """Those that are not cleared yet."""
    if kind not in (AdvanceCleared, Fact) or visit.actor.role not in SEES_MONEY:
        return []
    a = fund_tables().advances.c
    left = a.paid_fen - a.cleared_fen - a.returned_fen
    mine = (
        left >= (1 if kind is AdvanceCleared else 0),
        a.training_class.startswith(f"c{stem_of(visit.scope)}", autoescape=True),
    )
    rows = connection.execute(select(a.advance, a.training_class, left.label("left_fen")).where(*mine).limit(MOST))
    return [Choice(row.advance, f"{row.training_class} · {yuan(row.left_fen)}") for row in rows]


def _accounts(visit: Visit, connection: Connection, kind: type[Fact], typed: Mapping[str, str]) -> list[Choice]:
    """The accounts on file: of the payee that is named, else of the institutions that may be."""
    if visit.actor.role not in SEES_MONEY:
        return []
    wanted = {f"{kind}:{typed[kind]}": "" for kind in ("institution", "person") if typed.get(kind)}
    if not wanted:
        wanted = {f"institution:{one.value}": one.words for one in _institutions(visit, connection, kind, typed)}
    if not wanted:
        return []
    t = fund_tables().accounts.c
    named = (
        or_(*(t.holders.contains(one, autoescape=True) for one in wanted)) if len(wanted) <= 2 else t.institutions > 0
    )
    rows = connection.execute(
        select(t.bank_account, t.holders, t.position).where(t.position.is_not(None), named).order_by(t.bank_account)
    )
    found = [row for row in rows if not wanted.keys().isdisjoint(row.holders.split(","))][:MOST]
    facts = {
        one.position: opened(one.position, one.leaf) for one in visit.house.log.at([row.position for row in found])
    }
    eyes = Eyes(visit.house.log, visit.actor)
    told = []
    for row in found:
        holder = next((wanted[one] for one in row.holders.split(",") if wanted.get(one)), "")
        fact: Any = facts[row.position].fact
        if eyes.sees(facts[row.position]):
            words = " · ".join(part for part in (holder, fact.bank, str(fact.occurred_on)) if part)
            told.append(Choice(row.bank_account, words))
    return told


def _mine(visit: Visit, county: Any, institution: Any) -> Any:
    """Of a table with both columns: what lies in the officer's region; of an institution only its own."""
    here = county.startswith(stem_of(visit.scope), autoescape=True)
    return here & (institution == visit.actor.organisation) if visit.actor.role == INSTITUTION else here


Offer = Callable[[Visit, Connection, type[Fact], Mapping[str, str]], list[Choice]]
_OFFERS: Final[Mapping[str, Offer]] = MappingProxyType(
    {
        **dict.fromkeys(("region", "from_region", "to_region", "county"), _regions),
        **dict.fromkeys(("payer", "receiver"), _holders),
        "line": _lines,
        "institution": _institutions,
        "training_class": _classes,
        "claim": _claims,
        "payment": _payments,
        "advance": _advances,
        "account": _accounts,
    }
)
"""By the name of a field."""
