"""What somebody wants to do, in their words, and which places of the catalogue that means.

A table, not a program: a purpose names groups and kinds by words in their labels, words in what a place says of itself,
and nothing else. What no purpose takes stands under 「そのほか」, so every place for the public is under at least one.
Marked words (やさしい日本語) are read by `easy_words`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from app.resources.vocabulary import KindGroup

OTHER: Final = "other"

HIDDEN_GROUPS: Final = frozenset({KindGroup.REFUGE, KindGroup.SHELTER})
"""Where somebody sleeps who has nowhere to go, or flees, is on no list of these pages. They say whom to call."""

_ANY: Final = re.compile("")
_NONE: Final = re.compile("(?!)")


@dataclass(frozen=True, slots=True)
class Purpose:
    """A purpose: every place of a kind that `kinds` finds, and of `groups` those whose own words `words` find.

    `rule` says in Japanese what stands on the list, for the head of it.
    """

    slug: str
    label: str
    easy: str
    rule: str
    easy_rule: str
    kinds: re.Pattern[str] = _NONE
    groups: frozenset[KindGroup] = frozenset()
    words: re.Pattern[str] = _ANY

    def takes(self, kind: str, group: KindGroup, said: str) -> bool:
        """Whether a place is meant; `said` is all that it says of itself."""
        if self.kinds.search(kind):
            return True
        return group in self.groups and self.words.search(said) is not None


_TAKING_PART: Final = frozenset({KindGroup.TAKING_PART})
_TO_BE: Final = frozenset({KindGroup.TAKING_PART, KindGroup.FACILITY})
_SUPPORT: Final = frozenset({KindGroup.SUPPORT})

PURPOSES: Final = (
    Purpose(
        "talk",
        "人と話したい",
        "人《ひと》と 話《はな》したい",
        "居場所、ピア・家族会と、おしゃべりやお茶の集まりです。",
        "いっしょに 話《はな》す 場所《ばしょ》です。",
        kinds=re.compile("居場所|サロン|ピア|家族会|カフェ"),
        groups=_TAKING_PART,
        words=re.compile("おしゃべり|お茶|茶話|カフェ|サロン|話し相手|語り"),
    ),
    Purpose(
        "quiet",
        "しずかに過ごしたい",
        "しずかな 場所《ばしょ》に いたい",
        "「静か」とわかっている場と、本・絵・手仕事などの場です。",
        "しずかな 場所《ばしょ》です。",
        groups=_TO_BE,
        words=re.compile("静けさ:静か|静かな|図書|読書|文庫|自習|ひとりで"),
    ),
    Purpose(
        "move",
        "体を動かしたい",
        "体《からだ》を 動《うご》かしたい",
        "体操、散歩、運動、畑などの場です。",
        "運動《うんどう》を する 場所《ばしょ》です。",
        groups=_TO_BE,
        words=re.compile(
            "体操|運動|散歩|さんぽ|ウォーキング|ヨガ|太極拳|ダンス|卓球|ゴルフ|スポーツ|体育|リハビリ|畑|農"
        ),
    ),
    Purpose(
        "eat",
        "ごはんを食べたい",
        "ごはんを 食《た》べたい",
        "食堂、食べ物を受け取れる場、ごはんを届けてくれるところです。",
        "食《た》べたり、食《た》べ物《もの》を もらったり する 場所《ばしょ》です。",
        kinds=re.compile("食の支援|配食|食堂|フード"),
        groups=_TAKING_PART,
        words=re.compile("食堂|食卓|ごはん|昼食|夕食|朝食|弁当|フードパントリー|炊き出し"),
    ),
    Purpose(
        "learn",
        "習いたい・作りたい",
        "習《なら》いたい・作《つく》りたい",
        "学びの場と、音楽・手芸・ものづくり・パソコンなどの場です。",
        "勉強《べんきょう》したり、物《もの》を 作《つく》ったり する 場所《ばしょ》です。",
        kinds=re.compile("学び|学習|講座|教室"),
        groups=_TO_BE,
        words=re.compile(
            "教室|学び|勉強|外国語|読み書き|音楽|歌|手芸|木工|ものづくり|絵|パソコン|囲碁|将棋|俳句|書道"
        ),
    ),
    Purpose(
        "give",
        "だれかの役に立ちたい",
        "だれかを 手伝《てつだ》いたい",
        "ボランティアの場です。",
        "人《ひと》を 手伝《てつだ》う 場所《ばしょ》です。",
        kinds=re.compile("ボランティア"),
        groups=_TO_BE,
        words=re.compile("ボランティア"),
    ),
    Purpose(
        "work",
        "はたらく練習がしたい",
        "働《はたら》く 練習《れんしゅう》が したい",
        "仕事の体験と、就労訓練の場です。",
        "仕事《しごと》を 少《すこ》し する 場所《ばしょ》です。",
        kinds=re.compile("就労|仕事|職業"),
        groups=frozenset({KindGroup.WORK}),
    ),
    Purpose(
        "consult",
        "だれかに相談したい",
        "相談《そうだん》したい",
        "相談の窓口です。何の相談かは、それぞれの名前を見てください。",
        "困《こま》ったことを 話《はな》す 場所《ばしょ》です。",
        kinds=re.compile("相談|窓口"),
        groups=_SUPPORT,
        words=re.compile("相談"),
    ),
    Purpose(
        "home",
        "住むところに困っている",
        "住《す》む ところが なくて 困《こま》っている",
        "貸してくれる部屋や家と、部屋さがしを手伝うところです。",
        "家《いえ》を 探《さが》す 場所《ばしょ》です。",
        groups=frozenset({KindGroup.HOUSING}),
        kinds=re.compile("住まい|居住"),
    ),
    Purpose(
        "children",
        "子どもといっしょに",
        "子《こ》どもと いっしょに",
        "親子、子ども、子育ての場と窓口です。",
        "子《こ》どもと 行《い》く 場所《ばしょ》です。子《こ》どもの ことを 相談《そうだん》する 場所《ばしょ》も あります。",
        kinds=re.compile("子育て|子ども|こども|児童"),
        groups=_TO_BE | _SUPPORT,
        words=re.compile("子ども|こども|子育て|親子|赤ちゃん|乳幼児|小中高|小学生|妊娠|プレーパーク"),
    ),
    Purpose(
        "home-help",
        "家での暮らしや外出を手伝ってほしい",
        "家《いえ》の ことや 出《で》かけることを 手伝《てつだ》って ほしい",
        "見守り、送り迎え、配達など、家まで来てくれるところです。",
        "あなたの 家《いえ》に 来《き》て 手伝《てつだ》って くれます。",
        kinds=re.compile("移動|見守り|配食|送迎|外出"),
    ),
    Purpose(
        "event",
        "イベントに行きたい",
        "イベントに 行《い》きたい",
        "お祭り、催し、行事です。",
        "お祭《まつ》りなどです。",
        kinds=re.compile("イベント|行事|催し"),
    ),
)
"""The purposes in the order of the page. What somebody does with others comes first, what they lack after it."""

_OTHER: Final = Purpose(
    OTHER,
    "そのほか",
    "ほかの 場所《ばしょ》",
    "上のどれにも入らない場所です。",
    "ほかの いろいろな 場所《ばしょ》です。",
)

ALL_PURPOSES: Final = {purpose.slug: purpose for purpose in (*PURPOSES, _OTHER)}
"""Every purpose by its slug, 「そのほか」 last."""


@lru_cache(16_384)
def purposes_of(kind: str, group: KindGroup, said: str) -> frozenset[str]:
    """Return the slugs of the purposes for which a place is listed, at least 「そのほか」; none for a bed in need."""
    if group in HIDDEN_GROUPS:
        return frozenset()
    found = frozenset(purpose.slug for purpose in PURPOSES if purpose.takes(kind, group, said))
    return found or frozenset({OTHER})
