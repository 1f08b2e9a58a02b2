"""New keys for a standing vault: nothing changes for who has them, and old copies stay shut. On both engines."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from forgetting_house import (
    BANK,
    NAME,
    NUMBER,
    OTHER_NUMBER,
    PHONE,
    ROSTER,
    Rostered,
    forgotten,
    rostered,
    traces,
)
from sqlalchemy import insert, select

from taizhang.adapters.cli.main import run
from taizhang.adapters.files import FileDamaged, FileStore
from taizhang.adapters.house import House
from taizhang.adapters.importing.importer import Importer
from taizhang.adapters.settings import Settings
from taizhang.adapters.vault.erasing import epoch_began
from taizhang.adapters.vault.keys import VaultKeys, WrongVaultKey
from taizhang.adapters.vault.rotating import next_keys, prepared, rotate, settled
from taizhang.adapters.vault.store import identity_index, open_database
from taizhang.adapters.vault.store import person as people
from taizhang.adapters.vault.vault import Statement, Vault
from taizhang.domain.identity import parse_identity

NOW_US = 1_800_000_000_000_000


@pytest.fixture(params=["sqlite", "postgresql"])
def at(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rostered]:
    with ExitStack() as stack:
        vault = ""
        if request.param == "postgresql":
            vault = str(stack.enter_context(request.getfixturevalue("postgres_cluster").fresh_database()))
        yield stack.enter_context(rostered(tmp_path, vault_url=vault))


def turned(at: Rostered, *, master: bool = False, index: bool = False) -> tuple[VaultKeys, int, int]:
    """The next epoch's keys, put to use; and how many index entries were kept and left out."""
    house = at.world.house
    new = next_keys(house.keys, master=master, index=index)
    done = rotate(house.vault_database, Path(house.settings.files), house.keys, new, NOW_US)
    assert done.damaged == ()
    return new, done.entries, done.unexplained


def test_after_both_keys_changed_everybody_is_found_opened_and_read_and_the_log_did_not_move(at: Rostered) -> None:
    house, head = at.world.house, at.world.house.log.head()
    new, entries, unexplained = turned(at, master=True, index=True)
    assert (entries > 0, unexplained) == (True, 0)
    again = House(house.settings, new)
    assert again.log.head() == head
    assert again.vault.find([parse_identity(NUMBER), parse_identity(OTHER_NUMBER)]) == [at.person, at.other]
    assert again.vault.namesakes_known([(NAME, "1985-02-03")]) == [at.person]
    assert again.vault.disclose([at.person], ("name", "phone")) == {at.person: {"name": NAME, "phone": PHONE}}
    assert again.files.get(at.answer.file) == ROSTER
    assert epoch_began(again.vault_database) == (2, NOW_US)
    same = Importer(again).run(ROSTER, "花名册.csv", at.world.actor("zhao"))
    assert same.counts["facts"] == 0
    again.close()


def test_a_bank_account_keeps_its_id_under_a_new_index_key(at: Rostered) -> None:
    account, _ = at.world.house.bank_accounts.keep(at.person, None, BANK, "form")
    new, _, _ = turned(at, index=True)
    again = House(at.world.house.settings, new)
    assert again.bank_accounts.identify([BANK]) == [account]
    again.close()


def test_the_old_keys_open_nothing_any_more_neither_at_the_start_nor_in_a_process_that_still_runs(at: Rostered) -> None:
    house, old = at.world.house, at.world.house.keys
    turned(at, master=True)
    with pytest.raises(WrongVaultKey):
        House(house.settings, old)
    with pytest.raises(WrongVaultKey):  # it was open before the change
        house.vault.disclose([at.person], ("name",))
    with pytest.raises(WrongVaultKey):
        house.vault.people_without_identity(1)
    with pytest.raises(FileDamaged):
        house.files.get(at.answer.file)


def test_a_person_whom_an_import_met_and_never_recorded_is_left_out_and_counted(at: Rostered) -> None:
    with at.world.house.vault_database.write() as connection:
        connection.execute(insert(identity_index).values(digest=b"x" * 32, person="pnobody", met_at=1))
    assert turned(at, index=True)[2] == 1


def test_a_change_that_was_interrupted_between_vault_and_files_goes_on(
    at: Rostered, monkeypatch: pytest.MonkeyPatch
) -> None:
    def power_cut(*_: object) -> None:
        raise KeyboardInterrupt

    house = at.world.house
    new = next_keys(house.keys, master=True, index=False)
    with monkeypatch.context() as cut:
        cut.setattr(FileStore, "rewrap", power_cut)
        with pytest.raises(KeyboardInterrupt):
            rotate(house.vault_database, Path(house.settings.files), house.keys, new, NOW_US)
    done = rotate(house.vault_database, Path(house.settings.files), house.keys, new, NOW_US)
    assert (done.keys, done.files) == (0, 2)
    again = House(house.settings, new)
    assert again.files.get(at.answer.file) == ROSTER
    again.close()


def test_keys_of_another_vault_change_nothing(at: Rostered) -> None:
    house, strange = at.world.house, VaultKeys.generate()
    new = next_keys(strange, master=True, index=True)
    with pytest.raises(WrongVaultKey):
        rotate(house.vault_database, Path(house.settings.files), strange, new, NOW_US)
    assert house.vault.disclose([at.person], ("name",)) == {at.person: {"name": NAME}}


def test_prepared_keys_are_taken_up_again_and_the_old_file_is_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "vault.key"
    old = VaultKeys.create(path)
    new = prepared(path, old, master=True, index=False)
    assert prepared(path, old, master=True, index=False) == new
    assert (new.epoch, new.index, new.master != old.master) == (2, old.index, True)
    assert VaultKeys.load(path) == old
    settled(path)
    assert VaultKeys.load(path) == new
    assert os.stat(path).st_mode & 0o077 == 0
    assert list(tmp_path.iterdir()) == [path]


def test_who_was_forgotten_does_not_open_from_an_old_copy_once_the_master_key_changed(tmp_path: Path) -> None:
    folder = tmp_path / "house"
    folder.mkdir()
    with rostered(folder) as at:
        house, copy = at.world.house, tmp_path / "copy.db"
        source, target = sqlite3.connect(house.vault_database.url.database or ""), sqlite3.connect(copy)
        source.backup(target)
        source.close()
        target.close()
        shutil.copytree(house.settings.files, tmp_path / "files")
        forgotten(at)
        new, _, _ = turned(at, master=True)
        with pytest.raises(WrongVaultKey):
            Vault.open(f"sqlite:///{copy}", new)
        with pytest.raises(FileDamaged):
            FileStore(tmp_path / "files", new.wrapper()).get(at.answer.file)


def test_in_postgresql_nothing_of_a_forgotten_person_stays_in_the_tables_and_the_server_log_is_told_of(
    postgres_url: str, tmp_path: Path
) -> None:
    with rostered(tmp_path, vault_url=postgres_url) as at:
        database = at.world.house.vault_database
        with database.read() as connection:
            wrapped = connection.scalar(select(people.c.wrapped_key).where(people.c.id == at.person))
            base = Path(connection.exec_driver_sql("SHOW data_directory").scalar_one()) / "base"
            number = connection.exec_driver_sql(
                "SELECT oid FROM pg_database WHERE datname = current_database()"
            ).scalar_one()
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("CHECKPOINT")
        assert traces(base / str(number), (wrapped,)) != []
        done = forgotten(at)
        assert traces(base / str(number), (wrapped,)) == []
        assert not done.remains.is_clean
        assert "write-ahead log" in done.remains.en


def test_the_command_changes_the_keys_and_the_house_opens_with_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "vault.key"
    keys = VaultKeys.create(path)
    settings = Settings(
        database=f"sqlite:///{tmp_path / 'log.db'}",
        vault=f"sqlite:///{tmp_path / 'vault.db'}",
        files=str(tmp_path / "f"),
    )
    house = House(settings, keys)
    [person] = house.vault.people_without_identity(1)
    house.vault.state([Statement(person, {"name": NAME}, "form")], 1)
    house.close()
    for name, value in (("DATABASE", settings.database), ("VAULT", settings.vault), ("FILES", settings.files)):
        monkeypatch.setenv(f"TAIZHANG_{name}", value)
    monkeypatch.setenv("TAIZHANG_LANG", "en")
    assert run(["vault", "rotate"]) == 2
    assert run(["vault", "rotate", "--master", "--index"]) == 0
    assert "epoch 2  people 1" in capsys.readouterr().out
    assert run(["vault", "status"]) == 0
    assert capsys.readouterr().out.startswith("epoch 2  since ")
    assert VaultKeys.load(path).master != keys.master
    assert run(["vault", "clean"]) == 0


def test_a_house_whose_keys_come_from_the_environment_says_where_the_new_ones_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    keys, vault = VaultKeys.generate(), f"sqlite:///{tmp_path / 'vault.db'}"
    Vault.open(vault, keys).close()
    open_database(vault).close()
    monkeypatch.setenv("TAIZHANG_VAULT", vault)
    monkeypatch.setenv("TAIZHANG_FILES", str(tmp_path / "files"))
    monkeypatch.setenv("TAIZHANG_VAULT_KEY", keys.text())
    monkeypatch.setenv("TAIZHANG_LANG", "en")
    assert run(["vault", "rotate", "--master"]) == 2
    assert run(["vault", "rotate", "--master", "--out", str(tmp_path / "new.key")]) == 0
    assert "destroy the old keys" in capsys.readouterr().err
    Vault.open(vault, VaultKeys.load(tmp_path / "new.key")).close()
