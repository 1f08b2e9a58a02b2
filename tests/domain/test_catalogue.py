"""Every fact, decision and refusal of every room keeps the house's conventions: none is forgotten, none is double."""

from __future__ import annotations

from collections import Counter
from string import Formatter
from typing import Any

import msgspec
import pytest
from catalogue_samples import ACTOR, asked, made_up, refused
from eventsourcing.dcb.domain import decorated_funcs

from taizhang.domain import catalogue
from taizhang.domain.boundary import correction_of, guard_kinds
from taizhang.domain.core import Correction, Fact, Guard, Refusal, Slice, subclasses
from taizhang.domain.decisions import commands, slice_for
from taizhang.domain.envelope import Header, fact_classes, opened, type_names

FACTS = sorted((one for one in subclasses(Fact) if one is not Correction), key=lambda one: one.__name__)
CORRECTIONS = [one for one in FACTS if issubclass(one, Correction)]
SLICES = sorted(subclasses(Slice), key=lambda one: one.__name__)
REFUSALS = sorted(subclasses(Refusal), key=lambda one: one.__name__)


def named(one: Any) -> str:
    return str(one.__name__)


def test_the_catalogue_holds_every_room() -> None:
    rooms = {room.__name__ for room in catalogue.ROOMS}
    at_home = {one.__module__ for one in (*SLICES, *FACTS) if one.__module__ != "taizhang.domain.refused"}
    assert at_home <= rooms
    assert len(catalogue.ROOMS) == len(rooms)


@pytest.mark.parametrize("fact", FACTS, ids=named)
def test_every_fact_has_a_versioned_name_of_its_own(fact: type[Fact]) -> None:
    assert "TOPIC" in vars(fact), "a fact is stored under its class's own name"
    room, _, version = fact.TOPIC.partition(".")
    assert room
    assert version.rpartition(".v")[2].isdigit()
    assert fact_classes()[fact.TOPIC] is fact
    assert not fact.__subclasses__(), "facts are never subclassed"


def test_no_two_facts_share_a_name_old_or_new() -> None:
    names = Counter(name for fact in FACTS for name in type_names(fact))
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("fact", FACTS, ids=named)
def test_every_fact_comes_back_from_its_leaf_as_it_went_in(fact: type[Fact]) -> None:
    before = made_up(fact)
    assert before.tags()
    parts = Header("c", ACTOR, None, None, None).parts(before, before.tags(), None)
    assert opened(1, parts.before + b'"recorded_at":1' + parts.after).fact == before


@pytest.mark.parametrize("correction", CORRECTIONS, ids=named)
def test_every_correction_is_found_through_the_one_fact_it_corrects(correction: type[Correction[Any]]) -> None:
    assert correction_of(correction.body()) is correction
    assert correction_of(correction) is None
    assert [one for one in CORRECTIONS if one.body() is correction.body()] == [correction]
    assert slice_for(correction.body()).DECIDES is correction.body(), "its slice decides the corrected body"


@pytest.mark.parametrize("decision", SLICES, ids=named)
def test_every_decision_has_a_command_of_its_own_and_is_never_subclassed(decision: type[Slice]) -> None:
    assert not decision.__subclasses__(), "a subclass would lose its event methods"
    assert commands()[decision.COMMAND] is decision
    assert slice_for(decision.DECIDES) is decision
    assert decision.ROLES
    assert (decision.__doc__ or "").strip()


@pytest.mark.parametrize("decision", SLICES, ids=named)
def test_a_decision_folds_exactly_what_its_boundary_selects(decision: type[Slice]) -> None:
    selected = {one for selector in asked(decision).consistency_boundary() for one in selector.types}
    folded = {fact for slice_type, fact in decorated_funcs if slice_type is decision}
    assert folded.isdisjoint(decision.KEEPS), "what has an event method of its own is not kept besides"
    folded |= set(decision.KEEPS)
    assert selected.isdisjoint(decision.FURTHER), "what the first read selects is not read again"
    assert selected | set(decision.FURTHER) == folded


@pytest.mark.parametrize("decision", SLICES, ids=named)
def test_a_decision_selects_facts_by_tag_and_leaves_corrections_to_the_history(decision: type[Slice]) -> None:
    one = asked(decision)
    for selector in [*one.consistency_boundary(), *one.leaning()]:
        assert selector.tags, "a selector without tags would read the whole log"
        assert not any(issubclass(kind, Correction) for kind in selector.types)


@pytest.mark.parametrize("decision", SLICES, ids=named)
def test_a_decision_that_guards_what_rests_on_its_fact_decides_a_correctable_one(decision: type[Slice]) -> None:
    hooks = {"leaning", "take_back"} & vars(decision).keys()
    assert not hooks or correction_of(decision.DECIDES) is not None


@pytest.mark.parametrize("decision", SLICES, ids=named)
def test_a_decision_asks_for_guard_rows_that_exist(decision: type[Slice]) -> None:
    assert {kind for kind, _ in asked(decision).guards()} <= guard_kinds().keys()


@pytest.mark.parametrize("guard", guard_kinds().values(), ids=named)
def test_every_guard_row_begins_empty_and_survives_storage(guard: type[Guard]) -> None:
    for state in (guard(), made_up(guard)):
        assert msgspec.json.decode(msgspec.json.encode(state), type=guard) == state


def test_no_two_rules_share_an_id() -> None:
    rules = Counter(refusal.RULE for refusal in REFUSALS)
    assert [rule for rule, count in rules.items() if count > 1] == []


@pytest.mark.parametrize("refusal", REFUSALS, ids=named)
def test_every_refusal_says_in_both_languages_what_is_wrong_and_what_to_do(refusal: type[Refusal]) -> None:
    assert refusal.RULE.count(".") == 1
    assert refusal.SOURCE
    assert (refusal.__doc__ or "").strip()
    one = refused(refusal)
    for language, stop in (("zh", "。"), ("en", ".")):
        template = refusal.zh if language == "zh" else refusal.en
        assert {name for _, name, _, _ in Formatter().parse(template) if name} <= vars(one).keys()
        words = one.words(language)
        assert words.endswith(stop)
        assert "{" not in words
        sentences = [sentence for sentence in words.replace(";", stop).split(stop) if sentence.strip()]
        assert len(sentences) >= 2 or refusal.REPEATS, "the second sentence says what to do"
    assert any("一" <= sign <= "鿿" for sign in one.words("zh"))
    assert not any("一" <= sign <= "鿿" for sign in one.words("en"))
