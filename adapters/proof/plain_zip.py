"""A zip of exactly one spelling: files stored in the order of their names, no dates, nothing else.

Whoever reads one writes it again and compares: no byte of it, not even one that means nothing, changes unseen.
"""

from __future__ import annotations

import struct
import zlib

LOCAL, ENTRY, END = b"PK\3\4", b"PK\1\2", b"PK\5\6"
VERSION, UTF8, STORED, NO_TIME, FIRST_DAY = 20, 0x800, 0, 0, 33  # 1980-01-01, the format's first day


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
    files: dict[str, bytes] = {}
    at = 0
    while data[at : at + 4] == LOCAL and len(data) >= at + 30:
        crc, size, _, name_size = struct.unpack("<3IH", data[at + 14 : at + 28])
        start = at + 30 + name_size
        name = data[at + 30 : start].decode()
        files[name] = data[start : start + size]
        if zlib.crc32(files[name]) != crc:
            raise ValueError(f"{name} is not as it was written")
        at = start + size
    if write_zip(files) != data:
        raise ValueError("a byte of the zip is not as it was written")
    return files
