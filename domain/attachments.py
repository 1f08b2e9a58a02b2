"""Attachments 附件: papers and photographs of a class, by the digest of their bytes; the files lie encrypted outside the log.

The same bytes are refused for another class. Of a photograph the fact says what can be compared: how it looks, when it was
taken and with what; where it was taken is never read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar, Literal, NewType

import msgspec

from taizhang.domain.boundary import GuardKey
from taizhang.domain.classes import ClassGuard, ClassId, OfOneClass
from taizhang.domain.core import Actor, Correction, Fact, Guard, OfficerId, Refusal, Selector, Slice, moves
from taizhang.domain.standing import require_new

Digest = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]
AttachmentKind = Literal["photo", "attendance-sheet", "roster", "contract", "certificate", "other"]
# a random id of the vault: the same device has the same one
DeviceId = NewType("DeviceId", Annotated[str, msgspec.Meta(pattern=r"^d[a-z2-7]{16}$")])


class Photograph(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What can be compared of a picture. Whatever the file does not say is left out: many programs strip it."""

    looks: Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{16})?$")] = (
        ""  # pictures that look alike differ in few bits
    )
    taken_at: Annotated[str, msgspec.Meta(pattern=r"^(\d{4}-\d{2}-\d{2} \d{2}:\d{2})?$")] = ""  # by the camera's clock
    camera: Annotated[str, msgspec.Meta(max_length=100)] = ""  # make and model: thousands of people have the same
    device: DeviceId | None = None  # this very camera, where the file names its serial number


# -- facts ------------------------------------------------------------------------------------------------


class AttachmentFiled(Fact, frozen=True, kw_only=True):
    """A paper or a photograph belongs to a class, and to one of its days where it names one."""

    TOPIC = "training.attachment-filed.v1"
    training_class: ClassId
    digest: Digest
    attachment_kind: AttachmentKind
    bytes_in_all: Annotated[int, msgspec.Meta(ge=1)]
    session_on: date | None = None  # the day of the class that it is to show
    photograph: Photograph | None = None  # read from the file by whoever takes it in; None: no picture, or unread
    attached_by: OfficerId = OfficerId("")  # filled in

    def tags(self) -> list[str]:
        return [f"class:{self.training_class}", f"attachment:{self.digest}"]


class AttachmentFiledCorrected(Correction[AttachmentFiled], frozen=True, kw_only=True):
    TOPIC = "training.attachment-filed-corrected.v1"


class AttachmentGuard(Guard):
    """For which classes one file, by its SHA-256, was handed in."""

    KIND = "attachment"
    classes: list[str] = msgspec.field(default_factory=list)

    @classmethod
    def keys(cls, fact: AttachmentFiled) -> tuple[str, ...]:  # type: ignore[override]
        return (fact.digest,)

    @moves(AttachmentFiled)
    def filed(self, fact: AttachmentFiled, sign: int) -> None:
        kept = list(self.classes)
        if sign > 0:
            kept.append(fact.training_class)
        else:
            kept.remove(fact.training_class)
        self.classes = kept


# -- refusals ---------------------------------------------------------------------------------------------


@dataclass(eq=False)
class AttachmentUsedElsewhere(Refusal):
    """The same file, byte for byte, shows one class and not another."""

    RULE: ClassVar = "training.attachment-used-elsewhere"
    SOURCE: ClassVar = "facts/falsification.csv F21 (the same photograph in two classes)"
    zh = (
        "该文件已用于 {other} 班,不能再作为 {training_class} 班的材料。请提交本班自己的材料;原先归错班的,请更正那一条。"
    )
    en = "This very file stands for class {other} and not for {training_class} as well. Hand in this class's own, or correct the other record if that one was wrong."
    training_class: ClassId
    other: str


@dataclass(eq=False)
class AttachmentOfNoClass(Refusal):
    """Attachments belong to a class that was filed, and to its days."""

    RULE: ClassVar = "training.attachment-of-no-class"
    SOURCE: ClassVar = "issue 5 (attachments with facts)"
    zh = "{training_class} 班尚未申报,或所注日期不在开班期间。请核对班次编号和日期。"
    en = "Class {training_class} was not filed, or the day lies outside of it. Check the class's id and the day."
    training_class: ClassId


# -- decisions --------------------------------------------------------------------------------------------


class FileAttachment(OfOneClass, Slice):
    """Attach a paper or a photograph to a class, which no other class has."""

    COMMAND = "training.file-attachment"
    DECIDES = AttachmentFiled
    ROLES = frozenset({"clerk", "institution", "inspector"})
    COMPUTED = ("attached_by",)
    KEEPS = (AttachmentFiled,)
    fact: AttachmentFiled

    def __init__(self, fact: AttachmentFiled, by: Actor) -> None:
        super().__init__(msgspec.structs.replace(fact, attached_by=by.officer), by)

    def guards(self) -> list[GuardKey]:
        return [(ClassGuard.KIND, self.fact.training_class), (AttachmentGuard.KIND, self.fact.digest)]

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[AttachmentFiled], tags=[f"attachment:{self.fact.digest}"])]

    def execute(self) -> None:
        fact = self.fact
        require_new(fact, self.known)
        filing = self.guard(ClassGuard, fact.training_class).filing
        if filing is None or (fact.session_on and not filing.starts_on <= fact.session_on <= filing.ends_on):
            raise AttachmentOfNoClass(training_class=fact.training_class)
        others = [one for one in self.guard(AttachmentGuard, fact.digest).classes if one != fact.training_class]
        if others:
            raise AttachmentUsedElsewhere(training_class=fact.training_class, other=others[0])
        self.record(fact)
