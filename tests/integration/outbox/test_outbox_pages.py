"""お知らせ and 送るもの as people see them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from app.accounts.vocabulary import Right, Role
from app.clock import now, today
from app.db.database import Database
from app.outbox.service import sending
from app.outbox.service.sending import Postman
from app.outbox.vocabulary import Channel, DeliveryState, MailTrouble
from tests.factories.outbox import BY, delivery_of, make_notice, queue, queue_letter
from tests.support.accounts import SignInAs, make_account
from tests.support.clients import Browser
from tests.support.databases import MakeApp, new_browser, statements

SENDERS = [Role.COORDINATOR, Role.COMMUNITY, Role.CITY_OFFICER]


def fail(database: Database, trouble: MailTrouble = MailTrouble.ADDRESS_REFUSED) -> str:
    """A mail that could not be sent."""
    delivery_id = queue(database)
    with database.writing(BY.scope) as session:
        held = sending.take_mail(session, by=BY, at=now())
        assert held is not None
        sending.note_trouble(session, held=held, trouble=trouble, by=BY, at=now())
    return delivery_id


def tick(browser: Browser, action: str, *letters: str) -> TestResponse:
    """Send the ticked boxes of the page to one of its two buttons."""
    token = browser.token("/outbox")
    return browser.post(action, data={"csrf_token": token, "letter": list(letters)})


@pytest.mark.parametrize("role", list(Role))
def test_the_outbox_is_for_those_who_send(sign_in_as: SignInAs, role: Role) -> None:
    browser = sign_in_as(role)
    expected = 200 if role in SENDERS else 404
    assert browser.get("/outbox").status_code == expected
    assert browser.get("/outbox/letters").status_code == expected


def test_with_nothing_to_send_the_page_says_what_comes_here(sign_in_as: SignInAs) -> None:
    browser = sign_in_as(Role.COORDINATOR)
    browser.get("/outbox")
    assert "送るものは、ありません" in browser.text
    assert "まとめて印刷" not in browser.text
    browser.get("/outbox?show=over")
    assert "済んだものは、まだありません" in browser.text
    browser.get("/outbox/letters")
    assert "印刷を待っている手紙は、ありません" in browser.text
    browser.get("/notices")
    assert "お知らせは、ありません" in browser.text


def test_the_list_says_to_whom_how_and_why_but_no_address(database: Database, sign_in_as: SignInAs) -> None:
    queue(database)
    queue_letter(database, addressee="山のパン屋")
    browser = sign_in_as(Role.COMMUNITY)
    browser.get("/outbox")
    for said in ("浜のカフェ 御中", "山のパン屋 御中", "メールアドレスがありません", "印刷を待っています"):
        assert said in browser.text
    for kept in ("cafe@shop.example", "本町1-2-3", "/h/abc"):
        assert kept not in browser.text


def test_letters_are_printed_and_noted_only_when_somebody_says_so(
    database: Database, sign_in_as: SignInAs
) -> None:
    letters = [queue_letter(database) for _ in range(2)]
    browser = sign_in_as(Role.COORDINATOR)

    made = tick(browser, "/outbox/letters", *letters)

    assert (made.status_code, made.mimetype) == (200, "application/pdf")
    assert made.data.startswith(b"%PDF-")
    assert "attachment" in made.headers["Content-Disposition"]
    assert made.headers["Cache-Control"] == "no-store"
    assert {delivery_of(database, letter)[0].state for letter in letters} == {DeliveryState.WAITING}

    assert tick(browser, "/outbox/printed", letters[0]).status_code == 303
    states = [delivery_of(database, letter)[0].state for letter in letters]
    assert states == [DeliveryState.PRINTED, DeliveryState.WAITING]
    browser.get("/outbox?show=over")
    assert "印刷しました" in browser.text


@pytest.mark.parametrize("action", ["/outbox/letters", "/outbox/printed"])
def test_without_a_tick_the_page_asks_for_one(database: Database, sign_in_as: SignInAs, action: str) -> None:
    queue_letter(database)
    browser = sign_in_as(Role.COORDINATOR)
    for ids in ([], ["no-id"]):
        assert tick(browser, action, *ids).status_code == 422
        assert "しるしを付けてください" in browser.text


def test_a_character_that_cannot_be_printed_is_named_and_the_page_still_prints(
    database: Database, sign_in_as: SignInAs
) -> None:
    letter = queue_letter(database, paragraphs=("ありがとう😀",))
    browser = sign_in_as(Role.COORDINATOR)

    assert tick(browser, "/outbox/letters", letter).status_code == 422
    assert "「浜のカフェ 御中」の手紙に、PDFにできない文字「😀」があります。" in browser.text

    browser.get("/outbox/letters")
    assert "ありがとう😀" in browser.text
    assert "http://localhost/h/abc" in browser.text


def test_the_address_on_a_letter_is_the_one_that_people_outside_reach(
    make_app: MakeApp, database: Database
) -> None:
    queue_letter(database, valid_until=today() + timedelta(days=30))
    account = make_account(database, Role.COORDINATOR)
    browser = new_browser(make_app(database, TSUNAGI_PUBLIC_URL="https://tsunagi.example.lg.jp/"))
    browser.sign_in(account.login_name, "ookina-mado-to-akai-isu")
    answer = browser.get("/outbox/letters")
    assert "https://tsunagi.example.lg.jp/h/abc" in browser.text
    assert "まで使えます。" in browser.text
    assert b"<svg" in answer.data


def test_a_letter_whose_link_has_run_out_is_not_printed(database: Database, sign_in_as: SignInAs) -> None:
    letter = queue_letter(database, valid_until=today() - timedelta(days=1))
    browser = sign_in_as(Role.COORDINATOR)
    browser.get("/outbox")
    assert "リンクの期限切れ" in browser.text
    browser.get(f"/outbox/{letter}")
    assert "リンクの期限が過ぎています" in browser.text
    assert browser.get("/outbox/letters").status_code == 200
    assert "浜のカフェ" not in browser.text


def test_a_letter_for_a_secret_place_is_not_there_for_others(
    database: Database, sign_in_as: SignInAs
) -> None:
    letter = queue_letter(database, addressee="秘密の家", needs_right=Right.PLACE_IN_REFUGE)
    browser = sign_in_as(Role.COORDINATOR, Role.CITY_OFFICER)
    assert browser.get(f"/outbox/{letter}").status_code == 404
    for page in ("/outbox", "/outbox/letters", "/today"):
        browser.get(page)
        assert "秘密の家" not in browser.text
        assert "手紙が1通" not in browser.text
    allowed = sign_in_as(account=make_account(database, Role.COORDINATOR, rights=[Right.PLACE_IN_REFUGE]))
    assert allowed.get(f"/outbox/{letter}").status_code == 200


def test_a_mail_that_failed_says_why_and_can_be_tried_again(database: Database, sign_in_as: SignInAs) -> None:
    failed = fail(database)
    browser = sign_in_as(Role.CITY_OFFICER)
    browser.get("/today")
    assert "送れなかったメールが1通あります" in browser.text
    browser.get("/outbox")
    assert "このメールアドレスには届きません" in browser.text

    answer = browser.send(f"/outbox/{failed}", action=f"/outbox/{failed}/retry")

    assert answer.status_code == 303
    delivery, _ = delivery_of(database, failed)
    assert (delivery.state, delivery.attempts, delivery.error) == (DeliveryState.WAITING, 0, None)


def test_a_mail_that_failed_can_be_printed_instead(database: Database, sign_in_as: SignInAs) -> None:
    failed = fail(database)
    browser = sign_in_as(Role.COORDINATOR)
    assert browser.send(f"/outbox/{failed}", action=f"/outbox/{failed}/letter").status_code == 303
    assert delivery_of(database, failed)[0].channel is Channel.LETTER
    browser.get("/outbox")
    assert "職員が手紙に変えました" in browser.text


def test_what_was_withdrawn_cannot_be_withdrawn_or_sent_any_more(
    database: Database, sign_in_as: SignInAs
) -> None:
    delivery_id = queue(database)
    browser = sign_in_as(Role.COORDINATOR)
    token = browser.token(f"/outbox/{delivery_id}")
    actions = [f"/outbox/{delivery_id}/{act}" for act in ("withdraw", "withdraw", "retry", "letter")]

    answers = [browser.post(action, data={"csrf_token": token}).status_code for action in actions]

    assert answers == [303, 422, 422, 422]
    assert "もう送ったか、取りやめたものです" in browser.text
    assert Postman(None, None).make_round(database, now()) == 0
    assert delivery_of(database, delivery_id)[0].state is DeliveryState.WITHDRAWN


def test_long_lists_have_pages_and_cost_the_same(database: Database, sign_in_as: SignInAs) -> None:
    browser = sign_in_as(Role.COORDINATOR)
    queue_letter(database)
    browser.get("/outbox")
    with statements(browser.application) as few:
        browser.get("/outbox")
    for _ in range(60):
        queue_letter(database)
    with statements(browser.application) as many:
        browser.get("/outbox")
    assert len(many) == len(few)
    assert "61通のうち 1〜50" in browser.text
    browser.get("/outbox?page=2")
    assert "61通のうち 51〜61" in browser.text


def test_a_notice_is_read_by_its_account(database: Database, sign_in_as: SignInAs) -> None:
    account = make_account(database, Role.CSW)
    notice = queue(database, make_notice(account.id, title="席がひとつ空きました"))
    queue(database, make_notice(account.id, title="あしたのお知らせ", due_on=today() + timedelta(days=1)))
    browser = sign_in_as(account=account)
    browser.get("/today")
    assert "まだ読んでいないお知らせが1件あります" in browser.text
    assert "お知らせ" in browser.text

    browser.get("/notices")
    assert "席がひとつ空きました" in browser.text
    assert "あしたのお知らせ" not in browser.text
    assert browser.submit(f"/notices/{notice}/read").status_code == 303

    browser.get("/notices")
    assert "読みました" in browser.text
    browser.get("/today")
    assert "まだ読んでいないお知らせ" not in browser.text


def test_all_notices_are_read_at_once(database: Database, sign_in_as: SignInAs) -> None:
    account = make_account(database, Role.CSW)
    notices = [queue(database, make_notice(account.id)) for _ in range(3)]
    browser = sign_in_as(account=account)
    assert browser.send("/notices", action="/notices/read").status_code == 303
    assert all(delivery_of(database, notice)[0].read_at for notice in notices)


def test_nobody_reads_or_opens_the_notice_of_somebody_else(database: Database, sign_in_as: SignInAs) -> None:
    notice = queue(database, make_notice(make_account(database).id, title="ひみつ"))
    browser = sign_in_as(Role.COORDINATOR)
    browser.get("/notices")
    assert "ひみつ" not in browser.text
    token = browser.token("/account")
    assert browser.post(f"/notices/{notice}/read", data={"csrf_token": token}).status_code == 404
    assert browser.get(f"/outbox/{notice}").status_code == 404
