"""A founded house of its own for a sample, and what stands in its log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from taizhang.adapters.founding import found, house_to_found
from taizhang.adapters.house import House
from taizhang.adapters.sample.timetable import first_morning
from taizhang.adapters.settings import Settings
from taizhang.domain.core import OfficerId
from taizhang.domain.envelope import Recorded, opened


@contextmanager
def house_in(folder: Path) -> Iterator[House]:
    """A house in this folder, founded with the preset for a sample, whose facts come in over the years."""
    settings = Settings(
        database=f"sqlite:///{folder / 'log.db'}",
        vault=f"sqlite:///{folder / 'vault.db'}",
        files=str(folder / "files"),
    )
    clock = first_morning()
    with house_to_found(settings, clock) as house:
        found(house, OfficerId("admin"), "管理员", for_sample=True)
        clock.release()
        yield house


def facts_of(house: House) -> list[Recorded]:
    return [opened(stored.position, stored.leaf) for stored in house.log.page(0, 1_000_000)]
