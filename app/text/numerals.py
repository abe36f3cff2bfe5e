"""Numbers written in kanji."""

from typing import Final

_DIGITS: Final = {character: value for value, character in enumerate("〇一二三四五六七八九")}
_UNITS: Final = {"十": 10, "百": 100, "千": 1000}
KANJI_NUMERALS: Final = "".join([*_DIGITS, *_UNITS])


def kanji_to_int(numerals: str) -> int:
    """The value of 「二十五」 (25), 「百二」 (102) or, digit by digit, 「一〇五」 (105).

    Raises:
        KeyError: a character is none of `KANJI_NUMERALS`.
        ValueError: nothing was given.
    """
    if not any(character in _UNITS for character in numerals):
        return int("".join(str(_DIGITS[character]) for character in numerals))
    total, pending = 0, 0
    for character in numerals:
        if character in _UNITS:
            # A bare 十 is one ten.
            total += (pending or 1) * _UNITS[character]
            pending = 0
        else:
            pending = pending * 10 + _DIGITS[character]
    return total + pending
