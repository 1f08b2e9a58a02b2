"""台账证据验证 / Verify evidence of a Taizhang ledger. One file, standard library only, no network, nobody to trust.

    python verify.py FILE.tlog-proof
    python verify.py FILE.zip [--log-key VKEY] [--witness VKEY]... [--quorum N] [--json]

Exit 0: what the file says is proved, as listed. Exit 1: refused, with the reason. The keys in the file are its
maker's word: compare them with the published ones, or give yours with --log-key and --witness.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any, NamedTuple

from taizhang.adapters.proof.ed25519 import signature_is_right
from taizhang.adapters.proof.plain_zip import unpack_zip, write_zip

BUNDLE, PROOF = "taizhang-bundle@v1", "c2sp.org/tlog-proof@v1"
MANIFEST, KEYS = "manifest", "keys.json"
ED25519, COSIGNATURE = 1, 4  # C2SP signed-note, tlog-cosignature
LISTED_MOST = 20  # facts without disclosed fields that the words list one by one
BEIJING = timezone(timedelta(hours=8))


class Refused(Exception):
    """The evidence does not hold; says why in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


class Key(NamedTuple):
    """A public key: the name it signs under, its kind, its 32 bytes, and its short id."""

    name: str
    algorithm: int
    public: bytes
    key_id: bytes


class Witnessed(NamedTuple):
    """Who cosigned, and when (UTC seconds)."""

    name: str
    at: int


class Checkpoint(NamedTuple):
    """The log's size and root as signed, and who cosigned them."""

    size: int
    root: bytes
    cosigned: list[Witnessed]


class Proved(NamedTuple):
    """A fact whose proof holds, the personal fields disclosed with it, and the checkpoint it stands under."""

    position: int
    fact: dict[str, Any]
    openings: list[dict[str, str]]
    checkpoint: Checkpoint


# -- notes, checkpoints, proofs ---------------------------------------------------------------------------


def unbase64(text: str) -> bytes:
    """Bytes from base64 in its one canonical spelling."""
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError:
        raw = b""
    if base64.b64encode(raw).decode() != text:
        raise Refused("有一处 base64 已被改动。", "A piece of base64 was changed.")
    return raw


def read_key(vkey: str) -> Key:
    """The key that a vkey states."""
    name, _, rest = vkey.partition("+")
    raw = unbase64(rest.partition("+")[2])
    key_id = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
    if len(raw) != 33 or raw[0] not in (ED25519, COSIGNATURE) or rest.partition("+")[0] != key_id.hex():
        raise Refused(f"密钥 {name} 无法使用或已被改动。", f"The key {name} cannot be used, or was changed.")
    return Key(name, raw[0], raw[1:], key_id)


def open_note(note: str, log: Key, witnesses: Sequence[Key], strict: bool) -> tuple[str, list[Witnessed]]:
    """The text that the log's key signed, and who cosigned. `strict`: every line must be one of these keys', once."""
    at = note.rfind("\n\n")
    text, lines = note[: at + 1], note[at + 2 :]
    if at < 0 or not lines.endswith("\n"):
        raise Refused("签名的文本不完整。", "The signed text is not whole.")
    known = {(key.name, key.key_id): key for key in [log, *witnesses]}
    signed: dict[Key, int] = {}
    for line in lines[:-1].split("\n"):
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "—":
            raise Refused("有一行签名已被改动。", "A signature line was changed.")
        raw = unbase64(parts[2])
        key = known.get((parts[1], raw[:4]))
        if key is not None:
            signed[key] = signed_at(text, key, raw[4:])
        elif strict:
            raise Refused(f"{parts[1]} 的签名无法核对。", f"The signature of {parts[1]} cannot be checked.")
    missing = [key.name for key in [log, *witnesses] if key not in signed and (strict or key == log)]
    if missing or (strict and len(signed) != lines.count("\n")):
        name = (missing or [log.name])[0]
        raise Refused(f"缺少 {name} 的签名,或有重复。", f"The signature of {name} is missing, or one is there twice.")
    return text, [Witnessed(key.name, signed[key]) for key in witnesses if key in signed]


def signed_at(text: str, key: Key, signature: bytes) -> int:
    """The time that a signature states (0: none), once it is found right."""
    message, at = text.encode(), 0
    if key.algorithm == COSIGNATURE:
        at, signature = int.from_bytes(signature[:8], "big"), signature[8:]
        message = f"cosignature/v1\ntime {at}\n".encode() + message
    if not signature_is_right(key.public, message, signature):
        raise Refused(f"{key.name} 的签名不对:内容或签名已被改动。", f"The signature of {key.name} is wrong.")
    return at


def read_checkpoint(text: str, origin: str) -> tuple[int, bytes]:
    """The size and the root that a checkpoint states."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[0] != origin:
        raise Refused(f"这不是日志 {origin} 的检查点。", f"This is no checkpoint of the log {origin}.")
    return number(lines[1]), unbase64(lines[2])


def number(text: str) -> int:
    """A number in its one spelling."""
    if not (text.isascii() and text.isdigit() and len(text) < 20 and str(int(text)) == text):
        raise Refused("有一处数字已被改动。", "A number was changed.")
    return int(text)


def read_proof(text: str) -> tuple[dict[str, Any], int, list[bytes], str]:
    """The extra part, the index, the path and the signed checkpoint of a .tlog-proof."""
    head, _, note = text.partition("\n\n")
    lines = head.split("\n")
    if len(lines) < 3 or lines[0] != PROOF or lines[1][:6] != "extra " or lines[2][:6] != "index ":
        raise Refused("这不是带有事实的 .tlog-proof 证明文件。", "This is no .tlog-proof file with the fact in it.")
    extra = json.loads(unbase64(lines[1][6:]).decode())
    known = set(extra) <= {"leaf", "openings", "keys"} and set(extra.get("keys", {})) <= {"log", "witnesses"}
    if not known or any(set(one) != {"field", "value", "opening"} for one in extra.get("openings", [])):
        raise Refused("证明中的附加内容已被改动。", "The proof's extra part was changed.")
    return extra, number(lines[2][6:]), [unbase64(line) for line in lines[3:]], note


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def check_inclusion(leaf: bytes, index: int, checkpoint: Checkpoint, path: Sequence[bytes]) -> None:
    """Refuse unless the leaf stands at `index` of the tree (RFC 9162, section 2.1.3.2)."""
    found, at, last = hashlib.sha256(b"\x00" + leaf).digest(), index, checkpoint.size - 1
    good = 0 <= index < checkpoint.size and all(len(one) == 32 for one in path)
    for sibling in path:
        good = good and last > 0
        if at & 1 or at == last:
            found = node(sibling, found)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            found = node(found, sibling)
        at, last = at >> 1, last >> 1
    if not good or last or found != checkpoint.root:
        zh = f"第 {index + 1} 条事实与签名的日志不符:内容、位置或路径已被改动。"
        raise Refused(zh, f"Fact {index + 1} does not fit the signed log: its content, place or path was changed.")


# -- personal fields --------------------------------------------------------------------------------------


def check_opening(fact: Any, field: str, value: str, opening: str) -> None:
    """Refuse unless the fact holds the commitment that this opening and value make."""
    digest = hmac.new(unbase64(opening), value.encode(), "sha256").digest()
    made = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    if made not in [held.get(field) for held in commitments(fact)]:
        raise Refused(
            f"个人信息“{field}”与事实中的承诺值不符。", f"The field {field} does not fit the fact's commitment."
        )


def commitments(value: Any) -> Iterator[dict[str, Any]]:
    """Every table of commitments in a fact."""
    for key, inner in value.items() if isinstance(value, dict) else ():
        if key == "commitments" and isinstance(inner, dict):
            yield inner
        else:
            yield from commitments(inner)


# -- a file as a whole ------------------------------------------------------------------------------------


class Evidence:
    """Checks the proofs of one file, each signed checkpoint once, and remembers what they prove."""

    def __init__(self, log_key: str | None = None, witness_keys: Sequence[str] = ()) -> None:
        self.given = read_key(log_key) if log_key else None
        self.given_witnesses = [read_key(one) for one in witness_keys]
        self.checkpoints: dict[str, Checkpoint] = {}
        self.facts: list[Proved] = []
        self.files: dict[str, bytes] = {}
        self.leaves: dict[str, bytes] = {}  # the proved facts, under the names that a bundle gives their copies
        self.origin, self.subject = "", ""

    def check(self, data: bytes) -> None:
        """Check a .tlog-proof or a bundle."""
        if data[:2] != b"PK":
            self.check_proof(data.decode())
            return
        self.files = unpack_zip(data)
        self.check_files()
        if write_zip(self.files) != data:
            raise Refused(
                "其中的文件都对,但压缩包本身已被改动或重新打包;请使用原来的文件。",
                "Every file in it is right, but the zip itself was changed or packed anew: use the original one.",
            )

    def check_files(self) -> None:
        """Check the files of a bundle, each by its content."""
        self.check_list(json.loads(self.files[KEYS].decode()))
        for name in sorted(self.files):
            if name.endswith(".tlog-proof"):
                self.check_proof(self.files[name].decode())
            digest = hashlib.sha256(self.files[name]).hexdigest()
            if name.startswith("attachments/") and not name.startswith(f"attachments/{digest}"):
                raise Refused(f"附件 {name} 与其摘要不符。", f"The attachment {name} does not fit its digest.")
        for name in sorted(self.files):
            if name.startswith("facts/") and self.files[name] != self.leaves.get(name):
                raise Refused(f"{name} 不是所证明的事实。", f"{name} is not the fact that is proved.")

    def check_proof(self, text: str) -> None:
        """Check one proof, and the openings of personal fields with it."""
        extra, index, path, note = read_proof(text)
        if note not in self.checkpoints:
            log, witnesses = self.keys(extra.get("keys", {}))
            signed, cosigned = open_note(note, log, witnesses, strict=self.given is None)
            self.checkpoints[note] = Checkpoint(*read_checkpoint(signed, log.name), cosigned)
        leaf = unbase64(extra["leaf"])
        check_inclusion(leaf, index, self.checkpoints[note], path)
        fact = json.loads(leaf.decode())
        self.leaves[f"facts/{index + 1:09}.json"] = leaf
        openings = extra.get("openings", [])
        for one in openings:
            check_opening(fact, one["field"], one["value"], one["opening"])
        self.facts.append(Proved(index + 1, fact, openings, self.checkpoints[note]))

    def check_list(self, keys: dict[str, Any]) -> None:
        """Check the signed list of a bundle's files, and every file against it."""
        log, _ = self.keys(keys)
        text, _ = open_note(self.files[MANIFEST].decode(), log, [], strict=True)
        lines = text.split("\n")
        if lines[:2] != [BUNDLE, log.name]:
            raise Refused("文件清单不是本日志的。", "The list of files is not this log's.")
        self.subject = lines[2]
        listed = {line[65:]: line[:64] for line in lines[3:-1]}
        for name in sorted((set(self.files) | set(listed)) - {MANIFEST}):
            if hashlib.sha256(self.files.get(name, b"")).hexdigest() != listed.get(name) or name not in self.files:
                raise Refused(f"文件 {name} 已被改动、增加或删去。", f"The file {name} was changed, added or removed.")

    def keys(self, named: dict[str, Any]) -> tuple[Key, list[Key]]:
        """The keys that were given, or else the ones named in the file."""
        if self.given is None and not named.get("log"):
            raise Refused("文件中没有日志的密钥,请用 --log-key 给出。", "The file names no log key; give --log-key.")
        log = self.given or read_key(named["log"])
        if self.origin not in ("", log.name):
            raise Refused("各项证明不属于同一日志。", "The proofs are of different logs.")
        self.origin = log.name
        return log, self.given_witnesses if self.given else [read_key(one) for one in named.get("witnesses", [])]


def verify(data: bytes, log_key: str | None = None, witness_keys: Sequence[str] = (), quorum: int = 0) -> Evidence:
    """What a .tlog-proof or a bundle proves. Raises Refused."""
    try:
        evidence = Evidence(log_key, witness_keys)
        evidence.check(data)
    except (ValueError, LookupError, TypeError, AttributeError) as problem:
        raise Refused(
            f"文件已损坏或已被改动({problem})。", f"The file is damaged or was changed ({problem})."
        ) from None
    if not evidence.facts:
        raise Refused("其中没有任何事实的证明。", "It holds no proof of any fact.")
    fewest = min(len({one.name for one in fact.checkpoint.cosigned}) for fact in evidence.facts)
    if fewest < quorum:
        raise Refused(f"见证不足:要求 {quorum} 方,只有 {fewest} 方。", f"Too few witnesses: {fewest} of {quorum}.")
    return evidence


# -- saying it --------------------------------------------------------------------------------------------


def words(evidence: Evidence) -> Iterator[str]:
    """The result in Chinese and English, line by line."""
    count, size = len(evidence.facts), max(fact.checkpoint.size for fact in evidence.facts)
    yield "验证通过 VERIFIED" + (f"  {evidence.subject}" if evidence.subject else "") + "\n\n已证明 Proved:"
    yield f"  {count} 条事实原样保存在日志 {evidence.origin} 中(共 {size} 条,已签名)。"
    yield f"  {count} facts stand unaltered in the log {evidence.origin} (of {size}, signed)."
    plain = [one for one in evidence.facts if not one.openings]
    left_out = {one.position for one in plain[LISTED_MOST:]}
    for one in evidence.facts:
        if one.position in left_out:
            continue
        by, at = (one.fact.get("recorded_by") or {}).get("officer", "-"), moment(one.fact["recorded_at"] // 1_000_000)
        yield f"  #{one.position}  {one.fact['type']}  {at}  {by}"
        yield from (f"      {shown['field']}: {shown['value']}" for shown in one.openings)
    if left_out:
        yield f"  ……另有 {len(left_out)} 条,见 report.txt 或加 --json。and {len(left_out)} more: see report.txt, or add --json."
    if evidence.files:
        listed = len(evidence.files) - 1
        yield f"  {listed} 个文件均与签名的清单一致。{listed} files are as the signed list says."
    yield "\n见证 Cosigned:"
    for name, second in sorted({one for fact in evidence.facts for one in fact.checkpoint.cosigned}):
        yield f"  {name}  {moment(second)}:相应事实在此之前已经存在。Its facts were there before then."
    if not all(fact.checkpoint.cosigned for fact in evidence.facts):
        yield "  有事实无人见证:持有日志密钥的人可以另造一份历史。"
        yield "  Some facts nobody cosigned: whoever holds the log's key could have made another history."
    yield "\n未证明 Not proved:\n  事实本身是否属实。That a fact is true."
    yield "  确由所列经办人录入:管理员可在下次见证前以他人名义追加,但不能更改。"
    yield "  That the named officer typed it: an administrator can append, not alter, in another's name before the next cosignature."
    yield "  没有遗漏其他事实。That no other fact belongs to the matter."
    if evidence.given is None:
        yield "\n密钥取自文件本身,请与公布的密钥核对。The keys are the file's own: compare them with the published ones."


def moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, BEIJING).strftime("%Y-%m-%d %H:%M:%S +08:00")


def as_json(evidence: Evidence) -> str:
    """The result as one JSON document."""
    rows = [
        {**fact._asdict(), "checkpoint": {"size": fact.checkpoint.size, "cosigned": fact.checkpoint.cosigned}}
        for fact in evidence.facts
    ]
    keys = "file" if evidence.given is None else "given"
    return json.dumps({"ok": True, "origin": evidence.origin, "keys": keys, "facts": rows}, ensure_ascii=False)


def main(arguments: Sequence[str] | None = None) -> int:
    """Check one file and say what it proves; the exit code."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("file")
    options.add_argument("--log-key")
    options.add_argument("--witness", action="append", default=[])
    options.add_argument("--quorum", type=int, default=0)
    options.add_argument("--json", action="store_true", dest="as_json")
    asked = options.parse_args(arguments)
    try:
        with open(asked.file, "rb") as file:
            evidence = verify(file.read(), asked.log_key, asked.witness, asked.quorum)
    except (Refused, OSError) as problem:
        said = {"ok": False, "zh": getattr(problem, "zh", "无法读取文件。"), "en": str(problem)}
        plain = f"拒绝 REFUSED\n  {said['zh']}\n  {said['en']}\n"
        sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n" if asked.as_json else plain)
        return 1
    sys.stdout.write((as_json(evidence) if asked.as_json else "\n".join(words(evidence))) + "\n")
    return 0


if __name__ == "__main__":
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    sys.exit(main())
