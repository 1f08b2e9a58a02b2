"""One file is attached to one class, from whichever process, on both engines."""

from __future__ import annotations

from typing import Any

import inspection_samples as i
import pytest
import training_samples as t
from leads_house import HOMES, race_to_the_end
from racing import Race

from taizhang.domain.attachments import AttachmentFiled
from taizhang.domain.decisions import Proposal


def attached(training_class: str) -> Proposal:
    stated: dict[str, Any] = {"training_class": training_class, "digest": "a" * 64, "attachment_kind": "photo"}
    return Proposal(fact=AttachmentFiled(bytes_in_all=7, occurred_on=t.MAY_5, **stated))


RACE = Race(
    "one photograph for two classes",
    [],
    ((i.QIN, attached(t.WELDING)), (i.SUN, attached(t.COOKING))),
    ("training.attachment-used-elsewhere",) * 2,
)


@pytest.mark.parametrize("second", [0, 1])
def test_two_processes_attach_one_file_to_one_class(engine_url: str, second: int) -> None:
    race_to_the_end(engine_url, RACE, second, [*HOMES, t.DESIGNATED, t.filed(), t.filed(t.COOKING)])
