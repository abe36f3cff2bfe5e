"""Making two spellings equal."""

import pytest

from app.text.normalise import fold_kana, normalise_name, normalise_text, to_katakana
from app.text.numerals import kanji_to_int
from app.text.variants import fold_variants


def test_text_to_keep_loses_width_invisible_signs_and_needless_space_only() -> None:
    assert normalise_text("\ufeff　Ｗｉ-Ｆｉ\u200b あり\r\n（２階）ｶﾞ ") == "Wi-Fi あり (2階)ガ"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("コ―ド", "コード"),
        ("サ－ビス", "ｻｰﾋﾞｽ"),
        ("髙﨑内科", "高崎内科"),
        ("グループホーム　きらら", "グループホームきらら"),
        ("㈱つむぎ", "株式会社 つむぎ"),
        ("（株）つむぎ", "株式会社つむぎ"),
        ("ＮＰＯ法人いのちの応援舎", "特定非営利活動法人 いのちの応援舎"),
        ("(特非)いのちの応援舎", "NPO法人いのちの応援舎"),
        ("子育て“ほっと”ステーション", "子育て「ほっと」ステーション"),
        ("まなびＣＡＮ", "まなびcan"),
        ("カフェ・たまも", "カフェたまも"),
    ],
)
def test_one_facility_spelled_two_ways_has_one_key(one: str, other: str) -> None:
    assert normalise_name(one) == normalise_name(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("特別養護老人ホーム　さくら荘", "特別養護老人ホーム　さくら荘（ユニット型）"),
        ("株式会社つむぎ", "NPO法人つむぎ"),
        ("第三若葉荘", "第五若葉荘"),
    ],
)
def test_two_facilities_keep_two_keys(one: str, other: str) -> None:
    assert normalise_name(one) != normalise_name(other)


def test_kana_fold_to_hiragana_and_back_to_katakana() -> None:
    assert fold_kana("ヒキコモリ・ヴァヵヶヽー") == "ひきこもり・ゔぁゕゖゝー"
    assert to_katakana("ひきこもり") == "ヒキコモリ"


def test_variant_folding_keeps_the_length() -> None:
    assert fold_variants("髙﨑邊𠮷國") == "高崎辺吉国"


@pytest.mark.parametrize(
    ("written", "value"),
    [("十", 10), ("二十五", 25), ("百二", 102), ("千二百三十四", 1234), ("一〇五", 105), ("〇", 0)],
)
def test_numbers_in_kanji(written: str, value: int) -> None:
    assert kanji_to_int(written) == value
