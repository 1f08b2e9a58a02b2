"""Files handed in by the page in the small house of web_world.py: a class that waits for its roster, and what came of it."""

from __future__ import annotations

import time
from datetime import date

from starlette.testclient import TestClient
from web_world import COUNTY, World

from taizhang.domain.classes import ClassApproved, ClassFiled
from taizhang.domain.identity import generate_identity

NEW_CLASS = "c620121-2016-002"
GOOD = generate_identity("620121", date(1985, 7, 1), 201)
OTHER = generate_identity("620121", date(1986, 7, 1), 203)
WRONG = GOOD[:-1] + ("0" if GOOD[-1] != "0" else "1")
PATIENCE_SECONDS = 60


def second_class(world: World) -> None:
    """A second class of the county is approved and waits for its trainees."""
    filed = ClassFiled(
        occurred_on=date(2016, 4, 1), training_class=NEW_CLASS, name="中式面点师一班", county=COUNTY,
        institution="i-yongdeng", programme="labour", programme_kind="labour", occupation="cook", seats=10,
        required_minutes=480, planned_minutes=480, starts_on=date(2016, 5, 9), ends_on=date(2016, 5, 20),
    )  # fmt: skip
    world.record("zhao", filed)
    world.record("wang", ClassApproved(occurred_on=date(2016, 4, 20), training_class=NEW_CLASS))


def roster() -> bytes:
    """A roster of two: one good row, and one whose number is wrong."""
    lines = [
        "培训学员花名册,,,",
        "序号,姓名,身份证号,班次编号",
        f"1,赵样例,{GOOD},{NEW_CLASS}",
        f"2,钱样例,{WRONG},{NEW_CLASS}",
    ]
    return "\n".join(lines).encode("gb18030")


def upload(world: World, client: TestClient, content: bytes, name: str = "花名册.csv") -> str:
    """Hand in one file; the address of its draft."""
    answer = client.post("/import", data={"csrf": world.csrf(client)}, files=[("files", (name, content))])
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def finished(client: TestClient, address: str) -> str:
    """The page once nothing is under way any more."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        text = client.get(address).text
        if 'http-equiv="refresh"' not in text:
            return text
        time.sleep(0.1)
    raise AssertionError("the import did not end")


def imported(world: World, client: TestClient, content: bytes | None = None) -> str:
    """Hand in a file and have it recorded; the page of what came of it."""
    draft = upload(world, client, content or roster())
    started = client.post(draft, data={"csrf": world.csrf(client)})
    assert started.status_code == 303
    return finished(client, started.headers["location"])
