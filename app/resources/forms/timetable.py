"""The timetable as rows that one fills in: meetings, single days, closures, yearly breaks. Works without a script.

Nothing typed is lost when a row is added, and a timetable whose rows nobody touched comes out as it went in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar, Final

from wtforms import DateField, Field, StringField, ValidationError, validators

from app.resources.engine.schedule.document import LIST_MOST, TEXT_MOST
from app.resources.engine.schedule.timetable import (
    Closure,
    HolidayRule,
    Meeting,
    SpecialDays,
    Timetable,
    YearlyBreak,
)
from app.resources.engine.schedule.words import clock_words
from app.text.normalise import normalise_text
from app.text.values import DayRule, Weekdays, parse_time
from app.text.values.weekdays import DAY_NAMES, EVERY_OTHER_WEEK, EVERY_WEEK, LAST_WEEK, parse_weekdays
from app.web.forms import ChecksField, Form

_WEEKS: Final = {
    str(EVERY_WEEK): "毎週",
    **{str(week): f"第{week}" for week in range(1, 6)},
    str(LAST_WEEK): "最終",
    str(EVERY_OTHER_WEEK): "隔週",
}
_DAYS: Final = {str(number): name for number, name in enumerate(DAY_NAMES, start=1)}
_MONTH_DAY: Final = re.compile(r"(\d{1,2})\s*[-/月.]\s*(\d{1,2})\s*日?")


def _words(label: str, description: str = "") -> StringField:
    return StringField(label, [validators.Length(max=TEXT_MOST)], description=description)


def _day(label: str, description: str = "") -> DateField:
    return DateField(label, [validators.Optional()], description=description)


def _time(label: str) -> StringField:
    return StringField(label, [validators.Length(max=20)], render_kw={"placeholder": "例：10:00"})


def _minute(field: Field) -> int | None:
    """Return minutes since midnight, None for nothing; raise `ValidationError` for what is no time."""
    reading = parse_time(field.data or "")
    if reading.reason:
        raise ValidationError(reading.reason)
    return reading.value.minutes if reading.value is not None else None


def _month_day(field: Field) -> tuple[int, int]:
    found = _MONTH_DAY.fullmatch(normalise_text(field.data or ""))
    if found is None:
        raise ValidationError("月と日を「12-29」のように書いてください。")
    return int(found[1]), int(found[2])


class Row(Form):
    """One row. It is empty while nothing in it was typed, and says then nothing."""

    FIRST: ClassVar[str] = ""

    @property
    def is_empty(self) -> bool:
        """Tell whether anything was typed."""
        return not any(field.data for field in self)

    def read(self) -> Any:
        """Return what the row says; raise `ValidationError` or `ValueError` with the remedy."""
        raise NotImplementedError

    def check(self) -> Any:
        """Return what the row says, None when it says nothing or not well; the problem stands beside a field then."""
        if not self.validate() or self.is_empty:
            return None
        try:
            return self.read()
        except (ValidationError, ValueError) as problem:
            field = self[self.FIRST]
            field.errors = (*field.errors, str(problem))
            return None

    def minute(self, name: str) -> int | None:
        """Return the minute of a field, with the problem beside this very field."""
        try:
            return _minute(self[name])
        except ValidationError as problem:
            self[name].errors = (*self[name].errors, str(problem))
            return None

    def need_day(self, name: str) -> date:
        """Return the day of a field that a row needs."""
        day: date | None = self[name].data
        if day is None:
            raise ValidationError("日付を入れてください。")
        return day


class MeetingRow(Row):
    """Days of the week with their hours."""

    FIRST = "days"
    days = ChecksField("曜日", coerce=int, choices=_DAYS)
    weeks = ChecksField(
        "何週目",
        coerce=int,
        choices=_WEEKS,
        description="選ばなければ「毎週」です。第1と第3のように、いくつでも。",
    )
    opens = _time("始まり")
    closes = _time("終わり")
    who = _words("だれの時間か", "同じ場所を時間で分けているときだけ。例：午前は親子、午後は若者。")
    starts = _day("いつから")
    until = _day("いつまで")
    anchor = _day("隔週のとき、開いた日を1つ", "この日の週から、1週おきに数えます。")
    note = _words("この時間の補足")

    def read(self) -> Meeting:
        """Return the meeting."""
        weeks = self.weeks.data or [EVERY_WEEK]
        if not self.days.data:
            raise ValidationError("曜日を選んでください。")
        if EVERY_WEEK in weeks and len(weeks) > 1:
            raise ValidationError("「毎週」か、何週目かの、どちらかにしてください。")
        rules = frozenset(DayRule(day, week) for day in self.days.data for week in weeks)
        return Meeting(
            Weekdays(rules).gif_code(),
            self.minute("opens"),
            self.minute("closes"),
            self.starts.data,
            self.until.data,
            self.anchor.data,
            normalise_text(self.who.data or ""),
            normalise_text(self.note.data or ""),
        )

    @property
    def has_more(self) -> bool:
        """Tell whether anything stands in the fields that are folded away."""
        folded = (self.who, self.starts, self.until, self.anchor, self.note)
        return any(field.data or field.errors for field in folded)


class DateRow(Row):
    """A day or some days on which it takes place beside the rules."""

    FIRST = "first"
    first = _day("開く日")
    last = _day("何日も続くとき、最後の日")
    opens = _time("始まり")
    closes = _time("終わり")
    note = _words("補足")

    def read(self) -> SpecialDays:
        """Return the days."""
        first = self.need_day("first")
        return SpecialDays(
            first,
            self.last.data or first,
            self.minute("opens"),
            self.minute("closes"),
            normalise_text(self.note.data or ""),
        )


class ClosureRow(Row):
    """Days on which it is closed once."""

    FIRST = "first"
    first = _day("休みの日")
    last = _day("何日も続くとき、最後の日")
    why = _words("わけ", "例：会館の工事")

    def read(self) -> Closure:
        """Return the closure."""
        first = self.need_day("first")
        return Closure(first, self.last.data or first, normalise_text(self.why.data or ""))


class BreakRow(Row):
    """Days on which it is closed every year."""

    FIRST = "first"
    first = StringField(
        "休みの始まり（毎年）", [validators.Length(max=20)], render_kw={"placeholder": "例：12-29"}
    )
    last = StringField(
        "休みの終わり（毎年）", [validators.Length(max=20)], render_kw={"placeholder": "例：1-3"}
    )
    why = _words("わけ", "例：年末年始")

    def read(self) -> YearlyBreak:
        """Return the break."""
        first = _month_day(self.first)
        last = _month_day(self.last) if self.last.data else first
        return YearlyBreak(first, last, normalise_text(self.why.data or ""))


ROWS: Final[Mapping[str, type[Row]]] = {
    "meetings": MeetingRow,
    "dates": DateRow,
    "closures": ClosureRow,
    "breaks": BreakRow,
}
ADDING: Final = {
    "meetings": "曜日と時間の行を足す",
    "dates": "日付の行を足す",
    "closures": "休みの行を足す",
    "breaks": "毎年の休みの行を足す",
}
"""What the button says that adds a row."""


class TimetableEditor:
    """All rows of a timetable. `typed` is what was sent, None where the timetable itself is shown."""

    def __init__(self, typed: Any, timetable: Timetable | None) -> None:
        self.rows: dict[str, list[Row]] = {}
        for name, row in ROWS.items():
            if typed is None:
                shown: Sequence[dict[str, Any]] = _SHOWN[name](timetable or Timetable())
                made = [self._row(name, number, None, data) for number, data in enumerate(shown)]
                self.rows[name] = made or ([self._row(name, 0, None, {})] if row is MeetingRow else [])
            else:
                count = min(int(text), LIST_MOST) if (text := typed.get(name, "")).isdecimal() else 0
                self.rows[name] = [self._row(name, number, typed, {}) for number in range(count)]

    def add(self, name: str) -> Row:
        """Add an empty row at the end and return it."""
        row = self._row(name, len(self.rows[name]), None, {})
        self.rows[name].append(row)
        return row

    def fields(self) -> Iterator[Field]:
        """Every field of every row."""
        for rows in self.rows.values():
            for row in rows:
                yield from row

    def check(self, holidays: HolidayRule | None, *, says_more: bool) -> Timetable | None:
        """Return the timetable, None when a row is not well filled in: the problem stands beside its field."""
        said = {
            name: [each for row in rows if (each := row.check()) is not None]
            for name, rows in self.rows.items()
        }
        if any(field.errors for field in self.fields()):
            return None
        return Timetable(
            meetings=tuple(said["meetings"]),
            dates=tuple(said["dates"]),
            closures=tuple(said["closures"]),
            breaks=tuple(said["breaks"]),
            holidays=holidays,
            says_more=says_more,
        )

    @staticmethod
    def _row(name: str, number: int, typed: Any, data: Mapping[str, Any]) -> Row:
        return ROWS[name](typed, prefix=f"{name}-{number}-", data=data, meta={"csrf": False})


def timetable_of_columns(schedule: str | None, opens: int | None, closes: int | None) -> Timetable | None:
    """Return the rows to begin with where a file gave days and hours but no timetable; None for what is only words."""
    days = parse_weekdays(schedule or "").value
    if (
        days is None
        or days.gif_code() != schedule
        or (opens is not None and closes is not None and opens >= closes)
    ):
        return None
    return Timetable(meetings=(Meeting(schedule, opens, closes),))


def _clock(minute: int | None) -> str:
    return "" if minute is None else clock_words(minute)


def _meetings(timetable: Timetable) -> Iterable[dict[str, Any]]:
    for meeting in timetable.meetings:
        # One row has one choice of weeks, so days that differ in it become rows of their own.
        groups: dict[tuple[int, ...], list[int]] = {}
        for day, mask in enumerate(meeting.weeks, start=1):
            weeks = tuple(week for week in range(8) if mask >> week & 1)
            if weeks:
                groups.setdefault((EVERY_WEEK,) if EVERY_WEEK in weeks else weeks, []).append(day)
        for weeks, days in groups.items():
            yield {
                "days": days,
                "weeks": list(weeks),
                "opens": _clock(meeting.opens),
                "closes": _clock(meeting.closes),
                "who": meeting.who,
                "starts": meeting.starts,
                "until": meeting.until,
                "anchor": meeting.anchor,
                "note": meeting.note,
            }


def _dates(timetable: Timetable) -> Iterable[dict[str, Any]]:
    for special in timetable.dates:
        last = special.last if special.last != special.first else None
        hours = {"opens": _clock(special.opens), "closes": _clock(special.closes)}
        yield {"first": special.first, "last": last, **hours, "note": special.note}


def _closures(timetable: Timetable) -> Iterable[dict[str, Any]]:
    for closure in timetable.closures:
        last = closure.last if closure.last != closure.first else None
        yield {"first": closure.first, "last": last, "why": closure.why}


def _breaks(timetable: Timetable) -> Iterable[dict[str, Any]]:
    for each in timetable.breaks:
        yield {"first": "{}-{}".format(*each.first), "last": "{}-{}".format(*each.last), "why": each.why}


_SHOWN: Final[Mapping[str, Callable[[Timetable], Any]]] = {
    "meetings": lambda timetable: list(_meetings(timetable)),
    "dates": lambda timetable: list(_dates(timetable)),
    "closures": lambda timetable: list(_closures(timetable)),
    "breaks": lambda timetable: list(_breaks(timetable)),
}
