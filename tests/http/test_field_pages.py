"""Postings and inspections on pages, over the sample's year of both: what each role finds, follows and prints."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from bare_figures import bare
from sample_houses import facts_of, house_in
from starlette.testclient import TestClient

from taizhang.adapters.cli.main import run
from taizhang.adapters.house import House
from taizhang.adapters.printed import check, read
from taizhang.adapters.sample.sample import MadeSample, make_sample
from taizhang.domain.inspections.findings import FindingRecorded, RectificationOrdered
from taizhang.domain.inspections.opening import InspectionOpened
from taizhang.domain.inspections.samples import SampleDrawn
from taizhang.domain.postings.appraisals import OfficialPromoted
from taizhang.http.app import create_app
from taizhang.http.rendering import hours
from taizhang.http.texts import LANGUAGES

PERSONS, SEED = 50, 7
EVE = "as_effective_on=2016-12-31"


class Field:
    """The sample's house behind its pages, and who may sign in."""

    def __init__(self, house: House, sample: MadeSample) -> None:
        self.house, self.sample, self.app = house, sample, create_app(house, follow=False)
        self.facts = facts_of(house)
        self.county = sample.sign_ins[-1].region

    def client(self, officer: str) -> TestClient:
        """A browser without scripts, signed in as this officer of the sample."""
        one = next(one for one in self.sample.sign_ins if one.officer == f"sample-{officer}")
        client = TestClient(self.app, base_url="http://testserver", follow_redirects=False)
        client.cookies.set("taizhang_session", self.house.signin.open(one.officer, one.password))
        return client

    def first(self, kind: type) -> object:
        return next(one.fact for one in self.facts if isinstance(one.fact, kind))

    @property
    def official(self) -> str:
        return self.first(OfficialPromoted).official  # type: ignore[attr-defined, no-any-return]


@pytest.fixture(scope="module")
def field(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Field]:
    with house_in(tmp_path_factory.mktemp("field")) as house:
        sample = make_sample(house, PERSONS, SEED)
        house.views.catch_up()
        yield Field(house, sample)


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text)))


def pages(field: Field) -> list[str]:
    """Every page about postings and inspections."""
    findings = [one.fact.finding for one in field.facts if isinstance(one.fact, FindingRecorded)]
    opened = [one.fact.inspection for one in field.facts if isinstance(one.fact, InspectionOpened)]
    drawn = field.first(SampleDrawn)
    return [
        *(f"/postings?list={one}&{EVE}" for one in ("posts", "gaps", "expiring", "handover", "idle")),
        f"/postings/officials/{field.official}",
        *(f"/{area}/between?since=2015-06-30&as_recorded_at=2016-12-31" for area in ("postings", "inspections")),
        *("/inspections", "/inspections/findings", "/inspections/findings?state=overdue", "/inspections/published"),
        *(f"/inspections/of/{one}" for one in opened),
        *(f"/inspections/findings/{one}" for one in findings),
        f"/inspections/samples/{drawn.sample}",  # type: ignore[attr-defined]
        "/inspections/circulars/sample-circular-2015",
    ]


def test_every_page_opens_in_both_languages_and_all_its_facts_do(field: Field) -> None:
    client = field.client("organisation-620000")
    for page in pages(field):
        for language in LANGUAGES:
            answer = client.get(f"{page}{'&' if '?' in page else '?'}lang={language}")
            assert answer.status_code == 200, (page, language)
        for position in set(re.findall(r'href="/facts/(\d+)"', answer.text)):
            assert client.get(f"/facts/{position}").status_code == 200, (page, position)


def test_a_county_sees_its_own_and_its_forms_and_nothing_of_others(field: Field) -> None:
    client = field.client(f"clerk-{field.county}")
    page = client.get("/inspections/findings?lang=en").text
    own = [one.fact.finding for one in field.facts if isinstance(one.fact, FindingRecorded)]
    assert all(f"/inspections/findings/{one}" in page for one in own)
    overdue = client.get(f"/inspections/findings/{own[-1]}?lang=en").text
    assert f"/record/inspections.report-rectification?finding={own[-1]}" in overdue
    assert "review-rectification" in overdue  # a clerk may be of a self-inspection's team
    for position in set(re.findall(r'href="/facts/(\d+)"', overdue)):
        assert client.get(f"/facts/{position}").status_code == 200, position
    other = next(
        one.fact.region for one in field.facts if isinstance(one.fact, InspectionOpened) and one.fact.region == "620000"
    )
    assert client.get(f"/inspections?region={other}").status_code == 404
    assert client.get("/inspections/of/insp-620000-sample-2015-third-party").status_code == 404
    assert client.get("/inspections/samples/sample-2015-payments").status_code == 404


def test_the_steps_of_a_finding_call_officers_and_offices_by_name_before_their_id(field: Field) -> None:
    ordered = field.first(RectificationOrdered)
    where = f"/inspections/findings/{ordered.finding}?lang=en"  # type: ignore[attr-defined]
    text = plain(field.client("inspector-620000").get(where).text)
    assert f"Person in charge 示例经办 {field.county} sample-clerk-{field.county}" in text
    assert re.search(rf"Responsible unit \S+ hr-{field.county}", text)


def test_a_school_sees_the_findings_about_itself_only_and_may_answer(field: Field) -> None:
    client = field.client(f"school-{field.county}")
    page = client.get("/inspections?lang=en").text
    mine = set(re.findall(r'href="(/inspections/findings/[^"?]+)"', page))
    institutional = [one.fact for one in field.facts if isinstance(one.fact, FindingRecorded) and one.fact.institution]
    assert mine == {f"/inspections/findings/{one.finding}" for one in institutional}
    assert client.get("/inspections/published").status_code == 403
    others = [one.fact for one in field.facts if isinstance(one.fact, FindingRecorded) and not one.fact.institution]
    assert client.get(f"/inspections/findings/{others[0].finding}").status_code == 404


def test_roles_without_business_here_are_turned_away(field: Field) -> None:
    client = field.client("dashboard-620000")
    assert client.get("/postings").status_code == client.get("/inspections").status_code == 403
    assert field.client("finance-620000").get("/postings").status_code == 403


def test_coverage_is_that_of_the_day_and_lists_what_is_missing(field: Field) -> None:
    client = field.client("organisation-620000")
    before = plain(client.get("/postings?list=gaps&as_effective_on=2015-12-31&lang=en").text)
    assert re.search(r"\b0 / \d+ Anybody posted", before)
    eve = client.get(f"/postings?list=gaps&{EVE}&lang=en").text
    assert not re.search(r"\b0 / \d+ Anybody posted", plain(eve))
    assert "Graduate official" in eve
    posts = plain(client.get(f"/postings?{EVE}&lang=en").text)
    assert "first secretary" in posts
    assert "Official recalled" in posts


def test_a_promotion_is_shown_as_it_was_known_then_and_marked(field: Field) -> None:
    client = field.client("organisation-620000")
    text = plain(client.get(f"/postings/officials/{field.official}?lang=en").text)
    promoted = field.first(OfficialPromoted)
    for one in promoted.figures:  # type: ignore[attr-defined]
        said = hours(one.value) if "minutes" in one.measure else f"{one.value:,}"
        assert f"{said} {said}" in text  # as stated, and as known then
    assert "A figure that the promotion rests on has changed since" in text
    assert "the same" in text


def test_heads_stand_beside_the_attendance_of_then_and_now(field: Field) -> None:
    client = field.client("inspector-620000")
    text = client.get(f"/inspections/of/insp-{field.county}-sample-2015-superior?lang=en").text
    assert 'class="tag bad"' in text
    assert "☑" in text
    assert "others found" in client.get("/inspections?lang=en").text


def test_what_is_downloaded_of_a_sample_draws_it_again_outside(
    field: Field, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    client = field.client("inspector-620000")
    page = client.get("/inspections/samples/sample-2015-payments?lang=en").text
    token = re.search(r'name="csrf" value="([^"]+)"', page)
    assert token is not None
    monkeypatch.chdir(tmp_path)
    where = "/inspections/samples/sample-2015-payments"
    Path("population.csv").write_bytes(client.post(f"{where}/population", data={"csrf": token[1]}).content)
    for name in ("checkpoint", "drawn"):
        Path(name).write_text(client.get(f"{where}/{name}").text)
    command = re.search(r"<code>taizhang (sample-draw [^<]+)</code>", page)
    assert command is not None
    capsys.readouterr()
    assert run([*command[1].split(), "--json"]) == 0
    assert msgspec.json.decode(capsys.readouterr().out)["same"] is True


def test_a_finding_says_that_the_attendance_it_rests_on_was_corrected_afterwards(field: Field) -> None:
    [finding] = [
        one.fact.finding
        for one in field.facts
        if isinstance(one.fact, FindingRecorded) and one.fact.content == "institutions"
    ]
    client = field.client("inspector-620000")
    text = client.get(f"/inspections/findings/{finding}?lang=en").text
    assert text.count("corrected since</a>") == len(
        next(one.fact for one in field.facts if getattr(one.fact, "losses", ())).losses
    )
    assert "changed under it" in client.get("/inspections/findings?lang=en").text
    assert "corrected since" not in client.get(f"/inspections/findings/{finding}?as_recorded_at=2015-05-01").text


@pytest.mark.parametrize(
    "page", ["/inspections", "/inspections/findings", "/inspections/findings?state=overdue", "/postings"]
)
def test_no_figure_of_the_field_opens_into_nothing(field: Field, page: str) -> None:
    assert bare(field.client("discipline-620000").get(page).text) == []


def test_what_changed_between_two_days_is_told_with_the_facts_of_these_days(field: Field) -> None:
    client = field.client("organisation-620000")
    page = plain(client.get("/postings/between?since=2015-12-31&as_recorded_at=2016-12-31&lang=en").text)
    assert re.search(r"Posted on the day 0 \d+ \+\d+", page)
    assert "Duty recorded" in page
    assert "/postings/between" in client.get("/postings?lang=en").text
    page = plain(client.get("/inspections/between?since=2015-01-31&as_recorded_at=2015-12-31&lang=en").text)
    assert re.search(r"Findings 0 6 \+6", page)
    assert field.client(f"school-{field.county}").get("/inspections/between").status_code == 403


@pytest.mark.parametrize(
    ("path", "day", "filters"),
    [
        ("postings", "since", ("kind",)),
        ("inspections", "opened_on", ("kind", "organisation")),
        ("inspections/findings", "found_on", ("institution",)),
        ("inspections/visits", "held_on", ("training_class",)),
    ],
)
def test_programs_narrow_the_lists_to_a_period_and_to_what_they_name(
    field: Field, path: str, day: str, filters: tuple[str, ...]
) -> None:
    client = field.client("discipline-620000")

    def told(**asked: str) -> list[dict[str, object]]:
        rows: list[dict[str, object]] = client.get(f"/api/{path}", params={"limit": "1000", **asked}).json()["rows"]
        return rows

    every = told()
    first = min(str(row[day]) for row in every)
    within = told(period=f"{first}..{first}")
    assert within == [row for row in every if row[day] == first] != []
    assert told(period="1999") == []
    for name in filters:
        wanted = str(next(row[name] for row in every if row[name]))
        assert told(**{name: wanted}) == [row for row in every if row[name] == wanted]
        assert told(**{name: "nobody"}) == []


def test_a_sample_of_trainees_says_whom_a_visit_heard(field: Field) -> None:
    page = field.client("inspector-620000").get("/inspections/samples/sample-2015-trainees?lang=en").text
    drawn = re.findall(r'/persons/(p[a-z2-7]+)".*?</tr>', page)
    assert drawn
    assert 0 < page.count(">looked at<") < len(drawn)


def test_a_nonce_never_opened_and_a_second_draw_stand_on_the_page(field: Field) -> None:
    client = field.client("inspector-620000")
    assert "has not been opened" in client.get("/inspections/samples/sample-2015-unopened?lang=en").text
    assert "1 attempt to draw again" in client.get("/inspections/samples/sample-2015-payments?lang=en").text


def test_a_circular_prints_as_an_official_document(field: Field) -> None:
    client = field.client("discipline-620000")
    text = client.get("/inspections/circulars/sample-circular-2015").text
    assert '<p class="issuer">甘肃省扶贫开发办公室文件</p>' in text
    assert '<p class="number">示例扶办通报〔2016〕1号</p>' in text
    order = ['class="issuer"', 'class="number"', "<h1>", 'class="to"', 'class="sign"', "annex-mark", "抄送", "印发"]
    assert [text.index(one) for one in order] == sorted(text.index(one) for one in order)
    assert "210mm" in client.get("/static/official.css").text
    assert client.get("/inspections/circulars/none").status_code == 404


def test_a_circular_bears_a_code_that_checks_as_the_same_and_holds_the_findings_of_its_annex(field: Field) -> None:
    text = field.client("discipline-620000").get("/inspections/circulars/sample-circular-2015").text
    [code] = re.findall(r"TZ2\.[A-Za-z0-9_-]+", text)
    printed = read(code)
    assert printed is not None
    assert "circular:sample-circular-2015" in printed.question.tags
    annexed = re.findall(r"/inspections/findings/([^\"?]+)", text)
    assert annexed
    assert [one for one in annexed if f"finding:{one}" not in printed.question.tags] == []
    assert (printed.root in text, printed.report in text, f"{printed.position:,}" in text) == (True, True, True)
    assert text.index('class="printed"') < text.index('class="report-foot"')
    assert check(field.house, code).status == "same"
