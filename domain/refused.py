"""A refused attempt is itself a fact: which command, which rule, about whom, from which row; never the typed value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from taizhang.domain.core import Fact, Refusal

SUBJECTS = frozenset(
    {
        *("class", "person", "household", "institution", "region", "programme", "officer", "fund"),
        *("posting", "inspection", "finding", "sample"),
    }
)


class SubmissionRefused(Fact, frozen=True, kw_only=True):
    """A rule refused to record what somebody asked for. A retry of the very same attempt counts once."""

    TOPIC: ClassVar = "statements.submission-refused.v1"
    command: str
    rule: str
    subjects: tuple[str, ...] = ()  # tags of what it was about, by random or official id
    digest: str  # SHA-256 of the refused body, so that the attempt can be compared without being kept

    def tags(self) -> list[str]:
        return list(self.subjects)


def subjects_of(tags: list[str]) -> tuple[str, ...]:
    """Those of a proposal's tags that name a subject; tags that may hold a typed number are left out."""
    return tuple(tag for tag in tags if tag.partition(":")[0] in SUBJECTS)


@dataclass(eq=False)
class BadlyShaped(Refusal):
    """Only what can be read back is recorded: a field holds what its kind of fact says, a text no more than its length."""

    RULE: ClassVar = "records.badly-shaped"
    SOURCE: ClassVar = "logic: a fact that nobody can read stops everybody who reads the log"
    zh = "字段 {field} 不符合要求({expected_zh})。本项未入账,请修改后重新提交。"
    en = "The field {field} does not fit ({expected_en}). Nothing was recorded of it: change it and hand it in again."
    field: str
    expected_zh: str
    expected_en: str
