"""Accounts as rows of Django with simple-history, in a SQLite file of their own; settings and models made on the spot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import django
from django.apps import AppConfig
from django.conf import settings

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
AT_ONCE = 500


class Bench(AppConfig):  # type: ignore[misc] # of a library without types
    """The application that the model belongs to."""

    name = "benchmarks"
    label = "bench"


class HistoryOfAccounts:
    """One row an account with its balance, and a historical row for each change of it."""

    def __init__(self, path: Path) -> None:
        self._account = _model()
        from django.db import connections

        connections["default"].close()
        connections["default"].settings_dict["NAME"] = str(path)
        with connections["default"].schema_editor() as editor:
            editor.create_model(self._account)
            editor.create_model(self._account.history.model)

    def load(self, changes: Iterable[tuple[int, Mapping[tuple[str, str], int]]]) -> None:
        """Write the history straight in: what each fact left on the accounts it touched."""
        history, ids = self._account.history.model, dict[tuple[str, str], int]()
        rows = []
        for recorded_at, balances in changes:
            at = EPOCH + timedelta(microseconds=recorded_at)
            for key, fen in balances.items():
                first = key not in ids
                id = ids.setdefault(key, len(ids) + 1)
                rows.append(
                    history(
                        id=id,
                        holder=key[0],
                        party=key[1],
                        balance_fen=fen,
                        history_date=at,
                        history_type="+" if first else "~",
                    )
                )
        history.objects.bulk_create(rows, batch_size=AT_ONCE)

    def as_of(self, recorded_at: int) -> dict[tuple[str, str], int]:
        """Every account's balance as of the moment (UTC microseconds)."""
        found = self._account.history.as_of(EPOCH + timedelta(microseconds=recorded_at))
        return {(one.holder, one.party): one.balance_fen for one in found if one.holder != "outside"}


@cache
def _model() -> Any:
    """The model, once a process: Django knows its models by name."""
    if not settings.configured:
        settings.configure(
            DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
            INSTALLED_APPS=[
                "django.contrib.contenttypes",
                "django.contrib.auth",
                "simple_history",
                f"{__name__}.Bench",
            ],
            DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
            USE_TZ=True,
        )
        django.setup()
    from django.db import models
    from simple_history.models import HistoricalRecords

    fields: dict[str, Any] = {
        "__module__": __name__,
        "holder": models.CharField(max_length=80),
        "party": models.CharField(max_length=20),
        "balance_fen": models.BigIntegerField(),
        "history": HistoricalRecords(user_model=None, history_user_id_field=models.IntegerField(null=True)),
        "Meta": type("Meta", (), {"app_label": "bench"}),
    }
    return type("Account", (models.Model,), fields)
