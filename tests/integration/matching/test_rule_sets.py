"""The rules of the town: decided in versions, by the city, with a reason; used by the next candidates, never by old proposals."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from werkzeug.test import TestResponse

from app.accounts.models import Account
from app.accounts.vocabulary import Actor, Role
from app.clock import now
from app.db.database import Database
from app.matching import queries
from app.matching.engine.rule_set import DEFAULT_RULES, Pace, TownRules
from app.matching.service.rule_sets import preview_rules, write_rules
from app.matching.vocabulary import RuleId, TravelMode
from app.web.errors import Refused
from tests.factories.cases import actor_of, make_case
from tests.factories.needs import make_cafe, propose, see_proposal, write_need
from tests.integration.conftest import InParallel
from tests.support.accounts import SignInAs, make_account
from tests.support.clients import Browser
from tests.support.databases import rows_of

NO_CROWDS = replace(DEFAULT_RULES, left_out=frozenset({RuleId.PEOPLE}))
SLOWLY = replace(DEFAULT_RULES, paces={**DEFAULT_RULES.paces, TravelMode.WALK: Pace(50, 0)})
RULES, FORM = "/matching-rules", "/matching-rules/edit"


@pytest.fixture
def account(database: Database) -> Account:
    """Somebody of the city."""
    return make_account(database, Role.CITY_OFFICER)


@pytest.fixture
def officer(database: Database, account: Account) -> Actor:
    """The same, as somebody who acts."""
    return actor_of(database, account)


@pytest.fixture
def browser(sign_in_as: SignInAs, account: Account) -> Browser:
    """Their browser."""
    return sign_in_as(account=account)


def decide(
    database: Database, by: Actor, rules: TownRules, note: str = "部会で決めた", seen_version: int = 0
) -> int:
    with database.writing(by.scope) as session:
        return write_rules(session, rules=rules, note=note, seen_version=seen_version, by=by, at=now())


def current(database: Database, by: Actor) -> TownRules:
    with database.reading(by.scope) as session:
        return queries.get_town_rules(session, scope=by.scope)


def refusal(database: Database, by: Actor, rules: TownRules, **told: Any) -> Refused:
    with pytest.raises(Refused) as refused:
        decide(database, by, rules, **told)
    return refused.value


def keep(browser: Browser, **typed: str) -> TestResponse:
    """Press 「この内容で決める」 on the page that shows what changes."""
    form = next(form for form in browser.forms() if form.action == FORM)
    sent = form.fields | typed | {"save": "yes"}
    return browser.post(FORM, data=sent, headers={"Referer": browser.address})


def test_the_products_own_rules_count_until_the_town_decides(database: Database, officer: Actor) -> None:
    assert current(database, officer) == DEFAULT_RULES
    with database.reading(officer.scope) as session:
        assert [view.rules.version for view in queries.list_rule_sets(session, scope=officer.scope)] == [0]


def test_every_decision_is_a_new_version_and_is_logged_without_its_words(
    database: Database, officer: Actor
) -> None:
    assert decide(database, officer, NO_CROWDS) == 1
    assert decide(database, officer, DEFAULT_RULES, "もとに戻す", seen_version=1) == 2
    assert current(database, officer) == replace(DEFAULT_RULES, version=2)
    with database.reading(officer.scope) as session:
        views = queries.list_rule_sets(session, scope=officer.scope)
        former = queries.find_rule_set(session, 1, scope=officer.scope)
    assert [(view.rules.version, view.note) for view in views] == [
        (2, "もとに戻す"),
        (1, "部会で決めた"),
        (0, ""),
    ]
    assert former is not None
    assert former.rules.left_out == {RuleId.PEOPLE}
    assert former.made_by == officer.account_id
    events = [row for row in rows_of(database, "audit_event") if row["action"] == "rule_set.written"]
    assert [row["subject_id"] for row in events] == ["1", "2"]
    assert "部会" not in str(events)


def test_a_decision_needs_a_reason_a_change_and_somebody_who_decides(
    database: Database, officer: Actor
) -> None:
    assert refusal(database, officer, NO_CROWDS, note=" ").field == "note"
    assert "いまの決まりと同じです" in refusal(database, officer, DEFAULT_RULES).message
    worker = actor_of(database, make_account(database, Role.COORDINATOR))
    assert "市職員と管理者" in refusal(database, worker, NO_CROWDS).message
    assert current(database, officer) == DEFAULT_RULES


def test_who_comes_second_is_told_what_has_changed(database: Database, officer: Actor) -> None:
    decide(database, officer, NO_CROWDS)
    said = refusal(database, officer, SLOWLY).message
    assert "先に、第1版を決めました" in said
    assert "条件「人数」 使う→使わない" in said
    with database.reading(officer.scope) as session, pytest.raises(Refused):
        preview_rules(session, rules=SLOWLY, seen_version=0, by=officer)


def test_of_two_at_the_same_moment_one_decides(
    database: Database, officer: Actor, in_parallel: InParallel
) -> None:
    outcomes: list[str] = []

    def act(number: int) -> None:
        try:
            decide(database, officer, (NO_CROWDS, SLOWLY)[number])
        except Refused as refused:
            outcomes.append(refused.message)
        else:
            outcomes.append("")

    in_parallel(2, act)
    assert sorted(map(bool, outcomes)) == [False, True]
    assert "先に、第1版を決めました" in max(outcomes)
    assert "変わったのは" in max(outcomes)
    assert current(database, officer).version == 1


def test_the_next_candidates_use_them_and_old_proposals_keep_theirs(
    database: Database, officer: Actor, sign_in_as: SignInAs
) -> None:
    account = make_account(database, Role.COORDINATOR)
    worker = actor_of(database, account)
    cafe = make_cafe(database, traits={"静けさ": "静か", "参加の形": "居るだけ", "人数": "40"})
    roomy, narrow = make_case(database, worker), make_case(database, worker)
    write_need(database, roomy, worker)
    former = propose(database, roomy, worker, cafe)
    write_need(database, narrow, worker, people_limit=5)
    with pytest.raises(Refused, match="人数"):
        propose(database, narrow, worker, cafe)
    decide(database, officer, NO_CROWDS)
    later = propose(database, narrow, worker, cafe)
    assert see_proposal(database, former, worker).snapshot.rules_version == 0
    assert see_proposal(database, later, worker).snapshot.rules_version == 1
    browser = sign_in_as(account=account)
    browser.get(f"/cases/{narrow.id}/candidates")
    assert "この町では、次の条件で場を外しません：人数" in browser.text
    assert "候補の決まり（第1版）" in browser.text


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.CSW, Role.PLANNER])
def test_everybody_who_works_with_cases_reads_the_rules_and_only_the_city_changes_them(
    sign_in_as: SignInAs, role: Role
) -> None:
    browser = sign_in_as(role)
    assert browser.get(RULES).status_code == 200
    assert "町で決めたものは、まだありません" in browser.text
    assert "市職員か管理者に伝えてください" in browser.text
    assert "目的" in browser.text
    assert "外せない" in browser.text
    assert "決まりを変える" not in browser.text
    assert browser.get(FORM).status_code == 404


def test_the_form_shows_what_changes_before_it_is_kept(
    database: Database, officer: Actor, browser: Browser
) -> None:
    typed: dict[str, Any] = {
        "weight_purpose": "30",
        "weight_kind": "10",
        "left_out": ["people"],
        "note": "にぎやかな場が多い町なので",
    }
    assert browser.send(FORM, **typed).status_code == 200
    assert "重み「目的」 22点 → 30点" in " ".join(browser.text.split())
    assert current(database, officer) == DEFAULT_RULES
    assert keep(browser).location.endswith(RULES)
    browser.get(RULES)
    assert "第1版を決めました" in browser.text
    assert "にぎやかな場が多い町なので" in browser.text
    assert "この町では使わない" in browser.text
    assert current(database, officer).left_out == {RuleId.PEOPLE}


def test_what_was_typed_after_the_look_is_shown_again_first(
    database: Database, officer: Actor, browser: Browser
) -> None:
    browser.send(FORM, pace_walk="60", note="坂が多い")
    assert keep(browser, pace_walk="50").status_code == 200
    assert "70m → 50m" in " ".join(browser.text.split())
    assert current(database, officer) == DEFAULT_RULES
    assert keep(browser).status_code == 303
    assert current(database, officer).paces[TravelMode.WALK] == Pace(50, 0)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"weight_purpose": "20"}, "重みの合計は、いま98点です。100点になるように、2点足してください。"),
        ({"left_out": ["insurance"]}, "「保険」は外せません。"),
        ({"pace_bus": "1"}, "バスの1分に進む距離は、10から1500までの数字にしてください。"),
        ({"fresh_days": ""}, "入力してください。"),
        ({"weight_time": "たくさん"}, "数字で入力してください。"),
        ({"note": ""}, "入力してください。"),
        ({}, "いまの決まりと同じです。"),
    ],
)
def test_what_cannot_stand_is_said_and_nothing_that_was_typed_is_lost(
    browser: Browser, typed: dict[str, Any], said: str
) -> None:
    answer = browser.send(FORM, **({"note": "わけ"} | typed))
    assert answer.status_code == 422
    assert said in browser.text
    shown = next(form for form in browser.forms() if form.action == FORM).fields
    assert {name: shown[name] for name in typed if name != "left_out"} == {
        name: value for name, value in typed.items() if name != "left_out"
    }


def test_a_form_that_is_behind_is_refused_with_what_has_changed(
    database: Database, officer: Actor, browser: Browser
) -> None:
    browser.get(FORM)
    decide(database, officer, NO_CROWDS)
    assert browser.submit(FORM, pace_walk="50", note="坂が多い").status_code == 422
    assert "先に、第1版を決めました" in browser.text


def test_the_way_back_is_a_new_version_of_a_former_one(
    database: Database, officer: Actor, browser: Browser
) -> None:
    decide(database, officer, NO_CROWDS)
    decide(database, officer, SLOWLY, "坂が多い", seen_version=1)
    browser.get(RULES)
    assert "この版に戻す" in browser.text
    assert browser.get(f"{FORM}?from=1").status_code == 200
    assert "前の版の数が入っています" in browser.text
    assert browser.submit(FORM).status_code == 200
    assert keep(browser).status_code == 303
    assert current(database, officer) == replace(NO_CROWDS, version=3)
    browser.get(f"{FORM}?from=0")
    assert "製品のはじめの決まりに戻す。" in browser.text
    for wrong in ("9", "x", "-1", "9" * 30):
        assert browser.get(f"{FORM}?from={wrong}").status_code == 404


def test_those_who_have_no_case_find_the_rules_from_today(browser: Browser, sign_in_as: SignInAs) -> None:
    browser.get("/today")
    assert "候補の決まりをひらく" in browser.text
    community = sign_in_as(Role.COMMUNITY)
    community.get("/today")
    assert "候補の決まり" not in community.text
