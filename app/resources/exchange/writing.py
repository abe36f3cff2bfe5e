"""From entries to tables: the layouts in which the catalogue leaves. Pure; a row of facts in, a row of cells out.

Our own layout holds everything, and comes back in unchanged. The published ones (`published_layouts`) hold what they
have a column for. A text is given as it stands; `files` and `spreadsheets` see to it that no cell is run as a formula.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from app.resources.engine.environment import SHOWN
from app.resources.engine.schedule.document import timetable_of_text
from app.resources.engine.schedule.timetable import Timetable
from app.resources.engine.schedule.words import words_of
from app.resources.engine.trait_fields import INTERESTS, TAKING_PART
from app.resources.exchange.areas_served import written_areas
from app.resources.exchange.columns import TRAITS, Column
from app.resources.exchange.handles import handle_of
from app.resources.exchange.own_timetable import day_cells, machine_cell

Facts = Mapping[str, Any]
"""What is known of an entry, by column of the catalogue; see `app.resources.queries.exports.iterate_leaving`."""

Cell = str | int | float | None
"""None is empty. A number is one that people may add up or draw; whatever only looks like one is a text."""

PUBLIC_TRAITS: Final = SHOWN | {TAKING_PART, INTERESTS}
"""What the card shows to residents; the rest is for the staff's own work."""

_PLACES: Final = 6


@dataclass(frozen=True, slots=True)
class OutColumn:
    """A column of a file. `is_staff`: it leaves only in a file for the staff. `is_asked`: it is there to be filled in."""

    header: str
    value: Callable[[Facts], Cell]
    is_staff: bool = False
    is_asked: bool = True


@dataclass(frozen=True, slots=True)
class Layout:
    """A layout: its columns, and which entries fit into it at all."""

    code: str
    label: str
    columns: tuple[OutColumn, ...]
    hint: str
    takes: Callable[[Facts], bool] = lambda _: True

    def headers(self, *, for_staff: bool) -> list[str]:
        """Return the heads of the columns."""
        return [column.header for column in self.columns if for_staff or not column.is_staff]

    def rows(self, entries: Iterator[Facts], *, for_staff: bool) -> Iterator[list[Cell]]:
        """Yield the cells of each entry that fits."""
        makers = [column.value for column in self.columns if for_staff or not column.is_staff]
        for number, facts in enumerate(filter(self.takes, entries), start=1):
            numbered = {**facts, "number": number}
            yield [make(numbered) for make in makers]


def plain(name: str) -> Callable[[Facts], Cell]:
    """Return what makes the cell of a column of the catalogue: a text, a whole number, a day, a word."""

    def make(facts: Facts) -> Cell:
        value = facts[name]
        if isinstance(value, Enum):
            return str(value.value)
        return value if value is None or isinstance(value, str | int) else value.isoformat()

    return make


def label(name: str) -> Callable[[Facts], Cell]:
    """Return what makes the cell of a column that holds a word of ours: the name on screen."""
    return lambda facts: str(facts[name].label)


def answer(name: str, yes: str, no: str) -> Callable[[Facts], Cell]:
    """Return what makes the cell of a yes or no; what nobody asked stays empty."""
    return lambda facts: None if facts[name] is None else yes if facts[name] else no


def timetable_of_facts(facts: Facts) -> Timetable | None:
    """Return the timetable of an entry; one that cannot be read is as if nobody had written it."""
    text = facts["timetable"]
    if text in (None, "null"):
        return None
    try:
        return timetable_of_text(text)
    except ValueError:
        return None


def day_cell(column: Column) -> Callable[[Facts], Cell]:
    """Return what makes one of the cells about days and hours."""
    return lambda facts: day_cells(timetable_of_facts(facts), facts).get(column) or None


def coordinate(name: str) -> Callable[[Facts], Cell]:
    """Return what makes the cell of a coordinate, in degrees."""
    return lambda facts: None if facts[name] is None else round(facts[name], _PLACES)


def schedule_words(facts: Facts) -> str | None:
    """Return the timetable in words, None without one."""
    timetable = timetable_of_facts(facts)
    return (words_of(timetable) or None) if timetable is not None else None


def _with_point(name: str) -> Callable[[Facts], Cell]:
    # How exact a point is says nothing where there is none.
    def make(facts: Facts) -> Cell:
        value = facts[name] if facts["lat"] is not None else None
        return value.label if isinstance(value, Enum) and hasattr(value, "label") else value

    return make


def _trait(item: str) -> OutColumn:
    return OutColumn(item, lambda facts: facts["traits"].get(item), is_staff=item not in PUBLIC_TRAITS)


def establishment(facts: Facts) -> Cell:
    """Return the number of a care provider, which several of its services share; None for any other number."""
    number: str | None = facts["published_id"]
    return number if str(facts["identity"]).startswith("service|") else None


OWN: Final = Layout(
    "template",
    "つなぎの様式",
    (
        OutColumn(
            Column.HANDLE.value, lambda facts: handle_of(facts["id"], facts["created_at"]), is_asked=False
        ),
        OutColumn("id", lambda facts: None if establishment(facts) else facts["published_id"]),
        OutColumn(Column.ESTABLISHMENT.value, establishment, is_asked=False),
        OutColumn(Column.MUNICIPALITY.value, plain("municipality_code")),
        OutColumn(Column.KIND.value, plain("kind")),
        OutColumn(Column.LEGAL_BASIS.value, plain("legal_basis"), is_staff=True),
        OutColumn(Column.NAME.value, plain("name")),
        OutColumn(Column.KANA.value, plain("kana")),
        OutColumn(Column.NICKNAME.value, plain("nickname")),
        OutColumn(Column.OPERATOR.value, plain("operator")),
        OutColumn(Column.CORPORATE_NUMBER.value, plain("corporate_number")),
        OutColumn(Column.ADDRESS.value, plain("address")),
        OutColumn(Column.TOWN.value, plain("town")),
        OutColumn(Column.BUILDING.value, plain("building")),
        OutColumn(Column.LATITUDE.value, coordinate("lat")),
        OutColumn(Column.LONGITUDE.value, coordinate("lon")),
        OutColumn(Column.POINT_PRECISION.value, _with_point("point_precision")),
        OutColumn(Column.POINT_SOURCE.value, _with_point("point_source")),
        OutColumn(Column.SERVED_AREA.value, lambda facts: written_areas(facts["areas"]) or None),
        OutColumn(Column.SERVED_AREA_NOTE.value, plain("served_area")),
        OutColumn("曜日コード", day_cell(Column.WEEKDAYS)),
        OutColumn(Column.OPENS.value, day_cell(Column.OPENS)),
        OutColumn(Column.CLOSES.value, day_cell(Column.CLOSES)),
        OutColumn(Column.STARTS_ON.value, day_cell(Column.STARTS_ON)),
        OutColumn(Column.ENDS_ON.value, day_cell(Column.ENDS_ON)),
        OutColumn(Column.SCHEDULE_NOTE.value, plain("schedule_note")),
        OutColumn(Column.TIMETABLE_WORDS.value, schedule_words, is_asked=False),
        OutColumn(
            Column.TIMETABLE.value,
            lambda facts: machine_cell(timetable_of_facts(facts), facts) or None,
            is_asked=False,
        ),
        OutColumn(Column.AGE_FROM.value, plain("age_from")),
        OutColumn(Column.AGE_TO.value, plain("age_to")),
        OutColumn(Column.AUDIENCE.value, plain("audience")),
        OutColumn(Column.CAPACITY.value, plain("capacity")),
        OutColumn(Column.CAPACITY_NOTE.value, plain("capacity_note")),
        OutColumn(Column.ORIGINAL_USERS.value, plain("original_users"), is_staff=True),
        OutColumn(Column.GAP_WELCOME.value, answer("gap_welcome", "可", "不可")),
        OutColumn(Column.GAP_SEATS.value, plain("gap_seats")),
        OutColumn(Column.GAP_BASIS.value, plain("gap_basis")),
        OutColumn(Column.FEE.value, plain("fee")),
        OutColumn(Column.APPLICATION.value, plain("application")),
        OutColumn(Column.PICKUP.value, plain("pickup")),
        OutColumn(Column.NEAREST_STOP.value, plain("nearest_stop")),
        *map(_trait, TRAITS),
        OutColumn(Column.DESCRIPTION.value, plain("description")),
        OutColumn(Column.REMARKS.value, plain("remarks")),
        OutColumn(Column.URL.value, plain("url")),
        OutColumn(Column.CONTACT.value, plain("contact")),
        OutColumn(Column.CONTACT_IS_PUBLIC.value, answer("contact_is_public", "可", "不可")),
        OutColumn(Column.DISCLOSURE.value, label("disclosure")),
        OutColumn(Column.IS_LIGHT.value, answer("is_light", "1", "0")),
        OutColumn(Column.SOURCE.value, plain("source")),
        OutColumn(Column.CONFIRMED_ON.value, plain("confirmed_on")),
        OutColumn(Column.CONFIRMED_BY.value, plain("confirmed_by"), is_staff=True),
        OutColumn(Column.CHECK_INTERVAL.value, plain("check_interval_days"), is_staff=True),
        OutColumn(Column.NEXT_CHECK_ON.value, plain("next_check_on"), is_staff=True),
        OutColumn(Column.CHECK_NOTE.value, plain("check_note"), is_staff=True),
        OutColumn(Column.LISTING_AGREED_ON.value, plain("listing_agreed_on"), is_staff=True),
        OutColumn(Column.LISTING_AGREED_BY.value, plain("listing_agreed_by"), is_staff=True),
        OutColumn(Column.STATE.value, label("state")),
        OutColumn(Column.ENDED_ON.value, plain("ended_on"), is_staff=True),
        OutColumn(Column.END_REASON.value, plain("end_reason"), is_staff=True),
    ),
    "つなぎが持っている項目を、すべて入れます。表計算ソフトで直して、もう一度取り込めます。",
)
"""Our own layout, complete."""
