"""The verifier as the one file that goes into every bundle: its parts, one after the other."""

from __future__ import annotations

import inspect
import re
from types import ModuleType
from typing import Final

from taizhang.adapters.proof import ed25519, plain_zip, verifier

FUTURE: Final = "from __future__ import annotations\n"
_OURS: Final = re.compile(r"^from taizhang\.\S+ import [^\n]+\n", re.MULTILINE)
_DOCSTRING: Final = re.compile(r'\A"""(.*?)"""\n', re.DOTALL)


def verifier_file() -> str:
    """`verify.py`: runs on any Python from 3.8 on, with nothing installed."""
    main = inspect.getsource(verifier)
    assert FUTURE in main
    head, rest = main.split(FUTURE)
    parts = "\n\n".join(_part(module) for module in (ed25519, plain_zip))
    return f"{head}{FUTURE}\n{parts}\n\n{_OURS.sub('', rest).lstrip()}"


def _part(module: ModuleType) -> str:
    """A module without what the file has already; its docstring becomes a comment."""
    source = inspect.getsource(module).replace(FUTURE, "")
    said = (module.__doc__ or "").strip().splitlines()
    return "".join(f"# {line}".rstrip() + "\n" for line in said) + _DOCSTRING.sub("", source)
