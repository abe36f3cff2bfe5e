"""Placements and visits for tests.

``ready_case(database, csw)`` is a case that may start; ``start(database, case, csw)`` takes it to a new place. Each
function opens its own transaction, as a request would.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from app.accounts.vocabulary import Actor
from app.cases import service as cases
from app.cases.models import Case
from app.cases.vocabulary import BasisKind
from app.clock import now, today
from app.db.database import Database
from app.db.sealing import new_row_id
from app.followup import queries, service
from app.followup.models import Placement, Touchpoint
from app.followup.vocabulary import Means, Met, Mood, Party, Stage, VisitFacts, VisitNote
from app.matching.models import Need, Proposal
from app.matching.vocabulary import ProposalState, holder_of
from app.resources.queries import openings
from app.resources.service import seats as seating
from app.resources.service.openings import Seats, add_host, add_opening
from app.resources.vocabulary import DayPart
from tests.factories.cases import make_case
from tests.factories.resources import MUNICIPALITY, make_resource

TOWN = Actor.system("test")
TEXT = "縁側で、刺し子のふきんを見せてくれた。"
INSURED: dict[str, Any] = {
    "insurance": "傷害;賠償",
    "insurance_holder": "試験市社会福祉協議会",
    "insured_from": date(2020, 4, 1),
    "insured_to": date(2099, 3, 31),
}

_NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Place:
    """A resource with an opening and its slots."""

    resource_id: int
    opening_id: int
    slot_ids: tuple[int, ...]


def ready_case(database: Database, by: Actor, **told: Any) -> Case:
    """A case that may start without a plan."""
    case = make_case(database, by, **told)
    add_basis(database, case, by)
    return case


def add_basis(
    database: Database,
    case: Case,
    by: Actor,
    kind: BasisKind = BasisKind.WITHOUT_PLAN,
    *,
    confirm_by: date | None = None,
    at: datetime | None = None,
) -> None:
    """Record on what a start rests."""
    with database.writing(by.scope) as session:
        cases.record_basis(
            session,
            case_id=case.id,
            kind=kind,
            reason="本人の希望",
            confirm_by=confirm_by,
            by=by,
            at=at or now(),
        )


def make_place(
    database: Database,
    *,
    kind: str = "居場所",
    seats: int = 1,
    recognition: str | None = None,
    **facts: Any,
) -> Place:
    """A place with one opening on Tuesday and Thursday mornings."""
    number = next(_NUMBERS)
    resource_id = make_resource(database, kind=kind, name=f"試験の場{number}")
    with database.writing(TOWN.scope) as session:
        host_id = add_host(
            session,
            municipality_code=MUNICIPALITY,
            published_id=f"F-{number}",
            name=f"試験農園{number}",
            facts={"recognition": recognition},
            by=TOWN,
            at=now(),
        )
        opening_id = add_opening(
            session,
            municipality_code=MUNICIPALITY,
            host_id=host_id,
            resource_id=resource_id,
            published_id=f"FO-{number}",
            task="苗の植え替え",
            seats=[Seats(day, DayPart.MORNING, seats) for day in (1, 3)],
            facts=facts,
            by=TOWN,
            at=now(),
        )
    with database.reading(TOWN.scope) as session:
        (opening,) = openings.list_openings(session, resource_ids=[resource_id], scope=TOWN.scope)
        return Place(resource_id, opening_id, tuple(slot.id for slot in opening.slots))


def make_proposal(database: Database, case: Case, place: Place, by: Actor) -> str:
    """An accepted proposal that holds the only seat."""
    with database.writing(by.scope) as session:
        need = Need(
            id=new_row_id(),
            team_id=case.team_id,
            case_id=case.id,
            version=1,
            is_draft=False,
            kinds=[],
            sealed=b"",
            made_at=now(),
        )
        session.add(need)
        session.flush()
        proposal = Proposal(
            id=new_row_id(),
            team_id=case.team_id,
            case_id=case.id,
            need_id=need.id,
            resource_id=place.resource_id,
            opening_id=place.opening_id,
            slot_id=place.slot_ids[0],
            state=ProposalState.ACCEPTED,
            sealed=b"",
            owner_id=by.account_id,
            made_at=now(),
        )
        session.add(proposal)
        session.flush()
        seating.hold_seat(
            session,
            slot_id=place.slot_ids[0],
            holder=holder_of(proposal.id),
            starts_on=today(),
            held_until=now() + timedelta(days=7),
            by=by,
            at=now(),
        )
        return proposal.id


def start(
    database: Database,
    case: Case,
    by: Actor,
    *,
    place: Place | None = None,
    resource_id: int | None = None,
    stage: Stage = Stage.VISIT,
    starts_on: date | None = None,
    at: datetime | None = None,
    **told: Any,
) -> str:
    """Begin taking part; without a place at a new one that has no opening."""
    where: dict[str, Any] = (
        {
            "resource_id": place.resource_id,
            "opening_id": place.opening_id,
            "slot_ids": place.slot_ids[:1],
        }
        if place
        else {"resource_id": resource_id or make_resource(database, name=f"ひなた{next(_NUMBERS)}")}
    )
    with database.reading(TOWN.scope) as session:
        avoided = queries.list_places_to_avoid(session, case.person_id, scope=TOWN.scope)
    with database.writing(by.scope) as session:
        return service.start_placement(
            session,
            case_id=case.id,
            stage=stage,
            starts_on=starts_on or today(),
            by=by,
            at=at or now(),
            **(where | {"avoided": avoided} | told),
        )


def facts(*met: Met, on: date | None = None, next_in: int | None = None, **said: Any) -> VisitFacts:
    """What is said of a visit with the person, by telephone, today."""
    return VisitFacts(
        happened_on=on or today(),
        means=Means.PHONE,
        note=VisitNote(met=met or (Met.PERSON,), person_mood=Mood.GOOD, text=TEXT),
        next_on=today() + timedelta(days=next_in) if next_in else None,
        **said,
    )


def log(database: Database, case: Case, by: Actor, said: VisitFacts | None = None, **where: Any) -> str:
    """Write a visit down."""
    with database.writing(by.scope) as session:
        return service.log_visit(session, case_id=case.id, facts=said or facts(), by=by, at=now(), **where)


def placement_of(database: Database, placement_id: str, by: Actor) -> Placement:
    """A placement as it stands."""
    with database.reading(by.scope) as session:
        return queries.get_placement(session, placement_id, scope=by.scope)


def planned(database: Database, case: Case, by: Actor, party: Party | None = None) -> list[Touchpoint]:
    """The contacts of a case that are planned now."""
    with database.reading(by.scope) as session:
        found = queries.list_planned(session, case.id, scope=by.scope)
        return [contact for contact in found if party in (None, contact.party)]
