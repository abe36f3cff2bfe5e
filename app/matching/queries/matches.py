"""The candidates of a need from the catalogue as it stands, and where somebody must not be sent."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Scope
from app.cases import queries as cases
from app.matching.engine.matcher import Match, match
from app.matching.engine.profile import NeedProfile
from app.matching.engine.ranking import SEED
from app.matching.models import Proposal
from app.matching.queries.proposals import GOES_ON
from app.matching.queries.rule_sets import get_town_rules
from app.matching.queries.words import get_idf
from app.people import queries as people
from app.resources.queries import candidates


def get_match(session: Session, profile: NeedProfile, *, at: datetime, scope: Scope) -> Match:
    """Compute the candidates of a completed profile from the catalogue and the rules of the town as they stand."""
    columns = candidates.get_columns(session, at=at, scope=scope)
    rules = get_town_rules(session, scope=scope)
    return match(profile, columns, idf=get_idf(session, scope=scope), rules=rules, seed=SEED)


def list_places_to_avoid(session: Session, person_id: str, *, scope: Scope) -> frozenset[int]:
    """Return the places where somebody must not be sent: named, or proposed to whom they must not meet.

    The others belong to other teams, so the session has to be the product's own; what leaves here are ids of places.
    """
    kept_away = people.get_exclusions(session, person_id, scope=scope)
    others = cases.list_case_ids_of(session, kept_away.person_ids, scope=scope)
    proposed = session.scalars(
        sa.select(Proposal.resource_id).where(
            Proposal.visible_to(scope), Proposal.case_id.in_(others), Proposal.state.in_(GOES_ON)
        )
    )
    return kept_away.resource_ids | frozenset(proposed)
