"""What is said of a week of places, made of the numbers that were computed and of nothing else."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from app.matching.engine.combining import Combination, Entry, Leg
from app.matching.engine.matcher import Match
from app.matching.engine.rules.last_bus import clock_words
from app.matching.engine.rules.person import HOURS_SLACK, WEEKS_SLACK, minute_words, week_words
from app.matching.engine.rules.rule import number_words
from app.matching.engine.week_pool import WeekWish, slots_to_take, ways_home
from app.matching.vocabulary import Verdict
from app.resources.engine.columns import UNKNOWN
from app.resources.engine.traits import Purpose, slot_labels


@dataclass(frozen=True)
class Filled:
    """How far a week fills one wish. UNKNOWN depends on what is not known; None: nobody asked."""

    verdict: Verdict | None
    text: str


@dataclass(frozen=True)
class Uncovered:
    """Purposes that no place of the week serves: known of all of them, or not known of one at least."""

    no: tuple[Purpose, ...]
    unknown: tuple[Purpose, ...]


def hours_filled(week: Combination, wish: WeekWish) -> Filled:
    """「週に約5時間で、望む4時間に足りる」, by what is known alone."""
    if week.open_rows and not week.minutes:
        verdict = None if wish.hours is None else Verdict.UNKNOWN
        return Filled(verdict, "1回の長さか回数がわからず、週の時間は数えられない")
    said = f"週に約{number_words(round(week.minutes / 60, 1), '時間')}"
    known = f"わかっているのは{said}" if week.open_rows else said
    if wish.hours is None:
        return Filled(None, known)
    wanted = number_words(wish.hours, "時間")
    if week.minutes / 60 >= wish.hours - HOURS_SLACK:
        return Filled(Verdict.YES, f"{said}で、望む{wanted}に足りる")
    if week.open_rows:
        return Filled(Verdict.UNKNOWN, f"{known}で、望む{wanted}に足りるかは不明")
    missing = number_words(round(wish.hours - week.minutes / 60, 1), "時間")
    return Filled(Verdict.NO, f"{said}で、望む{wanted}に約{missing}足りない")


def times_filled(week: Combination, wish: WeekWish) -> Filled:
    """「合わせて月に約8回で、望む回数（月2回くらい）より多い」, by what is known alone.

    How often somebody wishes to go is where they would begin, so that more of it is said and not praised.
    """
    together = "合わせて" if len(week.entries) > 1 else ""
    is_open = bool(week.open_rows)
    if is_open and not week.tenths:
        return Filled(None if wish.weeks is None else Verdict.UNKNOWN, "月に何回になるかは不明")
    times = week.tenths / 10
    said = f"{together}月に約{max(1, round(times))}回"
    known = f"わかっているのは{said}" if is_open else said
    if wish.weeks is None:
        return Filled(None, known)
    wanted = f"望む回数（{week_words(wish.weeks)}）"
    if times > wish.weeks + 1:
        return Filled(Verdict.YES, f"{said}で、{wanted}より多い。どのくらい行くかは、本人と決める")
    if times >= wish.weeks - WEEKS_SLACK:
        return Filled(Verdict.YES, f"{said}で、{wanted}に足りる")
    if is_open:
        return Filled(Verdict.UNKNOWN, f"{known}で、{wanted}に足りるかは不明")
    return Filled(Verdict.NO, f"{said}で、{wanted}に足りない")


def uncovered(outcome: Match, week: Combination) -> Uncovered:
    """The wished purposes that the week is not known to serve, the weightiest first."""
    weights, refused = outcome.profile.purposes, outcome.columns.purposes.no
    left = in_order(outcome, set(weights) - week.served)
    no = tuple(purpose for purpose in left if all(refused[row] >> purpose & 1 for row in week.rows))
    return Uncovered(no, tuple(purpose for purpose in left if purpose not in no))


def quoted(purposes: Iterable[Purpose]) -> str:
    """「居場所」「楽しみ」."""
    return "".join(f"「{purpose.label}」" for purpose in purposes)


def in_order(outcome: Match, purposes: Iterable[Purpose]) -> tuple[Purpose, ...]:
    """Purposes with the weightiest first."""
    weights = outcome.profile.purposes
    return tuple(sorted(purposes, key=lambda purpose: (-weights[purpose], purpose)))


def role_text(outcome: Match, week: Combination, entry: Entry) -> str:
    """Which wish this place serves in the week: what it alone serves stands first. Empty where nobody named a purpose."""
    weights, yes = outcome.profile.purposes, outcome.columns.purposes.yes
    if not weights:
        return ""
    own = {purpose for purpose in weights if yes[entry.row] >> purpose & 1}
    others = {
        purpose for purpose in weights for row in week.rows if row != entry.row and yes[row] >> purpose & 1
    }
    alone, shared = in_order(outcome, own - others), in_order(outcome, own & others)
    if alone and shared:
        return f"{quoted(alone)}につながるのは、この場だけ。{quoted(shared)}にもつながる"
    if own:
        return f"{quoted(alone or shared)}につながる"
    refused = outcome.columns.purposes.no[entry.row]
    if all(refused >> purpose & 1 for purpose in weights):
        return "選んだ目的につながるものは登録にない"
    return "選んだ目的につながるかは不明"


def length_text(outcome: Match, row: int) -> str:
    """「1回 約2時間、月に約4回」, or what is not known of it."""
    minutes, weeks = int(outcome.columns.session_minutes[row]), float(outcome.columns.weeks_per_month[row])
    longest = outcome.profile.longest_stay_minutes
    if minutes != UNKNOWN and longest is not None:
        minutes = min(minutes, longest)
    one = "1回の長さは不明" if minutes == UNKNOWN else f"1回 約{_span(minutes)}"
    often = "回数は不明" if math.isnan(weeks) else f"月に約{max(1, round(weeks))}回"
    return f"{one}、{often}"


def _span(minutes: int) -> str:
    return f"{minutes}分" if minutes < 60 else number_words(round(minutes / 60, 1), "時間")


def other_slots(outcome: Match, entry: Entry) -> tuple[str, ...]:
    """The other slots of the same place in which the person has time: for coming more often, or at another time."""
    home = ways_home(outcome, [entry.row])[:, 0]
    return slot_labels(slots_to_take(outcome, entry.row, home) & ~(1 << entry.slot))


def home_text(outcome: Match, entry: Entry) -> str:
    """The question where nobody knows whether one gets home from the slot that a place takes."""
    latest = clock_words(outcome.profile.leaves_by_minute or 0)
    return f"{slot_labels(1 << entry.slot)[0]}は、{latest}までに出られるか"


_WAY_WORDS: Final = "続けて行くとき、{first}から{second}への道のりは"


def leg_text(outcome: Match, leg: Leg, *, first: str, second: str) -> str:
    """The way between two places of one day, and what is not known of it; the names are those of the places."""
    said = _WAY_WORDS.format(first=first, second=second)
    mode = outcome.profile.travel_mode
    if mode is None:
        return f"{said}不明（行きかたをまだ聞いていません）"
    if leg.most is None:
        return (
            f"{said}不明"
            if leg.verdict is Verdict.UNKNOWN
            else f"{first}と{second}は、続けて参加できる（オンライン）"
        )
    end = "" if leg.verdict is Verdict.YES else "。間に合うかは不明"
    return f"{said}{mode.label}で{minute_words(leg.least or 0, leg.most)}{end}"
