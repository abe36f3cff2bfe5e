"""The blueprint, and what its pages do alike: note that something is read, and ask whom to keep away."""

from __future__ import annotations

from collections.abc import Callable, Collection

from flask import Blueprint, Flask, current_app

from app.accounts.guards import current_actor
from app.accounts.vocabulary import Actor
from app.clock import now, today
from app.matching import queries, service
from app.matching.queries import NeedFacts, Standing
from app.people.policies import place_is_covered
from app.web.transaction import apart, database, session

blueprint = Blueprint("matching", __name__, template_folder="../templates")

PROPOSAL_ID = "<string(length=22):proposal_id>"

AvoidedPlaces = Callable[[str], Collection[int]]

_EXTENSION = "tsunagi.avoided_places"


def avoid_also(app: Flask, provider: AvoidedPlaces) -> None:
    """Let an upper slice say where a person must not be sent, by its own records: `provider(person_id)`."""
    app.extensions.setdefault(_EXTENSION, []).append(provider)


def places_to_avoid(person_id: str) -> frozenset[int]:
    """Ask, as the product, where a person must not be sent: whom they must not meet may belong to another team."""
    scope = Actor.system("places where somebody must not be met").scope
    with database().reading(scope) as opened:
        avoided = queries.list_places_to_avoid(opened, person_id, scope=scope)
    providers: list[AvoidedPlaces] = current_app.extensions.get(_EXTENSION, [])
    return avoided.union(*(provider(person_id) for provider in providers))


def standing_of(*, resource_ids: Collection[int], opening_ids: Collection[int]) -> Standing:
    """Ask, as the product, what stands beside the scores: the proposals of other teams, summed up."""
    scope = Actor.system("sums over the proposals of all teams").scope
    with database().reading(scope) as opened:
        return queries.get_standing(
            opened,
            resource_ids=resource_ids,
            opening_ids=opening_ids,
            asked_by=current_actor().scope,
            at=now(),
            scope=scope,
        )


def facts_of(case_id: str) -> NeedFacts:
    """What matching may know of a case of one's own teams; `Missing` for all others."""
    return queries.get_facts(session(), case_id, on=today(), scope=current_actor().scope)


def running_of(facts: NeedFacts) -> dict[int, str]:
    """What is under way, by place; where places are covered, only what one proposed oneself (see the page of a proposal)."""
    actor = current_actor()
    covered = place_is_covered(is_protected=facts.is_protected, by=actor)
    return queries.list_running(
        session(), facts.case_id, owner_id=actor.account_id if covered else None, scope=actor.scope
    )


def note_read(case_id: str, page: str) -> None:
    """Write into the log that this page of a case is about to be shown; without the line, no page."""
    with apart(write=True) as opened:
        service.record_candidates_read(opened, case_id=case_id, page=page, by=current_actor(), at=now())
