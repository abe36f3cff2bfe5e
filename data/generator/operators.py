"""Who runs a resource, and corporate numbers that are well-formed and belong to nobody."""

from dataclasses import dataclass, field
from random import Random

from data.generator.chance import pick
from data.generator.land import Town
from data.generator.places import base_name

CORPORATE = (
    "NPO法人",
    "社会福祉法人",
    "株式会社",
    "一般社団法人",
    "合同会社",
    "有限会社",
    "宗教法人",
    "協同組合",
)


def corporate_check_digit(twelve: str) -> str:
    """The leading digit: nine minus the weighted sum modulo nine, weights 1 and 2 from the right."""
    total = sum(int(digit) * (1 if place % 2 == 0 else 2) for place, digit in enumerate(reversed(twelve)))
    return str(9 - total % 9)


@dataclass
class Register:
    """Gives each corporation its number once. 9999 is no registry office, so the numbers can belong to nobody."""

    numbers: dict[str, str] = field(default_factory=dict)

    def number_of(self, operator: str) -> str:
        """The number of a corporation, blank for neighbours who simply meet."""
        if not any(word in operator for word in CORPORATE):
            return ""
        if operator not in self.numbers:
            twelve = f"999999{len(self.numbers) + 1:06d}"
            self.numbers[operator] = corporate_check_digit(twelve) + twelve
        return self.numbers[operator]


def operator_for(rng: Random, kind: str, town: Town, prefix: str) -> str:
    """An operator as such a kind of resource has in towns."""
    place = base_name(town)[0]
    neighbours = [
        f"{place}自治会",
        f"{place}老人クラブ",
        "住民有志",
        f"{town.district.name}地区社会福祉協議会",
        f"{prefix}の会",
    ]
    bodies = [
        "社会福祉法人 瀬凪市社会福祉協議会",
        f"NPO法人 {prefix}ネット",
        "瀬凪市",
        "社会福祉法人 瀬凪福祉会",
        "一般社団法人 しおかぜ支援",
    ]
    if kind in ("通いの場", "ボランティア"):
        return pick(rng, neighbours + bodies[:2], [5, 3, 6, 3, 5, 2, 1])
    if kind in ("相談", "移動", "配食", "見守り", "住まい"):
        return pick(rng, [*bodies, neighbours[3]], [5, 3, 4, 3, 3, 2])
    return pick(rng, [*bodies, neighbours[2], neighbours[4]], [4, 4, 2, 2, 2, 3, 4])
