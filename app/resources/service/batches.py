"""The one door through which rows of the catalogue are changed: each field with what stood there before."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.audit.service import record_event
from app.resources.engine.bulk_steps import CLOSING
from app.resources.engine.slices import in_slices
from app.resources.models import Change, Opening, Resource, ResourceKind
from app.resources.models.derived import refresh_derived
from app.resources.models.rows import Row, as_plain, name_of, set_plain, set_value, subject_of
from app.resources.queries import history as queries
from app.resources.queries.catalogue import list_kinds
from app.resources.queries.kinds import list_entries_of_kind
from app.resources.service.aliases import follow_secrecy
from app.resources.service.entries_of_kind import refresh_entries
from app.resources.service.writing_together import add_together, write_resources
from app.resources.vocabulary import ChangeCause, ChangeState, ChangeSubject, KindGroup

SLICE: Final = 500
"""So many rows are written at once."""

# A step over many rows is one event in the log, which its own service writes; these are noted row by row.
_NOTED_ONE_BY_ONE: Final = frozenset(
    {ChangeCause.EDIT, ChangeCause.HOST, ChangeCause.CONFIRM, ChangeCause.MERGE}
)

# By these a place, or a kind, is seen to be one of secret refuges.
_TELLS_SECRECY: Final = frozenset({"is_refuge", "group"})


@dataclass(frozen=True)
class _Put:
    """What was put into a row: name, before, after."""

    row: Row
    changed: tuple[tuple[str, Any, Any], ...]
    was_refuge: bool

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, _, _ in self.changed)


class Batch:
    """One step of somebody: its changes share an id, are shown together and are taken back together.

    ``Batch(session, ChangeCause.EDIT, by=by, at=at).change(place, {"name": "こもれび"})`` is the usual use.
    """

    def __init__(self, session: Session, cause: ChangeCause, *, by: Actor, at: datetime) -> None:
        self._session = session
        self.id = uuid4().hex
        self.cause, self.by, self.at = cause, by, at

    def change(self, row: Row, values: Mapping[str, Any]) -> tuple[str, ...]:
        """Put values into a row where they differ, note each with what stood there, and return the names of those.

        Beside columns an `Opening` takes `slots` and a `Resource` takes `service_areas` and `point`; see
        `app.resources.models.rows`. What is drawn from the changed columns follows by itself.
        """
        put = self._put(row, values)
        if not put.changed:
            return ()
        self._session.flush()
        self._note_put([put])
        self._record(row, "changed", put.names)
        self._follow_secrecy(self._turned([put]))
        return put.names

    def change_all(self, wanted: Iterable[tuple[Row, Mapping[str, Any]]]) -> int:
        """Do the same for many rows of one table, a slice at a time, and return how many rows were changed.

        The step is one event in the log, which the caller writes.
        """
        done = 0
        turned: list[Resource] = []
        # Held here, the kinds are not asked for again at each row.
        kinds = list_kinds(self._session, scope=self.by.scope)
        for part in in_slices(wanted, SLICE):
            with self._session.no_autoflush:
                made = [put for row, values in part if (put := self._put(row, values)).changed]
                write_resources(self._session, rows=(put.row for put in made), by=self.by)
            self._note_put(made)
            self._session.flush()
            done += len(made)
            turned += self._turned(made)
        # Only now: an entry of a later slice must not be written before its turn.
        self._follow_secrecy(turned)
        self._session.flush()
        del kinds
        return done

    def note_added(self, row: Row) -> None:
        """Note that a row came, so that the step can be taken back. The row has been flushed."""
        self._note(row, "", None, {"name": name_of(row)})
        self._record(row, "added", ())

    def note_all_added(self, rows: Iterable[Row]) -> None:
        """Note that many rows came, with few statements; the step is one event in the log, which the caller writes."""
        came = [self._line(row, "", None, {"name": name_of(row)}) for row in rows]
        add_together(self._session, rows=came, by=self.by)

    def propose(self, row: Row, values: Mapping[str, Any]) -> int:
        """Note changes that somebody has to look at before they are made; return how many differ."""
        found = 0
        for name, value in values.items():
            before, after = as_plain(row, name), as_plain(row, name, value)
            if before != after:
                self._note(row, name, before, after, state=ChangeState.WAITING)
                found += 1
        if found:
            self._record(row, "change_proposed", tuple(values))
        return found

    def put_plain(self, row: Row, name: str, plain: Any) -> None:
        """Put in what the history has written, without noting it: the history says already what becomes of it."""
        tells_secrecy = name in _TELLS_SECRECY
        put = _Put(row, (), tells_secrecy and self._is_refuge(row))
        set_plain(row, name, plain)
        self._follow(row, (name,))
        if not tells_secrecy:
            return
        if self._is_refuge(row) and not put.was_refuge:
            self._close_history([row])
            if isinstance(row, ResourceKind):
                self._close(list_entries_of_kind(self._session, row.id, scope=self.by.scope))
        self._follow_secrecy(self._turned([put]))

    def _put(self, row: Row, values: Mapping[str, Any]) -> _Put:
        was_refuge = self._is_refuge(row)
        changed = []
        for name, value in values.items():
            before = as_plain(row, name)
            set_value(row, name, value)
            after = as_plain(row, name)
            if before != after:
                changed.append((name, before, after))
        put = _Put(row, tuple(changed), was_refuge)
        if changed:
            self._follow(row, put.names)
        return put

    def _follow(self, row: Row, names: tuple[str, ...]) -> None:
        """Bring up to date what follows from these columns, in the row itself and in the entries of a kind."""
        refresh_derived(self._session, row, names, at=self.at)
        if isinstance(row, ResourceKind):
            refresh_entries(self._session, kind=row, names=names, by=self.by)

    def _note_put(self, made: Collection[_Put]) -> None:
        turned = [put.row for put in made if self._is_refuge(put.row) and not put.was_refuge]
        self._close_history(turned)
        for put in made:
            # That a place or a kind was secret once is as telling as that it is.
            is_refuge = put.was_refuge or self._is_refuge(put.row)
            for name, before, after in put.changed:
                self._note(put.row, name, before, after, is_refuge=is_refuge)

    def _turned(self, made: Iterable[_Put]) -> list[Resource]:
        """Return the places among these rows that became secret, or are not any more."""
        return [
            put.row
            for put in made
            if isinstance(put.row, Resource) and put.row.is_refuge is not put.was_refuge
        ]

    def _follow_secrecy(self, turned: Sequence[Resource]) -> None:
        """Let what tells the same as a place be as secret as it is: further identities, and what was put into it.

        What was put into it stays closed when the place is opened again; to be taken back, the step opens both.
        """
        follow_secrecy(self._session, places=turned, by=self.by)
        closed = [place.id for place in turned if place.is_refuge]
        if closed:
            self._close(queries.list_merged_into(self._session, closed, scope=self.by.scope))

    def _close(self, places: Iterable[Resource]) -> None:
        """Close places in this step, each with what was put into it."""
        made = [put for place in places if (put := self._put(place, CLOSING)).changed]
        self._note_put(made)
        for put in made:
            self._record(put.row, "changed", put.names)
        self._follow_secrecy(self._turned(made))

    def _is_refuge(self, row: Row) -> bool:
        if isinstance(row, ResourceKind):
            return row.group is KindGroup.REFUGE
        if isinstance(row, Opening):
            # A place that these eyes cannot see is a secret one.
            place = self._session.get(Resource, row.resource_id)
            return place is None or place.is_refuge
        return isinstance(row, Resource) and row.is_refuge

    def _close_history(self, rows: Sequence[Row]) -> None:
        """What was written of a place before it turned out to be secret tells the same as the place itself."""
        if not rows:
            return
        subject = subject_of(rows[0])
        ids: Sequence[int] = [row.id for row in rows]
        closing = {subject: ids}
        if subject is ChangeSubject.RESOURCE:
            closing[ChangeSubject.OPENING] = queries.list_opening_ids(self._session, ids, scope=self.by.scope)
        for subject, ids in closing.items():
            self._session.execute(
                sa.update(Change)
                .where(Change.subject == subject, Change.subject_id.in_(ids))
                .values(is_refuge=True)
                .execution_options(synchronize_session=False)
            )

    def _note(
        self,
        row: Row,
        name: str,
        before: Any,
        after: Any,
        *,
        state: ChangeState = ChangeState.APPLIED,
        is_refuge: bool | None = None,
    ) -> None:
        self._session.add(self._line(row, name, before, after, state=state, is_refuge=is_refuge))

    def _line(
        self,
        row: Row,
        name: str,
        before: Any,
        after: Any,
        *,
        state: ChangeState = ChangeState.APPLIED,
        is_refuge: bool | None = None,
    ) -> Change:
        guest = self.by.subject
        return Change(
            batch=self.id,
            cause=self.cause,
            state=state,
            subject=subject_of(row),
            subject_id=row.id,
            is_refuge=self._is_refuge(row) if is_refuge is None else is_refuge,
            field=name,
            before=before,
            after=after,
            made_at=self.at,
            account_id=self.by.account_id,
            host_id=guest[1] if guest is not None else None,
        )

    def _record(self, row: Row, what: str, names: Iterable[str]) -> None:
        if self.cause in _NOTED_ONE_BY_ONE:
            record_event(
                self._session,
                action=f"{subject_of(row).value}.{what}",
                subject_kind=subject_of(row).value,
                subject_id=row.id,
                by=self.by.account_id,
                at=self.at,
                detail={"batch": self.id, "fields": " ".join(names)},
            )
