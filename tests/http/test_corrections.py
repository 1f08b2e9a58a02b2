"""Correcting a fact on its page: what the officer saw, what was typed, and what is wrong with it, all in words."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from catalogue_samples import made_up
from starlette.applications import Starlette
from starlette.testclient import TestClient
from web_world import CLASS, World

from taizhang.domain.boundary import correction_of
from taizhang.domain.core import Correction
from taizhang.domain.envelope import fact_classes
from taizhang.http.field_forms import forms_of, read_body
from taizhang.http.texts import LANGUAGES, Texts

CORRECTABLE = sorted(
    (one for one in set(fact_classes().values()) if not issubclass(one, Correction) and correction_of(one)),
    key=lambda one: one.TOPIC,
)
TECHNICAL = re.compile(r"\b(?:str|int|RFC|msgspec|body\.|v1)\b|`|[a-z]+\.[a-z]+-[a-z]+")


def _last(client: TestClient, kind: str) -> int:
    rows = client.get(f"/api/facts?of=class:{CLASS}").json()["rows"]
    return [row["position"] for row in rows if row["type"] == f"training.{kind}.v1"][-1]


def _filled(client: TestClient, position: int) -> dict[str, Any]:
    """The form as the browser would send it untouched, with reason and approver."""
    text = client.get(f"/facts/{position}/correct").text
    fields: dict[str, Any] = {"reason": "录入有误", "approver": "wang"}
    for tag in re.findall(r"<input [^>]*>", text):
        name, value = (re.search(rf'\b{part}="([^"]*)"', tag) for part in ("name", "value"))
        if name and 'type="checkbox"' not in tag and name[1] not in fields:
            fields[name[1]] = html.unescape(value[1]) if value else ""
    for name, inside in re.findall(r'<select name="(body\.[a-z_]+)"[^>]*>(.*?)</select>', text, flags=re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', inside)
        fields[name] = chosen[1] if chosen else ""
    for name, inside in re.findall(r'<textarea name="(body\.[a-z_]+)"[^>]*>(.*?)</textarea>', text, flags=re.DOTALL):
        fields[name] = html.unescape(inside)
    return fields


def _alerts(text: str) -> str:
    return html.unescape(" ".join(re.findall(r'class="(?:note bad|wrong)"[^>]*>([^<]*)<', text)))


def test_a_correction_is_shown_on_the_fact_and_changes_the_ledger(world: World, app: Starlette) -> None:
    client = world.client(app, "zhao")
    last = _last(client, "attendance-taken")
    answer = client.post(f"/facts/{last}/correct", data=_filled(client, last) | {"void": "1"})
    assert answer.status_code == 303, answer.text
    assert "此条已被更正" in client.get(f"/facts/{last}").text
    world.house.views.catch_up()
    assert client.get("/api/ledger").json()["figures"]["evidenced_minutes"] == 4 * 240


def test_a_correction_with_a_new_body_is_shown_before_and_after(world: World, app: Starlette) -> None:
    client = world.client(app, "zhao")
    filed = _last(client, "class-filed")
    sent = _filled(client, filed) | {"body.level": "5", "body.seats": "45", "body.required_minutes": "7:30"}
    answer = client.post(f"/facts/{filed}/correct", data=sent)
    assert answer.status_code == 303, _alerts(answer.text)
    correction = client.get(f"/api/facts/{world.house.log.head().position}").json()["rows"][0]
    was, now = correction["body"]["was"], correction["body"]["now"]
    assert now == was | {"level": "5", "seats": 45, "required_minutes": 450}


def test_a_form_that_is_sent_back_untouched_changes_nothing(world: World, app: Starlette) -> None:
    client = world.client(app, "zhao")
    head = world.house.log.head().position
    for kind in ("class-filed", "attendance-taken", "session-held", "certificate-issued", "score-recorded"):
        position = _last(client, kind)
        answer = client.post(f"/facts/{position}/correct", data=_filled(client, position))
        assert answer.status_code == 409, kind
        assert "完全相同" in _alerts(answer.text), kind
    assert world.house.log.head().position == head


def test_an_officer_cannot_approve_an_own_correction(world: World, app: Starlette) -> None:
    client = world.client(app, "zhao")
    last = _last(client, "attendance-taken")
    answer = client.post(f"/facts/{last}/correct", data=_filled(client, last) | {"void": "1", "approver": "zhao"})
    assert answer.status_code == 409
    assert "既是填报人又是审批人" in answer.text


@pytest.mark.parametrize(
    ("kind", "field", "typed", "zh", "en"),
    [
        ("class-filed", "seats", "五十", "名额:填的是“五十”,应填整数,不小于 1。", "Seats: “五十” was entered; expected a whole number, 1 or more."),
        ("class-filed", "seats", "0", "应填整数,不小于 1。", "expected a whole number, 1 or more."),
        ("class-filed", "starts_on", "3月7日", "开班日期:填的是“3月7日”,应填日期,如 2016-05-04。", "Starts on: “3月7日” was entered; expected a date, like 2016-05-04."),
        ("class-filed", "required_minutes", "eight", "规定学时:填的是“eight”,应填小时数,如 8、8.5 或 8:30。", "expected hours, like 8, 8.5 or 8:30."),
        ("class-filed", "programme_kind", "cooking", "应填所列各项之一。", "expected one of those listed."),
        ("class-filed", "name", "", "名称:必填。", "Name: fill this in."),
        ("attendance-taken", "marks", "2016-03-07 510-750", "出勤时段:填的是“2016-03-07 510-750”,应填日期和起止时刻,每行一段,如 2016-05-04 09:00-12:00。", "expected a date with hours from and to, one a line, like 2016-05-04 09:00-12:00."),
        ("score-recorded", "theory_tenths", "85.55", "理论成绩:填的是“85.55”,应填分数,最多一位小数,如 85.5。", "Theory score: “85.55” was entered; expected points with one decimal at most, like 85.5."),
    ],
)  # fmt: skip
def test_a_field_that_cannot_be_read_says_what_was_typed_and_what_is_expected(
    shared_world: World, shared_app: Starlette, kind: str, field: str, typed: str, zh: str, en: str
) -> None:
    client = shared_world.client(shared_app, "zhao")
    position = _last(client, kind)
    sent = _filled(client, position) | {f"body.{field}": typed}
    for language, words in (("zh", zh), ("en", en)):
        answer = client.post(f"/facts/{position}/correct?lang={language}", data=sent)
        assert answer.status_code == 422
        assert words in _alerts(answer.text)
        assert not TECHNICAL.search(_alerts(answer.text)), _alerts(answer.text)
        assert html.escape(typed) in answer.text, "what was typed is still there"


def test_hours_are_shown_and_typed_as_people_write_them(world: World, app: Starlette) -> None:
    client = world.client(app, "zhao")
    position = _last(client, "attendance-taken")
    sent = _filled(client, position)
    assert sent["body.marks"] == "2016-03-07 08:30-12:30"
    answer = client.post(f"/facts/{position}/correct", data=sent | {"body.marks": "2016-03-07 9:00—12:30\n"})
    assert answer.status_code == 303, _alerts(answer.text)
    assert "2016-03-07 09:00-12:30" in client.get(f"/facts/{world.house.log.head().position}").text


def test_a_refused_correction_speaks_of_kinds_and_people_in_words(world: World, app: Starlette) -> None:
    client = world.client(app, "zhao")
    enrolment = _last(client, "trainee-enrolled")
    answer = client.post(f"/facts/{enrolment}/correct?lang=zh", data=_filled(client, enrolment) | {"void": "1"})
    assert answer.status_code == 409
    assert "其他记录以此“报名”为依据:考勤。" in _alerts(answer.text)
    marks = _last(client, "attendance-taken")
    sent = _filled(client, marks) | {"body.marks": "2016-03-07 08:30-10:00\n2016-03-07 09:00-12:30"}
    for language, words in (("zh", "欧阳某某 在 "), ("en", "欧阳某某 is marked in class ")):
        said = _alerts(client.post(f"/facts/{marks}/correct?lang={language}", data=sent).text)
        assert words in said
        assert not any(person in said for person in world.persons)


def test_a_fact_that_changed_after_the_form_was_opened_is_not_corrected_and_shows_what_stands(
    world: World, app: Starlette
) -> None:
    first, second = world.client(app, "zhao"), world.client(app, "province")
    filed = _last(first, "class-filed")
    opened = _filled(first, filed)
    assert second.post(f"/facts/{filed}/correct", data=_filled(second, filed) | {"body.seats": "45"}).status_code == 303
    late = opened | {"body.seats": "40"}
    answer = first.post(f"/facts/{filed}/correct?lang=zh", data=late)
    assert answer.status_code == 409
    assert "在您查看之后已被更正" in _alerts(answer.text)
    assert "现有内容:45" in _alerts(answer.text)
    assert 'value="40"' in answer.text, "what was typed is still there"
    seen = re.search(r'name="seen" value="([^"]*)"', answer.text)
    assert seen is not None
    once = re.search(r'name="once" value="([^"]*)"', answer.text)
    assert once is not None
    again = first.post(f"/facts/{filed}/correct", data=late | {"seen": seen[1], "once": once[1]})
    assert again.status_code == 303, _alerts(again.text)


def test_a_fact_that_was_voided_after_the_form_was_opened_is_said_to_be_void(world: World, app: Starlette) -> None:
    first, second = world.client(app, "zhao"), world.client(app, "province")
    marks = _last(first, "attendance-taken")
    opened = _filled(first, marks)
    assert second.post(f"/facts/{marks}/correct", data=_filled(second, marks) | {"void": "1"}).status_code == 303
    answer = first.post(f"/facts/{marks}/correct?lang=zh", data=opened | {"body.marks": "2016-03-07 09:00-12:30"})
    assert answer.status_code == 409
    assert "该条已作废" in answer.text


@pytest.mark.parametrize("kind", CORRECTABLE, ids=lambda one: one.__name__)
def test_every_field_of_every_correctable_fact_is_read_as_it_is_shown(kind: type) -> None:
    standing = made_up(kind)
    texts = Texts.load()
    shown = {form.name: form.shown(getattr(standing, form.name)) for form in forms_of(kind)}
    body, misread = read_body(kind, shown.__getitem__, standing)
    assert not misread, {name: problem.typed for name, problem in misread.items()}
    assert kind(**body) == standing
    for form in forms_of(kind):
        for language in LANGUAGES:
            assert texts.say(f"expected.{form.expected}", language, **form.values)
