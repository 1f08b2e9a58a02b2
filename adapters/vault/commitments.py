"""Commitments: what the log holds in place of a person's data, and how one field is opened without the others.

    opening    = HKDF-Expand-SHA256(person key, info = statement id | field, 32 bytes)     RFC 5869
    commitment = base64url without padding of HMAC-SHA256(opening, value in UTF-8)          RFC 2104

Who holds an opening and the value checks the commitment with the standard library alone, and learns nothing about
any other field. Once the person's key is destroyed nobody can make an opening again.

Of a statement the fields that identify a person and pay one are committed to each for itself, because an auditor asks for
them alone (is this the number, was it paid to this account). Everything else a form may say of a person (address, unit,
education …) is committed to together with them, by one commitment over the whole statement: none of it can be
changed unseen, and who checks it is shown the statement.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from functools import cache
from hashlib import sha256

import msgspec

OPENED_ALONE = ("name", "id_number", "phone", "bank_account")
WHOLE = "statement"  # in the place of a field: the whole statement, as `whole_statement` writes it
SEPARATOR = "|"
COMMITMENT_LETTERS = 43  # 32 bytes in base64 without padding
HASH_BYTES = 32
BLOCK_BYTES = 64  # SHA-256's block, to which HMAC pads its key


def commitment(person_key: bytes, statement_id: str, field: str, value: str) -> str:
    """The commitment to one value: 43 characters."""
    return _commit(opening_of(person_key, statement_id, field), value)


def opening_of(person_key: bytes, statement_id: str, field: str) -> bytes:
    """The derived key, 32 bytes, that opens this one field of this one statement."""
    return hmac.digest(person_key, _info(statement_id, field), "sha256")


def verify_opening(opening: bytes, value: str, commitment: str) -> bool:
    """True if `commitment` was made for this value with this opening."""
    return hmac.compare_digest(_commit(opening, value).encode(), commitment.encode())


def statement_commitments(person_key: bytes, statement_id: str, fields: dict[str, str]) -> dict[str, str]:
    """What the log holds of a statement: a commitment to each field that opens alone, and one to the whole of it."""
    said = [field for field in OPENED_ALONE if field in fields]
    values = [fields[field].encode() for field in said]
    return _committed(person_key, statement_id, [*said, WHOLE], [*values, _canonical(fields)])


def whole_statement(fields: dict[str, str]) -> str:
    """The statement as it is committed to: its fields and values in JSON, ordered by field, without blanks."""
    return _canonical(fields).decode()


def commitments_of(person_key: bytes, statement_id: str, fields: dict[str, str]) -> dict[str, str]:
    """The commitments to all fields of one statement: `commitment` of each, at half the cost."""
    return _committed(person_key, statement_id, list(fields), [value.encode() for value in fields.values()])


def keyed_digests(key: bytes, texts: list[str]) -> list[bytes]:
    """HMAC-SHA256 of each text, written out like the commitments: of many it takes half the time."""
    padded = key.ljust(BLOCK_BYTES, b"\0")
    inside, outside = padded.translate(_INNER), padded.translate(_OUTER)
    return [sha256(outside + sha256(inside + text.encode()).digest()).digest() for text in texts]


def _committed(person_key: bytes, statement_id: str, fields: list[str], values: list[bytes]) -> dict[str, str]:
    """HMAC is written out here: hashlib's sha256 costs less to start than OpenSSL's HMAC (50,000 persons x 6 fields: 0.6 s
    against 1.3 s), and what all fields of a statement share is made once."""
    padded = person_key.ljust(BLOCK_BYTES, b"\0")
    inside, outside = padded.translate(_INNER) + f"{statement_id}{SEPARATOR}".encode(), padded.translate(_OUTER)
    digests = []
    for field, value in zip(fields, values, strict=True):
        opening = sha256(outside + sha256(inside + _field_end(field)).digest()).digest()
        hashed = sha256(opening.translate(_INNER) + _INNER_REST + value).digest()
        digests.append(sha256(opening.translate(_OUTER) + _OUTER_REST + hashed).digest())
    return dict(zip(fields, _base64url(digests), strict=True))


def _info(statement_id: str, field: str) -> bytes:
    # HKDF-Expand for one block of output: T(1) = HMAC(key, info, 0x01)
    return f"{statement_id}{SEPARATOR}".encode() + _field_end(field)


@cache
def _field_end(field: str) -> bytes:
    assert SEPARATOR not in field  # so that the last separator parts the two, whatever the id holds
    return f"{field}\x01".encode()


def _commit(opening: bytes, value: str) -> str:
    return base64.urlsafe_b64encode(hmac.digest(opening, value.encode(), "sha256")).rstrip(b"=").decode()


def _base64url(digests: list[bytes]) -> list[str]:
    # A zero byte after each digest makes whole groups of three; the 44th character is that byte's own and is dropped
    letters = binascii.b2a_base64(b"\0".join([*digests, b""]), newline=False).translate(_URL_SAFE).decode()
    return [letters[start : start + COMMITMENT_LETTERS] for start in range(0, len(letters), COMMITMENT_LETTERS + 1)]


_canonical = msgspec.json.Encoder(order="sorted").encode
_INNER = bytes(byte ^ 0x36 for byte in range(256))
_OUTER = bytes(byte ^ 0x5C for byte in range(256))
_INNER_REST, _OUTER_REST = b"\x36" * HASH_BYTES, b"\x5c" * HASH_BYTES  # of a key of half a block, padded with zeros
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
