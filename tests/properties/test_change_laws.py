"""Laws of the smallest changes. Each proposed change is made for real and matched anew, place by place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from app.matching.engine.matcher import Match
from app.matching.engine.profile import Answer, NeedProfile
from app.matching.engine.relaxation import (
    Change,
    Effects,
    Step,
    change_named,
    changes_for,
    smallest_changes,
    smallest_pairs,
    steps_of,
)
from app.matching.vocabulary import RuleId
from app.resources.engine.candidates import Candidate
from tests.support.changes import made
from tests.support.matching import catalogues, needs, outcome_of

Finder = Callable[[Match], Sequence[Change]]
Law = Callable[[Finder, NeedProfile, Sequence[Candidate]], None]


@st.composite
def cases(draw: st.DrawFn) -> tuple[NeedProfile, list[Candidate]]:
    """A need, places, and sometimes an answer to a question; most places fail little, else few changes open any."""
    profile, places = draw(needs()), draw(catalogues())
    flags = draw(st.tuples(st.booleans(), st.booleans()))
    if places and flags[0]:
        place = draw(st.sampled_from(places))
        rule, fits = draw(st.sampled_from(list(RuleId))), draw(st.booleans())
        told = Answer(rule, place.resource_id, place.opening_id, fits)
        profile = replace(profile, answers=frozenset({told}))
    if flags[1]:
        profile = replace(profile, age=None)
    return profile, places


def passing(profile: NeedProfile, places: Sequence[Candidate]) -> set[int]:
    """The places of which anything passes."""
    outcome = outcome_of(profile, places)
    return set(outcome.columns.resource_id[outcome.verdicts.passes].tolist())


def opened(steps: Sequence[Step], profile: NeedProfile, places: Sequence[Candidate]) -> set[int]:
    """The places that pass once the steps are made, and did not before."""
    return passing(*made(steps, profile, places)) - passing(profile, places)


def singles(outcome: Match) -> list[Change]:
    return [change for found in smallest_changes(Effects.of(outcome)).values() for change in found]


def pairs(outcome: Match) -> Sequence[Change]:
    return smallest_pairs(Effects.of(outcome))


def a_single_change_opens_exactly_what_it_named(
    find: Finder, profile: NeedProfile, places: Sequence[Candidate]
) -> None:
    """And a step that is not named opens nothing, or no more than fewer units of it."""
    outcome = outcome_of(profile, places)
    named = {step.key: change for change in find(outcome) for step in (*change.steps, *change.others)}
    most: dict[str, int] = {}
    for step in steps_of(outcome):
        truly = opened([step], profile, places)
        change = named.pop(step.key, None)
        if change is not None:
            assert set(change.resource_ids) == truly, change.label
            assert change.places == len(truly)
            assert change.certain <= change.places
        else:
            assert len(truly) <= most.get(step.family, 0), step.label
        most[step.family] = max(most.get(step.family, 0), len(truly))
    assert not named


def a_pair_opens_exactly_what_neither_opens_alone(
    find: Finder, profile: NeedProfile, places: Sequence[Candidate]
) -> None:
    for pair in find(outcome_of(profile, places)):
        one, other = pair.steps
        assert one.rules[0] is not other.rules[0]
        alone = opened([one], profile, places) | opened([other], profile, places)
        assert set(pair.resource_ids) == opened(pair.steps, profile, places) - alone, pair.label
        assert pair.places == len(pair.resource_ids) > 0


def what_two_steps_open_is_told_by_some_pair(
    find: Finder, profile: NeedProfile, places: Sequence[Candidate]
) -> None:
    """Of a small catalogue no place is left out that two steps of different rules would open."""
    outcome = outcome_of(profile, places)
    steps = steps_of(outcome)
    alone = {step.key: opened([step], profile, places) for step in steps}
    told = {resource for pair in find(outcome) for resource in pair.resource_ids}
    for one, other in list(combinations(steps, 2))[::7]:
        if set(one.rules).isdisjoint(other.rules):
            truly = opened([one, other], profile, places) - alone[one.key] - alone[other.key]
            assert truly <= told, (one.label, other.label)


def a_change_is_found_again_by_its_name(
    find: Finder, profile: NeedProfile, places: Sequence[Candidate]
) -> None:
    outcome = outcome_of(profile, places)
    effects = Effects.of(outcome)
    for change in find(outcome):
        assert change_named(effects, change.token("need"), need_id="need") == replace(change, others=())
    assert change_named(effects, "", need_id="need") is None
    assert change_named(effects, "00-00-00", need_id="need") is None


def one_place_is_told_the_steps_that_open_it(
    find: Finder, profile: NeedProfile, places: Sequence[Candidate]
) -> None:
    outcome = outcome_of(profile, places)
    by_family = {step.family for change in find(outcome) for step in (*change.steps, *change.others)}
    effects = Effects.of(outcome)
    for row in outcome.fallen.tolist():
        resource, opening = outcome.key_of(row)
        own = [place for place in places if (place.resource_id, place.opening_id) == (resource, opening)]
        for step in changes_for(effects, row):
            assert resource in passing(*made([step], profile, own))
            assert step.family in by_family


def names_one_too_many(outcome: Match) -> list[Change]:
    fallen = {outcome.key_of(row)[0] for row in outcome.fallen.tolist()}
    return [
        replace(change, resource_ids=tuple(sorted({*change.resource_ids, *fallen})))
        for change in singles(outcome)
    ]


def forgets_the_first(outcome: Match) -> list[Change]:
    return singles(outcome)[1:]


def takes_singles_for_pairs(outcome: Match) -> list[Change]:
    return [replace(change, steps=(*change.steps, steps_of(outcome)[-1])) for change in singles(outcome)]


def finds_no_pair(_: Match) -> list[Change]:
    return []


def miscounts(outcome: Match) -> list[Change]:
    return [replace(change, places=change.places + 1) for change in singles(outcome)]


LAWS: list[tuple[Law, Finder, int]] = [
    (a_single_change_opens_exactly_what_it_named, singles, 250),
    (a_pair_opens_exactly_what_neither_opens_alone, pairs, 400),
    (what_two_steps_open_is_told_by_some_pair, pairs, 25),
    (a_change_is_found_again_by_its_name, lambda outcome: [*singles(outcome), *pairs(outcome)], 100),
    (one_place_is_told_the_steps_that_open_it, singles, 100),
]
BROKEN: list[tuple[Law, Finder]] = [
    (a_single_change_opens_exactly_what_it_named, names_one_too_many),
    (a_single_change_opens_exactly_what_it_named, forgets_the_first),
    (a_pair_opens_exactly_what_neither_opens_alone, takes_singles_for_pairs),
    (what_two_steps_open_is_told_by_some_pair, finds_no_pair),
    (a_change_is_found_again_by_its_name, miscounts),
    (one_place_is_told_the_steps_that_open_it, finds_no_pair),
]


@pytest.mark.parametrize(("law", "find", "examples"), LAWS, ids=lambda part: getattr(part, "__name__", None))
def test_changes_keep_the_law(law: Law, find: Finder, examples: int) -> None:
    @settings(deadline=None, max_examples=examples)
    @given(cases())
    def every_case(case: tuple[NeedProfile, list[Candidate]]) -> None:
        law(find, *case)

    every_case()
    assert law in {broken for broken, _ in BROKEN}, "show that the law can fail"


@pytest.mark.parametrize(("law", "find"), BROKEN, ids=lambda part: part.__name__)
def test_the_law_catches_broken_changes(law: Law, find: Finder) -> None:
    @settings(
        deadline=None,
        max_examples=500,
        phases=[Phase.generate],
        database=None,
        derandomize=True,
        report_multiple_bugs=False,
    )
    @given(cases())
    def every_case(case: tuple[NeedProfile, list[Candidate]]) -> None:
        law(find, *case)

    with pytest.raises(AssertionError):
        every_case()
