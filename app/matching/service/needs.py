"""Writing needs. Every save is a new version; what was wished before stays."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.audit.service import record_event
from app.cases.policies import CASE_IS_OVER
from app.db.sealing import new_row_id, write_sealed
from app.matching import queries
from app.matching.engine.matcher import Match
from app.matching.engine.profile import Answer, NeedProfile
from app.matching.engine.relaxation import limit_costs
from app.matching.exchange import NeedContent, document_of
from app.matching.models import Need
from app.matching.queries import NeedFacts
from app.matching.vocabulary import RuleId
from app.resources.engine.candidates import NO_OPENING
from app.web.errors import CHANGED_MEANWHILE, Refused


def write_need(
    session: Session,
    *,
    case_id: str,
    content: NeedContent,
    is_draft: bool = False,
    seen_version: int | None = None,
    avoided: Collection[int],
    by: Actor,
    at: datetime,
) -> Need:
    """Write a new version of a need; raise `Refused` when somebody else wrote one since it was shown.

    A version that is no draft is matched at once, and how many places fit is kept beside it for planning.
    """
    facts = queries.get_facts(session, case_id, on=at.date(), scope=by.scope)
    if not facts.is_open:
        raise Refused(CASE_IS_OVER)
    latest = queries.find_need(session, case_id, with_drafts=True, scope=by.scope)
    version = latest.version if latest else 0
    if seen_version is not None and seen_version != version:
        raise Refused(CHANGED_MEANWHILE)
    return _add_version(
        session, facts, content, version=version + 1, is_draft=is_draft, avoided=avoided, by=by, at=at
    )


def add_need(session: Session, *, case_id: str, content: NeedContent, by: Actor, at: datetime) -> Need:
    """Write the need of a case that was kept elsewhere, as the product: whom to keep away is asked here itself."""
    facts = queries.get_facts(session, case_id, on=at.date(), scope=by.scope)
    latest = queries.find_need(session, case_id, with_drafts=True, scope=by.scope)
    avoided = queries.list_places_to_avoid(session, facts.person_id, scope=by.scope)
    version = latest.version + 1 if latest else 1
    return _add_version(
        session, facts, content, version=version, is_draft=False, avoided=avoided, by=by, at=at
    )


def answer_question(
    session: Session,
    *,
    case_id: str,
    rule: RuleId,
    resource_id: int | None,
    opening_id: int | None = None,
    fits: bool,
    seen_version: int,
    avoided: Collection[int],
    by: Actor,
    at: datetime,
) -> Need:
    """Keep what somebody found out about a 不明, in a new version of the need.

    Without a place the question is one to the supporters, and the only one that yes or no can answer is who drives. A
    draft that waits is written once more behind it, with the answer, so that it stays what one goes on with.
    """
    current = queries.find_need(session, case_id, scope=by.scope)
    if current is None:
        raise Refused("先に、本人のニーズを書いてください。")
    if seen_version != current.version:
        raise Refused(CHANGED_MEANWHILE)
    if resource_id is None and rule is not RuleId.PICKUP:
        raise Refused("この質問には、ニーズの画面で答えてください。")

    def answered(content: NeedContent) -> NeedContent:
        if resource_id is None:
            return replace(content, profile=replace(content.profile, support_drives=fits))
        answer = Answer(rule, resource_id, NO_OPENING if opening_id is None else opening_id, fits)
        return replace(content, profile=content.profile.with_answer(answer))

    latest = queries.find_need(session, case_id, with_drafts=True, scope=by.scope)
    write = partial(write_need, session, case_id=case_id, avoided=avoided, by=by, at=at)
    need = write(content=answered(current.content))
    if latest is not None and latest.is_draft:
        write(content=answered(latest.content), is_draft=True)
    return need


def record_candidates_read(
    session: Session, *, case_id: str, page: str = "candidates", by: Actor, at: datetime
) -> None:
    """Note that what was computed for a case is about to be shown; raise `Missing` when it is not theirs."""
    queries.get_facts(session, case_id, on=at.date(), scope=by.scope)
    record_event(
        session,
        action=f"{page}.read",
        subject_kind="case",
        subject_id=case_id,
        by=by.account_id,
        at=at,
    )


def _add_version(
    session: Session,
    facts: NeedFacts,
    content: NeedContent,
    *,
    version: int,
    is_draft: bool,
    avoided: Collection[int],
    by: Actor,
    at: datetime,
) -> Need:
    profile = facts.completed(content.profile, avoided)
    need = Need(
        id=new_row_id(),
        team_id=facts.team_id,
        case_id=facts.case_id,
        version=version,
        is_draft=is_draft,
        counting_area_id=facts.counting_area_id,
        kinds=[kind.name.lower() for kind in sorted(profile.kinds_now)],
        made_by=by.account_id,
        made_at=at,
    )
    if not is_draft:
        _note_outcome(session, need, profile, by, at)
    write_sealed(session, need, document_of(replace(content, profile=profile)))
    session.add(need)
    try:
        session.flush()
    except IntegrityError:
        # Two wrote the same version on PostgreSQL: the later one is told, as if it had come a moment after.
        raise Refused(CHANGED_MEANWHILE) from None
    record_event(
        session,
        action="need.drafted" if is_draft else "need.written",
        subject_kind="case",
        subject_id=facts.case_id,
        by=by.account_id,
        at=at,
        detail={"version": version},
    )
    return need


def _note_outcome(session: Session, need: Need, profile: NeedProfile, by: Actor, at: datetime) -> None:
    """Count what fits, for planning. Somebody who wishes things as they are lacks no place, so nothing is counted."""
    if profile.wants_nothing:
        return
    outcome = queries.get_match(session, profile, at=at, scope=by.scope)
    need.feasible_places = outcome.count_places(outcome.ranked)
    need.binding_rule = None if need.feasible_places else _binding(outcome)


def _binding(outcome: Match) -> str | None:
    """The limit that keeps most places away: the one that alone would open most, else the one that most fail."""
    costs = limit_costs(outcome)
    worst = max(costs, key=lambda cost: (cost.places, cost.failing), default=None)
    return worst.rule.value if worst is not None and worst.failing else None
