"""A cell of a spreadsheet as the text that a person would have written into a CSV."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any, Final

# From here on a spreadsheet has lost digits: it keeps fifteen.
_EXACT_BELOW: Final = 10**15
_ZEROS: Final = re.compile(r'"?(0{2,20})"?')
# Line breaks of old programs, as a spreadsheet spells them in its file.
_RETURN: Final = re.compile(r"_x000[Dd]_\r?\n?")


def text_of_cell(cell: Any) -> tuple[str, str]:
    """Return the text of a cell of openpyxl, and what is to be told of it ('' for nothing).

    Dates are ISO, times HH:MM, whole numbers without a fraction; an id that lost its digits stays visible as one
    (4.5e+15).
    """
    value = cell.value
    if value is None:
        return "", ""
    if cell.data_type == "e":
        return "", f"エラー（{value}）のため、空として読みます。元の表を直してください。"
    if isinstance(value, str):
        return _RETURN.sub("\n", value), ""
    if isinstance(value, bool):
        return str(value).upper(), ""
    if isinstance(value, int | float):
        return _number(value, cell.number_format), ""
    return _moment(value), ""


def _number(value: float, number_format: str | None) -> str:
    if value != value or abs(value) >= _EXACT_BELOW:
        return repr(float(value))
    if value == int(value):
        zeros = _ZEROS.fullmatch(number_format or "")
        return str(int(value)).zfill(len(zeros[1])) if zeros and value >= 0 else str(int(value))
    # Fifteen digits are what the sheet shows; further ones are noise of the binary number.
    return f"{value:.15g}"


def _moment(value: object) -> str:
    if isinstance(value, datetime):
        if value.time() == time(0):
            return value.date().isoformat()
        # Day 0 of the calendar of spreadsheets stands for no day.
        if value.year <= 1900:
            return _clock(value.hour, value.minute)
        return f"{value.date().isoformat()} {_clock(value.hour, value.minute)}"
    if isinstance(value, time):
        return _clock(value.hour, value.minute)
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60)
        return _clock(*divmod(minutes, 60))
    return value.isoformat() if isinstance(value, date) else str(value)


def _clock(hours: int, minutes: int) -> str:
    return f"{hours:02}:{minutes:02}"
