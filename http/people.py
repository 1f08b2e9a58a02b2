"""Persons on pages: masked by default; unmasked only by a role that may, for a purpose that is recorded as a fact."""

from __future__ import annotations

from typing import Final

from taizhang.adapters.masking import IDENTITY, NAME, Masked, masked, with_names

MAY_UNMASK: Final = frozenset({"clerk", "institution", "finance", "organisation", "inspector", "discipline"})
SHOWN_WHOLE: Final = (NAME, IDENTITY, "sex", "birth_date", "ethnicity", "education", "phone", "home_address")

__all__ = ["IDENTITY", "MAY_UNMASK", "NAME", "SHOWN_WHOLE", "Masked", "masked", "with_names"]
