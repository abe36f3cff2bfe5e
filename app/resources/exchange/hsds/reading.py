"""What others publish in HSDS as a table under our own headers, so that an import treats it like any other file.

A list answer, a single answer or an array is read; each service becomes a row, and one that is offered at several
locations a row for each. Its number is its place in the file. What comes from a catalogue like ours says more than HSDS
can, and is taken as it was written there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.resources.engine.schedule.document import document_of
from app.resources.engine.trait_fields import FEE_YEN, LANGUAGES, TAKING_PART
from app.resources.engine.trait_fields import text_of as joined
from app.resources.exchange.areas_served import written_areas
from app.resources.exchange.columns import TRAITS, Column
from app.resources.exchange.hsds.documents import CORPORATE_NUMBER, LANGUAGE_CODES, STATUS, TOWN, WORDS
from app.resources.exchange.hsds.facts import TRAIT_CODES, Taxonomy
from app.resources.exchange.hsds.schedule_reading import Found, read_schedules
from app.resources.exchange.hsds.values import facts_in, is_ours, part_of, parts_of, terms_in, text_of
from app.resources.exchange.own_timetable import WORDS_ONLY
from app.resources.policies import AGREED
from app.resources.vocabulary import Coverage, ResourceState
from app.text.tables import Line, Source, Table, TableRefused, open_source, read_head, refuse_large
from app.text.values.weekdays import parse_weekdays

_COLUMNS: Final = (
    Column.HANDLE, Column.PUBLISHED_ID, Column.ESTABLISHMENT, Column.MUNICIPALITY, Column.KIND, Column.NAME,
    Column.KANA, Column.NICKNAME, Column.OPERATOR, Column.CORPORATE_NUMBER, Column.DESCRIPTION, Column.REMARKS,
    Column.URL, Column.ADDRESS, Column.BUILDING, Column.TOWN, Column.LATITUDE, Column.LONGITUDE,
    Column.POINT_PRECISION, Column.POINT_SOURCE, Column.SERVED_AREA, Column.SERVED_AREA_NOTE, Column.NEAREST_STOP,
    Column.PICKUP, Column.TIMETABLE, Column.SCHEDULE_NOTE, Column.AGE_FROM, Column.AGE_TO, Column.AUDIENCE,
    Column.GAP_WELCOME, Column.GAP_SEATS, Column.GAP_BASIS, Column.CAPACITY, Column.CAPACITY_NOTE, Column.FEE,
    Column.APPLICATION, Column.CONTACT, Column.IS_LIGHT, Column.SOURCE, Column.CONFIRMED_ON,
    Column.LISTING_AGREED_ON, Column.STATE,
)  # fmt: skip
HEADERS: Final = (*(column.value for column in _COLUMNS), *TRAITS)
"""The headers of the table, in their order."""

_NO_JSON: Final = (
    "JSONとして読み取れません。途中で切れていないか確かめ、もう一度ダウンロードしてからお試しください。"
)
_NO_SERVICES: Final = (
    "HSDSのサービスの一覧ではありません。「/services?full=true」の答えを保存したファイルを選んでください。"
)
# A whole prefecture has some ten thousand places. More than this would keep a web request busy for minutes.
_ROWS_MOST, _PLACES_MOST = 50_000, 1_000
# What the services say, once for each of their places, in characters.
_TEXT_MOST: Final = 100_000_000
# Twenty million numbers and brackets are as many objects in memory, however small the file.
_VALUES_MOST: Final = 5_000_000
_TOO_MANY: Final = f"サービスと場所が多すぎます。合わせて{_ROWS_MOST:,}件まで読めます。市町村ごとなど、いくつかのファイルに分けてください。"
_TOO_MUCH: Final = (
    "JSONの中身が多すぎます。市町村ごとなど、いくつかのファイルに分けて、もう一度お試しください。"
)
_BLANKS: Final = b" \t\r\n\xef\xbb\xbf"
_STATES: Final = {
    **{status: state.label for state, status in STATUS.items()},
    "inactive": ResourceState.PAUSED.label,
}
_FROM_FACTS: Final = {
    "published_id": Column.PUBLISHED_ID,
    "establishment_number": Column.ESTABLISHMENT,
    "municipality_code": Column.MUNICIPALITY,
    "kana": Column.KANA,
    "remarks": Column.REMARKS,
    "pickup": Column.PICKUP,
    "gap_welcome": Column.GAP_WELCOME,
    "gap_seats": Column.GAP_SEATS,
    "gap_basis": Column.GAP_BASIS,
    "capacity": Column.CAPACITY,
    "capacity_note": Column.CAPACITY_NOTE,
    "source": Column.SOURCE,
    "listing_agreed_on": Column.LISTING_AGREED_ON,
    "town": Column.TOWN,
    "position_precision": Column.POINT_PRECISION,
    "position_source": Column.POINT_SOURCE,
}
_TRAIT_OF: Final = {code: item for item, code in TRAIT_CODES.items()} | {"listing_agreed": AGREED}
_LANGUAGE_OF: Final = {code: language.label for language, code in LANGUAGE_CODES.items()}
_LANGUAGE_NAMES: Final = {language.label for language in LANGUAGE_CODES} | {"手話"}

_Cells = dict[str, str]


@dataclass(frozen=True)
class _Rows:
    services: Sequence[Any]

    def lines(self) -> Iterator[Line]:
        """Yield the rows, numbered from 1. Each is made anew, so that no more than the file itself is held."""
        rows = (cells for service in self.services for cells in _rows_of(service))
        for number, cells in enumerate(rows, start=1):
            yield Line(number, tuple(cells.get(header, "") for header in HEADERS))


def is_json(source: Source) -> bool:
    """Tell whether a file begins as JSON does. A table does not: its header begins with a word."""
    head = read_head(source, 64)
    return head.lstrip(_BLANKS)[:1] in (b"{", b"[")


def read_services(source: Source, name: str) -> Table:
    """Read a file of services; raise `TableRefused` with a Japanese message when it holds none."""
    refuse_large(source)
    with open_source(source) as file:
        data = file.read()
    # Each value stands behind one of these. Those inside of texts count too: a list of this size has none to spare.
    if data.count(b",") + data.count(b"[") + data.count(b"{") > _VALUES_MOST:
        raise TableRefused(_TOO_MUCH)
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        raise TableRefused(_NO_JSON) from None
    services = list(_services_in(document))
    if not any(isinstance(service, Mapping) and "status" in service for service in services):
        raise TableRefused(_NO_SERVICES)
    return Table(name, "HSDS（JSON）", HEADERS, 0, _count_rows(services), _Rows(services))


def _count_rows(services: Sequence[Any]) -> int:
    """Return how many rows the services make, without making them; raise `TableRefused` when they are too many."""
    rows = text = 0
    for place, service in enumerate(services, start=1):
        if rows >= _ROWS_MOST:
            raise TableRefused(_TOO_MANY)
        places = _places_of(service)
        rows += max(1, len(places))
        if len(places) > _PLACES_MOST:
            raise TableRefused(
                f"{place}番目のサービスの場所が多すぎます（{len(places):,}か所）。一つのサービスに{_PLACES_MOST:,}か所まで読めます。"
                "サービスを分けてください。"
            )
        if len(places) > 1:
            shared = {key: value for key, value in service.items() if key != "service_at_locations"}
            text += len(json.dumps(shared)) * len(places)
        if text > _TEXT_MOST:
            raise TableRefused(_TOO_MUCH)
    if rows > _ROWS_MOST:
        raise TableRefused(_TOO_MANY)
    return rows


def _places_of(service: Any) -> list[Mapping[str, Any]]:
    """Return the places that make a row each: none of what is no service, no more than one of ours."""
    if not isinstance(service, Mapping):
        return []
    places = parts_of(service, "service_at_locations")
    return places[:1] if is_ours(service) else places


def _services_in(document: Any) -> Iterable[Any]:
    if isinstance(document, Mapping):
        contents = document.get("contents")
        found = contents if isinstance(contents, list) else [document]
    else:
        found = document if isinstance(document, list) else []
    for each in found:
        service = part_of(each, "service") if isinstance(each, Mapping) else None
        # A service at a location holds its service inside.
        yield {**service, "service_at_locations": [each]} if service else each


def _rows_of(service: Any) -> Iterator[_Cells]:
    if not isinstance(service, Mapping):
        # It keeps its place, and is refused there with its reason.
        yield {Column.STATE: ResourceState.ACTIVE.label}
        return
    places = _places_of(service)
    if is_ours(service):
        yield _own_row(service, part_of(places[0], "location") if places else {})
        return
    for number, place in enumerate(places or [{}], start=1):
        yield _foreign_row(service, place, number=number, among=len(places))


def _shared_cells(service: Mapping[str, Any], location: Mapping[str, Any]) -> _Cells:
    organization = part_of(service, "organization")
    numbers = [
        text_of(each, "identifier")
        for each in parts_of(organization, "organization_identifiers")
        if text_of(each, "identifier_type") == CORPORATE_NUMBER
    ]
    return {
        Column.NAME: text_of(service, "name"),
        Column.NICKNAME: text_of(service, "alternate_name"),
        Column.OPERATOR: text_of(organization, "name"),
        Column.CORPORATE_NUMBER: numbers[0] if numbers else "",
        Column.DESCRIPTION: text_of(service, "description"),
        Column.URL: text_of(service, "url"),
        Column.LATITUDE: text_of(location, "latitude"),
        Column.LONGITUDE: text_of(location, "longitude"),
        Column.NEAREST_STOP: text_of(location, "transportation"),
        Column.AGE_FROM: text_of(service, "minimum_age"),
        Column.AGE_TO: text_of(service, "maximum_age"),
        Column.AUDIENCE: text_of(service, "eligibility_description"),
        Column.FEE: text_of(service, "fees_description"),
        Column.APPLICATION: text_of(service, "application_process"),
        Column.CONFIRMED_ON: text_of(service, "assured_date"),
        Column.STATE: _STATES.get(text_of(service, "status"), ""),
    }


def _own_row(service: Mapping[str, Any], location: Mapping[str, Any]) -> _Cells:
    facts = facts_in(service) | facts_in(location)
    for access in parts_of(location, "accessibility"):
        facts |= facts_in(access)
    service_id = text_of(service, "id").lower()
    address = next(iter(parts_of(location, "addresses")), {})
    contacts = [text_of(contact, "name") for contact in parts_of(service, "contacts")]
    phones = [text_of(phone, "number") for phone in parts_of(service, "phones")]
    words = [
        text_of(area, "name")
        for area in parts_of(service, "service_areas")
        if text_of(area, "extent_type") == WORDS
    ]
    cells = _shared_cells(service, location) | {
        Column.HANDLE: service_id,
        Column.KIND: _own_kind(service),
        Column.ADDRESS: text_of(address, "address_1"),
        Column.BUILDING: text_of(location, "name"),
        Column.SERVED_AREA: written_areas(_areas(service)),
        Column.SERVED_AREA_NOTE: "".join(words),
        Column.CONTACT: (contacts or phones or [""])[0],
        Column.IS_LIGHT: "1" if facts.get("card") == "light" else "0",
        TAKING_PART: joined(
            name for taxonomy, name in terms_in(service) if taxonomy == Taxonomy.TAKING_PART.id
        ),
        LANGUAGES: joined(text_of(language, "name") for language in parts_of(service, "languages")),
        FEE_YEN: next((text_of(cost, "amount") for cost in parts_of(service, "cost_options")), ""),
    }
    cells |= {column: facts[code] for code, column in _FROM_FACTS.items() if code in facts}
    cells |= {item: facts[code] for code, item in _TRAIT_OF.items() if code in facts}
    if not {"published_id", "establishment_number"} & facts.keys():
        # Nobody has given it an id but ours: under that it is known from now on.
        cells[Column.PUBLISHED_ID] = service_id
    return cells | _day_cells(read_schedules(parts_of(service, "schedules")))


def _own_kind(service: Mapping[str, Any]) -> str:
    terms = [part_of(attribute, "taxonomy_term") for attribute in parts_of(service, "attributes")]
    return next(
        (text_of(term, "name") for term in terms if text_of(term, "code").startswith("kind:")),
        "",
    )


def _areas(service: Mapping[str, Any]) -> Iterator[tuple[str, Coverage, bool]]:
    coverages = {coverage.label: coverage for coverage in Coverage}
    for area in parts_of(service, "service_areas"):
        sort = text_of(area, "extent_type")
        if sort != WORDS:
            how_far = coverages.get(text_of(area, "description"), Coverage.WHOLE)
            yield text_of(area, "name"), how_far, sort == TOWN


def _day_cells(found: Found) -> _Cells:
    cells = {Column.SCHEDULE_NOTE.value: "\n".join(found.notes)}
    document: dict[str, Any] | None = None
    if found.timetable is not None:
        document = document_of(found.timetable)
    elif found.words or found.opens is not None or found.closes is not None:
        days = parse_weekdays(found.words).value
        document = {
            "v": WORDS_ONLY,
            "days": found.words[:200] or None,
            "mask": sum(1 << (day - 1) for day in days.days) if days and days.days else None,
            "opens": found.opens,
            "closes": found.closes,
        }
    if document is not None:
        cells[Column.TIMETABLE] = json.dumps(document, ensure_ascii=False)
    return cells


def _foreign_row(service: Mapping[str, Any], place: Mapping[str, Any], *, number: int, among: int) -> _Cells:
    location = part_of(place, "location")
    cells = _shared_cells(service, location)
    service_id = text_of(service, "id").lower()
    title = text_of(location, "name") or text_of(location, "alternate_name")
    if among > 1:
        cells[Column.NAME] = (
            f"{cells[Column.NAME]}（{title or f'{number}か所目'}）" if cells[Column.NAME] else ""
        )
        service_id = text_of(place, "id").lower() or f"{service_id}#{number}"
    kinds = [name for _taxonomy, name in terms_in(service)]
    both = (service, place, location)
    people = [text_of(contact, "name") for part in both for contact in parts_of(part, "contacts")]
    phones = [text_of(phone, "number") for part in both for phone in _phones(part)]
    schedules = [schedule for part in both for schedule in parts_of(part, "schedules")]
    cells |= {
        Column.PUBLISHED_ID: service_id,
        Column.KIND: kinds[0] if kinds else "",
        Column.REMARKS: "\n".join(
            filter(
                None, (text_of(service, name) for name in ("alert", "wait_time", "interpretation_services"))
            )
        ),
        Column.URL: cells[Column.URL] or text_of(part_of(service, "organization"), "website"),
        Column.FEE: cells[Column.FEE] or text_of(service, "fees") or _cost(service),
        Column.ADDRESS: _address(location),
        Column.BUILDING: title,
        Column.SERVED_AREA: "、".join(
            filter(None, (text_of(area, "name") for area in parts_of(service, "service_areas")))
        ),
        Column.CONTACT: " ".join(dict.fromkeys(filter(None, [*people, *phones]))),
        LANGUAGES: joined(dict.fromkeys(filter(None, map(_language, parts_of(service, "languages"))))),
        "バリアフリー情報": "、".join(
            filter(None, (text_of(each, "description") for each in parts_of(location, "accessibility")))
        ),
    }
    return cells | _day_cells(read_schedules(schedules))


def _phones(part: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    of_contacts = [phone for contact in parts_of(part, "contacts") for phone in parts_of(contact, "phones")]
    return [*parts_of(part, "phones"), *of_contacts]


def _cost(service: Mapping[str, Any]) -> str:
    costs = (
        text_of(cost, "amount_description")
        or f"{text_of(cost, 'amount')} {text_of(cost, 'currency')}".strip()
        for cost in parts_of(service, "cost_options")
    )
    return "、".join(filter(None, costs))


def _language(language: Mapping[str, Any]) -> str:
    name, code = text_of(language, "name"), text_of(language, "code").lower()
    return name if name in _LANGUAGE_NAMES else _LANGUAGE_OF.get(code, "")


def _address(location: Mapping[str, Any]) -> str:
    addresses = parts_of(location, "addresses")
    if not addresses:
        return ""
    named = [each for each in addresses if text_of(each, "address_type") == "physical"]
    address = (named or addresses)[0]
    street = text_of(address, "address_1") + text_of(address, "address_2")
    # Japanese addresses begin with the largest part; one that has it already is left as it stands.
    for part in ("city", "state_province"):
        said = text_of(address, part)
        if said and said not in street:
            street = f"{said}{street}"
    return street
