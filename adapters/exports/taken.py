"""That data were taken out of the house becomes a fact: by whom, what, how many rows, and the digest of the file."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from taizhang.adapters.desk import now_us
from taizhang.adapters.house import House
from taizhang.adapters.orders import Order
from taizhang.domain.core import Actor
from taizhang.domain.decisions import Proposal
from taizhang.domain.envelope import Source
from taizhang.domain.officers import DataExported

WAY: Final = Source(way="export")


class ExportNotRecorded(Exception):
    """The desk refused to record that data are taken out, so they are not."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def record_taken(house: House, by: Actor, what: str, rows: int, digest: str, purpose: str = "") -> int:
    """Record that the officer takes this out; the fact's position.

    Raises ExportNotRecorded, DeskBusy, LogUnavailable.
    """
    fact = DataExported(occurred_on=house.desk.today(), what=what, rows=rows, digest=digest, purpose=purpose)
    order = Order(id=f"export:{by.officer}:{digest}:{now_us()}", by=by, items=[Proposal(fact=fact, source=WAY)])
    [verdict] = house.desk.submit(order).verdicts
    if verdict.outcome != "recorded" or verdict.position is None:
        raise ExportNotRecorded(verdict.words("zh"), verdict.words("en"))
    return verdict.position
