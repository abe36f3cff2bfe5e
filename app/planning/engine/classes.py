"""Classes of a map: at most five, with ends that people say aloud and that one more case or resident hardly moves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

MOST: Final = 5
_STEPS: Final = (1, 2, 5)


@dataclass(frozen=True)
class Classes:
    """Classes of equal width that begin at 0; the last one has no upper end."""

    step: int
    count: int

    def of(self, value: float) -> int:
        """Return the number of the class of a value, from 0."""
        return min(int(value // self.step), self.count - 1)

    def labels(self, unit: str) -> list[str]:
        """Return the words of the legend, one for each class: 「0–99人」 … 「400人以上」."""
        words = [self._words(number, unit) for number in range(self.count)]
        if self.count > 1:
            words[-1] = f"{(self.count - 1) * self.step:,}{unit}以上"
        return words

    def _words(self, number: int, unit: str) -> str:
        first, last = number * self.step, (number + 1) * self.step - 1
        return f"{first:,}{unit}" if first == last else f"{first:,}–{last:,}{unit}"

    def least_labels(self, unit: str) -> list[str]:
        """Return the legend where the values are the lower ends of ranges: 「少なくとも10件」."""
        rest = [f"少なくとも{number * self.step:,}{unit}" for number in range(1, self.count)]
        return [f"少なくとも{self.step:,}{unit}とは言えない", *rest]


def classes_for(values: Iterable[float], *, least_step: int = 1) -> Classes:
    """Return the narrowest pretty classes (step 1, 2 or 5 × a power of ten) of which five reach the largest value.

    Equal steps and not quantiles: quantiles move with every value, so that a town would change its colour because
    another one grew. `least_step` is the width of a range of cases, below which a class would pretend to know more.
    """
    largest = max(values, default=0)
    step, power = least_step, 1
    while step * MOST <= largest:
        candidates = [
            unit * power for unit in _STEPS if unit * power > step and unit * power % least_step == 0
        ]
        if candidates:
            step = candidates[0]
        else:
            power *= 10
    return Classes(step, min(MOST, int(largest // step) + 1))
