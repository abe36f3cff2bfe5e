"""The staff keep hosts: find them, write what is known, and note what was said on the telephone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from app.accounts.vocabulary import Actor, Right, Role
from app.clock import now, today
from app.db.database import Database
from app.resources.queries import openings
from app.resources.queries.host_criteria import STALE_AFTER_DAYS
from app.resources.service.hosts import ask_for_call, invite_host
from app.resources.vocabulary import AskBy, Disclosure, KindGroup, TrainingForm
from app.web.errors import CHANGED_MEANWHILE
from tests.factories.openings import make_host, make_opening
from tests.factories.resources import make_resource
from tests.support.accounts import SignInAs, make_account
from tests.support.clients import Browser
from tests.support.databases import rows_of, statements

BY = Actor.system("test")
KEEPERS = (Role.COORDINATOR, Role.CSW, Role.COMMUNITY, Role.CITY_OFFICER)

TYPED = {
    "name": "みかん山",
    "trade": "農家",
    "phone": "0590-00-1234",
    "email": "mikan@example.jp",
    "postal_address": "瀬凪市山手1-2",
    "ask_by": "letter",
    "introduction": "急な畑ですが、\r\n下の倉庫は平らです。",
    "recognition": "架空0101",
    "staff_note": "昼前の電話がつながりやすい。",
}


def _host(database: Database, name: str) -> dict[str, Any]:
    return next(row for row in rows_of(database, "host") if row["name"] == name)


def _shown(browser: Browser, path: str) -> list[str]:
    """The names of the hosts on a page, in its order."""
    assert browser.get(path).status_code == 200
    assert browser.page is not None
    rows = [element for element in browser.page.iter("tr") if element.get("data-host")]
    return ["".join(next(row.iter("a")).itertext()).strip() for row in rows]


def _make_hidden_host(database: Database) -> int:
    """A host whose only opening is at a secret refuge."""
    refuge = make_resource(
        database,
        kind="避難先",
        group=KindGroup.REFUGE,
        name="みなと荘",
        is_refuge=True,
        disclosure=Disclosure.CLOSED,
    )
    return make_host(database, "みなと荘を営む会", resource_id=refuge)


@pytest.fixture
def coordinator(sign_in_as: SignInAs) -> Browser:
    return sign_in_as(Role.COORDINATOR)


def test_a_new_host_keeps_every_field_that_was_typed(coordinator: Browser, database: Database) -> None:
    answer = coordinator.send("/hosts/new", **TYPED)
    assert answer.status_code == 303
    host = _host(database, "みかん山")
    kept = {name: host[name] for name in TYPED}
    assert kept == TYPED | {"introduction": "急な畑ですが、\n下の倉庫は平らです。"}
    assert host["is_active"] in (True, 1)
    assert host["keeper_id"] is not None
    coordinator.get(f"/hosts/{host['id']}")
    for said in ("0590-00-1234", "mikan@example.jp", "瀬凪市山手1-2", "手紙", "架空0101", "昼前の電話"):
        assert said in coordinator.text


def test_a_name_alone_is_enough_and_the_rest_is_not_known(coordinator: Browser, database: Database) -> None:
    coordinator.send("/hosts/new", name="名前だけの店", keeper_id="")
    host = _host(database, "名前だけの店")
    assert {host[name] for name in TYPED if name != "name"} | {host["keeper_id"]} == {None}


def test_the_entry_shows_what_is_kept_and_sending_it_unchanged_changes_nothing(
    coordinator: Browser, database: Database
) -> None:
    coordinator.send("/hosts/new", **TYPED)
    before = _host(database, "みかん山")
    changes = len(rows_of(database, "catalogue_change"))
    assert coordinator.send(f"/hosts/{before['id']}/edit").status_code == 303
    assert _host(database, "みかん山") == before
    assert len(rows_of(database, "catalogue_change")) == changes
    coordinator.get(f"/hosts/{before['id']}")
    assert "変わったところはありませんでした" in coordinator.text


def test_who_comes_second_is_told_and_loses_nothing_that_was_typed(
    coordinator: Browser, sign_in_as: SignInAs, database: Database
) -> None:
    host_id = make_host(database)
    coordinator.get(f"/hosts/{host_id}/edit")
    sign_in_as(Role.CSW).send(f"/hosts/{host_id}/edit", trade="店")
    answer = coordinator.submit(f"/hosts/{host_id}/edit", staff_note="わたしのメモ")
    assert answer.status_code == 422
    assert CHANGED_MEANWHILE in coordinator.text
    form = next(form for form in coordinator.forms() if form.action == "" or form.action.endswith("/edit"))
    assert form.fields["staff_note"] == "わたしのメモ"
    host = _host(database, "あさひ農園")
    assert (host["trade"], host["staff_note"]) == ("店", None)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": "　 "}, "名前：入力してください。"),
        ({"name": "あ" * 161}, "160文字以内"),
        ({"phone": "山田まで"}, "数字とハイフンで"),
        ({"email": "mikan"}, "メールアドレスの書き方"),
        ({"ask_by": "mail"}, "メールアドレスを入れるか、確かめ方を変えて"),
        ({"ask_by": "letter"}, "住所を入れるか、確かめ方を変えて"),
        ({"keeper_id": "9999"}, "並んでいるものから選んで"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field_and_nothing_is_kept(
    coordinator: Browser, database: Database, typed: dict[str, str], said: str
) -> None:
    answer = coordinator.send("/hosts/new", **{"name": "みかん山", "staff_note": "メモ"} | typed)
    assert answer.status_code == 422
    assert said in coordinator.text
    assert "メモ" in coordinator.text
    assert rows_of(database, "host") == []


def test_the_recognition_stays_while_an_opening_of_training_rests_on_it(
    coordinator: Browser, database: Database
) -> None:
    host_id = make_host(database, recognition="架空0001")
    make_opening(database, host_id, task="木工", training=TrainingForm.NOT_EMPLOYED)
    assert coordinator.send(f"/hosts/{host_id}/edit", recognition="").status_code == 422
    assert "就労訓練の枠（木工）があるので" in coordinator.text
    assert _host(database, "あさひ農園")["recognition"] == "架空0001"


def test_the_history_tells_who_changed_what_from_what_to_what(
    database: Database, sign_in_as: SignInAs
) -> None:
    host_id = make_host(database, trade="農家", ask_by=AskBy.VISIT)
    keeper = make_account(database, Role.COORDINATOR, display_name="浜岡 さち")
    browser = sign_in_as(account=keeper)
    browser.send(f"/hosts/{host_id}/edit", trade="店", ask_by="phone", phone="0590-00-0001")
    browser.get(f"/hosts/{host_id}")
    assert "浜岡 さち（画面で直した）" in browser.text
    for label, before, after in (("業種", "農家", "店"), ("確かめ方", "訪問", "電話")):
        assert f"{label}： 前は {before} いまは {after}" in browser.text


def test_hosts_are_found_by_a_part_of_the_name(coordinator: Browser, database: Database) -> None:
    for name in ("あさひ農園", "ＡＢＣ工房", "100%みかん"):
        make_host(database, name)
    assert _shown(coordinator, "/hosts?q=農園") == ["あさひ農園"]
    assert _shown(coordinator, "/hosts?q=%EF%BC%A1%EF%BC%A2%EF%BC%A3") == ["ＡＢＣ工房"]
    assert _shown(coordinator, "/hosts?q=%25") == ["100%みかん"]
    assert _shown(coordinator, "/hosts?q=_") == []
    assert "この条件に合う受け入れ先は、ありません" in coordinator.text


def test_each_filter_finds_the_hosts_that_ask_for_the_same_work(
    coordinator: Browser, database: Database
) -> None:
    old = today() - timedelta(days=STALE_AFTER_DAYS + 1)
    fresh = today() - timedelta(days=1)
    calling = make_host(database, "電話の店", confirmed_on=fresh)
    make_host(database, "ふつうの店", confirmed_on=fresh)
    make_host(database, "古い店", confirmed_on=old)
    make_host(database, "休みの店", confirmed_on=fresh, paused_until=today() + timedelta(days=3))
    make_host(database, "もどった店", confirmed_on=fresh, paused_until=today())
    make_host(database, "枠の終わった店", confirmed_on=fresh, ended_on=today())
    make_host(database, "やめた店", is_active=False)
    with database.writing(BY.scope) as session:
        ask_for_call(session, host_id=calling, by=BY, at=now())
    assert _shown(coordinator, "/hosts?standing=call") == ["電話の店"]
    assert _shown(coordinator, "/hosts?standing=stale") == ["古い店"]
    assert _shown(coordinator, "/hosts?standing=paused") == ["休みの店"]
    assert _shown(coordinator, "/hosts?standing=no-opening") == ["枠の終わった店"]
    assert _shown(coordinator, "/hosts?standing=left") == ["やめた店"]
    assert _shown(coordinator, "/hosts")[0] == "電話の店"
    assert "やめた店" not in _shown(coordinator, "/hosts")
    assert _shown(coordinator, "/hosts?sort=confirmed")[1] == "古い店"


def test_an_order_or_a_filter_that_there_is_not_is_refused_kindly(coordinator: Browser) -> None:
    for query in ("sort=secret", "standing=rich", "q=" + "あ" * 61):
        assert coordinator.get(f"/hosts?{query}").status_code == 422
        assert "入力を見直してください" in coordinator.text


def test_a_long_list_is_turned_page_by_page_without_losing_anybody(
    coordinator: Browser, database: Database
) -> None:
    names = [f"店{number:02}" for number in range(33)]
    for name in names:
        make_host(database, name)
    found = _shown(coordinator, "/hosts?sort=name") + _shown(coordinator, "/hosts?sort=name&page=2")
    assert found == names


def test_a_list_and_a_host_ask_the_database_as_often_for_many_as_for_few(
    app: Flask, coordinator: Browser, database: Database
) -> None:
    def count() -> list[int]:
        seen = []
        for path in ("/hosts", f"/hosts/{host_id}"):
            coordinator.get(path)
            with statements(app) as sent:
                coordinator.get(path)
            seen.append(len(sent))
        return seen

    host_id = make_host(database)
    coordinator.send(f"/hosts/{host_id}/edit", trade="店")
    few = count()
    for number in range(8):
        make_host(database, f"店{number}")
        make_opening(database, host_id, task=f"仕事{number}")
        coordinator.send(f"/hosts/{host_id}/edit", trade=f"店{number}")
    assert count() == few


def test_a_rest_agreed_on_the_telephone_is_kept_for_all_openings_and_told(
    coordinator: Browser, database: Database
) -> None:
    host_id = make_host(database)
    make_opening(database, host_id, task="草とり")
    until = today() + timedelta(days=20)
    coordinator.send(f"/hosts/{host_id}", action=f"/hosts/{host_id}/rest", until=until.isoformat())
    assert {row["paused_until"] for row in rows_of(database, "opening")} == {until}
    coordinator.get(f"/hosts/{host_id}")
    assert "お休み中の枠があります" in coordinator.text
    assert "休み： 前は （なし） いまは" in coordinator.text
    coordinator.submit(f"/hosts/{host_id}/wake")
    assert {row["paused_until"] for row in rows_of(database, "opening")} == {None}
    assert {row["confirmed_on"] for row in rows_of(database, "opening")} == {today()}


@pytest.mark.parametrize("until", ["", "らいげつ", "2020-01-01"])
def test_a_rest_needs_a_day_to_come(coordinator: Browser, database: Database, until: str) -> None:
    host_id = make_host(database)
    answer = coordinator.send(f"/hosts/{host_id}", action=f"/hosts/{host_id}/rest", until=until)
    assert answer.status_code == 422
    assert rows_of(database, "opening")[0]["paused_until"] is None


def test_a_word_on_the_telephone_confirms_what_is_offered_and_nothing_that_is_over(
    coordinator: Browser, database: Database
) -> None:
    host_id = make_host(database)
    make_opening(database, host_id, task="終わった仕事", ended_on=date(2026, 1, 1))
    coordinator.send(f"/hosts/{host_id}", action=f"/confirmations/hosts/{host_id}/confirmed")
    assert [row["confirmed_on"] for row in rows_of(database, "opening")] == [today(), None]


@pytest.mark.parametrize("role", list(Role))
def test_hosts_are_for_those_who_keep_the_catalogue(
    database: Database, sign_in_as: SignInAs, role: Role
) -> None:
    host_id = make_host(database)
    browser = sign_in_as(role)
    paths = (
        "/hosts",
        "/hosts/new",
        f"/hosts/{host_id}",
        f"/hosts/{host_id}/edit",
        f"/hosts/{host_id}/openings/new",
    )
    assert {browser.get(path).status_code for path in paths} == {200 if role in KEEPERS else 404}


def test_the_note_of_the_staff_is_never_on_the_hosts_own_page(client: Browser, database: Database) -> None:
    host_id = make_host(database, staff_note="しめきりに厳しい")
    with database.writing(BY.scope) as session:
        link = "/h/" + invite_host(session, host_id=host_id, by=BY, at=now())
    client.get(link)
    assert "厳しい" not in client.text
    client.submit(link)
    client.get("/host")
    assert "厳しい" not in client.text


def test_a_host_of_a_secret_refuge_does_not_exist_for_whoever_lacks_the_right(
    database: Database, sign_in_as: SignInAs
) -> None:
    host_id = _make_hidden_host(database)
    opening_id = rows_of(database, "opening")[0]["id"]
    browser = sign_in_as(Role.COORDINATOR)
    assert _shown(browser, "/hosts") == []
    assert "みなと荘" not in browser.text
    paths = (
        f"/hosts/{host_id}",
        f"/hosts/{host_id}/edit",
        f"/hosts/{host_id}/openings/new",
        f"/openings/{opening_id}",
        f"/openings/{opening_id}/edit",
    )
    assert {browser.get(path).status_code for path in paths} == {404}
    token = browser.token("/account")
    posts = ("link", "called", "confirmed", "wake", "edit", "openings/new")
    answers = {
        browser.post(f"/hosts/{host_id}/{last}", data={"csrf_token": token}).status_code for last in posts
    }
    assert answers == {404}
    holder = sign_in_as(account=make_account(database, Role.COORDINATOR, rights={Right.PLACE_IN_REFUGE}))
    assert _shown(holder, "/hosts") == ["みなと荘を営む会"]
    assert {holder.get(path).status_code for path in paths} == {200}


def test_openings_at_a_refuge_are_not_counted_among_those_of_a_host_that_has_others(
    database: Database, sign_in_as: SignInAs
) -> None:
    host_id = make_host(database, "二つの顔の会")
    refuge = make_resource(
        database, kind="避難先", name="みなと荘", is_refuge=True, disclosure=Disclosure.CLOSED
    )
    make_opening(database, host_id, task="夜の見守り", resource_id=refuge)
    browser = sign_in_as(Role.COORDINATOR)
    browser.get(f"/hosts/{host_id}")
    assert "袋づめ" in browser.text
    assert "夜の見守り" not in browser.text
    browser.get("/hosts")
    assert "1つ" in browser.text
    with database.reading(BY.scope) as session:
        assert len(openings.list_openings_of_host(session, host_id, scope=BY.scope)) == 2
