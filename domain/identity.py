"""Identity numbers: read as they are written, normalised, checked, masked. Never a number in a message.

Sources: GB 11643-1999 (18 digits with a check digit), the first generation of 15 digits, the disability card of
20 (the resident number, then category and grade). A right check digit proves nothing about existence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from operator import mul
from types import MappingProxyType

import msgspec

from taizhang.domain.core import Refusal


class IdentityKind(StrEnum):
    RESIDENT_18 = "resident-18"
    RESIDENT_15 = "resident-15"
    DISABILITY_20 = "disability-20"
    OTHER = "other"


class Sex(StrEnum):
    MALE = "male"
    FEMALE = "female"


class Identity(msgspec.Struct, frozen=True):
    """A typed identity number in its normal form; 15 digits stand here already lifted to 18."""

    kind: IdentityKind
    number: str
    lifted_from_15: bool = False

    @property
    def written_as(self) -> IdentityKind:
        """The kind that stood on the paper."""
        return IdentityKind.RESIDENT_15 if self.lifted_from_15 else self.kind

    @property
    def indexed_as(self) -> tuple[IdentityKind, str]:
        """Under which kind and number the person is found: a disability card leads to the resident number in it.

        The card's last two digits change with every new assessment, the resident number never does; and one register
        may give the card where another gives the number.
        """
        if self.kind is IdentityKind.DISABILITY_20:
            return IdentityKind.RESIDENT_18, self.number[:18]
        return self.kind, self.number

    def __repr__(self) -> str:
        return f"Identity({self.kind.value}, {mask_identity(self.number)})"


# -- refusals ---------------------------------------------------------------------------------------------


@dataclass(eq=False)
class IdentityMissing(Refusal):
    """No identity number was given where one is needed."""

    RULE = "identity.missing"
    SOURCE = "贫困户登记表、培训学员花名册:身份证号码一栏"
    zh = "没有填写身份证号码。请填写身份证上的 18 位号码。"
    en = "The identity number is missing. Fill in the 18 characters that stand on the card."


@dataclass(eq=False)
class IdentityNotANumber(Refusal):
    """Neither 18, 15 nor 20 digits (GB 11643-1999; disability card)."""

    RULE = "identity.not-a-number"
    SOURCE = "GB 11643-1999"
    zh = "身份证号码应为 18 位(一代证 15 位,残疾人证 20 位),此处为 {length} 位或含有其他字符。请对照证件重新填写。"
    en = (
        "An identity number has 18 characters (first generation 15, disability card 20); this one has {length} or "
        "holds other characters. Copy it again from the card."
    )
    length: int


@dataclass(eq=False)
class WrongCheckDigit(Refusal):
    """The last character does not follow from the other seventeen (GB 11643-1999)."""

    RULE = "identity.wrong-check-digit"
    SOURCE = "GB 11643-1999"
    zh = "身份证号码校验位不符,至少有一位写错。请对照证件逐位核对。"
    en = "The identity number's check digit is wrong: at least one digit is mistyped. Compare it with the card."


@dataclass(eq=False)
class IdentityBirthImpossible(Refusal):
    """Digits 7 to 14 are no date, or one on which nobody living can have been born (GB 11643-1999)."""

    RULE = "identity.birth-impossible"
    SOURCE = "GB 11643-1999"
    zh = "身份证号码第 7 至 14 位不是可能的出生日期(日期不存在、早于 1800 年或晚于今天)。请对照证件核对这几位。"
    en = (
        "Digits 7 to 14 of the identity number are no possible birth date (no such day, before 1800, or after "
        "today). Compare them with the card."
    )


@dataclass(eq=False)
class IdentityLostDigits(Refusal):
    """A spreadsheet stored the number as a quantity: of 18 digits it keeps 15, the rest are gone for good."""

    RULE = "identity.lost-digits"
    SOURCE = "Excel 规格:数值精度 15 位"
    zh = (
        "身份证号码被 Excel 当作数值保存(如 6.22E+17),只保留前 15 位,末尾几位已丢失,无法恢复,也不能猜测。"
        "请先把该列单元格格式设为“文本”,再对照证件重新录入。"
    )
    en = (
        "Excel kept the identity number as a quantity (such as 6.22E+17): only its first 15 digits survive, the last "
        "ones are destroyed and are never guessed. Format the column as Text, then type the numbers again from the "
        "cards."
    )


# -- reading ----------------------------------------------------------------------------------------------


def parse_identity(text: str | float | None, today: date | None = None) -> Identity:
    """The identity number that a cell holds, normalised and checked; 15 digits are lifted to 18.

    `text` may be the number cell itself: then anything past 15 digits is known to be lost. `today` (a Beijing date)
    bounds the birth date. Raises one of the refusals above.
    """
    if isinstance(text, str):
        if len(text) == 18 and text.isascii() and text[:17].isdigit() and (text[17].isdigit() or text[17] == "X"):
            return Identity(_RESIDENT_18, _checked(text, today))
        return _parse_written(text, today)
    if text is None:
        raise IdentityMissing
    return _parse_quantity(text, today)


def other_identity(text: str) -> Identity:
    """Another paper's number (passport, travel permit), normalised only: nothing about it can be checked."""
    number = normalise_identity(text)
    if not number:
        raise IdentityMissing
    return Identity(IdentityKind.OTHER, number)


def normalise_identity(text: str) -> str:
    """Half-width upper case without spaces, hyphens, quotation marks and invisible characters."""
    return text.translate(_NORMAL_FORM)


def _parse_written(text: str, today: date | None) -> Identity:
    number = normalise_identity(text)
    if not number:
        raise IdentityMissing
    if _SCIENTIFIC.fullmatch(number):
        raise IdentityLostDigits
    number = number.removesuffix(".0")  # a 15-digit number cell that somebody turned into text
    if not _SHAPES.fullmatch(number):
        raise IdentityNotANumber(length=len(number))
    if len(number) == 15:
        return Identity(IdentityKind.RESIDENT_18, _lift(number, today), lifted_from_15=True)
    _checked(number, today)
    return Identity(IdentityKind.RESIDENT_18 if len(number) == 18 else IdentityKind.DISABILITY_20, number)


def _parse_quantity(quantity: float, today: date | None) -> Identity:
    if quantity != quantity or abs(quantity) == float("inf") or quantity != int(quantity):
        raise IdentityNotANumber(length=len(str(quantity)))
    digits = str(int(quantity))
    if len(digits) > EXCEL_DIGITS and (isinstance(quantity, float) or digits.endswith("000")):
        raise IdentityLostDigits
    return _parse_written(digits, today)


def _checked(number: str, today: date | None) -> str:
    """The number itself, if its birth date is possible and its 18th character follows from the first 17."""
    try:
        born = date.fromisoformat(number[6:14])
    except ValueError:
        raise IdentityBirthImpossible from None
    if born.year < EARLIEST_BIRTH_YEAR or (today is not None and born > today):
        raise IdentityBirthImpossible
    if _CHECKS[sum(map(mul, number[:17].encode(), _WEIGHTS)) % 11] != number[17]:
        if number.endswith("000"):  # 15 digits kept and three zeros: what a number cell leaves of 18
            raise IdentityLostDigits
        raise WrongCheckDigit
    return number


def _lift(number: str, today: date | None) -> str:
    first17 = f"{number[:6]}19{number[6:]}"
    return _checked(first17 + check_digit(first17), today)


# -- what a number says -----------------------------------------------------------------------------------


def check_digit(first17: str) -> str:
    """The 18th character, 0 to 9 or X, of a resident number's first 17 digits (GB 11643-1999, ISO 7064 MOD 11-2)."""
    assert len(first17) == 17
    assert first17.isascii()
    assert first17.isdigit()
    return _CHECKS[sum(map(mul, first17.encode(), _WEIGHTS)) % 11]


def birth_date(identity: Identity) -> date | None:
    """The day of birth in the number; None for papers that do not carry one."""
    return None if identity.kind is _OTHER else date.fromisoformat(identity.number[6:14])


def sex(identity: Identity) -> Sex | None:
    """Odd 17th digit: male, even: female; None for papers that do not say."""
    if identity.kind is _OTHER:
        return None
    return _MALE if int(identity.number[16]) % 2 else _FEMALE


def issue_region_code(identity: Identity) -> str | None:
    """The county where the number was issued, under the code of that time (first six digits).

    It is never compared with today's residence: most adults carry a code that no longer exists, and people move.
    """
    return None if identity.kind is IdentityKind.OTHER else identity.number[:6]


# -- showing and making -----------------------------------------------------------------------------------


def mask_identity(number: str) -> str:
    """First four and last two characters, stars between; all stars if too little would remain hidden."""
    if len(number) < 2 * (4 + 2):
        return "*" * len(number)
    return f"{number[:4]}{'*' * (len(number) - 6)}{number[-2:]}"


def mask_name(name: str) -> str:
    """Surname and 某某, whatever the length; of a name with a middle dot (阿依·某) the first character only."""
    name = name.strip()
    if not name:
        return ""
    # 司马义·某某 begins like a compound surname and has none
    compound = len(name) > 2 and name[:2] in _COMPOUND_SURNAMES.split() and _MIDDLE_DOTS.isdisjoint(name)
    return f"{name[:2] if compound else name[0]}某某"


def generate_identity(region_code: str, birth: date, sequence: int) -> str:
    """A made-up resident number with a right check digit, for samples and tests; `sequence` 0 to 999, odd male."""
    assert len(region_code) == 6
    assert 0 <= sequence <= 999
    first17 = f"{region_code}{birth:%Y%m%d}{sequence:03d}"
    return first17 + check_digit(first17)


EARLIEST_BIRTH_YEAR = 1800  # numbers began in 1984; nobody then living was born before
EXCEL_DIGITS = 15  # significant digits of a number cell (IEEE 754 double, as Excel rounds it)

# Looked up once: to ask an enumeration for a member takes ten times as long as to read a name, and a roster asks often
_RESIDENT_18, _OTHER = IdentityKind.RESIDENT_18, IdentityKind.OTHER
_MALE, _FEMALE = Sex.MALE, Sex.FEMALE

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
# GB 11643's row of check characters 10X98765432, turned to fit sums over ASCII codes, where "0" counts 48
_CHECKS = "".join("10X98765432"[(total - 48 * sum(_WEIGHTS)) % 11] for total in range(11))
_SHAPES = re.compile(r"[0-9]{15}|[0-9]{17}[0-9X]|[0-9]{17}[0-9X][0-9]{2}")
_SCIENTIFIC = re.compile(r"[0-9](\.[0-9]*)?E\+?[0-9]+")
_MIDDLE_DOTS = frozenset("·•・‧∙．.")
_COMPOUND_SURNAMES = (  # two characters each, with a space between them
    "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 "
    "公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 "
    "拓跋 夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌 微生 梁丘 左丘 西门 第五 南荣 东里 即墨 达奚 褚师 纳兰"
)


def _normal_form() -> Mapping[int, str | None]:
    """What becomes of each character that people, spreadsheets and chat programs put into a number."""
    invisible = [*range(0x20), 0x7F, 0x85, 0xAD, 0x180E, *range(0x200B, 0x2010), *range(0x2028, 0x202F)]
    invisible += [*range(0x2060, 0x2070), 0xFEFF]
    spaces = [0x20, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000]
    table: dict[int, str | None] = {0xFEE0 + code: chr(code).upper() for code in range(0x21, 0x7F)}  # full-width
    table |= {ord(letter): letter.upper() for letter in "abcdefghijklmnopqrstuvwxyz"}
    table |= dict.fromkeys(map(ord, "×✕✖хХχΧⅩⅹ"), "X")  # multiplication signs, Cyrillic, Greek, Roman ten
    table |= dict.fromkeys(map(ord, "-‐‑‒–—―−﹘﹣－'‘’`´＇｀"))  # hyphens; the apostrophe that makes a cell text
    table |= dict.fromkeys([*invisible, *spaces])
    return MappingProxyType(table)


_NORMAL_FORM = _normal_form()
