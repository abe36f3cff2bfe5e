"""Letters as one tagged PDF, set by typst with fonts of our own.

Texts reach typst as data (JSON), never as markup, so nothing that somebody typed is interpreted. The standard PDF/UA
refuses a character that no font has a picture for, instead of printing an empty box into a letter.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import typst

from app.outbox.exchange.paper import Letter, qr_svg

_HERE: Final = Path(__file__).resolve().parent
_FONTS: Final = _HERE.parent / "vendor"
_REFUSED: Final = re.compile(r'the text `"(?P<text>.+?)"` could not be displayed', re.DOTALL)
_ESCAPED: Final = re.compile(r"\\u\{(?P<code>[0-9a-f]+)\}")


class MissingGlyph(Exception):
    """A character that no font has; `letter_id` is the first letter in which it stands, None when it is not found."""

    def __init__(self, character: str, letter_id: str | None) -> None:
        super().__init__(f"no picture for U+{ord(character[0]):04X}" if character else "no picture")
        self.character = character
        self.letter_id = letter_id


def make_letters(letters: Sequence[Letter]) -> bytes:
    """Return the letters as one PDF, each beginning on a page of its own.

    Raises `MissingGlyph` for a character that cannot be printed, `ValueError` when there is no letter.
    """
    if not letters:
        raise ValueError("there is no letter to print")
    data = json.dumps({"letters": [_spelled(letter) for letter in letters]}, ensure_ascii=False)
    try:
        made = typst.compile(
            str(_HERE / "letters.typ"),
            root=str(_HERE),
            font_paths=[str(_FONTS)],
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"data": data},
            pdf_standards=["ua-1"],
        )
    except typst.TypstError as error:
        refused = _REFUSED.search(str(error))
        if refused is None:
            raise
        character = _ESCAPED.sub(lambda found: chr(int(found["code"], 16)), refused["text"])
        raise MissingGlyph(character, _holder(letters, character)) from error
    assert isinstance(made, bytes)
    return made


def _spelled(letter: Letter) -> dict[str, Any]:
    return {
        "title": letter.title,
        "date": letter.date_text,
        "postal_address": letter.postal_address,
        "salutation": letter.salutation,
        "organisation": letter.sender.organisation,
        "unit": " ".join(part for part in (letter.sender.unit, letter.sender.person) if part),
        "paragraphs": letter.paragraphs,
        "address": letter.address,
        "qr": qr_svg(letter.address, in_page=False) if letter.address else "",
        "validity": letter.validity_text,
        "contact": letter.contact_text,
    }


def _holder(letters: Sequence[Letter], character: str) -> str | None:
    for letter in letters:
        said = _spelled(letter)
        if any(character in text for text in (*said.pop("paragraphs"), *said.values())):
            return letter.id
    return None
