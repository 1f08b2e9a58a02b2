"""How a paper or a photograph comes in: kept encrypted, and only its digest and what can be compared of it go on to the desk.

    {"id": "…", "command": "training.file-attachment", "body": {"training_class": "…", …}, "personal": {"file": "<base64>"}}

Without `file` the body's `digest` names a file that was handed in before. A correction may bring another file.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from datetime import date
from typing import Any, Final

import msgspec

from taizhang.adapters.files import FileErased
from taizhang.adapters.house import House
from taizhang.adapters.orders import Attempt, Order, Verdict
from taizhang.adapters.photographs import photograph_of
from taizhang.adapters.requests import CORRECT, PERSONAL, Request, RequestUnusable, in_force, proposal
from taizhang.domain.attachments import AttachmentFiled, AttachmentKind, FileAttachment
from taizhang.domain.classes import ClassId
from taizhang.domain.core import Actor
from taizhang.domain.decisions import Proposal
from taizhang.domain.envelope import Source

FILE: Final = PERSONAL[AttachmentFiled]
DIGEST: Final = re.compile(r"[0-9a-f]{64}")
PICTURES: Final = frozenset({"photo"})  # scans of one form look alike all over the country: they are not compared
STATED: Final = ("digest", "bytes_in_all")  # of a file that comes along, what the body may say of it
FILE_BYTES_MOST: Final = 32 * 1024 * 1024


def attach(
    house: House,
    by: Actor,
    content: bytes,
    name: str,
    training_class: str,
    kind: AttachmentKind,
    on: date | None,
    way: str,
) -> tuple[AttachmentFiled, Verdict]:
    """Keep a file, and propose it for a class; a refused one is kept too, as every file that was handed in.

    Raises FileErased, RequestUnusable (empty, or too large).
    """
    fact = AttachmentFiled(
        occurred_on=on or house.desk.today(),
        training_class=ClassId(training_class),
        attachment_kind=kind,
        session_on=on,
        **_kept(house, content, kind),
    )
    source = Source(way=way, file=fact.digest, name=name)
    digest = hashlib.sha256(msgspec.json.encode([fact, by.officer])).hexdigest()
    answer = house.desk.submit(Order(id=f"attach:{digest}", by=by, items=[Proposal(fact=fact, source=source)]))
    [verdict] = answer.verdicts
    return fact, verdict


def attaches(request: Request, house: House) -> bool:
    """Whether a request proposes an attachment, or another body for one."""
    if request.command != CORRECT:
        return request.command == FileAttachment.COMMAND
    if request.corrects is None or request.body is None:
        return False
    return isinstance(in_force(house.log, request.corrects), AttachmentFiled)


def attachment(request: Request, house: House, source: Source) -> Proposal | Attempt:
    """What such a request asks to record: the file is kept, its digest and looks stand in the body.

    Raises RequestUnusable.
    """
    body, personal = request.body or {}, request.personal or {}
    if set(personal) - {FILE}:
        raise RequestUnusable(
            f"附件的文件以 base64 填在 personal 的 {FILE} 中,且只填这一项。",
            f"An attachment's file stands in `personal` as {FILE}, in base64, and nothing else does.",
        )
    content = _decoded(personal[FILE]) if FILE in personal else None
    # the shape is checked before anything is kept
    proposal(request, house.log, source, filled=_placeholder(body) if content is not None else {"photograph": None})
    if content is None:
        content = _stored(house, str(body["digest"]))
    try:
        kept = _kept(house, content, str(body["attachment_kind"]))
    except FileErased as refusal:
        return Attempt(
            command=FileAttachment.COMMAND,
            refusal=refusal,
            digest=hashlib.sha256(content).hexdigest(),
            subjects=(f"class:{body['training_class']}",),
            source=source,
        )
    for name in STATED:
        if name in body and body[name] != kept[name]:
            raise RequestUnusable(
                f"字段 {name} 与所附文件不符。可以不填,由系统按文件计算。",
                f"The field {name} does not fit the file. Leave it out: it is read from the file.",
            )
    plain = msgspec.to_builtins(kept)
    return proposal(request, house.log, msgspec.structs.replace(source, file=kept["digest"]), filled=plain)


def keep(house: House, content: bytes) -> str:
    """Store a file that is handed in, encrypted; its SHA-256, hex. Raises FileErased, RequestUnusable (empty, too large)."""
    if not content or len(content) > FILE_BYTES_MOST:
        raise RequestUnusable(
            f"文件为空或超过 {FILE_BYTES_MOST // 1024**2} MB。请核对后重新提交。",
            f"The file is empty or larger than {FILE_BYTES_MOST // 1024**2} MB. Check it and hand it in again.",
        )
    return house.files.put(content)


def _kept(house: House, content: bytes, kind: str) -> dict[str, Any]:
    """Store the file; what the fact says of it. Raises FileErased, RequestUnusable."""
    digest = keep(house, content)
    photograph = photograph_of(content, house.shared_things.device) if kind in PICTURES else None
    return {"digest": digest, "bytes_in_all": len(content), "photograph": photograph}


def _stored(house: House, digest: str) -> bytes:
    try:
        return house.files.get(digest) if DIGEST.fullmatch(digest) else b""
    except FileNotFoundError:
        raise RequestUnusable(
            f"没有摘要为 {digest[:12]}… 的文件。请在 personal 的 {FILE} 中附上文件(base64)。",
            f"No file of digest {digest[:12]}… was handed in. Send the file itself in `personal` as {FILE} (base64).",
        ) from None


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise RequestUnusable(
            f"personal 的 {FILE} 不是有效的 base64。请重新编码。", f"`personal`'s {FILE} is no base64. Encode it anew."
        ) from None


def _placeholder(body: dict[str, Any]) -> dict[str, Any]:
    """What stands in for the file while the shape is checked."""
    return {
        "photograph": None,
        **{name: body.get(name, empty) for name, empty in (("digest", "0" * 64), ("bytes_in_all", 1))},
    }
