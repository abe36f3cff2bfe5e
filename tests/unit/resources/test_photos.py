"""Photos from the field: what is kept of them, and what is not taken."""

from __future__ import annotations

import io
import os
import struct
import zlib

import pytest
from PIL import Image

from app.resources.exchange.photos import (
    LARGEST_FILE,
    LONGEST_SIDE,
    MOST_BYTES,
    SMALL_SIDE,
    PhotoRefused,
    read_photo,
)
from tests.factories.fieldwork import GPS, GPS_LATITUDE, make_exif, make_picture


def opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def colour_at(picture: Image.Image, x: float, y: float) -> str:
    pixel = picture.convert("RGB").getpixel((int(x * picture.width), int(y * picture.height)))
    assert isinstance(pixel, tuple)
    return "red" if pixel[0] > pixel[2] else "blue"


def test_nothing_but_the_picture_is_kept() -> None:
    sent = make_picture(
        exif=make_exif(), comment=b"taken at home", icc_profile=b"a profile with a name", dpi=(72, 72)
    )
    assert opened(sent).getexif().get_ifd(GPS)[GPS_LATITUDE] == (33.0, 35.0, 12.5)
    assert b"Telltale" in sent
    photo = read_photo(sent)
    for kept in (photo.large, photo.small):
        picture = opened(kept)
        assert picture.format == "JPEG"
        assert dict(picture.getexif()) == {}
        assert not {"exif", "comment", "icc_profile", "xmp"} & set(picture.info)
        assert b"Telltale" not in kept
        assert b"Exif" not in kept
        assert b"at home" not in kept


def test_metadata_of_other_formats_goes_too() -> None:
    for kind in ("PNG", "WEBP"):
        kept = read_photo(make_picture(kind=kind, exif=make_exif())).large
        assert opened(kept).format == "JPEG"
        assert b"Telltale" not in kept


def test_a_photo_taken_on_its_side_stands_upright() -> None:
    # Held turned by a quarter: what lies left in the file is above.
    photo = read_photo(make_picture(400, 300, exif=make_exif(orientation=6)))
    picture = opened(photo.large)
    assert (picture.width, picture.height) == (300, 400)
    assert (colour_at(picture, 0.5, 0.1), colour_at(picture, 0.5, 0.9)) == ("red", "blue")


def test_a_large_photo_is_made_small_whatever_it_shows() -> None:
    noise = Image.frombytes("RGB", (2400, 1800), os.urandom(2400 * 1800 * 3))
    out = io.BytesIO()
    noise.save(out, "JPEG", quality=95)
    photo = read_photo(out.getvalue())
    assert max(opened(photo.large).size) <= LONGEST_SIDE
    assert max(opened(photo.small).size) == SMALL_SIDE
    assert len(photo.large) <= MOST_BYTES


def test_a_small_photo_keeps_its_size() -> None:
    assert opened(read_photo(make_picture(40, 30)).large).size == (40, 30)


def test_what_shines_through_is_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(out, "PNG")
    assert opened(read_photo(out.getvalue()).large).getpixel((10, 10)) == (255, 255, 255)


def bomb(side: int) -> bytes:
    """A PNG that says it is `side` pixels wide and high, in a few hundred bytes."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(1000)))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [6_000, 10_000, 60_000])
def test_a_picture_that_would_fill_the_memory_is_refused(side: int) -> None:
    with pytest.raises(PhotoRefused, match="大きすぎる"):
        read_photo(bomb(side))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "読めませんでした"),
        (b"%PDF-1.7 not a picture", "読めませんでした"),
        (b"\xff\xd8\xff\xe0" + bytes(200), "読めませんでした"),
        (make_picture()[:600], "読めませんでした"),
        (make_picture(kind="GIF"), "読めませんでした"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(100), "HEIC"),
        (bytes(LARGEST_FILE + 1), "12MBより大きい"),
    ],
)
def test_what_is_no_photo_is_refused_with_what_to_do(data: bytes, said: str) -> None:
    with pytest.raises(PhotoRefused, match=said) as refused:
        read_photo(data)
    assert "ください" in str(refused.value) or "撮り直して" in str(refused.value)
