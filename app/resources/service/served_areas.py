"""Naming the areas that places serve, where a file had only its own words or codes for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.resources.models.rows import AreaServed
from app.resources.queries.editing import list_resources_with_served_area
from app.resources.service.batches import Batch
from app.resources.vocabulary import ChangeCause, Coverage


@dataclass(frozen=True)
class Served:
    """Areas by id, and the words that remain beside them."""

    areas: Mapping[int, Coverage]
    note: str | None


def name_served_areas(session: Session, *, meanings: Mapping[str, Served], by: Actor, at: datetime) -> int:
    """Put areas where the words of a place have a known meaning (words → areas); return how many places changed."""
    batch = Batch(session, ChangeCause.IMPORT, by=by, at=at)
    wanted = []
    for resource in list_resources_with_served_area(session, scope=by.scope):
        served = meanings.get(resource.served_area or "")
        if served is not None:
            areas = [AreaServed(area_id, coverage) for area_id, coverage in served.areas.items()]
            wanted.append((resource, {"service_areas": areas, "served_area": served.note}))
    return batch.change_all(wanted)
