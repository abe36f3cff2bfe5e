"""Photos from the field: read with care, turned upright, made small, and rid of everything but the picture.

A phone writes into a photo where and when it was taken, with which phone, and sometimes a smaller picture of what was
cut away. None of that is copied: the picture is painted onto a new one.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageOps

LARGEST_FILE: Final = 12 * 1024 * 1024
"""Bytes of a file as it comes from a phone."""

LONGEST_SIDE: Final = 1600
SMALL_SIDE: Final = 320
MOST_BYTES: Final = 400_000
"""What a photo that is kept is brought under."""

# A JPEG is read at a fraction of its size; the others are unpacked whole, four bytes for each pixel.
_PIXELS_MOST: Final = {"JPEG": 64_000_000, "PNG": 25_000_000, "WEBP": 25_000_000}
_QUALITIES: Final = (82, 72, 60, 48, 36)
_SMALL_QUALITY: Final = 70
_HEIC_BRANDS: Final = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")

_TOO_HEAVY: Final = f"写真が{LARGEST_FILE // 1024 // 1024}MBより大きいため、受け取れません。小さくするか、撮り直してください。"
_TOO_WIDE: Final = (
    "写真の縦と横が大きすぎるため、受け取れません。小さくするか、ふつうの大きさで撮り直してください。"
)
_UNREADABLE: Final = (
    "写真として読めませんでした。もう一度撮るか、別の写真（JPEG・PNG・WebP）をえらんでください。"
)
_HEIC: Final = "この形の写真（HEIC）は読めません。iPhoneの「設定」→「カメラ」→「フォーマット」で「互換性優先」をえらんで、撮り直してください。"


class PhotoRefused(ValueError):
    """A file that is not taken. Its text says to the person what to do."""


@dataclass(frozen=True)
class Photo:
    """A photo as it is kept: JPEG without metadata, to be looked at and for lists."""

    large: bytes
    small: bytes


def read_photo(data: bytes) -> Photo:
    """Return the photo of a file that somebody sent; raise `PhotoRefused` for what is no photo or too large."""
    if len(data) > LARGEST_FILE:
        raise PhotoRefused(_TOO_HEAVY)
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        raise PhotoRefused(_HEIC)
    try:
        picture = _clean(data)
    except PhotoRefused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PhotoRefused(_TOO_WIDE) from None
    except Exception:
        # The readers of the formats raise what they stumble over, whatever that is; to the person it is one thing.
        raise PhotoRefused(_UNREADABLE) from None
    small = picture.copy()
    small.thumbnail((SMALL_SIDE, SMALL_SIDE))
    return Photo(_packed(picture), _jpeg(small, _SMALL_QUALITY))


def _clean(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data), formats=tuple(_PIXELS_MOST)) as opened:
        if opened.width * opened.height > _PIXELS_MOST[opened.format or ""]:
            raise PhotoRefused(_TOO_WIDE)
        opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        opened.load()
        upright = ImageOps.exif_transpose(opened)
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        # What shines through would turn black.
        seen = upright.convert("RGBA")
        fresh = Image.new("RGB", seen.size, "white")
        fresh.paste(seen, mask=seen.getchannel("A"))
        return fresh


def _packed(picture: Image.Image) -> bytes:
    made = picture
    while True:
        for quality in _QUALITIES:
            packed = _jpeg(made, quality)
            if len(packed) <= MOST_BYTES:
                return packed
        # Noise from edge to edge: fewer pixels say as much.
        made = made.resize((max(made.width // 2, 1), max(made.height // 2, 1)))


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()
