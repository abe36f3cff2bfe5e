"""Who reaches a case and who never may: team, protection, whom the person must not meet."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.accounts import service as accounts
from app.accounts.vocabulary import Actor
from app.cases import queries
from app.cases.models import Case
from app.cases.policies import coarse_mesh
from app.cases.service.log import record_case_event
from app.people import service as people
from app.people.vocabulary import NeverMeetKind
from app.web.errors import Refused


def join_team(session: Session, *, case_id: str, account_id: int, by: Actor, at: datetime) -> None:
    """Let somebody into the team from today on."""
    case = queries.get_own_case(session, case_id, scope=by.scope)
    accounts.join_team(session, team_id=case.team_id, account_id=account_id, since=at.date(), by=by, at=at)


def leave_team(session: Session, *, case_id: str, account_id: int, by: Actor, at: datetime) -> None:
    """Let somebody out of the team, at once."""
    case = queries.get_own_case(session, case_id, scope=by.scope)
    accounts.leave_team(session, team_id=case.team_id, account_id=account_id, by=by, at=at)


def protect_household(
    session: Session,
    *,
    case_id: str,
    reason: str,
    since: date | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Put the household of a case under 支援措置: every case of everybody in it counts nowhere and lies somewhere.

    Whatever an upper slice derived from where a case lies is to be read anew from the case; it holds no finer copy.
    """
    case = queries.get_own_case(session, case_id, scope=by.scope)
    if not reason.strip():
        raise Refused("どのような申出・情報にもとづくかを書いてください。", field="reason")
    day = since or at.date()
    if day > at.date():
        raise Refused("始まりの日は、今日か、今日より前の日付にしてください。", field="since")
    covered = people.protect_household(
        session, person_id=case.person_id, reason=reason, since=day, by=by, at=at
    )
    scope = session.info["scope"]
    for housemates_case_id in queries.list_case_ids_of(session, covered, scope=scope):
        _blur(session, queries.get_case(session, housemates_case_id, scope=scope), by, at)


def lift_protection(session: Session, *, case_id: str, reason: str, by: Actor, at: datetime) -> None:
    """End the protection of the household. Where its cases lie has to be set anew by each team."""
    case = queries.get_own_case(session, case_id, scope=by.scope)
    if not reason.strip():
        raise Refused("なぜ解除するかを書いてください。本人の申出かどうかも書いてください。", field="reason")
    people.lift_protection(session, person_id=case.person_id, reason=reason, by=by, at=at)


def add_never_meet(
    session: Session,
    *,
    case_id: str,
    kind: NeverMeetKind,
    name: str = "",
    why: str = "",
    account_id: int | None = None,
    resource_id: int | None = None,
    other_number: str | None = None,
    by: Actor,
    at: datetime,
) -> str:
    """Write down whom or what the person of a case must never meet, and return the entry's id.

    Raises `Refused` with the field that belongs to the kind and is missing.

    Another person is named by somebody who reaches both cases. The entry keeps places of one side from the other, so
    whoever named a case that they do not see would learn from the candidates where that person goes.
    """
    case = queries.get_own_case(session, case_id, scope=by.scope)
    other_id = None
    if kind is NeverMeetKind.ACCOUNT and account_id is None:
        raise Refused("どの職員かを選んでください。", field="account_id")
    if kind is NeverMeetKind.RESOURCE and resource_id is None:
        raise Refused("どの場かを、社会資源の番号で入力してください。", field="resource_id")
    if kind is NeverMeetKind.OUTSIDER and not name.strip():
        raise Refused("だれかがわかるように書いてください。例：元の夫", field="name")
    if kind is NeverMeetKind.OTHER_PERSON:
        other_id = queries.find_person_id(session, other_number or "", scope=by.scope)
        if other_id is None:
            raise Refused(
                "その台帳番号は、あなたの支援チームにありません。「T-0123」の形で確かめてください。"
                "相手が別のチームのときは、両方の支援チームに入っている人に登録を頼んでください。",
                field="other_number",
            )
        name = name or (other_number or "")
    return people.add_never_meet(
        session,
        person_id=case.person_id,
        kind=kind,
        name=name,
        why=why,
        account_id=account_id if kind is NeverMeetKind.ACCOUNT else None,
        resource_id=resource_id if kind is NeverMeetKind.RESOURCE else None,
        other_id=other_id,
        by=by,
        at=at,
    )


def remove_never_meet(session: Session, *, case_id: str, never_meet_id: str, by: Actor, at: datetime) -> None:
    """Take an entry off the list of a case's person."""
    case = queries.get_own_case(session, case_id, scope=by.scope)
    people.remove_never_meet(session, person_id=case.person_id, never_meet_id=never_meet_id, by=by, at=at)


def _blur(session: Session, case: Case, by: Actor, at: datetime) -> None:
    case.counting_area_id, case.origin_mesh = None, coarse_mesh(case.origin_mesh)
    record_case_event(session, case_id=case.id, action="case.blurred", by=by, at=at)
