"""The file store: sealed at rest, found by digest, nothing half-written."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from taizhang.adapters.files import FileDamaged, FileStore

ROSTER = "张三(示例),620121…".encode() * 100
KEY = bytes(range(32))


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


@pytest.mark.parametrize("place", [0, 20, -1])
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
        FileStore(tmp_path, KEY[::-1]).get(digest)


@pytest.mark.parametrize("digest", ["../../etc/passwd", "", "A" * 64, "0" * 64])
def test_what_is_not_a_stored_digest_is_not_found(tmp_path: Path, digest: str) -> None:
    with pytest.raises(FileNotFoundError):
        FileStore(tmp_path, KEY).get(digest)
