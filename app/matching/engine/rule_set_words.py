"""A rule set in plain Japanese: what each part measures and why, and what differs between two sets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from app.matching.engine.rule_set import FIXED_BOUND, NUMBERS, PACE_BOUND, POINT, TownRules
from app.matching.engine.rules.catalogue import RULES
from app.matching.vocabulary import PartId, TravelMode


@dataclass(frozen=True)
class PartWords:
    """What a part of the score measures, and why it counts as much as it does."""

    measures: str
    why: str


PART_WORDS: Final[Mapping[PartId, PartWords]] = MappingProxyType(
    {
        PartId.PURPOSE: PartWords(
            "本人が選んだ目的に、その場がどれだけつながるか。目的の強さ（1〜5）で重みをつけます。",
            "本人が何のために行きたいかを、いちばんに置くためです。",
        ),
        PartId.KIND: PartWords(
            "いま望む参加の形ができるか。「試してもよい形」だけなら、値を小さくします。",
            "望まない形の参加は、はじめから無理になりやすいためです。",
        ),
        PartId.TIME: PartWords(
            "空き時間と、開いている曜日・時間帯がいくつ重なるか。1つ目がいちばん効きます。",
            "時間が合わないことは、やめる理由になりやすいためです。",
        ),
        PartId.TRAVEL: PartWords(
            "本人の行きかたで、何分かかるか。近いほど高く、望む分数の端で0になります。",
            "行き帰りのつらさは、やめる理由になりやすいためです。",
        ),
        PartId.ENVIRONMENT: PartWords(
            "静けさ・人とのやり取り・身体の負荷・ペース・人数が、本人の望みにどれだけ近いか。",
            "場の雰囲気が合わないことは、やめる理由の中でも大きいためです。",
        ),
        PartId.INTERESTS: PartWords(
            "本人の関心のことばが、その場の紹介文にあるか。",
            "話すきっかけになるからです。関心だけでは、長く続く理由になりません。",
        ),
        PartId.FRESHNESS: PartWords(
            "その場のことを、最後に確かめたのはいつか。",
            "記録の新しさは、場のよさではありません。ほかが同じときに見分けるだけにします。",
        ),
    }
)


@dataclass(frozen=True)
class Difference:
    """One decision that two rule sets take differently, in words."""

    name: str
    before: str
    after: str

    @property
    def text(self) -> str:
        """The difference on one line."""
        return f"{self.name} {self.before}→{self.after}"


def differences(before: TownRules, after: TownRules) -> tuple[Difference, ...]:
    """What changes from one rule set to the other, in the order of the page; empty when nothing does."""
    named = [
        Difference(name, old, new)
        for (name, old), (_, new) in zip(_decisions(before), _decisions(after), strict=True)
    ]
    return tuple(one for one in named if one.before != one.after)


def _decisions(rules: TownRules) -> Iterator[tuple[str, str]]:
    for part in PartId:
        yield f"重み「{part.label}」", f"{rules.weights.points[part] // POINT}点"
    for rule in RULES:
        yield f"条件「{rule.name}」", "使わない" if rule.id in rules.left_out else "使う"
    for mode in TravelMode:
        pace = rules.paces[mode]
        yield f"{mode.label}で{PACE_BOUND.label}", f"{pace.metres}{PACE_BOUND.unit}"
        yield f"{mode.label}の{FIXED_BOUND.label}", f"{pace.fixed_minutes}{FIXED_BOUND.unit}"
    for name, bound in NUMBERS.items():
        yield bound.label, f"{getattr(rules, name)}{bound.unit}"
