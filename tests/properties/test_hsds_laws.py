"""Laws of the exchange in HSDS: what goes out comes back, and nothing that comes in breaks the reader."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.resources.engine.schedule.timetable import Timetable
from app.resources.exchange.checking import Options, check_rows, read_table
from app.resources.exchange.hsds import clock_times
from app.resources.exchange.hsds.documents import city_of, service_document
from app.resources.exchange.hsds.offers import Offer
from app.resources.exchange.hsds.schedule_reading import read_schedules
from app.resources.exchange.hsds.schedules import schedules_of
from app.resources.vocabulary import KindGroup
from app.text.values.weekdays import EVERY_OTHER_WEEK
from tests.properties.test_schedule_laws import TIMETABLES, spans

LAW = settings(deadline=None)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)


def offer_with(**facts: Any) -> Offer:
    """An offer of which no more is known than these facts."""
    return Offer(
        key="id|242993|R-1",
        municipality="242993",
        kind="居場所",
        group=KindGroup.TAKING_PART,
        name="場",
        updated_at=datetime(2026, 4, 1, tzinfo=UTC),
        **facts,
    )


def as_told(timetable: Timetable) -> Timetable:
    """The timetable without what no schedule says: blanks around words, and an anchor that nothing hangs on."""

    def meeting(each: Any) -> Any:
        hangs = any(weeks >> EVERY_OTHER_WEEK & 1 for weeks in each.weeks)
        return replace(
            each, anchor=each.anchor if hangs else None, who=each.who.strip(), note=each.note.strip()
        )

    return replace(
        timetable,
        meetings=tuple(dict.fromkeys(map(meeting, timetable.meetings))),
        dates=tuple(replace(each, note=each.note.strip()) for each in timetable.dates),
        closures=tuple(replace(each, why=each.why.strip()) for each in timetable.closures),
        breaks=tuple(replace(each, why=each.why.strip()) for each in timetable.breaks),
    )


@LAW
@given(TIMETABLES)
def test_a_timetable_comes_back_from_its_schedules(timetable: Timetable) -> None:
    told = as_told(timetable)
    without_anchors = [replace(each, anchor=None) for each in told.meetings]
    assume(len(set(without_anchors)) == len(without_anchors))
    assume(told.names_days or told.closures or told.breaks or told.holidays)
    schedules = schedules_of(offer_with(timetable=timetable, schedule_note="補足"))

    found = read_schedules(json.loads(json.dumps(schedules)))

    assert found.timetable == told
    assert found.notes == ["補足"]
    assert len({each["id"] for each in schedules}) == len(schedules)


@LAW
@given(spans())
def test_hours_come_back_as_they_were(hours: tuple[int | None, int | None]) -> None:
    written = clock_times.written(*hours)

    assert clock_times.read(written.get("opens_at"), written.get("closes_at")) == hours


@LAW
@given(st.dictionaries(st.sampled_from(sorted(service_document(offer_with()))), JSON), JSON)
def test_whatever_stands_in_a_file_each_row_is_taken_or_refused_with_a_reason(
    service: dict[str, Any], places: Any
) -> None:
    document = [{**service, "service_at_locations": places}, {"name": "よい行", "status": "active"}]

    rows = check_rows(read_table(json.dumps(document).encode(), "x.json"), Options(kind="居場所"))

    assert rows[-1].name == "よい行"
    assert rows[-1].reasons == ()
    assert all(reason for row in rows for reason in row.reasons)


@LAW
@given(st.text("三重香川県東京都市町村郡区四日廿余高松1-", max_size=20))
def test_city_and_prefecture_are_parts_of_the_address(address: str) -> None:
    prefecture, city = city_of(address)

    assert address.startswith(f"{prefecture}{city}")


def test_cities_are_told_where_the_address_names_them() -> None:
    said = {
        "三重県四日市市諏訪町1-5": ("三重県", "四日市市"),
        "高松市番町一丁目8-15": ("", "高松市"),
        "香川県木田郡三木町氷上": ("香川県", "木田郡三木町"),
        "愛知県蒲郡市旭町17": ("愛知県", "蒲郡市"),
        "東京都千代田区霞が関1": ("東京都", "千代田区"),
        "市川市八幡1": ("", "市川市"),
        "番町1-2": ("", ""),
    }

    assert {address: city_of(address) for address in said} == said
