"""What leaves in a file, and what a file that came back is recognised by.

A secret refuge and an entry that is closed are asked for by nobody here, whatever their rights: an exported file is out
of every control. What only the staff may have is not even read for anybody else.
"""

from __future__ import annotations

import hashlib
from array import array
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Scope
from app.areas.queries import NamedArea, list_named_areas
from app.areas.vocabulary import AreaKind
from app.db.sets import is_one_of
from app.resources.engine.slices import in_slices
from app.resources.exchange.handles import handle_of, key_of
from app.resources.exchange.writing import Cell, Layout
from app.resources.models import Resource, ResourceKind
from app.resources.policies import KEPT_BY_LIGHT_CARDS
from app.resources.queries.areas_served import list_areas_served
from app.resources.queries.catalogue import select_resources
from app.resources.queries.criteria import Filter
from app.resources.queries.leaving import MAY_LEAVE_TO_ALL
from app.resources.vocabulary import Coverage, Disclosure, KindGroup

SLICE: Final = 500
"""So many entries are held at once."""

FOR_ALL: Final = (
    "id", "created_at", "identity", "published_id", "municipality_code", "name", "kana", "nickname", "operator",
    "corporate_number", "description", "remarks", "url", "address", "building", "point_precision", "point_source",
    "served_area", "nearest_stop", "pickup", "schedule", "schedule_note", "weekday_mask", "opens_minute",
    "closes_minute", "age_from", "age_to", "audience", "gap_welcome", "gap_seats", "gap_basis", "capacity",
    "capacity_note", "fee", "application", "traits", "contact_is_public", "disclosure", "is_light", "state", "source",
    "confirmed_on",
)  # fmt: skip
"""Columns of an entry that are read for a file for everybody, beside the contact where it is public, and what is made."""

FOR_STAFF: Final = (
    "legal_basis", "original_users", "confirmed_by", "check_note", "check_interval_days", "next_check_on",
    "listing_agreed_on", "listing_agreed_by", "ended_on", "end_reason",
)  # fmt: skip
"""Columns that are read for a file of the staff as well."""

_KEPT: Final[Mapping[str, Any]] = {**dict.fromkeys(KEPT_BY_LIGHT_CARDS), "traits": {}, "areas": ()}


@dataclass(frozen=True)
class Leaving:
    """The entries of a file by their keys, in its order, and what changes with every change of any of them."""

    ids: Sequence[int]
    edition: str


def find_leaving(session: Session, wanted: Filter, *, for_staff: bool, scope: Scope) -> Leaving:
    """Return what a filter lets out, by kind and reading. `edition` stands for the content without reading it.

    The order follows from what the entries say and not from their keys, so that two houses with the same entries write
    the same file; it is made here, because databases do not agree on how Japanese is sorted.
    """
    rows = session.execute(
        _leaving(select_resources(session, wanted, scope=scope), for_staff=for_staff)
        .with_only_columns(
            Resource.id,
            Resource.version,
            Resource.updated_at,
            ResourceKind.position,
            ResourceKind.label,
            sa.func.coalesce(Resource.kana, Resource.name),
            sa.func.coalesce(Resource.published_id, ""),
            sa.func.coalesce(Resource.address, ""),
        )
        .order_by(None)
        .order_by(Resource.id)
    )
    edition = hashlib.sha256()
    found: list[tuple[int, str, str, str, str, int]] = []
    for key, version, updated_at, *place in rows:
        edition.update(f"{key}:{version}:{updated_at.timestamp()};".encode())
        found.append((*place, key))
    names = [(area.id, area.name) for area in list_named_areas(session, scope=scope)]
    kinds = session.execute(
        sa.select(ResourceKind.id, ResourceKind.label, ResourceKind.position)
        # A file for everybody must not change with what nobody may know of.
        .where(ResourceKind.group != KindGroup.REFUGE)
        .order_by(ResourceKind.id)
        .execution_options(scope=scope)
    )
    edition.update(repr([*names, *map(tuple, kinds)]).encode())
    return Leaving(array("q", (place[-1] for place in sorted(found))), edition.hexdigest()[:32])


def iterate_leaving(
    session: Session, ids: Sequence[int], *, for_staff: bool, scope: Scope
) -> Iterator[dict[str, Any]]:
    """Yield the facts of these entries, a slice at a time, by column: with `kind`, `town`, `lat`, `lon` and `areas`.

    `areas` are (name, coverage, whether it is a town whose name a district has too). `timetable` is the text of the
    document. What only the staff may have is missing for others; a contact that is not public is None for them, and a
    light card says no more than where, when and whom to ask.
    """
    named = {area.id: area for area in list_named_areas(session, scope=scope)}
    contact: Any = Resource.contact
    if not for_staff:
        contact = sa.case((Resource.contact_is_public, Resource.contact), else_=sa.null())
    columns: list[Any] = [
        *(getattr(Resource, name) for name in (FOR_ALL + FOR_STAFF if for_staff else FOR_ALL)),
        sa.cast(Resource.timetable, sa.Text).label("timetable"),
        contact.label("contact"),
        ResourceKind.label.label("kind"),
        Resource.town_id,
        Resource.point.ST_X().label("lon"),
        Resource.point.ST_Y().label("lat"),
    ]
    statement = sa.select(*columns).join(Resource.kind)
    for part in in_slices(ids, SLICE):
        chosen = _leaving(statement.where(is_one_of(Resource.id, part)), for_staff=for_staff)
        rows = session.execute(chosen.order_by(Resource.id).execution_options(scope=scope)).mappings()
        areas = _areas(session, part, named, scope)
        by_key = {row["id"]: row for row in rows}
        for key in part:
            # Somebody may have closed it since the keys were asked for.
            if key in by_key:
                town = named.get(by_key[key]["town_id"])
                facts = {**by_key[key], "town": town.name if town else None, "areas": areas[key]}
                yield facts if for_staff or not facts["is_light"] else {**facts, **_KEPT}


def iterate_rows(
    session: Session, layout: Layout, ids: Sequence[int], *, for_staff: bool, scope: Scope
) -> Iterator[list[Cell]]:
    """Yield the rows of a file without writing it: of each of these entries that fits into the layout its cells."""
    facts = iterate_leaving(session, ids, for_staff=for_staff, scope=scope)
    return layout.rows(facts, for_staff=for_staff)


def find_handles(session: Session, handles: Collection[str], *, scope: Scope) -> dict[str, str]:
    """Return the identities that rows of our own files stand for, by their numbers; others are left out.

    An entry that was merged stands for itself: whoever looks up its identity is led on.
    """
    found: dict[str, str] = {}
    keys = {key for handle in handles if (key := key_of(handle)) is not None}
    for part in in_slices(sorted(keys), SLICE):
        rows = session.execute(
            sa.select(Resource.id, Resource.created_at, Resource.identity)
            .where(is_one_of(Resource.id, part))
            .execution_options(scope=scope)
        )
        for key, made_at, identity in rows:
            if (handle := handle_of(key, made_at)) in handles:
                found[handle] = identity
    return found


def _leaving(statement: Any, *, for_staff: bool) -> Any:
    """Leave in what may leave: never a refuge, never what is closed, and once what was found to be the same.

    A file for everybody holds an informal gathering only when it agreed to stand in a list.
    """
    if not for_staff:
        return statement.where(*MAY_LEAVE_TO_ALL)
    return statement.where(
        Resource.is_refuge.is_(False),
        ResourceKind.group != KindGroup.REFUGE,
        Resource.disclosure.in_((Disclosure.PUBLIC, Disclosure.PARTNERS)),
        Resource.merged_into_id.is_(None),
    )


def _areas(
    session: Session, ids: Sequence[int], named: Mapping[int, NamedArea], scope: Scope
) -> dict[int, list[tuple[str, Coverage, bool]]]:
    districts = {area.name for area in named.values() if area.kind is AreaKind.DISTRICT}
    found: dict[int, list[tuple[str, Coverage, bool]]] = defaultdict(list)
    for key, served in list_areas_served(session, ids, scope=scope).items():
        for area_id, coverage in served:
            area = named[area_id]
            found[key].append((area.name, coverage, area.kind is AreaKind.TOWN and area.name in districts))
    return found
