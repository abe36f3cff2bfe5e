"""How old a confirmation is, and what follows from that.

The idea is that of DORA (les-emplois): a banner before, then asked, then no longer offered. Here an opening is asked
about before it is due, sinks in the order once it is (see the matcher's part 確かさ), and is no longer proposed when
as much time again has passed. An informal gathering is never due: what is shown of it is only 「確認は3月」.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

OPENING_INTERVAL_DAYS: Final = 90
"""After how many days a host is asked again, where neither the place nor its kind says another number."""

ASKED_AHEAD_DAYS: Final = 14
"""So long before it is due a confirmation is asked for: a letter takes its time."""

GRACE: Final = 2
"""An opening leaves the matcher after so many intervals."""


class Freshness(StrEnum):
    """Where a confirmation stands."""

    FRESH = "fresh"
    SOON = "soon"
    DUE = "due"
    STALE = "stale"
    NEVER = "never"
    UNTIMED = "untimed"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {
            "fresh": "確認ずみ",
            "soon": "もうすぐ確認の時期",
            "due": "確認の時期をすぎた",
            "stale": "確認が古い",
            "never": "まだ確かめていない",
            "untimed": "確認の時期は決めていない",
        }[self.value]

    @property
    def caution(self) -> str | None:
        """What is said beside a place that is proposed, None where nothing is amiss.

        Nobody has confirmed yet is another thing than a confirmation that grew old.
        """
        return {
            Freshness.DUE: "確認の時期をすぎています",
            Freshness.STALE: "確認が古くなっています",
            Freshness.NEVER: "まだ確かめていません",
        }.get(self)

    @property
    def asks(self) -> bool:
        """Whether somebody should ask."""
        return self in (Freshness.SOON, Freshness.DUE, Freshness.STALE, Freshness.NEVER)


@dataclass(frozen=True)
class Rhythm:
    """The days that follow from a confirmation and its interval; `due_on` is None where nothing asks for one."""

    confirmed_on: date | None
    interval_days: int | None

    @property
    def due_on(self) -> date | None:
        """The day from which it counts as old."""
        if self.confirmed_on is None or self.interval_days is None:
            return None
        return self.confirmed_on + timedelta(days=self.interval_days)

    @property
    def asked_on(self) -> date | None:
        """The day from which it is asked for."""
        if self.due_on is None or self.interval_days is None:
            return None
        # A short interval would else be asked for on the day after the answer.
        return self.due_on - timedelta(days=min(ASKED_AHEAD_DAYS, self.interval_days // 2))

    @property
    def leaves_on(self) -> date | None:
        """The day from which an opening is not proposed any more."""
        if self.confirmed_on is None or self.interval_days is None:
            return None
        return self.confirmed_on + timedelta(days=GRACE * self.interval_days)

    def on(self, day: date) -> Freshness:
        """Return where the confirmation stands on a day."""
        if self.interval_days is None:
            return Freshness.UNTIMED
        if self.confirmed_on is None:
            return Freshness.NEVER
        assert self.due_on is not None
        assert self.asked_on is not None
        assert self.leaves_on is not None
        if day >= self.leaves_on:
            return Freshness.STALE
        if day >= self.due_on:
            return Freshness.DUE
        return Freshness.SOON if day >= self.asked_on else Freshness.FRESH


def rhythm_of_opening(
    confirmed_on: date | None, *, place_interval: int | None, kind_interval: int | None
) -> Rhythm:
    """Return the rhythm of an opening: the place's own interval, else that of its kind, else ours.

    Where nobody has ever confirmed there is no day to count from: such an opening stays, and is the first to be asked.
    """
    return Rhythm(confirmed_on, place_interval or kind_interval or OPENING_INTERVAL_DAYS)


def rhythm_of_place(
    confirmed_on: date | None, *, place_interval: int | None, kind_interval: int | None, is_light: bool
) -> Rhythm:
    """Return the rhythm of a place; an informal gathering has one only where somebody gave it one."""
    return Rhythm(confirmed_on, place_interval or (None if is_light else kind_interval))
