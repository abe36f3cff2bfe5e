"""Taking checked rows into the catalogue: once, in one transaction, in slices so that a long file keeps memory flat.

What a file does not say, and what it leaves blank, stays as the catalogue knows it: a telephone call by a worker is
worth more than an empty cell. A row that says what it said last time is not even looked at closely, so corrections made
here survive every further edition that repeats the old line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor, Right
from app.areas.queries import find_towns
from app.audit.service import record_event
from app.geo.geocoding import PositionPrecision
from app.resources.engine.schedule.building import merge_import
from app.resources.engine.schedule.document import document_of, timetable_of
from app.resources.exchange.cells import Value
from app.resources.exchange.checking import CheckedRow
from app.resources.exchange.identity import REFUGE
from app.resources.exchange.report import ImportReport, Item
from app.resources.models import Resource, ResourceKind
from app.resources.models.derived import SUMMARY, refresh_derived
from app.resources.models.rows import as_plain, set_value
from app.resources.queries import imports as queries
from app.resources.service.batches import Batch
from app.resources.vocabulary import (
    STANDARD_KINDS,
    ChangeCause,
    Disclosure,
    KindGroup,
    ResourceState,
    Verdict,
    group_of_kind,
)

_SLICE = 1_000

# Values that go into the column of the same name as they are.
_PLAIN = (
    "name", "published_id", "municipality_code", "kana", "nickname", "operator", "corporate_number", "legal_basis",
    "description", "remarks", "url", "address", "building", "point_source", "served_area", "nearest_stop", "pickup",
    "schedule_note", "age_from", "age_to", "audience",
    "gap_welcome", "gap_seats", "capacity", "capacity_note", "fee", "application", "contact", "contact_is_public",
    "source", "confirmed_on", "confirmed_by", "check_note", "is_light", "is_refuge",
)  # fmt: skip
_WORDS = {"disclosure": Disclosure, "state": ResourceState, "point_precision": PositionPrecision}

_NO_RIGHT = "秘匿：秘匿の避難先を登録できるのは、「秘匿の避難先へのつなぎ」の権限を持つ人だけです。権限を持つ人に取り込みを頼んでください。"
_STAYS_HIDDEN = (
    "秘匿：この場所は秘匿の避難先として登録されています。取り込みで公開することはできません。"
    "秘匿の列に「1」と書くか、権限を持つ人が画面で確かめてください。"
)

Progress = Callable[[int], None]
"""Told how many rows are done."""


class ImportMode(StrEnum):
    """How an import treats what it finds."""

    NORMAL = "normal"
    DRY_RUN = "dry_run"
    ALL_OR_NOTHING = "all_or_nothing"


def import_resources(
    session: Session,
    *,
    rows: Iterable[CheckedRow],
    mode: ImportMode = ImportMode.NORMAL,
    by: Actor,
    at: datetime,
    progress: Progress | None = None,
) -> ImportReport:
    """Take rows in and report on each. `rows` may be a generator; only all-or-nothing needs them all at once.

    With all-or-nothing a single refused row keeps everything out: the report then says what would have been done, and
    its `is_written` is False.
    """
    if mode is ImportMode.ALL_OR_NOTHING:
        rows = list(rows)
        trial = _Import(session, by, at, writes=False, progress=None).run(rows)
        if trial.count(Verdict.REFUSED):
            return trial
    writes = mode is not ImportMode.DRY_RUN
    run = _Import(session, by, at, writes=writes, progress=progress)
    report = run.run(rows)
    if writes:
        report.batch = run.batch.id
        record_event(
            session,
            action="resources.imported",
            subject_kind="import",
            subject_id="resources",
            by=by.account_id,
            at=at,
            detail={**report.counts(), "batch": run.batch.id},
        )
    return report


@dataclass(slots=True)
class _Pending:
    """A row whose resource is there and has to be looked at."""

    row: CheckedRow
    place: int


class _Import:
    """One run over the rows."""

    def __init__(
        self, session: Session, by: Actor, at: datetime, *, writes: bool, progress: Progress | None
    ) -> None:
        self._session, self._by, self._at = session, by, at
        self.batch = Batch(session, ChangeCause.IMPORT, by=by, at=at)
        self._writes, self._progress = writes, progress
        self._known = queries.find_known(session, scope=by.scope)
        self._kinds = queries.list_kinds_by_label(session, scope=by.scope)
        self._towns = find_towns(session, scope=by.scope)
        self._may_place_in_refuge = by.scope.system is not None or Right.PLACE_IN_REFUGE in by.rights
        self._items: list[Item] = []
        # Added, and not yet flushed and noted.
        self._added: list[Resource] = []
        # Rows whose resource differs by its fingerprint, or still lacks its town, by the key of the resource.
        self._differing: dict[int, _Pending] = {}
        self._without_town: dict[int, CheckedRow] = {}

    def run(self, rows: Iterable[CheckedRow]) -> ImportReport:
        """Judge and, when writing, apply every row."""
        for row in rows:
            self._items.append(self._judge(row))
            if len(self._differing) + len(self._without_town) >= _SLICE:
                self._settle()
            if len(self._items) % _SLICE == 0 and self._progress is not None:
                self._progress(len(self._items))
        self._settle()
        if self._writes:
            self._note_added()
        return ImportReport(self._items, is_written=self._writes)

    def _judge(self, row: CheckedRow) -> Item:
        if row.reasons:
            return _item(row, Verdict.REFUSED, row.reasons)
        kind = self._kinds.get(row.kind)
        if kind is not None and kind.group is KindGroup.REFUGE and not row.is_refuge:
            # The file need not know that the town keeps this kind secret.
            row = _as_refuge(row)
        if row.is_refuge and not self._may_place_in_refuge:
            return _item(row, Verdict.REFUSED, (_NO_RIGHT,))
        if not row.is_refuge and REFUGE + row.identity in self._known:
            return _item(row, Verdict.REFUSED, (_STAYS_HIDDEN,))
        known = self._known.get(row.identity)
        if known is None and row.is_refuge:
            # A place that was listed openly turns out to be secret: the same entry is closed, none is left behind.
            known = self._known.get(row.identity.removeprefix(REFUGE))
        if known is None:
            if self._writes:
                self._add(row)
            return _item(row, Verdict.ADDED)
        if known.digest != row.digest:
            # The verdict follows when the resource was compared; see `_settle`.
            self._differing[known.id] = _Pending(row, len(self._items))
        elif not known.has_town and self._writes:
            self._without_town[known.id] = row
        return _item(row, Verdict.UNCHANGED)

    def _add(self, row: CheckedRow) -> None:
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
        wanted = self._wanted(resource, values)
        for name, value in wanted.items():
            set_value(resource, name, value)
        self._put_town(resource, values)
        refresh_derived(self._session, resource, wanted.keys(), at=self._at)
        self._session.add(resource)
        self._added.append(resource)
        if len(self._added) >= _SLICE:
            self._note_added()

    def _note_added(self) -> None:
        """Flush what was added and note it; after that nothing here holds the resources any more."""
        self._session.flush()
        for resource in self._added:
            self.batch.note_added(resource)
        self._session.flush()
        self._added.clear()

    def _settle(self) -> None:
        """Look closely at the resources that a row may change."""
        wanted = [*self._differing, *self._without_town]
        if not wanted:
            return
        for resource in queries.list_resources_by_id(self._session, wanted, scope=self._by.scope):
            if resource.id in self._differing:
                self._change(resource, self._differing[resource.id])
            else:
                self._put_town(resource, self._without_town[resource.id].values)
        if self._writes:
            self._session.flush()
        self._differing.clear()
        self._without_town.clear()

    def _change(self, resource: Resource, pending: _Pending) -> None:
        row = pending.row
        wanted = self._wanted(resource, row.values)
        if any(as_plain(resource, name) != as_plain(resource, name, wanted[name]) for name in wanted):
            self._items[pending.place] = _item(row, Verdict.CHANGED)
        if not self._writes:
            return
        resource.content_digest = row.digest
        if self._items[pending.place].verdict is Verdict.UNCHANGED:
            return
        self._put_town(resource, row.values)
        self.batch.change(resource, wanted)

    def _wanted(self, resource: Resource, values: Mapping[str, Value]) -> dict[str, Any]:
        """Return the columns of which the file says anything, with what should stand there."""
        wanted: dict[str, Any] = {name: values[name] for name in _PLAIN if name in values}
        wanted |= {name: words(str(values[name])) for name, words in _WORDS.items() if name in values}
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


def _as_refuge(row: CheckedRow) -> CheckedRow:
    closed: dict[str, Value] = {
        "is_refuge": True,
        "disclosure": Disclosure.CLOSED.value,
        "contact_is_public": False,
    }
    return replace(row, is_refuge=True, identity=REFUGE + row.identity, values={**row.values, **closed})


def _item(row: CheckedRow, verdict: Verdict, reasons: tuple[str, ...] | None = None) -> Item:
    return Item(row.line, verdict, row.warnings if reasons is None else reasons, row.name)
