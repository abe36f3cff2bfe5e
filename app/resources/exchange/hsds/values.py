"""Reading single values of a document that somebody else has made: whatever stands there, nothing breaks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Final

from app.resources.exchange.hsds.facts import Taxonomy, fact_terms

TEXT_MOST: Final = 20_000
"""No cell of a table is longer."""

_EMPTY: Final[Mapping[str, Any]] = {}


def text_of(document: Mapping[str, Any], name: str) -> str:
    """Return a text or a number as text, '' for everything else."""
    value = document.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()[:TEXT_MOST]


def part_of(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return the object under a name, an empty one where there is none."""
    value = document.get(name)
    return value if isinstance(value, Mapping) else _EMPTY


def parts_of(document: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Return the objects of the list under a name."""
    values = document.get(name)
    return [value for value in values if isinstance(value, Mapping)] if isinstance(values, list) else []


def day_of(document: Mapping[str, Any], name: str) -> date | None:
    """Return the day under a name, None where there is none; raise ValueError for what is no day."""
    text = text_of(document, name)
    return date.fromisoformat(text[:10]) if text else None


def facts_in(document: Mapping[str, Any]) -> dict[str, str]:
    """Return the facts of our own taxonomy that stand on a part of a document, by code."""
    known = _codes()
    return {
        known[text_of(attribute, "taxonomy_term_id")]: text_of(attribute, "value")
        for attribute in parts_of(document, "attributes")
        if text_of(attribute, "taxonomy_term_id") in known
    }


@lru_cache(1)
def _codes() -> dict[str, str]:
    return {term.id: term.code for term in fact_terms().values()}


def terms_in(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the identifier of the taxonomy and the name of each term that stands on a part of a document."""
    found = []
    for attribute in parts_of(document, "attributes"):
        term = part_of(attribute, "taxonomy_term")
        name = text_of(term, "name")
        if name:
            found.append((text_of(term, "taxonomy_id"), name))
    return found


def is_ours(document: Mapping[str, Any]) -> bool:
    """Tell whether a service comes from a catalogue like ours: it carries the form of its card."""
    return "card" in facts_in(document) and Taxonomy.KINDS.id in {
        taxonomy for taxonomy, _ in terms_in(document)
    }
