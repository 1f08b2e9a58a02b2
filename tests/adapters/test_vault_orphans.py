"""Who is reaped from the vault: people whom no fact names, neither as person nor as teacher. All are generated."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import training_samples as t
from sqlalchemy.engine import make_url

from taizhang.adapters.desk import Desk
from taizhang.adapters.log.log import Log
from taizhang.adapters.orders import Order
from taizhang.adapters.vault.keys import VaultKeys
from taizhang.adapters.vault.orphans import reap_orphans
from taizhang.adapters.vault.vault import MEETING_LEASE_US, Statement, Vault
from taizhang.domain.classes import TeacherId
from taizhang.domain.core import Fact, OrganisationId
from taizhang.domain.decisions import Proposal
from taizhang.domain.institutions import OrganisationRegistered, TeacherRegistered
from taizhang.domain.officers import OfficerAppointed, RoleGranted
from taizhang.domain.people import PersonRegistered

LATER_US = 10 * MEETING_LEASE_US
HR = OrganisationId("hr")
SCHOOL = OrganisationRegistered(
    organisation=OrganisationId(t.SCHOOL), name="School", kind="institution", region=t.COUNTY, occurred_on=t.JANUARY
)


@pytest.fixture
def log(engine_url: str) -> Iterator[Log]:
    opened = Log.open(engine_url)
    yield opened
    opened.close()


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    opened = Vault.open(make_url(f"sqlite:///{tmp_path / 'people.db'}"), VaultKeys.generate(), clock=lambda: 1)
    yield opened
    opened.close()


def _recorded(log: Log, *facts: Fact) -> None:
    teller = t.officer("teller")
    appointed = OfficerAppointed(officer=teller.officer, organisation=HR, occurred_on=t.JANUARY)
    granted = RoleGranted(officer=teller.officer, role="clerk", organisation=HR, region=t.COUNTY, occurred_on=t.JANUARY)
    desk, system = Desk(log), t.officer("system", "system-administrator")
    orders = [(system, [appointed, granted]), (teller, facts)]
    for number, (by, items) in enumerate(orders):
        order = Order(id=f"o{number}", by=by, items=[Proposal(fact=fact) for fact in items])
        assert {one.outcome for one in desk.submit(order).verdicts} == {"recorded"}, desk.submit(order).verdicts


def test_a_teacher_whom_a_fact_names_is_kept_and_one_whom_none_names_is_reaped(log: Log, vault: Vault) -> None:
    teacher, trainee, orphan = vault.people_without_identity(3)
    vault.state([Statement(who, {"name": "样例"}, "plan") for who in (teacher, trainee, orphan)], 1)
    _recorded(
        log,
        SCHOOL,
        TeacherRegistered(teacher=TeacherId(teacher), institution=t.SCHOOL, occurred_on=t.JANUARY),
        PersonRegistered(person=trainee, statement="s1", county=t.COUNTY, occurred_on=date(2016, 1, 2)),
    )
    assert reap_orphans(vault, log, LATER_US) == 1
    kept = vault.disclose([teacher, trainee, orphan], ["name"])
    assert kept == {teacher: {"name": "样例"}, trainee: {"name": "样例"}}


def test_a_log_that_holds_nothing_reaps_nobody(log: Log, vault: Vault) -> None:
    [somebody] = vault.people_without_identity(1)
    assert reap_orphans(vault, log, LATER_US) == 0
    assert somebody in vault.disclose([somebody], ["name"])
