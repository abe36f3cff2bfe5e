"""The columns of a row, a few that belong together at a time."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Final

from app.geo.corporate_number import parse_corporate_number
from app.geo.geocoding import PositionPrecision
from app.geo.points import parse_point
from app.resources.exchange import identity
from app.resources.exchange.cells import REMEMBERED, Cells, short
from app.resources.exchange.columns import Column
from app.resources.exchange.days_and_hours import names_calendar_days, parse_date
from app.resources.vocabulary import Disclosure, ResourceState
from app.text import values

PLACE_COLUMNS: Final = (
    Column.MUNICIPALITY_NAME,
    Column.ADDRESS,
    Column.ADDRESS_PREFECTURE,
    Column.ADDRESS_MUNICIPALITY,
    Column.ADDRESS_TOWN,
    Column.ADDRESS_NUMBER,
    Column.BUILDING,
    Column.VENUE,
)
_ADDRESS_PARTS: Final = (
    Column.ADDRESS_PREFECTURE,
    Column.ADDRESS_MUNICIPALITY,
    Column.ADDRESS_TOWN,
    Column.ADDRESS_NUMBER,
)
REMARKED: Final = (
    Column.NAME_IN_ENGLISH,
    Column.APPROVED_ON,
    Column.SHARED_SERVICE,
    Column.CARE_STANDARD,
    Column.DISABILITY_STANDARD,
)
"""What goes into the remarks under its heading."""

ANSWERED: Final = frozenset({Column.SHARED_SERVICE, Column.CARE_STANDARD, Column.DISABILITY_STANDARD})
"""Of these a yes is told by the heading alone."""

WAYS_TO_REACH: Final = {
    Column.EXTENSION: "内線",
    Column.FAX: "FAX",
    Column.MAIL: "メール",
    Column.CONTACT_FORM: "フォーム",
}
"""What goes into the contact under its word: as open or closed as the telephone is."""

SEATS: Final = ("capacity", "original_users", "gap_seats")
CROWDED: Final = "狭間枠：「本来の利用者」と「狭間枠」を合わせると「定員」より多くなります。本来の利用者の席が先です。数を確かめてください。"

INTERVAL_MOST: Final = 3_650
_OLDEST: Final = 130

parse_count = lru_cache(REMEMBERED)(values.parse_count)
parse_yes_no = lru_cache(REMEMBERED)(values.parse_yes_no)

_PRECISIONS: Final = {precision.label: precision for precision in PositionPrecision}
_DISCLOSURES: Final = {disclosure.label: disclosure for disclosure in Disclosure}
_STATES: Final = {
    "活動中": ResourceState.ACTIVE,
    "実施中": ResourceState.ACTIVE,
    "休止中": ResourceState.PAUSED,
    "休止": ResourceState.PAUSED,
    "お休み中": ResourceState.PAUSED,
    "終了": ResourceState.ENDED,
    "廃止": ResourceState.ENDED,
}
_TO_BE_CHECKED: Final = "要確認"


def address_of(cells: Cells) -> str:
    """Return the address as one text, put together where the file has it in parts."""
    whole = cells.words(Column.ADDRESS)
    return whole or "".join(cells.words(column) for column in _ADDRESS_PARTS)


def place_of(cells: Cells) -> identity.Place:
    """Return where the row is, for comparing."""
    return identity.place_of(
        address_of(cells),
        cells.words(Column.BUILDING),
        cells.words(Column.VENUE),
        cells.words(Column.MUNICIPALITY_NAME),
    )


def first_day_of(cells: Cells) -> str:
    """Return the date of an event as ISO text, '' for what has none."""
    value = parse_date(cells.one(Column.STARTS_ON)).value
    if value or cells.words(Column.STARTS_ON):
        return value.isoformat() if value else cells.words(Column.STARTS_ON)
    # A list of events may have its days in the column of the weekdays.
    days = cells.words(Column.WEEKDAYS)
    return days if names_calendar_days(days) else ""


def read_texts(cells: Cells) -> None:
    """Names, operator, words about it."""
    for name, column in (
        ("kana", Column.KANA),
        ("nickname", Column.NICKNAME),
        ("operator", Column.OPERATOR),
        ("legal_basis", Column.LEGAL_BASIS),
        ("nearest_stop", Column.NEAREST_STOP),
        ("pickup", Column.PICKUP),
        ("audience", Column.AUDIENCE),
        ("source", Column.SOURCE),
        ("confirmed_by", Column.CONFIRMED_BY),
        ("gap_basis", Column.GAP_BASIS),
        ("listing_agreed_by", Column.LISTING_AGREED_BY),
        ("end_reason", Column.END_REASON),
    ):
        cells.put_text(name, column)
    if handle := cells.words(Column.HANDLE):
        # Says of which entry the row is an edition; it is no column of the catalogue.
        cells.values["handle"] = handle
    cells.put_prose("description", Column.DESCRIPTION)
    cells.put_prose("remarks", Column.REMARKS)
    _remark(cells)
    fees = [*cells.all(Column.FEE), *cells.all(Column.FEE_DETAILS)]
    if fees:
        cells.put("fee", Column.FEE, " ".join(map(cells.spell, fees)))
    _read_application(cells)
    _read_areas(cells)
    _read_number(cells)
    _read_url(cells)


def _remark(cells: Cells) -> None:
    """Put what has no place of its own under the remarks, each with its heading."""
    lines = [line for column in REMARKED if (line := _remark_of(column, cells.words(column)))]
    if lines:
        said = cells.values.get("remarks")
        cells.values["remarks"] = "\n".join([*([str(said)] if said else []), *lines])


def _remark_of(column: Column, text: str) -> str:
    if column in ANSWERED:
        # A no is what people expect anyway, and 「1」 means nothing to a reader.
        answer = parse_yes_no(text).value
        if answer is not None:
            return column.value if answer else ""
    return f"{column.value}:{text}" if text else ""


def _read_application(cells: Cells) -> None:
    how = cells.words(Column.APPLICATION)
    until = " ".join(filter(None, map(cells.words, (Column.APPLY_UNTIL, Column.APPLY_UNTIL_TIME))))
    said = " ".join([*([how] if how else []), *([f"締切 {until}"] if until else [])])
    if said:
        cells.put("application", Column.APPLICATION, said)


def _read_areas(cells: Cells) -> None:
    """Take the areas by name, for the catalogue to find; what it does not find stays as words."""
    area = cells.words(Column.SERVED_AREA)
    note = cells.words(Column.SERVED_AREA_NOTE)
    if area:
        cells.values["areas_served"] = area
    if area or note:
        cells.put("served_area", Column.SERVED_AREA, f"{area}（{note}）" if area and note else area or note)
    if note:
        cells.values["areas_note"] = note


def _read_number(cells: Cells) -> None:
    text = cells.one(Column.CORPORATE_NUMBER)
    if not text:
        return
    try:
        cells.values["corporate_number"] = parse_corporate_number(text).digits
    except ValueError as problem:
        cells.keep_unread(Column.CORPORATE_NUMBER, text, str(problem))


def _read_url(cells: Cells) -> None:
    text = cells.words(Column.URL)
    if not text:
        return
    # Anything else that a browser follows (javascript:, file:) must never become a link.
    if text.lower().startswith(("http://", "https://")):
        cells.put("url", Column.URL, text)
    else:
        cells.keep_unread(Column.URL, text, "「https://」か「http://」で始まっていません。")


def read_place(cells: Cells) -> None:
    """Address, building, town, point and how exact it is. All of it may be missing: a light card has none."""
    address = address_of(cells)
    if address:
        cells.put("address", Column.ADDRESS, address)
    building = " ".join(text for text in (cells.words(Column.VENUE), cells.words(Column.BUILDING)) if text)
    if building:
        cells.put("building", Column.BUILDING, building)
    if town := cells.words(Column.TOWN):
        cells.values["town"] = town[:80]
    try:
        point = parse_point(cells.one(Column.LATITUDE), cells.one(Column.LONGITUDE))
    except ValueError as problem:
        cells.refuse(Column.LATITUDE, str(problem))
        return
    if point is None:
        return
    cells.values["point"] = (point.lon, point.lat)
    cells.put_text("point_source", Column.POINT_SOURCE)
    precision = cells.words(Column.POINT_PRECISION)
    if precision in _PRECISIONS:
        cells.values["point_precision"] = _PRECISIONS[precision].value
    elif precision:
        cells.keep_unread(
            Column.POINT_PRECISION, precision, f"「{'・'.join(_PRECISIONS)}」のどれかで書いてください。"
        )


def read_people(cells: Cells) -> None:
    """Who may come, and how many."""
    for name, column in (("age_from", Column.AGE_FROM), ("age_to", Column.AGE_TO)):
        cells.put_read(name, column, parse_count)
        age = cells.values.get(name)
        if isinstance(age, int) and age > _OLDEST:
            del cells.values[name]
            cells.keep_unread(column, cells.one(column), "年齢としては大きすぎます。")
    cells.put_read("gap_welcome", Column.GAP_WELCOME, parse_yes_no)
    cells.put_read("gap_seats", Column.GAP_SEATS, parse_count)
    cells.put_read("original_users", Column.ORIGINAL_USERS, parse_count)
    text = cells.words(Column.CAPACITY)
    capacity = parse_count(text)
    if capacity.value is not None:
        cells.values["capacity"] = capacity.value
    if capacity.reason or capacity.note:
        cells.put("capacity_note", Column.CAPACITY, text)
    cells.put_text("capacity_note", Column.CAPACITY_NOTE)
    if is_crowded(*(cells.values.get(name) for name in SEATS)):
        cells.reasons.append(CROWDED)
    if capacity.reason:
        cells.warnings.append(
            f"定員：{capacity.reason}人数は「不明」とし、書かれていた内容をそのまま残します。"
        )


def is_crowded(capacity: object, original_users: object, gap_seats: object) -> bool:
    """Tell whether a place promises more seats than it has; what is not known promises nothing."""
    numbers = [value for value in (capacity, original_users, gap_seats) if isinstance(value, int)]
    return len(numbers) == len(SEATS) and numbers[0] < numbers[1] + numbers[2]


def read_standing(cells: Cells) -> None:
    """Who may see it, whom to ask, who said so when, and whether it is going on."""
    contact = [*cells.all(Column.CONTACT_NAME), *cells.all(Column.CONTACT), *cells.all(Column.ASK)]
    said = [*map(cells.spell, contact), *_ways_to_reach(cells)]
    if said:
        cells.put("contact", Column.CONTACT, " ".join(dict.fromkeys(said)))
    cells.put_read("contact_is_public", Column.CONTACT_IS_PUBLIC, parse_yes_no)
    cells.put_read("is_light", Column.IS_LIGHT, parse_yes_no)
    _read_secrecy(cells)
    disclosure = cells.words(Column.DISCLOSURE)
    if disclosure in _DISCLOSURES:
        cells.values["disclosure"] = _DISCLOSURES[disclosure].value
    elif disclosure:
        # A guess could make public what must not be.
        cells.refuse(
            Column.DISCLOSURE,
            f"「{short(disclosure)}」は分かりません。「{'・'.join(_DISCLOSURES)}」のどれかで書いてください。",
        )
    cells.put_read("confirmed_on", Column.CONFIRMED_ON, parse_date)
    cells.put_read("listing_agreed_on", Column.LISTING_AGREED_ON, parse_date)
    cells.put_read("ended_on", Column.ENDED_ON, parse_date)
    _read_next_check(cells)
    state = cells.words(Column.STATE)
    if state in _STATES:
        cells.values["state"] = _STATES[state].value
    elif state == _TO_BE_CHECKED:
        cells.memos.append("状態「要確認」")
    elif state:
        known = "・".join(each.label for each in ResourceState)
        cells.keep_unread(Column.STATE, state, f"「{known}」のどれかで書いてください。")
    if note := cells.one(Column.CHECK_NOTE):
        cells.values["check_note"] = cells.spell_lines(note)


def _ways_to_reach(cells: Cells) -> list[str]:
    """Return number behind the switchboard, fax, mail and form, each under its word: `contact_parts` reads them again."""
    ways = [f"{word} {cells.words(column)}" for column, word in WAYS_TO_REACH.items() if cells.words(column)]
    note = cells.words(Column.CONTACT_NOTE)
    return [*ways, *([note] if note else [])]


def contact_parts(contact: str | None) -> dict[Column, str]:
    """Return what stands in a contact under its word, and everything before and between it as `CONTACT`."""
    text, parts = contact or "", {}
    for column, word in WAYS_TO_REACH.items():
        if found := re.search(rf"(?:^|(?<=\s)){word} (\S+)", text):
            parts[column] = found[1]
            text = f"{text[: found.start()]}{text[found.end() :]}"
    return parts | {Column.CONTACT: " ".join(text.split())}


def _read_next_check(cells: Cells) -> None:
    cells.put_read("check_interval_days", Column.CHECK_INTERVAL, parse_count)
    days = cells.values.get("check_interval_days")
    if isinstance(days, int) and not 0 < days <= INTERVAL_MOST:
        del cells.values["check_interval_days"]
        cells.keep_unread(
            Column.CHECK_INTERVAL,
            cells.one(Column.CHECK_INTERVAL),
            f"1から{INTERVAL_MOST}日で書いてください。",
        )
    due, _note = cells.read(Column.NEXT_CHECK_ON, parse_date)
    confirmed = cells.values.get("confirmed_on")
    if due is None:
        return
    if isinstance(confirmed, date) and due <= confirmed:
        cells.warnings.append(
            "次回確認期限：確認日より前の日付です。この期限は使わず、確認の間隔から決めます。"
        )
        return
    cells.values["next_check_on"] = due


def _read_secrecy(cells: Cells) -> None:
    # Where several columns mean it, none of them can take back what another one says.
    said = [parse_yes_no(cell) for cell in cells.all(Column.IS_REFUGE)]
    reason = next((secret.reason for secret in said if secret.reason), None)
    if any(secret.value for secret in said):
        cells.values["is_refuge"] = True
    elif reason:
        # The one cell where "not understood" must not pass: it may be the secret address of somebody in danger.
        cells.refuse(Column.IS_REFUGE, f"{reason}秘匿の場所のときは「1」と書いてください。")
