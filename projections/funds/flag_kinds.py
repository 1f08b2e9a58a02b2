"""What is flagged about money and never refused: each kind's name, what it says, and how it may be innocent."""

from __future__ import annotations

from typing import Final, NamedTuple


class FlagKind(NamedTuple):
    """A kind of flag; `zh_says` and `en_says` are filled in with what was found."""

    kind: str
    zh: str
    en: str
    zh_says: str
    en_says: str
    innocent_zh: str
    innocent_en: str
    source: str


FLAG_KINDS: Final[tuple[FlagKind, ...]] = (
    FlagKind(
        "recorded-late",
        "补录过晚",
        "recorded late",
        "{what}发生于 {day},{days} 天后才入账(一般 {limit} 天以内)。",
        "{what} of {day} was recorded {days} days later (usual: within {limit}).",
        "补录历史资料;网络不通;月末、季末集中录入。",
        "Catching up on old papers; no network; entries gathered at the end of a month or quarter.",
        "facts/falsification.csv F51",
    ),
    FlagKind(
        "passed-on-late",
        "下达或拨付超期",
        "passed on late",
        "{holder} 于 {day} 转出的资金或指标中,最早一笔已停留 {days} 天(规定 {limit} 天)。",
        "Of what {holder} passed on on {day}, the oldest part had waited {days} days (limit {limit}).",
        "分期验收后拨付;冬季停训;等待上级方案。",
        "Instalments wait for acceptance; no classes in the frozen season; a plan from above was awaited.",
        "facts/programme.md 4.2 (Budget Law, article 52)",
    ),
    FlagKind(
        "paid-late",
        "支付超期",
        "paid late",
        "申领 {claim} 审核后 {days} 天才支付(规定 {limit} 天)。",
        "Claim {claim} was paid {days} days after its review (limit {limit}).",
        "公示期有异议正在核实;收款账户有误。",
        "An objection to the notice was looked into; the payee's account was wrong.",
        "facts/programme.md 4.2 (payment)",
    ),
    FlagKind(
        "idle-balance",
        "资金闲置",
        "idle balance",
        "{holder} 账上有资金停留 {days} 天,其中超过 {limit} 天的共 {amount} 元。",
        "{holder} has money that has waited {days} days; {amount} yuan of it over {limit} days.",
        "分期付款等待验收;冬季停训。",
        "Instalments wait for acceptance; frozen season.",
        "facts/falsification.csv F35",
    ),
    FlagKind(
        "account-beyond-one-household",
        "一个账户用于多户",
        "one account, several households",
        "收款账户 {account} 用于不同户的 {many} 人。",
        "Account {account} is used for {many} persons of different households.",
        "亲属代领且有委托;分户后仍用原账户;家庭信息尚未登记。",
        "A relative collects with a mandate; a household split and kept the account; the household is not registered yet.",
        "issue 3 (facts and rules)",
    ),
    FlagKind(
        "round-amount",
        "整数金额",
        "round amount",
        "支付 {payment} 为整数 {amount} 元,与申领核定的 {claimed} 元不一致。",
        "Payment {payment} is a round {amount} yuan, not the {claimed} yuan of the approved claim.",
        "按人定额的补贴本来就是整数;分期支付取整。",
        "Fixed rates for each head make round sums normal; instalments are rounded.",
        "facts/falsification.csv F41",
    ),
    FlagKind(
        "repeated-amount",
        "重复金额",
        "repeated amount",
        "{limit} 天内向同一收款人支付 {many} 笔相同金额 {amount} 元。",
        "{many} payments of the same {amount} yuan to the same payee within {limit} days.",
        "人数相同的班次按定额补贴,金额自然相同。",
        "Classes of as many persons at a fixed rate come to the same amount.",
        "facts/falsification.csv F41",
    ),
    FlagKind(
        "split-payment",
        "拆分支付",
        "split payment",
        "申领 {claim} 中 {person} 的补贴分 {many} 笔支付。",
        "What claim {claim} gives for {person} was paid in {many} parts.",
        "资金分批到账;按月发放。",
        "The money came in parts; real monthly instalments.",
        "facts/falsification.csv F40",
    ),
    FlagKind(
        "paid-without-plan",
        "无使用计划支付",
        "paid without a use plan",
        "{region} 支付 {amount} 元时尚未备案该资金的使用计划。",
        "{region} paid {amount} yuan before any use plan for this line was filed.",
        "计划已批准,纸件尚未录入。",
        "The plan is approved on paper and not recorded yet.",
        "facts/programme.md 4.2 (plan)",
    ),
    FlagKind(
        "paid-otherwise-than-charged",
        "支付资金与列支不符",
        "paid otherwise than charged",
        "申领 {claim} 由 {line} 支付 {paid} 元,审核时列支该资金 {charged} 元。",
        "Of claim {claim}, {paid} yuan were paid from {line}; its review had charged {charged} yuan to that line.",
        "列支的资金尚未到账,先由其他资金支付;审核记录尚未更正。",
        "The money charged had not come and another line paid first; the review is not corrected yet.",
        "docs/adr/0018-commitments.md",
    ),
    FlagKind(
        "transferred-without-allocation",
        "无下达文件拨款",
        "transferred without an allocation",
        "到 {day} 为止,{region} 收到的资金比下达的指标多 {amount} 元。",
        "By {day} {region} had received {amount} yuan more than was allotted to it.",
        "指标文件补录,文件日期填为录入日期。",
        "The allocation was recorded late and dated by the day of recording.",
        "facts/programme.md 4.2 (allocation, transfer)",
    ),
    FlagKind(
        "advance-overdue",
        "预付逾期未冲销",
        "advance overdue",
        "预付 {advance} 应于 {day} 冲销,已逾期 {days} 天,尚余 {amount} 元。",
        "Advance {advance} was to be cleared by {day}; {days} days later {amount} yuan are left.",
        "开班延期;冲销材料正在审核。",
        "The class was put off; the papers are under review.",
        "facts/falsification.csv F42",
    ),
    FlagKind(
        "advance-after-payment",
        "支付后又预付",
        "advance after the payment",
        "预付 {advance}({day},{amount} 元)之前,{training_class} 班已向同一机构支付补贴 {paid} 元。",
        "Before advance {advance} of {day}, {amount} yuan, {paid} yuan were already paid to that institution for class {training_class}.",
        "预付的是同一班次另一批学员或另一项用途;支付随后被银行退回。",
        "The advance is for other trainees or another purpose of the class; the bank sent the payment back later.",
        "facts/falsification.csv F42",
    ),
    FlagKind(
        "negative-balance",
        "余额为负",
        "negative balance",
        "按发生日期,{holder} 在 {day} 的余额为负 {amount} 元。",
        "By the days on which things happened, {holder} was {amount} yuan short on {day}.",
        "先发生的收入晚录,或日期填错。",
        "An earlier receipt was recorded late, or a day is wrong.",
        "docs/adr/0006-money.md",
    ),
    FlagKind(
        "rate-changed-during-class",
        "班期内补贴标准变动",
        "rate changed during the class",
        "{training_class} 班期内({day} 起)补贴标准由 {before} 元变为 {amount} 元。",
        "While class {training_class} ran (from {day}) the rate went from {before} to {amount} yuan.",
        "标准按年度调整,班期跨年。",
        "Rates change with the year and the class ran across it.",
        "facts/programme.md 4.2 (payment)",
    ),
    FlagKind(
        "paid-after-recovery",
        "追缴后再支付",
        "paid after a recovery",
        "申领 {claim} 中 {person} 的补贴追缴后又支付 {amount} 元。",
        "{amount} yuan were paid for {person} under claim {claim} after a recovery.",
        "追缴的是多付部分;复核后恢复支付。",
        "Only what was too much was recovered; the payment was restored after a review.",
        "issue 3 (facts and rules)",
    ),
    FlagKind(
        "payment-voided",
        "已登记支付被作废",
        "payment declared void",
        "支付 {payment}({day},{amount} 元)登记后被作废;作废后同一申领、同一收款人另有 {many} 笔支付。",
        "Payment {payment} of {day}, {amount} yuan, was recorded and declared void; {many} later payments of the same claim and payee.",
        "同一笔录入两次;凭证开出后未执行。",
        "It was typed twice; the voucher was never executed.",
        "facts/falsification.csv F41, F44",
    ),
)
