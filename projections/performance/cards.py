"""Every measure of performance, defined once: a formula over at most two inputs, with words and a version.

A changed formula is a new version beside the old one. Nothing is ever taken out of `CARDS`: whoever asks for version 1
of a measure gets what version 1 says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal, NamedTuple

from taizhang.projections.measures import POOR_SUFFIX

Unit = Literal["persons", "person-times", "minutes", "fen", "basis-points", "findings"]
Group = Literal["outcome", "reach", "aim", "money", "inspection", "reporting"]
Inputs = Mapping[str, int]


class Card(NamedTuple):
    """One version of one measure: `part`, or 10,000 x `part` x `times` / (`whole` x `per`) where there is a whole.

    `part` and `whole` are inputs (projections/performance/inputs.py). `prefers` says which way is better; "" neither.
    A measure of persons may be had of registered poor ones too, in a column of its own: `has_poor`.
    """

    name: str
    version: int
    group: Group
    unit: Unit
    zh: str
    en: str
    formula_zh: str
    formula_en: str
    part: str
    whole: str = ""
    times: int = 1
    per: int = 1
    has_poor: bool = False
    prefers: Literal["more", "less", ""] = ""
    is_current: bool = True

    @property
    def id(self) -> str:
        """The name with its version, as an answer and its links bear it."""
        return f"{self.name}@{self.version}"

    def value(self, inputs: Inputs) -> int | None:
        """The figure; None where there is nothing to take a share of."""
        part = inputs.get(self.part, 0)
        if not self.whole:
            return part
        whole = inputs.get(self.whole, 0)
        if whole <= 0:
            return None
        scale = 10_000 * self.times if self.unit == "basis-points" else self.times
        return scale * part // (whole * self.per)

    def of_poor(self) -> Card:
        """The same measure of registered poor trainees only."""
        assert self.has_poor
        whole = self.whole + POOR_SUFFIX if self.whole in OF_PEOPLE else self.whole
        return self._replace(
            name=self.name + POOR_SUFFIX,
            zh=f"{self.zh}(建档立卡)",
            en=f"{self.en}, registered poor",
            part=self.part + POOR_SUFFIX,
            whole=whole,
            has_poor=False,
        )


OF_PEOPLE: Final = frozenset({"persons", "person_times", "completed", "certified", "wish_places"})
BUNCHED_DAYS: Final = 7  # before an announced visit; facts/falsification.csv F51; the number of days is ours
USUAL_DAYS: Final = 90  # before those days: the usual level
OUTCOMES_LEAST: Final = 10  # statements that might have been adverse, before a class says something by having none
LATE_DAYS_1: Final = 30  # the fixed limit of late_share@1
LATE: Final = "late-entry-days"  # the threshold of late_share@2

CARDS: Final[tuple[Card, ...]] = (
    Card(
        *("evidenced_minutes", 1, "outcome", "minutes", "有考勤学时", "evidenced hours"),
        "考勤表所记在课时段之和,记在上课当日",
        "the stretches marked present on attendance sheets, on the day of the session",
        *("evidenced_minutes",),
        has_poor=True,
        prefers="more",
    ),
    Card(
        *("confirmed_6", 1, "outcome", "person-times", "六个月就业(经第二来源核实)", "at work after six months, confirmed"),
        "结业六个月后就业经第二来源核实的人次,记在首次核实当日",
        "places in classes whose work after six months a second source confirms, on the day of the first confirmation",
        *("confirmed_6",),
        has_poor=True,
        prefers="more",
    ),
    Card(
        *("certified", 1, "outcome", "person-times", "获证人次", "certificates"),
        "发证当日加一,撤销当日减一",
        "plus one on the day of issue, minus one on the day of revocation",
        *("certified",),
        has_poor=True,
        prefers="more",
    ),
    Card(
        *("wish_match", 1, "outcome", "basis-points", "意愿匹配率", "trained in what they wished"),
        "分母:期内首次报名、未最终退班、且此前陈述过培训意愿的人次;分子:其中所上的班正是所愿工种",
        "of: places first taken in the period and not left for good, by persons who had stated a wish by then; "
        "part: of these, those in an occupation that they wished",
        *("wish_matched", "wish_places"),
        has_poor=True,
        prefers="more",
    ),
    Card(
        *("persons", 1, "reach", "persons", "培训人数", "distinct persons"),
        "单元内至少有一次在册报名的不同人员,合并的编号只计一次;各单元不可相加",
        "different persons with at least one enrolment in force in the cell, merged ids once; cells do not add up",
        *("persons",),
        has_poor=True,
    ),
    Card(
        *("person_times", 1, "reach", "person-times", "培训人次", "person-times enrolled"),
        "报名当日加一,退班当日减一",
        "plus one on the day of enrolment, minus one on the day of withdrawal",
        *("person_times",),
        has_poor=True,
    ),
    Card(
        *("target_persons", 1, "aim", "persons", "阶段目标(人)", "phase target, persons"),
        "为该地区所定、日期全在期内的目标之和,单位为人",
        "the targets set for this very region whose days lie within the period, in persons",
        *("target_persons",),
    ),
    Card(
        *("target_persons_done", 1, "aim", "basis-points", "阶段目标完成率(人)", "phase target reached, persons"),
        "目标自身日期和项目类型的培训人数 / 目标",
        "distinct persons of the target's own days and kind of programme, of the target",
        *("target_persons_reached", "target_persons"),
        has_poor=True,
        prefers="more",
    ),
    Card(
        *("target_times", 1, "aim", "person-times", "阶段目标(人次)", "phase target, person-times"),
        "为该地区所定、日期全在期内的目标之和,单位为人次",
        "the targets set for this very region whose days lie within the period, in person-times",
        *("target_times",),
    ),
    Card(
        *("target_times_done", 1, "aim", "basis-points", "阶段目标完成率(人次)", "phase target reached, person-times"),
        "目标自身日期和项目类型的培训人次 / 目标",
        "person-times of the target's own days and kind of programme, of the target",
        *("target_times_reached", "target_times"),
        has_poor=True,
        prefers="more",
    ),
    Card(
        *("plan_times", 1, "aim", "person-times", "年度计划人次", "annual plan, person-times"),
        "该地区已批准的年度计划所列人次,年度全在期内",
        "person-times of this very region's approved annual plans whose years lie within the period",
        *("plan_times",),
    ),
    Card(
        *("plan_done", 1, "aim", "basis-points", "年度计划完成率", "annual plan done"),
        "各计划年度、计划项目类型的培训人次 / 计划人次",
        "person-times of each plan's own year and kind of programme, of those planned",
        *("plan_reached", "plan_times"),
        has_poor=True,
        prefers="more",
    ),
    Card(
        *("cost_per_certificate", 1, "money", "fen", "每本证书成本", "cost per certificate"),
        "支付补贴减退回和追缴,除以获证人次",
        "subsidies paid less what the bank returned and what was recovered, by certificates",
        *("paid_fen", "certified"),
        prefers="less",
    ),
    Card(
        *("execution", 1, "money", "basis-points", "预算执行率", "execution rate"),
        "期内支付补贴减退回和追缴 / 期内从本单元以外收到的资金",
        "subsidies paid in the period less returns and recoveries, of the cash received in it from outside the unit",
        *("spent_fen", "received_fen"),
        prefers="more",
    ),
    Card(
        *("paid_on_time", 1, "money", "basis-points", "按时支付率", "paid on time"),
        "分母:期内支付且设有支付期限的笔数;分子:其中审核后在期限内支付(payment-days;工作日按五日折七日)",
        "of: payments of the period for which a limit is set; part: those made within it after the claim's review "
        "(payment-days; five working days are seven days)",
        *("payments_on_time", "payments_limited"),
        prefers="more",
    ),
    Card(
        *("findings", 1, "inspection", "findings", "发现问题", "findings"),
        "期内记录的检查发现问题,作废的不计",
        "findings of inspections in the period that are not void",
        *("findings",),
    ),
    Card(
        *("rectified_on_time", 1, "inspection", "basis-points", "按期整改率", "rectified on time"),
        "分母:期内发现、首次整改期限已过或已销号的问题;分子:其中在首次期限内销号且未重新打开",
        "of: findings of the period that are closed or whose first deadline is over; part: those closed by their first "
        "deadline and not open again",
        *("rectified_on_time", "rectifications_due"),
        prefers="more",
    ),
    Card(
        *("recurrence", 1, "inspection", "basis-points", "复发率", "recurrence"),
        "期内发现的问题中,同一机构(或对象)同一内容在此前十二个月内已发现过的比例",
        "of the period's findings, those whose content was found on the same institution (or object) within the twelve "
        "months before",
        *("findings_recurring", "findings"),
        prefers="less",
    ),
    Card(
        *("changed_under", 1, "inspection", "basis-points", "依据事后更改", "what it rests on was changed since"),
        "期内发现的问题中,所依据的事实在其后被更正或作废的比例;更正合法,须看更正后问题是否仍成立",
        "of the period's findings, those that rest on a fact which was corrected or declared void afterwards; a correction is "
        "lawful, so look whether the finding still stands",
        *("findings_changed_under", "findings"),
        prefers="",
    ),
    Card(
        *("late_share", 1, "reporting", "basis-points", "迟报率", "late records"),
        "发生后超过30日才记录的比例;更正不计",
        "of the facts recorded, those recorded more than 30 days after their day; corrections are not counted",
        *("late_records_30", "records"),
        prefers="less",
        is_current=False,
    ),
    Card(
        *("late_share", 2, "reporting", "basis-points", "迟报率", "late records"),
        "发生后超过当地当日所定期限(late-entry-days,未设为30日)才记录的比例;更正不计",
        "of the facts recorded, those recorded later than the limit that held in the county on their day "
        "(late-entry-days; 30 days where none is set); corrections are not counted",
        *("late_records", "records"),
        prefers="less",
    ),
    Card(
        *("after_reminder", 1, "reporting", "basis-points", "催办后才报率", "recorded only after a reminder"),
        "期内所发现问题的整改报告中,首次报告在催办之后的比例",
        "of the period's findings whose rectification was reported, those first reported after a reminder",
        *("reported_after_reminder", "rectifications_reported"),
        prefers="less",
    ),
    Card(
        *("bunching", 1, "reporting", "basis-points", "检查前集中填报", "records bunched before announced visits"),
        f"预先告知的检查首次到访前{BUNCHED_DAYS}日的日均记录数 / 再往前{USUAL_DAYS}日的日均记录数;100%为平常水平",
        f"records a day in the {BUNCHED_DAYS} days before the first visit of an announced inspection, of those a day in the "
        f"{USUAL_DAYS} days before these; 100% is the usual level",
        *("records_before_visits", "records_usual"),
        times=USUAL_DAYS,
        per=BUNCHED_DAYS,
        prefers="less",
        is_current=False,
    ),
    Card(
        *("bunching", 2, "reporting", "basis-points", "检查前集中补录", "backlog entered before announced visits"),
        f"预先告知的检查首次到访前{BUNCHED_DAYS}日的日均补录数 / 再往前{USUAL_DAYS}日的日均补录数;补录指发生{BUNCHED_DAYS}日以后才记录,"
        "按时记录的不算;100%为平常水平",
        f"late records a day in the {BUNCHED_DAYS} days before the first visit of an announced inspection, of those a day in the "
        f"{USUAL_DAYS} days before these; late is what came in more than {BUNCHED_DAYS} days after it happened, since what is "
        "recorded in time crams nothing; 100% is the usual level",
        *("backlog_before_visits", "backlog_usual"),
        times=USUAL_DAYS,
        per=BUNCHED_DAYS,
        prefers="less",
    ),
    Card(
        *("self_blind", 1, "reporting", "basis-points", "自查无问题而上级有发现", "self-inspections that found nothing"),
        "期内的自查中,未发现问题、而十二个月内他人检查在同一地区同一内容有发现的比例",
        "of the period's self-inspections, those that found nothing where, within twelve months, others found something on "
        "the same contents in the same region",
        *("self_inspections_blind", "self_inspections"),
        prefers="less",
    ),
    Card(
        *("good_news_only", 1, "reporting", "basis-points", "只报喜不报忧", "good-news-only reports"),
        f"期内有{OUTCOMES_LEAST}条以上出勤、成绩、就业、回访记录的班中,无一条缺勤、未通过、未就业、否认、退班或撤证的比例",
        f"of the classes with {OUTCOMES_LEAST} or more records of attendance, scores, work and answers in the period, those without "
        "a single absence, failure, lack of work, denial, withdrawal or revoked certificate",
        *("classes_good_news", "classes_reporting"),
        prefers="less",
    ),
    Card(
        *("after_seal", 1, "reporting", "basis-points", "封账后更改", "changed after the seal"),
        "封账后的更正和补报,占全部记录的比例",
        "corrections and late additions recorded after the seal of their day, of all records",
        *("changed_after_seal", "records_and_changes"),
        prefers="",
    ),
)  # fmt: skip


class UnknownCard(ValueError):
    """There is no such measure, or no such version of it; says so in both languages."""

    def __init__(self, asked: str) -> None:
        super().__init__(f"There is no measure {asked}. /performance/measures lists all with their versions.")
        self.zh = f"没有指标 {asked}。/performance/measures 列出全部指标及其版本。"


def current() -> tuple[Card, ...]:
    """The newest version of every measure, each of registered poor trainees right after that of all."""
    return tuple(one for card in CARDS if card.is_current for one in _both(card))


def every_card() -> tuple[Card, ...]:
    """All versions there ever were."""
    return tuple(one for card in CARDS for one in _both(card))


def card_of(asked: str) -> Card:
    """A measure by its name, or by name and version: "late_share@1".

    Raises UnknownCard.
    """
    name, at, version = asked.partition("@")
    for card in every_card():
        if card.name == name and (card.version == int(version) if at and version.isdecimal() else card.is_current):
            if at and not version.isdecimal():
                break
            return card
    raise UnknownCard(asked)


def chosen(asked: Iterable[str]) -> tuple[Card, ...]:
    """The current cards, with those versions in place that are asked for by name.

    Raises UnknownCard.
    """
    wanted = {card.name: card for card in map(card_of, asked)}
    for name, card in list(wanted.items()):  # a version asked for holds for the registered poor too
        if card.has_poor:
            wanted.setdefault(name + POOR_SUFFIX, card.of_poor())
    return tuple(wanted.get(card.name, card) for card in current())


def _both(card: Card) -> tuple[Card, ...]:
    return (card, card.of_poor()) if card.has_poor else (card,)
