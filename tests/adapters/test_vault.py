"""The vault on both engines: one id per person, sealed data, openable commitments. All people here are generated."""

from __future__ import annotations

import hashlib
import multiprocessing
import multiprocessing.synchronize
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import create_engine, select, update

from taizhang.adapters.vault.arrivals import Arrival, Met, reckoned, welcomed
from taizhang.adapters.vault.commitments import WHOLE, verify_opening, whole_statement
from taizhang.adapters.vault.ids import TOGETHER_LETTERS, new_ids
from taizhang.adapters.vault.keys import (
    VaultKeys,
    WrongVaultKey,
)
from taizhang.adapters.vault.statements import Stated, StatementDamaged
from taizhang.adapters.vault.store import identity_index, person, statement
from taizhang.adapters.vault.vault import (
    MEETING_LEASE_US,
    Identified,
    PersonForgotten,
    PersonNotInVault,
    Statement,
    Vault,
)
from taizhang.domain.core import PersonId
from taizhang.domain.identity import Identity, IdentityKind, generate_identity, parse_identity

KEYS = VaultKeys(master=b"m" * 32, index=b"i" * 32, epoch=1)
NAME, PHONE = "样本张三", "13900000001"
FIELDS = {"name": NAME, "identity": generate_identity("622621", date(1975, 1, 1), 11), "phone": PHONE}
HOUR_US = 3_600_000_000


def sample(count: int) -> list[Identity]:
    """Labelled sample numbers: county 622621, born 1960, one after another."""
    days = [date(1960, 1 + n // 28 % 12, 1 + n % 28) for n in range(count)]
    return [parse_identity(generate_identity("622621", day, 1 + n // 336)) for n, day in enumerate(days)]


def test_ids_of_people_who_arrive_together_begin_alike_and_are_otherwise_random() -> None:
    """So they stand side by side in every index; a call of its own begins otherwise."""
    here, there = new_ids(2_000), new_ids(2_000)
    assert len({*here, *there}) == 4_000
    assert all(re.fullmatch("p[a-z2-7]{16}", one) for one in here)
    starts = {frozenset(one[: 1 + TOGETHER_LETTERS] for one in made) for made in (here, there, new_ids(1))}
    assert [len(start) for start in starts] == [1, 1, 1]
    assert here != sorted(here), "the order of the ids says nothing"
    assert new_ids(0) == []


def test_commitments_are_the_same_whoever_reckons_them() -> None:
    arrivals = [
        Arrival(identity, f"s{n}", {"name": f"样本{n}", "phone": f"1390000000{n}"}, "名册")
        for n, identity in enumerate(sample(4))
    ]
    new, known, namesake = Met(PersonId("p1"), b"k" * 32, None), Met(PersonId("p2"), None, None), PersonId("p9")
    met = [new, known, Met(PersonId("p3"), b"l" * 32, namesake), Met(PersonId("p1"), None, None)]
    elsewhere = msgspec.msgpack.decode(msgspec.msgpack.encode(reckoned(arrivals, met)), type=list[Met])
    assert all(one.key is None for one in elsewhere), "no key goes where its commitments go"
    assert welcomed(arrivals, elsewhere) == welcomed(arrivals, met)
    assert [one.commitments is not None for one in welcomed(arrivals, elsewhere)] == [True, False, True, False]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'vault.db'}"
    try:
        return str(request.getfixturevalue("postgres_url"))
    except pytest.FixtureLookupError:
        pytest.skip("no PostgreSQL here")


class Clock:
    def __init__(self) -> None:
        self.now_us = 1_500_000_000_000_000

    def __call__(self) -> int:
        return self.now_us


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def vault(url: str, clock: Clock) -> Iterator[Vault]:
    opened = Vault.open(url, KEYS, clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def someone(vault: Vault) -> PersonId:
    [identified] = vault.identify(sample(1))
    return identified.person


# -- who --------------------------------------------------------------------------------------------------


def test_a_number_met_again_is_the_same_person(vault: Vault) -> None:
    first, second = sample(2)
    [met] = vault.identify([first])
    assert met.is_new
    assert vault.identify([second, first])[1] == Identified(met.person, is_new=False)
    assert vault.find([first]) == [met.person]


def test_the_same_number_twice_in_one_call_is_one_person_new_once(vault: Vault) -> None:
    first, second = sample(2)
    answers = vault.identify([first, second, first])
    assert answers[0].person == answers[2].person != answers[1].person
    assert [answer.is_new for answer in answers] == [True, True, False]


def test_many_people_met_at_once_keep_their_places(vault: Vault) -> None:
    people = sample(12_000)
    known = dict(zip(people[::3], vault.identify(people[::3]), strict=True))
    answers = vault.identify(people)
    assert len({answer.person for answer in answers}) == len(people)
    assert [a.is_new for a in answers] == [identity not in known for identity in people]
    assert all(answer.person == known[i].person for i, answer in zip(people, answers, strict=True) if i in known)
    assert vault.find(people) == [answer.person for answer in answers]


def test_nothing_asked_is_nothing_answered(vault: Vault) -> None:
    assert (vault.identify([]), vault.find([]), vault.commit([]), vault.people_without_identity(0)) == ([], [], [], [])
    vault.state([], 1)
    assert vault.disclose([], ["name"]) == {}


def test_fifteen_digits_and_a_disability_card_lead_to_the_person_of_the_resident_number(vault: Vault) -> None:
    written = ["11010519491231002X", "110105491231002", "11010519491231002X43"]
    assert len({answer.person for answer in vault.identify([parse_identity(text) for text in written])}) == 1


def test_the_same_digits_on_another_kind_of_paper_are_another_person(vault: Vault) -> None:
    [resident] = sample(1)
    other = Identity(IdentityKind.OTHER, resident.number)
    assert len({answer.person for answer in vault.identify([resident, other])}) == 2


def test_looking_for_a_stranger_makes_nobody(vault: Vault) -> None:
    [stranger] = sample(1)
    assert vault.find([stranger]) == [None]
    assert vault.identify([stranger])[0].is_new


def test_people_of_whom_only_a_name_is_known_can_be_stated_and_disclosed(vault: Vault) -> None:
    people = vault.people_without_identity(3)
    assert len(set(people)) == 3
    vault.state([Statement(people[1], {"name": NAME}, "register")], 1)
    assert vault.disclose(people, ["name"]) == {people[0]: {}, people[1]: {"name": NAME}, people[2]: {}}


def test_an_id_is_random_and_says_nothing(vault: Vault, tmp_path: Path) -> None:
    [mine] = vault.identify(sample(1))
    elsewhere = Vault.open(f"sqlite:///{tmp_path / 'other.db'}", KEYS)
    [theirs] = elsewhere.identify(sample(1))
    elsewhere.close()
    assert mine.person != theirs.person
    assert len(mine.person) == 17
    assert mine.person.startswith("p")
    assert set(mine.person[1:]) <= set("abcdefghijklmnopqrstuvwxyz234567")


def _identify_elsewhere(
    url: str, start: int, barrier: multiprocessing.synchronize.Barrier, out: multiprocessing.Queue[list[Identified]]
) -> None:
    vault = Vault.open(url, KEYS)
    people = sample(3000)
    barrier.wait(60)
    answers: dict[Identity, Identified] = {}
    for block in range(0, 3000, 100):  # each from another end, so that they meet in the middle and all along
        some = people[block : block + 100] if start == 0 else people[2900 - block : 3000 - block]
        answers |= dict(zip(some, vault.identify(some), strict=True))
    barrier.wait(60)
    out.put([answers[identity] for identity in people])
    vault.close()


def test_two_processes_that_meet_the_same_new_people_at_once_agree_on_one_id_each(url: str) -> None:
    fork = multiprocessing.get_context("fork")  # the children open vaults of their own; nothing is open here yet
    barrier, out = fork.Barrier(2), fork.Queue()
    both = [fork.Process(target=_identify_elsewhere, args=(url, start, barrier, out)) for start in (0, 1)]
    for process in both:
        process.start()
    one, two = out.get(timeout=120), out.get(timeout=120)
    for process in both:
        process.join(60)
        assert process.exitcode == 0
    assert [answer.person for answer in one] == [answer.person for answer in two]
    assert all(a.is_new != b.is_new for a, b in zip(one, two, strict=True))
    engine = create_engine(url)
    with engine.connect() as connection:
        made = set(connection.scalars(select(person.c.id)))
    engine.dispose()
    assert made == {answer.person for answer in one}


# -- what is said -----------------------------------------------------------------------------------------


def test_what_was_stated_is_disclosed_field_by_field(vault: Vault, someone: PersonId) -> None:
    vault.state([Statement(someone, FIELDS, "roster")], 1)
    assert vault.disclose([someone], ["name", "phone", "account"]) == {someone: {"name": NAME, "phone": PHONE}}


def test_two_files_that_disagree_are_both_kept_and_the_newest_is_shown(vault: Vault, someone: PersonId) -> None:
    vault.state([Statement(someone, {"name": NAME, "phone": PHONE}, "roster")], 1)
    vault.state([Statement(someone, {"name": NAME, "phone": "13900000002"}, "register")], 2)
    assert vault.history(someone, "phone") == [Stated(PHONE, 1, "roster"), Stated("13900000002", 2, "register")]
    assert vault.history(someone, "name") == [Stated(NAME, 1, "roster")]
    assert vault.disclose([someone], ["phone"]) == {someone: {"phone": "13900000002"}}


def test_two_statements_about_one_person_in_one_call_are_taken_in_order(vault: Vault, someone: PersonId) -> None:
    vault.state([Statement(someone, {"phone": str(n)}, f"row {n}") for n in (1, 2, 2, 3)], 5)
    assert vault.history(someone, "phone") == [Stated(str(n), 5, f"row {n}") for n in (1, 2, 3)]


def test_a_file_imported_again_changes_nothing_even_after_another_one_disagreed(
    vault: Vault, someone: PersonId
) -> None:
    first, second = Statement(someone, {"phone": "1"}, "first"), Statement(someone, {"phone": "2"}, "second")
    for now_us, said in enumerate([first, first, second, first, second]):
        vault.state([said], now_us)
    assert [stated.value for stated in vault.history(someone, "phone")] == ["1", "2"]
    vault.state([Statement(someone, {"phone": "1"}, "third")], 9)
    assert vault.disclose([someone], ["phone"])[someone]["phone"] == "1"


def test_a_person_is_found_by_name_only_among_those_given(vault: Vault) -> None:
    a, b, c, elsewhere = (answer.person for answer in vault.identify(sample(4)))
    said = [(a, "样本张三"), (b, "样本李四"), (c, "样本 张三"), (elsewhere, "样本张三")]
    vault.state([Statement(who, {"name": name}, "roster") for who, name in said], 1)
    vault.state([Statement(b, {"name": "样本王五"}, "register")], 2)
    assert vault.find_by_name("样本　张三", [c, b, a]) == [c, a]
    assert vault.find_by_name("样本李四", [a, b, c]) == [b]
    assert vault.find_by_name("样本赵六", [a, b, c]) == []


def test_no_plain_name_or_number_can_be_found_in_the_vaults_files(tmp_path: Path) -> None:
    vault = Vault.open(f"sqlite:///{tmp_path / 'vault.db'}", KEYS)
    number = parse_identity(FIELDS["identity"])
    [(who, _)] = vault.identify([number])
    vault.state([Statement(who, FIELDS, "样本张三的名单.xlsx")], 1)
    raw = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    vault.close()
    raw += b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert who.encode() in raw  # the search does look at the right bytes
    plain_digest = hashlib.sha256(f"resident-18\0{number.number}".encode()).digest()
    for secret in (*FIELDS.values(), "样本张三的名单", "phone"):
        assert secret.encode() not in raw
    assert plain_digest not in raw


def test_a_sealed_row_moved_to_another_person_or_another_time_is_found_out(vault: Vault, url: str) -> None:
    one, two = (answer.person for answer in vault.identify(sample(2)))
    vault.state([Statement(one, {"name": NAME}, "roster")], 1)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(update(statement).values(stated_at=2))
    with pytest.raises(StatementDamaged, match=one):
        vault.disclose([one], ["name"])
    with engine.begin() as connection:
        connection.execute(update(statement).values(stated_at=1, person=two))
    engine.dispose()
    with pytest.raises(StatementDamaged, match=two):
        vault.disclose([two], ["name"])


# -- commitments ------------------------------------------------------------------------------------------


def test_one_field_is_opened_without_the_others(vault: Vault, someone: PersonId) -> None:
    [made] = vault.commit([(someone, "fact-7", FIELDS)])
    opening = vault.opening(someone, "fact-7", "name")
    assert verify_opening(opening, NAME, made["name"])
    assert not verify_opening(opening, "样本李四", made["name"])
    assert not verify_opening(opening, PHONE, made["phone"])
    assert not verify_opening(vault.opening(someone, "fact-8", "name"), NAME, made["name"])


def test_the_same_value_is_committed_differently_for_each_person_and_statement(vault: Vault) -> None:
    one, two = (answer.person for answer in vault.identify(sample(2)))
    value = {"name": NAME}
    made = vault.commit([(one, "fact-1", value), (two, "fact-1", value), (one, "fact-2", value)])
    assert len({each[field] for each in made for field in ("name", WHOLE)}) == 6


def test_what_does_not_open_alone_is_committed_to_with_the_whole_statement(vault: Vault, someone: PersonId) -> None:
    said = FIELDS | {"home_address": "示例乡样本村1号", "unit": "示例合作社"}
    [made] = vault.commit([(someone, "fact-7", said)])
    assert made.keys() == {"name", "phone", WHOLE}
    opening = vault.opening(someone, "fact-7", WHOLE)
    assert verify_opening(opening, whole_statement(dict(reversed(said.items()))), made[WHOLE])
    assert not verify_opening(opening, whole_statement(said | {"home_address": "示例乡样本村2号"}), made[WHOLE])
    assert not verify_opening(vault.opening(someone, "fact-7", "name"), whole_statement(said), made[WHOLE])


def test_once_the_key_is_destroyed_nothing_opens_but_an_opening_given_out_still_verifies(
    vault: Vault, url: str, someone: PersonId
) -> None:
    vault.state([Statement(someone, FIELDS, "roster")], 1)
    [made] = vault.commit([(someone, "fact-7", FIELDS)])
    given_out = vault.opening(someone, "fact-7", "name")
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(update(person).where(person.c.id == someone).values(wrapped_key=None))
    engine.dispose()
    assert vault.disclose([someone], ["name"]) == {}
    assert vault.history(someone, "name") == []
    assert vault.find_by_name(NAME, [someone]) == []
    for attempt in (
        lambda: vault.opening(someone, "fact-7", "name"),
        lambda: vault.commit([(someone, "fact-8", FIELDS)]),
        lambda: vault.state([Statement(someone, {"phone": "2"}, "roster")], 2),
    ):
        with pytest.raises(PersonForgotten, match=someone):
            attempt()
    assert verify_opening(given_out, NAME, made["name"])


def test_a_person_the_vault_never_heard_of_is_refused_by_that_name(vault: Vault) -> None:
    with pytest.raises(PersonNotInVault, match="paaaaaaaaaaaaaaaa"):
        vault.opening(PersonId("paaaaaaaaaaaaaaaa"), "fact-1", "name")


# -- keys -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        VaultKeys(b"x" * 32, KEYS.index, 1),
        VaultKeys(KEYS.master, b"x" * 32, 1),
        VaultKeys(KEYS.master, KEYS.index, 2),
    ],
    ids=["master", "index", "epoch"],
)
def test_a_vault_does_not_open_with_another_key_and_is_unharmed(url: str, wrong: VaultKeys) -> None:
    vault = Vault.open(url, KEYS)
    [met] = vault.identify(sample(1))
    vault.close()
    with pytest.raises(WrongVaultKey, match="not this vault's"):
        Vault.open(url, wrong)
    vault = Vault.open(url, KEYS)
    assert vault.find(sample(1)) == [met.person]
    vault.close()


# -- orphans ----------------------------------------------------------------------------------------------


def test_people_whom_the_log_never_knew_are_reaped_with_their_number_and_data(
    vault: Vault, clock: Clock, url: str
) -> None:
    numbers = sample(2)
    kept, orphan = (answer.person for answer in vault.identify(numbers))
    [nameless] = vault.people_without_identity(1)
    vault.state([Statement(who, {"name": NAME}, "roster") for who in (kept, orphan, nameless)], 1)
    clock.now_us += 3 * HOUR_US
    assert vault.reap_orphans(lambda asked: {kept} & set(asked), older_than_us=clock.now_us) == 2
    assert vault.find(numbers) == [kept, None]
    engine = create_engine(url)
    with engine.connect() as connection:
        for column in (person.c.id, identity_index.c.person, statement.c.person):
            assert list(connection.scalars(select(column))) == [kept]
    engine.dispose()


def test_people_just_made_or_just_met_again_are_spared(vault: Vault, clock: Clock) -> None:
    numbers = sample(2)
    made_long_ago = vault.identify(numbers)
    clock.now_us += MEETING_LEASE_US + 1
    vault.identify(numbers[:1])  # an import has met this one and will append in a moment
    [just_made] = vault.people_without_identity(1)
    assert vault.reap_orphans(lambda asked: set(), older_than_us=clock.now_us) == 1
    assert vault.find(numbers) == [made_long_ago[0].person, None]
    assert vault.disclose([just_made], ["name"]) == {just_made: {}}
