"""What a program gets in place of an answer: RFC 9457, with a stable type for each way in which it can fail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Any, Final

import msgspec
from starlette.exceptions import HTTPException

from taizhang.adapters.shapes import FieldProblem, Misshapen, field_problem

MEDIA_TYPE: Final = "application/problem+json"
RULES: Final = "urn:taizhang:rule:"  # and the rule's id
OWN: Final = "urn:taizhang:problem:"  # and one of KINDS


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RFC 9457: `type` is stable, `detail` and `detail_zh` are for people; `errors` names every field at fault."""

    type: str
    title: str
    status: Annotated[int, msgspec.Meta(ge=400, le=599)]
    detail: str | None = None
    detail_zh: str | None = None
    errors: tuple[FieldProblem, ...] = ()


class Kind(msgspec.Struct, frozen=True):
    """A way in which a request fails that is no rule of the programme: status and words."""

    status: int
    zh: str
    en: str


KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "misshapen": Kind(
            422, "有字段缺失或格式不符,未作处理。请按 errors 逐项修改。",
            "Fields are missing or badly shaped; nothing was done. Change them as “errors” says.",
        ),
        "not-json": Kind(400, "正文不是有效的 JSON。请检查后重发。", "The body is not JSON. Check it and send it again."),
        "not-json-type": Kind(
            415, "正文须为 application/json。请设置 Content-Type。", "The body must be application/json. Set Content-Type.",
        ),
        "no-idempotency-key": Kind(
            400, "写入须带 Idempotency-Key(1 至 80 个可见字符),重发时不变。",
            "A write needs an Idempotency-Key of 1 to 80 visible characters, the same when it is sent again.",
        ),
        "idempotency-key-reused": Kind(
            422, "此 Idempotency-Key 已用于内容不同的请求,本次未记录。新的请求请换新的键。",
            "This Idempotency-Key was used for a request with other content; nothing was recorded. Take a new key.",
        ),
        "no-form-token": Kind(
            403, "用浏览器会话写入须带 X-CSRF-Token。程序请使用密钥(Authorization: Bearer)。",
            "A write from a browser's session needs X-CSRF-Token. Programs send a key (Authorization: Bearer).",
        ),
        "not-your-role": Kind(
            403, "您的岗位不能查看此项。请由具备相应岗位的经办人查看。",
            "Your role may not see this. Ask an officer whose role may.",
        ),
        "password-first": Kind(
            403, "初始密码须先更换。请登录页面更换密码后再试。",
            "The first password must be changed before anything else. Sign in on the pages, change it, then try again.",
        ),
        "too-often": Kind(
            429, "请求过于频繁。请按 Retry-After 等待,并降低频率。",
            "Too many requests in a short time. Wait as long as Retry-After says, and ask less often.",
        ),
        "no-such-command": Kind(404, "没有这一命令。全部命令见 /api/commands。", "There is no such command; /api/commands lists them."),
        "no-such-page": Kind(404, "没有这一页。请从第一页读起。", "There is no such page. Begin with the first one."),
        "no-such-period": Kind(
            404, "没有这一期间。请填年度、阶段或起止日期。", "There is no such period. Name a year, a phase, or two days.",
        ),
        "unusable": Kind(409, "该命令不能按此内容办理。", "The command cannot be carried out as it is written."),
        "seen-otherwise": Kind(409, "所更正的内容在您查看之后已变。", "What you would correct has changed since you looked."),
        "not-there-yet": Kind(
            409, "视图尚未到达所等的位置。请稍后重试。", "The views have not reached that position yet. Try again in a moment.",
        ),
        "past-the-end": Kind(
            409, "日志还没有这么长:所给位置在其末尾之后,可能来自另一份日志,或日志已从备份恢复。请从头重新订阅。",
            "The log is not that long: this position is past its end. It may be another log's, or the log was put back from a "
            "backup. Read the feed anew from its beginning.",
        ),
        "known-now-only": Kind(
            409, "此表只存当前所知,不能按入账时间回看。请不带 as_recorded_at 查询;可回看的表见 /api/tables 的 recorded_axis。",
            "This table holds what is known now, not what was known earlier. Ask without as_recorded_at; recorded_axis in "
            "/api/tables says which tables can be asked of an earlier time.",
        ),
        "past-under-way": Kind(
            409, "正在还原该时点,请稍后再查。可用 Prefer: wait=秒数 等待。",
            "That moment of the past is still being folded. Ask again in a moment, or wait with Prefer: wait=seconds.",
        ),
        "not-recorded": Kind(409, "导出未能入账,因此未交付文件。", "The export could not be recorded, so no file is handed out."),
        "too-many-feeds": Kind(429, "同时订阅过多。请关闭其他订阅后重试。", "Too many feeds are open. Close another one, then try again."),
    }
)  # fmt: skip
"""By the last part of its type."""


class ApiProblem(HTTPException):
    """A request that fails in one of the KINDS; words of its own go before those of the kind."""

    def __init__(
        self,
        kind: str,
        *,
        zh: str = "",
        en: str = "",
        errors: Sequence[Misshapen] = (),
        rule: str = "",
        status: int = 0,
    ) -> None:
        known = KINDS.get(kind)
        super().__init__(status or (known.status if known else 409))
        self.kind = f"{RULES}{rule}" if rule else OWN + kind
        self.zh, self.en = zh or (known.zh if known else ""), en or (known.en if known else "")
        self.errors = tuple(field_problem(one) for one in errors)


def refused(rule: str, zh: str, en: str) -> ApiProblem:
    """A rule of the programme said no."""
    return ApiProblem("", rule=rule, zh=zh, en=en, status=409)


def problem_body(status: int, title: str, kind: str, zh: str, en: str, errors: Sequence[Any] = ()) -> bytes:
    """The document of a problem."""
    return msgspec.json.encode(
        Problem(type=kind, title=title, status=status, detail=en, detail_zh=zh, errors=tuple(errors))
    )
