"""Fixtures that several folders of tests share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

SHARED_VECTORS = Path(__file__).parents[2] / "shared" / "vectors"


@pytest.fixture(scope="session")
def vectors() -> Callable[[str], Path]:
    """The path of known-answer vectors that others wrote; the test is skipped where they are absent."""

    def path(name: str) -> Path:
        found = SHARED_VECTORS / name
        if not found.exists():
            pytest.skip(f"known-answer vectors are not here: expected ../shared/vectors/{name} beside the repository")
        return found

    return path
