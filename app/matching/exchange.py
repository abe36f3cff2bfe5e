"""A need as a document of plain values and back: what is sealed on a row, and what a proposal freezes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Final, TypeVar

from app.geo.points import Point
from app.matching.engine.explanation import Explanation, Reason
from app.matching.engine.matcher import Match
from app.matching.engine.profile import Answer, NeedProfile
from app.matching.engine.rules.rule import Evidence
from app.matching.vocabulary import PartId, RuleId, TravelMode
from app.resources.engine.traits import AccessItem, Feature, Language, Purpose, Scale, TakingPart

_Member = TypeVar("_Member", bound=IntEnum)

_PLAIN: Final = (
    "free_slots",
    "min_hours_per_week",
    "min_weeks_per_month",
    "longest_stay_minutes",
    "travel_minutes",
    "origin_radius_m",
    "support_drives",
    "accepts_remote",
    "people_limit",
    "fee_limit_yen",
    "age",
    "is_in_gap",
    "own_words",
)
"""Fields of a profile that stand in the document as they are."""

_PLAIN_OF_SNAPSHOT: Final = (
    "need_version",
    "position",
    "of_places",
    "engine_version",
    "weights_version",
    "idf_version",
    "total_low",
    "total_high",
    "attainable",
)
"""The same of a snapshot."""


@dataclass(frozen=True)
class NeedContent:
    """What a team writes of a need: the profile that is computed with, and words that only people read."""

    profile: NeedProfile
    # What to keep away (大きな音, 写真を撮られる …): no column of a place answers it, so it is shown and not computed.
    avoid: str = ""
    # What is still to be asked, one a line.
    open_points: tuple[str, ...] = ()


def document_of(content: NeedContent) -> dict[str, Any]:
    """The need as it is sealed. Whose it is stands on the row and not in here."""
    profile = content.profile
    return {
        "purposes": {purpose.name: weight for purpose, weight in sorted(profile.purposes.items())},
        "kinds_now": _names(profile.kinds_now),
        "kinds_to_try": _names(profile.kinds_to_try),
        "as_is": profile.as_is,
        **{name: getattr(profile, name) for name in _PLAIN},
        # The minute of the day at which the person has to leave a place at the latest (帰りの最終バス).
        "leaves_by_minute": profile.leaves_by_minute,
        "travel_mode": profile.travel_mode.value if profile.travel_mode else None,
        "origin": [profile.origin.lon, profile.origin.lat] if profile.origin else None,
        "access_needs": _names(profile.access_needs),
        "limits": {scale.name: level for scale, level in sorted(profile.limits.items())},
        "wishes": {scale.name: level for scale, level in sorted(profile.wishes.items())},
        "musts": _names(profile.musts),
        "must_nots": _names(profile.must_nots),
        "languages": _names(profile.languages),
        "interests": list(profile.interests),
        "excluded": sorted(profile.excluded),
        "answers": [
            [answer.rule.value, answer.resource_id, answer.opening_id, answer.fits]
            for answer in sorted(profile.answers)
        ],
        "avoid": content.avoid,
        "open_points": list(content.open_points),
    }


def content_of(document: Mapping[str, Any], *, person_key: str) -> NeedContent:
    """Read a sealed need; `person_key` is opaque and breaks ties."""
    mode, origin = document["travel_mode"], document["origin"]
    profile = NeedProfile(
        person_key=person_key,
        purposes={Purpose[name]: weight for name, weight in document["purposes"].items()},
        kinds_now=_members(TakingPart, document["kinds_now"]),
        kinds_to_try=_members(TakingPart, document["kinds_to_try"]),
        as_is=document["as_is"],
        travel_mode=TravelMode(mode) if mode else None,
        origin=Point(lon=origin[0], lat=origin[1]) if origin else None,
        access_needs=_members(AccessItem, document["access_needs"]),
        limits={Scale[name]: level for name, level in document["limits"].items()},
        wishes={Scale[name]: level for name, level in document["wishes"].items()},
        musts=_members(Feature, document["musts"]),
        must_nots=_members(Feature, document["must_nots"]),
        languages=_members(Language, document["languages"]),
        interests=tuple(document["interests"]),
        excluded=frozenset(document["excluded"]),
        answers=frozenset(
            Answer(RuleId(rule), resource, opening, fits)
            for rule, resource, opening, fits in document["answers"]
        ),
        **{name: document[name] for name in _PLAIN},
        # A document that was sealed before this was asked does not have it: then it was not asked.
        leaves_by_minute=document.get("leaves_by_minute"),
    )
    return NeedContent(profile, document["avoid"], tuple(document["open_points"]))


def _names(members: Iterable[IntEnum]) -> list[str]:
    return [member.name for member in sorted(members)]


def _members(kind: type[_Member], names: Iterable[str]) -> frozenset[_Member]:
    return frozenset(kind[name] for name in names)


@dataclass(frozen=True)
class Snapshot:
    """What was computed when a place was proposed. It is never computed again: later the catalogue differs."""

    need_version: int
    position: int
    of_places: int
    engine_version: str
    weights_version: str
    idf_version: str
    # Which rule set of the town counted, 0 for the product's own.
    rules_version: int
    total_low: int
    total_high: int
    attainable: int
    parts: tuple[Mapping[str, Any], ...]
    verdicts: tuple[Mapping[str, Any], ...]
    questions: tuple[str, ...]
    reasons: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def document(self) -> dict[str, Any]:
        """The snapshot as it is sealed."""
        return {
            **{name: getattr(self, name) for name in _PLAIN_OF_SNAPSHOT},
            "rules_version": self.rules_version,
            "parts": [dict(part) for part in self.parts],
            "verdicts": [dict(verdict) for verdict in self.verdicts],
            "questions": list(self.questions),
            "reasons": {tone: list(texts) for tone, texts in self.reasons.items()},
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Snapshot:
        """Read a sealed snapshot."""
        return cls(
            **{name: document[name] for name in _PLAIN_OF_SNAPSHOT},
            # Before towns could decide, everything was computed by the product's own rules.
            rules_version=document.get("rules_version", 0),
            parts=tuple(document["parts"]),
            verdicts=tuple(document["verdicts"]),
            questions=tuple(document["questions"]),
            reasons={tone: tuple(texts) for tone, texts in document["reasons"].items()},
        )


def snapshot_of(outcome: Match, explained: Explanation, *, need_version: int, position: int) -> Snapshot:
    """Freeze what the engine said of one place; `position` counts from 1."""
    told = {
        "for": explained.reasons_for,
        "against": explained.reasons_against,
        "unknown": explained.reasons_unknown,
    }
    judged = (*explained.failed, *explained.kept)
    return Snapshot(
        need_version=need_version,
        position=position,
        of_places=int(outcome.ranked.size),
        engine_version=outcome.engine_version,
        weights_version=outcome.weights_version,
        idf_version=outcome.idf_version,
        rules_version=outcome.rules_version,
        total_low=explained.total_low,
        total_high=explained.total_high,
        attainable=explained.attainable,
        parts=tuple(_part(reason) for reason in explained.parts),
        verdicts=tuple(_verdict(evidence) for evidence in judged),
        questions=tuple(question.text for question in explained.questions),
        reasons={tone: tuple(reason.text for reason in reasons) for tone, reasons in told.items()},
    )


def _part(reason: Reason) -> dict[str, Any]:
    assert isinstance(reason.source, PartId)
    return {
        "part": reason.source.value,
        "text": reason.text,
        "low": reason.low,
        "high": reason.high,
        "most": reason.most,
    }


def _verdict(evidence: Evidence) -> dict[str, Any]:
    return {
        "rule": evidence.rule.value,
        "verdict": evidence.verdict.name,
        "wanted": evidence.wanted.value,
        "found": evidence.found.value,
        "text": evidence.text,
        "is_answered": evidence.is_answered,
    }
