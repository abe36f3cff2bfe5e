"""What happened in the demo town: placements, and two years of visits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.cases.queries import find_basis
from app.clock import TOKYO
from app.followup.service.history import add_past_placements, add_past_visits
from app.followup.vocabulary import (
    Attendance,
    Cause,
    EndReason,
    Means,
    Met,
    Mood,
    PastPlacement,
    PastStep,
    PastVisit,
    SharingBasis,
    Stage,
    VisitFacts,
    VisitNote,
)
from app.operations.demo.files import TownFiles
from app.operations.demo.lives import SeededCase, Workers
from app.operations.demo.steps import Step
from app.resources.queries.openings import get_opening_ids_by_published_id

_BATCH = 250

_STAGES = (("見学日", Stage.VISIT), ("体験開始日", Stage.TRIAL), ("継続開始日", Stage.ONGOING))
_REASONS = {
    "E01": EndReason.HEALTH,
    "E02": EndReason.OWN_WISH,
    "E03": EndReason.MOVED_ON,
    "E04": EndReason.FAMILY,
    "E05": EndReason.LOST_CONTACT,
    "E06": EndReason.ENVIRONMENT,
    "E07": EndReason.TRAVEL,
    "E08": EndReason.FEE,
    "E09": EndReason.RELATIONS,
    "E10": EndReason.HOST,
}
_CAUSES = {cause.label: cause for cause in Cause}
_MEANS = {means.label: means for means in Means}
_ATTENDANCES = {word.label: word for word in Attendance}
_MET = {
    "本人": Met.PERSON,
    "家族": Met.FAMILY,
    "受け入れ先": Met.HOST,
    "支援者": Met.SUPPORTER,
    "コーディネーター": Met.SUPPORTER,
    "不在": Met.NOBODY,
}
_MOODS = {
    "とてもよい": Mood.BRIGHT,
    "よい": Mood.GOOD,
    "ふつう": Mood.USUAL,
    "すこし心配": Mood.LOW,
    "心配": Mood.HARD,
}
_BASES = {"本人同意": SharingBasis.CONSENT, "担当者のみ": SharingBasis.AUTHOR_ONLY}


def seed_records(
    session: Session,
    files: TownFiles,
    resources: Mapping[str, int],
    workers: Workers,
    seeded: Mapping[str, SeededCase],
    *,
    by: Actor,
    at: datetime,
) -> Iterator[Step]:
    """Put in the placements that a case's basis carries, then all visits."""
    cases = {case.number: case for case in seeded.values()}
    openings = get_opening_ids_by_published_id(session, scope=by.scope)
    past: dict[str, PastPlacement] = {}
    rows = files.rows("placements.csv")
    for row in rows:
        case = cases[row["ケース番号"]]
        basis = find_basis(session, case.case_id, on=_day(row["根拠の日"]) or at.date(), scope=by.scope)
        if basis is not None:
            past[row["参加番号"]] = _placement(row, case, basis.basis_id, resources, openings)
    placed = dict(
        zip(past, add_past_placements(session, placements=list(past.values()), by=by, at=at), strict=True)
    )
    yield Step("参加", len(rows), len(rows))
    visits = files.rows("visits.csv")
    for first in range(0, len(visits), _BATCH):
        batch = visits[first : first + _BATCH]
        add_past_visits(session, visits=[_visit(row, cases, workers, placed) for row in batch], by=by, at=at)
        yield Step("訪問記録", first + len(batch), len(visits))


def _placement(
    row: Mapping[str, str],
    case: SeededCase,
    basis_id: str,
    resources: Mapping[str, int],
    openings: Mapping[str, int],
) -> PastPlacement:
    steps = [
        PastStep(stage, day, case.owner.account_id) for column, stage in _STAGES if (day := _day(row[column]))
    ]
    ended_on = _day(row["終了日"])
    if ended_on:
        steps.append(PastStep(Stage.ENDED, ended_on, case.owner.account_id))
    return PastPlacement(
        case_id=case.case_id,
        resource_id=resources[row["資源ID"]],
        basis_id=basis_id,
        steps=tuple(steps),
        owner_id=case.owner.account_id or 0,
        opening_id=openings.get(row["受け入れ枠ID"]),
        end_reason=_REASONS.get(row["終わりの理由"], EndReason.OTHER) if ended_on else None,
        end_cause=_CAUSES[row["どの側から"]] if ended_on else None,
    )


def _visit(
    row: Mapping[str, str], cases: Mapping[str, SeededCase], workers: Workers, placed: Mapping[str, str]
) -> PastVisit:
    happened_on = date.fromisoformat(row["日付"])
    return PastVisit(
        case_id=cases[row["ケース番号"]].case_id,
        author_id=workers[row["書いた人"]].account_id or 0,
        placement_id=placed.get(row["参加番号"]),
        recorded_at=datetime.combine(happened_on, time(17), TOKYO),
        facts=VisitFacts(
            happened_on=happened_on,
            means=_MEANS[row["方法"]],
            attendance=_ATTENDANCES.get(row["出席"]),
            sharing_basis=_BASES[row["共有の根拠"]],
            next_on=_day(row["次の約束日"]),
            note=VisitNote(
                met=tuple(_MET[word] for word in row["会った相手"].split("・") if word),
                person_mood=_MOODS.get(row["本人のようす"]),
                host_mood=_MOODS.get(row["受け入れ先のようす"]),
                text=row["記録"],
                promise=row["次の約束"],
            ),
        ),
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
