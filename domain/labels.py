"""What every code is called, in Chinese and English: for people who read the tables, whatever they read them with."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple, get_args

from taizhang.domain.certificates import CertificateKind
from taizhang.domain.classes import ProgrammeKind
from taizhang.domain.confirmations import Channel
from taizhang.domain.employment import EmploymentKind
from taizhang.domain.enrolment import WishAim, WishForm
from taizhang.domain.forgetting_labels import FORGETTING_VOCABULARIES, FORGETTING_WORDS
from taizhang.domain.funds.claims import PayeeKind
from taizhang.domain.funds.evaluation import EvaluationKind, Indicator
from taizhang.domain.funds.lines import FundSource, LineScope
from taizhang.domain.funds.purposes import Purpose
from taizhang.domain.households import Attribute, Cause, Leaving
from taizhang.domain.inspections.consequences import CommendationKind, Outcome
from taizhang.domain.inspections.opening import Acceptance, Content, InspectionKind, Method
from taizhang.domain.inspections.samples import SampleMethod
from taizhang.domain.institutions import OrganisationKind
from taizhang.domain.leads.labels import LEAD_VOCABULARIES, LEAD_WORDS
from taizhang.domain.officer_keys import Means
from taizhang.domain.officers import Role
from taizhang.domain.people import Status
from taizhang.domain.policy import RateBasis, RateCondition
from taizhang.domain.postings.appraisals import Grade
from taizhang.domain.postings.duty import DutyBasis, WorkKind
from taizhang.domain.postings.officials import EndingWhy, PersonType, PostingKind
from taizhang.domain.regions import Category, Level


class Label(NamedTuple):
    """A code's name in both languages."""

    zh: str
    en: str


_WORDS: Final = """
programme-kind
    two-after           两后生培训             two-after students
    labour              劳动力技能培训         labour training
    improvement         技能提升培训           improvement training
    e-commerce          大学生村官电商培训     graduate-official e-commerce
    party-secretary     村党组织书记轮训       party-secretary rotation
    practical-talent    农村实用人才培训       practical talent
    cadre               干部培训               cadre training
    youth-league        共青团办班             youth league class
    union               工会办班               union class
    women               妇联办班               women's federation class
person-status
    in-school           在校                   in school
    two-after           两后生                 two-after student
    new-labourer        新成长劳动力           new labourer
    labourer            普通劳动力             labourer
    skilled-labourer    技能劳动力             skilled labourer
    weak-labourer       弱劳动力或半劳动力     weak or half labourer
    lost-labour         丧失劳动力             lost the ability to work
    no-labour           无劳动力               no ability to work
    on-payroll          财政供养               on payroll
    employed            就业                   employed
    self-employed       自主创业               self-employed
    retired             退休                   retired
    insured-as-worker   参加职工保险           insured as worker
    in-prison           服刑                   in prison
household-attribute
    general             一般农户               ordinary household
    poor                一般贫困户             poor household
    poor-minimum-living     低保贫困户         poor, minimum living
    poor-five-guarantees    五保贫困户         poor, five guarantees
poverty-cause
    illness             因病                   illness
    disability          因残                   disability
    schooling           因学                   schooling
    disaster            因灾                   disaster
    no-land             缺土地                 no land
    no-water            缺水                   no water
    no-skill            缺技术                 no skill
    no-labour           缺劳力                 no labour
    no-money            缺资金                 no money
    poor-roads          交通条件落后           poor roads
    low-motivation      自身发展动力不足       low motivation
    other               其它                   other
household-leaving
    died                死亡                   died
    married-out         嫁出                   married out
    moved               迁出                   moved
    split               分户                   split
    prison              服刑                   prison
    listed-wrongly      误列                   listed wrongly
    other               其他                   other
certificate-kind
    qualification       职业资格证书           qualification
    skill-level         技能等级证书           skill level
    special-skill       专项能力证书           special skill
    training            培训合格证书           training certificate
employment-kind
    transfer            转移就业               work away
    self-employed       自主创业               self-employed
    local               就近就业               work near home
    farming             务农                   farming
    none                未就业                 not in work
wish-form
    short-class         短期班                 short class
    school              学校教育               school
    on-the-job          在岗培训               on the job
wish-aim
    work-away           外出务工               work away
    work-near           就近就业               work near home
    start-up            创业                   start-up
    farm                务农                   farm
confirmation-channel
    own-phone           本人电话               own phone
    home-visit          入户                   home visit
    in-class            课堂                   in class
    terminal            自助终端               terminal
    letter              信函                   letter
organisation-kind
    department          部门                   department
    mass-organisation   群团组织               mass organisation
    institution         培训机构               training institution
    school              学校                   school
    enterprise          企业                   enterprise
    leading-group       领导小组               leading group
region-level
    province            省级                   province
    prefecture          市州                   prefecture
    county              县区                   county
    township            乡镇                   township
    village             行政村                 village
region-category
    contiguous          集中连片               contiguous area
    scattered           插花型                 scattered
    none                范围外                 outside
role
    clerk               经办                   clerk
    institution         培训机构               training institution
    finance             财政                   finance
    organisation        组织                   organisation department
    inspector           督查                   inspector
    discipline          纪检                   discipline
    dashboard           看板                   dashboard
    village-official    驻村干部               posted village official
    system-administrator    系统管理员         system administrator
    security-administrator  安全管理员         security administrator
    audit-administrator     审计管理员         audit administrator
sign-in-means
    password            首次密码               first password
    single-sign-on      单点登录账号           single sign-on account
class-status
    unfiled             未申报                 unfiled
    filed               已申报                 filed
    approved            已批准                 approved
    refused             已退回                 sent back
    cancelled           已取消                 cancelled
    completed           已结业                 completed
institution-status
    designated          已认定                 designated
    suspended           暂停                   suspended
    withdrawn           已取消认定             withdrawn
fund-source
    talent              省级人才发展专项资金   provincial talent fund
    party-building      省级农村基层党组织建设专项资金  provincial grass-roots party-building fund
    employment          就业补助资金           employment subsidy fund
    poverty-relief      财政专项扶贫资金       poverty-relief fund
    fiscal-province     省级财政转移支付       provincial fiscal transfer
    fiscal-prefecture   市级财政资金           prefecture's fiscal funds
    fiscal-county       县级财政资金           county's fiscal funds
    east-west           东西部协作资金         east-west cooperation
    enterprise          企业捐赠               enterprise donation
    charity             公益机构捐赠           charity donation
    private             个人捐赠               private donation
fund-purpose
    training            培训补贴               training subsidy
    appraisal           技能鉴定补贴           skill appraisal subsidy
    living              生活补助               living allowance
    travel              交通补助               travel allowance
    employment          就业奖补               employment award
    talent              引进急需紧缺人才       recruiting scarce talent
    practical-talent    农村实用人才培养       practical talent
    bases               实训基地建设           training bases
    party-training      党员培训               party members' training
    village-officials   大学生村官培训         graduate village officials' training
line-scope
    contiguous          集中连片58县           the 58 contiguous counties
    contiguous-and-scattered  连片与插花75县   the 58 and 17, 75 counties
    named               指定县区               the counties named
fund-book
    quota               指标                   quota
    cash                资金                   cash
payee-kind
    institution         培训机构               training institution
    person              本人                   the person
rate-basis
    per-person          按人                   per person
    per-hour            按学时                 per hour
rate-condition
    certificate         取得证书               certificate issued
    employed-1          满1个月在业(有旁证)   in work after 1 month, second source
    employed-3          满3个月在业(有旁证)   in work after 3 months, second source
    employed-6          满6个月在业(有旁证)   in work after 6 months, second source
    poor                建档立卡               registered poor
entitlement-lack
    hours               学时依据               evidenced hours
    certificate         有效证书               a certificate that stands
    employment          经核实的就业           confirmed work
    poor                建档立卡身份           registration as poor
evaluation-kind
    self-evaluation     单位自评               self-evaluation
    spot-check          抽查复核               spot check
fund-indicator
    persons             培训人数               persons trained
    person-times        培训人次               person-times
    poor-share          建档立卡占比           share registered poor
    pass-rate           合格率                 pass rate
    evidenced-hours-rate    学时有据率         evidenced-hours rate
    paid-on-time-rate   按时拨付率             paid-on-time rate
    cost-per-certificate    每证成本           cost per certificate
    employed-at-6-months    六个月就业率       employed at 6 months
    income-change       增收                   income change
    satisfaction        满意度                 satisfaction
    wish-match          意愿匹配率             wish match
plan-kind
    implementation      实施方案               implementation plan
    annual              年度计划               annual plan
posting-kind
    graduate-official   大学生村官             graduate village official
    first-secretary     第一书记               first secretary
    team-member         驻村工作队队员         village work team member
    science-commissioner    科技特派员         science commissioner
    three-areas-talent  三区人才               three-areas talent
    deputy-county-head  科技副县长             science deputy county head
    e-commerce-trainer  电商培训辅导员         e-commerce trainer
person-type
    civil-servant       公务员                 civil servant
    public-institution  事业单位人员           staff of a public institution
    graduate            高校毕业生             graduate
    enterprise          企业人员               staff of an enterprise
grade
    excellent           优秀                   excellent
    competent           称职                   competent
    basically-competent 基本称职               basically competent
    incompetent         不称职                 incompetent
    qualified           合格                   qualified
    basically-qualified 基本合格               basically qualified
    unqualified         不合格                 unqualified
work-kind
    project             项目                   project
    enterprise          企业                   enterprise
    technique           技术推广               technique
duty-basis
    work-log            工作日志               work log
    sign-in             签到                   sign-in
    visit               走访                   visit
ending-why
    term-over           任期届满               term over
    resigned            辞职                   resigned
    unit-called-back    派出单位召回           called back by the unit
    died                死亡                   died
    other               其他                   other
inspection-kind
    self                自查                   self-inspection
    superior            上级检查               by a superior
    cross               交叉检查               cross inspection
    third-party         第三方检查             by a third party
inspection-content
    registration-files  培训建档立卡情况       registration files
    merging             项目资金整合情况       merging of projects and money
    plans               方案计划制定落实情况   plans made and carried out
    funds               经费划拨管理使用情况   use of money
    institutions        定点机构动态管理情况   management of institutions
    outcomes            鉴定、输转、创业情况   outcomes after training
inspection-method
    statistics          查看分析统计资料       statistics
    meeting             召开座谈会             meeting
    report              听取专题汇报           special report
    site-visit          实地检查               site visit
    institution-visit   走访培训机构           visit to an institution
    interview           专访重点对象           interview
sample-method
    random              随机抽样               random
    stratified          分层抽样               stratified
    monetary-unit       货币单元抽样           monetary-unit
draw-part
    method              抽样方法               method
    seed                种子                   seed
    list                样本清单               list
acceptance
    batch               分批验收               in batches
    level               分级验收               by level
    class               分类验收               by class
accountability
    talk                谈话提醒、约谈         talk
    criticism           通报批评               criticism
    admonition          诫勉                   admonition
    recall              召回                   recall
    organisational      组织处理               organisational measure
    party-sanction      党纪处分               party sanction
    administrative-sanction    政务处分        administrative sanction
    recovery            追缴资金               recovery of money
    prosecution         移送司法机关           transfer to prosecutors
commendation-kind
    commendation        表彰                   commendation
    model-case          先进典型               model case
inspection-plan-state
    done                已开展                 done
    late                逾期开展               done late
    due                 待开展                 due
    overdue             逾期未开展             overdue
sample-state
    committed           已承诺随机数           nonce committed
    fixed               已定总体               population fixed
    drawn               已抽取                 drawn
finding-state
    open                待整改                 open
    answered            已反馈                 answered
    due                 整改中                 rectification due
    overdue             逾期                   overdue
    reported            待复核                 reported
    reviewed            复核通过               reviewed
    closed              已销号                 closed
    reopened            重新打开               reopened
target-unit
    persons             人                     persons
    person-times        人次                   person-times
"""

VOCABULARIES: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "programme-kind": ProgrammeKind,
        "person-status": Status,
        "household-attribute": Attribute,
        "poverty-cause": Cause,
        "household-leaving": Leaving,
        "certificate-kind": CertificateKind,
        "employment-kind": EmploymentKind,
        "wish-form": WishForm,
        "wish-aim": WishAim,
        "confirmation-channel": Channel,
        "organisation-kind": OrganisationKind,
        "region-level": Level,
        "region-category": Category,
        "role": Role,
        "sign-in-means": Means,
        "fund-source": FundSource,
        "fund-purpose": Purpose,
        "line-scope": LineScope,
        "payee-kind": PayeeKind,
        "rate-basis": RateBasis,
        "rate-condition": RateCondition,
        "evaluation-kind": EvaluationKind,
        "fund-indicator": Indicator,
        "posting-kind": PostingKind,
        "person-type": PersonType,
        "grade": Grade,
        "work-kind": WorkKind,
        "duty-basis": DutyBasis,
        "ending-why": EndingWhy,
        "inspection-kind": InspectionKind,
        "inspection-content": Content,
        "inspection-method": Method,
        "sample-method": SampleMethod,
        "acceptance": Acceptance,
        "accountability": Outcome,
        "commendation-kind": CommendationKind,
        **LEAD_VOCABULARIES,
        **FORGETTING_VOCABULARIES,
    }
)
"""The kinds of codes that facts are written in; every code of each has a label."""


def labels() -> dict[str, dict[str, Label]]:
    """The labels of all codes, by kind and code."""
    found: dict[str, dict[str, Label]] = {}
    codes: dict[str, Label] = {}
    for line in (_WORDS.strip() + LEAD_WORDS.rstrip() + FORGETTING_WORDS.rstrip()).splitlines():
        if not line.startswith(" "):
            codes = found.setdefault(line.strip(), {})
            continue
        code, zh, en = line.split(maxsplit=2)
        codes[code] = Label(zh, en)
    return found


def codes_of(kind: str) -> tuple[str, ...]:
    """Every code of a vocabulary."""
    return get_args(VOCABULARIES[kind])
