"""A rule's query as an auditor runs it by hand: plain SQL of this database, with every value written out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection

from taizhang.projections.rules.rule import Context, Rule, Stated


def sql_of(connection: Connection, rule: Rule, today: date, stated: Sequence[Stated]) -> str | None:
    """The rule's SQL over everybody; None when the rule is not one query."""
    if rule.query is None:
        return None
    query = rule.query(Context(connection, today, stated, rule.parameters))
    text = str(query.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True}))
    # Drivers with %s for values write a plain % twice; a query that is run by hand has none of those.
    if connection.dialect.paramstyle in ("format", "pyformat"):
        text = text.replace("%%", "%")
    return f"-- {rule.name}: {rule.en}. {rule.question_en}\n{text};"
