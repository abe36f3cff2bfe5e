"""Keeping the table of kinds. What a kind means for its entries follows in the same step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.audit.service import record_event
from app.resources.engine.bulk_steps import CLOSING
from app.resources.models import ResourceKind
from app.resources.policies import MOVERS, may_keep_secrets
from app.resources.queries import kinds as queries
from app.resources.queries.catalogue import list_kinds
from app.resources.service.batches import Batch
from app.resources.vocabulary import ChangeCause, KindGroup, group_of_kind
from app.web.errors import CHANGED_MEANWHILE, Refused


@dataclass(frozen=True)
class KindValues:
    """What somebody wrote of a kind. The interval is in days; None asks for nothing."""

    label: str
    group: KindGroup
    check_interval_days: int | None
    is_reviewed: bool = True
    is_retired: bool = False


@dataclass(frozen=True)
class Step:
    """A step that was done: its id in the history, and how many entries it changed."""

    batch: str
    entries: int


def add_kind(session: Session, *, values: KindValues, by: Actor, at: datetime) -> int:
    """Add a kind at the end of the table and return its id; raise `Refused` on a name that is taken."""
    _refuse_secret(values.group, by)
    _refuse_label(session, values, None, by)
    kind = ResourceKind(
        label=values.label,
        group=values.group,
        check_interval_days=values.check_interval_days,
        # Whoever adds a kind has looked at it.
        is_reviewed=True,
        is_retired=False,
        position=1 + queries.get_last_position(session, scope=by.scope),
    )
    session.add(kind)
    session.flush()
    Batch(session, ChangeCause.EDIT, by=by, at=at).note_added(kind)
    return kind.id


def change_kind(
    session: Session, *, kind_id: int, version: int, values: KindValues, by: Actor, at: datetime
) -> Step | None:
    """Change a kind as somebody saw it in `version`; return the step, None when all stays as it is.

    A kind that becomes one of secret refuges closes all its entries at once. The way back opens none: they stay
    secret until each is opened. Raises `Missing`, and `Refused` with the field.
    """
    kind = queries.get_kind(session, kind_id, scope=by.scope)
    if kind.version != version:
        raise Refused(CHANGED_MEANWHILE)
    if kind.group is not values.group:
        _refuse_secret(kind.group, by)
        _refuse_secret(values.group, by)
    _refuse_label(session, values, kind, by)
    turns_secret = values.group is KindGroup.REFUGE and kind.group is not KindGroup.REFUGE
    batch = Batch(session, ChangeCause.BULK if turns_secret else ChangeCause.EDIT, by=by, at=at)
    # A kind that is offered again stands for itself.
    stands_alone = {} if values.is_retired else {"merged_into_id": None}
    changed = batch.change(kind, {**vars(values), **stands_alone})
    if not changed:
        return None
    closed = 0
    if turns_secret:
        entries = queries.list_entries_of_kind(session, kind.id, scope=by.scope)
        closed = batch.change_all((entry, CLOSING) for entry in entries)
        # How many there are is nobody's to read in the log.
        _record(session, "kind.made_secret", kind, batch, {})
    return Step(batch.id, closed)


def move_kind(session: Session, *, kind_id: int, is_up: bool, by: Actor, at: datetime) -> None:
    """Change the place of a kind with its neighbour; the first stays first and the last stays last."""
    kind = queries.get_kind(session, kind_id, scope=by.scope)
    kinds = list(list_kinds(session, scope=by.scope))
    place = kinds.index(kind)
    other = place - 1 if is_up else place + 1
    if not 0 <= other < len(kinds):
        return
    # The places of kinds that this person does not see stay what they are.
    places: list[int] = []
    for each in kinds:
        places.append(max(each.position, places[-1] + 1) if places else each.position)
    kinds[place], kinds[other] = kinds[other], kinds[place]
    batch = Batch(session, ChangeCause.EDIT, by=by, at=at)
    for each, position in zip(kinds, places, strict=True):
        batch.change(each, {"position": position})


def merge_kinds(session: Session, *, kind_id: int, into_id: int, by: Actor, at: datetime) -> Step:
    """Give all entries of a kind another kind and retire the first; it can be taken back as one step.

    Entries that come to a kind of secret refuges are closed; entries that leave one stay secret.
    """
    if not by.holds(*MOVERS) and by.scope.system is None:
        raise Refused(
            "種別をまとめられるのは、参加支援コーディネーターと市職員です。どちらかの人に頼んでください。"
        )
    kind = queries.get_kind(session, kind_id, scope=by.scope)
    into = queries.get_kind(session, into_id, scope=by.scope)
    if kind is into:
        raise Refused("同じ種別にはまとめられません。別の種別を選んでください。", field="into")
    if into.is_retired:
        raise Refused("もう選べない種別です。別の種別を選んでください。", field="into")
    if kind.group is not into.group:
        _refuse_secret(kind.group, by)
        _refuse_secret(into.group, by)
    values: dict[str, Any] = {"kind_id": into.id}
    if into.group is KindGroup.REFUGE:
        values |= CLOSING
    batch = Batch(session, ChangeCause.BULK, by=by, at=at)
    entries = queries.list_entries_of_kind(session, kind.id, scope=by.scope)
    moved = batch.change_all((entry, values) for entry in entries)
    # What a file calls by this name goes to the other kind from now on; see `service.importing`.
    batch.change(kind, {"is_retired": True, "is_reviewed": True, "merged_into_id": into.id})
    is_secret = KindGroup.REFUGE in (kind.group, into.group)
    _record(
        session, "kind.merged", kind, batch, {"into": into.id} | ({} if is_secret else {"entries": moved})
    )
    return Step(batch.id, moved)


def _refuse_secret(group: KindGroup, by: Actor) -> None:
    if group is KindGroup.REFUGE and not may_keep_secrets(by):
        raise Refused(
            "秘匿の避難先の分類を決められるのは、「秘匿の避難先へのつなぎ」の権限を持つコーディネーターか市職員だけです。"
            "権限を持つ人に頼んでください。",
            field="group",
        )


def _refuse_label(session: Session, values: KindValues, kind: ResourceKind | None, by: Actor) -> None:
    if kind is not None and kind.label == values.label:
        return
    sounds_secret = group_of_kind(values.label) is KindGroup.REFUGE
    if sounds_secret and values.group is not KindGroup.REFUGE and not may_keep_secrets(by):
        # Said alike whether there is such a kind or not.
        raise Refused(
            "この名前は、秘匿の避難先を指すことがあるので使えません。別の名前にするか、権限を持つ人に頼んでください。",
            field="label",
        )
    known = queries.find_kind_of_label(session, values.label, scope=by.scope)
    if known is not None and known is not kind:
        raise Refused(
            "この名前は使えません。同じ名前の種別があります。別の名前にしてください。", field="label"
        )


def _record(session: Session, action: str, kind: ResourceKind, batch: Batch, detail: dict[str, Any]) -> None:
    record_event(
        session,
        action=action,
        subject_kind="kind",
        subject_id=kind.id,
        by=batch.by.account_id,
        at=batch.at,
        detail={"batch": batch.id, **detail},
    )
