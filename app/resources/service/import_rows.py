"""Rows of a file as entries of the catalogue: new ones, and what another edition says of those that are there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.areas.queries import find_towns
from app.geo.geocoding import PositionPrecision
from app.resources.engine.schedule.building import merge_import
from app.resources.engine.schedule.document import document_of, timetable_of
from app.resources.exchange.cells import Value
from app.resources.exchange.checking import CheckedRow
from app.resources.exchange.reading import CROWDED, SEATS, is_crowded
from app.resources.models import Resource, ResourceAlias, ResourceKind
from app.resources.models.changes_in_words import Changes, changes_of
from app.resources.models.derived import SUMMARY, refresh_derived
from app.resources.models.rows import as_plain, put_new
from app.resources.queries import imports as queries
from app.resources.service.batches import Batch
from app.resources.service.placing import A_FILE, Placing
from app.resources.service.writing_together import add_together
from app.resources.vocabulary import (
    STANDARD_KINDS,
    ChangeCause,
    Disclosure,
    KindGroup,
    ResourceState,
    group_of_kind,
)

Rows = Mapping[int, tuple[CheckedRow, bool]]
"""By the id of an entry its row, and whether that says anything else than it did last time."""

PLAIN: Final = (
    "name", "published_id", "municipality_code", "kana", "nickname", "operator", "corporate_number", "legal_basis",
    "description", "remarks", "url", "address", "building", "point_source", "served_area", "nearest_stop", "pickup",
    "schedule_note", "age_from", "age_to", "audience",
    "gap_welcome", "gap_seats", "capacity", "capacity_note", "fee", "application", "contact", "contact_is_public",
    "source", "confirmed_on", "confirmed_by", "check_note", "is_light", "is_refuge", "gap_basis", "original_users",
    "check_interval_days", "next_check_on", "listing_agreed_on", "listing_agreed_by", "ended_on", "end_reason",
    "service_areas",
)  # fmt: skip
"""Values of a row that go into the column of the same name as they are."""

WORDS: Final = {"disclosure": Disclosure, "state": ResourceState, "point_precision": PositionPrecision}
"""Columns that hold a word of a vocabulary."""


@dataclass(frozen=True)
class Compared:
    """What came of comparing entries with their rows, by id: what changes, in words, and what cannot be and why."""

    changes: dict[int, Changes] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)


class Editions:
    """Writes rows into the catalogue in one step of its history, or tells what they would change.

    `placed` counts the rows that get the point of their town, because they have an address and no point.
    """

    def __init__(self, session: Session, *, writes: bool, by: Actor, at: datetime) -> None:
        self._session, self._writes, self._by, self._at = session, writes, by, at
        self.batch = Batch(session, ChangeCause.IMPORT, by=by, at=at)
        self.placed = 0
        self._kinds = queries.list_kinds_by_label(session, scope=by.scope)
        self._labels = {kind.id: label for label, kind in self._kinds.items() if kind.label == label}
        self._towns = find_towns(session, scope=by.scope)
        self._placing = Placing(session, scope=by.scope, giver=A_FILE)

    def group_of(self, label: str) -> KindGroup | None:
        """Return the group of a kind as the catalogue has it, None where it has none of this name."""
        kind = self._kinds.get(label)
        return kind.group if kind is not None else None

    def add(self, rows: Iterable[CheckedRow]) -> None:
        """Add new entries and note them; after that nothing here holds them any more."""
        added = []
        with self._session.no_autoflush:
            for row in rows:
                placed = self._placing.of_new(row.values, is_refuge=row.is_refuge)
                self.placed += "point" in placed
                if self._writes:
                    added.append(self._make(row, placed))
        if not added:
            return
        # What serves areas has rows of its own beside it, which the session writes.
        with_areas = [resource for resource in added if resource.service_areas]
        alone = [resource for resource in added if not resource.service_areas]
        self._session.add_all(with_areas)
        self._session.flush()
        add_together(self._session, rows=alone, by=self._by)
        ids = queries.find_ids(self._session, [row.identity for row in alone], scope=self._by.scope)
        for resource in alone:
            resource.id = ids[resource.identity]
        self.batch.note_all_added(added)
        for resource in with_areas:
            self._session.expunge(resource)

    def change(self, rows: Rows) -> Compared:
        """Compare entries with their rows, write what differs, and tell what it was."""
        told = Compared()
        if not rows:
            return told
        writing: list[tuple[Resource, dict[str, Any]]] = []
        # Held here until they are written: the session itself holds only what waits to be.
        resources = queries.list_resources_by_id(self._session, rows.keys(), scope=self._by.scope)
        with self._session.no_autoflush:
            for resource in resources:
                row, differs = rows[resource.id]
                if not differs:
                    self._put_town(resource, row.values)
                    continue
                wanted = self._wanted(resource, row.values)
                placed = self._placing.follow(resource, wanted)
                self.placed += placed.get("point") is not None
                wanted |= placed
                if is_crowded(*(wanted.get(name, getattr(resource, name)) for name in SEATS)):
                    told.refused[resource.id] = CROWDED
                    continue
                if any(as_plain(resource, name) != as_plain(resource, name, wanted[name]) for name in wanted):
                    told.changes[resource.id] = changes_of(
                        resource, wanted, kind=row.kind, kinds=self._labels
                    )
                    if self._writes:
                        self._put_town(resource, row.values)
                        writing.append((resource, wanted))
                if self._writes and "handle" not in row.values:
                    # A row of our own export is no edition of anybody's file, whose next edition is still compared with
                    # its last.
                    resource.content_digest = row.digest
        if self._writes:
            self.batch.change_all(writing)
            self._session.flush()
        for resource in resources:
            if resource in self._session:
                self._session.expunge(resource)
        return told

    def remember(self, identity: str, resource_id: int) -> None:
        """Note that files name an entry by this identity too; with the step it goes again."""
        if self._writes:
            self._session.add(
                ResourceAlias(
                    identity=identity,
                    resource_id=resource_id,
                    batch=self.batch.id,
                    account_id=self._by.account_id,
                    made_at=self._at,
                )
            )

    def _make(self, row: CheckedRow, placed: Mapping[str, Any]) -> Resource:
        values = {**row.defaults, **row.values}
        resource = Resource(
            identity=row.identity,
            content_digest=row.digest,
            is_refuge=False,
            is_light=False,
            state=ResourceState.ACTIVE,
            point_precision=PositionPrecision.UNKNOWN,
            traits={},
            municipality_code="",
            created_at=self._at,
            updated_at=self._at,
        )
        wanted = {**self._wanted(resource, values), **placed}
        for name, value in wanted.items():
            put_new(resource, name, value)
        self._put_town(resource, values)
        refresh_derived(self._session, resource, wanted.keys(), at=self._at)
        return resource

    def _wanted(self, resource: Resource, values: Mapping[str, Value]) -> dict[str, Any]:
        """Return the columns of which the file says anything, with what should stand there."""
        wanted: dict[str, Any] = {name: values[name] for name in PLAIN if name in values}
        wanted |= {name: words(str(values[name])) for name, words in WORDS.items() if name in values}
        kind = self._kind(str(values["kind"]))
        wanted["kind_id"] = kind.id if kind else None
        if isinstance(values.get("point"), tuple):
            wanted["point"] = values["point"]
        traits = values.get("traits")
        if isinstance(traits, dict):
            wanted["traits"] = {**(resource.traits or {}), **traits}
        timetable = timetable_of(values.get("timetable"))
        if timetable is not None:
            merged = merge_import(timetable_of(resource.timetable), timetable)
            wanted["timetable"] = document_of(merged) if merged is not None else None
        elif resource.timetable is None:
            # Only words: they stand until somebody makes a timetable of them, and never beside one.
            wanted |= {name: values[name] for name in SUMMARY if name in values}
        return wanted

    def _kind(self, label: str) -> ResourceKind | None:
        """Return the kind, made where it is missing; None when it is missing and nothing is written."""
        kind = self._kinds.get(label)
        if kind is None and self._writes:
            kind = ResourceKind(
                label=label,
                group=group_of_kind(label),
                is_reviewed=label in STANDARD_KINDS,
                position=1 + max((known.position for known in self._kinds.values()), default=0),
            )
            self._session.add(kind)
            self._session.flush()
            self._kinds[label] = kind
        return kind

    def _put_town(self, resource: Resource, values: Mapping[str, Value]) -> None:
        """Say in which town the resource lies, and with it in which municipality, where the areas are known."""
        point = values.get("point")
        town = self._towns.find(
            municipality=resource.municipality_code,
            town=str(values.get("town", "")),
            address=resource.address or "",
            point=point if isinstance(point, tuple) else None,
        )
        if town is not None:
            resource.town_id = town.id
            resource.municipality_code = resource.municipality_code or town.municipality_code
