"""When the database says no: what happened and what to do, in words an officer can act on."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any, Final

from eventsourcing.persistence import OperationalError
from sqlalchemy.exc import DBAPIError


@dataclass(frozen=True)
class Trouble:
    """One way in which a database fails, in both languages."""

    name: str
    zh: str
    en: str


LOCKED: Final = Trouble(
    "locked",
    "数据库正被其他程序占用,等候超时,本次未记录。请稍后重试;若一直如此,请查看是否有备份或其他程序长时间打开数据库。",
    "The database is held by another program and did not come free in time; nothing was recorded. "
    "Try again in a moment; if it stays so, look for a backup or another program that keeps it open.",
)
FULL: Final = Trouble(
    "full",
    "磁盘已满或数据库已到容量上限,本次未记录。请腾出空间或提高上限,然后重新提交。",
    "The disk is full or the database has reached its size limit; nothing was recorded. "
    "Free some space or raise the limit, then submit again.",
)
LOST: Final = Trouble(
    "lost",
    "与数据库的连接中断,无法确认是否已记录。请用同一业务编号重新提交:已记录的不会重复。",
    "The connection to the database was lost; whether it was recorded is not known. "
    "Submit again under the same command id: what was recorded is not recorded twice.",
)
UNREACHABLE: Final = Trouble(
    "unreachable",
    "无法连接或打开数据库。请检查地址、文件夹权限和数据库服务是否运行。",
    "The database cannot be reached or opened. Check its address, the folder's permissions and whether the server runs.",
)
READ_ONLY: Final = Trouble(
    "read-only",
    "数据库为只读(备用库或文件权限),本次未记录。请改连主库,或检查文件权限。",
    "The database is read-only (a standby, or the file's permissions); nothing was recorded. "
    "Use the primary server, or check the file's permissions.",
)
BROKEN: Final = Trouble(
    "broken",
    "读写数据库文件出错,本次未记录。请检查磁盘和剩余空间,运行 taizhang verify,必要时从备份恢复。",
    "Reading or writing the database file failed; nothing was recorded. "
    "Check the disk and its free space, run taizhang verify, and restore from a backup if need be.",
)


class LogUnavailable(OperationalError):
    """The database cannot take or give facts right now. Nothing was half-written."""

    def __init__(self, trouble: Trouble, detail: str = "") -> None:
        super().__init__(trouble.en)
        self.trouble, self.detail = trouble, detail

    @property
    def zh(self) -> str:
        return self.trouble.zh

    @property
    def en(self) -> str:
        return self.trouble.en

    def __str__(self) -> str:
        return f"{self.en} ({self.detail})" if self.detail else self.en


_SQLITE: Final = {  # primary result codes, https://www.sqlite.org/rescode.html
    sqlite3.SQLITE_BUSY: LOCKED,
    sqlite3.SQLITE_LOCKED: LOCKED,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_CANTOPEN: UNREACHABLE,
    sqlite3.SQLITE_PERM: UNREACHABLE,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_IOERR: BROKEN,
    sqlite3.SQLITE_CORRUPT: BROKEN,
    sqlite3.SQLITE_NOTADB: BROKEN,
}
_POSTGRES: Final = {  # SQLSTATE, or the two letters of its class; the PostgreSQL manual, appendix A
    "55P03": LOCKED,
    "40P01": LOCKED,
    "57014": LOCKED,
    "53100": FULL,
    "53300": UNREACHABLE,
    "25006": READ_ONLY,
    "58030": BROKEN,
    "08": LOST,
    "57": LOST,
    "53": FULL,
    "58": BROKEN,
    "XX": BROKEN,
}


def trouble_of(error: BaseException) -> Trouble | None:
    """Which trouble a driver's error is, or None when it is a mistake of ours and not the database's state."""
    original: Any = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(original, sqlite3.Error):
        code = getattr(original, "sqlite_errorcode", None)  # absent when the module itself complains
        return _SQLITE.get(code & 0xFF) if code is not None else None
    state = getattr(original, "sqlstate", None)
    if state is not None:
        return _POSTGRES.get(state) or _POSTGRES.get(state[:2])
    if type(original).__name__ in {"OperationalError", "ConnectionTimeout"}:  # psycopg gives no state then
        return LOST if getattr(error, "connection_invalidated", True) else UNREACHABLE
    return None
