"""Needs, places and what an engine answers, in a form that laws can speak about, with a plain-Python opinion beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeVar

from hypothesis import strategies as st

from app.geo.geocoding import PositionPrecision
from app.geo.points import Point, distance_m
from app.matching.engine.explanation import Explanation, explain
from app.matching.engine.matcher import Match, match
from app.matching.engine.profile import NeedProfile
from app.matching.engine.relaxation import Effects, limit_costs, smallest_changes, smallest_pairs
from app.matching.engine.rule_set import DEFAULT_RULES
from app.matching.engine.travel import RADIUS_M
from app.matching.engine.words import Idf
from app.matching.vocabulary import RuleId, TravelMode
from app.resources.engine.candidates import NO_OPENING, Candidate
from app.resources.engine.columns import CandidateColumns
from app.resources.engine.traits import (
    AGE_UNLIMITED,
    ALL_SLOTS,
    SLOT_COUNT,
    AccessItem,
    Cover,
    Feature,
    Language,
    Purpose,
    Recognition,
    Scale,
    TakingPart,
)
from app.resources.vocabulary import KindGroup
from app.text.terms import document_terms

Key = tuple[int, int]

_Value = TypeVar("_Value")
_Choice = TypeVar("_Choice")

IDF = Idf("test", {"本": 2.0, "畑": 1.0, "将棋": 3.0}, unseen=2.5)
HOME = Point(lon=134.05, lat=34.34)

# Few values each, so that needs and places meet and miss about equally often.
IDS = ("place:1", "place:2", "host:1", "person:9")
TEXTS = ("", "本のカフェ", "畑の会", "将棋クラブ", "本と畑")
POINTS = (HOME, Point(lon=134.06, lat=34.34), Point(lon=134.05, lat=34.40), Point(lon=134.3, lat=34.5))
SLOTS = st.sampled_from([0, 0b1, 0b111, 0b1_000_000, ALL_SLOTS])


def maybe(values: st.SearchStrategy[_Value]) -> st.SearchStrategy[_Value | None]:
    """A value, or None for 不明."""
    return st.one_of(st.none(), values)


def some(values: Sequence[_Value]) -> st.SearchStrategy[frozenset[_Value]]:
    """A set of at most two."""
    return st.sampled_from([frozenset(chosen) for size in range(3) for chosen in combinations(values, size)])


def chosen(
    keys: Sequence[_Value], choices: Sequence[_Choice | None]
) -> st.SearchStrategy[dict[_Value, _Choice]]:
    """One of the choices for each key, left out where it is None: drawn as one number, which is ten times faster."""

    def read(number: int) -> dict[_Value, _Choice]:
        picked = [choices[number // len(choices) ** place % len(choices)] for place in range(len(keys))]
        return {key: choice for key, choice in zip(keys, picked, strict=True) if choice is not None}

    return st.integers(0, len(choices) ** len(keys) - 1).map(read)


def answers(keys: Sequence[_Value]) -> st.SearchStrategy[dict[_Value, bool]]:
    """Yes, no or nothing for each of the keys."""
    return chosen(keys, [None, True, False])


# The slots that `SLOTS` knows, and hours around the last buses of `needs`.
slot_hours = chosen([0, 1, 6], [None, (600, 720), (600, None), (None, 960), (840, 1020)])
levels = chosen(list(Scale), [None, 1, 2, 3])
seldom = st.sampled_from([False] * 7 + [True])


@st.composite
def candidates(draw: st.DrawFn, resource_id: int, opening_id: int) -> Candidate:
    """One place with any mixture of known and not known."""
    purposes = draw(answers(list(Purpose)[:6]))
    return Candidate(
        resource_id=resource_id,
        opening_id=opening_id,
        group=draw(st.sampled_from(KindGroup)),
        is_light=draw(seldom),
        is_paused=draw(seldom),
        is_refuge=draw(seldom),
        exclusion_ids=draw(some(IDS)),
        search_terms=document_terms(draw(st.sampled_from(TEXTS))),
        confirmed_days=draw(maybe(st.sampled_from([0, 30, 100, 365, 900]))),
        taking_part=draw(maybe(some(list(TakingPart)))),
        purposes_served=frozenset(purpose for purpose, served in purposes.items() if served),
        purposes_unserved=frozenset(purpose for purpose, served in purposes.items() if not served),
        point=draw(maybe(st.sampled_from(POINTS))),
        precision=draw(st.sampled_from(PositionPrecision)),
        slots=draw(maybe(SLOTS)),
        session_minutes=draw(maybe(st.sampled_from([30, 120]))),
        weeks_per_month=draw(maybe(st.sampled_from([1.0, 2.0, 4.3]))),
        shortest_stay_minutes=draw(maybe(st.sampled_from([30, 90]))),
        slot_hours=draw(slot_hours),
        free_seats=draw(st.sampled_from([None, 0, 1, 2, 3])),
        age_from=draw(maybe(st.sampled_from([0, 18, 65]))),
        age_to=draw(maybe(st.sampled_from([39, AGE_UNLIMITED]))),
        gap_welcome=draw(maybe(st.booleans())),
        fee_yen=draw(maybe(st.sampled_from([0.0, 100.0, 500.0]))),
        access=draw(answers(list(AccessItem)[:3])),
        features=draw(answers(list(Feature))),
        languages=draw(answers(list(Language)[:2])),
        levels=draw(levels),
        people=draw(maybe(st.sampled_from([3, 10, 30]))),
        cover=draw(st.sampled_from([*Cover, Cover.VALID, Cover.NOT_NEEDED])),
        recognition=draw(st.sampled_from([*Recognition, Recognition.NOT_NEEDED, Recognition.NOT_NEEDED])),
    )


@st.composite
def catalogues(draw: st.DrawFn) -> list[Candidate]:
    """Up to six rows; a resource may have two openings."""
    keys = draw(
        st.lists(st.tuples(st.integers(1, 4), st.sampled_from([NO_OPENING, 7])), max_size=6, unique=True)
    )
    return [draw(candidates(*key)) for key in keys]


@st.composite
def needs(draw: st.DrawFn) -> NeedProfile:
    """Any need; most limits are not set, else nothing would ever pass."""
    as_is = draw(st.sampled_from([False, False, False, True]))
    rare = st.sampled_from([False, False, True])

    def limit(values: st.SearchStrategy[_Value], otherwise: _Value) -> _Value:
        return draw(values) if draw(rare) else otherwise

    musts = limit(some(sorted(set(Feature) - {Feature.PICKUP})), frozenset[Feature]())
    avoided = limit(some([Feature.FEMALE_STAFF, Feature.MALE_STAFF]), frozenset[Feature]())
    return NeedProfile(
        person_key=draw(st.sampled_from(["a", "b"])),
        purposes=draw(st.dictionaries(st.sampled_from(list(Purpose)[:6]), st.integers(1, 5), max_size=3)),
        kinds_now=frozenset() if as_is else limit(some(list(TakingPart)), frozenset()),
        kinds_to_try=limit(some(list(TakingPart)), frozenset()),
        as_is=as_is,
        free_slots=limit(maybe(SLOTS), None),
        min_hours_per_week=limit(maybe(st.sampled_from([0.5, 2.0])), None),
        min_weeks_per_month=limit(maybe(st.sampled_from([2.0, 4.3])), None),
        longest_stay_minutes=limit(maybe(st.sampled_from([30, 60])), None),
        travel_mode=draw(maybe(st.sampled_from(TravelMode))),
        travel_minutes=limit(maybe(st.sampled_from([0, 20, 60])), None),
        origin=draw(maybe(st.just(HOME))),
        origin_radius_m=draw(st.sampled_from([0.0, 177.0, 707.0])),
        support_drives=draw(maybe(st.booleans())),
        accepts_remote=draw(st.booleans()),
        leaves_by_minute=limit(maybe(st.sampled_from([640, 720, 900])), None),
        access_needs=limit(some(list(AccessItem)[:3]), frozenset()),
        limits=limit(levels, {}),
        wishes=draw(levels),
        people_limit=limit(maybe(st.sampled_from([5, 20])), None),
        musts=musts - avoided,
        must_nots=avoided,
        fee_limit_yen=limit(maybe(st.sampled_from([0, 200])), None),
        age=draw(maybe(st.sampled_from([16, 25, 70]))),
        is_in_gap=draw(rare),
        languages=limit(some(list(Language)[:2]), frozenset()),
        interests=tuple(draw(st.lists(st.sampled_from(["本", "畑", "将棋", "♪"]), max_size=3))),
        excluded=limit(some(IDS), frozenset()),
    )


@dataclass(frozen=True)
class View:
    """All that an engine lets anybody see, by keys and not by rows."""

    ranked: list[Key]
    fallen: list[Key]
    light: list[Key]
    explanations: dict[Key, Explanation]
    # Distinct places that lifting one rule opens, and places that fail it at all.
    costs: dict[RuleId, tuple[int, int]]
    # Resources that a change of one step, or of two, opens, by label.
    changes: dict[str, tuple[int, ...]]
    pairs: dict[str, tuple[int, ...]]

    @property
    def totals(self) -> dict[Key, tuple[int, int]]:
        """Both ends of the score of every place that has one."""
        return {key: (said.total_low, said.total_high) for key, said in self.explanations.items()}


Engine = Callable[[NeedProfile, Sequence[Candidate]], View]


def outcome_of(profile: NeedProfile, places: Sequence[Candidate]) -> Match:
    """The outcome of the real engine."""
    return match(profile, CandidateColumns.from_candidates(places), idf=IDF, seed=1)


def real_engine(profile: NeedProfile, places: Sequence[Candidate]) -> View:
    """The engine of the product, seen whole."""
    outcome = outcome_of(profile, places)
    rows = [*outcome.ranked.tolist(), *outcome.fallen.tolist()]
    effects = Effects.of(outcome)
    changes = smallest_changes(effects)
    return View(
        ranked=[outcome.key_of(row) for row in outcome.ranked.tolist()],
        fallen=[outcome.key_of(row) for row in outcome.fallen.tolist()],
        light=[outcome.key_of(row) for row in outcome.light.tolist()],
        explanations={outcome.key_of(row): explain(outcome, row) for row in rows},
        costs={cost.rule: (cost.places, cost.failing) for cost in limit_costs(outcome)},
        changes={change.label: change.resource_ids for side in changes.values() for change in side},
        pairs={pair.label: pair.resource_ids for pair in smallest_pairs(effects)},
    )


def _all_known(answers: Sequence[bool | None]) -> bool | None:
    """False when one is False, else None when one is not known."""
    return False if False in answers else None if None in answers else True


def _at_most(value: float | None, limit: float) -> bool | None:
    return None if value is None else value <= limit


def opinion(profile: NeedProfile, place: Candidate) -> dict[RuleId, bool | None]:
    """The verdict of every asked rule for one place, one value at a time: True 可, False 不可, None 不明."""
    said: dict[RuleId, bool | None] = {
        RuleId.VACANCY: None if place.free_seats is None else place.free_seats > 0,
        RuleId.AGE: _age(profile, place),
        RuleId.INSURANCE: _paper(place.cover.name, "VALID"),
        RuleId.RECOGNITION: _paper(place.recognition.name, "RECOGNISED"),
    }
    if profile.kinds:
        kinds = place.taking_part
        said[RuleId.KIND] = None if kinds is None else bool(kinds & profile.kinds)
    if profile.free_slots is not None:
        said[RuleId.HOURS] = None if place.slots is None else bool(place.slots & profile.free_slots)
    if profile.min_weeks_per_month is not None:
        weeks = place.weeks_per_month
        said[RuleId.FREQUENCY] = None if weeks is None else weeks >= profile.min_weeks_per_month - 0.5
    if profile.min_hours_per_week is not None:
        said[RuleId.WEEKLY_HOURS] = _hours(profile, place)
    online = profile.accepts_remote and place.features.get(Feature.REMOTE) is True
    if profile.travel_minutes is not None and profile.travel_mode is not None:
        said[RuleId.TRAVEL] = True if online else _travel(profile, place)
    if profile.leaves_by_minute is not None:
        said[RuleId.LAST_BUS] = True if online else _leaves(profile, place)
    if profile.fee_limit_yen is not None:
        said[RuleId.FEE] = _at_most(place.fee_yen, profile.fee_limit_yen)
    if profile.people_limit is not None:
        said[RuleId.PEOPLE] = _at_most(place.people, profile.people_limit)
    for scale, limit in profile.limits.items():
        said[RuleId(scale.name.lower())] = _at_most(place.levels.get(scale), limit)
    if profile.travel_mode is TravelMode.PICKUP:
        driven = (place.features.get(Feature.PICKUP), profile.support_drives)
        said[RuleId.PICKUP] = True if online or True in driven else None if None in driven else False
    if profile.languages:
        spoken = [place.languages.get(language) for language in profile.languages]
        said[RuleId.LANGUAGE] = True if True in spoken else None if None in spoken else False
    if profile.is_in_gap:
        said[RuleId.GAP] = place.gap_welcome
    if profile.longest_stay_minutes is not None:
        said[RuleId.STAY] = _at_most(place.shortest_stay_minutes, profile.longest_stay_minutes)
    if profile.access_needs:
        said[RuleId.ACCESS] = _all_known([place.access.get(item) for item in profile.access_needs])
    staff = {Feature.FEMALE_STAFF, Feature.MALE_STAFF}
    if profile.musts & staff or profile.must_nots:
        there = [place.features.get(item) for item in profile.musts & staff]
        absent = [place.features.get(item) for item in profile.must_nots]
        said[RuleId.STAFF] = _all_known([*there, *(None if item is None else not item for item in absent)])
    for feature in profile.musts - staff:
        said[RuleId(feature.name.lower())] = place.features.get(feature)
    return said


def _leaves(profile: NeedProfile, place: Candidate) -> bool | None:
    """Whether one is gone in time from any slot in which both have time, one slot after the other."""
    offered = place.slots or 0
    free = ALL_SLOTS if profile.free_slots is None else profile.free_slots
    counted = [slot for slot in range(SLOT_COUNT) if (offered & free or offered) >> slot & 1]
    said = [_leaves_slot(profile, place, *place.slot_hours.get(slot, (None, None))) for slot in counted]
    return True if True in said else None if None in said or not said else False


def _leaves_slot(profile: NeedProfile, place: Candidate, begins: int | None, ends: int | None) -> bool | None:
    assert profile.leaves_by_minute is not None
    latest, shortest = profile.leaves_by_minute, place.shortest_stay_minutes
    midway = place.features.get(Feature.LEAVE_MIDWAY)
    if ends is not None and ends <= latest:
        return True
    if begins is not None:
        if shortest is not None and begins + shortest <= latest:
            return True
        if midway and begins + 30 <= latest:
            return True
        if begins >= latest:
            return False
    if ends is None or midway is None:
        return None
    if begins is not None or (midway is False and shortest is None):
        return False
    return None


def _age(profile: NeedProfile, place: Candidate) -> bool | None:
    low, high, age = place.age_from, place.age_to, profile.age
    if age is None:
        return True if low == 0 and high == AGE_UNLIMITED else None
    if (low is not None and age < low) or (high is not None and age > high):
        return place.gap_welcome
    return None if low is None or high is None else True


def _paper(state: str, good: str) -> bool | None:
    return {good: True, "NOT_NEEDED": True, "MISSING": False, "UNKNOWN": None}[state]


def _hours(profile: NeedProfile, place: Candidate) -> bool | None:
    if place.slots is None or place.session_minutes is None or place.weeks_per_month is None:
        return None
    shared = place.slots if profile.free_slots is None else place.slots & profile.free_slots
    weeks = place.weeks_per_month / (365.25 / 12 / 7)
    return shared.bit_count() * weeks * place.session_minutes / 60 >= (profile.min_hours_per_week or 0) - 0.05


def _travel(profile: NeedProfile, place: Candidate) -> bool | None:
    if profile.origin is None or place.point is None:
        return None
    assert profile.travel_mode is not None
    assert profile.travel_minutes is not None
    pace, detour = DEFAULT_RULES.paces[profile.travel_mode], DEFAULT_RULES.detour
    metres = round(distance_m(profile.origin, place.point))
    radius = RADIUS_M[place.precision] + profile.origin_radius_m
    least = max(metres - radius, 0) * detour / pace.metres + pace.fixed_minutes
    most = (metres + radius) * detour / pace.metres + pace.fixed_minutes
    return True if most <= profile.travel_minutes else False if least > profile.travel_minutes else None
