"""The foot of a printed ledger: id, head and QR code, which lead back to the very figures of the page."""

from __future__ import annotations

import re

from starlette.applications import Starlette
from web_world import COUNTY, World

from taizhang.adapters.reports import check, read


def test_the_ledger_page_bears_its_report_id_the_log_head_and_a_code_that_checks_as_the_same(
    shared_world: World, shared_app: Starlette
) -> None:
    page = shared_world.client(shared_app, "wang").get("/ledger").text
    [code] = re.findall(r"TZ1\.[A-Za-z0-9_-]+", page)
    issued = read(code)
    assert issued is not None
    assert (issued.scope[0], issued.seen_by) == (COUNTY, COUNTY)
    assert issued.root in page
    assert f"{issued.position:,}" in page
    assert re.search(rf"\b{issued.report}[0-9a-f]{{48}}\b", page)
    assert page.count("<svg") >= 1
    assert check(shared_world.house, code).status == "same"
