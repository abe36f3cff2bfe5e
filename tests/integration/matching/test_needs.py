"""Writing a need: every save is a version, nothing is lost, nothing of the person is outside the seal."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.accounts.vocabulary import Role
from app.clock import now, today
from app.db.database import Database
from app.matching import queries, service
from app.matching.exchange import NeedContent
from app.matching.vocabulary import RuleId
from app.people.vocabulary import NeverMeetKind
from app.resources.engine.traits import Scale, TakingPart
from app.web.errors import Missing, Refused
from tests.factories.cases import IDENTITY, TOWN, keep_away, make_actor, make_case, protect
from tests.factories.needs import PROFILE, make_cafe, write_need
from tests.support.databases import rows_of


def test_each_save_is_a_version_and_the_old_ones_stay(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    case = make_case(database, csw)
    write_need(database, case, csw, own_words="はじめ")
    write_need(database, case, csw, own_words="つぎ", seen_version=1)
    with database.reading(csw.scope) as session:
        versions = queries.list_need_versions(session, case.id, scope=csw.scope)
    assert [(one.version, one.content.profile.own_words) for one in versions] == [(2, "つぎ"), (1, "はじめ")]


def test_who_comes_second_is_told(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    case = make_case(database, csw)
    write_need(database, case, csw)
    with pytest.raises(Refused, match="先に変更"):
        write_need(database, case, csw, seen_version=0)


def test_a_draft_is_not_the_current_need_and_is_not_counted(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    case = make_case(database, csw)
    make_cafe(database)
    write_need(database, case, csw)
    draft = write_need(database, case, csw, is_draft=True, own_words="下書き")
    assert draft.is_draft
    assert draft.feasible_places is None
    with database.reading(csw.scope) as session:
        current = queries.find_need(session, case.id, scope=csw.scope)
    assert current is not None
    assert current.version == 1


def test_what_fits_is_counted_for_planning_and_what_binds_is_named(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    case = make_case(database, csw)
    make_cafe(database)
    make_cafe(database, "にぎやかな食堂", traits={"静けさ": "にぎやか", "参加の形": "居るだけ"})
    assert write_need(database, case, csw).feasible_places == 1
    nothing = write_need(database, case, csw, kinds_now=frozenset({TakingPart.HOME}))
    assert (nothing.feasible_places, nothing.binding_rule) == (0, RuleId.KIND.value)


def test_who_wishes_things_as_they_are_lacks_no_place(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    case = make_case(database, csw)
    need = write_need(database, case, csw, kinds_now=frozenset(), as_is=True)
    assert need.feasible_places is None
    assert need.binding_rule is None


def test_age_and_exclusions_come_from_people_and_lie_under_the_seal(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    case = make_case(database, csw)
    cafe = make_cafe(database)
    keep_away(database, case, by=csw, kind=NeverMeetKind.RESOURCE, name="怖い人がいる店", resource_id=cafe)
    need = write_need(database, case, csw)
    assert need.feasible_places == 0
    assert f"resource:{cafe}" in need.content.profile.excluded
    born = IDENTITY.birth_date
    assert born is not None
    assert need.content.profile.age == today().year - born.year - (
        (today().month, today().day) < (born.month, born.day)
    )
    stored = repr(rows_of(database, "need")).encode()
    for secret in ("窓のそば", "怖い人", "つゆさん", IDENTITY.name, f"resource:{cafe}"):
        assert secret.encode() not in stored


def test_a_protected_household_counts_in_no_district(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    case = make_case(database, csw)
    protect(database, case, csw)
    write_need(database, case, csw)
    assert [row["counting_area_id"] for row in rows_of(database, "need")] == [None]


def test_an_answer_makes_a_new_version_and_settles_the_question(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    case = make_case(database, csw)
    cafe = make_cafe(database, traits={"参加の形": "居るだけ"})
    write_need(database, case, csw, limits={Scale.NOISE: 1})
    with database.writing(csw.scope) as session:
        service.answer_question(
            session,
            case_id=case.id,
            rule=RuleId.NOISE,
            resource_id=cafe,
            fits=False,
            seen_version=1,
            avoided=(),
            by=csw,
            at=now(),
        )
    with database.reading(csw.scope) as session:
        need = queries.find_need(session, case.id, scope=csw.scope)
    assert need is not None
    assert (need.version, need.feasible_places) == (2, 0)


def test_who_drives_is_answered_once_for_all_places(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    case = make_case(database, csw)
    write_need(database, case, csw)
    with database.writing(csw.scope) as session:
        told = {"case_id": case.id, "avoided": (), "by": csw, "at": now(), "resource_id": None, "fits": True}
        service.answer_question(session, rule=RuleId.PICKUP, seen_version=1, **told)  # type: ignore[arg-type]
        need = queries.find_need(session, case.id, scope=csw.scope)
        with pytest.raises(Refused, match="ニーズの画面"):
            service.answer_question(session, rule=RuleId.AGE, seen_version=2, **told)  # type: ignore[arg-type]
    assert need is not None
    assert need.content.profile.support_drives is True


def test_another_teams_case_is_not_there(database: Database) -> None:
    case = make_case(database, make_actor(database, Role.CSW))
    other = make_actor(database, Role.COORDINATOR)
    with pytest.raises(Missing):
        write_need(database, case, other)
    with database.reading(other.scope) as session:
        assert queries.find_need(session, case.id, scope=other.scope) is None


def test_the_product_puts_in_a_need_that_was_kept_elsewhere(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    case = make_case(database, csw)
    make_cafe(database)
    with database.writing(TOWN.scope) as session:
        service.add_need(
            session, case_id=case.id, content=NeedContent(PROFILE), by=TOWN, at=now() - timedelta(days=9)
        )
    with database.reading(csw.scope) as session:
        need = queries.find_need(session, case.id, scope=csw.scope)
    assert need is not None
    assert need.feasible_places == 1
    assert replace(need.content.profile, age=None, excluded=frozenset()) == replace(
        PROFILE, person_key=case.id
    )
