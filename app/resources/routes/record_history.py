"""The history of hosts and openings as a page shows it: who, when, and each field before and after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from app.accounts.vocabulary import Scope
from app.resources.engine.record_words import Line, Names, line_of
from app.resources.models import Change, Opening
from app.resources.queries.catalogue import list_names
from app.resources.queries.history import list_changes
from app.resources.routes.change_words import who_changed
from app.resources.vocabulary import ChangeState, ChangeSubject
from app.web.transaction import session

STEPS_MOST = 20
_CHANGES_MOST = 200


@dataclass(frozen=True)
class Step:
    """What somebody changed at one time; each line says of what, where that is not plain from the page."""

    made_at: datetime
    who: str
    how: str
    lines: tuple[tuple[str, Line], ...]


def history_of_host(
    host_id: int, openings: Iterable[Opening], accounts: dict[int, str], *, scope: Scope
) -> list[Step]:
    """Return what was changed in a host and in these openings of it, the latest first."""
    tasks = {opening.id: opening.task for opening in openings}
    changes = [
        *list_changes(
            session(), subject=ChangeSubject.HOST, subject_ids=[host_id], scope=scope, most=_CHANGES_MOST
        ),
        *list_changes(
            session(), subject=ChangeSubject.OPENING, subject_ids=list(tasks), scope=scope, most=_CHANGES_MOST
        ),
    ]
    changes.sort(key=lambda change: (change.made_at, change.id), reverse=True)
    return _steps(changes, tasks, accounts, scope)


def history_of_opening(opening: Opening, accounts: dict[int, str], *, scope: Scope) -> list[Step]:
    """Return what was changed in an opening, the latest first."""
    changes = list_changes(
        session(), subject=ChangeSubject.OPENING, subject_ids=[opening.id], scope=scope, most=_CHANGES_MOST
    )
    return _steps(changes, {}, accounts, scope)


def _steps(
    changes: Iterable[Change], tasks: dict[int, str], accounts: dict[int, str], scope: Scope
) -> list[Step]:
    grouped = [list(group) for _, group in groupby(changes, key=lambda change: change.batch)][:STEPS_MOST]
    places = {
        key
        for group in grouped
        for change in group
        if change.field == "resource_id"
        for key in (change.before, change.after)
        if key is not None
    }
    names = Names(accounts, list_names(session(), sorted(places), scope=scope) if places else {})
    return [_step(group, tasks, names) for group in grouped]


def _step(group: list[Change], tasks: dict[int, str], names: Names) -> Step:
    first = group[0]
    how = first.cause.label if first.state is ChangeState.APPLIED else first.state.label
    lines = [
        (
            tasks.get(change.subject_id, "") if change.subject is ChangeSubject.OPENING else "",
            line_of(change.subject, change.field, change.before, change.after, names),
        )
        for change in reversed(group)
    ]
    return Step(first.made_at, who_changed(first, names.accounts), how, tuple(lines))
