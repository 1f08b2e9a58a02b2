"""Signed notes, checkpoints, proof files and policies' keys against cases that nobody on this project wrote."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from taizhang.adapters.log.merkle import tile_path
from taizhang.adapters.proof.checkpoints import Checkpoint, CheckpointInvalid, open_checkpoint
from taizhang.adapters.proof.notes import (
    COSIGNATURE,
    KeyInvalid,
    NoteInvalid,
    NoteSigner,
    NoteVerifier,
    open_note,
    parse_note,
    parse_signature,
    signed_note,
)
from taizhang.adapters.proof.tlog_proof import TlogProof, TlogProofInvalid

Vectors = Callable[[str], Path]


def cases(vectors: Vectors, name: str) -> Any:
    return json.loads(vectors(name).read_text())


# -- signed notes -----------------------------------------------------------------------------------------


def test_a_note_is_signed_byte_for_byte_as_go_signs_it(vectors: Vectors) -> None:
    case = cases(vectors, "signed_note.json")["sign"]
    assert signed_note(case["text"], NoteSigner.parse(case["skey"])) == case["signed_note"]


def test_notes_are_taken_and_refused_as_go_does(vectors: Vectors) -> None:
    verdicts = {}
    for case in cases(vectors, "signed_note.json")["verify"]:
        data = bytes.fromhex(case.get("prepend_hex", "")) + case["note"].encode()
        try:
            opened = open_note(data, [NoteVerifier.parse(key) for key in case["keys"]])
            verdicts[case["desc"]] = [verifier.name for verifier, _ in opened.by]
        except NoteInvalid:
            verdicts[case["desc"]] = None
    assert verdicts
    assert verdicts == {
        case["desc"]: case.get("verified", [key.split("+")[0] for key in case["keys"]]) if case["ok"] else None
        for case in cases(vectors, "signed_note.json")["verify"]
    }


def test_good_vkeys_come_back_as_they_were_and_bad_ones_are_refused(vectors: Vectors) -> None:
    known = cases(vectors, "signed_note.json")
    for key in known["good_vkeys"]:
        assert str(NoteVerifier.parse(key)) == key
    for key in known["bad_vkeys"]:
        with pytest.raises(KeyInvalid):
            NoteVerifier.parse(key)


def test_a_signature_spelled_in_another_base64_is_refused() -> None:
    signer = NoteSigner.generate("example.com/log")
    note = signed_note("text\n", signer)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    at = len(note.rstrip("=\n")) - 1
    neighbour = letters[letters.index(note[at]) ^ 1]  # differs in a bit that decodes to nothing
    with pytest.raises(NoteInvalid, match="canonically"):
        open_note(note[:at] + neighbour + note[at + 1 :], [signer.verifier()])


def test_a_private_key_comes_back_from_its_line_and_shows_itself_nowhere_else() -> None:
    signer = NoteSigner.generate("example.com/log")
    assert NoteSigner.parse(signer.text()) == signer
    assert base64.b64encode(signer.seed).decode() not in repr(signer)
    with pytest.raises(KeyInvalid):
        NoteSigner.parse(signer.text().replace("example", "exomple"))


# -- cosignatures -----------------------------------------------------------------------------------------


def test_cosignatures_of_others_are_verified_with_their_time(vectors: Vectors) -> None:
    known = cases(vectors, "cosignature_v1_ed25519.json")
    for case in known["verify"]:
        [(verifier, signature)] = open_note(case["note"], [NoteVerifier.parse(case["vkey"])]).by
        assert (verifier.algorithm, signature.cosigned_at) == (COSIGNATURE, case["timestamp"])
    for case in known["timestamp_only"]:
        assert parse_signature(f"— witness {case['sig_b64']}").cosigned_at == case["timestamp"]


def test_a_cosignature_with_another_time_is_refused(vectors: Vectors) -> None:
    case = cases(vectors, "cosignature_v1_ed25519.json")["verify"][1]
    note = parse_note(case["note"])
    [signature] = note.signatures
    later = signature._replace(data=(signature.cosigned_at + 1).to_bytes(8, "big") + signature.data[8:])
    with pytest.raises(NoteInvalid, match="wrong"):
        open_note(note._replace(signatures=(later,)).encoded(), [NoteVerifier.parse(case["vkey"])])


def test_keys_of_witnesses_are_read_and_unknown_kinds_refused(vectors: Vectors) -> None:
    ours, unknown = [], []
    for case in cases(vectors, "cosignature_v1_ed25519.json")["vkey_parse"]:
        try:
            ours.append(NoteVerifier.parse(case["vkey"]).name)
        except KeyInvalid:
            unknown.append(case["vkey"].split("+")[0])
    assert ours == ["TEST", "remora.n621.de"]
    assert len(unknown) == 6  # one of ML-DSA-44, which is not ours, and five that are no keys


# -- checkpoints ------------------------------------------------------------------------------------------


def test_checkpoints_are_read_and_refused_as_others_do(vectors: Vectors) -> None:
    seen = 0
    for case in cases(vectors, "checkpoint_parse.json"):
        if case["want_err"]:
            with pytest.raises(CheckpointInvalid):
                Checkpoint.parse(case["text"])
            continue
        with pytest.raises(CheckpointInvalid, match="32 bytes"):  # the case's root is a word; C2SP wants a hash
            Checkpoint.parse(case["text"])
        root = case["hash_ascii"].encode().ljust(32, b".")[:32]
        text = case["text"].replace(
            base64.b64encode(case["hash_ascii"].encode()).decode(), base64.b64encode(root).decode()
        )
        found = Checkpoint.parse(text)
        assert (found.origin, found.size, found.root) == (case["origin"], case["size"], root)
        assert found.text() == text
        seen += 1
    assert seen == 5


def test_the_tree_text_of_gos_checksum_database_is_read_and_its_bad_ones_refused(vectors: Vectors) -> None:
    known = cases(vectors, "sumdb_tree_note.json")
    golden = known["format_tree"]["golden"]
    tree = Checkpoint.parse(golden, origin="go.sum database tree")
    assert (tree.size, tree.text()) == (known["format_tree"]["n"], golden)
    for text in known["bad_trees"]:
        with pytest.raises(CheckpointInvalid):
            Checkpoint.parse(text, origin="go.sum database tree")


def test_an_empty_log_has_the_empty_root() -> None:
    assert Checkpoint.parse("log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n").size == 0
    with pytest.raises(CheckpointInvalid, match="empty root"):
        Checkpoint.parse("log\n0\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=\n")


@pytest.mark.parametrize("size", ["01", "+1", "١", "", " 1", "9223372036854775808"])
def test_a_size_has_one_spelling(size: str) -> None:
    with pytest.raises(CheckpointInvalid):
        Checkpoint.parse(f"log\n{size}\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=\n")


def test_a_checkpoint_that_only_a_witness_signed_is_not_the_logs() -> None:
    log, witness = NoteSigner.generate("log"), NoteSigner.generate("city", COSIGNATURE)
    text = Checkpoint("log", 1, bytes(32)).text()
    with pytest.raises(NoteInvalid, match="log"):
        open_checkpoint(signed_note(text, witness), log.verifier(), [witness.verifier()])
    assert open_checkpoint(signed_note(text, log), log.verifier(), [witness.verifier()]).cosigned == ()


def test_checkpoints_of_other_witness_tests_open_with_their_keys(vectors: Vectors) -> None:
    known = cases(vectors, "witness_add_checkpoint.json")
    log = NoteVerifier.parse(known["log_vkey"])
    assert open_checkpoint(known["checkpoint_size5"], log).checkpoint.size == 5
    assert open_checkpoint(known["checkpoint_size8"], log).checkpoint.size == 8
    with pytest.raises(NoteInvalid):
        open_checkpoint(known["checkpoint_size8"], NoteVerifier.parse(known["other_vkey"]))


# -- proof files and paths --------------------------------------------------------------------------------


def test_proof_files_of_others_come_back_as_they_were(vectors: Vectors) -> None:
    known = cases(vectors, "tlog_proof.json")
    for case in known["good"]:
        hashes = tuple(base64.b64decode(value) for value in case["hashes"])
        extra = base64.b64decode(case["extra"]) if case["extra"] else None
        proof = TlogProof(case["index"], hashes, case["checkpoint"], extra)
        assert TlogProof.parse(case["text"]) == proof
        assert proof.text() == case["text"]
    for case in known["bad"]:
        with pytest.raises(TlogProofInvalid):
            TlogProof.parse(case["text"])


def test_tiles_and_entries_lie_where_other_logs_put_them(vectors: Vectors) -> None:
    known = cases(vectors, "tile_paths.json")
    for case in known["TestEntriesPathForLogIndex"]:
        index = case["seq"] // 256
        width = min(256, case["logSize"] - index * 256)
        assert tile_path("entries", index, width) == case["wantPath"]
    for case in known["TestEntriesPath"]:
        assert tile_path("entries", case["N"], case.get("p") or 256) == case["wantPath"]
    for case in known["TestTilePath"]:
        assert tile_path(case["level"], case["index"], case.get("p") or 256) == case["wantPath"]
