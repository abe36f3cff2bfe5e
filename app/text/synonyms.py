"""Words of the field that stand for each other in a search: the table `synonyms.csv`, and how a typed word meets it.

A row has words that mean the same (言葉: each finds all others) and words that are searched as well (ほかにさがす言葉: from
the first to the second only, a broad word finds the narrow one but not the reverse). Nothing follows from two rows
together, so that everybody can read off a row what a search does. What is searched is said on the page.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from itertools import product
from typing import Final, NamedTuple

from app.text.normalise import normalise_text
from app.text.terms import runs_of, searchable

PARTED: Final = ";"
MOST: Final = 24
"""So many ways of writing one word are searched; a long word made of several known ones could have hundreds."""


class Group(NamedTuple):
    """One row of the table, words as they are written on screen."""

    equal: tuple[str, ...]
    also: tuple[str, ...]
    note: str


class Word(NamedTuple):
    """One word of a query: as it was typed, and what else is searched for it, in the order of the table."""

    typed: str
    others: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        """Every way of writing; a text has to hold one of them."""
        return (self.typed, *self.others)


@cache
def groups() -> tuple[Group, ...]:
    """Return the table."""
    text = files("app.text").joinpath("synonyms.csv").read_text("utf-8")
    return tuple(
        Group(_parted(row["言葉"]), _parted(row["ほかにさがす言葉"]), row["メモ"])
        for row in csv.DictReader(text.splitlines())
    )


def words_of(query: str, *, literally: bool = False) -> list[Word]:
    """Return the words of a query, which are parted by spaces, each once; those without a letter or number are left out.

    `literally` nothing else is searched.
    """
    typed: dict[str, str] = {}
    for part in normalise_text(query).split():
        if runs_of(searchable(part)):
            typed.setdefault(searchable(part), part)
    return [Word(part, () if literally else others_of(key)) for key, part in typed.items()]


@lru_cache(4096)
def others_of(word: str) -> tuple[str, ...]:
    """Return what is searched beside a word that `searchable` has made: other words, or the word with a part replaced.

    The longest known part counts, from left to right: 「引きこもり支援」 is searched as 「ひきこもり支援」 too. What could find no
    further text, because a shorter way of writing it is searched already, is left out.
    """
    # A piece: what stands there, and by what it can be replaced.
    pieces = [((part,), ()) if not known else ((part,), known) for part, known in _pieces(word)]
    found: dict[str, str] = {}
    for choice in product(*(own + others for own, others in pieces)):
        text = "".join(choice)
        found.setdefault(searchable(text), text)
        if len(found) > MOST:
            break
    keys = list(found)
    return tuple(
        found[key]
        for place, key in enumerate(keys)
        if place and runs_of(key) and not _is_covered(key, before=keys[:place], after=keys[place + 1 :])
    )


def _is_covered(key: str, *, before: Iterable[str], after: Iterable[str]) -> bool:
    """Whether a shorter way of writing finds all the same; of two that find the same, the first one stays."""
    return any(_holds(key, other) for other in before) or any(
        _holds(key, other) and not _holds(other, key) for other in after
    )


def _holds(longer: str, shorter: str) -> bool:
    """Whether every text with the longer one holds the shorter one as well."""
    runs = runs_of(longer)
    return all(any(part in run for run in runs) for part in runs_of(shorter))


def _pieces(word: str) -> Iterable[tuple[str, tuple[str, ...]]]:
    table, longest = _table()
    begins = free = 0
    while begins < len(word):
        for length in range(min(longest, len(word) - begins), 0, -1):
            part = word[begins : begins + length]
            if part in table and _stands_alone(word, begins, length):
                if free < begins:
                    yield word[free:begins], ()
                yield part, table[part]
                begins = free = begins + length
                break
        else:
            begins += 1
    if free < len(word):
        yield word[free:], ()


def _stands_alone(word: str, begins: int, length: int) -> bool:
    """A single character or a Latin word counts only where nothing of its kind touches it."""
    part = word[begins : begins + length]
    if length == 1:
        return part == word
    before, after = word[begins - 1 : begins], word[begins + length : begins + length + 1]
    is_latin = part[0].isascii() or part[-1].isascii()
    return not (is_latin and any(side.isascii() and side.isalnum() for side in (before, after)))


@cache
def _table() -> tuple[Mapping[str, tuple[str, ...]], int]:
    """Every word in the form that is compared, with the others as they are written; and the length of the longest."""
    equal = {searchable(word): group.equal for group in groups() for word in group.equal}
    table: dict[str, tuple[str, ...]] = {}
    for group in groups():
        further = [other for word in group.also for other in equal.get(searchable(word), (word,))]
        # A word that is only an example of another one stays in front of its own equals.
        also = list(dict.fromkeys([*group.also, *further]))
        for word in group.equal:
            key = searchable(word)
            table[key] = tuple(other for other in (*group.equal, *also) if searchable(other) != key)
    return table, max(map(len, table))


def _parted(cell: str) -> tuple[str, ...]:
    return tuple(word for word in cell.split(PARTED) if word)
