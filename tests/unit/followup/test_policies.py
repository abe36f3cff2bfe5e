"""The rules of taking part, one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.followup import policies
from app.followup.policies import Cover
from app.followup.vocabulary import Met, Mood, Party, Promise, SharingBasis, Stage, VisitNote
from app.resources.vocabulary import KindGroup, Pay, ResourceState, TrainingForm

DAY = date(2026, 11, 20)
WORK = Cover(
    KindGroup.WORK,
    has_opening=True,
    insurance="傷害;賠償",
    holder="社会福祉協議会",
    since=date(2026, 4, 1),
    until=date(2027, 3, 31),
)


def test_a_gathering_needs_no_cover() -> None:
    assert policies.cover_problem(Cover(KindGroup.TAKING_PART), on=DAY) is None


def test_work_with_a_valid_cover_may_begin() -> None:
    assert policies.cover_problem(WORK, on=DAY) is None


@pytest.mark.parametrize(
    "missing",
    [
        {"has_opening": False},
        {"insurance": None},
        {"insurance": "傷害"},
        {"holder": None},
        {"since": None},
        {"until": None},
        {"until": date(2026, 11, 19)},
        {"since": date(2026, 11, 21)},
        {"training": TrainingForm.NOT_EMPLOYED},
    ],
)
def test_work_without_all_of_its_cover_may_not(missing: dict[str, object]) -> None:
    assert policies.cover_problem(replace(WORK, **missing), on=DAY)  # type: ignore[arg-type]


@pytest.mark.parametrize("pay", [Pay.ALLOWANCE, Pay.WAGE])
def test_who_is_paid_works_whatever_the_place_is_called(pay: Pay) -> None:
    assert Cover(KindGroup.TAKING_PART, has_opening=True, pay=pay).is_work
    assert not Cover(KindGroup.TAKING_PART, has_opening=True, pay=Pay.TRAVEL).is_work


def test_a_recognised_training_may_begin() -> None:
    training = replace(WORK, training=TrainingForm.EMPLOYED, recognition="第12号")
    assert policies.cover_problem(training, on=DAY) is None


def test_a_pause_ends_on_its_day() -> None:
    def problem(on: date) -> str | None:
        return policies.place_problem(
            ResourceState.ACTIVE, paused_until=DAY, allowed=None, stage=Stage.TRIAL, on=on
        )

    assert problem(date(2026, 11, 19))
    assert problem(DAY) is None


def test_only_a_clear_no_keeps_a_stage_out() -> None:
    def problem(allowed: bool | None) -> str | None:
        return policies.place_problem(
            ResourceState.ACTIVE, paused_until=None, allowed=allowed, stage=Stage.ONGOING, on=DAY
        )

    assert problem(False)
    assert problem(None) is None
    assert problem(True) is None


@pytest.mark.parametrize("stage", [Stage.VISIT, Stage.TRIAL])
def test_any_direction_is_possible(stage: Stage) -> None:
    assert policies.step_problem(stage, current=Stage.ONGOING, last_on=DAY, on=DAY, today=DAY) is None


@pytest.mark.parametrize("on", [date(2026, 11, 19), date(2026, 11, 21)])
def test_a_step_lies_between_the_last_one_and_today(on: date) -> None:
    assert policies.step_problem(Stage.TRIAL, current=Stage.VISIT, last_on=DAY, on=on, today=DAY)


def test_what_has_ended_goes_nowhere() -> None:
    assert policies.step_problem(Stage.TRIAL, current=Stage.ENDED, last_on=DAY, on=DAY, today=DAY)


def test_a_contact_is_not_moved_into_the_past_or_to_the_same_day() -> None:
    assert policies.move_problem(DAY, date(2026, 11, 19), today=DAY)
    assert policies.move_problem(DAY, DAY, today=DAY)
    assert policies.move_problem(DAY, date(2026, 11, 21), today=DAY) is None


def test_seeing_the_family_is_no_contact_with_the_person() -> None:
    assert policies.parties_met([Met.FAMILY, Met.SUPPORTER]) == frozenset()
    assert policies.parties_met([Met.PERSON, Met.HOST]) == {Party.PERSON, Party.HOST}


def test_a_promise_is_for_the_person_unless_only_the_host_was_met() -> None:
    assert policies.party_promised([Met.HOST]) is Party.HOST
    assert policies.party_promised([Met.HOST, Met.PERSON]) is Party.PERSON
    assert policies.party_promised([Met.NOBODY]) is Party.PERSON


def test_nobody_and_somebody_cannot_both_have_been_met() -> None:
    assert policies.met_problem([Met.NOBODY, Met.HOST])
    assert policies.met_problem([])
    assert policies.met_problem([Met.NOBODY]) is None


def test_only_a_consent_opens_a_note_to_the_team() -> None:
    assert policies.default_sharing(has_consent=False) is SharingBasis.AUTHOR_ONLY
    assert policies.sharing_problem(SharingBasis.CONSENT, has_consent=False)
    assert policies.sharing_problem(SharingBasis.EMERGENCY, has_consent=False) is None


@pytest.mark.parametrize(
    ("promise", "day", "meant"),
    [
        (Promise.WEEK, DAY, date(2026, 11, 27)),
        (Promise.FORTNIGHT, DAY, date(2026, 12, 4)),
        (Promise.MONTH, date(2026, 12, 31), date(2027, 1, 31)),
        (Promise.MONTH, date(2027, 1, 31), date(2027, 2, 28)),
        (Promise.NONE, DAY, None),
        (Promise.DAY, DAY, None),
    ],
)
def test_a_promise_means_a_day(promise: Promise, day: date, meant: date | None) -> None:
    assert promise.day_after(day) == meant


def test_a_note_is_read_as_it_was_sealed() -> None:
    note = VisitNote((Met.PERSON, Met.HOST), Mood.HARD, None, "雨だった。", "傘を返す")
    assert VisitNote.from_document(note.document) == note
    assert VisitNote.from_document(VisitNote().document) == VisitNote()
