"""Keeping in mind which of very many words were met before, without keeping the words."""

from __future__ import annotations

from array import array
from typing import Final

_BEGINS_WITH: Final = 1 << 12


class Firsts:
    """For each of many words the number that was noted when it came first, in some thirty bytes a word.

    Words are told apart by 63 bits of Python's keyed hash: among a million of them two are taken for one with a chance
    of one to ten million, and nobody outside can make it happen, since the key is drawn anew in each process.
    """

    def __init__(self) -> None:
        self._used = 0
        self._words = array("Q", bytes(8 * _BEGINS_WITH))
        self._numbers = array("I", bytes(4 * _BEGINS_WITH))

    def __len__(self) -> int:
        """Return how many words were met."""
        return self._used

    def first(self, word: str, number: int) -> int:
        """Return the number that came with this word first; `number` itself (0 to 2³²−1) when it is new."""
        return self._put(hash(word) >> 1 & 0x7FFF_FFFF_FFFF_FFFF or 1, number)

    def _put(self, key: int, number: int) -> int:
        mask = len(self._words) - 1
        place = key & mask
        while (there := self._words[place]) and there != key:
            place = place + 1 & mask
        if there:
            return self._numbers[place]
        self._words[place], self._numbers[place] = key, number
        self._used += 1
        if self._used * 3 > len(self._words) * 2:
            self._grow()
        return number

    def _grow(self) -> None:
        words, numbers = self._words, self._numbers
        self._used = 0
        self._words = array("Q", bytes(16 * len(words)))
        self._numbers = array("I", bytes(8 * len(words)))
        for key, number in zip(words, numbers, strict=True):
            if key:
                self._put(key, number)
