"""What all commands of the command line share: settings, who acts, words for problems, printing."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import typer

from taizhang.adapters import settings as settings_of
from taizhang.adapters.desk import DeskBusy, now_us
from taizhang.adapters.files import FileDamaged
from taizhang.adapters.founding import Refused
from taizhang.adapters.house import House, opened
from taizhang.adapters.log.log import CommandReused, LogUnavailable
from taizhang.adapters.requests import RequestUnusable
from taizhang.adapters.settings import Settings, SettingsProblem
from taizhang.adapters.sheets.sheets import FileUnreadable
from taizhang.adapters.signin import SignInRefused
from taizhang.domain.core import Actor, OfficerId, Refusal
from taizhang.domain.log import FactsMissing
from taizhang.domain.wording import word
from taizhang.projections.past import Unfoldable

SHARED_OPTIONS = ("database", "vault", "files", "lang", "officer", "as_role", "key_file")
SHARED_HELP = (
    "Shared options, before or after the command: --database URL, --vault URL, --files FOLDER, --lang zh|en, "
    "--officer ID, --as-role ROLE, --key-file FILE. Commands that read tell an officer who is named as much as the web "
    "does: the role's part of the region. Where nobody is named they tell whoever holds the database all that is in it."
)


class Shared(msgspec.Struct, frozen=True, kw_only=True):
    """The shared options as typed; empty means: from the environment or taizhang.toml."""

    database: str = ""
    vault: str = ""
    files: str = ""
    lang: str = ""
    officer: str = ""
    as_role: str = ""
    key_file: str = ""

    @property
    def named(self) -> str:
        """The officer who is named, with the option or TAIZHANG_OFFICER; empty when nobody is."""
        return self.officer or os.environ.get("TAIZHANG_OFFICER", "")

    def settings(self) -> Settings:
        """Raises SettingsProblem."""
        names = ("database", "vault", "files", "lang")
        return settings_of.load({name: getattr(self, name) for name in names})


class Problem(NamedTuple):
    """A problem in words, and the exit code it leads to."""

    zh: str
    en: str
    exit_code: int


class CallUnusable(Exception):
    """The call's words cannot be used; says what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


class OfWholeHouse(Exception):
    """What the command hands out is all that is in the house: more than the officer's role and region are shown."""

    def __init__(self, roles: Iterable[str]) -> None:
        wanted = sorted(roles)
        en = ", ".join(word("role", role, "en") for role in wanted)
        zh = "、".join(word("role", role, "zh") for role in wanted)
        super().__init__(
            f"This command hands out what is in the whole house, not a part of it. It is for an officer of the province ({en}), "
            "or for whoever holds the database itself and names nobody."
        )
        self.zh = (
            f"此命令取出全库内容,不能只取一部分。请由省级经办人(岗位:{zh})办理,或由掌管数据库的人员不指名经办人执行。"
        )


class OutOfReach(Exception):
    """What is asked lies outside the officer's region or role, or is not there: the same words for both, as on the web."""

    zh = "没有此项,或不在您的岗位和地区范围内。请核对编号和地区,或由相应岗位的经办人查询。"
    en = (
        "There is no such thing, or it lies outside your role and region. Check the id and the region, or ask an officer "
        "whose role may."
    )

    def __str__(self) -> str:
        return self.en


def problem_of(error: Exception) -> Problem | None:
    """The words for an error that people can mend; None for our own bugs."""
    if isinstance(error, Refusal):
        return Problem(error.words("zh"), error.words("en"), 1)
    if isinstance(
        error,
        (
            Refused,
            DeskBusy,
            LogUnavailable,
            SignInRefused,
            FileDamaged,
            FactsMissing,
            OfWholeHouse,
            OutOfReach,
            Unfoldable,
        ),
    ):
        return Problem(error.zh, str(error), 1)
    if isinstance(error, FileUnreadable):
        return Problem(error.message("zh"), error.message("en"), 2)
    if isinstance(error, (SettingsProblem, CallUnusable, RequestUnusable, CommandReused)):
        return Problem(error.zh, str(error), 2)
    if isinstance(error, FileNotFoundError):
        return Problem(f"找不到文件 {error.filename}。请核对路径。", f"No file {error.filename}. Check the path.", 2)
    words = getattr(error, "format_message", None)  # what typer raises about a call, whichever click it carries
    if words is not None:
        return Problem(f"命令用法有误:{words()}", f"The call cannot be used: {words()}", 2)
    return None


def say(zh: str, en: str, language: str | None = None) -> None:
    """A message to people, on standard error, in their language."""
    print(zh if (language or os.environ.get("TAIZHANG_LANG") or "zh") == "zh" else en, file=sys.stderr)  # noqa: T201


def put(text: str) -> None:
    """Data, on standard output."""
    print(text)  # noqa: T201


def put_json(value: Any) -> None:
    """One JSON document on standard output."""
    put(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


@contextmanager
def house_of(context: typer.Context, clock: Callable[[], int] = now_us) -> Iterator[House]:
    """The open house of this call."""
    with opened(context.obj.settings(), clock) as house:
        yield house


def actor(house: House, shared: Shared) -> Actor:
    """Who acts on the command line: `--officer` with the officer's key, or else the password.

    Raises CallUnusable when nobody is named, SignInRefused.
    """
    officer = shared.named
    if not officer:
        raise CallUnusable(
            "请用 --officer 指明经办人,并用 --key-file 或 TAIZHANG_OFFICER_KEY 提供其密钥。",
            "Name who acts with --officer, and give that officer's key with --key-file or TAIZHANG_OFFICER_KEY.",
        )
    key = Path(shared.key_file).read_text().strip() if shared.key_file else os.environ.get("TAIZHANG_OFFICER_KEY", "")
    if key:
        house.signin.check_key(officer, key)
    else:
        password = os.environ.get("TAIZHANG_OFFICER_PASSWORD") or getpass.getpass(f"{officer}: ")
        house.signin.check_password(officer, password)
    return actor_for(
        house, officer, shared.as_role or os.environ.get("TAIZHANG_ROLE", ""), "key" if key else "password"
    )


def actor_for(house: House, officer: str, role: str, authenticated: str) -> Actor:
    """The officer in the role asked for, or in the only role held.

    Raises CallUnusable when the officer holds no such role, or several and none is named.
    """
    grants = house.grants(officer)
    held = [grant for grant in grants if not role or grant.role == role]
    if len(held) != 1:
        roles = "、".join(sorted({grant.role for grant in grants})) or "-"
        raise CallUnusable(
            f"请用 --as-role 指明以何岗位办理。{officer} 现有岗位:{roles}。",
            f"Say with --as-role in which role. {officer} holds: {roles}.",
        )
    [grant] = held
    return Actor(
        officer=OfficerId(officer),
        role=grant.role,
        organisation=grant.organisation,
        region=grant.region,
        authenticated=authenticated,
    )


def settings_into_environment(settings: Settings) -> None:
    """Hand the settings on to a process that reads them from the environment (the web server's factory)."""
    for name in settings_of.NAMES:
        os.environ[f"TAIZHANG_{name.upper()}"] = str(getattr(settings, name))


def progress_bar(what: str) -> Callable[[int, int], None]:
    """Shows `done of total` on standard error while it is a terminal; silent otherwise."""
    if not sys.stderr.isatty():
        return lambda _done, _total: None

    def show(done: int, total: int) -> None:
        end = "\n" if done >= total else ""
        print(f"\r{what} {done:,} / {total:,}", end=end, file=sys.stderr, flush=True)  # noqa: T201

    return show


def end_progress_line() -> None:
    """Let what is said next begin on a line of its own, after a progress line that was broken off."""
    if sys.stderr.isatty():
        print(file=sys.stderr)  # noqa: T201
