"""Codes and measures inside of messages, as people read them: a kind of fact, a role, a command, hours, money."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from taizhang.domain.kinds import kind_words

MINUTES_OF_AN_HOUR = 60
FEN_OF_A_YUAN = 100


def worded(fields: Mapping[str, Any], vocabularies: Mapping[str, str], language: str) -> dict[str, Any]:
    """A refusal's fields for its message; `vocabularies` says which of them hold codes, and of which kind."""
    return {name: _worded(name, value, vocabularies.get(name), language) for name, value in fields.items()}


def word(vocabulary: str, code: str, language: str) -> str:
    """What a code is called; the code itself where nobody gave it a name.

    The vocabularies are those of labels.py, and `fact` (by topic) and `command`.
    """
    # these look at the rooms, and every room imports core.py, which words its refusals here
    from taizhang.domain.decisions import commands
    from taizhang.domain.labels import labels

    if vocabulary == "command":
        decision = commands().get(code)
        return code if decision is None else word("fact", decision.DECIDES.TOPIC, language)
    found = kind_words(code) if vocabulary == "fact" else labels().get(vocabulary, {}).get(code)
    if found is None:
        return code
    return found.zh if language == "zh" else found.en


def stretch(minutes: int, language: str) -> str:
    """How long: 540 minutes are “9 小时” and “9 h”, 500 are “8 小时 20 分” and “8 h 20 min”."""
    whole, rest = divmod(minutes, MINUTES_OF_AN_HOUR)
    hour, minute = ("小时", "分") if language == "zh" else ("h", "min")
    parts = [f"{whole} {hour}"] if whole or not rest else []
    return " ".join([*parts, f"{rest} {minute}"] if rest else parts)


def money(amount_fen: int, language: str) -> str:
    """How much: 123450 fen are “1,234.50 元” and “1,234.50 yuan”."""
    return f"{yuan(amount_fen)} {'元' if language == 'zh' else 'yuan'}"


def yuan(amount_fen: int) -> str:
    """The same for a sentence or a column that names the unit itself: 1,234.50."""
    whole, fen = divmod(abs(amount_fen), FEN_OF_A_YUAN)
    return f"{'-' if amount_fen < 0 else ''}{whole:,}.{fen:02d}"


def _worded(name: str, value: Any, vocabulary: str | None, language: str) -> Any:
    if vocabulary is not None:
        if isinstance(value, tuple | list):
            return [word(vocabulary, str(one), language) for one in value]
        return word(vocabulary, str(value), language)
    if name.endswith("_minutes") and isinstance(value, int):
        return stretch(value, language)
    if name.endswith("_fen") and isinstance(value, int):
        return money(value, language)
    return value
