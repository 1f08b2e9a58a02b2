"""A log with facts and a signer beside it, on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from proof_samples import ORIGIN

from taizhang.adapters.log.log import Log
from taizhang.adapters.proof.signer import Signer


@pytest.fixture
def log(engine_url: str) -> Iterator[Log]:
    """An empty log of a known name."""
    log = Log.open(engine_url, origin=ORIGIN)
    yield log
    log.close()


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    """A signer for that log, which has signed nothing yet."""
    return Signer.create(tmp_path / "signer", ORIGIN)
