"""What a row of a file names, found in the catalogue: the entry of our own export, and the areas that it serves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Scope
from app.areas.engine import name_key
from app.areas.queries import list_named_areas
from app.areas.vocabulary import AreaKind
from app.resources.exchange.areas_served import NamedArea, is_everywhere, read_areas
from app.resources.exchange.cells import LONGEST
from app.resources.exchange.checking import CheckedRow
from app.resources.exchange.firsts import Firsts
from app.resources.exchange.hsds.ids import is_uuid
from app.resources.exchange.identity import REFUGE
from app.resources.models.rows import AreaServed
from app.resources.queries import exports as queries
from app.resources.queries.open_catalogue import find_published_identities

_TWICE: Final = (
    "同じ種別・名称・場所の行が、ほかにもあります。片方を消すか、名称で区別できるように書いてください。"
)


class RowNames:
    """Looks names up for one import."""

    def __init__(self, session: Session, *, scope: Scope) -> None:
        self._session, self._scope = session, scope
        self._areas: dict[tuple[str, AreaKind], dict[str, int]] | None = None
        self._handles: dict[str, str] = {}
        # Read once, and only when a row comes back from the open catalogue.
        self._published: dict[str, str] | None = None
        # Of rows from elsewhere that carry a number: two of them must not become one entry.
        self._told_by_name = Firsts()

    def look_up(self, rows: Iterable[CheckedRow]) -> None:
        """Ask for the entries of our own files that these rows name; `complete` is for them alone."""
        handles = {handle for row in rows if isinstance(handle := row.values.get("handle"), str)}
        self._handles = queries.find_handles(self._session, handles, scope=self._scope) if handles else {}
        if any(map(is_uuid, handles)):
            self._handles |= self._published_before()

    def _published_before(self) -> dict[str, str]:
        if self._published is None:
            self._published = find_published_identities(self._session, scope=self._scope)
        return self._published

    def complete(self, row: CheckedRow) -> CheckedRow:
        """Return the row with what it names: its identity in this catalogue, and its areas by key."""
        if row.reasons:
            return row
        return self._with_areas(self._with_identity(row))

    def _with_identity(self, row: CheckedRow) -> CheckedRow:
        handle = row.values.get("handle")
        if not isinstance(handle, str):
            return row
        known = self._handles.get(handle)
        if known is not None:
            bare = known.removeprefix(REFUGE)
            # The identifier under which the open catalogue names it becomes its id elsewhere, and not here.
            values = {
                name: value for name, value in row.values.items() if (name, value) != ("published_id", handle)
            }
            return replace(row, identity=REFUGE + bare if row.is_refuge else bare, values=values)
        is_second = self._told_by_name.first(row.identity, row.line) != row.line
        return replace(row, reasons=(_TWICE,)) if is_second else row

    def _with_areas(self, row: CheckedRow) -> CheckedRow:
        cell = row.values.get("areas_served")
        if not isinstance(cell, str):
            return row
        found: dict[int, AreaServed] = {}
        missing: list[NamedArea] = []
        municipality = str(row.values.get("municipality_code", ""))
        for named in read_areas(cell):
            key = self._find(named, municipality)
            if key is None:
                missing.append(named)
            else:
                found[key] = AreaServed(key, named.coverage)
        values: dict[str, Any] = dict(row.values)
        warnings = row.warnings
        unknown = [named.as_written for named in missing if not is_everywhere(named.as_written)]
        if unknown and self._areas:
            said = "」「".join(unknown)[:100]
            warnings = (
                *warnings,
                f"提供地域：「{said}」は、町・圏域の一覧にありません。書かれていたことばのまま残します。",
            )
        if found:
            values["service_areas"] = sorted(found.values())
            words = "、".join([*(named.as_written for named in missing), str(values.get("areas_note", ""))])
            words = words.strip("、")[: LONGEST["served_area"]]
            # What is said beside the areas is all that the words are for now.
            values.pop("served_area", None)
            if words:
                values["served_area"] = words
        return replace(row, values=values, warnings=warnings)

    def _find(self, named: NamedArea, municipality: str) -> int | None:
        if self._areas is None:
            self._areas = defaultdict(dict)
            for area in list_named_areas(self._session, scope=self._scope):
                self._areas[area.key, area.kind][area.municipality_code] = area.id
        kinds = (AreaKind.TOWN,) if named.is_town else (AreaKind.DISTRICT, AreaKind.TOWN)
        for kind in kinds:
            by_municipality = self._areas.get((name_key(named.name), kind), {})
            if municipality in by_municipality:
                return by_municipality[municipality]
            # A name that only one municipality has is clear without a code.
            if len(by_municipality) == 1 and not municipality:
                return next(iter(by_municipality.values()))
        return None
