"""What is sealed, what is covered, and what the log holds."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.accounts.vocabulary import Actor, Right, Role
from app.audit.service import verify_log
from app.cases import queries, service
from app.cases.models import Case
from app.cases.vocabulary import BasisKind
from app.clock import now, today
from app.crypto.sealing import SealBroken
from app.db.database import Database
from app.people import queries as people
from app.people import service as persons
from app.people.vocabulary import (
    ConsentItem,
    ConsentWay,
    Identity,
    OpenedIdentity,
    OpeningReason,
    RecipientKind,
)
from app.web.errors import Missing, Refused
from tests.factories.cases import (
    IDENTITY,
    SECRETS,
    TOWN,
    keep_away,
    make_actor,
    make_case,
    protect,
    submit_plan,
)
from tests.factories.resources import make_district
from tests.support.databases import rows_of


def tables_of(database: Database) -> list[str]:
    return [name for name in sa.inspect(database.engine).get_table_names() if name != "spatial_ref_sys"]


def open_identity(
    database: Database, case: Case, by: Actor, reason: OpeningReason | None = None
) -> OpenedIdentity:
    with database.writing(by.scope) as session:
        return service.open_identity(session, case_id=case.id, reason=reason, by=by, at=now())


def actions_of(database: Database) -> list[str]:
    return [str(row["action"]) for row in rows_of(database, "audit_event")]


def test_nothing_that_was_said_stands_in_any_row(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    case = make_case(database, csw)
    submit_plan(database, case, csw)
    protect(database, case, csw)
    keep_away(
        database,
        case,
        account_id=make_actor(database, Role.ADMIN).account_id,
        name="元の夫の兄",
        why="役所に勤める",
        by=csw,
    )
    with database.writing(csw.scope) as session:
        service.record_basis(
            session,
            case_id=case.id,
            kind=BasisKind.EARLY,
            reason="急ぐわけ",
            confirm_by=today() + timedelta(days=30),
            by=csw,
            at=now(),
        )
    open_identity(database, case, csw, OpeningReason.VISIT)
    checked = 0
    for table in tables_of(database):
        for row in rows_of(database, table):
            for value in row.values():
                raw = value if isinstance(value, bytes) else str(value).encode()
                assert not [word for word in SECRETS if word.encode() in raw], f"{table} tells {value!r}"
                checked += 1
    assert checked > 100


def test_a_sealed_document_does_not_open_in_another_row(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    first, second = make_case(database, csw), make_case(database, csw)
    with database.engine.begin() as connection:
        for table, one, other in (
            ("person", first.person_id, second.person_id),
            ("support_case", first.id, second.id),
        ):
            rows = sa.Table(table, sa.MetaData(), autoload_with=connection)
            sealed = connection.execute(sa.select(rows.c.sealed).where(rows.c.id == one)).scalar_one()
            connection.execute(sa.update(rows).where(rows.c.id == other).values(sealed=sealed))
    with database.reading(csw.scope) as session:
        with pytest.raises(SealBroken):
            people.find_facts(session, second.person_id, scope=csw.scope)
        with pytest.raises(SealBroken):
            queries.get_case_view(session, second.id, scope=csw.scope)


def test_opening_an_identity_is_logged_in_the_same_transaction(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    case = make_case(database, csw)
    opened = open_identity(database, case, csw)
    assert opened.identity == IDENTITY
    last = rows_of(database, "audit_event")[-1]
    assert (last["action"], last["subject_id"], last["actor_id"]) == (
        "person.identity_read",
        case.person_id,
        csw.account_id,
    )
    with database.reading() as session:
        assert verify_log(session).holds


def test_an_identity_that_cannot_be_logged_is_not_opened(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    case = make_case(database, csw)
    with database.reading(csw.scope) as session, pytest.raises(sa.exc.DBAPIError):
        service.open_identity(session, case_id=case.id, by=csw, at=now())


def test_a_stranger_opens_nothing(database: Database) -> None:
    case = make_case(database, make_actor(database, Role.CSW))
    stranger = make_actor(database, Role.CSW, rights=(Right.UNMASK,))
    before = len(rows_of(database, "audit_event"))
    with pytest.raises(Missing):
        open_identity(database, case, stranger, OpeningReason.EMERGENCY)
    assert len(rows_of(database, "audit_event")) == before


def test_protection_asks_for_a_reason_and_covers_the_place(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    case = make_case(database, csw)
    protect(database, case, csw)
    with pytest.raises(Refused, match="理由"):
        open_identity(database, case, csw)
    opened = open_identity(database, case, csw, OpeningReason.CONTACT)
    assert opened.place_is_covered
    assert (opened.identity.name, opened.identity.address, opened.identity.phone) == ("秘田 露子", "", "")
    visitor = make_actor(database, Role.CSW, rights=(Right.UNMASK,))
    with database.writing(csw.scope) as session:
        service.join_team(session, case_id=case.id, account_id=visitor.account_id or 0, by=csw, at=now())
    assert open_identity(database, case, visitor, OpeningReason.VISIT).identity == IDENTITY


def test_correcting_a_covered_identity_keeps_the_place(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    case = make_case(database, csw)
    protect(database, case, csw)
    with database.writing(csw.scope) as session:
        persons.change_identity(
            session,
            person_id=case.person_id,
            identity=Identity("別名 花", "ベツメイ ハナ", "はなさん"),
            seen_version=1,
            by=csw,
            at=now(),
        )
    lifter = make_actor(database, Role.CSW, rights=(Right.UNMASK,))
    with database.writing(csw.scope) as session:
        service.join_team(session, case_id=case.id, account_id=lifter.account_id or 0, by=csw, at=now())
    with database.writing(TOWN.scope) as session:
        service.lift_protection(session, case_id=case.id, reason="本人の申出", by=lifter, at=now())
    opened = open_identity(database, case, csw)
    assert (opened.identity.name, opened.identity.address) == ("別名 花", IDENTITY.address)
    with pytest.raises(Refused, match="ほかの人が先に"), database.writing(csw.scope) as session:
        persons.change_identity(
            session, person_id=case.person_id, identity=IDENTITY, seen_version=1, by=csw, at=now()
        )


def test_protection_blurs_every_case_of_the_household_in_every_team(database: Database) -> None:
    one, other = make_actor(database, Role.CSW), make_actor(database, Role.CSW)
    district = make_district(database, "中央")
    first = make_case(database, one)
    second = make_case(database, one, household_of=first.person_id, member_ids={other.account_id})
    for case, by in ((first, one), (second, other)):
        with database.writing(by.scope) as session:
            service.place_case(
                session,
                case_id=case.id,
                counting_area_id=district,
                origin_mesh="5339352812",
                by=by,
                at=now(),
            )
    protect(database, first, one)
    for row in rows_of(database, "support_case"):
        assert (row["counting_area_id"], row["origin_mesh"]) == (None, "533935")
    with database.writing(other.scope) as session:
        service.place_case(
            session,
            case_id=second.id,
            counting_area_id=district,
            origin_mesh="5339352812",
            by=other,
            at=now(),
        )
    for row in rows_of(database, "support_case"):
        assert (row["counting_area_id"], row["origin_mesh"]) == (None, "533935"), "nor can it be set again"


def test_a_withdrawn_consent_counts_no_more(database: Database) -> None:
    csw = make_actor(database, Role.CSW)
    case = make_case(database, csw, consent_way=None)

    def told() -> frozenset[ConsentItem]:
        with database.reading(csw.scope) as session:
            return people.list_consented_items(
                session,
                case.person_id,
                recipient_kind=RecipientKind.RESOURCE,
                recipient_id=7,
                on=today(),
                scope=csw.scope,
            )

    assert told() == frozenset()
    with database.writing(csw.scope) as session:
        consent_id = persons.add_consent(
            session,
            person_id=case.person_id,
            items=[ConsentItem.ALIAS, ConsentItem.NEEDS],
            recipient_kind=RecipientKind.RESOURCE,
            recipient_id=7,
            purpose="受け入れの相談",
            way=ConsentWay.SPOKEN,
            since=today(),
            by=csw,
            at=now(),
        )
    assert told() == {ConsentItem.ALIAS, ConsentItem.NEEDS}
    with database.writing(csw.scope) as session:
        persons.withdraw_consent(session, person_id=case.person_id, consent_id=consent_id, by=csw, at=now())
    assert told() == frozenset()
    assert actions_of(database)[-2:] == ["consent.added", "consent.withdrawn"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"items": []}, "items"),
        ({"until": today() - timedelta(days=1)}, "until"),
        ({"recipient_id": None}, "recipient_id"),
        ({"recipient_kind": RecipientKind.SUPPORT_COUNCIL}, "recipient_id"),
    ],
)
def test_a_consent_that_says_too_little_is_refused(
    database: Database, changes: dict[str, object], field: str
) -> None:
    csw = make_actor(database, Role.CSW)
    case = make_case(database, csw)
    told: dict[str, object] = {
        "items": [ConsentItem.ALIAS],
        "recipient_kind": RecipientKind.RESOURCE,
        "recipient_id": 7,
        "purpose": "受け入れの相談",
        "way": ConsentWay.SPOKEN,
        "since": today(),
    }
    with pytest.raises(Refused) as refusal, database.writing(csw.scope) as session:
        persons.add_consent(session, person_id=case.person_id, **(told | changes), by=csw, at=now())  # type: ignore[arg-type]
    assert refusal.value.field == field
