"""Needs, places that fit them, and proposals for tests: each function opens its own transaction, as a request would.

``write_need(database, case, by)`` writes the need of `PROFILE`; ``make_cafe(database)`` is a place that fits it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from app.accounts.vocabulary import Actor
from app.cases.models import Case
from app.clock import now
from app.db.database import Database
from app.matching import queries, service
from app.matching.engine.profile import NeedProfile
from app.matching.exchange import NeedContent
from app.matching.queries import NeedView, ProposalView
from app.matching.vocabulary import ProposalState
from app.resources.engine.traits import Purpose, Scale, TakingPart, slot_bit
from app.resources.vocabulary import DayPart
from tests.factories.resources import make_resource

TUESDAY_MORNING = slot_bit(1, DayPart.MORNING)

PROFILE = NeedProfile(
    person_key="",
    purposes={Purpose.OWN_PLACE: 5},
    kinds_now=frozenset({TakingPart.BEING}),
    free_slots=TUESDAY_MORNING,
    limits={Scale.NOISE: 1},
    interests=("刺し子",),
    own_words="窓のそばで、手を動かしていたい",
)
CAFE: dict[str, Any] = {
    "weekday_mask": 0b10,
    "schedule": "0Tu",
    "opens_minute": 600,
    "closes_minute": 720,
    "gap_welcome": True,
    "fee": "無料",
    "description": "窓ぎわで刺し子ができます。",
    "traits": {"静けさ": "静か", "参加の形": "居るだけ", "見学可": "可", "人数": "5"},
}


def make_cafe(database: Database, name: str = "窓辺のカフェ", **facts: Any) -> int:
    """A quiet place on Tuesday mornings; its key."""
    return make_resource(database, name=name, **(CAFE | facts))


def write_need(
    database: Database,
    case: Case,
    by: Actor,
    *,
    is_draft: bool = False,
    seen_version: int | None = None,
    avoided: Collection[int] = (),
    **changes: Any,
) -> NeedView:
    """Write the next version of the need of a case, by default that of `PROFILE`."""
    with database.writing(by.scope) as session:
        service.write_need(
            session,
            case_id=case.id,
            content=NeedContent(replace(PROFILE, **changes)),
            is_draft=is_draft,
            seen_version=seen_version,
            avoided=avoided,
            by=by,
            at=now(),
        )
    with database.reading(by.scope) as session:
        need = queries.find_need(session, case.id, with_drafts=True, scope=by.scope)
    assert need is not None
    return need


def propose(database: Database, case: Case, by: Actor, resource_id: int, **told: Any) -> str:
    """Propose a place to the person of a case; the proposal's id."""
    with database.writing(by.scope) as session:
        return service.propose_place(
            session,
            case_id=case.id,
            resource_id=resource_id,
            **({"avoided": ()} | told),
            by=by,
            at=now(),
        )


def move(database: Database, proposal_id: str, to: ProposalState, by: Actor, **changes: Any) -> None:
    """Take the next step of a proposal."""
    told: dict[str, Any] = {"avoided": (), "at": now()} | changes
    with database.writing(by.scope) as session:
        service.move_proposal(session, proposal_id=proposal_id, to=to, **told, by=by)


def see_proposal(database: Database, proposal_id: str, by: Actor) -> ProposalView:
    """A proposal as somebody sees it."""
    with database.reading(by.scope) as session:
        return queries.get_proposal_view(session, proposal_id, scope=by.scope)
