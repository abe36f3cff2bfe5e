"""How long one need takes against a catalogue of 10,000 rows: `make bench BENCH=rank`."""

from __future__ import annotations

import platform
import random
import statistics
import time
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from app.geo.geocoding import PositionPrecision
from app.geo.points import Point
from app.matching.engine.explanation import explain
from app.matching.engine.matcher import ENGINE_VERSION, match
from app.matching.engine.profile import NeedProfile
from app.matching.engine.relaxation import Effects, limit_costs, smallest_changes, smallest_pairs
from app.matching.engine.weights import WEIGHTS_VERSION
from app.matching.engine.words import Idf
from app.matching.vocabulary import TravelMode
from app.resources.engine.candidates import Candidate
from app.resources.engine.columns import CandidateColumns
from app.resources.engine.traits import (
    AGE_UNLIMITED,
    ALL_SLOTS,
    AccessItem,
    Cover,
    Feature,
    Purpose,
    Recognition,
    Scale,
    TakingPart,
    purposes_of,
)
from app.text.terms import document_terms

INTERESTS = ("本", "園芸", "料理", "将棋", "音楽", "静かな時間", "機械", "動物", "手仕事", "散歩")
ROUNDS = 200
_Value = TypeVar("_Value")


def make_candidate(rng: random.Random, number: int) -> Candidate:
    """A made-up place of a town of 15 km; a fifth of its facts are not known."""

    def known(value: _Value) -> _Value | None:
        return value if rng.random() < 0.8 else None

    kinds = known(frozenset(rng.sample(list(TakingPart), rng.randint(1, 2))))
    served, unserved = purposes_of(kinds, {})
    text = "・".join(rng.sample(INTERESTS, 3)) + f"の会 {number} だれでも、少しずつ、自分のペースで過ごせます"
    return Candidate(
        resource_id=number,
        search_terms=document_terms(text),
        is_light=rng.random() < 0.05,
        exclusion_ids=frozenset({f"place:{number}", f"host:{number % 300}"}),
        confirmed_days=known(rng.randint(0, 700)),
        taking_part=kinds,
        purposes_served=served,
        purposes_unserved=unserved,
        point=known(Point(lon=134.0 + rng.random() * 0.16, lat=34.3 + rng.random() * 0.13)),
        precision=rng.choice(list(PositionPrecision)),
        slots=known(rng.getrandbits(21) & rng.getrandbits(21) & ALL_SLOTS),
        session_minutes=known(rng.choice((60, 90, 120))),
        weeks_per_month=known(rng.choice((1.0, 2.0, 4.3))),
        shortest_stay_minutes=known(rng.choice((30, 60, 90))),
        free_seats=known(rng.randint(0, 4)),
        age_from=known(rng.choice((0, 0, 15, 65))),
        age_to=known(AGE_UNLIMITED),
        gap_welcome=known(rng.random() < 0.6),
        fee_yen=known(float(rng.choice((0, 0, 100, 300, 500)))),
        access={item: rng.random() < 0.6 for item in AccessItem if rng.random() < 0.7},
        features={feature: rng.random() < 0.7 for feature in Feature if rng.random() < 0.7},
        levels={scale: rng.randint(1, 3) for scale in Scale if rng.random() < 0.8},
        people=known(rng.randint(2, 40)),
        cover=rng.choice(list(Cover)),
        recognition=Recognition.NOT_NEEDED,
    )


PROFILE = NeedProfile(
    person_key="bench",
    purposes={Purpose.OWN_PLACE: 5, Purpose.SAFE_TALK: 3, Purpose.OUTSIDE: 2},
    kinds_now=frozenset({TakingPart.BEING}),
    kinds_to_try=frozenset({TakingPart.JOY, TakingPart.ROLE}),
    free_slots=0b011_011_011_011_011_000_000,
    min_hours_per_week=1.0,
    min_weeks_per_month=2.0,
    longest_stay_minutes=60,
    travel_mode=TravelMode.BUS,
    travel_minutes=40,
    origin=Point(lon=134.05, lat=34.34),
    origin_radius_m=177.0,
    access_needs=frozenset({AccessItem.HANDRAIL}),
    limits={Scale.NOISE: 2, Scale.INTERACTION: 2},
    people_limit=15,
    musts=frozenset({Feature.LOOK_AROUND}),
    fee_limit_yen=300,
    age=47,
    interests=("本", "静かな時間", "園芸"),
    excluded=frozenset({"host:7"}),
)


def milliseconds(run: Callable[[], object]) -> dict[str, float]:
    """Median and 95th percentile of `ROUNDS` runs, in milliseconds."""
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        run()
        times.append((time.perf_counter() - began) * 1000)
    return {"p50": round(statistics.median(times), 3), "p95": round(float(np.percentile(times, 95)), 3)}


def run(rows: int = 10_000) -> dict[str, Any]:
    """Return the sizes of the run and the milliseconds of each part of it."""
    rng = random.Random(20261120)
    candidates = [make_candidate(rng, number) for number in range(1, rows + 1)]
    began = time.perf_counter()
    columns = CandidateColumns.from_candidates(candidates)
    built = (time.perf_counter() - began) * 1000
    idf = Idf("bench", {})
    outcome = match(PROFILE, columns, idf=idf)
    return {
        "rows": rows,
        "machine": platform.machine(),
        "numpy": np.__version__,
        "engine": ENGINE_VERSION,
        "weights": WEIGHTS_VERSION,
        "ranked": int(outcome.ranked.size),
        "fallen": int(outcome.fallen.size),
        "light": int(outcome.light.size),
        "build_columns_once_ms": round(built, 1),
        "match_ms": milliseconds(lambda: match(PROFILE, columns, idf=idf)),
        "limit_costs_ms": milliseconds(lambda: limit_costs(outcome)),
        "smallest_changes_ms": milliseconds(lambda: smallest_changes(Effects.of(outcome))),
        "smallest_pairs_ms": milliseconds(lambda: smallest_pairs(Effects.of(outcome))),
        "explain_20_ms": milliseconds(
            lambda: [explain(outcome, row) for row in outcome.ranked[:20].tolist()]
        ),
    }
