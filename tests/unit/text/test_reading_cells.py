"""Counts, phones, dates, yes and no in dirty cells."""

from datetime import date

import pytest

from app.text.values import (
    first_phone_in,
    parse_count,
    parse_date,
    parse_phones,
    parse_yes_no,
    phone_digits_in,
    phones_as_written,
)


@pytest.mark.parametrize("cell", ["", "　", "-", "―", "－－", "不明", "未定", "記載なし"])
def test_a_cell_that_says_nothing_is_blank_everywhere(cell: str) -> None:
    for parse in (parse_count, parse_date, parse_phones, parse_yes_no):
        assert parse(cell).is_blank


@pytest.mark.parametrize(
    ("cell", "value", "note"),
    [
        ("20名", 20, ""),
        ("約30人", 30, "約"),
        ("1,000円", 1000, ""),
        ("２０", 20, ""),
        ("二十名", 20, ""),
        ("20.0", 20, ""),
        ("0", 0, ""),
        ("申込先着\r\n20人", 20, "申込先着"),
        ("第1会議室 24名程度", 24, "第1会議室 程度"),
    ],
)
def test_a_count_is_read_and_the_words_around_it_are_kept(cell: str, value: int, note: str) -> None:
    reading = parse_count(cell)
    assert (reading.value, reading.note) == (value, note)


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("大会議室：120名、第１会議室、第２会議室：各24名", "二つ以上"),
        ("10～15人", "二つ以上"),
        ("なし", "ありません"),
        ("-5", "0より小さい"),
        ("△5", "0より小さい"),
        ("20.5", "整数でない"),
        ("1,00", "整数でない"),
        ("99999999999", "大きすぎます"),
        ("4.5E+12", "桁が失われ"),
    ],
)
def test_what_is_no_single_count_is_told(cell: str, told: str) -> None:
    assert told in parse_count(cell).reason


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("087-839-2011", "087-839-2011"),
        ("０８７－８３９－２０１１", "087-839-2011"),
        ("(087)839-2011", "087-839-2011"),
        ("087(839)2011", "087-839-2011"),
        ("087 839 2011", "087-839-2011"),
        ("+81 87-839-2011", "087-839-2011"),
        ("0878392011", "0878392011"),
        ("0312345678", "03-1234-5678"),
        ("09012345678", "090-1234-5678"),
        ("0120-999999", "0120-999-999"),
        ("08001234567", "0800-123-4567"),
    ],
)
def test_a_phone_number_gets_hyphens_where_its_groups_are_known(cell: str, number: str) -> None:
    reading = parse_phones(cell)
    assert reading.value is not None
    assert [phone.number for phone in reading.value] == [number]
    assert reading.value[0].digits == number.replace("-", "")


@pytest.mark.parametrize(
    "cell",
    [
        "087-839-2860\n087-839-2870",
        "087-839-2860 / 087-839-2870",
        "087-839-2860、087-839-2870",
        "０８７－８３９－２８６０　０８７－８３９－２８７０",
    ],
)
def test_two_phones_in_one_cell_are_two(cell: str) -> None:
    reading = parse_phones(cell)
    assert reading.value is not None
    assert [phone.number for phone in reading.value] == ["087-839-2860", "087-839-2870"]


def test_the_section_in_front_of_a_number_is_its_label_and_the_extension_its_own() -> None:
    reading = parse_phones(
        "（保健医療政策課）  087-839-2860  （感染症対策課）  087-839-2870 内線12（平日のみ）"
    )
    assert reading.value is not None
    assert [(phone.label, phone.extension) for phone in reading.value] == [
        ("保健医療政策課", ""),
        ("感染症対策課", "12"),
    ]
    assert reading.note == "(平日のみ)"


def test_words_that_follow_a_number_are_its_label_where_the_cell_begins_with_a_number() -> None:
    reading = parse_phones("087-839-2860（代表） 087-839-2870（夜間）")
    assert reading.value is not None
    assert [(phone.number, phone.label) for phone in reading.value] == [
        ("087-839-2860", "代表"),
        ("087-839-2870", "夜間"),
    ]


def test_a_number_given_twice_is_one() -> None:
    reading = parse_phones("087-839-2860 / (087)839-2860")
    assert reading.value is not None
    assert len(reading.value) == 1


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("839-2011", "市外局番"),
        ("878392011", "先頭の0"),
        ("8.78E+09", "桁が失われ"),
        ("市役所まで", "読み取れません"),
        ("087-839-2011 / 839-2012", "読み取れません"),
        ("087-839-20112", "読み取れません"),
    ],
)
def test_a_number_that_is_not_whole_is_told(cell: str, told: str) -> None:
    assert told in parse_phones(cell).reason


@pytest.mark.parametrize(
    "cell",
    [
        "2026-08-05",
        "2026/8/5",
        "２０２６．８．５",
        "2026年8月5日（水）",
        "2026年 8月 5日",
        "20260805",
        "2026-08-05 00:00:00",
        "2026-08-05T09:00",
        "令和8年8月5日",
        "R8.8.5",
    ],
)
def test_a_day_is_read_however_it_is_written(cell: str) -> None:
    reading = parse_date(cell)
    assert (reading.value, reading.note) == (date(2026, 8, 5), "")


def test_a_serial_number_of_excel_is_read_and_said_so() -> None:
    reading = parse_date("46239")
    assert reading.value == date(2026, 8, 5)
    assert "通し番号" in reading.note


def test_a_weekday_that_does_not_belong_to_the_date_is_told() -> None:
    assert "水曜日です" in parse_date("2026年8月5日（木）").note


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("8月5日", "年がありません"),
        ("2026-02-30", "ありません"),
        ("2026年8月", "2026年11月20日"),
        ("2026-08-05〜2026-08-06", "後ろに"),
        ("令和元年4月30日", "2019年5月1日から"),
        ("近日", "2026-11-20"),
        ("12345678901", "2026-11-20"),
    ],
)
def test_what_is_no_day_is_told(cell: str, told: str) -> None:
    assert told in parse_date(cell).reason


@pytest.mark.parametrize(
    "cell", ["有", "○", "〇", "◯", "可", "あり", "1", "TRUE", "はい", "有（2台）", "有り"]
)
def test_yes_in_many_forms(cell: str) -> None:
    assert parse_yes_no(cell).value is True


@pytest.mark.parametrize("cell", ["無", "×", "✕", "不可", "なし", "0", "false", "いいえ", "無（近くに有料）"])
def test_no_in_many_forms(cell: str) -> None:
    assert parse_yes_no(cell).value is False


@pytest.mark.parametrize(
    ("cell", "told"), [("△", "どちらとも"), ("一部可", "どちらとも"), ("たぶん", "有・無")]
)
def test_neither_yes_nor_no_is_told_and_never_guessed(cell: str, told: str) -> None:
    reading = parse_yes_no(cell)
    assert reading.value is None
    assert told in reading.reason


def test_the_detail_in_brackets_is_kept() -> None:
    assert parse_yes_no("有（2台）").note == "(2台)"


def test_a_reason_shows_only_the_beginning_of_a_long_cell() -> None:
    assert len(parse_yes_no("あ" * 5000).reason) < 120


def test_the_number_to_call_is_found_in_what_a_town_wrote() -> None:
    assert first_phone_in("０５９０－００－２２２２（平日）、0590-00-3333") == "0590-00-2222"
    assert first_phone_in("窓口まで") is None
    assert first_phone_in("") is None


def test_for_comparing_two_spellings_of_a_number_are_one() -> None:
    assert phone_digits_in("0590ー00ー2222 / (0590) 00-2222 内線110") == {"0590002222"}
    assert phone_digits_in("839-2011") == frozenset()


def test_what_is_handed_on_is_a_number_beyond_doubt_and_to_the_letter() -> None:
    assert phones_as_written("担当 0590(00)2222 か 09012345678、0590(00)2222") == [
        "0590(00)2222",
        "09012345678",
    ]
    assert phones_as_written("1-0590-00-2222") == []
    assert phones_as_written("0590 00 2222") == []
