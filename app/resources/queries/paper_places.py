"""Places as the paper for a person shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Scope
from app.resources.engine.open_days import Columns, read_timetable
from app.resources.engine.schedule.timetable import Timetable
from app.resources.models import Opening, Resource


@dataclass(frozen=True)
class PaperPlace:
    """What somebody has to know who goes there. `contact` is None unless the place made it public."""

    resource_id: int
    name: str
    kana: str | None
    description: str | None
    timetable: Timetable | None
    columns: Columns
    schedule_note: str | None
    address: str | None
    building: str | None
    nearest_stop: str | None
    pickup: str | None
    fee: str | None
    contact: str | None
    traits: Mapping[str, str]


def list_paper_places(
    session: Session, resource_ids: Iterable[int], *, scope: Scope
) -> dict[int, PaperPlace]:
    """Return these places by id. Never a refuge."""
    contact = sa.case((Resource.contact_is_public, Resource.contact), else_=None).label("public_contact")
    rows = session.execute(
        sa.select(Resource, contact)
        .where(Resource.id.in_(list(resource_ids)), Resource.is_refuge.is_(False))
        .order_by(Resource.id)
        .execution_options(scope=scope)
    )
    return {
        place.id: PaperPlace(
            resource_id=place.id,
            name=place.name,
            kana=place.kana,
            description=place.description,
            timetable=read_timetable(place.timetable),
            columns=Columns(place.weekday_mask, place.schedule, place.opens_minute, place.closes_minute),
            schedule_note=place.schedule_note,
            address=place.address,
            building=place.building,
            nearest_stop=place.nearest_stop,
            pickup=place.pickup,
            fee=place.fee,
            contact=public_contact,
            traits=place.traits,
        )
        for place, public_contact in rows
    }


def list_notes_of_openings(session: Session, opening_ids: Iterable[int], *, scope: Scope) -> dict[int, str]:
    """Return where in the premises these openings are and what to bring, by id, for those that say so."""
    rows = session.execute(
        sa.select(Opening.id, Opening.place_note)
        .where(Opening.id.in_(list(opening_ids)), Opening.place_note.is_not(None))
        .order_by(Opening.id)
        .execution_options(scope=scope)
    )
    return {opening_id: note for opening_id, note in rows if note}
