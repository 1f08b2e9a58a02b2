"""What the codes of outside lists, leads and cases are called; labels.py takes them in."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, Literal

from taizhang.domain.outside import ListKind

ListSubject = Literal["person", "institution", "account"]

LEAD_WORDS: Final = """
list-kind
    deaths              死亡名单               deaths
    payroll             财政供养名单           public payroll
    pensions            养老金发放名单         pensions paid
    social-insurance    社会保险缴费名单       social insurance
    school-rolls        学籍名单               school rolls
    business-registrations  工商登记名单       business registrations
    licences            办学许可名单           licences
    bank-returns        银行退回和核对清单     bank returns
list-subject
    person              人员                   a person
    institution         培训机构               a training institution
    account             银行账户               a bank account
"""

LEAD_VOCABULARIES: Final[Mapping[str, Any]] = MappingProxyType({"list-kind": ListKind, "list-subject": ListSubject})
