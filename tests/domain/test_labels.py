"""What codes are called."""

from __future__ import annotations

import pytest

from taizhang.domain.labels import VOCABULARIES, codes_of, labels


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
