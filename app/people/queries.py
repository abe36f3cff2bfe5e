"""Reading persons. What comes out of here identifies nobody; the identity is opened in `service` alone.

`scope` is whoever asks, and stands in each statement beside the filter of the session: a session that the product
itself opened reaches the whole town, and a statement in it still asks for one worker's teams.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Scope
from app.db.sealing import read_sealed, sealer_of
from app.people.models import Consent, Household, NeverMeet, Person
from app.people.policies import kana_key
from app.people.vocabulary import (
    ConsentItem,
    Exclusions,
    Identity,
    NeverMeetEntry,
    NeverMeetKind,
    PersonFacts,
    RecipientKind,
)
from app.web.errors import Missing


def select_persons(*, scope: Scope) -> sa.Select[Person]:
    """Return the persons of the scope's teams."""
    return sa.select(Person).where(Person.visible_to(scope))


def get_person(session: Session, person_id: str, *, scope: Scope) -> Person:
    """Return a person of the scope's teams; raise `Missing` for everybody else's."""
    person = session.scalars(select_persons(scope=scope).where(Person.id == person_id)).one_or_none()
    if person is None:
        raise Missing
    return person


def find_facts(session: Session, person_id: str, *, scope: Scope) -> PersonFacts | None:
    """Return what a page may show of a person; None outside the scope's teams (an officer who decides a plan)."""
    return list_facts(session, [person_id], scope=scope).get(person_id)


def list_facts(session: Session, person_ids: Collection[str], *, scope: Scope) -> dict[str, PersonFacts]:
    """Return what lists may show, by id, for those of the scope's teams: one statement, however many."""
    persons = session.scalars(
        select_persons(scope=scope).where(Person.id.in_(person_ids)).order_by(Person.id)
    )
    return {person.id: _facts(session, person) for person in persons}


def select_protected_ids(*, scope: Scope) -> sa.Select[str]:
    """Return the ids of the persons of the scope's teams whose household is under protection."""
    return (
        sa.select(Person.id)
        .join(Person.household)
        .where(Person.visible_to(scope), Household.is_protected.is_(True))
    )


def find_age(session: Session, person_id: str, *, on: date, scope: Scope) -> int | None:
    """Return how old a person is on a day: the number alone, for limits of age. None when the birth date is not known."""
    person = session.scalars(select_persons(scope=scope).where(Person.id == person_id)).one_or_none()
    born = Identity.from_document(read_sealed(session, person)).birth_date if person else None
    if born is None:
        return None
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _facts(session: Session, person: Person) -> PersonFacts:
    identity = Identity.from_document(read_sealed(session, person))
    return PersonFacts(
        person_id=person.id,
        alias=identity.alias,
        is_named=bool(identity.name or identity.kana),
        is_protected=person.household.is_protected,
        protected_since=person.household.protected_since,
    )


def list_person_ids_by_kana(
    session: Session, kana: str, *, birth_date: date | None = None, scope: Scope
) -> list[str]:
    """Return the persons of the scope's teams with exactly these kana (and this birth date)."""
    key = kana_key(kana)
    if not key:
        return []
    same = session.scalars(
        select_persons(scope=scope)
        .where(Person.kana_index == sealer_of(session).blind_index(key, field="person.kana"))
        .order_by(Person.created_at, Person.id)
    )
    return [
        person.id
        for person in same
        if birth_date is None or Identity.from_document(read_sealed(session, person)).birth_date == birth_date
    ]


def list_consents(session: Session, person_id: str, *, scope: Scope) -> Sequence[Consent]:
    """Return the consents of a person, running ones first, newest first."""
    return session.scalars(
        sa.select(Consent)
        .where(Consent.person_id == person_id, Consent.visible_to(scope))
        .order_by(Consent.withdrawn_at.is_not(None), Consent.since.desc(), Consent.id)
    ).all()


def get_consent(session: Session, consent_id: str, *, person_id: str, scope: Scope) -> Consent:
    """Return a consent of a person; raise `Missing` when there is none in the scope's teams."""
    consent = session.scalars(
        sa.select(Consent).where(
            Consent.id == consent_id, Consent.person_id == person_id, Consent.visible_to(scope)
        )
    ).one_or_none()
    if consent is None:
        raise Missing
    return consent


def list_consented_items(
    session: Session,
    person_id: str,
    *,
    recipient_kind: RecipientKind,
    recipient_id: int | None = None,
    on: date,
    scope: Scope,
) -> frozenset[ConsentItem]:
    """Return what may be told to this recipient on this day. Asked anew each time, so a withdrawal counts at once."""
    running = session.scalars(
        sa.select(Consent.items).where(
            Consent.person_id == person_id,
            Consent.visible_to(scope),
            Consent.recipient_kind == recipient_kind,
            Consent.recipient_id.is_(None) if recipient_id is None else Consent.recipient_id == recipient_id,
            Consent.withdrawn_at.is_(None),
            Consent.since <= on,
            sa.or_(Consent.until.is_(None), Consent.until >= on),
        )
    )
    return frozenset(ConsentItem(item) for items in running for item in items)


def list_never_meets(session: Session, person_id: str, *, scope: Scope) -> list[NeverMeetEntry]:
    """Return whom and what a person must never meet, for the team's page.

    What another team wrote about this person is left out: it would tell the one who is feared who fears them.
    """
    rows = _never_meets(session, [person_id], scope)
    return [_entry(row, document) for row, document in rows if not document["is_mirrored"]]


def get_exclusions(session: Session, person_id: str, *, scope: Scope) -> Exclusions:
    """Return what must never be proposed to a person, whichever side wrote it. For engines, never for a page."""
    entries = [_entry(row, document) for row, document in _never_meets(session, [person_id], scope)]
    return Exclusions(
        account_ids=frozenset(entry.account_id for entry in entries if entry.account_id is not None),
        resource_ids=frozenset(entry.resource_id for entry in entries if entry.resource_id is not None),
        person_ids=frozenset(entry.person_id for entry in entries if entry.person_id is not None),
    )


def get_never_meet(session: Session, never_meet_id: str, *, person_id: str, scope: Scope) -> NeverMeet:
    """Return an entry of a person's list; raise `Missing` when there is none, or when another team wrote it."""
    for row, document in _never_meets(session, [person_id], scope):
        if row.id == never_meet_id and not document["is_mirrored"]:
            return row
    raise Missing


def list_mirrored(session: Session, never_meet_id: str, *, person_id: str, scope: Scope) -> list[NeverMeet]:
    """Return the counterparts that an entry has on the other person's list."""
    return [
        row
        for row, document in _never_meets(session, [person_id], scope)
        if document["mirrors"] == never_meet_id
    ]


def list_barred_account_ids(session: Session, person_ids: Collection[str], *, scope: Scope) -> set[int]:
    """Return the accounts that one of these persons must never meet."""
    return {
        document["account_id"]
        for row, document in _never_meets(session, person_ids, scope)
        if row.kind is NeverMeetKind.ACCOUNT
    }


def list_housemates(session: Session, household_id: str, *, scope: Scope) -> Sequence[Person]:
    """Return all persons of a household that the scope reaches."""
    return session.scalars(
        select_persons(scope=scope).where(Person.household_id == household_id).order_by(Person.id)
    ).all()


def get_locked_household(session: Session, household_id: str, *, scope: Scope) -> Household:
    """Return a household, locked until the transaction ends; raise `Missing` for whoever sees only a part of it."""
    if scope.system is None:
        raise Missing
    return session.scalars(
        sa.select(Household)
        .where(Household.id == household_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _never_meets(
    session: Session, person_ids: Collection[str], scope: Scope
) -> list[tuple[NeverMeet, dict[str, Any]]]:
    rows = session.scalars(
        sa.select(NeverMeet)
        .where(NeverMeet.person_id.in_(person_ids), NeverMeet.visible_to(scope))
        .order_by(NeverMeet.created_at, NeverMeet.id)
    )
    return [(row, read_sealed(session, row)) for row in rows]


def _entry(row: NeverMeet, document: dict[str, Any]) -> NeverMeetEntry:
    told = {name: document[name] for name in ("name", "why", "account_id", "resource_id", "person_id")}
    return NeverMeetEntry(id=row.id, kind=row.kind, **told)
