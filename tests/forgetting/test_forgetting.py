"""Forgetting a person for good: nothing of them is left, every proof stands, and no old copy brings them back."""

from __future__ import annotations

import csv
import io
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from forgetting_house import (
    BANK,
    INSPECTOR,
    NAME,
    NUMBER,
    OTHER_NAME,
    OTHER_NUMBER,
    OTHER_PHONE,
    PHONE,
    ROSTER,
    Rostered,
    asked_and_approved,
    forgotten,
    later_house,
    rostered,
    traces,
)
from sqlalchemy import select

from taizhang.adapters.files import FileErased
from taizhang.adapters.forgetting.forget import Forgotten, forget, step
from taizhang.adapters.founding import Refused
from taizhang.adapters.house import House
from taizhang.adapters.importing.importer import Importer
from taizhang.adapters.masking import masked
from taizhang.adapters.proof import vault_check, verifying
from taizhang.adapters.proof.bundle import Wanted, make
from taizhang.adapters.proof.export import export_log
from taizhang.adapters.proof.plain_zip import read_zip
from taizhang.adapters.proof.policy import Policy
from taizhang.adapters.proof.publishing import publish
from taizhang.adapters.proof.references import of_signer
from taizhang.adapters.proof.signer import Signer
from taizhang.adapters.proof.verifying import Outside, Signatures
from taizhang.adapters.sheets.sheets import ErasedFile
from taizhang.adapters.vault.commitments import verify_opening
from taizhang.adapters.vault.erasing import clean, erase, erased_upto
from taizhang.adapters.vault.store import person as people
from taizhang.adapters.vault.vault import PersonForgotten, Vault
from taizhang.domain.forgetting import LegalHoldPlaced
from taizhang.domain.identity import parse_identity
from taizhang.projections.views import all_views


class Aftermath:
    """A house in which somebody was forgotten; what stood before is beside it."""

    def __init__(self, at: Rostered, folder: Path) -> None:
        self.at, self.house, self.folder = at, at.world.house, folder
        self.old = folder / "old"
        self.signer = Signer.create(folder / "signer", self.house.log.head().origin)
        self.wrapped = wrapped_key(self.house, at)
        self.result_before = at.answer.result or ""
        self.opening = self.house.vault.opening(at.person, statement_of(at), "phone")
        copied(self.house, self.old)
        self.done: Forgotten = forgotten(at)


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    folder = tmp_path_factory.mktemp("forgotten")
    house = folder / "house"
    house.mkdir()
    with rostered(house) as at:
        yield Aftermath(at, folder)


def wrapped_key(house: House, at: Rostered) -> bytes:
    with house.vault_database.read() as connection:
        found = connection.scalar(select(people.c.wrapped_key).where(people.c.id == at.person))
    assert isinstance(found, bytes)
    return found


def statement_of(at: Rostered) -> str:
    log = at.world.house.log
    leaf = next(row.leaf for row in log.page(0, 1000) if b'"statement":' in row.leaf and at.person.encode() in row.leaf)
    return leaf.split(b'"statement":"')[1].split(b'"')[0].decode()


def copied(house: House, to: Path) -> None:
    """A backup of vault and files, as somebody may have made it before."""
    to.mkdir()
    with sqlite3.connect(house.vault_database.url.database or "") as source, sqlite3.connect(to / "vault.db") as copy:
        source.backup(copy)
    copy.close()
    source.close()
    shutil.copytree(house.settings.files, to / "files")


def house_of(after: Aftermath) -> Path:
    return after.folder / "house"


def test_the_search_finds_what_it_looks_for_where_it_was_before(after: Aftermath) -> None:
    assert traces(after.old, (after.wrapped,)) == [f"vault.db: {after.wrapped!r}"]


def test_neither_the_values_nor_the_wrapped_key_stand_in_database_vault_write_ahead_logs_or_files(
    after: Aftermath,
) -> None:
    assert traces(house_of(after)) == []
    assert traces(house_of(after), (after.wrapped, after.wrapped[12:44])) == []
    assert after.done.remains.is_clean
    store = after.house.files
    opened = [store.get(digest) for digest in store.digests()]
    assert len(opened) == 2
    for content in opened:
        text = content.decode("gb18030") if not content.startswith(b"PK") else str(cells_of(content))
        assert [value for value in (NAME, NUMBER, PHONE, BANK) if value in text] == []
        assert OTHER_NUMBER in text


def test_source_and_result_gave_way_to_files_in_which_only_that_persons_cells_are_blank(after: Aftermath) -> None:
    assert {one.stored_as: one.cells for one in after.done.blanked} == {"source": 5, "result": 6}
    assert after.done.left == []
    source = after.house.files.get(after.at.answer.file).decode("gb18030")
    before, now = list(csv.reader(io.StringIO(ROSTER.decode("gb18030")))), list(csv.reader(io.StringIO(source)))
    assert now[2] == [""] * 5
    assert [row for number, row in enumerate(now) if number != 2] == [
        row for number, row in enumerate(before) if number != 2
    ]
    result = cells_of(after.house.files.get(after.result_before))
    assert not any(result[2])
    assert OTHER_NAME in result[3]
    assert OTHER_PHONE in result[3]


def cells_of(content: bytes) -> list[list[object]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]


def test_exports_and_bundles_made_afterwards_hold_nothing_and_say_what_was_forgotten(after: Aftermath) -> None:
    note = publish(after.house.log, after.signer, Policy()).note
    export_log(after.house.log, after.folder / "export", note)
    wanted = Wanted(f"person:{after.at.person}", purpose="核查删除情况")
    made = make(after.house, after.at.world.actor("wang"), after.signer, Policy(), wanted)
    (after.folder / "export" / "bundle.zip").write_bytes(made.data)
    assert traces(after.folder / "export") == []
    report = read_zip(made.data)["report.txt"].decode()
    assert f"个人信息已删除 personal data forgotten: {after.at.person}  #{after.done.position}" in report
    assert "文件替换  File blanked" in report


def test_every_proof_verifies_and_every_check_passes(after: Aftermath) -> None:
    after.house.views.catch_up()
    after.signer.sign(after.house.log)
    outside = Outside(all_views(), after.house.vault, after.house.files)
    signatures = Signatures(after.signer.verifier, of_signer(after.signer))
    report = verifying.verify(after.house.log, signatures, outside)
    found = [finding.en for one in report.checks for finding in one.findings]
    made_up = [f"the file {letter * 64} is gone" for letter in "bca"]  # sources that the small world only names
    assert [finding for finding in found if finding not in made_up] == []
    assert {one.name for one in report.checks if one.state == "ok"} >= {
        "vault",
        "guards",
        "projections",
        "signed-root",
    }


def test_a_key_that_came_back_behind_the_houses_back_is_found(after: Aftermath) -> None:
    with after.house.vault_database.write() as connection:
        connection.execute(people.update().where(people.c.id == after.at.person).values(wrapped_key=after.wrapped))
    try:
        check = vault_check.vault(after.house.log, after.house.vault, after.house.bank_accounts)
        [finding] = check.findings
        assert finding.position == after.done.position
        assert "must not" in finding.en
    finally:
        erase(after.house.vault_database, [after.at.person], [], 0)
        clean(after.house.vault_database)


def test_an_opening_that_was_handed_out_before_still_opens_its_commitment(after: Aftermath) -> None:
    leaf = next(row.leaf for row in after.house.log.page(0, 1000) if statement_of(after.at).encode() in row.leaf)
    commitment = leaf.split(b'"phone":"')[1].split(b'"')[0].decode()
    assert verify_opening(after.opening, PHONE, commitment)


def test_views_and_messages_call_the_person_forgotten_and_nobody_else(after: Aftermath) -> None:
    shown = masked(after.house.vault, [after.at.person, after.at.other])
    assert shown[after.at.person].is_forgotten
    assert not shown[after.at.other].is_forgotten
    with pytest.raises(PersonForgotten):
        after.house.vault.opening(after.at.person, "s", "name")


def test_the_old_file_is_not_taken_in_again_and_the_number_leads_to_nobody(after: Aftermath) -> None:
    with pytest.raises(FileErased):
        after.house.files.put(ROSTER)
    with pytest.raises(ErasedFile):
        Importer(after.house).run(ROSTER, "花名册.csv", after.at.world.actor("zhao"))
    assert after.house.vault.find([parse_identity(NUMBER), parse_identity(OTHER_NUMBER)]) == [None, after.at.other]


def test_a_saved_copy_of_the_key_store_opens_nothing_of_what_is_kept_today(after: Aftermath) -> None:
    kept = sqlite3.connect(after.house.vault_database.url.database or "")
    saved = kept.execute("SELECT count(*) FROM statement WHERE person = ?", (after.at.person,)).fetchone()
    kept.close()
    assert saved == (0,)  # there is nothing left that the saved key could open


def test_a_restored_old_vault_forgets_before_anything_is_read(after: Aftermath, tmp_path: Path) -> None:
    keys = after.house.keys
    restored = after.house.settings.__class__(
        database=after.house.settings.database,
        vault=f"sqlite:///{tmp_path / 'vault.db'}",
        files=str(tmp_path / "files"),
    )
    shutil.copy(after.old / "vault.db", tmp_path / "vault.db")
    shutil.copytree(after.old / "files", tmp_path / "files")
    plain = Vault.open(restored.vault, keys)
    assert plain.disclose([after.at.person], ("name",)) != {}  # this epoch's key opens it: so it is forgotten first
    plain.close()
    house = House(restored, keys)
    assert house.vault.disclose([after.at.person], ("name",)) == {}
    assert erased_upto(house.vault_database) >= after.done.position
    with pytest.raises(FileNotFoundError):  # the copy is older than the file that took its place
        house.files.get(after.at.answer.file)
    house.close()
    assert traces(tmp_path, (after.wrapped,)) == []


def test_it_waits_and_a_hold_keeps_everything(tmp_path: Path) -> None:
    with rostered(tmp_path) as at:
        asked_and_approved(at)
        with pytest.raises(Refused, match="days of waiting"):
            forget(at.world.house, at.world.actor("wang"), at.person)
        with later_house(at) as house:
            today = house.desk.today()
            held = LegalHoldPlaced(person=at.person, hold="case-7", document="法函〔2016〕7号", occurred_on=today)
            step(house, INSPECTOR, held)
            stored = list(house.files.digests())
            with pytest.raises(Refused, match="legal hold"):
                forget(house, at.world.actor("wang"), at.person)
            assert list(house.files.digests()) == stored
            assert house.vault.disclose([at.person], ("name",)) == {at.person: {"name": NAME}}


def test_who_is_interrupted_after_the_facts_stand_is_finished_by_whoever_opens_the_house(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def power_cut(*_: object) -> None:
        raise KeyboardInterrupt

    with rostered(tmp_path) as at:
        asked_and_approved(at)
        wrapped = wrapped_key(at.world.house, at)
        with later_house(at) as house, monkeypatch.context() as cut:
            cut.setattr("taizhang.adapters.forgetting.forget.replay", power_cut)
            with pytest.raises(KeyboardInterrupt):
                forget(house, at.world.actor("wang"), at.person)
        assert traces(tmp_path, (wrapped,)) != []
        with later_house(at) as house:
            assert house.vault.disclose([at.person], ("name",)) == {}
            assert len(list(house.files.digests())) == 2
        assert traces(tmp_path, (wrapped,)) == []
