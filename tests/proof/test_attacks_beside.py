"""What is reckoned from the facts and what lies beside them, edited by somebody with every right: each is found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
import web_world
from proof_samples import damage
from sqlalchemy import text
from web_world import World

from taizhang.adapters.house import House
from taizhang.adapters.orders import Order
from taizhang.adapters.proof import outside_checks
from taizhang.adapters.proof.findings import Report
from taizhang.adapters.proof.references import of_signer
from taizhang.adapters.proof.signer import Signer
from taizhang.adapters.proof.verifying import Outside, Signatures, verify
from taizhang.adapters.settings import Settings
from taizhang.adapters.vault.keys import VaultKeys
from taizhang.adapters.vault.vault import Statement
from taizhang.domain.classes import ClassId
from taizhang.domain.core import Fact, PersonId
from taizhang.domain.decisions import Proposal
from taizhang.domain.enrolment import TraineeWithdrawn
from taizhang.domain.envelope import Paper, Source
from taizhang.domain.funds.bank_accounts import BankAccountRegistered
from taizhang.domain.identity import generate_identity, parse_identity
from taizhang.domain.people import PersonDetailsStated, PersonRegistered
from taizhang.projections.views import all_views


@pytest.fixture
def world(engine_url: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """A house with people, a class, officers and views, on either engine."""
    with ExitStack() as stack:
        vault = f"sqlite:///{tmp_path / 'vault.db'}"
        if not engine_url.startswith("sqlite"):
            vault = str(stack.enter_context(request.getfixturevalue("postgres_cluster").fresh_database()))
        house = House(Settings(database=engine_url, vault=vault, files=str(tmp_path / "files")), VaultKeys.generate())
        stack.callback(house.close)
        made = World(house)
        for part in (web_world._officers, web_world._regions, web_world._people, web_world._class):
            part(made)
        made.welcomed = welcomed(made)  # type: ignore[attr-defined]
        house.views.catch_up()
        yield made


def withdrawn(world: World) -> Fact:
    return TraineeWithdrawn(
        training_class=ClassId(web_world.CLASS),
        person=PersonId(world.persons[0]),
        why="sample",
        occurred_on=date(2016, 3, 9),
    )


def welcomed(world: World) -> list[PersonId]:
    """Three more persons, with commitments in the log to what the vault holds of them."""
    vault, on = world.house.vault, date(2016, 1, 5)
    numbers = [generate_identity("620121", date(1970 + index, 5, 3), 201 + index) for index in range(3)]
    people = [one.person for one in vault.identify([parse_identity(number) for number in numbers])]
    fields = [{"name": f"样例{number[-4:]}", "id_number": number, "home_address": "一号"} for number in numbers]
    vault.state([Statement(*one, "roster") for one in zip(people, fields, strict=True)], world.house.clock())
    kept = vault.commit([(person, f"more:{person}", said) for person, said in zip(people, fields, strict=True)])
    facts = [
        PersonRegistered(occurred_on=on, person=who, statement=f"more:{who}", county=web_world.COUNTY, commitments=one)
        for who, one in zip(people, kept, strict=True)
    ]
    world.record("wang", *facts)
    return people


def verified(world: World) -> Report:
    house = world.house
    return verify(house.log, Signatures(), Outside(all_views(), house.vault, house.files, house.bank_accounts))


def ran(world: World, statement: str, **values: object) -> None:
    """Plain SQL against the vault."""
    with world.house.signin_database.write() as connection:
        assert connection.execute(text(statement), values).rowcount > 0


def registered(world: World, person: str) -> int:
    [fact] = [one for one in world.house.log.tagged(f"person:{person}", 0, 100) if "person-registered" in one.type]
    return fact.position


def found(report: Report, check: str) -> list[tuple[str, int | None]]:
    return [(one.kind, one.position) for one in report.check(check).findings]  # type: ignore[arg-type]


def test_an_untouched_house_is_whole_in_every_check(world: World) -> None:
    report = verified(world)
    assert [(check.name, check.findings) for check in report.checks if check.state == "damaged"] == [
        ("attachments", report.check("attachments").findings)  # the made-up roster's digest stands for no file
    ]
    assert report.check("projections").counted > 20
    assert report.check("guards").counted > 5
    assert report.check("vault").counted >= 3


def test_a_fact_put_into_another_officers_mouth_is_found_at_its_position(world: World, tmp_path: Path) -> None:
    log = world.house.log
    signer = Signer.create(tmp_path / "signer", log.head().origin)
    signer.sign(log)
    fact = next(one for one in log.page(0, 1_000) if b'"officer":"wang"' in one.leaf)
    said = fact.leaf.replace(b'"officer":"wang"', b'"officer":"zhao"')
    damage(log, "update fact set leaf = :leaf where position = :at", leaf=said, at=fact.position)
    report = verify(log, Signatures(signer.verifier, of_signer(signer), []), Outside())
    assert [one.position for one in report.check("signed-root").findings] == [fact.position]


# -- views and guards -------------------------------------------------------------------------------------


def test_an_edited_view_is_found_with_table_row_and_column(world: World) -> None:
    damage(world.house.log, "update region set name = '另一名称' where region = '620121'")
    [one] = verified(world).check("projections").findings
    assert one.kind == "altered"
    assert "region" in one.en
    assert "620121" in one.en
    assert "另一名称" in one.en


def test_a_deleted_and_an_inserted_row_of_a_view_are_found(world: World) -> None:
    damage(world.house.log, "delete from region where region = '620122'")
    assert found(verified(world), "projections") == [("deleted", None)]


def test_an_edited_total_that_pages_show_of_now_is_found_with_row_and_column(world: World) -> None:
    damage(world.house.log, "update ledger_total set completed = completed + 7")
    damage(world.house.log, "delete from person_total where level = 'province' and period_kind = 'all'")
    findings = verified(world).check("projections").findings
    said = " ".join(one.en for one in findings if one.kind == "altered")
    assert ("ledger_total" in said, "620121" in said, "completed: " in said) == (True, True, True), said
    assert "person_total" in " ".join(one.en for one in findings if one.kind == "deleted")


def test_a_view_that_claims_to_be_further_than_the_log_is_found(world: World) -> None:
    damage(world.house.log, "update view set position = position + 1000 where name = 'ledger'")
    assert found(verified(world), "projections") == [("altered", None)]


def test_a_view_that_lags_is_compared_where_it_is(world: World) -> None:
    world.record("wang", withdrawn(world))
    assert found(verified(world), "projections") == []


def test_an_edited_guard_row_is_found_with_the_fact_that_moved_it_last(world: World) -> None:
    [(kind, key), row] = world.house.log.guard_rows()[0]
    damage(world.house.log, "update guard set state = :s where kind = :k and key = :n", s=b"{}", k=kind, n=key)
    assert found(verified(world), "guards") == [("altered", row.position)]


def test_a_deleted_and_an_invented_guard_row_are_found(world: World) -> None:
    [(kind, key), row] = world.house.log.guard_rows()[0]
    damage(world.house.log, "delete from guard where kind = :k and key = :n", k=kind, n=key)
    damage(world.house.log, "insert into guard values ('zz', 'invented', 3, :s)", s=b"{}")
    assert sorted(found(verified(world), "guards")) == [("deleted", row.position), ("inserted", 3)]


# -- the vault --------------------------------------------------------------------------------------------


def test_an_edited_statement_in_the_vault_is_found_at_the_persons_fact(world: World) -> None:
    person = world.welcomed[1]
    ran(world, "update statement set sealed = :s where person = :p", s=bytes(60), p=person)
    assert found(verified(world), "vault") == [("altered", registered(world, person))]


def test_a_statement_moved_to_another_person_is_found(world: World) -> None:
    one, other = world.welcomed[:2]
    ran(world, "delete from statement where person = :p", p=one)
    ran(world, "update statement set person = :p where person = :o", p=one, o=other)
    positions = {position for _, position in found(verified(world), "vault")}
    assert positions == {registered(world, one), registered(world, other)}


def test_deleted_statements_a_deleted_key_and_a_deleted_person_are_found(world: World) -> None:
    ran(world, "delete from statement where person = :p", p=world.welcomed[0])
    ran(world, "update person set wrapped_key = null where id = :p", p=world.welcomed[1])
    ran(world, "delete from person where id = :p", p=world.welcomed[2])
    assert sorted(found(verified(world), "vault")) == [
        ("deleted", registered(world, one)) for one in world.welcomed[:3]
    ]


def account_of(world: World, number: str) -> int:
    """Put a person's account on file; the fact's position."""
    person = world.welcomed[0]
    account, commitments = world.house.bank_accounts.keep(person, None, number, "form")
    on_file = BankAccountRegistered(
        occurred_on=date(2016, 3, 1), account=account, county=web_world.COUNTY, document="样例", person=person,
        commitments=commitments,
    )  # fmt: skip
    [position] = world.record(world.actor("wang"), on_file)
    return position


def test_an_account_whose_number_was_changed_in_the_vault_is_found_at_its_fact(world: World) -> None:
    position = account_of(world, "6217000012345678901")
    assert found(verified(world), "vault") == []
    person = world.welcomed[0]
    ran(world, "delete from statement where person = :p and sequence = 2", p=person)
    world.house.vault.state([Statement(person, {"bank_account": "6217000099999999999"}, "form")], 1)
    assert ("altered", position) in found(verified(world), "vault")


def test_an_index_of_accounts_that_leads_elsewhere_is_found(world: World) -> None:
    position = account_of(world, "6217000012345678901")
    ran(world, "update bank_account_index set account = 'aother'")
    assert found(verified(world), "vault") == [("altered", position)]


def test_a_later_statement_that_says_old_things_again_is_compared_whole(world: World) -> None:
    person = world.welcomed[0]
    said = dict(world.house.vault.disclose([person], ("name", "id_number"))[person], phone="13000000009", home="村口")
    world.house.vault.state([Statement(person, said, "second form")], 1)
    [commitments] = world.house.vault.commit([(person, "later", said)])
    stated = PersonDetailsStated(
        occurred_on=date(2016, 3, 7), person=person, statement="later", commitments=commitments, conflicting=("phone",)
    )
    [position] = world.record("wang", stated)
    assert found(verified(world), "vault") == []
    ran(world, "delete from statement where person = :p and sequence = 2", p=person)
    world.house.vault.state([Statement(person, {"phone": "13000000009", "home": "村尾"}, "second form")], 1)
    assert found(verified(world), "vault") == [("altered", position)]  # nothing that opens alone was touched


def test_an_identity_index_that_leads_to_another_person_is_found(world: World) -> None:
    one, other = world.welcomed[:2]
    ran(world, "update identity_index set person = :o where person = :p", o=other, p=one)
    assert ("altered", registered(world, one)) in found(verified(world), "vault")


# -- files ------------------------------------------------------------------------------------------------


def attached(world: World, content: bytes) -> tuple[int, Path]:
    """Record a fact with this attachment; its position and the stored file."""
    digest = world.house.files.put(content)
    item = Proposal(
        fact=withdrawn(world),  # type: ignore[arg-type]
        source=Source(way="page"),
        paper=Paper(number="甘人社〔2016〕1号", attachments=(digest,)),
        reason="generated sample",
    )
    answer = world.house.desk.submit(Order(id="attached", by=world.actor("wang"), items=[item]))
    position = answer.verdicts[0].position
    assert position is not None, answer.verdicts[0].en
    return position, Path(world.house.settings.files) / digest[:2] / f"{digest}.sealed"


def test_an_edited_attachment_is_found_at_the_fact_that_names_it(world: World) -> None:
    position, path = attached(world, b"scan of a paper")
    whole = verified(world)
    path.write_bytes(path.read_bytes()[:-1] + b"\0")
    assert ("altered", position) not in found(whole, "attachments")
    assert ("altered", position) in found(verified(world), "attachments")


def test_a_deleted_attachment_is_found_and_a_blanked_one_is_not(world: World) -> None:
    position, path = attached(world, b"scan of a paper")
    path.unlink()
    assert ("deleted", position) in found(verified(world), "attachments")
    blanked = world.house.files.put(b"blanked")
    replaced = {sha256(b"scan of a paper").hexdigest(): blanked}
    check = outside_checks.attachments(world.house.log, world.house.files, replaced)
    assert ("deleted", position) not in [(one.kind, one.position) for one in check.findings]
