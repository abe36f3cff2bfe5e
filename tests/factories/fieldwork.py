"""Photos and notes from the field for tests."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

from app.accounts.vocabulary import Actor
from app.clock import now
from app.db.database import Database
from app.resources.exchange.photos import read_photo
from app.resources.service.fieldwork import Seen, write_note
from app.resources.vocabulary import FieldResult, FieldWay

ORIENTATION, GPS, GPS_LATITUDE, CAMERA = 0x0112, 0x8825, 2, 0x0110


def make_picture(
    width: int = 400, height: int = 300, *, kind: str = "JPEG", exif: Image.Exif | None = None, **options: Any
) -> bytes:
    """A picture whose left half is red and whose right half is blue."""
    picture = Image.new("RGB", (width, height), "blue")
    picture.paste("red", (0, 0, width // 2, height))
    out = io.BytesIO()
    if exif is not None:
        options["exif"] = exif
    picture.save(out, kind, **options)
    return out.getvalue()


def make_exif(*, orientation: int = 1) -> Image.Exif:
    """What a phone writes along: which phone, how it was held, and where it was."""
    exif = Image.Exif()
    exif[ORIENTATION], exif[CAMERA] = orientation, "Telltale Phone 9"
    exif[GPS] = {1: "N", GPS_LATITUDE: (33.0, 35.0, 12.5), 3: "E", 4: (136.0, 57.0, 3.5)}
    return exif


def make_note(database: Database, by: Actor, *, with_photo: bool = False, **facts: Any) -> str:
    """Write a note as somebody and return its id; 「ようすだけ」 with words when not said otherwise."""
    given = {"how": FieldWay.VISIT, "result": FieldResult.SEEN, "words": "試験のことば"} | facts
    if with_photo:
        given["photo"] = read_photo(make_picture())
    with database.writing(by.scope) as session:
        return write_note(session, seen=Seen(**given), by=by, at=now()).id
