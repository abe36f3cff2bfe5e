"""The pages of a case: who opens which, what they show, what the log then holds."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from app.accounts.models import Account
from app.accounts.vocabulary import Actor, Right, Role
from app.audit.service import verify_log
from app.cases.models import Case
from app.clock import today
from app.db.database import Database
from tests.architecture.house import assert_none
from tests.architecture.rules.read_only import changed_by_reading
from tests.factories.cases import (
    IDENTITY,
    actor_of,
    keep_away,
    make_actor,
    make_case,
    protect,
    submit_plan,
)
from tests.support.accounts import SignInAs, make_account
from tests.support.clients import Browser
from tests.support.databases import rows_of, statements

NOWHERE = "a" * 22
OF_A_CASE = (
    *("", "/story", "/area", "/plan", "/basis", "/close", "/team", "/reply", "/identity", "/protection"),
    *("/consents/new", "/never-meet/new"),
)
TO_A_CASE = (
    *(
        "/story",
        "/area",
        "/plan",
        "/basis",
        "/close",
        "/team",
        "/reply",
        "/identity",
        "/identity/change",
        "/protection",
    ),
    *("/consents/new", "/never-meet/new", "/reopen", "/plan/submit", "/plan/take-back", "/team/1/leave"),
    *(f"/consents/{NOWHERE}/withdraw", f"/never-meet/{NOWHERE}/remove"),
)
HIDDEN = ("秘田", "露子", "ヒメダ", "隠町", "4649", "勝手口")


@pytest.fixture
def account(database: Database) -> Account:
    """A worker with a case."""
    return make_account(database, Role.CSW)


@pytest.fixture
def csw(database: Database, account: Account) -> Actor:
    return actor_of(database, account)


@pytest.fixture
def case(database: Database, csw: Actor) -> Case:
    return make_case(database, csw)


@pytest.fixture
def browser(account: Account, sign_in_as: SignInAs) -> Browser:
    """The worker's own browser."""
    return sign_in_as(account=account)


def events(database: Database) -> list[tuple[object, object]]:
    return [(row["action"], row["actor_id"]) for row in rows_of(database, "audit_event")]


def last_event(database: Database) -> dict[str, object]:
    return rows_of(database, "audit_event")[-1]


def test_every_page_of_a_case_opens_for_its_team_and_none_tells_who_it_is(
    browser: Browser, case: Case
) -> None:
    for path in OF_A_CASE:
        answer = browser.get(f"/cases/{case.id}{path}")
        assert answer.status_code == 200, path
        assert not [word for word in HIDDEN if word in answer.text], path


@pytest.mark.parametrize("role", list(Role))
def test_a_foreign_case_is_the_same_page_as_a_missing_one(
    sign_in_as: SignInAs, case: Case, role: Role
) -> None:
    stranger = sign_in_as(role)
    missing = stranger.get("/there-is-no-such-page")
    assert missing.status_code == 404
    for path in OF_A_CASE:
        foreign, absent = (stranger.get(f"/cases/{key}{path}") for key in (case.id, NOWHERE))
        assert foreign.status_code == absent.status_code == 404, path
        assert foreign.data == absent.data == missing.data, path


def test_nothing_is_sent_to_a_foreign_case_either(
    sign_in_as: SignInAs, case: Case, database: Database
) -> None:
    stranger = sign_in_as(Role.CSW, Role.CITY_OFFICER, Role.COORDINATOR, Role.MULTI_AGENCY, Role.ADMIN)
    token = {"csrf_token": stranger.token("/account")}
    missing, before = stranger.get("/there-is-no-such-page").data, rows_of(database, "support_case")
    for path in (*TO_A_CASE, "/plan/decide", "/plan/return"):
        answer = stranger.post(f"/cases/{case.id}{path}", data=token)
        assert (answer.status_code, answer.data) == (404, missing), path
    assert rows_of(database, "support_case") == before


@pytest.mark.parametrize(
    ("role", "target"),
    [(Role.REFERRER, "/referrals"), (Role.CITY_OFFICER, "/decisions")],
)
def test_who_has_no_team_is_led_to_what_is_theirs(sign_in_as: SignInAs, role: Role, target: str) -> None:
    browser = sign_in_as(role)
    assert browser.get("/cases").location == target
    assert browser.get(target).status_code == 200
    assert "ケース" in browser.text


@pytest.mark.parametrize("role", [Role.ADMIN, Role.PLANNER, Role.COMMUNITY])
def test_who_is_for_no_case_finds_no_page_of_cases(sign_in_as: SignInAs, role: Role) -> None:
    browser = sign_in_as(role)
    for path in ("/cases", "/cases/new", "/cases/new/light", "/decisions", "/referrals", "/referrals/new"):
        assert browser.get(path).status_code == 404, path


def test_the_list_shows_number_alias_and_words_and_no_name(
    browser: Browser, case: Case, database: Database, csw: Actor
) -> None:
    make_case(database, make_actor(database, Role.CSW))
    answer = browser.get("/cases")
    assert "T-0001 つゆさん" in browser.text
    assert "窓のそばで刺し子をしたい" in browser.text
    assert "ケース 1件" in browser.text
    assert not [word for word in HIDDEN if word in answer.text]
    event = last_event(database)
    assert (event["action"], event["actor_id"], event["detail"]) == (
        "case.listed",
        csw.account_id,
        '{"count":1}',
    )


def test_each_reading_of_a_case_is_a_line_in_the_log(
    browser: Browser, case: Case, database: Database, csw: Actor
) -> None:
    for _ in range(3):
        browser.get(f"/cases/{case.id}")
    read = [event for event in events(database) if event[0] == "case.read"]
    assert read == [("case.read", csw.account_id)] * 3
    with database.reading() as session:
        assert verify_log(session).holds


@pytest.mark.parametrize("path", ["", "/story", "/plan"])
def test_what_cannot_be_logged_is_not_shown(
    app: Flask, browser: Browser, case: Case, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError("the log is full")

    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setattr("app.cases.service.log.record_event", broken)
    answer = browser.get(f"/cases/{case.id}{path}")
    assert answer.status_code == 500
    assert "刺し子" not in answer.text
    assert browser.get("/cases").status_code == 500


def test_reading_changes_nothing_but_the_log(browser: Browser, case: Case, database: Database) -> None:
    pages = [f"/cases/{case.id}{path}" for path in OF_A_CASE]
    paths = [*pages, "/cases", "/cases/new", "/cases/new/light"]
    assert_none(changed_by_reading(browser, database.engine, paths))


def test_the_identity_stands_behind_a_button_that_is_logged(
    browser: Browser, case: Case, database: Database, csw: Actor
) -> None:
    browser.get(f"/cases/{case.id}")
    answer = browser.submit(f"/cases/{case.id}/identity")
    assert answer.status_code == 200
    for word in (IDENTITY.name, IDENTITY.kana, IDENTITY.address, IDENTITY.phone):
        assert word in answer.text
    event = last_event(database)
    assert (event["action"], event["subject_id"]) == ("person.identity_read", case.person_id)
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_protected_household_asks_why_and_explains_itself(
    browser: Browser, case: Case, database: Database, csw: Actor
) -> None:
    protect(database, case, csw)
    browser.get(f"/cases/{case.id}")
    assert "支援措置のある世帯です" in browser.text
    refused = browser.send(f"/cases/{case.id}/identity")
    assert refused.status_code == 422
    assert "ひらく理由：選んでください。" in browser.text
    assert not [word for word in HIDDEN if word in refused.text]
    opened = browser.submit(f"/cases/{case.id}/identity", reason="visit")
    assert "秘田 露子" in opened.text
    assert not [word for word in ("隠町", "4649", "勝手口") if word in opened.text]
    assert '"reason":"visit"' in str(last_event(database)["detail"])


def test_protection_begins_and_ends_on_the_page(
    browser: Browser, case: Case, database: Database, sign_in_as: SignInAs
) -> None:
    path = f"/cases/{case.id}/protection"
    assert browser.send(path).status_code == 422
    assert browser.submit(path, reason="本人の申出").status_code == 303
    assert rows_of(database, "household")[0]["is_protected"] in (True, 1)
    lifter = make_account(database, Role.CSW, rights=(Right.UNMASK,))
    browser.send(f"/cases/{case.id}/team", account_id=str(lifter.id))
    assert sign_in_as(account=lifter).send(path, reason="期間が終わった").status_code == 303
    assert rows_of(database, "household")[0]["is_protected"] in (False, 0)


def test_who_is_kept_away_finds_nothing_with_the_next_click(
    browser: Browser, case: Case, database: Database, sign_in_as: SignInAs
) -> None:
    feared = make_account(database, Role.CSW)
    other = sign_in_as(account=feared)
    browser.send(f"/cases/{case.id}/team", account_id=str(feared.id))
    assert other.get(f"/cases/{case.id}").status_code == 200
    added = browser.send(
        f"/cases/{case.id}/never-meet/new", kind="account", account_id=str(feared.id), name="元の夫の兄"
    )
    assert added.status_code == 303
    missing = other.get("/there-is-no-such-page").data
    assert other.get(f"/cases/{case.id}").data == missing
    other.get("/cases")
    assert "T-0001" not in other.text
    browser.get(f"/cases/{case.id}")
    assert "開けません" in browser.text
    removal = next(form.action for form in browser.forms() if form.action.endswith("/remove"))
    assert browser.submit(removal).status_code == 303
    assert other.get(f"/cases/{case.id}").status_code == 200


def test_a_case_is_opened_found_and_closed_without_a_name_in_any_address(
    browser: Browser, database: Database
) -> None:
    opened = browser.send(
        "/cases/new",
        alias="つゆさん",
        name="秘田 露子",
        kana="ヒメダ ツユコ",
        wish="刺し子をしたい",
        route="family",
        consent="signed",
    )
    assert opened.status_code == 303
    address = opened.location or ""
    browser.get(address)
    assert browser.heading == "ケース T-0001 つゆさん"
    browser.get("/cases")
    assert browser.submit("/cases/find", q="t-1").location == address
    browser.get("/cases")
    assert browser.submit("/cases/find", kana="ひめだ つゆこ").status_code == 200
    assert "見つかったケース 1件" in browser.text
    browser.submit("/cases/find", q="つゆ")
    assert "見つかったケース 1件" in browser.text
    browser.submit("/cases/find", kana="ヒメダ")
    assert "見つかりませんでした" in browser.text
    assert browser.send(f"{address}/close", reason="own_wish").status_code == 303
    browser.get(address)
    assert "もう一度ひらく" in browser.text
    assert browser.submit(f"{address}/reopen").status_code == 303


def test_the_light_path_takes_five_answers(browser: Browser, database: Database) -> None:
    browser.get("/cases/new/light")
    form = next(form for form in browser.forms() if form.action == "/cases/new/light")
    assert form.names - {"csrf_token"} == {"nickname", "wish", "place", "follow_up_on", "mind"}
    answer = browser.submit("/cases/new/light", nickname="そらさん", wish="本のそば", place="居場所カフェ")
    assert answer.status_code == 303
    browser.get(answer.location or "")
    assert "プランを作らない参加" in browser.text
    assert "氏名は聞いていません" in browser.text


WRONG = [
    ("/cases/new", {"alias": ""}, "呼び名：入力してください。"),
    ("/cases/new", {"alias": "x", "route": "family"}, "本人の同意：選んでください。"),
    ("/cases/new", {"birth_date": "きのう"}, "生年月日：日付を確かめてください。例：2026-04-01"),
    ("/cases/new/light", {"place": ""}, "場所：入力してください。"),
    ("CASE/story", {"wish": "あ" * 2001}, "本人の言葉：2000文字以内で入力してください。"),
    ("CASE/plan", {"goals": ""}, "めざすこと：入力してください。"),
    ("CASE/basis", {"kind": "early", "reason": "x", "confirm_by": ""}, "日付を入力してください"),
    ("CASE/close", {"reason": "lost_contact"}, "連絡を試みた日と方法を書いてください"),
    ("CASE/team", {}, "加わる人：選んでください。"),
    ("CASE/reply", {"reply": "x"}, "依頼元の相談窓口がありません"),
    ("CASE/protection", {"reason": ""}, "理由：入力してください。"),
    ("CASE/consents/new", {}, "伝えてよいこと：選んでください。"),
    (
        "CASE/never-meet/new",
        {"kind": "other_person", "other_number": "T-9999"},
        "あなたの支援チームにありません",
    ),
    ("CASE/never-meet/new", {"kind": "resource", "resource_id": "多い"}, "数字で入力してください。"),
]


@pytest.mark.parametrize(("path", "typed", "message"), WRONG)
def test_what_is_wrong_is_said_with_its_field_and_a_remedy(
    browser: Browser, case: Case, path: str, typed: dict[str, str], message: str
) -> None:
    answer = browser.send(path.replace("CASE", f"/cases/{case.id}"), **typed)
    assert answer.status_code == 422
    assert message in browser.text


@pytest.mark.parametrize(
    "path", ["?state=nowhere&route=x&page=0&sort=name", "?page=999", "?state=closed&route=agency", "?own=1"]
)
def test_a_list_that_is_asked_strangely_still_answers(browser: Browser, case: Case, path: str) -> None:
    assert browser.get(f"/cases{path}").status_code == 200
    assert browser.heading == "ケース"


def test_consents_and_team_are_changed_on_the_page(
    browser: Browser, case: Case, database: Database, account: Account
) -> None:
    path = f"/cases/{case.id}"
    added = browser.send(
        f"{path}/consents/new",
        items=["alias", "needs"],
        recipient_kind="resource",
        recipient_id="7",
        way="spoken",
        until=(today() + timedelta(days=90)).isoformat(),
    )
    assert added.status_code == 303
    browser.get(path)
    assert "呼び名・配慮してほしいこと → 受け入れ先・場（番号 7）" in browser.text
    for action in [form.action for form in browser.forms() if form.action.endswith("/withdraw")]:
        browser.get(path)
        assert browser.submit(action).status_code == 303
    assert all(row["withdrawn_at"] for row in rows_of(database, "consent"))
    second = make_account(database, Role.COORDINATOR)
    assert browser.send(f"{path}/team", account_id=str(second.id)).status_code == 303
    browser.get(path)
    assert browser.submit(f"{path}/team/{account.id}/leave").location == "/cases"
    assert browser.get(path).status_code == 404


def test_the_last_one_of_a_team_is_told_why_they_cannot_leave(
    browser: Browser, case: Case, account: Account
) -> None:
    token = browser.token(f"/cases/{case.id}")
    answer = browser.post(f"/cases/{case.id}/team/{account.id}/leave", data={"csrf_token": token})
    assert answer.status_code == 303
    browser.get(f"/cases/{case.id}")
    assert "引き継ぐ人を加えてください" in browser.text


def test_a_plan_goes_to_the_city_and_comes_back_decided(
    browser: Browser, case: Case, database: Database, sign_in_as: SignInAs
) -> None:
    path, officer = f"/cases/{case.id}", sign_in_as(Role.CITY_OFFICER)
    assert browser.send(f"{path}/plan", goals="刺し子の会へ", offer="週1回").status_code == 303
    browser.get(path)
    assert browser.submit(f"{path}/plan/submit").status_code == 303
    officer.get("/decisions")
    assert "決定を待つプラン 1件" in officer.text
    shown = officer.get(path)
    for word in (*HIDDEN, "つゆさん", "大きな声が苦手", "会ってはいけない相手"):
        assert word not in shown.text
    assert officer.send(f"{path}/plan/return", reason="").status_code == 422
    assert officer.submit(f"{path}/plan/return", reason="頻度のわけを書いてください").status_code == 303
    browser.get(path)
    assert "頻度のわけを書いてください" in browser.text
    browser.send(f"{path}/plan", goals="刺し子の会へ", offer="週1回、本人の希望")
    browser.get(path)
    browser.submit(f"{path}/plan/submit")
    officer.get(path)
    assert officer.submit(f"{path}/plan/decide").location == "/decisions"
    browser.get(path)
    assert "始められます：支援決定" in browser.text
    assert officer.get(path).status_code == 404


def test_a_decision_on_a_plan_that_changed_meanwhile_is_refused(
    case: Case, database: Database, csw: Actor, sign_in_as: SignInAs
) -> None:
    submit_plan(database, case, csw)
    officer = sign_in_as(Role.CITY_OFFICER)
    officer.get(f"/cases/{case.id}")
    assert officer.submit(f"/cases/{case.id}/plan/decide", seen_version="1").status_code == 303
    officer.get(f"/cases/{case.id}")
    assert "ほかの人が先に変更しました" in officer.text
    assert rows_of(database, "support_plan")[0]["state"] == "submitted"


def test_a_referral_is_sent_answered_and_nothing_else_is_seen(
    browser: Browser, database: Database, account: Account, sign_in_as: SignInAs
) -> None:
    window = sign_in_as(Role.REFERRER)
    assert window.send("/referrals/new", alias="つゆさん").status_code == 422
    sent = window.submit(
        "/referrals/new",
        alias="つゆさん",
        name="秘田 露子",
        asked="外に出る場を",
        consent="none",
        receiver_id=str(account.id),
    )
    assert sent.location == "/referrals"
    case_id = rows_of(database, "support_case")[0]["id"]
    assert window.get(f"/cases/{case_id}").status_code == 404
    assert browser.send(f"/cases/{case_id}/reply", reply="お会いできました").status_code == 303
    page = window.get("/referrals")
    assert "T-0001 つゆさん" in window.text
    assert "お会いできました" in window.text
    assert "秘田" not in page.text
    assert "外に出る場を" not in page.text


def test_the_same_household_is_named_by_a_case_of_ones_own(
    browser: Browser, case: Case, database: Database, csw: Actor
) -> None:
    foreign = make_case(database, make_actor(database, Role.CSW))
    told = {"alias": "お母さん", "route": "family", "consent": "none"}
    refused = browser.send("/cases/new", household_number=foreign.number, **told)
    assert refused.status_code == 422
    assert "あなたのチームにありません" in browser.text
    assert browser.submit("/cases/new", household_number=case.number, **told).status_code == 303
    homes = [row["household_id"] for row in rows_of(database, "person")]
    assert len(set(homes)) == len(homes) - 1


def test_as_many_statements_are_sent_for_twenty_cases_as_for_two(
    app: Flask, browser: Browser, case: Case, database: Database, csw: Actor
) -> None:
    second = make_case(database, csw)
    keep_away(database, case, by=csw, account_id=make_actor(database, Role.ADMIN).account_id)
    counts = []
    for _ in range(2):
        for path in ("/cases", f"/cases/{case.id}"):
            with statements(app) as seen:
                assert browser.get(path).status_code == 200
            counts.append(len(seen))
        for _more in range(18):
            make_case(database, csw, household_of=second.person_id)
    assert counts[:2] == counts[2:]
    # The parts of matching and follow-up on the page have their share in it.
    assert max(counts) <= 34
