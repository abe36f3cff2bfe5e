"""Searches that somebody keeps: their own alone, with what is new since they looked."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlparse

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts.vocabulary import Actor, Right, Role
from app.audit.models import AuditEvent
from app.clock import now
from app.db.database import Database
from app.resources.models import Resource
from app.resources.models.searches import SavedSearch
from app.resources.queries import searches as queries
from app.resources.queries.criteria import Filter
from app.resources.service import searches as service
from app.resources.service.batches import Batch
from app.resources.vocabulary import ChangeCause, Disclosure, KindGroup, ResourceState
from app.web.errors import Missing, Refused
from tests.factories.cases import actor_of
from tests.factories.resources import EVERYTHING, make_resource
from tests.support.accounts import SignInAs, make_account
from tests.support.clients import Browser
from tests.support.databases import statements

from .conftest import Shown

BY = Actor.system("test")
LONG_AGO = timedelta(days=30)


def keep(database: Database, account_id: int, *, name: str = "静かな場", question: str = "feel=quiet") -> int:
    """A search that was looked at an hour ago."""
    seen = now() - timedelta(hours=1)
    with database.writing(EVERYTHING) as session:
        search = SavedSearch(account_id=account_id, name=name, question=question, made_at=seen, seen_at=seen)
        session.add(search)
        session.flush()
        return search.id


def change(database: Database, key: int, **values: object) -> None:
    """Change a place as the product does."""
    with database.writing(EVERYTHING) as session:
        Batch(session, ChangeCause.EDIT, by=BY, at=now()).change(session.get_one(Resource, key), values)


def new_ones(database: Database, account_id: int, key: int) -> tuple[int, int]:
    with database.reading(EVERYTHING) as session:
        since = session.get_one(SavedSearch, key).seen_at
        (found,) = queries.count_answers(session, [Filter(new_since=since)], scope=EVERYTHING)
        return found


def test_a_question_is_kept_under_a_name_and_found_again(
    sign_in_as: SignInAs, database: Database, shown: Shown
) -> None:
    browser = sign_in_as(Role.CSW)
    quiet = make_resource(database, name="静かな場", traits={"静けさ": "静か"})
    make_resource(database, name="にぎやかな場", traits={"静けさ": "にぎやか"})
    browser.get("/resources?feel=quiet&on=2026-11-24&page=1&view=table")
    assert browser.submit("/saved-searches", name="静かなところ").status_code == 303
    browser.get("/saved-searches")
    assert "静かなところ" in browser.text
    assert "1件" in browser.text
    with database.reading(EVERYTHING) as session:
        search = session.scalars(sa.select(SavedSearch)).one()
    assert search.question == "feel=quiet"
    answer = browser.submit(f"/saved-searches/{search.id}/visits")
    address = urlparse(answer.location or "")
    assert (address.path, parse_qs(address.query)["feel"]) == ("/resources", ["quiet"])
    assert shown(browser, answer.location) == [quiet]


def test_what_counts_as_new(database: Database) -> None:
    account = make_account(database, Role.CSW)
    old = now() - LONG_AGO
    key = keep(database, account.id)
    make_resource(database, created_at=old)
    assert new_ones(database, account.id, key) == (1, 0)
    make_resource(database, created_at=now())
    assert new_ones(database, account.id, key) == (2, 1)
    # Made public, and taken up again.
    closed = make_resource(database, created_at=old, disclosure=Disclosure.CLOSED)
    paused = make_resource(database, created_at=old, state=ResourceState.PAUSED)
    assert new_ones(database, account.id, key) == (4, 1)
    change(database, closed, disclosure=Disclosure.PUBLIC)
    assert new_ones(database, account.id, key) == (4, 2)
    change(database, paused, state=ResourceState.ACTIVE)
    assert new_ones(database, account.id, key) == (4, 3)
    # A new telephone number is no new place, and neither is one that closes.
    changed = make_resource(database, created_at=old)
    change(database, changed, contact="0590-00-1111", state=ResourceState.PAUSED)
    assert new_ones(database, account.id, key) == (5, 3)


def test_opening_shows_which_are_new_and_counts_as_seen(
    sign_in_as: SignInAs, database: Database, shown: Shown
) -> None:
    account = make_account(database, Role.CSW)
    browser = sign_in_as(account=account)
    old = make_resource(database, name="前からの場", created_at=now() - LONG_AGO)
    new = make_resource(database, name="はじめての場", created_at=now())
    key = keep(database, account.id, question="kind=1")
    browser.get("/saved-searches")
    assert "新しい1件" in browser.text
    browser.get("/today")
    assert "静かな場：新しい1件" in browser.text
    browser.get("/saved-searches")
    address = browser.submit(f"/saved-searches/{key}/visits").location or ""
    assert set(shown(browser, address)) == {old, new}
    assert "前に見てから新しい場所が1件あります" in browser.text
    assert shown(browser, f"{address}&new=1") == [new]
    for view in ("list", "table"):
        browser.get(f"{address}&view={view}")
        marked = [
            element.get("data-resource")
            for element in (browser.page.iter() if browser.page is not None else ())
            if element.get("data-resource") and "新しい" in "".join(element.itertext())
        ]
        assert marked == [str(new)]
    browser.get("/saved-searches")
    assert "新しい1件" not in browser.text
    browser.get("/today")
    assert "保存した条件に、新しい場所" not in browser.text


def test_residents_are_told_nothing_of_the_history(client: Browser, database: Database, shown: Shown) -> None:
    key = make_resource(database, created_at=now())
    assert shown(client, "/resources?since=2020-01-01T00:00:00.000000&new=1") == [key]
    assert "前に見てから" not in client.text
    client.get("/resources?feel=quiet")
    assert "この条件を保存" not in client.text


def test_another_ones_search_is_not_there(sign_in_as: SignInAs, database: Database) -> None:
    theirs = keep(database, make_account(database, Role.CSW).id, name="ほかの人の条件")
    browser = sign_in_as(Role.CSW, Role.ADMIN)
    browser.get("/saved-searches")
    assert "ほかの人の条件" not in browser.text
    token = browser.token("/saved-searches")
    for what in ("visits", "name", "removal"):
        answer = browser.post(f"/saved-searches/{theirs}/{what}", data={"csrf_token": token})
        assert answer.status_code == 404, what
    with database.reading(EVERYTHING) as session:
        search = session.get_one(SavedSearch, theirs)
        assert search.name == "ほかの人の条件"


def test_a_search_is_renamed_and_removed(sign_in_as: SignInAs, database: Database) -> None:
    account = make_account(database, Role.CSW)
    browser = sign_in_as(account=account)
    key = keep(database, account.id)
    other = keep(database, account.id, name="畑")
    browser.get("/saved-searches")
    browser.submit(f"/saved-searches/{key}/name", **{f"search{key}-name": "畑"})
    assert "同じ名前の条件が、もうあります。" in browser.text
    browser.get("/saved-searches")
    assert browser.submit(f"/saved-searches/{key}/name", **{f"search{key}-name": ""}).status_code == 422
    browser.get("/saved-searches")
    assert browser.submit(f"/saved-searches/{key}/name", **{f"search{key}-name": "静けさ"}).status_code == 303
    browser.get("/saved-searches")
    assert browser.submit(f"/saved-searches/{other}/removal").status_code == 303
    browser.get("/saved-searches")
    assert "静けさ" in browser.text
    with database.reading(EVERYTHING) as session:
        assert [search.id for search in session.scalars(sa.select(SavedSearch))] == [key]
        details = [
            (event.action, event.detail)
            for event in session.scalars(
                sa.select(AuditEvent).where(AuditEvent.subject_kind == "saved_search")
            )
        ]
    assert [action for action, _ in details] == ["saved_search.renamed", "saved_search.removed"]
    assert not [detail for _, detail in details if "静" in str(detail)]


@pytest.mark.parametrize(
    ("asked", "name", "said"),
    [
        ("", "名前", "保存できる条件がありません"),
        ("sort=-name", "名前", "保存できる条件がありません"),
        ("kind=999", "名前", "保存できる条件がありません"),
        ("feel=quiet", "", "入力してください"),
        ("feel=quiet", "あ" * 61, "文字以内"),
        ("&".join(["kind=1", *("day=1" for _ in range(300))]), "名前", "条件が多すぎて"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_what_to_do(
    sign_in_as: SignInAs, database: Database, asked: str, name: str, said: str
) -> None:
    browser = sign_in_as(Role.CSW)
    make_resource(database)
    token = browser.token("/resources?feel=quiet")
    answer = browser.post("/saved-searches", data={"csrf_token": token, "asked": asked, "name": name})
    assert answer.status_code == 422
    assert said in browser.text


def test_thirty_are_kept_and_no_more(database: Database) -> None:
    actor = actor_of(database, make_account(database, Role.CSW))
    with database.writing(actor.scope) as session:
        for number in range(service.MOST):
            service.save_search(session, name=f"条件{number}", question="feel=quiet", by=actor, at=now())
        with pytest.raises(Refused, match="30件まで"):
            service.save_search(session, name="もう1つ", question="feel=quiet", by=actor, at=now())
        with pytest.raises(Missing):
            service.save_search(session, name="だれの", question="feel=quiet", by=BY, at=now())


def test_a_search_whose_kind_has_gone_says_so(sign_in_as: SignInAs, database: Database) -> None:
    account = make_account(database, Role.CSW)
    browser = sign_in_as(account=account)
    keep(database, account.id, question="kind=999")
    browser.get("/saved-searches")
    assert "この条件は、いまは使えません" in browser.text
    assert browser.get("/today").status_code == 200


def test_a_secret_place_is_new_to_nobody_without_the_right(sign_in_as: SignInAs, database: Database) -> None:
    make_resource(
        database,
        kind="避難先",
        group=KindGroup.REFUGE,
        is_refuge=True,
        disclosure=Disclosure.CLOSED,
        created_at=now(),
    )
    account = make_account(database, Role.CSW)
    keep(database, account.id, question="q=場")
    browser = sign_in_as(account=account)
    browser.get("/saved-searches")
    assert "新しい1件" not in browser.text
    assert "0件" in browser.text
    trusted = make_account(database, Role.CSW, rights=(Right.PLACE_IN_REFUGE,))
    keep(database, trusted.id, question="q=場")
    browser = sign_in_as(account=trusted)
    browser.get("/saved-searches")
    assert "新しい1件" in browser.text


def test_thirty_searches_ask_the_database_as_often_as_one(
    app: Flask, sign_in_as: SignInAs, database: Database
) -> None:
    account = make_account(database, Role.COORDINATOR)
    browser = sign_in_as(account=account)
    make_resource(database, name="体操の会と畑の会")
    questions = [
        "q=体操の会&feel=quiet",
        "q=畑の会&seats=1",
        "kind=1&way=free",
        "seats=1&age=40",
        "q=居場所&exact=1",
    ]
    counted = []
    for size in (5, 30):
        with database.writing(EVERYTHING) as session:
            session.execute(sa.delete(SavedSearch))
        for number in range(size):
            keep(database, account.id, name=f"条件{number:02}", question=questions[number % len(questions)])
        browser.get("/saved-searches")
        with statements(app) as seen:
            assert browser.get("/saved-searches").status_code == 200
        counted.append(len(seen))
    assert counted[0] == counted[1]
