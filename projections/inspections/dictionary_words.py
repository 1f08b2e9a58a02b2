"""What the columns of the tables of inspections mean, for the data dictionary."""

from __future__ import annotations

from typing import Final

# Columns: name (or table.name), Chinese, English.
INSPECTION_WORDS: Final = """
inspection_fact.effective_on|发生日期|day on which it happened
finding|发现问题编号|id of the finding
first_position|首次记录的位置,更正与原记录相同|position of the first version; a correction has that of what it corrects
ground|所依据事实的位置|position of the fact that the finding rests on
inspection|检查编号|id of the inspection
inspection_fact.kind|事实类型简称,例如 finding-recorded;refused 为被拒绝的尝试|kind of fact in short, such as finding-recorded; refused: an attempt that a rule refused
inspection_fact.officer|记录人|officer who recorded it
inspection_fact.region|区划代码|code of the region
inspection_fact.rule|拒绝所依据的规则,空为未被拒绝|rule that refused it; empty: not refused
sample|抽样编号|id of the sample
finding_ground.void|所依据的事实被作废,1 是 0 否(更正)|what the finding rests on was declared void, 1 or 0 (corrected)
inspection_fact.void|已作废,1 是 0 否|declared void, 1 or 0
"""
