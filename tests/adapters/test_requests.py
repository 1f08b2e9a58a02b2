"""What may be written down as a request: a command that does more than record is given by its own command only."""

from __future__ import annotations

import json
from typing import Any

import pytest

from taizhang.adapters.documents import document
from taizhang.adapters.requests import MORE_THAN_RECORDED, Request, RequestUnusable, parsed, proposal, writable
from taizhang.adapters.shapes import LONGEST_NAME, MOST, unportable
from taizhang.domain.decisions import commands
from taizhang.domain.envelope import Source

NO_LOG: Any = None  # it is refused before the log is asked


@pytest.mark.parametrize("command", sorted(MORE_THAN_RECORDED))
def test_forgetting_cannot_be_written_past_the_files_and_keys_that_must_change_with_it(command: str) -> None:
    assert command in commands()
    assert command not in writable()
    body = {"person": "p234567abcdefghij", "occurred_on": "2026-01-05"}
    with pytest.raises(RequestUnusable) as refused:
        proposal(Request(id="a", command=command, body=body), NO_LOG, Source(way="record"))
    assert MORE_THAN_RECORDED[command] in refused.value.zh
    assert MORE_THAN_RECORDED[command] in str(refused.value)


def test_a_line_with_a_field_twice_is_unusable_and_names_it() -> None:
    with pytest.raises(RequestUnusable) as refused:
        parsed('{"id": "a", "id": "b", "command": "x", "body": {"list": [1, {"c": 1, "c": 1}]}}')
    assert [one.pointer for one in refused.value.fields] == ["/id", "/body/list/1/c"]


def test_what_is_told_of_a_document_is_never_as_long_as_the_document() -> None:
    text = json.dumps({"a" * 100_000: [1e300] * 10_000})[:-1] + ', "b": 1, "b": 2}'
    value, doubled = document(text)
    told = [*doubled, *unportable(value)]
    assert len(told) == MOST + 1
    assert max(len(one.pointer) for one in told) < LONGEST_NAME + 10
