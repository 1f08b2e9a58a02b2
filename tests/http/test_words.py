"""Every code that a page may show has words in both languages, and they stand in one place only."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

import msgspec
import msgspec.inspect
from starlette.applications import Starlette
from web_world import COUNTY, World

from taizhang.adapters.requests import writable
from taizhang.domain.core import Correction
from taizhang.domain.envelope import fact_classes
from taizhang.domain.labels import VOCABULARIES, codes_of, labels
from taizhang.http.fact_words import CODED
from taizhang.http.field_forms import forms_of
from taizhang.http.texts import CATALOGUE, CODES, Texts
from taizhang.projections.measures import COVERAGES
from taizhang.projections.views import all_views


def test_every_code_of_every_field_of_a_fact_has_words() -> None:
    texts = Texts.load()
    kinds = [kind for kind in fact_classes().values() if not issubclass(kind, Correction)]
    asked = {
        f"{CODED.get(field.name, f'code.{field.name}')}.{code}"
        for kind in kinds
        for field in msgspec.structs.fields(kind)
        for code in _codes(field.type)
    }
    assert {"code.status.weak-labourer", "code.programme_kind.labour", "role.clerk"} <= asked
    assert not sorted(key for key in asked if not texts.known(key))


def test_every_field_of_every_form_has_a_name_and_says_what_it_expects() -> None:
    texts, plain = Texts.load(), "abc-1"  # what the plain words for an id describe
    for decision in writable().values():
        patterns = {one.name: one.type for one in msgspec.inspect.type_info(decision.DECIDES).fields}  # type: ignore[union-attr]
        for form in forms_of(decision.DECIDES):
            for name in (form.name, *form.values.get("parts", ())):
                assert texts.known(f"field.{name}"), f"{decision.COMMAND}: {name}"
            assert texts.known(f"expected.{form.expected}"), form.expected
            if form.expected in ("pattern", "lines_pattern"):
                fits = [re.search(one, plain) for one in _patterns(patterns[form.name])]
                assert all(fits), f"{decision.COMMAND}: say in field_forms what {form.name} expects"


def _patterns(kind: Any) -> Iterator[str]:
    if isinstance(kind, msgspec.inspect.StrType) and kind.pattern:
        yield kind.pattern
    for part in (*getattr(kind, "types", ()), *([kind.item_type] if hasattr(kind, "item_type") else ())):
        yield from _patterns(part)


def _codes(hint: Any) -> Iterator[str]:
    if get_origin(hint) is Literal:
        yield from (code for code in get_args(hint) if isinstance(code, str))
    else:
        for part in get_args(hint):
            yield from _codes(part)


def test_the_words_of_codes_are_those_of_the_read_tables_and_are_not_written_twice() -> None:
    texts, files = Texts.load(), [tomllib.loads(path.read_text(encoding="utf-8")) for path in CATALOGUE.glob("*.toml")]
    assert texts.say("code.status.two-after", "zh") == labels()["person-status"]["two-after"].zh
    for group, kinds in CODES.items():
        written: set[str] = set()
        for place in files:
            for part in group.split("."):
                place = place.get(part, {})
            written |= place.keys()
        words = {(code, label) for kind in kinds for code, label in labels()[kind].items()}
        ours = {code for code, _ in words}
        assert len(ours) == len(words), f"{group}: one code, two words"
        assert not ours & written, group
        assert all(texts.known(f"{group}.{code}") for code in ours)
    for kind in VOCABULARIES:
        assert any(kind in kinds and codes_of(kind) for kinds in CODES.values()), kind


def test_every_view_has_a_name_in_both_languages() -> None:
    texts = Texts.load()
    assert not [view.name for view in (make() for make in all_views()) if not texts.known(f"view.{view.name}")]


def test_coverage_says_what_it_counts_and_how(shared_world: World, shared_app: Starlette) -> None:
    client = shared_world.client(shared_app, "wang")
    for language in ("zh", "en"):
        page = client.get(f"/ledger?region={COUNTY}&lang={language}").text
        for one in COVERAGES:
            assert (one.formula_zh if language == "zh" else one.formula_en.replace("'", "&#39;")) in page
            assert (one.zh if language == "zh" else one.en.capitalize()) in page


def test_coverage_is_that_of_the_day_asked_for(shared_world: World, shared_app: Starlette) -> None:
    client = shared_world.client(shared_app, "wang")
    day = client.get(f"/ledger?region={COUNTY}&lang=zh&as_effective_on=2016-03-06").text
    now = client.get(f"/ledger?region={COUNTY}&lang=zh").text
    assert "100.0%" not in day
    assert "100.0%" in now
