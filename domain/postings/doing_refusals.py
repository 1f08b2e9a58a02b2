"""What is refused about what posted officials do, and what is thought of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import ClassVar

from taizhang.domain.core import OfficerId, PersonId, Refusal
from taizhang.domain.postings.appraisals import Grade
from taizhang.domain.postings.officials import PersonType, PostingId


@dataclass(eq=False)
class NotAMonth(Refusal):
    """A month of duty is named by its first day, and is not over before it begins."""

    RULE: ClassVar = "postings.not-a-month"
    SOURCE: ClassVar = "docs/adr/0008 (duty is a number of days a month)"
    zh = "{month} 不是已开始的月份的第一天。请填写该月 1 日,例如 2016-03-01。"
    en = "{month} is not the first day of a month that has begun. Write the first of the month, such as 2016-03-01."
    month: date


@dataclass(eq=False)
class DutyOutsideThePosting(Refusal):
    """Duty is recorded for months in which the posting stands."""

    RULE: ClassVar = "postings.duty-outside-the-posting"
    SOURCE: ClassVar = "issue 4 (duty days outside the posting); facts/falsification.csv F47"
    zh = "派驻 {posting} 在 {month} 所在月份没有任期,不能登记在岗天数。请核对月份和派驻编号。"
    en = "The posting {posting} has no day in the month of {month}; no duty is recorded for it. Check the month and the posting."
    posting: PostingId
    month: date


@dataclass(eq=False)
class MoreDaysThanInside(Refusal):
    """Nobody is on duty for more days than the month has inside the posting."""

    RULE: ClassVar = "postings.more-days-than-inside"
    SOURCE: ClassVar = "issue 4 (duty days); facts/falsification.csv F48"
    zh = "派驻 {posting} 当月在任期内且已过去的只有 {inside} 天,填报了 {days} 天。请核对天数。"
    en = "Of that month {inside} days lie inside the posting {posting} and are past; {days} were reported. Check the days."
    posting: PostingId
    inside: int
    days: int


@dataclass(eq=False)
class DutyOverlapsLeave(Refusal):
    """A day is duty or leave, not both."""

    RULE: ClassVar = "postings.duty-overlaps-leave"
    SOURCE: ClassVar = "issue 4 (duty, leave); facts/falsification.csv F47"
    zh = "派驻 {posting} 在 {month} 所在月份有 {away} 天请假,在岗 {days} 天与之重叠。请核对在岗天数或请假起止。"
    en = "In the month of {month} the posting {posting} has {away} days of leave; {days} days of duty overlap them. Check the duty or the leave."
    posting: PostingId
    month: date
    days: int
    away: int


@dataclass(eq=False)
class DutyRecordedOtherwise(Refusal):
    """A month of duty is recorded once."""

    RULE: ClassVar = "postings.duty-recorded-otherwise"
    SOURCE: ClassVar = "logic: one number a month"
    zh = "派驻 {posting} 的 {month} 所在月份已登记在岗 {days} 天,此次内容不同。登记有误的请更正原记录。"
    en = "For the month of {month} the posting {posting} has {days} days recorded, and this says otherwise. If that is wrong, correct it."
    posting: PostingId
    month: date
    days: int


@dataclass(eq=False)
class LeaveOverlaps(Refusal):
    """A day of leave is counted once."""

    RULE: ClassVar = "postings.leave-overlaps"
    SOURCE: ClassVar = "logic: one leave a day"
    zh = "派驻 {posting} 在 {since} 至 {until} 已有请假,与此次重叠。请核对起止日期,或更正原记录。"
    en = "The posting {posting} has leave from {since} to {until} already, which overlaps this. Check the days, or correct that record."
    posting: PostingId
    since: date
    until: date


@dataclass(eq=False)
class AppraisedByOneself(Refusal):
    """Nobody records their own appraisal 考核."""

    RULE: ClassVar = "postings.appraised-by-oneself"
    SOURCE: ClassVar = "issue 4 (an appraisal by the appraised); facts/falsification.csv F44"
    zh = "{officer} 就是被考核的干部本人。请由他人登记考核。"
    en = "{officer} is the appraised official. Somebody else must record the appraisal."
    officer: OfficerId


@dataclass(eq=False)
class GradeOutsideScheme(Refusal):
    """Civil servants and graduates have other grades than staff of public institutions and enterprises."""

    RULE: ClassVar = "postings.grade-outside-scheme"
    SOURCE: ClassVar = "facts/programme.md section 5 (grade scheme per person type)"
    zh = "“{grade}”不是{person_type}的考核等次,可用:{scheme}。请改用相应等次。"
    en = "“{grade}” is no grade of a {person_type}; there are: {scheme}. Use one of those."
    WORDED: ClassVar = MappingProxyType({"grade": "grade", "person_type": "person-type", "scheme": "grade"})
    grade: Grade
    person_type: PersonType
    scheme: tuple[Grade, ...]


@dataclass(eq=False)
class AppraisedAlready(Refusal):
    """An official is appraised once a year."""

    RULE: ClassVar = "postings.appraised-already"
    SOURCE: ClassVar = "facts/programme.md section 5 (appraisal of the year)"
    zh = "{official} 的 {year} 年度考核已登记为“{grade}”。登记有误的请更正原记录。"
    en = "The year {year} of {official} is appraised already as “{grade}”. If that is wrong, correct the record."
    WORDED: ClassVar = MappingProxyType({"grade": "grade"})
    official: PersonId
    year: int
    grade: Grade


@dataclass(eq=False)
class PromotionWithoutGround(Refusal):
    """A promotion names the figures and the log position it rests on."""

    RULE: ClassVar = "postings.promotion-without-ground"
    SOURCE: ClassVar = "issue 4 (a promotion that does not name the figures and the log position)"
    zh = "对 {official} 的提拔没有写明所依据的数据和日志位置。请填写指标、对象、数值和查询时的日志位置。"
    en = "This promotion of {official} does not name the figures and the log position it rests on. State measure, subject, value and position."
    official: PersonId


@dataclass(eq=False)
class PositionNotYet(Refusal):
    """A promotion rests on what was known: on a position that the log has reached."""

    RULE: ClassVar = "postings.position-not-yet"
    SOURCE: ClassVar = "issue 4 (the log position it rests on)"
    zh = "日志目前只到第 {head} 条,所写的日志位置 {position} 尚不存在。请填写查询时显示的位置。"
    en = "The log has {head} facts; there is no position {position} yet. State the position that the report shows."
    position: int
    head: int


@dataclass(eq=False)
class PromotedAlready(Refusal):
    """A posting leads to one promotion."""

    RULE: ClassVar = "postings.promoted-already"
    SOURCE: ClassVar = "logic: a promotion ends the posting"
    zh = "派驻 {posting} 已登记提拔。登记有误的请更正原记录。"
    en = "From the posting {posting} a promotion is recorded already. If that is wrong, correct it."
    posting: PostingId


@dataclass(eq=False)
class OnTheNegativeList(Refusal):
    """Nobody is promoted while on the negative list 负面清单."""

    RULE: ClassVar = "postings.on-the-negative-list"
    SOURCE: ClassVar = "issue 4 (negative list entered and lifted)"
    zh = "{official} 自 {since} 起列入负面清单,{day} 不能提拔。请先依程序移出清单,或核对日期。"
    en = "{official} is on the negative list since {since} and is not promoted on {day}. Have the entry lifted first, or check the day."
    official: PersonId
    since: date
    day: date


@dataclass(eq=False)
class OnTheListAlready(Refusal):
    """An official is put on the negative list once at a time."""

    RULE: ClassVar = "postings.on-the-list-already"
    SOURCE: ClassVar = "issue 4 (negative list entered and lifted)"
    zh = "{official} 自 {since} 起已在负面清单上。登记有误的请更正原记录。"
    en = "{official} is on the negative list since {since} already. If that is wrong, correct the record."
    official: PersonId
    since: date


@dataclass(eq=False)
class NotOnTheList(Refusal):
    """Only who is on the negative list is taken off it."""

    RULE: ClassVar = "postings.not-on-the-list"
    SOURCE: ClassVar = "issue 4 (negative list entered and lifted)"
    zh = "{official} 在 {day} 不在负面清单上。请核对人员和日期。"
    en = "{official} is not on the negative list on {day}. Check person and day."
    official: PersonId
    day: date
