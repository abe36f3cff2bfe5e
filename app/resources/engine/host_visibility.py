"""Why coordinators are offered an opening, or are not, for its host to read. Pure: facts in, reasons with a remedy out.

A host that hears nothing for months wonders whether it is forgotten. Each reason here says what stands in the way and
what the host itself can press. It names nobody who comes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from app.resources.engine.freshness import Freshness, Rhythm
from app.resources.engine.schedule.words import day_words
from app.resources.engine.seats import FreeSeats, seat_words
from app.resources.vocabulary import ResourceState, SeatReason


class Cure(StrEnum):
    """What the host can press; CALL where only the staff can help."""

    CONFIRM = "confirm"
    RESUME = "resume"
    SLOTS = "slots"
    DETAILS = "details"
    CALL = "call"
    WAIT = "wait"


class Obstacle(StrEnum):
    """What stands in the way."""

    ENDED = "ended"
    HOST_INACTIVE = "host_inactive"
    PLACE_ENDED = "place_ended"
    PLACE_PAUSED = "place_paused"
    PAUSED = "paused"
    STALE = "stale"
    NO_SLOTS = "no_slots"
    FULL = "full"
    LIMIT = "limit"
    CLOSED = "closed"
    INSURANCE = "insurance"


LEFT_OUT: Final = frozenset({Obstacle.ENDED, Obstacle.PLACE_ENDED, Obstacle.STALE})
"""With one of these the opening is not among the candidates at all; with the others it is, marked with the reason."""


@dataclass(frozen=True, kw_only=True)
class OpeningFacts:
    """What is known of an opening on a day. `seats` holds the answer for each slot, `is_work` whether insurance is due."""

    host_is_active: bool
    place: ResourceState
    ended_on: date | None
    paused_until: date | None
    rhythm: Rhythm
    seats: Sequence[FreeSeats]
    is_work: bool
    insurance: str | None = None
    insurance_holder: str | None = None
    insured_from: date | None = None
    insured_to: date | None = None


@dataclass(frozen=True)
class Reason:
    """An obstacle in words, what helps, and the button for it."""

    obstacle: Obstacle
    words: str
    remedy: str
    cure: Cure


def reasons_of(facts: OpeningFacts, on: date) -> tuple[Reason, ...]:
    """Return all that keeps people from beginning on a day, what weighs most first; nothing when an opening is open."""
    return (*_standing(facts, on), *_of_confirmation(facts, on), *_of_seats(facts, on), *_of_cover(facts, on))


def is_left_out(reasons: Sequence[Reason]) -> bool:
    """Tell whether an opening is not even among the candidates."""
    return any(reason.obstacle in LEFT_OUT for reason in reasons)


def _standing(facts: OpeningFacts, on: date) -> list[Reason]:
    found = []
    call = "もう一度始めるときは、担当者にお知らせください。"
    if facts.ended_on is not None and facts.ended_on <= on:
        words = f"{day_words(facts.ended_on, near=on)}で終わった枠です。"
        found.append(Reason(Obstacle.ENDED, words, call, Cure.CALL))
    if not facts.host_is_active:
        found.append(Reason(Obstacle.HOST_INACTIVE, "受け入れをやめたことになっています。", call, Cure.CALL))
    if facts.place is ResourceState.ENDED:
        found.append(Reason(Obstacle.PLACE_ENDED, "場所が終了したことになっています。", call, Cure.CALL))
    if facts.place is ResourceState.PAUSED:
        words = "場所がお休み中になっています。"
        found.append(
            Reason(Obstacle.PLACE_PAUSED, words, "再開したら、担当者にお知らせください。", Cure.CALL)
        )
    if facts.paused_until is not None and on < facts.paused_until:
        day = day_words(facts.paused_until, near=on)
        remedy = f"{day}に、自動で再開します。いま再開することもできます。"
        found.append(Reason(Obstacle.PAUSED, "お休み中です。", remedy, Cure.RESUME))
    return found


def _of_confirmation(facts: OpeningFacts, on: date) -> list[Reason]:
    left = facts.rhythm.leaves_on
    if facts.rhythm.on(on) is not Freshness.STALE or left is None:
        return []
    words = f"最後の確認から長くたったので、{day_words(left, near=on)}から候補に出ていません。"
    remedy = "「ぜんぶこのままで大丈夫」を押すと、すぐに戻ります。"
    return [Reason(Obstacle.STALE, words, remedy, Cure.CONFIRM)]


def _of_seats(facts: OpeningFacts, on: date) -> list[Reason]:
    if any(free.count for free in facts.seats):
        return []
    offered = [free for free in facts.seats if free.why is not SeatReason.NO_SEATS]
    if not offered:
        remedy = "曜日と人数を入れると、候補に出ます。"
        return [Reason(Obstacle.NO_SLOTS, "いまは、どの曜日も席を出していません。", remedy, Cure.SLOTS)]
    whys = {free.why for free in offered}
    limited = next(
        (free for free in offered if free.why in (SeatReason.WEEK_FULL, SeatReason.MONTH_FULL)), None
    )
    if limited is not None:
        remedy = "日がくると、自動でまた空きます。上限を変えたいときは、担当者にお知らせください。"
        return [Reason(Obstacle.LIMIT, f"{seat_words(limited, on)}。", remedy, Cure.WAIT)]
    if whys & {SeatReason.FULL, SeatReason.OWN_USERS}:
        remedy = "もう1人来られるようになったら、人数を増やしてください。"
        return [Reason(Obstacle.FULL, "どの曜日も満席です。", remedy, Cure.SLOTS)]
    if SeatReason.CLOSED in whys:
        remedy = "開いている日が変わったときは、担当者にお知らせください。"
        return [Reason(Obstacle.CLOSED, "枠の曜日に、場所が閉まっています。", remedy, Cure.CALL)]
    # Whatever keeps the whole opening back has been said above.
    return []


def _of_cover(facts: OpeningFacts, on: date) -> list[Reason]:
    if not facts.is_work:
        return []
    said = facts.insurance or ""
    if "傷害" not in said or "賠償" not in said or not facts.insurance_holder:
        words = "保険（傷害と賠償）の記録が足りません。体験や仕事を始められません。"
    elif facts.insured_from is None or facts.insured_to is None:
        words = "保険の期間がわかりません。体験や仕事を始められません。"
    elif facts.insured_to < on:
        words = f"保険が{day_words(facts.insured_to, near=on)}で切れています。体験や仕事を始められません。"
    elif on < facts.insured_from:
        words = f"保険は{day_words(facts.insured_from, near=on)}から始まります。"
    else:
        return []
    remedy = "保険の内容を入力してください。入れる保険がないときは、電話でご相談ください。"
    return [Reason(Obstacle.INSURANCE, words, remedy, Cure.DETAILS)]
