"""How an account's number comes in: checked, sealed in the vault, and only its id and commitments go on to the desk.

    {"id": "…", "command": "funds.register-bank-account", "body": {"person": "…", …}, "personal": {"account_number": "…"}}

A correction of such a registration may bring another number in the same way.
"""

from __future__ import annotations

from typing import Any, Final

from taizhang.adapters.attaching import attaches, attachment
from taizhang.adapters.house import House
from taizhang.adapters.orders import Attempt
from taizhang.adapters.requests import CORRECT, PERSONAL, Request, RequestUnusable, in_force, proposal
from taizhang.domain.classes import InstitutionId
from taizhang.domain.core import PersonId, Refusal
from taizhang.domain.decisions import Proposal
from taizhang.domain.envelope import Source
from taizhang.domain.funds.account_numbers import account_number
from taizhang.domain.funds.bank_accounts import BankAccountRegistered
from taizhang.domain.funds.registering import OnePayeeEach, RegisterBankAccount

NUMBER: Final = PERSONAL[BankAccountRegistered]
PROVISIONAL: Final = "provisional"  # in the place of an account's id while the rest is looked at


def proposed(request: Request, house: House, source: Source) -> Proposal | Attempt:
    """What a request asks to record; an account's number, or a file, is taken out of it on the way.

    A number that is refused comes back as an attempt, which holds a keyed fingerprint of it and no more. Raises
    RequestUnusable.
    """
    if attaches(request, house):
        return attachment(request, house, source)
    if not _registers_account(request, house):
        if request.personal:
            raise RequestUnusable(
                "该命令不收个人信息(personal)。请从命令中去掉。",
                "This command takes no personal data (`personal`). Leave them out.",
            )
        return proposal(request, house.log, source)
    number, body = (request.personal or {}).get(NUMBER), request.body or {}
    if number is None and request.command == CORRECT:
        return proposal(request, house.log, source)
    if number is None or set(request.personal or {}) != {NUMBER}:
        raise RequestUnusable(
            f"银行账号请填在 personal 的 {NUMBER} 中,且只填这一项。",
            f"The account's number stands in `personal` as {NUMBER}, and nothing else does.",
        )
    # the shape is checked before the vault keeps anything
    proposal(request, house.log, source, filled={"account": PROVISIONAL, "commitments": {}})
    try:
        return proposal(request, house.log, source, filled=_kept(body, number, house, request.id))
    except Refusal as refusal:
        return Attempt(
            command=RegisterBankAccount.COMMAND,
            refusal=refusal,
            digest=house.vault.fingerprint(number),
            subjects=tuple(f"{kind}:{body[kind]}" for kind in ("person", "institution") if body.get(kind)),
            source=source,
        )


def _kept(body: dict[str, Any], number: str, house: House, request_id: str) -> dict[str, Any]:
    """What goes into the body in place of the number. Raises the refusals of numbers, and those of the vault."""
    payee, institution = body.get("person"), body.get("institution")
    plain = account_number(number)
    if (payee is None) == (institution is None):
        raise OnePayeeEach
    person = PersonId(payee) if payee is not None else None
    owner = InstitutionId(institution) if institution is not None else None
    account, commitments = house.bank_accounts.keep(person, owner, plain, f"request {request_id}")
    return {"account": account, "commitments": commitments}


def _registers_account(request: Request, house: House) -> bool:
    if request.command != CORRECT:
        return request.command == RegisterBankAccount.COMMAND
    if request.corrects is None or request.body is None:
        return False
    return isinstance(in_force(house.log, request.corrects), BankAccountRegistered)
