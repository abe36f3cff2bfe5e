"""Adding, changing, ending and confirming entries of the catalogue by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.areas.queries import find_municipality_of_town, find_towns
from app.geo.geocoding import PositionPrecision
from app.resources.engine.schedule.document import timetable_of
from app.resources.engine.schedule.summary import summary_of
from app.resources.exchange import identity
from app.resources.models import Resource, ResourceKind
from app.resources.models.derived import refresh_derived
from app.resources.models.rows import as_plain, set_value
from app.resources.policies import KEEPERS, may_place_in_refuge, wants_care_before_public
from app.resources.queries import editing as queries
from app.resources.queries.catalogue import get_resource
from app.resources.queries.history import list_changes_of_batch, list_merged_into
from app.resources.queries.hosts import find_municipality_code
from app.resources.queries.imports import list_kinds_by_label
from app.resources.service.batches import Batch
from app.resources.service.changes import Undone, undo_batch
from app.resources.service.placing import SOMEBODY, Placing
from app.resources.vocabulary import (
    STANDARD_KINDS,
    ChangeCause,
    ChangeSubject,
    Disclosure,
    KindGroup,
    ResourceState,
    group_of_kind,
)
from app.web.errors import CHANGED_MEANWHILE, Missing, Refused

BY_HAND: Final = "by hand"
"""The fingerprint of an entry that no file has brought yet: its identity follows what is written in it."""

_NO_RIGHT: Final = (
    "この種別を使えるのは、「秘匿の避難先へのつなぎ」の権限を持つ人だけです。権限を持つ人に頼んでください。"
)
_WANTS_CARE: Final = (
    "子どもや女性を守る施設のようです。所在を公開すると、身の危険につながることがあります。"
    "公開してよいことを運営者に確かめてから、下の確認に印をつけてください。確かめるまでは「関係者」にします。"
)
# What tells entries apart; see `app.resources.exchange.identity`.
_TELLING: Final = frozenset({"kind_id", "name", "address", "building", "is_refuge"})
# What has to fit together before anything is written.
_JUDGED: Final = frozenset(
    {"kind_id", "name", "legal_basis", "disclosure", "capacity", "original_users", "gap_seats"}
)


class AlreadyThere(Refused):
    """The same place stands in the catalogue already; `resource_id` leads to it."""

    def __init__(self, known: Resource) -> None:
        super().__init__(
            "同じ種別・名前・場所のものが、もう登録されています。そちらを直してください。", field="name"
        )
        self.resource_id, self.name = known.id, known.name


class ChangedSince(Refused):
    """Somebody changed the entry after it was shown."""

    def __init__(self) -> None:
        super().__init__(CHANGED_MEANWHILE)


def add_resource(
    session: Session,
    *,
    facts: Mapping[str, Any],
    is_sure: bool = False,
    is_confirmed: bool = False,
    by: Actor,
    at: datetime,
) -> Resource:
    """Add an entry with columns of `Resource`, the label of its kind as "kind", and return it.

    Raises `AlreadyThere` for an entry that stands there already, `Refused` for a kind that the actor may not use, for
    seats that its own users need, and for a place of refuge on a public page of which nobody is sure (`is_sure`).
    """
    facts = {name: value for name, value in facts.items() if value is not None}
    kind = _kind(session, str(facts.pop("kind")), by)
    is_refuge = kind.group is KindGroup.REFUGE
    _refuse_refuge(by, is_refuge=is_refuge)
    row = Resource(
        content_digest=BY_HAND,
        municipality_code="",
        kind_id=kind.id,
        kind=kind,
        is_refuge=is_refuge,
        is_light=False,
        disclosure=Disclosure.PARTNERS,
        state=ResourceState.ACTIVE,
        point_precision=PositionPrecision.UNKNOWN,
        traits={},
        contact_is_public=False,
        name="",
        search_terms="",
        created_at=at,
        updated_at=at,
    )
    # Areas are set once the entry has its key.
    served = facts.pop("service_areas", ())
    facts |= {"disclosure": Disclosure.CLOSED} if is_refuge else {}
    facts |= _confirmation(by, at) if is_confirmed else {}
    for name, value in facts.items():
        set_value(row, name, value)
    _refuse_unfit({name: getattr(row, name) for name in _JUDGED}, kind, is_sure=is_sure)
    _put_town(session, row, by)
    row.municipality_code = row.municipality_code or find_municipality_code(session, scope=by.scope)
    placed = Placing(session, scope=by.scope, giver=SOMEBODY).of_new(
        {**facts, "municipality_code": row.municipality_code}, is_refuge=is_refuge
    )
    for name, value in placed.items():
        set_value(row, name, value)
    row.identity = _identity(row, kind)
    _refuse_double(session, row, by)
    session.add(row)
    session.flush()
    set_value(row, "service_areas", served)
    refresh_derived(session, row, (*facts, "kind_id"), at=at)
    session.flush()
    Batch(session, ChangeCause.EDIT, by=by, at=at).note_added(row)
    return row


def edit_resource(
    session: Session,
    *,
    resource_id: int,
    facts: Mapping[str, Any],
    version: int,
    is_sure: bool = False,
    is_confirmed: bool = False,
    by: Actor,
    at: datetime,
) -> tuple[str, ...]:
    """Change an entry and return the names of the columns that differ; "kind" is the label of its kind.

    Raises as `add_resource` does, and `ChangedSince` when somebody changed it after `version` was shown.
    """
    row = _get(session, resource_id, by)
    _refuse_merged(row)
    if row.version != version:
        raise ChangedSince
    facts = dict(facts)
    if (label := facts.pop("kind", None)) is not None:
        facts |= _kind_facts(session, row, str(label), by)
    facts |= _confirmation(by, at) if is_confirmed else {}
    if row.timetable is None and facts.get("timetable") is not None:
        # So far the columns stood alone. Noted beside the first timetable, they come back when it is taken back.
        facts |= asdict(summary_of(timetable_of(facts["timetable"])))
    if not _JUDGED.isdisjoint(facts):
        kind = session.get_one(ResourceKind, facts.get("kind_id", row.kind_id))
        _refuse_unfit({name: facts.get(name, getattr(row, name)) for name in _JUDGED}, kind, is_sure=is_sure)
    placed = Placing(session, scope=by.scope, giver=SOMEBODY).follow(row, facts)
    # Of the town that lies elsewhere by now the old point says nothing.
    facts = _with_town(session, row, {**facts, **placed} if "address" in facts else facts, by) | placed
    batch = Batch(session, ChangeCause.EDIT, by=by, at=at)
    changed = batch.change(row, facts)
    if not _TELLING.isdisjoint(changed):
        _follow_identity(session, row, by)
    session.flush()
    return changed


def retire_resource(session: Session, *, resource_id: int, reason: str, by: Actor, at: datetime) -> Batch:
    """End an entry: it stays as a record, and is offered to nobody. Raises `Refused` without a reason."""
    if not reason.strip():
        raise Refused("終わった理由を書いてください。わからないときは「不明」と書きます。", field="reason")
    values = {"state": ResourceState.ENDED, "ended_on": at.date(), "end_reason": reason.strip()[:200]}
    return _step(session, resource_id, values, ChangeCause.EDIT, by, at)


def restore_resource(session: Session, *, resource_id: int, by: Actor, at: datetime) -> Batch:
    """Open an entry again that was ended. Raises `Refused` for one that was put into another one."""
    values = {"state": ResourceState.ACTIVE, "ended_on": None, "end_reason": None}
    return _step(session, resource_id, values, ChangeCause.EDIT, by, at)


def confirm_resource(session: Session, *, resource_id: int, by: Actor, at: datetime) -> Batch:
    """Note that somebody has just made sure that the entry is right as it stands."""
    return _step(session, resource_id, _confirmation(by, at), ChangeCause.CONFIRM, by, at)


def undo_step(session: Session, *, resource_id: int, batch: str, by: Actor, at: datetime) -> Undone:
    """Take one step in the history of an entry back. Raises `Missing` for a step that is none of its own alone."""
    row = _get(session, resource_id, by)
    changes = list_changes_of_batch(session, batch, scope=by.scope)
    # A whole file or selection is taken back where everything that it changed is seen.
    of_many = (ChangeCause.IMPORT, ChangeCause.BULK, ChangeCause.MERGE)
    # What was put into an entry is closed with it.
    own = {row.id, *(merged.id for merged in list_merged_into(session, [row.id], scope=by.scope))}
    if not changes or any(
        change.subject is not ChangeSubject.RESOURCE
        or change.subject_id not in own
        or change.cause in of_many
        for change in changes
    ):
        raise Missing
    return undo_batch(session, batch_id=batch, by=by, at=at)


def _step(
    session: Session, resource_id: int, values: Mapping[str, Any], cause: ChangeCause, by: Actor, at: datetime
) -> Batch:
    row = _get(session, resource_id, by)
    _refuse_merged(row)
    batch = Batch(session, cause, by=by, at=at)
    batch.change(row, values)
    return batch


def _refuse_merged(row: Resource) -> None:
    """Files lead to the other entry by now: only taking the whole step back makes two of them again."""
    if row.merged_into_id is not None:
        raise Refused(
            "この場は、ほかの場所と1つにまとめてあります。もどすときは「直した記録」から、まとめたことを取り消してください。"
        )


def _get(session: Session, resource_id: int, by: Actor) -> Resource:
    row = get_resource(session, resource_id, scope=by.scope)
    if not row.is_within(by.scope):
        raise Missing
    return row


def _confirmation(by: Actor, at: datetime) -> dict[str, Any]:
    return {"confirmed_on": at.date(), "confirmed_by": by.display_name[:60]}


def _kind(session: Session, label: str, by: Actor) -> ResourceKind:
    """Return the kind; one of the standard kinds is made where the town has not used it yet."""
    kinds = list_kinds_by_label(session, scope=by.scope)
    if label in kinds:
        return kinds[label]
    if label not in STANDARD_KINDS:
        raise Refused("並んでいる種別から選んでください。", field="kind")
    group = group_of_kind(label)
    _refuse_refuge(by, is_refuge=group is KindGroup.REFUGE)
    kind = ResourceKind(
        label=label,
        group=group,
        is_reviewed=True,
        position=1 + max((known.position for known in kinds.values()), default=0),
    )
    session.add(kind)
    session.flush()
    return kind


def _kind_facts(session: Session, row: Resource, label: str, by: Actor) -> dict[str, Any]:
    kind = _kind(session, label, by)
    becomes = kind.group is KindGroup.REFUGE
    if kind.id == row.kind_id:
        return {}
    _refuse_refuge(by, is_refuge=becomes or row.is_refuge)
    if becomes:
        return {"kind_id": kind.id, "is_refuge": True, "disclosure": Disclosure.CLOSED}
    # An entry that was secret is opened step by step: it stays closed until somebody says otherwise.
    return {"kind_id": kind.id, "is_refuge": False} if row.is_refuge else {"kind_id": kind.id}


def _refuse_refuge(by: Actor, *, is_refuge: bool) -> None:
    if by.scope.system is None and KEEPERS.isdisjoint(by.roles):
        raise Missing
    if is_refuge and not may_place_in_refuge(by.scope):
        raise Refused(_NO_RIGHT, field="kind")


def _refuse_unfit(said: Mapping[str, Any], kind: ResourceKind, *, is_sure: bool) -> None:
    capacity, seats = said["capacity"], said["gap_seats"]
    left = None if capacity is None else max(capacity - (said["original_users"] or 0), 0)
    if seats is not None and left is not None and seats > left:
        raise Refused(f"本来の利用者の席が先です。狭間枠は{left}人までにしてください。", field="gap_seats")
    is_public = said["disclosure"] is Disclosure.PUBLIC
    if is_public and not is_sure and wants_care_before_public(kind.label, said["name"], said["legal_basis"]):
        raise Refused(_WANTS_CARE, field="is_sure")


def _with_town(session: Session, row: Resource, facts: dict[str, Any], by: Actor) -> dict[str, Any]:
    """Find the town anew where the place was changed and nobody chose one."""
    if "town_id" in facts and facts["town_id"] is not None:
        code = find_municipality_of_town(session, facts["town_id"], scope=by.scope)
        return {**facts, "municipality_code": code} if code else facts
    if {"address", "point", "town_id"}.isdisjoint(facts):
        return facts
    point = facts["point"] if "point" in facts else as_plain(row, "point")
    address = facts.get("address", row.address)
    town = find_towns(session, scope=by.scope).find(
        municipality=row.municipality_code, address=address or "", point=tuple(point) if point else None
    )
    return {**facts, "town_id": town.id} if town is not None else facts


def _put_town(session: Session, row: Resource, by: Actor) -> None:
    if row.town_id is not None:
        row.municipality_code = (
            find_municipality_of_town(session, row.town_id, scope=by.scope) or row.municipality_code
        )
        return
    point = as_plain(row, "point")
    town = find_towns(session, scope=by.scope).find(
        address=row.address or "", point=tuple(point) if point else None
    )
    if town is not None:
        row.town_id, row.municipality_code = town.id, town.municipality_code


def _identity(row: Resource, kind: ResourceKind) -> str:
    """Return what a file would have that names the same place, without an id of its own."""
    place = identity.place_of(row.address or "", row.building or "", "", "")
    found = identity.by_name(kind.label, row.name, place, "", with_building=False)
    return identity.REFUGE + found if row.is_refuge else found


def _refuse_double(session: Session, row: Resource, by: Actor) -> None:
    """Refuse what is there already. A refuge that the actor may not see is not there: two entries are the lesser evil."""
    bare = row.identity.removeprefix(identity.REFUGE)
    with session.no_autoflush:
        for wanted in (bare, identity.REFUGE + bare):
            known = queries.find_resource_by_identity(session, wanted, scope=by.scope)
            if known is not None and known is not row:
                raise AlreadyThere(known)


def _follow_identity(session: Session, row: Resource, by: Actor) -> None:
    """Let the identity follow what was changed: of an imported entry only whether it is secret."""
    if row.content_digest == BY_HAND:
        kind = session.get_one(ResourceKind, row.kind_id)
        wanted = _identity(row, kind)
        if wanted == row.identity:
            return
        row.identity = wanted
        _refuse_double(session, row, by)
        return
    bare = row.identity.removeprefix(identity.REFUGE)
    wanted = identity.REFUGE + bare if row.is_refuge else bare
    if wanted != row.identity:
        known = queries.find_resource_by_identity(session, wanted, scope=by.scope)
        if known is not None:
            raise AlreadyThere(known)
        row.identity = wanted
