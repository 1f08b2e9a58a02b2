"""What the columns of an outside list are called by those who make it: printed names, as they stand in such lists."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_COMMON: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "identity": (
            *("身份证号", "身份证号码", "公民身份号码", "公民身份证号码", "居民身份证号码", "证件号码", "证件号"),
            *("身份证", "社会保障号码", "社会保障号", "ID NUMBER", "IDENTITY NUMBER"),
        ),
        "name": ("姓名", "人员姓名", "户名", "账户名", "NAME"),
        "unit": (
            *("单位", "单位名称", "工作单位", "所在单位", "参保单位", "单位编号", "统一社会信用代码", "UNIT"),
            *("学校", "学校名称", "就读学校", "企业名称", "字号名称", "注册号", "许可证号", "许可证编号"),
        ),
        "says": (
            *("人员类别", "人员性质", "岗位", "岗位类别", "编制类型", "险种", "险种类型", "参保类型", "待遇类型"),
            *("学段", "学籍状态", "年级", "登记状态", "经营状态", "状态", "退回原因", "核对结果", "办学内容"),
            *("许可范围", "备注", "REMARK", "STATE"),
        ),
        "since": (
            *("起始日期", "开始日期", "起", "自", "SINCE"),
            *("死亡日期", "死亡时间", "去世日期", "注销日期", "入职日期", "任职日期", "进入财政供养日期"),
            *("领取起始日期", "享受待遇日期", "退休日期", "参保日期", "缴费起始日期", "缴费开始", "缴费起始年月"),
            *("入学日期", "入学时间", "成立日期", "注册日期", "登记日期", "发证日期", "有效期起", "退回日期"),
        ),
        "until": (
            *("终止日期", "结束日期", "止", "至", "UNTIL"),
            *("离职日期", "停发日期", "停保日期", "缴费截止日期", "缴费截止", "缴费终止年月", "毕业日期", "离校日期"),
            *("注销日期", "吊销日期", "有效期止", "有效期至"),
        ),
    }
)
_ACCOUNT: Final = ("银行账号", "账号", "银行卡号", "卡号", "收款账号", "ACCOUNT")
_AMOUNT: Final = ("金额", "退回金额", "交易金额", "金额(元)", "AMOUNT")
_INSTITUTION: Final = ("机构编号", "培训机构编号", "机构名称", "培训机构", "学校名称", "办学机构", "INSTITUTION")
_CANCELLED: Final = "注销日期"  # the death's day on a death list, the end on a list of businesses

KEY: Final[Mapping[str, str]] = MappingProxyType({"licences": "institution", "bank-returns": "account"})
"""By which column the rows of a kind of list are matched; identity numbers unless it stands here."""


def columns_of(kind: str) -> dict[str, tuple[str, ...]]:
    """Field -> the printed names under which a list of this kind may have it."""
    found = dict(_COMMON)
    if kind == "bank-returns":
        found |= {"account": _ACCOUNT, "amount": _AMOUNT}
    elif kind == "licences":
        found.pop("identity")
        found |= {"institution": _INSTITUTION, "unit": tuple(one for one in found["unit"] if "学校" not in one)}
    return found | {"since" if kind != "deaths" else "until": _without(found, kind)}


def key_of(kind: str) -> str:
    """The column without which a list of this kind cannot be matched."""
    return KEY.get(kind, "identity")


def _without(found: Mapping[str, tuple[str, ...]], kind: str) -> tuple[str, ...]:
    """注销日期 is when a death was struck off the register, and when a business or an insurance ended: never both."""
    field = "since" if kind != "deaths" else "until"
    return tuple(one for one in found[field] if one != _CANCELLED)
