"""What is asked about a place beside its columns: each item with its answers, and for which groups of kinds.

An item is kept in `Resource.traits` under its `item`; an item without an answer is not kept. One list serves the form
and whoever reads it back. The 19 items of GIF 436 (アクセシビリティ) and 437 (子育て支援情報) are `ACCESS` and `CHILDREN`: 17
answers and two notes. GIF's 「スロープ、エレベータ、エスカレータ」 is asked as two, because one helps where the other does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from app.resources.engine.traits import Language, Scale, TakingPart
from app.resources.vocabulary import KindGroup

LANGUAGES: Final = "ことば"
TAKING_PART: Final = "参加の形"
INTERESTS: Final = "関心のことば"
FEE_YEN: Final = "費用円"
PARTED: Final = ";"
"""Several answers of one item stand in one text."""

_HAVE: Final = {"有": "あり", "無": "なし"}
_MAY: Final = {"可": "できる", "不可": "できない"}
_ARE: Final = {"いる": "いる", "いない": "いない"}


@dataclass(frozen=True)
class TraitField:
    """One item: `name` in a form, `answers` as kept and as shown, none of them for a text; `unit` makes it a number."""

    item: str
    name: str
    label: str
    answers: Mapping[str, str] = field(default_factory=dict)
    hint: str = ""
    unit: str = ""
    several: bool = False


def _scale(scale: Scale, item: str, name: str) -> TraitField:
    words = {scale.level_label(level): scale.level_label(level) for level in (1, 2, 3)}
    return TraitField(item, name, item, words)


FEELINGS: Final = (
    _scale(Scale.NOISE, "静けさ", "noise"),
    TraitField("人数", "people", "ふだんの人数", hint="その場にいる人の数です。", unit="人くらい"),
    _scale(Scale.INTERACTION, "対人のやり取り", "interaction"),
    _scale(Scale.LOAD, "身体負荷", "load"),
    _scale(Scale.PACE, "ペース", "pace"),
)
"""The five feelings, with the words in which limits of a person are asked too."""

MANNERS: Final = (
    TraitField("見学可", "look_around", "見学", _MAY),
    TraitField("同行者可", "companion", "付き添いの人と一緒に", _MAY),
    TraitField("途中退室可", "leave_midway", "途中で帰る", _MAY),
    TraitField("匿名可", "anonymous", "名前を言わずに参加", _MAY),
    TraitField("オンライン", "remote", "オンラインで参加", _MAY),
    TraitField("女性スタッフ", "female_staff", "女性のスタッフ", _ARE),
    TraitField("男性スタッフ", "male_staff", "男性のスタッフ", _ARE),
    TraitField("Wi-Fi", "wifi", "Wi-Fi", _HAVE),
)

ACCESS: Final = (
    TraitField("車いす利用", "wheelchair", "車いすのまま入れる", _MAY),
    TraitField("車いす貸出", "wheelchair_loan", "車いすの貸出", _HAVE),
    TraitField("つえ貸出", "cane_loan", "つえの貸出", _HAVE),
    TraitField("車いすトイレ", "wheelchair_toilet", "バリアフリートイレ", _HAVE),
    TraitField("スロープ", "ramp", "スロープ", _HAVE),
    TraitField("エレベーター", "lift", "エレベーター・エスカレーター", _HAVE),
    TraitField("点字ブロック", "tactile_paving", "点字ブロックなどの移動の支え", _HAVE),
    TraitField("点字案内", "braille", "点字や読み上げの案内", _HAVE),
    TraitField("補助犬同伴", "assistance_dog", "盲導犬・介助犬・聴導犬と一緒に", _MAY),
    TraitField("字幕", "captions", "字幕", _HAVE),
    TraitField("筆談対応", "written_talk", "筆談", _HAVE),
    TraitField("車いす駐車場", "wheelchair_parking", "優先駐車場（車いす用）", _HAVE),
    TraitField("オストメイト", "ostomate", "オストメイト用のトイレ", _HAVE),
    TraitField("段差", "steps", "入口などの段差", _HAVE),
    TraitField("手すり", "handrail", "手すり", _HAVE),
    TraitField("洋式トイレ", "western_toilet", "洋式トイレ", _HAVE),
    TraitField("駐車場", "parking", "駐車場", _HAVE),
    TraitField("バリアフリー情報", "access_note", "バリアフリーの補足", hint="例：入口は裏手にあります。"),
)

CHILDREN: Final = (
    TraitField("授乳室", "nursing_room", "授乳室", _HAVE),
    TraitField("おむつ替え", "nappy_corner", "おむつ替えの場所", _HAVE),
    TraitField("飲食", "eating", "飲んだり食べたり", _MAY),
    TraitField("ベビーカー貸出", "pram_loan", "ベビーカーの貸出", _HAVE),
    TraitField("ベビーカー利用", "pram", "ベビーカーのまま入れる", _MAY),
    TraitField("一時預かりの有無", "child_minding", "子どもの一時預かり", _HAVE),
    TraitField("子育て支援情報", "children_note", "子ども連れの補足"),
)

INVOLVED: Final = (
    TraitField(
        TAKING_PART,
        "taking_part",
        "どんな参加ができるか",
        {kind.label: kind.label for kind in TakingPart},
        several=True,
    ),
    TraitField(INTERESTS, "interests", INTERESTS, hint="例：本;静かな時間。「;」で区切ります。"),
    TraitField(FEE_YEN, "fee_yen", "1回の費用", hint="無料は0。数えられるときだけ。", unit="円"),
)

SPOKEN: Final = (
    TraitField(
        LANGUAGES,
        "languages",
        "話せることば",
        {language.label: language.label for language in Language},
        several=True,
    ),
)

HOUSING: Final = (
    TraitField("空室数", "vacancies", "空いている部屋", unit="室"),
    TraitField("家賃月額", "rent", "1か月の家賃", hint="いちばん安い部屋で。", unit="円"),
    TraitField("保証人なし", "without_guarantor", "保証人なしで", _MAY),
    TraitField("保証会社", "guarantee_company", "家賃保証の会社", {"要る": "要る", "要らない": "要らない"}),
    TraitField("緊急連絡先なし", "without_contact", "緊急の連絡先なしで", _MAY),
    TraitField("住宅扶助", "housing_aid", "生活保護の住宅扶助で", _MAY),
    TraitField("高齢単身", "old_alone", "高齢の一人暮らし", _MAY),
    TraitField("ペット", "pets", "ペットと一緒に", _MAY),
    TraitField("入居後の見守り", "watch_after", "入居したあとの見守り", _HAVE),
)

SHELTER: Final = (
    TraitField(
        "空床数", "free_beds", "今夜の空き", hint="確かめた日の夜だけ、空きとして数えます。", unit="人"
    ),
    TraitField("泊まれる日数", "nights_most", "泊まれる日数", unit="日まで"),
    TraitField("受付時間", "admission", "受け入れの時間", hint="例：夜間も電話で受けます。"),
    TraitField(
        "泊まれる人",
        "admitted",
        "泊まれる人",
        {"男性": "男性", "女性": "女性", "家族": "家族"},
        several=True,
    ),
    TraitField("食事", "meals", "食事", _HAVE),
    TraitField("ペット", "pets", "ペットと一緒に", _MAY),
)

WORK: Final = (
    TraitField(
        "本人への支払い",
        "pay",
        "本人への支払い",
        {word: word for word in ("なし", "交通費", "工賃", "賃金")},
    ),
    TraitField("保険", "insurance", "傷害と賠償の保険", _HAVE, hint="働く前に、両方が要ります。"),
    TraitField("通院の配慮", "time_off", "通院で休む", _MAY),
    TraitField("在宅作業", "at_home", "家での作業", _MAY),
)

SECTIONS: Final[Mapping[str, tuple[TraitField, ...]]] = {
    "group": (*HOUSING, *(each for each in SHELTER if each.item != "ペット"), *WORK),
    "feelings": FEELINGS,
    "manners": MANNERS,
    "involved": INVOLVED,
    "access": ACCESS,
    "children": CHILDREN,
    "spoken": SPOKEN,
}
"""All items by the section of the form in which they are asked."""

FIELDS: Final = tuple(each for section in SECTIONS.values() for each in section)

_OF_GROUP: Final[Mapping[KindGroup, tuple[TraitField, ...]]] = {
    KindGroup.HOUSING: HOUSING,
    KindGroup.SHELTER: SHELTER,
    KindGroup.WORK: WORK,
}
# What makes no sense for a group, by the name of the field in the form or of a whole section.
_HIDDEN: Final[Mapping[KindGroup, frozenset[str]]] = {
    KindGroup.HOUSING: frozenset(
        {"feelings", "interests", "fee_yen", "gap_seats", "original_users", "capacity", "look_around", "leave_midway",
         "anonymous", "remote", "wifi", "eating", "pickup", "children", "timetable"}
    ),
    KindGroup.SHELTER: frozenset(
        {"look_around", "leave_midway", "remote", "interests", "gap_seats", "original_users", "involved"}
    ),
    KindGroup.REFUGE: frozenset(
        {"place", "look_around", "leave_midway", "remote", "interests", "gap_seats", "original_users", "involved",
         "areas", "timetable", "access_note"}
    ),
}  # fmt: skip


def group_fields(group: KindGroup) -> tuple[TraitField, ...]:
    """Return the items that are asked of this group alone."""
    return _OF_GROUP.get(group, ())


def hidden_names(group: KindGroup) -> frozenset[str]:
    """Return the names of the fields and sections that make no sense for a group; a section stands for its fields."""
    own = {each.name for each in group_fields(group)}
    hidden = set(_HIDDEN.get(group, frozenset()))
    for section, fields in SECTIONS.items():
        if section in hidden:
            hidden |= {each.name for each in fields}
    hidden |= {each.name for each in SECTIONS["group"] if each.name not in own}
    return frozenset(hidden)


def parts_of(text: str | None) -> list[str]:
    """Return the answers that stand in one text."""
    return [part for part in (text or "").replace("；", PARTED).split(PARTED) if part]


def text_of(parts: Iterable[str]) -> str:
    """Return several answers as one text."""
    return PARTED.join(parts)
