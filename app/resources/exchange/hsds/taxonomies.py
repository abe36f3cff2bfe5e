"""The lists of taxonomies and of their terms."""

from __future__ import annotations

from collections.abc import Iterable

from app.resources.exchange.hsds.facts import (
    Taxonomy,
    Term,
    fixed_terms,
    group_terms,
    kind_term,
)
from app.resources.vocabulary import KindGroup

KindInUse = tuple[str, KindGroup]
"""Label and group of a kind that a published entry has."""


def all_terms(kinds: Iterable[KindInUse]) -> list[Term]:
    """Return every term, in a fixed order: the groups, the kinds in use under them, then what is the same everywhere."""
    groups = list(group_terms().values())
    others = [term for term in fixed_terms() if term.taxonomy is not Taxonomy.KINDS]
    return [*groups, *(kind_term(label, group) for label, group in kinds), *others]


def find_taxonomy(taxonomy_id: str) -> Taxonomy | None:
    """Return the taxonomy with this identifier."""
    return next((taxonomy for taxonomy in Taxonomy if taxonomy.id == taxonomy_id), None)


def narrow_terms(
    terms: Iterable[Term],
    *,
    taxonomy_id: str | None = None,
    parent_id: str | None = None,
    top_only: bool = False,
    words: str = "",
) -> list[Term]:
    """Return the terms that fit all that was asked."""
    return [
        term
        for term in terms
        if (taxonomy_id is None or term.taxonomy.id == taxonomy_id)
        and (parent_id is None or term.parent_id == parent_id)
        and not (top_only and term.parent is not None)
        and all(
            word in f"{term.name}{term.code}{term.description}".casefold()
            for word in words.casefold().split()
        )
    ]
