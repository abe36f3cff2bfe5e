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
}
"""Shown where they are known, not missed where they are not. Any other trait is for the staff's own work."""

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
    return plain_word(value)
