"""A need and what was computed of a place, sealed and read again; where journeys begin; what a preview leaves out."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from app.clock import now
from app.geo.points import Point
from app.matching.engine.explanation import explain
from app.matching.engine.matcher import match
from app.matching.engine.origin import origin_of
from app.matching.engine.preview import can_be_lifted, without
from app.matching.engine.profile import Answer, NeedProfile
from app.matching.engine.rules.catalogue import RULE_BY_ID
from app.matching.engine.words import FLAT
from app.matching.exchange import (
    NeedContent,
    Snapshot,
    content_of,
    document_of,
    snapshot_of,
)
from app.matching.policies import state_now, step_problem, steps_from
from app.matching.vocabulary import ProposalState, RuleId, TravelMode
from app.resources.engine.candidates import Candidate
from app.resources.engine.columns import CandidateColumns
from app.resources.engine.traits import AccessItem, Feature, Language, Purpose, Scale, TakingPart

FULL = NeedProfile(
    person_key="case",
    purposes={Purpose.JOY: 3, Purpose.HEALTH: 1},
    kinds_now=frozenset({TakingPart.JOY}),
    kinds_to_try=frozenset({TakingPart.ROLE}),
    free_slots=0b101,
    min_hours_per_week=2,
    min_weeks_per_month=2.0,
    longest_stay_minutes=60,
    travel_mode=TravelMode.PICKUP,
    travel_minutes=20,
    origin=Point(lon=136.95, lat=33.6),
    origin_radius_m=300.0,
    support_drives=False,
    accepts_remote=True,
    leaves_by_minute=16 * 60 + 40,
    access_needs=frozenset({AccessItem.STEP_FREE}),
    limits=dict.fromkeys(Scale, 1),
    wishes={Scale.PACE: 1},
    people_limit=8,
    musts=frozenset({Feature.LOOK_AROUND, Feature.FEMALE_STAFF, Feature.COMPANION}),
    must_nots=frozenset({Feature.MALE_STAFF}),
    fee_limit_yen=300,
    age=34,
    is_in_gap=True,
    languages=frozenset({Language.ENGLISH}),
    interests=("本", "畑"),
    own_words="静かなところで",
    excluded=frozenset({"resource:7", "account:3"}),
    answers=frozenset({Answer(RuleId.FEE, 4, -1, True)}),
)


@pytest.mark.parametrize("profile", [FULL, NeedProfile(person_key="case")])
def test_a_need_comes_back_as_it_was_written(profile: NeedProfile) -> None:
    content = NeedContent(profile, "大きな音", ("送迎は頼めるか",))
    assert content_of(json.loads(json.dumps(document_of(content))), person_key="case") == content


def test_a_need_that_was_sealed_before_the_last_bus_was_asked_is_read() -> None:
    document = document_of(NeedContent(FULL))
    del document["leaves_by_minute"]
    assert content_of(document, person_key="case").profile == replace(FULL, leaves_by_minute=None)


def test_the_document_names_neither_the_person_nor_the_case() -> None:
    assert "case" not in json.dumps(document_of(NeedContent(FULL)))


def test_a_second_answer_to_a_question_takes_the_place_of_the_first() -> None:
    changed = FULL.with_answer(Answer(RuleId.FEE, 4, -1, False))
    assert changed.answers == {Answer(RuleId.FEE, 4, -1, False)}


def test_a_snapshot_keeps_what_was_computed() -> None:
    columns = CandidateColumns.from_candidates(
        [Candidate(resource_id=1, slots=0b1, free_seats=2, fee_yen=100.0, search_terms="本")]
    )
    outcome = match(NeedProfile(person_key="p", free_slots=0b1, interests=("本",)), columns, idf=FLAT)
    snapshot = snapshot_of(outcome, explain(outcome, 0), need_version=3, position=1)
    read = Snapshot.from_document(json.loads(json.dumps(snapshot.document)))
    assert read == snapshot
    assert sum(part["low"] for part in read.parts) == read.total_low
    assert "月曜午前が空き時間と重なる" in read.reasons["for"]


def test_a_square_has_its_middle_and_half_its_diagonal() -> None:
    fine, coarse = origin_of("503637722"), origin_of("503637")
    assert fine is not None
    assert coarse is not None
    assert 300 < fine[1] < 400
    assert 6_500 < coarse[1] < 8_000
    # The finer square lies within the coarser one.
    assert abs(fine[0].lon - coarse[0].lon) < 1 / 16
    assert abs(fine[0].lat - coarse[0].lat) < 1 / 24


@pytest.mark.parametrize("code", [None, "", "abc", "12", "999999999"])
def test_what_is_no_mesh_is_no_origin(code: str | None) -> None:
    assert origin_of(code) is None


@pytest.mark.parametrize("rule", [rule for rule in RuleId if can_be_lifted(rule)])
def test_a_lifted_limit_is_asked_no_more_or_kept_by_everybody(rule: RuleId) -> None:
    profile = without(FULL, rule)
    assert rule is RuleId.PICKUP or not RULE_BY_ID[rule].is_asked(profile)
    assert replace(profile, purposes={}).excluded == FULL.excluded


def test_a_limit_of_the_programme_cannot_be_lifted() -> None:
    assert not any(can_be_lifted(rule) for rule in (RuleId.AGE, RuleId.INSURANCE, RuleId.VACANCY))
    assert without(FULL, RuleId.INSURANCE) == FULL


def test_a_proposal_goes_to_the_host_only_through_the_person() -> None:
    assert ProposalState.ASKED not in steps_from(ProposalState.SHOWN, due_at=None)
    for state in (ProposalState.DECLINED, ProposalState.WITHDRAWN, ProposalState.EXPIRED):
        assert steps_from(state, due_at=None) == frozenset()
        assert step_problem(state, ProposalState.SHOWN, due_at=None)


def test_only_the_hosts_answer_lapses() -> None:
    moment = now()
    assert state_now(ProposalState.ASKED, moment, now=moment) is ProposalState.EXPIRED
    assert state_now(ProposalState.SHOWN, moment, now=moment) is ProposalState.SHOWN
