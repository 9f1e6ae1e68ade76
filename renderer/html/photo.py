"""A CV's photo, made anew for print: what is put into a document is never the file that was sent.

So nothing of it gets on but the picture: no EXIF with its place and camera, no comments, no second image, no profile
that a PDF/A would have to declare.
"""

from __future__ import annotations

import base64
import io
import threading
from typing import Any

from PIL import ExifTags, Image, ImageCms

from cv.photo import MAX_PIXELS_A_SIDE, check_photo

# 27 mm at 600 dots an inch.
MAX_SIDE = 640
QUALITY = 88

_FORMATS = ("PNG", "JPEG", "WEBP")
# The largest WebP takes 270 MB to decode, and the pod's memory is limited.
_ONE_AT_A_TIME = threading.Lock()
_WHITE = (255, 255, 255)
_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
# What stands right when the picture has been turned so, by EXIF's number (CIPA DC-008, 4.6.5).
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class PhotoInvalid(Exception):
    """The picture cannot be decoded; the message says why and holds nothing of it."""


def prepare(data_url: str) -> str:
    """The data: URL of a photo as one of a JPEG: upright, in sRGB, on white, at most MAX_SIDE pixels a side.

    Of an animation that is the first frame. The same input gives the same bytes. It takes some 10 ms of processor
    time, for the largest pictures half a second: keep it off the event loop. Raises PhotoInvalid.
    """
    problem = check_photo(data_url)
    if problem:
        raise PhotoInvalid(problem)
    data = base64.b64decode(data_url.partition(",")[2])
    try:
        with _ONE_AT_A_TIME:
            picture = _upright(data)
    except PhotoInvalid:
        raise
    except Exception as e:
        # Decoders raise all sorts for files that are broken.
        raise PhotoInvalid("cannot be decoded: the picture is damaged or incomplete") from e
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY, optimize=True)
    return "data:image/jpeg;base64," + base64.b64encode(out.getvalue()).decode("ascii")


def _upright(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data), formats=_FORMATS) as source:
        # The header that was checked need not be the one that the decoder goes by.
        if max(source.size) > MAX_PIXELS_A_SIDE:
            raise PhotoInvalid(f"must be a picture of at most {MAX_PIXELS_A_SIDE} × {MAX_PIXELS_A_SIDE} pixels")
        profile = source.info.get("icc_profile")
        # A JPEG is decoded at a fraction of its size where that is still twice what is needed.
        source.draft(None, (2 * MAX_SIDE, 2 * MAX_SIDE))
        source.load()
        turn = _TURNS.get(_orientation(source))
        picture = _eight_bit(source)
        if picture.mode not in ("RGB", "RGBA", "CMYK") or "transparency" in picture.info:
            picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
        picture.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
        picture = _on_white(_in_srgb(picture, profile))
    if turn is not None:
        picture = picture.transpose(turn)
    # Pillow would write what it read beside the picture: comments.
    picture.info.clear()
    return picture


def _orientation(source: Image.Image) -> Any:
    try:
        return source.getexif().get(ExifTags.Base.Orientation)
    except Exception:
        # EXIF that cannot be read says nothing; the picture itself may be whole.
        return None


def _eight_bit(source: Image.Image) -> Image.Image:
    """16-bit greys as 8 bits, which Pillow would cut off at 255; in all other modes it has 8 bits already."""
    if source.mode.startswith("I;16"):
        source = source.convert("I")
    if source.mode == "I":
        return source.point(lambda value: value * (1 / 257) + 0.5).convert("L")
    return source


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture's colours in sRGB. Without a profile they are taken to be that; so does a browser."""
    if profile:
        alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
        colours = picture.convert("RGB") if alpha else picture
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(colours, source, _SRGB, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            converted = None
        if converted is not None:
            if alpha:
                converted.putalpha(alpha)
            return converted
    return picture.convert("RGB") if picture.mode == "CMYK" else picture


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture
    ground = Image.new("RGB", picture.size, _WHITE)
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground
