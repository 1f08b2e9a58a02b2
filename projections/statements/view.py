"""The view of statements as they were filed."""

from __future__ import annotations

import msgspec

from taizhang.domain.statements import StatementFiled
from taizhang.projections.keyed import Columns, Facts, KeyedView, Kind, latest, text_day
from taizhang.projections.statements.tables import StatementTables, statement_tables


class StatementsView(KeyedView):
    """Folds statements into one row each."""

    def __init__(self, suffix: str = "") -> None:
        self.tables = tables = StatementTables(suffix) if suffix else statement_tables()
        kinds = [Kind(tables.statements, {StatementFiled: lambda fact: [fact.filed_statement]}, _row)]
        super().__init__("statements", 1, tables.metadata, kinds)


def _row(_key: str, facts: Facts) -> Columns:
    fact = latest(facts, StatementFiled)
    names = ("region", "period", "programme_kind", "known_position", "report", "document", "stated_by")
    return {name: getattr(fact, name, None) for name in names} | {
        "filed_on": text_day(fact),
        "claimed": msgspec.json.encode(fact.claimed_figures).decode() if fact else None,
        "position": min(facts, default=None),
    }
