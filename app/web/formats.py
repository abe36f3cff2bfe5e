"""How values are written for people: dates with their weekday, counts with their unit, distances as they are said."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

from app import clock
from app.text.values import divide, with_plain_dashes
from app.text.values.weekdays import DAY_NAMES

# Beyond this, days are no longer a measure that anybody feels.
DAYS_THAT_ARE_FELT = 60


def _local(value: dt.date) -> dt.date:
    """A moment is shown as the clock on the wall shows it; a naive one is taken as already local."""
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        return value.astimezone(clock.now().tzinfo)
    return value


def _day(value: dt.date) -> dt.date:
    local = _local(value)
    return local.date() if isinstance(local, dt.datetime) else local


def weekday(value: dt.date) -> str:
    """木"""
    return DAY_NAMES[_day(value).weekday()]


def full_date(value: dt.date) -> str:
    """2026年11月20日（金）"""
    day = _day(value)
    return f"{day.year}年{day.month}月{day.day}日（{weekday(day)}）"


def short_date(value: dt.date) -> str:
    """11月20日（金） – within a year that is not in doubt."""
    day = _day(value)
    return f"{day.month}月{day.day}日（{weekday(day)}）"


def wareki_date(value: dt.date) -> str:
    """令和8年11月20日 – for papers that go to the city."""
    return clock.wareki(_day(value))


def clock_time(value: dt.datetime | dt.time) -> str:
    """9:30"""
    moment = _local(value) if isinstance(value, dt.datetime) else value
    assert isinstance(moment, dt.datetime | dt.time)
    return f"{moment.hour}:{moment.minute:02}"


def date_and_time(value: dt.datetime) -> str:
    """11月20日（金） 9:30"""
    return f"{short_date(value)} {clock_time(value)}"


def iso(value: dt.date) -> str:
    """The machine's writing, for the datetime attribute."""
    return _local(value).isoformat()


def relative_day(value: dt.date) -> str:
    """今日, きのう, 3日後 – as one says it aloud."""
    days = (_day(value) - clock.today()).days
    near = {0: "今日", 1: "あした", 2: "あさって", -1: "きのう", -2: "おととい"}
    if days in near:
        return near[days]
    side = "後" if days > 0 else "前"
    size = abs(days)
    if size <= DAYS_THAT_ARE_FELT:
        return f"{size}日{side}"
    if size < 365:
        return f"約{round(size / 30.4)}か月{side}"
    return f"約{size // 365}年{side}"


def count(number: int, unit: str = "件") -> str:
    """1,234件"""
    return f"{number:,}{unit}"


def metres(distance: float) -> str:
    """約350m, 約1.2km, 約14km – no more digits than a straight line on a map deserves."""
    if distance < 0:
        raise ValueError("a distance is not negative")
    if distance < 50:
        return "50m以内"
    rounded = round(distance / 50) * 50
    if rounded < 1000:
        return f"約{rounded}m"
    return f"約{distance / 1000:.1f}km" if distance < 9950 else f"約{distance / 1000:.0f}km"


def minutes(length: float) -> str:
    """18分, 1時間30分"""
    hours, rest = divmod(round(length), 60)
    if not hours:
        return f"{rest}分"
    return f"{hours}時間{rest}分" if rest else f"{hours}時間"


def phone(number: str) -> str:
    """090-1234-5678. How a landline is divided depends on the town; one written without hyphens is left whole."""
    written = with_plain_dashes(number).strip()
    return divide(written) or written


def dialled(number: str) -> str:
    """The number for a tel: link, digits and a leading plus alone."""
    return re.sub(r"[^0-9+]", "", unicodedata.normalize("NFKC", number))


FILTERS = {
    "weekday": weekday,
    "full_date": full_date,
    "short_date": short_date,
    "wareki": wareki_date,
    "clock_time": clock_time,
    "date_and_time": date_and_time,
    "iso": iso,
    "relative_day": relative_day,
    "counted": count,  # `count` is Jinja's own other name of `length`
    "metres": metres,
    "minutes": minutes,
    "phone": phone,
    "dialled": dialled,
}
