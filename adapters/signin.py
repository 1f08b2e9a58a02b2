"""Who is at the door: passwords, keys and sessions of officers, in the vault's database, never in the log.

The log says which officer holds which role (domain/officers); this says how we know that it is that officer.
Passwords are kept as argon2id hashes; keys and session tokens are random, 256 bits, and kept as SHA-256.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable
from typing import Literal

import msgspec
import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from taizhang.adapters.database import Database, upsert_rows

SESSION_SECONDS = 8 * 3600  # one working day
TRIES_BEFORE_LOCK = 5
LOCK_SECONDS = 15 * 60
SHORTEST_PASSWORD = 10

metadata = sa.MetaData()
credential = sa.Table(
    "credential",
    metadata,
    sa.Column("officer", sa.String(64), primary_key=True),
    sa.Column("label", sa.String(200), nullable=False),
    sa.Column("password_hash", sa.String(200)),
    sa.Column("key_hash", sa.String(64)),
    sa.Column("must_change", sa.Integer, nullable=False, default=0),
    sa.Column("failed", sa.Integer, nullable=False, default=0),
    sa.Column("locked_until", sa.BigInteger, nullable=False, default=0),
)
unknown_name = sa.Table(  # who is no officer is locked out alike: else being locked out would tell who is one
    "unknown_name",
    metadata,
    sa.Column("name_hash", sa.String(64), primary_key=True),
    sa.Column("failed", sa.Integer, nullable=False),
    sa.Column("locked_until", sa.BigInteger, nullable=False),
    sa.Column("last_at", sa.BigInteger, nullable=False, index=True),
)
session = sa.Table(
    "officer_session",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("officer", sa.String(64), nullable=False),
    sa.Column("csrf", sa.String(64), nullable=False),
    sa.Column("authenticated", sa.String(20), nullable=False),
    sa.Column("expires_at", sa.BigInteger, nullable=False),
)
door_event = sa.Table(
    "door_event",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("at", sa.BigInteger, nullable=False, index=True),
    sa.Column("officer", sa.String(64), nullable=False),
    sa.Column("event", sa.String(20), nullable=False),
    sa.Column("address", sa.String(64), nullable=False),
)
Event = Literal["signed-in", "signed-out", "wrong", "locked", "password-changed", "key-refused", "sign-on-refused"]


class SignInRefused(Exception):
    """Not let in; the words never say whether the officer exists."""

    def __init__(self, zh: str, en: str, *, is_locked: bool = False) -> None:
        super().__init__(en)
        self.zh, self.en, self.is_locked = zh, en, is_locked


class Session(msgspec.Struct, frozen=True):
    """A signed-in officer: the officer's id, the form token, and whether the password must be changed first.

    `authenticated`: how we know. `key`: the program's key by which it came; that key says in which one role.
    """

    officer: str
    label: str
    csrf: str
    must_change: bool
    authenticated: str = "password"
    key: str = ""


class DoorEvent(msgspec.Struct, frozen=True):
    """Who came to the door, when (UTC microseconds), from which address, and what became of it."""

    number: int
    at: int
    officer: str
    event: str
    address: str


class SignIn:
    """Checks passwords and keys, opens and closes sessions. Times are UTC microseconds from `clock`."""

    def __init__(self, database: Database, clock: Callable[[], int]) -> None:
        self._database, self._clock, self._hasher = database, clock, PasswordHasher()
        self._decoy = ""  # a hash takes as long as many a command, and most of these try no password
        with database.create() as connection:
            metadata.create_all(connection)

    @staticmethod
    def new_key() -> str:
        """A random key for the command line or a program, to be shown once."""
        return "tzk_" + secrets.token_urlsafe(32)

    def enrol(
        self, officer: str, label: str, key: str, password: str | None = None, *, must_change: bool = True
    ) -> None:
        """Let an officer in with this key, and with a password when one is given; earlier ones and all sessions end.

        Raises SignInRefused when the password is too short.
        """
        hashed = self._hash(password) if password is not None else None
        row = {"label": label, "password_hash": hashed, "key_hash": _digest(key), "must_change": int(must_change)}
        with self._database.write() as connection:
            connection.execute(sa.delete(credential).where(credential.c.officer == officer))
            connection.execute(sa.delete(session).where(session.c.officer == officer))
            connection.execute(sa.insert(credential).values(officer=officer, failed=0, locked_until=0, **row))

    def check_key(self, officer: str, key: str) -> None:
        """Let a program or a command line act for an officer.

        Raises SignInRefused.
        """
        row = self._row(officer)
        if row is None or row.key_hash is None or not secrets.compare_digest(row.key_hash, _digest(key)):
            raise _refused()

    def check_password(self, officer: str, password: str) -> None:
        """Compare a password in constant time; five wrong ones lock the door for a quarter of an hour, whoever is named.

        Raises SignInRefused.
        """
        decoy = self._decoy = self._decoy or self._hash(secrets.token_urlsafe(16))  # made for whoever comes first
        row = self._row(officer)
        if (row.locked_until if row is not None else self._unknown_until(officer)) > self._clock():
            raise _locked()
        hashed = row.password_hash if row is not None and row.password_hash else decoy
        try:
            self._hasher.verify(hashed, password)
        except (VerifyMismatchError, InvalidHashError):
            (self._count_unknown if row is None else self._count_failure)(officer)
            raise _refused() from None
        if row is None or not row.password_hash:
            raise _refused()
        if not self._let_in(officer):
            raise _locked()

    def change_password(self, officer: str, old: str, new: str) -> None:
        """Replace a password by its owner; all other sessions of the officer end.

        Raises SignInRefused.
        """
        try:
            self.check_password(officer, old)
        except SignInRefused as refused:
            if refused.is_locked:
                raise
            raise SignInRefused("原密码不正确。请重新输入。", "The old password is wrong. Type it again.") from None
        if new == old:
            raise SignInRefused("新密码不能与原密码相同。", "The new password must differ from the old one.")
        self._update(officer, password_hash=self._hash(new), must_change=0)
        with self._database.write() as connection:
            connection.execute(sa.delete(session).where(session.c.officer == officer))

    def open(self, officer: str, password: str) -> str:
        """Sign in; returns the session's token, to be kept by the browser only.

        Raises SignInRefused.
        """
        self.check_password(officer, password)
        return self.begin(officer, "password")

    def begin(self, officer: str, authenticated: str) -> str:
        """A session for an officer of whom we know already that it is them; returns its token."""
        token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        expires = self._clock() + SESSION_SECONDS * 1_000_000
        with self._database.write() as connection:
            connection.execute(sa.delete(session).where(session.c.expires_at < self._clock()))
            connection.execute(
                sa.insert(session).values(
                    token_hash=_digest(token),
                    officer=officer,
                    csrf=csrf,
                    authenticated=authenticated,
                    expires_at=expires,
                )
            )
        return token

    def who(self, token: str) -> Session | None:
        """The officer behind a session token, or None when it is unknown or over."""
        query = (
            sa.select(session, credential.c.label, credential.c.must_change)
            .join(credential, credential.c.officer == session.c.officer)
            .where(session.c.token_hash == _digest(token), session.c.expires_at > self._clock())
        )
        with self._database.read() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        must_change = (
            bool(row.must_change) and row.authenticated == "password"
        )  # single sign-on has passwords of its own
        return Session(row.officer, row.label, row.csrf, must_change, row.authenticated)

    def of_key(self, key: str) -> Session | None:
        """The officer whose key this is, for a program that sends the key with every request; None for no officer's.

        A program has no forms and no password to change.
        """
        query = sa.select(credential.c.officer, credential.c.label).where(credential.c.key_hash == _digest(key))
        with self._database.read() as connection:
            row = connection.execute(query).first()
        return None if row is None else Session(row.officer, row.label, "", False, "key")

    def is_known(self, officer: str) -> bool:
        """Whether somebody of this id can come in at all."""
        return self._row(officer) is not None

    def close(self, token: str) -> None:
        """Sign out."""
        with self._database.write() as connection:
            connection.execute(sa.delete(session).where(session.c.token_hash == _digest(token)))

    def note(self, event: Event, officer: str, address: str) -> None:
        """Write down what happened at the door, for the audit administrator; a name that is no officer's is not kept."""
        known = officer if self.is_known(officer) else "?"
        row = {"at": self._clock(), "officer": known, "event": event, "address": address[:64]}
        with self._database.write() as connection:
            connection.execute(sa.insert(door_event).values(**row))

    def events(self, before: int | None = None, limit: int = 100) -> list[DoorEvent]:
        """What happened at the door, the newest first; `before`: the number to go on before."""
        query = sa.select(door_event).order_by(door_event.c.number.desc()).limit(limit)
        if before is not None:
            query = query.where(door_event.c.number < before)
        with self._database.read() as connection:
            return [DoorEvent(*row) for row in connection.execute(query)]

    def label(self, officer: str) -> str:
        """How an officer is shown to other officers."""
        row = self._row(officer)
        return officer if row is None else str(row.label)

    def labels(self, officers: Iterable[str]) -> dict[str, str]:
        """How these officers are shown, read at once; of whom nobody let in, the id."""
        wanted = list(dict.fromkeys(officers))
        query = sa.select(credential.c.officer, credential.c.label).where(credential.c.officer.in_(wanted))
        with self._database.read() as connection:
            return {one: one for one in wanted} | {one: str(label) for one, label in connection.execute(query)}

    def _hash(self, password: str) -> str:
        if len(password) < SHORTEST_PASSWORD:
            raise SignInRefused(
                f"密码至少 {SHORTEST_PASSWORD} 位。请换一个更长的密码。",
                f"A password has at least {SHORTEST_PASSWORD} characters. Choose a longer one.",
            )
        return self._hasher.hash(password)

    def _row(self, officer: str) -> sa.Row[tuple[object, ...]] | None:
        with self._database.read() as connection:
            return connection.execute(sa.select(credential).where(credential.c.officer == officer)).first()

    def _update(self, officer: str, **values: object) -> None:
        with self._database.write() as connection:
            connection.execute(sa.update(credential).where(credential.c.officer == officer).values(**values))

    def _let_in(self, officer: str) -> bool:
        """Forget the wrong passwords; False when others, tried at the same time, have locked the door meanwhile."""
        is_open = (credential.c.officer == officer, credential.c.locked_until <= self._clock())
        with self._database.write() as connection:
            return connection.execute(sa.update(credential).where(*is_open).values(failed=0)).rowcount == 1

    def _unknown_until(self, name: str) -> int:
        query = sa.select(unknown_name.c.locked_until).where(unknown_name.c.name_hash == _digest(name))
        with self._database.read() as connection:
            return connection.execute(query).scalar() or 0

    def _count_unknown(self, name: str) -> None:
        """Count for a name that is no officer's as for one that is; kept as long as it locks."""
        now_us, here = self._clock(), unknown_name.c.name_hash == _digest(name)
        until = now_us + LOCK_SECONDS * 1_000_000
        with self._database.write() as connection:
            connection.execute(
                sa.delete(unknown_name).where(unknown_name.c.last_at < now_us - LOCK_SECONDS * 1_000_000)
            )
            failed = connection.execute(sa.select(unknown_name.c.failed).where(here)).scalar() or 0
            is_full = failed + 1 >= TRIES_BEFORE_LOCK
            row = (_digest(name), 0 if is_full else failed + 1, until if is_full else 0, now_us)
            upsert_rows(connection, unknown_name, [row])

    def _count_failure(self, officer: str) -> None:
        full = credential.c.failed + 1 >= TRIES_BEFORE_LOCK
        until = self._clock() + LOCK_SECONDS * 1_000_000
        with self._database.write() as connection:
            connection.execute(
                sa.update(credential)
                .where(credential.c.officer == officer)
                .values(
                    locked_until=sa.case((full, until), else_=credential.c.locked_until),
                    failed=sa.case((full, 0), else_=credential.c.failed + 1),
                )
            )


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _locked() -> SignInRefused:
    return SignInRefused(
        "连续输错密码,账号已锁定 15 分钟。请稍后再试,或请安全管理员重置。",
        "Too many wrong passwords: locked for 15 minutes. Try later, or ask the security administrator.",
        is_locked=True,
    )


def _refused() -> SignInRefused:
    return SignInRefused(
        "账号或密码不正确。请重新输入。", "The officer or the password is not right. Please try again."
    )
