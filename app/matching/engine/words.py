"""How telling the words of a town are: counted once from the texts of its catalogue, and then frozen with a version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.text.terms import document_terms, query_terms


@dataclass(frozen=True)
class Idf:
    """How telling a term is, frozen with a version: a place that is added changes no weight and so nobody's order."""

    version: str
    weights: Mapping[str, float]
    # For a term that the frozen texts do not have: it is rare, so as telling as the rarest.
    unseen: float = 1.0

    def of_word(self, word: str) -> float:
        """The mean over the terms of a word, 0 for a word without any."""
        terms = query_terms(word)
        return sum(self.weights.get(term, self.unseen) for term in terms) / len(terms) if terms else 0.0


FLAT: Final = Idf("flat-1", {})
"""Every word of interest tells as much as every other, until a table of the town is frozen."""

FEWEST_TEXTS: Final = 50
"""With fewer texts it is chance which word stands in one and which in five."""

_TEXTS_WITH_A_TERM: Final = 2
"""A term of one text alone may be somebody's name, and says nothing of how the town speaks."""

_DECIMALS: Final = 4
"""Enough to part a thousand points, and so few that two machines agree."""


def count_words(texts: Sequence[str]) -> dict[str, float]:
    """Return how telling each term is that stands in at least two of the texts: 1 for the rarest, less for the others.

    The measure is the smooth idf of scikit-learn, ln((1 + n) / (1 + df)) + 1, over that of the rarest term. The order
    of the texts does not matter.

    Raises:
        ValueError: no term stands in two texts.
    """
    # Asked for where a table is made, once in a year or so: it takes a second, and who reads a table needs none of it.
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(
        analyzer=_terms_of, min_df=_TEXTS_WITH_A_TERM, use_idf=True, smooth_idf=True, sublinear_tf=False
    )
    vectorizer.fit(texts)
    found = dict(zip(vectorizer.get_feature_names_out().tolist(), vectorizer.idf_.tolist(), strict=True))
    rarest = max(found.values())
    return {term: round(idf / rarest, _DECIMALS) for term, idf in sorted(found.items())}


def _terms_of(text: str) -> list[str]:
    return document_terms(text).split()


def words_document(weights: Mapping[str, float]) -> dict[str, Any]:
    """The table as it is kept."""
    return {"weights": dict(weights)}


def idf_of(version: int, document: Mapping[str, Any]) -> Idf:
    """Read a kept table; its version is what proposals keep beside their score."""
    return Idf(f"words-{version}", document["weights"])
