"""Ten published cases of falsified reporting, re-enacted step by step through the ordinary commands and files.

Each was refused on the way in, or left facts in which a rule finds a lead. Everything here is generated; nobody is meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from case_files import COUNTY, SCHOOL, CaseHouse, TrainingClass, case_house, filing, person, roster, sheet, taught
from starlette.testclient import TestClient

from taizhang.adapters.house import opened
from taizhang.adapters.settings import Settings
from taizhang.http.app import create_app

DIED = "2016-03-01"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CaseHouse]:
    with case_house(tmp_path_factory.mktemp("cases")) as made:
        yield made


def listed(house: CaseHouse, kind: str, header: list[object], *rows: list[object], by: str = "tang") -> dict[str, Any]:
    """Take an outside list in; what became of it."""
    name = house.file(f"{kind}-{len(list(house.folder.iterdir()))}.csv", header, *rows)
    asked = ["import-list", kind, name, "--source", "示例出具单位", "--as-of", "2017-06-30", "--coverage", COUNTY]
    answer: dict[str, Any] = house.run(by, *asked, "--id", f"list-{COUNTY}-{name}", "--json").json()
    return answer


def understood(house: CaseHouse, lead: dict[str, Any], *words: str) -> None:
    """The lead's page in both languages: the question, the innocent explanations, the paper, no accusation."""
    settings = Settings(
        database=f"sqlite:///{house.folder / 'taizhang.db'}",
        vault=f"sqlite:///{house.folder / 'taizhang-vault.db'}",
        files=str(house.folder / "taizhang-files"),
    )
    with opened(settings) as home:
        home.signin.enrol("tang", "示例纪检", house.keys["tang"], "correct horse battery", must_change=False)
        client = TestClient(create_app(home, follow=False), base_url="http://testserver")
        client.cookies.set("taizhang_session", home.signin.open("tang", "correct horse battery"))
        zh, en = (client.get(f"/leads/{lead['lead']}?lang={language}").text for language in ("zh", "en"))
    for word in ("问题:", "发现:", "可能的正当原因:", "涉及金额", "下一步", "指派核查人", *words):
        assert word in zh, word
    for word in ("The question:", "What was found:", "What it may innocently be:", "What to do next"):
        assert word in en, word
    assert not any(word in zh for word in ("造假", "骗取", "弄虚作假"))
    assert not any(word in en.lower() for word in ("fraud", "forger", "guilty", "cheat"))


def test_f01_a_full_sheet_and_a_nearly_empty_room(house: CaseHouse) -> None:
    """Haidian: 2,984 reported, about 330 real; the forged paper was well-formed. A count on the spot is not paper."""
    one = TrainingClass("F01", 4, range(100, 112))
    answers = taught(house, one)
    assert not any(answer["counts"]["refused"] for answer in answers), answers
    house.recorded(
        "he", "training.check-presence", training_class=one.id, occurred_on="2016-04-10", minute=9 * 60, counted=2
    )
    [lead] = house.leads("attendance.head-count", f"class:{one.id}")
    understood(house, lead, "现场核查", one.id)


def test_f03_a_dead_person_is_refused_where_the_death_is_known_and_found_where_it_comes_late(house: CaseHouse) -> None:
    """The name stays on a roster copied from an old register."""
    one = TrainingClass("F03", 5, range(120, 126))
    taught(house, one)
    header: list[object] = ["姓名", "公民身份号码", "死亡日期"]
    late = listed(house, "deaths", header, [*person(120), DIED], [*person(999), DIED])
    assert (late["matched"], late["unmatched"]) == (1, 1)
    [lead] = house.leads("identities.attended-after-death", f"class:{one.id}")
    understood(house, lead, "考勤", "外部名单记载")
    known = listed(house, "deaths", header, [*person(130), DIED], by="li")
    assert known["matched"] == 0  # nobody of the ledger yet
    taught(house, TrainingClass("F03B", 6, range(130, 136)), until="roster")
    assert listed(house, "deaths", header, [*person(130), DIED], by="li")["deaths_recorded"] == 1
    answers = house.imported("head", sheet(house, TrainingClass("F03B", 6, range(130, 136))))
    assert [row["rules"] for row in answers[0]["verdicts"] if row["outcome"] == "refused"] == [
        ["training.recorded-as-dead"]
    ]


def test_f05_somebody_on_the_public_payroll(house: CaseHouse) -> None:
    """Mashan: 343 of the registered poor stood on the public payroll."""
    one = TrainingClass("F05", 4, range(140, 146))
    taught(house, one)
    header: list[object] = ["姓名", "身份证号", "单位名称", "人员类别", "任职日期"]
    listed(house, "payroll", header, [*person(141), "示例乡政府", "事业编制", "2010-01-01"])
    [lead] = house.leads("identities.on-payroll", f"class:{one.id}")
    understood(house, lead, "示例乡政府")


def test_f06_a_pensioner_trained_as_labour(house: CaseHouse) -> None:
    """The audit report of 2022: trainees who were retired or at school."""
    one = TrainingClass("F06", 4, range(150, 156))
    taught(house, one)
    listed(house, "pensions", ["姓名", "身份证号", "领取起始日期"], [*person(152), "2015-01-01"])
    [lead] = house.leads("identities.retired", f"class:{one.id}")
    understood(house, lead, "名单")


def test_f07_a_class_of_the_jobless_insured_by_one_firm(house: CaseHouse) -> None:
    """Jiaokou: employees of large firms registered as migrants without work."""
    one = TrainingClass("F07", 4, range(160, 172))
    taught(house, one)
    rows = [[*person(n), "91620121MA00000007", "2015-01", "2016-12"] for n in one.people]
    header: list[object] = ["姓名", "身份证号", "统一社会信用代码", "缴费起始年月", "缴费终止年月"]
    listed(house, "social-insurance", header, *rows)
    [lead] = house.leads("identities.one-unit-insures-the-class", f"class:{one.id}")
    understood(house, lead, "91620121MA00000007")


def test_f12_an_account_of_ones_only(house: CaseHouse) -> None:
    """TESDA: 11111111111 stood where account numbers should. Here the number is refused and not kept."""
    one = TrainingClass("F12", 4, range(180, 186))
    taught(house, one, until="roster")
    facts = house.run("tang", "facts", "--of", f"class:{one.id}", "--json").json()["rows"]
    someone = next(fact["body"]["person"] for fact in facts if fact["body"].get("person"))
    line = (
        '{"id": "f12", "command": "funds.register-bank-account", "personal": {"account_number": "1111111111111111"}, '
        f'"body": {{"person": "{someone}", "county": "{COUNTY}", "document": "示例", "occurred_on": "2016-04-09"}}}}'
    )
    said = house.run("head", "record", "-", given=line)
    assert said.json()["rule"] == "funds.placeholder-account", said
    assert "1111111111111111" not in house.run("tang", "facts", "--json").out


def test_f18_a_certificate_for_a_course_cut_short(house: CaseHouse) -> None:
    """Sixty hours required, taught like a tea party: no certificate without the evidenced hours."""
    one = TrainingClass("F18", 4, range(190, 196))
    taught(house, one, until="roster")
    house.imported("head", sheet(house, one, "√×××"))
    facts = house.run("tang", "facts", "--of", f"class:{one.id}", "--json").json()["rows"]
    someone = next(fact["body"]["person"] for fact in facts if fact["body"].get("person"))
    issued = {"training_class": one.id, "person": someone, "kind": "training", "number": "样例-1"}
    answer = house.record("head", "training.issue-certificate", issuer="hr-620121", occurred_on="2016-04-20", **issued)
    assert answer["rule"] == "training.hours-not-evidenced", answer


def test_f20_the_same_people_in_two_classes(house: CaseHouse) -> None:
    """One course claimed again under another number: at the same hours it is refused, a month later it is a lead."""
    first = TrainingClass("F20", 4, range(200, 212))
    taught(house, first)
    taught(house, TrainingClass("F20A", 4, range(200, 212)), until="roster")
    [again] = house.imported("head", sheet(house, TrainingClass("F20A", 4, range(200, 212))))
    assert {rule for row in again["verdicts"] for rule in row["rules"]} == {"training.hours-overlap"}
    later = TrainingClass("F20B", 5, range(200, 212))
    taught(house, later)
    [lead] = [
        one for one in house.leads("rosters.alike", f"class:{later.id}") if f"class:{first.id}" in one["subjects"]
    ]
    understood(house, lead, "F20B")


def test_f24_a_class_that_nobody_approved_in_time(house: CaseHouse) -> None:
    """Huoshan asks for the filing ten working days before: what was not approved by its first day is not taught."""
    one = TrainingClass("F24", 4, range(220, 226))
    house.imported("head", filing(house, one))
    house.imported("head", roster(house, one))
    [sheet_answer] = house.imported("head", sheet(house, one))
    rules = {rule for row in sheet_answer["verdicts"] for rule in row["rules"]}
    assert rules == {"training.class-never-approved"}, sheet_answer
    late = house.record("wang", "training.approve-class", training_class=one.id, occurred_on="2016-04-20")
    assert late["outcome"] == "recorded"  # a true late approval is a fact; it does not reach back
    [again] = house.imported("head", sheet(house, one))
    assert {rule for row in again["verdicts"] for rule in row["rules"]} == {"training.approved-too-late"}, again


def test_f53_put_right_two_months_before_it_was_found(house: CaseHouse) -> None:
    """Chengmai: the rectification was finished before the finding. Evidence from before a finding is refused."""
    one = TrainingClass("F53", 4, range(230, 236))
    taught(house, one, until="roster")
    house.recorded(
        "li",
        "institutions.register-organisation",
        organisation="inspectors-620000",
        name="省督查组(示例)",
        kind="department",
        region=COUNTY,
        occurred_on="2015-12-01",
    )
    inspection, finding = f"insp-{COUNTY}-1", f"find-{COUNTY}-1"
    opened_on = {"inspection": inspection, "region": COUNTY, "kind": "superior", "organisation": "inspectors-620000"}
    asked = {"team": ["he", "liu"], "objects": [f"institution:{SCHOOL}"], "contents": ["institutions"]}
    house.recorded(
        "he",
        "inspections.open-inspection",
        **opened_on,
        **asked,
        methods=["site-visit"],
        announced=False,
        document="示例督〔2016〕1号",
        occurred_on="2016-07-04",
    )
    found = {"finding": finding, "inspection": inspection, "content": "institutions", "object": f"institution:{SCHOOL}"}
    house.recorded(
        "he",
        "inspections.record-finding",
        **found,
        rule="定点机构应有固定场地",
        words="场地与申报不一致,待核实",
        rests_on=[1],
        occurred_on="2016-07-08",
    )
    house.recorded(
        "he",
        "inspections.order-rectification",
        finding=finding,
        responsible=SCHOOL,
        person_in_charge="head",
        deadline="2016-08-30",
        document="示例整〔2016〕1号",
        occurred_on="2016-07-10",
    )
    report = {"finding": finding, "words": "已整改", "evidence": ["0" * 64], "occurred_on": "2016-07-20"}
    answer = house.record("head", "inspections.report-rectification", evidence_on="2016-05-08", **report)
    assert answer["rule"] == "inspections.evidence-before-finding", answer
    assert house.record("head", "inspections.report-rectification", evidence_on="2016-07-19", **report)["position"]


def test_f21_one_photograph_for_two_classes(house: CaseHouse) -> None:
    """The same group photograph stood for batches of two states: the very same file is refused for another class."""
    first, second = TrainingClass("F21", 4, range(240, 243)), TrainingClass("F21B", 5, range(243, 246))
    for one in (first, second):
        house.imported("head", filing(house, one))
    (house.folder / "合影.jpg").write_bytes(b"generated, not a picture")
    asked = ["attach", first.id, "合影.jpg", "--kind", "photo", "--on", "2016-04-09", "--json"]
    assert house.run("head", *asked).json()["rows"][0]["outcome"] == "recorded"
    again = house.run("head", "attach", second.id, "合影.jpg", "--kind", "photo", "--json").json()["rows"][0]
    assert again["rule"] == "training.attachment-used-elsewhere", again
