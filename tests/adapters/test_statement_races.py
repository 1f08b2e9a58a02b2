"""One statement is filed once, from whichever process, on both engines."""

from __future__ import annotations

from datetime import date
from typing import Any

import inspection_samples as i
import pytest
from leads_house import race_to_the_end
from racing import Race

from taizhang.domain.decisions import Proposal
from taizhang.domain.statements import ClaimedFigure, StatementFiled


def filed(persons: int) -> Proposal:
    stated: dict[str, Any] = {
        "filed_statement": "stat-620121-2016",
        "region": "620121",
        "occurred_on": date(2016, 12, 31),
    }
    return Proposal(fact=StatementFiled(claimed_figures=(ClaimedFigure("persons", persons),), **stated))


RACE = Race("one statement twice", [], ((i.QIN, filed(3)), (i.SUN, filed(4))), ("statements.id-taken",) * 2)


@pytest.mark.parametrize("second", [0, 1])
def test_two_processes_file_one_statement_once(engine_url: str, second: int) -> None:
    race_to_the_end(engine_url, RACE, second)
