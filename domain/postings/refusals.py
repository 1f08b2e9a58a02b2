"""What is refused about where officials are posted, and from when to when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import ClassVar

from taizhang.domain.core import OfficerId, PersonId, Refusal, RegionCode
from taizhang.domain.postings.officials import PostingId, PostingKind


@dataclass(eq=False)
class NotSelected(Refusal):
    """Who is posted was selected 选派 for that kind of posting before."""

    RULE: ClassVar = "postings.not-selected"
    SOURCE: ClassVar = "issue 4 (selected, posted)"
    zh = "{official} 在 {day} 之前没有“{kind}”的选派记录。请先登记选派,或核对日期。"
    en = "{official} was not selected as {kind} by {day}. Record the selection first, or check the day."
    WORDED: ClassVar = MappingProxyType({"kind": "posting-kind"})
    official: PersonId
    kind: PostingKind
    day: date


@dataclass(eq=False)
class PostingIdTaken(Refusal):
    """A posting stands under an id of its own."""

    RULE: ClassVar = "postings.posting-id-taken"
    SOURCE: ClassVar = "logic: one id, one posting"
    zh = "派驻编号 {posting} 已被使用。登记有误的请更正原记录,新的派驻请用新编号。"
    en = "The posting {posting} is recorded already. Correct it, or use another id for the new one."
    posting: PostingId


@dataclass(eq=False)
class PostingOfAnotherCounty(Refusal):
    """A posting's id bears the code of the county it is in."""

    RULE: ClassVar = "postings.posting-of-another-county"
    SOURCE: ClassVar = "docs/adr/0008 (ids)"
    zh = "派驻编号 {posting} 不是 {region} 所在县的编号:应以“post-{county}-”开头。请改正编号。"
    en = "The posting {posting} lies in {region}; its id begins with post-{county}-. Change the id."
    posting: PostingId
    region: RegionCode
    county: RegionCode


@dataclass(eq=False)
class PlaceOfWrongLevel(Refusal):
    """Village postings name a village of 12 digits, the others a county."""

    RULE: ClassVar = "postings.place-of-wrong-level"
    SOURCE: ClassVar = "facts/programme.md section 5 (kinds of postings)"
    zh = "“{kind}”应派驻到{wanted},{region} 不是。村级代码为 12 位,县级为 6 位。请核对代码。"
    en = "A {kind} is posted to a {wanted}, and {region} is none: villages have 12 digits, counties 6. Check the code."
    WORDED: ClassVar = MappingProxyType({"kind": "posting-kind", "wanted": "region-level"})
    kind: PostingKind
    region: RegionCode
    wanted: str


@dataclass(eq=False)
class NotAPoorVillage(Refusal):
    """Graduate officials and science commissioners go to villages registered as poor on that day."""

    RULE: ClassVar = "postings.not-a-poor-village"
    SOURCE: ClassVar = "issue 4 (registered-poor villages only); facts/programme.md section 5"
    zh = "{village} 在 {day} 不是建档立卡贫困村,不能派驻“{kind}”。请核对村和日期;贫困村认定有误的,先更正认定。"
    en = "{village} is no registered poor village on {day}, so no {kind} is posted there. Check village and day; if its poverty is recorded wrongly, correct that first."
    WORDED: ClassVar = MappingProxyType({"kind": "posting-kind"})
    village: RegionCode
    kind: PostingKind
    day: date


@dataclass(eq=False)
class OutsideThe58(Refusal):
    """Science deputy county heads go to the 58 counties."""

    RULE: ClassVar = "postings.outside-the-58"
    SOURCE: ClassVar = "issue 4 (58 every two years); facts/programme.md section 1.1"
    zh = "{county} 不是集中连片特困县,不能派驻“{kind}”。请核对县区代码。"
    en = "{county} is none of the 58 contiguous-area counties, so no {kind} is posted there. Check the code."
    WORDED: ClassVar = MappingProxyType({"kind": "posting-kind"})
    county: RegionCode
    kind: PostingKind


@dataclass(eq=False)
class TwoPostsAtOnce(Refusal):
    """Nobody holds two posts at once, unless their kinds go together in one village."""

    RULE: ClassVar = "postings.two-posts-at-once"
    SOURCE: ClassVar = "facts/falsification.csv F47 (name-only posting)"
    zh = "{official} 的派驻 {posting} 与 {other} 时间重叠。请先办结其中一项(调整、结束),或核对起止日期。"
    en = "{official} would hold {posting} and {other} at once. End or transfer one of them, or check the days."
    official: PersonId
    posting: str
    other: str


@dataclass(eq=False)
class UnknownPosting(Refusal):
    """What is said of a posting names one that this official holds or held."""

    RULE: ClassVar = "postings.unknown-posting"
    SOURCE: ClassVar = "logic"
    zh = "{official} 没有编号为 {posting} 的派驻记录。请先登记派驻,或核对人员和编号。"
    en = "{official} has no posting {posting}. Record the posting first, or check person and id."
    official: PersonId
    posting: PostingId


@dataclass(eq=False)
class OutsideThePosting(Refusal):
    """What an official does, is told or leaves as a posted official lies within the posting."""

    RULE: ClassVar = "postings.outside-the-posting"
    SOURCE: ClassVar = "issue 4 (results within tenure; duty days outside the posting)"
    zh = "派驻 {posting} 的任期为 {since} 至 {last},{day} 不在其中。请核对日期,或先办理续任。"
    en = (
        "The posting {posting} runs from {since} to {last}; {day} lies outside. Check the day, or renew the term first."
    )
    posting: PostingId
    since: date
    last: date
    day: date


@dataclass(eq=False)
class EndedAlready(Refusal):
    """A posting ends once."""

    RULE: ClassVar = "postings.ended-already"
    SOURCE: ClassVar = "logic: one last day"
    zh = "派驻 {posting} 已于 {last} 结束。结束登记有误的,请更正该记录。"
    en = "The posting {posting} ended on {last}. If that is wrong, correct the record."
    posting: PostingId
    last: date


@dataclass(eq=False)
class RecordedBeyond(Refusal):
    """A posting does not end before what is recorded of it."""

    RULE: ClassVar = "postings.recorded-beyond"
    SOURCE: ClassVar = "logic: duty, leave and work need a posting, whichever is recorded first"
    zh = "派驻 {posting} 在 {day} 之后还有记录:{others}。请核对日期;这些记录有误的,先更正。"
    en = "Of the posting {posting} there is recorded after {day}: {others}. Check the day; if those records are wrong, correct them first."
    WORDED: ClassVar = MappingProxyType({"others": "fact"})
    posting: PostingId
    day: date
    others: tuple[str, ...]


@dataclass(eq=False)
class TransferBeforeStart(Refusal):
    """An official moves on after the day on which the old posting began."""

    RULE: ClassVar = "postings.transfer-before-start"
    SOURCE: ClassVar = "issue 4 (one interval closes, the other opens)"
    zh = "派驻 {posting} 自 {since} 起,{day} 不能调整:旧派驻至少要有一天。请核对日期。"
    en = "The posting {posting} began on {since}; a transfer on {day} would leave it without a day. Check the day."
    posting: PostingId
    since: date
    day: date


@dataclass(eq=False)
class GraduateMovedOtherwise(Refusal):
    """A graduate village official moves within the county, from an exited village to a poor one."""

    RULE: ClassVar = "postings.graduate-moved-otherwise"
    SOURCE: ClassVar = "issue 4 (moved within the county from an exited village to a poor one)"
    zh = "大学生村官只能在本县内由已退出村调整到贫困村:{old} 在 {day} 仍为贫困村,或 {new} 不在本县。请核对两村和日期。"
    en = "A graduate official moves within the county from an exited village to a poor one: {old} is still poor on {day}, or {new} lies in another county. Check both villages and the day."
    old: RegionCode
    new: RegionCode
    day: date


@dataclass(eq=False)
class RenewalNotForward(Refusal):
    """A renewal moves the planned end back, never forward."""

    RULE: ClassVar = "postings.renewal-not-forward"
    SOURCE: ClassVar = "issue 4 (term renewed)"
    zh = "派驻 {posting} 的任期已到 {until},续任止日 {asked} 不晚于它。请核对止日;提前结束请办理结束。"
    en = "The posting {posting} is planned to {until} already; {asked} is no later. Check the date, or record its end."
    posting: PostingId
    until: date
    asked: date


@dataclass(eq=False)
class DecidedByOneself(Refusal):
    """Nobody selects, posts, renews, recalls or promotes themself, nor takes themself off the list."""

    RULE: ClassVar = "postings.decided-by-oneself"
    SOURCE: ClassVar = "internal-control rule of separated duties; facts/falsification.csv F44"
    zh = "{officer} 就是该干部本人,不能经办或批准本人的选派、派驻、提拔等事项。请由他人办理。"
    en = "{officer} is the official concerned, and cannot record or approve this. Somebody else must."
    officer: OfficerId
