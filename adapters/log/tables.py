"""The tables of the log. Each name is spelled here once; everybody else asks the table for its columns."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, SmallInteger, Table, Text

METADATA: Final = MetaData()

# SQLite makes a column the row's own number only when it is called INTEGER.
_Number = BigInteger().with_variant(Integer(), "sqlite")
# Compared byte by byte on both engines: the same order everywhere, and faster than a language's order.
_Name = Text().with_variant(Text(collation="C"), "postgresql")

FACT: Final = Table(
    "fact",
    METADATA,
    Column("position", _Number, primary_key=True, autoincrement=False),
    Column("type", _Name, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),  # UTC microseconds
    Column("leaf", LargeBinary, nullable=False),  # the exact bytes that were hashed
)

TAG: Final = Table(
    "tag",
    METADATA,
    Column("tag", _Name, primary_key=True),
    Column("position", _Number, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

HEAD: Final = Table(
    "head",
    METADATA,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),  # one row, 1: what every append locks
    Column("position", BigInteger, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("edge", LargeBinary, nullable=False),  # the right edge of the Merkle tree over the facts
    Column("origin", Text, nullable=False),  # the log's name in its checkpoints; never used again for another log
)

TILE: Final = Table(
    "tile",
    METADATA,
    Column("level", SmallInteger, primary_key=True, autoincrement=False),
    Column("index", BigInteger, primary_key=True, autoincrement=False),
    Column("hashes", LargeBinary, nullable=False),  # 256 of 32 bytes: full tiles only
    sqlite_with_rowid=False,
)

COMMAND: Final = Table(
    "command",
    METADATA,
    Column("id", _Name, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("first_position", BigInteger, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("outcome", LargeBinary, nullable=False),
)

GUARD: Final = Table(
    "guard",
    METADATA,
    Column("kind", _Name, primary_key=True),
    Column("key", _Name, primary_key=True),
    Column("position", BigInteger, nullable=False),  # of the fact that moved it last
    Column("state", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

TRACKING: Final = Table(
    "tracking",
    METADATA,
    Column("application", _Name, primary_key=True),
    Column("notification_id", BigInteger, nullable=False),
)
