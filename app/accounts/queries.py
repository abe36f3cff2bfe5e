"""Reading accounts and sign-ins. They come before any scope: it is made from what is read here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Account, AccountRole, Installation, SignIn, SignInAttempt
from app.accounts.vocabulary import Role
from app.web.errors import Missing


def find_installation(session: Session) -> Installation | None:
    """Return what this database is for, None when it was never started."""
    return session.get(Installation, 1)


def find_account_by_name(session: Session, login_name: str) -> Account | None:
    """Return the account with this login name, closed ones included."""
    return session.scalars(sa.select(Account).where(Account.login_name == login_name)).one_or_none()


def get_account(session: Session, account_id: int) -> Account:
    """Return an account; raise `Missing` when there is none."""
    account = session.get(Account, account_id)
    if account is None:
        raise Missing
    return account


def list_accounts(session: Session) -> Sequence[Account]:
    """Return all accounts, open ones first, by login name."""
    return session.scalars(
        sa.select(Account).order_by(Account.closed_at.is_not(None), Account.login_name)
    ).all()


def list_demo_accounts(session: Session) -> Sequence[Account]:
    """Return the open demo accounts in the order in which they were made."""
    return session.scalars(
        sa.select(Account).where(Account.is_demo, Account.closed_at.is_(None)).order_by(Account.id)
    ).all()


def count_open_admins(session: Session) -> int:
    """Count the accounts that can manage accounts."""
    return session.scalars(
        sa.select(sa.func.count())
        .select_from(AccountRole)
        .join(Account, Account.id == AccountRole.account_id)
        .where(AccountRole.role == Role.ADMIN, Account.closed_at.is_(None))
    ).one()


def find_running_sign_in(session: Session, token_hash: str) -> tuple[SignIn, Account] | None:
    """Return a sign-in that nobody ended, with its open account."""
    row = session.execute(
        sa.select(SignIn, Account)
        .join(Account, Account.id == SignIn.account_id)
        .where(SignIn.token_hash == token_hash, SignIn.ended_at.is_(None), Account.closed_at.is_(None))
    ).one_or_none()
    return (row[0], row[1]) if row else None


def list_running_sign_ins(session: Session, account_id: int, *, seen_since: datetime) -> Sequence[SignIn]:
    """Return the sign-ins of an account that nobody ended and that were seen since, latest first."""
    return session.scalars(
        sa.select(SignIn)
        .where(SignIn.account_id == account_id, SignIn.ended_at.is_(None), SignIn.last_seen_at >= seen_since)
        .order_by(SignIn.last_seen_at.desc(), SignIn.id.desc())
    ).all()


def list_failures_by_name(session: Session, digest: str, *, since: datetime) -> list[datetime]:
    """Return the times of the failed attempts on a name since its last success, oldest first."""
    return _failures(session, SignInAttempt.name_digest == digest, since)


def list_failures_by_address(session: Session, digest: str, *, since: datetime) -> list[datetime]:
    """Return the times of the failed attempts from an address since its last success, oldest first."""
    return _failures(session, SignInAttempt.address_digest == digest, since)


def _failures(session: Session, whose: sa.ColumnElement[bool], since: datetime) -> list[datetime]:
    attempts = session.execute(
        sa.select(SignInAttempt.at, SignInAttempt.succeeded)
        .where(whose, SignInAttempt.at >= since)
        .order_by(SignInAttempt.at, SignInAttempt.id)
    )
    failures: list[datetime] = []
    for at, succeeded in attempts:
        if succeeded:
            failures.clear()
        else:
            failures.append(at)
    return failures
