"""What tests of the view of postings share."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from taizhang.adapters.database import Database

sys.path.insert(0, str(Path(__file__).parent.parent))


@pytest.fixture
def database(engine_url: str) -> Iterator[Database]:
    opened = Database(engine_url)
    yield opened
    opened.close()
