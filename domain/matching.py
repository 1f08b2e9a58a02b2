"""The house's own role when it compares anew, after people came in, what stands in the vault and on outside lists."""

from __future__ import annotations

from typing import Final

MATCHER: Final = "matcher"  # granted to nobody: whoever hands a file in does not choose what it is compared with
