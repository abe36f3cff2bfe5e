"""What the staff write about an opening: its facts, its seats, its place in the catalogue, its end."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.areas.queries import find_towns
from app.geo.geocoding import PositionPrecision
from app.resources.engine.slot_names import slot_field
from app.resources.exchange.identity import by_name, place_of
from app.resources.models import Host, Opening, Resource
from app.resources.models.derived import put_words
from app.resources.models.rows import SlotValues, set_value
from app.resources.policies import MOST_SEATS
from app.resources.queries import catalogue
from app.resources.queries import hosts as queries
from app.resources.service.batches import Batch
from app.resources.service.placing import SOMEBODY, Placing
from app.resources.vocabulary import ChangeCause, Disclosure, KindGroup, ResourceState
from app.web.errors import CHANGED_MEANWHILE, InputRefused, Problem, Refused


@dataclass(frozen=True)
class NewPlace:
    """A place of the host that is not in the catalogue yet."""

    name: str
    kind_id: int
    address: str | None


@dataclass(frozen=True)
class OpeningFacts:
    """All that is said of an opening: columns of `Opening`, its seats, and its place by key or as a new one."""

    columns: Mapping[str, Any]
    slots: Collection[SlotValues]
    place: int | NewPlace


def register_opening(session: Session, *, host_id: int, facts: OpeningFacts, by: Actor, at: datetime) -> int:
    """Add an opening, and its place where that is new, and return its key; raise `InputRefused` for what does not fit."""
    host = queries.get_host_entry(session, host_id, on=at.date(), scope=by.scope).host
    _refuse_unfit(host, facts, at, before=None)
    batch = Batch(session, ChangeCause.EDIT, by=by, at=at)
    opening = Opening(
        municipality_code=host.municipality_code,
        published_id=f"T-{uuid4().hex[:16]}",
        host_id=host.id,
        resource_id=_place(session, host, facts.place, batch),
        **facts.columns,
    )
    session.add(opening)
    session.flush()
    set_value(opening, "slots", list(facts.slots))
    session.flush()
    batch.note_added(opening)
    return opening.id


def change_opening(
    session: Session, *, opening_id: int, facts: OpeningFacts, seen_version: int, by: Actor, at: datetime
) -> tuple[str, ...]:
    """Change an opening and return the names of what differed.

    Who has a seat keeps it. Raises `Refused` when somebody changed it since it was shown, `InputRefused` for what does
    not fit.
    """
    opening = queries.get_opening(session, opening_id, scope=by.scope)
    _refuse_stale(opening, seen_version)
    _refuse_unfit(opening.host, facts, at, before=opening)
    batch = Batch(session, ChangeCause.EDIT, by=by, at=at)
    values = {
        **facts.columns,
        "resource_id": _place(session, opening.host, facts.place, batch),
        "slots": list(facts.slots),
    }
    return batch.change(opening, values)


def end_opening(session: Session, *, opening_id: int, seen_version: int, by: Actor, at: datetime) -> None:
    """Offer an opening no more from today on. Who has a seat keeps it."""
    opening = queries.get_opening(session, opening_id, scope=by.scope)
    _refuse_stale(opening, seen_version)
    Batch(session, ChangeCause.EDIT, by=by, at=at).change(opening, {"ended_on": at.date()})


def restore_opening(session: Session, *, opening_id: int, by: Actor, at: datetime) -> None:
    """Offer an opening again."""
    opening = queries.get_opening(session, opening_id, scope=by.scope)
    Batch(session, ChangeCause.EDIT, by=by, at=at).change(opening, {"ended_on": None})


def _refuse_stale(opening: Opening, seen_version: int) -> None:
    if opening.version != seen_version:
        raise Refused(CHANGED_MEANWHILE)


def _place(session: Session, host: Host, place: int | NewPlace, batch: Batch) -> int:
    by = batch.by
    if isinstance(place, int):
        return catalogue.get_resource(session, place, scope=by.scope).id
    kinds = {kind.id: kind for kind in catalogue.list_kinds(session, scope=by.scope)}
    kind = kinds.get(place.kind_id)
    if kind is None or kind.group is KindGroup.REFUGE:
        raise Refused("種別を、並んでいるものから選んでください。", field="new_kind")
    towns = find_towns(session, scope=by.scope)
    town = towns.find(municipality=host.municipality_code, town="", address=place.address or "", point=None)
    ground = place_of(place.address or "", "", "", "")
    identity = by_name(kind.label, place.name, ground, "", with_building=False)
    if queries.find_place_by_identity(session, identity, scope=by.scope) is not None:
        raise Refused(
            "同じ種別・名前・住所の場所が、もう登録されています。「登録済みの場所をさがす」で選んでください。",
            field="new_name",
        )
    resource = Resource(
        identity=identity,
        municipality_code=town.municipality_code if town else host.municipality_code,
        kind_id=kind.id,
        is_refuge=False,
        is_light=False,
        # The host has agreed to take people in, not to stand in a public list.
        disclosure=Disclosure.PARTNERS,
        state=ResourceState.ACTIVE,
        name=place.name,
        operator=host.name,
        address=place.address,
        town_id=town.id if town else None,
        point_precision=PositionPrecision.UNKNOWN,
        traits={},
        contact_is_public=False,
        source="受け入れ先から聞き取り",
        search_terms="",
        content_digest="",
        created_at=batch.at,
        updated_at=batch.at,
    )
    said = {"address": resource.address, "municipality_code": resource.municipality_code}
    placing = Placing(session, scope=by.scope, giver=SOMEBODY)
    for name, value in placing.of_new(said, is_refuge=False).items():
        set_value(resource, name, value)
    put_words(resource, kind.label)
    session.add(resource)
    session.flush()
    batch.note_added(resource)
    return resource.id


def _refuse_unfit(host: Host, facts: OpeningFacts, at: datetime, *, before: Opening | None) -> None:
    problems = [*_unfit_columns(host, facts.columns, at, before), *_unfit_slots(facts)]
    if problems:
        raise InputRefused(problems)


def _unfit_columns(
    host: Host, columns: Mapping[str, Any], at: datetime, before: Opening | None
) -> Iterator[Problem]:
    if columns.get("training") is not None and not host.recognition:
        yield Problem(
            "training",
            None,
            "就労訓練には、受け入れ先の認定番号が要ります。",
            "先に受け入れ先に認定番号を入れるか、「就労訓練ではない」を選んでください。",
        )
    if columns.get("is_gap") and not columns.get("gap_basis"):
        yield Problem("gap_basis", None, "狭間枠には根拠が要ります。", "何にもとづく枠かを入れてください。")
    begins, ends = columns.get("insured_from"), columns.get("insured_to")
    if begins and ends and ends < begins:
        yield Problem("insured_to", None, "保険の終わりが、始まりより前です。", "日付を確かめてください。")
    until = columns.get("paused_until")
    if until and until <= at.date() and (before is None or before.paused_until != until):
        yield Problem(
            "paused_until", None, "再開の日は、あした以降の日にしてください。", "休まないときは空にします。"
        )


def _unfit_slots(facts: OpeningFacts) -> Iterator[Problem]:
    for slot in facts.slots:
        here = slot.weekday, slot.part
        if not 0 <= slot.seats <= MOST_SEATS:
            yield Problem(
                slot_field("seats", *here),
                None,
                "人数が多すぎるか、少なすぎます。",
                f"0から{MOST_SEATS}までの数字にしてください。",
            )
        if not slot.seats and (slot.begins_minute is not None or slot.ends_minute is not None):
            yield Problem(
                slot_field("seats", *here), None, "時刻だけが入っています。", "人数も入れてください。"
            )
        if slot.runs_backwards:
            yield Problem(
                slot_field("ends", *here), None, "終わりが始まりより前です。", "時刻を確かめてください。"
            )
        if slot.original_users is not None and slot.capacity is None:
            yield Problem(
                slot_field("capacity", *here),
                None,
                "本来の利用者の人数だけが入っています。",
                "定員も入れてください。",
            )
        if slot.is_crowded:
            yield Problem(
                slot_field("seats", *here),
                None,
                f"本来の利用者{slot.original_users or 0}人とあわせると、定員{slot.capacity}人をこえます。",
                "本来の利用者が先です。人数を減らすか、定員を確かめてください。",
            )
