"""The single source of chance and of time for the whole demo town."""

import math
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import TypeVar

SEED = 20261101
ANCHOR_DATE = date(2026, 11, 1)
CITY = "瀬凪市"
PREFECTURE = "三重県"
# 24299 is not given to any municipality; the sixth digit is the check digit that the code system prescribes.
MUNICIPALITY_CODE = "242993"

T = TypeVar("T")


def stream(noun: str, seed: int = SEED) -> Random:
    """An own stream per noun, so that one more host does not change the names of all the people."""
    return Random(f"{seed}:{noun}")


def pick(rng: Random, options: Sequence[T], weights: Sequence[float] | None = None) -> T:
    """One of the options, by weight where weights are given."""
    if weights is None:
        return options[rng.randrange(len(options))]
    return rng.choices(options, weights=weights, k=1)[0]


def sometimes(rng: Random, known: float, value: str) -> str:
    """The value in a share of cases, otherwise a blank: a real town does not know everything."""
    return value if rng.random() < known else ""


def days_before(days: int) -> date:
    """A date before the anchor."""
    return ANCHOR_DATE - timedelta(days=days)


def bell(rng: Random, middle: float, spread: float, low: float, high: float) -> float:
    """A value around a middle that never leaves its plausible range."""
    return min(high, max(low, rng.gauss(middle, spread)))


def poisson(rng: Random, mean: float) -> int:
    """A small count, by Knuth's product of uniforms."""
    limit, count, product = math.exp(-mean), 0, rng.random()
    while product > limit:
        count += 1
        product *= rng.random()
    return count


class Deck(list[str]):
    """Sentences that are dealt like cards: none comes twice before all have been seen once."""

    def __init__(self, rng: Random, cards: Sequence[str]) -> None:
        """Keep the full set and start with an empty hand."""
        super().__init__()
        self._rng = rng
        self._cards = list(cards)

    def deal(self) -> str:
        """The next sentence."""
        if not self:
            self.extend(self._cards)
            self._rng.shuffle(self)
        return self.pop()
