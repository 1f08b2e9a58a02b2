"""Pictures for samples: scenes of coloured boxes with what a camera writes into its files. Nobody and no place is on them."""

from __future__ import annotations

import io
from random import Random
from typing import Any, Final

WIDTH, HEIGHT = 640, 480
BOXES: Final = 30
MAKE, MODEL, DETAILS, TAKEN, SERIAL = 0x010F, 0x0110, 0x8769, 0x9003, 0xA431  # Exif 2.32


def drawn(seed: str) -> Any:
    """A scene of its own for each seed."""
    from PIL import Image, ImageDraw  # only who draws waits for it

    chance = Random(seed)  # noqa: S311 (a sample is no secret)
    picture = Image.new("RGB", (WIDTH, HEIGHT), tuple(chance.randrange(60, 200) for _ in range(3)))
    pen = ImageDraw.Draw(picture)
    for _ in range(BOXES):
        left, top = chance.randrange(WIDTH), chance.randrange(HEIGHT)
        box = (left, top, left + chance.randrange(40, 260), top + chance.randrange(40, 200))
        pen.rectangle(box, fill=tuple(chance.randrange(256) for _ in range(3)))
    return picture


def as_file(picture: Any, quality: int = 90, /, **camera: str) -> bytes:
    """The picture as a camera saves it: make, model, taken (`2016:04:09 09:30:00`) and serial, as far as they are given."""
    from PIL import Image

    exif = Image.Exif()
    for name, tag in (("make", MAKE), ("model", MODEL)):
        if name in camera:
            exif[tag] = camera[name]
    details: Any = exif.get_ifd(DETAILS)
    for name, tag in (("taken", TAKEN), ("serial", SERIAL)):
        if name in camera:
            details[tag] = camera[name]
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, exif=exif)
    return out.getvalue()


def mirrored(picture: Any) -> bytes:
    """The same picture seen in a mirror and turned by a quarter."""
    from PIL import Image

    return as_file(picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT).transpose(Image.Transpose.ROTATE_90))


def saved_anew(picture: Any) -> bytes:
    """The same picture, smaller, brighter, of poor quality and with nothing of its camera: another file altogether."""
    from PIL import ImageEnhance

    return as_file(ImageEnhance.Brightness(picture.resize((WIDTH // 2, HEIGHT // 2))).enhance(1.15), 40)
