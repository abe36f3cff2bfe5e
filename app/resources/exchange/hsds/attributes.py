"""Attributes: terms of a taxonomy put on a part of a document, with a value where there is one."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from app.resources.exchange.hsds import ids
from app.resources.exchange.hsds.facts import Document, Taxonomy, Term


@lru_cache(2_048)
def _term_items(term: Term) -> tuple[tuple[str, str], ...]:
    known = {
        "id": term.id,
        "code": term.code,
        "name": term.name,
        "description": term.description,
        "parent_id": term.parent_id,
        "taxonomy": term.taxonomy.label,
        "taxonomy_id": term.taxonomy.id,
        "language": "ja",
    }
    return tuple((name, value) for name, value in known.items() if value is not None)


def term_document(term: Term, *, with_taxonomy: bool = False) -> Document:
    """Return a term."""
    document: Document = dict(_term_items(term))
    if with_taxonomy:
        document["taxonomy_detail"] = taxonomy_document(term.taxonomy)
    return document


def taxonomy_document(taxonomy: Taxonomy) -> Document:
    """Return a taxonomy."""
    return {"id": taxonomy.id, "name": taxonomy.label, "description": taxonomy.description, "version": "1"}


def attributes_of(link_id: str, entity: str, said: Iterable[tuple[Term, str | None]]) -> list[Document]:
    """Return the attributes of the part of a document that has the identifier `link_id`."""
    return [_attribute(link_id, entity, term, value) for term, value in said]


def _attribute(link_id: str, entity: str, term: Term, value: str | None) -> Document:
    document: Document = {
        "id": ids.make_id("attribute", link_id, term.id),
        "link_id": link_id,
        "link_entity": entity,
        "link_type": term.taxonomy.value,
        "taxonomy_term_id": term.id,
        "taxonomy_term": term_document(term),
    }
    if value is not None:
        document["value"] = value
    return document
