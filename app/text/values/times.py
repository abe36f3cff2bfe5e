"""Times of day and opening hours."""

import re
from dataclasses import dataclass
from typing import Final

from app.text.normalise import normalise_text
from app.text.values.reading import Reading, says_nothing, shown

MINUTES_PER_DAY: Final = 24 * 60
# Places that close after midnight write 「25:00」 or 「翌1:00」; nobody means more than the next morning.
_LATEST: Final = 30 * 60

_EXPECTED: Final = "時刻を「09:00」「9時30分」「午後1時」のように書いてください。"
_TIME: Final = (
    r"(?P<half>午前|午後|am|pm|正午)?\s*(?P<next>翌日?)?\s*"
    r"(?:(?P<hour>\d{1,2})(?:(?:[:;]|時(?!間))(?:(?P<minute>\d{1,2})分?|(?P<thirty>半))?(?::\d{1,2}(?:\.\d+)?)?)\s*(?P<half2>am|pm)?)"
)
_FULL: Final = re.compile(_TIME, re.IGNORECASE)
_COMPACT: Final = re.compile(r"(\d{1,2})(\d{2})")
# Excel keeps a time as a part of the day, and adds its day zero when asked for a text.
_DAY_FRACTION: Final = re.compile(r"0?\.\d+")
_DAY_IN_FRONT: Final = re.compile(r"^\d{4}-\d{2}-\d{2}[T ]")
_ALL_DAY: Final = re.compile(r"終日|24時間(?!以内|前)|一日中|全日")
# 「終日利用不可」 is the opposite of open all day.
_CLOSED: Final = re.compile(r"不可|休|閉|禁止|なし")
_RANGE_SIGN: Final = re.compile(r"\s*(?:[~〜\-‐–—―−/]|から|より)\s*")


@dataclass(frozen=True, slots=True, order=True)
class TimeOfDay:
    """Minutes from midnight, 0 to 1800: 24:00 (1440) is a closing time, and what lies beyond is the next morning."""

    minutes: int

    def __str__(self) -> str:
        return f"{self.minutes // 60:02d}:{self.minutes % 60:02d}"


@dataclass(frozen=True, slots=True, order=True)
class Hours:
    """One stretch of a day, `begins` before `ends`. All day is 00:00 to 24:00."""

    begins: TimeOfDay
    ends: TimeOfDay

    def __str__(self) -> str:
        return f"{self.begins}〜{self.ends}"


ALL_DAY: Final = Hours(TimeOfDay(0), TimeOfDay(MINUTES_PER_DAY))


def _time_from(text: str) -> tuple[TimeOfDay, str] | str:
    """The first time in a normalised text with the words around it, or the reason why there is none."""
    if text == "正午":
        return TimeOfDay(12 * 60), ""
    if _DAY_FRACTION.fullmatch(text):
        return TimeOfDay(round(float(text) * MINUTES_PER_DAY)), ""
    if compact := _COMPACT.fullmatch(text):
        hour, minute, note = int(compact[1]), int(compact[2]), ""
    else:
        match = _FULL.search(text)
        if match is None:
            return f"「{shown(text)}」: {_EXPECTED}"
        hour = int(match["hour"])
        minute = 30 if match["thirty"] else int(match["minute"] or 0)
        half = (match["half"] or match["half2"] or "").lower()
        if half in {"午前", "午後", "am", "pm"} and hour > 12:
            half = ""
        if half in {"午後", "pm"} and hour < 12:
            hour += 12
        if half in {"午前", "am"} and hour == 12:
            hour = 0
        if match["next"]:
            hour += 24
        note = f"{text[: match.start()].strip()} {text[match.end() :].strip()}".strip()
    if minute > 59 or hour * 60 + minute > _LATEST:
        return f"「{shown(text)}」という時刻はありません。{_EXPECTED}"
    return TimeOfDay(hour * 60 + minute), note


def parse_time(cell: str) -> Reading[TimeOfDay]:
    """Read one time: `９：００`, `10:00:00`, `9時半`, `午後1時`, `正午`, `24:00`, `翌1:00`, `0900`, Excel's `0.375`.

    Words beside the time become the note. 終日 is a reason here, since it is a stretch: see `parse_hours`.
    """
    if says_nothing(cell):
        return Reading()
    text = _DAY_IN_FRONT.sub("", normalise_text(cell))
    if _ALL_DAY.search(text) and not re.search(r"\d:", text):
        return Reading(reason=f"「{shown(text)}」は時刻ではなく時間帯です。{_EXPECTED}")
    found = _time_from(text)
    if isinstance(found, str):
        return Reading(reason=found)
    time, note = found
    if re.search(r"\d:\d", note) and not re.search(r"[※(]", note):
        return Reading(reason=f"「{shown(text)}」には時刻が二つ以上あります。{_EXPECTED}")
    return Reading(time, note=note)


def parse_hours(begins_cell: str, ends_cell: str = "") -> Reading[tuple[Hours, ...]]:
    """Read opening hours from a start and an end cell, or from one cell that holds a range.

    `終日` and `24時間` in either cell mean all day. Several lines (`10:00⏎13:30` and `12:30⏎16:00`) are several
    stretches, paired line by line; a single cell may list ranges with 、 or ／ (`9:00〜12:00、13:00〜16:00`).
    A stretch that would end before it begins runs past midnight when it ends by 06:00, else it is a reason.
    """
    if says_nothing(begins_cell) and says_nothing(ends_cell):
        return Reading()
    for cell in (begins_cell, ends_cell):
        text = normalise_text(cell)
        all_day = _ALL_DAY.search(text)
        if all_day and _CLOSED.search(text):
            return Reading(reason=f"「{shown(text)}」は開いている時間ではありません。{_EXPECTED}")
        if all_day and not re.search(r"\d:\d", text):
            return Reading((ALL_DAY,), note=f"{text[: all_day.start()]}{text[all_day.end() :]}".strip())
    if says_nothing(ends_cell):
        return _hours_in_one_cell(begins_cell)
    if says_nothing(begins_cell):
        return Reading(
            reason=f"終了「{shown(normalise_text(ends_cell))}」だけがあり、開始がありません。{_EXPECTED}"
        )
    begins_lines, ends_lines = _time_lines(begins_cell), _time_lines(ends_cell)
    if len(begins_lines) != len(ends_lines):
        return Reading(
            reason=f"開始が{len(begins_lines)}行、終了が{len(ends_lines)}行で、組にできません。行数をそろえてください。"
        )
    notes = [line for cell in (begins_cell, ends_cell) for line in _note_lines(cell)]
    return _paired(list(zip(begins_lines, ends_lines, strict=True)), notes)


def _lines(cell: str) -> list[str]:
    return [text for line in cell.splitlines() if (text := normalise_text(line))]


def _time_lines(cell: str) -> list[str]:
    lines = _lines(cell)
    # A line that begins with ※ is a remark about the time above it, even when it names a time itself.
    return [line for line in lines if not line.startswith(("※", "*", "("))] or lines


def _note_lines(cell: str) -> list[str]:
    return [line for line in _lines(cell) if line not in _time_lines(cell)]


def _hours_in_one_cell(cell: str) -> Reading[tuple[Hours, ...]]:
    text = " ".join(_time_lines(cell))
    pieces = [
        _RANGE_SIGN.split(piece) for piece in re.split(r"[、,]|(?<=\d) (?=\d)", _DAY_IN_FRONT.sub("", text))
    ]
    if any(len(piece) != 2 for piece in pieces):
        return Reading(
            reason=f"「{shown(text)}」: 開始と終了を「09:00」「17:00」、または「09:00〜17:00」と書いてください。"
        )
    return _paired([(begins, ends.removesuffix("まで")) for begins, ends in pieces], _note_lines(cell))


def _paired(pairs: list[tuple[str, str]], notes: list[str]) -> Reading[tuple[Hours, ...]]:
    stretches: list[Hours] = []
    for begins_text, ends_text in pairs:
        begins, ends = parse_time(begins_text), parse_time(ends_text)
        if begins.value is None or ends.value is None:
            return Reading(reason=begins.reason or ends.reason or _EXPECTED)
        last = ends.value
        if last <= begins.value and last.minutes <= 6 * 60:
            last = TimeOfDay(last.minutes + MINUTES_PER_DAY)
        if last <= begins.value:
            return Reading(reason=f"終了「{last}」が開始「{begins.value}」より後ではありません。")
        stretches.append(Hours(begins.value, last))
        notes += [note for note in (begins.note, ends.note) if note]
    return Reading(tuple(stretches), note=" ".join(notes))
