"""The money of a sample: lines, rates and plans, and how each county's part of them is passed on, claimed and paid.

Amounts are made up and labelled: no rate of the programme is known. Everything here is computed from the plan of the
sample, so that a sample goes on where it stopped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple, get_args

from taizhang.adapters.preset import PROVINCE
from taizhang.adapters.sample.officers import officer_of
from taizhang.adapters.sample.plan import FIRST_YEAR, SINCE_2018, YEARS, County, PlannedClass, planned_classes
from taizhang.domain.classes import ProgrammeId, ProgrammeKind
from taizhang.domain.core import Fact, OrganisationId, RegionCode
from taizhang.domain.funds.claims import ClaimId
from taizhang.domain.funds.evaluation import AllocationTied, TieId
from taizhang.domain.funds.lines import BudgetApproved, FundLineId, Holder, LineOpened
from taizhang.domain.funds.moving import AllocationIssued, FundsTransferred
from taizhang.domain.funds.use_plans import PlannedUse, UsePlanFiled, UsePlanId
from taizhang.domain.policy import RateSet

TRAINING_RATES = (  # for a trainee with a certificate, to the institution; from, until, fen
    (date(FIRST_YEAR, 1, 1), date(2017, 12, 31), 60_000),
    (date(2018, 1, 1), None, 70_000),
)
RATES_SET = date(FIRST_YEAR, 1, 5)
RATES_SET_LATER = date(2018, 1, 5)  # of programmes that are opened in that year
LIVING_FEN = 500  # for an hour evidenced, to the trainee
RETURNING = 2  # trainees of a class who have been in another
SPARE_PERCENT = 10
WHOLE_FEN = 10_000  # allocations are whole hundreds of yuan
COUNTIES_A_ROUND = 10  # what is planted lies in one county of ten each
YEARS_OF = range(FIRST_YEAR, FIRST_YEAR + YEARS)
EXTRA_FEN = 5_000_000  # what an idle balance holds too much of

# what is planted in the counties whose number leaves this rest
IDLE, LATE, RECOVERED, DEPARTMENT, SHARED, ADVANCED, UNPLANNED, OVERDUE, SENT_BACK, SPLIT = range(COUNTIES_A_ROUND)
POOLING = frozenset({2, 7})  # of ten: pay the trainees from the poverty-relief line, the schools from the other


class YearPart(NamedTuple):
    """What a county gets of one year's lines, in fen."""

    county: County
    year: int
    training_fen: int
    living_fen: int


def claim_of(one: PlannedClass, purpose: str) -> ClaimId:
    """The claim for a class and purpose."""
    return ClaimId(f"claim-{one.county.code}-{one.ordinal + 1:05d}-{purpose}")


def line_of(county: County, year: int, purpose: str) -> FundLineId:
    """Which line pays a class of that year."""
    pooled = purpose == "living" and county.number % COUNTIES_A_ROUND in POOLING
    return FundLineId(f"{'PR' if pooled else 'ER'}-{year}")


def payer_of(county: County) -> Holder:
    """From whose account the county pays: its treasury's, in one county of ten its department's."""
    return Holder(f"{county.code}/hr-{county.code}" if plants(county, DEPARTMENT) else county.code)


def pays_trainees(one: PlannedClass) -> bool:
    """Trainees of a county's first class get an allowance of their own."""
    return one.ordinal == 0


def plants(county: County, what: int) -> bool:
    """Whether this county is one of those in which something is planted."""
    return county.number % COUNTIES_A_ROUND == what


def parts(county: County, seed: int) -> Iterator[YearPart]:
    """What each year's classes of a county may cost at most, with something to spare."""
    training: Counter[int] = Counter()
    living: Counter[int] = Counter()
    for one in planned_classes(county, seed):
        year, seats = one.days[0].year, one.trainees + RETURNING
        training[year] += seats * training_rate(year)
        if pays_trainees(one):
            living[year] += seats * LIVING_FEN * (one.planned_minutes // 60)
    for year in sorted(training):
        extra = EXTRA_FEN if plants(county, IDLE) and year == min(training) else 0
        yield YearPart(county, year, _with_spare(training[year]) + extra, _with_spare(living[year]))


def training_rate(year: int) -> int:
    return next(amount for _, until, amount in TRAINING_RATES if until is None or year <= until.year)


def policies() -> Iterator[Fact]:
    """The rates, for every programme, as the province's sample documents set them."""
    for kind in get_args(ProgrammeKind):
        programme, day = ProgrammeId(kind), RATES_SET if kind not in SINCE_2018 else RATES_SET_LATER
        for since, until, amount in TRAINING_RATES:
            yield RateSet(
                programme=programme,
                amount_fen=amount,
                basis="per-person",
                since=since,
                until=until,
                conditions=("certificate",),
                occurred_on=day,
            )
        yield RateSet(
            programme=programme,
            amount_fen=LIVING_FEN,
            basis="per-hour",
            since=TRAINING_RATES[0][0],
            payee="person",
            purpose="living",
            occurred_on=day,
        )


def lines(all_parts: Iterable[YearPart]) -> Iterator[Fact]:
    """The lines of every year with their budgets, and four that seldom move."""
    wanted: Counter[FundLineId] = Counter()
    for part in all_parts:
        wanted[FundLineId(f"ER-{part.year}")] += part.training_fen
        wanted[line_of(part.county, part.year, "living")] += part.living_fen
    for line, needed in sorted(wanted.items()):
        if needed:
            yield from _line(line, needed)
    for opened in others():
        yield opened
        yield _budget(opened, date(opened.year, 1, 16))


def _line(line: FundLineId, needed: int) -> Iterator[Fact]:
    year, relief = int(line[3:]), line.startswith("PR")
    opened = LineOpened(
        line=line,
        name=f"示例{year}年{'财政专项扶贫资金(培训)' if relief else '就业补助资金(培训)'}",
        source="poverty-relief" if relief else "employment",
        document=f"示例财{'农' if relief else '社'}〔{year}〕1号",
        issued_by=(OrganisationId(f"finance-{PROVINCE}"),),
        year=year,
        purposes=("living", "travel") if relief else ("training", "appraisal", "living"),
        scope="contiguous-and-scattered",
        region=PROVINCE,
        amount_fen=needed,
        occurred_on=date(year, 1, 10),
    )
    yield opened
    yield _budget(opened, date(year, 1, 12))


def others() -> Iterator[LineOpened]:
    """Lines of other sources, of which nothing is passed on."""
    yield LineOpened(
        line=FundLineId("TALENT-2016"),
        name="示例2016年省级人才发展专项资金",
        source="talent",
        document="示例组通字〔2016〕3号",
        issued_by=(OrganisationId(f"hr-{PROVINCE}"),),
        year=2016,
        purposes=("talent", "practical-talent", "bases"),
        scope="contiguous",
        region=PROVINCE,
        amount_fen=20_000_000,
        occurred_on=date(2016, 1, 15),
    )
    yield LineOpened(
        line=FundLineId("PARTY-2016"),
        name="示例2016年省级农村基层党组织建设专项资金",
        source="party-building",
        document="示例组联发〔2016〕5号",
        issued_by=(OrganisationId(f"hr-{PROVINCE}"), OrganisationId(f"finance-{PROVINCE}")),
        year=2016,
        purposes=("party-training",),
        scope="contiguous",
        region=PROVINCE,
        amount_fen=12_000_000,
        occurred_on=date(2016, 1, 15),
    )
    yield LineOpened(
        line=FundLineId("GIFT-2017"),
        name="示例2017年企业捐赠资金",
        source="enterprise",
        document="示例捐〔2017〕1号",
        issued_by=(OrganisationId(f"poverty-{PROVINCE}"),),
        year=2017,
        purposes=("training", "employment"),
        scope="contiguous-and-scattered",
        region=PROVINCE,
        amount_fen=5_000_000,
        donor="示例捐赠企业",
        restriction="仅用于妇女培训(示例)",
        receipt="示例票据-2017-0001",
        occurred_on=date(2017, 1, 10),
    )


def _budget(opened: LineOpened, day: date) -> BudgetApproved:
    return BudgetApproved(
        line=opened.line,
        region=opened.region,
        amount_fen=opened.amount_fen,
        document=f"{opened.document}(预算批复)",
        approver=officer_of("treasurer", PROVINCE),
        goal="示例绩效目标",
        occurred_on=day,
    )


def tie(year: int) -> AllocationTied:
    """What would be due to a county for each registered poor person trained."""
    return AllocationTied(
        tie=TieId(f"sample-{year}"),
        line=FundLineId(f"ER-{year}"),
        region=PROVINCE,
        per_person_fen=training_rate(year),
        since=date(year, 1, 1),
        until=date(year, 12, 31),
        document=f"示例财社〔{year}〕9号",
        occurred_on=date(year, 1, 20),
    )


def passed_on(part: YearPart) -> Iterator[Fact]:
    """A year's part comes down to the county, by the prefecture for every other county; once in ten counties late."""
    county, year = part.county, part.year
    days = [date(year, 1, 20), date(year, 2, 5), date(year, 2, 12), date(year, 2, 16)]
    if plants(county, LATE):
        days[1:] = [date(year, 6, 20), date(year, 6, 21), date(year, 6, 22)]
    sums: Counter[FundLineId] = Counter()
    sums[line_of(county, year, "training")] += part.training_fen
    sums[line_of(county, year, "living")] += part.living_fen
    for line, amount in sums.items():
        if not amount:
            continue
        way = [PROVINCE, county.code]
        if county.number % 2:
            way.insert(1, RegionCode(f"{county.code[:4]}00"))
        for number, (above, below) in enumerate(pairwise(way)):
            paper = f"{line}-{county.code}-{below}"  # two counties of a prefecture may get the same sum on one day
            yield _allocation(line, above, below, amount, days[0] + timedelta(days=number), paper)
            yield _transfer(line, Holder(above), Holder(below), amount, days[1 + 2 * number], paper)
        if plants(county, DEPARTMENT):
            holder, day = payer_of(county), days[3] + timedelta(days=2)
            yield _transfer(line, Holder(county.code), holder, amount, day, f"{line}-{holder}")


def _allocation(
    line: FundLineId, above: RegionCode, below: RegionCode, amount: int, day: date, paper: str
) -> AllocationIssued:
    return AllocationIssued(
        line=line,
        from_region=above,
        to_region=below,
        amount_fen=amount,
        document=f"示例指标〔{day.year}〕{paper}",
        approver=officer_of("treasurer", PROVINCE),
        occurred_on=day,
    )


def _transfer(line: FundLineId, above: Holder, below: Holder, amount: int, day: date, paper: str) -> FundsTransferred:
    return FundsTransferred(
        line=line,
        payer=above,
        receiver=below,
        amount_fen=amount,
        document=f"示例拨款〔{day.year}〕{paper}",
        approver=officer_of("treasurer", PROVINCE),
        bank_receipt=f"示例回单{paper}",
        occurred_on=day,
    )


def use_plan(part: YearPart) -> UsePlanFiled:
    """What the county means to do with a year's money; two lines pool into one plan where it gets two."""
    county, year = part.county, part.year
    items = [PlannedUse(line=line_of(county, year, "training"), purpose="training", amount_fen=part.training_fen)]
    if part.living_fen:
        items.append(PlannedUse(line=line_of(county, year, "living"), purpose="living", amount_fen=part.living_fen))
    return UsePlanFiled(
        plan=UsePlanId(f"sample-use-{county.code}-{year}"),
        region=county.code,
        year=year,
        items=tuple(items),
        document=f"示例用款计划〔{year}〕{county.code}",
        approver=officer_of("treasurer", county.code),
        occurred_on=date(year, 2, 20) if not plants(county, LATE) else date(year, 6, 25),
    )


def _with_spare(amount: int) -> int:
    return -(-amount * (100 + SPARE_PERCENT) // 100 // WHOLE_FEN) * WHOLE_FEN
