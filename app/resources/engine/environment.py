"""Environment and accessibility of a resource in plain words, from its `traits`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Trait:
    """One item as the page shows it. `text` is None while nobody asked."""

    label: str
    text: str | None
    icon: str = "check"


FEELING: Final = {
    "静けさ": "quiet",
    "人数": "people",
    "対人のやり取り": "talk",
    "身体負荷": "load",
    "ペース": "clock",
}
"""The five words on how it feels to be there, each with its picture."""

ASKED: Final = {
    "見学可": "見学",
    "同行者可": "付き添いの人と一緒に",
    "途中退室可": "途中で帰る",
    "匿名可": "名前を言わずに参加",
    "オンライン": "オンラインで参加",
    "女性スタッフ": "女性のスタッフ",
    "男性スタッフ": "男性のスタッフ",
    "段差": "段差",
    "スロープ": "スロープ",
    "手すり": "手すり",
    "エレベーター": "エレベーター",
    "車いすトイレ": "車いすで入れるトイレ",
    "洋式トイレ": "洋式トイレ",
    "駐車場": "駐車場",
    "車いす駐車場": "車いす用の駐車場",
    "筆談対応": "筆談",
    "Wi-Fi": "Wi-Fi",
}
"""What people ask before they go, most often asked first, as the page calls it."""

SPECIAL: Final = {
    "オストメイト": "オストメイト用の設備",
    "点字案内": "点字の案内",
    "授乳室": "授乳室",
    "一時預かりの有無": "子どもの一時預かり",
    "バリアフリー情報": "バリアフリー",
    "駐車場情報": "駐車場のようす",
    "ことば": "話せることば",
    "車いす利用": "車いすのまま入る",
    "車いす貸出": "車いすの貸出",
    "つえ貸出": "つえの貸出",
    "点字ブロック": "点字ブロックなどの移動の支え",
    "補助犬同伴": "盲導犬・介助犬・聴導犬と一緒に",
    "字幕": "字幕",
    "おむつ替え": "おむつ替えの場所",
    "飲食": "飲んだり食べたり",
    "ベビーカー貸出": "ベビーカーの貸出",
    "ベビーカー利用": "ベビーカーのまま入る",
    "子育て支援情報": "子ども連れの補足",
    "空室数": "空いている部屋（室）",
    "家賃月額": "1か月の家賃（円）",
    "保証人なし": "保証人なしで",
    "保証会社": "家賃保証の会社",
    "緊急連絡先なし": "緊急の連絡先なしで",
    "住宅扶助": "生活保護の住宅扶助で",
    "高齢単身": "高齢の一人暮らし",
    "入居後の見守り": "入居したあとの見守り",
    "ペット": "ペットと一緒に",
    "泊まれる日数": "泊まれる日数（日）",
    "受付時間": "受け入れの時間",
    "泊まれる人": "泊まれる人",
    "食事": "食事",
    "本人への支払い": "本人への支払い",
    "通院の配慮": "通院で休む",
    "在宅作業": "家での作業",
}
"""Shown where they are known, not missed where they are not."""

SHOWN: Final = frozenset({*FEELING, *ASKED, *SPECIAL})
"""What the public card shows. Any other trait is for the staff's own work."""

_WORDS: Final = {
    "有": "あり",
    "無": "なし",
    "可": "できます",
    "不可": "できません",
    "いる": "います",
    "いない": "いません",
}


def feelings(traits: Mapping[str, str]) -> list[Trait]:
    """Return the five words, also those that nobody has asked for yet."""
    return [Trait(label, _said(label, traits), icon) for label, icon in FEELING.items()]


def known_traits(traits: Mapping[str, str]) -> list[Trait]:
    """Return everything else that is known, what is asked most often first."""
    return [Trait(label, text) for item, label in (ASKED | SPECIAL).items() if (text := _said(item, traits))]


def unasked_traits(traits: Mapping[str, str]) -> list[str]:
    """Return what people often need to know and nobody has asked."""
    return [label for item, label in ASKED.items() if not traits.get(item)]


def plain_word(value: str | None) -> str | None:
    """Return what a column says as one would say it: 「有」 is 「あり」."""
    return _WORDS.get(value, value) if value else None


def _said(item: str, traits: Mapping[str, str]) -> str | None:
    value = traits.get(item)
    if value and item == "人数" and value.isdecimal():
        return f"{value}人くらい"
    # Several answers of one item stand in one text; see `trait_fields`.
    return plain_word(value.replace(";", "、") if value else value)
