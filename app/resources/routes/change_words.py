"""Changes of the catalogue in the words of the pages: who made them, and what they were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.accounts.vocabulary import Scope
from app.areas import queries as areas
from app.resources.engine import field_words
from app.resources.engine.record_words import Line
from app.resources.models import Change, Resource
from app.resources.queries.catalogue import list_kinds, list_names
from app.resources.queries.history import BatchHead
from app.resources.vocabulary import ChangeCause
from app.web.transaction import session


def who_changed(step: Change | BatchHead, accounts: Mapping[int, str]) -> str:
    """Return who made a step: an account by its name (`accounts`, by key), a host, or the product itself."""
    if step.account_id is not None:
        return accounts.get(step.account_id, "以前の担当者")
    is_host = step.host_id is not None or step.cause is ChangeCause.HOST
    return "受け入れ先" if is_host else "つなぎ"


def words_of_changes(resource: Resource, changes: Sequence[Change], *, scope: Scope) -> list[Line]:
    """Return changes as the pages say them, each in its line."""
    names = field_words.Names(
        areas=areas.list_area_names(session(), sorted(_areas_in(changes)), scope=scope),
        places=list_names(session(), _merged_in(changes), scope=scope),
        kinds={kind.id: kind.label for kind in list_kinds(session(), scope=scope)},
    )
    return [
        field_words.line_of(
            change.subject, change.field, change.before, change.after, names, is_secret=resource.is_refuge
        )
        for change in changes
    ]


def _merged_in(changes: Sequence[Change]) -> list[int]:
    merged = [change for change in changes if change.field == "merged_into_id"]
    return sorted(
        {value for change in merged for value in (change.before, change.after) if value is not None}
    )


def _areas_in(changes: Sequence[Change]) -> set[int]:
    found: set[int] = set()
    for change in changes:
        for value in (change.before, change.after):
            if change.field == "town_id" and value is not None:
                found.add(value)
            elif change.field == "service_areas":
                found |= {area_id for area_id, _ in value or ()}
    return found
