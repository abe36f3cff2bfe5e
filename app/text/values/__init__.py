"""Reading the cells of municipal files: each parser takes any string and answers with a `Reading`, never an exception.

A cell that says nothing (empty, 「-」, 不明, 未定) is *blank*: the value is unknown, which is no error. A cell that
says something we cannot read carries a Japanese reason that tells what was expected. What was read around the
value (「約」, 「当日先着」, 「月1回」) is kept as a note for people.
"""

from app.text.values.booleans import parse_yes_no
from app.text.values.counts import parse_count
from app.text.values.dates import parse_date
from app.text.values.phones import (
    PhoneNumber,
    divide,
    first_phone_in,
    parse_phones,
    phone_digits_in,
    phones_as_written,
    with_plain_dashes,
)
from app.text.values.reading import Reading
from app.text.values.times import Hours, TimeOfDay, parse_hours, parse_time
from app.text.values.weekdays import DayRule, Weekdays, parse_weekdays

__all__ = [
    "DayRule",
    "Hours",
    "PhoneNumber",
    "Reading",
    "TimeOfDay",
    "Weekdays",
    "divide",
    "first_phone_in",
    "parse_count",
    "parse_date",
    "parse_hours",
    "parse_phones",
    "parse_time",
    "parse_weekdays",
    "parse_yes_no",
    "phone_digits_in",
    "phones_as_written",
    "with_plain_dashes",
]
