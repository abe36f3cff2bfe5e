"""Notes from the field: written, removed, brought back, and let go of; and who looks after which area."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.areas.queries import list_area_names
from app.audit.service import record_event
from app.db.sealing import new_row_id, read_sealed, write_sealed
from app.jobs.service.duties import Duty
from app.resources.exchange.photos import Photo
from app.resources.models import FieldNote, FieldPhoto, KeeperArea, Resource
from app.resources.policies import KEEPERS
from app.resources.queries import fieldwork as queries
from app.resources.queries.catalogue import get_resource
from app.resources.queries.hosts import get_host_entry, list_places_of_host
from app.resources.service.confirming import confirm_host, confirm_place, note_missed
from app.resources.vocabulary import ChangeSubject, FieldResult, FieldWay, PhotoSize
from app.web.errors import Missing, Refused

KEPT_AFTER_REMOVING: Final = timedelta(days=7)
"""So long a removed note can be brought back; then its words and its photo are deleted."""


@dataclass(frozen=True)
class Seen:
    """What somebody says of a place, of a host, or of a town in which it was."""

    how: FieldWay
    result: FieldResult
    words: str = ""
    photo: Photo | None = None
    resource_id: int | None = None
    host_id: int | None = None
    town_id: int | None = None


def write_note(session: Session, *, seen: Seen, by: Actor, at: datetime) -> FieldNote:
    """Keep a note. Who found all as it stands in the catalogue confirms it with that; who met nobody has tried.

    Raises `Missing` for a place or host that is not there for this person, `Refused` for a note that says nothing.
    """
    if by.account_id is None or not by.holds(*KEEPERS):
        raise Missing
    _refuse_empty(seen)
    note = FieldNote(
        id=new_row_id(),
        resource_id=seen.resource_id,
        host_id=seen.host_id,
        town_id=_town(session, seen, by, at),
        how=seen.how,
        result=seen.result,
        has_photo=seen.photo is not None,
        noted_on=at.date(),
        account_id=by.account_id,
        made_at=at,
    )
    write_sealed(session, note, {"words": seen.words})
    session.add(note)
    session.flush()
    if seen.photo is not None:
        _keep_photo(session, note, seen.photo)
    _follow(session, seen, by, at)
    _record(session, note, "field_note.written", by, at)
    return note


def remove_note(session: Session, *, note_id: str, by: Actor, at: datetime) -> None:
    """Take one's own note away; raise `Missing` for any other. What it confirmed stays confirmed."""
    note = _own(session, note_id, by)
    if note.removed_at is None:
        note.removed_at = at
        _record(session, note, "field_note.removed", by, at)


def restore_note(session: Session, *, note_id: str, by: Actor, at: datetime) -> None:
    """Bring one's own note back; raise `Refused` when its words are gone."""
    note = _own(session, note_id, by)
    if note.sealed is None:
        raise Refused("消してから日がたったため、元にもどせません。必要なときは、もう一度書いてください。")
    if note.removed_at is not None:
        note.removed_at = None
        _record(session, note, "field_note.restored", by, at)


def open_photo(session: Session, *, note_id: str, size: PhotoSize, by: Actor) -> bytes:
    """Return the JPEG of a note's photo; raise `Missing` when there is none for this person."""
    photo = queries.get_photo(session, note_id, size, scope=by.scope)
    return b64decode(read_sealed(session, photo)["jpeg"])


def set_own_areas(session: Session, *, area_ids: Collection[int], by: Actor, at: datetime) -> None:
    """Say which districts and towns one looks after; raise `Refused` for an area that does not exist."""
    if by.account_id is None:
        raise Missing
    wanted = set(area_ids)
    if wanted - set(list_area_names(session, wanted, scope=by.scope)):
        raise Refused("並んでいる地域から選んでください。", field="area")
    held = {row.area_id: row for row in queries.list_keeper_areas(session, by.account_id, scope=by.scope)}
    for gone in held.keys() - wanted:
        session.delete(held[gone])
    session.add_all(KeeperArea(account_id=by.account_id, area_id=key) for key in sorted(wanted - held.keys()))
    session.flush()
    if held.keys() != wanted:
        record_event(
            session,
            action="account.areas_chosen",
            subject_kind="account",
            subject_id=by.account_id,
            by=by.account_id,
            at=at,
            detail={"areas": len(wanted)},
        )


def purge_removed(session: Session, *, by: Actor, at: datetime) -> int:
    """Delete words and photos of what was removed long enough ago, and return of how many notes."""
    notes = queries.list_purgeable(session, removed_before=at - KEPT_AFTER_REMOVING, scope=by.scope)
    for photo in queries.list_photos(session, [note.id for note in notes], scope=by.scope):
        session.delete(photo)
    for note in notes:
        note.sealed, note.has_photo = None, False
        _record(session, note, "field_note.purged", by, at)
    session.flush()
    return len(notes)


DUTIES: Final = (Duty("fieldwork.purge", "消して7日たった地域の記録の、ことばと写真を消す", purge_removed),)


def _refuse_empty(seen: Seen) -> None:
    is_of_town = seen.resource_id is None and seen.host_id is None
    if is_of_town and seen.result.is_of_a_known_place:
        raise Refused(
            "どの場所のことかが決まっていません。社会資源の一覧から場所をひらいて、そこから書いてください。",
            field="result",
        )
    if is_of_town and seen.town_id is None:
        raise Refused("どの町かを選んでください。", field="town")
    says_little = seen.result in (FieldResult.SEEN, FieldResult.FOUND)
    if says_little and not seen.words and seen.photo is None:
        raise Refused("写真か、ひとことのどちらかを入れてください。", field="words")


def _town(session: Session, seen: Seen, by: Actor, at: datetime) -> int | None:
    """Return where it was. That of a refuge is not kept beside the note."""
    if seen.resource_id is not None:
        return _outside(get_resource(session, seen.resource_id, scope=by.scope))
    if seen.host_id is not None:
        get_host_entry(session, seen.host_id, on=at.date(), scope=by.scope)
        towns = (_outside(place) for place in list_places_of_host(session, seen.host_id, scope=by.scope))
        return next((town for town in towns if town is not None), None)
    if seen.town_id not in list_area_names(session, [seen.town_id or 0], scope=by.scope):
        raise Refused("並んでいる町から選んでください。", field="town")
    return seen.town_id


def _outside(place: Resource) -> int | None:
    return None if place.is_refuge else place.town_id


def _keep_photo(session: Session, note: FieldNote, photo: Photo) -> None:
    for size, data in ((PhotoSize.LARGE, photo.large), (PhotoSize.SMALL, photo.small)):
        row = FieldPhoto(id=new_row_id(), note_id=note.id, size=size, account_id=note.account_id)
        write_sealed(session, row, {"jpeg": b64encode(data).decode()})
        session.add(row)
    session.flush()


def _follow(session: Session, seen: Seen, by: Actor, at: datetime) -> None:
    subject, key = ChangeSubject.RESOURCE, seen.resource_id
    if key is None:
        subject, key = ChangeSubject.HOST, seen.host_id
    if key is None:
        return
    if seen.result is FieldResult.MISSED:
        note_missed(session, subject=subject, subject_id=key, by=by, at=at)
    elif seen.result is FieldResult.CONFIRMED and subject is ChangeSubject.RESOURCE:
        confirm_place(session, resource_id=key, by=by, at=at)
    elif seen.result is FieldResult.CONFIRMED:
        confirm_host(session, host_id=key, by=by, at=at)


def _own(session: Session, note_id: str, by: Actor) -> FieldNote:
    note = queries.get_note(session, note_id, scope=by.scope)
    if note.account_id != by.account_id:
        raise Missing
    return note


def _record(session: Session, note: FieldNote, action: str, by: Actor, at: datetime) -> None:
    session.flush()
    record_event(
        session, action=action, subject_kind="field_note", subject_id=note.id, by=by.account_id, at=at
    )
