"""The blueprint, and what its pages do alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint

from app.accounts.guards import current_actor
from app.accounts.vocabulary import Actor
from app.cases import queries as cases
from app.cases.vocabulary import CaseLabel
from app.followup import queries
from app.people.policies import COVERED_PLACE, place_is_covered
from app.resources.queries import catalogue
from app.web.errors import Missing
from app.web.transaction import database, session

blueprint = Blueprint("followup", __name__, template_folder="../templates")

PLACEMENT_ID = "<string(length=22):placement_id>"
TOUCHPOINT_ID = "<string(length=22):touchpoint_id>"
VISIT_ID = "<string(length=22):visit_id>"

UNSEEN_PLACE = "（場の名前は表示できません）"


@dataclass(frozen=True)
class Places:
    """Names of places as one may read them beside a case: where a protected person goes is covered like an address."""

    names: dict[int, str]
    actor: Actor

    def of(self, resource_id: int, case: CaseLabel) -> str:
        """The name, or that it is not shown."""
        if place_is_covered(is_protected=case.is_protected, by=self.actor):
            return COVERED_PLACE
        return self.names.get(resource_id, UNSEEN_PLACE)


def places_of(resource_ids: Iterable[int]) -> Places:
    """Look up the names of places, in one statement."""
    actor = current_actor()
    return Places(catalogue.list_names(session(), set(resource_ids), scope=actor.scope), actor)


def label_of(case_id: str) -> CaseLabel:
    """Number and alias of a case of one's own teams; `Missing` for all others."""
    labels = cases.list_case_labels(session(), [case_id], scope=current_actor().scope)
    if case_id not in labels:
        raise Missing
    return labels[case_id]


def places_to_avoid(person_id: str) -> frozenset[int]:
    """Ask, as the product, where a person must not be sent: whom they must not meet may belong to another team."""
    scope = Actor.system("places where somebody must not be met").scope
    with database().reading(scope) as opened:
        return queries.list_places_to_avoid(opened, person_id, scope=scope)
