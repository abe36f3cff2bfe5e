"""Every sentence that the matcher says of ten cases of the demo town, with the values behind it and where they stand.

    .venv/bin/python -m scripts.sentences > docs/matcher-sentences.md

The town is put into a database of its own on the day for which its files were written, so the same text comes out
every day. A sentence that differs from an earlier one in a number or in days of the week alone is not repeated.
"""

from __future__ import annotations

import re
import secrets
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from app.accounts.service import mark_installation
from app.accounts.vocabulary import Actor
from app.clock import TOKYO
from app.crypto.keys import Keyring
from app.db import migrations
from app.db.database import Database
from app.matching import queries
from app.matching.engine import week_words
from app.matching.engine.combining import Week, combine
from app.matching.engine.explanation import Explanation, explain
from app.matching.engine.matcher import Match
from app.matching.engine.origin import origin_of
from app.matching.engine.profile import NeedProfile
from app.matching.engine.relaxation import Effects, limit_costs, smallest_changes, smallest_pairs
from app.matching.engine.rules.rule import Evidence
from app.matching.engine.week_pool import WeekWish, for_a_week
from app.matching.vocabulary import PartId, RuleId
from app.operations.demo.files import TownFiles
from app.operations.demo.hosts import seed_hosts
from app.operations.demo.needs import need_of
from app.operations.demo.places import seed_catalogue
from app.resources.queries.openings import get_ids_by_published_id, get_opening_ids_by_published_id

BY: Final = Actor.system("writing down what the matcher says")
AT: Final = datetime(2026, 11, 1, 10, tzinfo=TOKYO)
"""The day for which the files of the town were written (`data/demo/anchor.json`)."""

CASES: Final = (
    "T-0033",
    "T-0034",
    "T-0043",
    "T-0053",
    "T-0055",
    "T-0061",
    "T-0066",
    "T-0084",
    "T-0092",
    "T-0100",
)
"""Chosen so that as many rules and parts as possible speak, and in as many ways."""
MOST_RANKED: Final = 2
MOST_FALLEN: Final = 3
MOST_CHANGES: Final = 4
"""Of each side; the page shows as many."""

RULE_SOURCES: Final[Mapping[RuleId, str]] = {
    RuleId.KIND: "need.kinds_now・kinds_to_try × taking_part（traits「参加の形」）",
    RuleId.HOURS: "need.free_slots × slots（weekday_mask・opens_minute・closes_minute／opening_slot と空席）",
    RuleId.FREQUENCY: "need.min_weeks_per_month × weeks_per_month（schedule）",
    RuleId.WEEKLY_HOURS: "need.min_hours_per_week × slots・session_minutes・weeks_per_month",
    RuleId.TRAVEL: "need.travel_mode・travel_minutes・case.origin_mesh × point・point_precision",
    RuleId.LAST_BUS: "need.leaves_by_minute × slot_begins・slot_ends・shortest_stay_minutes・途中退室",
    RuleId.FEE: "need.fee_limit_yen × fee_yen（traits「費用円」／fee／opening.pay）",
    RuleId.PEOPLE: "need.people_limit × people（traits「人数」）",
    RuleId.NOISE: "need.limits × levels（traits「静けさ」）",
    RuleId.INTERACTION: "need.limits × levels（traits「対人のやり取り」／opening.people_load）",
    RuleId.PICKUP: "need.travel_mode・support_drives × features（resource.pickup）",
    RuleId.LANGUAGE: "need.languages × languages（traits「ことば」）",
    RuleId.VACANCY: "free_seats（opening_slot.seats と reservation／traits「空床数」）",
    RuleId.GAP: "need.is_in_gap × gap_welcome",
    RuleId.STAY: "need.longest_stay_minutes × shortest_stay_minutes（opening.shortest_minutes）",
    RuleId.LOAD: "need.limits × levels（traits「身体負荷」／opening.body_load）",
    RuleId.PACE: "need.limits × levels（traits「ペース」／opening.pace_load）",
    RuleId.ACCESS: "need.access_needs × access（traits「段差」など）",
    RuleId.STAFF: "need.musts・must_nots × features（traits「女性スタッフ」「男性スタッフ」）",
    RuleId.LOOK_AROUND: "need.musts × features（traits「見学可」）",
    RuleId.ANONYMOUS: "need.musts × features（traits「匿名可」）",
    RuleId.LEAVE_MIDWAY: "need.musts × features（traits「途中退室可」）",
    RuleId.COMPANION: "need.musts × features（traits「同行者可」）",
    RuleId.REMOTE: "need.musts × features（traits「オンライン」）",
    RuleId.AGE: "person の年齢 × age_from・age_to・gap_welcome",
    RuleId.INSURANCE: "cover（opening.insurance・insurance_holder・insured_from・insured_to）",
    RuleId.RECOGNITION: "recognition（host.recognition・opening.training）",
}
PART_SOURCES: Final[Mapping[PartId, str]] = {
    PartId.PURPOSE: "need.purposes × purposes（traits「参加の形」／opening.pay）",
    PartId.KIND: "need.kinds_now・kinds_to_try × taking_part",
    PartId.TIME: "need.free_slots × slots",
    PartId.TRAVEL: "need.travel_mode・case.origin_mesh × point・point_precision",
    PartId.ENVIRONMENT: "need.limits・wishes・people_limit × levels・people",
    PartId.INTERESTS: "need.interests × search_terms（name・description・opening.task・interests）",
    PartId.FRESHNESS: "confirmed_days（confirmed_on）",
}
_NUMBERS: Final = re.compile(r"\d[\d.,〜→]*")
_DAYS: Final = re.compile(r"(?:[月火水木金土日]曜(?:午前|午後|夕方)・?)+")


@dataclass(frozen=True)
class Line:
    """One sentence of the document."""

    sentence: str
    values: str
    query: str

    @property
    def form(self) -> str:
        """The sentence without its numbers and days."""
        return _NUMBERS.sub("0", _DAYS.sub("□", self.sentence))


def main() -> None:
    """Print the document."""
    sys.stdout.write(document())


def document() -> str:
    """The whole text, the same on every day."""
    files = TownFiles(today=AT.date())
    with tempfile.TemporaryDirectory() as folder:
        database = Database(make_url(f"sqlite:///{folder}/town.db"), Keyring(secrets.token_bytes(32)))
        try:
            _seed(database, files)
            with database.reading(BY.scope) as session:
                return "\n".join(_document(session, files))
        finally:
            database.dispose()


def _seed(database: Database, files: TownFiles) -> None:
    migrations.upgrade(database.engine)
    with database.writing(BY.scope) as session:
        mark_installation(session, is_demo=True, by=BY, at=AT)
        for _ in seed_catalogue(session, files, by=BY, at=AT):
            pass
        ids = get_ids_by_published_id(session, municipality_code=files.municipality_code, scope=BY.scope)
        for _ in seed_hosts(session, files, ids, by=BY, at=AT):
            pass


def _document(session: Session, files: TownFiles) -> Iterator[str]:
    yield "# What the matcher says\n"
    yield (
        "Written by `.venv/bin/python -m scripts.sentences > docs/matcher-sentences.md`; a test compares it with what "
        "the engine says today, so write it anew after a sentence has changed and read the difference as a "
        "coordinator would.\n"
    )
    yield (
        "Ten cases of the demo town on "
        f"{AT.date().isoformat()}. For each: its best places, those that nearly fit, what would change it, and a week. "
        "`T-` is a case, `R-` a place, `O-` an opening of the files in `data/demo`. A sentence that differs from an "
        "earlier one in a number or in days of the week alone is not repeated.\n"
    )
    names = Names.of(session, files)
    births = {row["台帳番号"]: row["生年月日"] for row in files.rows("persons.csv")}
    said: set[str] = set()
    for row in files.rows("cases.csv"):
        if row["ケース番号"] in CASES:
            profile = _profile(row, births[row["台帳番号"]])
            yield f"## {row['ケース番号']}\n"
            yield f"{_need_words(profile)}\n"
            yield "| Sentence | Values used | Query |\n| --- | --- | --- |"
            for line in _lines(session, profile, names):
                if line.form not in said:
                    said.add(line.form)
                    yield f"| {_cell(line.sentence)} | {_cell(line.values)} | {_cell(line.query)} |"
            yield ""


@dataclass(frozen=True)
class Names:
    """The ids of the files, by the keys of the database."""

    places: Mapping[int, str]
    openings: Mapping[int, str]

    @classmethod
    def of(cls, session: Session, files: TownFiles) -> Names:
        """Read them."""
        places = get_ids_by_published_id(session, municipality_code=files.municipality_code, scope=BY.scope)
        openings = get_opening_ids_by_published_id(session, scope=BY.scope)
        return cls(
            {key: published for published, key in places.items()},
            {key: published for published, key in openings.items()},
        )

    def where(self, resource_id: int, opening_id: int) -> str:
        """「R-0352/O-001」, of a place without openings its own id alone."""
        opening = self.openings.get(opening_id)
        return self.places[resource_id] + (f"/{opening}" if opening else "")


def _profile(row: Mapping[str, str], born: str) -> NeedProfile:
    """The need of a row with what is known of the person, as `NeedFacts.completed` puts it together."""
    origin = origin_of(row["出発地のメッシュ"] or None)
    return replace(
        need_of(row).profile,
        person_key=row["ケース番号"],
        age=_age(born),
        origin=origin[0] if origin else None,
        origin_radius_m=origin[1] if origin else 0.0,
    )


def _age(born: str) -> int | None:
    if not born:
        return None
    day, on = date.fromisoformat(born), AT.date()
    return on.year - day.year - ((on.month, on.day) < (day.month, day.day))


def _need_words(profile: NeedProfile) -> str:
    """The need in a line, so that a reader need not open the file."""
    told = {
        "目的": "・".join(f"{purpose.label}{weight}" for purpose, weight in profile.purposes.items()),
        "いま": "・".join(kind.label for kind in sorted(profile.kinds_now)),
        "試しに": "・".join(kind.label for kind in sorted(profile.kinds_to_try)),
        "関心": "・".join(profile.interests),
        "行きかた": "" if profile.travel_mode is None else profile.travel_mode.label,
        "年齢": "" if profile.age is None else f"{profile.age}歳",
    }
    return "、".join(f"{name}: {words}" for name, words in told.items() if words) + "。"


def _lines(session: Session, profile: NeedProfile, names: Names) -> Iterator[Line]:
    outcome = queries.get_match(session, profile, at=AT, scope=BY.scope)
    for row in [*outcome.ranked[:MOST_RANKED].tolist(), *outcome.fallen[:MOST_FALLEN].tolist()]:
        yield from _of_place(explain(outcome, row), names)
    yield from _of_changes(outcome)
    in_week = queries.get_match(session, for_a_week(profile), at=AT, scope=BY.scope)
    yield from _of_week(in_week, combine(in_week, WeekWish.of(profile)), WeekWish.of(profile), names)


def _of_place(said: Explanation, names: Names) -> Iterator[Line]:
    where = names.where(said.resource_id, said.opening_id)
    for part in said.parts:
        assert isinstance(part.source, PartId)
        points = f"{part.low}" if part.low == part.high else f"{part.low}〜{part.high}"
        yield Line(
            part.text,
            f"{points} / {part.most} points、{part.tone.label}",
            f"{where} part {part.source.value}: {PART_SOURCES[part.source]}",
        )
    for found in (*said.kept, *said.failed):
        if not found.text:
            continue
        yield Line(found.text, _values(found), _query(found, where))
    for question in said.questions:
        place = where if question.resource_id is not None else "every place"
        yield Line(
            question.text,
            f"不明、{question.asked_of.label}に聞く",
            f"{place} rule {question.rule.value}: {RULE_SOURCES[question.rule]}",
        )


def _values(found: Evidence) -> str:
    return f"{found.verdict.label}、need {found.wanted.value!r}、place {found.found.value!r}"


def _query(found: Evidence, where: str) -> str:
    return f"{where} rule {found.rule.value}: {RULE_SOURCES[found.rule]}"


def _of_changes(outcome: Match) -> Iterator[Line]:
    for cost in limit_costs(outcome):
        if cost.places:
            wanted = next(rule for rule in outcome.verdicts.rules if rule.id is cost.rule).wanted(
                outcome.profile
            )
            yield Line(
                f"{cost.name}　{wanted.words}　−{cost.places}か所",
                f"{cost.failing} places fail it",
                f"limit_costs, rule {cost.rule.value}",
            )
    effects = Effects.of(outcome)
    changes = [
        *(change for found in smallest_changes(effects).values() for change in found[:MOST_CHANGES]),
        *smallest_pairs(effects)[:MOST_CHANGES],
    ]
    for change in changes:
        yield Line(
            f"{change.label} ＋{change.places}か所（{change.side.label}）",
            f"{change.certain} of them without a question",
            f"smallest_changes, rules {', '.join(rule.value for rule in change.rules)}",
        )


def _of_week(outcome: Match, found: Week, wish: WeekWish, names: Names) -> Iterator[Line]:
    for week in found.combinations:
        keys = {row: outcome.key_of(row) for row in week.rows}
        where = ", ".join(names.where(*key) for key in keys.values())
        for filled in (week_words.hours_filled(week, wish), week_words.times_filled(week, wish)):
            yield Line(filled.text, f"{week.minutes} minutes, {week.tenths / 10} times", f"week of {where}")
        for entry in week.entries:
            own = names.where(*keys[entry.row])
            yield Line(
                week_words.role_text(outcome, week, entry),
                f"slot {entry.slot}",
                f"week of {where}, {own}: need.purposes × purposes",
            )
            yield Line(
                week_words.length_text(outcome, entry.row),
                f"slot {entry.slot}",
                f"{own}: session_minutes, weeks_per_month",
            )
        for leg in week.legs:
            first, second = (names.places[keys[row][0]] for row in (leg.first, leg.second))
            yield Line(
                week_words.leg_text(outcome, leg, first=first, second=second),
                f"{leg.verdict.label}、{leg.least}〜{leg.most}分",
                f"week of {where}: point, point_precision of both",
            )


def _cell(text: str) -> str:
    return text.replace("|", "／").replace("\n", " ") or "―"


if __name__ == "__main__":
    main()
