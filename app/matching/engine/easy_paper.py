"""Words of the 候補票, which a person takes home and others may see: easy, and silent on any programme or diagnosis.

Readings stand as `app.resources.engine.easy_words` has them: 話《はな》す.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from app.matching.vocabulary import TravelMode
from app.resources.engine.traits import TakingPart
from app.resources.vocabulary import DayPart
from app.text.normalise import normalise_text

_LABELLING: Final = (
    "障害", "障がい", "障碍", "精神", "知的", "発達", "ひきこもり", "引きこもり", "引き籠もり", "不登校", "ニート",
    "生活保護", "困窮", "福祉", "介護", "要支援", "認知症", "依存症", "更生", "虐待", "DV", "手帳", "患者", "当事者",
    "就労継続", "就労移行", "就労訓練", "就労支援", "作業所", "リハビリ", "デイサービス", "参加支援", "狭間", "支援対象",
)  # fmt: skip
"""Words by which somebody who sees the paper would put its reader into a drawer."""

DOING: Final = MappingProxyType(
    {
        TakingPart.TIES: "人《ひと》と 知《し》り合《あ》う",
        TakingPart.BEING: "いるだけで いい",
        TakingPart.JOY: "楽《たの》しむ・学《まな》ぶ",
        TakingPart.ROLE: "できることを 手伝《てつだ》う",
        TakingPart.TRIAL: "少《すこ》し ためして みる",
        TakingPart.WORK: "働《はたら》く",
        TakingPart.HOME: "住《す》む",
    }
)
"""参加の形 as one would say it to the person."""

PARTS_OF_DAY: Final = MappingProxyType(
    {
        DayPart.MORNING: "午前《ごぜん》",
        DayPart.AFTERNOON: "午後《ごご》",
        DayPart.EVENING: "夕方《ゆうがた》",
    }
)

BY: Final = MappingProxyType(
    {
        TravelMode.WALK: "歩《ある》いて",
        TravelMode.BICYCLE: "自転車《じてんしゃ》で",
        TravelMode.BUS: "バスで",
        TravelMode.CAR: "車《くるま》で",
        TravelMode.PICKUP: "送《おく》り迎《むか》えの 車《くるま》で",
    }
)
"""How the person said that they would come."""


def labels_somebody(text: str | None) -> bool:
    """Whether a text has a word of welfare or disability, so that it does not go onto the paper."""
    said = normalise_text(text or "").upper()
    return any(word in said for word in _LABELLING)


def unlabelled(text: str | None) -> str | None:
    """The text where it labels nobody, None where it does or is empty."""
    return None if not text or labels_somebody(text) else text
