"""What may be written down as a request: a command that does more than record is given by its own command only."""

from __future__ import annotations

from typing import Any

import pytest

from taizhang.adapters.requests import MORE_THAN_RECORDED, Request, RequestUnusable, proposal, writable
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
