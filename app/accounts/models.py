"""Accounts, their roles, their sign-ins, the attempts to sign in, and what this database is for."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from app.accounts.vocabulary import Affiliation, Right, Role
from app.db.base import Base, Moment, Versioned, Word, safe


class Account(Versioned, Base):
    """One worker. Never deleted, since the log speaks of it; closed instead."""

    __tablename__ = "account"

    id: Mapped[int] = safe(sa.Integer, primary_key=True)
    login_name: Mapped[str] = safe(sa.String(60))
    display_name: Mapped[str] = safe(sa.String(60))
    affiliation: Mapped[Affiliation] = safe(Word(Affiliation))
    organisation: Mapped[str] = safe(sa.String(80))
    password_hash: Mapped[str] = safe(sa.String(200))
    must_change_password: Mapped[bool] = safe(sa.Boolean)
    is_demo: Mapped[bool] = safe(sa.Boolean)
    created_at: Mapped[datetime] = safe(Moment)
    closed_at: Mapped[datetime | None] = safe(Moment)

    roles: Mapped[list[AccountRole]] = relationship(
        "AccountRole", cascade="all, delete-orphan", lazy="selectin", order_by="AccountRole.role"
    )
    rights: Mapped[list[AccountRight]] = relationship(
        "AccountRight", cascade="all, delete-orphan", lazy="selectin", order_by="AccountRight.right"
    )

    __table_args__ = (sa.UniqueConstraint("login_name"),)

    @property
    def role_set(self) -> frozenset[Role]:
        """The roles as a set."""
        return frozenset(row.role for row in self.roles)

    @property
    def right_set(self) -> frozenset[Right]:
        """The special rights as a set."""
        return frozenset(row.right for row in self.rights)


class AccountRole(Base):
    """One role that an account holds."""

    __tablename__ = "account_role"

    account_id: Mapped[int] = safe(sa.ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[Role] = safe(Word(Role), primary_key=True)


class AccountRight(Base):
    """One special right that an account holds."""

    __tablename__ = "account_right"

    account_id: Mapped[int] = safe(sa.ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    right: Mapped[Right] = safe(Word(Right), primary_key=True)


class SignIn(Base):
    """One browser in which an account is signed in. The cookie holds a random token, the table its hash only."""

    __tablename__ = "sign_in"

    id: Mapped[int] = safe(sa.Integer, primary_key=True)
    account_id: Mapped[int] = safe(sa.ForeignKey("account.id"), index=True)
    token_hash: Mapped[str] = safe(sa.String(64), unique=True)
    device: Mapped[str] = safe(sa.String(60))
    started_at: Mapped[datetime] = safe(Moment)
    last_seen_at: Mapped[datetime] = safe(Moment)
    ended_at: Mapped[datetime | None] = safe(Moment)


class SignInAttempt(Base):
    """One attempt to sign in, written before the password is checked. Names and addresses are keyed fingerprints."""

    __tablename__ = "sign_in_attempt"

    id: Mapped[int] = safe(sa.Integer, primary_key=True)
    name_digest: Mapped[str] = safe(sa.String(64), index=True)
    address_digest: Mapped[str] = safe(sa.String(64), index=True)
    at: Mapped[datetime] = safe(Moment, index=True)
    succeeded: Mapped[bool] = safe(sa.Boolean)


class Installation(Base):
    """The one row that says what this database is for. A production start refuses a demo."""

    __tablename__ = "installation"

    id: Mapped[int] = safe(sa.Integer, sa.CheckConstraint("id = 1", name="only_one"), primary_key=True)
    is_demo: Mapped[bool] = safe(sa.Boolean)
    made_at: Mapped[datetime] = safe(Moment)


class SupportTeam(Base):
    """Who may see a case and the person in it. It has no name: the case has one."""

    __tablename__ = "support_team"

    id: Mapped[int] = safe(sa.Integer, primary_key=True)
    made_at: Mapped[datetime] = safe(Moment)


class TeamMember(Base):
    """An account in a team, from a day to a day."""

    __tablename__ = "team_member"

    id: Mapped[int] = safe(sa.Integer, primary_key=True)
    team_id: Mapped[int] = safe(sa.ForeignKey("support_team.id"), index=True)
    account_id: Mapped[int] = safe(sa.ForeignKey("account.id"), index=True)
    since: Mapped[date] = safe(sa.Date)
    until: Mapped[date | None] = safe(sa.Date)

    __table_args__ = (sa.CheckConstraint("until IS NULL OR until >= since", name="period"),)


class BarredAccount(Base):
    """An account that never reaches a team's cases, whatever else it holds: a relative, somebody to be kept away."""

    __tablename__ = "barred_account"

    team_id: Mapped[int] = safe(sa.ForeignKey("support_team.id"), primary_key=True)
    account_id: Mapped[int] = safe(sa.ForeignKey("account.id"), primary_key=True)


class SignedLink(Base):
    """An invitation by letter or mail, for somebody without an account. It works once."""

    __tablename__ = "signed_link"

    id: Mapped[int] = safe(sa.Integer, primary_key=True)
    token_hash: Mapped[str] = safe(sa.String(64), unique=True)
    subject_kind: Mapped[str] = safe(sa.String(40))
    subject_id: Mapped[int] = safe(sa.Integer)
    issued_by: Mapped[int | None] = safe(sa.ForeignKey("account.id"))
    issued_at: Mapped[datetime] = safe(Moment)
    expires_at: Mapped[datetime] = safe(Moment)
    # Used or revoked: over either way.
    ended_at: Mapped[datetime | None] = safe(Moment)

    __table_args__ = (sa.Index(None, "subject_kind", "subject_id"),)


class LinkVisit(Base):
    """The half hour that a followed link gives one browser, for that subject only."""

    __tablename__ = "link_visit"

    id: Mapped[int] = safe(sa.Integer, primary_key=True)
    link_id: Mapped[int] = safe(sa.ForeignKey("signed_link.id"), index=True)
    token_hash: Mapped[str] = safe(sa.String(64), unique=True)
    expires_at: Mapped[datetime] = safe(Moment)
