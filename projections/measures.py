"""Every measure of the ledger, defined once: its name, label, unit, and how it is reckoned."""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple

POOR_SUFFIX: Final = "_poor"  # the same measure of registered poor trainees only; never in one column with all


class Measure(NamedTuple):
    """One measure; its column is `name` for all trainees and `name + POOR_SUFFIX` for registered poor ones."""

    name: str
    zh: str
    en: str
    unit: str
    formula_zh: str
    formula_en: str
    version: int = 1

    @property
    def poor(self) -> str:
        """The column of this measure for registered poor trainees."""
        return self.name + POOR_SUFFIX


def _employment(months: int) -> tuple[Measure, Measure]:
    after = f"{months} month{'s' if months > 1 else ''}"
    return (
        Measure(
            f"employed_{months}",
            f"{months}个月就业人次",
            f"employed after {after}",
            "person-times",
            f"结业{months}个月后填报为就业(未就业除外)的人次,记在首次填报当日",
            f"enrolments reported as in work {after} after the class, on the day of the first such report",
        ),
        Measure(
            f"confirmed_{months}",
            f"{months}个月就业经核实人次",
            f"employment confirmed after {after}",
            "person-times",
            f"结业{months}个月后就业经第二来源核实的人次,记在首次核实当日",
            f"enrolments whose work after {after} a second source confirms, on the day of the first confirmation",
        ),
    )


MEASURES: Final[tuple[Measure, ...]] = (
    Measure(
        "person_times",
        "培训人次",
        "person-times enrolled",
        "person-times",
        "报名当日加一,退班当日减一",
        "plus one on the day of enrolment, minus one on the day of withdrawal",
    ),
    Measure(
        "planned_minutes",
        "计划学时(分钟)",
        "planned hours",
        "minutes",
        "每一在册人次计入所在班的计划学时;未填计划学时的按规定学时",
        "the class's planned hours for each person-time; where none are planned, its required hours",
    ),
    Measure(
        "evidenced_minutes",
        "有考勤学时(分钟)",
        "evidenced hours",
        "minutes",
        "考勤表所记在课时段之和,记在上课当日;退班后保留",
        "the stretches marked present on attendance sheets, on the day of the session; kept after a withdrawal",
    ),
    Measure(
        "certified_minutes",
        "获证学时(分钟)",
        "certified hours",
        "minutes",
        "每本有效证书计入所在班的规定学时",
        "the class's required hours for each certificate that is not revoked",
    ),
    Measure(
        "certified",
        "获证人次",
        "certificates",
        "person-times",
        "发证当日加一,撤销当日减一",
        "plus one on the day of issue, minus one on the day of revocation",
    ),
    Measure(
        "completed",
        "结业人次",
        "person-times completed",
        "person-times",
        "全班结业当日在册的人次;结业后补报报名的记在报名当日",
        "enrolments in force on the day the class is completed; later enrolments count from their own day",
    ),
    *(measure for months in (1, 3, 6) for measure in _employment(months)),
)

PERSONS: Final = Measure(
    "persons",
    "培训人数",
    "distinct persons",
    "persons",
    "统计单元内至少有一次在册报名的不同人员,合并的编号只计一次;各单元不可相加",
    "different persons with at least one enrolment in force in the cell, merged ids once; cells do not add up",
)


_REACHED_ZH = "其中,截至统计日已报名且未最终退班(任一培训班)的人"
_REACHED_EN = "of these, who by the day has enrolled in any class and not left it for good"

# Each is a share: whoever is reached is one of those it is a share of. Merged ids are one person throughout.
COVERAGES: Final[tuple[Measure, ...]] = (
    Measure(
        "registered-poor",
        "建档立卡人口培训覆盖",
        "registered poor persons reached",
        "persons",
        f"分母:项目启动至统计日任何一天属于在册贫困户的在世人员;分子:{_REACHED_ZH}",
        "of: living persons who belonged to a registered poor household on any day from the programme's start to the "
        f"day; reached: {_REACHED_EN}",
        2,
    ),
    Measure(
        "two-after",
        "两后生培训覆盖",
        "two-after students reached",
        "persons",
        f"分母:项目启动至统计日任何一天登记为两后生的在世人员(按建档县);分子:{_REACHED_ZH}",
        "of: living persons stated to be two-after students on any day from the programme's start to the day, by the "
        f"county that keeps their record; reached: {_REACHED_EN}",
    ),
    Measure(
        "new-labourer",
        "新成长劳动力培训覆盖",
        "new labourers reached",
        "persons",
        f"分母:项目启动至统计日任何一天登记为新成长劳动力的在世人员(按建档县);分子:{_REACHED_ZH}",
        "of: living persons stated to be new labourers on any day from the programme's start to the day, by the county "
        f"that keeps their record; reached: {_REACHED_EN}",
    ),
    Measure(
        "wished",
        "有培训意愿人员覆盖",
        "those who wished reached",
        "persons",
        f"分母:截至统计日陈述过培训意愿的在世人员;分子:{_REACHED_ZH}",
        f"of: living persons who by the day have stated a wish to be trained; reached: {_REACHED_EN}",
        2,
    ),
    Measure(
        "wish-matched",
        "按意愿工种培训覆盖",
        "those who wished trained in what they wished",
        "persons",
        "分母:截至统计日陈述过培训意愿的在世人员;分子:其中,截至统计日已报名且未最终退出所愿工种培训班的人",
        "of: living persons who by the day have stated a wish to be trained; reached: of these, who has enrolled in a "
        "class of an occupation they wished, and not left it for good",
    ),
    Measure(
        "poor-villages",
        "贫困村培训覆盖",
        "poor villages reached",
        "villages",
        "分母:项目启动至统计日任何一天为贫困村的行政村;分子:其中,截至统计日有人报名且未最终退班的村",
        "of: villages that were poor villages on any day from the programme's start to the day; reached: of these, "
        "where somebody lives who by the day has enrolled and not left for good",
    ),
)


class Phase(NamedTuple):
    """Years that the programme counts together, first and last included."""

    code: str
    first_year: int
    last_year: int


# The programme text sets its targets for these years (programme text, section 5).
PHASES: Final = (Phase("2015", 2015, 2015), Phase("2016-2017", 2016, 2017), Phase("2018-2020", 2018, 2020))


def period_of_days(since: date, until: date) -> tuple[str, str]:
    """The ledger's period of these days, both included: a phase or year that it keeps counts for, else "days"."""
    whole = (since.month, since.day, until.month, until.day) == (1, 1, 12, 31)
    years = (since.year, until.year)
    if whole:
        phase = next((one.code for one in PHASES if (one.first_year, one.last_year) == years), None)
        if phase is not None:
            return "phase", phase
        if since.year == until.year:
            return "year", str(since.year)
    return "days", f"{since}..{until}"


def days_of_period(kind: str, period: str) -> tuple[date, date]:
    """The first and last day of a period that is not all time.

    Raises ValueError: no such period.
    """
    if kind == "days":
        since, _, until = period.partition("..")
        return date.fromisoformat(since), date.fromisoformat(until)
    if kind == "year":
        return date(int(period), 1, 1), date(int(period), 12, 31)
    for phase in PHASES:
        if (kind, period) == ("phase", phase.code):
            return date(phase.first_year, 1, 1), date(phase.last_year, 12, 31)
    raise ValueError(f"no such period: {kind} {period}")


def phase_of(year: str) -> str | None:
    """The phase that a year (four digits) belongs to; None outside the programme's years."""
    return next((phase.code for phase in PHASES if phase.first_year <= int(year) <= phase.last_year), None)


def measure_columns() -> tuple[str, ...]:
    """The measures' columns: all trainees first, then registered poor ones, in the order of `MEASURES`."""
    return (*(measure.name for measure in MEASURES), *(measure.poor for measure in MEASURES))


def versions() -> dict[str, int]:
    """The version of every measure, as a report id holds it."""
    return {measure.name: measure.version for measure in (*MEASURES, PERSONS, *COVERAGES)}
