"""Sign-in: passwords, keys, sessions; what is wrong never says which half was wrong."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher, Type, extract_parameters

from taizhang.adapters import signin
from taizhang.adapters.database import Database
from taizhang.adapters.signin import LOCK_SECONDS, SESSION_SECONDS, TRIES_BEFORE_LOCK, SignIn, SignInRefused

PASSWORD = "sample-password"


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000_000_000_000

    def __call__(self) -> int:
        return self.now

    def pass_seconds(self, seconds: int) -> None:
        self.now += seconds * 1_000_000


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(engine_url: str) -> Iterator[Database]:
    database = Database(engine_url)
    yield database
    database.close()


@pytest.fixture
def door(database: Database, clock: Clock) -> SignIn:
    door = SignIn(database, clock)
    door.enrol("li", "经办人(示例)", "tzk_sample-key", PASSWORD, must_change=True)
    return door


def test_the_right_password_opens_a_session_and_says_that_it_must_be_changed(door: SignIn) -> None:
    session = door.who(door.open("li", PASSWORD))
    assert session is not None
    assert (session.officer, session.label, session.must_change) == ("li", "经办人(示例)", True)


def test_a_wrong_password_and_an_unknown_officer_are_told_in_the_same_words(door: SignIn) -> None:
    with pytest.raises(SignInRefused) as wrong:
        door.open("li", "not the password")
    with pytest.raises(SignInRefused) as unknown:
        door.open("nobody", PASSWORD)
    assert (wrong.value.zh, str(wrong.value)) == (unknown.value.zh, str(unknown.value))


def test_five_wrong_passwords_lock_the_door_even_for_the_right_one_until_time_has_passed(
    door: SignIn, clock: Clock
) -> None:
    for _ in range(TRIES_BEFORE_LOCK):
        with pytest.raises(SignInRefused):
            door.check_password("li", "not the password")
    with pytest.raises(SignInRefused, match="locked"):
        door.check_password("li", PASSWORD)
    clock.pass_seconds(LOCK_SECONDS + 1)
    door.check_password("li", PASSWORD)


def test_a_name_that_is_no_officers_is_locked_out_like_one_that_is_so_that_nobody_learns_who_is(
    door: SignIn, clock: Clock
) -> None:
    def said(officer: str) -> list[str]:
        words = []
        for _ in range(TRIES_BEFORE_LOCK + 1):
            with pytest.raises(SignInRefused) as refused:
                door.check_password(officer, "not the password")
            words.append(refused.value.zh)
        clock.pass_seconds(LOCK_SECONDS + 1)
        with pytest.raises(SignInRefused) as again:
            door.check_password(officer, "not the password")
        return [*words, again.value.zh]

    assert said("nobody") == said("li")
    assert len(set(said("nobody at all"))) == 2


def test_a_right_password_that_was_tried_among_many_wrong_ones_at_once_finds_the_door_locked(
    door: SignIn, database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify, others = door._hasher.verify, SignIn(database, clock)

    class Meanwhile:
        def verify(self, hashed: str, password: str) -> bool:
            found = verify(hashed, password)
            for _ in range(TRIES_BEFORE_LOCK):  # others try at the same time
                with pytest.raises(SignInRefused):
                    others.check_password("li", "not the password")
            return found

    monkeypatch.setattr(door, "_hasher", Meanwhile())
    door._decoy = "a hash that nobody looks at"
    with pytest.raises(SignInRefused, match="locked"):
        door.check_password("li", PASSWORD)


def test_a_session_ends_by_sign_out_and_by_time(door: SignIn, clock: Clock) -> None:
    first, second = door.open("li", PASSWORD), door.open("li", PASSWORD)
    door.close(first)
    assert door.who(first) is None
    assert door.who(second) is not None
    clock.pass_seconds(SESSION_SECONDS + 1)
    assert door.who(second) is None


def test_a_changed_password_ends_all_sessions_and_must_be_new_and_long(door: SignIn) -> None:
    token = door.open("li", PASSWORD)
    with pytest.raises(SignInRefused, match="old password is wrong"):
        door.change_password("li", "something-else", "another-sample-password")
    with pytest.raises(SignInRefused, match="differ"):
        door.change_password("li", PASSWORD, PASSWORD)
    with pytest.raises(SignInRefused, match="at least"):
        door.change_password("li", PASSWORD, "short")
    door.change_password("li", PASSWORD, "another-sample-password")
    assert door.who(token) is None
    session = door.who(door.open("li", "another-sample-password"))
    assert session is not None
    assert not session.must_change


def test_a_reset_ends_the_sessions_of_the_old_password(door: SignIn) -> None:
    token = door.open("li", PASSWORD)
    door.enrol("li", "经办人(示例)", "tzk_new-key", "reset-sample-password")
    assert door.who(token) is None
    with pytest.raises(SignInRefused):
        door.check_key("li", "tzk_sample-key")


def test_a_key_lets_in_only_its_officer(door: SignIn) -> None:
    door.enrol("wang", "经办人二(示例)", "tzk_other-key")
    door.check_key("li", "tzk_sample-key")
    with pytest.raises(SignInRefused):
        door.check_key("wang", "tzk_sample-key")


def test_a_password_is_kept_as_a_hash_that_takes_long_to_try(
    database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signin, "PasswordHasher", PasswordHasher)  # as it is meant; the other tests make haste
    door = SignIn(database, clock)
    door.enrol("li", "经办人(示例)", "tzk_sample-key", PASSWORD)
    with database.read() as connection:
        [kept] = connection.exec_driver_sql("SELECT password_hash FROM credential").scalars()
    of = extract_parameters(kept)
    assert (of.type, of.salt_len, of.hash_len) == (Type.ID, 16, 32)
    assert of.memory_cost >= 64 * 1024  # KiB: RFC 9106, the second recommended choice
    assert of.time_cost >= 3
    assert door.open("li", PASSWORD)


def test_neither_password_nor_key_nor_token_lies_in_the_database(door: SignIn, database: Database) -> None:
    token = door.open("li", PASSWORD)
    with database.read() as connection:
        rows = [
            str(row)
            for table in ("credential", "officer_session")
            for row in connection.exec_driver_sql(f"SELECT * FROM {table}").fetchall()
        ]
    assert len(rows) == 2
    for secret in (PASSWORD, "tzk_sample-key", token):
        assert not any(secret in row for row in rows)
