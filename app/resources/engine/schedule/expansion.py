"""From a timetable to days: is the place open on a day, when, and how do we know.

The first of these that speaks decides: a closure or yearly break (否), a special day (可), the time in which the rules
hold (否 before it, 不明 after it), the rule for public holidays, the meetings. What nobody has said is 不明, never 否.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from app.resources.engine.schedule import words
from app.resources.engine.schedule.holidays import holiday_name
from app.resources.engine.schedule.timetable import HolidayRule, Meeting, SpecialDays, Timetable
from app.text.values.times import MINUTES_PER_DAY
from app.text.values.weekdays import EVERY_OTHER_WEEK, EVERY_WEEK, LAST_WEEK

_FORTNIGHT: Final = 1 << EVERY_OTHER_WEEK
_ONE_DAY: Final = timedelta(days=1)
# A reason is one short line; a longer list of days is left to the page that shows the whole timetable.
_SHORT: Final = 40

_NOT_ASKED: Final = "いつ開いているかは、まだ聞いていません"
_MORE: Final = "ほかの決まりも書かれています"


class OpenVerdict(StrEnum):
    """Whether a place is open on a day."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """The word on screen."""
        return {"yes": "可", "no": "否", "unknown": "不明"}[self.value]


YES, NO, UNKNOWN = OpenVerdict.YES, OpenVerdict.NO, OpenVerdict.UNKNOWN


@dataclass(frozen=True, slots=True)
class Session:
    """One stretch of a day; minutes since midnight (what lies beyond 1440 is the next morning), None when not known."""

    day: date
    opens: int | None = None
    closes: int | None = None
    who: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class DayAnswer:
    """The answer for a day, with the words that say where it comes from. Sessions are there only with 可."""

    day: date
    verdict: OpenVerdict
    sessions: tuple[Session, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class NextDays:
    """Days that are certainly open, and the first of the 不明 days that lie before the last of them."""

    days: tuple[DayAnswer, ...]
    uncertain: tuple[DayAnswer, ...]


class _Facts(NamedTuple):
    weekday: int
    # The bits of `Meeting.weeks` that a day fulfils, every other week left out.
    weeks: int
    week: int
    holiday: str | None


@lru_cache(2_048)
def _facts(day: date) -> _Facts:
    weeks = 1 << EVERY_WEEK | 1 << ((day.day - 1) // 7 + 1)
    if day > date.max - 7 * _ONE_DAY or (day + 7 * _ONE_DAY).month != day.month:
        weeks |= 1 << LAST_WEEK
    return _Facts(day.weekday(), weeks, _week(day), holiday_name(day))


def _week(day: date) -> int:
    """Number the weeks from Monday; the first day of the calendar was one."""
    return (day.toordinal() - 1) // 7


def answer_on(timetable: Timetable | None, day: date) -> DayAnswer:
    """Say whether the place is open on a day, in which sessions, and why."""
    if timetable is None:
        return DayAnswer(day, UNKNOWN, (), _NOT_ASKED)
    for closure in timetable.closures:
        if closure.first <= day <= closure.last:
            return DayAnswer(day, NO, (), words.closure_words(closure, near=day))
    for yearly in timetable.breaks:
        if yearly.covers(day.month, day.day):
            return DayAnswer(day, NO, (), words.break_words(yearly))
    facts = _facts(day)
    matching, unanchored = _meetings_on(timetable, day, facts)
    special = timetable.dates and [each for each in timetable.dates if each.first <= day <= each.last]
    if special:
        sessions = [Session(day, each.opens, each.closes, "", each.note) for each in special]
        known = all(each.opens is None and each.closes is None for each in special)
        if known and matching:
            # Somebody named the day and no hours: the hours of that day of the week hold.
            sessions = _sessions(day, matching)
        names = dict.fromkeys(words.span_words(each.first, each.last, near=day) for each in special)
        return DayAnswer(day, YES, _in_order(sessions), "、".join(names))
    if timetable.ends is not None and day > timetable.ends:
        return DayAnswer(day, UNKNOWN, (), _after(timetable.ends, day))
    if timetable.starts is not None and day < timetable.starts:
        reason = f"{words.day_words(timetable.starts, near=day)}からです"
        return _not_named(timetable, day, reason)
    if facts.holiday is not None:
        answer = _answer_on_holiday(timetable, day, facts.holiday, matching, unanchored)
        if answer is not None:
            return answer
    if matching:
        reason = _rules(matching)
        if facts.holiday is not None:
            reason = f"{reason}。祝日（{facts.holiday}）も行います"
        return _open(timetable, day, matching, reason)
    if unanchored:
        return DayAnswer(
            day, UNKNOWN, (), f"{words.fortnight_words(unanchored[0].code)}：いつの週かを聞いていません"
        )
    return _not_named(timetable, day)


def _answer_on_holiday(
    timetable: Timetable, day: date, holiday: str, matching: list[Meeting], unanchored: list[Meeting]
) -> DayAnswer | None:
    """Return what the rule for holidays decides, None when the day of the week does."""
    if timetable.holidays is HolidayRule.CLOSED:
        return DayAnswer(day, NO, (), f"祝日（{holiday}）は休み")
    if timetable.holidays is HolidayRule.OPEN:
        return _open(timetable, day, matching, f"祝日（{holiday}）は開いています")
    if timetable.holidays is None and (matching or unanchored):
        return DayAnswer(day, UNKNOWN, (), f"祝日（{holiday}）に開くかは、まだ聞いていません")
    return None


def _meetings_on(timetable: Timetable, day: date, facts: _Facts) -> tuple[list[Meeting], list[Meeting]]:
    """Return the meetings of a day, and those of which only the weekday is certain."""
    matching: list[Meeting] = []
    unanchored: list[Meeting] = []
    for meeting in timetable.meetings:
        weeks = meeting.weeks[facts.weekday]
        if not weeks or (meeting.starts is not None and day < meeting.starts):
            continue
        if meeting.until is not None and day > meeting.until:
            continue
        if weeks & facts.weeks:
            matching.append(meeting)
        elif weeks & _FORTNIGHT:
            if meeting.anchor is None:
                unanchored.append(meeting)
            elif (facts.week - _week(meeting.anchor)) % 2 == 0:
                matching.append(meeting)
    return matching, unanchored


def _open(timetable: Timetable, day: date, matching: list[Meeting], reason: str) -> DayAnswer:
    sessions = _in_order(_sessions(day, matching) or [Session(day)])
    if timetable.says_more:
        reason = f"{reason}（{_MORE}）"
    return DayAnswer(day, YES, sessions, reason)


def _not_named(timetable: Timetable, day: date, reason: str = "") -> DayAnswer:
    """Answer for a day that no rule names: 否 only where the rules are all there is."""
    if timetable.says_more and timetable.may_add:
        return DayAnswer(day, UNKNOWN, (), f"{_MORE}。それだけでは、この日に開くか分かりません")
    if not timetable.names_days:
        return DayAnswer(day, UNKNOWN, (), _NOT_ASKED)
    if not reason:
        codes = tuple([meeting.code for meeting in timetable.meetings])
        reason = _only_on(codes, timetable.dates)
    return DayAnswer(day, NO, (), reason)


@lru_cache(16_384)
def _only_on(codes: tuple[str, ...], dates: tuple[SpecialDays, ...]) -> str:
    """Say on which days it takes place: towns have thousands of places and few ways of naming their days."""
    named = words.open_words(codes, dates) or "祝日"
    return f"行うのは{named}です" if len(named) <= _SHORT else "予定にない日です"


def _after(ends: date, day: date) -> str:
    """Say from when on nobody knows: 「4月からの予定は、まだ聞いていません」."""
    if ends == date.max:
        return _NOT_ASKED
    begins = ends + _ONE_DAY
    name = words.day_words(begins, near=day)
    return f"{name.removesuffix('1日') if begins.day == 1 else name}からの予定は、まだ聞いていません"


def _rules(meetings: list[Meeting]) -> str:
    if len(meetings) == 1:
        return words.rule_words(meetings[0].code)
    return "、".join(dict.fromkeys(words.rule_words(meeting.code) for meeting in meetings))


def _sessions(day: date, meetings: list[Meeting]) -> list[Session]:
    return [Session(day, meeting.opens, meeting.closes, meeting.who, meeting.note) for meeting in meetings]


def _in_order(sessions: list[Session]) -> tuple[Session, ...]:
    """Return each session once, the earliest first and what has no hours last."""
    if len(sessions) == 1:
        return (sessions[0],)

    def order(session: Session) -> tuple[int, int, str, str]:
        latest = 2 * MINUTES_PER_DAY
        opens = latest if session.opens is None else session.opens
        closes = latest if session.closes is None else session.closes
        return opens, closes, session.who, session.note

    return tuple(sorted(dict.fromkeys(sessions), key=order))


def expand(timetable: Timetable | None, first: date, last: date) -> list[Session]:
    """Return the sessions from `first` to `last`, both inside, of the days that are certainly open."""
    return [session for day in _days(first, last) for session in answer_on(timetable, day).sessions]


def week(timetable: Timetable | None, monday: date) -> tuple[DayAnswer, ...]:
    """Return the answers for seven days from `monday`."""
    return tuple(answer_on(timetable, day) for day in _days(monday, monday + 6 * _ONE_DAY))


def next_days(timetable: Timetable | None, start: date, count: int = 5, horizon_days: int = 400) -> NextDays:
    """Return the next `count` open days from `start` on, looking `horizon_days` ahead.

    `uncertain` holds at most `count` of the 不明 days that lie before the last open day, or before the horizon where
    too few open days are known, so that a page can say that the list may lack some.
    """
    found: list[DayAnswer] = []
    uncertain: list[DayAnswer] = []
    for day in _days(start, start + (horizon_days - 1) * _ONE_DAY):
        if len(found) >= count:
            break
        answer = answer_on(timetable, day)
        if answer.verdict is YES:
            found.append(answer)
        elif answer.verdict is UNKNOWN and len(uncertain) < count:
            uncertain.append(answer)
    return NextDays(tuple(found), tuple(uncertain))


def _days(first: date, last: date) -> list[date]:
    return [first + step * _ONE_DAY for step in range((last - first).days + 1)]
