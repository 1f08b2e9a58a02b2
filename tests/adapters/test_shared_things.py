"""Telephones, addresses, devices: compared inside the vault, under one random id each, and gone with who stated them."""

from __future__ import annotations

import multiprocessing
import multiprocessing.synchronize
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import func, select
from web_world import COUNTY, World, opened_world

from taizhang.adapters.contacts import match_contacts
from taizhang.adapters.vault.erasing import erase
from taizhang.adapters.vault.keys import VaultKeys
from taizhang.adapters.vault.shared import SHARED_BY, SHARED_INDEX, SHARED_READ, SharedThings, compared
from taizhang.adapters.vault.store import open_database
from taizhang.adapters.vault.vault import Statement, Vault
from taizhang.domain.contacts import ContactShared
from taizhang.domain.core import PersonId
from taizhang.domain.envelope import opened

KEYS = VaultKeys(master=b"m" * 32, index=b"i" * 32, epoch=1)
NOW_US = 1_500_000_000_000_000
PHONE, HOME = "100 0000 1234", "示例镇示例路7号"


class Open:
    """A vault with its shared things."""

    def __init__(self, url: str) -> None:
        self.database, self.vault = open_database(url), Vault.open(url, KEYS)
        self.things = SharedThings(self.database, KEYS, self.vault, lambda: NOW_US)

    def state(self, people: Sequence[PersonId], **fields: str) -> None:
        self.vault.state([Statement(one, fields, "样例") for one in people], NOW_US)

    def count(self, table: object) -> int:
        with self.database.read() as connection:
            return connection.scalar(select(func.count()).select_from(table)) or 0  # type: ignore[arg-type]

    def close(self) -> None:
        self.database.close()
        self.vault.close()


@pytest.fixture
def vault(engine_url: str) -> Iterator[Open]:
    opened_vault = Open(engine_url)
    yield opened_vault
    opened_vault.close()


def test_who_stated_one_number_is_found_under_one_id_however_it_was_written(vault: Open) -> None:
    people = vault.vault.people_without_identity(4)
    for one, said in zip(people, (PHONE, "10000001234", "+86 100-0000-1234", "10000009999"), strict=True):
        vault.state([one], phone=said)
    vault.state(people, home_address=HOME)
    told = {one.kind: one for one in vault.things.shared(3)}
    assert told["phone"].persons == tuple(sorted(people[:3]))
    assert told["address"].persons == tuple(sorted(people))
    assert vault.things.shared(3) == vault.things.shared(3), "asked again it is the same id"
    [late] = vault.vault.people_without_identity(1)
    vault.state([late], phone=PHONE)
    assert len({one.kind: one for one in vault.things.shared(3)}["phone"].persons) == 4
    assert vault.things.shared(5) == []


@pytest.mark.parametrize(
    ("kind", "value"), [("phone", "00000000000"), ("phone", "1234"), ("address", "示例镇示例村"), ("address", "7号")]
)
def test_what_says_nothing_about_one_person_is_not_compared(kind: str, value: str) -> None:
    assert compared(kind, value) == ""  # type: ignore[arg-type]


def test_nothing_of_who_is_forgotten_stays_in_the_index(vault: Open) -> None:
    people = vault.vault.people_without_identity(3)
    vault.state(people, phone=PHONE)
    vault.state(people[:1], home_address=HOME)
    device = vault.things.device("示例相机\0SN-1")
    assert len(vault.things.shared(3)) == 1
    assert vault.count(SHARED_INDEX) == 3
    erase(vault.database, people[:1], [], NOW_US)
    assert [len(one.persons) for one in vault.things.shared(1)] == [2]
    assert (vault.count(SHARED_INDEX), vault.count(SHARED_BY), vault.count(SHARED_READ)) == (2, 2, 2)
    erase(vault.database, people[1:], [], NOW_US)
    assert (vault.count(SHARED_INDEX), vault.count(SHARED_BY), vault.count(SHARED_READ)) == (1, 0, 0)
    assert vault.things.device("示例相机\0SN-1") == device


def _name_elsewhere(
    url: str, start: int, barrier: multiprocessing.synchronize.Barrier, out: multiprocessing.Queue[list[str]]
) -> None:
    vault = Open(url)
    barrier.wait(60)
    numbers = list(range(60))[:: 1 if start == 0 else -1]  # each from another end
    named = {n: vault.things.device(f"相机\0{n}") for n in numbers}
    out.put([named[n] for n in range(60)])
    out.put([one.contact for one in vault.things.shared(3)])
    vault.close()


def test_two_processes_that_compare_at_once_agree_on_every_id(vault: Open, engine_url: str) -> None:
    people = vault.vault.people_without_identity(120)
    for n in range(0, 120, 3):
        vault.state(people[n : n + 3], phone=f"1000000{n:04d}")
    fork = multiprocessing.get_context("fork")
    barrier, out = fork.Barrier(2), fork.Queue()
    both = [fork.Process(target=_name_elsewhere, args=(engine_url, start, barrier, out)) for start in (0, 1)]
    for process in both:
        process.start()
    told = [out.get(timeout=60) for _ in range(4)]
    for process in both:
        process.join(60)
    assert len({tuple(one) for one in told if one[0].startswith("d")}) == 1
    assert len({tuple(one) for one in told if one[0].startswith("k")}) == 1
    assert {len(one) for one in told} == {60, 40}


# -- in a house -------------------------------------------------------------------------------------------


def test_what_trainees_share_becomes_a_fact_once_and_no_number_reaches_the_log(tmp_path: Path) -> None:
    with opened_world(tmp_path) as world:
        people = [PersonId(one) for one in world.persons]
        world.house.vault.state([Statement(one, {"phone": PHONE}, "样例") for one in people], NOW_US)
        stranger = world.house.vault.people_without_identity(1)
        world.house.vault.state([Statement(stranger[0], {"phone": PHONE}, "样例")], NOW_US)
        done = match_contacts(world.house, world.actor("wang"))
        assert (done.recorded, done.unchanged, done.refused) == (done.shared, 0, [])
        fact = _phone(world)
        assert fact.sharers == tuple(sorted(people)), "who was never enrolled is nobody's to compare"
        again = match_contacts(world.house, world.actor("zhao"))
        assert (again.recorded, again.unchanged) == (0, done.shared)
        assert match_contacts(world.house, world.actor("foreign")).shared == 0
        assert b"10000001234" not in (tmp_path / "log.db").read_bytes()
        assert fact.region == COUNTY


def _phone(world: World) -> ContactShared:
    head = world.house.log.head().position
    facts = [opened(row.position, row.leaf).fact for row in world.house.log.at([*range(head - 3, head + 1)])]
    *_, phone = [one for one in facts if isinstance(one, ContactShared) and one.contact_kind == "phone"]
    return phone
