"""Who and what was known at a recording time: the dated statements, enrolments and ids as they stood then, or stand now."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, Table, func, select
from sqlalchemy.sql.elements import ColumnElement

from taizhang.projections.scope import begins
from taizhang.projections.tables_dated import dated_tables
from taizhang.projections.tables_ledger import ledger_tables
from taizhang.projections.tables_registry import registry_tables
from taizhang.projections.versions import known_at


class Known:
    """Each table as known at a recording time (UTC microseconds; None: now); now the tables themselves are asked."""

    def __init__(self, at: int | None) -> None:
        self._at = at
        self._dated, ledger = dated_tables(), ledger_tables()
        dated = self._dated
        self.statuses, self.wishes = self._stated(dated.statuses), self._stated(dated.wishes)
        self.standings, self.memberships = self._stated(dated.standings), self._stated(dated.memberships)
        self.villages, self.openings = self._stated(dated.villages), self._stated(dated.openings)
        self.enrolments = known_at(ledger.enrolments, ledger.enrolment_versions, at)
        self.classes = known_at(ledger.classes, ledger.class_versions, at)
        self.aliases = ledger.aliases if at is None else known_at(None, ledger.alias_versions, at)
        self._households, self._persons = ledger.households, registry_tables().persons

    def households(self, stem: str) -> Select[Any]:
        """The ids of the households that live in a region."""
        if self._at is None:
            h = self._households.c
            return select(h.household).where(begins(h.county, stem))
        t = self.standings.c
        last = self._last(self.standings, t.household, t.village, t.position)
        return select(last.c.household).where(begins(last.c.village, stem))

    def persons(self, stem: str) -> Select[Any]:
        """The ids of the persons whose records a region keeps."""
        if self._at is None:
            p = self._persons.c
            return select(p.person).where(begins(p.county, stem))
        lives = self._stated(self._dated.residences)
        last = self._last(lives, lives.c.person, lives.c.county, lives.c.since, lives.c.position)
        return select(last.c.person).where(begins(last.c.county, stem))

    def homes(self) -> Any:
        """Each person's village."""
        if self._at is None:
            return self._persons
        lives = self._stated(self._dated.residences)
        return self._last(lives, lives.c.person, lives.c.village, lives.c.since, lives.c.position)

    def deaths(self) -> Any:
        """Who died, and when: told by the few statements, not by looking through everybody's record."""
        t = self._stated(self._dated.deaths).c
        return select(t.person, func.max(t.died_on).label("died_on")).group_by(t.person).subquery()

    def _stated(self, table: Table) -> Any:
        return known_at(table, self._dated.versions[table.name], self._at)

    def _last(
        self, statements: Any, of: ColumnElement[Any], said: ColumnElement[Any], *order: ColumnElement[Any]
    ) -> Any:
        """For each thing what was said of it last, of those statements that say it."""
        place = func.row_number().over(partition_by=of, order_by=[column.desc() for column in order])
        ranked = select(of, said, place.label("place")).select_from(statements).where(said.is_not(None)).subquery()
        columns = [column for column in ranked.c if column.name != "place"]
        return select(*columns).where(ranked.c.place == 1).subquery()
