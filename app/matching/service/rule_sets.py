"""Deciding about the rules of the town. Every decision is a new version; what counted before stays readable."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.audit.service import record_event
from app.matching import queries
from app.matching.engine.rule_set import TownRules
from app.matching.engine.rule_set_words import Difference, differences
from app.matching.models import RuleSet
from app.matching.policies import RULE_WRITERS
from app.web.errors import Refused

MOST_TOLD: Final = 5
"""How many changes of somebody else are named to whoever comes second."""


def write_rules(
    session: Session, *, rules: TownRules, note: str, seen_version: int, by: Actor, at: datetime
) -> int:
    """Write the next version of the town's rules and return its number; the version in `rules` does not count.

    Raises `Refused` with the field: by somebody who does not decide about them, without a reason, without a change,
    and when somebody else decided since they were shown; that refusal says what has changed.
    """
    if not note.strip():
        raise Refused("なぜ変えるのかを書いてください。あとから見た人が、わけを知るためです。", field="note")
    changed = preview_rules(session, rules=rules, seen_version=seen_version, by=by)
    row = RuleSet(
        version=seen_version + 1,
        document=rules.document,
        note=note.strip(),
        made_by=by.account_id,
        made_at=at,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        # Two decided at the same moment: the later one is told, as if it had come a moment after.
        raise Refused(_told_of(session, seen_version, by)) from None
    record_event(
        session,
        action="rule_set.written",
        subject_kind="rule_set",
        subject_id=row.version,
        by=by.account_id,
        at=at,
        detail={"version": row.version, "changes": len(changed)},
    )
    return row.version


def preview_rules(
    session: Session, *, rules: TownRules, seen_version: int, by: Actor
) -> tuple[Difference, ...]:
    """Say what would change from the version that somebody saw; raise `Refused` as `write_rules` does. Writes nothing."""
    if not by.holds(*RULE_WRITERS) and by.scope.system is None:
        raise Refused("候補の決まりを変えられるのは、市職員と管理者です。どちらかの人に頼んでください。")
    current = queries.get_town_rules(session, scope=by.scope)
    if current.version != seen_version:
        raise Refused(_told_of(session, seen_version, by))
    changed = differences(current, rules)
    if not changed:
        raise Refused("いまの決まりと同じです。変えたいところを直してください。")
    return changed


def _told_of(session: Session, seen_version: int, by: Actor) -> str:
    """Say what somebody else decided since a version was shown."""
    seen = queries.find_rule_set(session, seen_version, scope=by.scope)
    current = queries.get_current_rule_set(session, scope=by.scope)
    told = differences(seen.rules, current.rules) if seen else ()
    words = "、".join(one.text for one in told[:MOST_TOLD])
    more = f"など{len(told)}か所" if len(told) > MOST_TOLD else ""
    what = f"変わったのは、{words}{more}です。" if words else ""
    return (
        f"ほかの人が先に、第{current.rules.version}版を決めました。{what}"
        "画面を開き直して、いまの決まりから直してください。"
    )
