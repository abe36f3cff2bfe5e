"""Laws of the course of a lead, whatever somebody presses."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.accounts.vocabulary import Role
from app.clock import now
from app.development.policies.leads import next_states, state_before, step_problem, trimmed
from app.development.policies.residents import (
    COUNTED_FOR,
    MOST_FROM_ONE_ADDRESS,
    reads_notice,
    wait_before_sending,
)
from app.development.vocabulary.leads import DeclineReason, LeadState, Side, Step
from app.development.vocabulary.residents import PLACE_ROLES, WINDOW_ROLES, NoticeTopic, Window

TODAY = date(2026, 11, 1)

steps = st.builds(
    Step,
    state=st.sampled_from(LeadState),
    reason=st.none() | st.sampled_from(DeclineReason),
    side=st.none() | st.sampled_from(Side),
    back_on=st.none() | st.integers(-10, 400).map(lambda days: TODAY + timedelta(days=days)),
)


def walk(pressed: list[Step]) -> list[Step]:
    """The steps that are taken of all that somebody presses."""
    taken = [Step(LeadState.FOUND)]
    for step in pressed:
        if step_problem(taken[-1].state, step, today=TODAY) is None:
            taken.append(trimmed(step))
    return taken


@given(st.lists(steps, max_size=20))
def test_reason_side_and_day_stand_with_their_states_and_with_no_other(pressed: list[Step]) -> None:
    for step in walk(pressed):
        assert (step.reason is not None) == (step.state is LeadState.DECLINED)
        assert (step.side is not None) == (step.state is LeadState.DECLINED)
        assert (step.back_on is not None) == (step.state is LeadState.LATER)
        assert step.back_on is None or step.back_on > TODAY


@given(st.lists(steps, max_size=20))
def test_undoing_as_often_as_was_moved_leads_back_to_the_beginning(pressed: list[Step]) -> None:
    history = walk(pressed)
    while (before := state_before(history)) is not None:
        history = history[:-1]
        assert history[-1] == before
    assert history == [Step(LeadState.FOUND)]


@given(st.sampled_from(LeadState))
def test_from_everywhere_but_an_opening_a_lead_can_wait_be_opened_or_be_taken_up(state: LeadState) -> None:
    following = next_states(state)
    if state is LeadState.OPENED:
        assert following == ()
    else:
        assert {LeadState.OPENED, LeadState.LATER} <= set(following)
        assert len(following) == len(set(following))
        assert LeadState.FOUND not in following


@given(st.lists(st.integers(0, 3_599), max_size=30))
def test_nobody_sends_more_than_the_most_in_any_hour(offsets: list[int]) -> None:
    moment = now()
    times = sorted(moment - timedelta(seconds=seconds) for seconds in offsets)
    wait = wait_before_sending(times, times, now=moment)
    assert (wait > timedelta()) == (len(times) >= MOST_FROM_ONE_ADDRESS)
    left = [time for time in times if time > moment + wait - COUNTED_FOR]
    assert len(left) < MOST_FROM_ONE_ADDRESS


OFFICES = ("社協 中央福祉相談センター相談員", "市 こども家庭課窓口", "")


@given(
    st.sampled_from(NoticeTopic),
    st.sampled_from(WINDOW_ROLES),
    st.sampled_from(("中央福祉相談センター", "こども家庭課")),
    st.sets(st.sampled_from(Role)),
    st.sampled_from(OFFICES),
)
def test_a_notice_about_people_is_read_by_its_window_and_the_city_and_never_else(
    topic: NoticeTopic, role: Role, name: str, roles: set[Role], office: str
) -> None:
    readers = set(PLACE_ROLES) if topic is NoticeTopic.PLACE else {role, Role.CITY_OFFICER}
    if role is Role.REFERRER and name not in office:
        readers -= {role}
    assert reads_notice(topic, Window(role, name), roles, office) == bool(readers & roles)
