"""Whether a row of the catalogue is open on a day: its state first, then its timetable, then what older rows say."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any, Final, NamedTuple

from app.resources.engine.schedule.document import timetable_of, timetable_of_text
from app.resources.engine.schedule.expansion import DayAnswer, OpenVerdict, answer_on
from app.resources.engine.schedule.timetable import Timetable
from app.resources.engine.week import hours_text, mask_text, schedule_text
from app.resources.vocabulary import ResourceState

_STOPPED: Final = {
    ResourceState.PAUSED: "いまはお休み中です",
    ResourceState.ENDED: "この場所は終わりました",
}


class Columns(NamedTuple):
    """What a row says of its days without a timetable; see `app.resources.models.Resource`."""

    weekday_mask: int | None = None
    schedule: str | None = None
    opens_minute: int | None = None
    closes_minute: int | None = None


def read_timetable(document: Any) -> Timetable | None:
    """Read what a row keeps. A document that cannot be read says nothing: the days are not known."""
    try:
        return timetable_of(document)
    except ValueError:
        return None


def read_timetable_text(text: str | None) -> Timetable | None:
    """The same from JSON text, each text read once."""
    try:
        return timetable_of_text(text)
    except ValueError:
        return None


def answer_of(state: ResourceState, timetable: Timetable | None, columns: Columns, day: date) -> DayAnswer:
    """Say whether a place is open on a day. Without a timetable nobody has said enough for 可 or 否."""
    if state in _STOPPED:
        return DayAnswer(day, OpenVerdict.NO, (), _STOPPED[state])
    if timetable is None and columns.weekday_mask is not None:
        return DayAnswer(day, OpenVerdict.UNKNOWN, (), _only_weekdays(columns, day))
    return answer_on(timetable, day)


@lru_cache(65_536)
def verdict_of_text(text: str | None, day: date) -> OpenVerdict:
    """Return the verdict alone for a place that is going on, from the JSON text of its timetable."""
    return answer_on(read_timetable_text(text), day).verdict


def _only_weekdays(columns: Columns, day: date) -> str:
    mask = columns.weekday_mask or 0
    named = schedule_text(columns.schedule) or mask_text(mask)
    said = " ".join(filter(None, (named, hours_text(columns.opens_minute, columns.closes_minute))))
    if mask >> day.weekday() & 1:
        return f"{said}と聞いていますが、この日に開くかは確かめていません"
    return f"{said}とだけ聞いています。ほかの日のことは確かめていません"
