"""From a place that fell out to a lead: what it holds, what it never holds, found again, taken back."""

from __future__ import annotations

from typing import Any

import pytest

from app.accounts.models import Account
from app.accounts.vocabulary import Actor, Role
from app.cases.models import Case
from app.clock import today
from app.db.database import Database
from app.matching.engine.tokens import token_of
from app.matching.queries import NeedView
from app.matching.vocabulary import TravelMode
from app.people.vocabulary import NeverMeetKind
from app.resources.engine.traits import ALL_SLOTS, AccessItem, Feature, slot_bit
from app.resources.vocabulary import DayPart, Disclosure, KindGroup
from tests.factories.cases import IDENTITY, actor_of, keep_away, make_actor, make_case, protect
from tests.factories.development import make_lead
from tests.factories.needs import make_cafe, write_need
from tests.factories.openings import make_host
from tests.factories.resources import make_resource
from tests.support.accounts import SignInAs, make_account
from tests.support.clients import Browser
from tests.support.databases import rows_of

FRIDAY_MORNING, FRIDAY_NOON = slot_bit(4, DayPart.MORNING), slot_bit(4, DayPart.AFTERNOON)
WEEK = FRIDAY_MORNING | FRIDAY_NOON | slot_bit(5, DayPart.EVENING)
WHO = (
    IDENTITY.name,
    IDENTITY.kana,
    IDENTITY.address,
    IDENTITY.phone,
    "秘田",
    "窓のそばで",
    "刺し子",
    "T-0001",
)


@pytest.fixture
def account(database: Database) -> Account:
    """Who is signed in."""
    return make_account(database, Role.CSW, Role.COORDINATOR)


@pytest.fixture
def csw(database: Database, account: Account) -> Actor:
    """The same, as somebody who acts."""
    return actor_of(database, account)


@pytest.fixture
def browser(sign_in_as: SignInAs, account: Account) -> Browser:
    """Their browser."""
    return sign_in_as(account=account)


@pytest.fixture
def case(database: Database, csw: Actor) -> Case:
    """A case of theirs."""
    return make_case(database, csw)


@pytest.fixture
def host_id(database: Database) -> int:
    """A host that is open on Tuesday and Thursday mornings."""
    return make_host(database, "あさひ農園", confirmed_on=today())


def page(case: Case) -> str:
    return f"/cases/{case.id}/candidates"


def forms_of(browser: Browser, case: Case) -> list[Any]:
    browser.get(page(case))
    return [form for form in browser.forms() if form.action == f"/cases/{case.id}/leads"]


def send(browser: Browser, case: Case, **fields: Any) -> Browser:
    answer = browser.post(
        f"/cases/{case.id}/leads",
        data={"csrf_token": browser.token(page(case)), **fields},
        headers={"Referer": browser.address},
    )
    assert answer.status_code == 303
    browser.get(page(case))
    return browser


def press(browser: Browser, case: Case, **changes: Any) -> Browser:
    """Press the first button that makes a lead."""
    form = forms_of(browser, case)[0]
    return send(browser, case, **{**form.fields, **changes})


def needs_fridays(database: Database, case: Case, by: Actor, **changes: Any) -> NeedView:
    return write_need(
        database, case, by, kinds_now=frozenset(), limits={}, **({"free_slots": WEEK} | changes)
    )


def test_a_lead_asks_a_host_for_one_unit_and_not_for_the_persons_week(
    database: Database, case: Case, csw: Actor, browser: Browser, host_id: int
) -> None:
    needs_fridays(database, case, csw)
    press(browser, case)
    [lead] = rows_of(database, "lead")
    assert (lead["organisation"], lead["rule"], lead["asked_host_id"]) == ("あさひ農園", "hours", host_id)
    assert lead["wanted_slots"] == FRIDAY_MORNING
    assert lead["opens_rule"] == "金曜午前に枠を1つ開ける"
    assert (lead["origin"], lead["state"], lead["wanted_kinds"]) == ("rule", "found", 0)
    assert lead["asked_resource_id"] is not None
    assert "もう開拓メモにあります" in browser.text


def test_which_unit_is_asked_for_can_be_chosen(
    database: Database, case: Case, csw: Actor, browser: Browser, host_id: int
) -> None:
    need = needs_fridays(database, case, csw)
    press(browser, case, change=_token(need, "hours.host.13.1"))
    assert [row["wanted_slots"] for row in rows_of(database, "lead")] == [FRIDAY_NOON]


def _token(need: NeedView, key: str) -> str:
    """The name of a step in an address of the pages of a need."""
    return token_of(key, need_id=need.need_id)


def test_a_lead_that_is_under_way_is_found_again(
    database: Database, case: Case, csw: Actor, browser: Browser, host_id: int
) -> None:
    needs_fridays(database, case, csw)
    fields = forms_of(browser, case)[0].fields
    send(browser, case, **fields)
    assert not [form for form in forms_of(browser, case) if form.fields["change"] == fields["change"]]
    send(browser, case, **fields)
    assert "新しくはつくりませんでした" in browser.text
    [lead] = rows_of(database, "lead")
    assert f"/leads/{lead['id']}" in browser.get(page(case)).text


def test_a_slip_is_taken_back_at_once_and_not_after_somebody_wrote_on_it(
    database: Database, case: Case, csw: Actor, browser: Browser, host_id: int
) -> None:
    needs_fridays(database, case, csw)
    press(browser, case)
    [lead] = rows_of(database, "lead")
    path = f"/cases/{case.id}/leads/{lead['id']}/withdrawal"
    assert browser.send(page(case), action=path).status_code == 303
    assert rows_of(database, "lead") == rows_of(database, "lead_step") == []
    press(browser, case)
    [again] = rows_of(database, "lead")
    browser.send(
        f"/leads/{again['id']}",
        action=f"/leads/{again['id']}/contacts",
        happened_on=today().isoformat(),
        way="phone",
        said="来月また",
    )
    browser.get(page(case))
    assert "もう開拓メモにあります" in browser.text
    assert not [form for form in browser.forms() if form.action.endswith("/withdrawal")]
    token = browser.token(page(case))
    browser.post(
        f"/cases/{case.id}/leads/{again['id']}/withdrawal",
        data={"csrf_token": token},
        headers={"Referer": browser.address},
    )
    browser.get(page(case))
    assert "もう書きこみのある開拓メモ" in browser.text
    assert len(rows_of(database, "lead")) == 1


def test_nobody_takes_back_a_lead_that_another_opened_or_found_in_the_town(
    database: Database, case: Case, csw: Actor, browser: Browser, host_id: int
) -> None:
    needs_fridays(database, case, csw)
    own = make_lead(database, csw)
    others = make_lead(database, make_actor(database, Role.COMMUNITY))
    for lead_id in (own, others):
        browser.post(
            f"/cases/{case.id}/leads/{lead_id}/withdrawal",
            data={"csrf_token": browser.token(page(case))},
            headers={"Referer": browser.address},
        )
    assert len(rows_of(database, "lead")) == 2


@pytest.mark.parametrize("is_protected", [False, True])
def test_a_lead_and_its_log_tell_nothing_of_the_person(
    database: Database, case: Case, csw: Actor, sign_in_as: SignInAs, browser: Browser, is_protected: bool
) -> None:
    """Every word of the rows, the log and the pages, read as somebody does who knows the town."""
    make_host(database, "あさひ農園", confirmed_on=today())
    make_cafe(database, "会ってはいけない人の場", weekday_mask=0b100)
    resource_id = next(
        row["id"] for row in rows_of(database, "resource") if row["name"] == "会ってはいけない人の場"
    )
    keep_away(database, case, by=csw, kind=NeverMeetKind.RESOURCE, resource_id=resource_id)
    if is_protected:
        protect(database, case, csw)
    needs_fridays(database, case, csw)
    press(browser, case)
    [lead] = rows_of(database, "lead")
    secrets = (*WHO, case.id, case.person_id, "会ってはいけない人の場")
    told = [
        str(value)
        for row in rows_of(database, "lead") + rows_of(database, "lead_step")
        for value in row.values()
    ]
    events = [row for row in rows_of(database, "audit_event") if row["action"] == "lead.opened"]
    assert len(events) == 1
    told += [str(value) for row in events for value in row.values()]
    assert not [secret for secret in secrets if any(secret in text for text in told)]
    assert int(str(lead["wanted_slots"])).bit_count() == 1
    reader = sign_in_as(Role.COMMUNITY)
    for path in ("/leads", f"/leads/{lead['id']}", f"/leads/{lead['id']}/proposal"):
        reader.get(path)
        assert not [secret for secret in secrets if secret in reader.text], path
        assert f"/cases/{case.id}" not in reader.get(path).text


def test_a_place_where_somebody_must_not_be_met_makes_no_lead_and_answers_as_one_that_is_not(
    database: Database, case: Case, csw: Actor, browser: Browser
) -> None:
    resource_id = make_cafe(database, weekday_mask=0b100)
    needs_fridays(database, case, csw)
    fields = forms_of(browser, case)[0].fields
    keep_away(database, case, by=csw, kind=NeverMeetKind.RESOURCE, resource_id=resource_id)
    send(browser, case, **fields)
    said = "この場のようすが変わりました" in browser.text
    send(browser, case, **{**fields, "resource_id": "999999"})
    assert said
    assert "この場のようすが変わりました" in browser.text
    assert rows_of(database, "lead") == []


def test_a_refuge_makes_no_lead(database: Database, case: Case, csw: Actor, browser: Browser) -> None:
    make_cafe(database, weekday_mask=0b100)
    refuge = make_resource(
        database,
        name="かくれ家",
        kind="避難先",
        group=KindGroup.REFUGE,
        is_refuge=True,
        disclosure=Disclosure.CLOSED,
    )
    needs_fridays(database, case, csw)
    fields = forms_of(browser, case)[0].fields
    send(browser, case, **{**fields, "resource_id": str(refuge)})
    assert "この場のようすが変わりました" in browser.text
    assert rows_of(database, "lead") == []
    assert "かくれ家" not in browser.text


def test_what_a_body_or_a_fear_would_tell_is_not_written(
    database: Database, case: Case, csw: Actor, browser: Browser
) -> None:
    make_cafe(
        database,
        traits={"参加の形": "居るだけ", "静けさ": "静か", "オストメイト": "無", "女性スタッフ": "無"},
    )
    write_need(database, case, csw, access_needs=frozenset({AccessItem.OSTOMATE}))
    press(browser, case)
    write_need(database, case, csw, musts=frozenset({Feature.FEMALE_STAFF}))
    for form in forms_of(browser, case)[:1]:
        send(browser, case, **form.fields)
    words = [str(value) for row in rows_of(database, "lead") for value in row.values()]
    assert rows_of(database, "lead")
    assert not [
        secret for secret in ("オストメイト", "女性", "男性") if any(secret in word for word in words)
    ]


def test_a_change_that_was_made_up_or_is_over_makes_nothing(
    database: Database, case: Case, csw: Actor, browser: Browser, host_id: int
) -> None:
    need = needs_fridays(database, case, csw)
    fields = forms_of(browser, case)[0].fields
    elsewhere = _token(needs_fridays(database, make_case(database, csw), csw), "hours.host.12.1")
    known = (_token(need, "hours.person.3.1"), _token(need, "vacancy.host.1"))
    for change in ("", "ffffffffffff", "x" * 30, "hours.host.12.1", elsewhere, *known):
        send(browser, case, **{**fields, "change": change})
    needs_fridays(database, case, csw, free_slots=ALL_SLOTS)
    send(browser, case, **fields)
    assert rows_of(database, "lead") == []


def test_who_finds_no_hosts_sees_no_button_and_may_not_press_it(
    database: Database, sign_in_as: SignInAs, host_id: int
) -> None:
    account = make_account(database, Role.MULTI_AGENCY)
    worker = actor_of(database, account)
    case = make_case(database, worker)
    need = needs_fridays(database, case, worker)
    browser = sign_in_as(account=account)
    assert forms_of(browser, case) == []
    assert "合わなかった場" in browser.text
    answer = browser.post(
        f"/cases/{case.id}/leads",
        data={
            "csrf_token": browser.token(page(case)),
            "resource_id": "1",
            "change": _token(need, "hours.host.12.1"),
        },
        headers={"Referer": browser.address},
    )
    assert answer.status_code == 404
    assert rows_of(database, "lead") == []


def test_a_trial_without_a_limit_offers_no_lead(
    database: Database, case: Case, csw: Actor, browser: Browser
) -> None:
    make_cafe(database, weekday_mask=0b100, traits={"静けさ": "にぎやか", "参加の形": "居るだけ"})
    need = write_need(database, case, csw, free_slots=FRIDAY_MORNING)
    browser.get(f"{page(case)}?without={_token(need, 'noise')}")
    assert "合わなかった場 1か所" in browser.text
    assert not [form for form in browser.forms() if form.action.endswith("/leads")]


def test_a_change_shows_only_the_places_that_it_opens(
    database: Database, case: Case, csw: Actor, browser: Browser
) -> None:
    make_cafe(database)
    make_cafe(database, "静かでない場", traits={"静けさ": "ふつう", "参加の形": "居るだけ"})
    make_cafe(database, "働く場", traits={"静けさ": "静か", "参加の形": "働く"})
    token = _token(write_need(database, case, csw), "noise.host.1")
    browser.get(page(case))
    assert "合わなかった場 2か所" in browser.text
    assert f"?change={token}#fallen-title" in browser.get(page(case)).text
    browser.get(f"{page(case)}?change={token}")
    assert "静かでない場" in browser.text
    assert "働く場" not in browser.text
    assert "合わなかった場をすべて見る" in browser.text
    browser.get(f"{page(case)}?change=nothing-of-that-kind-")
    assert "合わなかった場 2か所" in browser.text


def test_two_changes_stand_behind_a_disclosure(
    database: Database, case: Case, csw: Actor, browser: Browser
) -> None:
    make_cafe(database, "にぎやかに働く場", traits={"静けさ": "ふつう", "参加の形": "働く"})
    write_need(database, case, csw)
    browser.get(page(case))
    assert "二つ変えると" in browser.text
    assert "、さらに" in browser.text
    assert "1つ変えるだけでは、合うようになりません" in browser.text


def test_where_nothing_fits_the_page_leads_on_in_one_order(
    database: Database, case: Case, csw: Actor, browser: Browser
) -> None:
    make_cafe(database, "静かでない場", traits={"静けさ": "ふつう", "参加の形": "居るだけ"})
    make_resource(database, name="縁側のお茶", is_light=True)
    write_need(database, case, csw, travel_mode=TravelMode.PICKUP)
    browser.get(page(case))
    heads = [
        "わからないことを聞く",
        "1つ変えてみる",
        "受け入れ先に相談する",
        "近くのつながりに声をかける",
        "会いに行く（アウトリーチ）",
    ]
    places = [browser.text.index(head) for head in heads]
    assert places == sorted(places)
    assert f'href="/cases/{case.id}/visits/new"' in browser.get(page(case)).text


def test_an_empty_catalogue_and_a_week_without_time_are_told(
    database: Database, case: Case, csw: Actor, browser: Browser
) -> None:
    write_need(database, case, csw)
    browser.get(page(case))
    assert "候補になる場がまだありません" in browser.text
    make_cafe(database)
    write_need(database, case, csw, free_slots=0)
    browser.get(page(case))
    assert "空いている時間が、1つも選ばれていません" in browser.text
