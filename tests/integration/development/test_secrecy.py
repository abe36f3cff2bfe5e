"""Who reads what residents sent, what the log holds of it, where it is sealed, and when it goes."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.accounts.vocabulary import Actor, Role
from app.clock import now, today
from app.db.database import Database
from app.db.scope import ScopeViolation
from app.development.models import Helper, Notice, Offer
from app.development.queries import residents as queries
from app.development.queries.residents import HelperFilter
from app.development.service import notices, offers
from app.development.service.retention import purge_closed
from app.development.vocabulary.residents import OFFER_ROLES
from tests.factories.cases import make_actor
from tests.factories.development import (
    NOTICE,
    NOTICED,
    OFFER,
    OFFERED,
    TOWN,
    make_helper,
    make_notice,
    make_offer,
)
from tests.support.accounts import SignInAs
from tests.support.databases import rows_of

WINDOWS = (Role.MULTI_AGENCY, Role.CITY_OFFICER)


@pytest.fixture
def community(database: Database) -> Actor:
    return make_actor(database, Role.COMMUNITY)


def close(database: Database, notice_id: str) -> None:
    window = make_actor(database, Role.MULTI_AGENCY)
    with database.writing(window.scope) as session:
        notices.take_notice(session, notice_id=notice_id, by=window, at=now())
        notices.close_notice(session, notice_id=notice_id, words="ごみの日の表を貼った", by=window, at=now())


@pytest.mark.parametrize("role", list(Role))
def test_offers_and_helpers_open_for_who_asks_around_and_nobody_else(
    sign_in_as: SignInAs, database: Database, community: Actor, role: Role
) -> None:
    offer_id, helper_id = make_offer(database), make_helper(database, community)
    browser = sign_in_as(role)
    admitted = 200 if role in OFFER_ROLES else 404
    for path in ("/offers", f"/offers/{offer_id}", "/helpers", f"/helpers/{helper_id}"):
        assert browser.get(path).status_code == admitted, path


@pytest.mark.parametrize("role", list(Role))
def test_a_notice_opens_at_its_window_and_for_the_city_alone(
    sign_in_as: SignInAs, database: Database, role: Role
) -> None:
    notice_id = make_notice(database)
    answer = sign_in_as(role).get(f"/residents-notices/{notice_id}")
    assert answer.status_code == (200 if role in WINDOWS else 404)


def test_somebody_who_keeps_the_catalogue_and_is_a_window_reads_both(
    database: Database, sign_in_as: SignInAs
) -> None:
    notice_id = make_notice(database)
    assert (
        sign_in_as(Role.COORDINATOR, Role.MULTI_AGENCY).get(f"/residents-notices/{notice_id}").status_code
        == 200
    )


def test_a_list_shows_neither_names_nor_words(sign_in_as: SignInAs, database: Database) -> None:
    make_offer(database)
    make_notice(database)
    browser = sign_in_as(Role.CITY_OFFICER)
    for path in ("/offers", "/residents-notices", "/today"):
        browser.get(path)
        assert not [word for word in (*OFFERED, *NOTICED) if word in browser.text], path


def test_nothing_that_residents_said_stands_in_any_row(database: Database, community: Actor) -> None:
    helper_id, notice_id = make_helper(database, community), make_notice(database)
    offer_id = make_offer(database)
    with database.writing(community.scope) as session:
        offers.record_helper_read(session, helper_id=helper_id, by=community, at=now())
        offers.record_offer_read(session, offer_id=offer_id, by=community, at=now())
        offers.make_lead(session, offer_id=offer_id, by=community, at=now())
    close(database, notice_id)
    checked = 0
    for table in sa.inspect(database.engine).get_table_names():
        if table == "spatial_ref_sys":
            continue
        for row in rows_of(database, table):
            for value in row.values():
                raw = value if isinstance(value, bytes) else str(value).encode()
                told = [word for word in (*OFFERED, *NOTICED) if word.encode() in raw]
                assert not told, f"{table} tells {told}"
                checked += 1
    assert checked > 100


@pytest.mark.parametrize("kind", ["embedded"], indirect=True)
def test_nothing_that_residents_said_stands_in_the_file(database: Database) -> None:
    make_offer(database)
    make_notice(database)
    file = Path(database.engine.url.database or "")
    content = b"".join(part.read_bytes() for part in file.parent.glob(f"{file.name}*"))
    assert len(content) > 10_000
    assert not [word for word in (*OFFERED, *NOTICED) if word.encode() in content]


def test_each_reading_stands_in_the_log_before_the_page_and_without_what_was_read(
    sign_in_as: SignInAs, database: Database, community: Actor
) -> None:
    offer_id, notice_id = make_offer(database), make_notice(database)
    helper_id = make_helper(database, community)
    browser = sign_in_as(Role.CITY_OFFICER)
    for path in (
        f"/offers/{offer_id}",
        f"/residents-notices/{notice_id}",
        f"/helpers/{helper_id}",
        "/helpers",
    ):
        assert browser.get(path).status_code == 200
    reads = [
        (row["action"], row["subject_id"])
        for row in rows_of(database, "audit_event")
        if str(row["action"]).endswith((".read", ".listed"))
    ]
    assert reads == [
        ("offer.read", offer_id),
        ("notice.read", notice_id),
        ("helper.read", helper_id),
        ("helper.listed", "helpers"),
    ]


def test_who_may_not_read_leaves_no_line_that_they_did(sign_in_as: SignInAs, database: Database) -> None:
    notice_id = make_notice(database)
    assert sign_in_as(Role.CSW).get(f"/residents-notices/{notice_id}").status_code == 404
    assert not [row for row in rows_of(database, "audit_event") if row["action"] == "notice.read"]


@pytest.mark.parametrize("model", [Offer, Helper, Notice])
def test_rows_of_residents_are_not_reached_without_a_scope(database: Database, model: type[Offer]) -> None:
    with database.reading() as session, pytest.raises(ScopeViolation):
        session.scalars(sa.select(model)).all()


def test_a_planner_cannot_write_what_they_cannot_read(database: Database) -> None:
    planner = make_actor(database, Role.PLANNER)
    with pytest.raises(ScopeViolation), database.writing(planner.scope) as session:
        session.add(Offer(id="x" * 22, receipt="0000-0000", sealed=b"", received_at=now()))


def test_a_helper_is_made_by_one_button_with_all_that_was_offered(
    sign_in_as: SignInAs, database: Database, community: Actor
) -> None:
    offer_id = make_offer(database)
    browser = sign_in_as(Role.COORDINATOR)
    answer = browser.send(f"/offers/{offer_id}", action=f"/offers/{offer_id}/helper")
    browser.get(answer.location or "")
    assert OFFER.contact.name in browser.text
    assert OFFER.words in browser.text
    with database.reading(community.scope) as session:
        helper = queries.find_helper_of_offer(session, offer_id, scope=community.scope)
        assert helper is not None
        assert queries.get_helper_content(session, helper, scope=community.scope) == OFFER


def test_a_lead_from_an_offer_names_nobody(sign_in_as: SignInAs, database: Database) -> None:
    offer_id = make_offer(database)
    browser = sign_in_as(Role.COMMUNITY)
    answer = browser.send(f"/offers/{offer_id}", action=f"/offers/{offer_id}/lead")
    path = answer.location or ""
    csw = sign_in_as(Role.CSW)
    csw.get(path)
    assert "住民の申し出（受付" in csw.heading
    assert not [word for word in OFFERED if word in csw.text]
    assert f"/offers/{offer_id}" not in csw.get(path).text
    assert f"/offers/{offer_id}" in browser.get(path).text


def test_helpers_are_found_by_what_and_district_and_leave_after_their_last_day(
    database: Database, community: Actor
) -> None:
    helper_id = make_helper(database, community, at=now() - timedelta(days=40))
    yesterday = today() - timedelta(days=1)
    with database.writing(community.scope) as session:
        offers.end_helper(session, helper_id=helper_id, until=yesterday, by=community, at=now())
        found = [
            queries.count_helpers(session, wanted, on=today(), scope=community.scope)
            for wanted in (
                HelperFilter(),
                HelperFilter(with_ended=True),
                HelperFilter(district_id=1, with_ended=True),
            )
        ]
    assert found == [0, 1, 0]


def test_a_year_after_it_was_over_only_the_count_is_left(database: Database, community: Actor) -> None:
    offer_id, open_offer, notice_id = make_offer(database), make_offer(database), make_notice(database)
    helper_id = make_helper(database, community, at=now() - timedelta(days=3))
    with database.writing(community.scope) as session:
        offers.decline_offer(session, offer_id=offer_id, by=community, at=now())
        offers.end_helper(session, helper_id=helper_id, until=today(), by=community, at=now())
    close(database, notice_id)
    for days, expected in ((364, 1), (370, 3), (371, 0)):
        with database.writing(TOWN.scope) as session:
            # The offer that became a helper was over three days earlier.
            assert purge_closed(session, by=TOWN, at=now() + timedelta(days=days)) == expected, days
    states = {row["id"]: (row["state"], row["sealed"] is None) for row in rows_of(database, "resident_offer")}
    assert states[offer_id] == ("declined", True)
    assert states[open_offer] == ("new", False)
    with database.reading(community.scope) as session:
        offer = queries.get_offer(session, offer_id, scope=community.scope)
        assert queries.get_offer_content(session, offer, scope=community.scope) is None
    assert [row["sealed"] for row in rows_of(database, "resident_notice")] == [None]


def test_what_was_emptied_still_has_its_page(
    sign_in_as: SignInAs, database: Database, community: Actor
) -> None:
    offer_id, notice_id = make_offer(database), make_notice(database)
    helper_id = make_helper(database, community)
    with database.writing(community.scope) as session:
        offers.decline_offer(session, offer_id=offer_id, by=community, at=now())
        offers.end_helper(session, helper_id=helper_id, until=today(), by=community, at=now())
    close(database, notice_id)
    with database.writing(TOWN.scope) as session:
        assert purge_closed(session, by=TOWN, at=now() + timedelta(days=400)) == 4
    browser = sign_in_as(Role.CITY_OFFICER)
    for path in (
        f"/offers/{offer_id}",
        f"/residents-notices/{notice_id}",
        f"/helpers/{helper_id}",
        "/helpers?ended=1",
    ):
        assert browser.get(path).status_code == 200, path
        assert "消しました" in browser.text
    assert NOTICE.words not in browser.text
