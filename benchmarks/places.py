"""Where both sides keep their data: fresh SQLite files in one folder, fresh databases of one throw-away PostgreSQL."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks.harness import NotHere, folder

TESTS = Path(__file__).parents[1] / "tests"


def sqlite_url(stack: ExitStack, name: str = "ours.db") -> str:
    """A SQLite database of ours."""
    return f"sqlite:///{folder(stack) / name}"


def cluster(stack: ExitStack) -> Any:
    """A PostgreSQL server of this run's own, with the server's own defaults.

    Raises NotHere.
    """
    if str(TESTS) not in sys.path:
        sys.path.append(str(TESTS))
    from throwaway_postgres import PostgresMissing, running_cluster  # type: ignore[import-not-found]

    try:
        return stack.enter_context(running_cluster())
    except PostgresMissing as missing:
        raise NotHere(str(missing)) from None


def postgres_url(stack: ExitStack, server: Any) -> str:
    """A database of its own on that server."""
    return str(stack.enter_context(server.fresh_database()))
