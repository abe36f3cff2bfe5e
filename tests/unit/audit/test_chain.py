"""The chain, pure: whatever happens to a log, it is found at the first event that cannot be trusted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.audit.engine import START, Link, canonical, check_chain

KEY = bytes(range(32))
Log = list[tuple[Link, str]]


def log_of(details: list[str]) -> Log:
    """A log with one event for each detail."""
    made: Log = []
    previous = START
    for number, detail in enumerate(details, start=1):
        link = Link(
            number=number,
            at="2026-04-01T00:00:00.000000+00:00",
            actor_id=number % 3 or None,
            action="test",
            subject_kind="test",
            subject_id=str(number),
            detail=canonical({"text": detail}),
            previous=previous,
        )
        previous = link.chained(KEY)
        made.append((link, previous))
    return made


def head_of(log: Log) -> tuple[int, str]:
    """The head that belongs to a log."""
    return (len(log), log[-1][1]) if log else (0, START)


logs = st.lists(st.text(max_size=20), min_size=1, max_size=12).map(log_of)


@given(log=logs)
def test_a_log_as_it_was_written_holds(log: Log) -> None:
    verdict = check_chain(log, head_of(log), KEY)
    assert (verdict.holds, verdict.events, verdict.head) == (True, len(log), log[-1][1])


def test_an_empty_log_holds() -> None:
    assert check_chain([], (0, START), KEY).holds


CHANGES: dict[str, Any] = {
    "at": "2026-04-02T00:00:00.000000+00:00",
    "actor_id": 99,
    "action": "other",
    "subject_kind": "other",
    "subject_id": "other",
    "detail": "{}",
    "previous": "f" * 64,
}


@given(log=logs, data=st.data())
def test_a_changed_field_is_found_where_it_was_changed(log: Log, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(log) - 1))
    field = data.draw(st.sampled_from(sorted(CHANGES)))
    link, stored = log[place]
    changed = [*log[:place], (replace(link, **{field: CHANGES[field]}), stored), *log[place + 1 :]]
    assert check_chain(changed, head_of(log), KEY).broken_at == place + 1


@given(log=logs, data=st.data())
def test_a_missing_event_is_found_at_its_number(log: Log, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(log) - 1))
    verdict = check_chain(log[:place] + log[place + 1 :], head_of(log), KEY)
    assert verdict.broken_at == place + 1


@given(log=logs, data=st.data())
def test_events_that_changed_places_are_found(log: Log, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(log) - 1))
    other = data.draw(st.integers(0, len(log) - 1))
    swapped = list(log)
    swapped[place], swapped[other] = swapped[other], swapped[place]
    verdict = check_chain(swapped, head_of(log), KEY)
    assert verdict.broken_at == (None if place == other else min(place, other) + 1)


@given(log=logs)
def test_whoever_has_not_the_key_cannot_write_a_log_that_holds(log: Log) -> None:
    assert check_chain(log, head_of(log), bytes(32)).broken_at == 1


def test_equal_content_is_spelled_alike_whatever_its_order() -> None:
    assert canonical({"b": 1, "a": "あ"}) == canonical({"a": "あ", "b": 1}) == '{"a":"あ","b":1}'
