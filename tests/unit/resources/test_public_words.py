"""やさしい日本語 of the residents' pages, their purposes, and the map on paper."""

from __future__ import annotations

import re
from datetime import date
from string import Formatter

import pytest
import shapely

from app.geo.geocoding import PositionPrecision
from app.geo.points import Point
from app.resources.engine.area_map import HEIGHT, WIDTH, Area, draw_sheet
from app.resources.engine.easy_texts import EASY_KINDS, TEXTS, Voice
from app.resources.engine.easy_words import (
    Piece,
    easy_clock,
    easy_date,
    easy_hours,
    easy_week,
    name_pieces,
    pieces_of,
    without_readings,
)
from app.resources.engine.helplines import LINES, Worry
from app.resources.engine.open_days import Columns
from app.resources.engine.public_list import DayChoice, PublicPlace, choose
from app.resources.engine.public_week import NO_DAY, by_day
from app.resources.engine.purposes import ALL_PURPOSES, OTHER, purposes_of
from app.resources.engine.schedule.timetable import HolidayRule, Meeting, Timetable
from app.resources.vocabulary import STANDARD_KINDS, DayPart, KindGroup

WEDNESDAY = date(2026, 11, 11)


def kanji_without_reading(marked: str) -> str:
    """The kanji that stand bare in a marked text; '' when everybody can read all of it."""
    bare = "".join(piece.text for piece in pieces_of(marked) if not piece.reading)
    return "".join(re.findall("[\u3005\u3006\u4e00-\u9fff]", bare))


def place(
    key: int, timetable: Timetable | None = None, *, at: Point | None = None, **more: object
) -> PublicPlace:
    """A place of which little is known."""
    values: dict[str, object] = {
        "id": key,
        "name": f"場{key}",
        "kana": None,
        "kind": "居場所",
        "group": KindGroup.TAKING_PART,
        "is_light": False,
        "said": f"場{key}",
        "town_id": 1,
        "address": None,
        "building": None,
        "timetable": timetable,
        "columns": Columns(),
        "schedule_note": None,
        "fee": None,
        "contact": None,
        "operator": None,
        "source": None,
        "confirmed_on": None,
        "point": at,
        "precision": PositionPrecision.LOT,
    }
    return PublicPlace(**(values | more))  # type: ignore[arg-type]


def weekly(code: str, opens: int | None, closes: int | None) -> Timetable:
    """A timetable of one meeting."""
    return Timetable((Meeting(code, opens, closes),), holidays=HolidayRule.CLOSED)


EASY = [
    *(easy for _, easy in TEXTS.values()),
    *EASY_KINDS.values(),
    *(text for purpose in ALL_PURPOSES.values() for text in (purpose.easy, purpose.easy_rule)),
    *(
        text
        for lines in LINES.values()
        for line in lines
        for text in (line.easy_name, line.easy_hours, line.easy_costs)
    ),
]


@pytest.mark.parametrize("marked", EASY)
def test_every_kanji_of_an_easy_sentence_has_its_reading_in_kana(marked: str) -> None:
    assert kanji_without_reading(marked) == ""
    for piece in pieces_of(marked):
        assert re.fullmatch("[ぁ-ゖァ-ヶー]*", piece.reading), piece


@pytest.mark.parametrize("marked", EASY)
def test_an_easy_sentence_is_short_and_has_spaces_between_its_parts(marked: str) -> None:
    for sentence in re.split("[。]", without_readings(marked)):
        assert len(sentence) <= 60, sentence
        assert len(sentence) < 16 or " " in sentence, sentence


def test_both_languages_of_a_sentence_ask_for_the_same_values() -> None:
    def names(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    more = {key for key, (plain, easy) in TEXTS.items() if not names(easy) <= names(plain)}
    assert more == set()


def test_a_value_is_never_read_as_a_mark() -> None:
    assert Voice(False).pieces("near", town="町《まち》")[0] == Piece(
        "町《まち》の近く（中心からまっすぐ2kmまで）"
    )


def test_every_kind_that_towns_begin_with_has_easy_words() -> None:
    hidden = {"緊急一時シェルター", "避難先(DV等・秘匿)"}
    assert set(EASY_KINDS) == set(STANDARD_KINDS) - hidden


@pytest.mark.parametrize(
    ("name", "kana", "said"),
    [
        ("ぶんこカフェ", "ブンコカフェ", ("ぶんこカフェ",)),
        ("東の茶話会", "ヒガシノチャワカイ", ("東《ひがし》", "の", "茶話会《ちゃわかい》")),
        ("東の茶話会", None, ("東の茶話会",)),
        # Where the two do not fit together, nobody says which kanji is read how.
        ("A棟の会", "エートウノカイ", ("A棟の会《えーとうのかい》",)),
        (
            "A棟の学習会",
            "エートウノガクシュウカイコウザ",
            ("A棟の学習会", "（えーとうのがくしゅうかいこうざ）"),
        ),
    ],
)
def test_a_name_gets_the_reading_that_somebody_entered(
    name: str, kana: str | None, said: tuple[str, ...]
) -> None:
    told = tuple(f"{text}《{reading}》" if reading else text for text, reading in name_pieces(name, kana))
    assert told == said


def test_dates_and_hours_are_said_as_the_guideline_has_it() -> None:
    assert without_readings(easy_date(date(2026, 11, 1))) == "2026年 11月 1日（日曜日）"
    assert "ついたち" in easy_date(date(2026, 11, 1))
    clocks = {0: "午前0時", 570: "午前9時30分", 720: "昼の 12時", 750: "午後0時30分", 785: "午後1時5分"}
    clocks |= {1_440: "夜の 12時", 1_500: "次の 日の 午前1時"}
    assert {minute: without_readings(easy_clock(minute)) for minute in clocks} == clocks
    assert without_readings(easy_hours(570, None)) == "午前9時30分 から"
    for day in range(1, 32):
        assert kanji_without_reading(easy_date(date(2026, 12, day))) == ""


def test_the_usual_week_is_said_day_by_day() -> None:
    two = Timetable((Meeting("0Tu0Th", 600, 720), Meeting("13Mo", 780, None), Meeting("7Su", None, None)))
    told = [without_readings(line) for line in easy_week(two, Columns(), today=WEDNESDAY)]
    assert told == [
        "1番目と 3番目の 月曜日 午後1時 から",
        "毎週 火曜日と 木曜日 午前10時 から 昼の 12時 まで",
        "2週間に 1回 日曜日",
    ]
    assert all(not kanji_without_reading(line) for line in easy_week(two, Columns(), today=WEDNESDAY))
    assert easy_week(None, Columns(), today=WEDNESDAY) == ()
    assert len(easy_week(None, Columns(0b101, "0Mo0We", 600, None), today=WEDNESDAY)) == 1


@pytest.mark.parametrize(("label", "group"), STANDARD_KINDS.items())
def test_every_kind_is_under_a_purpose_but_beds_for_the_night(label: str, group: KindGroup) -> None:
    is_bed = group in (KindGroup.SHELTER, KindGroup.REFUGE)
    assert bool(purposes_of(label, group, "")) is not is_bed


def test_what_no_purpose_knows_is_found_under_the_rest() -> None:
    assert purposes_of("町の謎", KindGroup.FACILITY, "なにか") == {OTHER}
    assert OTHER not in purposes_of("居場所", KindGroup.TAKING_PART, "なにか")


@pytest.mark.parametrize(
    ("opens", "closes", "parts"),
    [
        (600, 720, {"morning": "yes"}),
        (600, 780, {"morning": "yes", "afternoon": "yes"}),
        (600, None, {"morning": "yes", "afternoon": "unsure", "evening": "unsure"}),
        (None, 720, {"morning": "yes"}),
        (None, 1_080, {"morning": "unsure", "afternoon": "unsure", "evening": "yes"}),
        (None, None, {"morning": "unsure", "afternoon": "unsure", "evening": "unsure"}),
        (1_380, 1_560, {"evening": "yes"}),
    ],
)
def test_hours_say_which_part_of_a_day_is_open(
    opens: int | None, closes: int | None, parts: dict[str, str]
) -> None:
    told = {}
    for part in DayPart:
        found = choose([place(1, weekly("0We", opens, closes))], days=(WEDNESDAY,), part=part)
        if found.total:
            told[part.value] = "yes" if found.certain else "unsure"
    assert told == parts


def test_a_day_of_the_week_looks_five_weeks_ahead() -> None:
    assert DayChoice.WEDNESDAY.dates(WEDNESDAY)[:2] == (WEDNESDAY, date(2026, 11, 18))
    assert DayChoice.TUESDAY.dates(WEDNESDAY)[0] == date(2026, 11, 17)
    assert DayChoice.TOMORROW.dates(WEDNESDAY) == (date(2026, 11, 12),)
    once_a_month = place(1, weekly("6We", 600, 720))
    (found,) = choose([once_a_month], days=DayChoice.WEDNESDAY.dates(WEDNESDAY)).certain
    assert found.day is not None
    assert found.day.day == date(2026, 11, 25)


def test_a_printed_week_puts_early_places_first_and_unknown_ones_last() -> None:
    places = [
        place(1, weekly("0Mo0We", 780, 900)),
        place(2, weekly("0Mo", 570, 660)),
        place(3),
        place(4, weekly("0Mo", 600, 660)),
    ]
    groups = {group.label: [row.place.id for row in group.rows] for group in by_day(places, today=WEDNESDAY)}
    assert groups == {"月曜日": [2, 4, 1], "水曜日": [1], NO_DAY: [3]}


def test_every_worry_has_a_line_to_call() -> None:
    assert set(LINES) == set(Worry)


SQUARE = shapely.MultiPolygon([shapely.box(136.0, 33.0, 136.02, 33.02)]).wkb
AREAS = [Area(1, "中央", SQUARE, is_shown=True, is_district=True)]


def test_a_sheet_numbers_pins_from_above_and_hides_none_behind_another() -> None:
    places = [
        place(1, at=Point(lon=136.001, lat=33.001)),
        place(2, at=Point(lon=136.01, lat=33.015)),
        place(3, at=Point(lon=136.01, lat=33.015)),
        place(4, at=Point(lon=136.01, lat=33.015), precision=PositionPrecision.TOWN),
        place(5),
        place(6, at=Point(lon=137.0, lat=33.0)),
    ]
    sheet = draw_sheet(AREAS, places)
    assert sheet is not None
    assert [(each.number, each.place.id) for each in sheet.list] == [
        (1, 2), (2, 3), (3, 4), (4, 1), (None, 5), (None, 6)
    ]  # fmt: skip
    assert [pin.label for pin in sheet.pins] == ["1–2", "3", "4"]
    boxes = [shapely.box(pin.x - pin.half, pin.y - 32, pin.x + pin.half, pin.y + 32) for pin in sheet.pins]
    assert not any(one.intersects(other) for one in boxes for other in boxes if one is not other)
    assert sheet.pins[1].is_aside
    assert all(0 <= pin.x <= WIDTH and 0 <= pin.y <= HEIGHT for pin in sheet.pins)


def test_the_bar_of_a_sheet_is_as_long_as_it_says() -> None:
    sheet = draw_sheet(AREAS, [])
    assert sheet is not None
    # The square is 0.02 degrees high, 2,226 m, and fills the sheet between its margins of 90.
    assert sheet.bar / sheet.bar_metres == pytest.approx((HEIGHT - 180) / 2_226, rel=0.01)


def test_a_sheet_of_points_alone_can_be_drawn_and_one_of_nothing_cannot() -> None:
    alone = draw_sheet([], [place(1, at=Point(lon=136.0, lat=33.0))])
    assert alone is not None
    assert [pin.label for pin in alone.pins] == ["1"]
    assert draw_sheet([], [place(1)]) is None
