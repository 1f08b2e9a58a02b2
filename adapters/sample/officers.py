"""The officers of a sample: labelled, made by the house's own sample maker, and some of them with a password to try.

Their passwords are printed and no secret: whoever can sign in as one of them sees made-up people only, as long as
nobody puts real facts into the house. The administrators of the house are never among them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from taizhang.adapters.founding import HOUSE, Post
from taizhang.adapters.house import House
from taizhang.adapters.preset import PROVINCE
from taizhang.domain.core import Actor, OfficerId, OrganisationId, RegionCode
from taizhang.domain.institutions import OrganisationRegistered
from taizhang.domain.officers import SYSTEM, Role
from taizhang.domain.sample_house import SAMPLE_LABEL, SAMPLE_MAKER

PASSWORD_LETTERS = 10
ROLE_NAMES: dict[str, str] = {
    "clerk": "经办",
    "approver": "审批",
    "school": "培训机构",
    "inspector": "检查",
    "reviewer": "复核",
    "auditor": "第三方检查",
    "finance": "财政",
    "treasurer": "财政审批",
    "organisation": "组织",
    "personnel": "组织审批",
    "discipline": "纪检",
    "dashboard": "看板",
}


class SampleSignIn(NamedTuple):
    """An officer of the sample who can sign in on the page."""

    officer: str
    role: str
    region: str
    password: str


def maker() -> Actor:
    """The house itself as it makes the officers of a sample; it can do nothing else."""
    return Actor(officer=SYSTEM, role=SAMPLE_MAKER, organisation=HOUSE, region=PROVINCE, authenticated="sample")


def officer_of(work: str, region: str) -> OfficerId:
    return OfficerId(f"{SAMPLE_LABEL}{work}-{region}")


def actor(work: str, region: str) -> Actor:
    """An officer of the sample at work."""
    return acting(post_of(work, RegionCode(region)))


def post_of(work: str, region: RegionCode) -> Post:
    """What this officer is appointed to."""
    role, organisation = _ROLES[work]
    return Post(
        officer=officer_of(work, region),
        label=f"示例{ROLE_NAMES[work]} {region}",
        role=role,
        organisation=OrganisationId(f"{organisation}-{region}"),
        region=region,
    )


def discipline_office() -> OrganisationRegistered:
    """Where the sample's discipline officer sits; the preset names no such office, and other posts sit in those it does."""
    post = post_of("discipline", PROVINCE)
    return OrganisationRegistered(
        organisation=post.organisation,
        name="示例纪检监察机关",
        kind="department",
        region=PROVINCE,
        level="province",
        occurred_on=date(2015, 1, 1),
    )


def province_posts() -> list[Post]:
    """Officers for the whole province: one of each kind, two where nobody may approve or review their own work."""
    return [post_of(work, PROVINCE) for work in ROLE_NAMES if work != "school"]


def county_posts(county: RegionCode) -> list[Post]:
    """Officers of one county: who prepares, who approves, who teaches, who pays and who lets it be paid."""
    return [post_of(work, county) for work in ("clerk", "approver", "school", "finance", "treasurer")]


def cross_post(home: RegionCode, inspected: RegionCode) -> Post:
    """Who comes from one county to inspect another."""
    return Post(
        officer=officer_of("cross", inspected),
        label=f"示例交叉检查 {inspected}",
        role="inspector",
        organisation=OrganisationId(f"poverty-{home}"),
        region=inspected,
    )


def acting(post: Post) -> Actor:
    """An appointed officer at work."""
    return Actor(
        officer=post.officer,
        role=post.role,
        organisation=post.organisation,
        region=post.region,
        authenticated="sample",
    )


def let_in(house: House, posts: list[Post], seed: int) -> Iterator[SampleSignIn]:
    """Give these officers their passwords, unless they have one already; it never has to be changed."""
    for post in posts:
        password = _password(post.officer, seed)
        if house.signin.label(post.officer) == post.officer:  # not known at the door yet
            house.signin.enrol(post.officer, post.label, house.signin.new_key(), password, must_change=False)
        yield SampleSignIn(post.officer, post.role, post.region, password)


def _password(officer: str, seed: int) -> str:
    return "shili-" + hashlib.sha256(f"{seed}:{officer}".encode()).hexdigest()[:PASSWORD_LETTERS]


_ROLES: dict[str, tuple[Role, str]] = {
    "clerk": ("clerk", "hr"),
    "approver": ("clerk", "hr"),
    "school": ("institution", "sample-school"),
    "inspector": ("inspector", "poverty"),
    "reviewer": ("inspector", "poverty"),
    "auditor": ("inspector", "sample-audit"),
    "finance": ("finance", "finance"),
    "treasurer": ("finance", "finance"),
    "organisation": ("organisation", "hr"),
    "personnel": ("organisation", "hr"),
    "discipline": ("discipline", "sample-discipline"),
    "dashboard": ("dashboard", "poverty"),
}
