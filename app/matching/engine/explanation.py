"""Reasons in plain Japanese, made of the numbers that were computed and of nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from app.matching.engine.matcher import Match
from app.matching.engine.rules.catalogue import RULE_BY_ID
from app.matching.engine.rules.person import slot_words, travel_fact
from app.matching.engine.rules.rule import UNKNOWN_WORDS, Evidence, Inputs
from app.matching.engine.scoring import interest_weights
from app.matching.engine.verdicts import evidence_of
from app.matching.vocabulary import PartId, RuleId, Side, Verdict
from app.resources.engine.columns import UNKNOWN
from app.resources.engine.traits import Scale, TakingPart
from app.text.terms import query_terms


class Tone(StrEnum):
    """Which way a reason points."""

    FOR = "for"
    AGAINST = "against"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """The name on screen."""
        return {"for": "合う", "against": "気になる", "unknown": "不明"}[self.value]


@dataclass(frozen=True)
class Reason:
    """One sentence with its source. For a part `low`, `high` and `most` are points; a rule has none and holds 0."""

    tone: Tone
    source: PartId | RuleId
    name: str
    text: str
    low: int = 0
    high: int = 0
    most: int = 0
    # How the points come about, where the sentence alone does not tell.
    note: str = ""


@dataclass(frozen=True)
class Question:
    """A 不明 to be answered. What the need itself lacks concerns all places and has no place."""

    rule: RuleId
    asked_of: Side
    text: str
    resource_id: int | None = None
    opening_id: int | None = None


@dataclass(frozen=True)
class Explanation:
    """Everything that is to be said about one place. `parts` sum to `total_low` and `total_high`."""

    resource_id: int
    opening_id: int
    total_low: int
    total_high: int
    attainable: int
    parts: tuple[Reason, ...]
    kept: tuple[Evidence, ...]
    failed: tuple[Evidence, ...]
    questions: tuple[Question, ...]

    @property
    def reasons_for(self) -> tuple[Reason, ...]:
        """What speaks for the place, the weightiest first."""
        return self._with(Tone.FOR, key=lambda reason: -reason.low)

    @property
    def reasons_against(self) -> tuple[Reason, ...]:
        """What speaks against it, the largest loss first."""
        return self._with(Tone.AGAINST, key=lambda reason: reason.high - reason.most)

    @property
    def reasons_unknown(self) -> tuple[Reason, ...]:
        """What is not known, the widest range first."""
        return self._with(Tone.UNKNOWN, key=lambda reason: reason.low - reason.high)

    def _with(self, tone: Tone, *, key: Callable[[Reason], int]) -> tuple[Reason, ...]:
        return tuple(sorted((part for part in self.parts if part.tone is tone), key=key))


def _quoted(words: list[str]) -> str:
    return "".join(f"「{word}」" for word in words)


def _purpose_text(given: Inputs, row: int) -> str:
    known = given.columns.purposes
    wanted = sorted(given.profile.purposes, key=lambda purpose: (-given.profile.purposes[purpose], purpose))
    served = [purpose.label for purpose in wanted if known.yes[row] >> purpose & 1]
    unserved = [purpose.label for purpose in wanted if known.no[row] >> purpose & 1]
    unknown = [purpose.label for purpose in wanted if not (known.yes[row] | known.no[row]) >> purpose & 1]
    said = (
        [f"{_quoted(served)}につながる"] * bool(served)
        # Most of it follows from the kinds of taking part: nobody there has said no.
        + [f"{_quoted(unserved)}につながるものは登録にない"] * bool(unserved)
        + [f"{_quoted(unknown)}につながるかは{UNKNOWN_WORDS}"] * bool(unknown)
    )
    return "。".join(said)


def _kind_text(given: Inputs, row: int) -> str:
    mask = int(given.columns.taking_part[row])
    if mask == UNKNOWN:
        return f"どんな参加ができるかは{UNKNOWN_WORDS}"
    served = {kind for kind in TakingPart if mask >> kind & 1}
    for kinds, words in (
        (given.profile.kinds_now, "いま望む形"),
        (given.profile.kinds_to_try, "試してもよい形"),
    ):
        if served & kinds:
            return f"{words}（{_quoted([kind.label for kind in TakingPart if kind in served & kinds])}）で参加できる"
    if not served:
        return "参加できる形は、ひとつもない"
    return f"参加の形は{_quoted([kind.label for kind in TakingPart if kind in served])}で、望む形ではない"


def _time_text(given: Inputs, row: int) -> str:
    mask, free = int(given.columns.slots[row]), given.profile.free_slots or 0
    if mask == UNKNOWN:
        return f"開いている曜日と時間は{UNKNOWN_WORDS}"
    if not mask:
        return "開いている枠がない"
    if not mask & free:
        return f"開いている{slot_words(mask)}は、空き時間と重ならない"
    return f"{slot_words(mask & free)}が空き時間と重なる"


def _travel_text(given: Inputs, row: int) -> str:
    fact = travel_fact(given, row)
    return f"道のりは{fact.words}" if fact.value != 0.0 or fact.value is None else fact.words


def _environment_text(given: Inputs, row: int) -> str:
    profile, columns = given.profile, given.columns
    words = []
    for scale in Scale:
        if scale in profile.limits or scale in profile.wishes:
            level = int(columns.levels[scale, row])
            words.append(
                f"{scale.label}は{UNKNOWN_WORDS if level == UNKNOWN else f'「{scale.level_label(level)}」'}"
            )
    if profile.people_limit is not None:
        people = int(columns.people[row])
        words.append(f"人数は{UNKNOWN_WORDS if people == UNKNOWN else f'{people}人くらい'}")
    return "、".join(words)


def _shared_words(given: Inputs, row: int) -> list[str]:
    return [
        word
        for word in dict.fromkeys(given.profile.interests)
        if given.columns.terms.holds_all(query_terms(word))[row]
    ]


def _interest_text(given: Inputs, row: int) -> str:
    held = _shared_words(given, row)
    if held:
        rest = [word for word in dict.fromkeys(given.profile.interests) if word not in held]
        # Where enough is shared for all points, what else somebody likes is nothing that the place lacks.
        lacks = rest and len(held) < given.rules.full_interests
        # 「本」 stands in 「本人」 as well: of one character nobody can tell without reading.
        short = [word for word in held if len(word) == 1]
        notes = [f"{_quoted(rest)}は紹介にない"] * bool(lacks) + [
            f"{_quoted(short)}は、字が同じだけのこともある"
        ] * bool(short)
        return f"共通のことばは{_quoted(held)}" + (f"（{'。'.join(notes)}）" if notes else "")
    if not given.columns.has_terms[row]:
        return f"紹介文がなく、関心と重なるかは{UNKNOWN_WORDS}"
    return f"関心の{_quoted(list(dict.fromkeys(given.profile.interests)))}は、この場の紹介にない"


def _freshness_text(given: Inputs, row: int) -> str:
    days = int(given.columns.confirmed_days[row])
    return (
        "まだ、だれも確かめていない"
        if days == UNKNOWN
        else f"最後に確かめたのは{f'{days}日前' if days else 'きょう'}"
    )


def _weights_note(outcome: Match, alone: Inputs) -> str:
    """How telling each shared word is, the most telling first; nothing where no word is shared."""
    weights = interest_weights(alone.profile, outcome.idf)
    held = set(_shared_words(alone, 0))
    told = "・".join(f"「{word}」{weight:.2f}" for word, weight in weights.items() if word in held)
    full = min(alone.rules.full_interests, len(weights))
    return f"ことばの重み：{told}。重いことば{full}つ分で満点" if told else ""


_TEXTS: Final[dict[PartId, Callable[[Inputs, int], str]]] = {
    PartId.PURPOSE: _purpose_text,
    PartId.KIND: _kind_text,
    PartId.TIME: _time_text,
    PartId.TRAVEL: _travel_text,
    PartId.ENVIRONMENT: _environment_text,
    PartId.INTERESTS: _interest_text,
    PartId.FRESHNESS: _freshness_text,
}


def tone_of(low: int, high: int, most: int) -> Tone:
    """不明 when the range is half of the part or more, else by which half its middle lies in."""
    if high > low and 2 * (high - low) >= most:
        return Tone.UNKNOWN
    return Tone.FOR if low + high >= most else Tone.AGAINST


def _tone_of_part(part: PartId, low: int, high: int, most: int) -> Tone:
    # To have one word in common and not all of them never speaks against a place.
    return Tone.FOR if part is PartId.INTERESTS and low else tone_of(low, high, most)


def explain(outcome: Match, row: int) -> Explanation:
    """Everything about one row of `outcome.columns`: of a place that is ranked and of one that fell out alike.

    Raises:
        ValueError: the row is a light card, which is neither judged nor scored.
    """
    if outcome.columns.is_light[row]:
        raise ValueError("a light card carries no score and no verdict")
    scores = outcome.scores
    alone = outcome.given.take(np.array([row]))
    parts = []
    for number, part in enumerate(scores.parts):
        if part in scores.asked:
            low, high = int(scores.low[number, row]), int(scores.high[number, row])
            most = scores.weights.points[part]
            text = _TEXTS[part](alone, 0)
            note = _weights_note(outcome, alone) if part is PartId.INTERESTS else ""
            parts.append(
                Reason(_tone_of_part(part, low, high, most), part, part.label, text, low, high, most, note)
            )
    judged = [evidence_of(rule, alone) for rule in outcome.verdicts.rules]
    resource, opening = outcome.key_of(row)
    return Explanation(
        resource_id=resource,
        opening_id=opening,
        total_low=int(scores.total_low[row]),
        total_high=int(scores.total_high[row]),
        attainable=scores.attainable,
        parts=tuple(parts),
        kept=tuple(found for found in judged if found.verdict is Verdict.YES),
        failed=tuple(found for found in judged if found.verdict is Verdict.NO),
        questions=tuple(
            _question(outcome, row, found) for found in judged if found.verdict is Verdict.UNKNOWN
        ),
    )


def _question(outcome: Match, row: int, found: Evidence) -> Question:
    rule = RULE_BY_ID[found.rule]
    missing = rule.missing(outcome.profile)
    if missing is not None:
        return Question(rule.id, *missing)
    return Question(rule.id, rule.asked_of, found.text, *outcome.key_of(row))


def questions(outcome: Match, *, first: int) -> tuple[tuple[Question, int], ...]:
    """Open questions of the `first` ranked places, each with how many of them it concerns, the widest first."""
    counts: dict[Question, int] = {}
    for row in outcome.ranked[:first].tolist():
        for question in explain(outcome, row).questions:
            counts[question] = counts.get(question, 0) + 1
    return tuple(sorted(counts.items(), key=lambda item: -item[1]))
