"""What can be compared of a photograph: how it looks, when it was taken and with what. Where it was taken is never read."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from taizhang.domain.attachments import DeviceId, Photograph

SIDE_PIXELS: Final = 512  # a smaller picture looks the same to the hash, and is quicker to read
PIXELS_MOST: Final = 200_000_000  # beyond what cameras make: a picture made to fill the memory
EVEN: Final = 2.0  # grey levels of deviation below which a picture shows nothing: a lens cap, a blank page
CAMERA_LETTERS: Final = 100
MAKE, MODEL, DETAILS, TAKEN, SERIAL = 0x010F, 0x0110, 0x8769, 0x9003, 0xA431  # Exif 2.32, sections 4.6.4 and 4.6.5

Named = Callable[[str], DeviceId]  # the id of a device by make, model and serial number, from the vault's keyed index


def photograph_of(content: bytes, device_of: Named) -> Photograph | None:
    """What a file says of itself as a picture; None when it is no picture that can be read."""
    # Pillow and the hash bring numpy and scipy along: whoever attaches nothing does not wait for them
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd files; what cannot be read is left out
            with Image.open(io.BytesIO(content)) as picture:
                if picture.width * picture.height > PIXELS_MOST:
                    return None
                said = _said(picture, device_of)
                picture.draft("L", (SIDE_PIXELS, SIDE_PIXELS))
                return Photograph(looks=_looks(picture), **said)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def _looks(picture: Any) -> str:
    """The perceptual hash, 64 bits in hex; empty for a picture that shows nothing, which would be like all its kind."""
    import imagehash
    from PIL import ImageOps, ImageStat

    grey = ImageOps.exif_transpose(picture).convert("L")
    grey.thumbnail((SIDE_PIXELS, SIDE_PIXELS))
    if ImageStat.Stat(grey).stddev[0] < EVEN:
        return ""
    return str(imagehash.phash(grey))


def _said(picture: Any, device_of: Named) -> dict[str, Any]:
    """Time and camera as the file states them, each only where it is well-formed."""
    exif = picture.getexif()
    details = exif.get_ifd(DETAILS)
    make, model, serial = (_text(one) for one in (exif.get(MAKE), exif.get(MODEL), details.get(SERIAL)))
    camera = model if model.startswith(make) else f"{make} {model}".strip()
    said: dict[str, Any] = {"camera": camera[:CAMERA_LETTERS], "taken_at": _minute(_text(details.get(TAKEN)))}
    if serial and camera:
        said["device"] = device_of(f"{camera}\0{serial}")
    return said


def _minute(stated: str) -> str:
    try:
        return datetime.strptime(stated, "%Y:%m:%d %H:%M:%S").strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return ""


def _text(value: Any) -> str:
    """A text of the file in one line of printable letters."""
    plain = value.decode("ascii", "ignore") if isinstance(value, bytes) else str(value or "")
    return " ".join("".join(letter for letter in plain if letter.isprintable()).split())


def picture_type(content: bytes) -> str:
    """The media type of a picture by its own first bytes; empty for what is none that browsers show."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    return "image/webp" if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else ""
