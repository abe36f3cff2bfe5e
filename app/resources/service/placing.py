"""Points out of the lists of towns, for entries that have an address and no point of their own.

A point that somebody measured or put where it is stays; one out of a list is found anew when the address changes. A
place of refuge is never placed: nobody needs its point.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor, Scope
from app.areas.queries import find_gazetteers
from app.audit.service import record_event
from app.geo.geocoding import Gazetteers, PositionPrecision, place_of_address
from app.resources.engine.placing import BY_HAND, BY_TOWN, is_from_list, list_source
from app.resources.models import Resource
from app.resources.models.rows import as_plain
from app.resources.queries.geocoding import list_resources_without_point
from app.resources.service.batches import Batch
from app.resources.vocabulary import ChangeCause

Columns = dict[str, Any]

_NO_POINT: Final[Columns] = {
    "point": None,
    "point_precision": PositionPrecision.UNKNOWN,
    "point_source": None,
}
# Degrees: what a form shows of a point is the point.
_SAME: Final = 1e-5


@dataclass(frozen=True)
class Giver:
    """What a point is where whoever gives it does not say so."""

    precision: PositionPrecision
    source: str | None


SOMEBODY: Final = Giver(PositionPrecision.SURVEYED, BY_HAND)
A_FILE: Final = Giver(PositionPrecision.UNKNOWN, None)


class Placing:
    """Finds points by the town in an address. The lists are read once, when the first address is looked up."""

    def __init__(self, session: Session, *, scope: Scope, giver: Giver) -> None:
        self._session, self._scope, self._giver = session, scope, giver

    @cached_property
    def _lists(self) -> Gazetteers:
        return find_gazetteers(self._session, scope=self._scope)

    def of_new(self, values: Mapping[str, Any], *, is_refuge: bool) -> Columns:
        """Return the columns of a point that a new entry with these values gets beside what is said of it."""
        if is_refuge:
            return {}
        code, address = str(values.get("municipality_code") or ""), str(values.get("address") or "")
        point = values.get("point")
        return self._found(code, address) if point is None else self._given(point, values, code, address)

    def follow(self, row: Resource, wanted: Mapping[str, Any]) -> Columns:
        """Return what else has to be written when `wanted` is written into an entry, as its point or instead of one."""
        if wanted.get("is_refuge", row.is_refuge):
            return {}
        code = str(wanted.get("municipality_code") or row.municipality_code or "")
        address = str(wanted.get("address", row.address) or "")
        point, has_point = wanted.get("point"), row.point is not None
        if point is not None:
            differs = as_plain(row, "point") != as_plain(row, "point", point)
            return self._given(point, wanted, code, address) if differs else {}
        if not has_point or "point" in wanted:
            return self._found(code, address) or (_NO_POINT if has_point else {})
        if address == (row.address or "") or row.point_precision not in BY_TOWN:
            return {}
        found = self._found(code, address)
        # The old town's point would lead people astray, unless it came with a file and no list says better.
        return found or (_NO_POINT if is_from_list(row.point_precision, row.point_source) else {})

    def _found(self, code: str, address: str) -> Columns:
        found = place_of_address(self._lists, code, address) if address else None
        if found is None or found.point is None:
            return {}
        return {
            "point": (found.point.lon, found.point.lat),
            "point_precision": found.precision,
            "point_source": list_source(found),
        }

    def _given(
        self, point: tuple[float, float], wanted: Mapping[str, Any], code: str, address: str
    ) -> Columns:
        precision, source = wanted.get("point_precision"), wanted.get("point_source")
        by_giver: Columns = {"point_precision": self._giver.precision, "point_source": self._giver.source}
        if is_from_list(precision, source):
            # The form was filled with the point of the town; it may have been moved after that.
            town = self._found(code, address).get("point")
            if town is None and self._giver is A_FILE:
                # A file of another installation, whose list is not here: what it says of the point stands.
                return {}
            is_moved = town is None or max(abs(town[0] - point[0]), abs(town[1] - point[1])) > _SAME
            return by_giver if is_moved else {}
        if precision not in (None, PositionPrecision.UNKNOWN):
            del by_giver["point_precision"]
        if source:
            del by_giver["point_source"]
        return by_giver


def place_by_towns(session: Session, *, by: Actor, at: datetime) -> int:
    """Give every entry that has an address and no point that of its town; return how many got one.

    It is one step in the history, for the catalogue that was there before the list of towns.
    """
    placing = Placing(session, scope=by.scope, giver=SOMEBODY)
    found = [
        (row, columns)
        for row in list_resources_without_point(session, scope=by.scope)
        if (columns := placing.follow(row, {}))
    ]
    batch = Batch(session, ChangeCause.BULK, by=by, at=at)
    placed = batch.change_all(found)
    record_event(
        session,
        action="resources.placed",
        subject_kind="catalogue_change",
        subject_id=batch.id,
        by=by.account_id,
        at=at,
        detail={"placed": placed},
    )
    return placed
