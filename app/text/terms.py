"""Search terms made in Python, so that both databases find exactly the same rows.

A stored text becomes the set of its single characters and pairs of neighbours; a query becomes its pairs, or its
one character. Every pair of a query that stands in a text is a pair of that text: so a text which contains the
query literally is always found. The price is a few rows that hold all pairs but not in this order; a caller who
minds compares with `searchable`.
"""

import unicodedata
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from app.text.normalise import fold_kana, normalise_text
from app.text.variants import fold_variants

TERMS_AT_THE_END: Final = 96
"""Within so many characters at its end a column of terms holds those that stand for a whole row: 32 of two letters."""

# Each by its own, whatever stands beside it: a rule that looks at neighbours would treat the edge of a query
# otherwise than the middle of a text, and the promise above would break. U+2015 in 「コ―ド」 is a real find.
_LOOKALIKES: Final = str.maketrans({"ヶ": "ケ", "ヵ": "カ", "―": "ー", "—": "ー", "─": "ー", "━": "ー"})


class _OnlyTerms(dict[int, str]):
    """By its code the character where it can stand in a term, else a space; each is looked up in Unicode's tables once."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        self[code] = character if unicodedata.category(character)[0] in "LN" else " "
        return self[code]


_ONLY_TERMS: Final = _OnlyTerms()


def searchable(text: str) -> str:
    """The form in which texts and queries are compared: width, case, kana and kanji variants folded."""
    lowered = normalise_text(normalise_text(text).lower())
    return fold_kana(fold_variants(lowered).translate(_LOOKALIKES))


def runs_of(folded: str) -> list[str]:
    """The unbroken pieces of a text that `searchable` has made: what stands between marks and spaces."""
    # Only letters and numbers become terms: these are what the tokenizers of both databases keep, whatever
    # their settings. Latin words are cut like kanji, else 「学習wifi室」 would hide 「wifi」, and 「fi」 「wifi」.
    return folded.translate(_ONLY_TERMS).split()


def document_terms(text: str) -> str:
    """All terms of a stored text, each once, in order of appearance, joined by spaces: one column to index."""
    return terms_of_folded(searchable(text))


def terms_of_folded(folded: str) -> str:
    """The same for a text that `searchable` has made."""
    terms: dict[str, None] = {}
    for run in runs_of(folded):
        terms.update(dict.fromkeys(run))
        terms.update(dict.fromkeys(first + second for first, second in pairwise(run)))
    return " ".join(terms)


def query_terms(query: str) -> list[str]:
    """The terms that a text must hold, all of them, to be a hit: pairs of neighbours, or a run of one character as it is.

    Each once, in order. Empty when the query has no letter and no number: then nothing was asked, so a caller
    shows everything or nothing, but runs no search.
    """
    return terms_of_runs(runs_of(searchable(query)))


def terms_of_runs(runs: Iterable[str]) -> list[str]:
    """The same for the pieces that `runs_of` has made of a query."""
    terms: dict[str, None] = {}
    for run in runs:
        # Every character of a longer run stands in one of its pairs.
        if len(run) == 1:
            terms[run] = None
        else:
            terms.update(dict.fromkeys(first + second for first, second in pairwise(run)))
    return list(terms)
