"""Attachments: of a filed class and its days, and the same file of one class only."""

from __future__ import annotations

from typing import Any

import pytest
import training_samples as t
from msgspec import structs

from taizhang.domain.attachments import AttachmentFiled, AttachmentOfNoClass, AttachmentUsedElsewhere
from taizhang.domain.core import OfficerId, Position
from taizhang.domain.decisions import Amend, NotYourInstitution
from taizhang.domain.standing import StandsAlready

GIVEN = [t.DESIGNATED, t.filed(), t.filed(t.COOKING)]


def attached(**fields: Any) -> AttachmentFiled:
    stated: dict[str, Any] = {"training_class": t.WELDING, "digest": "a" * 64, "attachment_kind": "photo"}
    return AttachmentFiled(**({"occurred_on": t.MAY_5, "bytes_in_all": 7} | stated | fields))


def test_the_very_same_file_stands_for_one_class_only(decide) -> None:
    [fact] = decide(given=GIVEN, when=attached())
    assert fact.attached_by == "clerk"
    with pytest.raises(StandsAlready):
        decide(given=[*GIVEN, fact], when=attached())
    assert decide(given=[*GIVEN, fact], when=attached(session_on=t.MAY_5))
    with pytest.raises(AttachmentUsedElsewhere):
        decide(given=[*GIVEN, fact], when=attached(training_class=t.COOKING))
    assert decide(given=[*GIVEN, fact], when=attached(training_class=t.COOKING, digest="b" * 64))


def test_an_attachment_belongs_to_a_filed_class_and_its_days(decide) -> None:
    with pytest.raises(AttachmentOfNoClass):
        decide(given=[], when=attached())
    with pytest.raises(AttachmentOfNoClass):
        decide(given=GIVEN, when=attached(session_on=t.JANUARY))
    with pytest.raises(NotYourInstitution):
        decide(
            given=GIVEN, when=attached(), by=structs.replace(t.officer("other", "institution"), organisation="another")
        )


def test_a_file_that_was_put_to_the_wrong_class_is_free_again_when_corrected(decide) -> None:
    given = [*GIVEN, attached(attached_by="clerk")]
    amend = Amend(corrects=Position(4), was=given[-1], reason="x", approver=OfficerId("boss"), void=True)
    [gone] = decide(given=given, when=given[-1], amend=amend)
    assert decide(given=[*given, gone], when=attached(training_class=t.COOKING))
