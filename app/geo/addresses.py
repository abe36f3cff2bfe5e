"""Japanese addresses made comparable.

Follows GIF 442: 丁目 and what comes after it in half-width digits and hyphens, 大字 and 字 left out, the building (方書)
apart. The result is a key for comparing and geocoding, not a text to print: print what the town wrote.
"""

import re
from dataclasses import dataclass
from typing import Final

from app.geo.municipality import PREFECTURES
from app.text.normalise import normalise_text
from app.text.numerals import KANJI_NUMERALS, kanji_to_int
from app.text.variants import DASHES, fold_variants, is_kanji

# In characters. An address with its building seldom has a hundred.
_LONGEST: Final = 300

# Stands for 丁目 while an address is taken apart, since the geocoder must know 松島町一丁目5 from 松島町1-5.
CHOME_MARK: Final = "#"

_POSTAL_CODE: Final = re.compile(r"^〒?\s*\d{3}-?\d{4}(?=\D)\s*")
_PREFECTURE: Final = re.compile("|".join(PREFECTURES))
_DASH: Final = re.compile(rf"(?<=\d)\s*[{re.escape(DASHES)}]\s*(?=\d)")
# Inside a word of katakana every dash is the long vowel mark: サンポ－ト is サンポート.
_LONG_VOWEL: Final = re.compile(rf"(?<=[ァ-ヺ])[{re.escape(DASHES)}](?=[ァ-ヺ])")

# Numerals in front of a unit, 「第一号」 too: 塩江町安原下第一号 is a town. In 二番町 and 三番丁 they are the name.
_NUMERAL: Final = re.compile(rf"([{KANJI_NUMERALS}]{{1,9}})(?=丁目|番地?(?![町丁])|号|条|区)")

# The same letter written in several ways between two kanji: 霞ヶ関・霞が関, 花ノ宮・花の宮, 四ツ家・四つ家.
_KANA_BETWEEN_KANJI: Final = {
    **dict.fromkeys("ケヶがガヵ", "ケ"),
    **dict.fromkeys("ノの", "ノ"),
    **dict.fromkeys("ツッつっ", "ツ"),
}

# 大字 always goes. 字 goes where a name follows (字七区 and 字町裏 too), but not inside 十文字 and the like.
_SECTION_WORD: Final = re.compile(r"大字|(?<=.)(?<![文十])字(?=[^\d\-町]|町[^\d\-]|\d+(?:区|号地))")
# A 郡 in front of a town. 蒲郡市, 小郡市 and 大和郡山市 are cities, and the 郡 of their names stays.
_COUNTY: Final = re.compile(r"^(?:余市|高市|[^\d市区町郡]{1,4})郡(?!市|山市)(?=[^\d市郡]{1,6}?[町村])")

# What a chunk must look like to be more of the number and not a building.
_NUMBER_UNFINISHED: Final = re.compile(r"(?:丁目|番地?|-|の)$")
# The number of a 条, of a 区 or of a 号地 belongs to the name of the town.
_HAS_NUMBER: Final = re.compile(r"\d(?!\d{0,8}(?:条|区|号地))")
_NUMBER_GOES_ON: Final = re.compile(r"\d+(?!\d|号[室棟館]|階|[FfA-Za-z])")
# Behind the 号 of a house number nothing but a building can follow, even without a space.
_HOUSE_NUMBER_ENDS: Final = re.compile(r"(?:(?<=番)|(?<=番地))\d+号(?=[^\d\-の室棟館])")


@dataclass(frozen=True, slots=True)
class Address:
    """An address in two parts. `ground` is the normalised town and number, `building` the normalised rest (方書)."""

    ground: str
    building: str = ""


def normalise_address(text: str, *, municipality: str = "") -> Address:
    """Bring an address into the form in which two spellings of one place are equal.

    「香川県高松市松島町一丁目１５番１号　たかまつミライエ３階」 becomes ground 「高松市松島町1-15-1」 and building
    「たかまつミライエ3階」; with `municipality="高松市"` that name (and a 郡 in front of it) is left out too. The postal
    code and the prefecture always are. Any string is accepted; one that is no address comes back folded. What is longer
    than 300 characters is prose and no address: of it no more than the first 300 count.
    """
    marked = _with_chome_marked(text, municipality)
    return Address(ground=marked.ground.replace(CHOME_MARK, "-").rstrip("-"), building=marked.building)


def _with_chome_marked(text: str, municipality: str = "") -> Address:
    folded = fold_variants(normalise_text(text[:_LONGEST]))[:_LONGEST]
    folded = _POSTAL_CODE.sub("", _LONG_VOWEL.sub("ー", _DASH.sub("-", folded)))
    ground, building = _split_building(folded)
    # The name is folded like the address itself: 三条市 reads 「3条市」 by now.
    name = _numerals_to_digits(_fold_kana_between_kanji(fold_variants(normalise_text(municipality))))
    ground = _without_region(ground.replace(CHOME_MARK, ""), name)
    ground = _SECTION_WORD.sub("", ground)
    ground = re.sub(r"(?<=\d)丁目", CHOME_MARK, ground)
    ground = re.sub(r"(?<=\d)(?:番地(?!先)|番(?![町丁地外]))[のノ]?", "-", ground)
    ground = re.sub(r"(?<=\d)[のノ](?=\d)", "-", ground)
    # 号 ends a number; in 「第2号」 and 「3号地」 it belongs to a name.
    ground = re.sub(r"(?<![第\d])(\d+)号(?![室棟館]|地(?!先))", r"\1-", ground)
    ground = re.sub(rf"-*{CHOME_MARK}-*", CHOME_MARK, re.sub(r"-{2,}", "-", ground)).rstrip("-")
    return Address(ground=ground, building=building)


def marked_ground(text: str, municipality: str = "") -> str:
    """The ground part with `CHOME_MARK` where 丁目 was written out: 「松島町1#15-1」, but 「松島町1-15-1」 stays.

    Like `normalise_address` it takes no more than the first 300 characters for an address.
    """
    return _with_chome_marked(text, municipality).ground


def _split_building(text: str) -> tuple[str, str]:
    chunks = text.split(" ")
    taken, has_number = 0, False
    for chunk in chunks:
        goes_on = taken and _NUMBER_UNFINISHED.search(chunks[taken - 1]) and _NUMBER_GOES_ON.match(chunk)
        if has_number and not goes_on:
            break
        has_number = has_number or _HAS_NUMBER.search(_numerals_to_digits(chunk)) is not None
        taken += 1
    ground, chunks = "".join(chunks[:taken]), chunks[taken:]
    ground = _numerals_to_digits(_fold_kana_between_kanji(ground))
    house_number = _HOUSE_NUMBER_ENDS.search(ground)
    if house_number is not None:
        chunks.insert(0, ground[house_number.end() :])
        ground = ground[: house_number.end()]
    return ground, " ".join(chunks)


def _numerals_to_digits(text: str) -> str:
    return _NUMERAL.sub(lambda match: str(kanji_to_int(match[1])), text)


def _fold_kana_between_kanji(text: str) -> str:
    characters = list(text)
    for place in range(1, len(characters) - 1):
        folded = _KANA_BETWEEN_KANJI.get(characters[place])
        if folded is not None and is_kanji(characters[place - 1]) and is_kanji(characters[place + 1]):
            characters[place] = folded
    return "".join(characters)


def _without_region(ground: str, municipality: str) -> str:
    prefecture = _PREFECTURE.match(ground)
    if prefecture is not None:
        ground = ground[prefecture.end() :]
    if municipality:
        # A town that was merged is still written with the 郡 it lay in: 木田郡牟礼町 is 高松市牟礼町 today.
        ground = _COUNTY.sub("", ground, count=1).removeprefix(municipality)
    return ground
