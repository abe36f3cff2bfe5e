"""What stands beside a score and never in it: how a host answers, and how many were sent to a place of late.

It is counted over the proposals of teams to which whoever looks does not belong, so it is told in coarse words: a small
number, or one that moves by one from a day to the next, could point at a person.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Final

ASKED_WITHIN: Final = timedelta(days=365)
"""How far back questions to a host count."""

PROPOSED_WITHIN: Final = timedelta(days=30)
"""How far back proposals of a place count."""

FEWEST_QUESTIONS: Final = 5
"""With fewer, the share says more about single people than about the host; more count in whole fives."""

FEWEST_PEOPLE: Final = 3
"""With fewer, the number could point at somebody; nobody, one and two are told alike."""

_BANDS: Final = ((3, 5), (6, 10), (11, 20))


@dataclass(frozen=True)
class AskedHost:
    """One question to a host that came to its end: when it was asked, and when answered; None when the time ran out."""

    asked_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True)
class HostRecord:
    """How a host has answered. `tenths` (0..10) and `days` are None with too few questions, `days` without an answer too."""

    tenths: int | None
    days: int | None

    @property
    def words(self) -> str:
        """「聞いたうち、およそ9割に期限までの返事。ふだん3日ほど」."""
        if self.tenths is None:
            return "まだ記録が少ない"
        if self.days is None:
            return "期限までの返事は、まだない"
        shares = {10: "ほぼ毎回、期限までに返事", 0: "期限までの返事は、まれ"}
        share = shares.get(self.tenths, f"およそ{self.tenths}割は、期限までに返事")
        usual = "その日のうち" if self.days == 0 else f"{self.days}日ほど"
        return f"{share}（ふだん{usual}）"


def record_of(questions: Iterable[AskedHost]) -> HostRecord:
    """Sum up the questions to one host in whole fives, the earliest first: how a single one ended changes nothing."""
    asked = sorted(questions, key=lambda one: (one.asked_at, one.answered_at or one.asked_at))
    del asked[len(asked) // FEWEST_QUESTIONS * FEWEST_QUESTIONS :]
    if not asked:
        return HostRecord(None, None)
    waits = [
        (one.answered_at - one.asked_at).total_seconds() / 86_400
        for one in asked
        if one.answered_at is not None
    ]
    return HostRecord(_tenths(len(waits), len(asked)), round(median(waits)) if waits else None)


def _tenths(answered: int, asked: int) -> int:
    """Tenths, rounded half up, in whole numbers so that two machines agree."""
    return (20 * answered + asked) // (2 * asked)


def exposure_words(people: int) -> str:
    """「この30日で、3〜5人」 for the number of people of other teams to whom a place was proposed."""
    if people < FEWEST_PEOPLE:
        return "この30日は、少ない"
    for low, high in _BANDS:
        if people <= high:
            return f"この30日で、{low}〜{high}人"
    return f"この30日で、{_BANDS[-1][1] + 1}人以上"
