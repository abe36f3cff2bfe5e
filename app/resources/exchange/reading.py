"""The columns of a row, a few that belong together at a time."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from app.geo.corporate_number import parse_corporate_number
from app.geo.geocoding import PositionPrecision
from app.geo.points import parse_point
from app.resources.exchange import identity
from app.resources.exchange.cells import REMEMBERED, Cells, prose, short, tidy
from app.resources.exchange.columns import Column
from app.resources.exchange.days_and_hours import parse_date
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
    return value.isoformat() if value else cells.words(Column.STARTS_ON)


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
        ("application", Column.APPLICATION),
        ("source", Column.SOURCE),
        ("confirmed_by", Column.CONFIRMED_BY),
    ):
        cells.put_text(name, column)
    cells.put_prose("description", Column.DESCRIPTION)
    cells.put_prose("remarks", Column.REMARKS)
    fees = [*cells.all(Column.FEE), *cells.all(Column.FEE_DETAILS)]
    if fees:
        cells.put("fee", Column.FEE, " ".join(map(tidy, fees)))
    area = cells.words(Column.SERVED_AREA)
    note = cells.words(Column.SERVED_AREA_NOTE)
    if area or note:
        cells.put("served_area", Column.SERVED_AREA, f"{area}（{note}）" if area and note else area or note)
    _read_number(cells)
    _read_url(cells)


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
    text = cells.words(Column.CAPACITY)
    capacity = parse_count(text)
    if capacity.value is not None:
        cells.values["capacity"] = capacity.value
    if capacity.reason or capacity.note:
        cells.put("capacity_note", Column.CAPACITY, text)
    if capacity.reason:
        cells.warnings.append(
            f"定員：{capacity.reason}人数は「不明」とし、書かれていた内容をそのまま残します。"
        )


def read_standing(cells: Cells) -> None:
    """Who may see it, whom to ask, who said so when, and whether it is going on."""
    contact = [*cells.all(Column.CONTACT_NAME), *cells.all(Column.CONTACT), *cells.all(Column.ASK)]
    if contact:
        cells.put("contact", Column.CONTACT, " ".join(dict.fromkeys(map(tidy, contact))))
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
    state = cells.words(Column.STATE)
    if state in _STATES:
        cells.values["state"] = _STATES[state].value
    elif state == _TO_BE_CHECKED:
        cells.memos.append("状態「要確認」")
    elif state:
        cells.keep_unread(Column.STATE, state, "「活動中・休止中・終了」のどれかで書いてください。")
    if note := cells.one(Column.CHECK_NOTE):
        cells.values["check_note"] = prose(note)


def _read_secrecy(cells: Cells) -> None:
    text = cells.one(Column.IS_REFUGE)
    secret = parse_yes_no(text)
    if secret.value:
        cells.values["is_refuge"] = True
    elif secret.reason:
        # The one cell where "not understood" must not pass: it may be the secret address of somebody in danger.
        cells.refuse(Column.IS_REFUGE, f"{secret.reason}秘匿の場所のときは「1」と書いてください。")
