"""Claims as other systems ask for them: what is computed is left out, and may come back in a correction as it was read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import claim_samples as c
import msgspec
import paying_house as house
import pytest
import training_samples as t

from taizhang.adapters.desk import Desk
from taizhang.adapters.log.log import Log
from taizhang.adapters.orders import Order, Verdict
from taizhang.adapters.requests import Request, in_force, proposal
from taizhang.domain.envelope import Source
from taizhang.domain.funds.claims import ClaimSubmitted

WAY = Source(way="test")
STANDING = [c.SCHOOL, *c.PEOPLE, *c.CLAIMABLE, c.claimed()]


class Claims:
    """A log with a claim, and requests to the desk over it."""

    def __init__(self, url: str) -> None:
        self.position = house.founded(url, STANDING)[-1][1]
        self.log = Log.open(url)

    def standing(self) -> ClaimSubmitted:
        fact = in_force(self.log, self.position)
        assert isinstance(fact, ClaimSubmitted)
        return fact

    def corrected(self, id: str, body: dict[str, Any]) -> Verdict:
        stated = {"corrects": self.position, "body": body, "reason": "typing error", "approver": "chief"}
        request = msgspec.convert({"id": id, "command": "correct", **stated}, Request)
        item = proposal(request, self.log, WAY)
        return Desk(self.log).submit(Order(id=id, by=house.TELLER, items=[item])).verdicts[0]


@pytest.fixture
def claims(tmp_path: Path) -> Claims:
    return Claims(f"sqlite:///{tmp_path / 'log.db'}")


def test_a_claim_that_was_read_is_sent_back_corrected_and_computed_anew(claims: Claims) -> None:
    was = claims.standing()
    assert was.amount_fen == 20_000
    body = msgspec.to_builtins(was)
    assert body["entitlements"]
    assert claims.corrected("1", body | {"persons": [t.LI]}).outcome == "recorded"
    assert claims.standing().amount_fen == 10_000


def test_an_amount_that_differs_from_what_stands_is_typed_and_refused(claims: Claims) -> None:
    body = msgspec.to_builtins(claims.standing())
    assert claims.corrected("1", body | {"amount_fen": 30_000}).rule == "funds.amount-typed"
    body["entitlements"][0][1] += 1
    assert claims.corrected("2", body).rule == "funds.amount-typed"
    assert claims.standing().amount_fen == 20_000
