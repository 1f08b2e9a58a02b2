"""An exported log verified by itself, in one process or several: any changed byte of it is found."""

from __future__ import annotations

from pathlib import Path

import pytest
from proof_samples import ORIGIN, grow

from taizhang.adapters.log.log import Log
from taizhang.adapters.proof.export import export_log
from taizhang.adapters.proof.findings import Report
from taizhang.adapters.proof.folder_check import verify_folder
from taizhang.adapters.proof.notes import NoteInvalid, NoteSigner
from taizhang.adapters.proof.policy import Policy
from taizhang.adapters.proof.signer import Signer

FACTS = 256 * 140 + 77  # more than two parts of bundles, and an open tile


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Signer]:
    """An exported log and its signer; tests put back what they change."""
    base = tmp_path_factory.mktemp("exported")
    log = Log.open(f"sqlite:///{base / 'log.db'}", origin=ORIGIN)
    grow(log, FACTS)
    signer = Signer.create(base / "signer", ORIGIN)
    export_log(log, base / "out", signer.sign(log))
    log.close()
    return base / "out", signer


def verified(made: tuple[Path, Signer], processes: int = 1) -> Report:
    folder, signer = made
    return verify_folder(folder, signer.verifier, Policy(), processes)


@pytest.mark.parametrize("processes", [1, 2])
def test_a_whole_export_is_found_whole(made: tuple[Path, Signer], processes: int) -> None:
    report = verified(made, processes)
    assert report.ok
    assert report.position == report.check("stored-bytes").counted == FACTS
    assert report.check("tile").counted == 141
    assert report.check("cosigned-root").state == "unchecked"


@pytest.mark.parametrize(
    ("name", "at", "check", "position"),
    [
        ("tile/entries/003", 5, "leaf-hash", 3 * 256 + 1),
        ("tile/entries/139", 30, "leaf-hash", 139 * 256 + 1),
        ("tile/entries/140.p/77", 5, "leaf-hash", 140 * 256 + 1),
        ("tile/0/007", 64, "tile", 7 * 256 + 3),
        ("tile/0/140.p/77", 64, "tile", 140 * 256 + 3),
        ("tile/1/000.p/140", 64, "tile", 1),
    ],
)
def test_a_changed_byte_is_found_where_it_is(
    made: tuple[Path, Signer], name: str, at: int, check: str, position: int
) -> None:
    path = made[0] / name
    whole = path.read_bytes()
    try:
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        report = verified(made)
    finally:
        path.write_bytes(whole)
    assert not report.ok
    assert [(one.kind, one.position) for one in report.check(check).findings] == [("altered", position)]
    assert sum(len(one.findings) for one in report.checks) == 1


def test_a_missing_and_a_broken_bundle_are_found(made: tuple[Path, Signer]) -> None:
    for name, data in (("tile/entries/003", None), ("tile/entries/003", b"\xff\xff"), ("tile/entries/140.p/77", None)):
        path = made[0] / name
        whole = path.read_bytes()
        try:
            path.unlink()
            if data is not None:
                path.write_bytes(data)
            report = verified(made)
        finally:
            path.write_bytes(whole)
        assert not report.ok
        assert report.check("stored-bytes").findings[0].kind == "deleted"


def test_a_checkpoint_by_another_key_is_refused(made: tuple[Path, Signer]) -> None:
    with pytest.raises(NoteInvalid):
        verify_folder(made[0], NoteSigner.generate(ORIGIN).verifier(), Policy())
