"""The exported folder: any transparency-log client finds checkpoint, tiles and entries where C2SP says."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from log_samples import entry, root_of
from proof_samples import ORIGIN, damage, grow

from taizhang.adapters.log.log import Append, Log, LogDamaged
from taizhang.adapters.log.merkle import verify_consistency, verify_inclusion
from taizhang.adapters.proof.export import ExportRefused, export_log
from taizhang.adapters.proof.signer import Signer
from taizhang.adapters.proof.tiles import TileMissing, TreeReader, bundled, entries_in, tiles_in, tiles_of, unbundled


def exported(log: Log, signer: Signer, folder: Path) -> Path:
    export_log(log, folder, signer.sign(log))
    return folder


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_small_log_is_a_checkpoint_a_partial_tile_and_its_entries(log: Log, signer: Signer, tmp_path: Path) -> None:
    grow(log, 5)
    folder = exported(log, signer, tmp_path / "out")
    assert files(folder) == {"checkpoint", "tile/0/000.p/5", "tile/entries/000.p/5"}
    leaves = [fact.leaf for fact in log.page(0, 5)]
    assert entries_in(folder, 0, 5) == leaves
    assert (folder / "tile/0/000.p/5").read_bytes() == b"".join(sha256(b"\0" + leaf).digest() for leaf in leaves)
    assert (folder / "checkpoint").read_text() == signer.sign(log)


def test_full_tiles_take_the_place_of_partial_ones(log: Log, signer: Signer, tmp_path: Path) -> None:
    grow(log, 5)
    exported(log, signer, tmp_path / "out")
    grow(log, 600)
    folder = exported(log, signer, tmp_path / "out")
    assert files(folder) == {
        "checkpoint",
        *(f"tile/{level}/{index}" for level in ("0", "entries") for index in ("000", "001", "002.p/93")),
        "tile/1/000.p/2",
    }


def test_the_entries_lead_to_the_signed_root_by_the_definition_of_the_tree(
    log: Log, signer: Signer, tmp_path: Path
) -> None:
    grow(log, 700)
    folder = exported(log, signer, tmp_path / "out")
    leaves = [leaf for index, width in ((0, 256), (1, 256), (2, 188)) for leaf in entries_in(folder, index, width)]
    root = root_of([sha256(b"\0" + leaf).digest() for leaf in leaves])
    assert root == log.head().edge.root() == TreeReader(700, tiles_in(folder)).root()


def test_an_export_goes_on_where_it_was_stopped_and_rewrites_nothing(log: Log, signer: Signer, tmp_path: Path) -> None:
    grow(log, 256 * 70)
    note = signer.sign(log)

    def stop(done: int, _total: int) -> None:
        if done > 256 * 40:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_log(log, tmp_path / "out", note, stop)
    assert not (tmp_path / "out/checkpoint").exists()
    written = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert len(written) > 80
    export_log(log, tmp_path / "out", note)
    assert {path: path.stat().st_mtime_ns for path in written} == written
    assert TreeReader(256 * 70, tiles_in(tmp_path / "out")).root() == log.head().edge.root()


def test_damaged_facts_are_not_published(log: Log, signer: Signer, tmp_path: Path) -> None:
    grow(log, 300)
    note = signer.sign(log)
    damage(log, "update fact set leaf = :leaf where position = 7", leaf=b"{}")
    with pytest.raises(LogDamaged, match="1 to 256"):
        export_log(log, tmp_path / "out", note)
    assert not (tmp_path / "out/checkpoint").exists()


def test_a_folder_of_another_log_or_of_a_longer_one_is_left_alone(log: Log, signer: Signer, tmp_path: Path) -> None:
    grow(log, 3)
    old = signer.sign(log)
    grow(log, 3)
    exported(log, signer, tmp_path / "out")
    with pytest.raises(ExportRefused, match="rolled back"):
        export_log(log, tmp_path / "out", old)
    other = Log.open(f"sqlite:///{tmp_path / 'other.db'}", origin="other.example/log")
    other.append(Append([entry()]))
    with pytest.raises(ExportRefused, match=ORIGIN):
        exported(other, Signer.create(tmp_path / "other", "other.example/log"), tmp_path / "out")
    other.close()


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 700])
def test_proofs_from_tables_and_from_the_folder_are_the_same_and_right(
    log: Log, signer: Signer, tmp_path: Path, size: int
) -> None:
    grow(log, size)
    folder = exported(log, signer, tmp_path / "out")
    here, there = TreeReader(size, tiles_of(log)), TreeReader(size, tiles_in(folder))
    for index in {0, size // 2, size - 1}:
        [fact] = log.at([index + 1])
        assert here.inclusion(index) == there.inclusion(index)
        verify_inclusion(sha256(b"\0" + fact.leaf).digest(), index, size, there.inclusion(index), here.root())
    for old in {1, size // 2 or 1, size}:
        assert here.consistency(old) == there.consistency(old)
        verify_consistency(old, size, there.consistency(old), here.root(old), here.root())
    assert here.consistency(0) == []


def test_a_missing_tile_is_named(log: Log, signer: Signer, tmp_path: Path) -> None:
    grow(log, 300)
    folder = exported(log, signer, tmp_path / "out")
    (folder / "tile/0/000").unlink()
    with pytest.raises(TileMissing, match="tile/0/000"):
        TreeReader(300, tiles_in(folder)).inclusion(5)


def test_a_bundle_that_breaks_off_is_refused() -> None:
    whole = bundled([b"", b"a", b"b" * 65_535])
    assert unbundled(whole) == [b"", b"a", b"b" * 65_535]
    for cut in (1, 3, 4, len(whole) - 1):
        with pytest.raises(ValueError, match="breaks off"):
            unbundled(whole[:cut])
