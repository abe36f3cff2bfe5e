"""やさしい日本語: words with furigana, and dates, hours and days of the week in it.

It follows 在留支援のためのやさしい日本語ガイドライン (出入国在留管理庁・文化庁, 2020): short
sentences with one thing in each, spaces between the parts of a sentence (わかち書き), no double negative, no noun where a
verb says it, years of the western calendar, hours of twelve with 午前 and 午後, a reading over every kanji.

Readings are written by hand, 「話《はな》したい」 (the kanji before 《》, or everything after ｜), never guessed: the data of an
entry gets one only where somebody has entered it, which is its name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from itertools import groupby
from typing import Final, NamedTuple

from app.resources.engine.open_days import Columns
from app.resources.engine.schedule.timetable import Timetable
from app.resources.engine.week import week_of, weeks_text
from app.resources.vocabulary import WEEKDAYS
from app.text.normalise import fold_kana
from app.text.values.times import MINUTES_PER_DAY


class Piece(NamedTuple):
    """A piece of a text. `reading` is '' where none is needed."""

    text: str
    reading: str = ""


_KANJI: Final = "\u3005\u3006\u4e00-\u9fff"
_MARKED: Final = re.compile(rf"(?:｜(?P<all>[^｜《》]+)|(?P<kanji>[{_KANJI}]+))《(?P<reading>[^《》]+)》")
_ANY_KANJI: Final = re.compile(f"[{_KANJI}]")
_RUNS: Final = re.compile(f"([{_KANJI}]+)")
_LONGEST_OVER: Final = 12


@lru_cache(4_096)
def pieces_of(marked: str) -> tuple[Piece, ...]:
    """Take a marked text apart: 「話《はな》す」 is a piece with its reading and one without."""
    found: list[Piece] = []
    end = 0
    for mark in _MARKED.finditer(marked):
        if mark.start() > end:
            found.append(Piece(marked[end : mark.start()]))
        found.append(Piece(mark["all"] or mark["kanji"], mark["reading"]))
        end = mark.end()
    if end < len(marked):
        found.append(Piece(marked[end:]))
    return tuple(found)


def without_readings(marked: str) -> str:
    """Return the text alone, for a title, which cannot hold furigana."""
    return "".join(piece.text for piece in pieces_of(marked))


def name_pieces(name: str, kana: str | None) -> tuple[Piece, ...]:
    """Return a name with its reading over the kanji, where the reading is known and somebody needs it.

    The kana of the name itself show which part of the reading belongs to which kanji; where that can be taken in two
    ways the reading stands over the whole name, and behind it where that would be wider than a telephone.
    """
    if not kana or not _ANY_KANJI.search(name):
        return (Piece(name),)
    reading = fold_kana(unicodedata.normalize("NFKC", kana)).strip()
    runs = [run for run in _RUNS.split(name) if run]
    greedy, modest = (
        re.fullmatch(
            "".join(f"({some})" if _ANY_KANJI.match(run) else re.escape(fold_kana(run)) for run in runs),
            reading,
        )
        for some in (".+", ".+?")
    )
    if greedy and modest and greedy.groups() == modest.groups():
        readings = iter(greedy.groups())
        return tuple(Piece(run, next(readings) if _ANY_KANJI.match(run) else "") for run in runs)
    if len(reading) > _LONGEST_OVER:
        return (Piece(name), Piece(f"（{reading}）"))
    return (Piece(name, reading),)


_DAYS_READ: Final = (
    *("ついたち", "ふつか", "みっか", "よっか", "いつか", "むいか", "なのか", "ようか", "ここのか", "とおか"),
    *("じゅういちにち", "じゅうににち", "じゅうさんにち", "じゅうよっか", "じゅうごにち", "じゅうろくにち"),
    *("じゅうしちにち", "じゅうはちにち", "じゅうくにち", "はつか", "にじゅういちにち", "にじゅうににち"),
    *("にじゅうさんにち", "にじゅうよっか", "にじゅうごにち", "にじゅうろくにち", "にじゅうしちにち"),
    *("にじゅうはちにち", "にじゅうくにち", "さんじゅうにち", "さんじゅういちにち"),
)
_WEEKDAYS_READ: Final = ("げつ", "か", "すい", "もく", "きん", "ど", "にち")
# 「ぷん」 after these last digits, 「ふん」 after the others.
_PUN: Final = frozenset((0, 1, 3, 4, 6, 8))


def easy_weekday(weekday: int) -> str:
    """Return 「火曜日《かようび》」; 0 is Monday."""
    return f"{WEEKDAYS[weekday]}曜日《{_WEEKDAYS_READ[weekday]}ようび》"


def easy_date(day: date) -> str:
    """Return 「2026年《ねん》 11月《がつ》 ｜24日《にじゅうよっか》（火曜日《かようび》）」."""
    said = _DAYS_READ[day.day - 1]
    return (
        f"{day.year}年《ねん》 {day.month}月《がつ》 ｜{day.day}日《{said}》（{easy_weekday(day.weekday())}）"
    )


def easy_clock(minute: int) -> str:
    """Return 「午後《ごご》1時《じ》30分《ぷん》」, minutes since midnight; beyond 1440 it is the next morning."""
    if minute % MINUTES_PER_DAY == 0 and minute:
        return "夜《よる》の 12時《じ》"
    after = "次《つぎ》の 日《ひ》の " if minute > MINUTES_PER_DAY else ""
    hour, rest = divmod(minute % MINUTES_PER_DAY, 60)
    half = "午前《ごぜん》" if hour < 12 else "午後《ごご》"
    if hour == 12 and not rest:
        return f"{after}昼《ひる》の 12時《じ》"
    hour -= 12 if hour >= 12 else 0
    minutes = f"{rest}分《{'ぷん' if rest % 10 in _PUN else 'ふん'}》" if rest else ""
    return f"{after}{half}{hour}時《じ》{minutes}"


def easy_hours(opens: int | None, closes: int | None) -> str:
    """Return 「… から … まで」, '' when neither end is known."""
    ends = (
        f"{easy_clock(opens)} から" if opens is not None else "",
        f"{easy_clock(closes)} まで" if closes else "",
    )
    return " ".join(filter(None, ends))


class _OnADay(NamedTuple):
    weekday: int
    weeks: str
    opens: int | None
    closes: int | None


def easy_week(timetable: Timetable | None, columns: Columns, *, today: date) -> tuple[str, ...]:
    """Return the usual week, one marked line for days of equal hours; () while no day of the week is known."""
    known = list(_of_timetable(timetable, today) if timetable else _of_columns(columns))
    by_day: list[tuple[int, tuple[_OnADay, ...]]] = [
        (day, tuple(stretch._replace(weekday=0) for stretch in stretches))
        for day, stretches in groupby(sorted(known, key=_in_order), key=lambda stretch: stretch.weekday)
    ]
    lines: dict[tuple[_OnADay, ...], list[int]] = {}
    for day, stretches in by_day:
        lines.setdefault(stretches, []).append(day)
    return tuple(_line(days, stretches) for stretches, days in lines.items())


def _in_order(stretch: _OnADay) -> tuple[int, int, str]:
    return stretch.weekday, -1 if stretch.opens is None else stretch.opens, stretch.weeks


def _of_timetable(timetable: Timetable, today: date) -> Iterable[_OnADay]:
    for meeting in timetable.meetings:
        if meeting.until is not None and meeting.until < today:
            continue
        for day, weeks in enumerate(meeting.weeks):
            if weeks:
                numbers = [number for number in range(weeks.bit_length()) if weeks >> number & 1]
                yield _OnADay(day, weeks_text(numbers), *meeting.hours)


def _of_columns(columns: Columns) -> Iterable[_OnADay]:
    for day, told in enumerate(week_of(columns.weekday_mask, columns.schedule) or ()):
        if told.is_open:
            yield _OnADay(day, told.when, columns.opens_minute, columns.closes_minute)


def _line(days: Sequence[int], stretches: Sequence[_OnADay]) -> str:
    names = "と ".join(map(easy_weekday, days))
    weeks = dict.fromkeys(_easy_weeks(stretch.weeks) for stretch in stretches)
    hours = dict.fromkeys(easy_hours(stretch.opens, stretch.closes) for stretch in stretches)
    said = "、".join(filter(None, hours))
    return " ".join(filter(None, ("と ".join(weeks), names, said)))


def _easy_weeks(weeks: str) -> str:
    """Return 「1番目《いちばんめ》と 3番目《さんばんめ》の」 for 「第1・3」."""
    if not weeks:
        return "毎週《まいしゅう》"
    numbers = [f"{number}番目《ばんめ》" for number in re.findall(r"\d", weeks)]
    if "最終" in weeks:
        numbers.append("最後《さいご》")
    if "隔週" in weeks:
        return "2週間《しゅうかん》に 1回《かい》"
    return f"{'と '.join(numbers)}の"
