"""What a verification says: each check by its name, and each damage with its kind and its first position."""

from __future__ import annotations

from typing import Final, Literal, get_args

import msgspec

Kind = Literal["altered", "deleted", "inserted", "reordered", "truncated", "rolled-back", "forked", "damaged-copy"]
CheckName = Literal[
    "stored-bytes",
    "leaf-hash",
    "tile",
    "root",
    "signed-root",
    "cosigned-root",
    "second-tree",
    "tags",
    "projections",
    "guards",
    "vault",
    "attachments",
]
ORDER: Final[tuple[CheckName, ...]] = get_args(CheckName)
FINDINGS_MOST: Final = 20  # of one check; a broken log would otherwise fill the screen

KINDS_ZH: Final[dict[Kind, str]] = {
    "altered": "被改动",
    "deleted": "被删除",
    "inserted": "被插入",
    "reordered": "被调换次序",
    "truncated": "尾部被截断",
    "rolled-back": "被退回到较早的状态",
    "forked": "另有一份历史",
    "damaged-copy": "副本自身有损",
}
NAMES_ZH: Final[dict[CheckName, str]] = {
    "stored-bytes": "存储的字节",
    "leaf-hash": "叶子哈希",
    "tile": "哈希块",
    "root": "根哈希与日志末端",
    "signed-root": "已签名的根",
    "cosigned-root": "已见证的根",
    "second-tree": "SM3 树与互证的根",
    "tags": "标记索引",
    "guards": "规则状态行",
    "projections": "视图与重放",
    "vault": "保险库与承诺值",
    "attachments": "附件与来源文件",
}


class Finding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One damage: of which kind, from which position on (`upto`: no later than this one), and what in words."""

    kind: Kind
    zh: str
    en: str
    position: int | None = None
    upto: int | None = None


class Check(msgspec.Struct, kw_only=True):
    """One named check: `state` is ok, damaged or unchecked; `counted` how many things were looked at."""

    name: CheckName
    state: Literal["ok", "damaged", "unchecked"] = "ok"
    counted: int = 0
    findings: list[Finding] = msgspec.field(default_factory=list)
    more: int = 0  # findings left out
    why_zh: str = ""
    why_en: str = ""

    def add(self, finding: Finding) -> None:
        """Take in a damage; past a score of them they are only counted."""
        self.state = "damaged"
        if len(self.findings) < FINDINGS_MOST:
            self.findings.append(finding)
        else:
            self.more += 1

    def leave(self, zh: str, en: str) -> None:
        """It was not checked, for this reason."""
        if self.state == "ok":
            self.state, self.why_zh, self.why_en = "unchecked", zh, en


class Report(msgspec.Struct, kw_only=True):
    """All checks in their order, for the log up to `position`."""

    ok: bool
    origin: str
    position: int
    checks: list[Check]

    def first(self) -> Finding | None:
        """The damage nearest to the stored bytes: what the others follow from."""
        return next((one for check in self.checks for one in check.findings), None)

    def check(self, name: CheckName) -> Check:
        """One check by its name."""
        [found] = [check for check in self.checks if check.name == name]
        return found


def lines(report: Report, language: str) -> list[str]:
    """The report for people, in `zh` or `en`."""
    zh = language == "zh"
    said = []
    for check in report.checks:
        name = f"{NAMES_ZH[check.name]}({check.name})" if zh else check.name
        state = {
            "ok": "一致" if zh else "ok",
            "damaged": "有损" if zh else "DAMAGED",
            "unchecked": "未核对" if zh else "unchecked",
        }
        why = (check.why_zh if zh else check.why_en) if check.state == "unchecked" else f"{check.counted:,}"
        said.append(f"{state[check.state]}  {name}  {why}")
        kinds = KINDS_ZH if zh else dict(zip(KINDS_ZH, KINDS_ZH, strict=True))
        said += [f"    {kinds[one.kind]}  {_where(one, zh)}{one.zh if zh else one.en}" for one in check.findings]
        if check.more:
            said.append(f"    …… 另有 {check.more} 处" if zh else f"    … and {check.more} more")
    return said


def _where(finding: Finding, zh: bool) -> str:
    if finding.position is None:
        return ""
    upto = f"–{finding.upto}" if finding.upto not in (None, finding.position) else ""
    return f"第 {finding.position}{upto} 条:" if zh else f"position {finding.position}{upto}: "
