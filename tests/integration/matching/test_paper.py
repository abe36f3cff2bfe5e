"""The paper as the person who takes it home reads it: what, when, where, how, whom to ask; no score and no label."""

from __future__ import annotations

import re

import pytest

from app.accounts.models import Account
from app.accounts.vocabulary import Actor, Role
from app.cases.models import Case
from app.db.database import Database
from app.matching.vocabulary import TravelMode
from tests.factories.cases import actor_of, make_case, protect
from tests.factories.needs import make_cafe, propose, write_need
from tests.support.accounts import SignInAs, make_account
from tests.support.clients import Browser


@pytest.fixture
def account(database: Database) -> Account:
    """Who hands it over."""
    return make_account(database, Role.CSW)


@pytest.fixture
def csw(database: Database, account: Account) -> Actor:
    """The same, as somebody who acts."""
    return actor_of(database, account)


@pytest.fixture
def case(database: Database, csw: Actor) -> Case:
    """Whose paper it is."""
    made = make_case(database, csw)
    write_need(database, made, csw, travel_mode=TravelMode.BUS)
    return made


@pytest.fixture
def browser(sign_in_as: SignInAs, account: Account) -> Browser:
    """Their browser."""
    return sign_in_as(account=account)


def paper(browser: Browser, case: Case) -> str:
    browser.get(f"/cases/{case.id}/candidates/print")
    return browser.text


def test_it_says_what_when_where_how_and_whom_to_ask(
    database: Database, case: Case, csw: Actor, browser: Browser, account: Account
) -> None:
    cafe = make_cafe(
        database,
        address="みどり町1-2",
        nearest_stop="みどり町停留所",
        contact="0590-11-2222",
        contact_is_public=True,
    )
    propose(database, case, csw, cafe)
    text = paper(browser, case)
    for said in (
        "窓辺のカフェ",
        "窓ぎわで刺し子ができます。",
        "いるだけでいい",
        "火曜日",
        "午前10時から",
        "みどり町1-2",
        "バスで",
        "みどり町停留所",
        "無料",
        "0590-11-2222",
        account.display_name,
        "いやなときは言ってください。いつでもやめられます。",
    ):
        assert said in text


def test_it_has_no_score_no_verdict_and_no_other_peoples_number(
    database: Database, case: Case, csw: Actor, browser: Browser
) -> None:
    propose(database, case, csw, make_cafe(database))
    main = paper(browser, case).split("一緒にさがした")[-1]
    assert not re.search(r"\d+点|合う|気になる|不明|条件|提案|狭間|この30日", main)


def test_a_contact_that_is_not_public_stays_off_it(
    database: Database, case: Case, csw: Actor, browser: Browser
) -> None:
    propose(database, case, csw, make_cafe(database, contact="0590-11-2222"))
    assert "0590-11-2222" not in paper(browser, case)


def test_what_would_label_the_reader_stays_off_it(
    database: Database, case: Case, csw: Actor, browser: Browser
) -> None:
    cafe = make_cafe(database, description="障がいのある方やひきこもりの方の居場所です。")
    propose(database, case, csw, cafe)
    text = paper(browser, case)
    assert "ひきこもり" not in text
    assert "福祉や障害のことばがあります" not in text


def test_a_name_that_labels_is_pointed_out_to_who_hands_it_over(
    database: Database, case: Case, csw: Actor, browser: Browser
) -> None:
    propose(database, case, csw, make_cafe(database, "福祉作業所 ひだまり"))
    text = paper(browser, case)
    assert "渡す前に本人に聞いてください" in text
    assert "この注意は印刷されません" in text


def test_what_the_tool_is_for_is_not_printed(
    database: Database, case: Case, csw: Actor, browser: Browser
) -> None:
    propose(database, case, csw, make_cafe(database))
    browser.get(f"/cases/{case.id}/candidates/print")
    assert browser.page is not None
    printed = {element for element in browser.page.iter() if "参加支援" in (element.text or "")}
    hidden = {
        inner
        for outer in browser.page.iter()
        if outer.get("class") in ("no-print", "nav")
        for inner in outer.iter()
    }
    assert printed <= hidden


def test_readings_stand_where_they_are_asked_for(
    database: Database, case: Case, csw: Actor, browser: Browser
) -> None:
    propose(database, case, csw, make_cafe(database, "窓辺のカフェ", kana="まどべのカフェ"))
    plain = browser.get(f"/cases/{case.id}/candidates/print").get_data(as_text=True)
    assert "<ruby>" not in plain
    assert "ふりがなをつける" in browser.text
    easy = browser.get(f"/cases/{case.id}/candidates/print?easy=1").get_data(as_text=True)
    assert "<rt>まどべ</rt>" in easy
    assert "<rt>かようび</rt>" in easy
    assert "ふりがなを外す" in browser.text


def test_a_protected_household_has_none(database: Database, case: Case, csw: Actor, browser: Browser) -> None:
    propose(database, case, csw, make_cafe(database))
    protect(database, case, csw)
    assert "印刷できません" in paper(browser, case)
    assert "窓辺のカフェ" not in browser.text
