"""Pictures that are made for tests, as the sample draws them, and with a place that nobody may read."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

from taizhang.adapters.sample.pictures import as_file, drawn, saved_anew

__all__ = ["jpeg", "saved_anew", "scene"]


def scene(seed: int) -> Any:
    """A scene of its own for each seed."""
    return drawn(str(seed))


def jpeg(picture: Any, **camera: str) -> bytes:
    """The picture as a file, with the place where it was taken beside what the camera says."""
    with Image.open(io.BytesIO(as_file(picture, **camera))) as taken:
        exif = taken.getexif()
        exif.get_ifd(0x8825).update({1: "N", 2: (36.0, 44.0, 0.0), 3: "E", 4: (103.0, 15.0, 0.0)})
        out = io.BytesIO()
        taken.save(out, "JPEG", quality="keep", exif=exif)
    return out.getvalue()
