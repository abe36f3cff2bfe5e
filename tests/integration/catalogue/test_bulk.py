"""Changing many entries at once: what is picked, what is left out and why, and the way back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from werkzeug.test import TestResponse

from app.accounts.vocabulary import Actor, Right, Role
from app.clock import now, today
from app.db.database import Database
from app.jobs.service.working import Worker
from app.operations.handlers import HANDLERS
from app.resources.engine.bulk_steps import Doing, Step
from app.resources.models import Resource, ResourceKind
from app.resources.queries import history
from app.resources.queries.criteria import Filter
from app.resources.queries.selection import Selection
from app.resources.service import bulk, bulk_jobs
from app.resources.service.changes import undo_batch
from app.resources.vocabulary import Disclosure, KindGroup, ResourceState
from tests.factories.openings import make_host
from tests.factories.resources import make_kind, make_resource
from tests.support.accounts import SignInAs, make_account
from tests.support.clients import Browser

BY = Actor.system("test")
ALL = Selection(wanted=Filter())
TABLE = "/resources?view=table"


def row(database: Database, resource_id: int) -> Resource:
    with database.reading(BY.scope) as session:
        return session.get_one(Resource, resource_id)


def apply(
    database: Database,
    doing: Doing,
    choice: str = "",
    *,
    selection: Selection = ALL,
    text: str = "",
    with_doubtful: bool = False,
    by: Actor = BY,
) -> bulk.Done:
    with database.writing(by.scope) as session:
        return bulk.apply_step(
            session,
            step=Step(doing, choice, text),
            selection=selection,
            with_doubtful=with_doubtful,
            by=by,
            at=now(),
        )


def plan(database: Database, doing: Doing, choice: str = "", *, by: Actor = BY) -> bulk.Plan:
    with database.reading(by.scope) as session:
        return bulk.plan_step(session, step=Step(doing, choice), selection=ALL, by=by, at=now())


def ask(browser: Browser, *, path: str = TABLE, **sent: Any) -> TestResponse:
    """Open the table, choose, and press 「何件変わるか見る」."""
    return browser.send(path, action="/resources/bulk", **sent)


def confirm(browser: Browser, **sent: Any) -> TestResponse:
    return browser.submit("/resources/bulk/done", **sent)


@pytest.mark.parametrize("role", list(Role))
def test_who_keeps_the_catalogue_may_change_many(
    database: Database, sign_in_as: SignInAs, role: Role
) -> None:
    make_resource(database)
    browser = sign_in_as(role)
    browser.get(TABLE)
    keeps = role in {Role.COORDINATOR, Role.CSW, Role.COMMUNITY, Role.CITY_OFFICER}
    assert ("まとめて直す" in browser.text) is keeps
    assert (browser.get("/catalogue-changes").status_code == 200) is keeps


def test_residents_see_no_checks(client: Browser, database: Database) -> None:
    make_resource(database)
    client.get(TABLE)
    assert "まとめて直す" not in client.text
    assert client.post("/resources/bulk").status_code in (303, 400)


def test_marked_places_are_looked_at_changed_and_taken_back(database: Database, sign_in_as: SignInAs) -> None:
    one, two, three = (make_resource(database, name=f"場所{number}") for number in range(3))
    browser = sign_in_as(Role.COORDINATOR)
    answer = ask(browser, id=[str(one), str(two)], step="disclosure:partners")
    assert answer.status_code == 200
    assert "直す場所 2件" in browser.text
    assert row(database, one).disclosure is Disclosure.PUBLIC
    done = confirm(browser)
    assert [row(database, key).disclosure.value for key in (one, two, three)] == [
        "partners", "partners", "public",
    ]  # fmt: skip
    step = done.location or ""
    browser.get(step)
    assert "2件を直しました" in browser.text
    assert "公開区分" in browser.text
    browser.submit(f"{step}/undo")
    assert row(database, one).disclosure is Disclosure.PUBLIC
    browser.get("/catalogue-changes")
    assert "取り消した" in browser.text


def test_all_of_a_filter_is_asked_anew_when_it_is_done(database: Database, sign_in_as: SignInAs) -> None:
    kind = make_kind(database, "サロン")
    first = make_resource(database, kind="サロン")
    other = make_resource(database, kind="居場所")
    browser = sign_in_as(Role.CSW)
    ask(browser, path=f"{TABLE}&kind={kind}", chosen="all", step="gap:yes")
    assert "直す場所 1件" in browser.text
    later = make_resource(database, kind="サロン")
    browser.get((confirm(browser).location) or "")
    assert "2件を直しました" in browser.text
    assert [row(database, key).gap_welcome for key in (first, later, other)] == [True, True, None]


def test_everything_on_this_page(database: Database, sign_in_as: SignInAs) -> None:
    keys = [make_resource(database) for _ in range(31)]
    browser = sign_in_as(Role.COMMUNITY)
    ask(browser, chosen="shown", step="confirm")
    assert "直す場所 30件" in browser.text
    confirm(browser)
    confirmed = [row(database, key).confirmed_on for key in keys]
    assert confirmed.count(today()) == 30


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"step": "confirm"}, "場所に印をつけるか"),
        ({"step": "", "chosen": "all"}, "何をするかを選んでください"),
    ],
)
def test_what_is_missing_is_said(
    database: Database, sign_in_as: SignInAs, sent: dict[str, str], said: str
) -> None:
    make_resource(database)
    browser = sign_in_as(Role.COORDINATOR)
    assert ask(browser, **sent).status_code == 422
    assert said in browser.text


@pytest.mark.parametrize(
    "sent",
    [
        {"step": "disclosure:secret", "chosen": "all"},
        {"step": "kind:999", "chosen": "all"},
        {"step": "kind:", "chosen": "all"},
        {"step": "boom", "chosen": "all"},
        {"step": "confirm", "chosen": "all", "asked": "day=9"},
        {"step": "confirm", "chosen": "all", "asked": "&" * 3_000},
        {"step": "confirm", "chosen": "all", "asked": "&".join(["q=1"] * 400)},
    ],
)
def test_what_no_form_sends_changes_nothing(
    database: Database, sign_in_as: SignInAs, sent: dict[str, str]
) -> None:
    key = make_resource(database)
    browser = sign_in_as(Role.COORDINATOR)
    token = browser.token(TABLE)
    for path in ("/resources/bulk", "/resources/bulk/done"):
        answer = browser.post(path, data={"csrf_token": token, **sent})
        assert answer.status_code == 422 or "&" in sent.get("asked", "")
    assert row(database, key).confirmed_on in (None, today())
    assert row(database, key).disclosure is Disclosure.PUBLIC


def test_unknown_keys_are_ignored(database: Database, sign_in_as: SignInAs) -> None:
    key = make_resource(database)
    browser = sign_in_as(Role.COORDINATOR)
    token = browser.token(TABLE)
    ids = [str(key), "999999", "-1", "x", "99999999999999999999", "２", ""]
    sent = {"csrf_token": token, "chosen": "marked", "step": "confirm", "id": ids}
    browser.post("/resources/bulk", data=sent)
    assert "えらんだ1件" in browser.text
    assert browser.post("/resources/bulk/done", data=sent).status_code == 303
    assert row(database, key).confirmed_on == today()


@pytest.mark.parametrize("step", ["confirm", "disclosure:partners", "source", "end", "contact:no"])
def test_a_refuge_is_in_no_selection_of_whoever_lacks_the_right(
    database: Database, sign_in_as: SignInAs, step: str
) -> None:
    secret = make_resource(
        database, kind="避難先", name="カナリアの家", is_refuge=True, disclosure=Disclosure.CLOSED
    )
    make_resource(database, name="こもれび")
    before = row(database, secret).version
    browser = sign_in_as(Role.COORDINATOR)
    for sent in ({"chosen": "all"}, {"chosen": "marked", "id": [str(secret)]}):
        token = browser.token(TABLE)
        for path in ("/resources/bulk", "/resources/bulk/done"):
            answer = browser.post(
                path,
                data={"csrf_token": token, "step": step, "text": "ことば", **sent},
                follow_redirects=True,
            )
            assert "カナリア" not in answer.text
            assert "2件" not in re.sub(r"\d{4}年|\d+月\d+日|12件", "", browser.text)
            assert "秘匿" not in answer.text
    assert row(database, secret).version == before


def test_a_refuge_is_opened_one_by_one_even_by_whoever_has_the_right(
    database: Database, sign_in_as: SignInAs
) -> None:
    secret = make_resource(
        database,
        kind="避難先",
        name="カナリアの家",
        is_refuge=True,
        disclosure=Disclosure.CLOSED,
        contact="電話",
    )
    kind = make_kind(database, "居場所")
    browser = sign_in_as(account=make_account(database, Role.COORDINATOR, rights={Right.PLACE_IN_REFUGE}))
    for step in ("disclosure:public", "contact:yes", f"kind:{kind}"):
        ask(browser, id=[str(secret)], step=step)
        assert "直せない場所 1件" in browser.text
        assert "1件ずつ開いて決めてください" in browser.text
    ask(browser, id=[str(secret)], step="confirm")
    confirm(browser)
    assert row(database, secret).confirmed_on == today()


def test_places_given_a_secret_kind_are_closed(database: Database, sign_in_as: SignInAs) -> None:
    key = make_resource(database, contact_is_public=True)
    kind = make_kind(database, "秘", KindGroup.REFUGE)
    curious, trusted = (
        sign_in_as(account=make_account(database, Role.COORDINATOR, rights=rights))
        for rights in (set(), {Right.PLACE_IN_REFUGE})
    )
    assert f"kind:{kind}" not in curious.get(TABLE).text
    ask(trusted, id=[str(key)], step=f"kind:{kind}")
    assert "権限を持つ人にしか見えなくなります" in trusted.text
    step = confirm(trusted).location or ""
    entry = row(database, key)
    assert (entry.is_refuge, entry.disclosure, entry.contact_is_public) == (True, Disclosure.CLOSED, False)
    assert curious.get(step).status_code == 404
    trusted.get(step)
    trusted.submit(f"{step}/undo")
    assert row(database, key).disclosure is Disclosure.PUBLIC


@pytest.mark.parametrize(
    ("facts", "doing", "choice", "why"),
    [
        (
            {"name": "児童養護施設 みなと", "disclosure": Disclosure.CLOSED},
            Doing.DISCLOSURE,
            "public",
            "子どもや母子",
        ),
        ({"is_light": True, "disclosure": Disclosure.PARTNERS}, Doing.DISCLOSURE, "public", "掲載の同意"),
        ({"is_light": True, "contact": "花子"}, Doing.CONTACT, "yes", "個人のもの"),
        ({"is_light": True}, Doing.INTERVAL, "90", "確認の間隔を決めません"),
        ({"check_note": "電話が違う"}, Doing.CONFIRM, "", "要確認のメモ"),
    ],
)
def test_what_has_to_be_made_sure_of_is_left_out_by_default(
    database: Database, facts: dict[str, Any], doing: Doing, choice: str, why: str
) -> None:
    key = make_resource(database, **facts)
    (left,) = plan(database, doing, choice).doubtful
    assert why in left.why
    assert apply(database, doing, choice).batch is None
    assert apply(database, doing, choice, with_doubtful=True).changed == 1
    assert row(database, key).version > 1


def test_a_place_with_openings_ends_only_when_somebody_made_sure(database: Database) -> None:
    make_host(database, "店")
    with database.reading(BY.scope) as session:
        place = session.scalars(sa.select(Resource)).one()
    assert apply(database, Doing.END, text="閉店").batch is None
    apply(database, Doing.END, text="閉店", with_doubtful=True)
    ended = row(database, place.id)
    assert (ended.state, ended.ended_on, ended.end_reason) == (ResourceState.ENDED, today(), "閉店")
    everything = Selection(wanted=Filter(with_ended=True))
    assert apply(database, Doing.RESTORE, selection=everything).changed == 1
    back = row(database, place.id)
    assert (back.state, back.ended_on, back.end_reason) == (ResourceState.ACTIVE, None, None)


def test_what_is_so_already_and_what_cannot_be_is_counted_apart(database: Database) -> None:
    make_resource(database, contact="0599-00-0000", contact_is_public=True)
    make_resource(database, contact="0599-00-0001")
    make_resource(database)
    found = plan(database, Doing.CONTACT, "yes")
    assert (len(found.ready), found.same, len(found.impossible), found.total) == (1, 1, 1, 3)
    assert found.impossible[0].why == "連絡先が登録されていません。"


def test_an_ending_without_a_reason_is_asked_for_one(database: Database, sign_in_as: SignInAs) -> None:
    key = make_resource(database)
    browser = sign_in_as(Role.COORDINATOR)
    ask(browser, id=[str(key)], step="end")
    assert confirm(browser).status_code == 422
    assert "終わりにする理由を入力してください" in browser.text
    assert row(database, key).state is ResourceState.ACTIVE
    assert confirm(browser, text="会場がなくなった").status_code == 303
    assert row(database, key).end_reason == "会場がなくなった"


def test_a_retired_kind_can_be_given_to_nobody(database: Database, sign_in_as: SignInAs) -> None:
    make_resource(database)
    kind = make_kind(database, "前の種別")
    browser = sign_in_as(Role.COORDINATOR)
    browser.send(f"/resource-kinds/{kind}", is_retired="y")
    browser.get(TABLE)
    offered = [value for form in browser.forms() for value in form.names if form.action == "/resources/bulk"]
    assert "step" in offered
    assert ask(browser, chosen="all", step=f"kind:{kind}").status_code == 422


def test_what_was_changed_since_is_kept_and_listed(database: Database, sign_in_as: SignInAs) -> None:
    one, two = make_resource(database, name="ひとつめ"), make_resource(database, name="ふたつめ")
    done = apply(database, Doing.SOURCE, text="市の一覧")
    apply(database, Doing.SOURCE, text="電話で聞いた", selection=Selection(ids=(two,)))
    browser = sign_in_as(Role.COORDINATOR)
    address = f"/catalogue-changes/{done.batch}"
    browser.send(address, action=f"{address}/undo")
    assert "元にもどせなかったところが1件あります" in browser.text
    assert "あとから直されている" in browser.text
    assert (row(database, one).source, row(database, two).source) == (None, "電話で聞いた")
    browser.get(address)
    assert "2か所のうち1か所が残っています" in browser.text


def test_a_step_over_places_opens_to_keepers_of_both_and_to_nobody_elses_eyes(
    database: Database, sign_in_as: SignInAs
) -> None:
    make_resource(database)
    done = apply(database, Doing.CONFIRM)
    assert sign_in_as(Role.ADMIN).get(f"/catalogue-changes/{done.batch}").status_code == 404
    browser = sign_in_as(Role.CSW)
    assert browser.get(f"/catalogue-changes/{done.batch}").status_code == 200
    assert browser.get(f"/catalogue-changes/{'0' * 32}").status_code == 404


def test_a_community_worker_takes_no_step_of_the_table_of_kinds_back(
    database: Database, sign_in_as: SignInAs
) -> None:
    kind = make_kind(database, "サロン")
    sign_in_as(Role.COORDINATOR).send(f"/resource-kinds/{kind}", label="縁側", group="taking_part")
    with database.reading(BY.scope) as session:
        (head,) = history.list_batches(session, scope=BY.scope)
    browser = sign_in_as(Role.COMMUNITY)
    address = f"/catalogue-changes/{head.batch}"
    token = browser.token("/account")
    browser.get(address)
    assert "取り消す" not in browser.text
    assert browser.post(f"{address}/undo", data={"csrf_token": token}).status_code == 404


@pytest.mark.parametrize(("doing", "choice"), [(Doing.CONFIRM, ""), (Doing.DISCLOSURE, "closed")])
def test_two_thousand_rows_take_slices_of_statements(database: Database, doing: Doing, choice: str) -> None:
    make_many(database, 2_000)
    with counted(database) as seen:
        done = apply(database, doing, choice)
    assert done.changed == 2_000
    # Four slices.
    assert len(seen) < 30
    assert done.batch is not None
    with counted(database) as seen, database.writing(BY.scope) as session:
        undone = undo_batch(session, batch_id=done.batch, by=BY, at=now())
    assert undone.kept == ()
    # One statement for each of the hundred days that come back.
    assert len(seen) < 130


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """Collect the statements that a database is sent; the embedded one takes each row of the history by itself."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("INSERT INTO catalogue_change"):
            seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def make_many(database: Database, size: int, *, kind: str = "居場所") -> None:
    """Write many plain places at once, confirmed on one of a hundred days."""
    first = make_resource(database, kind=kind, name="場所0", confirmed_on=date(2026, 1, 1))
    template = row(database, first)
    with database.writing(BY.scope) as session:
        session.add_all(
            Resource(
                **{
                    column.key: getattr(template, column.key)
                    for column in sa.inspect(Resource).column_attrs
                    if column.key not in ("id", "identity", "name", "version", "confirmed_on")
                },
                identity=f"many|{number}",
                name=f"場所{number}",
                confirmed_on=date(2026, 1, 1) + timedelta(number % 100),
            )
            for number in range(1, size)
        )


def test_a_step_over_very_many_is_a_job_with_a_page_and_the_same_way_back(
    database: Database, sign_in_as: SignInAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_jobs, "AT_ONCE_MOST", 2)
    keys = [make_resource(database, name=f"場{number}") for number in range(3)]
    keeper = sign_in_as(Role.COORDINATOR)
    ask(keeper, chosen="all", step="interval:90")
    answer = confirm(keeper)
    page = answer.location or ""
    assert re.search(r"/resources/bulk/steps/\d+$", page)
    assert keeper.get(page).status_code == 200
    assert keeper.heading == "まとめて直しています"
    assert "3件のうち 0件" in keeper.text
    assert [row(database, key).check_interval_days for key in keys] == [None] * 3
    fragment = keeper.get(page, headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert "<html" not in fragment.text
    late = make_resource(database, name="あとから来た場")
    assert sign_in_as(Role.COORDINATOR).get(page).status_code == 404

    Worker(database, HANDLERS).run_all()
    assert [row(database, key).check_interval_days for key in [*keys, late]] == [90, 90, 90, None]
    step = keeper.get(page).location or ""
    assert "/resources/bulk/steps/" not in step
    keeper.get(step)
    undo = next(form.action for form in keeper.forms() if form.action.endswith("/undo"))
    keeper.submit(undo)
    assert [row(database, key).check_interval_days for key in keys] == [None] * 3


def test_a_large_step_that_cannot_be_done_says_so_before_and_after(
    database: Database, sign_in_as: SignInAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_jobs, "AT_ONCE_MOST", 1)
    for number in range(2):
        make_resource(database, name=f"場{number}")
    kind_id = make_kind(database, "縁側", KindGroup.TAKING_PART)
    keeper = sign_in_as(Role.COORDINATOR)
    ask(keeper, chosen="all", step="end")
    assert confirm(keeper, text="").status_code == 422
    ask(keeper, chosen="all", step=f"kind:{kind_id}")
    page = confirm(keeper).location or ""
    with database.writing(BY.scope) as session:
        session.get_one(ResourceKind, kind_id).is_retired = True
    Worker(database, HANDLERS).run_all()
    assert keeper.get(page).status_code == 200
    assert "何も直していません" in keeper.text
    assert "もう選べない種別です" in keeper.text
