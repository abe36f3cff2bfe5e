"""Rules about cases, without a database."""

from __future__ import annotations

from datetime import date

import pytest

from app.accounts.vocabulary import Actor, Affiliation, Role
from app.cases.policies import as_number, coarse_mesh, confirm_by_problem, decision_problem
from app.cases.vocabulary import Basis, BasisKind, CaseState, CaseStory, ClosingReason, PlanText, Referral

TODAY = date(2026, 11, 20)
OFFICER = frozenset({Role.CITY_OFFICER})


@pytest.mark.parametrize("typed", ["T-0012", "t-12", "Ｔ－００１２", "12", "T0012", " t-0012 "])
def test_a_number_is_read_as_people_type_it(typed: str) -> None:
    assert as_number(typed) == "T-0012"


@pytest.mark.parametrize("typed", ["", "つゆさん", "T-", "T-12-3", "P-0012", "12さん"])
def test_what_is_no_number_is_none(typed: str) -> None:
    assert as_number(typed) is None


def test_a_coarse_mesh_is_the_one_that_the_finer_lies_in() -> None:
    assert coarse_mesh("5339352812") == "533935"
    assert coarse_mesh("533935") == "533935"
    assert coarse_mesh(None) is None


def test_the_citys_officer_decides_what_others_wrote() -> None:
    assert decision_problem(Actor(1, "x", OFFICER), writers=[2, 3]) is None


@pytest.mark.parametrize(
    "by",
    [
        Actor(1, "entrusted", OFFICER, affiliation=Affiliation.ENTRUSTED),
        Actor(1, "csw", frozenset({Role.CSW, Role.MULTI_AGENCY})),
        Actor(2, "writer", OFFICER),
    ],
    ids=lambda by: by.display_name,
)
def test_nobody_else_decides(by: Actor) -> None:
    assert decision_problem(by, writers=[2]) is not None


def test_an_early_start_is_confirmed_within_half_a_year() -> None:
    assert confirm_by_problem(date(2027, 2, 20), today=TODAY) is None
    for day in (None, date(2026, 11, 19), date(2027, 11, 20)):
        assert confirm_by_problem(day, today=TODAY) is not None


def test_an_early_start_that_was_not_confirmed_bears_nothing() -> None:
    early = Basis("a", BasisKind.EARLY, None, date(2026, 11, 20), "", TODAY)
    assert early.holds_on(date(2026, 11, 20))
    assert not early.holds_on(date(2026, 11, 21))
    assert Basis("b", BasisKind.WITHOUT_PLAN, None, None, "", TODAY).holds_on(date(2036, 1, 1))


def test_only_lost_contact_is_an_interruption() -> None:
    interrupted = [reason for reason in ClosingReason if reason.state is CaseState.INTERRUPTED]
    assert interrupted == [ClosingReason.LOST_CONTACT]
    assert all(reason.label for reason in ClosingReason)


def test_documents_are_read_back_and_an_older_one_has_the_defaults() -> None:
    story = CaseStory("言葉", "得意", "注意", "カフェ", date(2026, 12, 1))
    assert CaseStory.from_document(story.document) == story
    assert CaseStory.from_document({"wish": "言葉"}) == CaseStory(wish="言葉")
    referral, text = Referral("窓口", "お願い", "つゆさん", True), PlanText("めざす", "する")
    assert Referral.from_document(referral.document) == referral
    assert PlanText.from_document(text.document) == text
