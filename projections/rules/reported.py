"""The rule about what units report upward: a claimed figure that the ledger did not have at the position it names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Connection, func, select

from taizhang.domain.statements import ClaimedFigure
from taizhang.domain.wording import yuan
from taizhang.projections.funds.tables import fund_tables
from taizhang.projections.ledger_query import figure
from taizhang.projections.measures import MEASURES, PERSONS
from taizhang.projections.replay import NOW
from taizhang.projections.rules.rule import Context, Found, Parameter, Rule
from taizhang.projections.rules.tables import lead_tables, ledger_tables
from taizhang.projections.scope import Scope, period_of
from taizhang.projections.statements.money import REPORTED as MONEY
from taizhang.projections.statements.money import money_figure, money_words

TOLERANCE: Final = Parameter(
    "statement-difference-percent", 0, "报送数与账上数相差的百分比", "per cent between the claim and the ledger"
)
_claims = msgspec.json.Decoder(tuple[ClaimedFigure, ...]).decode


class _Difference(NamedTuple):
    """A figure as claimed and as the ledger had it."""

    measure: str
    claimed: int
    ledger: int

    @property
    def beyond(self) -> int:
        return abs(self.claimed - self.ledger)


def _beyond_the_ledger(ctx: Context) -> Iterator[Found]:
    """Statements with figures that differ from the ledger's own at the position they name."""
    r = lead_tables().evidence.reported.c
    query = select(lead_tables().evidence.reported).where(ctx.only("statement", r.statement)).order_by(r.position)
    for row in ctx.connection.execute(query):
        filed_on = date.fromisoformat(str(row.filed_on))
        percent = ctx.limit_on(TOLERANCE.name, filed_on, row.region)
        found = [one for one in _compared(ctx.connection, row) if one.beyond * 100 > one.ledger * percent]
        if found:
            worst = max(found, key=lambda one: (one.measure in MONEY, one.beyond, one.measure))
            subjects = (f"statement:{row.statement}", f"region:{row.region}")
            money = sum(one.beyond for one in found if one.measure in MONEY)
            yield Found(subjects, row.region, money, (row.position,), _words(row, worst, len(found)))


def _compared(connection: Connection, row: Any) -> Iterator[_Difference]:
    kind, period = period_of(row.period) or ("all", "")
    scope = Scope(row.region, period_kind=kind, period=period, programme_kind=row.programme_kind)
    cuts = NOW._replace(as_recorded_at=_known_until(connection, row))
    for claim in _claims(row.claimed):
        reckon = money_figure if claim.measure in MONEY else figure
        yield _Difference(claim.measure, claim.amount, reckon(connection, scope, claim.measure, cuts))


def _known_until(connection: Connection, row: Any) -> int:
    """The recording time that shows the ledger as of the position that a statement names."""
    if row.known_position == row.position - 1:  # filed at the head, as nearly all are
        return int(row.recorded_at) - 1
    ledger, funds = ledger_tables(), fund_tables()
    latest = 0
    for table in (ledger.deltas, ledger.person_deltas, funds.entries):
        newest = select(func.max(table.c.recorded_at)).where(table.c.position <= row.known_position)
        latest = max(latest, connection.scalar(newest) or 0)
    return latest


def _words(row: Any, worst: _Difference, differing: int) -> dict[str, Any]:
    zh, en, shown = _named(worst.measure)
    return {
        "statement": row.statement,
        "period_zh": row.period or "全部时间",
        "period_en": row.period or "all time",
        "measure_zh": zh,
        "measure_en": en,
        "claimed": shown(worst.claimed),
        "ledger": shown(worst.ledger),
        "differing": differing,
        "position": row.known_position,
    }


def _named(measure: str) -> tuple[str, str, Any]:
    """A measure's name in both languages, and how its figures are written."""
    if measure in MONEY:
        zh, en = money_words(measure)
        return f"{zh}(元)", f"{en} (yuan)", yuan
    found = next(one for one in (*MEASURES, PERSONS) if measure in (one.name, one.poor))
    poor = measure == found.poor
    if "minutes" in measure:
        return f"{found.zh}{'(建档立卡)' if poor else ''}", f"{found.en}{', registered poor' if poor else ''}", _hours
    return f"{found.zh}{'(建档立卡)' if poor else ''}", f"{found.en}{', registered poor' if poor else ''}", str


def _hours(minutes: int) -> str:
    return f"{minutes / 60:,.1f} h"


REPORTED: Final = (
    Rule(
        id="statements.beyond-the-ledger",
        version=1,
        kind="statement",
        zh="报送数与台账不符",
        en="reported otherwise than the ledger",
        question_zh="单位报送的数字,与其所注位置上台账自己的数字是否一致?",
        question_en="Are the figures that a unit reported those that the ledger had at the position it names?",
        says_zh="报表 {statement}({period_zh})有 {differing} 项与当时台账(第 {position} 条)不符,其中“{measure_zh}”报送 {claimed},台账为 {ledger}。请报送单位说明多出或缺少的事实。",
        says_en="{differing} figures of statement {statement} ({period_en}) differ from the ledger at position {position}; {measure_en} was reported as {claimed}, the ledger had {ledger}. The unit should say which facts are missing or extra.",
        innocent_zh="填报时事实尚未录入;统计口径不同;笔误。",
        innocent_en="Facts had not been put in yet; counted by another definition; a slip of the pen.",
        severity="high",
        patterns=("F01", "F33", "F43"),
        parameters=(TOLERANCE,),
        fold=_beyond_the_ledger,
    ),
)
