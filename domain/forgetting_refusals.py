"""What is refused about forgetting a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from taizhang.domain.core import OfficerId, PersonId, Refusal
from taizhang.domain.forgetting import HoldId

LAW = "《中华人民共和国个人信息保护法》第四十七条"


@dataclass(eq=False)
class NotItsDay(Refusal):
    """A step of forgetting is recorded on the day it is done: the days of waiting cannot be bought with an old date."""

    RULE: ClassVar = "people.forgetting-not-its-day"
    SOURCE: ClassVar = "issue 5 (forgetting waits)"
    zh = "删除个人信息的每一步须在当天入账:所填 {day},今天是 {today}。请填写今天的日期。"
    en = "Each step of forgetting is recorded on its own day: it says {day}, today is {today}. Fill in today's date."
    day: date
    today: date


@dataclass(eq=False)
class RequestedAlready(Refusal):
    """One request for a person at a time."""

    RULE: ClassVar = "people.forgetting-requested-already"
    SOURCE: ClassVar = LAW
    zh = "{person} 的删除申请已于 {on} 提出,尚未办结。请等待批准,或先撤回。"
    en = "Forgetting {person} was requested on {on} and is not settled. Await the approval, or withdraw that request first."
    person: PersonId
    on: date


@dataclass(eq=False)
class NotRequested(Refusal):
    """What is approved, withdrawn or done was requested."""

    RULE: ClassVar = "people.forgetting-not-requested"
    SOURCE: ClassVar = LAW
    zh = "没有待办的删除 {person} 个人信息的申请。请先提出申请。"
    en = "No request to forget {person} is open. Request it first."
    person: PersonId


@dataclass(eq=False)
class NotApproved(Refusal):
    """A second officer has agreed before anything is erased."""

    RULE: ClassVar = "people.forgetting-not-approved"
    SOURCE: ClassVar = "issue 5 (second approver); facts/falsification.csv F44"
    zh = "删除 {person} 个人信息的申请尚未由第二名经办人批准。请先请有权的另一名经办人批准。"
    en = "The request to forget {person} is not approved by a second officer. Have another entitled officer approve it."
    person: PersonId


@dataclass(eq=False)
class ApprovedAlready(Refusal):
    """A request is approved once."""

    RULE: ClassVar = "people.forgetting-approved-already"
    SOURCE: ClassVar = "issue 5 (second approver)"
    zh = "删除 {person} 个人信息的申请已由 {by} 批准。等待期满后即可执行。"
    en = "The request to forget {person} is approved by {by} already. Carry it out once the days of waiting have run."
    person: PersonId
    by: OfficerId


@dataclass(eq=False)
class WaitingStill(Refusal):
    """Days pass between request and erasure, in which somebody may object or place a hold."""

    RULE: ClassVar = "people.forgetting-waits"
    SOURCE: ClassVar = "GB/T 35273—2020 8.7 (thirty days); threshold forgetting-wait-days"
    zh = "删除 {person} 个人信息的等待期到 {until} 届满。请在该日或之后执行。"
    en = "The days of waiting before {person} may be forgotten run until {until}. Carry it out on that day or later."
    person: PersonId
    until: date


@dataclass(eq=False)
class HeldByLaw(Refusal):
    """What a legal hold keeps is not erased."""

    RULE: ClassVar = "people.held-by-law"
    SOURCE: ClassVar = "《中华人民共和国个人信息保护法》第四十七条第二款; issue 5 (legal hold)"
    zh = "{person} 的个人信息有法律保全({holds}),不能删除。请待保全解除后再办理。"
    en = "The data of {person} are under legal hold ({holds}) and are not erased. Wait until the hold is lifted."
    person: PersonId
    holds: tuple[HoldId, ...]


@dataclass(eq=False)
class HoldStandsAlready(Refusal):
    """A hold's number is given once to a person."""

    RULE: ClassVar = "people.hold-stands-already"
    SOURCE: ClassVar = "issue 5 (legal hold)"
    zh = "{person} 已有编号为 {hold} 的法律保全(或曾用此编号)。请另用编号。"
    en = "{person} has, or had, a legal hold of the number {hold}. Give another number."
    person: PersonId
    hold: HoldId


@dataclass(eq=False)
class NoSuchHold(Refusal):
    """Only a hold that stands is lifted."""

    RULE: ClassVar = "people.no-such-hold"
    SOURCE: ClassVar = "issue 5 (legal hold)"
    zh = "{person} 没有编号为 {hold} 的现行法律保全。请核对编号。"
    en = "No legal hold {hold} stands for {person}. Check its number."
    person: PersonId
    hold: HoldId


@dataclass(eq=False)
class ForgottenAlready(Refusal):
    """A person is forgotten once, and then nothing is left to keep."""

    RULE: ClassVar = "people.forgotten-already"
    SOURCE: ClassVar = LAW
    zh = "{person} 的个人信息已于 {on} 删除,无法再保全或再次删除。无需再办理。"
    en = "The data of {person} were erased on {on}; nothing is left to hold or to erase. There is nothing more to do."
    person: PersonId
    on: date


@dataclass(eq=False)
class IdsChangedSince(Refusal):
    """What was approved is what is erased: ids that were merged or separated since need a new request."""

    RULE: ClassVar = "people.forgetting-ids-changed"
    SOURCE: ClassVar = "issue 5 (second approver)"
    zh = "{person} 的人员编号在申请之后有合并或分开({now})。请撤回申请后重新提出。"
    en = "The ids of {person} were merged or separated since the request (now {now}). Withdraw the request and make it anew."
    person: PersonId
    now: tuple[PersonId, ...]


@dataclass(eq=False)
class NotForgotten(Refusal):
    """A file is blanked for somebody who is forgotten, and for nobody else."""

    RULE: ClassVar = "people.not-forgotten"
    SOURCE: ClassVar = "issue 5 (stored files are blanked)"
    zh = "{person} 的个人信息没有删除的记录,不能替换文件。请先办理删除。"
    en = "{person} is not recorded as forgotten, so no file is replaced. Carry out the forgetting first."
    person: PersonId


@dataclass(eq=False)
class BlankedAlready(Refusal):
    """A file gives way once; a later blanking begins from what took its place."""

    RULE: ClassVar = "people.file-blanked-already"
    SOURCE: ClassVar = "issue 5 (old and new digest recorded)"
    zh = "文件 {before} 已由 {after} 取代。请在新文件上办理。"
    en = "The file {before} gave way to {after} already. Go on from that one."
    before: str
    after: str
