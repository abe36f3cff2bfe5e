"""Changes of one entry in the words of the pages."""

from __future__ import annotations

from collections.abc import Sequence

from app.accounts.vocabulary import Scope
from app.areas import queries as areas
from app.resources.engine import field_words
from app.resources.engine.record_words import Line
from app.resources.models import Change, Resource
from app.resources.queries.catalogue import list_kinds
from app.web.transaction import session


def words_of_changes(resource: Resource, changes: Sequence[Change], *, scope: Scope) -> list[Line]:
    """Return changes as the pages say them, each in its line."""
    names = field_words.Names(
        areas=areas.list_area_names(session(), sorted(_areas_in(changes)), scope=scope),
        kinds={kind.id: kind.label for kind in list_kinds(session(), scope=scope)},
    )
    return [
        field_words.line_of(
            change.subject, change.field, change.before, change.after, names, is_secret=resource.is_refuge
        )
        for change in changes
    ]


def _areas_in(changes: Sequence[Change]) -> set[int]:
    found: set[int] = set()
    for change in changes:
        for value in (change.before, change.after):
            if change.field == "town_id" and value is not None:
                found.add(value)
            elif change.field == "service_areas":
                found |= {area_id for area_id, _ in value or ()}
    return found
