"""Changes of hosts in the words of the pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.resources.engine.field_words import line_of
from app.resources.engine.record_words import Line
from app.resources.models import Change
from app.resources.policies import SEATS_WAIT, WAITING_FIELDS
from app.resources.vocabulary import ChangeSubject


@dataclass(frozen=True)
class SaidChange:
    """A change, what it is called, of which task it speaks, and why it waits."""

    change: Change
    task: str
    line: Line
    why: str


def said_changes(changes: Iterable[Change], tasks: Mapping[int, str]) -> list[SaidChange]:
    """Return changes of hosts and openings in words; `tasks` are the openings' names by key."""
    return [
        SaidChange(
            change,
            tasks.get(change.subject_id, "") if change.subject is ChangeSubject.OPENING else "",
            line_of(change.subject, change.field, change.before, change.after),
            WAITING_FIELDS.get(change.subject, {}).get(change.field, SEATS_WAIT),
        )
        for change in changes
    ]
