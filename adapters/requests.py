"""Commands as programs write them: one JSON object each, from a line, a request or a form, to a proposal.

    {"id": "…", "command": "training.enrol-trainee", "body": {…}, "reason": "…", "paper": {…}, "addition": {…}}
    {"id": "…", "command": "correct", "corrects": 17, "body": {…} or null, "reason": "…", "approver": "…", "seen": "…"}

The body is the fact that is proposed. `personal` holds what goes no further than the vault or the stored files: a number
(bank_accounts.py), a file in base64 (attaching.py); only commitments, ids and digests go on. `seen` may name the version that the corrector looked at (`version_of`):
when another stands by now, nothing is recorded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import msgspec

from taizhang.adapters.documents import NotJson, document
from taizhang.adapters.id_schemas import with_id_forms
from taizhang.adapters.log.log import Criterion, Log
from taizhang.adapters.shapes import Misshapen, misshapen, unportable
from taizhang.domain.attachments import AttachmentFiled
from taizhang.domain.boundary import correction_of
from taizhang.domain.core import Correction, Fact, LateAddition, OfficerId, Position, Slice
from taizhang.domain.decisions import Amend, Proposal, commands, slice_for
from taizhang.domain.envelope import Paper, Source, body_of, outer_of
from taizhang.domain.funds.bank_accounts import BankAccountRegistered
from taizhang.domain.wording import word

CORRECT = "correct"
NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
VAULTED: Final[Mapping[type[Fact], tuple[str, ...]]] = MappingProxyType(
    {BankAccountRegistered: ("account", "commitments"), AttachmentFiled: ("photograph",)}
)
"""Fields that come out of the vault, or of a stored file, in place of personal data: nobody writes them."""
PERSONAL: Final[Mapping[type[Fact], str]] = MappingProxyType(
    {BankAccountRegistered: "account_number", AttachmentFiled: "file"}
)
"""The field of `personal` that a command takes: an account's number, or a file in base64."""
MORE_THAN_RECORDED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "people.forget-person": "taizhang forget",
        "people.blank-file": "taizhang forget",
        "people.share-contact": "taizhang match-contacts",
    }
)
"""Commands that only the command named here gives: what they record was done with files, keys or the vault's index."""
PAYEES: Final = ("person", "institution")  # whose key seals what is kept
_encode = msgspec.json.Encoder(order="deterministic").encode


class Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One command as it is written down."""

    id: str
    command: str
    body: dict[str, Any] | None = None
    reason: str | None = None
    paper: Paper | None = None
    addition: LateAddition | None = None
    corrects: Position | None = None
    approver: OfficerId | None = None
    seen: str | None = None
    personal: dict[str, str] | None = None


class RequestUnusable(Exception):
    """A command is not in a shape that can be decided: what is wrong, what to do; `fields` names each one at fault."""

    def __init__(self, zh: str, en: str, fields: Sequence[Misshapen] = ()) -> None:
        super().__init__(en)
        self.zh, self.en, self.fields = zh, en, tuple(fields)


class SeenOtherwise(RequestUnusable):
    """What somebody looked at and would correct has been corrected or declared void since."""


def version_of(standing: Fact) -> str:
    """Names a body as it stands, so that somebody can say which one they looked at."""
    return hashlib.sha256(_encode([type(standing).TOPIC, standing])).hexdigest()


def parsed(text: bytes | str) -> Request:
    """One command from its JSON text.

    Raises RequestUnusable.
    """
    try:
        given, doubled = document(text)
    except NotJson as problem:
        raise RequestUnusable(problem.zh, problem.en) from None
    return request_of(given, doubled)


def request_of(given: Any, doubled: Sequence[Misshapen] = ()) -> Request:
    """One command from its document; `doubled` are fields that it has more than once.

    Raises RequestUnusable.
    """
    if wrong := [*doubled, *misshapen(given, Request), *unportable(given)]:
        raise _shape(wrong)
    return msgspec.convert(given, Request)


def proposal(request: Request, log: Log, source: Source, filled: Mapping[str, Any] = NOTHING) -> Proposal:
    """What a request asks to record; `filled` is what the way in puts into the body in place of personal data.

    Raises RequestUnusable: unknown command, wrong shape, or a correction of something that does not stand.
    """
    if request.command == CORRECT:
        return _correction(request, log, source, filled)
    by = MORE_THAN_RECORDED.get(request.command)
    if by is not None:
        raise RequestUnusable(
            f"“{request.command}”不只是入账,还涉及文件或保险库,只能用 {by} 办理。",
            f"“{request.command}” does more than record: files or the vault are part of it. Use {by}.",
        )
    decision = commands().get(request.command)
    if decision is None:
        raise RequestUnusable(
            f"没有“{request.command}”这一命令。用 taizhang commands 查看全部命令。",
            f"There is no command “{request.command}”. `taizhang commands` lists them all.",
        )
    return Proposal(
        fact=body(_filled(request.body, decision.DECIDES, filled), decision.DECIDES),
        source=source,
        reason=request.reason,
        paper=request.paper,
        addition=request.addition,
    )


def body(value: dict[str, Any] | None, kind: type[Fact]) -> Fact:
    """A body of this kind, checked against its shape; unknown fields are named, not dropped.

    Raises RequestUnusable.
    """
    given = value or {}
    if wrong := [*misshapen(given, kind), *unportable(given)]:
        raise _shape([one._replace(pointer=f"/body{one.pointer}") for one in wrong])
    return msgspec.convert(given, kind)


def in_force(log: Log, position: Position) -> Fact | None:
    """The body that stands at a position today, with its corrections applied; None when it was declared void.

    Raises RequestUnusable when no fact stands there, or a correction does.
    """
    found = log.at([position])
    if not found:
        raise RequestUnusable(
            f"没有第 {position} 条事实。请核对编号。", f"There is no fact {position}. Check the number."
        )
    outer = outer_of(found[0].leaf)
    fact: Fact | None = body_of(outer.type, outer.body)
    if isinstance(fact, Correction):
        raise RequestUnusable(
            f"第 {position} 条本身是更正。请更正其所更正的第 {fact.corrects} 条。",
            f"Fact {position} is itself a correction. Correct fact {fact.corrects}, which it corrects.",
        )
    for later in log.read([Criterion((), (f"corrects:{position}",))]).facts:
        outer = outer_of(later.leaf)
        correction = body_of(outer.type, outer.body)
        assert isinstance(correction, Correction)
        fact = correction.now
    return fact


def schemas() -> list[dict[str, Any]]:
    """Every command: its name, what it is for, who may use it, and the JSON Schema of its body."""
    return [
        {
            "command": name,
            "title": (decision.__doc__ or "").strip().splitlines()[0],
            "fact": decision.DECIDES.TOPIC,
            "roles": sorted(decision.ROLES),
            "correctable": correction_of(decision.DECIDES) is not None,
            "schema": _schema(decision.DECIDES),
        }
        for name, decision in sorted(writable().items())
    ]


def _schema(kind: type[Fact]) -> dict[str, Any]:
    whole = msgspec.json.schema(kind)
    return {**whole, "$defs": with_id_forms(whole["$defs"], [kind])}


def writable() -> dict[str, type[Slice]]:
    """Every command that may be written down as a request."""
    return {name: decision for name, decision in commands().items() if name not in MORE_THAN_RECORDED}


def _filled(given: dict[str, Any] | None, kind: type[Fact], filled: Mapping[str, Any]) -> dict[str, Any]:
    """The body with what came out of the vault, which nobody may write in.

    Raises RequestUnusable.
    """
    typed = [name for name in VAULTED.get(kind, ()) if name in (given or {})]
    if typed:
        raise RequestUnusable(
            f"字段 {'、'.join(typed)} 由保险库生成,不能填写。号码请填在 personal 中。",
            f"The fields {', '.join(typed)} come out of the vault and cannot be written. Numbers stand in `personal`.",
        )
    return {**(given or {}), **filled}


def _corrected(given: dict[str, Any], was: Fact, filled: Mapping[str, Any]) -> dict[str, Any]:
    """The new body of a correction; what came out of the vault stays as it was unless it comes out anew.

    What the decision computes is computed anew: it may stand in the body as it stood, as in one that was read.

    Raises RequestUnusable when it is written otherwise, or when another payee is to have it.
    """
    computed = slice_for(type(was)).COMPUTED
    given = {name: value for name, value in given.items() if name not in computed or value != _plain(was, name)}
    if type(was) not in VAULTED:
        return given
    kept = {name: _plain(was, name) for name in VAULTED[type(was)]}
    plain = {name: value for name, value in given.items() if name not in kept or value != kept[name]}
    if not filled and any(given.get(name) != getattr(was, name, None) for name in PAYEES):
        raise RequestUnusable(
            "换收款方时须在 personal 中重新填写账号。", "Another payee needs the account's number again, in `personal`."
        )
    return _filled(plain, type(was), filled or kept)


def _plain(fact: Fact, name: str) -> Any:
    return msgspec.to_builtins(getattr(fact, name))


def _correction(request: Request, log: Log, source: Source, filled: Mapping[str, Any]) -> Proposal:
    if request.corrects is None or not request.reason or request.approver is None:
        raise RequestUnusable(
            "更正须注明所更正的编号(corrects)、事由(reason)和批准人(approver)。",
            "A correction names what it corrects (corrects), why (reason) and who allowed it (approver).",
        )
    was = in_force(log, request.corrects)
    if request.seen is not None and (was is None or request.seen != version_of(was)):
        raise SeenOtherwise(
            f"第 {request.corrects} 条在您查看之后已被{'更正' if was else '作废'},本次未记录。请核对现有内容,再决定是否更正。",
            f"Fact {request.corrects} was {'corrected' if was else 'declared void'} since you looked; nothing was "
            "recorded. Look at what stands now, then decide whether to correct it.",
        )
    if was is None:
        raise RequestUnusable(
            f"第 {request.corrects} 条已作废,不能再更正。请重新填报。",
            f"Fact {request.corrects} was declared void and cannot be corrected. Record it anew.",
        )
    if correction_of(type(was)) is None:
        raise RequestUnusable(
            f"第 {request.corrects} 条“{word('fact', was.TOPIC, 'zh')}”不能更正。请用相应的后续事实说明变化。",
            f"Fact {request.corrects}, “{word('fact', was.TOPIC, 'en')}”, cannot be corrected. Record the fact that "
            "changes it.",
        )
    return Proposal(
        fact=was if request.body is None else body(_corrected(request.body, was, filled), type(was)),
        source=source,
        reason=request.reason,
        paper=request.paper,
        amend=Amend(
            corrects=request.corrects,
            was=was,
            reason=request.reason,
            approver=request.approver,
            void=request.body is None,
        ),
    )


def _shape(wrong: Sequence[Misshapen]) -> RequestUnusable:
    """Every field at fault, in words."""
    zh = "".join(f"{_where(one)}:{one.zh}" for one in wrong)
    en = " ".join(f"{_where(one)}: {one.en}" for one in wrong)
    return RequestUnusable(
        f"命令格式有误。{zh}请对照 taizhang commands --json 中的格式。",
        f"The command's shape is wrong. {en} Compare it with `taizhang commands --json`.",
        wrong,
    )


def _where(one: Misshapen) -> str:
    return one.pointer.removeprefix("/").removeprefix("body/").replace("/", ".") or "·"
