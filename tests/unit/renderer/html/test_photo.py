"""What becomes of a CV's photo: cv.photo reads its header, renderer.html.photo makes it anew for print."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from typing import Any

import pytest
from PIL import ExifTags, Image, ImageCms, PngImagePlugin

from cv.photo import MAX_PIXELS_A_SIDE, check_photo
from renderer.html import photo
from renderer.html.photo import MAX_SIDE, PhotoInvalid, prepare

RED, GREEN, BLUE, YELLOW = (220, 30, 30), (30, 170, 60), (30, 60, 220), (230, 210, 40)
SECRET = b"SECRET-PLACE"


def quarters(width: int = 120, height: int = 80) -> Image.Image:
    """A picture that shows how it stands: red, green / blue, yellow."""
    picture = Image.new("RGB", (width, height))
    for place, colour in enumerate((RED, GREEN, BLUE, YELLOW)):
        left, top = place % 2 * width // 2, place // 2 * height // 2
        picture.paste(colour, (left, top, left + width // 2, top + height // 2))
    return picture


def saved(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def data_url(data: bytes, kind: str = "png") -> str:
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


def prepared(data: bytes, kind: str = "png") -> Image.Image:
    url = prepare(data_url(data, kind))
    assert url.startswith("data:image/jpeg;base64,")
    picture = Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2])))
    assert picture.format == "JPEG"
    assert picture.mode == "RGB"
    picture.load()
    return picture


def assert_colour(
    picture: Image.Image, place: tuple[float, float], colour: tuple[int, int, int], near: int = 14
) -> None:
    found = picture.getpixel((int(place[0] * picture.width), int(place[1] * picture.height)))
    assert isinstance(found, tuple)
    assert all(abs(a - b) <= near for a, b in zip(found, colour, strict=True)), (found, colour)


def assert_quarters(picture: Image.Image, near: int = 14) -> None:
    for place, colour in zip(
        ((0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)), (RED, GREEN, BLUE, YELLOW), strict=True
    ):
        assert_colour(picture, place, colour, near)


def exif(orientation: int) -> Image.Exif:
    data = Image.Exif()
    data[ExifTags.Base.Orientation] = orientation
    data[ExifTags.Base.ImageDescription] = SECRET.decode()
    data.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (55.0, 40.0, 30.0)
    return data


# The turn that makes each orientation from an upright picture: the inverse of what a viewer does.
STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", STORED)
def test_a_photo_stands_upright_and_says_nothing_of_where_it_was_taken(orientation: int, kind: str) -> None:
    turn = STORED[orientation]
    stored = quarters() if turn is None else quarters().transpose(turn)
    data = saved(stored, kind, exif=exif(orientation), quality=95)
    assert SECRET in data
    picture = prepared(data, kind.lower())
    assert picture.size == (120, 80)
    assert_quarters(picture, near=24)
    assert not picture.getexif()
    assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert SECRET not in base64.b64decode(prepare(data_url(data, kind.lower())).partition(",")[2])


def test_comments_and_texts_are_left_out() -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Comment", SECRET.decode())
    for data, kind in ((saved(quarters(), pnginfo=texts), "png"), (saved(quarters(), "JPEG", comment=SECRET), "jpeg")):
        assert SECRET in data
        assert SECRET not in base64.b64decode(prepare(data_url(data, kind)).partition(",")[2])


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_exif_that_is_broken_is_ignored() -> None:
    data = saved(quarters(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff garbage", quality=95)
    assert_quarters(prepared(data, "jpeg"), near=24)


@pytest.mark.parametrize(
    ("picture", "colour"),
    [
        (Image.new("RGBA", (40, 40), (*RED, 255)), RED),
        (Image.new("RGBA", (40, 40), (*RED, 0)), (255, 255, 255)),
        (Image.new("RGBA", (40, 40), (0, 0, 0, 128)), (127, 127, 127)),
        (Image.new("LA", (40, 40), (0, 0)), (255, 255, 255)),
        (Image.new("L", (40, 40), 100), (100, 100, 100)),
        (Image.new("1", (40, 40), 1), (255, 255, 255)),
        (Image.new("RGB", (40, 40), GREEN).quantize(4), GREEN),
        (Image.new("I;16", (40, 40), 200 * 257), (200, 200, 200)),
        (Image.new("I;16", (40, 40), 65535), (255, 255, 255)),
    ],
    ids=["opaque", "clear", "half-clear", "clear-grey", "grey", "bits", "palette", "deep-grey", "deep-white"],
)
def test_every_kind_of_png_is_printed_in_its_colours_on_white(
    picture: Image.Image, colour: tuple[int, int, int]
) -> None:
    assert_colour(prepared(saved(picture)), (0.5, 0.5), colour, near=4)


def test_a_palette_with_a_clear_colour_is_on_white() -> None:
    picture = Image.new("P", (40, 40), 1)
    picture.putpalette([*RED, *BLUE])
    picture.paste(0, (0, 0, 20, 40))
    result = prepared(saved(picture, transparency=0))
    assert_colour(result, (0.25, 0.5), (255, 255, 255))
    assert_colour(result, (0.75, 0.5), BLUE)


def test_sixteen_bits_a_colour_are_printed() -> None:
    row = b"\0" + struct.pack(">HHH", 220 * 257, 30 * 257, 30 * 257) * 8
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", 8, 8, 16, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(row * 8)),
        (b"IEND", b""),
    ]
    data = b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(*chunk) for chunk in chunks)
    assert_colour(prepared(data), (0.5, 0.5), RED, near=4)


@pytest.mark.parametrize(
    "options",
    [{}, {"progressive": True}, {"optimize": True, "subsampling": 0}, {"quality": 100}],
    ids=["baseline", "progressive", "full-chroma", "best"],
)
def test_every_kind_of_jpeg_is_printed(options: dict[str, Any]) -> None:
    assert_quarters(prepared(saved(quarters(), "JPEG", **{"quality": 95, **options}), "jpeg"), near=24)


def test_grey_and_cmyk_jpegs_are_printed() -> None:
    assert_colour(prepared(saved(Image.new("L", (40, 40), 90), "JPEG"), "jpg"), (0.5, 0.5), (90, 90, 90), near=4)
    cmyk = quarters().convert("CMYK")
    assert_quarters(prepared(saved(cmyk, "JPEG", quality=95), "jpeg"), near=24)


@pytest.mark.parametrize("options", [{"lossless": True}, {"quality": 95}], ids=["lossless", "lossy"])
def test_webp_is_printed(options: dict[str, Any]) -> None:
    assert_quarters(prepared(saved(quarters(), "WEBP", **options), "webp"), near=24)


@pytest.mark.parametrize("kind", ["WEBP", "PNG"])
def test_of_an_animation_the_first_picture_is_printed(kind: str) -> None:
    others = [Image.new("RGB", (120, 80), colour) for colour in (BLUE, GREEN)]
    data = saved(quarters(), kind, save_all=True, append_images=others, duration=100, lossless=True)
    assert_quarters(prepared(data, kind.lower()))


def test_a_profiles_colours_become_those_of_srgb() -> None:
    swapped = rotated_srgb()
    data = saved(Image.new("RGB", (40, 40), RED), icc_profile=swapped)
    # The profile says that what is stored as red is blue.
    assert_colour(prepared(data), (0.5, 0.5), (RED[1], RED[2], RED[0]), near=8)
    clear = Image.new("RGBA", (40, 40), (*RED, 0))
    assert_colour(prepared(saved(clear, icc_profile=swapped)), (0.5, 0.5), (255, 255, 255), near=2)


def test_a_profile_that_is_broken_or_of_another_kind_is_ignored() -> None:
    for profile in (b"x" * 200, ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()):
        assert_colour(prepared(saved(Image.new("RGB", (40, 40), RED), icc_profile=profile)), (0.5, 0.5), RED)


@pytest.mark.parametrize(
    ("size", "expected"),
    [((40, 30), (40, 30)), ((1280, 640), (640, 320)), ((700, 2800), (160, 640)), ((1, 4000), (1, 640))],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_photo_is_made_as_small_as_print_needs(size: tuple[int, int], expected: tuple[int, int], kind: str) -> None:
    assert prepared(saved(Image.new("RGB", size, RED), kind), kind.lower()).size == expected
    assert max(expected) <= MAX_SIDE


def test_the_same_photo_gives_the_same_bytes() -> None:
    url = data_url(saved(quarters(900, 700), "JPEG", exif=exif(6)), "jpeg")
    assert prepare(url) == prepare(url)


def png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def with_second_header(width: int, height: int) -> bytes:
    """A PNG whose first header is small; the decoder goes by the second."""
    data = saved(quarters())
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return data[:33] + header + data[33:]


JPEG = saved(quarters(), "JPEG")
PNG = saved(quarters())
WEBP = saved(quarters(), "WEBP")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (JPEG[: len(JPEG) // 2], "jpeg"),
        (PNG[: len(PNG) // 2], "png"),
        (WEBP[: len(WEBP) // 2], "webp"),
        (PNG[:40], "png"),
        (PNG[:60] + b"\xff" * 40 + PNG[100:], "png"),
        (with_second_header(60_000, 60_000), "png"),
        (with_second_header(0, 0), "png"),
        (saved(quarters(), "GIF"), "png"),
        (saved(quarters(), "TIFF"), "jpeg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "png"),
        (b"%PDF-1.7", "jpeg"),
        (JPEG[:2], "jpeg"),
        (WEBP[:20] + b"\0" * 40, "webp"),
        (b"RIFF\x1e\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x10\0\0\x10\0\0", "webp"),
    ],
)
def test_what_cannot_be_decoded_is_refused(data: bytes, kind: str) -> None:
    with pytest.raises(PhotoInvalid) as caught:
        prepare(data_url(data, kind))
    assert "picture" in str(caught.value)


@pytest.mark.parametrize("side", ["width", "height"])
@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_a_picture_that_is_huge_once_decoded_is_refused_by_its_header(kind: str, side: str) -> None:
    size = (16_000, 8) if side == "width" else (8, 16_000)
    data = saved(Image.new("L", size), kind.upper())
    assert len(data) < 20_000
    message = f"must be a picture of at most {MAX_PIXELS_A_SIDE} × {MAX_PIXELS_A_SIDE} pixels"
    assert check_photo(data_url(data, kind)) == message
    with pytest.raises(PhotoInvalid, match="at most"):
        prepare(data_url(data, kind))


@pytest.mark.parametrize(
    "options", [{"lossless": True}, {"quality": 80}, {"quality": 80, "exif": exif(1)}], ids=["VP8L", "VP8", "VP8X"]
)
def test_each_form_of_webp_tells_its_size(options: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    form = {"VP8L": b"VP8L", "VP8X": b"VP8X"}.get(
        "VP8L" if "lossless" in options else "VP8X" if "exif" in options else "", b"VP8 "
    )
    data = saved(quarters(122, 81), "WEBP", **options)
    assert data[12:16] == form
    assert check_photo(data_url(data, "webp")) is None
    for limit, fits in ((122, True), (121, False)):
        monkeypatch.setattr("cv.photo.MAX_PIXELS_A_SIDE", limit)
        assert (check_photo(data_url(data, "webp")) is None) == fits


def test_the_name_of_the_type_does_not_decide() -> None:
    assert_quarters(prepared(saved(quarters(), "JPEG", quality=95), "png"), near=24)


def test_a_reason_holds_nothing_of_the_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError(SECRET.decode())

    monkeypatch.setattr(photo, "_upright", fail)
    with pytest.raises(PhotoInvalid) as caught:
        prepare(data_url(JPEG, "jpeg"))
    assert SECRET.decode() not in str(caught.value)


def rotated_srgb() -> bytes:
    """sRGB's profile with the primaries moved on: what it calls red is blue's colour, and so on."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    (count,) = struct.unpack_from(">I", profile, 128)
    entries = {bytes(profile[at : at + 4]): at + 4 for at in range(132, 132 + 12 * count, 12)}
    places = [bytes(profile[entries[name] : entries[name] + 8]) for name in (b"rXYZ", b"gXYZ", b"bXYZ")]
    for name, place in zip((b"rXYZ", b"gXYZ", b"bXYZ"), (places[2], places[0], places[1]), strict=True):
        profile[entries[name] : entries[name] + 8] = place
    return bytes(profile)
