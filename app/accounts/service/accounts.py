"""What is done with accounts and sign-ins. Nothing here commits."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from app.accounts import policies, queries
from app.accounts.models import (
    Account,
    AccountRight,
    AccountRole,
    Installation,
    SignIn,
    SignInAttempt,
)
from app.accounts.vocabulary import Actor, Affiliation, Right, Role
from app.audit.service import ensure_head, record_event
from app.crypto.passwords import hash_password, needs_rehash, password_matches
from app.crypto.tokens import fingerprint, new_first_password, new_token
from app.web.errors import CHANGED_MEANWHILE, Refused, TooOften

_ATTEMPTS_ARE_KEPT = timedelta(days=1)
_LAST_SEEN_IS_MOVED_AFTER = timedelta(minutes=1)


@dataclass(frozen=True)
class Admission:
    """What a sign-in gives: the secret for the cookie, and who it is."""

    token: str
    actor: Actor


def mark_installation(session: Session, *, is_demo: bool, by: Actor, at: datetime) -> None:
    """Say once what this database is for; it starts the log."""
    ensure_head(session)
    session.add(Installation(id=1, is_demo=is_demo, made_at=at))
    _record(session, "installation.made", "installation", 1, by, at, demo=is_demo)


def open_attempt(session: Session, *, name_digest: str, address_digest: str, at: datetime) -> int:
    """Write an attempt to sign in and return its id; raise `TooOften` while the name or the address has to wait.

    It is written before the password is looked at, as a failure: a hundred guesses at the same moment then count as
    a hundred.
    """
    queries.get_locked_installation(session)
    since = at - policies.FAILURES_COUNT_FOR
    wait = policies.wait_after_failures(
        queries.list_failures_by_name(session, name_digest, since=since),
        queries.list_failures_by_address(session, address_digest, since=since),
        now=at,
    )
    if wait > timedelta():
        raise TooOften(int(wait.total_seconds()) + 1)
    session.execute(sa.delete(SignInAttempt).where(SignInAttempt.at < at - _ATTEMPTS_ARE_KEPT))
    attempt = SignInAttempt(name_digest=name_digest, address_digest=address_digest, at=at, succeeded=False)
    session.add(attempt)
    session.flush()
    return attempt.id


def check_password(session: Session, *, login_name: str, password: str) -> int | None:
    """Return the id of the open account that this name and password belong to, else None, in the same time."""
    account = queries.find_account_by_name(session, login_name)
    usable = account is not None and account.closed_at is None
    matches = password_matches(password, account.password_hash if account and usable else None)
    return account.id if account and matches else None


def prove_password(session: Session, *, password: str, attempt_id: int, by: Actor) -> None:
    """Note that an attempt named the actor's own password; a wrong one stays a failure."""
    account = queries.get_account(session, by.account_id or 0)
    if password_matches(password, account.password_hash):
        session.get_one(SignInAttempt, attempt_id).succeeded = True


def sign_in(
    session: Session, *, account_id: int, attempt_id: int, password: str, device: str, at: datetime
) -> Admission:
    """Start a sign-in for an account whose password was just checked."""
    account = queries.get_account(session, account_id)
    session.get_one(SignInAttempt, attempt_id).succeeded = True
    if needs_rehash(account.password_hash):
        account.password_hash = hash_password(password)
    token = new_token()
    row = SignIn(
        account_id=account.id,
        token_hash=fingerprint(token),
        device=device[:60],
        started_at=at,
        last_seen_at=at,
    )
    session.add(row)
    session.flush()
    actor = _actor_of(account, row, at.date())
    _record(session, "sign_in.started", "account", account.id, actor, at)
    return Admission(token, actor)


def find_actor(
    session: Session, *, token: str, now: datetime, idle_after: timedelta, lasts: timedelta
) -> tuple[Actor, bool] | None:
    """Return the actor of a cookie's token and whether `last_seen_at` is due to be moved; None when it is over."""
    found = queries.find_running_sign_in(session, fingerprint(token))
    if found is None:
        return None
    row, account = found
    if policies.sign_in_is_over(
        row.started_at, row.last_seen_at, now=now, idle_after=idle_after, lasts=lasts
    ):
        return None
    return _actor_of(account, row, now.date()), now - row.last_seen_at >= _LAST_SEEN_IS_MOVED_AFTER


def touch_sign_in(session: Session, *, by: Actor, at: datetime) -> None:
    """Note that the sign-in is in use."""
    session.execute(sa.update(SignIn).where(SignIn.id == by.sign_in_id).values(last_seen_at=at))


def sign_out(session: Session, *, by: Actor, at: datetime) -> None:
    """End the sign-in of this browser."""
    session.execute(sa.update(SignIn).where(SignIn.id == by.sign_in_id).values(ended_at=at))
    _record(session, "sign_in.ended", "account", by.account_id, by, at)


def end_other_sign_ins(session: Session, *, by: Actor, at: datetime) -> int:
    """End the sign-ins of the same account in all other browsers; return how many."""
    ended = _end_sign_ins(session, by.account_id, at, keep=by.sign_in_id)
    _record(session, "sign_in.ended_elsewhere", "account", by.account_id, by, at, count=ended)
    return ended


def change_password(session: Session, *, current: str, new: str, by: Actor, at: datetime) -> None:
    """Change the actor's own password and end all other sign-ins; raise `Refused` with the field that is wrong."""
    account = queries.get_account(session, by.account_id or 0)
    if not password_matches(current, account.password_hash):
        raise Refused("いまのパスワードが違います。", field="current")
    if password_matches(new, account.password_hash):
        raise Refused("いまと違うパスワードにしてください。", field="new")
    problem = policies.password_problem(
        new, about=(account.login_name, account.display_name, account.organisation)
    )
    if problem:
        raise Refused(problem, field="new")
    account.password_hash = hash_password(new)
    account.must_change_password = False
    _end_sign_ins(session, account.id, at, keep=by.sign_in_id)
    _record(session, "account.password_changed", "account", account.id, by, at)


def create_account(
    session: Session,
    *,
    login_name: str,
    display_name: str,
    affiliation: Affiliation,
    organisation: str,
    roles: Collection[Role],
    rights: Collection[Right] = (),
    password: str | None = None,
    is_demo: bool = False,
    by: Actor,
    at: datetime,
) -> tuple[Account, str]:
    """Make an account and return it with its first password.

    Unless a password is given (demo accounts only), it is random and has to be changed at the first sign-in. Raises
    `Refused` when the login name is taken or the roles cannot be held.
    """
    _refuse_roles(roles, affiliation)
    if password is not None and not is_demo:
        raise ValueError("a given password is for demo accounts only")
    first_password = password or new_first_password()
    account = Account(
        login_name=login_name,
        display_name=display_name,
        affiliation=affiliation,
        organisation=organisation,
        password_hash=hash_password(first_password),
        must_change_password=password is None,
        is_demo=is_demo,
        created_at=at,
        roles=[AccountRole(role=role) for role in sorted(roles)],
        rights=[AccountRight(right=right) for right in sorted(rights)],
    )
    try:
        with session.begin_nested():
            session.add(account)
    except IntegrityError as error:
        raise Refused(
            "このログイン名は使われています。別の名前にしてください。", field="login_name"
        ) from error
    _record(session, "account.created", "account", account.id, by, at, **_held(account))
    return account, first_password


def change_account(
    session: Session,
    *,
    account_id: int,
    seen_version: int,
    display_name: str,
    affiliation: Affiliation,
    organisation: str,
    roles: Collection[Role],
    rights: Collection[Right],
    by: Actor,
    at: datetime,
) -> Account:
    """Change what an account is and may do; it takes effect with the next click of its owner.

    Raises `Refused` when the roles cannot be held, when the last admin would be lost, or when somebody else changed
    the account since it was shown (`seen_version`).
    """
    account = queries.get_account(session, account_id)
    if account.version != seen_version:
        raise Refused(CHANGED_MEANWHILE)
    _refuse_roles(roles, affiliation)
    _refuse_losing_last_admin(session, account, still_admin=Role.ADMIN in roles)
    account.display_name, account.affiliation, account.organisation = display_name, affiliation, organisation
    account.roles = [row for row in account.roles if row.role in roles] + [
        AccountRole(role=role) for role in sorted(set(roles) - account.role_set)
    ]
    account.rights = [row for row in account.rights if row.right in rights] + [
        AccountRight(right=right) for right in sorted(set(rights) - account.right_set)
    ]
    # Roles lie in tables of their own: a change of them alone would not move the version.
    flag_modified(account, "display_name")
    _record(session, "account.changed", "account", account.id, by, at, **_held(account))
    return account


def renew_password(session: Session, *, account_id: int, by: Actor, at: datetime) -> str:
    """Give an account a new random first password, end its sign-ins and return the password to hand over."""
    account = queries.get_account(session, account_id)
    password = new_first_password()
    account.password_hash, account.must_change_password = hash_password(password), True
    _end_sign_ins(session, account.id, at)
    _record(session, "account.password_renewed", "account", account.id, by, at)
    return password


def close_account(session: Session, *, account_id: int, by: Actor, at: datetime) -> None:
    """Close an account and end its sign-ins; raise `Refused` for the last admin."""
    account = queries.get_account(session, account_id)
    _refuse_losing_last_admin(session, account, still_admin=False)
    account.closed_at = at
    _end_sign_ins(session, account.id, at)
    _record(session, "account.closed", "account", account.id, by, at)


def reopen_account(session: Session, *, account_id: int, by: Actor, at: datetime) -> None:
    """Open a closed account again."""
    account = queries.get_account(session, account_id)
    account.closed_at = None
    _record(session, "account.reopened", "account", account.id, by, at)


def _actor_of(account: Account, sign_in: SignIn, on: date) -> Actor:
    """Return who acts through this sign-in, with the roles as they are now."""
    return Actor(
        account_id=account.id,
        display_name=account.display_name,
        roles=account.role_set,
        rights=account.right_set,
        affiliation=account.affiliation,
        sign_in_id=sign_in.id,
        must_change_password=account.must_change_password,
        on=on,
        organisation=account.organisation,
    )


def _refuse_roles(roles: Collection[Role], affiliation: Affiliation) -> None:
    problem = policies.roles_problem(roles, affiliation)
    if problem:
        raise Refused(problem, field="roles")


def _refuse_losing_last_admin(session: Session, account: Account, *, still_admin: bool) -> None:
    is_admin = Role.ADMIN in account.role_set and account.closed_at is None
    if is_admin and not still_admin and queries.count_open_admins(session) == 1:
        raise Refused("管理者が1人もいなくなります。先に別の人を管理者にしてください。", field="roles")


def _end_sign_ins(session: Session, account_id: int | None, at: datetime, *, keep: int | None = None) -> int:
    running = sa.update(SignIn).where(SignIn.account_id == account_id, SignIn.ended_at.is_(None))
    if keep is not None:
        running = running.where(SignIn.id != keep)
    return session.execute(running.values(ended_at=at)).rowcount  # type: ignore[attr-defined, no-any-return]


def _held(account: Account) -> dict[str, str]:
    return {"roles": " ".join(sorted(account.role_set)), "rights": " ".join(sorted(account.right_set))}


def _record(
    session: Session,
    action: str,
    kind: str,
    subject: object,
    by: Actor,
    at: datetime,
    **detail: str | int | bool,
) -> None:
    record_event(
        session, action=action, subject_kind=kind, subject_id=subject, by=by.account_id, at=at, detail=detail
    )
