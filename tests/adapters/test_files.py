"""The file store: sealed at rest, found by digest, nothing half-written."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from taizhang.adapters.files import FileDamaged, FileErased, FileStore
from taizhang.adapters.vault.keys import VaultKeys

ROSTER = "张三(示例),620121…".encode() * 100
KEY = VaultKeys(master=bytes(range(32)), index=bytes(32)).wrapper()
OTHER = VaultKeys(master=bytes(32), index=bytes(32), epoch=2).wrapper()


def stored(folder: Path) -> Path:
    [path] = [path for path in folder.rglob("*") if path.is_file()]
    return path


def test_a_file_comes_back_by_the_digest_of_what_it_holds(tmp_path: Path) -> None:
    digest = FileStore(tmp_path, KEY).put(ROSTER)
    assert digest == hashlib.sha256(ROSTER).hexdigest()
    assert FileStore(tmp_path, KEY).get(digest) == ROSTER


def test_nothing_of_it_is_readable_on_the_disk(tmp_path: Path) -> None:
    FileStore(tmp_path, KEY).put(ROSTER)
    assert b"620121" not in stored(tmp_path).read_bytes()


def test_the_same_file_twice_is_stored_once(tmp_path: Path) -> None:
    store = FileStore(tmp_path, KEY)
    assert store.put(ROSTER) == store.put(ROSTER)
    stored(tmp_path)


@pytest.mark.parametrize("place", [0, 5, 20, 80, -1])
def test_one_changed_byte_is_found(tmp_path: Path, place: int) -> None:
    digest = FileStore(tmp_path, KEY).put(ROSTER)
    path = stored(tmp_path)
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    with pytest.raises(FileDamaged, match="changed on disk"):
        FileStore(tmp_path, KEY).get(digest)


def test_another_key_opens_nothing(tmp_path: Path) -> None:
    digest = FileStore(tmp_path, KEY).put(ROSTER)
    with pytest.raises(FileDamaged):
        FileStore(tmp_path, OTHER).get(digest)


@pytest.mark.parametrize("digest", ["../../etc/passwd", "", "A" * 64, "0" * 64])
def test_what_is_not_a_stored_digest_is_not_found(tmp_path: Path, digest: str) -> None:
    with pytest.raises(FileNotFoundError):
        FileStore(tmp_path, KEY).get(digest)


def test_after_a_new_master_key_the_file_opens_under_that_one_only(tmp_path: Path) -> None:
    old = FileStore(tmp_path, KEY)
    digest = old.put(ROSTER)
    old.rewrap(digest, OTHER)
    assert FileStore(tmp_path, OTHER).get(digest) == ROSTER
    old.rewrap(digest, OTHER)  # once more after a crash: it is under that key already
    with pytest.raises(FileDamaged):
        old.get(digest)
    with pytest.raises(FileDamaged):
        old.rewrap(digest, VaultKeys.generate().wrapper())


def test_a_file_that_gave_way_is_gone_and_its_digest_leads_to_what_took_its_place(tmp_path: Path) -> None:
    store = FileStore(tmp_path, KEY)
    before, between, after = store.put(ROSTER), store.put(b"blank once"), store.put(b"blank twice")
    store.give_way(before, between)
    store.give_way(between, after)
    assert store.get(before) == store.get(between) == b"blank twice"
    assert list(store.digests()) == [after]
    with pytest.raises(FileErased, match="not taken in again"):
        store.put(ROSTER)


def test_signs_that_lead_in_a_circle_are_damage_and_no_endless_search(tmp_path: Path) -> None:
    store = FileStore(tmp_path, KEY)
    one, other = store.put(b"one"), store.put(b"other")
    store.give_way(one, other)
    store.give_way(other, one)
    with pytest.raises(FileDamaged):
        store.get(one)
