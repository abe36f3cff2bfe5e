"""Counts of people, seats, yen: whole numbers that are never below zero."""

import re
from typing import Final

from app.text.normalise import normalise_text
from app.text.numerals import KANJI_NUMERALS, kanji_to_int
from app.text.values.reading import Reading, says_nothing, shown

# A number behind 第 is a name (第1会議室), no count.
_DIGITS: Final = re.compile(r"(?<![第\d])\d+(?:[,.]\d+)*")
_NUMBER: Final = re.compile(r"(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?:\.0+)?")
_KANJI_COUNT: Final = re.compile(
    rf"(?<![第{KANJI_NUMERALS}])([{KANJI_NUMERALS}]{{1,9}})(?=[名人席円台組世帯室床件回])"
)
# Seven digits are far above any count in a town's file, and keep the value inside every database's integer.
_LARGEST: Final = 9_999_999
_EXPECTED: Final = "0以上の整数を「20」「20名」のように一つだけ書いてください。"


def parse_count(cell: str) -> Reading[int]:
    """Read 「20名」, 「約30人」, 「1,000円」, 「二十名」, 「20.0」 (Excel); words around the number become the note.

    Several numbers in one cell (「第1会議室：24名、研修室：24名」, 「10～15人」) are a reason: which one is meant is for people.
    """
    if says_nothing(cell):
        return Reading()
    text = normalise_text(cell)
    if re.search(r"\d[eE]\+\d", text):
        return Reading(reason=f"「{shown(text)}」は表計算ソフトで桁が失われています。{_EXPECTED}")
    if re.search(r"(?:^|[^\d])[-−△▲]\s*\d", text):
        return Reading(reason=f"「{shown(text)}」は0より小さい数です。{_EXPECTED}")
    text = _KANJI_COUNT.sub(lambda match: str(kanji_to_int(match[1])), text)
    found = list(_DIGITS.finditer(text))
    if len(found) != 1:
        problem = "数が二つ以上あります" if found else "読み取れる数がありません"
        return Reading(reason=f"「{shown(text)}」には{problem}。{_EXPECTED}")
    (number,) = found
    whole = _NUMBER.fullmatch(number.group())
    digits = whole["whole"].replace(",", "").lstrip("0") if whole else ""
    if whole is None or len(digits) > len(str(_LARGEST)):
        return Reading(reason=f"「{shown(text)}」は整数でないか、大きすぎます。{_EXPECTED}")
    before, after = text[: number.start()], text[number.end() :]
    # The unit says nothing that the column does not say; any other word does.
    after = re.sub(r"^\s*(?:名|人|席|円|台|組|世帯|室|床|件|回)", "", after)
    return Reading(int(digits or 0), note=" ".join(part.strip() for part in (before, after) if part.strip()))
