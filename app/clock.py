"""The one edge where the product meets real time, and the Japanese calendar (年度, 和暦).

Engines and services take time as an argument; only routes, commands and jobs call `now()` or `today()`.
"""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

TOKYO: Final = ZoneInfo("Asia/Tokyo")

_frozen_at: ContextVar[datetime | None] = ContextVar("frozen_at", default=None)


def now() -> datetime:
    """The present moment as an aware datetime in Asia/Tokyo, or the frozen one inside `frozen()`."""
    return _frozen_at.get() or datetime.now(TOKYO)


def today() -> date:
    """The calendar day in Japan: a server that runs on UTC would be a day behind until nine in the morning."""
    return now().date()


@contextmanager
def frozen(at: datetime) -> Iterator[datetime]:
    """Hold the clock still at `at` within the `with` block, for tests and for replaying a day.

    `at` must be aware; it is shown in Asia/Tokyo. The freeze lives in a context variable: it nests, it ends
    with the block even on an error, and a thread started inside the block keeps real time.

    Raises:
        ValueError: `at` is naive, so nobody can say which moment is meant.
    """
    if at.tzinfo is None:
        raise ValueError("frozen() needs an aware datetime, for example datetime(2026, 4, 1, tzinfo=TOKYO)")
    moment = at.astimezone(TOKYO)
    token = _frozen_at.set(moment)
    try:
        yield moment
    finally:
        _frozen_at.reset(token)


@dataclass(frozen=True, slots=True)
class Era:
    """One 元号: its name, the letter used in short forms, and its first day."""

    name: str
    letter: str
    begins: date


# First days by the acts that set them. The day of change belongs to the new era.
ERAS: Final = (
    Era("令和", "R", date(2019, 5, 1)),  # 元号を改める政令（平成31年政令第143号）
    Era("平成", "H", date(1989, 1, 8)),  # 元号を改める政令（昭和64年政令第1号）
    Era("昭和", "S", date(1926, 12, 25)),  # 昭和改元の詔書, in force the same day
    Era("大正", "T", date(1912, 7, 30)),  # 大正改元の詔書, in force the same day
    # 一世一元の詔 of 明治元年9月8日, which is 23 October 1868 in the calendar used today.
    Era("明治", "M", date(1868, 10, 23)),
)

# 明治5年太政官布告第337号 brought the solar calendar on this day. A 明治 date before it counts lunar months,
# so turning it into a `date` by arithmetic would be wrong by weeks.
SOLAR_CALENDAR_BEGINS: Final = date(1873, 1, 1)

_ERA_BY_SIGN: Final = {sign: era for era in ERAS for sign in (era.name, era.name[0], era.letter)}

_WAREKI: Final = re.compile(
    r"(?P<sign>明治|大正|昭和|平成|令和|[明大昭平令MTSHR])(?P<year>元|[0-9]{1,3})"
    r"(?:年(?P<month>[0-9]{1,2})月(?P<day>[0-9]{1,2})日?"
    r"|(?P<separator>[./-])(?P<month2>[0-9]{1,2})(?P=separator)(?P<day2>[0-9]{1,2}))"
)


def era_year(day: date) -> tuple[Era, int]:
    """The era of a day and the year within it, counted from 1.

    Raises:
        ValueError: the day lies before 1 January 1873 (see `SOLAR_CALENDAR_BEGINS`).
    """
    if day < SOLAR_CALENDAR_BEGINS:
        raise ValueError("和暦で表せるのは明治6年1月1日（1873年1月1日）からです。")
    era = next(era for era in ERAS if day >= era.begins)
    return era, day.year - era.begins.year + 1


def _year_in_words(era: Era, year: int) -> str:
    return f"{era.name}{'元' if year == 1 else year}年"


def wareki(day: date) -> str:
    """A day as officials write it: 「令和8年11月20日」; the first year of an era is 元年.

    Raises:
        ValueError: the day lies before 1 January 1873.
    """
    return f"{_year_in_words(*era_year(day))}{day.month}月{day.day}日"


def parse_wareki(text: str) -> date:
    """Read 「令和8年11月20日」「令和元年5月1日」「R8.11.20」「令8/11/20」, in full or half width.

    A year beyond the end of its era is read by counting on (平成32年3月31日 is 31 March 2020), because papers
    written before a change of era stay valid and are still in the files.

    Raises:
        ValueError: with a Japanese sentence that says what was expected.
    """
    compact = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    match = _WAREKI.fullmatch(compact)
    if match is None:
        raise ValueError("和暦の日付を「令和8年11月20日」または「R8.11.20」のように書いてください。")
    era = _ERA_BY_SIGN[match["sign"]]
    year = 1 if match["year"] == "元" else int(match["year"])
    if year == 0:
        raise ValueError("和暦の年は元年（1年）から始まります。")
    month, day_of_month = int(match["month"] or match["month2"]), int(match["day"] or match["day2"])
    try:
        day = date(era.begins.year + year - 1, month, day_of_month)
    except ValueError:
        raise ValueError(f"{month}月{day_of_month}日という日付は、その年にありません。") from None
    if day < era.begins:
        raise ValueError(f"{era.name}は{era.begins.year}年{era.begins.month}月{era.begins.day}日からです。")
    if day < SOLAR_CALENDAR_BEGINS:
        raise ValueError("明治5年以前は旧暦のため、日付として読めません。")
    return day
