"""Laws of normalising, of search, and of reading cells."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import assume, example, given
from hypothesis import strategies as st

from app import clock
from app.text.normalise import fold_kana, normalise_name, normalise_text, to_katakana
from app.text.synonyms import MOST, Group, groups, others_of, words_of
from app.text.terms import document_terms, query_terms, runs_of, searchable
from app.text.values import (
    DayRule,
    Reading,
    Weekdays,
    parse_count,
    parse_date,
    parse_hours,
    parse_phones,
    parse_time,
    parse_weekdays,
    parse_yes_no,
)

# Letters that towns use, so that examples meet the rules and not only the far corners of Unicode.
JAPANESE = "畑料理高髙﨑松市月火水木金土日祝毎週第隔最終あいがぱアイヴヵヶーｱｶﾞ―－-・、。（）12３４9０:：/〜約名人時分半午前後 　\n有無○×ABcＷｉ年令和昭平元を除く休"
texts = st.one_of(st.text(), st.text(JAPANESE, max_size=30))
PARSERS: list[Callable[[str], Reading[Any]]] = [
    parse_weekdays,
    parse_time,
    parse_hours,
    parse_count,
    parse_phones,
    parse_date,
    parse_yes_no,
]


@given(texts)
def test_normalising_text_again_changes_nothing(text: str) -> None:
    assert normalise_text(normalise_text(text)) == normalise_text(text)


@given(st.text(JAPANESE))
def test_a_name_has_one_key_in_any_case_width_and_spacing(name: str) -> None:
    assert normalise_name(name.upper()) == normalise_name(name.lower()) == normalise_name(name)
    assert normalise_name("　".join(normalise_text(name))) == normalise_name(normalise_text(name))


@given(st.text("ぁあぃいゔゕゖゝゞんか漢字A1ー"))
def test_hiragana_survive_the_way_to_katakana_and_back(text: str) -> None:
    assert fold_kana(to_katakana(text)) == text


@given(texts, st.data())
def test_every_text_that_holds_the_query_literally_is_found(text: str, data: st.DataObject) -> None:
    folded = searchable(text)
    begins = data.draw(st.integers(0, len(folded)))
    query = folded[begins : data.draw(st.integers(begins, len(folded)))]
    # A piece of normalised text is normalised itself, save where a cut leaves a mark or a space at the edge.
    assume(searchable(query) in folded)
    assert set(query_terms(query)) <= set(document_terms(text).split())


@given(texts, texts, texts)
def test_words_before_and_after_never_hide_a_query(before: str, query: str, after: str) -> None:
    text = f"{before} {query} {after}"
    assume(searchable(query) in searchable(text))
    assert set(query_terms(query)) <= set(document_terms(text).split())


@given(
    st.text("畑料理ヒきコもりA1ａ"),
    st.text("畑料理ヒきコもりA1ａ"),
    st.text("畑料理ヒきコもりA1ａ", min_size=1),
)
def test_a_word_typed_inside_another_word_is_found(before: str, after: str, query: str) -> None:
    assert set(query_terms(query)) <= set(document_terms(before + query + after).split())


@given(texts)
def test_terms_are_plain_letters_and_numbers_of_one_or_two_so_that_every_index_keeps_them(text: str) -> None:
    for term in document_terms(text).split():
        assert 1 <= len(term) <= 2
        assert term.isalnum()


WORDS_OF_THE_FIELD = [word for group in groups() for word in (*group.equal, *group.also)]
queries = st.lists(
    st.one_of(
        st.sampled_from(WORDS_OF_THE_FIELD),
        st.text("畑料理引きこもり子ども供車いす椅子WiFi-会支援", max_size=4),
    ),
    max_size=4,
).map("".join)


@given(queries)
def test_a_search_for_a_word_always_searches_the_word_itself_and_never_twice(query: str) -> None:
    for word in words_of(query):
        ways = [searchable(way) for way in word.all]
        assert ways[0] == searchable(word.typed)
        assert len(ways) == len(set(ways)) <= MOST + 1
        assert all(runs_of(way) for way in ways)


@given(st.sampled_from(groups()))
def test_equal_words_find_each_other_both_ways(group: Group) -> None:
    for one in group.equal:
        for other in group.equal:
            ways = [searchable(one), *map(searchable, others_of(searchable(one)))]
            # Either the other one itself, or a shorter way of writing that stands in it.
            assert any(
                all(any(run in held for held in runs_of(searchable(other))) for run in runs_of(way))
                for way in ways
            )


@given(queries, texts, texts)
def test_a_text_with_any_way_of_writing_a_word_holds_the_terms_of_that_way(
    query: str, before: str, after: str
) -> None:
    for word in words_of(query):
        for way in word.all:
            assert set(query_terms(way)) <= set(document_terms(f"{before} {way} {after}").split())


@given(st.sampled_from(PARSERS), texts)
@example(parse_count, "九" * 5000 + "名")
@example(parse_count, "9" * 5000)
@example(parse_date, "0000-01-01")
@example(parse_phones, "0" * 5000)
@example(parse_weekdays, "第1・" * 500)
@example(parse_weekdays, "月" * 2000)
@example(parse_hours, "9:00、" * 500)
def test_every_cell_is_a_value_blank_or_a_japanese_reason(
    parse: Callable[[str], Reading[Any]], cell: str
) -> None:
    reading = parse(cell)
    assert reading.is_understood + reading.is_blank + bool(reading.reason) == 1
    assert len(reading.reason) < 200
    if not normalise_text(cell):
        assert reading.is_blank


@given(texts, texts)
def test_two_cells_of_hours_never_raise_and_never_end_before_they_begin(begins: str, ends: str) -> None:
    for stretch in parse_hours(begins, ends).value or ():
        assert stretch.begins < stretch.ends


@given(
    st.integers(0, 9_999_999),
    st.sampled_from(["", "名", "人", "円", "台"]),
    st.sampled_from(["{}", "{:,}", "約{}", "{}.0"]),
)
def test_a_count_survives_its_ways_of_writing(count: int, unit: str, form: str) -> None:
    assert parse_count(form.format(count) + unit).value == count


@given(st.integers(0, 23), st.integers(0, 59))
def test_a_time_survives_its_ways_of_writing(hour: int, minute: int) -> None:
    for cell in (
        f"{hour:02d}:{minute:02d}",
        f"{hour}:{minute:02d}:00",
        f"{hour}時{minute}分",
        f"{hour}：{minute:02d}",
    ):
        value = parse_time(cell).value
        assert value is not None
        assert value.minutes == hour * 60 + minute


@given(st.frozensets(st.builds(DayRule, st.integers(1, 7), st.integers(0, 7)), min_size=1))
def test_day_rules_survive_the_national_code(rules: frozenset[DayRule]) -> None:
    assert parse_weekdays(Weekdays(rules).gif_code()).value == Weekdays(rules)


@given(st.frozensets(st.integers(1, 7), min_size=1), st.sampled_from(["", "・", "、", " "]))
def test_weekly_days_survive_a_japanese_list(days: frozenset[int], between: str) -> None:
    cell = between.join("月火水木金土日"[day - 1] for day in sorted(days))
    assert parse_weekdays(cell).value == Weekdays(frozenset(DayRule(day) for day in days))


@given(st.dates(date(1873, 1, 1), date(2900, 12, 31)))
def test_a_day_survives_wareki_and_the_ways_of_writing_it(day: date) -> None:
    assert clock.parse_wareki(clock.wareki(day)) == day
    for cell in (
        day.isoformat(),
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
        clock.wareki(day),
    ):
        assert parse_date(cell) == Reading(day)


@given(st.one_of(st.text(), st.text("明治大正昭和平成令元年月日MTSHR./-0123456789")))
def test_any_text_is_wareki_or_a_japanese_reason(text: str) -> None:
    day, reason = clock.SOLAR_CALENDAR_BEGINS, "。"
    try:
        day = clock.parse_wareki(text)
    except ValueError as error:
        reason = str(error)
    assert day >= clock.SOLAR_CALENDAR_BEGINS
    assert reason.endswith("。")


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_frozen_clock_shows_the_moment_it_was_given(moment: datetime) -> None:
    with clock.frozen(moment):
        assert clock.now() == moment
        assert clock.today() == moment.astimezone(clock.TOKYO).date()
