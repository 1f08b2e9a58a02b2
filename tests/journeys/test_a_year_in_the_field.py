"""A whole year of postings and inspections, carried out by its offices through forms, Excel files and the command line only.

Nothing is recorded behind their back: what is looked up here is what a page, a printed answer or the office's own papers show.
"""

from __future__ import annotations

import hashlib
import html
import io
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from openpyxl import Workbook
from sample_houses import facts_of, house_in
from starlette.testclient import TestClient

from taizhang.adapters.cli.main import run
from taizhang.adapters.house import House
from taizhang.adapters.sample.sample import MadeSample, make_sample
from taizhang.adapters.settings import NAMES
from taizhang.domain.attendance import AttendanceTaken
from taizhang.domain.classes import ClassFiled
from taizhang.domain.postings.officials import OfficialPosted
from taizhang.http.app import create_app
from taizhang.http.texts import LANGUAGES

PERSONS, SEED = 50, 7
EVIDENCE = (b"\x89PNG\r\n\x1a\n: generated", b"%PDF-1.4: generated")


class Office:
    """One officer before a browser without scripts."""

    def __init__(self, house: House, sample: MadeSample, app: Any, officer: str) -> None:
        self.house, self.id = house, f"sample-{officer}"
        self.password = next(one.password for one in sample.sign_ins if one.officer == self.id)
        self.client = TestClient(app, base_url="http://testserver", follow_redirects=False)
        self.client.cookies.set("taizhang_session", house.signin.open(self.id, self.password))

    def sees(self, path: str, language: str = "en") -> str:
        """A page's text, in one line; in the other language it opens as well."""
        asked = "&" if "?" in path else "?"
        for one in LANGUAGES:
            answer = self.client.get(f"{path}{asked}lang={one}")
            assert answer.status_code == 200, (path, one, answer.text)
            if one == language:
                told = answer.text
        return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", told)))

    def records(self, command: str, refused: str = "", files: Any = None, **stated: object) -> int:
        """Fill in a form and send it; where its fact stands. With `refused` it comes back with these words instead."""
        page = self.client.get(f"/record/{command}?lang=en")
        assert page.status_code == 200, command
        hidden = {name: re.search(f'name="{name}" value="([^"]+)"', page.text)[1] for name in ("csrf", "once")}  # type: ignore[index]
        fields = {f"body.{name}": self._typed(value) for name, value in stated.items()}
        answer = self.client.post(f"/record/{command}", data={**hidden, **fields, "reason": "示例:补录"}, files=files)
        if refused:
            assert answer.status_code == 409, (command, answer.status_code)
            [why] = re.findall(r'role="alert">([^<]+)', html.unescape(answer.text))
            assert refused in why
            return 0
        problems = re.findall(r'(?:role="alert"|class="wrong")[^>]*>([^<]+)', answer.text)
        assert answer.status_code == 303, (command, stated, problems)
        assert answer.headers["location"].endswith("done=recorded"), (command, stated)
        return int(re.search(r"/facts/(\d+)", answer.headers["location"])[1])  # type: ignore[index]

    def steps(self, sample: str, step: str, status: int, **stated: object) -> str:
        """Take the next step of a sample on its page; what the page says."""
        where = f"/inspections/samples/{sample}"
        token = re.search(r'name="csrf" value="([^"]+)"', self.client.get(f"{where}?lang=en").text)
        assert token is not None
        fields = {name: str(value) for name, value in stated.items()}
        answer = self.client.post(
            f"{where}/{step}?lang=en", data={"csrf": token[1], "once": f"{sample}-{step}-{status}", **fields}
        )
        assert answer.status_code == status, (step, answer.status_code, stated)
        assert f'"{where}/{step}' not in answer.text.partition("<main")[0]  # what the page links to opens
        return html.unescape(answer.text)

    @staticmethod
    def _typed(value: object) -> object:
        return [str(one) for one in value] if isinstance(value, list) else str(value)

    def uploads(self, name: str, rows: Sequence[Sequence[object]]) -> str:
        """An Excel file through the import page; what the batch's page says."""
        book, out = Workbook(), io.BytesIO()
        for row in rows:
            book.active.append(list(row))
        book.save(out)
        csrf = re.search(r'name="csrf" value="([^"]+)"', self.client.get("/import").text)[1]  # type: ignore[index]
        sent = self.client.post("/import", data={"csrf": csrf}, files=[("files", (name, out.getvalue()))])
        started = self.client.post(sent.headers["location"], data={"csrf": csrf})
        while 'http-equiv="refresh"' in (page := self.client.get(f"{started.headers['location']}?lang=en").text):
            pass
        return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


class Province:
    """The house, the offices that work in it, and the year they have behind them."""

    def __init__(self, house: House, sample: MadeSample) -> None:
        app = create_app(house, follow=False)
        self.house, self.county, self.facts = house, sample.sign_ins[-1].region, facts_of(house)
        self.year = house.desk.today().year - 1
        self._office = lambda officer: Office(house, sample, app, officer)

    def office(self, work: str) -> Office:
        """An office of the province, or with a dash at its end of the county."""
        return self._office(f"{work}{self.county}" if work.endswith("-") else f"{work}-620000")


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Province]:
    with house_in(tmp_path_factory.mktemp("year")) as house:
        sample = make_sample(house, PERSONS, SEED)
        house.views.catch_up()
        yield Province(house, sample)


@pytest.fixture
def cli(
    province: Province, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Any]:
    """The command line in the same house, as an office; its JSON answer."""
    for name in (*NAMES, "OFFICER", "OFFICER_KEY", "ROLE", "VAULT_KEY"):
        monkeypatch.delenv(f"TAIZHANG_{name.upper()}", raising=False)
    settings = province.house.settings
    for name in ("database", "vault", "files"):
        monkeypatch.setenv(f"TAIZHANG_{name.upper()}", getattr(settings, name))
    monkeypatch.setenv("TAIZHANG_SIGNER", str(tmp_path / "signer"))
    monkeypatch.chdir(tmp_path)

    def cli(*arguments: str, office: Office | None = None) -> Any:
        if office is not None:
            monkeypatch.setenv("TAIZHANG_OFFICER", office.id)
            monkeypatch.setenv("TAIZHANG_OFFICER_PASSWORD", office.password)
        capsys.readouterr()
        code = run([*arguments, "--json"])
        said = capsys.readouterr()
        assert code == 0, (arguments, said.err)
        return msgspec.json.decode(said.out)

    return cli


def test_an_organisation_department_carries_a_year_of_postings_through(
    province: Province, cli: Callable[..., Any]
) -> None:
    year, county, clerk = province.year, province.county, province.office("clerk-")
    organisation, personnel = province.office("organisation"), province.office("personnel")
    village, other = (f"{county}901001", f"{county}901002")
    before = province.house.views
    for place in (village, other):
        clerk.records("regions.state-village-poverty", village=place, poor="yes", occurred_on=f"{year - 1}-12-20")
    before.catch_up()
    eve = f"as_effective_on={year}-12-31"
    gaps = organisation.sees(f"/postings?list=gaps&region={county}&{eve}")
    assert village in gaps

    official = [one.fact.official for one in province.facts if isinstance(one.fact, OfficialPosted)][1]
    first, second = f"post-{county}-{year}-1", f"post-{county}-{year}-2"
    said = {"official": official, "document": "示例组〔年〕1号"}
    place = {"kind": "first-secretary", "region": village}
    selected = {
        "person_type": "civil-servant",
        "home_unit": f"hr-{county}",
        "kind": "first-secretary",
        "region": county,
    }
    organisation.records("postings.select-official", **said, **selected, occurred_on=f"{year}-01-02")
    taken = {**said, "approver": personnel.id, "until": f"{year}-12-31"}
    organisation.records("postings.post-official", **taken, **place, posting=first, occurred_on=f"{year}-01-05")
    elsewhere = {**place, "region": other}
    organisation.records(
        "postings.post-official",
        refused="at once",
        **taken,
        **elsewhere,
        posting=second,
        occurred_on=f"{year}-02-05",
    )

    head = [["示例县驻村在岗月报表"], ["考勤月份:", f"{year}年1月"]]
    columns = ["序号", "姓名", "派驻编号", "行政村", "驻村天数", "在岗依据", "备注"]
    for month, days in ((1, 18), (2, 16), (3, 20)):
        head[1][1] = f"{year}年{month}月"
        told = clerk.uploads(f"{month}.xlsx", [*head, columns, [1, "", first, "示例村", days, "签到", ""]])
        assert "Recorded" in told, told
    again = clerk.uploads("3-again.xlsx", [*head, columns, [1, "", first, "示例村", 21, "签到", ""]])
    assert "Refused" in again
    leave = {"posting": first, "since": f"{year}-04-01", "until": f"{year}-04-05", "why": "年休假"}
    clerk.records("postings.take-leave", official=official, **leave, occurred_on=f"{year}-04-05")
    work = {"posting": first, "kind": "project", "what": "示例:村道", "households": 12}
    clerk.records("postings.record-village-work", official=official, **work, occurred_on=f"{year}-05-10")

    moved = {"posting": first, "to_posting": second, "kind": "first-secretary", "region": other}
    organisation.records("postings.transfer-official", **taken, **moved, occurred_on=f"{year}-07-01")
    renewal = {**said, "posting": second, "until": f"{year}-12-31", "approver": personnel.id}
    organisation.records(
        "postings.renew-term", **{**renewal, "until": f"{year + 1}-01-31"}, occurred_on=f"{year}-11-20"
    )
    sheet = [
        ["派驻干部年度考核表"],
        ["考核年度:", f"{year}年", "考核日期:", f"{year + 1}-01-08"],
        ["文号:", "示例考核1号"],
    ]
    graded = [*sheet, ["序号", "姓名", "派驻编号", "考核等次", "备注"], [1, "", second, "优秀", ""]]
    assert "Recorded" in organisation.uploads("考核.xlsx", graded)

    before.catch_up()
    covered = organisation.sees(f"/postings?list=gaps&region={county}&{eve}")
    assert other in covered
    day = f"as_effective_on={year}-12-15"
    ends = organisation.sees(f"/postings?list=expiring&days=60&region={county}&{day}")
    assert "first secretary" in ends
    assert "first secretary" in organisation.sees(f"/postings?list=handover&days=60&region={county}&{day}")
    changed = organisation.sees(f"/postings/between?region={county}&since={year}-01-01&as_effective_on={year}-12-31")
    assert "Duty recorded" in changed
    assert "Official transferred" in changed

    ledger = cli("ledger", "--region", county, office=organisation)
    named = f"evidenced_minutes; {county}; {ledger['figures']['evidenced_minutes']}"
    promotion = {**said, "posting": second, "to_post": "示例乡副乡长", "approver": personnel.id, "figures": named}
    organisation.records(
        "postings.promote-official", refused="figures", **{**promotion, "figures": ""}, occurred_on=f"{year + 1}-01-20"
    )
    stands = {"position": ledger["position"], "report": ledger["report"]}
    organisation.records("postings.promote-official", **promotion, **stands, occurred_on=f"{year + 1}-01-20")
    before.catch_up()
    page = organisation.sees(f"/postings/officials/{official}")
    assert "示例乡副乡长" in page
    assert "the same" in page
    listed = {**said, "region": county, "approver": personnel.id}
    organisation.records(
        "postings.enter-negative-list", **listed, ground="示例:虚报在岗", occurred_on=f"{year + 1}-01-21"
    )
    organisation.records("postings.lift-negative-list", **listed, why="示例:查无实据", occurred_on=f"{year + 1}-01-22")
    before.catch_up()
    rows = {one["posting"]: one for one in cli("postings", "--region", county)["rows"]}
    assert (rows[first]["leave_days"], rows[first]["works"], len(rows[first]["duty"])) == (5, 1, 3)
    assert rows[second]["grades"] == {str(year): "excellent"}


def test_an_inspection_team_carries_an_inspection_through(province: Province, cli: Callable[..., Any]) -> None:
    county, inspector, reviewer = province.county, province.office("inspector"), province.office("reviewer")
    clerk, school = province.office("clerk-"), province.office("school-")
    organisation, personnel = province.office("organisation"), province.office("personnel")
    filed = [one.fact for one in province.facts if isinstance(one.fact, ClassFiled) and one.fact.county == county]
    one = max(filed, key=lambda filing: filing.starts_on)
    sheets = [
        (fact.position, fact.fact)
        for fact in province.facts
        if isinstance(fact.fact, AttendanceTaken) and fact.fact.training_class == one.training_class
    ]
    day = one.ends_on
    year, inspection = day.year, f"insp-{county}-{day.year}-spot"
    at = next(mark.start for _, sheet in sheets for mark in sheet.marks if mark.on == day) + 30
    present = sum(any(mark.on == day for mark in sheet.marks) for _, sheet in sheets)

    plan = {
        "plan": f"plan-{year}",
        "region": "620000",
        "year": year,
        "document": "示例计划1号",
        "approver": organisation.id,
    }
    item = f"{county}; superior; institutions、funds; {year}-12-25"
    inspector.records("inspections.plan-inspections", **plan, items=item, occurred_on=f"{year}-01-05")
    opened: dict[str, object] = {
        "inspection": inspection,
        "region": county,
        "kind": "superior",
        "organisation": "poverty-620000",
        "team": f"{inspector.id}\n{reviewer.id}",
        "objects": f"class:{one.training_class}",
        "contents": ["institutions", "funds"],
        "methods": ["site-visit", "interview"],
        "announced": "no",
        "document": "示例检查通知",
        "plan": f"plan-{year}",
        "occurred_on": day,
    }
    own = {"inspection": f"{inspection}-own", "organisation": f"hr-{county}"}
    clerk.records("inspections.open-inspection", refused="self-inspection", **{**opened, **own})
    inspector.records("inspections.open-inspection", **opened)
    heads = {"training_class": one.training_class, "heads": present - 1, "at": f"{at // 60}:{at % 60:02}"}
    visit = {
        "inspection": inspection,
        "object": f"class:{one.training_class}",
        "method": "site-visit",
        "what": "示例:清点",
    }
    inspector.records("inspections.record-visit", **visit, **heads, visit=f"visit-{county}-spot", occurred_on=day)

    drawn = _drawn(province, cli, inspector, inspection, f"trainees:{county}:{one.starts_on.year}", str(day))
    asked = {"visit": f"visit-{county}-drawn", "sample": f"sample-{county}-spot", "method": "interview"}
    inspector.records(
        "inspections.record-visit",
        **{**visit, **asked, "at": "15:00", "interviewed": drawn[0].partition("/")[2]},
        occurred_on=province.house.desk.today(),
    )

    finding = f"find-{county}-{year}-spot"
    loss = f"{sheets[0][1].person}; 20.00; 240"
    found = {
        "inspection": inspection,
        "content": "institutions",
        "object": f"class:{one.training_class}",
        "rule": "考勤应与现场人数一致",
        "words": "示例:少一人",
        "losses": loss,
        "amount_fen": "20.00",
        "blocking": "yes",
        "occurred_on": day,
    }
    inspector.records("inspections.record-finding", refused="rests", finding=finding, **found)
    inspector.records("inspections.record-finding", finding=finding, **found, rests_on=sheets[0][0])
    _life(province, finding, day, inspector, reviewer, clerk, school)
    _published(province, finding, one.training_class, inspector, organisation, personnel)

    province.house.views.catch_up()
    assert f"{present - 1} " in inspector.sees(f"/inspections/of/{inspection}")
    life = inspector.sees(f"/inspections/findings/{finding}")
    for step in ("Finding answered", "Rectification ordered", "Reminder sent", "Reminder answered", "Finding reopened"):
        assert step in life, step
    assert "Closed" in inspector.sees(f"/inspections/findings?state=closed&region={county}")
    between = inspector.sees(f"/inspections/between?region={county}&since={year}-01-01")
    assert "Finding recorded" in between
    told = cli("inspections", "--region", county)
    [row] = [row for row in told["findings"] if row["finding"] == finding]
    assert (row["state"], row["reopened"], row["reminders"], row["revisit_holds"]) == ("closed", 1, 1, True)
    assert next(row for row in told["plans"] if row["plan"] == f"plan-{year}")["state"] == "done"


def _drawn(
    province: Province, cli: Callable[..., Any], inspector: Office, inspection: str, query: str, day: str
) -> list[str]:
    """Nonce, population, a checkpoint that a witness cosigned on a stick, draw; and the draw again from outside."""
    sample = f"sample-{province.county}-spot"
    second = f"{sample}-by-command"
    secret, other = cli("nonce"), cli("nonce")
    step = {"inspection": inspection, "sample": sample}
    inspector.records("inspections.commit-nonce", **step, nonce_digest=secret["nonce_digest"], occurred_on=day)
    inspector.records(
        "inspections.commit-nonce", **step | {"sample": second}, nonce_digest=other["nonce_digest"], occurred_on=day
    )
    province.house.views.catch_up()
    _, region, year = query.split(":")
    asked: dict[str, object] = {"what": "trainees", "year": year, "method": "stratified", "size": 3}
    assert "nothing in" in inspector.steps(sample, "fix", 422, **asked | {"year": "1999"}, region=region)
    assert "inside of it" in inspector.steps(sample, "fix", 422, **asked, region="620000")
    assert "size" in inspector.steps(sample, "fix", 422, **asked | {"size": "three"}, region=region)
    inspector.steps(sample, "fix", 303, **asked, region=region)
    inspector.steps(second, "fix", 303, **asked, region=region)
    fixed = cli("population", query, "--out", "population.csv", "--inspection", inspection, office=inspector)
    assert f"Digest {fixed['digest']}" in inspector.sees(f"/inspections/samples/{sample}")
    assert "waits for the first cosigned checkpoint" in inspector.sees(f"/inspections/samples/{sample}")
    inspector.steps(sample, "draw", 404, nonce=secret["nonce"])
    assert run(["signer", "init"]) == 0
    key = cli("signer", "show")["key"]
    assert run(["witness", "init", "city.example/witness", "--log", key, "--folder", "city"]) == 0
    witness = cli("witness", "status", "--folder", "city")["key"]
    Path("policy").write_text(f"witness city {witness}\nquorum city\n")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("TAIZHANG_WITNESS_POLICY", str(Path("policy").absolute()))
        cli("checkpoint", "--request-from", "0", "--out", "request")
        assert run(["witness", "sign", "request", "--folder", "city", "--out", "cosignature"]) == 0
        done = cli("checkpoint", "--add", "cosignature")
    nonce = ["--nonce", secret["nonce"]]
    by_command = ["--sample", second, "--population", "population.csv", "--nonce", other["nonce"]]
    assert len(cli("sample-draw", *by_command, office=inspector)["drawn"]) == 3
    province.house.views.catch_up()
    assert "digest that was committed" in inspector.steps(sample, "draw", 409, nonce="0" * 64)
    assert "64 hex digits" in inspector.steps(sample, "draw", 422, nonce="mine")
    inspector.steps(sample, "draw", 303, nonce=secret["nonce"])
    assert "Nonce " + secret["nonce"] in inspector.sees(f"/inspections/samples/{sample}")
    drawn = inspector.client.get(f"/inspections/samples/{sample}/drawn").text
    Path("published").write_text(done["note"])
    Path("drawn").write_text(drawn)
    with pytest.MonkeyPatch.context() as outside:
        for name in ("DATABASE", "VAULT", "FILES", "SIGNER", "OFFICER", "OFFICER_PASSWORD"):
            outside.delenv(f"TAIZHANG_{name}", raising=False)
        keys = ["--log-key", key, "--witness", witness]
        again = [
            "--verify",
            "population.csv",
            "--checkpoint",
            "published",
            *nonce,
            "--method",
            "stratified",
            "--size",
            "3",
        ]
        verified = cli("sample-draw", *again, *keys, "--against", "drawn")
    assert (verified["same"], verified["cosigned_by"]) == (True, ["city.example/witness"])
    return drawn.split()


def _life(
    province: Province, finding: str, day: Any, inspector: Office, reviewer: Office, clerk: Office, school: Office
) -> None:
    """Reply, order, reminder, report, review by somebody else, closure, reopening, and all of it again; a revisit."""
    today = province.house.desk.today()
    school.records("inspections.answer-finding", finding=finding, accepts="yes", words="示例:属实", occurred_on=today)
    ordered = {"responsible": f"hr-{province.county}", "person_in_charge": clerk.id, "document": "示例整改通知"}
    deadline = today.replace(year=today.year + 1)
    inspector.records(
        "inspections.order-rectification", finding=finding, **ordered, deadline=deadline, occurred_on=today
    )
    sent = {"to": f"hr-{province.county}", "words": "示例:请按期"}
    inspector.records("inspections.send-reminder", finding=finding, **sent, occurred_on=today)
    clerk.records("inspections.answer-reminder", finding=finding, words="示例:正在办", occurred_on=today)
    inspector.records(
        "inspections.close-finding", refused="accepted", finding=finding, document="示例销号", occurred_on=today
    )
    for turn in range(2):
        report = {"words": f"示例:已改 {turn + 1}", "evidence_on": today, "occurred_on": today}
        brought = [("files.evidence", (f"示例证据{turn + 1}.png", EVIDENCE[turn]))]
        clerk.records("inspections.report-rectification", finding=finding, **report, files=brought)
        assert f"示例证据{turn + 1}.png" in clerk.sees(f"/record/inspections.report-rectification?finding={finding}")
        reviewed = {"accepted": "yes", "words": f"示例:属实 {turn + 1}"}
        reviewer.records("inspections.review-rectification", finding=finding, **reviewed, occurred_on=today)
        inspector.records(
            "inspections.close-finding", finding=finding, document=f"示例销号 {turn + 1}", occurred_on=today
        )
        if turn == 0:
            inspector.records("inspections.reopen-finding", finding=finding, why="示例:复发", occurred_on=today)
    reviewer.records("inspections.hold-revisit", finding=finding, holds="yes", words="示例:保持", occurred_on=today)
    province.house.views.catch_up()
    for content in EVIDENCE:
        digest = hashlib.sha256(content).hexdigest()
        address = f"/inspections/findings/{finding}/evidence/{digest}"
        assert address in reviewer.client.get(f"/inspections/findings/{finding}").text
        assert reviewer.client.get(address).content == content
    assert reviewer.client.get(f"/inspections/findings/{finding}/evidence/{'ab' * 32}").status_code == 404
    assert day <= today


def _published(
    province: Province, finding: str, training_class: str, inspector: Office, organisation: Office, personnel: Office
) -> None:
    today, said = province.house.desk.today(), {"document": "示例通报1号", "approver": organisation.id}
    circular = {
        "circular": "spot-circular",
        "region": "620000",
        "title": "示例通报",
        "words": "一、问题。",
        "findings": finding,
    }
    addressed = {"addressees": "各市州扶贫办", "copies_to": "省财政厅"}
    inspector.records("inspections.issue-circular", **said, **circular, **addressed, occurred_on=today)
    held = {
        "region": province.county,
        "outcome": "criticism",
        "findings": finding,
        "officer": f"sample-clerk-{province.county}",
    }
    personnel.records("inspections.impose-accountability", **said, **held, occurred_on=today)
    praised = {"region": province.county, "kind": "model-case", "title": "示例典型", "words": "示例做法"}
    who = {"organisation": f"hr-{province.county}"}
    personnel.records("inspections.give-commendation", **said, **praised, **who, occurred_on=today)
    province.house.views.catch_up()
    published = personnel.sees("/inspections/published")
    assert "示例通报" in published
    assert "示例典型" in published
    assert "示例通报1号" in inspector.sees("/inspections/circulars/spot-circular")
    assert training_class
