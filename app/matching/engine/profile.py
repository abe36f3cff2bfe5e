"""What matching may know of a person: a need, and nothing that names anybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from app.geo.points import Point
from app.matching.vocabulary import RuleId, TravelMode
from app.resources.engine.traits import (
    ALL_SLOTS,
    AccessItem,
    Feature,
    Language,
    Purpose,
    Scale,
    TakingPart,
)

LATEST_LEAVE: Final = 24 * 60 + 6 * 60
"""A day may end at six of the next morning, as everywhere in the catalogue."""

STAFF: Final = frozenset({Feature.FEMALE_STAFF, Feature.MALE_STAFF})


@dataclass(frozen=True, order=True)
class Answer:
    """What somebody found out about a question: whether this place fits this rule for this need."""

    rule: RuleId
    resource_id: int
    opening_id: int
    fits: bool

    @property
    def question(self) -> tuple[RuleId, int, int]:
        """What it answers: one question has one answer."""
        return self.rule, self.resource_id, self.opening_id


@dataclass(frozen=True, kw_only=True)
class NeedProfile:
    """A need. None, an empty set and an absent key mean: not asked or no limit, and then no rule speaks.

    `person_key` is opaque and only breaks ties. `origin` is the middle of a mesh square and `origin_radius_m` half of
    its diagonal. `limits` may not be exceeded, `wishes` only weigh; both use the levels 1 to 3 of `Scale`.
    `musts` have to be there, `must_nots` may not. `own_words` is for people to read: no number is made of it.
    `leaves_by_minute` is the minute of the day at which the person has to leave a place at the latest (the last bus).
    `excluded` is whom and where the person must not meet, opaque and never told.
    """

    person_key: str
    purposes: Mapping[Purpose, int] = field(default_factory=dict)
    kinds_now: frozenset[TakingPart] = frozenset()
    kinds_to_try: frozenset[TakingPart] = frozenset()
    as_is: bool = False

    free_slots: int | None = None
    min_hours_per_week: float | None = None
    min_weeks_per_month: float | None = None
    longest_stay_minutes: int | None = None

    travel_mode: TravelMode | None = None
    travel_minutes: int | None = None
    origin: Point | None = None
    origin_radius_m: float = 0.0
    support_drives: bool | None = None
    accepts_remote: bool = False
    leaves_by_minute: int | None = None

    access_needs: frozenset[AccessItem] = frozenset()
    limits: Mapping[Scale, int] = field(default_factory=dict)
    wishes: Mapping[Scale, int] = field(default_factory=dict)
    people_limit: int | None = None
    musts: frozenset[Feature] = frozenset()
    must_nots: frozenset[Feature] = frozenset()

    fee_limit_yen: int | None = None
    age: int | None = None
    is_in_gap: bool = False
    languages: frozenset[Language] = frozenset()

    interests: tuple[str, ...] = ()
    own_words: str = ""
    excluded: frozenset[str] = field(default=frozenset(), repr=False)
    answers: frozenset[Answer] = frozenset()

    def __post_init__(self) -> None:
        if any(not 1 <= weight <= 5 for weight in self.purposes.values()):
            raise ValueError("目的の重みは1から5です。")
        if any(level not in (1, 2, 3) for level in (*self.limits.values(), *self.wishes.values())):
            raise ValueError("環境の段階は1から3です。")
        if self.free_slots is not None and not 0 <= self.free_slots <= ALL_SLOTS:
            raise ValueError("空き時間に一週間の外の枠があります。")
        if self.leaves_by_minute is not None and not 0 <= self.leaves_by_minute <= LATEST_LEAVE:
            raise ValueError("帰りの時刻は、0時から翌朝6時までです。")
        if self.as_is and self.kinds_now:
            raise ValueError("「今のまま」と、いま望む参加の形は、同時に選べません。")
        if self.must_nots - STAFF:
            raise ValueError("居てほしくない人として選べるのは、スタッフの性別です。")
        if Feature.PICKUP in self.musts:
            raise ValueError("送迎が必要なときは、行きかたで「送迎」を選んでください。")
        if len({answer.question for answer in self.answers}) != len(self.answers):
            raise ValueError("同じ質問に、違う答えがあります。")
        if self.musts & self.must_nots:
            raise ValueError("必ずほしいものと避けたいものが同じです。")

    @property
    def kinds(self) -> frozenset[TakingPart]:
        """Kinds of taking part that come into question at all."""
        return self.kinds_now | self.kinds_to_try

    @property
    def wants_nothing(self) -> bool:
        """今のまま, with nothing that is worth a try: then there is nothing to search."""
        return self.as_is and not self.kinds_to_try

    def with_answer(self, answer: Answer) -> NeedProfile:
        """The profile with one more answer; a former one to the same question gives way."""
        others = {known for known in self.answers if known.question != answer.question}
        return replace(self, answers=frozenset({*others, answer}))
