"""What a host's own page says of each opening: its place, what is free, and all on which being offered rests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Scope
from app.resources.engine.freshness import Rhythm, rhythm_of_opening
from app.resources.engine.host_visibility import OpeningFacts, Reason, reasons_of
from app.resources.models import Opening, Resource, ResourceKind
from app.resources.queries.openings import list_openings_of_host
from app.resources.queries.seats import FreeSlot, list_free_slots
from app.resources.vocabulary import KindGroup, Pay


@dataclass(frozen=True)
class OwnOpening:
    """An opening as its host sees it. `place` is None for a secret place, of which nothing is said on a page."""

    opening: Opening
    place: str | None
    slots: tuple[FreeSlot, ...]
    reasons: tuple[Reason, ...]
    is_offered: bool

    @property
    def free(self) -> int:
        """How many can begin on the weekday on which there is most room."""
        return max((slot.free for slot in self.slots), default=0)


@dataclass(frozen=True)
class _Place:
    name: str
    facts: OpeningFacts


def list_own_page(session: Session, host_id: int, *, at: datetime, scope: Scope) -> list[OwnOpening]:
    """Return what a host offers, and what has ended for as long as somebody still comes; four statements."""
    openings = list_openings_of_host(session, host_id, scope=scope)
    slots: dict[int, list[FreeSlot]] = {}
    for slot in list_free_slots(session, at=at, opening_ids=[each.id for each in openings], scope=scope):
        slots.setdefault(slot.opening_id, []).append(slot)
    facts = _facts(session, openings, slots, scope)
    on = at.date()
    found = []
    for opening in openings:
        own = slots.get(opening.id, [])
        is_offered = opening.ended_on is None or opening.ended_on > on
        if is_offered or any(slot.answer.used for slot in own):
            place = facts.get(opening.id)
            reasons = reasons_of(place.facts, on) if place else ()
            found.append(OwnOpening(opening, place.name if place else None, tuple(own), reasons, is_offered))
    return found


def _facts(
    session: Session, openings: Sequence[Opening], slots: dict[int, list[FreeSlot]], scope: Scope
) -> dict[int, _Place]:
    rows = session.execute(
        sa.select(
            Resource.id,
            Resource.name,
            Resource.state,
            Resource.is_light,
            Resource.check_interval_days,
            ResourceKind.group,
            ResourceKind.check_interval_days.label("kind_interval"),
        )
        .join(Resource.kind)
        .where(Resource.id.in_({opening.resource_id for opening in openings}), Resource.is_refuge.is_(False))
        .execution_options(scope=scope)
    )
    places = {row.id: row for row in rows}
    found = {}
    for opening in openings:
        row = places.get(opening.resource_id)
        if row is None:
            continue
        rhythm = rhythm_of_opening(
            opening.confirmed_on, place_interval=row.check_interval_days, kind_interval=row.kind_interval
        )
        pays = opening.pay in (Pay.ALLOWANCE, Pay.WAGE)
        found[opening.id] = _Place(
            row.name,
            OpeningFacts(
                host_is_active=opening.host.is_active,
                place=row.state,
                ended_on=opening.ended_on,
                paused_until=opening.paused_until,
                # An informal gathering never goes for the age of its confirmation.
                rhythm=Rhythm(opening.confirmed_on, None) if row.is_light else rhythm,
                seats=[slot.answer for slot in slots.get(opening.id, [])],
                is_work=row.group is KindGroup.WORK or opening.training is not None or pays,
                insurance=opening.insurance,
                insurance_holder=opening.insurance_holder,
                insured_from=opening.insured_from,
                insured_to=opening.insured_to,
            ),
        )
    return found
