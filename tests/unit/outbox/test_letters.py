"""Letters as PDF and as a page: one page each, every character or none."""

from __future__ import annotations

import re
import zlib
from datetime import date
from typing import Any

import pytest

from app.outbox.exchange.letters import MissingGlyph, make_letters
from app.outbox.exchange.paper import Letter, qr_svg
from tests.factories.outbox import SENDER


def letter(**changes: Any) -> Letter:
    """A letter to a shop."""
    given: dict[str, Any] = {
        "id": "a",
        "title": "受け入れ内容の確認のお願い",
        "addressee": "浜の𠮷カフェ",
        "postal_address": "瀬凪市本町1-2-3",
        "paragraphs": ("髙﨑㈱①の皆さま、いつもありがとうございます。",),
        "sender": SENDER,
        "written_on": date(2026, 11, 21),
        "address": f"https://tsunagi.example.lg.jp/h/{'Ab-_' * 10}xyz",
        "valid_until": date(2026, 12, 21),
    }
    return Letter(**(given | changes))


def pages(pdf: bytes) -> int:
    """How many pages a PDF has: what its tree of pages counts."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    texts = [pdf]
    for stream in streams:
        try:
            texts.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return sum(len(re.findall(rb"/Type\s*/Page\b(?!s)", text)) for text in texts)


def test_each_letter_has_a_page_of_its_own() -> None:
    made = make_letters([letter(id=str(number)) for number in range(3)])
    assert made.startswith(b"%PDF-")
    assert pages(made) == 3


def test_a_long_letter_goes_on_and_the_next_begins_on_a_new_page() -> None:
    long = letter(paragraphs=("長い文です。" * 60,) * 12)
    assert pages(make_letters([long, letter()])) > 3


def test_a_pdf_is_tagged_for_those_who_hear_it() -> None:
    made = make_letters([letter()])
    assert b"pdfuaid" in made
    assert b"/StructTreeRoot" in made


def test_what_looks_like_markup_is_printed_as_it_is() -> None:
    text = '#let x = 1 $a$ *b* _c_ <d> @e #include "/etc/passwd" \\ ` // = [x]'
    assert pages(make_letters([letter(title=text, addressee=text, paragraphs=(text,))])) == 1


def test_a_letter_without_link_and_address_is_a_letter() -> None:
    plain = letter(address="", postal_address="", valid_until=None, sender=SENDER)
    assert pages(make_letters([plain])) == 1


@pytest.mark.parametrize("character", ["😀", "한", "\x07"])
def test_a_character_that_cannot_be_printed_is_named_with_its_letter(character: str) -> None:
    letters = [letter(id="whole"), letter(id="broken", paragraphs=(f"ありがとう{character}",))]
    with pytest.raises(MissingGlyph) as caught:
        make_letters(letters)
    assert (caught.value.character, caught.value.letter_id) == (character, "broken")


def test_no_letter_makes_no_pdf() -> None:
    with pytest.raises(ValueError, match="no letter"):
        make_letters([])


def test_the_words_of_a_letter_are_the_officials_own() -> None:
    made = letter()
    assert made.date_text == "令和8年11月21日"
    assert made.salutation == "浜の𠮷カフェ 御中"
    assert made.validity_text == "このページは令和8年12月21日まで使えます。"
    assert made.contact_text == "瀬凪市 福祉政策課 浜岡　電話 0000-11-2222"


def test_the_code_on_a_page_is_html_and_the_one_in_a_pdf_a_document() -> None:
    assert "xmlns" not in qr_svg("https://a.example/h/x", in_page=True)
    assert 'xmlns="http://www.w3.org/2000/svg"' in qr_svg("https://a.example/h/x", in_page=False)
