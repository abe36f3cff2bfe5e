"""The blueprint, and what its pages do alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, url_for

from app.accounts.guards import current_actor
from app.accounts.vocabulary import TEAM_ROLES, Actor, Scope
from app.cases.service import record_case_read
from app.clock import now
from app.followup import queries
from app.followup.queries import CaseLabel
from app.people.policies import place_is_covered
from app.web.errors import Missing
from app.web.transaction import apart, database, session

blueprint = Blueprint("followup", __name__, template_folder="../templates")

TEAM = tuple(sorted(TEAM_ROLES))
CASE_ID = "<string(length=22):case_id>"
PLACEMENT_ID = "<string(length=22):placement_id>"
TOUCHPOINT_ID = "<string(length=22):touchpoint_id>"
VISIT_ID = "<string(length=22):visit_id>"

COVERED_PLACE = "（場の名前は伏せています）"
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
    return Places(queries.list_place_names(session(), set(resource_ids), scope=actor.scope), actor)


def label_of(case_id: str) -> CaseLabel:
    """Number and alias of a case of one's own teams; `Missing` for all others."""
    labels = queries.list_case_labels(session(), [case_id], scope=current_actor().scope)
    if case_id not in labels:
        raise Missing
    return labels[case_id]


def note_case_read(case_id: str) -> None:
    """Write into the log that something of this case is about to be shown; without the line, no page."""
    with apart(write=True) as opened:
        record_case_read(opened, case_id=case_id, by=current_actor(), at=now())


def places_to_avoid(person_id: str) -> frozenset[int]:
    """Ask, as the product, where a person must not be sent: whom they must not meet may belong to another team."""
    scope: Scope = Actor.system("places where somebody must not be met").scope
    with database().reading(scope) as opened:
        return queries.list_places_to_avoid(opened, person_id, scope=scope)


def case_url(case_id: str) -> str:
    """The address of a case."""
    return url_for("cases.show_case", case_id=case_id)
