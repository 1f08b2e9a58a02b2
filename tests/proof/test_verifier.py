"""The one-file verifier, run as its receiver runs it: a bare Python, nothing installed, no network."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from random import Random

import msgspec
import pytest
from log_samples import entry
from proof_samples import ORIGIN, damage, grow

from taizhang.adapters.log.log import Append, Log, LogDamaged
from taizhang.adapters.proof import verifier
from taizhang.adapters.proof.ed25519 import signature_is_right
from taizhang.adapters.proof.notes import COSIGNATURE, NoteSigner, NoteVerifier, parse_note
from taizhang.adapters.proof.one_file import verifier_file
from taizhang.adapters.proof.plain_zip import read_zip, write_zip
from taizhang.adapters.proof.proving import NotSignedYet, prove
from taizhang.adapters.proof.signer import Signer
from taizhang.adapters.proof.tlog_proof import Extra, Opening, TlogProof
from taizhang.adapters.vault.commitments import commitment, opening_of

AT = 1_700_000_000
PERSON_KEY = b"k" * 32
CITY = NoteSigner.generate("city.example/witness", COSIGNATURE)


def cosigned(note: str, *witnesses: NoteSigner) -> str:
    parsed = parse_note(note)
    lines = tuple(one.sign(parsed.text, AT) for one in witnesses)
    return parsed._replace(signatures=(*parsed.signatures, *lines)).encoded()


@pytest.fixture
def told(log: Log, signer: Signer) -> Log:
    """A log with 300 facts, of which the 42nd commits to a name."""
    grow(log, 41)
    body = {"commitments": {"name": commitment(PERSON_KEY, "s1", "name", "张样例")}, "person": "p1", "statement": "s1"}
    log.append(Append([entry("person:p1", body=body)]))
    grow(log, 258)
    return log


def proof_of(log: Log, signer: Signer, position: int = 42, *witnesses: NoteSigner) -> str:
    note = cosigned(signer.sign(log), *witnesses)
    opening = Opening(field="name", value="张样例", opening=opening_of(PERSON_KEY, "s1", "name"))
    keys = [one.verifier() for one in witnesses]
    return prove(log, note, [position], signer.verifier, keys, {42: [opening]})[position].text()


def bundle_of(log: Log, signer: Signer, *witnesses: NoteSigner) -> bytes:
    files = {
        "proofs/000000042.tlog-proof": proof_of(log, signer, 42, *witnesses).encode(),
        "proofs/000000300.tlog-proof": proof_of(log, signer, 300, *witnesses).encode(),
        "report.txt": "一条事实 one fact\n".encode(),
        "verify.py": verifier_file().encode(),
        "keys.json": json.dumps(
            {"log": str(signer.verifier), "witnesses": [str(one.verifier()) for one in witnesses]}
        ).encode(),
    }
    files[f"attachments/{sha256(b'scan').hexdigest()}.pdf"] = b"scan"
    listed = [f"{sha256(files[name]).hexdigest()} {name}" for name in sorted(files)]
    text = "".join(f"{line}\n" for line in ["taizhang-bundle@v1", ORIGIN, "class:c620121-0001", *listed])
    files["manifest"] = signer.sign_list(text).encode()
    return write_zip(files)


def bare(folder: Path, data: bytes | str, *options: str) -> tuple[int, str]:
    """Run verify.py on this content in a Python that sees no site packages and no environment."""
    folder.mkdir(exist_ok=True)
    (folder / "verify.py").write_text(verifier_file(), encoding="utf-8")
    (folder / "evidence").write_bytes(data.encode() if isinstance(data, str) else data)
    call = [sys.executable, "-I", "-S", "verify.py", "evidence", *options]
    done = subprocess.run(call, cwd=folder, capture_output=True, check=False, timeout=60)
    assert done.stderr == b""
    return done.returncode, done.stdout.decode()


def refusal(data: bytes) -> str:
    with pytest.raises(verifier.Refused) as refused:
        verifier.verify(data)
    assert refused.value.zh
    return str(refused.value)


# -- what it says -----------------------------------------------------------------------------------------


def test_a_proof_of_one_fact_is_verified_and_says_what_is_proved_and_what_is_not(
    told: Log, signer: Signer, tmp_path: Path
) -> None:
    code, said = bare(tmp_path / "stick", proof_of(told, signer, 42, CITY))
    assert code == 0
    assert "验证通过 VERIFIED" in said
    assert f"1 facts stand unaltered in the log {ORIGIN} (of 300, signed)." in said
    assert "#42" in said
    assert "name: 张样例" in said
    assert "city.example/witness  2023-11-15 06:13:20 +08:00" in said
    assert "That a fact is true." in said
    assert "compare them with the published ones" in said


def test_a_proof_nobody_cosigned_says_so_and_is_refused_where_witnesses_are_asked_for(
    told: Log, signer: Signer, tmp_path: Path
) -> None:
    proof = proof_of(told, signer)
    code, said = bare(tmp_path / "stick", proof)
    assert (code, "Some facts nobody cosigned" in said) == (0, True)
    code, said = bare(tmp_path / "stick", proof, "--quorum", "1")
    assert (code, "Too few witnesses: 0 of 1." in said) == (1, True)


def test_keys_of_ones_own_take_the_place_of_those_in_the_file(told: Log, signer: Signer, tmp_path: Path) -> None:
    proof = proof_of(told, signer, 42, CITY)
    own = ["--log-key", str(signer.verifier), "--witness", str(CITY.verifier()), "--quorum", "1", "--json"]
    code, said = bare(tmp_path / "stick", proof, *own)
    answer = json.loads(said)
    assert (code, answer["ok"], answer["keys"], answer["facts"][0]["position"]) == (0, True, "given", 42)
    forger = NoteSigner.generate(ORIGIN)
    code, said = bare(tmp_path / "stick", proof, "--log-key", str(forger.verifier()))
    assert (code, "missing" in said) == (1, True)


def test_a_bundle_is_verified_with_its_list_attachments_and_openings(told: Log, signer: Signer, tmp_path: Path) -> None:
    code, said = bare(tmp_path / "stick", bundle_of(told, signer, CITY))
    assert code == 0, said
    assert "2 facts stand unaltered" in said
    assert "6 files are as the signed list says." in said


# -- what it refuses --------------------------------------------------------------------------------------


def test_one_character_changed_anywhere_in_a_proof_is_refused(told: Log, signer: Signer) -> None:
    good = proof_of(told, signer, 42, CITY).encode()
    verifier.verify(good)
    random = Random(1)
    for at in sorted(random.sample(range(len(good)), 150)):
        changed = bytearray(good)
        changed[at] = ord("b") if good[at] != ord("b") else ord("c")
        assert refusal(bytes(changed)), at
    assert refusal(good[:-1])
    assert refusal(good + b"\n")


def test_one_byte_changed_anywhere_in_a_bundle_is_refused(told: Log, signer: Signer) -> None:
    good = bundle_of(told, signer, CITY)
    random = Random(2)
    for at in sorted(random.sample(range(len(good)), 300)):
        changed = bytearray(good)
        changed[at] ^= 1 << random.randrange(8)
        assert refusal(bytes(changed)), at
    assert refusal(good + b"\0")


def test_a_bundle_written_again_after_a_change_is_refused_with_the_files_name(told: Log, signer: Signer) -> None:
    files = read_zip(bundle_of(told, signer, CITY))
    assert "report.txt was changed" in refusal(write_zip({**files, "report.txt": "两条事实\n".encode()}))
    assert "extra.txt was changed, added" in refusal(write_zip({**files, "extra.txt": b""}))
    without = {name: data for name, data in files.items() if name != "report.txt"}
    assert "report.txt was changed, added or removed" in refusal(write_zip(without))
    forger = NoteSigner.generate(ORIGIN)
    text = parse_note(files["manifest"]).text
    forged = parse_note(files["manifest"])._replace(text=text, signatures=(forger.sign(text),)).encoded().encode()
    assert "cannot be checked" in refusal(write_zip({**files, "manifest": forged}))


def test_an_altered_fact_an_altered_value_and_another_place_are_refused_by_name(told: Log, signer: Signer) -> None:
    proof = TlogProof.parse(proof_of(told, signer))
    assert proof.extra is not None
    extra = Extra.decode(proof.extra)
    altered = msgspec.structs.replace(extra, leaf=extra.leaf.replace(b"thing-seen", b"thing-lost"))
    assert "Fact 42 does not fit" in refusal(proof._replace(extra=msgspec.json.encode(altered)).text().encode())
    other = [msgspec.structs.replace(extra.openings[0], value="李样例")]
    named = msgspec.structs.replace(extra, openings=tuple(other))
    assert "name does not fit" in refusal(proof._replace(extra=msgspec.json.encode(named)).text().encode())
    assert "Fact 43 does not fit" in refusal(proof._replace(leaf_index=42).text().encode())


def test_a_zip_made_by_other_tools_and_files_of_other_kinds_are_refused(tmp_path: Path) -> None:
    assert "not a zip file" in refusal(b"PK\3\4" + bytes(100))
    assert refusal(b"")
    assert refusal(b"\xff\xfe")
    assert refusal(b"c2sp.org/tlog-proof@v1\nindex 0\n\nnote\n")
    assert bare(tmp_path / "stick", b"no proof")[0] == 1


# -- its parts --------------------------------------------------------------------------------------------


def test_ed25519_in_plain_python_agrees_with_wycheproof(vectors: Callable[[str], Path]) -> None:
    known = json.loads(vectors("wycheproof/ed25519_test.json").read_text())
    differing = [
        case["tcId"]
        for group in known["testGroups"]
        for case in group["tests"]
        if signature_is_right(
            bytes.fromhex(group["publicKey"]["pk"]), bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"])
        )
        != (case["result"] == "valid")
    ]
    assert differing == []


def test_what_the_verifier_takes_the_library_takes_too(told: Log, signer: Signer) -> None:
    key = NoteVerifier.parse(str(signer.verifier))
    [signature] = parse_note(signer.sign(told)).signatures
    text = parse_note(signer.sign(told)).text
    assert key.is_right(text, signature.data)
    assert signature_is_right(key.key, text.encode(), signature.data)


def test_a_plain_zip_is_read_by_everybodys_zip(tmp_path: Path) -> None:
    files = {"b/张.txt": "内容".encode(), "a.txt": b"", "c": bytes(range(256))}
    (tmp_path / "plain.zip").write_bytes(write_zip(files))
    with zipfile.ZipFile(tmp_path / "plain.zip") as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == files


def test_the_one_file_needs_nothing_of_ours() -> None:
    text = verifier_file()
    assert "taizhang.adapters" not in text
    assert text.count("from __future__") == 1


def test_a_position_that_is_not_signed_yet_and_a_fact_that_does_not_fit_are_not_proved(
    told: Log, signer: Signer
) -> None:
    note = signer.sign(told)
    grow(told, 1)
    for position in (0, 301, 999):
        with pytest.raises(NotSignedYet):
            prove(told, note, [position], signer.verifier)
    damage(told, "update fact set leaf = :leaf where position = 42", leaf=b"{}")
    with pytest.raises(LogDamaged, match="42"):
        prove(told, note, [42], signer.verifier)
