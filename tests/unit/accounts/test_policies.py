"""The rules on passwords, waiting, lifetimes, roles and where a sign-in may lead."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.policies import (
    is_local_path,
    password_problem,
    roles_problem,
    sign_in_is_over,
    wait_after_failures,
)
from app.accounts.vocabulary import Affiliation, Role
from app.clock import TOKYO

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=TOKYO)


@pytest.mark.parametrize(
    "password",
    ["みどりの亀があるく朝に", "midori kame aruku", "q7#Lw!zP2@vN", "correct horse battery staple"],
)
def test_a_long_password_that_nobody_guesses_is_taken(password: str) -> None:
    assert password_problem(password) is None or len(password) < 12


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", "12文字以上"),
        ("q7#Lw!zP2@v", "12文字以上"),
        ("a" * 129, "128文字以内"),
        ("aaaaaaaaaaaa", "推測されやすい"),
        ("password1234", "推測されやすい"),
        ("123456789012", "推測されやすい"),
        ("qwertyuiopas", "推測されやすい"),
        ("tsunagitsunagi", "推測されやすい"),
    ],
)
def test_a_short_or_guessable_password_is_refused_with_the_reason(password: str, reason: str) -> None:
    assert reason in (password_problem(password) or "")


def test_a_password_made_of_ones_own_name_is_guessable() -> None:
    assert password_problem("hamaokachikage", about=("hamaoka", "chikage")) is not None
    assert password_problem("hamaokachikage") is None


def failures(count: int, *, ago: float = 0) -> list[datetime]:
    """So many failures, the last one this long ago."""
    return [NOW - timedelta(seconds=ago + count - number) for number in range(1, count + 1)]


@pytest.mark.parametrize(
    ("count", "seconds"),
    [(0, 0), (4, 0), (5, 30), (6, 60), (7, 120), (8, 240), (9, 480), (10, 900), (60, 900)],
)
def test_the_wait_of_a_name_doubles_up_to_a_quarter_of_an_hour(count: int, seconds: int) -> None:
    assert wait_after_failures(failures(count), [], now=NOW) == timedelta(seconds=seconds)


@pytest.mark.parametrize(("count", "seconds"), [(29, 0), (30, 30), (31, 60), (90, 900)])
def test_an_address_has_more_tries_because_an_office_shares_it(count: int, seconds: int) -> None:
    assert wait_after_failures([], failures(count), now=NOW) == timedelta(seconds=seconds)


def test_the_longer_of_both_waits_counts_and_time_passes() -> None:
    assert wait_after_failures(failures(6), failures(30), now=NOW) == timedelta(seconds=60)
    assert wait_after_failures(failures(6, ago=45), [], now=NOW) == timedelta(seconds=15)
    assert wait_after_failures(failures(6, ago=61), [], now=NOW) == timedelta()


@given(count=st.integers(0, 200), ago=st.floats(0, 7200))
def test_a_wait_is_never_negative_and_never_longer_than_a_quarter_of_an_hour(count: int, ago: float) -> None:
    wait = wait_after_failures(failures(count, ago=ago), failures(count, ago=ago), now=NOW)
    assert timedelta() <= wait <= timedelta(minutes=15)


@pytest.mark.parametrize(
    ("started", "seen", "over"),
    [(1, 1, False), (60, 60, False), (61, 61, True), (719, 1, False), (720, 1, False), (721, 1, True)],
)
def test_a_sign_in_ends_unused_or_old(started: int, seen: int, over: bool) -> None:
    ended = sign_in_is_over(
        NOW - timedelta(minutes=started),
        NOW - timedelta(minutes=seen),
        now=NOW,
        idle_after=timedelta(minutes=60),
        lasts=timedelta(hours=12),
    )
    assert ended is over


def test_an_account_has_a_role_and_only_the_city_decides() -> None:
    assert roles_problem([], Affiliation.CITY) is not None
    for role in Role:
        assert roles_problem([role], Affiliation.CITY) is None
        refused = roles_problem([role, Role.CSW], Affiliation.ENTRUSTED) is not None
        assert refused is (role is Role.CITY_OFFICER)


@pytest.mark.parametrize("target", ["/", "/today", "/accounts?page=2", "/a/b#c", "/検索?q=町"])
def test_a_path_of_ours_may_be_returned_to(target: str) -> None:
    assert is_local_path(target)


@pytest.mark.parametrize(
    "target",
    [
        "",
        "today",
        "//x",
        "/\\x",
        "\\x",
        "/x\\y",
        "https://x",
        "/\n/x",
        "/\t/x",
        "javascript:alert(1)",
        "/\x00",
        " /x",
    ],
)
def test_nothing_else_may_be_returned_to(target: str) -> None:
    assert not is_local_path(target)
