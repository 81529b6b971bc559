"""Makes a photo from the street fit to be kept: a plain JPEG, small enough, with nothing of the camera or the place in it."""

from __future__ import annotations

import io

from PIL import Image, ImageOps, UnidentifiedImageError

from gridplan.model.errors import InputError
from gridplan.model.words import say

LONGEST_PX = 1600
"""The longer side of a kept photo."""
MOST_PIXELS = 50_000_000
"""What a camera may send; a picture that says it is larger is not opened."""
MOST_BYTES = 8 * 1024 * 1024
QUALITY = 82


def fit_photo(sent: bytes) -> bytes:
    """Return a photo as a JPEG of at most 1600 pixels a side, upright and without any metadata.

    Raises
    ------
    InputError
        It is no picture that can be read, or too large.
    """
    if len(sent) > MOST_BYTES:
        raise InputError(say("phone.photo_large", most=MOST_BYTES // 1024 // 1024))
    try:
        with Image.open(io.BytesIO(sent), formats=("JPEG", "PNG", "WEBP")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise InputError(say("phone.photo_large", most=MOST_BYTES // 1024 // 1024))
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise InputError(say("phone.photo_unreadable")) from None
    upright.thumbnail((LONGEST_PX, LONGEST_PX), Image.Resampling.LANCZOS)
    # A new picture of the same dots: whatever stood beside them is not taken along.
    clean = Image.new("RGB", upright.size)
    clean.paste(upright)
    made = io.BytesIO()
    clean.save(made, "JPEG", quality=QUALITY, optimize=True)
    return made.getvalue()
