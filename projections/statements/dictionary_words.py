"""What the columns of the table of statements mean, for the data dictionary."""

from __future__ import annotations

from typing import Final

# Columns: name (or table.name), Chinese, English.
STATEMENT_WORDS: Final = """
claimed|报送的各项数字(指标和数,JSON)|figures as claimed (measure and amount, JSON)
statement_filed.filed_on|报送日期|day on which it was filed
statement_filed.known_position|报送所依据的日志位置|position of the log that it was drawn up at
stated_by|报送人|officer who filed it
statement|报表编号|id of the statement
statement_filed.programme_kind|项目类型(programme-kind),空为全部|kind of programme (programme-kind); empty: all
"""
