"""What `taizhang init --preset gansu` records: regions, departments, programmes, targets and thresholds of Gansu.

Structure and sourced figures only: no subsidy rate is among them. What a source leaves open is said in the fact.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from types import MappingProxyType
from typing import Any, NamedTuple

from taizhang.domain.classes import ProgrammeId
from taizhang.domain.core import Fact, OrganisationId, RegionCode
from taizhang.domain.institutions import OrganisationRegistered
from taizhang.domain.policy import PhaseId, ProgrammeOpened, TargetSet, ThresholdSet
from taizhang.domain.regions import CountyExited, OldCode, RegionRegistered, RegionRenamed

PROVINCE = RegionCode("620000")
START, END = date(2015, 1, 1), date(2020, 12, 31)  # the programme's first and last day


def gansu() -> list[Fact]:
    """Every fact of the preset, in an order in which each may be recorded; system-administrator of 620000 records them."""
    regions = _rows("regions.csv")
    return [
        *_regions(regions),
        *_exits(regions),
        *_organisations(regions),
        *_programmes(),
        *_targets(),
        *_thresholds(),
    ]


# -- regions ----------------------------------------------------------------------------------------------


def _rows(name: str) -> list[dict[str, str]]:
    text = files("taizhang.adapters").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _regions(rows: list[dict[str, str]]) -> Iterator[Fact]:
    """Province, prefectures, counties (parents first), as of 2015; then Huating, which became a city in 2018."""
    earlier = _old_codes(rows)
    order = {"province": 0, "prefecture": 1, "county": 2}
    for row in sorted(rows, key=lambda row: (order[row["level"]], row["code"])):
        level: Any = row["level"]
        category: Any = row["category"]
        yield RegionRegistered(
            code=RegionCode(row["code"]),
            name=row["name"],
            level=level,
            parent=RegionCode(row["parent_code"]) if row["parent_code"] else None,
            category=category,
            area=row["area"],
            old_codes=earlier.get(row["code"], ()),
            note="; ".join(filter(None, (row["category_confidence"], row["note"]))),
            occurred_on=START,
        )
    yield RegionRenamed(
        code=RegionCode("620824"), name="华亭市", code_now=RegionCode("620881"), occurred_on=date(2018, 1, 1)
    )


def _old_codes(rows: list[dict[str, str]]) -> dict[str, tuple[OldCode, ...]]:
    """Codes out of use, by today's code.

    Same name first, else the successor where a county took another name, else the only region of the same kind
    whose name has the same stem. What stays open (天水, split in two) is left out: a missing old code refuses nobody.
    """
    by_stem: dict[tuple[str, bool], list[str]] = {}
    for row in rows:
        by_stem.setdefault((_stem(row["name"]), row["code"].endswith("00")), []).append(row["code"])
    by_name = {(row["name"], row["code"].endswith("00")): row["code"] for row in rows}
    found: dict[str, tuple[OldCode, ...]] = {}
    for old in _rows("region_code_history.csv"):
        prefecture = old["code"].endswith("00")
        stem = _stem(old["name"])
        successor = by_name.get((old["name"], prefecture)) or _SUCCESSORS.get((stem, prefecture))
        candidates = [successor] if successor else by_stem.get((stem, prefecture), [])
        if not old["end_year"] or len(candidates) != 1 or candidates[0] == old["code"]:
            continue
        code = OldCode(code=old["code"], since_year=_year(old["start_year"]), until_year=_year(old["end_year"]))
        found[candidates[0]] = (*found.get(candidates[0], ()), code)
    return found


# (stem, whether a prefecture) -> today's code, where the name itself changed; from memory, like the exit lists' rest
_SUCCESSORS = MappingProxyType(
    {
        ("武都", True): "621200",  # 陇南市
        ("酒泉", False): "620902",  # 肃州区
        ("张掖", False): "620702",  # 甘州区
        ("武威", False): "620602",  # 凉州区
        ("定西", False): "621102",  # 安定区
        ("平凉", False): "620802",  # 崆峒区
        ("庆阳", False): "621021",  # 庆城县
        ("安西", False): "620922",  # 瓜州县
    }
)


def _stem(name: str) -> str:
    """A name without what says its kind: 武都区 and 武都县 are 武都."""
    for ending in ("自治县", "自治州", "地区", "县", "区", "市"):
        if name.endswith(ending) and len(name) > len(ending) + 1:
            return name.removesuffix(ending)
    return name


def _year(text: str) -> int | None:
    return int(text) if text else None


def _exits(rows: list[dict[str, str]]) -> Iterator[Fact]:
    """The exit of each of the 75 counties on the day its year was approved; of 2019 only the month is known."""
    approved = {
        2017: (date(2018, 10, 10), True),
        2018: (date(2019, 4, 28), True),
        2019: (date(2020, 2, 29), False),
        2020: (date(2020, 11, 21), True),
    }
    for row in rows:
        if row["exit_year"]:
            day, known = approved[int(row["exit_year"])]
            yield CountyExited(
                county=RegionCode(row["code"]),
                exit_year=int(row["exit_year"]),
                approval_day_known=known,
                note=row["category_confidence"],
                occurred_on=day,
            )


# -- departments ------------------------------------------------------------------------------------------


class Department(NamedTuple):
    field: str
    province: str
    below: str
    kind: Any = "department"


def _organisations(rows: list[dict[str, str]]) -> Iterator[Fact]:
    """The departments that the text names at each level, and the three mass organisations; ids like hr-620121."""
    departments = (
        Department("hr", "人力资源和社会保障厅", "人力资源和社会保障局"),
        Department("poverty", "扶贫开发办公室", "扶贫开发办公室"),
        Department("agriculture", "农牧厅", "农牧局"),
        Department("finance", "财政厅", "财政局"),
        Department("education", "教育厅", "教育局"),
        Department("women", "妇女联合会", "妇女联合会", "mass-organisation"),
        Department("youth", "共青团委员会", "共青团委员会", "mass-organisation"),
        Department("union", "总工会", "总工会", "mass-organisation"),
    )
    for row in rows:
        level: Any = row["level"]
        for department in departments:
            own_name = department.province if level == "province" else department.below
            yield OrganisationRegistered(
                organisation=OrganisationId(f"{department.field}-{row['code']}"),
                name=f"{row['name']}{own_name}",
                kind=department.kind,
                region=RegionCode(row["code"]),
                level=level,
                field=department.field,
                occurred_on=START,
            )


# -- programmes -------------------------------------------------------------------------------------------


def _programmes() -> Iterator[Fact]:
    """The programmes of the text: labour training in 58 + 17 counties, talent and cadres in the 58, others wherever."""
    contiguous: Any = ("contiguous",)
    both: Any = ("contiguous", "scattered")
    listed: list[tuple[Any, str, str, Any, date]] = [
        ("labour", "贫困家庭劳动力培训", "Labour training of poor households", both, START),
        ("two-after", "“两后生”职业技能学历教育培训", "Vocational schooling of school leavers", both, START),
        ("improvement", "已培训劳动力提升培训", "Improvement training", both, date(2018, 1, 1)),
        ("cadre", "干部能力素质培训", "Training of cadres", contiguous, START),
        ("practical-talent", "农村实用人才培养", "Practical rural talent", contiguous, START),
        ("e-commerce", "大学生村官电商培训", "E-commerce classes of graduate village officials", (), START),
        ("party-secretary", "贫困村党组织书记轮训", "Rotation training of village party secretaries", (), START),
        ("youth-league", "共青团技能培训", "Classes by the youth league", (), START),
        ("union", "工会技能培训", "Classes by the unions", (), START),
        ("women", "妇联特色技能培训", "Classes by the women's federation", (), START),
    ]
    for kind, zh, en, categories, since in listed:
        yield ProgrammeOpened(
            programme=ProgrammeId(kind),
            zh=zh,
            en=en,
            kind=kind,
            categories=categories,
            since=since,
            until=END,
            occurred_on=since,
        )


def _targets() -> Iterator[Fact]:
    """The three phases with the plausible target beside the printed one; and the yearly training of cadres."""
    doubt_zh = (
        "文本印作{printed}万人次,疑漏小数点:2015—2020 年规划总数 211.2 万 = 36.4 + 72.8 + 102;"
        "按原文三期合计 1194 万,超过 2013 年全部建档立卡人口 552 万的两倍。"
    )
    doubt_en = (
        "The text prints {printed:,} person-times and seems to have lost a decimal point: the plan for 2015-2020 is "
        "2,112,000 = 364,000 + 728,000 + 1,020,000; as printed the phases sum to 11,940,000, more than twice the "
        "5,520,000 registered poor of 2013."
    )
    phases = ((1, 2015, 2015, 364_000, 3_640_000), (2, 2016, 2017, 728_000, 7_280_000))
    for number, first, last, target, printed in phases:
        yield _target(
            "labour",
            f"phase-{number}",
            (first, last),
            target,
            as_printed=printed,
            doubt_zh=doubt_zh.format(printed=printed // 10_000),
            doubt_en=doubt_en.format(printed=printed),
        )
    yield _target("labour", "phase-3", (2018, 2020), 1_020_000, as_printed=1_020_000)
    for year in range(START.year, END.year + 1):
        yield _target("cadre", f"year-{year}", (year, year), 2_000, as_printed=2_000)


def _target(programme: str, phase: str, years: tuple[int, int], target: int, **printed: Any) -> TargetSet:
    return TargetSet(
        programme=ProgrammeId(programme),
        phase=PhaseId(phase),
        since=date(years[0], 1, 1),
        until=date(years[1], 12, 31),
        unit="person-times",
        target=target,
        occurred_on=START,
        **printed,
    )


def _thresholds() -> Iterator[Fact]:
    """Time limits that a source gives; none is a rule of Gansu's own, each says whose it is and may be set anew."""
    huoshan = (
        "霍山县培训流程(安徽),非甘肃规定,可调整 / Huoshan county's procedure, not a rule of Gansu; change as needed"
    )
    yichang = "宜昌市规定,非甘肃规定,可调整 / Yichang's rule, not Gansu's; change as needed"
    national = "扶贫资金公示要求 / national duty to publish relief money"
    budget_law = "预算法第五十二条:上级转移支付三十日内下达 / Budget Law, article 52: passed on within 30 days"
    listed = (
        ("class-size-most", 50, huoshan),
        ("filing-working-days-before", 10, huoshan),
        ("filing-answer-working-days", 5, huoshan),
        ("claim-days-after-end", 30, huoshan),
        ("payment-working-days", 10, huoshan),
        ("lesson-video-years", 5, yichang),
        ("village-notice-days-least", 10, national),
        ("publication-working-days", 20, national),
        ("notice-days", 10, national),
        ("pass-on-days", 30, budget_law),
    )
    for name, value, basis in (*listed, *_numbers()):
        yield ThresholdSet(name=name, value=value, since=START, basis=basis, occurred_on=START)


def _numbers() -> tuple[tuple[str, int, str], ...]:
    """How many officials and bases the text asks for: no trainees, so no targets of a class, but dated policy all the same."""
    year = "文本:每年选聘1000名大学生村官 / the text: 1,000 graduates a year"
    heads = "文本:每两年选派58名科技副县长 / the text: 58 science deputy county heads every two years"
    bases = "文本:三年建成200个农村实用人才培养实训基地 / the text: 200 bases for practical talent in three years"
    return (
        ("graduate-officials-a-year", 1_000, year),
        ("deputy-county-heads", 58, heads),
        ("practical-talent-bases", 200, bases),
    )
