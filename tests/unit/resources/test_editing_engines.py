"""Pure parts of editing by hand: what a colleague changed, items by group, languages for the matcher."""

from __future__ import annotations

from app.resources.engine.catalogue_rows import languages_of
from app.resources.engine.stale import left_and_clashing, mark_of, read_marks, untouched, written_marks
from app.resources.engine.trait_fields import ACCESS, CHILDREN, FIELDS, group_fields, hidden_names
from app.resources.engine.traits import Language
from app.resources.policies import wants_care_before_public
from app.resources.vocabulary import KindGroup


def test_what_was_not_touched_follows_the_colleague_and_what_was_stays() -> None:
    typed = {"fee": "無料", "name": "ひだまり", "traits": {"静けさ": "静か", "段差": "無"}}
    changes = [
        ("fee", "無料", "100円"),
        ("fee", "100円", "200円"),
        ("name", "こもれび", "こかげ"),
        ("traits", {"静けさ": "静か", "段差": "有"}, {"静けさ": "にぎやか", "段差": "不明"}),
        ("confirmed_on", None, "2026-11-01"),
    ]
    assert untouched(typed, changes) == ["fee", "静けさ"]


def test_every_item_has_a_name_of_its_own_and_belongs_to_no_other_group() -> None:
    assert len({each.name for each in FIELDS}) == len(FIELDS)
    assert len({each.item for each in FIELDS}) == len(FIELDS)
    for group in KindGroup:
        own = {each.name for each in group_fields(group)}
        assert own.isdisjoint(hidden_names(group)), group


def test_the_items_of_gif_are_all_asked() -> None:
    asked = {each.item for each in (*ACCESS, *CHILDREN)}
    gif = {
        "車いす利用", "車いす貸出", "つえ貸出", "車いすトイレ", "スロープ", "エレベーター", "点字ブロック", "点字案内",
        "補助犬同伴", "字幕", "筆談対応", "車いす駐車場", "オストメイト", "バリアフリー情報", "授乳室", "おむつ替え", "飲食",
        "ベビーカー貸出", "ベビーカー利用", "子育て支援情報",
    }  # fmt: skip
    assert gif <= asked


def test_a_language_that_nobody_named_is_not_known_to_be_missing() -> None:
    assert languages_of({"ことば": "手話;英語；火星語"}) == {Language.SIGN: True, Language.ENGLISH: True}
    assert languages_of({}) == {}


def test_homes_that_protect_people_want_care_before_they_are_public() -> None:
    assert wants_care_before_public("住まい", "児童養護施設 うみ", None)
    assert wants_care_before_public("ＤＶ相談", "", None)
    assert not wants_care_before_public("居場所", "こもれび", None)


def test_what_a_form_left_alone_gives_way_and_what_both_changed_is_asked() -> None:
    shown = {"left": "a", "typed": "a", "both": "a", "same": "a", "list": [1, 2]}
    marks = read_marks(written_marks(shown))
    now = {"left": "b", "typed": "a", "both": "b", "same": "b", "list": [1, 2]}
    typed = {"left": "a", "typed": "c", "both": "c", "same": "b", "list": [2]}
    assert left_and_clashing(typed, now, marks) == ({"left"}, {"both"})
    assert left_and_clashing(typed, now, {}) == (set(), set())


def test_marks_that_nobody_wrote_are_passed_over() -> None:
    assert read_marks("a=1 nonsense =2 b=") == {"a": "1", "": "2", "b": ""}
    assert mark_of(None) != mark_of("")
