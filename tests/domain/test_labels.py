"""What codes are called."""

from __future__ import annotations

from dataclasses import fields

import pytest

from taizhang.domain import catalogue  # noqa: F401  (imports every room)
from taizhang.domain.core import Correction, Refusal, subclasses
from taizhang.domain.decisions import NotYourRole
from taizhang.domain.envelope import fact_classes
from taizhang.domain.kinds import kind_words, kinds
from taizhang.domain.labels import VOCABULARIES, codes_of, labels
from taizhang.domain.standing import OthersRestOnIt
from taizhang.domain.wording import stretch


@pytest.mark.parametrize("kind", sorted(VOCABULARIES))
def test_every_code_of_a_vocabulary_has_its_label_and_no_label_is_left_over(kind: str) -> None:
    assert set(labels()[kind]) == set(codes_of(kind))


def test_every_label_speaks_both_languages() -> None:
    for codes in labels().values():
        for code, label in codes.items():
            assert any("一" <= letter <= "鿿" for letter in label.zh), code
            assert label.en.isascii()


def test_no_two_codes_of_a_kind_are_called_the_same() -> None:
    for codes in labels().values():
        assert len({label.zh for label in codes.values()}) == len({label.en for label in codes.values()}) == len(codes)


def test_every_kind_of_fact_has_a_name_in_both_languages_and_no_name_is_left_over() -> None:
    stems = {name.rpartition(".v")[0] for name, kind in fact_classes().items() if not issubclass(kind, Correction)}
    assert set(kinds()) == stems
    for name in fact_classes():
        words = kind_words(name)
        assert words is not None, f"domain/kinds.py lacks words for {name}"
        assert any("一" <= letter <= "鿿" for letter in words.zh), name
        assert words.en.isascii()


def test_a_correction_is_called_after_what_it_corrects() -> None:
    assert kind_words("training.attendance-corrected.v1") == ("考勤(更正)", "Attendance taken (correction)")
    assert kind_words("training.trainee-enrolled-corrected.v1") == ("报名(更正)", "Trainee enrolled (correction)")
    assert kind_words("training.never-heard-of.v1") is None


def test_a_refusal_names_kinds_roles_commands_and_hours_in_words() -> None:
    said = [
        OthersRestOnIt(kind="training.trainee-enrolled.v1", others=("training.attendance-taken.v1",)),
        NotYourRole(role="dashboard", command="training.enrol-trainee"),
    ]
    assert [one.words("zh").partition("。")[0] for one in said] == [
        "其他记录以此“报名”为依据:考勤",
        "“看板”岗位无权办理“报名”",
    ]
    assert [one.words("en").partition(".")[0] for one in said] == [
        "Other records rest on this “Trainee enrolled”: Attendance taken",
        "The role dashboard may not do “Trainee enrolled”",
    ]
    assert (stretch(540, "zh"), stretch(500, "en"), stretch(0, "en")) == ("9 小时", "8 h 20 min", "0 h")


@pytest.mark.parametrize("refusal", [one for one in subclasses(Refusal) if one.WORDED], ids=lambda one: one.__name__)
def test_a_refusal_words_only_fields_it_has_by_vocabularies_there_are(refusal: type[Refusal]) -> None:
    assert refusal.WORDED.keys() <= {field.name for field in fields(refusal)}
    assert set(refusal.WORDED.values()) <= {"fact", "command", *labels()}
