"""Keys and commitments of the vault, without a database."""

from __future__ import annotations

import base64
import hmac
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from hypothesis import given
from hypothesis import strategies as st

from taizhang.adapters.vault.commitments import commitment, commitments_of, opening_of
from taizhang.adapters.vault.keys import (
    VaultKeyExists,
    VaultKeyMissing,
    VaultKeys,
    VaultKeyUnreadable,
    WrongVaultKey,
)
from taizhang.adapters.vault.statements import StatementDamaged
from taizhang.adapters.vault.vault import PersonForgotten, PersonNotInVault
from taizhang.domain.core import PersonId, Refusal

KEYS = VaultKeys(master=b"m" * 32, index=b"i" * 32, epoch=1)


@given(
    st.binary(min_size=32, max_size=32), st.text(max_size=80), st.dictionaries(st.text("abc_", min_size=1), st.text())
)
def test_the_bulk_commitments_are_the_standards_hkdf_and_hmac(key: bytes, made_by: str, fields: dict[str, str]) -> None:
    made = commitments_of(key, made_by, fields)
    assert made.keys() == fields.keys()
    for field, value in fields.items():
        derived = HKDFExpand(SHA256(), 32, f"{made_by}|{field}".encode()).derive(key)
        assert opening_of(key, made_by, field) == derived
        tag = base64.urlsafe_b64encode(hmac.new(derived, value.encode(), "sha256").digest()).decode().rstrip("=")
        assert made[field] == commitment(key, made_by, field, value) == tag


def test_a_wrapped_key_opens_only_for_the_person_it_was_wrapped_for() -> None:
    wrapper = KEYS.wrapper()
    [sealed] = wrapper.wrap([("p-one", b"k" * 32)])
    assert wrapper.unwrap([("p-one", sealed)]) == [b"k" * 32]
    for name, tampered in (("p-two", sealed), ("p-one", sealed[:-1] + bytes([sealed[-1] ^ 1])), ("p-one", b"")):
        with pytest.raises(WrongVaultKey):
            wrapper.unwrap([(name, tampered)])


def test_a_key_file_is_for_its_owner_only_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "vault.key"
    keys = VaultKeys.create(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(VaultKeyExists):
        VaultKeys.create(path)
    assert VaultKeys.load(path) == keys
    assert VaultKeys.find({}, path) == keys
    assert VaultKeys.create(tmp_path / "second.key") != keys


def test_the_environment_goes_before_the_key_file(tmp_path: Path) -> None:
    VaultKeys.create(tmp_path / "vault.key")
    assert VaultKeys.find({"TAIZHANG_VAULT_KEY": KEYS.text()}, tmp_path / "vault.key") == KEYS


@pytest.mark.parametrize("text", ["", "not a key", "样本", KEYS.text()[:-4], base64.b64encode(b"\0" * 68).decode()])
def test_what_is_no_key_is_refused_by_its_place_and_not_repeated(tmp_path: Path, text: str) -> None:
    path = tmp_path / "vault.key"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(VaultKeyUnreadable, match=r"vault\.key") as caught:
        VaultKeys.load(path)
    assert not text or text not in str(caught.value)


def test_a_missing_key_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(VaultKeyMissing, match=r"nowhere\.key"):
        VaultKeys.find({}, tmp_path / "nowhere.key")


def test_keys_do_not_show_themselves() -> None:
    assert repr(KEYS) == "VaultKeys(epoch=1)"


@pytest.mark.parametrize(
    "refusal",
    [
        VaultKeyMissing(where="x"),
        VaultKeyUnreadable(where="x"),
        VaultKeyExists(where="x"),
        WrongVaultKey(epoch=1),
        PersonForgotten(person=PersonId("p")),
        PersonNotInVault(person=PersonId("p")),
        StatementDamaged(person=PersonId("p"), sequence=1),
    ],
    ids=lambda refusal: refusal.RULE,
)
def test_every_refusal_speaks_both_languages(refusal: Refusal) -> None:
    assert any("\u4e00" <= character <= "\u9fff" for character in refusal.words("zh"))
    assert refusal.words("en").isascii()
    assert "{" not in refusal.words("zh") + refusal.words("en")
    assert refusal.SOURCE
