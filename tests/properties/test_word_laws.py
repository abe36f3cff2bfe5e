"""Laws of the frozen words: the same table from the same texts, and nobody's order moves while its version stays."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.matching.engine.matcher import match
from app.matching.engine.profile import NeedProfile
from app.matching.engine.words import Idf, count_words
from app.resources.engine.candidates import Candidate
from app.resources.engine.columns import CandidateColumns
from app.text.terms import document_terms
from tests.support.matching import catalogues, needs

WORDS = st.sampled_from(["本", "畑", "将棋", "体操", "刺し子", "歌う会", "カフェ", "縁側"])
CATALOGUES = st.lists(st.lists(WORDS, min_size=1, max_size=4).map(" ".join), min_size=2, max_size=12)


def _common(texts: Sequence[str]) -> bool:
    return len({term for text in texts for term in set(text)}) < sum(len(set(text)) for text in texts)


@settings(deadline=None, max_examples=100)
@given(CATALOGUES, st.randoms(use_true_random=False))
def test_freezing_twice_gives_the_same_table_whatever_the_order(texts: list[str], chance: object) -> None:
    assume(_common([text.replace(" ", "") for text in texts]))
    shuffled = list(texts)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    first = count_words(texts)
    assert count_words(shuffled) == first
    assert list(count_words(shuffled)) == list(first)
    assert all(0 < weight <= 1 for weight in first.values())
    assert max(first.values()) == 1


@settings(deadline=None, max_examples=100)
@given(CATALOGUES)
def test_the_more_texts_have_a_word_the_less_it_tells(texts: list[str]) -> None:
    assume(_common([text.replace(" ", "") for text in texts]))
    weights = count_words(texts)
    terms = [set(document_terms(text).split()) for text in texts]
    texts_with = {term: sum(term in own for own in terms) for term in weights}
    by_weight = sorted(weights, key=lambda term: (-weights[term], term))
    assert [texts_with[term] for term in by_weight] == sorted(texts_with.values())
    assert min(texts_with.values()) >= 2


@settings(deadline=None, max_examples=100)
@given(needs(), catalogues(), catalogues())
def test_places_that_are_added_move_nobody_while_the_table_stays(
    profile: NeedProfile, places: list[Candidate], more: list[Candidate]
) -> None:
    known = {place.resource_id for place in places}
    added = [place for place in more if place.resource_id not in known]
    table = Idf("words-1", {"本": 0.4, "畑": 0.7, "将棋": 1.0})
    alone = match(profile, CandidateColumns.from_candidates(places), idf=table, seed=1)
    together = match(profile, CandidateColumns.from_candidates([*places, *added]), idf=table, seed=1)
    kept = [together.key_of(row) for row in together.ranked.tolist()]
    assert [key for key in kept if key[0] in known] == [alone.key_of(row) for row in alone.ranked.tolist()]
    assert alone.idf_version == together.idf_version == "words-1"
