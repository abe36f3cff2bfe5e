"""Cases, their referral, plans and the bases of a start. What is said of somebody is sealed."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, object_session, relationship
from sqlalchemy.orm.attributes import flag_modified

from app.accounts.queries import OfTeam, select_barring_team_ids, select_reachable_team_ids
from app.accounts.vocabulary import Role, Scope
from app.cases.vocabulary import BasisKind, CaseState, PlanState, ReferralRoute
from app.db.base import Base, Moment, Versioned, Word, personal, safe
from app.db.sealing import ID_LENGTH, new_row_id
from app.web.errors import CHANGED_MEANWHILE, Refused


def _team_or_officer(
    team: sa.ColumnElement[bool], row: type[OfTeam], is_asked: sa.ColumnElement[bool], scope: Scope
) -> sa.ColumnElement[bool]:
    """Let the city's officers in where a decision is asked of them, except one who is to be kept away."""
    if not scope.holds(Role.CITY_OFFICER):
        return team
    return sa.or_(team, sa.and_(is_asked, row.team_id.not_in(select_barring_team_ids(scope=scope))))


def _is_officer_let_in(row: OfTeam, scope: Scope) -> bool:
    """Tell whether an officer of the city may write: never one who is to be kept away from this team."""
    session = object_session(row)
    if session is None or not scope.holds(Role.CITY_OFFICER):
        return False
    with session.no_autoflush:
        return row.team_id not in session.scalars(select_barring_team_ids(scope=scope)).all()


class CaseLedger(Base):
    """The one row that says which number was given last. It is read and moved under the lock of the log's head."""

    __tablename__ = "case_ledger"

    id: Mapped[int] = safe(sa.Integer, sa.CheckConstraint("id = 1", name="only_one"), primary_key=True)
    last: Mapped[int] = safe(sa.Integer)


class Case(OfTeam, Versioned, Base):
    """One round of support for one person."""

    __tablename__ = "support_case"

    id: Mapped[str] = safe(sa.String(ID_LENGTH), primary_key=True, default=new_row_id)
    number: Mapped[str] = safe(sa.String(20), unique=True)
    person_id: Mapped[str] = safe(sa.ForeignKey("person.id"), index=True)
    state: Mapped[CaseState] = safe(Word(CaseState))
    opened_on: Mapped[date] = safe(sa.Date)
    closed_on: Mapped[date | None] = safe(sa.Date)
    # The district in which the case counts; none for a protected household.
    counting_area_id: Mapped[int | None] = personal(sa.ForeignKey("area.id"), index=True)
    # From where journeys are reckoned: a JIS mesh code, coarser for a protected household.
    origin_mesh: Mapped[str | None] = personal(sa.String(10))
    route: Mapped[ReferralRoute] = personal(Word(ReferralRoute))
    referred_by: Mapped[int | None] = safe(sa.ForeignKey("account.id"), index=True)
    # True while a plan waits for the city's decision: then its officers see the case.
    awaits_decision: Mapped[bool] = safe(sa.Boolean)
    # Wish in own words, strengths, what was referred, what to mind: a sealed document.
    sealed: Mapped[bytes] = personal(sa.LargeBinary)

    plans: Mapped[list[Plan]] = relationship("Plan", back_populates="case", order_by="Plan.round")
    bases: Mapped[list[StartBasis]] = relationship("StartBasis", order_by="StartBasis.recorded_at")

    __table_args__ = (
        sa.CheckConstraint("(closed_on IS NULL) = (state = 'open')", name="closed_on"),
        sa.Index(None, "state", "opened_on"),
    )

    @classmethod
    def visible_to(cls, scope: Scope) -> sa.ColumnElement[bool]:
        """The team, and the city's officers while a decision is asked of them."""
        return _team_or_officer(super().visible_to(scope), cls, cls.awaits_decision.is_(True), scope)

    def is_within(self, scope: Scope) -> bool:
        """The same two."""
        return super().is_within(scope) or (self.decision_was_asked and _is_officer_let_in(self, scope))

    @classmethod
    def belongs_to(cls, scope: Scope) -> sa.ColumnElement[bool]:
        """The team alone: what only members may do asks this, since an officer sees a case for a while."""
        return sa.true() if scope.system else cls.team_id.in_(select_reachable_team_ids(scope=scope))

    def move_on(self, seen_version: int | None) -> None:
        """Raise `Refused` when somebody changed the case since it was shown, else move its version on.

        Plans lie in a table of their own: a change of one alone would not move the version of the case.
        """
        if seen_version is not None and self.version != seen_version:
            raise Refused(CHANGED_MEANWHILE)
        flag_modified(self, "number")

    @property
    def decision_was_asked(self) -> bool:
        """Whether the row, as it was loaded, waited for a decision; deciding itself ends the waiting."""
        state = sa.inspect(self)
        history = state.attrs.awaits_decision.history
        return state.persistent and bool(history.deleted[0] if history.deleted else self.awaits_decision)


class Plan(OfTeam, Base):
    """A 参加支援プラン, in rounds."""

    __tablename__ = "support_plan"

    id: Mapped[str] = safe(sa.String(ID_LENGTH), primary_key=True, default=new_row_id)
    case_id: Mapped[str] = safe(sa.ForeignKey("support_case.id"), index=True)
    round: Mapped[int] = safe(sa.Integer)
    state: Mapped[PlanState] = safe(Word(PlanState))
    # Goals, what is offered, who does what: a sealed document.
    sealed: Mapped[bytes] = personal(sa.LargeBinary)
    made_by: Mapped[int] = safe(sa.ForeignKey("account.id"))
    made_at: Mapped[datetime] = safe(Moment)
    decided_by: Mapped[int | None] = safe(sa.ForeignKey("account.id"))
    decided_on: Mapped[date | None] = safe(sa.Date)

    case: Mapped[Case] = relationship("Case", back_populates="plans")

    __table_args__ = (
        sa.UniqueConstraint("case_id", "round"),
        sa.CheckConstraint("(state = 'decided') = (decided_on IS NOT NULL)", name="decided_on"),
        sa.CheckConstraint("(decided_on IS NULL) = (decided_by IS NULL)", name="decided_by"),
    )

    @classmethod
    def visible_to(cls, scope: Scope) -> sa.ColumnElement[bool]:
        """As its case: the city's officers see the plans that they are asked to decide."""
        return _team_or_officer(super().visible_to(scope), cls, cls.state == PlanState.SUBMITTED, scope)

    def is_within(self, scope: Scope) -> bool:
        """The team writes it; an officer decides it."""
        return super().is_within(scope) or (
            self.state is not PlanState.DRAFT and _is_officer_let_in(self, scope)
        )


class StartBasis(OfTeam, Base):
    """On what a start rests."""

    __tablename__ = "start_basis"

    id: Mapped[str] = safe(sa.String(ID_LENGTH), primary_key=True, default=new_row_id)
    case_id: Mapped[str] = safe(sa.ForeignKey("support_case.id"), index=True)
    kind: Mapped[BasisKind] = safe(Word(BasisKind))
    plan_id: Mapped[str | None] = safe(sa.ForeignKey("support_plan.id"))
    # An early start has to be confirmed by this day.
    confirm_by: Mapped[date | None] = safe(sa.Date)
    # The reason of an early start, or why no plan is made: a sealed document.
    sealed: Mapped[bytes] = personal(sa.LargeBinary)
    recorded_by: Mapped[int] = safe(sa.ForeignKey("account.id"))
    recorded_at: Mapped[datetime] = safe(Moment)

    __table_args__ = (
        sa.CheckConstraint("(kind = 'decision') = (plan_id IS NOT NULL)", name="plan"),
        sa.CheckConstraint("(kind = 'early') = (confirm_by IS NOT NULL)", name="confirm_by"),
    )

    def is_within(self, scope: Scope) -> bool:
        """The team records it; the basis that a decision gives is written by the officer who decides."""
        is_decision = self.kind is BasisKind.DECISION and self.recorded_by == scope.account_id
        return super().is_within(scope) or (is_decision and _is_officer_let_in(self, scope))
