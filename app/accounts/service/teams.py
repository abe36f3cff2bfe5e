"""Support teams: who belongs to one, and who is kept away from it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from app.accounts import queries
from app.accounts.models import BarredAccount, SupportTeam, TeamMember
from app.accounts.vocabulary import TEAM_ROLES, Actor
from app.audit.service import record_event
from app.web.errors import Missing, Refused


def open_team(session: Session, *, account_ids: Collection[int], since: date, by: Actor, at: datetime) -> int:
    """Make a support team of these accounts and return its id; raise `Refused` when one cannot belong to a team."""
    team = SupportTeam(made_at=at)
    session.add(team)
    session.flush()
    for account_id in sorted(account_ids):
        _add_member(session, team.id, account_id, since)
    _record(session, "team.opened", team.id, by, at, members=len(account_ids))
    return team.id


def join_team(
    session: Session, *, team_id: int, account_id: int, since: date, by: Actor, at: datetime
) -> None:
    """Let an account into a team that the actor belongs to; doing so twice changes nothing."""
    _refuse_outsider(session, team_id, by)
    if account_id in queries.list_barred_account_ids(session, team_id):
        raise Refused(
            "この職員は「会ってはいけない相手」に登録されています。加えられません。", field="account_id"
        )
    if queries.find_membership(session, team_id, account_id, on=since) is None:
        _add_member(session, team_id, account_id, since)
        _record(session, "team.joined", team_id, by, at, account=account_id)


def leave_team(session: Session, *, team_id: int, account_id: int, by: Actor, at: datetime) -> None:
    """End a membership now: the account reaches the case no more from the next click on.

    Raises `Refused` for the last one whom the case has.
    """
    _refuse_outsider(session, team_id, by)
    membership = queries.find_membership(session, team_id, account_id, on=at.date())
    if membership is None:
        return
    others = [
        member
        for member in queries.list_team_members(session, team_id, on=at.date())
        if member.account_id != account_id and not member.is_barred
    ]
    if not others:
        raise Refused("チームに誰もいなくなります。先に、引き継ぐ人を加えてください。", field="account_id")
    if membership.since >= at.date():
        session.delete(membership)
    else:
        # A membership covers its last day, and this one must not cover today.
        membership.until = at.date() - timedelta(days=1)
    _record(session, "team.left", team_id, by, at, account=account_id)


def bar_account(session: Session, *, team_id: int, account_id: int, by: Actor, at: datetime) -> None:
    """Keep an account away from a team's cases, whatever else it holds; doing so twice changes nothing."""
    queries.get_account(session, account_id)
    if session.get(BarredAccount, (team_id, account_id)) is None:
        session.add(BarredAccount(team_id=team_id, account_id=account_id))
        _record(session, "team.barred", team_id, by, at, account=account_id)


def admit_account(session: Session, *, team_id: int, account_id: int, by: Actor, at: datetime) -> None:
    """Keep an account away no longer. It is no member by that."""
    barred = session.get(BarredAccount, (team_id, account_id))
    if barred is not None:
        session.delete(barred)
        _record(session, "team.admitted", team_id, by, at, account=account_id)


def _add_member(session: Session, team_id: int, account_id: int, since: date) -> None:
    account = queries.get_account(session, account_id)
    if account.closed_at is not None or account.role_set.isdisjoint(TEAM_ROLES):
        labels = "・".join(role.label for role in sorted(TEAM_ROLES))
        raise Refused(f"支援チームに入れるのは、{labels}の役割がある人です。", field="account_id")
    session.add(TeamMember(team_id=team_id, account_id=account_id, since=since))


def _refuse_outsider(session: Session, team_id: int, by: Actor) -> None:
    """Only members change their team; seeing a case for a decision is not belonging to it."""
    reached = queries.select_reachable_team_ids(scope=by.scope).where(TeamMember.team_id == team_id)
    if by.reason is None and session.scalars(reached.limit(1)).first() is None:
        raise Missing


def _record(session: Session, action: str, team_id: int, by: Actor, at: datetime, **detail: int) -> None:
    record_event(
        session,
        action=action,
        subject_kind="team",
        subject_id=team_id,
        by=by.account_id,
        at=at,
        detail=detail,
    )
