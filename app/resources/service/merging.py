"""Putting two entries together that are one place, and noting that two are not.

The one that stays gets what was chosen, the openings and the areas of the other. The other one ends and is kept: who
took part there, took part there. Under its identity files lead to the one that stays from now on.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.audit.queries import get_locked_head
from app.audit.service import record_event
from app.resources.engine.merge_parts import COLUMNS, Side, values_after
from app.resources.models import DistinctPair, Opening, Resource, ResourceAlias
from app.resources.models.rows import AreaServed, columns_of
from app.resources.policies import wants_care_before_public
from app.resources.queries import duplicates as queries
from app.resources.queries.history import list_opening_ids, select_rows
from app.resources.service.batches import Batch
from app.resources.vocabulary import ChangeCause, Coverage, Disclosure, KindGroup, ResourceState
from app.web.errors import CHANGED_MEANWHILE, Missing, Refused

_WANTS_CARE = (
    "子どもや女性を守る施設のようです。所在を公開すると、身の危険につながることがあります。"
    "公開区分は「関係者」か「非公開」のほうを選んでください。"
)
_NOT_WITH_SECRETS = "この種別の場所は、ここではまとめられません。"
# How far an area is served, the farthest first.
_FARTHEST = (Coverage.WHOLE, Coverage.PART, Coverage.ASK)


def merge_resources(
    session: Session,
    *,
    kept_id: int,
    other_id: int,
    versions: tuple[int, int],
    chosen: Mapping[str, Side],
    by: Actor,
    at: datetime,
) -> Batch:
    """Put the other entry into the kept one, as somebody saw the two in `versions`, and return the step.

    `chosen` says by the code of a part (see `engine.merge_parts`) which side it is taken of; FIRST is the kept one.
    Raises `Missing` for what is not there or secret, and `Refused` when somebody was quicker.
    """
    # Seats are counted by who waits at the head of the log: their openings must not move meanwhile.
    get_locked_head(session)
    kept, other = _locked_pair(session, kept_id, other_id, by)
    if (kept.version, other.version) != versions:
        raise Refused(CHANGED_MEANWHILE)
    values = values_after(columns_of(kept, COLUMNS), columns_of(other, COLUMNS), chosen)
    _refuse_unfit(kept, other, values)
    batch = Batch(session, ChangeCause.MERGE, by=by, at=at)
    batch.change(kept, {**values, "service_areas": _united(kept, other)})
    opening_ids = list_opening_ids(session, [other.id], scope=by.scope)
    for opening in session.scalars(select_rows(Opening, opening_ids, scope=by.scope)):
        batch.change(opening, {"resource_id": kept.id})
    batch.change(
        other,
        {
            "state": ResourceState.ENDED,
            "ended_on": at.date(),
            "end_reason": f"「{kept.name}」にまとめました",
            "merged_into_id": kept.id,
        },
    )
    if queries.find_alias(session, other.identity, scope=by.scope) is None:
        session.add(
            ResourceAlias(
                identity=other.identity,
                resource_id=kept.id,
                batch=batch.id,
                account_id=by.account_id,
                made_at=at,
            )
        )
    session.flush()
    return batch


def keep_apart(session: Session, *, first_id: int, second_id: int, by: Actor, at: datetime) -> None:
    """Note that two entries are not the same place; nobody is asked about them again."""
    first, second = sorted(_locked_pair(session, first_id, second_id, by), key=lambda row: row.id)
    if queries.find_distinct(session, first.id, second.id, scope=by.scope) is None:
        session.add(
            DistinctPair(first_id=first.id, second_id=second.id, account_id=by.account_id, said_at=at)
        )
        session.flush()
        _record(session, "resource.kept_apart", first, second, by, at)


def ask_again(session: Session, *, first_id: int, second_id: int, by: Actor, at: datetime) -> None:
    """Take back that two entries are not the same: they are asked about again."""
    first, second = sorted(_locked_pair(session, first_id, second_id, by), key=lambda row: row.id)
    said = queries.find_distinct(session, first.id, second.id, scope=by.scope)
    if said is not None:
        session.delete(said)
        session.flush()
        _record(session, "resource.asked_again", first, second, by, at)


def _locked_pair(session: Session, first_id: int, second_id: int, by: Actor) -> tuple[Resource, Resource]:
    rows = session.scalars(
        select_rows(Resource, [first_id, second_id], scope=by.scope).execution_options(populate_existing=True)
    )
    found = {row.id: row for row in rows if not row.is_refuge and row.is_within(by.scope)}
    if first_id not in found or second_id not in found or first_id == second_id:
        raise Missing
    pair = found[first_id], found[second_id]
    if any(row.merged_into_id is not None for row in pair):
        raise Refused("ほかの人が先に、1つにまとめました。「重複かもしれない場所」を開き直してください。")
    if any(row.state is ResourceState.ENDED for row in pair):
        raise Refused("終わった場所は、まとめられません。いまの内容を確かめてください。")
    return pair


def _refuse_unfit(kept: Resource, other: Resource, values: Mapping[str, Any]) -> None:
    if KindGroup.REFUGE in (kept.kind.group, other.kind.group):
        raise Refused(_NOT_WITH_SECRETS)
    opens = values.get("disclosure", kept.disclosure) is Disclosure.PUBLIC
    was_public = kept.disclosure is other.disclosure is Disclosure.PUBLIC
    texts = [text for row in (kept, other) for text in (row.kind.label, row.name, row.legal_basis)]
    if opens and not was_public and wants_care_before_public(*texts):
        raise Refused(_WANTS_CARE, field="disclosure")


def _united(kept: Resource, other: Resource) -> list[AreaServed]:
    areas: dict[int, Coverage] = {}
    for served in (*kept.service_areas, *other.service_areas):
        known = areas.get(served.area_id, served.coverage)
        areas[served.area_id] = min(known, served.coverage, key=_FARTHEST.index)
    return [AreaServed(area_id, coverage) for area_id, coverage in areas.items()]


def _record(
    session: Session, action: str, first: Resource, second: Resource, by: Actor, at: datetime
) -> None:
    record_event(
        session,
        action=action,
        subject_kind="resource",
        subject_id=first.id,
        by=by.account_id,
        at=at,
        detail={"other": second.id},
    )
