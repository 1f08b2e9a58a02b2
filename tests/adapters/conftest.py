"""What the tests of imports share: one small house of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from import_samples import SmallHouse, small_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    """One county, one school, one approved class of fifty cooks; in SQLite, closed afterwards."""
    with small_house(tmp_path) as house:
        yield house
