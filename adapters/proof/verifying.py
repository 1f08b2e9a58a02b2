"""`verify`: every named check over a log, from its stored bytes to what is reckoned from them and what lies beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from taizhang.adapters.files import FileStore
from taizhang.adapters.forgetting.replay import replaced_files
from taizhang.adapters.log.log import Log
from taizhang.adapters.proof import outside_checks, second_check, state_checks, tree_check, vault_check
from taizhang.adapters.proof.findings import ORDER, Check, CheckName, Finding, Report
from taizhang.adapters.proof.notes import NoteVerifier
from taizhang.adapters.proof.references import Reference, is_whole
from taizhang.adapters.proof.second_tree import SecondTree
from taizhang.adapters.proof.walk import Walk
from taizhang.adapters.vault.bank_accounts import BankAccounts
from taizhang.adapters.vault.vault import Vault
from taizhang.projections.view import ViewType

Progress = Callable[[str], Callable[[int, int], None]]
"""`progress(what)` gives a function of (done, total) for one part of the work."""


class Outside(NamedTuple):
    """What lies beside the log; what is not given is not checked."""

    views: Sequence[ViewType] = ()
    vault: Vault | None = None
    files: FileStore | None = None
    accounts: BankAccounts | None = None  # the index of account numbers
    second: SecondTree | None = None


class Signatures(NamedTuple):
    """By what was signed: the log's key, the signer's own memory, notes and copies, and how many must have cosigned."""

    log_key: NoteVerifier | None = None
    signer: Reference | None = None
    others: Sequence[Reference] = ()
    is_met: Callable[[Sequence[NoteVerifier]], bool] = bool


def verify(log: Log, signatures: Signatures, outside: Outside, progress: Progress | None = None) -> Report:
    """Check everything that can be checked with what is given. Reads only; the log may go on growing meanwhile.

    Raises LogUnavailable.
    """
    shown = progress or (lambda _what: lambda _done, _total: None)
    references = [*([signatures.signer] if signatures.signer is not None else []), *signatures.others]
    whole = {one.name: is_whole(one) for one in references if one.hashes is not None}
    walk = Walk(log, [one if whole.get(one.name) else one._replace(hashes=None) for one in references])
    walk.run(shown("facts"))
    checks = _tree_checks(log, walk, signatures, references, whole)
    checks.append(state_checks.tags(log, walk, shown("tags")))
    checks += _outside_checks(log, walk, outside, checks, shown)
    checks.sort(key=lambda check: ORDER.index(check.name))
    is_ok = all(check.state != "damaged" for check in checks)
    return Report(ok=is_ok, origin=walk.ends.origin, position=walk.size, checks=checks)


def _tree_checks(
    log: Log, walk: Walk, signatures: Signatures, references: Sequence[Reference], whole: dict[str, bool]
) -> list[Check]:
    right = tree_check.facts_are_right(walk, [one for one in references if whole.get(one.name)])
    below = [
        tree_check.stored_bytes(walk),
        tree_check.leaf_hash(walk, right),
        tree_check.tile(log, walk, right),
        tree_check.root(walk),
    ]
    signed, cosigned = Check(name="signed-root"), Check(name="cosigned-root")
    compared: dict[str, list[Reference]] = {signed.name: [], cosigned.name: []}
    if signatures.log_key is not None and walk.ends.origin != signatures.log_key.name:
        zh = f"日志末端行写着 {walk.ends.origin},密钥属于 {signatures.log_key.name}"
        en = f"the head row says {walk.ends.origin}, the key is that of {signatures.log_key.name}"
        signed.add(Finding(kind="altered", zh=zh, en=en))
    for one in references:
        check = cosigned if signatures.is_met([who.witness for who in one.cosigned]) else signed
        tree_check.against(check, walk, one, whole.get(one.name, True), below)
        compared[check.name].append(one)
    for check in (signed, cosigned):
        tree_check.narrowed(check, walk, compared[check.name])
    if not signed.counted:
        signed.leave("没有签名可供核对", "there is no signature to compare with")
    if not cosigned.counted:
        cosigned.leave(
            "没有见证过的检查点可供核对:持有日志密钥和全部权限的人可以另造一份历史",
            "there is no cosigned checkpoint to compare with: whoever has the log's key and all rights can make another history",
        )
    return [*below, signed, cosigned]


def _outside_checks(log: Log, walk: Walk, outside: Outside, done: Sequence[Check], shown: Progress) -> list[Check]:
    """What is reckoned from the facts is only worth comparing while the facts themselves can be read in order."""
    views, people, files = outside.views, outside.vault, outside.files
    parts: dict[CheckName, Callable[[], Check] | None] = {
        "projections": (lambda: state_checks.projections(log, views, shown("views"))) if views else None,
        "second-tree": (lambda: second_check.second_tree(log, outside.second, shown("sm3"))) if outside.views else None,
        "guards": lambda: state_checks.guards(log, shown("guards")),
        "vault": None if people is None else lambda: vault_check.vault(log, people, outside.accounts, shown("vault")),
        "attachments": None
        if files is None
        else lambda: outside_checks.attachments(log, files, replaced_files(log), shown("files")),
    }
    whole = all(check.state != "damaged" for check in done if check.name == "stored-bytes")
    readable = whole and not walk.gaps and bool(walk.ends.origin) and tree_check.head_edge(walk) is not None
    checks = []
    for name, run in parts.items():
        if run is None:
            check = Check(name=name)
            check.leave("用 --full 核对", "checked with --full")
        elif not readable:
            check = Check(name=name)
            check.leave("事实本身有缺损,无从重放", "the facts themselves are damaged; there is nothing to replay")
        else:
            check = run()
        checks.append(check)
    return checks
