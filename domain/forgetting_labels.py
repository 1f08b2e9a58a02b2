"""What the codes of forgetting are called; labels.py takes them in."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from taizhang.domain.forgetting import Ground, StoredFile

FORGETTING_WORDS: Final = """
forgetting-ground
    consent-withdrawn   本人撤回同意           consent withdrawn
    purpose-achieved    处理目的已实现         purpose achieved
    retention-ended     保存期限已届满         retention ended
    unlawful-processing 违法处理               unlawful processing
    law-requires        法律法规规定           required by law
stored-file
    source              来源文件               file as sent
    result              校验结果文件           result workbook
    other               其他存档文件           other stored file
"""

FORGETTING_VOCABULARIES: Final[Mapping[str, Any]] = MappingProxyType(
    {"forgetting-ground": Ground, "stored-file": StoredFile}
)
