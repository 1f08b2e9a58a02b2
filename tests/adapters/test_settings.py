"""Settings: options before environment before file before defaults, and clear words when they cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from taizhang.adapters.settings import NAMES, SettingsProblem, load


@pytest.fixture(autouse=True)
def _no_settings_around(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(f"TAIZHANG_{name.upper()}", raising=False)


def test_without_anything_the_defaults_hold(tmp_path: Path) -> None:
    settings = load(folder=tmp_path)
    assert settings.database == "sqlite:///taizhang.db"
    assert (settings.lang, settings.host, settings.port) == ("zh", "127.0.0.1", 8000)


def test_options_win_over_environment_and_environment_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "taizhang.toml").write_text('database = "sqlite:///file.db"\nlang = "en"\nport = 9000\n')
    monkeypatch.setenv("TAIZHANG_DATABASE", "sqlite:///environment.db")
    monkeypatch.setenv("TAIZHANG_PORT", "9001")
    settings = load({"database": "sqlite:///option.db", "lang": ""}, tmp_path)
    assert (settings.database, settings.lang, settings.port) == ("sqlite:///option.db", "en", 9001)


@pytest.mark.parametrize(
    ("text", "words"),
    [("port = [", "cannot be read"), ("colour = 1", "colour"), ('port = "many"', "port"), ('lang = "fr"', "fr")],
)
def test_what_cannot_be_used_is_said_with_its_name(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "taizhang.toml").write_text(text)
    with pytest.raises(SettingsProblem, match=words) as problem:
        load(folder=tmp_path)
    assert problem.value.zh


def test_the_keys_lie_beside_the_vault_unless_a_setting_says_otherwise(tmp_path: Path) -> None:
    assert load({"vault": "sqlite:///data/v.db"}, tmp_path).key_path == Path("data/v.key")
    assert load({"vault": "postgresql://x/y"}, tmp_path).key_path == Path("taizhang-vault.key")
    assert load({"vault_key_file": "safe/k"}, tmp_path).key_path == Path("safe/k")
