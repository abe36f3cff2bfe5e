"""Laws of a week: what is suggested is the best there is, by a judge who tries every slot of every set one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from app.geo.geocoding import PositionPrecision
from app.geo.points import Point, distance_m
from app.matching.engine.combining import (
    MOST_PLACES,
    MOST_SETS,
    Combination,
    WeekState,
    combine,
)
from app.matching.engine.matcher import Match
from app.matching.engine.profile import NeedProfile
from app.matching.engine.rule_set import DEFAULT_RULES
from app.matching.engine.travel import RADIUS_M
from app.matching.engine.week_pool import WeekWish, for_a_week
from app.matching.vocabulary import TravelMode
from app.resources.engine.candidates import Candidate
from app.resources.engine.traits import AGE_UNLIMITED, ALL_SLOTS, Cover, Feature, Purpose, Recognition
from tests.support.matching import HOME, POINTS, chosen, maybe, outcome_of

Key = tuple[int, int]
Placed = tuple[tuple[Key, int], ...]

PURPOSES = list(Purpose)[:4]
SLOTS = st.sampled_from([0, 0b1, 0b11, 0b111, 0b1000, 0b1011, 0b110_000, 0b1_000_001, ALL_SLOTS])
HOURS = st.sampled_from([None, (540, 700), (540, 900)])


@st.composite
def towns(draw: st.DrawFn) -> list[Candidate]:
    """Up to six rows of which most pass; a place may have two openings."""
    keys = draw(st.lists(st.tuples(st.integers(1, 5), st.sampled_from([-1, 7])), max_size=6, unique=True))
    return [_place(draw, *key) for key in keys]


def _place(draw: st.DrawFn, resource_id: int, opening_id: int) -> Candidate:
    purposes = draw(chosen(PURPOSES, [None, True, False]))
    return Candidate(
        resource_id=resource_id,
        opening_id=opening_id,
        is_light=draw(st.sampled_from([False] * 5 + [True])),
        exclusion_ids=frozenset({f"place:{resource_id}"}),
        confirmed_days=draw(st.sampled_from([None, 0, 200])),
        purposes_served=frozenset(purpose for purpose, served in purposes.items() if served),
        purposes_unserved=frozenset(purpose for purpose, served in purposes.items() if not served),
        point=draw(maybe(st.sampled_from(POINTS))),
        precision=draw(st.sampled_from([PositionPrecision.SURVEYED, PositionPrecision.TOWN])),
        slots=draw(maybe(SLOTS)),
        session_minutes=draw(maybe(st.sampled_from([30, 120, 400]))),
        weeks_per_month=draw(maybe(st.sampled_from([1.0, 2.0, 4.3]))),
        free_seats=draw(st.sampled_from([1, 1, None, 0])),
        age_from=0,
        age_to=AGE_UNLIMITED,
        # Nobody leaves midway, so that the end of a slot alone says whether one gets home.
        features={Feature.LEAVE_MIDWAY: False, **({Feature.REMOTE: True} if draw(st.booleans()) else {})},
        slot_hours={slot: ends for slot in range(21) if (ends := draw(HOURS))} if draw(st.booleans()) else {},
        cover=Cover.NOT_NEEDED,
        recognition=Recognition.NOT_NEEDED,
    )


@st.composite
def wishes(draw: st.DrawFn) -> NeedProfile:
    """A need that says something about a week."""
    return NeedProfile(
        person_key=draw(st.sampled_from(["a", "b"])),
        purposes=draw(st.dictionaries(st.sampled_from(PURPOSES), st.integers(1, 5), max_size=3)),
        free_slots=draw(maybe(SLOTS)),
        min_hours_per_week=draw(maybe(st.sampled_from([0.5, 2.0, 6.0]))),
        min_weeks_per_month=draw(maybe(st.sampled_from([1.0, 4.0]))),
        longest_stay_minutes=draw(maybe(st.just(60))),
        leaves_by_minute=draw(maybe(st.just(800))),
        travel_mode=draw(maybe(st.sampled_from([TravelMode.WALK, TravelMode.CAR]))),
        travel_minutes=draw(maybe(st.sampled_from([20, 60]))),
        origin=draw(maybe(st.just(HOME))),
        accepts_remote=draw(st.booleans()),
        excluded=draw(st.sampled_from([frozenset(), frozenset({"place:1"})])),
    )


def _outcome(profile: NeedProfile, places: list[Candidate]) -> Match:
    return outcome_of(for_a_week(profile), places)


def _way(profile: NeedProfile, one: Candidate, other: Candidate) -> bool | None:
    """Whether one gets from one place to the other: None where nobody knows."""
    if profile.accepts_remote and (one.features.get(Feature.REMOTE) or other.features.get(Feature.REMOTE)):
        return True
    if one.point is None or other.point is None or profile.travel_mode is None:
        return None
    pace = DEFAULT_RULES.paces[profile.travel_mode]
    per_metre = DEFAULT_RULES.detour / pace.metres
    metres = round(distance_m(Point(one.point.lon, one.point.lat), other.point))
    radius = RADIUS_M[one.precision] + RADIUS_M[other.precision]
    limit = DEFAULT_RULES.usual_minutes if profile.travel_minutes is None else profile.travel_minutes
    if (metres + radius) * per_metre + pace.fixed_minutes <= limit:
        return True
    return False if max(metres - radius, 0) * per_metre + pace.fixed_minutes > limit else None


class Judge:
    """Every set of places at every slot, weighed one value at a time."""

    def __init__(self, profile: NeedProfile, places: list[Candidate]) -> None:
        self.profile, self.outcome = profile, _outcome(profile, places)
        self.places = {(place.resource_id, place.opening_id): place for place in places}
        self.ranked = [self.outcome.key_of(row) for row in self.outcome.ranked.tolist()]

    def stands(self, placed: Placed) -> bool:
        """Whether nothing clashes."""
        free = ALL_SLOTS if self.profile.free_slots is None else self.profile.free_slots
        if any(not (self.places[key].slots or 0) & free & 1 << slot for key, slot in placed):
            return False
        if any(self.home(key, slot) is False for key, slot in placed):
            return False
        for (one, slot), (other, later) in combinations(placed, 2):
            if slot == later or one[0] == other[0]:
                return False
            close = slot // 3 == later // 3 and abs(slot - later) == 1
            if close and _way(self.profile, self.places[one], self.places[other]) is False:
                return False
        return True

    def home(self, key: Key, slot: int) -> bool | None:
        """Whether one is gone from a slot in time: None where nobody knows."""
        place, latest = self.places[key], self.profile.leaves_by_minute
        if latest is None or (self.profile.accepts_remote and place.features.get(Feature.REMOTE)):
            return True
        ends = place.slot_hours.get(slot)
        return None if ends is None or ends[1] is None else ends[1] <= latest

    def weeks(self, pinned: frozenset[int], most: int) -> Iterator[Placed]:
        """Everything that could be done in a week."""
        free = ALL_SLOTS if self.profile.free_slots is None else self.profile.free_slots
        # Six slots span two days: if three places do not fit into those, they fit into no more.
        own = {
            key: [
                slot
                for slot in range(21)
                if (self.places[key].slots or 0) & free & 1 << slot and self.home(key, slot) is not False
            ][:6]
            for key in self.ranked
        }
        for size in range(1, most + 1):
            for keys in combinations(self.ranked, size):
                if pinned <= {key[0] for key in keys}:
                    for slots in product(*(own[key] for key in keys)):
                        placed = tuple(zip(keys, slots, strict=True))
                        if self.stands(placed):
                            yield placed

    def worth(self, keys: list[Key]) -> tuple[int, int, int, int, int]:
        """Hours, times, purposes, fewer places, and points: more is better."""
        minutes = times = points = 0
        served: set[Purpose] = set()
        for key in keys:
            place = self.places[key]
            row = self.outcome.columns.row_of(*key)
            points += int(self.outcome.scores.total_low[row] + self.outcome.scores.total_high[row])
            served |= place.purposes_served
            if place.weeks_per_month is not None:
                times += round(place.weeks_per_month * 10)
                if place.session_minutes is not None:
                    stay = min(place.session_minutes, self.profile.longest_stay_minutes or 1_440)
                    minutes += round(stay * (place.weeks_per_month / (365.25 / 12 / 7)))
        covered = sum(weight for purpose, weight in self.profile.purposes.items() if purpose in served)
        return (
            min(minutes, round((self.profile.min_hours_per_week or 0) * 60)),
            min(times, round((self.profile.min_weeks_per_month or 0) * 10)),
            covered,
            -len(keys),
            points,
        )


def _keys(judge: Judge, found: Combination) -> list[Key]:
    return [judge.outcome.key_of(row) for row in found.rows]


@settings(max_examples=300, deadline=None)
@given(
    wishes(), towns(), st.sampled_from([frozenset(), frozenset({2}), frozenset({2, 3})]), st.integers(2, 3)
)
def test_the_first_week_is_the_best_there_is(
    profile: NeedProfile, places: list[Candidate], pinned: frozenset[int], most: int
) -> None:
    judge = Judge(profile, places)
    week = combine(judge.outcome, WeekWish.of(profile), pinned=pinned, most=most)
    kept = pinned - week.lost_pins
    possible = [[key for key, _ in placed] for placed in judge.weeks(kept, most)]
    if not possible:
        assert week.state is not WeekState.FOUND
        assert week.combinations == ()
        return
    assert week.state is WeekState.FOUND
    best = week.combinations[0]
    assert judge.worth(_keys(judge, best)) == max(map(judge.worth, possible))
    assert kept <= {key[0] for key in _keys(judge, best)}


@settings(max_examples=300, deadline=None)
@given(wishes(), towns())
def test_each_further_week_is_the_best_of_those_that_are_new(
    profile: NeedProfile, places: list[Candidate]
) -> None:
    judge = Judge(profile, places)
    week = combine(judge.outcome, WeekWish.of(profile))
    possible = {tuple(key for key, _ in placed) for placed in judge.weeks(frozenset(), MOST_PLACES)}
    shown: list[set[int]] = []
    for found in week.combinations:
        fresh = [keys for keys in possible if _is_new({key[0] for key in keys}, shown)]
        assert judge.worth(_keys(judge, found)) == max(judge.worth(list(keys)) for keys in fresh)
        shown.append({key[0] for key in _keys(judge, found)})
    if len(shown) < MOST_SETS:
        assert not [keys for keys in possible if _is_new({key[0] for key in keys}, shown)]


def _is_new(own: set[int], shown: list[set[int]]) -> bool:
    return not shown or (not own <= set().union(*shown) and all(len(own & earlier) < 2 for earlier in shown))


@settings(max_examples=200, deadline=None)
@given(wishes(), towns())
def test_nothing_in_a_week_clashes_and_nothing_unknown_is_counted(
    profile: NeedProfile, places: list[Candidate]
) -> None:
    judge = Judge(profile, places)
    week = combine(judge.outcome, WeekWish.of(profile))
    for found in week.combinations:
        placed = tuple((judge.outcome.key_of(entry.row), entry.slot) for entry in found.entries)
        assert judge.stands(placed)
        own = [judge.places[key] for key, _ in placed]
        assert not any(place.is_light or place.exclusion_ids & profile.excluded for place in own)
        known = [place for place in own if place.session_minutes and place.weeks_per_month]
        assert len(known) + len(found.open_rows) == len(own)
        for entry in found.entries:
            is_open = judge.home(judge.outcome.key_of(entry.row), entry.slot) is None
            assert is_open == (entry.row in found.open_homes)
        for leg in found.legs:
            one, other = (judge.places[judge.outcome.key_of(row)] for row in (leg.first, leg.second))
            assert {2: True, 1: None}[leg.verdict] is _way(profile, one, other)


@settings(max_examples=100, deadline=None)
@given(wishes(), towns(), st.randoms())
def test_the_order_of_the_catalogue_changes_nothing(
    profile: NeedProfile, places: list[Candidate], chance: Random
) -> None:
    shuffled = list(places)
    chance.shuffle(shuffled)
    wish = WeekWish.of(profile)
    assert combine(_outcome(profile, places), wish) == combine(_outcome(profile, shuffled), wish)
