"""Cases with a need for tests of planning: people come as numbers, since planning never asks who they are.

``make_need(database, district_id, kinds=["work"], feasible=0)`` writes one open case of its own person and household.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, date, datetime

from app.accounts.models import SupportTeam
from app.accounts.vocabulary import Scope
from app.cases.models import Case
from app.cases.vocabulary import CaseState, ReferralRoute
from app.db.database import Database
from app.matching.models import Need, Proposal
from app.matching.vocabulary import ProposalReason, ProposalState, Side
from app.people.models import Household, Person

EVERYTHING = Scope(None, system="test")
MOMENT = datetime(2026, 9, 1, tzinfo=UTC)

_NUMBERS = itertools.count(1)
_ENDED = (ProposalState.DECLINED, ProposalState.WITHDRAWN)


def make_need(
    database: Database,
    district: int | None,
    *,
    kinds: Sequence[str] | None = ("being",),
    need_district: int | None | str = "same",
    feasible: int | None = None,
    state: CaseState = CaseState.OPEN,
    drafts: Sequence[str] | None = None,
    proposals: Sequence[tuple[ProposalState, int, int]] = (),
) -> str:
    """Write a case and its need; `kinds` None leaves the need out, `drafts` adds a later draft with those kinds.

    A proposal is (state, resource id, owner's account id). Returns the case's id.
    """
    number = next(_NUMBERS)
    with database.writing(EVERYTHING) as session:
        team = SupportTeam(made_at=MOMENT)
        household = Household(is_protected=False)
        session.add_all([team, household])
        session.flush()
        person = Person(
            household_id=household.id, kana_index=f"k{number}", sealed=b"", created_at=MOMENT, team_id=team.id
        )
        session.add(person)
        session.flush()
        case = Case(
            number=f"X-{number:05}",
            person_id=person.id,
            team_id=team.id,
            state=state,
            opened_on=date(2026, 8, 1),
            closed_on=None if state is CaseState.OPEN else date(2026, 9, 1),
            counting_area_id=district,
            route=ReferralRoute.AGENCY,
            awaits_decision=False,
            sealed=b"",
        )
        session.add(case)
        session.flush()
        where = district if isinstance(need_district, str) else need_district
        for version, (words, is_draft) in enumerate([(kinds, False), (drafts, True)], start=1):
            if words is not None:
                session.add(
                    Need(
                        case_id=case.id,
                        team_id=team.id,
                        version=version,
                        is_draft=is_draft,
                        sealed=b"",
                        counting_area_id=where,
                        kinds=list(words),
                        feasible_places=feasible,
                        made_at=MOMENT,
                    )
                )
        session.flush()
        need = next((row for row in session.query(Need).filter_by(case_id=case.id, is_draft=False)), None)
        for proposal_state, resource_id, owner_id in proposals:
            assert need is not None, "a proposal answers a need"
            ended = proposal_state in _ENDED
            session.add(
                Proposal(
                    case_id=case.id,
                    team_id=team.id,
                    need_id=need.id,
                    resource_id=resource_id,
                    state=proposal_state,
                    sealed=b"",
                    owner_id=owner_id,
                    ended_side=Side.PERSON if ended else None,
                    ended_reason=ProposalReason.NOT_NOW if ended else None,
                    made_at=MOMENT,
                )
            )
        return case.id
