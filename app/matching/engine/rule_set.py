"""What a town decides about the matcher: weights, paces, which limits count. Everything else is arithmetic.

Numbers are whole (points, metres, minutes, days, per cent), so that a document reads back as what was written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from app.matching.engine.weights import FULL_POINTS, WEIGHTS, Weights
from app.matching.vocabulary import PartId, RuleId, TravelMode

POINT: Final = FULL_POINTS // 100
"""Points of the engine to one point as people read it, of which there are 100."""

NEVER_LEFT_OUT: Final[Mapping[RuleId, str]] = MappingProxyType(
    {
        RuleId.VACANCY: "「枠の空き」は外せません。席のない場に、本人を送り出してしまいます。",
        RuleId.ACCESS: "「設備」は外せません。段差や手すりは、本人の体の安全にかかわります。",
        RuleId.STAFF: "「スタッフ」は外せません。こわい思いをした人を守るための条件です。",
        RuleId.ANONYMOUS: "「匿名での参加」は外せません。かくれて暮らす人を守るための条件です。",
        RuleId.AGE: "「場の対象年齢」は外せません。事業の対象にならない人は、受け入れられません。",
        RuleId.INSURANCE: "「保険」は外せません。けがや事故のとき、本人と受け入れ先を守れなくなります。",
        RuleId.RECOGNITION: "「就労訓練の認定」は外せません。認定のない訓練は、制度の上で行えません。",
    }
)
"""Rules that guard a person's safety or that the law sets, each with the reason that a refusal gives."""


class RulesRefused(ValueError):
    """What stands in a document cannot be a rule set; each problem names the field and says what to do."""

    def __init__(self, problems: tuple[RuleProblem, ...]) -> None:
        super().__init__("; ".join(problem.text for problem in problems))
        self.problems = problems


@dataclass(frozen=True)
class RuleProblem:
    """One thing to mend. `field` is `weights`, `left_out`, a number's name, or a part of `weight_…` and `pace_…`."""

    field: str
    text: str


@dataclass(frozen=True)
class Pace:
    """Metres a minute, and minutes that go by however near the place is (waiting, parking)."""

    metres: int
    fixed_minutes: int


@dataclass(frozen=True)
class Bound:
    """The range of a number that a town sets, and its words."""

    label: str
    unit: str
    low: int
    high: int

    def problem_with(self, value: int) -> str | None:
        """What to do about a value outside the range."""
        if self.low <= value <= self.high:
            return None
        return f"{self.label}は、{self.low}から{self.high}までの数字にしてください。"


NUMBERS: Final[Mapping[str, Bound]] = MappingProxyType(
    {
        "detour_percent": Bound("道のりの割合", "％", 100, 300),
        "usual_minutes": Bound("行きやすさの物さしの端", "分", 10, 180),
        "first_slot_percent": Bound("1つ目に重なる枠", "％", 10, 100),
        "try_percent": Bound("「試してもよい形」の値", "％", 0, 100),
        "full_interests": Bound("満点になる関心の数", "個", 1, 10),
        "fresh_days": Bound("新しいとみなす日数", "日", 0, 365),
        "stale_days": Bound("点がなくなる日数", "日", 1, 1095),
    }
)
PACE_BOUND: Final = Bound("1分に進む距離", "m", 10, 1500)
FIXED_BOUND: Final = Bound("待ち時間など", "分", 0, 60)


@dataclass(frozen=True, kw_only=True)
class TownRules:
    """One rule set. Version 0 is the product's own, which counts until a town decides.

    `detour_percent` is the way over the straight line: between 120 and 140 in the literature on street networks.
    `usual_minutes` is the far end of the scale of the way for somebody who named no limit. `first_slot_percent` is
    what one common slot gives of the part, and each further one of the rest: a second gives a choice of days, a tenth
    gives nothing. `try_percent` is a kind worth a try against 100 for one wished now. `full_interests` words in
    common are a full match: nobody looks for a place that shares all six of their interests. A record is fresh until
    `fresh_days` after its last confirmation and gives nothing from `stale_days` on.
    """

    version: int
    weights: Weights = field(hash=False)
    paces: Mapping[TravelMode, Pace] = field(hash=False)
    left_out: frozenset[RuleId] = frozenset()
    detour_percent: int = 130
    usual_minutes: int = 60
    first_slot_percent: int = 60
    try_percent: int = 60
    full_interests: int = 2
    fresh_days: int = 30
    stale_days: int = 365

    def __post_init__(self) -> None:
        problems = tuple(_problems(self.document))
        if problems:
            raise RulesRefused(problems)

    @property
    def detour(self) -> float:
        """Way over straight line."""
        return self.detour_percent / 100

    @property
    def document(self) -> dict[str, Any]:
        """The decisions as plain values; the version stands beside them."""
        return {
            "weights": {part.value: self.weights.points[part] for part in PartId},
            "paces": {mode.value: [pace.metres, pace.fixed_minutes] for mode, pace in self.paces.items()},
            "left_out": [rule.value for rule in RuleId if rule in self.left_out],
            **{name: getattr(self, name) for name in NUMBERS},
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any], *, version: int) -> TownRules:
        """Read a rule set. A number that a former release did not know yet is the product's own.

        Raises:
            RulesRefused: something in it cannot stand, with every problem at once.
        """
        problems = tuple(_problems(document))
        if problems:
            raise RulesRefused(problems)
        points = {part: document["weights"][part.value] for part in PartId}
        weights = WEIGHTS if points == dict(WEIGHTS.points) else Weights(f"rules-{version}", points)
        return cls(
            version=version,
            weights=weights,
            paces={mode: Pace(*document["paces"][mode.value]) for mode in TravelMode},
            left_out=frozenset(RuleId(name) for name in document["left_out"]),
            **{name: document[name] for name in NUMBERS if name in document},
        )


def _problems(document: Mapping[str, Any]) -> Iterator[RuleProblem]:
    yield from _weight_problems(document["weights"])
    for mode in TravelMode:
        metres, fixed = document["paces"][mode.value]
        for name, bound, value in (("pace", PACE_BOUND, metres), ("fixed", FIXED_BOUND, fixed)):
            if problem := bound.problem_with(value):
                yield RuleProblem(f"{name}_{mode.value}", f"{mode.label}の{problem}")
    for name, bound in NUMBERS.items():
        if name in document and (problem := bound.problem_with(document[name])):
            yield RuleProblem(name, problem)
    if document.get("stale_days", 365) <= document.get("fresh_days", 30):
        yield RuleProblem("stale_days", "点がなくなる日数は、新しいとみなす日数より長くしてください。")
    for rule, refusal in NEVER_LEFT_OUT.items():
        if rule.value in document["left_out"]:
            yield RuleProblem("left_out", refusal)


def _weight_problems(points: Mapping[str, int]) -> Iterator[RuleProblem]:
    for part in PartId:
        if points[part.value] < 0 or points[part.value] % POINT:
            yield RuleProblem(
                f"weight_{part.value}", f"{part.label}の重みは、0から100までの整数にしてください。"
            )
    total = sum(points[part.value] for part in PartId)
    if total != FULL_POINTS:
        lacking = f"{abs(FULL_POINTS - total) / POINT:g}点"
        yield RuleProblem(
            "weights",
            f"重みの合計は、いま{total / POINT:g}点です。"
            f"100点になるように、{lacking}{'足して' if total < FULL_POINTS else '減らして'}ください。",
        )


DEFAULT_RULES: Final = TownRules(
    version=0,
    weights=WEIGHTS,
    paces=MappingProxyType(
        {
            TravelMode.WALK: Pace(70, 0),
            TravelMode.BICYCLE: Pace(200, 0),
            TravelMode.BUS: Pace(300, 10),
            TravelMode.CAR: Pace(400, 5),
            TravelMode.PICKUP: Pace(400, 5),
        }
    ),
)
"""What counts until a town decides otherwise."""
