"""Laws of matching. Each is a function of an engine: the product's keeps it, and a broken one is caught by it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from zlib import crc32

import pytest
from hypothesis import Phase, given, settings

from app.geo.geocoding import PositionPrecision
from app.matching.engine.explanation import Explanation
from app.matching.engine.profile import NeedProfile
from app.resources.engine.candidates import Candidate
from app.resources.engine.traits import Cover
from app.resources.vocabulary import KindGroup
from tests.support.matching import Engine, Key, View, catalogues, needs, opinion, real_engine

Law = Callable[[Engine, NeedProfile, Sequence[Candidate]], None]


def _key(place: Candidate) -> Key:
    return place.resource_id, place.opening_id


def _stays_out(profile: NeedProfile, places: Sequence[Candidate]) -> set[int]:
    """Resources that may not appear: refuges and paused rows aside, whatever the person must not meet."""
    return {place.resource_id for place in places if place.exclusion_ids & profile.excluded}


def _visible(profile: NeedProfile, places: Sequence[Candidate]) -> list[Candidate]:
    hidden = _stays_out(profile, places)
    return [
        place
        for place in places
        if not (place.is_paused or place.is_refuge or place.resource_id in hidden or profile.wants_nothing)
    ]


def a_hard_limit_is_never_broken(engine: Engine, profile: NeedProfile, places: Sequence[Candidate]) -> None:
    ranked = set(engine(profile, places).ranked)
    for place in places:
        if _key(place) in ranked:
            assert False not in opinion(profile, place).values()


def every_place_stands_in_one_list(engine: Engine, profile: NeedProfile, places: Sequence[Candidate]) -> None:
    view = engine(profile, places)
    visible = _visible(profile, places)
    shown = [*view.ranked, *view.fallen, *view.light]
    assert sorted(shown) == sorted(map(_key, visible))
    assert sorted(view.light) == sorted(_key(place) for place in visible if place.is_light)


def what_is_not_known_is_a_question(
    engine: Engine, profile: NeedProfile, places: Sequence[Candidate]
) -> None:
    """Neither NO, which would drop the place, nor a silent YES."""
    view = engine(profile, places)
    for place in _visible(profile, places):
        if place.is_light:
            continue
        verdicts = opinion(profile, place)
        said = view.explanations[_key(place)]
        assert {asked.rule for asked in said.questions} == {r for r, v in verdicts.items() if v is None}
        assert {found.rule for found in said.failed} == {r for r, v in verdicts.items() if v is False}
        assert {found.rule for found in said.kept} == {r for r, v in verdicts.items() if v is True}
        assert (_key(place) in view.ranked) == (False not in verdicts.values())


def parts_sum_to_the_total(engine: Engine, profile: NeedProfile, places: Sequence[Candidate]) -> None:
    for said in engine(profile, places).explanations.values():
        assert sum(part.low for part in said.parts) == said.total_low
        assert sum(part.high for part in said.parts) == said.total_high
        assert sum(part.most for part in said.parts) == said.attainable
        assert all(0 <= part.low <= part.high <= part.most for part in said.parts)


def the_middle_of_the_range_ranks(engine: Engine, profile: NeedProfile, places: Sequence[Candidate]) -> None:
    view = engine(profile, places)
    middles = [sum(view.totals[key]) for key in view.ranked]
    assert middles == sorted(middles, reverse=True)


def an_unsuitable_place_changes_nobody(
    engine: Engine, profile: NeedProfile, places: Sequence[Candidate]
) -> None:
    if profile.wants_nothing:
        return
    full = Candidate(resource_id=99, search_terms="本 畑", free_seats=0, cover=Cover.MISSING)
    before, after = engine(profile, places), engine(profile, [full, *places])
    assert after.ranked == before.ranked
    assert [key for key in after.fallen if key != (99, -1)] == before.fallen
    assert after.light == before.light
    assert {key: said for key, said in after.explanations.items() if key != (99, -1)} == before.explanations


def equal_input_gives_equal_output(engine: Engine, profile: NeedProfile, places: Sequence[Candidate]) -> None:
    first = engine(profile, places)
    assert engine(profile, list(places)) == first
    assert engine(profile, list(reversed(places))) == first


def an_irrelevant_field_moves_nothing(
    engine: Engine, profile: NeedProfile, places: Sequence[Candidate]
) -> None:
    view = engine(profile, places)
    assert engine(replace(profile, own_words="畑のそばで、本を読みたい"), places) == view
    assert engine(replace(profile, excluded=profile.excluded | {"person:of-nowhere"}), places) == view
    assert engine(profile, [replace(place, group=KindGroup.FACILITY) for place in places]) == view
    if profile.min_hours_per_week is None:
        assert engine(profile, [replace(place, session_minutes=45) for place in places]) == view
    if profile.origin is None:
        surveyed = [replace(place, precision=PositionPrecision.SURVEYED) for place in places]
        assert engine(profile, surveyed) == view


WITHOUT_LIMIT: dict[str, Any] = {
    "kinds_to_try": frozenset(),
    "free_slots": None,
    "min_hours_per_week": None,
    "min_weeks_per_month": None,
    "longest_stay_minutes": None,
    "travel_minutes": None,
    "leaves_by_minute": None,
    "access_needs": frozenset(),
    "limits": {},
    "people_limit": None,
    "musts": frozenset(),
    "must_nots": frozenset(),
    "fee_limit_yen": None,
    "is_in_gap": False,
    "languages": frozenset(),
}


def lifting_a_limit_never_loses_a_place(
    engine: Engine, profile: NeedProfile, places: Sequence[Candidate]
) -> None:
    view = engine(profile, places)
    for name, value in WITHOUT_LIMIT.items():
        if name == "kinds_to_try":
            # Without a kind that is worth a try there is no limit on kinds only when none is wished now either.
            lifted = replace(profile, kinds_to_try=frozenset(), kinds_now=frozenset(), as_is=False)
        else:
            lifted = replace(profile, **{name: value})
        assert set(view.ranked) <= set(engine(lifted, places).ranked), name


def the_cost_of_a_limit_is_what_it_keeps_out(
    engine: Engine, profile: NeedProfile, places: Sequence[Candidate]
) -> None:
    """Counted again one place at a time, by distinct resources that are not open already."""
    view = engine(profile, places)
    visible = _visible(profile, places)
    verdicts = {_key(place): opinion(profile, place) for place in visible if not place.is_light}
    passing = {place.resource_id for place in visible if place.is_light} | {key[0] for key in view.ranked}
    for rule, (opened, failing) in view.costs.items():
        failed = {key for key, said in verdicts.items() if said.get(rule) is False}
        alone = {key for key in failed if list(verdicts[key].values()).count(False) == 1}
        assert opened == len({key[0] for key in alone} - passing)
        assert failing == len({key[0] for key in failed} - passing)
    for resources in (*view.changes.values(), *view.pairs.values()):
        assert resources
        assert not set(resources) & passing


def whom_one_must_not_meet_does_not_exist(
    engine: Engine, profile: NeedProfile, places: Sequence[Candidate]
) -> None:
    """The answer is the one of a catalogue that never had the place: in lists, reasons, counts and changes."""
    hidden = _stays_out(profile, places)
    without = [place for place in places if place.resource_id not in hidden]
    assert engine(profile, places) == engine(replace(profile, excluded=frozenset()), without)


NOT_KNOWN: dict[str, Any] = {
    "taking_part": None,
    "slots": None,
    "session_minutes": None,
    "weeks_per_month": None,
    "shortest_stay_minutes": None,
    "slot_hours": {},
    "free_seats": None,
    "fee_yen": None,
    "people": None,
    "access": {},
    "features": {},
    "languages": {},
    "levels": {},
    "point": None,
}


def what_is_taken_away_makes_nothing_fit(
    engine: Engine, profile: NeedProfile, places: Sequence[Candidate]
) -> None:
    """A fact that nobody knows any more opens a question or changes nothing: no rule says 可 that did not before."""
    before = engine(profile, places).explanations
    # Two of the facts for each need, always the same two, so that all of them have their turn.
    first = crc32(repr((profile, places)).encode())
    for name in {list(NOT_KNOWN)[(first >> shift) % len(NOT_KNOWN)] for shift in (0, 16)}:
        value = NOT_KNOWN[name]
        after = engine(profile, [replace(place, **{name: value}) for place in places]).explanations
        for key, said in after.items():
            assert {kept.rule for kept in said.kept} <= {kept.rule for kept in before[key].kept}, name


LAWS: list[Law] = [
    a_hard_limit_is_never_broken,
    every_place_stands_in_one_list,
    what_is_not_known_is_a_question,
    parts_sum_to_the_total,
    the_middle_of_the_range_ranks,
    an_unsuitable_place_changes_nobody,
    equal_input_gives_equal_output,
    an_irrelevant_field_moves_nothing,
    lifting_a_limit_never_loses_a_place,
    the_cost_of_a_limit_is_what_it_keeps_out,
    whom_one_must_not_meet_does_not_exist,
    what_is_taken_away_makes_nothing_fit,
]


def _reworded(view: View, key: Key, change: Callable[[Explanation], Explanation]) -> View:
    return replace(view, explanations={**view.explanations, key: change(view.explanations[key])})


def ranks_what_failed(profile: NeedProfile, places: Sequence[Candidate]) -> View:
    view = real_engine(profile, places)
    return replace(view, ranked=[*view.ranked, *view.fallen], fallen=[])


def forgets_what_failed(profile: NeedProfile, places: Sequence[Candidate]) -> View:
    return replace(real_engine(profile, places), fallen=[])


def hides_light_cards(profile: NeedProfile, places: Sequence[Candidate]) -> View:
    return replace(real_engine(profile, places), light=[])


def takes_unknown_for_no(profile: NeedProfile, places: Sequence[Candidate]) -> View:
    view = real_engine(profile, places)
    open_keys = [key for key in view.ranked if view.explanations[key].questions]
    sure = [key for key in view.ranked if key not in open_keys]
    return replace(view, ranked=sure, fallen=[*view.fallen, *open_keys])


def takes_unknown_for_yes(profile: NeedProfile, places: Sequence[Candidate]) -> View:
    view = real_engine(profile, places)
    silent = {key: replace(said, questions=()) for key, said in view.explanations.items()}
    return replace(view, explanations=silent)


def rounds_the_total(profile: NeedProfile, places: Sequence[Candidate]) -> View:
    view = real_engine(profile, places)
    rounded = {
        key: replace(said, total_low=round(said.total_low, -2)) for key, said in view.explanations.items()
    }
    return replace(view, explanations=rounded)


def puts_the_best_last(profile: NeedProfile, places: Sequence[Candidate]) -> View:
    view = real_engine(profile, places)
    return replace(view, ranked=view.ranked[::-1])


def scores_against_the_others(profile: NeedProfile, places: Sequence[Candidate]) -> View:
    """As an idf does that is counted anew from the catalogue."""
    view = real_engine(profile, places)
    scaled = {
        key: replace(said, total_low=said.total_low - len(places)) for key, said in view.explanations.items()
    }
    return replace(view, explanations=scaled)


def breaks_ties_by_row(profile: NeedProfile, places: Sequence[Candidate]) -> View:
    view = real_engine(profile, places)
    order = {_key(place): number for number, place in enumerate(places)}
    return replace(view, ranked=sorted(view.ranked, key=order.__getitem__))


def reads_the_own_words(profile: NeedProfile, places: Sequence[Candidate]) -> View:
    wider = replace(profile, interests=(*profile.interests, *(["畑"] if "畑" in profile.own_words else [])))
    return real_engine(wider, places)


def scores_the_group(profile: NeedProfile, places: Sequence[Candidate]) -> View:
    view = real_engine(profile, places)
    facilities = {_key(place) for place in places if place.group is KindGroup.FACILITY}
    return replace(view, fallen=sorted(view.fallen, key=lambda key: (key in facilities, key)))


def gives_more_to_who_asks_more(profile: NeedProfile, places: Sequence[Candidate]) -> View:
    """Shows as many places as the need has limits."""
    view = real_engine(profile, places)
    limits = sum(getattr(profile, name) != value for name, value in WITHOUT_LIMIT.items())
    return replace(view, ranked=view.ranked[:limits])


def counts_rows_for_places(profile: NeedProfile, places: Sequence[Candidate]) -> View:
    view = real_engine(profile, places)
    counted = {
        rule: (opened, sum(rule in {f.rule for f in said.failed} for said in view.explanations.values()))
        for rule, (opened, _) in view.costs.items()
    }
    return replace(view, costs=counted)


def counts_before_it_hides(profile: NeedProfile, places: Sequence[Candidate]) -> View:
    """Shows nothing of the place, but the counts tell that it is there."""
    view = real_engine(profile, places)
    return replace(view, costs=real_engine(replace(profile, excluded=frozenset()), places).costs)


def explains_the_hidden(profile: NeedProfile, places: Sequence[Candidate]) -> View:
    view = real_engine(profile, places)
    return replace(
        view, explanations=real_engine(replace(profile, excluded=frozenset()), places).explanations
    )


def hides_one_opening_only(profile: NeedProfile, places: Sequence[Candidate]) -> View:
    near = [place for place in places if not place.exclusion_ids & profile.excluded]
    return real_engine(replace(profile, excluded=frozenset()), near)


def takes_what_is_not_known_for_good(profile: NeedProfile, places: Sequence[Candidate]) -> View:
    hopeful = [replace(place, free_seats=1) if place.free_seats is None else place for place in places]
    return real_engine(profile, hopeful)


BROKEN: list[tuple[Law, Engine]] = [
    (a_hard_limit_is_never_broken, ranks_what_failed),
    (every_place_stands_in_one_list, forgets_what_failed),
    (every_place_stands_in_one_list, hides_light_cards),
    (what_is_not_known_is_a_question, takes_unknown_for_no),
    (what_is_not_known_is_a_question, takes_unknown_for_yes),
    (parts_sum_to_the_total, rounds_the_total),
    (the_middle_of_the_range_ranks, puts_the_best_last),
    (an_unsuitable_place_changes_nobody, scores_against_the_others),
    (equal_input_gives_equal_output, breaks_ties_by_row),
    (an_irrelevant_field_moves_nothing, reads_the_own_words),
    (an_irrelevant_field_moves_nothing, scores_the_group),
    (lifting_a_limit_never_loses_a_place, gives_more_to_who_asks_more),
    (the_cost_of_a_limit_is_what_it_keeps_out, counts_rows_for_places),
    (whom_one_must_not_meet_does_not_exist, counts_before_it_hides),
    (whom_one_must_not_meet_does_not_exist, explains_the_hidden),
    (whom_one_must_not_meet_does_not_exist, hides_one_opening_only),
    (what_is_taken_away_makes_nothing_fit, takes_what_is_not_known_for_good),
]


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_the_engine_keeps_the_law(law: Law) -> None:
    @settings(deadline=None, max_examples=100)
    @given(needs(), catalogues())
    def every_case(profile: NeedProfile, places: list[Candidate]) -> None:
        law(real_engine, profile, places)

    every_case()
    assert law in {broken for broken, _ in BROKEN}, "show that the law can fail"


@pytest.mark.parametrize(("law", "engine"), BROKEN, ids=lambda part: part.__name__)
def test_the_law_catches_a_broken_engine(law: Law, engine: Engine) -> None:
    @settings(
        deadline=None,
        max_examples=1000,
        phases=[Phase.generate],
        database=None,
        derandomize=True,
        report_multiple_bugs=False,
    )
    @given(needs(), catalogues())
    def every_case(profile: NeedProfile, places: list[Candidate]) -> None:
        law(engine, profile, places)

    with pytest.raises(AssertionError):
        every_case()
