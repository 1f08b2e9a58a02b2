"""In which order files that were handed in together are imported: what others build on first."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from taizhang.adapters.forms.forms import FormKind
from taizhang.adapters.importing.preview import Preview
from taizhang.adapters.importing.rooms import STAGES
from taizhang.adapters.sheets.sheets import FileUnreadable


def in_order(files: Sequence[tuple[bytes, str]], preview: Callable[[bytes, str], Preview]) -> list[int]:
    """The files' numbers, what others build on first; what cannot be read comes last, to say so."""
    if len(files) < 2:
        return list(range(len(files)))
    ranks = []
    for number, (content, filename) in enumerate(files):
        try:
            forms = [FormKind(table.form) for table in preview(content, filename).tables]
        except FileUnreadable:
            forms = []
        ranks.append((min(map(_rank, forms), default=len(STAGES)), number))
    return [number for _, number in sorted(ranks)]


def _rank(form: FormKind) -> int:
    return next(number for number, stage in enumerate(STAGES) if stage.form is form)
