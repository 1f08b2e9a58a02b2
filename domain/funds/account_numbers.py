"""Bank account numbers: read as they are written, checked for what nobody's account is. Never a number in a message."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import ClassVar, Final

from taizhang.domain.core import Refusal

DIGITS_LEAST: Final = 8  # the shortest passbook numbers of rural credit cooperatives
DIGITS_MOST: Final = 32
SHOWN_DIGITS: Final = 4
_SCIENTIFIC: Final = re.compile(r"[0-9](\.[0-9]*)?E\+?[0-9]+")
_REPEATED: Final = re.compile(r"([0-9])\1{9}")  # as zeros fill up the front of a card number
_RUN: Final = "0123456789" * 5  # longer than any number, whichever digit it begins with


@dataclass(eq=False)
class PlaceholderAccount(Refusal):
    """An account number that nobody's account has: too short, mostly one digit, a run of digits, letters, nothing."""

    RULE: ClassVar = "funds.placeholder-account"
    SOURCE: ClassVar = "issue 3 (a placeholder account); facts/falsification.csv F12"
    zh = "银行账号不是真实账号(为空、含字母、少于 8 位、超过 32 位,或连续 10 位以上为同一数字,或为同一数字、连续或循环数字)。请对照存折、银行卡或开户许可证重新填写。"
    en = "This is no real account number: it is empty, holds letters, has fewer than 8 or more than 32 digits, repeats one digit ten times or more in a row, or is one digit, a run or a repetition. Copy it from the passbook, the card or the bank's licence."


@dataclass(eq=False)
class AccountLostDigits(Refusal):
    """A spreadsheet kept the number as a quantity: past 15 digits they are gone for good."""

    RULE: ClassVar = "funds.account-lost-digits"
    SOURCE: ClassVar = "Excel: 15 significant digits of a number cell"
    zh = "银行账号被 Excel 当作数值保存(如 6.21E+18),末尾几位已丢失,不能猜测。请先把该列设为“文本”,再对照存折或银行卡重新录入。"
    en = "Excel kept the account number as a quantity (such as 6.21E+18); its last digits are lost and never guessed. Format the column as Text, then type the numbers again."


def account_number(text: str) -> str:
    """The number that somebody wrote, in digits only.

    Raises PlaceholderAccount, AccountLostDigits.
    """
    number = re.sub(r"[\s\-‐‑‒–—―−]", "", unicodedata.normalize("NFKC", text)).upper()
    if _SCIENTIFIC.fullmatch(number):
        raise AccountLostDigits
    if not (number.isascii() and number.isdigit() and DIGITS_LEAST <= len(number) <= DIGITS_MOST):
        raise PlaceholderAccount
    if _REPEATED.search(number):
        raise PlaceholderAccount
    if number in _RUN or number[::-1] in _RUN or number == number[:2] * (len(number) // 2) + number[: len(number) % 2]:
        raise PlaceholderAccount
    return number


def mask_account(number: str) -> str:
    """The last four digits, stars before them."""
    return "*" * (len(number) - SHOWN_DIGITS) + number[-SHOWN_DIGITS:]
