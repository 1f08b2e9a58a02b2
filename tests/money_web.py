"""Money in the small house of web_world.py: a line from the province to the class, a claim reviewed, and what follows it."""

from __future__ import annotations

import html
import re
from datetime import date

import msgspec
from web_world import CITY, CLASS, COUNTY, OTHER_COUNTY, PASSWORD, PROVINCE, World

from taizhang.adapters.orders import Order
from taizhang.adapters.proposing import proposed
from taizhang.adapters.requests import Request
from taizhang.adapters.signin import SignIn
from taizhang.domain.core import Actor
from taizhang.domain.envelope import Source, opened
from taizhang.domain.funds.bank_accounts import BankAccountRegistered
from taizhang.domain.funds.claims import ClaimReviewed, ClaimSubmitted, NoticeEnded, NoticePosted, Share
from taizhang.domain.funds.lines import BudgetApproved, LineOpened
from taizhang.domain.funds.moving import AllocationIssued, FundsTransferred
from taizhang.domain.funds.payments import SubsidyPaid
from taizhang.domain.funds.use_plans import PlannedUse, UsePlanFiled
from taizhang.domain.officers import OfficerAppointed, RoleGranted
from taizhang.domain.policy import RateSet

LINE, CLAIM = "LINE-1", "claim-620121-1"
RATE_FEN, LINE_FEN = 100_000, 1_000_000
NUMBER = "6228480402564890018"
STAFF = (  # id, role, organisation, region
    ("treasurer", "finance", "cz-620000", PROVINCE),
    ("deputy", "finance", "cz-620000", PROVINCE),
    ("cashier", "finance", "cz-620121", COUNTY),
    ("teller", "finance", "cz-620121", COUNTY),
    ("neighbour", "finance", "cz-620122", OTHER_COUNTY),
    ("school", "institution", "i-yongdeng", COUNTY),
    ("rival", "institution", "i-other", COUNTY),
    ("city", "inspector", "jc-620100", CITY),
)


def actor(officer: str) -> Actor:
    [(_, role, organisation, region)] = [one for one in STAFF if one[0] == officer]
    return Actor(officer=officer, role=role, organisation=organisation, region=region, authenticated="test")


def staffed(world: World) -> None:
    """Appoint the officers of money, with passwords."""
    on = date(2015, 1, 5)
    for officer, role, organisation, region in STAFF:
        granted = RoleGranted(occurred_on=on, officer=officer, role=role, organisation=organisation, region=region)
        world.record("security", OfficerAppointed(occurred_on=on, officer=officer, organisation=organisation), granted)
        world.house.signin.enrol(officer, f"样例 {officer}", SignIn.new_key(), PASSWORD, must_change=False)


def funded(world: World) -> None:
    """The line reaches the county, and a claim for the class is approved: two persons of three have their hours."""
    day = date(2016, 1, 10)
    rate = RateSet(occurred_on=day, programme="labour", amount_fen=RATE_FEN, basis="per-person", since=date(2016, 1, 1))
    line = LineOpened(
        occurred_on=day, line=LINE, name="样例就业补助资金", source="employment", document="样例 1 号",
        issued_by=("cz-620000",), year=2016, purposes=("training",), scope="contiguous", region=PROVINCE,
        amount_fen=LINE_FEN,
    )  # fmt: skip
    moved = {"line": LINE, "amount_fen": 400_000, "document": "样例 2 号", "approver": "deputy"}
    world.record(
        actor("treasurer"),
        rate,
        line,
        BudgetApproved(
            occurred_on=day, line=LINE, region=PROVINCE, amount_fen=LINE_FEN, document="批复", approver="deputy"
        ),
        AllocationIssued(occurred_on=day, from_region=PROVINCE, to_region=COUNTY, **moved),
        FundsTransferred(occurred_on=date(2016, 1, 20), payer=PROVINCE, receiver=COUNTY, **moved),
    )
    planned = PlannedUse(line=LINE, purpose="training", amount_fen=300_000)
    plan = UsePlanFiled(
        occurred_on=date(2016, 2, 1), plan="plan-1", region=COUNTY, year=2016, items=(planned,), document="计划",
        approver="teller",
    )  # fmt: skip
    world.record(actor("cashier"), plan)
    submitted = ClaimSubmitted(
        occurred_on=date(2016, 4, 1), claim=CLAIM, training_class=CLASS, purpose="training", payee="institution",
        document="申领表",
    )  # fmt: skip
    world.record("zhao", submitted)
    reviewed = ClaimReviewed(
        occurred_on=date(2016, 4, 5), claim=CLAIM, training_class=CLASS, approved=True, document="审核表"
    )
    world.record("wang", reviewed)


def paid(world: World) -> int:
    """The notice is posted and ends, and the whole claim is paid to the school; the payment's position."""
    posted = NoticePosted(
        occurred_on=date(2016, 4, 6), claim=CLAIM, training_class=CLASS, place="村务公开栏", list_digest="0" * 64
    )
    ended = NoticeEnded(occurred_on=date(2016, 4, 20), claim=CLAIM, training_class=CLASS)
    world.record("wang", posted, ended)
    shares = tuple(Share(person, RATE_FEN) for person in world.persons[:2])
    payment = SubsidyPaid(
        occurred_on=date(2016, 4, 25), payment="pay-1", line=LINE, payer=COUNTY, claim=CLAIM, training_class=CLASS,
        shares=shares, amount_fen=2 * RATE_FEN, account=account_of(world), voucher="凭证 1", approver="teller",
        institution="i-yongdeng",
    )  # fmt: skip
    [position] = world.record(actor("cashier"), payment)
    world.house.views.catch_up()
    return position


def account_of(world: World) -> str:
    """The id of the school's account, registered through the vault."""
    body = {"occurred_on": "2016-03-01", "county": COUNTY, "document": "开户证明", "institution": "i-yongdeng"}
    asked = Request(
        id="account-1", command="funds.register-bank-account", body=body, reason="sample",
        personal={"account_number": NUMBER},
    )  # fmt: skip
    order = Order(id=asked.id, by=actor("cashier"), items=[proposed(asked, world.house, Source(way="page"))])
    [verdict] = world.house.desk.submit(order).verdicts
    assert verdict.position is not None, verdict.en
    stored = world.house.log.at([verdict.position])[0]
    fact = opened(stored.position, stored.leaf).fact
    assert isinstance(fact, BankAccountRegistered)
    assert msgspec.json.encode(fact).find(NUMBER.encode()) < 0
    return str(fact.account)


def positions(text: str) -> set[int]:
    """The facts that a page leads to."""
    return {int(found) for found in re.findall(r'href="/facts/(\d+)"', text)}


def plain(text: str) -> str:
    """A page's words alone."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text)))
