"""Making, changing and closing accounts, as an administrator does it."""

from __future__ import annotations

import pytest
from flask import Flask

from app.accounts import queries, service
from app.accounts.models import Account
from app.accounts.vocabulary import Affiliation, Role
from app.clock import now
from app.db.database import Database
from app.web.errors import Refused
from tests.integration.conftest import InParallel
from tests.support.accounts import BY, SignInAs, make_account
from tests.support.clients import Browser
from tests.support.databases import new_browser, rows_of

NEW: dict[str, str | list[str]] = {
    "login_name": "sato.ichiro",
    "display_name": "佐藤 一郎",
    "organisation": "社会福祉協議会",
    "affiliation": "entrusted",
    "roles": ["csw", "coordinator"],
}


def roles_of(database: Database, account_id: int) -> frozenset[Role]:
    """The roles as they stand."""
    with database.reading() as session:
        return queries.get_account(session, account_id).role_set


def save(database: Database, account: Account, *roles: Role, seen_version: int | None = None) -> None:
    """Change nothing but the roles, as somebody who saw this version."""
    with database.writing(BY.scope) as session:
        service.change_account(
            session,
            account_id=account.id,
            seen_version=account.version if seen_version is None else seen_version,
            display_name=account.display_name,
            affiliation=Affiliation.CITY,
            organisation=account.organisation,
            roles=set(roles),
            rights=(),
            by=BY,
            at=now(),
        )


def test_a_new_account_stands_in_the_list_with_its_roles(sign_in_as: SignInAs) -> None:
    admin = sign_in_as(Role.ADMIN)
    assert admin.send("/accounts/new", **NEW).status_code == 200
    assert admin.described("ログイン名") == "sato.ichiro"
    admin.get("/accounts")
    assert "佐藤 一郎" in admin.text
    assert "参加支援コーディネーター、CSW・支援員" in admin.text


def test_a_first_password_is_shown_once_and_kept_nowhere(sign_in_as: SignInAs, database: Database) -> None:
    admin = sign_in_as(Role.ADMIN)
    answer = admin.send("/accounts/new", **NEW)
    password = admin.described("はじめてのパスワード")
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(password) == 20
    for table in ("account", "audit_event"):
        assert password not in str(rows_of(database, table))


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"login_name": ""}, "入力してください。"),
        ({"login_name": "さとう"}, "半角の英小文字・数字と"),
        ({"login_name": "a" * 61}, "60文字"),
        ({"display_name": "　 "}, "入力してください。"),
        ({"display_name": "名" * 61}, "60文字以内で入力してください。"),
        ({"organisation": ""}, "入力してください。"),
        ({"affiliation": "somewhere"}, "選んでください。"),
        ({"affiliation": []}, "選んでください。"),
        ({"roles": []}, "役割を1つ以上選んでください。"),
        ({"roles": ["king"]}, "選んでください。"),
        ({"rights": ["everything"]}, "選んでください。"),
        ({"roles": ["city_officer"]}, "委託先の人は選べません。"),
    ],
)
def test_a_wrong_answer_is_told_in_japanese_and_nothing_is_written(
    sign_in_as: SignInAs, database: Database, wrong: dict[str, str | list[str]], told: str
) -> None:
    admin = sign_in_as(Role.ADMIN)
    before = rows_of(database, "account"), rows_of(database, "account_role"), rows_of(database, "audit_event")
    answer = admin.send("/accounts/new", **(NEW | wrong))
    assert answer.status_code == 422
    assert told in admin.text
    after = rows_of(database, "account"), rows_of(database, "account_role"), rows_of(database, "audit_event")
    assert after == before


def test_a_login_name_is_given_once_and_never_to_another(sign_in_as: SignInAs, database: Database) -> None:
    admin = sign_in_as(Role.ADMIN)
    admin.send("/accounts/new", **NEW)
    before = rows_of(database, "account")
    assert admin.send("/accounts/new", **NEW).status_code == 422
    assert "このログイン名は使われています。" in admin.text
    assert rows_of(database, "account") == before


def test_a_line_break_is_no_part_of_a_login_name(sign_in_as: SignInAs, database: Database) -> None:
    admin = sign_in_as(Role.ADMIN)
    admin.send("/accounts/new", **(NEW | {"login_name": "sato\n"}))
    assert "sato\n" not in {row["login_name"] for row in rows_of(database, "account")}


def test_what_nobody_sees_is_taken_out_of_a_name(sign_in_as: SignInAs, database: Database) -> None:
    admin = sign_in_as(Role.ADMIN)
    assert admin.send("/accounts/new", **(NEW | {"display_name": "佐\x00藤　一\u200b郎"})).status_code == 200
    assert "佐藤　一郎" in {row["display_name"] for row in rows_of(database, "account")}


def test_changed_roles_take_effect_with_the_next_click(sign_in_as: SignInAs, database: Database) -> None:
    account, admin = make_account(database, Role.CSW), sign_in_as(Role.ADMIN)
    worker = sign_in_as(account=account)
    assert worker.get("/accounts").status_code == 404
    admin.send(f"/accounts/{account.id}", roles=["csw", "admin"])
    assert worker.get("/accounts").status_code == 200
    admin.send(f"/accounts/{account.id}", roles=["csw"])
    assert worker.get("/accounts").status_code == 404


def test_every_change_is_recorded_with_who_did_it_and_without_a_name(
    sign_in_as: SignInAs, database: Database
) -> None:
    boss = make_account(database, Role.ADMIN)
    account, admin = make_account(database, display_name="佐藤 一郎"), sign_in_as(account=boss)
    page = f"/accounts/{account.id}"
    admin.send(page, display_name="佐藤 次郎", roles=["planner"])
    admin.send(page, action=f"{page}/renew-password")
    admin.send(page, action=f"{page}/close")
    admin.send(page, action=f"{page}/reopen")
    events = [row for row in rows_of(database, "audit_event") if row["subject_id"] == str(account.id)][1:]
    assert [(row["action"], row["actor_id"]) for row in events] == [
        ("account.changed", boss.id),
        ("account.password_renewed", boss.id),
        ("account.closed", boss.id),
        ("account.reopened", boss.id),
    ]
    assert "planner" in str(events[0]["detail"])
    assert "佐藤" not in str(rows_of(database, "audit_event"))


def test_the_last_admin_cannot_be_lost(sign_in_as: SignInAs, database: Database) -> None:
    boss = make_account(database, Role.ADMIN)
    admin = sign_in_as(account=boss)
    page = f"/accounts/{boss.id}"
    assert admin.send(page, roles=["csw"]).status_code == 422
    assert "管理者が1人もいなくなります。" in admin.text
    assert admin.send(page, action=f"{page}/close").status_code == 422
    assert "管理者が1人もいなくなります。" in admin.text
    assert roles_of(database, boss.id) == {Role.ADMIN}
    make_account(database, Role.ADMIN)
    assert admin.send(page, roles=["csw"]).status_code == 303


def test_a_closed_admin_is_no_admin_who_is_left(sign_in_as: SignInAs, database: Database) -> None:
    boss, other = make_account(database, Role.ADMIN), make_account(database, Role.ADMIN)
    admin = sign_in_as(account=boss)
    assert admin.send(f"/accounts/{other.id}", action=f"/accounts/{other.id}/close").status_code == 303
    assert admin.send(f"/accounts/{boss.id}", action=f"/accounts/{boss.id}/close").status_code == 422


def test_two_admins_who_leave_at_the_same_moment_do_not_both_go(
    database: Database, in_parallel: InParallel
) -> None:
    admins = [make_account(database, Role.ADMIN) for _ in range(2)]
    ends = []

    def leave(number: int) -> None:
        try:
            with database.writing(BY.scope) as session:
                service.close_account(session, account_id=admins[number].id, by=BY, at=now())
        except Refused:
            ends.append("refused")
        else:
            ends.append("gone")

    in_parallel(2, leave)
    assert sorted(ends) == ["gone", "refused"]


def test_a_change_of_roles_alone_is_not_undone_by_somebody_who_saw_less(database: Database) -> None:
    account = make_account(database, Role.CSW)
    save(database, account, Role.CSW, Role.PLANNER)
    with pytest.raises(Refused, match="ほかの人が先に変更しました。"):
        save(database, account, Role.CSW, Role.REFERRER)
    assert roles_of(database, account.id) == {Role.CSW, Role.PLANNER}


def test_the_second_of_two_admins_is_told_and_changes_nothing(
    sign_in_as: SignInAs, database: Database
) -> None:
    account = make_account(database)
    page = f"/accounts/{account.id}"
    one, two = sign_in_as(Role.ADMIN), sign_in_as(Role.ADMIN)
    one.get(page)
    two.get(page)
    assert one.submit(page, roles=["planner"]).status_code == 303
    assert two.submit(page, display_name="別 人").status_code == 422
    assert "ほかの人が先に変更しました。" in two.text
    assert roles_of(database, account.id) == {Role.PLANNER}


def test_two_saves_at_the_same_moment_end_in_one_change_and_one_refusal(
    sign_in_as: SignInAs, database: Database, in_parallel: InParallel
) -> None:
    account = make_account(database)
    page = f"/accounts/{account.id}"
    browsers: list[Browser] = [sign_in_as(Role.ADMIN) for _ in range(4)]
    for browser in browsers:
        browser.get(page)
    statuses = []

    def change(number: int) -> None:
        statuses.append(browsers[number].submit(page, display_name=f"名前 {number}").status_code)

    in_parallel(len(browsers), change)
    assert sorted(statuses) == [303, 422, 422, 422]
    changes = [row for row in rows_of(database, "audit_event") if row["action"] == "account.changed"]
    assert len(changes) == 1


def test_an_account_that_is_not_there_is_missing(sign_in_as: SignInAs) -> None:
    admin = sign_in_as(Role.ADMIN)
    token = admin.token("/account")
    assert admin.get("/accounts/4711").status_code == 404
    for action in ("", "/renew-password", "/close", "/reopen"):
        assert admin.post(f"/accounts/4711{action}", data={"csrf_token": token}).status_code == 404, action


def test_nobody_manages_accounts_without_being_signed_in(app: Flask, database: Database) -> None:
    browser = new_browser(app)
    token = browser.token()
    before = rows_of(database, "account")
    answer = browser.post("/accounts/new", data=NEW | {"csrf_token": token})
    assert answer.location == "/sign-in"
    assert rows_of(database, "account") == before
