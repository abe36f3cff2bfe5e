"""What each hard rule reads and when it says 可, 不可 or 不明, for people who want to know how places fall out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from app.matching.vocabulary import RuleId


@dataclass(frozen=True)
class RuleWords:
    """The values that a rule compares, of the need and of the place, and what makes each verdict.

    Without a `need` nothing of the person is compared; without an `unknown` it is so when the place's value is missing.
    """

    need: str
    place: str
    yes: str
    no: str
    unknown: str = ""


_NOTHING_OF_THE_PERSON: Final = ""

RULE_WORDS: Final[Mapping[RuleId, RuleWords]] = MappingProxyType(
    {
        RuleId.KIND: RuleWords(
            "いま望む形・試してもよい形",
            "できる参加の形",
            "望む形か、試してもよい形が1つでもあるとき",
            "どれもないとき",
        ),
        RuleId.HOURS: RuleWords(
            "空いている曜日と時間帯",
            "開いている曜日と時間帯（満席の枠はのぞく）",
            "1つでも重なるとき",
            "1つも重ならないとき",
        ),
        RuleId.FREQUENCY: RuleWords(
            "望む回数", "月に開く回数", "望む回数だけ開くとき", "開く回数が足りないとき"
        ),
        RuleId.WEEKLY_HOURS: RuleWords(
            "週に望む時間・空いている時間帯",
            "重なる枠・1回の長さ・月に開く回数",
            "週にならして、望む時間に足りるとき",
            "足りないとき",
            "枠・1回の長さ・回数のどれかが、記録にないとき",
        ),
        RuleId.TRAVEL: RuleWords(
            "出かける地域・行きかた・分数",
            "場所と、その確かさ",
            "長く見ても、望む分数に収まるとき。オンラインで参加できるとき",
            "短く見ても、望む分数を超えるとき",
            "出かける地域か場所が、わからないか大まかで、どちらとも言えないとき",
        ),
        RuleId.FEE: RuleWords("1回の費用の望み", "1回の費用", "望みに収まるとき", "超えるとき"),
        RuleId.PEOPLE: RuleWords("大丈夫な人数", "ふだんの人数", "その人数までのとき", "それより多いとき"),
        RuleId.NOISE: RuleWords("静けさの望み", "静けさ", "望みに収まるとき", "望みよりにぎやかなとき"),
        RuleId.INTERACTION: RuleWords(
            "人とのやり取りの望み", "人とのやり取り", "望みに収まるとき", "望みより多いとき"
        ),
        RuleId.LAST_BUS: RuleWords(
            "遅くとも帰りに出る時刻",
            "枠の始まりと終わり・最短の時間・途中退室",
            "その時刻までに終わるか、途中で帰れるとき",
            "終わるのが遅く、途中でも帰れないとき",
            "枠の時刻か、途中で帰れるかが、記録にないとき",
        ),
        RuleId.PICKUP: RuleWords(
            "行きかたが送迎か・支援者の送迎",
            "受け入れ先の送迎",
            "受け入れ先か支援者が送迎できるとき",
            "どちらもできないとき",
            "どちらかが、まだわからないとき",
        ),
        RuleId.LANGUAGE: RuleWords(
            "望むことば", "通じることば", "1つでも通じるとき", "どれも通じないとわかっているとき"
        ),
        RuleId.VACANCY: RuleWords(
            _NOTHING_OF_THE_PERSON, "いまの空き", "1人分でも空いているとき", "空きがないとき"
        ),
        RuleId.GAP: RuleWords(
            "制度の狭間にあるか",
            "狭間の人の受け入れ",
            "「可」としているとき",
            "「不可」としているとき",
        ),
        RuleId.STAY: RuleWords(
            "1回に居られる長さ",
            "参加できる最短の時間",
            "居られる長さに収まるとき",
            "居られる長さを超えるとき",
        ),
        RuleId.LOAD: RuleWords("身体の負荷の望み", "身体の負荷", "望みに収まるとき", "望みより重いとき"),
        RuleId.PACE: RuleWords(
            "ペースの望み", "ペース", "望みに収まるとき", "望みより合わせることが多いとき"
        ),
        RuleId.ACCESS: RuleWords(
            "必要な設備",
            "設備の有無",
            "必要なものが、すべてあるとき",
            "1つでも「無」のとき",
            "「無」はなく、記録にないものがあるとき",
        ),
        RuleId.STAFF: RuleWords(
            "いてほしい・いてほしくないスタッフの性別",
            "スタッフの性別",
            "望むとおりのとき",
            "望みに反するとき",
        ),
        RuleId.LOOK_AROUND: RuleWords(
            "見学したいか", "見学", "「可」としているとき", "「不可」としているとき"
        ),
        RuleId.ANONYMOUS: RuleWords(
            "名前を言わずに居たいか", "匿名での参加", "「可」としているとき", "「不可」としているとき"
        ),
        RuleId.LEAVE_MIDWAY: RuleWords(
            "途中で帰れることが要るか", "途中退室", "「可」としているとき", "「不可」としているとき"
        ),
        RuleId.COMPANION: RuleWords(
            "だれかと一緒に行きたいか", "同行者", "「可」としているとき", "「不可」としているとき"
        ),
        RuleId.REMOTE: RuleWords(
            "オンラインで参加したいか", "オンライン参加", "「可」としているとき", "「不可」としているとき"
        ),
        RuleId.AGE: RuleWords(
            "年齢",
            "対象の年齢・狭間の人の受け入れ",
            "対象に入るとき。外でも、狭間の人を「可」としているとき",
            "対象の外で、狭間の人を「不可」としているとき",
            "本人の年齢か、場の対象が、記録にないとき",
        ),
        RuleId.INSURANCE: RuleWords(
            _NOTHING_OF_THE_PERSON,
            "傷害・賠償の保険",
            "保険が有効か、要らない場のとき",
            "仕事をする場なのに、保険がないとき",
        ),
        RuleId.RECOGNITION: RuleWords(
            _NOTHING_OF_THE_PERSON,
            "就労訓練の認定",
            "認定があるか、要らない場のとき",
            "就労訓練の場なのに、認定がないとき",
        ),
    }
)
