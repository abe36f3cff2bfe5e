"""What is done with persons: identity, protection, consent, whom they must never meet. Nothing here commits.

Each function checks by itself that `by` belongs to the person's team. Those that concern a whole household (it may be
spread over several teams) need a session that the product opened for a named reason: a worker's session would pass
over the rows of other teams without a word, and the housemate would stay findable.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.accounts import service as accounts
from app.accounts.vocabulary import Actor, Scope
from app.audit.service import record_event
from app.db.sealing import new_row_id, read_sealed, sealer_of, write_sealed
from app.people import policies, queries
from app.people.models import Consent, Household, NeverMeet, Person
from app.people.vocabulary import (
    ConsentItem,
    ConsentWay,
    Identity,
    NeverMeetKind,
    OpenedIdentity,
    OpeningReason,
    RecipientKind,
)
from app.web.errors import CHANGED_MEANWHILE, Refused


def register_person(
    session: Session,
    *,
    team_id: int,
    identity: Identity,
    household_of: str | None = None,
    by: Actor,
    at: datetime,
) -> str:
    """Write a new person down and return the opaque id by which everything else speaks of them.

    `household_of` names somebody of the same household, whom the actor sees. Their protection covers the new person
    too, and whoever is kept away from one of them is kept away from all. Raises `Refused` with the field.
    """
    _refuse_identity(identity, at)
    whole = _whole_town(session)
    if household_of is None:
        household = Household(is_protected=False)
        session.add(household)
        session.flush()
    else:
        known = queries.get_person(session, household_of, scope=by.scope)
        household = queries.get_locked_household(session, known.household_id, scope=whole)
    person = Person(id=new_row_id(), team_id=team_id, household_id=household.id, created_at=at)
    _write_identity(session, person, identity)
    session.add(person)
    session.flush()
    _record(session, "person.registered", person.id, by, at, household=household.id)
    housemates = [mate.id for mate in queries.list_housemates(session, household.id, scope=whole)]
    for account_id in sorted(queries.list_barred_account_ids(session, housemates, scope=whole)):
        accounts.bar_account(session, team_id=team_id, account_id=account_id, by=by, at=at)
    return person.id


def open_identity(
    session: Session, *, person_id: str, reason: OpeningReason | None = None, by: Actor, at: datetime
) -> OpenedIdentity:
    """Open who a person is, and write into the log that it was opened; the only function that gives an identity.

    Where the household is protected a reason is asked for, and the place stays covered without the right to unmask.
    """
    person = queries.get_person(session, person_id, scope=by.scope)
    is_protected = person.household.is_protected
    problem = policies.opening_problem(is_protected=is_protected, reason=reason)
    if problem:
        raise Refused(problem, field="reason")
    covered = policies.place_is_covered(is_protected=is_protected, by=by)
    identity = Identity.from_document(read_sealed(session, person))
    _record(
        session,
        "person.identity_read",
        person.id,
        by,
        at,
        reason=reason.value if reason else "",
        place=not covered,
    )
    return OpenedIdentity(identity.without_place() if covered else identity, person.version, covered)


def change_identity(
    session: Session, *, person_id: str, identity: Identity, seen_version: int, by: Actor, at: datetime
) -> None:
    """Write an identity anew; what is covered for the actor stays as it was. Raises `Refused` with the field."""
    person = queries.get_person(session, person_id, scope=by.scope)
    if person.version != seen_version:
        raise Refused(CHANGED_MEANWHILE)
    _refuse_identity(identity, at)
    if policies.place_is_covered(is_protected=person.household.is_protected, by=by):
        before = Identity.from_document(read_sealed(session, person))
        identity = Identity(
            identity.name,
            identity.kana,
            identity.alias,
            identity.birth_date,
            before.address,
            before.phone,
            before.note,
        )
    _write_identity(session, person, identity)
    _record(session, "person.identity_changed", person.id, by, at)


def protect_household(
    session: Session, *, person_id: str, reason: str, since: date, by: Actor, at: datetime
) -> list[str]:
    """Put a whole household under 支援措置 and return the ids of all its persons, whichever team they have."""
    return _set_protection(session, person_id, since, reason, by, at)


def lift_protection(session: Session, *, person_id: str, reason: str, by: Actor, at: datetime) -> list[str]:
    """End the protection of a household; what was made coarser stays so until somebody sets it anew.

    Raises `Refused` for whoever may not uncover the place.
    """
    return _set_protection(session, person_id, None, reason, by, at)


def add_consent(
    session: Session,
    *,
    person_id: str,
    items: Collection[ConsentItem],
    recipient_kind: RecipientKind,
    recipient_id: int | None = None,
    purpose: str,
    way: ConsentWay,
    since: date,
    until: date | None = None,
    taken_by: int | None = None,
    by: Actor,
    at: datetime,
) -> str:
    """Write a consent down and return its id; raise `Refused` with the field that cannot stand."""
    person = queries.get_person(session, person_id, scope=by.scope)
    if not items:
        raise Refused("伝えてよいことを1つ以上選んでください。", field="items")
    if until is not None and until < since:
        raise Refused("終わりの日は、始まりの日と同じか、後の日にしてください。", field="until")
    if (recipient_kind is RecipientKind.RESOURCE) != (recipient_id is not None):
        raise Refused(
            "受け入れ先・場に伝えるときは、どの場かを番号で入力してください。ほかの相手のときは空けてください。",
            field="recipient_id",
        )
    consent = Consent(
        id=new_row_id(),
        team_id=person.team_id,
        person_id=person.id,
        items=sorted(item.value for item in items),
        recipient_kind=recipient_kind,
        recipient_id=recipient_id,
        purpose=purpose,
        way=way,
        since=since,
        until=until,
        taken_by=taken_by or by.account_id,
    )
    session.add(consent)
    _record(session, "consent.added", person.id, by, at, consent=consent.id)
    return consent.id


def withdraw_consent(session: Session, *, person_id: str, consent_id: str, by: Actor, at: datetime) -> None:
    """End a consent now. It is not taken back: who agrees again gives a new one."""
    consent = queries.get_consent(session, consent_id, person_id=person_id, scope=by.scope)
    if consent.withdrawn_at is None:
        consent.withdrawn_at = at
        _record(session, "consent.withdrawn", person_id, by, at, consent=consent.id)


def add_never_meet(
    session: Session,
    *,
    person_id: str,
    kind: NeverMeetKind,
    name: str,
    why: str = "",
    account_id: int | None = None,
    resource_id: int | None = None,
    other_id: str | None = None,
    by: Actor,
    at: datetime,
) -> str:
    """Write down whom or what a person must never meet, and return the entry's id.

    An account loses the cases of the whole household with its next click. Another person supported gets an unseen
    counterpart, so that neither is proposed a place where the other is.
    """
    whole = _whole_town(session)
    person = queries.get_person(session, person_id, scope=by.scope)
    if kind is NeverMeetKind.ACCOUNT and account_id == by.account_id:
        raise Refused(
            "自分自身は登録できません。ほかの人に引き継ぎ、チームから抜けてください。", field="account_id"
        )
    if other_id == person.id:
        raise Refused("本人とは別の人の台帳番号を入力してください。", field="other_number")
    document = {
        "name": name,
        "why": why,
        "account_id": account_id,
        "resource_id": resource_id,
        "person_id": other_id,
        "is_mirrored": False,
        "mirrors": None,
    }
    entry = _write_never_meet(session, person, kind, document, at)
    if other_id is not None:
        other = queries.get_person(session, other_id, scope=whole)
        mirror = {
            "name": "",
            "why": "",
            "person_id": person.id,
            "is_mirrored": True,
            "mirrors": entry.id,
        }
        mirrored = _write_never_meet(session, other, kind, {**document, **mirror}, at)
        # Whoever looks for a person can name their number here: the log of that person has to tell who did.
        _record(session, "never_meet.mirrored", other.id, by, at, entry=mirrored.id)
    session.flush()
    if account_id is not None:
        for mate in queries.list_housemates(session, person.household_id, scope=whole):
            accounts.bar_account(session, team_id=mate.team_id, account_id=account_id, by=by, at=at)
    _record(session, "never_meet.added", person.id, by, at, entry=entry.id)
    return entry.id


def remove_never_meet(
    session: Session, *, person_id: str, never_meet_id: str, by: Actor, at: datetime
) -> None:
    """Take an entry off the list, its counterpart too; an account is let in again when nobody else keeps it away."""
    whole = _whole_town(session)
    person = queries.get_person(session, person_id, scope=by.scope)
    entry = queries.get_never_meet(session, never_meet_id, person_id=person_id, scope=by.scope)
    document = read_sealed(session, entry)
    if document["person_id"] is not None:
        for mirror in queries.list_mirrored(session, entry.id, person_id=document["person_id"], scope=whole):
            session.delete(mirror)
    session.delete(entry)
    session.flush()
    if document["account_id"] is not None:
        mates = queries.list_housemates(session, person.household_id, scope=whole)
        still = queries.list_barred_account_ids(session, [mate.id for mate in mates], scope=whole)
        if document["account_id"] not in still:
            for team_id in sorted({mate.team_id for mate in mates}):
                accounts.admit_account(
                    session, team_id=team_id, account_id=document["account_id"], by=by, at=at
                )
    _record(session, "never_meet.removed", person.id, by, at, entry=never_meet_id)


def _whole_town(session: Session) -> Scope:
    """Return the product's own scope, under which the session has to have been opened."""
    scope = session.info.get("scope")
    if not isinstance(scope, Scope) or scope.system is None:
        raise RuntimeError("this concerns a whole household; open the session under Actor.system(...).scope")
    return scope


def _refuse_identity(identity: Identity, at: datetime) -> None:
    problem = policies.identity_problem(identity, today=at.date())
    if problem:
        field, message = problem
        raise Refused(message, field=field)


def _write_identity(session: Session, person: Person, identity: Identity) -> None:
    key, sealer = policies.kana_key(identity.kana), sealer_of(session)
    person.kana_index = (
        sealer.blind_index(key, field="person.kana")
        if key
        else sealer.blind_index(person.id, field="person.without kana")
    )
    write_sealed(session, person, identity.document)


def _set_protection(
    session: Session, person_id: str, since: date | None, reason: str, by: Actor, at: datetime
) -> list[str]:
    whole = _whole_town(session)
    person = queries.get_person(session, person_id, scope=by.scope)
    problem = policies.lifting_problem(by) if since is None else None
    if problem:
        raise Refused(problem)
    household = queries.get_locked_household(session, person.household_id, scope=whole)
    history = read_sealed(session, household)["history"] if household.sealed else []
    household.is_protected, household.protected_since = since is not None, since
    entry = {"at": at.isoformat(), "by": by.account_id, "protected": since is not None, "reason": reason}
    write_sealed(session, household, {"history": [*history, entry]})
    mates = [mate.id for mate in queries.list_housemates(session, household.id, scope=whole)]
    action = "household.protected" if since else "household.protection_lifted"
    record_event(
        session,
        action=action,
        subject_kind="household",
        subject_id=household.id,
        by=by.account_id,
        at=at,
        detail={"persons": len(mates)},
    )
    return mates


def _write_never_meet(
    session: Session, person: Person, kind: NeverMeetKind, document: Mapping[str, object], at: datetime
) -> NeverMeet:
    entry = NeverMeet(id=new_row_id(), team_id=person.team_id, person_id=person.id, kind=kind, created_at=at)
    write_sealed(session, entry, document)
    session.add(entry)
    return entry


def _record(
    session: Session, action: str, person_id: str, by: Actor, at: datetime, **detail: str | int | bool
) -> None:
    record_event(
        session,
        action=action,
        subject_kind="person",
        subject_id=person_id,
        by=by.account_id,
        at=at,
        detail=detail,
    )
