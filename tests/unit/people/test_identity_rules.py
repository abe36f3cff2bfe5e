"""Rules about identities, without a database."""

from __future__ import annotations

from datetime import date

import pytest

from app.accounts.vocabulary import Actor, Right
from app.people.policies import identity_problem, kana_key, opening_problem, place_is_covered
from app.people.vocabulary import Identity, OpeningReason

TODAY = date(2026, 11, 20)
WITH_RIGHT = Actor(1, "x", rights=frozenset({Right.UNMASK}))
WITHOUT = Actor(2, "y")


@pytest.mark.parametrize("typed", ["ヒメダ ツユコ", "ひめだ　つゆこ", "ﾋﾒﾀﾞﾂﾕｺ", " ヒメダツユコ "])
def test_kana_are_compared_whatever_their_width_and_blanks(typed: str) -> None:
    assert kana_key(typed) == "ヒメダツユコ"


def test_a_part_of_the_kana_is_another_key() -> None:
    assert kana_key("ヒメダ") != kana_key("ヒメダツユコ")


@pytest.mark.parametrize("alias", ["秘田 露子", "秘田露子", "ヒメダツユコ", "ひめだ つゆこ"])
def test_an_alias_that_is_the_name_is_refused(alias: str) -> None:
    problem = identity_problem(Identity("秘田 露子", "ヒメダ ツユコ", alias), today=TODAY)
    assert problem is not None
    assert problem[0] == "alias"
    assert "例：" in problem[1]


def test_an_alias_alone_is_enough() -> None:
    assert identity_problem(Identity("", "", "つゆさん"), today=TODAY) is None
    assert identity_problem(Identity("", "", " "), today=TODAY) is not None


@pytest.mark.parametrize("born", [date(2026, 11, 21), date(1800, 1, 1)])
def test_a_birth_date_that_cannot_be_is_refused(born: date) -> None:
    problem = identity_problem(Identity("", "", "つゆさん", born), today=TODAY)
    assert problem is not None
    assert problem[0] == "birth_date"


def test_a_reason_is_asked_for_only_where_the_household_is_protected() -> None:
    assert opening_problem(is_protected=False, reason=None) is None
    assert opening_problem(is_protected=True, reason=OpeningReason.VISIT) is None
    assert opening_problem(is_protected=True, reason=None) is not None


def test_the_place_of_somebody_protected_needs_the_right_as_well() -> None:
    assert place_is_covered(is_protected=True, by=WITHOUT)
    assert not place_is_covered(is_protected=True, by=WITH_RIGHT)
    assert not place_is_covered(is_protected=False, by=WITHOUT)


def test_an_identity_is_read_back_as_it_was_sealed() -> None:
    who = Identity("秘田 露子", "ヒメダ ツユコ", "つゆさん", date(1988, 5, 3), "隠町", "090", "午後")
    assert Identity.from_document(who.document) == who
    assert (who.without_place().address, who.without_place().phone, who.without_place().note) == ("", "", "")
