"""Reading accounts and sign-ins. They come before any scope: it is made from what is read here."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, object_session

from app.accounts.models import (
    Account,
    AccountRole,
    BarredAccount,
    Installation,
    LinkVisit,
    SignedLink,
    SignIn,
    SignInAttempt,
    TeamMember,
)
from app.accounts.vocabulary import TEAM_ROLES, Actor, Member, Right, Role, Scope
from app.db.base import safe
from app.db.scope import Guarded
from app.web.errors import Missing


def select_reachable_team_ids(*, scope: Scope) -> sa.Select[int]:
    """Return the ids of the teams whose cases a scope reaches: member on that day, not barred, and still in office.

    Who has lost the roles of a team (moved to statistics, made an admin) reaches nothing, though nobody thought of
    ending the membership.
    """
    if scope.on is None or not scope.holds(*TEAM_ROLES):
        return sa.select(TeamMember.team_id).where(sa.false())
    return sa.select(TeamMember.team_id).where(
        TeamMember.account_id == scope.account_id,
        TeamMember.since <= scope.on,
        sa.or_(TeamMember.until.is_(None), TeamMember.until >= scope.on),
        TeamMember.team_id.not_in(select_barring_team_ids(scope=scope)),
    )


def select_joined_team_ids(*, scope: Scope) -> sa.Select[int]:
    """Return the ids of the teams to which an account belongs or ever belonged: of their cases it may know something."""
    return sa.select(TeamMember.team_id).where(TeamMember.account_id == scope.account_id)


def select_barring_team_ids(*, scope: Scope) -> sa.Select[int]:
    """Return the ids of the teams that must never be reached by this account, whatever else it holds."""
    return sa.select(BarredAccount.team_id).where(BarredAccount.account_id == scope.account_id)


class OfTeam(Guarded):
    """Mixin for rows that the members of one support team see and write, and nobody else."""

    team_id: Mapped[int] = safe(sa.ForeignKey("support_team.id"), index=True)

    @classmethod
    def visible_to(cls, scope: Scope) -> sa.ColumnElement[bool]:
        """The team, on the days of its members; the product itself when it works for a named reason."""
        return sa.true() if scope.system else cls.team_id.in_(select_reachable_team_ids(scope=scope))

    def is_within(self, scope: Scope) -> bool:
        """Asked of the database at each flush, so that a membership that has just ended counts."""
        session = object_session(self)
        if scope.system or session is None:
            return scope.system is not None
        with session.no_autoflush:
            reachable = select_reachable_team_ids(scope=scope).where(TeamMember.team_id == self.team_id)
            return session.scalars(reachable.limit(1)).first() is not None


def get_actor(session: Session, account_id: int, *, on: date) -> Actor:
    """Return an account as somebody who acts, for what the product does in a worker's name (the demo, jobs)."""
    account = get_account(session, account_id)
    return Actor(
        account_id=account.id,
        display_name=account.display_name,
        roles=account.role_set,
        rights=account.right_set,
        affiliation=account.affiliation,
        on=on,
        organisation=account.organisation,
    )


def list_team_members(session: Session, team_id: int, *, on: date) -> list[Member]:
    """Return who belongs to a team on a day, longest first. The page that shows it has checked the case."""
    barred = sa.exists().where(
        BarredAccount.team_id == TeamMember.team_id, BarredAccount.account_id == TeamMember.account_id
    )
    rows = session.execute(
        sa.select(Account.id, Account.display_name, Account.organisation, TeamMember.since, barred)
        .join(TeamMember, TeamMember.account_id == Account.id)
        .where(
            TeamMember.team_id == team_id,
            TeamMember.since <= on,
            sa.or_(TeamMember.until.is_(None), TeamMember.until >= on),
        )
        .order_by(TeamMember.since, TeamMember.id)
    )
    return [Member(*row) for row in rows]


def list_open_accounts(session: Session) -> Sequence[Account]:
    """Return the accounts that are in use, by name: somebody to be kept away may hold any role."""
    return session.scalars(
        sa.select(Account).where(Account.closed_at.is_(None)).order_by(Account.display_name, Account.id)
    ).all()


def count_open_accounts(session: Session, *, role: Role, right: Right | None = None) -> int:
    """Return how many accounts in use hold a role, and the right where one is named."""
    accounts = list_open_accounts(session)
    return sum(
        role in account.role_set and (right is None or right in account.right_set) for account in accounts
    )


def list_possible_members(session: Session, *, besides_team: int | None = None) -> Sequence[Account]:
    """Return the open accounts that can belong to a support team, without those kept away from this one."""
    found = (
        sa.select(Account)
        .where(
            Account.closed_at.is_(None),
            Account.id.in_(sa.select(AccountRole.account_id).where(AccountRole.role.in_(TEAM_ROLES))),
        )
        .order_by(Account.display_name, Account.id)
    )
    if besides_team is not None:
        found = found.where(
            Account.id.not_in(
                sa.select(BarredAccount.account_id).where(BarredAccount.team_id == besides_team)
            )
        )
    return session.scalars(found).all()


def find_membership(session: Session, team_id: int, account_id: int, *, on: date) -> TeamMember | None:
    """Return the membership of an account in a team that runs on a day or begins later."""
    return session.scalars(
        sa.select(TeamMember)
        .where(
            TeamMember.team_id == team_id,
            TeamMember.account_id == account_id,
            sa.or_(TeamMember.until.is_(None), TeamMember.until >= on),
        )
        .order_by(TeamMember.since, TeamMember.id)
        .limit(1)
    ).one_or_none()


def list_barred_account_ids(session: Session, team_id: int) -> Sequence[int]:
    """Return the accounts that are kept away from a team."""
    return session.scalars(
        sa.select(BarredAccount.account_id)
        .where(BarredAccount.team_id == team_id)
        .order_by(BarredAccount.account_id)
    ).all()


def find_installation(session: Session) -> Installation | None:
    """Return what this database is for, None when it was never started."""
    return session.get(Installation, 1)


def find_open_link(session: Session, token_hash: str, *, now: datetime) -> SignedLink | None:
    """Return a link that was neither used nor revoked and has not run out."""
    return session.scalars(
        sa.select(SignedLink).where(
            SignedLink.token_hash == token_hash, SignedLink.ended_at.is_(None), SignedLink.expires_at > now
        )
    ).one_or_none()


def find_link(session: Session, token_hash: str, *, since: datetime) -> SignedLink | None:
    """Return a link that was made since a moment, over or not."""
    return session.scalars(
        sa.select(SignedLink).where(SignedLink.token_hash == token_hash, SignedLink.issued_at >= since)
    ).one_or_none()


def list_links(
    session: Session, *, subject_kind: str, subject_ids: Collection[int], since: datetime
) -> Sequence[SignedLink]:
    """Return the links of these subjects that were made since a moment, over or not, the newest first."""
    return session.scalars(
        sa.select(SignedLink)
        .where(
            SignedLink.subject_kind == subject_kind,
            SignedLink.subject_id.in_(subject_ids),
            SignedLink.issued_at >= since,
        )
        .order_by(SignedLink.issued_at.desc(), SignedLink.id.desc())
    ).all()


def find_link_visit(session: Session, token_hash: str, *, now: datetime) -> SignedLink | None:
    """Return the link behind a visit that still runs."""
    return session.scalars(
        sa.select(SignedLink)
        .join(LinkVisit, LinkVisit.link_id == SignedLink.id)
        .where(LinkVisit.token_hash == token_hash, LinkVisit.expires_at > now)
    ).one_or_none()


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


def list_account_names(session: Session) -> dict[int, str]:
    """Return what those who work here are called, by key; closed accounts too, for what they did stays."""
    return {account.id: account.display_name for account in list_accounts(session)}


def list_demo_accounts(session: Session) -> Sequence[Account]:
    """Return the open demo accounts in the order in which they were made."""
    return session.scalars(
        sa.select(Account).where(Account.is_demo, Account.closed_at.is_(None)).order_by(Account.id)
    ).all()


def count_open_admins(session: Session) -> int:
    """Count the accounts that can manage accounts, and lock them: two that leave at once must not both be let go."""
    admins = session.scalars(
        sa.select(Account.id)
        .join(AccountRole, Account.id == AccountRole.account_id)
        .where(AccountRole.role == Role.ADMIN, Account.closed_at.is_(None))
        .order_by(Account.id)
        .with_for_update()
    )
    return len(admins.all())


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


def get_locked_installation(session: Session) -> Installation:
    """Return the one row that all sign-ins share, locked: attempts line up at it, so that each sees all before it.

    On the embedded database the transaction holds the writer's lock already.
    """
    return session.scalars(sa.select(Installation).with_for_update()).one()


def list_failures_by_name(session: Session, digest: str, *, since: datetime) -> list[datetime]:
    """Return the times of the failed attempts on a name since its last success, oldest first."""
    return _failures(session, SignInAttempt.name_digest == digest, since)


def list_failures_by_address(session: Session, digest: str, *, since: datetime) -> list[datetime]:
    """Return the times of the failed attempts from an address, each since the last success of its name, oldest first."""
    return _failures(session, SignInAttempt.address_digest == digest, since)


def _failures(session: Session, whose: sa.ColumnElement[bool], since: datetime) -> list[datetime]:
    """A success excuses the slips on its own name alone.

    Else somebody with an account could try the names of all colleagues, signing in themselves now and then.
    """
    attempts = session.execute(
        sa.select(SignInAttempt.name_digest, SignInAttempt.at, SignInAttempt.succeeded)
        .where(whose, SignInAttempt.at >= since)
        .order_by(SignInAttempt.at, SignInAttempt.id)
    )
    failures: list[tuple[str, datetime]] = []
    for name, at, succeeded in attempts:
        if succeeded:
            failures = [(other, then) for other, then in failures if other != name]
        else:
            failures.append((name, at))
    return [at for _, at in failures]
