"""Evidence bundles as a discipline officer uses them: made in the office, checked where there is only Python."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import pytest
from proof_samples import damage
from web_world import CLASS, COUNTY, DAYS, NAMES, World, opened_world

from taizhang.adapters.log.log import LogDamaged
from taizhang.adapters.orders import Order
from taizhang.adapters.proof import verifier
from taizhang.adapters.proof.bundle import BundleRefused, Wanted, make
from taizhang.adapters.proof.bundle_facts import gather
from taizhang.adapters.proof.notes import COSIGNATURE, NoteSigner
from taizhang.adapters.proof.plain_zip import read_zip, write_zip
from taizhang.adapters.proof.policy import Policy
from taizhang.adapters.proof.publishing import add_by_hand, publish
from taizhang.adapters.proof.signer import Signer
from taizhang.domain.core import Fact
from taizhang.domain.decisions import Proposal
from taizhang.domain.envelope import Paper, opened
from taizhang.domain.officers import DataExported, PersonalDataRead
from taizhang.domain.people import PersonDetailsStated, PersonRegistered, PersonsMerged
from taizhang.domain.scores import ScoreRecorded

AT = 1_700_000_000
CITY = NoteSigner.generate("city.example/witness", COSIGNATURE)
POLICY = Policy.parse(f"witness city {CITY.verifier()}\nquorum city\n")
WHY = "核查花名册"


class Office:
    """A house whose log is signed, and ways to make its bundles."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world, self.house = world, world.house
        self.person = world.persons[0]
        self.signer = Signer.create(folder / "signer", world.house.log.head().origin)
        self.state_again("again")

    def state_again(self, statement: str) -> int:
        """State one trainee's details, with commitments as an import makes them."""
        said = self.house.vault.disclose([self.person], ("name", "id_number", "phone"))[self.person]
        [commitments] = self.house.vault.commit([(self.person, statement, said)])
        stated = PersonDetailsStated(
            occurred_on=DAYS[0], person=self.person, statement=statement, commitments=commitments
        )
        return self.world.record("wang", stated)[0]

    def attach(self, *digests: str) -> None:
        """Record a re-sit of the class with papers attached."""
        fact = ScoreRecorded(occurred_on=date(2016, 3, 9), training_class=CLASS, person=self.person, passed=True)
        item = Proposal(fact=fact, paper=Paper(number="样例 1 号", attachments=digests))
        [verdict] = self.house.desk.submit(Order(id="re-sit", by=self.world.actor("zhao"), items=[item])).verdicts
        assert verdict.outcome == "recorded", verdict.en

    def cosign(self) -> None:
        """Have the city cosign the log as it stands, by hand."""
        done = publish(self.house.log, self.signer, POLICY)
        add_by_hand(self.house.log, self.signer, POLICY, [CITY.sign(done.checkpoint.text(), AT).line().rstrip("\n")])

    def bundle(self, subject: str, officer: str = "wang", **wanted: Any) -> bytes:
        return make(self.house, self.world.actor(officer), self.signer, POLICY, Wanted(subject, **wanted)).data

    def last(self, back: int = 0) -> Fact:
        [stored] = self.house.log.at([self.house.log.head().position - back])
        return opened(stored.position, stored.leaf).fact


@pytest.fixture
def office(engine_url: str, tmp_path: Path) -> Iterator[Office]:
    with opened_world(tmp_path, engine_url) as world:
        yield Office(world, tmp_path)


def bare(folder: Path, data: bytes) -> tuple[int, str]:
    """Unpack the verifier from the bundle itself and run it in a Python that has nothing else."""
    folder.mkdir()
    (folder / "evidence.zip").write_bytes(data)
    with zipfile.ZipFile(folder / "evidence.zip") as archive:
        (folder / "verify.py").write_bytes(archive.read("verify.py"))
    call = [sys.executable, "-I", "-S", "verify.py", "evidence.zip"]
    done = subprocess.run(call, cwd=folder, capture_output=True, check=False, timeout=60)
    assert done.stderr == b""
    return done.returncode, done.stdout.decode()


def refusal(data: bytes) -> str:
    with pytest.raises(verifier.Refused) as refused:
        verifier.verify(data)
    assert refused.value.zh
    return str(refused.value)


# -- what is in it ----------------------------------------------------------------------------------------


def test_a_bundle_on_a_stick_is_verified_by_the_file_inside_it_and_names_who_cosigned(
    office: Office, tmp_path: Path
) -> None:
    office.cosign()
    code, said = bare(tmp_path / "stick", office.bundle(f"class:{CLASS}"))
    assert code == 0, said
    assert f"VERIFIED  class:{CLASS}" in said
    assert "training.trainee-enrolled.v1" in said
    assert "city.example/witness  2023-11-15" in said
    assert "That a fact is true." in said
    assert "nobody cosigned" not in said


def test_every_fact_of_the_class_is_in_its_bundle_word_for_word(office: Office) -> None:
    files = read_zip(office.bundle(f"class:{CLASS}"))
    log = office.house.log
    expected = {fact.position: fact.leaf for fact in log.tagged(f"class:{CLASS}", 0, 1000)}
    assert {int(name[6:15]): data for name, data in files.items() if name.startswith("facts/")} == expected
    assert len([name for name in files if name.startswith("proofs/")]) == len(expected) > 10


def test_the_report_speaks_both_languages_and_shows_facts_and_checkpoint(office: Office) -> None:
    office.cosign()
    files = read_zip(office.bundle(f"class:{CLASS}"))
    html, text = files["report.html"].decode(), files["report.txt"].decode()
    for said in (html, text):
        for word in ("报名", "Trainee enrolled", "中式烹调师一班", "录入", CLASS, "花名册.xlsx", CITY.name):
            assert word in said, word
    assert office.signer.state().root.hex() in text
    assert "证据包" in html
    assert "Evidence bundle" in html
    assert "<script" not in html
    assert "http://" not in html
    assert "https://" not in html


def test_facts_after_the_last_cosigned_checkpoint_say_that_nobody_cosigned_them(office: Office, tmp_path: Path) -> None:
    office.cosign()
    office.state_again("later")
    code, said = bare(tmp_path / "stick", office.bundle(f"person:{office.person}"))
    assert (code, "city.example/witness" in said, "Some facts nobody cosigned" in said) == (0, True, True)


def test_that_a_bundle_was_taken_out_is_recorded_with_its_digest(office: Office) -> None:
    data = office.bundle(f"class:{CLASS}")
    taken = office.last()
    assert isinstance(taken, DataExported)
    assert (taken.digest, taken.reader, taken.what) == (sha256(data).hexdigest(), "wang", f"bundle class:{CLASS}")


# -- people's data ----------------------------------------------------------------------------------------


def test_without_a_purpose_no_name_and_no_number_is_in_the_bundle(office: Office) -> None:
    data = office.bundle(f"person:{office.person}")
    number = office.house.vault.disclose(office.world.persons, ("id_number",))[office.person]
    for value in (NAMES[0], number["id_number"], "13000000000"):
        assert value.encode() not in data
    assert not any(one.openings for one in verifier.verify(data).facts)


def test_for_a_purpose_the_fields_asked_for_are_opened_and_the_reading_is_a_fact_before_it(office: Office) -> None:
    person = office.person
    data = office.bundle(f"person:{person}", purpose=WHY)
    disclosed = {one["field"]: one["value"] for fact in verifier.verify(data).facts for one in fact.openings}
    assert disclosed.keys() == {"name", "id_number"}
    assert disclosed["name"] == NAMES[0]
    assert b"13000000000" not in data
    read = office.last(back=1)
    assert isinstance(read, PersonalDataRead)
    assert (read.purpose, read.persons, read.fields) == (WHY, (person,), ("name", "id_number"))
    assert NAMES[0] in read_zip(data)["report.txt"].decode()


def test_a_role_opens_only_its_own_fields_and_nothing_without_a_purpose(office: Office) -> None:
    person = f"person:{office.person}"
    before = office.house.log.head().position
    for wanted in ({"purpose": WHY, "fields": ("bank_account",)}, {"fields": ("name",)}, {"purpose": "查"}):
        with pytest.raises(BundleRefused):
            office.bundle(person, **wanted)
    with pytest.raises(BundleRefused, match="dashboard"):
        office.bundle(person, "board", purpose=WHY)
    assert office.house.log.head().position == before


def test_facts_outside_the_officers_region_are_left_out_and_counted(office: Office) -> None:
    with pytest.raises(BundleRefused, match="no fact"):
        office.bundle(f"class:{CLASS}", "foreign")
    office.bundle(f"person:{office.person}", "zhao", purpose=WHY)  # whose reading is not wang's to see
    gathered = gather(office.house.log, f"person:{office.person}", office.world.actor("wang"))
    assert gathered.left_out == 1
    assert not any(isinstance(fact.fact, PersonalDataRead) for fact in gathered.facts)
    text = read_zip(office.bundle(f"person:{office.person}"))["report.txt"].decode()
    assert "1 more lie outside what its maker may see." in text


def test_a_person_who_was_merged_is_in_the_bundle_under_every_id(office: Office) -> None:
    [other] = office.house.vault.people_without_identity(1)
    registered = PersonRegistered(occurred_on=DAYS[0], person=other, statement="s9", county=COUNTY)
    office.world.record("wang", registered, PersonsMerged(occurred_on=DAYS[1], kept=office.person, merged=(other,)))
    positions = [
        {fact.position for fact in gather(office.house.log, f"person:{one}", office.world.actor("wang")).facts}
        for one in (office.person, other)
    ]
    assert positions[0] == positions[1]
    assert len(positions[0]) > 5


def test_a_word_that_is_no_subject_is_refused(office: Office) -> None:
    for subject in ("class:", "nothing:1", "class:a b", ""):
        with pytest.raises(BundleRefused, match="no subject"):
            office.bundle(subject)


# -- attachments ------------------------------------------------------------------------------------------


def test_attachments_come_along_by_digest_when_there_is_a_purpose_and_are_named_else(office: Office) -> None:
    digest, lost = office.house.files.put(b"a scan"), sha256(b"never stored").hexdigest()
    office.attach(digest, lost)
    without = read_zip(office.bundle(f"class:{CLASS}"))
    assert not any(name.startswith("attachments/") for name in without)
    assert digest in without["report.txt"].decode()
    data = office.bundle(f"class:{CLASS}", purpose=WHY)
    verifier.verify(data)
    files = read_zip(data)
    assert [name for name in files if name.startswith("attachments/")] == [f"attachments/{digest}"]
    assert files[f"attachments/{digest}"] == b"a scan"
    assert f"attachment not in the bundle: {lost}" in files["report.txt"].decode()


# -- one character changed --------------------------------------------------------------------------------


def test_a_byte_changed_in_any_member_of_a_bundle_is_refused(office: Office) -> None:
    office.cosign()
    digest = office.house.files.put(b"a scan of a sheet")
    office.attach(digest)
    good = office.bundle(f"class:{CLASS}", purpose=WHY)
    files = read_zip(good)
    assert {name.split("/")[0] for name in files} == {
        *("attachments", "facts", "proofs", "keys.json", "manifest", "report.html", "report.txt", "verify.py"),
    }
    random = Random(7)
    for name in sorted(files):
        start = good.index(files[name], good.index(name.encode()))
        for at in sorted({start, start + len(files[name]) - 1, start + random.randrange(len(files[name]))}):
            changed = bytearray(good)
            changed[at] ^= 1
            said = refusal(bytes(changed))
            assert f"The file {name} was changed" in said or name in ("manifest", "keys.json"), (name, at, said)


def test_a_bundle_packed_anew_by_another_program_is_refused_for_that_or_for_the_file_that_was_changed(
    office: Office,
) -> None:
    files = read_zip(office.bundle(f"class:{CLASS}"))
    assert "packed anew" in refusal(packed_otherwise(files))
    name = next(name for name in files if name.startswith("facts/"))
    assert f"The file {name} was changed" in refusal(packed_otherwise({**files, name: files[name][:-1] + b" "}))


def packed_otherwise(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as anew:
        for name, data in files.items():
            anew.writestr(name, data)
    return packed.getvalue()


def test_a_bundle_packed_again_after_a_change_is_refused_with_the_name_of_what_was_changed(office: Office) -> None:
    files = read_zip(office.bundle(f"class:{CLASS}"))
    for name in files:
        if name != "manifest":
            assert f"The file {name} was changed" in refusal(write_zip({**files, name: files[name] + b" "})), name


def test_a_fact_that_is_not_the_proved_one_is_refused_even_under_a_good_list(office: Office) -> None:
    files = read_zip(office.bundle(f"class:{CLASS}"))
    name = next(name for name in sorted(files) if name.startswith("facts/"))
    files[name] = files[name].replace(b"2016", b"2017")
    del files["manifest"]
    listed = "".join(f"{sha256(files[one]).hexdigest()} {one}\n" for one in sorted(files))
    text = f"taizhang-bundle@v1\n{office.signer.verifier.name}\nclass:{CLASS}\n{listed}"
    files["manifest"] = office.signer.sign_list(text).encode()
    assert f"{name} is not the fact that is proved" in refusal(write_zip(files))


def test_a_fact_changed_in_the_database_makes_no_bundle(office: Office) -> None:
    office.cosign()
    [fact] = office.house.log.tagged(f"class:{CLASS}", 0, 1)
    changed = fact.leaf.replace(b"2016", b"2017")
    damage(office.house.log, "update fact set leaf = :leaf where position = :at", leaf=changed, at=fact.position)
    with pytest.raises(LogDamaged, match=str(fact.position)):
        office.bundle(f"class:{CLASS}")
    assert not isinstance(office.last(), DataExported)
