"""Nothing goes into the log that could not be read back from it, whoever made it and by whatever way it comes."""

from __future__ import annotations

from datetime import date
from typing import Any, get_args, get_type_hints

import msgspec
import pytest
from catalogue_samples import ACTOR, made_up

from taizhang.adapters.desk import Desk
from taizhang.adapters.log.log import Log
from taizhang.adapters.orders import Attempt, Order
from taizhang.adapters.shaped import shaped
from taizhang.adapters.shapes import is_id, own_name, plain_type
from taizhang.domain import catalogue  # noqa: F401
from taizhang.domain.core import (
    Actor,
    Correction,
    Fact,
    LateAddition,
    OfficerId,
    OrganisationId,
    Position,
    RegionCode,
    subclasses,
)
from taizhang.domain.decisions import Amend, Proposal
from taizhang.domain.envelope import Paper, Source, encoded, opened
from taizhang.domain.officers import SYSTEM, DataExported, OfficerAppointed, PersonalDataRead, RoleGranted
from taizhang.domain.refused import BadlyShaped, SubmissionRefused

LONGER_THAN_ANY = "核" * 2_001
FACTS = sorted(
    (one for one in subclasses(Fact) if one is not Correction and not issubclass(one, Correction)),
    key=lambda one: one.__name__,
)
ON = date(2016, 3, 1)
READ = PersonalDataRead(occurred_on=ON, fields=("name",), purpose="核对名单", count=1, where="page:/search")


def texts(kind: type[Fact]) -> list[str]:
    """The fields that hold a text of limited length."""
    info: Any = msgspec.inspect.type_info(kind)
    inner = ((field.name, getattr(field.type, "types", (field.type,))) for field in info.fields)
    return [
        name
        for name, kinds in inner
        if any(getattr(one, "max_length", None) == len(LONGER_THAN_ANY) - 1 for one in kinds)
    ]


def ids(kind: type[Fact]) -> list[str]:
    """The fields that hold an id, or several."""
    hints = get_type_hints(kind, include_extras=True)
    return [
        name
        for name in kind.__struct_fields__
        if any(is_id(own_name(one)) for one in (hints[name], *get_args(plain_type(hints[name]))))
    ]


def tried(proposal: Proposal) -> Any:
    order = Order(id="x", by=ACTOR, items=[proposal])
    [item] = shaped(order, encoded([proposal.fact])).items
    return item


@pytest.mark.parametrize("kind", [one for one in FACTS if texts(one)], ids=lambda kind: kind.__name__)
def test_a_text_that_is_too_long_is_refused_in_every_kind_of_fact(kind: type[Fact]) -> None:
    whole = Proposal(fact=made_up(kind))
    assert tried(whole) is whole
    for name in texts(kind):
        item = tried(Proposal(fact=msgspec.structs.replace(whole.fact, **{name: LONGER_THAN_ANY})))
        assert isinstance(item, Attempt)
        assert item.refusal.field == name


@pytest.mark.parametrize("kind", [one for one in FACTS if ids(one)], ids=lambda kind: kind.__name__)
def test_an_id_that_nobody_can_read_is_refused_in_every_kind_of_fact_that_somebody_types(kind: type[Fact]) -> None:
    whole: Fact = made_up(kind)
    assert isinstance(tried(Proposal(fact=whole, source=Source(way="page"))), Proposal)
    for name in ids(kind):
        several = isinstance(getattr(whole, name), tuple)
        for unreadable in (" ", "a b", "a\u200bb", "a\n", "x" * 81):
            typed = msgspec.structs.replace(whole, **{name: (unreadable,) if several else unreadable})
            item = tried(Proposal(fact=typed, source=Source(way="page")))
            assert isinstance(item, Attempt), (name, unreadable)
            assert item.refusal.field.partition("/")[0] == name


def test_so_are_an_unknown_word_a_nul_a_negative_number_and_what_stands_beside_the_body() -> None:
    grant: Any = {"officer": "li", "role": "emperor", "organisation": "hr", "region": "620121", "occurred_on": ON}
    amend = Amend(corrects=Position(1), was=READ, reason=LONGER_THAN_ANY, approver=OfficerId("boss"))
    late = LateAddition(seal="s", reason="", approver=OfficerId("boss"))
    for proposal, field in (
        (Proposal(fact=RoleGranted(**grant)), "role"),
        (Proposal(fact=DataExported(occurred_on=ON, what="a\0b", rows=1, digest="0")), "what"),
        (Proposal(fact=DataExported(occurred_on=ON, what="ab", rows=-1, digest="0")), "rows"),
        (Proposal(fact=READ, amend=amend), "reason"),
        (Proposal(fact=READ, addition=late), "reason"),
    ):
        item = tried(proposal)
        assert isinstance(item, Attempt)
        assert (item.refusal.RULE, item.refusal.field) == (BadlyShaped.RULE, field)
        assert "emperor" not in item.refusal.words("zh"), "what was typed is not repeated"


def test_a_fact_that_nobody_could_read_is_refused_as_a_fact_and_those_beside_it_stand(engine_url: str) -> None:
    log = Log.open(engine_url)
    office: Any = {"organisation": OrganisationId("hr"), "region": RegionCode("620000")}
    founder = Actor(officer=SYSTEM, role="system-administrator", authenticated="founding", **office)
    li = Actor(officer=OfficerId("li"), role="clerk", authenticated="test", **office)
    founding: list[Fact] = [
        OfficerAppointed(occurred_on=ON, officer=li.officer, organisation=li.organisation),
        RoleGranted(occurred_on=ON, officer=li.officer, role="clerk", **office),
    ]
    Desk(log).submit(Order(id="founding", by=founder, items=[Proposal(fact=fact) for fact in founding]))
    long = msgspec.structs.replace(READ, purpose=LONGER_THAN_ANY)
    named = msgspec.structs.replace(
        READ, persons=("p" + "x" * 5_000, "p\0"), count=2
    )  # no index takes the one or the other
    sheet = Source(way="import", name="x.xlsx", sheet="表" * 30_000)
    unfit = [
        Proposal(fact=long),
        Proposal(fact=named),
        Proposal(fact=READ, reason="由" * 30_000),
        Proposal(fact=READ, paper=Paper(number="1" * 70_000)),
        Proposal(fact=READ, source=sheet),
    ]
    answer = Desk(log).submit(Order(id="looks", by=li, items=[Proposal(fact=READ), *unfit]))
    assert [verdict.outcome for verdict in answer.verdicts] == ["recorded", *["refused"] * len(unfit)]
    assert {verdict.rule for verdict in answer.verdicts[1:]} == {BadlyShaped.RULE}
    stored = [opened(row.position, row.leaf).fact for row in log.page(0, 20)]
    assert {type(fact) for fact in stored[3:]} == {SubmissionRefused}
    assert isinstance(stored[2], PersonalDataRead)
    log.close()
