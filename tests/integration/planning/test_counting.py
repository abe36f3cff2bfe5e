"""What a release counts, on both databases."""

from datetime import datetime, timedelta

import pytest

from app.accounts.vocabulary import Role
from app.audit.models import AuditEvent
from app.cases.vocabulary import CaseState
from app.db.database import Database
from app.matching.vocabulary import ProposalState
from app.planning.engine.ranges import Range
from app.planning.models import Release
from app.planning.vocabulary import Layer, NeedKind
from app.web.errors import Refused
from tests.factories.planning import EVERYTHING, FIRST_DAY, SmallTown, make_cases, make_need, make_release
from tests.factories.resources import make_resource
from tests.support.accounts import make_account

IN, NOT = Layer.IN_SUPPORT, Layer.NOT_FOUND


def test_cases_count_by_district_kind_and_layer(database: Database, small_town: SmallTown) -> None:
    make_cases(database, small_town)
    table = make_release(database, FIRST_DAY)
    work, being = [NeedKind.WORK], [NeedKind.BEING]
    assert table.total(IN, districts=[small_town.north], kinds=work) == Range(10, 14)
    assert table.total(NOT, districts=[small_town.north], kinds=work) == Range(10, 14)
    assert table.total(IN, districts=[small_town.south], kinds=work) == Range(0, 4)
    assert table.total(NOT, districts=[small_town.south], kinds=work) == Range(0, 4)
    assert table.total(IN, districts=[None], kinds=being) == Range(5, 9)
    assert [name for _, name in table.districts] == ["北部", "南部"]


def test_closed_cases_and_drafts_do_not_count(database: Database, small_town: SmallTown) -> None:
    for _ in range(6):
        make_need(database, small_town.north, kinds=["home"], state=CaseState.CLOSED)
        make_need(database, small_town.north, kinds=["role"], drafts=["joy"])
    table = make_release(database, FIRST_DAY)
    assert table.total(IN, kinds=[NeedKind.HOME]).low == table.total(IN, kinds=[NeedKind.JOY]).low == 0
    assert table.total(IN, kinds=[NeedKind.ROLE]).low == 5


def test_a_case_without_a_need_counts_as_not_decided(database: Database, small_town: SmallTown) -> None:
    for _ in range(5):
        make_need(database, small_town.north, kinds=None)
    table = make_release(database, FIRST_DAY)
    assert table.total(IN, districts=[small_town.north], kinds=[NeedKind.UNDECIDED]) == Range(5, 9)


@pytest.mark.parametrize("of_case", [True, False])
def test_a_household_under_protection_stands_with_the_withheld(
    database: Database, small_town: SmallTown, of_case: bool
) -> None:
    """Case or need may have been withheld first: one of the two is enough."""
    north = small_town.north
    for _ in range(5):
        make_need(
            database, None if of_case else north, need_district=north if of_case else None, kinds=["work"]
        )
    table = make_release(database, FIRST_DAY)
    assert table.total(IN, districts=[north]).low == 0
    assert table.total(IN, districts=[None], kinds=[NeedKind.WORK]) == Range(5, 9)


def test_a_town_in_the_place_of_a_district_is_withheld(database: Database, small_town: SmallTown) -> None:
    for _ in range(5):
        make_need(database, small_town.towns[0], kinds=["work"])
    table = make_release(database, FIRST_DAY)
    assert table.total(IN, districts=[None], kinds=[NeedKind.WORK]) == Range(5, 9)


@pytest.mark.parametrize(
    ("states", "feasible", "is_found"),
    [
        ((), 3, True),
        ((), None, True),
        ((), 0, False),
        ((ProposalState.DECLINED,), 3, False),
        ((ProposalState.EXPIRED,), 3, False),
        ((ProposalState.WITHDRAWN,), 3, True),
        ((ProposalState.DECLINED, ProposalState.SHOWN), 3, True),
        ((ProposalState.EXPIRED, ProposalState.ACCEPTED), 0, True),
    ],
)
def test_what_counts_as_not_found(
    database: Database,
    small_town: SmallTown,
    states: tuple[ProposalState, ...],
    feasible: int | None,
    is_found: bool,
) -> None:
    owner, place = make_account(database, Role.COORDINATOR).id, make_resource(database)
    for _ in range(5):
        make_need(
            database,
            small_town.north,
            kinds=["work"],
            feasible=feasible,
            proposals=[(state, place, owner) for state in states],
        )
    table = make_release(database, FIRST_DAY)
    assert table.total(IN, kinds=[NeedKind.WORK]).low == 5
    assert table.total(NOT, kinds=[NeedKind.WORK]).low == (0 if is_found else 5)


def test_a_second_release_waits_and_the_first_one_never_changes(
    database: Database, small_town: SmallTown
) -> None:
    for _ in range(4):
        make_need(database, small_town.north, kinds=["work"])
    before = make_release(database, FIRST_DAY)
    make_need(database, small_town.north, kinds=["work"])
    # The one case more would lead from 0–4 to 5–9 and so tell both numbers.
    with pytest.raises(Refused, match="2027年1月1日"):
        make_release(database, FIRST_DAY + timedelta(days=1))
    with database.reading(EVERYTHING) as session:
        assert session.query(Release).one().finest == before.to_json()
    after = make_release(database, datetime(2027, 1, 4, tzinfo=FIRST_DAY.tzinfo))
    assert after.total(IN, districts=[small_town.north], kinds=[NeedKind.WORK]) == Range(5, 9)


def test_a_release_is_written_to_the_log_without_figures(database: Database, small_town: SmallTown) -> None:
    make_release(database, FIRST_DAY)
    with database.reading(EVERYTHING) as session:
        event = session.query(AuditEvent).filter_by(action="planning.released").one()
    assert event.detail in ("{}", None, {})
