"""Laws of matching under whatever a town decides."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from app.matching.engine.explanation import explain
from app.matching.engine.matcher import match
from app.matching.engine.profile import NeedProfile
from app.matching.engine.rule_set import DEFAULT_RULES, NEVER_LEFT_OUT, NUMBERS, Pace, TownRules
from app.matching.engine.weights import FULL_POINTS, Weights
from app.matching.vocabulary import PartId, RuleId, TravelMode, Verdict
from app.resources.engine.candidates import Candidate
from app.resources.engine.columns import CandidateColumns
from tests.support.matching import IDF, catalogues, needs

LEAVABLE = sorted(set(RuleId) - set(NEVER_LEFT_OUT))


@st.composite
def weights(draw: st.DrawFn) -> Weights:
    """Any weights that sum to 100: cuts of a line."""
    cuts = sorted(draw(st.lists(st.integers(0, 100), min_size=6, max_size=6)))
    shares = [end - start for start, end in zip([0, *cuts], [*cuts, 100], strict=True)]
    return Weights("drawn", {part: share * 100 for part, share in zip(PartId, shares, strict=True)})


@st.composite
def town_rules(draw: st.DrawFn) -> TownRules:
    """Any rule set that can stand."""
    numbers = {
        name: draw(st.integers(bound.low, bound.high))
        for name, bound in NUMBERS.items()
        if name != "stale_days"
    }
    return TownRules(
        version=draw(st.integers(1, 9)),
        weights=draw(weights()),
        paces={mode: Pace(draw(st.integers(10, 1500)), draw(st.integers(0, 60))) for mode in TravelMode},
        left_out=draw(st.frozensets(st.sampled_from(LEAVABLE), max_size=4)),
        stale_days=numbers["fresh_days"] + draw(st.integers(1, 400)),
        **numbers,
    )


@settings(deadline=None, max_examples=60)
@given(needs(), catalogues(), town_rules())
def test_parts_sum_to_the_total_and_stay_within_what_can_be_reached(
    profile: NeedProfile, places: list[Candidate], rules: TownRules
) -> None:
    outcome = match(profile, CandidateColumns.from_candidates(places), idf=IDF, rules=rules)
    assert outcome.scores.attainable <= FULL_POINTS
    for row in (*outcome.ranked.tolist(), *outcome.fallen.tolist()):
        said = explain(outcome, row)
        assert sum(part.low for part in said.parts) == said.total_low
        assert sum(part.high for part in said.parts) == said.total_high
        assert 0 <= said.total_low <= said.total_high <= said.attainable
        assert sum(part.most for part in said.parts) == said.attainable


@settings(deadline=None, max_examples=60)
@given(needs(), catalogues(), town_rules())
def test_leaving_rules_out_only_lets_more_places_pass_and_judges_the_others_alike(
    profile: NeedProfile, places: list[Candidate], rules: TownRules
) -> None:
    columns = CandidateColumns.from_candidates(places)
    # The same paces, so that the way takes as long in both.
    full = TownRules.from_document(rules.document | {"left_out": []}, version=rules.version)
    before = match(profile, columns, idf=IDF, rules=full)
    after = match(profile, columns, idf=IDF, rules=rules)
    kept = [place for place, rule in enumerate(before.verdicts.rules) if rule.id not in rules.left_out]
    assert [before.verdicts.rules[place].id for place in kept] == [rule.id for rule in after.verdicts.rules]
    assert np.array_equal(before.verdicts.values[kept], after.verdicts.values)
    assert set(before.ranked.tolist()) <= set(after.ranked.tolist())


@settings(deadline=None, max_examples=60)
@given(needs(), catalogues(), town_rules())
def test_what_is_not_known_is_known_under_no_rule_set(
    profile: NeedProfile, places: list[Candidate], rules: TownRules
) -> None:
    columns = CandidateColumns.from_candidates(places)
    own = match(profile, columns, idf=IDF, rules=DEFAULT_RULES).verdicts
    decided = match(profile, columns, idf=IDF, rules=rules).verdicts
    values = dict(zip((rule.id for rule in decided.rules), decided.values, strict=True))
    for rule, row in zip(own.rules, own.values, strict=True):
        # Only the way is reckoned with numbers of the town: its range may end up on one side of the limit.
        if rule.id in values and rule.id is not RuleId.TRAVEL:
            assert np.array_equal(values[rule.id] == Verdict.UNKNOWN, row == Verdict.UNKNOWN)


@settings(deadline=None, max_examples=60)
@given(town_rules())
def test_a_rule_set_reads_back_as_what_was_decided(rules: TownRules) -> None:
    read = TownRules.from_document(rules.document, version=rules.version)
    assert read.document == rules.document
    assert (read.weights.points, read.left_out) == (rules.weights.points, rules.left_out)
