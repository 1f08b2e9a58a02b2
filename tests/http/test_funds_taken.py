"""Money for programs and in files: as the pages show it, and on record who took it."""

from __future__ import annotations

import hashlib
import io
import zipfile
from typing import Any

from money_web import CLAIM, LINE, paid
from openpyxl import load_workbook
from starlette.applications import Starlette
from starlette.testclient import TestClient
from web_world import COUNTY, World

from taizhang.http.app import create_app


def test_what_a_file_is_for_does_not_narrow_it_down(approved: World) -> None:
    client = approved.client(create_app(approved.house, follow=False), "cashier")
    taken = client.get("/api/funds?format=jsonl&purpose=training")
    assert taken.headers["taizhang-rows"] == str(len(client.get("/api/funds").json()["rows"])) == "1"
    assert client.get("/api/funds?spent_on=living").json()["figures"].get("paid_fen", 0) == 0
    assert client.get("/api/funds?spent_on=audit").status_code == 422


def _taken(client: TestClient, world: World, path: str, form: str) -> bytes:
    answer = client.post(path, data={"csrf": world.csrf(client), "format": form})
    assert answer.status_code == 200, answer.text
    return answer.content


def test_what_is_taken_home_agrees_with_the_page_and_is_recorded(approved: World) -> None:
    paid(approved)
    client = approved.client(create_app(approved.house, follow=False), "treasurer")
    book = _taken(client, approved, "/funds/download", "xlsx")
    head = client.get(f"/api/facts/{approved.house.log.head().position}").json()["rows"][0]
    assert head["type"] == "officers.data-exported.v1"
    assert head["body"]["digest"] == hashlib.sha256(book).hexdigest()
    sheet = load_workbook(io.BytesIO(book))["资金"]
    titles = [cell.value for cell in sheet[1]]
    [paid_at] = [place for place, title in enumerate(titles, 1) if str(title).startswith("paid")]
    assert sheet.cell(2, paid_at).value == 2000
    with zipfile.ZipFile(io.BytesIO(_taken(client, approved, f"/funds/{LINE}/download", "csv"))) as archive:
        names = sorted(archive.namelist())
        assert names == [f"fund-{LINE}.csv", f"fund-{LINE}.totals.csv"]
        totals = archive.read(names[1]).decode("utf-8-sig")
        assert hashlib.sha256(archive.read(names[0])).hexdigest() in totals
    assert client.post("/funds/download", data={"csrf": "other", "format": "csv"}).status_code == 403


def test_programs_are_told_what_the_pages_about_money_show(money: World, money_app: Starlette) -> None:
    client = money.client(money_app, "cashier")

    def told(path: str) -> Any:
        answer = client.get(f"/api/{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    [claim] = told("claims")["rows"]
    assert (claim["claim"], claim["approved_fen"], claim["paid_fen"]) == (CLAIM, 200_000, 200_000)
    one = told(f"claims/{CLAIM}")
    assert one["claim"] == claim
    assert one["charged"] == [{"line": LINE, "amount_fen": 200_000}], "the only line of the county's plan"
    assert [(row["amount_fen"], row["paid_fen"]) for row in one["rows"]] == [(100_000, 100_000)] * 2
    assert all(row["facts"] for row in one["rows"])
    notice = told(f"claims/{CLAIM}/notice")
    assert (notice["posted_digest"], notice["amount_fen"]) == ("0" * 64, 200_000)
    assert hashlib.sha256(money.house.files.get(notice["list_digest"])).hexdigest() == notice["list_digest"]
    lineage = told(f"funds/{LINE}/lineage?limit=1")
    rest = told(f"funds/{LINE}/lineage?after={lineage['next']}")
    assert sum(row["amount_fen"] for row in [*lineage["rows"], *rest["rows"]]) == 200_000
    flagged = told("flags?limit=1000")
    assert sum(flagged["kinds"].values()) == len(flagged["rows"]) > 0
    sides = told("reconciliation")
    assert (sides["totals"]["paid_fen"], sides["totals"]["transferred_less_paid_fen"]) == (200_000, 200_000)
    assert [row["paid_fen"] for row in told("reconciliation/classes")["rows"]] == [200_000]
    assert {"persons", "paid"} <= {
        row["indicator"].partition("-")[0] for row in told(f"funds/{LINE}/evaluation")["rows"]
    }
    assert [(row["persons"], row["due_fen"]) for row in told(f"funds/{LINE}/ties")["rows"]] == [(2, 160_000)]
    behind = told(f"funds/{LINE}/facts?measure=committed_fen")["rows"]
    assert [row["change_fen"] for row in behind] == [200_000, -200_000]
    then = told(f"funds/{LINE}/between?since_effective_on=2016-04-10")
    [cash] = [row for row in then["rows"] if (row["holder"], row["account"], row["book"]) == (COUNTY, "own", "cash")]
    assert (cash["then_fen"], cash["later_fen"]) == (400_000, 200_000)
    assert then["facts"]
    [line] = told("funds?as_effective_on=2016-04-10")["rows"]
    assert (line["line"], line["figures"]["committed_fen"]) == (LINE, 200_000)
