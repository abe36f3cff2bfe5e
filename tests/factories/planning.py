"""Cases with a need for tests of planning: people come as numbers, since planning never asks who they are.

``make_need(database, district_id, kinds=["work"], feasible=0)`` writes one open case of its own person and household.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from app.accounts.models import SupportTeam
from app.accounts.vocabulary import Actor, Scope
from app.areas.models import Area, AreaPopulation
from app.cases.models import Case
from app.cases.vocabulary import CaseState, ReferralRoute
from app.clock import TOKYO
from app.db.database import Database
from app.matching.models import Need, Proposal
from app.matching.vocabulary import ProposalReason, ProposalState, Side
from app.people.models import Household, Person
from app.planning import service
from app.planning.engine.finest import FinestTable
from app.resources.vocabulary import Disclosure, KindGroup
from tests.factories.resources import LAT, LON, make_district, make_resource, make_town

EVERYTHING = Scope(None, system="test")
MOMENT = datetime(2026, 9, 1, tzinfo=UTC)

FIRST_DAY = datetime(2026, 10, 5, 9, tzinfo=TOKYO)
COUNTING = Actor.system("counting cases for a release")

_NUMBERS = itertools.count(1)
_ENDED = (ProposalState.DECLINED, ProposalState.WITHDRAWN)


def make_need(
    database: Database,
    district: int | None,
    *,
    kinds: Sequence[str] | None = ("being",),
    need_district: int | str | None = "same",
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


@dataclass(frozen=True)
class SmallTown:
    """Keys of what stands in it."""

    north: int
    south: int
    towns: tuple[int, ...]
    hamlet: int
    refuge: int


def make_small_town(database: Database) -> SmallTown:
    """Write two districts, four towns, a few places and a refuge; no case."""
    north = make_district(database, "北部", lat=LAT + 0.05)
    south = make_district(database, "南部", lat=LAT - 0.05)
    towns = tuple(
        make_town(database, f"{name}町", lon=LON + 0.01 * number, district=district)
        for number, (name, district) in enumerate([("一番", "北部"), ("二番", "北部"), ("三番", "南部")])
    )
    hamlet = make_town(database, "小里", lon=LON + 0.05, district="北部")
    with database.writing(EVERYTHING) as session:
        for key, people in zip(towns, (40, 50, 60), strict=True):
            area = session.get_one(Area, key)
            area.residents = people * 18
            session.add_all(
                AreaPopulation(area_id=key, band=band, men=people // 2, women=people // 2)
                for band in range(1, 19)
            )
        session.get_one(Area, hamlet).residents = 7
        session.add(AreaPopulation(area_id=hamlet, band=18, men=3, women=4))
    make_resource(
        database,
        name="よりあい所",
        town_id=towns[0],
        capacity=10,
        weekday_mask=1,
        schedule="0Mo",
        opens_minute=600,
        closes_minute=720,
    )
    make_resource(database, name="だれかの家", town_id=towns[0], is_light=True)
    make_resource(database, name="わからない場", town_id=towns[2])
    refuge = make_resource(
        database,
        name="かくれがの館",
        kind="避難先",
        group=KindGroup.REFUGE,
        is_refuge=True,
        disclosure=Disclosure.CLOSED,
        town_id=towns[0],
        capacity=99,
    )
    return SmallTown(north, south, towns, hamlet, refuge)


def make_cases(database: Database, town: SmallTown) -> None:
    """Twelve who wish to work in the north, four in the south, six whose district is withheld."""
    for _ in range(12):
        make_need(database, town.north, kinds=["work"], feasible=0)
    for _ in range(4):
        make_need(database, town.south, kinds=["work", "being"], feasible=2)
    for _ in range(6):
        make_need(database, None, kinds=["being"])


def make_release(database: Database, at: datetime) -> FinestTable:
    """Make a release as the page does."""
    with database.writing(COUNTING.scope) as session:
        release = service.make_release(session, scope=COUNTING.scope, at=at, by=COUNTING)
        return FinestTable.from_json(release.finest)
