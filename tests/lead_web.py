"""A world with one lead, for tests of the web: a later list calls somebody dead before the class began."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Final

import openpyxl
from starlette.applications import Starlette
from web_world import COUNTY, NAMES, PASSWORD, World

from taizhang.adapters.moments import beijing
from taizhang.adapters.signin import SignIn
from taizhang.domain.identity import generate_identity
from taizhang.domain.institutions import OrganisationRegistered
from taizhang.domain.officers import OfficerAppointed, RoleGranted

OFFICE, SINCE = "discipline-620121", date(2015, 1, 5)
CHECKERS: Final = ("tang", "song", "yuan")
OF_THIS: Final = re.compile(r"/leads/(L[0-9a-f]{16})")


def discipline(world: World) -> None:
    """A county's discipline office with three officers."""
    named = {"organisation": OFFICE, "name": "样例纪检", "kind": "department", "region": COUNTY}
    world.record("zhao", OrganisationRegistered(occurred_on=date(2016, 1, 4), **named))
    for who in CHECKERS:
        appointed = OfficerAppointed(occurred_on=SINCE, officer=who, organisation=OFFICE)
        granted = RoleGranted(occurred_on=SINCE, officer=who, role="discipline", organisation=OFFICE, region=COUNTY)
        world.record("security", appointed, granted)
        world.house.signin.enrol(who, f"样例 {who}", SignIn.new_key(), PASSWORD, must_change=False)


def dead_list(*days: str) -> bytes:
    """A death list with the first persons of the world and somebody else."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.append(["姓名", "公民身份号码", "死亡日期"])
    for index, day in enumerate(days):
        sheet.append([NAMES[index], generate_identity("620121", date(1980 + index, 5, 3), 101 + index), day])
    sheet.append(["外人样例", generate_identity("620121", date(1950, 1, 1), 7), "2016-01-01"])
    book.save(out)
    return out.getvalue()


def led_world(world: World, app: Starlette) -> str:
    """Record what leads to the one lead; its id."""
    discipline(world)
    clerk = world.client(app, "wang")
    fields = {"kind": "deaths", "source": "样例民政局", "as_of": "2016-12-31", "region": COUNTY}
    answer = clerk.post(
        "/lists?lang=en",
        data={"csrf": world.csrf(clerk), **fields},
        files={"file": ("死亡名单.xlsx", dead_list("2016-02-28"), "application/octet-stream")},
    )
    assert answer.status_code == 200
    assert "All others (only counted)" in answer.text
    world.house.views.catch_up()
    page = world.client(app, "tang").get("/leads?rule=identities.attended-after-death").text
    [lead] = set(OF_THIS.findall(page))
    return lead


def in_beijing(recorded_at: int) -> str:
    """A recording time as an address names it."""
    return beijing(recorded_at).strftime("%Y-%m-%dT%H:%M:%S.%f")
