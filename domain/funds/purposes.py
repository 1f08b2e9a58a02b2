"""What public training money may be for, as fund lines allow it and rates and claims name it."""

from __future__ import annotations

from typing import Literal

Purpose = Literal[
    "training",  # 培训补贴
    "appraisal",  # 技能鉴定补贴
    "living",  # 生活补助
    "travel",  # 交通补助
    "employment",  # 就业奖补: paid when the trainee works
    "talent",  # 引进急需紧缺人才
    "practical-talent",  # 农村实用人才培养
    "bases",  # 实训基地建设
    "party-training",  # 党员培训
    "village-officials",  # 大学生村官培训
]
