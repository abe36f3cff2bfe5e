"""What the town decided about the matcher: the rule set that counts, and those that counted before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Scope
from app.matching.engine.rule_set import DEFAULT_RULES, TownRules
from app.matching.models import RuleSet


@dataclass(frozen=True)
class RuleSetView:
    """One version: what was decided, why, by whom and since when. The product's own has neither."""

    rules: TownRules
    note: str
    made_by: int | None
    made_at: datetime | None


PRODUCTS_OWN = RuleSetView(DEFAULT_RULES, "", None, None)


def get_town_rules(session: Session, *, scope: Scope) -> TownRules:
    """Return the rules that count now: the newest version, the product's own until there is one."""
    return get_current_rule_set(session, scope=scope).rules


def get_current_rule_set(session: Session, *, scope: Scope) -> RuleSetView:
    """Return the version that counts now, with why and by whom."""
    newest = sa.select(RuleSet).order_by(RuleSet.version.desc()).limit(1)
    # What another transaction wrote since is read anew, so that whoever comes second is told of it.
    row = session.scalars(newest.execution_options(scope=scope, populate_existing=True)).one_or_none()
    return _view(row) if row else PRODUCTS_OWN


def find_rule_set(session: Session, version: int, *, scope: Scope) -> RuleSetView | None:
    """Return one version, 0 for the product's own; None where there is no such version."""
    if version == DEFAULT_RULES.version:
        return PRODUCTS_OWN
    wanted = sa.select(RuleSet).where(RuleSet.version == version).execution_options(scope=scope)
    row = session.scalars(wanted).one_or_none()
    return _view(row) if row else None


def list_rule_sets(session: Session, *, scope: Scope) -> list[RuleSetView]:
    """Return every version, the newest first and the product's own last."""
    rows = session.scalars(sa.select(RuleSet).order_by(RuleSet.version.desc()).execution_options(scope=scope))
    return [*(_view(row) for row in rows), PRODUCTS_OWN]


def _view(row: RuleSet) -> RuleSetView:
    return RuleSetView(
        rules=TownRules.from_document(row.document, version=row.version),
        note=row.note,
        made_by=row.made_by,
        made_at=row.made_at,
    )
