"""What residents send: taken in from a phone, under a number, at the right window, and not too often."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask

from app.accounts.vocabulary import Role
from app.clock import now
from app.db.database import Database
from app.development.policies.residents import FIRST_WINDOWS, MOST_FROM_ONE_ADDRESS
from app.development.queries import residents as queries
from app.development.service import notices as service
from app.development.vocabulary.residents import WINDOW_TOPICS, NoticeTopic, Window
from app.resources.vocabulary import Disclosure, KindGroup
from app.web.errors import Refused
from tests.factories.cases import make_actor
from tests.factories.development import NOTICE, TOWN, make_notice
from tests.factories.resources import make_resource
from tests.support.accounts import SignInAs, make_account
from tests.support.clients import Browser
from tests.support.databases import new_browser, rows_of

OFFER = {
    "what": "hands",
    "words": "土曜に庭の手入れ",
    "name": "露木",
    "phone": "090-0000-7171",
    "consent": "y",
}
NOTICE_SENT = {"topic": "age", "words": "新聞がたまっています"}


def sent(browser: Browser, path: str, **typed: str) -> str:
    """Send a page's form, follow, and return the receipt number that is shown."""
    answer = browser.send(path, **typed)
    assert answer.status_code == 303, browser.text
    assert browser.get(answer.location or "").status_code == 200
    found = re.search(r"\d{4}-\d{4}", browser.text)
    assert found, browser.text
    return found[0]


def test_an_offer_comes_in_without_an_account_and_gets_a_number(client: Browser, database: Database) -> None:
    number = sent(client, "/offers/new", **OFFER)
    rows = rows_of(database, "resident_offer")
    assert [(row["receipt"], row["what"], row["state"]) for row in rows] == [(number, "hands", "new")]


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ("consent", "選んでください"),
        ("phone", "電話番号かメールアドレス"),
        ("name", "入力してください"),
        ("words", "入力してください"),
    ],
)
def test_an_offer_without_consent_or_a_way_to_answer_is_not_kept(
    client: Browser, database: Database, missing: str, said: str
) -> None:
    typed = {name: value for name, value in OFFER.items() if name != missing}
    answer = client.send("/offers/new", **typed)
    assert answer.status_code == 422
    assert said in client.text
    assert rows_of(database, "resident_offer") == []


def test_too_much_text_is_refused_with_what_was_typed_still_there(
    client: Browser, database: Database
) -> None:
    answer = client.send("/offers/new", **{**OFFER, "words": "あ" * 1_001})
    assert answer.status_code == 422
    assert "1000文字以内" in client.text
    assert rows_of(database, "resident_offer") == []


@pytest.mark.parametrize(("path", "typed"), [("/offers/new", OFFER), ("/residents-notices/new", NOTICE_SENT)])
def test_what_fills_the_field_that_people_do_not_see_is_told_and_not_kept(
    client: Browser, database: Database, path: str, typed: dict[str, str]
) -> None:
    answer = client.send(path, **typed, leave_blank="http://spam.example")
    assert answer.status_code == 422
    assert "この欄を空にして" in client.text
    assert rows_of(database, "resident_offer") + rows_of(database, "resident_notice") == []


def test_the_ninth_in_an_hour_waits_and_keeps_what_it_typed(client: Browser, database: Database) -> None:
    for _ in range(MOST_FROM_ONE_ADDRESS):
        sent(client, "/residents-notices/new", **NOTICE_SENT)
    answer = client.send("/offers/new", **OFFER)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "土曜に庭の手入れ" in str([form.fields for form in client.forms()])
    assert rows_of(database, "resident_offer") == []


def test_a_network_address_is_nowhere_in_clear(client: Browser, database: Database) -> None:
    client.environ_base["REMOTE_ADDR"] = "203.0.113.77"
    sent(client, "/offers/new", **OFFER)
    rows = rows_of(database, "resident_sending")
    assert len(rows) == 1
    assert "203.0.113.77" not in str(
        [rows_of(database, name) for name in ("resident_sending", "resident_offer", "audit_event")]
    )


def test_receipts_are_forgotten_by_another_browser(app: Flask, client: Browser) -> None:
    number = sent(client, "/offers/new", **OFFER)
    stranger = new_browser(app)
    assert stranger.get("/offers/received").status_code == 200
    assert number not in stranger.text


def test_whoever_sent_something_can_read_none_of_it(client: Browser, database: Database) -> None:
    sent(client, "/residents-notices/new", **NOTICE_SENT)
    notice_id = rows_of(database, "resident_notice")[0]["id"]
    assert (client.get(f"/residents-notices/{notice_id}").location or "").startswith("/sign-in")


def test_the_page_says_what_to_do_in_an_emergency_before_it_asks_anything(client: Browser) -> None:
    client.get("/residents-notices/new")
    first_question = client.text.index("どんなことに近いですか")
    assert all(client.text.index(number) < first_question for number in ("110", "119", "189"))


@pytest.mark.parametrize(
    ("topic", "role"),
    [
        (NoticeTopic.AGE, Role.REFERRER),
        (NoticeTopic.DISABILITY, Role.REFERRER),
        (NoticeTopic.CHILDREN, Role.REFERRER),
        (NoticeTopic.POVERTY, Role.REFERRER),
        (NoticeTopic.UNSURE, Role.MULTI_AGENCY),
    ],
)
def test_a_topic_goes_to_its_window(
    sign_in_as: SignInAs, database: Database, topic: NoticeTopic, role: Role
) -> None:
    make_notice(database, topic)
    name = FIRST_WINDOWS[topic].organisation
    for other in (Role.REFERRER, Role.MULTI_AGENCY, Role.CSW, Role.COORDINATOR, Role.COMMUNITY):
        browser = sign_in_as(account=make_account(database, other, organisation=f"瀬凪市 {name}の窓口"))
        browser.get("/residents-notices")
        assert (topic.label in browser.text) is (other is role), other
    browser = sign_in_as(Role.CITY_OFFICER)
    browser.get("/residents-notices")
    assert topic.label in browser.text


def test_people_of_one_role_read_what_came_to_their_own_office_and_nothing_else(
    sign_in_as: SignInAs, database: Database
) -> None:
    admin = sign_in_as(Role.ADMIN)
    for topic, name in (("age", "福祉相談センター"), ("children", "こども_課"), ("poverty", "100%支援")):
        admin.send("/residents-notices/windows", topic=topic, role="referrer", organisation=name)
    topics = {topic: make_notice(database, topic) for topic in WINDOW_TOPICS if topic != NoticeTopic.UNSURE}
    offices = {
        "社協 中央福祉相談センター 相談員": {NoticeTopic.AGE},
        "こども_課": {NoticeTopic.CHILDREN},
        "こどもと家庭課": set(),
        "100人支援": set(),
        "くらし100%支援": {NoticeTopic.POVERTY},
        "障害の相談窓口": {NoticeTopic.DISABILITY},
        "": set(),
    }
    for office, read in offices.items():
        browser = sign_in_as(account=make_account(database, Role.REFERRER, organisation=office or "市"))
        found = {
            topic
            for topic, notice_id in topics.items()
            if browser.get(f"/residents-notices/{notice_id}").status_code == 200
        }
        assert found == read, office
        browser.get("/residents-notices")
        assert all((topic.label in browser.text) is (topic in read) for topic in topics), office
    city = sign_in_as(Role.CITY_OFFICER)
    assert all(city.get(f"/residents-notices/{key}").status_code == 200 for key in topics.values())


def test_the_administrator_finds_the_windows_and_reads_where_nobody_sits(
    sign_in_as: SignInAs, database: Database
) -> None:
    make_account(database, Role.REFERRER, organisation="なぎさ地域包括支援センター")
    admin = sign_in_as(Role.ADMIN)
    admin.get("/today")
    assert 'href="/residents-notices/windows"' in admin.get("/today").data.decode()
    admin.get("/residents-notices/windows")
    assert "相談窓口　1人" in admin.text or "相談窓口 1人" in admin.text
    assert admin.text.count("読む人がいません") == 4
    assert 'href="/residents-notices/windows"' not in sign_in_as(Role.PLANNER).get("/today").data.decode()


def test_a_town_sends_a_topic_elsewhere_and_what_lies_somewhere_stays(
    sign_in_as: SignInAs, database: Database
) -> None:
    make_notice(database, NoticeTopic.AGE)
    admin = sign_in_as(Role.ADMIN)
    path = "/residents-notices/windows"
    assert admin.send(path, topic="age", role="csw", organisation="なぎさ包括").status_code == 303
    make_notice(database, NoticeTopic.AGE)
    windows = [(row["window_role"], row["window_name"]) for row in rows_of(database, "resident_notice")]
    assert sorted(windows) == [("csw", "なぎさ包括"), ("referrer", "地域包括支援センター")]
    assert admin.get("/residents-notices").status_code == 404


def test_a_topic_can_only_go_to_a_role_that_may_read_it(database: Database) -> None:
    by = make_actor(database, Role.ADMIN)
    with pytest.raises(Refused), database.writing(by.scope) as session:
        service.change_window(
            session, topic=NoticeTopic.AGE, role=Role.COMMUNITY, organisation="公民館", by=by, at=now()
        )
    assert rows_of(database, "notice_window") == []


def test_what_is_not_true_in_the_catalogue_goes_to_its_keepers_with_the_place(
    client: Browser, sign_in_as: SignInAs, database: Database
) -> None:
    place = make_resource(database, name="こもれび")
    client.get(f"/resources/{place}")
    assert f"/residents-notices/new?resource={place}" in str(client.get(f"/resources/{place}").data.decode())
    client.get(f"/residents-notices/new?resource={place}")
    assert "こもれび" in client.text
    client.submit("/residents-notices/new", words="先月で終わったそうです")
    for role in (Role.COORDINATOR, Role.COMMUNITY):
        browser = sign_in_as(role)
        notice_id = rows_of(database, "resident_notice")[0]["id"]
        assert browser.get(f"/residents-notices/{notice_id}").status_code == 200
        assert "こもれび" in browser.text
    for role in (Role.CITY_OFFICER, Role.REFERRER, Role.CSW, Role.MULTI_AGENCY):
        assert sign_in_as(role).get(f"/residents-notices/{notice_id}").status_code == 404


def test_a_typed_number_tells_nothing_about_a_secret_refuge(client: Browser, database: Database) -> None:
    refuge = make_resource(
        database,
        kind="秘匿",
        group=KindGroup.REFUGE,
        name="かくれが",
        is_refuge=True,
        disclosure=Disclosure.CLOSED,
    )
    client.get(f"/residents-notices/new?resource={refuge}")
    assert "かくれが" not in client.text
    client.send("/residents-notices/new", topic="place", words="ちがいます", resource_id=str(refuge))
    client.send("/residents-notices/new", topic="place", words="ちがいます", resource_id="4711")
    assert [row["resource_id"] for row in rows_of(database, "resident_notice")] == [None, None]


def test_a_notice_goes_from_window_to_window_and_is_taken_anew(database: Database) -> None:
    first, second = make_actor(database, Role.MULTI_AGENCY), make_actor(database, Role.CSW)
    notice_id = make_notice(database)
    with database.writing(first.scope) as session:
        service.take_notice(session, notice_id=notice_id, by=first, at=now())
        service.forward_notice(
            session, notice_id=notice_id, to=Window(Role.CSW, "CSW"), words="訪問をお願い", by=first, at=now()
        )
    with database.reading(first.scope) as session:
        assert queries.count_notices(session, with_closed=True, scope=first.scope) == 0
    with database.writing(second.scope) as session:
        assert queries.count_waiting_notices(session, scope=second.scope) == 1
        service.take_notice(session, notice_id=notice_id, by=second, at=now())
        service.close_notice(session, notice_id=notice_id, words="会えた", by=second, at=now())
        notice = queries.get_notice(session, notice_id, scope=second.scope)
        content, handled = queries.get_notice_content(session, notice, scope=second.scope)
    assert content == NOTICE
    assert [step.words for step in handled] == ["", "訪問をお願い", "", "会えた"]


def test_a_notice_is_taken_before_it_is_closed_and_closed_once(database: Database) -> None:
    window = make_actor(database, Role.MULTI_AGENCY)
    notice_id = make_notice(database)
    with database.writing(window.scope) as session:
        with pytest.raises(Refused):
            service.close_notice(session, notice_id=notice_id, words="会えた", by=window, at=now())
        service.take_notice(session, notice_id=notice_id, by=window, at=now())
        with pytest.raises(Refused):
            service.close_notice(session, notice_id=notice_id, words=" ", by=window, at=now())
        with pytest.raises(Refused):
            service.forward_notice(session, notice_id=notice_id, to=None, words="", by=window, at=now())
        service.forward_notice(
            session, notice_id=notice_id, to=None, words="保健所に電話", by=window, at=now()
        )
        with pytest.raises(Refused):
            service.take_notice(session, notice_id=notice_id, by=window, at=now())
        assert queries.get_notice(session, notice_id, scope=window.scope).closed_at is not None


def test_old_sendings_are_let_go(database: Database) -> None:
    make_notice(database, at=now() - timedelta(days=3))
    make_notice(database)
    assert len(rows_of(database, "resident_sending")) == 1
    with database.reading(TOWN.scope) as session:
        assert queries.count_notices(session, with_closed=True, scope=TOWN.scope) == 2


def test_the_number_of_an_offer_is_shown_on_todays_page_of_who_reads_it(
    client: Browser, sign_in_as: SignInAs
) -> None:
    sent(client, "/offers/new", **OFFER)
    community, csw = sign_in_as(Role.COMMUNITY), sign_in_as(Role.CSW)
    community.get("/today")
    csw.get("/today")
    assert "申し出が 1件" in community.text
    assert "申し出" not in csw.text
