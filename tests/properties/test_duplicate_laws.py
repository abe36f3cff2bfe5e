"""Laws of comparing two entries: who comes first does not matter, and to agree never speaks against."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from app.resources.engine.duplicate_facts import (
    KeySort,
    are_brought_together,
    facts_of,
    key_terms,
    terms_in,
)
from app.resources.engine.duplicates import Likeness, compare, likeness_of_names
from app.resources.engine.merge_parts import PARTS, Side, values_after
from app.resources.vocabulary import Disclosure
from app.text.terms import document_terms, query_terms

NAMES = (
    "こもれび",
    "文庫カフェ こもれび",
    "ぶんこカフェこもれび",
    "第一保育園",
    "第二保育園",
    "医療法人青空会　みどり医院",
    "みどり医院",
    "",
)
ADDRESSES = (
    "常盤市本町1-2-3",
    "本町一丁目2番3号",
    "常盤市本町1-2",
    "常盤市東町5",
    "東町",
    "別市本町1-2-3",
    "",
)
SAID = {
    "name": st.sampled_from(NAMES) | st.text(max_size=12),
    "kana": st.sampled_from(("コモレビ", "ミドリ", "")),
    "address": st.sampled_from(ADDRESSES) | st.text(max_size=20),
    "building": st.sampled_from(("本町会館", "2階", "")),
    "contact": st.sampled_from(("0532-11-2222", "０５３２（１１）２２２２ 受付", "090-1234-5678", "なし", "")),
    "url": st.sampled_from(("https://example.org/a", "http://www.example.org/a/", "https://example.org", "")),
    "published_id": st.sampled_from(("2312345678", "2312345679", "17", "")),
    "corporate_number": st.sampled_from(("1234567890123", "3210987654321", "")),
    "kind": st.sampled_from(("居場所", "通いの場", "")),
    "weekday_mask": st.sampled_from((None, 1, 2, 3)),
    "opens_minute": st.sampled_from((None, 540, 780)),
    "closes_minute": st.sampled_from((None, 600, 960)),
    "point": st.sampled_from((None, (136.95, 33.6), (136.9503, 33.6), (137.2, 33.9))),
    "point_precision": st.sampled_from(("surveyed", "town", "unknown")),
    "is_light": st.booleans(),
}  # fmt: skip
ENTRIES = st.fixed_dictionaries(SAID)


def likeness(one: dict[str, Any], other: dict[str, Any]) -> Likeness:
    return compare(facts_of(one), facts_of(other))


@given(ENTRIES, ENTRIES)
def test_it_does_not_matter_who_comes_first(one: dict[str, Any], other: dict[str, Any]) -> None:
    there, back = likeness(one, other), likeness(other, one)
    assert there.weight == back.weight
    assert there.is_enough == back.is_enough
    assert there.against == back.against
    assert len(there.reasons) == len(back.reasons)


@given(ENTRIES, ENTRIES)
def test_nothing_is_more_like_an_entry_than_itself_and_nothing_speaks_against_it(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    itself = likeness(one, one)
    assert itself.against == ()
    assume(not other["is_light"] or one["is_light"])
    assert likeness(one, other).weight <= itself.weight


@given(ENTRIES, st.randoms())
def test_the_order_of_the_columns_does_not_matter(one: dict[str, Any], random: Any) -> None:
    shuffled = list(one.items())
    random.shuffle(shuffled)
    assert facts_of(dict(shuffled)) == facts_of(one)


@given(
    ENTRIES, ENTRIES, st.sampled_from(sorted(set(SAID) - {"point", "point_precision", "is_light"})), st.data()
)
def test_to_agree_in_one_more_thing_never_speaks_against(
    one: dict[str, Any], other: dict[str, Any], column: str, data: st.DataObject
) -> None:
    said = data.draw(SAID[column])
    # An address takes the place of the building's name, and a town alone tells less than a house does.
    assume(column != "address" or re.search(r"\d", str(said)) is not None)
    # Hours are two columns, of which one alone says nothing.
    columns = ("opens_minute", "closes_minute") if column.endswith("minute") else (column,)
    more = {each: one[each] if len(columns) == 2 else said for each in columns}
    silent = dict.fromkeys(columns)
    before = likeness(one | silent, other | silent)
    after = likeness(one | more, other | more)
    assert after.weight >= before.weight
    assert after.is_enough or not before.is_enough


@given(ENTRIES, ENTRIES)
def test_one_sign_alone_is_never_enough(one: dict[str, Any], other: dict[str, Any]) -> None:
    found = likeness(one, other)
    assume(found.is_enough)
    assert sum(sign.weight > 0 and (sign.is_name or sign.is_support) for sign in found.signs) >= 2


@given(ENTRIES, ENTRIES)
def test_light_cards_are_compared_by_name_and_place_only(one: dict[str, Any], other: dict[str, Any]) -> None:
    kept = {"name", "kana", "address", "building", "point", "point_precision", "is_light"}
    light = one | {"is_light": True}
    bare = {column: value for column, value in light.items() if column in kept}
    assert likeness(light, other).signs == likeness(bare, other).signs


@given(ENTRIES)
def test_keys_are_terms_of_their_own_that_no_words_of_people_meet(one: dict[str, Any]) -> None:
    terms = key_terms(facts_of(one))
    words = document_terms("".join(str(value) for value in one.values()))
    read = terms_in(f"{words} {' '.join(terms)}")
    assert list(read) == terms
    assert set(read.values()) <= set(KeySort)
    assert query_terms(" ".join(terms)) == []
    assert are_brought_together(read, read) == (
        KeySort.BOTH in read.values() or KeySort.SIGN in read.values()
    )


@given(st.text(max_size=20), st.text(max_size=20))
def test_names_are_alike_between_nothing_and_all(one: str, other: str) -> None:
    there, back = (
        likeness_of_names(facts_of({"name": a}), facts_of({"name": b}))
        for a, b in ((one, other), (other, one))
    )
    assert 0 <= there == back <= 1
    assert likeness_of_names(facts_of({"name": one}), facts_of({"name": one})) == 1


COLUMNS: dict[str, Callable[[], st.SearchStrategy[Any]]] = {
    "disclosure": lambda: st.sampled_from(Disclosure),
    "is_light": st.booleans,
    "contact_is_public": st.booleans,
    "traits": lambda: st.dictionaries(st.sampled_from("abc"), st.sampled_from("xy")),
    "confirmed_on": lambda: st.none() | st.dates(),
}
BOTH_SIDES = st.fixed_dictionaries(
    {
        name: COLUMNS.get(name, lambda: st.sampled_from((None, "", "一", "二")))()
        for part in PARTS
        for name in part.columns
    }
)


@given(
    BOTH_SIDES,
    BOTH_SIDES,
    st.dictionaries(st.sampled_from([part.code for part in PARTS]), st.sampled_from(Side)),
)
def test_every_value_after_comes_of_one_side_and_nothing_that_only_one_says_is_lost(
    first: dict[str, Any], second: dict[str, Any], chosen: dict[str, Side]
) -> None:
    after = first | values_after(first, second, chosen)
    for name, value in after.items():
        assert name == "traits" or value in (first[name], second[name])
    for part in PARTS:
        if len(part.columns) == 1:
            (name,) = part.columns
            assert _is_said(after[name]) == (_is_said(first[name]) or _is_said(second[name]))
    assert set(after["traits"]) == {*first["traits"], *second["traits"]}
    assert values_after(first, first, chosen) == {}


def _is_said(value: Any) -> bool:
    return value not in (None, "", {})
