"""A zip of exactly one spelling: files stored in the order of their names, no dates, nothing else.

Whoever reads one writes it again and compares: no byte of it, not even one that means nothing, changes unseen.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

LOCAL, ENTRY, END = b"PK\3\4", b"PK\1\2", b"PK\5\6"
VERSION, UTF8, STORED, NO_TIME, FIRST_DAY = 20, 0x800, 0, 0, 33  # 1980-01-01, the format's first day
HEAD = struct.pack("<4s5H", LOCAL, VERSION, UTF8, STORED, NO_TIME, FIRST_DAY)


def write_zip(files: dict[str, bytes]) -> bytes:
    """The zip that holds these files. ValueError past the format's four gigabytes or 65,535 files."""
    parts, entries, offset = [], [], 0
    try:
        for name in sorted(files):
            data, encoded = files[name], name.encode()
            fields = (UTF8, STORED, NO_TIME, FIRST_DAY, zlib.crc32(data), len(data), len(data), len(encoded), 0)
            local = struct.pack("<4s5H3I2H", LOCAL, VERSION, *fields) + encoded
            entries.append(struct.pack("<4s6H3I5H2I", ENTRY, VERSION, VERSION, *fields, 0, 0, 0, 0, offset) + encoded)
            parts += [local, data]
            offset += len(local) + len(data)
        listed = b"".join(entries)
        end = struct.pack("<4s4H2IH", END, 0, 0, len(entries), len(entries), len(listed), offset, 0)
    except struct.error as problem:
        raise ValueError(f"too much for one zip: {problem}") from None
    return b"".join([*parts, listed, end])


def read_zip(data: bytes) -> dict[str, bytes]:
    """The files of a zip that `write_zip` made. ValueError when any byte is not as it writes it."""
    files = _stored(data)
    if write_zip(files) != data:
        raise ValueError("the zip is not as it was written")
    return files


def unpack_zip(data: bytes) -> dict[str, bytes]:
    """The files as they now are in a zip that may have been changed or packed anew, to say which one was.

    ValueError when they cannot be read.
    """
    files = _stored(data)
    if files:
        return files
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(one.file_size for one in packed.infolist()) >= 1 << 32:
                raise ValueError("too much for one zip")
            return {name: packed.read(name) for name in packed.namelist()}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as problem:
        raise ValueError(str(problem)) from None


def _stored(data: bytes) -> dict[str, bytes]:
    """The files as far as their places are told in our one spelling; what they hold is not compared with anything."""
    files: dict[str, bytes] = {}
    at = 0
    while data[at : at + 14] == HEAD and len(data) >= at + 30:
        size, _, name_size = struct.unpack("<2IH", data[at + 18 : at + 28])
        start = at + 30 + name_size
        files[data[at + 30 : start].decode()] = data[start : start + size]
        at = start + size
    return files
