"""Where everything lies: databases, files, keys, language. From options, the environment, or taizhang.toml."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path

import msgspec

FILE = "taizhang.toml"
NAMES = (
    *("database", "vault", "files", "lang", "vault_key_file", "host", "port"),
    *("signer", "checkpoint_seconds", "witness_policy", "publish_log", "sm3"),
    *("requests_per_minute", "public_url", "oidc_issuer", "oidc_client_id", "oidc_client_secret"),
)


class SettingsProblem(Exception):
    """A setting cannot be used; says which, where it came from, and what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All settings with their defaults; `database` and `vault` are URLs, `files` and `vault_key_file` are paths."""

    database: str = "sqlite:///taizhang.db"
    vault: str = "sqlite:///taizhang-vault.db"
    files: str = "taizhang-files"
    lang: str = "zh"
    vault_key_file: str = ""  # default: beside the vault's database, its name ending in .key
    host: str = "127.0.0.1"
    port: int = 8000
    signer: str = ""  # folder of the log's signing key and state; empty: nothing is signed here
    checkpoint_seconds: int = 60  # how often the server signs; 0: only when asked
    witness_policy: str = ""  # file that names the witnesses and their quorum
    sm3: str = ""  # folder of a second tree over the same facts, hashed with SM3; empty: there is none
    publish_log: bool = False  # whether strangers may read checkpoint and hashes under /log/, without any sign-in
    requests_per_minute: int = 1_200  # of one session or key; strangers a quarter by address; 0: no limit
    public_url: str = ""  # how browsers reach the server, where that is not how it is called itself
    oidc_issuer: str = ""  # the office's single sign-on (OpenID Connect); empty: there is none. Needs taizhang[oidc]
    oidc_client_id: str = ""
    oidc_client_secret: str = ""

    @property
    def key_path(self) -> Path:
        """Where the vault's keys lie, unless TAIZHANG_VAULT_KEY holds them."""
        if self.vault_key_file:
            return Path(self.vault_key_file)
        file = self.vault.removeprefix("sqlite:///") if self.vault.startswith("sqlite:///") else "taizhang-vault"
        return Path(file).with_suffix(".key")


def load(options: Mapping[str, str | None] | None = None, folder: Path | None = None) -> Settings:
    """Settings from `options`, else TAIZHANG_*, else taizhang.toml in `folder` (here by default), else defaults.

    Raises SettingsProblem.
    """
    values: dict[str, object] = _from_file((folder or Path()) / FILE)
    for name in NAMES:
        value = os.environ.get(f"TAIZHANG_{name.upper()}")
        if value:
            values[name] = value
    values |= {name: value for name, value in (options or {}).items() if value}
    try:
        settings = msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as problem:
        raise SettingsProblem(
            f"设置无法使用:{problem}。请核对 {FILE}、TAIZHANG_ 环境变量和命令行选项。",
            f"The settings cannot be used: {problem}. Check {FILE}, the TAIZHANG_ variables and the options.",
        ) from None
    if settings.lang not in ("zh", "en"):
        raise SettingsProblem(
            f"语言 {settings.lang!r} 不可用,请设为 zh 或 en。",
            f"The language {settings.lang!r} is not available; use zh or en.",
        )
    return settings


def _from_file(path: Path) -> dict[str, object]:
    try:
        with path.open("rb") as file:
            return dict(tomllib.load(file))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as problem:
        raise SettingsProblem(
            f"无法读取设置文件 {path}:{problem}。请改正后重试。",
            f"The settings file {path} cannot be read: {problem}. Correct it and try again.",
        ) from None
