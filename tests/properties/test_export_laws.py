"""Laws of files that leave: whatever stands in an entry comes back as it was, and no cell begins a formula."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.geo.geocoding import PositionPrecision
from app.resources.engine.schedule.document import document_of
from app.resources.engine.schedule.summary import summary_of
from app.resources.engine.schedule.timetable import (
    Closure,
    HolidayRule,
    Meeting,
    SpecialDays,
    Timetable,
    YearlyBreak,
)
from app.resources.engine.trait_fields import FIELDS
from app.resources.exchange.cells import shielded, unshielded
from app.resources.exchange.checking import CheckedRow, check_rows, read_table
from app.resources.exchange.files import write_csv
from app.resources.exchange.writing import OWN
from app.resources.vocabulary import Disclosure, ResourceState
from app.text.values.reading import says_nothing

LAW = settings(deadline=None, max_examples=60)

# A file of text holds no control characters, and the ends of lines are one kind in the catalogue.
LETTERS = st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co"), exclude_characters="\u2028\u2029\ufeff")
DANGEROUS = st.sampled_from(("=", "+", "-", "@", "'", "'=", "＝", "＋"))


def said(text: str) -> bool:
    """Whether a text says anything: what does not is the same as an empty cell."""
    return not says_nothing(text) and bool(text.strip())


LINES = st.builds(lambda head, text: " ".join(f"{head}{text}".split()), st.one_of(st.just(""), DANGEROUS), st.text(LETTERS, max_size=40)).filter(said)  # fmt: skip
TEXTS = st.none() | LINES
PROSE = st.none() | st.lists(LINES, min_size=1, max_size=3).map("\n".join)
MINUTES = st.integers(0, 1800)
DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))


@st.composite
def spans(draw: st.DrawFn) -> tuple[int | None, int | None]:
    """Opening and closing minute, in their order."""
    opens, closes = sorted((draw(MINUTES), draw(MINUTES)))
    return (opens if draw(st.booleans()) else None), (
        closes if draw(st.booleans()) and closes > opens else None
    )


@st.composite
def meetings(draw: st.DrawFn) -> Meeting:
    opens, closes = draw(spans())
    first, last = sorted((draw(DAYS), draw(DAYS)))
    code = draw(st.sampled_from(("0We", "13Mo", "7Su", "0Mo0Tu", "6Fr")))
    return Meeting(
        code, opens, closes,
        draw(st.sampled_from((None, first))), draw(st.sampled_from((None, last))),
        draw(st.none() | DAYS), draw(TEXTS) or "", draw(TEXTS) or "",
    )  # fmt: skip


@st.composite
def stretches(draw: st.DrawFn) -> tuple[date, date]:
    first, last = sorted((draw(DAYS), draw(DAYS)))
    return first, last


@st.composite
def timetables(draw: st.DrawFn) -> Timetable:
    return Timetable(
        meetings=tuple(draw(st.lists(meetings(), max_size=3))),
        dates=tuple(SpecialDays(*days, *draw(spans())) for days in draw(st.lists(stretches(), max_size=2))),
        closures=tuple(Closure(*days, "工事") for days in draw(st.lists(stretches(), max_size=2))),
        breaks=tuple(
            YearlyBreak((8, day), (8, 20), "お盆") for day in draw(st.lists(st.integers(1, 19), max_size=1))
        ),
        holidays=draw(st.none() | st.sampled_from(HolidayRule)),
        says_more=draw(st.booleans()),
        may_add=draw(st.booleans()),
    )


NUMBERS = st.none() | st.integers(0, 100)
PLAIN = {
    "kana": TEXTS, "nickname": TEXTS, "operator": TEXTS, "description": PROSE, "remarks": PROSE, "address": TEXTS,
    "building": TEXTS, "nearest_stop": TEXTS, "pickup": TEXTS, "schedule_note": PROSE, "age_from": NUMBERS,
    "age_to": NUMBERS, "audience": TEXTS, "gap_welcome": st.none() | st.booleans(), "gap_basis": TEXTS,
    "capacity": NUMBERS, "capacity_note": TEXTS, "fee": TEXTS, "application": TEXTS, "source": TEXTS,
    "contact": TEXTS, "legal_basis": TEXTS, "confirmed_by": TEXTS, "check_note": PROSE,
    "listing_agreed_by": TEXTS, "end_reason": TEXTS, "confirmed_on": st.none() | DAYS,
    "listing_agreed_on": st.none() | DAYS, "ended_on": st.none() | DAYS,
    "check_interval_days": st.none() | st.integers(1, 3_650), "is_light": st.booleans(),
    "contact_is_public": st.booleans(), "name": LINES.filter(lambda text: any(letter.isalnum() for letter in text)),
}  # fmt: skip


def row_of(facts: dict[str, Any]) -> CheckedRow:
    """The entry, written into a file and read again."""
    rows = OWN.rows(iter((facts,)), for_staff=True)
    data = b"".join(write_csv(OWN.headers(for_staff=True), rows))
    (row,) = check_rows(read_table(data, "file.csv"))
    return row


def entry(known: dict[str, Any], timetable: Timetable | None, traits: dict[str, str]) -> dict[str, Any]:
    summary = summary_of(timetable)
    rest = dict.fromkeys(
        ("published_id", "corporate_number", "url", "point_source", "served_area", "town", "lat", "lon", "gap_seats",
         "original_users", "next_check_on")
    )  # fmt: skip
    return {
        **rest,
        **known,
        "id": 7,
        "created_at": datetime(2026, 11, 1, tzinfo=UTC),
        "identity": "name|居場所|甲|",
        "municipality_code": "242993",
        "kind": "居場所",
        "point_precision": PositionPrecision.UNKNOWN,
        "disclosure": Disclosure.PARTNERS,
        "state": ResourceState.PAUSED,
        "areas": [],
        "traits": traits,
        "timetable": None if timetable is None else json.dumps(document_of(timetable)),
        "schedule": summary.schedule,
        "weekday_mask": summary.weekday_mask,
        "opens_minute": summary.opens_minute,
        "closes_minute": summary.closes_minute,
    }


@LAW
@given(st.fixed_dictionaries(PLAIN))
def test_what_stands_in_an_entry_comes_back(known: dict[str, Any]) -> None:
    row = row_of(entry(known, None, {}))
    assert row.reasons == ()
    came_back = {name: row.values.get(name) for name in known}
    assert came_back == known


@LAW
@given(timetables())
def test_every_timetable_comes_back(timetable: Timetable) -> None:
    row = row_of(entry(dict.fromkeys(PLAIN) | {"name": "甲", "is_light": False}, timetable, {}))
    assert row.values["timetable"] == document_of(timetable)
    assert row.warnings == ()


@LAW
@given(st.dictionaries(st.sampled_from([asked.item for asked in FIELDS]), LINES, max_size=8))
def test_every_item_comes_back(traits: dict[str, str]) -> None:
    row = row_of(entry(dict.fromkeys(PLAIN) | {"name": "甲", "is_light": False}, None, traits))
    assert row.values.get("traits", {}) == traits


@LAW
@given(st.text(max_size=20) | st.builds("{}{}".format, DANGEROUS, st.text(max_size=20)))
def test_no_cell_begins_a_formula_and_each_can_be_read_again(text: str) -> None:
    cell = shielded(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))
    assert unshielded(cell) == text


@LAW
@given(st.lists(st.lists(LINES | st.none() | st.integers(0, 9), min_size=3, max_size=3), max_size=5))
def test_a_csv_has_the_cells_that_went_in(rows: list[list[str | int | None]]) -> None:
    data = b"".join(write_csv(["甲", "乙", "丙"], rows)).decode("utf-8-sig")
    read = list(csv.reader(io.StringIO(data, newline="")))[1:]
    assert [[unshielded(cell) for cell in row] for row in read] == [
        ["" if cell is None else str(cell) for cell in row] for row in rows
    ]
