"""Account numbers come in through the vault and stay there: one id for each number, no number in the log. All are generated."""

from __future__ import annotations

import multiprocessing
import multiprocessing.synchronize
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import training_samples as t
from web_world import COUNTY, World, opened_world

from taizhang.adapters.log.log import Log
from taizhang.adapters.recording import Result, record_lines
from taizhang.adapters.vault.bank_accounts import BankAccounts
from taizhang.adapters.vault.commitments import verify_opening
from taizhang.adapters.vault.keys import VaultKeys
from taizhang.adapters.vault.orphans import reap_orphans
from taizhang.adapters.vault.store import open_database
from taizhang.adapters.vault.vault import PersonNotInVault, Vault
from taizhang.domain.core import PersonId
from taizhang.domain.envelope import opened
from taizhang.domain.funds.bank_accounts import BankAccountRegistered, BankAccountRegisteredCorrected
from taizhang.domain.refused import SubmissionRefused

KEYS = VaultKeys(master=b"m" * 32, index=b"i" * 32, epoch=1)
NUMBER, OTHER = "6217004270001234567", "6217004270009876543"
PLACEHOLDER = "11111111111"


def numbers(count: int) -> list[str]:
    """Made-up numbers, none of them a placeholder."""
    return [f"62170042{n * 7919 + 1000003:011d}" for n in range(count)]


class Open:
    """A vault with its accounts."""

    def __init__(self, url: str) -> None:
        self.database, self.vault = open_database(url), Vault.open(url, KEYS)
        self.accounts = BankAccounts(self.database, KEYS, self.vault, lambda: 1_500_000_000_000_000)

    def close(self) -> None:
        self.database.close()
        self.vault.close()


@pytest.fixture
def vault(engine_url: str) -> Iterator[Open]:
    opened_vault = Open(engine_url)
    yield opened_vault
    opened_vault.close()


def test_a_number_has_one_random_id_whoever_names_it(vault: Open) -> None:
    li, zhao = vault.vault.people_without_identity(2)
    account, commitments = vault.accounts.keep(li, None, NUMBER, "request 1")
    again, others = vault.accounts.keep(zhao, None, NUMBER, "request 2")
    assert account == again == vault.accounts.identify([NUMBER])[0]
    assert vault.accounts.identify([OTHER, NUMBER, OTHER])[1] == account
    assert NUMBER not in account
    assert commitments != others, "each payee's key commits otherwise"
    opening = vault.vault.opening(li, account, "bank_account")
    assert verify_opening(opening, NUMBER, commitments["bank_account"])
    assert not verify_opening(opening, OTHER, commitments["bank_account"])


def test_a_payee_may_have_several_accounts_and_a_number_is_found_by_its_id(vault: Open) -> None:
    [li] = vault.vault.people_without_identity(1)
    first, _ = vault.accounts.keep(li, None, NUMBER, "request 1")
    second, _ = vault.accounts.keep(li, None, OTHER, "request 2")
    [stranger] = vault.accounts.identify(numbers(1))
    assert vault.accounts.numbers(li, None, [second, first, stranger]) == {second: OTHER, first: NUMBER}


def test_an_institution_has_a_key_of_its_own(vault: Open) -> None:
    account, commitments = vault.accounts.keep(None, t.SCHOOL, NUMBER, "request 1")
    assert vault.accounts.keep(None, t.SCHOOL, NUMBER, "request 2") == (account, commitments)
    assert vault.accounts.numbers(None, t.SCHOOL, [account]) == {account: NUMBER}
    assert vault.accounts.numbers(None, t.InstitutionId("other"), [account]) == {}


def test_a_person_whom_the_vault_does_not_know_has_no_account(vault: Open) -> None:
    with pytest.raises(PersonNotInVault):
        vault.accounts.keep(PersonId("nobody"), None, NUMBER, "request 1")


def _identify_elsewhere(
    url: str, start: int, barrier: multiprocessing.synchronize.Barrier, out: multiprocessing.Queue[list[str]]
) -> None:
    vault = Open(url)
    barrier.wait(60)
    asked = numbers(300)[:: 1 if start == 0 else -1]  # each from another end, so that they meet in the middle
    found: dict[str, str] = {}
    for block in range(0, 300, 10):
        some = asked[block : block + 10]
        found |= dict(zip(some, vault.accounts.identify(some), strict=True))
    account, _ = vault.accounts.keep(None, t.SCHOOL, NUMBER, "request")
    out.put([*(found[number] for number in numbers(300)), account])
    vault.close()


def test_two_processes_that_meet_the_same_new_numbers_at_once_agree_on_one_id_each(engine_url: str) -> None:
    fork = multiprocessing.get_context("fork")
    barrier, out = fork.Barrier(2), fork.Queue()
    both = [fork.Process(target=_identify_elsewhere, args=(engine_url, start, barrier, out)) for start in (0, 1)]
    for process in both:
        process.start()
    one, two = out.get(timeout=120), out.get(timeout=120)
    for process in both:
        process.join(60)
        assert process.exitcode == 0
    assert one == two
    assert len(set(one)) == 301


# -- from a request to the log ----------------------------------------------------------------------------


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with opened_world(tmp_path) as here:
        yield here


def request(id: str, number: str | None = NUMBER, **fields: Any) -> bytes:
    body = {"county": COUNTY, "document": "No. 22", "occurred_on": "2016-05-02", **fields}
    asked: dict[str, Any] = {"id": id, "command": "funds.register-bank-account", "body": body}
    return msgspec.json.encode(asked if number is None else {**asked, "personal": {"account_number": number}})


def recorded(world: World, *lines: bytes) -> list[Result]:
    return list(record_lines(world.house, world.actor("wang"), lines))


def facts(log: Log) -> list[Any]:
    return [opened(one.position, one.leaf).fact for one in log.page(0, 10_000)]


def leaves(log: Log) -> bytes:
    return b"".join(one.leaf for one in log.page(0, 10_000))


def test_a_request_registers_an_account_and_the_log_holds_its_id_only(world: World) -> None:
    li = world.persons[0]
    [result] = recorded(world, request("1", "6217 0042 7000 1234 567", person=li))
    assert result.outcome == "recorded", result
    fact = facts(world.house.log)[-1]
    assert isinstance(fact, BankAccountRegistered)
    assert fact.person == li
    assert set(fact.commitments) == {"bank_account", "statement"}
    assert world.house.bank_accounts.numbers(PersonId(li), None, [fact.account]) == {fact.account: NUMBER}
    assert NUMBER.encode() not in leaves(world.house.log)
    [again] = recorded(world, request("1", NUMBER, person=li))
    assert (again.outcome, again.position) == ("recorded", result.position)
    [same] = recorded(world, request("2", NUMBER, person=li))
    assert same.outcome == "unchanged"


def test_a_placeholder_is_refused_and_stands_nowhere(world: World, tmp_path: Path) -> None:
    results = recorded(world, request("1", PLACEHOLDER, person=world.persons[0]), request("2", "6.217E+18", person="x"))
    assert [one.rule for one in results] == ["funds.placeholder-account", "funds.account-lost-digits"]
    assert PLACEHOLDER not in str(results)
    refused = [fact for fact in facts(world.house.log) if isinstance(fact, SubmissionRefused)]
    assert [fact.rule for fact in refused] == ["funds.placeholder-account", "funds.account-lost-digits"]
    assert refused[0].subjects == (f"person:{world.persons[0]}",)
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or PLACEHOLDER.encode() not in file.read_bytes()


def test_a_number_lies_in_no_file_unsealed(world: World, tmp_path: Path) -> None:
    recorded(world, request("1", person=world.persons[0]), request("2", OTHER, institution="i-yongdeng"))
    for file in tmp_path.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert NUMBER.encode() not in content
            assert OTHER.encode() not in content


def test_what_comes_out_of_the_vault_is_not_written_in(world: World) -> None:
    li = world.persons[0]
    [typed, missing, other] = recorded(
        world,
        request("1", None, person=li, account="a123"),
        request("2", None, person=li),
        msgspec.json.encode(msgspec.json.decode(request("3", person=li)) | {"personal": {"name": "x"}}),
    )
    assert [one.outcome for one in (typed, missing, other)] == ["unusable"] * 3
    [both] = recorded(world, request("4", person=li, account="a123"))
    assert both.outcome == "unusable"
    assert "come out of the vault" in str(both.en)
    [nobody] = recorded(world, request("5"))
    assert nobody.rule == "funds.one-payee-each"
    [unknown] = recorded(world, request("6", person="nobody"))
    assert unknown.rule == "vault.person-not-in-vault"


def test_a_registration_is_corrected_with_its_number_or_without(world: World) -> None:
    li, wang = world.persons[:2]
    [result] = recorded(world, request("1", person=li))
    was = facts(world.house.log)[-1]

    def corrected(id: str, number: str | None = None, **fields: Any) -> Result:
        asked = msgspec.json.decode(request(id, number, **({"person": li} | fields)))
        asked |= {"command": "correct", "corrects": result.position, "reason": "typing error", "approver": "zhao"}
        return recorded(world, msgspec.json.encode(asked))[0]

    assert corrected("2", bank="ICBC").outcome == "recorded"
    now = facts(world.house.log)[-1].now
    assert (now.account, now.commitments, now.bank) == (was.account, was.commitments, "ICBC")
    assert corrected("3", bank="ABC", account=was.account).outcome == "recorded"
    assert corrected("4", bank="ABC", account="a123").outcome == "unusable"
    assert corrected("5", person=wang).outcome == "unusable"
    assert corrected("6", OTHER).outcome == "recorded"
    last = facts(world.house.log)[-1]
    assert isinstance(last, BankAccountRegisteredCorrected)
    assert last.now is not None
    assert last.now.account != was.account
    assert corrected("7", PLACEHOLDER).rule == "funds.placeholder-account"


def test_the_key_of_an_institution_with_facts_is_not_reaped(world: World) -> None:
    [result] = recorded(world, request("1", institution="i-yongdeng"))
    assert result.outcome == "recorded", result
    account = facts(world.house.log)[-1].account
    reap_orphans(world.house.vault, world.house.log, older_than_us=2**62)
    assert world.house.bank_accounts.numbers(None, t.InstitutionId("i-yongdeng"), [account]) == {account: NUMBER}
