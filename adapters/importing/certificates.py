"""Certificates 颁证花名册: each row is a certificate under its own number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import MappingProxyType
from typing import Any, Final

from taizhang.adapters.forms.field_names import FieldName as F
from taizhang.adapters.importing.context import Context
from taizhang.adapters.importing.rows import CHUNK_ROWS, Planned, Table, Unusable, Values, needed
from taizhang.adapters.importing.trainees import Sheeted, resolve
from taizhang.adapters.sheets.cells import clean_text, identity_text, parse_date
from taizhang.domain.certificates import CertificateIssued, CertificateKind, CertificateNumber, IssueCertificate
from taizhang.domain.core import OrganisationId
from taizhang.domain.institutions import RegisterOrganisation

_KINDS: Final = MappingProxyType(
    {
        "职业资格": "qualification",
        "技能等级": "skill-level",
        "专项": "special-skill",
        "合格": "training",
        "结业": "training",
        "培训": "training",
    }
)
_LONGEST_NUMBER: Final = 60


def plan(tables: Sequence[Table], context: Context) -> Iterator[list[Planned]]:
    """A certificate for every row."""
    for table in tables:
        for start in range(0, len(table.form.rows), CHUNK_ROWS):
            rows = table.form.rows[start : start + CHUNK_ROWS]
            planned, sheeted = resolve(table, rows, context, IssueCertificate.COMMAND)
            for one in sheeted:
                try:
                    propose(table, one, context)
                except Unusable as problem:
                    one.planned.items, one.planned.problem = [], problem.words
            yield planned


def propose(table: Table, one: Sheeted, context: Context) -> None:
    """Ask for what the row says of this person. Raises Unusable."""
    values = table.about(one.values)
    number = needed(table, one.values, F.CERTIFICATE_NO, identity_text)
    if len(number) > _LONGEST_NUMBER:
        raise Unusable(
            f"证书编号超过 {_LONGEST_NUMBER} 位。请核对。",
            f"The certificate number has more than {_LONGEST_NUMBER} characters. Check it.",
        )
    issued = CertificateIssued(
        training_class=one.training_class.training_class,
        person=one.person,
        kind=_kind(one.planned, values),
        number=CertificateNumber(number),
        issuer=_issuer(values, context),
        level=clean_text(values.get(F.LEVEL)) or one.training_class.level,
        occurred_on=needed(table, values, F.ISSUE_DATE, parse_date),
    )
    one.planned.propose(context.origin, issued)


def _kind(planned: Planned, values: Values) -> CertificateKind:
    printed = clean_text(values.get(F.CERTIFICATE_TYPE))
    kind: Any = next((kind for word, kind in _KINDS.items() if word in printed), None)
    if kind is None:
        planned.note(
            "证书类型没有填写或不在四类之中,按培训合格证书登记,如不符请更正",
            "the certificate's type is blank or none of the four: recorded as a training certificate",
        )
        kind = "training"
    result: CertificateKind = kind
    return result


def _issuer(values: Values, context: Context) -> OrganisationId:
    name = clean_text(values.get(F.ISSUER))
    if not name:
        raise Unusable(
            "没有填写发证机关。请在表头或列中补填。", "The issuer is not named. Name it above the table or in a column."
        )
    found = context.lookup.organisations(name)
    if not found:
        raise Unusable(
            f"发证机关“{name}”未登记。请核对名称,须与登记名称一致;确未登记的,由经办人先登记该单位:"
            f"网页“录入”(/record/{RegisterOrganisation.COMMAND}),或命令行 taizhang record。",
            f'The issuer "{name}" is not registered. Use the name under which it is registered; if it is not, a clerk '
            f"registers it on the page /record/{RegisterOrganisation.COMMAND}, or by taizhang record.",
        )
    if len(found) > 1:
        raise Unusable(
            f"发证机关“{name}”在登记中不止一个。请核对名称,写明是哪一个。",
            f'The issuer "{name}" is registered more than once. Check the name and say which one it is.',
        )
    return found[0].id
